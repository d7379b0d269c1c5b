"""What one job may see: the slice of parameters and data rows that a chapter is computed from.

A chapter is built from its :class:`JobInputs` and from nothing else, so the digest of that
document is an exact fingerprint of the data and parameters behind the chapter.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cached_property
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

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
        """SHA-256 of the data rows, and of the parameters, that the chapter may see.

        `assessment.job.sources.Sources.digests` says the same without making the document.
        """
        rows, city_rows = _of_rows(self.rows), _of_rows(self.city_rows)
        tasks = histories(map(_task, self.tasks), TASK_COLUMNS, "task")
        data = data_digest(
            pack=self.pack.model_dump_json(),
            rows=up_to(rows, sorted(rows), self.year),
            city_rows=up_to(city_rows, sorted(city_rows), self.year),
            breaks=repr(sorted(self.breaks.items())),
            primary=repr(sorted(self.primary.items())),
            tasks=up_to(tasks, sorted(tasks), self.year),
            allocations=repr(self.allocations),
            submissions=repr(self.submissions),
        )
        shared = shared_digest(
            self.plan, self.chapter, self.chapters, self.targets, self.analysis, self.catalogue,
            self.standards,
        )  # fmt: skip
        return data, params_digest(shared, params_text(self.region, self.city), self.year)

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
        """SHA-256 of the document.

        `assessment.job.sources.Sources.comparison_digest` says the same without making it.
        """
        found = {region: _of_rows(rows) for region, rows in self.rows.items()}
        return comparison_digest(
            self, {name: up_to(own, sorted(own), self.year) for name, own in found.items()}
        )

    def data(self, region: str) -> UnitData:
        """Series of one unit."""
        return UnitData(
            self.catalogue,
            self.rows.get(region, ()),
            self.breaks.get(region, ()),
            self.primary,
            self.standards.rules.month_share.value,
        )


Histories = dict[str, tuple[list[int], list[str]]]
"""By indicator or task: years, ascending, and the digest of all rows up to each of them."""

OBSERVED = tuple(field.name for field in fields(Observation))
"""Columns of an observation, in the order of its fields."""

TASK_COLUMNS = tuple(TaskRow.model_fields)
"""Columns of a task's status, in the order of its fields."""


def histories(rows: Iterable[tuple[Any, ...]], columns: tuple[str, ...], by: str) -> Histories:
    """Digest rows of one unit so that those up to any year can be told apart at once.

    Parameters
    ----------
    rows : iterable of tuple
        Values of the rows; those of one indicator or task stand in one order wherever they come
        from.
    columns : tuple of str
        What the values are: `OBSERVED` or `TASK_COLUMNS`.
    by : str
        ``indicator`` or ``task``.
    """
    name_at, year = columns.index(by), itemgetter(columns.index("year"))
    grouped: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        grouped.setdefault(row[name_at], []).append(row)
    found = Histories()
    for name, own in grouped.items():
        so_far = hashlib.sha256()
        years, digests = found[name] = ([], [])
        for at, those in groupby(sorted(own, key=year), key=year):
            so_far.update(repr(list(those)).encode())
            years.append(at)
            digests.append(so_far.hexdigest())
    return found


_observed, _task = attrgetter(*OBSERVED), attrgetter(*TASK_COLUMNS)


def _of_rows(rows: Iterable[Observation]) -> Histories:
    return histories(map(_observed, rows), OBSERVED, "indicator")


def up_to(found: Histories, names: Iterable[str], year: int) -> str:
    """Name indicators or tasks that have rows up to a year, with the digest of those rows."""
    parts = []
    for name in names:
        if name in found:
            years, digests = found[name]
            if place := bisect_right(years, year):
                parts.append(f"{name}={digests[place - 1]}")
    return ";".join(parts)


def data_digest(
    *,
    pack: str,
    rows: str,
    city_rows: str,
    breaks: str,
    primary: str,
    tasks: str,
    allocations: str,
    submissions: str,
) -> str:
    """SHA-256 of the data that a job sees, each part of it as text."""
    parts = (pack, rows, city_rows, breaks, primary, tasks, allocations, submissions)
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()


def shared_digest(*parts: Frozen | tuple[Frozen, ...]) -> str:
    """SHA-256 of the parameters that jobs of one chapter share."""
    found = hashlib.sha256()
    for part in parts:
        for one in part if isinstance(part, tuple) else (part,):
            found.update(one.model_dump_json().encode())
        found.update(b"\x1e")
    return found.hexdigest()


def params_text(region: Region, city: Region) -> str:
    """Write what jobs of one unit share of the parameters."""
    return f"{region.model_dump_json()}{city.model_dump_json()}"


def params_digest(shared: str, regions: str, year: int) -> str:
    """SHA-256 of the parameters that a job sees: `shared_digest`, `params_text`, the year."""
    return hashlib.sha256(f"{shared}{regions}{year}".encode()).hexdigest()


def comparison_digest(inputs: ComparisonInputs, rows: Mapping[str, str]) -> str:
    """SHA-256 of what a comparison sees; its rows by unit, as `up_to` names them."""
    text = inputs.model_dump_json(exclude={"rows"})
    return hashlib.sha256(f"{text}{sorted(rows.items())}".encode()).hexdigest()


def digest(document: Frozen) -> str:
    """SHA-256 of a document's canonical JSON."""
    return hashlib.sha256(document.model_dump_json().encode()).hexdigest()
