"""The fourth layer: a figure against its own past. What is odd asks for a note.

Written by hand: a rule with a median and a median absolute deviation over three to ten points is
shorter than any library call that would do it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from assessment.data.csv_source import Finding, shown
from assessment.data.meta import Break
from assessment.data.rows import Columns
from assessment.data.schema import fraction_question
from assessment.data.words import CONFIRM, CONFIRMED, confirms
from assessment.params.model import Indicator, Params

MAGNITUDE = 8.0
"""A figure this many times last year's, or this small a part of it, is taken for a wrong unit."""
FEW = 100.0
"""Counts below this may well grow tenfold."""
SPREADS = 8.0
"""A yearly change this many times the usual spread of changes from their median is an outlier."""
LEAST_CHANGE = 0.5
"""… if it is also at least this part of last year's figure (for per cents: 15 points)."""
LEAST_POINTS = 15.0
_PAST = 4
_COUNTS = {"count", "cumulative_count"}
_PER_CENTS = {"%", "百分点"}

Course = dict[int, float]


Series = tuple[str, str, int, str]


def courses(columns: Columns) -> dict[Series, Course]:
    """Return the values of each indicator, region, month and series by year; the first row counts.

    Series of several makers have levels of their own and are not compared.
    """
    found: dict[Series, Course] = defaultdict(dict)
    rows = zip(columns["indicator"], columns["region"], columns["month"], columns["series"], columns["year"],
               columns["value"], columns["state"], columns["sound"], strict=True)  # fmt: skip
    for indicator, region, month, series, year, value, state, sound in rows:
        if sound and state == "value":
            found[indicator, region, month, series].setdefault(year, value)
    return found


def _since(breaks: Sequence[Break], indicator: str, region: str) -> int:
    return max(
        (b.year for b in breaks if b.indicator in ("*", indicator) and b.region in ("*", region)),
        default=0,
    )


def is_magnitude(indicator: Indicator, before: float, value: float) -> bool:
    """Tell whether two years' figures differ as if one were in another unit."""
    if before <= 0 or value <= 0:
        return False
    low = indicator.range[0]
    if indicator.unit in _PER_CENTS and low is not None and low < 0:
        # A rate of growth passes near zero, where a ratio says nothing of its unit.
        return False
    if indicator.unit in _PER_CENTS and before <= 1 and value - before < LEAST_POINTS:
        # A share that begins near zero may grow tenfold by a few points.
        return False
    if indicator.measure in _COUNTS and max(before, value) < FEW:
        return False
    return max(before / value, value / before) >= MAGNITUDE


def is_outlier(indicator: Indicator, past: Sequence[float], value: float) -> bool:
    """Tell whether the last change is unlike the changes before it.

    Parameters
    ----------
    indicator : Indicator
        Whose figures these are.
    past : sequence of float
        The years before, at least four, in order.
    value : float
        This year's.
    """
    if len(past) < _PAST or min(past) <= 0:
        # What comes and goes has no trend to leave.
        return False
    whole = all(one.is_integer() for one in (*past, value))
    if whole and max(*past, value) < FEW and indicator.unit != "%":
        return False
    changes = [b - a for a, b in pairwise(past)]
    middle = median(changes)
    change = value - past[-1]
    least = LEAST_POINTS if indicator.unit == "%" else LEAST_CHANGE * abs(past[-1])
    if abs(change) < least or least == 0:
        return False
    spread = 1.4826 * median(abs(one - middle) for one in changes)
    return abs(change - middle) > SPREADS * max(spread, 0.01 * abs(past[-1]), 1e-12)


def trend_findings(
    columns: Columns,
    fresh: Sequence[int],
    breaks: Sequence[Break],
    params: Params,
    note: str = "“说明”",
    settled: bool = False,
) -> Iterator[tuple[Finding, bool]]:
    """Find figures that do not go with their past.

    Parameters
    ----------
    columns : dict of str to list
        Observations, those of the forms before those of the pack.
    fresh : sequence of int
        Positions of the rows that are looked at: those of forms, or all of a pack.
    breaks : sequence of Break
        Changes of definition: what lies before one is not compared.
    params : Params
        Catalogue.
    note : str
        What the column of remarks is called where the rows come from.
    settled : bool
        The rows have been accepted before, as those of a pack are: jumps that were confirmed are
        not told again, nor outliers, which nobody can be asked about any more.

    Yields
    ------
    (Finding, bool)
        What is found, and whether it stops the workbook.
    """
    known = courses(columns)
    confirmed = {
        (columns["indicator"][i], columns["region"][i], columns["month"][i], columns["series"][i],
         columns["year"][i])
        for i, note_of in enumerate(columns["note"]) if CONFIRMED in note_of and confirms(note_of)
    }  # fmt: skip
    indicators = params.catalogue.by_id
    begins: dict[tuple[str, str], int] = {}
    for i in fresh:
        if not columns["sound"][i] or columns["state"][i] != "value":
            continue
        indicator = indicators[columns["indicator"][i]]
        region, year, value = columns["region"][i], columns["year"][i], columns["value"][i]
        key = indicator.id, region, columns["month"][i], columns["series"][i]
        course = known[key]
        since = begins.get((indicator.id, region))
        if since is None:
            since = begins[indicator.id, region] = _since(breaks, indicator.id, region)
        asked_of_before = settled and indicator.measure != "cumulative_count"
        if asked_of_before and year - 1 in course:
            # Most rows of a pack go with the year before, which is all that is asked of them.
            goes = since >= year or not is_magnitude(indicator, course[year - 1], value)
            if goes:
                continue
        years = [y for y in sorted(course) if since <= y < year]
        reason, given = columns["note"][i], shown(columns["given"][i])
        said = f"{given} {columns['given_unit'][i]}"

        def found(problem: str, remedy: str, i: int = i) -> Finding:
            return Finding(columns["file"][i], columns["row"][i], "value", problem, remedy)

        if not years:
            continue
        before = course[years[-1]]
        was = f"{years[-1]} 年为 {before:.10g} {indicator.unit}"
        if is_magnitude(indicator, before, value):
            if settled and confirms(reason):
                continue
            if (*key, years[-1]) in confirmed and len(years) > 1:
                earlier = course[years[-2]]
                if not is_magnitude(indicator, earlier, value):
                    # Last year was the exception, and said to be right.
                    continue
            times = value / before if value > before else before / value
            how = "是" if value > before else "只有"
            rounded = f"{float(f'{times:.3g}'):.15g}"
            size = f"{rounded} 倍" if value > before else f"{rounded} 分之一"
            asks = "请核对单位与小数点"
            if indicator.unit == "%" and value <= 1 < before:
                asks = fraction_question(value, given)
            elif indicator.unit == "%" and before <= 1:
                asks = (
                    f"{years[-1]} 年的 {before:.10g} 是否应为 {before * 100:.10g}？请核对这两年的数"
                )
            yield (
                found(f"{said} {how} {years[-1]} 年的 {size}（{was}）",
                      f"{asks}；若数值无误，请在{note}写{CONFIRM}"),
                not confirms(reason),
            )  # fmt: skip
        elif reason:
            continue
        elif indicator.measure == "cumulative_count" and value < before:
            yield (
                found(
                    f"累计数 {said} 小于以前（{was}）", f"累计数不应减少，请核对或在{note}写明原因"
                ),
                False,
            )
        elif not settled and is_outlier(indicator, [course[y] for y in years], value):
            yield (
                found(f"{said} 与以往变化幅度相差很大（{was}）", f"请核对，或在{note}写明原因"),
                False,
            )
