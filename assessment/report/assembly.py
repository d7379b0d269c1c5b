"""What reports are made from and what comes of it; light, for the main process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assessment.job.inputs import PlanInfo, SubmissionRow
    from assessment.params.model import Params
    from assessment.results.model import PackInfo


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
    """What came of it; ``cells`` tells how each chapter stands, ``card`` is what the portal shows.

    ``files`` are the digests of the files made; ``read`` those of the executed notebooks, by
    chapter; ``words`` that of the evaluator's words and ``words_file`` that of the file they were
    read from.
    """

    region: str
    year: int
    seconds: float
    cells: Mapping[str, tuple[str, str, str]]
    failed: Sequence[str]
    files: Mapping[str, str]
    read: Mapping[str, str]
    words: str
    words_file: str
    card: Mapping[str, Any] = field(default_factory=dict)
