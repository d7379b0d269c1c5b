"""The plan as typed data: chapters, sections, tasks, targets, departments."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, field_validator

Year = Annotated[int, Field(ge=1949, le=2100)]
Bearing = Literal["pollution", "carbon", "both", "enabling"]
TargetKind = Literal["numeric", "external_reference", "prohibition", "directional"]
Comparison = Literal[
    ">=", "<=", "=", "~=", "increase", "decrease", "increase_every_year", "decrease_to_zero",
    "minimise",
]  # fmt: skip
DistrictJudgement = Literal[
    "same_as_city",
    "allocated_or_contribution",
    "contribution_only",
    "city_only",
    "city_only_or_central_districts",
    "city_only_show_proxy",
]


class Frozen(BaseModel):
    """Immutable model that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class EvidenceItem(Frozen):
    """What a department is asked to hand in for a task."""

    item: str
    unit: str
    frequency: str
    source: str


class Task(Frozen):
    """One task of the plan."""

    id: str
    title: str
    type: Literal["quantitative", "mixed", "prohibition", "qualitative"]
    obligation: Literal["required", "encouraged", "prohibition"]
    judge_at: tuple[Literal["city", "district"], ...]
    bearing: Bearing
    due: Year | None = None
    indicators: tuple[str, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    quote: str


class Section(Frozen):
    """One section, with the departments printed under it."""

    id: str
    number: str | None = None
    title: str
    departments: tuple[str, ...] = ()
    departments_as_printed: str | None = None
    lead: str | None = None
    tasks: tuple[Task, ...]


class PlanChapter(Frozen):
    """One chapter of the plan."""

    id: str
    number: str
    title: str
    slug: str
    sections: tuple[Section, ...]

    @property
    def tasks(self) -> tuple[Task, ...]:
        """All tasks of the chapter in the plan's order."""
        return tuple(task for section in self.sections for task in section.tasks)


class Target(Frozen):
    """One thing the plan wants of an indicator.

    ``no`` is the short number used in tables (N01-N21 numeric, X external reference,
    Z prohibition, R directional). ``wording`` is the plan's own comparison. ``period`` is
    ``annual`` or ``standing`` for what holds every year, or the years that a quantity is counted
    over (``2021-2025``).
    """

    no: str
    indicator: str
    kind: TargetKind
    section: str
    tasks: tuple[str, ...]
    value: FiniteFloat | None = None
    unit: str
    comparison: Comparison
    wording: str
    strength: Literal["firm", "aspirational", "approximate", "derived"] = "firm"
    tolerance: Annotated[FiniteFloat, Field(ge=0)] | None = None
    year: Year | None = None
    period: str | None = None
    scope: str
    baseline_year: Year | None = None
    pace: Literal["linear", "growth"] = "linear"
    district_judgement: DistrictJudgement
    bearing: Bearing
    departments: tuple[str, ...] = ()
    note: str | None = None
    quote: str

    @field_validator("period")
    @classmethod
    def _known_period(cls, value: str | None) -> str | None:
        if value is None or value in ("annual", "standing"):
            return value
        years = re.fullmatch(r"((?:19|20)\d\d)-((?:19|20)\d\d)", value)
        if years is None:
            raise ValueError(f"“{value}”应为 annual、standing 或起止年份（如 2021-2025）")
        if not years[1] < years[2]:
            raise ValueError(f"“{value}”的起始年应早于终止年")
        return value

    @property
    def years(self) -> tuple[int, int] | None:
        """First and last year of a ``period`` of years; None for another, or none."""
        first, dash, last = (self.period or "").partition("-")
        return (int(first), int(last)) if dash else None


class Horizon(Frozen):
    """A year the plan looks to."""

    year: Year
    text: str


class Plan(Frozen):
    """A plan: who wrote it, what it wants, by when."""

    id: str
    title: str
    short_title: str
    city: str
    based_on: tuple[str, ...] = ()
    note: str | None = None
    start_year: Year
    baseline_year: Year
    horizons: Annotated[tuple[Horizon, ...], Field(min_length=1)]
    departments: tuple[str, ...]
    chapters: Annotated[tuple[PlanChapter, ...], Field(min_length=1)]
    targets: tuple[Target, ...]
    ambiguities: tuple[str, ...] = ()

    def chapter(self, chapter_id: str) -> PlanChapter:
        """Return a chapter by its id.

        Raises
        ------
        KeyError
            No such chapter.
        """
        for chapter in self.chapters:
            if chapter.id == chapter_id:
                return chapter
        raise KeyError(chapter_id)

    def targets_of(self, chapter_id: str) -> tuple[Target, ...]:
        """Targets whose section lies in a chapter, in the plan's order of sections."""
        order = [section.id for section in self.chapter(chapter_id).sections]
        inside = [target for target in self.targets if target.section in order]
        return tuple(sorted(inside, key=lambda target: order.index(target.section)))
