"""The plan as typed data: chapters, sections, tasks, targets, departments."""

from __future__ import annotations

import re
from calendar import IllegalMonthError, monthrange
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, field_validator, model_validator

Year = Annotated[int, Field(ge=1949, le=2100)]
Bearing = Literal["pollution", "carbon", "both", "enabling"]
TargetKind = Literal["numeric", "external_reference", "prohibition", "directional"]
Comparison = Literal[
    ">=", "<=", "=", "~=", "between", "increase", "decrease", "increase_every_year",
    "decrease_to_zero", "minimise",
]  # fmt: skip
DistrictJudgement = Literal[
    "same_as_city",
    "allocated_or_contribution",
    "contribution_only",
    "city_only",
    "city_only_or_central_districts",
    "city_only_show_proxy",
]


Band = tuple[FiniteFloat, FiniteFloat]


class Frozen(BaseModel):
    """Immutable model that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class EvidenceItem(Frozen):
    """What a department is asked to hand in for a task."""

    item: str
    unit: str
    frequency: str
    source: str


_DUE = re.compile(
    r"(?P<year>\d{4})[-年/.]?"
    r"(?:[Qq第]?(?P<quarter>[1-4一二三四])季?度?|(?P<half>上半年)"
    r"|(?P<month>\d{1,2})(?:[-月/.](?P<day>\d{1,2})日?|月)?)?(?:底|末|前|底前|末前)?"
)
_QUARTERS = "一二三四"


def _due(text: str) -> tuple[int, str | None]:
    """Read a date that a task is due: the year, and the day (ISO 8601) where it is told closer."""
    found = _DUE.fullmatch(text.strip().replace(" ", ""))
    if found is None:
        raise ValueError(
            f"due “{text}”不是日期，写年份（2025）、月（2024-06）、季（2024Q2）或日（2024-06-30）"
        )
    year, quarter, month = int(found["year"]), found["quarter"], found["month"]
    if quarter:
        month = 3 * (int(quarter) if quarter.isdigit() else _QUARTERS.index(quarter) + 1)
    elif found["half"]:
        month = 6
    if month is None:
        return year, None
    try:
        last = monthrange(year, int(month))[1]
        return year, date(year, int(month), int(found["day"] or last)).isoformat()
    except (ValueError, IllegalMonthError):
        raise ValueError(f"due “{text}”里的月或日不存在") from None


class Task(Frozen):
    """One task of the plan.

    ``due`` may be written closer than a year (2024-06-30, 2024-06, 2024Q2): ``due_on`` is then
    its last day.
    """

    id: str
    title: str
    type: Literal["quantitative", "mixed", "prohibition", "qualitative"]
    obligation: Literal["required", "encouraged", "prohibition"]
    judge_at: tuple[Literal["city", "district"], ...]
    bearing: Bearing
    due: Year | None = None
    due_on: str | None = None
    indicators: tuple[str, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    quote: str

    @model_validator(mode="before")
    @classmethod
    def _read_due(cls, given: Any) -> Any:
        if not isinstance(given, dict) or not isinstance(given.get("due"), str):
            return given
        year, day = _due(given["due"])
        return {**given, "due": year, **({"due_on": day} if day else {})}

    @property
    def due_text(self) -> str:
        """When it is due, in Chinese: 2025 年, or 2024-06-30; empty where the plan does not say."""
        return self.due_on or (f"{self.due} 年" if self.due else "")


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


class Milestone(Frozen):
    """What a target asks for on the way, in the form of its own value."""

    year: Year
    value: FiniteFloat


class Target(Frozen):
    """One thing the plan wants of an indicator.

    ``no`` is the short number used in tables (N01-N21 numeric, X external reference,
    Z prohibition, R directional). ``wording`` is the plan's own comparison. ``period`` is
    ``annual`` or ``standing`` for what holds every year, or the years that a quantity is counted
    over (``2021-2025``).

    ``value`` is a level, a change (``increase``, ``decrease``: see `asks.form_of`), or the two
    ends of a range (``between``). ``milestones`` come before ``year``. ``baseline_value`` is what
    the plan says of its baseline year; 0 holds for every unit, any other value for the whole
    city. ``standard`` is the limit that a unit which met it in the baseline year has to keep,
    instead of the target's own aim. ``reference`` names the indicator whose figure for the whole
    city is what an external reference is compared with.
    """

    no: str
    indicator: str
    kind: TargetKind
    section: str
    tasks: tuple[str, ...]
    value: FiniteFloat | Band | None = None
    unit: str
    comparison: Comparison
    wording: str
    strength: Literal["firm", "aspirational", "approximate", "derived"] = "firm"
    tolerance: Annotated[FiniteFloat, Field(ge=0)] | None = None
    year: Year | None = None
    milestones: tuple[Milestone, ...] = ()
    period: str | None = None
    scope: str
    baseline_year: Year | None = None
    baseline_value: FiniteFloat | None = None
    standard: FiniteFloat | None = None
    reference: str | None = None
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
    def number(self) -> float | None:
        """The value where it is one number."""
        return None if isinstance(self.value, tuple) else self.value

    @property
    def band(self) -> Band | None:
        """The two ends of a range, the lower first."""
        return (min(self.value), max(self.value)) if isinstance(self.value, tuple) else None

    @property
    def approximate(self) -> bool:
        """Whether the plan says "about" (左右)."""
        return self.strength == "approximate" or self.comparison == "~="

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
