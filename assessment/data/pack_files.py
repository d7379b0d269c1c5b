"""Names of the files that make up a data pack; light, so that they can be told at once."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

HEAD = "pack.yml"
"""File that says what the pack is."""

INTAKE = "intake"
"""Folder of a pack with what filled forms brought in, one folder a batch."""

STEMS = (
    "observations", "tasks", "allocations", "submissions", "context", "revisions",
    "task_revisions", "remarks",
)  # fmt: skip
"""What the names of a pack's tables begin with, by kind."""


def is_table(name: str, stem: str) -> bool:
    """Whether a file of this name is a table of this kind."""
    return fnmatchcase(name.lower(), f"{stem}*.csv")


def pack_files(folder: Path) -> list[Path]:
    """List the files of a pack that are read, those of its batches with them.

    Raises
    ------
    OSError
        A folder cannot be listed.
    """
    intake = folder / INTAKE
    batches = [path for path in intake.iterdir() if path.is_dir()] if intake.is_dir() else []
    found = [
        path
        for place in (folder, *(batch for batch in batches if not batch.name.startswith(".")))
        for path in place.iterdir()
        if path.name == HEAD or any(is_table(path.name, stem) for stem in STEMS)
    ]
    return sorted(path for path in found if path.is_file())
