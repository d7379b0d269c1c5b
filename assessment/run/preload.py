"""What a worker process needs; imported once before workers are forked."""

import papermill  # noqa: F401

import assessment.report.assemble
import assessment.run.execute  # noqa: F401
