"""The leadership edition: the first page and its back, on two sheets of A4."""

from __future__ import annotations

from dataclasses import replace

from assessment.editions import LEADERSHIP, LEADERSHIP_NAME
from assessment.report.exporter import render_report
from assessment.report.page import Document

LINK = (LEADERSHIP, LEADERSHIP_NAME)
"""Address and name under which the full report links to it."""

FULL = ("report.html", "完整报告")
"""Address and name of the full report."""


def render_leadership(document: Document, *, fonts_text: str | None = None) -> str:
    """Assemble the leadership edition of a report.

    Parameters
    ----------
    document : Document
        The report, of which the conclusions are taken.
    fonts_text : str, optional
        Text whose characters are embedded; the full page's spares a second subset of the fonts.

    Returns
    -------
    str
        A page like the report's, under the same policy.
    """
    return render_report(
        [],
        [],
        [],
        replace(document.cover, title=f"{document.cover.title}(领导版)"),
        conclusions=document.conclusions,
        demo=document.demo,
        other=FULL,
        fonts_text=fonts_text and fonts_text + FULL[1],
    )
