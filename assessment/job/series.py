"""The yearly and monthly series of one unit, with what is derived, missing or broken in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assessment.job.hints import Hinting, Named
from assessment.params.model import (
    Catalogue,
    Change,
    Growth,
    Indicator,
    Ratio,
    RollingMean,
    Sum,
)
from assessment.params.plan import Frozen
from assessment.results.model import Point
from assessment.results.values import Trace

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Observation:
    """One row of a pack for one unit, in the catalogue's unit; month 0 is the whole year."""

    indicator: str
    series: str
    year: int
    month: int
    value: float | None
    state: str
    grade: str
    source: str
    note: str
    given: str
    given_unit: str
    file: str
    row: int

    @property
    def trace(self) -> Trace:
        """Where the figure stands in the pack."""
        return Trace(
            file=self.file,
            row=self.row,
            source=self.source,
            grade=self.grade,
            given=f"{self.given} {self.given_unit}".strip(),
            note=self.note,
        )


class LevelBreak(Frozen):
    """A known break of level: ``year`` is the first year of the new level."""

    indicator: str
    year: int
    reason: str


@dataclass(frozen=True)
class Annual:
    """A yearly series.

    ``not_applicable`` gives the reason by year; ``breaks`` are first years of a new level;
    ``others`` names the makers whose figures the unit has where it lacks the judged one's.
    """

    indicator: Indicator
    series: str = ""
    points: tuple[Point, ...] = ()
    not_applicable: Mapping[int, str] = field(default_factory=dict)
    breaks: tuple[int, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def lacks_maker(self) -> str:
        """Say in Chinese that only other makers' figures are there; empty where that is not so."""
        if not self.others:
            return ""
        held = "、".join(name or "未写明来源" for name in self.others)
        return f"本单元只有“{held}”的数,不是判断所用的“{self.series}”"

    def at(self, year: int) -> Point | None:
        """Point of a year."""
        return next((point for point in self.points if point.year == year), None)

    def value(self, year: int) -> float | None:
        """Value of a year."""
        point = self.at(year)
        return None if point is None else point.value

    def same_level(self, first: int, last: int) -> bool:
        """Whether no known break lies between two years."""
        low, high = min(first, last), max(first, last)
        return not any(low < year <= high for year in self.breaks)

    def segment(self, year: int) -> tuple[Point, ...]:
        """Points up to ``year`` on the same level as it."""
        return tuple(p for p in self.points if p.year <= year and self.same_level(p.year, year))


_WORST = "DCBA"


def worst_grade(grades: Sequence[str]) -> str:
    """Worst of some quality grades (A best, D worst); empty where none is given."""
    present = [grade for grade in grades if grade]
    return min(present, key=_WORST.index) if present else ""


_NOT_SEEN = (
    "指标编号要在笔记本里原样写出（不要拼接），或写进 chapters.yml 这一章的 trends 或 context。"
)


class UnitData(Hinting):
    """All series of one unit.

    Parameters
    ----------
    catalogue : Catalogue
        Indicators that may be asked for.
    rows : sequence of Observation
        The unit's rows.
    breaks : sequence of LevelBreak
        Known level breaks of this unit (``*`` for every indicator).
    primary : mapping
        Which series is judged where an indicator has several.
    month_share : float
        Least share of months for an annual mean.
    """

    _called = "chapter.data"

    def __init__(
        self,
        catalogue: Catalogue,
        rows: Sequence[Observation],
        breaks: Sequence[LevelBreak],
        primary: Mapping[str, str],
        month_share: float,
    ):
        self._indicators = Named("指标", catalogue.by_id, _NOT_SEEN)
        self._breaks = tuple(breaks)
        self._primary = dict(primary)
        self._month_share = month_share
        self._rows: dict[tuple[str, str], list[Observation]] = {}
        for row in rows:
            self._rows.setdefault((row.indicator, row.series), []).append(row)
        self._cache: dict[tuple[str, str], Annual] = {}

    def series_names(self, indicator: str) -> tuple[str, ...]:
        """Names of the series that an indicator has, the judged one first."""
        names = sorted(series for name, series in self._rows if name == indicator)
        primary = self._primary.get(indicator)
        return tuple(sorted(names, key=lambda name: (name != primary, name)))

    def judged_series(self, indicator: str) -> str:
        """Name of the series that an indicator is judged by.

        A unit that lacks the one named by the pack is not judged by another maker's figures.
        """
        names = self.series_names(indicator)
        primary = self._primary.get(indicator)
        if names and primary is not None and primary not in names:
            return primary
        return names[0] if names else ""

    def breaks(self, indicator: str) -> tuple[LevelBreak, ...]:
        """Known breaks of an indicator, its components' included."""
        found = [b for b in self._breaks if b.indicator in (indicator, "*")]
        for part in self._parts(indicator):
            found.extend(self.breaks(part))
        return tuple({b.year: b for b in found}.values())

    def _parts(self, indicator: str) -> tuple[str, ...]:
        derive = self._indicators[indicator].derive
        return derive.parts if derive is not None else ()

    def annual(self, indicator: str, series: str | None = None) -> Annual:
        """Yearly series of an indicator.

        Given figures come first; a derived indicator is computed for the years that lack one;
        an annual mean of months is taken where enough months are there.

        Parameters
        ----------
        indicator : str
            Catalogue id.
        series : str, optional
            Series name; by default the one that the pack says is judged.
        """
        if series is None:
            series = self.judged_series(indicator)
        key = (indicator, series)
        if key not in self._cache:
            self._cache[key] = self._build(indicator, series)
        return self._cache[key]

    def _build(self, indicator: str, series: str) -> Annual:
        entry = self._indicators[indicator]
        points: dict[int, Point] = {}
        absent: dict[int, str] = {}
        for row in self._rows.get((indicator, series), ()):
            if row.month:
                continue
            if row.state == "not_applicable":
                absent[row.year] = row.note or "资料注明不适用"
            elif row.value is not None:
                points[row.year] = Point(
                    year=row.year, value=row.value, grade=row.grade, trace=(row.trace,)
                )
        # A figure computed from the judged parts belongs to no other maker's series.
        judged = self.judged_series(indicator)
        derived, zero = self._derive(entry) if series == judged else ({}, {})
        for year, point in derived.items():
            points.setdefault(year, point)
        for year, reason in zero.items():
            if year not in points:
                absent.setdefault(year, reason)
        if entry.measure == "annual_mean":
            for year, point in self._means(indicator, series).items():
                points.setdefault(year, point)
        years = [b.year for b in self.breaks(indicator)]
        return Annual(
            entry,
            series,
            tuple(points[year] for year in sorted(points)),
            absent,
            tuple(sorted(set(years))),
            () if points or series != judged else self.series_names(indicator),
        )

    def _derive(self, entry: Indicator) -> tuple[dict[int, Point], dict[int, str]]:
        derive = entry.derive
        points: dict[int, Point] = {}
        zero: dict[int, str] = {}
        if isinstance(derive, Ratio):
            top, bottom = self.annual(derive.numerator), self.annual(derive.denominator)
            for below in bottom.points:
                above = top.at(below.year)
                if below.value == 0:
                    name = self._indicators[derive.denominator].label
                    zero[below.year] = f"当年{name}为零"
                elif above is not None:
                    points[below.year] = _derived(
                        below.year, derive.scale * above.value / below.value, (above, below)
                    )
            for year, reason in {**top.not_applicable, **bottom.not_applicable}.items():
                zero.setdefault(year, reason)
        elif isinstance(derive, Growth):
            base = self.annual(derive.of)
            start = base.at(derive.base_year)
            if start is not None and start.value > 0:
                for point in base.points:
                    span = point.year - derive.base_year
                    if span > 0 and point.value > 0 and base.same_level(start.year, point.year):
                        rate = ((point.value / start.value) ** (1 / span) - 1) * 100
                        points[point.year] = _derived(point.year, rate, (start, point))
        elif isinstance(derive, Change):
            base = self.annual(derive.of)
            for before, after in zip(base.points, base.points[1:], strict=False):
                if (
                    after.year == before.year + 1
                    and before.value > 0
                    and base.same_level(before.year, after.year)
                ):
                    rate = (after.value / before.value - 1) * 100
                    points[after.year] = _derived(after.year, rate, (before, after))
        elif isinstance(derive, Sum):
            points, zero = self._summed(derive)
        elif isinstance(derive, RollingMean):
            base = self.annual(derive.of)
            for point in base.points:
                since = point.year - derive.years + 1
                window = tuple(p for p in base.points if since <= p.year <= point.year)
                if len(window) == derive.years and base.same_level(since, point.year):
                    mean = sum(p.value for p in window) / derive.years
                    points[point.year] = _derived(point.year, mean, window)
        return points, zero

    def _summed(self, derive: Sum) -> tuple[dict[int, Point], dict[int, str]]:
        """Sums of the years in which every part has a value or does not apply."""
        parts = [self.annual(name) for name in derive.of]
        points: dict[int, Point] = {}
        absent: dict[int, str] = {}
        years = {
            y for part in parts for y in (*(p.year for p in part.points), *part.not_applicable)
        }
        for year in sorted(years):
            given = tuple(point for part in parts if (point := part.at(year)) is not None)
            lacking = [p for p in parts if p.at(year) is None and year not in p.not_applicable]
            if lacking:
                continue
            if given:
                points[year] = _derived(year, sum(point.value for point in given), given)
            else:
                absent[year] = parts[0].not_applicable[year]
        return points, absent

    def _means(self, indicator: str, series: str) -> dict[int, Point]:
        months: dict[int, list[Observation]] = {}
        for row in self._rows.get((indicator, series), ()):
            if row.month and row.value is not None:
                months.setdefault(row.year, []).append(row)
        return {
            year: Point(
                year=year,
                value=sum(row.value or 0.0 for row in rows) / len(rows),
                grade=worst_grade([row.grade for row in rows]),
                derived=True,
                trace=tuple(row.trace for row in rows),
            )
            for year, rows in months.items()
            if len(rows) >= 12 * self._month_share
        }

    def monthly(self, indicator: str, series: str | None = None) -> tuple[Observation, ...]:
        """Monthly rows with a value, in order of time.

        Raises
        ------
        InputError
            The chapter sees no such indicator; the message names the nearest.
        """
        name = self._indicators[indicator].id
        if series is None:
            series = self.judged_series(name)
        rows = [r for r in self._rows.get((name, series), ()) if r.month and r.value is not None]
        return tuple(sorted(rows, key=lambda row: (row.year, row.month)))

    def frame(self, *indicators: str) -> pd.DataFrame:
        """Yearly series as a long table, for pandas and seaborn.

        Parameters
        ----------
        *indicators : str
            Ids; without one, every indicator that the chapter sees.

        Returns
        -------
        DataFrame
            Columns ``indicator``, ``name``, ``year``, ``value``, ``unit``, ``grade``, ``level``;
            a year without a value has no row. ``level`` counts known breaks: figures of two
            levels must not be compared.
        """
        from pandas import DataFrame  # whoever calls this has it; much else here does without

        rows = []
        for name in indicators or tuple(self._indicators):
            series = self.annual(name)
            entry = series.indicator
            for point in series.points:
                level = sum(year <= point.year for year in series.breaks)
                rows.append(
                    (name, entry.label, point.year, point.value, entry.unit, point.grade, level)
                )
        columns = ["indicator", "name", "year", "value", "unit", "grade", "level"]
        return DataFrame(rows, columns=columns)


def _derived(year: int, value: float, parts: tuple[Point, ...]) -> Point:
    return Point(
        year=year,
        value=value,
        grade=worst_grade([part.grade for part in parts]),
        derived=True,
        trace=tuple(trace for part in parts for trace in part.trace),
    )
