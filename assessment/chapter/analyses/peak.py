"""Has a yearly series passed its peak, and how sure is that."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from assessment.methods.trends import mann_kendall, theil_sen

Z95: Final = 1.959963984540054

SIGNS = "已达峰迹象"
NONE_YET = "尚未见峰"
UNCLEAR = "看不出"


@dataclass(frozen=True)
class PeakReading:
    """Where the highest value lies and what the years after it say.

    Attributes
    ----------
    word : str
        已达峰迹象, 尚未见峰 or 看不出; never a verdict.
    reason : str
        Why, in Chinese.
    peak_year, last_year, first_year : int
        Year of the highest value (the latest of equals); ends of the series.
    peak_value, last_value : float
        Values of those years.
    years_since, years_after : int
        Calendar years since the highest value; years with a value after it.
    below : int
        Later years below it by more than the data error.
    candidates : tuple of int
        Years that the data error cannot tell from the highest.
    fall : float
        Relative fall from the highest to the last value (.1 is ten per cent).
    margin : float
        95 % limit of the error of that fall, relative to the highest value.
    slope, slope_low, slope_high : float or None
        Theil-Sen slope of the years after the highest, a year, with its 95 % interval.
    p : float or None
        Mann-Kendall of those years; None where they are too few for a test.
    at_start : bool
        The highest is the first value: the true peak may be earlier.
    """

    word: str
    reason: str
    first_year: int
    last_year: int
    peak_year: int
    peak_value: float
    last_value: float
    years_since: int
    years_after: int
    below: int
    candidates: tuple[int, ...]
    fall: float
    margin: float
    slope: float | None
    slope_low: float | None
    slope_high: float | None
    p: float | None
    at_start: bool


def read_peak(
    years: Sequence[int],
    values: Sequence[float],
    errors: Sequence[float],
    *,
    years_after: int,
    least: int,
    significance: float,
) -> PeakReading:
    """Read whether a series on one level has passed its highest value for good.

    Parameters
    ----------
    years, values : sequence, shape (n,)
        Years, increasing, and positive values of one level, n >= 1.
    errors : sequence of float, shape (n,)
        Relative standard error of each value (.05 is five per cent).
    years_after : int
        Fewest years after the highest value before anything is said of a peak.
    least : int
        Fewest values for a test, as of any trend.
    significance : float
        Level of that test.

    Returns
    -------
    PeakReading

    Raises
    ------
    ValueError
        If the series is empty, lengths differ, years do not increase, or a value is not positive.

    Notes
    -----
    Written for this tool. The highest value is picked after the fact, so that a fall from it is
    likely even by chance: the test looks only at the years after it. Signs of a peak are said
    where either the last `years_after` years all lie below the highest by more than 1.96 times
    the combined error, or at least `least` years after it fall by a Mann-Kendall test. Errors of
    two years are taken as independent; errors that all years share cancel out.
    """
    if not years or len(years) != len(values) or len(years) != len(errors):
        raise ValueError("years, values and errors must be of one length, at least 1")
    if any(b <= a for a, b in pairwise(years)):
        raise ValueError("years must be increasing")
    if not all(math.isfinite(v) and v > 0 for v in values):
        raise ValueError("values must be positive and finite")
    top = max(range(len(values)), key=lambda i: (values[i], i))
    highest = values[top]
    margins = [
        Z95 * math.hypot(errors[top] * highest, errors[i] * values[i]) for i in range(len(values))
    ]
    clear = [highest - values[i] > margins[i] for i in range(len(values))]
    after = range(top + 1, len(values))
    slope = low = high = p = None
    falling = rising = False
    if len(after) >= years_after:
        line = theil_sen([years[i] for i in after], [values[i] for i in after])
        slope, low, high = line.slope, line.low, line.high
        test = mann_kendall([values[i] for i in after])
        if test.can_be_significant and len(after) >= least:
            p = test.p
            falling = p < significance and test.s < 0
            rising = p < significance and test.s > 0
    since = years[-1] - years[top]
    if len(values) <= years_after:
        word, reason = UNCLEAR, "可比的年度值太少"
    elif not after:
        word, reason = NONE_YET, "最近一年就是最高值"
    elif since < years_after or len(after) < years_after:
        word, reason = UNCLEAR, f"最高值之后不足 {years_after} 年"
    else:
        below = all(clear[-years_after:])
        word, reason = _word(years_after, below, falling, rising, p is not None)
    return PeakReading(
        word=word,
        reason=reason,
        first_year=years[0],
        last_year=years[-1],
        peak_year=years[top],
        peak_value=highest,
        last_value=values[-1],
        years_since=since,
        years_after=len(after),
        below=sum(clear[i] for i in after),
        candidates=tuple(year for i, year in enumerate(years) if i == top or not clear[i]),
        fall=(highest - values[-1]) / highest,
        margin=margins[-1] / highest,
        slope=slope,
        slope_low=low,
        slope_high=high,
        p=p,
        at_start=top == 0,
    )


def _word(
    years_after: int, below: bool, falling: bool, rising: bool, tested: bool
) -> tuple[str, str]:
    clear = f"最近 {years_after} 年都低于最高值且超出数据误差"
    if rising:
        return UNCLEAR, "最高值之后又在走高"
    if below and falling:
        return SIGNS, f"{clear},其后的走低也有检验支持"
    if below:
        return SIGNS, clear
    if falling:
        return SIGNS, "其后各年的走低有检验支持,但降幅还在数据误差之内"
    if tested:
        return UNCLEAR, "降幅在数据误差之内,其后的走低也没有检验支持"
    return UNCLEAR, "降幅在数据误差之内,其后的年份又少得无法检验"
