"""Bringing indicators with different units onto one scale from 0 to 1.

Fixed goalposts are the rule: a unit's value then depends on nothing but its own figure.
Everything named ``sample_*`` changes for every unit as soon as one unit joins or leaves; those
functions exist for sensitivity checks only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from assessment.methods.series import as_amount, as_array, as_number

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

# Handbook on Constructing Composite Indicators, normalisation by categories: the share of units
# at or below a value, in per cent, from which each score is given.
CATEGORY_CUTS: tuple[tuple[float, float], ...] = (
    (95.0, 100.0),
    (85.0, 80.0),
    (65.0, 60.0),
    (35.0, 50.0),
    (15.0, 40.0),
    (5.0, 20.0),
)


@dataclass(frozen=True)
class Goalpost:
    """The two fixed ends of an indicator's scale, in the indicator's own unit.

    Attributes
    ----------
    low : float
        The bad end, scored 0: the baseline value or a statutory limit.
    high : float
        The good end, scored 1: the target. Where ``high < low``, falling is good.

    Raises
    ------
    ValueError
        If the ends are equal or not finite.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            raise ValueError(f"goalposts must be finite, not {self.low} and {self.high}")
        if self.low == self.high:
            raise ValueError(f"the two ends of a goalpost must differ; both are {self.low}")


@dataclass(frozen=True)
class Normalised:
    """A value on the common scale.

    Attributes
    ----------
    u : float
        Position between the goalposts, in [0, 1].
    clipped : bool
        True where the value lay outside the goalposts and was set to the nearer end.
    """

    u: float
    clipped: bool


@dataclass(frozen=True, eq=False)
class NormalisedArray:
    """Many values on the common scale; arrays of one shape.

    Attributes
    ----------
    u : ndarray of float
        Positions in [0, 1]; NaN where the value is missing.
    clipped : ndarray of bool
        True where a value was set to an end; False where it is missing.
    """

    u: FloatArray
    clipped: BoolArray


def normalise(value: float, goalpost: Goalpost) -> Normalised:
    """Place one value between its goalposts.

    ``u = (value - low) / (high - low)``, limited to [0, 1].

    Parameters
    ----------
    value : float
        In the unit of the goalpost.
    goalpost : Goalpost
        The fixed ends.

    Returns
    -------
    Normalised
        The position, and whether it was limited.

    Raises
    ------
    ValueError
        If the value is not finite.

    References
    ----------
    UNDP, Human Development Report 2001, technical note 2 (goalposts fixed beforehand).
    """
    value = as_number(value, "a value to be normalised")
    raw = (value - goalpost.low) / (goalpost.high - goalpost.low)
    u = min(max(raw, 0.0), 1.0)
    return Normalised(u=u, clipped=u != raw)


def normalise_array(values: npt.ArrayLike, goalposts: Sequence[Goalpost]) -> NormalisedArray:
    """Place values between their goalposts, one goalpost for each place on the last axis.

    Parameters
    ----------
    values : array_like, shape (..., k)
        Values in native units; NaN is missing and stays NaN.
    goalposts : sequence of Goalpost, length k
        The fixed ends.

    Returns
    -------
    NormalisedArray
        Arrays of the shape of `values`.

    Raises
    ------
    ValueError
        If the last axis and the goalposts differ in length, or a value is infinite.
    """
    array = as_array(values, "values")
    if array.ndim == 0 or array.shape[-1] != len(goalposts):
        raise ValueError(
            f"{len(goalposts)} goalposts do not fit values of shape {array.shape}: "
            "the last axis must have one place for each goalpost"
        )
    low = np.array([goalpost.low for goalpost in goalposts], dtype=np.float64)
    high = np.array([goalpost.high for goalpost in goalposts], dtype=np.float64)
    raw = (array - low) / (high - low)
    u = np.clip(raw, 0.0, 1.0)
    return NormalisedArray(u=u, clipped=(u != raw) & ~np.isnan(raw))


def sample_minmax(values: npt.ArrayLike, rising_is_good: bool = True) -> FloatArray:
    """Min-max over the sample: 0 for the worst unit present, 1 for the best.

    Parameters
    ----------
    values : array_like, shape (n,)
        One indicator over the units; NaN is missing and stays NaN.
    rising_is_good : bool, default True
        False turns the scale round.

    Returns
    -------
    ndarray, shape (n,)
        Values in [0, 1].

    Raises
    ------
    ValueError
        If fewer than two values are present, or all are equal.

    Notes
    -----
    Depends on the sample: a unit that joins with a new extreme moves every other unit.

    References
    ----------
    OECD/JRC, Handbook on Constructing Composite Indicators, 2008, step 5.
    """
    array = _sample(values)
    low, high = float(np.nanmin(array)), float(np.nanmax(array))
    if low == high:
        raise ValueError(f"min-max needs values that differ; all are {low}")
    u = (array - low) / (high - low)
    return u if rising_is_good else 1.0 - u


def sample_zscore(values: npt.ArrayLike, rising_is_good: bool = True, ddof: int = 1) -> FloatArray:
    """Distance to the sample's mean in standard deviations (``scipy.stats.zscore``).

    Parameters
    ----------
    values : array_like, shape (n,)
        One indicator over the units; NaN is missing and stays NaN.
    rising_is_good : bool, default True
        False turns the sign.
    ddof : int, default 1
        1 for the sample's standard deviation, 0 for the population's.

    Returns
    -------
    ndarray, shape (n,)
        Standard scores.

    Raises
    ------
    ValueError
        If fewer than two values are present, or all are equal.
    """
    array = _sample(values)
    if np.nanmin(array) == np.nanmax(array):
        raise ValueError("standard scores need values that differ")
    z = np.asarray(stats.zscore(array, ddof=ddof, nan_policy="omit"), dtype=np.float64)
    return z if rising_is_good else -z


def sample_rank(values: npt.ArrayLike, rising_is_good: bool = True) -> FloatArray:
    """Rank from 1 (worst) to n (best); equal values share the lowest rank of their group.

    Parameters
    ----------
    values : array_like, shape (n,)
        One indicator over the units; NaN is missing and stays NaN.
    rising_is_good : bool, default True
        False ranks the smallest value highest.

    Returns
    -------
    ndarray, shape (n,)
        Ranks, whole numbers.

    Raises
    ------
    ValueError
        If fewer than two values are present.
    """
    array = _sample(values) if rising_is_good else -_sample(values)
    ranks = stats.rankdata(array, method="min", nan_policy="omit")
    return np.asarray(ranks, dtype=np.float64)


def sample_percentile(values: npt.ArrayLike, rising_is_good: bool = True) -> FloatArray:
    """Rank of :func:`sample_rank` as a percentage of the units present.

    Parameters
    ----------
    values : array_like, shape (n,)
        One indicator over the units; NaN is missing and stays NaN.
    rising_is_good : bool, default True
        False ranks the smallest value highest.

    Returns
    -------
    ndarray, shape (n,)
        Percentages in (0, 100].
    """
    ranks = sample_rank(values, rising_is_good)
    return 100.0 * ranks / np.count_nonzero(~np.isnan(ranks))


def sample_categorical(
    values: npt.ArrayLike,
    rising_is_good: bool = True,
    cuts: Sequence[tuple[float, float]] = CATEGORY_CUTS,
) -> FloatArray:
    """Score by category of percentile rank; below the last cut the score is 0.

    Parameters
    ----------
    values : array_like, shape (n,)
        One indicator over the units; NaN is missing and stays NaN.
    rising_is_good : bool, default True
        False ranks the smallest value highest.
    cuts : sequence of (percentile, score), falling
        The score holds from the percentile upwards. Default: the Handbook's seven categories.

    Returns
    -------
    ndarray, shape (n,)
        Scores.
    """
    percentiles = sample_percentile(values, rising_is_good)
    scores = np.zeros_like(percentiles)
    for threshold, score in sorted(cuts):
        scores[percentiles >= threshold] = score
    scores[np.isnan(percentiles)] = np.nan
    return scores


def distance_to_reference(
    values: npt.ArrayLike,
    reference: float,
    form: Literal["ratio", "difference"] = "ratio",
) -> FloatArray:
    """Distance to a reference unit or value, for indicators whose rise is good.

    ``ratio``: ``x / reference``; ``difference``: ``(x - reference) / reference``.

    Parameters
    ----------
    values : array_like
        One indicator, in its own unit; NaN stays NaN.
    reference : float
        Not zero; the sample's mean, best or worst value make the result depend on the sample,
        an external benchmark does not.
    form : {"ratio", "difference"}
        Which of the two.

    Returns
    -------
    ndarray
        Of the shape of `values`.

    Raises
    ------
    ValueError
        If the reference is zero or not finite.
    """
    if as_number(reference, "the reference") == 0.0:
        raise ValueError(f"the reference must be finite and not zero, not {reference}")
    ratio: FloatArray = as_array(values, "values") / reference
    return ratio if form == "ratio" else ratio - 1.0


def above_or_below(values: npt.ArrayLike, reference: float, margin: float = 0.2) -> FloatArray:
    """1 above a reference by more than a margin, -1 below it by more, 0 in between.

    Parameters
    ----------
    values : array_like
        One indicator whose rise is good; NaN stays NaN.
    reference : float
        Not zero; in the Handbook's example the sample's mean.
    margin : float, default 0.2
        Relative width of the neutral zone on each side.

    Returns
    -------
    ndarray
        -1, 0 or 1, of the shape of `values`.

    Raises
    ------
    ValueError
        If the margin is negative, or the reference zero or not finite.
    """
    as_amount(margin, "the margin")
    difference = distance_to_reference(values, reference, "difference")
    outside = np.where(np.abs(difference) > margin, np.sign(difference), 0.0)
    return np.where(np.isnan(difference), np.nan, outside)


def _sample(values: npt.ArrayLike) -> FloatArray:
    array = as_array(values, "values")
    if array.ndim != 1:
        raise ValueError(f"one indicator over the units has one axis, not shape {array.shape}")
    if np.count_nonzero(~np.isnan(array)) < 2:
        raise ValueError("a normalisation over the sample needs at least two values")
    return array
