"""A whole report, put together once."""

import pytest

from assessment.job.sources import Sources
from assessment.report.numbered import with_numbers
from assessment.report.page import Document
from assessment.results.model import ReportResults
from tests.report.whole import whole_report


@pytest.fixture(scope="session")
def whole(demo: Sources) -> tuple[Document, ReportResults]:
    """The report of a district of the synthetic pack."""
    document, results = whole_report(demo)
    return with_numbers(document), results
