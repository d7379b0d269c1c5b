"""What the months of one series say: a direction, and a change at a date known beforehand.

A missing month stays missing: the tests leave it out, and what needs every month is not done.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from assessment.methods.breaks import POINTS_PER_SIDE, InterruptedSeries, interrupted_series
from assessment.methods.monthly import MONTHS, Decomposition, decompose
from assessment.methods.seasonal import (
    LEAST_CYCLES,
    SeasonalMannKendall,
    SeasonalSlope,
    correlated_seasonal_mann_kendall,
    seasonal_mann_kendall,
    seasonal_sen_slope,
)


class Direction(StrEnum):
    """Which way the months go; untested where they are too few."""

    FALLING = "falling"
    RISING = "rising"
    UNCLEAR = "unclear"
    UNTESTED = "untested"


class MonthlyReason(StrEnum):
    """Why a direction is said, or is not."""

    SUPPORTED = "supported"
    FEW_MONTHS = "few_months"
    FEW_YEARS = "few_years"
    NOT_SUPPORTED = "not_supported"
    FEW_COMPLETE_YEARS = "few_complete_years"
    NOT_SUPPORTED_CORRELATED = "not_supported_correlated"


@dataclass(frozen=True)
class MonthlyTrend:
    """Trend of a monthly series.

    Attributes
    ----------
    n, years, complete_years : int
        Months with a value; calendar years with one; years with all twelve.
    direction : Direction
        Rising or falling only where both tests support it.
    reason : MonthlyReason
        Why so.
    test, correlated : SeasonalMannKendall or None
        As if months were independent, and with their covariance.
    slope : SeasonalSlope or None
        Median slope within months, a year, with its interval.
    """

    n: int
    years: int
    complete_years: int
    direction: Direction
    reason: MonthlyReason
    test: SeasonalMannKendall | None = None
    correlated: SeasonalMannKendall | None = None
    slope: SeasonalSlope | None = None


def monthly_trend(
    months: pd.Series[float], least_years: int, significance: float = 0.05
) -> MonthlyTrend:
    """Test the months of a series for a common trend, each compared only with itself.

    Parameters
    ----------
    months : Series
        Values by month (PeriodIndex without holes), NaN where missing; of one level.
    least_years : int
        Fewest years for a test.
    significance : float
        Level of both tests.

    Returns
    -------
    MonthlyTrend

    Raises
    ------
    ValueError
        If no month has a value.

    References
    ----------
    Hirsch, Slack and Smith 1982; Hirsch and Slack 1984: see `assessment.methods.seasonal`.
    """
    known = months.dropna()
    if known.empty:
        raise ValueError("no month has a value")
    counts = known.groupby(pd.PeriodIndex(known.index).year).count()
    years, complete = len(counts), int((counts == MONTHS).sum())
    n = len(known)
    if n < MONTHS or years < least_years:
        reason = MonthlyReason.FEW_MONTHS if n < MONTHS else MonthlyReason.FEW_YEARS
        return MonthlyTrend(n, years, complete, Direction.UNTESTED, reason)
    # Full years, so that a column of the table is one calendar month.
    index = pd.PeriodIndex(months.index)
    whole = pd.period_range(f"{index[0].year}-01", f"{index[-1].year}-12", freq="M")
    table = months.reindex(whole).to_numpy()
    test, slope = seasonal_mann_kendall(table), seasonal_sen_slope(table)
    correlated = None
    if complete >= max(least_years, LEAST_CYCLES):
        correlated = correlated_seasonal_mann_kendall(table)
    direction, reason = Direction.UNCLEAR, MonthlyReason.NOT_SUPPORTED
    if test.p < significance:
        if correlated is None:
            reason = MonthlyReason.FEW_COMPLETE_YEARS
        elif correlated.p >= significance or correlated.s * test.s <= 0:
            reason = MonthlyReason.NOT_SUPPORTED_CORRELATED
        else:
            direction = Direction.FALLING if test.s < 0 else Direction.RISING
            reason = MonthlyReason.SUPPORTED
    return MonthlyTrend(n, years, complete, direction, reason, test, correlated, slope)


class AroundReason(StrEnum):
    """Why a date's before and after are compared, or are not."""

    COMPARED = "compared"
    MISSING_MONTHS = "missing_months"
    FEW_MONTHS = "few_months"
    SHORT_SIDE = "short_side"
    NO_VARIATION = "no_variation"


@dataclass(frozen=True)
class AroundDate:
    """A monthly series before and after a date.

    Attributes
    ----------
    reason : AroundReason
        Whether it was compared, or why not.
    months, gaps : int
        From the first to the last value, and how many of them are missing.
    before, after : int
        Months on each side of the date; where compared, those used, as many as after it.
    parts : Decomposition or None
        STL; only where no month within the series is missing.
    series : InterruptedSeries or None
        Change of level and of slope at the date, of the series less its season.
    """

    reason: AroundReason
    months: int
    gaps: int
    before: int
    after: int
    parts: Decomposition | None = None
    series: InterruptedSeries | None = None


def around_date(months: pd.Series[float], start: pd.Period) -> AroundDate:
    """Compare level and slope before a date with those from it on, the season taken away.

    Parameters
    ----------
    months : Series
        Values by month (PeriodIndex without holes), NaN where missing; of one level.
    start : Period
        First month of the new regime, known from outside the data.

    Returns
    -------
    AroundDate

    Raises
    ------
    ValueError
        If no month has a value.

    Notes
    -----
    Both sides are equally long, since a fall that flattens over the years would else pass for a
    change at the date. The comparison attributes nothing.

    References
    ----------
    Cleveland et al. 1990 (STL); Wagner et al. 2002 (interrupted series).
    """
    if not months.notna().any():
        raise ValueError("no month has a value")
    held = months.loc[months.first_valid_index() : months.last_valid_index()]
    gaps = int(held.isna().sum())
    sides = int((held.index < start).sum()), int((held.index >= start).sum())
    if gaps or held.size < 2 * MONTHS:
        reason = AroundReason.MISSING_MONTHS if gaps else AroundReason.FEW_MONTHS
        return AroundDate(reason, held.size, gaps, *sides)
    parts = decompose(held)
    window = min(sides)
    if window < POINTS_PER_SIDE:
        return AroundDate(AroundReason.SHORT_SIDE, held.size, gaps, *sides, parts)
    level = held - parts.seasonal
    used = pd.concat([level[level.index < start][-window:], level[level.index >= start][:window]])
    index = pd.PeriodIndex(used.index)
    times = index.year.to_numpy() + (index.month.to_numpy() - 1) / MONTHS
    at = start.year + (start.month - 1) / MONTHS
    try:
        series = interrupted_series(times, used.to_numpy(), at)
    except ValueError:
        # Windows, order and values are as asked: only lines without residual are refused.
        return AroundDate(AroundReason.NO_VARIATION, held.size, gaps, *sides, parts)
    return AroundDate(AroundReason.COMPARED, held.size, gaps, window, window, parts, series)
