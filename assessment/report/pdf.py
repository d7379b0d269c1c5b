"""The print edition: one PDF on A4, tagged, with bookmarks and page numbers."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import typst

from assessment.report.page import Document
from assessment.report.typst.content import content
from assessment.results.model import ReportResults
from assessment.show.fonts import chinese_font

TEMPLATE = Path(__file__).with_name("typst") / "report.typ"


def render_pdf(document: Document) -> bytes:
    """Typeset a report for paper.

    Parameters
    ----------
    document : Document
        The report before it is typeset.

    Returns
    -------
    bytes
        A PDF that meets PDF/UA-1 as far as Typst checks it: tagged, in Chinese, every figure with
        its alternative text. It holds no clock but the cut-off date of the data: the same document
        gives the same bytes.

    Raises
    ------
    FileNotFoundError
        The font packages are installed without their files.
    ValueError
        A figure is not a well-formed SVG.
    typst.TypstError
        Typst refuses the document, which is a fault of the template.

    Notes
    -----
    Nothing of the document is ever markup: the template reads it as JSON from one input and shows
    its strings. No file is written.

    Page, margins and sizes are those of GB/T 9704—2012. Its faces (方正小标宋, 黑体, 楷体, 仿宋)
    may not be passed on freely, so Noto Serif SC stands for the first and the last of them and
    Noto Sans SC for the others, each with its one weight; DejaVu Sans has the signs they lack.

    References
    ----------
    GB/T 9704—2012, 党政机关公文格式; ISO 14289-1:2014 (PDF/UA-1).
    """
    return typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=_fonts(),
        sys_inputs={"report": json.dumps(content(document), ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=_timestamp(document),
    )


@cache
def _fonts() -> typst.Fonts:
    """The project's own fonts and no others, so that the page is the same on every machine."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=list(chinese_font().folders),
    )


def _timestamp(document: Document) -> datetime:
    """The declared date of the data; the last day of the year where it is no date."""
    try:
        day = date.fromisoformat(document.cover.cutoff)
    except ValueError:
        day = date(document.cover.year, 12, 31)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def edition(document: Document, results: ReportResults) -> bytes:
    """Typeset a report as `assessment.editions.Edition` has it; all it sets is in the document."""
    return render_pdf(document)
