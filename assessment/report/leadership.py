"""The leadership edition: what is read first, the units and what to do, on a page of its own."""

from __future__ import annotations

from dataclasses import replace

from assessment.editions import LEADERSHIP, LEADERSHIP_NAME
from assessment.report.exporter import render_report
from assessment.report.page import Document

LINK = (LEADERSHIP, LEADERSHIP_NAME)
"""Address and name under which the full report links to it."""

FULL = ("report.html", "完整报告")
"""Address and name of the full report."""

PARTS = ("scorecard-part", "units-part", "outlook-part")
"""Parts of the report that it holds beside cover and conclusions; they keep their numbers."""


def render_leadership(document: Document, *, fonts_text: str | None = None) -> str:
    """Assemble the leadership edition of a report.

    Parameters
    ----------
    document : Document
        The report, of which some parts are taken as they are.
    fonts_text : str, optional
        Text whose characters are embedded; the full page's spares a second subset of the fonts.

    Returns
    -------
    str
        A page like the report's, under the same policy.
    """
    return render_report(
        [part for part in document.front if part.anchor in PARTS],
        [],
        [part for part in document.back if part.anchor in PARTS],
        replace(document.cover, title=f"{document.cover.title}(领导版)"),
        conclusions=document.conclusions,
        demo=document.demo,
        other=FULL,
        fonts_text=fonts_text and fonts_text + FULL[1],
    )
