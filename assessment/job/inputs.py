"""What one job may see: the slice of parameters and data rows that a chapter is computed from.

A chapter is built from its :class:`JobInputs` and from nothing else, so the digest of that
document is an exact fingerprint of the data and parameters behind the chapter.
"""

from __future__ import annotations

import hashlib
from functools import cached_property

from pydantic import TypeAdapter

from assessment.job.series import LevelBreak, Observation, UnitData
from assessment.params.model import (
    Catalogue,
    ChapterAnalysis,
    Framework,
    GoalpostParams,
    Region,
    Rules,
)
from assessment.params.plan import Frozen, PlanChapter, Target
from assessment.results.model import PackInfo


class TaskRow(Frozen):
    """Status of one task in one year, as handed in."""

    task: str
    year: int
    status: str
    evidence: str
    note: str
    file: str
    row: int


class AllocationRow(Frozen):
    """A target handed down to one unit."""

    target: str
    year: int
    value: float
    source: str
    file: str
    row: int


class SubmissionRow(Frozen):
    """When a department handed in its figures."""

    department: str
    year: int
    due: str
    received: str
    note: str


class PlanInfo(Frozen):
    """What every chapter prints of the plan."""

    id: str
    title: str
    short_title: str
    city: str
    start_year: int
    baseline_year: int
    horizons: tuple[int, ...]
    departments: tuple[str, ...]


class Standards(Frozen):
    """Rules and scales that every unit is judged by."""

    rules: Rules
    framework: Framework
    goalposts: tuple[GoalpostParams, ...]
    disclaimer: str


class JobInputs(Frozen):
    """Everything that one chapter of one unit and year is computed from."""

    plan: PlanInfo
    chapter: PlanChapter
    chapters: tuple[PlanChapter, ...]
    targets: tuple[Target, ...]
    analysis: ChapterAnalysis
    catalogue: Catalogue
    standards: Standards
    region: Region
    city: Region
    year: int
    pack: PackInfo
    rows: tuple[Observation, ...]
    city_rows: tuple[Observation, ...]
    breaks: dict[str, tuple[LevelBreak, ...]]
    primary: dict[str, str]
    tasks: tuple[TaskRow, ...]
    allocations: tuple[AllocationRow, ...]
    submissions: tuple[SubmissionRow, ...]

    @cached_property
    def digests(self) -> tuple[str, str]:
        """SHA-256 of the data rows, and of the parameters, that the chapter may see."""
        return digest(self, include=_DATA_FIELDS), digest(self, exclude=_DATA_FIELDS)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of both."""
        return hashlib.sha256("".join(self.digests).encode()).hexdigest()

    def data(self, *, city: bool = False) -> UnitData:
        """Series of the unit, or of the whole city as far as the chapter may see it."""
        own = city is False or self.region.id == self.city.id
        return UnitData(
            self.catalogue,
            self.rows if own else self.city_rows,
            self.breaks.get(self.region.id if own else self.city.id, ()),
            self.primary,
            self.standards.rules.month_share.value,
        )


class ComparisonInputs(Frozen):
    """Everything that the comparison of units in one year is computed from."""

    plan: PlanInfo
    analysis: ChapterAnalysis
    catalogue: Catalogue
    standards: Standards
    regions: tuple[Region, ...]
    caution: str
    ranking: str
    year: int
    pack: PackInfo
    rows: dict[str, tuple[Observation, ...]]
    breaks: dict[str, tuple[LevelBreak, ...]]
    primary: dict[str, str]

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the document, taken unit by unit: the whole would not be small as text."""
        found = hashlib.sha256(self.model_dump_json(exclude={"rows"}).encode())
        for region, rows in self.rows.items():
            found.update(f"{region}={len(rows)}".encode())
            found.update(_ROWS.dump_json(rows))
        return found.hexdigest()

    def data(self, region: str) -> UnitData:
        """Series of one unit."""
        return UnitData(
            self.catalogue,
            self.rows.get(region, ()),
            self.breaks.get(region, ()),
            self.primary,
            self.standards.rules.month_share.value,
        )


_ROWS = TypeAdapter(tuple[Observation, ...])

_DATA_FIELDS = {
    "pack", "rows", "city_rows", "breaks", "primary", "tasks", "allocations", "submissions",
}  # fmt: skip


def digest(
    document: Frozen, *, include: set[str] | None = None, exclude: set[str] | None = None
) -> str:
    """SHA-256 of a document's canonical JSON, or of some of its fields."""
    text = document.model_dump_json(include=include, exclude=exclude)
    return hashlib.sha256(text.encode()).hexdigest()
