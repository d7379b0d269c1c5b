"""Build the annual assessment reports: load, check, plan the jobs, run, assemble, publish."""

import sys

from assessment.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
