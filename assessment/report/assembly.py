"""What a report is assembled from and what comes of it; light, for the main process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assessment.inputs import PlanInfo, SubmissionRow
    from assessment.params import Params
    from assessment.results import PackInfo


@dataclass(frozen=True)
class Assembly:
    """Everything that one report is assembled from.

    ``context``, ``held`` and ``reviews`` are the pack's rows on this unit: what maps to no
    indicator, every observation, and revisions and remarks by kind. ``notebooks`` maps a chapter to its executed notebook, ``failed`` to a readable reason;
    ``files`` are the input files with their digests, for ``run.json`` alone; ``inputs`` are the
    digests of what the report may see of them.
    """

    params: Params
    plan: PlanInfo
    pack: PackInfo
    region: str
    year: int
    folder: Path
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

    ``changes`` counts the targets that are better and worse than the year before.
    """

    region: str
    year: int
    seconds: float
    verdict: str
    cells: Mapping[str, tuple[str, str]]
    failed: Sequence[str]
    late: Sequence[str]
    files: Sequence[str]
    demo: bool = False
    changes: tuple[int, int] = (0, 0)
