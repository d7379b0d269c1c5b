"""What a worker process needs; imported once before workers are forked."""

import assessment.report.assemble
import assessment.run.execute  # noqa: F401
