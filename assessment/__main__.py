"""``python -m assessment`` does what ``build.py`` does."""

import sys

from assessment.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
