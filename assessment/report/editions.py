"""The editions of a report beside the page: PDF, Word and the Excel annex."""

from __future__ import annotations

from assessment.report.page import Document
from assessment.results.model import ReportResults

FILES = {"pdf": "report.pdf", "docx": "report.docx", "xlsx": "annex.xlsx"}
"""File of each edition in a report's folder."""

LEADERSHIP = "leadership.html"
"""The leadership edition, which is always made."""

NAMES = {
    LEADERSHIP: "领导版", FILES["pdf"]: "PDF", FILES["docx"]: "Word", FILES["xlsx"]: "Excel 附件",
}  # fmt: skip
"""What a reader calls the files beside the full report."""

FORMATS = ("html", *FILES)
"""Formats that may be asked for; the page is always made."""


def render(edition: str, document: Document, results: ReportResults) -> bytes:
    """Typeset one edition.

    Raises
    ------
    KeyError
        No such edition.
    """
    if edition == "pdf":
        from assessment.report.pdf import render_pdf

        return render_pdf(document)
    if edition == "docx":
        from assessment.report.docx import render_docx

        return render_docx(document)
    if edition == "xlsx":
        from assessment.report.xlsx import render_xlsx

        return render_xlsx(document, results)
    raise KeyError(edition)
