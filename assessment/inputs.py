"""What one job may see: the slice of parameters and data rows that a chapter is computed from.

A chapter is built from its :class:`JobInputs` and from nothing else, so the digest of that
document is an exact fingerprint of the data and parameters behind the chapter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from assessment.data.pack import Pack, load_pack
from assessment.params import (
    Catalogue,
    ChapterAnalysis,
    Framework,
    GoalpostParams,
    Params,
    Ratio,
    Region,
    Rules,
)
from assessment.params_folder import load_params
from assessment.plan import Frozen, PlanChapter, Target
from assessment.results import PackInfo
from assessment.series import LevelBreak, Observation, UnitData


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
        """SHA-256 of the document."""
        return digest(self)

    def data(self, region: str) -> UnitData:
        """Series of one unit."""
        return UnitData(
            self.catalogue,
            self.rows.get(region, ()),
            self.breaks.get(region, ()),
            self.primary,
            self.standards.rules.month_share.value,
        )


_DATA_FIELDS = {
    "pack", "rows", "city_rows", "breaks", "primary", "tasks", "allocations", "submissions",
}  # fmt: skip


_UNITS_AT_HAND = 3


def digest(
    document: Frozen, *, include: set[str] | None = None, exclude: set[str] | None = None
) -> str:
    """SHA-256 of a document's canonical JSON, or of some of its fields."""
    text = document.model_dump_json(include=include, exclude=exclude)
    return hashlib.sha256(text.encode()).hexdigest()


def closure(catalogue: Catalogue, names: Iterable[str]) -> set[str]:
    """Indicators and everything they are derived from."""
    entries = catalogue.by_id
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        derive = entries[name].derive
        if isinstance(derive, Ratio):
            waiting += [derive.numerator, derive.denominator]
        elif derive is not None:
            waiting.append(derive.of)
    return found


@dataclass(frozen=True)
class Sources:
    """A checked parameter folder and data pack."""

    params: Params
    pack: Pack

    @cached_property
    def _places(self) -> dict[str, Any]:
        found: dict[Any, Any] = self.pack.observations.groupby("region", sort=False).indices
        return found

    @cached_property
    def _recent(self) -> dict[str, dict[str, tuple[Observation, ...]]]:
        return {}

    def _series(self, region: str) -> dict[str, tuple[Observation, ...]]:
        """Rows of a unit by indicator; of a few units at a time, so that memory does not grow."""
        if region in self._recent:
            return self._recent[region]
        columns = [
            "indicator", "series", "year", "month", "value", "state", "grade", "source", "note",
            "given", "given_unit", "file", "row",
        ]  # fmt: skip
        seen = self.pack.observations.iloc[self._places.get(region, [])]
        grouped: dict[str, list[Observation]] = {}
        for values in records(seen, columns):
            if values["value"] != values["value"]:
                values["value"] = None
            row = Observation.model_construct(**values)
            grouped.setdefault(row.indicator, []).append(row)
        found = {name: tuple(rows) for name, rows in grouped.items()}
        if region != self.params.regions.city.id:
            others = [name for name in self._recent if name != self.params.regions.city.id]
            for name in others[: 1 - _UNITS_AT_HAND]:
                del self._recent[name]
        self._recent[region] = found
        return found

    def _rows(self, region: str, names: set[str], year: int) -> tuple[Observation, ...]:
        return tuple(
            row
            for name in sorted(names)
            for row in self._series(region).get(name, ())
            if row.year <= year
        )

    def _breaks(self, regions: Iterable[str], names: set[str]) -> dict[str, tuple[LevelBreak, ...]]:
        return {
            region: tuple(
                LevelBreak(indicator=b.indicator, year=b.year, reason=b.reason)
                for b in self.pack.meta.breaks
                if b.region in (region, "*") and (b.indicator == "*" or b.indicator in names)
            )
            for region in regions
        }

    def held(self, region: str, year: int) -> Iterable[Observation]:
        """Every row that the pack holds of a unit up to a year, in the catalogue's order."""
        series = self._series(region)
        for entry in self.params.catalogue.indicators:
            for row in series.get(entry.id, ()):
                if row.year <= year and row.value is not None:
                    yield row

    @cached_property
    def plan_info(self) -> PlanInfo:
        """What every chapter prints of the plan."""
        plan = self.params.plan
        return PlanInfo(
            id=plan.id,
            title=plan.title,
            short_title=plan.short_title,
            city=plan.city,
            start_year=plan.start_year,
            baseline_year=plan.baseline_year,
            horizons=tuple(h.year for h in plan.horizons),
            departments=plan.departments,
        )

    @cached_property
    def pack_info(self) -> PackInfo:
        """What every page prints of the pack."""
        meta = self.pack.meta
        return PackInfo(title=meta.title, kind=meta.kind, cutoff=meta.cutoff, note=meta.note)

    @cached_property
    def standards(self) -> Standards:
        """Rules and scales in force."""
        return Standards(
            rules=self.params.rules,
            framework=self.params.framework,
            goalposts=self.params.synergy.goalposts,
            disclaimer=self.params.synergy.disclaimer,
        )

    def _framework_names(self) -> set[str]:
        return {name for sub in self.params.framework.subsystems for name in sub.indicators}

    def _analysis_names(self, analysis: ChapterAnalysis) -> set[str]:
        names = {*analysis.trends, *analysis.context}
        for pair in analysis.cocontrol:
            names |= {pair.carbon, *pair.pollutants}
        for subsystem in analysis.subsystems:
            names |= set(subsystem.indicators)
        return names if analysis.subsystems else names | self._framework_names()

    def _catalogue(self, names: set[str]) -> Catalogue:
        catalogue = self.params.catalogue
        return Catalogue(
            dimensions={},
            indicators=tuple(entry for entry in catalogue.indicators if entry.id in names),
        )

    def job(self, chapter_id: str, region_id: str, year: int) -> JobInputs:
        """Slice out what one chapter of one unit and year may see."""
        params, pack = self.params, self.pack
        analysis = params.analysis(chapter_id)
        chapter = params.plan.chapter(chapter_id)
        chapters = params.plan.chapters if analysis.sees_all else (chapter,)
        targets = tuple(t for c in chapters for t in params.plan.targets_of(c.id))
        shared = {t.indicator for t in targets}
        names = closure(params.catalogue, shared | self._analysis_names(analysis))
        city = params.regions.city
        city_names = closure(params.catalogue, shared) if region_id != city.id else set()
        seen_tasks = {task.id for c in chapters for task in c.tasks}
        tasks = pack.tasks
        mine = tasks[(tasks["region"] == region_id) & (tasks["year"] <= year)]
        allocations = pack.allocations
        handed = allocations[allocations["region"] == region_id]
        numbers = {target.no for target in targets}
        submissions = pack.submissions[pack.submissions["year"] == year]
        return JobInputs(
            plan=self.plan_info,
            chapter=chapter,
            chapters=chapters,
            targets=targets,
            analysis=analysis,
            catalogue=self._catalogue(names),
            standards=self.standards,
            region=next(r for r in params.regions.regions if r.id == region_id),
            city=city,
            year=year,
            pack=self.pack_info,
            rows=self._rows(region_id, names, year),
            city_rows=self._rows(city.id, city_names, year),
            breaks=self._breaks(sorted({region_id, city.id}), names),
            primary={k: v for k, v in pack.meta.primary_series.items() if k in names},
            tasks=tuple(
                TaskRow(**values)
                for values in records(mine, list(TaskRow.model_fields))
                if values["task"] in seen_tasks
            ),
            allocations=tuple(
                AllocationRow(**values)
                for values in records(handed, list(AllocationRow.model_fields))
                if values["target"] in numbers
            ),
            submissions=tuple(
                SubmissionRow(**values)
                for values in records(submissions, list(SubmissionRow.model_fields))
            )
            if analysis.sees_all
            else (),
        )

    def comparison(self, year: int) -> ComparisonInputs:
        """Slice out what the comparison of units may see."""
        params = self.params
        whole = params.analysis(params.plan.chapters[0].id)
        names = self._framework_names()
        for pair in whole.cocontrol:
            names |= {pair.carbon, *pair.pollutants}
        names = closure(params.catalogue, names | {*whole.trends, *whole.compared})
        regions = [region.id for region in params.regions.regions]
        return ComparisonInputs(
            plan=self.plan_info,
            analysis=whole,
            catalogue=self._catalogue(names),
            standards=self.standards,
            regions=params.regions.regions,
            caution=params.regions.caution,
            ranking=params.run.ranking,
            year=year,
            pack=self.pack_info,
            rows={region: self._rows(region, names, year) for region in regions},
            breaks=self._breaks(regions, names),
            primary={k: v for k, v in self.pack.meta.primary_series.items() if k in names},
        )


def records(frame: pd.DataFrame, columns: list[str]) -> Iterable[dict[str, Any]]:
    """Rows of a frame as plain Python values."""
    for values in zip(*(frame[column].tolist() for column in columns), strict=True):
        yield dict(zip(columns, values, strict=True))


def open_sources(params: Path, data: Path) -> Sources:
    """Load and check a parameter folder and a data pack.

    Folders that have not changed since they were last read are not read again.

    Raises
    ------
    InputError
        With every fault of both.
    """
    return _load(params, data, (_stamp(params), _stamp(data)))


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Names, times and sizes of a folder's files; empty where there is no such folder."""
    try:
        found = [(path.name, path.stat()) for path in sorted(folder.iterdir())]
    except OSError:
        return ()
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in found)


@lru_cache(maxsize=2)
def _load(params: Path, data: Path, stamp: object) -> Sources:
    loaded = load_params(params)
    return Sources(loaded, load_pack(data, loaded))
