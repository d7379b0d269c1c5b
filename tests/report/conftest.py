"""A whole report, put together once."""

import pytest

from assessment.report.page import Document
from assessment.results import ReportResults
from assessment.sources import Sources
from tests.report.whole import whole_report


@pytest.fixture(scope="session")
def whole(demo: Sources) -> tuple[Document, ReportResults]:
    """The report of a district of the synthetic pack."""
    return whole_report(demo)
