"""What a notebook sees: one chapter of the plan for one unit and year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assessment.chapter.chapter import Chapter as Chapter
    from assessment.chapter.chapter import Record as Record
    from assessment.chapter.finding import Finding as Finding
    from assessment.show.frame_tables import Show as Show

__all__ = ["Chapter", "Finding", "Record", "Show"]

_HOMES = {
    "Chapter": "assessment.chapter.chapter",
    "Record": "assessment.chapter.chapter",
    "Finding": "assessment.chapter.finding",
    "Show": "assessment.show.frame_tables",
}


def __getattr__(name: str) -> Any:
    # Modules of this package are used without what a notebook takes, which costs time to import.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
