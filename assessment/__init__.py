"""Annual assessment of a plan to cut pollution and carbon together.

What a notebook, a script and a test of another project import; each is loaded when it is used.

Examples
--------
>>> from assessment import Chapter, read_results  # doctest: +SKIP
>>> chapter = Chapter.open("2", region="张店区", year=2025)  # doctest: +SKIP
>>> read_results("reports/2025/zhangdian").targets["N01"].verdict  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assessment import methods as methods
    from assessment.chapter.chapter import Chapter as Chapter
    from assessment.chapter.finding import Finding as Finding
    from assessment.chapter.pandas_data import latest_level as latest_level
    from assessment.chapter.pandas_data import not_comparable as not_comparable
    from assessment.chapter.pandas_data import without_breaks as without_breaks
    from assessment.errors import Fault as Fault
    from assessment.errors import InputError as InputError
    from assessment.job.sources import open_params as open_params
    from assessment.job.sources import open_sources as open_sources
    from assessment.results.files import read_results as read_results
    from assessment.results.model import ChapterRecord as ChapterRecord
    from assessment.results.model import ReportResults as ReportResults
    from assessment.show.frame_tables import Show as Show

__version__ = "0.1.0"

_HOMES = {
    "Chapter": "assessment.chapter.chapter",
    "ChapterRecord": "assessment.results.model",
    "Fault": "assessment.errors",
    "Finding": "assessment.chapter.finding",
    "InputError": "assessment.errors",
    "ReportResults": "assessment.results.model",
    "Show": "assessment.show.frame_tables",
    "latest_level": "assessment.chapter.pandas_data",
    "not_comparable": "assessment.chapter.pandas_data",
    "open_params": "assessment.job.sources",
    "open_sources": "assessment.job.sources",
    "read_results": "assessment.results.files",
    "without_breaks": "assessment.chapter.pandas_data",
}

__all__ = [*_HOMES, "methods"]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name == "methods":
        return import_module("assessment.methods")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
