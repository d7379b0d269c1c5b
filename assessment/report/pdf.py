"""The print edition: one PDF on A4, tagged, with bookmarks and page numbers."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import typst

from assessment.fonts import chinese_font
from assessment.report.page import Document
from assessment.report.typst.content import content

TEMPLATE = Path(__file__).with_name("typst") / "report.typ"


def render_pdf(document: Document) -> bytes:
    """Typeset a report as PDF."""
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
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=list(chinese_font().folders),
    )


def _timestamp(document: Document) -> datetime:
    try:
        day = date.fromisoformat(document.cover.cutoff)
    except ValueError:
        day = date(document.cover.year, 12, 31)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
