"""What the preview's processes tell each other; imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assessment.errors import Fault


@dataclass(frozen=True)
class Subject:
    """What is previewed.

    Attributes
    ----------
    notebook, params : Path
        The notebook and the parameter folder.
    data : Path or None
        Data pack; the one of ``run.yml`` by default.
    region, year, chapter : str
        Empty where the notebook or ``run.yml`` decides.
    """

    notebook: Path
    params: Path
    data: Path | None = None
    region: str = ""
    year: str = ""
    chapter: str = ""


@dataclass(frozen=True)
class Edited:
    """Files of the library that were saved; answered by whether the process can go on."""

    files: frozenset[Path]


@dataclass(frozen=True)
class Run:
    """Request to run the chapter; answered by an outcome."""


@dataclass(frozen=True)
class Opened:
    """A subject that can be previewed; ``heading`` says what it is."""

    heading: str
    params: Path
    data: Path


@dataclass(frozen=True)
class Refused:
    """A subject that cannot be previewed, and why."""

    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Seen:
    """A chapter's page.

    ``cells`` is the time its cells took themselves, in seconds; ``left_out`` names what they showed
    that the report does not have.
    """

    html: str
    cells: float
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unchanged:
    """Nothing that the page depends on has changed."""


@dataclass(frozen=True)
class Trouble:
    """Why there is no new page.

    Attributes
    ----------
    title : str
        What went wrong, in a line.
    lines : tuple of str
        The message, or each fault of the input.
    cell : int
        Number of the failing cell, counted from 1; 0 where no cell failed.
    source : str
        Its code.
    details : str
        The traceback.
    """

    title: str
    lines: tuple[str, ...] = ()
    cell: int = 0
    source: str = ""
    details: str = ""


Outcome = Seen | Unchanged | Trouble
