"""The editions of a report: the one list of their names, files and renderers.

Another package adds an edition by the entry point group ``assessment.editions``: the name is the
format that ``--formats`` takes, the value an `Edition`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

GROUP = "assessment.editions"
"""Entry point group of editions from other packages."""

PAGE = "html"
"""Format of the page, which is always made."""

LEADERSHIP = "leadership.html"
"""File of the leadership edition, which is always made."""

LEADERSHIP_NAME = "领导版"
"""What a reader calls it."""


@dataclass(frozen=True)
class Edition:
    """An edition beside the page.

    Attributes
    ----------
    file : str
        Its file in a report's folder.
    name : str
        What a reader calls it.
    annex : str
        File of its annex volume; empty where the edition is one file, which holds all.
    renderer : str
        ``module:function``; the function takes the `assessment.report.page.Document`, numbered,
        and the `assessment.ReportResults`, and returns the file's bytes. The same report must
        give the same bytes. Where there is an annex volume, it is called for each volume.
    """

    file: str
    name: str
    renderer: str
    annex: str = ""

    def render(self, document: Any, results: Any) -> bytes:
        """Typeset a report."""
        module, _, function = self.renderer.partition(":")
        make: Callable[[Any, Any], bytes] = getattr(import_module(module), function)
        return make(document, results)


OWN = {
    "pdf": Edition("report.pdf", "PDF", "assessment.report.pdf:edition", "annex.pdf"),
    "docx": Edition("report.docx", "Word", "assessment.report.docx:edition", "annex.docx"),
    "xlsx": Edition("annex.xlsx", "Excel 附件", "assessment.report.xlsx:render_xlsx"),
}
"""Editions of this package, by format."""


@cache
def editions() -> dict[str, Edition]:
    """Return every edition by format, those of other packages after this package's own."""
    others = {point.name: point.load() for point in entry_points(group=GROUP)}
    return {**OWN, **{name: one for name, one in others.items() if name not in OWN}}


def formats() -> tuple[str, ...]:
    """Return the formats that may be asked for, the page first."""
    return (PAGE, *editions())


def names() -> dict[str, str]:
    """Return what a reader calls the files beside the full report, by file."""
    found = {LEADERSHIP: LEADERSHIP_NAME}
    for one in editions().values():
        found[one.file] = one.name
        if one.annex:
            found[one.annex] = f"{one.name} 附卷"
    return found
