"""Where inputs come from: a checked parameter folder and data pack, sliced for each job."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from assessment.data.pack import Pack, load_pack
from assessment.data.pack_files import INTAKE
from assessment.job.inputs import (
    OBSERVED,
    TASK_COLUMNS,
    AllocationRow,
    ComparisonInputs,
    Histories,
    JobInputs,
    PlanInfo,
    Standards,
    SubmissionRow,
    TaskRow,
    comparison_digest,
    data_digest,
    histories,
    params_digest,
    params_text,
    shared_digest,
    up_to,
)
from assessment.job.series import LevelBreak, Observation
from assessment.params.folder import load_params
from assessment.params.model import Catalogue, ChapterAnalysis, Params, Region
from assessment.params.plan import Frozen, PlanChapter, Target
from assessment.results.model import PackInfo

_UNITS_AT_HAND = 16
"""Units whose rows are kept as objects: all of a city, few of a province."""

_VALUE = OBSERVED.index("value")

_Row = TypeVar("_Row", bound=Frozen)


@dataclass(frozen=True)
class _Unit:
    """A unit's rows by indicator, and what was handed in on tasks."""

    series: Mapping[str, tuple[Observation, ...]]
    tasks: tuple[TaskRow, ...]


@dataclass(frozen=True)
class _History:
    """Digests of a unit's rows by indicator and by task."""

    series: Histories
    tasks: Histories


@dataclass(frozen=True)
class _Slice:
    """What jobs of one chapter see, whatever the unit and the year."""

    analysis: ChapterAnalysis
    chapters: tuple[PlanChapter, ...]
    targets: tuple[Target, ...]
    catalogue: Catalogue
    names: tuple[str, ...]
    city_names: tuple[str, ...]
    tasks: tuple[str, ...]
    numbers: set[str]
    primary: dict[str, str]
    digest: str


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
        if derive is not None:
            waiting += derive.parts
    return found


@dataclass(frozen=True)
class Sources:
    """A checked parameter folder and data pack."""

    params: Params
    pack: Pack

    @cached_property
    def _recent(self) -> dict[str, _Unit]:
        return {}

    def _unit(self, region: str) -> _Unit:
        """What the pack holds of a unit; a few at a time, so that memory does not grow."""
        if region in self._recent:
            return self._recent[region]
        grouped: dict[str, list[Observation]] = {}
        for values in self._observed(region):
            row = Observation(*values)
            grouped.setdefault(row.indicator, []).append(row)
        found = _Unit(
            {name: tuple(rows) for name, rows in grouped.items()},
            self._records("tasks", "region", region, TaskRow),
        )
        if region != self.params.regions.city.id:
            others = [name for name in self._recent if name != self.params.regions.city.id]
            for name in others[: 1 - _UNITS_AT_HAND]:
                del self._recent[name]
        self._recent[region] = found
        return found

    def _observed(self, region: str) -> Iterator[tuple[Any, ...]]:
        """Values of a unit's observations, None for one that is not there."""
        for values in self.pack.tables["observations"].where("region", region, OBSERVED):
            value = values[_VALUE]
            yield values if value == value else (*values[:_VALUE], None, *values[_VALUE + 1 :])

    def _records(
        self, kind: str, column: str, value: object, model: type[_Row]
    ) -> tuple[_Row, ...]:
        rows = self.pack.tables[kind].records(column, value, tuple(model.model_fields))
        return tuple(model(**values) for values in rows)

    def submissions(self, year: int) -> tuple[SubmissionRow, ...]:
        """When departments handed in their figures of a year."""
        if year not in self._handed_in:
            self._handed_in[year] = self._records("submissions", "year", year, SubmissionRow)
        return self._handed_in[year]

    @cached_property
    def _handed_in(self) -> dict[int, tuple[SubmissionRow, ...]]:
        return {}

    def _rows(self, region: str, names: Iterable[str], year: int) -> tuple[Observation, ...]:
        return tuple(
            row
            for name in sorted(names)
            for row in self._unit(region).series.get(name, ())
            if row.year <= year
        )

    def _breaks(
        self, regions: Iterable[str], names: Container[str]
    ) -> dict[str, tuple[LevelBreak, ...]]:
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
        series = self._unit(region).series
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
        return PackInfo(title=meta.title, kind=meta.kind, cutoff=meta.cutoff, note=meta.note or "")

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

    def job(
        self, chapter_id: str, region_id: str, year: int, mentioned: Iterable[str] = ()
    ) -> JobInputs:
        """Slice out what one chapter of one unit and year may see.

        Parameters
        ----------
        chapter_id, region_id : str
            Chapter and unit.
        year : int
            Year of assessment.
        mentioned : iterable of str, optional
            Words of the notebook. Those that are ids of the catalogue are seen too, beside what
            ``chapters.yml`` lists; the others mean nothing here.
        """
        params, seen = self.params, self._slice(chapter_id, mentioned)
        city = params.regions.city
        return JobInputs(
            plan=self.plan_info,
            chapter=params.plan.chapter(chapter_id),
            chapters=seen.chapters,
            targets=seen.targets,
            analysis=seen.analysis,
            catalogue=seen.catalogue,
            standards=self.standards,
            region=self._region(region_id),
            city=city,
            year=year,
            pack=self.pack_info,
            rows=self._rows(region_id, seen.names, year),
            city_rows=self._rows(city.id, self._city_names(seen, region_id), year),
            breaks=self._breaks_seen(seen, region_id),
            primary=seen.primary,
            tasks=tuple(
                row
                for row in self._unit(region_id).tasks
                if row.year <= year and row.task in seen.tasks
            ),
            allocations=self._allocations(seen, region_id),
            submissions=self.submissions(year) if seen.analysis.sees_all else (),
        )

    def digests(
        self, chapter_id: str, region_id: str, year: int, mentioned: Iterable[str] = ()
    ) -> tuple[str, str]:
        """Return the digests of data and parameters of `job`, without making that document."""
        seen, city = self._slice(chapter_id, mentioned), self.params.regions.city
        own = self._history(region_id)
        if (seen.digest, region_id) not in self._texts:
            self._texts[seen.digest, region_id] = (
                repr(sorted(self._breaks_seen(seen, region_id).items())),
                repr(self._allocations(seen, region_id)),
                params_text(self._region(region_id), city),
            )
        breaks, allocations, regions = self._texts[seen.digest, region_id]
        data = data_digest(
            pack=self._pack_text,
            rows=up_to(own.series, seen.names, year),
            city_rows=self._city_rows(seen, year) if region_id != city.id else "",
            breaks=breaks,
            primary=repr(sorted(seen.primary.items())),
            tasks=up_to(own.tasks, seen.tasks, year),
            allocations=allocations,
            submissions=repr(self.submissions(year) if seen.analysis.sees_all else ()),
        )
        return data, params_digest(seen.digest, regions, year)

    @cached_property
    def _texts(self) -> dict[tuple[str, str], tuple[str, str, str]]:
        return {}

    @cached_property
    def _pack_text(self) -> str:
        return self.pack_info.model_dump_json()

    @cached_property
    def _city_texts(self) -> dict[tuple[str, int], str]:
        return {}

    def _city_rows(self, seen: _Slice, year: int) -> str:
        key = (seen.digest, year)
        if key not in self._city_texts:
            city = self._history(self.params.regions.city.id)
            self._city_texts[key] = up_to(city.series, seen.city_names, year)
        return self._city_texts[key]

    def _city_names(self, seen: _Slice, region_id: str) -> tuple[str, ...]:
        return seen.city_names if region_id != self.params.regions.city.id else ()

    def _region(self, region_id: str) -> Region:
        return next(r for r in self.params.regions.regions if r.id == region_id)

    def _breaks_seen(self, seen: _Slice, region_id: str) -> dict[str, tuple[LevelBreak, ...]]:
        return self._breaks(sorted({region_id, self.params.regions.city.id}), seen.names)

    def _allocations(self, seen: _Slice, region_id: str) -> tuple[AllocationRow, ...]:
        handed = self._records("allocations", "region", region_id, AllocationRow)
        return tuple(row for row in handed if row.target in seen.numbers)

    @cached_property
    def _histories(self) -> dict[str, _History]:
        return {}

    def _history(self, region_id: str) -> _History:
        """Digests of a unit's rows; they stay when the rows themselves have gone from hand."""
        if region_id not in self._histories:
            tables = self.pack.tables
            self._histories[region_id] = _History(
                histories(self._observed(region_id), OBSERVED, "indicator"),
                histories(
                    tables["tasks"].where("region", region_id, TASK_COLUMNS), TASK_COLUMNS, "task"
                ),
            )
        return self._histories[region_id]

    @cached_property
    def _slices(self) -> dict[tuple[str, frozenset[str]], _Slice]:
        return {}

    def _slice(self, chapter_id: str, mentioned: Iterable[str]) -> _Slice:
        """Say what jobs of a chapter see, whatever the unit and the year."""
        params = self.params
        mentioned = frozenset(mentioned)
        if (chapter_id, mentioned) in self._slices:
            return self._slices[chapter_id, mentioned]
        wanted = params.catalogue.by_id.keys() & mentioned
        analysis, chapter = params.analysis(chapter_id), params.plan.chapter(chapter_id)
        chapters = params.plan.chapters if analysis.sees_all else (chapter,)
        targets = tuple(t for c in chapters for t in params.plan.targets_of(c.id))
        shared = {t.indicator for t in targets}
        names = closure(params.catalogue, shared | self._analysis_names(analysis) | wanted)
        catalogue = self._catalogue(names)
        found = _Slice(
            analysis=analysis,
            chapters=chapters,
            targets=targets,
            catalogue=catalogue,
            names=tuple(sorted(names)),
            city_names=tuple(sorted(closure(params.catalogue, shared))),
            tasks=tuple(sorted({task.id for c in chapters for task in c.tasks})),
            numbers={target.no for target in targets},
            primary={k: v for k, v in self.pack.meta.primary_series.items() if k in names},
            digest=shared_digest(
                self.plan_info, chapter, chapters, targets, analysis, catalogue, self.standards
            ),
        )
        self._slices[chapter_id, mentioned] = found
        return found

    def comparison(self, year: int) -> ComparisonInputs:
        """Slice out what the comparison of units may see."""
        names = self._compared_names
        regions = [region.id for region in self.params.regions.regions]
        return self._compared(year, {region: self._rows(region, names, year) for region in regions})

    def comparison_digest(self, year: int) -> str:
        """Return the fingerprint of `comparison`, without gathering its rows."""
        names = sorted(self._compared_names)
        rows = {
            region.id: up_to(self._history(region.id).series, names, year)
            for region in self.params.regions.regions
        }
        return comparison_digest(self._compared(year, {}), rows)

    @cached_property
    def _compared_names(self) -> set[str]:
        whole = self.params.analysis(self.params.plan.chapters[0].id)
        names = self._framework_names()
        for pair in whole.cocontrol:
            names |= {pair.carbon, *pair.pollutants}
        named = {*whole.trends, *whole.compared, *whole.tiles}
        return closure(self.params.catalogue, names | named)

    def _compared(self, year: int, rows: dict[str, tuple[Observation, ...]]) -> ComparisonInputs:
        params, names = self.params, self._compared_names
        whole = params.analysis(params.plan.chapters[0].id)
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
            rows=rows,
            breaks=self._breaks(regions, names),
            primary={k: v for k, v in self.pack.meta.primary_series.items() if k in names},
        )


def open_sources(params: Path, data: Path) -> Sources:
    """Load and check a parameter folder and a data pack.

    Folders that have not changed since they were last read are not read again.

    Raises
    ------
    InputError
        With every fault of both.
    """
    return _load(params, data, (_stamp(params), _stamp(data)))


def open_params(folder: Path) -> Params:
    """Load and check a parameter folder; one that has not changed is not read again.

    Raises
    ------
    InputError
        With every fault.
    """
    return _load_params(folder, _stamp(folder))


def _stamp(folder: Path) -> tuple[tuple[str, int, int, int], ...]:
    """Names, times and sizes of a folder's files; empty where there is no such folder."""
    try:
        files = sorted([*folder.iterdir(), *(folder / INTAKE).glob("*/*")])
        found = [(str(path), path.stat()) for path in files]
    except OSError:
        return ()
    return tuple((name, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size) for name, stat in found)


@lru_cache(maxsize=2)
def _load(params: Path, data: Path, stamp: object) -> Sources:
    loaded = open_params(params)
    return Sources(loaded, load_pack(data, loaded))


@lru_cache(maxsize=2)
def _load_params(folder: Path, stamp: object) -> Params:
    return load_params(folder)
