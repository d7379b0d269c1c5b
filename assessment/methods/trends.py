"""Monotonic and linear trends of short annual series.

Two readings stand side by side: the rank test of Mann and Kendall with the slope of Theil and
Sen, which need no distribution, and least squares with standard errors after Newey and West.
A series with a known level break must be cut before it comes here.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.tsa.stattools import acf

from assessment.methods.regression import (
    OlsTrend,
    Prediction,
    default_lags,
    ols_trend,
    prediction,
)
from assessment.methods.series import Floats, as_number, as_pairs, as_values, without_noise

__all__ = [
    "HamedRao",
    "MannKendall",
    "OlsTrend",
    "Prediction",
    "TheilSen",
    "default_lags",
    "gilbert_limits",
    "hamed_rao",
    "kendall_score",
    "mann_kendall",
    "ols_trend",
    "prediction",
    "standardise",
    "theil_sen",
]

EXACT_UP_TO = 14
"""Longest series without ties whose Mann-Kendall null distribution is taken exactly."""

SIGNIFICANCE = 0.05
"""Level that decides whether a test of this length could be significant at all."""

AUTOCORRELATION_FROM = 20
"""Shortest series whose autocorrelations are worth correcting for."""


@dataclass(frozen=True)
class MannKendall:
    """Result of a Mann-Kendall test.

    Attributes
    ----------
    n : int
        Number of values.
    s : int
        Rising pairs minus falling pairs.
    var_s : float
        Variance of `s` under no trend, corrected for ties.
    z : float
        Standardised `s` with the continuity correction.
    p : float
        Two-sided p-value.
    tau_b : float or None
        Kendall's tau-b; None where all values are equal.
    tau_a : float
        `s` over the number of pairs.
    method : {"exact", "normal"}
        Null distribution behind `p`.
    can_be_significant : bool
        Whether the smallest p-value this length (and these ties) can give is at most .05.
    """

    n: int
    s: int
    var_s: float
    z: float
    p: float
    tau_b: float | None
    tau_a: float
    method: Literal["exact", "normal"]
    can_be_significant: bool


@dataclass(frozen=True)
class HamedRao(MannKendall):
    """Mann-Kendall test whose variance is corrected for autocorrelation.

    Attributes
    ----------
    correction : float
        n/n*, the factor on the variance; `var_s` already bears it.
    lags : tuple of int
        The lags whose rank autocorrelation was significant.
    """

    correction: float
    lags: tuple[int, ...]


@dataclass(frozen=True)
class TheilSen:
    """Theil-Sen line; `low` and `high` bound the slope and are None where no interval exists."""

    slope: float
    intercept: float
    low: float | None
    high: float | None
    level: float


def kendall_score(y: Floats) -> tuple[int, float]:
    """Return Kendall's S of values in time order and its tie-corrected variance.

    Values that agree to 12 significant digits are tied.
    """
    y = without_noise(y)
    first, second = np.triu_indices(y.size, 1)
    score = int(np.sign(y[second] - y[first]).sum())
    n = y.size
    ties = np.unique(y, return_counts=True)[1].astype(np.float64)
    variance = n * (n - 1) * (2 * n + 5) - float((ties * (ties - 1) * (2 * ties + 5)).sum())
    return score, variance / 18


def standardise(s: int, var_s: float) -> tuple[float, float]:
    """Return z with continuity correction and its two-sided normal p-value."""
    z = 0.0 if var_s == 0 else float((s - np.sign(s)) / np.sqrt(var_s))
    return z, float(2 * stats.norm.sf(abs(z)))


def mann_kendall(
    y: ArrayLike, *, method: Literal["auto", "exact", "normal"] = "auto"
) -> MannKendall:
    """Test a series in time order for a monotonic trend.

    Parameters
    ----------
    y : array_like, shape (n,)
        Values in time order, n >= 3, without missing values.
    method : {"auto", "exact", "normal"}
        Null distribution. "auto" is exact without ties up to n = 14 and normal otherwise.

    Returns
    -------
    MannKendall

    Raises
    ------
    ValueError
        If n < 3, a value is missing, or the exact distribution is asked for a series with ties.

    Notes
    -----
    ``S = sum_{i<j} sign(y_j - y_i)``,
    ``Var S = [n(n-1)(2n+5) - sum_k t_k(t_k-1)(2t_k+5)] / 18`` over groups of t_k equal values.
    With four values or fewer no result can be significant at 5 %. The exact p-value is that of
    ``scipy.stats.kendalltau``; the normal one is written here, scipy having no continuity
    correction.

    References
    ----------
    Mann 1945, Econometrica 13:245; Kendall 1975, Rank Correlation Methods; Gilbert 1987,
    Statistical Methods for Environmental Pollution Monitoring, section 16.4.
    """
    values = without_noise(as_values(y, 3))
    n = values.size
    pairs = n * (n - 1) // 2
    s, var_s = kendall_score(values)
    counts = np.unique(values, return_counts=True)[1]
    tied_pairs = int((counts * (counts - 1) // 2).sum())
    if method == "exact" and tied_pairs:
        raise ValueError("the exact null distribution does not hold with tied values")
    exact = method == "exact" or (method == "auto" and not tied_pairs and n <= EXACT_UP_TO)

    z, p = standardise(s, var_s)
    smallest = standardise(pairs - tied_pairs, var_s)[1]
    if exact:
        order = np.arange(n)
        p = float(stats.kendalltau(order, values, method="exact").pvalue)
        smallest = float(stats.kendalltau(order, order, method="exact").pvalue)
    return MannKendall(
        n=n,
        s=s,
        var_s=var_s,
        z=z,
        p=p,
        tau_b=None if tied_pairs == pairs else s / float(np.sqrt(pairs * (pairs - tied_pairs))),
        tau_a=s / pairs,
        method="exact" if exact else "normal",
        can_be_significant=smallest <= SIGNIFICANCE,
    )


def hamed_rao(y: ArrayLike, alpha: float = 0.05) -> HamedRao:
    """Mann-Kendall test with the variance corrected for significant autocorrelations.

    Parameters
    ----------
    y : array_like, shape (n,)
        Values in time order at equal steps, n >= 20.
    alpha : float
        Level at which a lag's rank autocorrelation counts as significant.

    Returns
    -------
    HamedRao

    Raises
    ------
    ValueError
        If n < 20, or the correction is not positive, so that no corrected test exists.

    Notes
    -----
    The ranks of ``y - b t`` (b: Theil-Sen) have autocorrelations r_i; with those beyond
    ``z_{1-alpha/2}/sqrt(n)``,
    ``n/n* = 1 + 2/(n(n-1)(n-2)) * sum (n-i)(n-i-1)(n-i-2) r_i``. Negative autocorrelation
    shrinks the variance. Neither scipy nor statsmodels has the test.

    References
    ----------
    Hamed and Rao 1998, Journal of Hydrology 204:182.
    """
    values = as_values(y, AUTOCORRELATION_FROM)
    n = values.size
    plain = mann_kendall(values, method="normal")
    time = np.arange(n, dtype=np.float64)
    # On an exact line what is left is the noise of binary fractions, which depends on the unit.
    left = values - theil_sen(time, values).slope * time
    size = float(np.abs(values).max()) or 1.0
    ranks = stats.rankdata(np.round(left / size, 12))
    lags: tuple[int, ...] = ()
    correction = 1.0
    if np.ptp(ranks) > 0:
        correlations = np.asarray(acf(ranks, nlags=n - 1, fft=False))
        bound = stats.norm.ppf(1 - alpha / 2) / np.sqrt(n)
        lags = tuple(int(lag) for lag in range(1, n) if abs(correlations[lag]) > bound)
        weighted = sum((n - i) * (n - i - 1) * (n - i - 2) * float(correlations[i]) for i in lags)
        correction = 1 + 2 * weighted / (n * (n - 1) * (n - 2))
    if correction <= 0:
        raise ValueError(
            f"the autocorrelation correction is {correction:.3g}; no corrected test exists"
        )
    var_s = plain.var_s * correction
    z, p = standardise(plain.s, var_s)
    return HamedRao(
        **{**vars(plain), "var_s": var_s, "z": z, "p": p}, correction=correction, lags=lags
    )


def gilbert_limits(
    slopes: Floats, var_s: float, level: float
) -> tuple[float, float] | tuple[None, None]:
    """Return the confidence limits of a median of pairwise slopes.

    Parameters
    ----------
    slopes : ndarray, shape (pairs,)
        All pairwise slopes, in any order.
    var_s : float
        Variance of the matching Kendall score.
    level : float
        Confidence level in (0, 1).

    Returns
    -------
    tuple
        Lower and upper limit: the slopes of rank ``(N - C)/2`` and ``(N + C)/2 + 1`` with
        ``C = z sqrt(var_s)``, interpolated between ranks; (None, None) where the ranks lie
        outside 1..N.

    References
    ----------
    Gilbert 1987, section 16.5.
    """
    pairs = slopes.size
    spread = float(stats.norm.ppf((1 + level) / 2) * np.sqrt(var_s))
    lower, upper = (pairs - spread) / 2, (pairs + spread) / 2 + 1
    if lower < 1:  # and then, by symmetry, upper > pairs
        return None, None
    low, high = np.interp([lower, upper], np.arange(1, pairs + 1), np.sort(slopes))
    return float(low), float(high)


def theil_sen(t: ArrayLike, y: ArrayLike, level: float = 0.95) -> TheilSen:
    """Fit the Theil-Sen line: the median of all pairwise slopes, with Gilbert's interval.

    Parameters
    ----------
    t, y : array_like, shape (n,)
        Times, strictly increasing, and values, n >= 2.
    level : float
        Confidence level in (0, 1).

    Returns
    -------
    TheilSen
        ``intercept = median(y) - slope * median(t)``.

    Raises
    ------
    ValueError
        If n < 2, a value is missing, times do not increase, or `level` is out of range.

    Notes
    -----
    The interval rests on the normal distribution of S and is coarse below ten values: read
    significance from `mann_kendall`. It is written here because
    ``scipy.stats.theilslopes`` rounds the ranks and, where they fall outside, silently gives the
    extreme slopes.

    References
    ----------
    Sen 1968, JASA 63:1379; Gilbert 1987, section 16.5; Conover 1999, section 5.5 (intercept).
    """
    times, values = as_pairs(t, y, 2)
    if not 0 < as_number(level, "level") < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    fit = stats.theilslopes(values, times, method="separate")
    first, second = np.triu_indices(times.size, 1)
    slopes = (values[second] - values[first]) / (times[second] - times[first])
    low, high = gilbert_limits(slopes, kendall_score(values)[1], level)
    return TheilSen(float(fit.slope), float(fit.intercept), low, high, level)
