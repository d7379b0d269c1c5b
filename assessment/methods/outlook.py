"""Outlook on a target from the past trend alone: a reading, not a forecast of policy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from assessment.methods.regression import fits_exactly, prediction
from assessment.methods.series import Floats, as_pairs
from assessment.methods.trends import theil_sen
from assessment.methods.verdicts import Direction, meets

POINTS_FOR_PROBABILITY = 6
"""Fewest points for a probability; with fewer none is given."""


@dataclass(frozen=True)
class TheilSenCheck:
    """Value of the Theil-Sen line in the target year, and whether it meets the target."""

    value: float
    meets: bool


@dataclass(frozen=True)
class Probability:
    """Probability that the past trend, continued, meets the target.

    Attributes
    ----------
    probability : float
        In [0, 1].
    expected, low, high : float
        Least-squares value in the target year and its 95 % prediction interval.
    se : float
        Standard error of prediction, on the logarithmic scale where logarithms were used.
    n : int
        Points behind it.
    theil_sen_check : TheilSenCheck
        The same question put to the Theil-Sen line.
    """

    probability: float
    expected: float
    low: float
    high: float
    se: float
    n: int
    theil_sen_check: TheilSenCheck


def _scaled(values: Floats, target: float, log: bool) -> tuple[Floats, float]:
    if not log:
        return values, target
    if target <= 0 or (values <= 0).any():
        raise ValueError("logarithms need positive values and a positive target")
    return np.log(values), float(np.log(target))


def theil_sen_check(
    t: ArrayLike,
    y: ArrayLike,
    target: float,
    target_year: float,
    direction: Direction,
    log: bool = False,
) -> TheilSenCheck:
    """Read the target year from the Theil-Sen line.

    Parameters
    ----------
    t, y : array_like, shape (n,)
        Years, strictly increasing, and values, n >= 2.
    target, target_year : float
        Target and its year.
    direction : {"higher", "lower"}
        Which way is good.
    log : bool
        Fit the logarithm (constant rate of growth).

    Returns
    -------
    TheilSenCheck

    Raises
    ------
    ValueError
        If n < 2, a value is missing, years do not increase, or a value or the target is not
        positive with `log`.
    """
    times, values = as_pairs(t, y, 2)
    scaled, _ = _scaled(values, target, log)
    line = theil_sen(times, scaled)
    value = line.intercept + line.slope * target_year
    if log:
        value = float(np.exp(value))
    return TheilSenCheck(value, meets(value, target, direction))


def attainment_probability(
    t: ArrayLike,
    y: ArrayLike,
    target: float,
    target_year: float,
    direction: Direction,
    log: bool = False,
) -> Probability | None:
    """Return the probability that the least-squares trend, continued, meets a target.

    Parameters
    ----------
    t, y : array_like, shape (n,)
        Years, strictly increasing, and values, without level breaks.
    target, target_year : float
        Target and its year.
    direction : {"higher", "lower"}
        Which way is good.
    log : bool
        Fit the logarithm, for indicators that grow at a rate.

    Returns
    -------
    Probability or None
        None with fewer than 6 points or when the target year is not after the last year.

    Raises
    ------
    ValueError
        If a value is missing, years do not increase, or a value or the target is not positive
        with `log`.

    Notes
    -----
    ``P = T_{n-2}((yhat - target)/s_pred)``, sign reversed where lower is better, with
    ``s_pred = s sqrt(1 + 1/n + (T - mean t)^2 / S_tt)``. Errors are taken as independent and
    normal and the trend as unbroken.
    """
    times, values = as_pairs(t, y, 1)
    n = times.size
    if n < POINTS_FOR_PROBABILITY or target_year <= times[-1]:
        return None
    scaled, goal = _scaled(values, target, log)
    # Logarithms are taken here, so that the margin and its error share one scale.
    ahead = prediction(times, scaled, target_year)
    slope, intercept = np.polyfit(times - times.mean(), scaled, 1)
    residuals = scaled - intercept - slope * (times - times.mean())
    margin = ahead.value - goal if direction == "higher" else goal - ahead.value
    if fits_exactly(scaled, residuals):
        probability = float(meets(ahead.value, goal, direction))
    else:
        probability = float(stats.t.cdf(margin / ahead.se, n - 2))
    expected, low, high = (
        (float(np.exp(v)) if log else v) for v in (ahead.value, ahead.low, ahead.high)
    )
    check = theil_sen_check(times, values, target, target_year, direction, log)
    return Probability(probability, expected, low, high, ahead.se, n, check)
