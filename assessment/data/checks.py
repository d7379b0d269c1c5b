"""What the rows of a pack say of each other and of the catalogue.

Faults stop the pack; soft findings go with it. Only sound rows are compared, so that a fault of a
cell is not reported a second time.
"""

from __future__ import annotations

import math
from calendar import isleap, monthrange
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from statistics import median
from typing import Any

from assessment.data.csv_source import Finding, shown
from assessment.data.rows import Columns
from assessment.data.schema import fraction_question
from assessment.data.words import CONFIRM, confirms
from assessment.params.asks import LEVELS, form_of
from assessment.params.model import Catalogue, Indicator, Params, Ratio

_SLACK = 1e-9
_FLOWS = {"annual_flow", "count"}
"""Kinds of figure whose months add up to the year."""
_SOME_DAYS = 0.1
"""How far a yearly mean or percentile may be off its months: not every day has a valid value."""

Key = tuple[str, int, int]
_Share = tuple[str, str, str, int]
"""Region, indicator, series and month."""


def of_months(measure: str, year: int, months: Sequence[float]) -> tuple[str, float, float] | None:
    """Say what a yearly value can be, given its twelve months.

    Parameters
    ----------
    measure : str
        The indicator's kind of figure in the catalogue.
    year : int
        Year of the months; their means count by their days.
    months : sequence of float
        Values of January to December.

    Returns
    -------
    (str, float, float) or None
        What it is compared with, and the lowest and highest value that agrees; None for a kind of
        figure of which months say nothing.
    """
    if measure in _FLOWS:
        return "之和", sum(months), sum(months)
    if measure == "annual_mean":
        days = [monthrange(year, month)[1] for month in range(1, 13)]
        mean = sum(d * v for d, v in zip(days, months, strict=True)) / sum(days)
        return "按天数平均", mean * (1 - _SOME_DAYS), mean * (1 + _SOME_DAYS)
    if measure == "percentile":
        return "在各值之间", min(months) * (1 - _SOME_DAYS), max(months) * (1 + _SOME_DAYS)
    return None


def labels_of(params: Params) -> dict[str, str]:
    """Return the names by which messages call indicators and regions, by their ids."""
    return {
        **{region.id: region.name for region in params.regions.regions},
        **{i.id: f"“{i.label}”（{i.id}）" for i in params.catalogue.indicators},
    }


def named(key: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """Return the key of a row as a message calls it: 张店区、2024 年、“能源消费总量”（energy_total）."""
    words = {"year": "{} 年", "month": "{} 月", "series": "口径“{}”"}
    return "、".join(
        words.get(name, "{}").format(labels.get(value, shown(str(value))))
        for name, value in key.items()
        if value not in ("", 0)
    )


def duplicates(
    columns: Columns, key: Mapping[str, Any], labels: Mapping[str, str]
) -> Iterator[Finding]:
    """Find rows with the key of an earlier row.

    Parameters
    ----------
    columns : dict of str to list
        Columns of a table, ``file`` and ``row`` among them.
    key : mapping
        Columns of the key, each with the filler that marks a refused cell (None: it has none).
    labels : mapping
        Names of what has an id, as messages quote them.
    """
    fillers = tuple(key.values())
    parts = [columns[name] for name in key]
    if len(set(zip(*parts, strict=True))) == len(columns["row"]):
        return
    seen: dict[tuple[Any, ...], int] = {}
    for i, values in enumerate(zip(*parts, strict=True)):
        first = seen.setdefault(values, i)
        if first == i or any(
            value == filler and filler is not None
            for value, filler in zip(values, fillers, strict=True)
        ):
            continue
        file, row = columns["file"][i], columns["row"][i]
        where = "" if columns["file"][first] == file else f"{columns['file'][first]} "
        said = named(dict(zip(key, values, strict=True)), labels)
        yield Finding(
            file, row, "",
            f"与 {where}第 {columns['row'][first]} 行重复（{said}）",
            f"第 {columns['row'][first]} 行与第 {row} 行只能留一行；不同口径请填 series 列"
            if "series" in key else f"第 {columns['row'][first]} 行与第 {row} 行只能留一行",
        )  # fmt: skip


def series_of(columns: Columns) -> dict[str, list[str]]:
    """Return the series that each indicator has, in order of name."""
    found: dict[str, set[str]] = defaultdict(set)
    for indicator, series in set(zip(columns["indicator"], columns["series"], strict=True)):
        if indicator:
            found[indicator].add(series)
    return {indicator: sorted(series) for indicator, series in sorted(found.items())}


class ObservationChecks:
    """Checks of the observations against each other.

    Parameters
    ----------
    columns : dict of str to list
        Columns as `columns.observations` returns them, of all files.
    params : Params
        Catalogue and regions.
    primary_series : mapping
        Indicators with several series, and which of them counts.
    """

    def __init__(self, columns: Columns, params: Params, primary_series: Mapping[str, str]):
        self.columns = columns
        self.catalogue: Catalogue = params.catalogue
        self.indicators = params.catalogue.by_id
        self.city = params.regions.city.id
        self.names = {region.id: region.name for region in params.regions.regions}
        self.targets: dict[str, list[float]] = defaultdict(list)
        for target in params.plan.targets:
            if form_of(target, self.indicators[target.indicator].unit) not in LEVELS:
                continue
            if target.unit == "%":
                numbers = target.band or (target.number,)
                self.targets[target.indicator] += [n for n in numbers if n is not None]
        chosen = {
            indicator: primary_series.get(indicator, series[0]) if len(series) > 1 else series[0]
            for indicator, series in series_of(columns).items()
        }
        self._at: dict[str, dict[Key, int]] = defaultdict(dict)
        rows = zip(columns["sound"], columns["state"], columns["indicator"], columns["series"],
                   columns["region"], columns["year"], columns["month"], strict=True)  # fmt: skip
        for i, (sound, state, indicator, series, region, year, month) in enumerate(rows):
            if sound and state == "value" and series == chosen[indicator]:
                self._at[indicator].setdefault((region, year, month), i)

    def faults(self) -> Iterator[Finding]:
        """Find what cannot be: a share above the whole, a fraction written for a per cent."""
        yield from self._shares_above_whole()
        for finding, confirmed in self._fractions():
            if not confirmed:
                yield finding
        yield from self._more_days_than_the_month()

    def notices(self) -> Iterator[Finding]:
        """Find what is odd but may be so."""
        yield from (finding for finding, confirmed in self._fractions() if confirmed)
        yield from self._fractions_throughout()
        yield from self._components()
        yield from self._parts()
        yield from self._months()
        yield from self._city_below_unit()

    def after(self, cutoff: str) -> Iterator[Finding]:
        """Find values of a time that begins after the cut-off date (ISO text)."""
        last = int(cutoff[:4]), int(cutoff[5:7])
        times = zip(self.columns["year"], self.columns["month"], self.columns["state"], strict=True)
        for i, (year, month, state) in enumerate(times):
            if state == "value" and (year, month or 1) > last:
                yield self._finding(
                    i,
                    "year",
                    f"数据的时间晚于数据截止日 {cutoff}",
                    "请核对年月或 pack.yml 的 cutoff",
                )

    def _finding(self, i: int, column: str, problem: str, remedy: str = "") -> Finding:
        return Finding(self.columns["file"][i], self.columns["row"][i], column, problem, remedy)

    def _where(self, i: int) -> str:
        return f"{self.columns['file'][i]} 第 {self.columns['row'][i]} 行"

    def _said(self, i: int) -> str:
        return f"{shown(self.columns['given'][i])} {shown(self.columns['given_unit'][i])}"

    def _step(self, i: int) -> float:
        """Return the last place of a value as given, in the catalogue's unit."""
        exponent = Decimal(self.columns["given"][i]).as_tuple().exponent
        wanted = self.indicators[self.columns["indicator"][i]].unit
        factor = self.catalogue.factor(self.columns["given_unit"][i], wanted) or 1.0
        return math.pow(10.0, int(exponent)) * factor

    def _exceeds(self, small: float, small_step: float, large: float, large_step: float) -> bool:
        """Tell whether what must be the smaller is larger, both rounded to the coarser place.

        Rounding keeps order, so that equal rounding cannot bring this about.
        """
        if small <= large:
            return False
        step = max(small_step, large_step)
        return math.floor(small / step + 0.5 + _SLACK) > math.floor(large / step + 0.5 + _SLACK)

    def _ratios(self) -> Iterator[tuple[Indicator, Ratio]]:
        for indicator in self.indicators.values():
            if isinstance(indicator.derive, Ratio):
                yield indicator, indicator.derive

    def _shares_above_whole(self) -> Iterator[Finding]:
        values = self.columns["value"]
        for indicator, ratio in self._ratios():
            high = indicator.range[1]
            if indicator.unit != "%" or high is None or high > 100:
                continue
            whole = self._at.get(ratio.denominator, {})
            for key, n in self._at.get(ratio.numerator, {}).items():
                d = whole.get(key)
                if d is None:
                    continue
                # Brings the part into the unit of the whole.
                scale = ratio.scale / 100.0
                if self._exceeds(
                    values[n] * scale, self._step(n) * scale, values[d], self._step(d)
                ):
                    part = self.indicators[ratio.numerator].label
                    yield self._finding(
                        n, "value",
                        f"“{part}”{self._said(n)} 大于“{self.indicators[ratio.denominator].label}”"
                        f"{self._said(d)}（{self._where(d)}）",
                        f"“{indicator.label}”不能超过 100%，请核对这两行",
                    )  # fmt: skip

    def _fractions(self) -> Iterator[tuple[Finding, bool]]:
        """Find values of a % indicator that look like a fraction beside those of other years.

        The other years' median is above 5 and the nearest year's value more than ten times the
        value, that is, nearer to a hundred times the value than to the value itself. A rate of
        growth, which may be negative, is often small: it is not looked at.
        """
        values, year_of = self.columns["value"], self.columns["year"]
        candidates, courses, keys = self._small_shares
        for i in candidates:
            course, year = courses[keys[i]], year_of[i]
            others = {other: value for other, value in course.items() if other != year}
            if not others:
                continue
            middle = median(others.values())
            distance = min(abs(other - year) for other in others)
            near = max(v for other, v in others.items() if abs(other - year) == distance)
            if middle > 5 and near > 10 * values[i]:
                given = shown(self.columns["given"][i])
                yield (
                    self._finding(
                        i, "value", f"{given}% 远小于其他年份（中位数 {middle:g}%）",
                        f"{fraction_question(values[i], given)}；"
                        f"若数值无误，请在 note 写{CONFIRM}",
                    ),
                    confirms(self.columns["note"][i]),
                )  # fmt: skip

    @cached_property
    def _small_shares(self) -> tuple[list[int], dict[_Share, dict[int, float]], dict[int, _Share]]:
        """Rows of shares not above 1 %; the values of such an indicator by year; each row's key."""
        columns, values = self.columns, self.columns["value"]
        percents = {
            name
            for name, indicator in self.indicators.items()
            if indicator.unit == "%" and indicator.range[0] is not None and indicator.range[0] >= 0
        }
        candidates = [
            i
            for i, value in enumerate(values)
            if 0 < value <= 1 and columns["sound"][i] and columns["indicator"][i] in percents
        ]
        courses: dict[_Share, dict[int, float]] = defaultdict(dict)
        keys: dict[int, _Share] = {}
        if not candidates:
            return candidates, courses, keys
        wanted = {columns["indicator"][i] for i in candidates}
        rows = zip(columns["region"], columns["indicator"], columns["series"], columns["month"],
                   columns["year"], values, columns["sound"], columns["state"],
                   strict=True)  # fmt: skip
        for i, (region, indicator, series, month, year, value, sound, state) in enumerate(rows):
            if indicator in wanted and sound and state == "value":
                keys[i] = (region, indicator, series, month)
                courses[keys[i]].setdefault(year, value)
        return candidates, courses, keys

    def _fractions_throughout(self) -> Iterator[Finding]:
        """Find shares of a region that are below 1 % in every year and look like fractions.

        With no other year to tell, the other regions' values of the same time and the plan's
        target tell: more than ten times the value and above 5 %. Where these are missing, or all
        regions' values are as small, nothing speaks for the value either, and it is asked about.
        """
        columns, values = self.columns, self.columns["value"]
        candidates, courses, keys = self._small_shares
        told: set[_Share] = set()
        for i in candidates:
            key, indicator = keys[i], self.indicators[columns["indicator"][i]]
            region, _, series, month = key
            given = [v for v in courses[key].values() if v > 0]
            high = indicator.range[1]
            if (
                key in told
                or values[i] >= 1
                or max(given) >= 1
                or columns["note"][i]
                or (high is not None and max(given) * 100 > high)
            ):
                continue
            told.add(key)
            others = [
                course[columns["year"][i]]
                for (other, name, line, when), course in courses.items()
                if other != region
                and (name, line, when) == (indicator.id, series, month)
                and columns["year"][i] in course
            ]
            middle = median(others) if others else 0.0
            target = max(self.targets.get(indicator.id, ()), default=0.0)
            said = []
            if middle > max(5.0, 10 * values[i]):
                said.append(f"其他区县的中位数为 {middle:.10g}%")
            if target > max(5.0, 10 * values[i]):
                said.append(f"方案目标为 {target:.10g}%")
            if not said:
                if max(others, default=0.0) > 1:
                    continue
                said.append("又没有别的数可比")
            quoted = shown(columns["given"][i])
            years = f"各年（{len(given)} 年）" if len(given) > 1 else ""
            yield self._finding(
                i, "value", f"{quoted}% {years}不到 1%，{'，'.join(said)}",
                f"{fraction_question(values[i], quoted)}；若数值无误，请在 note 写明原因",
            )  # fmt: skip

    def _components(self) -> Iterator[Finding]:
        values = self.columns["value"]
        for indicator, ratio in self._ratios():
            numerators = self._at.get(ratio.numerator, {})
            denominators = self._at.get(ratio.denominator, {})
            for key, i in self._at.get(indicator.id, {}).items():
                n, d = numerators.get(key), denominators.get(key)
                if n is None or d is None or values[d] == 0:
                    continue
                computed = ratio.scale * values[n] / values[d]
                gap = abs(computed - values[i])
                if gap <= _SLACK * max(abs(computed), 1.0):
                    continue
                spread = self._step(n) / abs(values[n]) if values[n] else 0.0
                spread += self._step(d) / abs(values[d])
                if gap > 0.5 * (self._step(i) + abs(computed) * spread) * (1 + 1e-6):
                    yield self._finding(
                        i, "value",
                        f"“{indicator.label}”直接填报 {self._said(i)}，由分子（{self._where(n)}）"
                        f"与分母（{self._where(d)}）算得 {computed:.6g} {indicator.unit}",
                        "两者之差超出四舍五入，请核对口径",
                    )  # fmt: skip

    def _parts(self) -> Iterator[Finding]:
        values = self.columns["value"]
        for indicator in self.indicators.values():
            if not indicator.parts:
                continue
            factors = [
                self.catalogue.factor(self.indicators[part].unit, indicator.unit) or math.nan
                for part in indicator.parts
            ]
            for key, i in self._at.get(indicator.id, {}).items():
                found = [self._at.get(part, {}).get(key) for part in indicator.parts]
                given = [(p, f) for p, f in zip(found, factors, strict=True) if p is not None]
                if not given:
                    continue
                total = sum(values[p] * f for p, f in given)
                half = 0.5 * (self._step(i) + sum(self._step(p) * f for p, f in given))
                surplus = total - values[i]
                if surplus > half * (1 + 1e-6) or (
                    len(given) == len(found) and -surplus > half * (1 + 1e-6)
                ):
                    whose = "各分项" if len(given) == len(found) else "已有分项"
                    yield self._finding(
                        i, "value",
                        f"“{indicator.label}”{self._said(i)}，而{whose}之和为 {total:.6g} "
                        f"{indicator.unit}（如 {self._where(given[0][0])}）",
                        "请核对分项与合计的口径",
                    )  # fmt: skip

    def _months(self) -> Iterator[Finding]:
        for indicator in self.indicators.values():
            found = self._at.get(indicator.id, {})
            for (region, year, month), i in found.items():
                if month:
                    continue
                rows = [found[region, year, m] for m in range(1, 13) if (region, year, m) in found]
                low = indicator.range[0]
                if len(rows) < 12:
                    if rows and indicator.measure in _FLOWS and low is not None and low >= 0:
                        yield from self._too_much_of_the_year(indicator, i, rows)
                    continue
                given = [self.columns["value"][m] for m in rows]
                said = of_months(indicator.measure, year, given)
                if said is None:
                    continue
                word, low, high = said
                steps = [self._step(m) for m in rows]
                half = 0.5 * (self._step(i) + (sum(steps) if low == high else max(steps)))
                half *= 1 + 1e-6
                if not low - half <= self.columns["value"][i] <= high + half:
                    wanted = f"{low:.6g}" if low == high else f"{low:.4g}–{high:.4g}"
                    yield self._finding(
                        i, "value",
                        f"“{indicator.label}”全年 {self._said(i)}，与十二个月（如 "
                        f"{self._where(rows[0])}）{word}不合，应为 {wanted} {indicator.unit}",
                        "请核对年值与月值的口径",
                    )  # fmt: skip

    def _too_much_of_the_year(
        self, indicator: Indicator, i: int, rows: Sequence[int]
    ) -> Iterator[Finding]:
        """Find a yearly total below what some of its months come to."""
        total = sum(self.columns["value"][m] for m in rows)
        half = 0.5 * (self._step(i) + sum(self._step(m) for m in rows)) * (1 + 1e-6)
        if total > self.columns["value"][i] + half:
            yield self._finding(
                i, "value",
                f"“{indicator.label}”全年 {self._said(i)}，小于已有 {len(rows)} 个月（如 "
                f"{self._where(rows[0])}）之和 {total:.6g} {indicator.unit}",
                "请核对年值与月值的口径",
            )  # fmt: skip

    def _more_days_than_the_month(self) -> Iterator[Finding]:
        """Find counts of days above the days that the month, or the year, has."""
        for indicator in self.indicators.values():
            if indicator.unit != "天" or indicator.measure not in _FLOWS:
                continue
            for (_, year, month), i in self._at.get(indicator.id, {}).items():
                days = monthrange(year, month)[1] if month else 366 if isleap(year) else 365
                if self.columns["value"][i] > days:
                    when = f"{year} 年" + (f" {month} 月" if month else "")
                    yield self._finding(
                        i, "value", f"“{indicator.label}”{self._said(i)}，而 {when}只有 {days} 天",
                        "请核对天数与年月",
                    )  # fmt: skip

    def _city_below_unit(self) -> Iterator[Finding]:
        values = self.columns["value"]
        for indicator in self.indicators.values():
            low = indicator.range[0]
            if indicator.aggregation != "sum" or low is None or low < 0:
                continue
            largest: dict[tuple[int, int], int] = {}
            cities: dict[tuple[int, int], int] = {}
            for (region, year, month), i in self._at.get(indicator.id, {}).items():
                if region == self.city:
                    cities[year, month] = i
                elif values[i] > values[largest.setdefault((year, month), i)]:
                    largest[year, month] = i
            for time, i in cities.items():
                u = largest.get(time)
                if u is None:
                    continue
                if self._exceeds(values[u], self._step(u), values[i], self._step(i)):
                    name = self.names[self.columns["region"][u]]
                    yield self._finding(
                        i, "value",
                        f"全市“{indicator.label}”{self._said(i)}，小于{name}的 {self._said(u)}"
                        f"（{self._where(u)}）",
                        "请核对两行的口径与单位",
                    )  # fmt: skip
