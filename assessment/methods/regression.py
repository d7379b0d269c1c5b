"""Straight lines by least squares: slope with robust standard error, and prediction."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.stattools import durbin_watson
from statsmodels.tools.tools import add_constant

from assessment.methods.series import Floats, as_number, as_pairs


@dataclass(frozen=True)
class OlsTrend:
    """Least-squares line with Newey-West standard error, p-value and 95 % interval of the slope.

    `r2` is None for a constant series; `durbin_watson` is None where the line fits exactly.
    """

    slope: float
    intercept: float
    se: float
    p: float
    low: float
    high: float
    lags: int
    durbin_watson: float | None
    r2: float | None
    n: int


@dataclass(frozen=True)
class Prediction:
    """Value expected for one time and its prediction interval.

    `se` is the standard error of prediction, on the logarithmic scale where logarithms were used.
    """

    value: float
    low: float
    high: float
    se: float


def default_lags(n: int) -> int:
    """Return the Newey-West lag for n values, ``floor(0.75 n^(1/3))`` (Stock and Watson)."""
    return int(np.floor(0.75 * n ** (1 / 3)))


def fits_exactly(y: Floats, residuals: Floats) -> bool:
    """Tell whether residuals are no more than the rounding of `y`."""
    return bool(np.abs(residuals).max() <= 1e-12 * max(float(np.abs(y).max()), 1e-300))


def ols_trend(t: ArrayLike, y: ArrayLike, lags: int | None = None) -> OlsTrend:
    """Fit a straight line by least squares with Newey-West standard errors.

    Parameters
    ----------
    t, y : array_like, shape (n,)
        Times, strictly increasing, and values, n >= 3.
    lags : int, optional
        Lags of the Bartlett kernel; by default ``floor(0.75 n^(1/3))``.

    Returns
    -------
    OlsTrend

    Raises
    ------
    ValueError
        If n < 3, a value is missing, times do not increase, or `lags` is not in 0..n-2.

    Notes
    -----
    ``statsmodels`` OLS with ``cov_type="HAC"``, the small-sample factor n/(n-2) and Student's t
    with n-2 degrees of freedom.

    References
    ----------
    Newey and West 1987, Econometrica 55:703; Stock and Watson, Introduction to Econometrics.
    """
    times, values = as_pairs(t, y, 3)
    n = times.size
    lags = default_lags(n) if lags is None else lags
    if not 0 <= lags <= n - 2:
        raise ValueError(f"lags must lie in 0..{n - 2}, not {lags}")
    centre = float(times.mean())
    model = OLS(values, add_constant(times - centre, has_constant="add"))
    plain = model.fit()
    slope = float(plain.params[1])
    intercept = float(plain.params[0]) - slope * centre
    if fits_exactly(values, plain.resid):
        level_line = float(np.ptp(values)) <= 1e-12 * float(np.abs(values).max())
        slope = 0.0 if level_line else slope
        p, r2 = (1.0, None) if level_line else (0.0, 1.0)
        return OlsTrend(slope, intercept, 0.0, p, slope, slope, lags, None, r2, n)
    robust = model.fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True
    )
    low, high = robust.conf_int(0.05)[1]
    return OlsTrend(
        slope=slope,
        intercept=intercept,
        se=float(robust.bse[1]),
        p=float(robust.pvalues[1]),
        low=float(low),
        high=float(high),
        lags=lags,
        durbin_watson=float(durbin_watson(plain.resid)),
        r2=float(plain.rsquared),
        n=n,
    )


def prediction(
    t: ArrayLike, y: ArrayLike, at: float, level: float = 0.95, log: bool = False
) -> Prediction:
    """Extend the least-squares line to one time, with its prediction interval.

    Parameters
    ----------
    t, y : array_like, shape (n,)
        Times, strictly increasing, and values, n >= 3.
    at : float
        Time to predict for.
    level : float
        Confidence level in (0, 1).
    log : bool
        Fit the logarithm of `y` (constant rate of growth); `y` must be positive.

    Returns
    -------
    Prediction
        With ``s_pred = s sqrt(1 + 1/n + (at - mean t)^2 / S_tt)`` and n-2 degrees of freedom.

    Raises
    ------
    ValueError
        If n < 3, a value is missing, times do not increase, `level` is out of range, or a
        value is not positive with `log`.
    """
    times, values = as_pairs(t, y, 3)
    if not 0 < as_number(level, "level") < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    at = as_number(at, "at")
    if log and (values <= 0).any():
        raise ValueError("logarithms need positive values")
    centre = float(times.mean())
    fit = OLS(np.log(values) if log else values, add_constant(times - centre)).fit()
    forecast = fit.get_prediction([[1.0, at - centre]])
    low, high = forecast.conf_int(obs=True, alpha=1 - level)[0]
    expected = float(forecast.predicted_mean[0])
    se = float(forecast.se_obs[0])
    if log:
        return Prediction(float(np.exp(expected)), float(np.exp(low)), float(np.exp(high)), se)
    return Prediction(expected, float(low), float(high), se)
