"""Trends of seasonal series: tests and slopes that compare each season only with itself.

A missing value is left out and counted, never filled.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from assessment.methods.monthly import (
    MONTHS,
    Decomposition,
    annual_means,
    decompose,
    full_months,
    missing_months,
    three_year_means,
)
from assessment.methods.series import Floats, as_array, as_number, without_noise
from assessment.methods.trends import gilbert_limits, kendall_score, standardise

__all__ = [
    "LEAST_CYCLES",
    "Decomposition",
    "SeasonalMannKendall",
    "SeasonalSlope",
    "annual_means",
    "by_cycle",
    "correlated_seasonal_mann_kendall",
    "decompose",
    "full_months",
    "missing_months",
    "seasonal_mann_kendall",
    "seasonal_sen_slope",
    "three_year_means",
]


LEAST_CYCLES = 4
"""Complete cycles below which the correlated test stays above 5 % even if all seasons rise."""


@dataclass(frozen=True)
class SeasonalMannKendall:
    """Result of a seasonal Mann-Kendall test.

    Attributes
    ----------
    n : int
        Values used.
    missing : int
        Values missing in the series.
    years : int
        Cycles the test stands on: all of them, or the complete ones where `correlated`.
    s, var_s, z, p : float
        Sum of the seasons' scores, its variance, standardised score, two-sided p-value.
    tau_a : float
        `s` over the number of pairs within seasons.
    correlated : bool
        Whether the variance allows for correlation between seasons.
    """

    n: int
    missing: int
    years: int
    s: int
    var_s: float
    z: float
    p: float
    tau_a: float
    correlated: bool


@dataclass(frozen=True)
class SeasonalSlope:
    """Median slope within seasons, per cycle (year for months).

    `intercept` is the level at the first value of the series; `low` and `high` are None where no
    interval exists; `by_season` holds each season's median slope, None with fewer than 2 values.
    """

    slope: float
    intercept: float
    low: float | None
    high: float | None
    level: float
    by_season: tuple[float | None, ...]


def by_cycle(y: ArrayLike, period: int = MONTHS) -> Floats:
    """Arrange a series in time order as cycles by seasons, NaN where a value is missing.

    Parameters
    ----------
    y : array_like, shape (n,)
        Values at equal steps, NaN where missing.
    period : int
        Seasons in a cycle, at least 2.

    Returns
    -------
    ndarray, shape (cycles, period)
        An unfinished last cycle is closed with NaN.

    Raises
    ------
    ValueError
        If `y` is not one-dimensional, holds an infinity, or `period` is below 2.
    """
    values = as_array(y, "y")
    if values.ndim != 1:
        raise ValueError(f"y must have one dimension, not {values.ndim}")
    if period < 2:
        raise ValueError(f"a cycle has at least 2 seasons, not {period}")
    cycles = -(-values.size // period)
    padded = np.full(cycles * period, np.nan)
    padded[: values.size] = values
    return padded.reshape(cycles, period)


def seasonal_mann_kendall(y: ArrayLike, period: int = MONTHS) -> SeasonalMannKendall:
    """Test for a trend common to the seasons, comparing each season only with itself.

    Parameters
    ----------
    y : array_like, shape (n,)
        Values in time order at equal steps, NaN where missing.
    period : int
        Seasons in a cycle.

    Returns
    -------
    SeasonalMannKendall

    Raises
    ------
    ValueError
        If no season has two values, or as `by_cycle`.

    Notes
    -----
    ``S' = sum S_g`` and ``Var S' = sum Var S_g`` over seasons, as if seasons were independent;
    see `correlated_seasonal_mann_kendall` where they are not. Neither scipy nor statsmodels has it.

    References
    ----------
    Hirsch, Slack and Smith 1982, Water Resources Research 18:107.
    """
    table = by_cycle(y, period)
    seasons = [season[~np.isnan(season)] for season in table.T]
    pairs = sum(season.size * (season.size - 1) // 2 for season in seasons)
    if pairs == 0:
        raise ValueError("no season has two values")
    scores = [kendall_score(season) for season in seasons if season.size > 1]
    s, var_s = sum(score for score, _ in scores), sum(variance for _, variance in scores)
    z, p = standardise(s, var_s)
    n = sum(season.size for season in seasons)
    missing = np.asarray(y).size - n
    return SeasonalMannKendall(n, missing, table.shape[0], s, var_s, z, p, s / pairs, False)


def correlated_seasonal_mann_kendall(y: ArrayLike, period: int = MONTHS) -> SeasonalMannKendall:
    """Test for a common trend with the covariance between seasons estimated.

    Parameters
    ----------
    y : array_like, shape (n,)
        Values in time order at equal steps, NaN where missing; at least 10 complete cycles are
        advisable, 4 are required: with 3 even seasons that all rise give p = .117.
    period : int
        Seasons in a cycle.

    Returns
    -------
    SeasonalMannKendall
        Only complete cycles are used.

    Raises
    ------
    ValueError
        If fewer than 4 cycles are complete, or as `by_cycle`.

    Notes
    -----
    ``cov(S_g, S_h) = [K_gh + 4 sum_i R_ig R_ih - n(n+1)^2] / 3`` with midranks R and
    ``K_gh = sum_{i<j} sign((x_jg - x_ig)(x_jh - x_ih))``; z without continuity correction, as in
    the source. Neither scipy nor statsmodels has it.

    References
    ----------
    Hirsch and Slack 1984, Water Resources Research 20:727; Dietz and Killeen 1981, JASA 76:169.
    """
    table = by_cycle(y, period)
    complete = table[~np.isnan(table).any(axis=1)]
    n = complete.shape[0]
    if n < LEAST_CYCLES:
        raise ValueError(f"{n} complete cycles; at least {LEAST_CYCLES} are needed")
    complete = without_noise(complete.ravel()).reshape(complete.shape)
    first, second = np.triu_indices(n, 1)
    signs = np.sign(complete[second] - complete[first])
    s = int(signs.sum())
    ranks = stats.rankdata(complete, axis=0)
    covariance = (signs.T @ signs + 4 * ranks.T @ ranks - n * (n + 1) ** 2) / 3
    var_s = max(float(covariance.sum()), 0.0)
    z = 0.0 if var_s == 0 else s / float(np.sqrt(var_s))
    p = float(2 * stats.norm.sf(abs(z)))
    missing = int(np.isnan(as_array(y, "y")).sum())
    pairs = period * n * (n - 1) // 2
    return SeasonalMannKendall(complete.size, missing, n, s, var_s, z, p, s / pairs, True)


def seasonal_sen_slope(y: ArrayLike, period: int = MONTHS, level: float = 0.95) -> SeasonalSlope:
    """Return the median of all slopes between values of one season.

    Parameters
    ----------
    y : array_like, shape (n,)
        Values in time order at equal steps, NaN where missing.
    period : int
        Seasons in a cycle.
    level : float
        Confidence level in (0, 1).

    Returns
    -------
    SeasonalSlope

    Raises
    ------
    ValueError
        If no season has two values, `level` is out of range, or as `by_cycle`.

    References
    ----------
    Gilbert 1987, sections 17.2 and 17.3.
    """
    if not 0 < as_number(level, "level") < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    table = by_cycle(y, period)
    first, second = np.triu_indices(table.shape[0], 1)
    slopes = (table[second] - table[first]) / (second - first)[:, np.newaxis]
    present = [season[~np.isnan(season)] for season in slopes.T]
    pooled = np.concatenate(present)
    if pooled.size == 0:
        raise ValueError("no season has two values")
    slope = float(np.median(pooled))
    values = table.ravel()
    times = np.flatnonzero(~np.isnan(values)) / period
    intercept = float(np.nanmedian(values) - slope * np.median(times))
    low, high = gilbert_limits(pooled, seasonal_mann_kendall(y, period).var_s, level)
    by_season = tuple(float(np.median(season)) if season.size else None for season in present)
    return SeasonalSlope(slope, intercept, low, high, level, by_season)
