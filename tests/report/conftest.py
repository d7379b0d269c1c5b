"""A whole report, put together once."""

import pytest

from assessment.job.sources import Sources
from assessment.report.page import Document
from assessment.results.model import ReportResults
from tests.report.whole import whole_report


@pytest.fixture(scope="session")
def whole(demo: Sources) -> tuple[Document, ReportResults]:
    """The report of a district of the synthetic pack."""
    return whole_report(demo)
