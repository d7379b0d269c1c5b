"""What one job may see: the slice of parameters and data rows that a chapter is computed from.

A chapter is built from its :class:`JobInputs` and from nothing else, so the digest of that
document is an exact fingerprint of the data and parameters behind the chapter.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from functools import cached_property
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

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
        """SHA-256 of the data rows, and of the parameters, that the chapter may see.

        `assessment.job.sources.Sources.digests` says the same without making the document.
        """
        data = data_digest(
            self.pack,
            _up_to(_of_rows(self.rows), self.year),
            _up_to(_of_rows(self.city_rows), self.year),
            self.breaks,
            self.primary,
            _up_to(histories(map(_task, self.tasks), TASK_COLUMNS, "task"), self.year),
            self.allocations,
            self.submissions,
        )
        shared = shared_digest(
            self.plan, self.chapter, self.chapters, self.targets, self.analysis, self.catalogue,
            self.standards,
        )  # fmt: skip
        return data, params_digest(shared, self.region, self.city, self.year)

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


def up_to(found: Histories, name: str, year: int) -> str:
    """Return the digest of an indicator's or task's rows up to a year; empty if there are none."""
    years, digests = found.get(name, ((), ()))
    place = bisect_right(years, year)
    return digests[place - 1] if place else ""


def _up_to(found: Histories, year: int) -> Iterator[tuple[str, str]]:
    return ((name, up_to(found, name, year)) for name in sorted(found))


def data_digest(
    pack: PackInfo,
    rows: Iterable[tuple[str, str]],
    city_rows: Iterable[tuple[str, str]],
    breaks: Mapping[str, tuple[LevelBreak, ...]],
    primary: Mapping[str, str],
    tasks: Iterable[tuple[str, str]],
    allocations: tuple[AllocationRow, ...],
    submissions: tuple[SubmissionRow, ...],
) -> str:
    """SHA-256 of the data that a job sees; rows by indicator or task with their digests."""
    parts = (
        pack, [pair for pair in rows if pair[1]], [pair for pair in city_rows if pair[1]],
        sorted(breaks.items()), sorted(primary.items()), [pair for pair in tasks if pair[1]],
        allocations, submissions,
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def shared_digest(*parts: Frozen | tuple[Frozen, ...]) -> str:
    """SHA-256 of the parameters that jobs of one chapter share."""
    found = hashlib.sha256()
    for part in parts:
        for one in part if isinstance(part, tuple) else (part,):
            found.update(one.model_dump_json().encode())
        found.update(b"\x1e")
    return found.hexdigest()


def params_digest(shared: str, region: Region, city: Region, year: int) -> str:
    """SHA-256 of the parameters that a job sees."""
    text = f"{shared}{region.model_dump_json()}{city.model_dump_json()}{year}"
    return hashlib.sha256(text.encode()).hexdigest()


def digest(document: Frozen) -> str:
    """SHA-256 of a document's canonical JSON."""
    return hashlib.sha256(document.model_dump_json().encode()).hexdigest()
