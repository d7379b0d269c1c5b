"""What reports and the portal are made from and what comes of it; light, for the main process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from assessment.job.inputs import PlanInfo, SubmissionRow
    from assessment.params.model import Params
    from assessment.results.model import PackInfo
    from assessment.show.verdict_words import Tone


@dataclass(frozen=True)
class Assembly:
    """Everything that one report is assembled from.

    ``context``, ``held`` and ``reviews`` are the pack's rows on this unit: what maps to no
    indicator, every observation, and revisions and remarks by kind. ``folder`` is the report's,
    ``staged`` the one in which its files are made. ``notebooks`` maps a chapter to its executed
    notebook, ``failed`` to a readable reason;
    ``files`` are the input files with their digests, for ``run.json`` alone; ``inputs`` are the
    digests of what the report may see of them.
    """

    params: Params
    plan: PlanInfo
    pack: PackInfo
    region: str
    year: int
    folder: Path
    staged: Path
    notebooks: Mapping[str, Path]
    failed: Mapping[str, str]
    comparison: Path
    submissions: Sequence[SubmissionRow]
    context: Sequence[Mapping[str, Any]]
    held: Sequence[Mapping[str, Any]]
    reviews: Mapping[str, Sequence[Mapping[str, Any]]]
    formats: Sequence[str]
    files: Mapping[str, str]
    inputs: Mapping[str, str]
    packages: Mapping[str, str]
    seconds: Mapping[str, float]
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Assembled:
    """What came of it; ``cells`` is one line of the portal's matrix, ``demo`` its data's kind.

    ``changes`` counts the targets that are better and worse than the year before. ``files`` are
    the digests of the files made; ``read`` those of the executed notebooks, by chapter;
    ``words`` that of the evaluator's words and ``words_file`` that of the file they were read from.
    """

    region: str
    year: int
    seconds: float
    verdict: str
    cells: Mapping[str, tuple[str, str, str]]
    failed: Sequence[str]
    late: Sequence[str]
    files: Mapping[str, str]
    read: Mapping[str, str]
    words: str
    words_file: str
    demo: bool = False
    changes: tuple[int, int] = (0, 0)


class PortalCell(NamedTuple):
    """How a chapter stands, on the portal.

    Attributes
    ----------
    word, shape : str
        Words and the shape before them.
    tone : str
        Which colour they take; never the only sign.
    short : str
        What stands for the words where there is no room for them.
    """

    word: str
    shape: str
    tone: Tone
    short: str = ""


@dataclass(frozen=True)
class PortalEntry:
    """A report of one unit and year.

    Attributes
    ----------
    region_id, name : str
        The unit.
    year : int
        Year assessed.
    href : str
        Address of the report, relative to the portal; empty where there is none.
    verdict : str
        The verdict in one sentence.
    cells : sequence of PortalCell
        How each chapter stands, in the order of the chapters.
    failed : sequence of str
        Chapters that failed, by title.
    late : sequence of str
        What is late, worst first.
    editions : sequence of (str, str)
        Other editions of the report: address relative to the portal, and name.
    changes : (int, int)
        Targets that are better and worse than the year before.
    """

    region_id: str
    name: str
    year: int
    href: str
    verdict: str
    cells: Sequence[PortalCell] = ()
    failed: Sequence[str] = ()
    late: Sequence[str] = ()
    editions: Sequence[tuple[str, str]] = ()
    changes: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Portal:
    """What the portal's pages show.

    Attributes
    ----------
    entries : sequence of PortalEntry
        Reports; units stand in the order in which they first come.
    title : str
        Title of the pages.
    chapters : sequence of str
        Short titles of the chapters, heads of the matrix.
    demo : bool
        Mark every page 演示数据.
    note : str
        A line at the foot, such as the disclaimer.
    """

    entries: Sequence[PortalEntry]
    title: str
    chapters: Sequence[str]
    demo: bool
    note: str = ""
