"""Monthly air quality of one pollutant: trend by month, season, before and after a date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from assessment.methods.breaks import POINTS_PER_SIDE, InterruptedSeries, interrupted_series
from assessment.methods.monthly import MONTHS
from assessment.methods.seasonal import (
    LEAST_CYCLES,
    Decomposition,
    SeasonalMannKendall,
    SeasonalSlope,
    correlated_seasonal_mann_kendall,
    decompose,
    seasonal_mann_kendall,
    seasonal_sen_slope,
)


@dataclass(frozen=True)
class MonthlyReading:
    """What the months of one pollutant say.

    Attributes
    ----------
    months : Series
        On every month from the first value to December of the last year wanted, NaN if missing.
    missing : tuple of str
        Missing months (``"2024-03"``), those after the last value included.
    years, complete_years : int
        Calendar years with a value; years with all twelve.
    test, correlated : SeasonalMannKendall or None
        Seasonal Mann-Kendall, as if months were independent, and with their covariance.
    slope : SeasonalSlope or None
        Median slope within months, a year, with its interval.
    reading : str
        falling, rising or unclear; a direction only where both tests support it; untested where
        the years are too few.
    reason : str
        Why there is no test or no direction, in Chinese.
    parts : Decomposition or None
        STL, only where no month within the series is missing.
    interrupted : InterruptedSeries or None
        Level and slope at the date, of the series less its season, from windows of equal length
        before and after.
    interrupted_reason : str
        Why it is None, in Chinese.
    """

    months: pd.Series[float]
    missing: tuple[str, ...]
    years: int
    complete_years: int
    test: SeasonalMannKendall | None
    correlated: SeasonalMannKendall | None
    slope: SeasonalSlope | None
    reading: str
    reason: str
    parts: Decomposition | None
    interrupted: InterruptedSeries | None
    interrupted_reason: str


def read_months(
    values: Mapping[tuple[int, int], float],
    year: int,
    start_year: int,
    least_years: int,
    significance: float = 0.05,
) -> MonthlyReading:
    """Read the months of one pollutant on one level.

    Parameters
    ----------
    values : mapping of (year, month) to float
        At least one value, none of them from before a known break of level.
    year : int
        Last year wanted; later months are left out.
    start_year : int
        The interrupted series breaks at its January.
    least_years : int
        Fewest years for a test.
    significance : float
        Level of the seasonal tests.

    Returns
    -------
    MonthlyReading

    Raises
    ------
    ValueError
        If no value lies in the years wanted, or a month is not 1 to 12.

    Notes
    -----
    A missing month stays missing: the tests leave it out, and there is no decomposition and no
    interrupted series, which both need every month. The seasonal part that the interrupted series
    takes away is STL's. Its windows are equally long, since a fall that flattens over the years
    would else pass for a change at the date.
    """
    known = {pd.Period(year=y, month=m, freq="M"): v for (y, m), v in values.items() if y <= year}
    if not known:
        raise ValueError(f"no monthly value up to {year}")
    end = pd.Period(year=year, month=MONTHS, freq="M")
    grid = pd.period_range(min(known), end, freq="M")
    months = pd.Series(known, dtype="float64").reindex(grid)
    missing = tuple(str(month) for month in grid[months.isna().to_numpy()])
    counts = months.groupby(grid.year).count()
    years, complete = int((counts > 0).sum()), int((counts == MONTHS).sum())
    test = correlated = slope = None
    if len(known) < MONTHS:
        reading, reason = "untested", f"只有 {len(known)} 个月值,数据不足"
    elif years < least_years:
        reading, reason = "untested", f"只有 {years} 年有月值,不足 {least_years} 年不作检验"
    else:
        # full years, so that a column of the table is one calendar month
        whole = pd.period_range(f"{min(known).year}-01", end, freq="M")
        table = months.reindex(whole).to_numpy()
        test, slope = seasonal_mann_kendall(table), seasonal_sen_slope(table)
        if complete >= max(least_years, LEAST_CYCLES):
            correlated = correlated_seasonal_mann_kendall(table)
        reading, reason = _direction(test, correlated, complete, significance)
    parts, lacking = _parts(months)
    interrupted = None
    if parts is not None:
        interrupted, lacking = _interrupted(months, parts, start_year)
    return MonthlyReading(
        months, missing, years, complete, test, correlated, slope, reading, reason, parts,
        interrupted, lacking,
    )  # fmt: skip


def _direction(
    test: SeasonalMannKendall,
    correlated: SeasonalMannKendall | None,
    complete: int,
    significance: float,
) -> tuple[str, str]:
    if test.p >= significance:
        return "unclear", "检验不支持单一走向"
    if correlated is None:
        return "unclear", f"只有 {complete} 个完整年份,不能计入月与月的相关"
    if correlated.p >= significance or correlated.s * test.s <= 0:
        return "unclear", "计入月与月的相关后,检验不支持单一走向"
    return ("falling" if test.s < 0 else "rising"), ""


def _parts(months: pd.Series[float]) -> tuple[Decomposition | None, str]:
    held = months.loc[: months.last_valid_index()]
    gaps = int(held.isna().sum())
    if gaps:
        return None, f"其间缺 {gaps} 个月,不补,也不分解"
    if held.size < 2 * MONTHS:
        return None, f"只有 {held.size} 个月,不足两年"
    return decompose(held), ""


def _interrupted(
    months: pd.Series[float], parts: Decomposition, start_year: int
) -> tuple[InterruptedSeries | None, str]:
    held = (months - parts.seasonal).dropna()
    start = pd.Period(year=start_year, month=1, freq="M")
    before, after = held[held.index < start], held[held.index >= start]
    window = min(len(before), len(after))
    if window < POINTS_PER_SIDE:
        return None, (
            f"方案启动({start_year} 年)前 {len(before)} 个月、后 {len(after)} 个月,"
            f"每侧不足 {POINTS_PER_SIDE} 个"
        )
    used = pd.concat([before.iloc[-window:], after.iloc[:window]])
    index, values = pd.PeriodIndex(used.index), used.to_numpy()
    times = index.year.to_numpy() + (index.month.to_numpy() - 1) / MONTHS
    try:
        return interrupted_series(times, values, start_year), ""
    except ValueError:
        # windows, order and values are as asked: only lines without residual are refused
        return None, "各月数值没有起伏,无法检验"
