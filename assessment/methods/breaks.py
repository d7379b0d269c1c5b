"""Breaks in a series: at a date that is known, and at one that is sought."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.regression.linear_model import OLS

from assessment.methods.regression import default_lags, fits_exactly
from assessment.methods.series import Floats, as_number, as_pairs, as_values

POINTS_PER_SIDE = 8
"""Fewest points on each side of a break for an interrupted series."""


@dataclass(frozen=True)
class Effect:
    """An estimated coefficient, its robust standard error, p-value and 95 % interval."""

    estimate: float
    se: float
    p: float
    low: float
    high: float


@dataclass(frozen=True)
class InterruptedSeries:
    """Change of level and of slope at a known time.

    Attributes
    ----------
    at : float
        First time of the new regime.
    level : Effect
        Jump at `at`, in the unit of y.
    slope : Effect
        Slope before the break, in the unit of y per unit of t.
    slope_change : Effect
        Slope after the break minus slope before.
    lags : int
        Newey-West lags.
    before, after : int
        Points on each side.
    """

    at: float
    level: Effect
    slope: Effect
    slope_change: Effect
    lags: int
    before: int
    after: int


@dataclass(frozen=True)
class Pettitt:
    """Most probable single change point.

    `index` is the 0-based place of the first value after the change, None where all values are
    equal; `p` is approximate and good below .5.
    """

    statistic: float
    index: int | None
    p: float
    n: int


def interrupted_series(
    t: ArrayLike, y: ArrayLike, at: float, lags: int | None = None
) -> InterruptedSeries:
    """Estimate the change of level and slope at a policy date.

    Parameters
    ----------
    t, y : array_like, shape (n,)
        Times, strictly increasing, and values.
    at : float
        First time of the new regime; at least 8 points must lie before it and 8 from it on.
    lags : int, optional
        Newey-West lags; by default ``floor(0.75 n^(1/3))``.

    Returns
    -------
    InterruptedSeries

    Raises
    ------
    ValueError
        If a side has fewer than 8 points, a value is missing, times do not increase, the lags
        are out of range, or the lines fit without residual, so that nothing can be tested.

    Notes
    -----
    ``y = a + b t + c [t >= at] + d (t - at)[t >= at]``, ``statsmodels`` OLS with
    ``cov_type="HAC"``, the small-sample factor n/(n-4) and Student's t with n-4 degrees of
    freedom. The break date must come from outside the data.

    References
    ----------
    Wagner et al. 2002, Journal of Clinical Pharmacy and Therapeutics 27:299; Newey and West 1987.
    """
    times, values = as_pairs(t, y, 2)
    after = times >= as_number(at, "at")
    sides = int((~after).sum()), int(after.sum())
    if min(sides) < POINTS_PER_SIDE:
        raise ValueError(
            f"{sides[0]} points before and {sides[1]} from {at:g} on; "
            f"{POINTS_PER_SIDE} are needed on each side"
        )
    n = times.size
    lags = default_lags(n) if lags is None else lags
    if not 0 <= lags <= n - 2:
        raise ValueError(f"lags must lie in 0..{n - 2}, not {lags}")
    since = np.where(after, times - at, 0.0)
    design = np.column_stack([np.ones(n), times - at, after.astype(np.float64), since])
    model = OLS(values, design)
    if fits_exactly(values, model.fit().resid):
        raise ValueError("the two lines fit without residual; nothing can be tested")
    fit = model.fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True)
    limits = fit.conf_int(0.05)
    slope, level, slope_change = (
        Effect(
            float(fit.params[i]),
            float(fit.bse[i]),
            float(fit.pvalues[i]),
            float(limits[i][0]),
            float(limits[i][1]),
        )
        for i in (1, 2, 3)
    )
    return InterruptedSeries(at, level, slope, slope_change, lags, *sides)


def pettitt(y: ArrayLike) -> Pettitt:
    """Seek a single change of level at an unknown place.

    Parameters
    ----------
    y : array_like, shape (n,)
        Values in time order, n >= 4.

    Returns
    -------
    Pettitt
        The first place where the statistic is largest.

    Raises
    ------
    ValueError
        If n < 4 or a value is missing.

    Notes
    -----
    ``U_k = 2 sum_{i<=k} r_i - k(n+1)`` with midranks, ``K = max |U_k|``,
    ``p = 2 exp(-6 K^2 / (n^3 + n^2))``, at most 1. A steady trend also gives a small p. Neither
    scipy nor statsmodels has the test.

    References
    ----------
    Pettitt 1979, Applied Statistics 28:126.
    """
    values = as_values(y, 4)
    n = values.size
    steps = np.arange(1, n)
    u = np.abs(2 * np.cumsum(stats.rankdata(values))[:-1] - steps * (n + 1))
    statistic = float(u.max())
    p = min(1.0, 2 * float(np.exp(-6 * statistic**2 / (n**3 + n**2))))
    return Pettitt(statistic, int(u.argmax()) + 1 if statistic else None, p, n)


def since_last_break(t: ArrayLike, y: ArrayLike, breaks: Iterable[float]) -> tuple[Floats, Floats]:
    """Return the part of a series that no known level break cuts.

    Parameters
    ----------
    t, y : array_like, shape (n,)
        Times, strictly increasing, and values.
    breaks : iterable of float
        First times of new regimes (a census revision, a changed boundary), in any order.

    Returns
    -------
    tuple of ndarray
        Times and values from the last break not after the last time; the whole series where
        there is none.

    Raises
    ------
    ValueError
        If a value is missing or times do not increase.
    """
    times, values = as_pairs(t, y, 1)
    known = [as_number(at, "a break") for at in breaks]
    start = max((at for at in known if at <= times[-1]), default=-np.inf)
    kept = times >= start
    return times[kept], values[kept]
