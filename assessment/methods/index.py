"""Composite index: many positions between goalposts made one score.

The arithmetic mean lets a strong indicator pay for a weak one in full, the geometric mean only
in part. The check called ``non_compensatory`` is the adjusted Mazziotta-Pareto index, which
subtracts a penalty for imbalance; :func:`copeland` goes further and lets nothing be paid for, but
orders only the units that are present.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from assessment.methods.coverage import COVERAGE_FLOOR, check_coverage_floor, covered
from assessment.methods.series import as_array, as_number
from assessment.methods.weights import unit_sum

FloatArray = npt.NDArray[np.float64]
Method = Literal["arithmetic", "geometric", "non_compensatory"]

ZERO_FLOOR = 0.01  # assumption: a position below one per cent of the way counts as one per cent
_ROUNDING = 1e-9
# The published scale of the adjusted Mazziotta-Pareto index: goalposts at 70 and 130.
_AMPI_LOW, _AMPI_SPAN = 70.0, 60.0


@dataclass(frozen=True)
class Composite:
    """Score of one unit.

    Attributes
    ----------
    score : float or None
        On the scale of the inputs; None below the coverage floor.
    coverage : float
        Share of the weight for which a value is present, in [0, 1].
    used : tuple of int
        Places of the indicators that have a value.
    floored : tuple of int
        Places raised to the zero floor; empty but for the geometric mean.
    """

    score: float | None
    coverage: float
    used: tuple[int, ...]
    floored: tuple[int, ...] = ()


def aggregate(
    u: Sequence[float] | FloatArray,
    weights: Sequence[float] | FloatArray,
    method: Method,
    zero_floor: float | None = ZERO_FLOOR,
) -> float:
    """Weighted mean of one unit's positions.

    ``arithmetic``: ``sum w u``. ``geometric``: ``prod u**w``. ``non_compensatory``: the adjusted
    Mazziotta-Pareto index ``M - S**2 / M`` on the published scale ``r = 70 + 60 u`` with weighted
    mean M and variance S**2 of r, brought back to [0, 1].

    Parameters
    ----------
    u : sequence of float, length k
        Complete; in [0, 1] for ``non_compensatory``, any scale otherwise.
    weights : sequence of float, length k
        Not negative; scaled to sum to one.
    method : {"arithmetic", "geometric", "non_compensatory"}
        The mean.
    zero_floor : float or None, default 0.01
        Geometric only: lower positions count as this one, because a single zero would erase
        everything else. None refuses values that are not positive.

    Returns
    -------
    float
        The score.

    Raises
    ------
    ValueError
        If lengths differ, a value is missing, the method is unknown, a value is not positive under
        the geometric mean without a floor, or outside [0, 1] under ``non_compensatory``.

    Notes
    -----
    The published Mazziotta-Pareto index is unweighted; weights enter here as weighted moments.
    Where the mean position is below 5/18 (r below 86.7) it need not be monotone: a single very
    good indicator can add more imbalance than level. It therefore serves as a check, not as the
    score.

    References
    ----------
    OECD/JRC, Handbook on Constructing Composite Indicators, 2008, step 7; Mazziotta & Pareto
    (2018), Social Indicators Research 136(3):967-976.
    """
    values = as_array(u, "u")
    shares = unit_sum(weights)
    if values.shape != shares.shape:
        raise ValueError(f"{values.size} values do not fit {shares.size} weights")
    if not np.isfinite(values).all():
        raise ValueError("values must be present and finite; use composite() where some are not")
    return float(aggregate_array(values, shares, method, zero_floor))


def aggregate_array(
    u: FloatArray, weights: FloatArray, method: Method, zero_floor: float | None = ZERO_FLOOR
) -> FloatArray:
    """Weighted means along the last axis; see :func:`aggregate`.

    Parameters
    ----------
    u : ndarray, shape (..., k)
        Complete positions.
    weights : ndarray, shape (k,) or (..., k)
        Summing to one along the last axis.
    method : {"arithmetic", "geometric", "non_compensatory"}
        The mean.
    zero_floor : float or None, default 0.01
        As in :func:`aggregate`.

    Returns
    -------
    ndarray, shape (...)
        Scores.

    Raises
    ------
    ValueError
        As in :func:`aggregate`.
    """
    if method == "arithmetic":
        return np.asarray((weights * u).sum(axis=-1))
    if method == "geometric":
        # Without weight a value must not count, and 0 * log(0) would be undefined.
        u = np.where(weights > 0.0, u, 1.0)
        if zero_floor is not None:
            if as_number(zero_floor, "the zero floor") <= 0.0:
                raise ValueError(f"the zero floor must be positive, not {zero_floor}")
            u = np.maximum(u, zero_floor)
        elif (u <= 0.0).any():
            raise ValueError("the geometric mean needs positive values, or a zero floor")
        return np.asarray(np.exp((weights * np.log(u)).sum(axis=-1)))
    if method == "non_compensatory":
        if (u < 0.0).any() or (u > 1.0).any():
            raise ValueError("the adjusted Mazziotta-Pareto index needs values between 0 and 1")
        mean = (weights * u).sum(axis=-1)
        variance = (weights * (u - mean[..., np.newaxis]) ** 2).sum(axis=-1)
        penalty = _AMPI_SPAN * variance / (_AMPI_LOW + _AMPI_SPAN * mean)
        return np.asarray(mean - penalty)
    raise ValueError(f"unknown method of aggregation: {method!r}")


def composite(
    u: Sequence[float | None],
    weights: Sequence[float] | FloatArray,
    method: Method,
    coverage_floor: float = COVERAGE_FLOOR,
    zero_floor: float | None = ZERO_FLOOR,
) -> Composite:
    """Score of one unit whose positions may be missing.

    Weights of missing indicators are spread over the others in proportion; below the coverage
    floor there is no score.

    Parameters
    ----------
    u : sequence of float or None, length k
        Positions; None (or NaN) where there is no value.
    weights : sequence of float, length k
        Not negative; scaled to sum to one.
    method : {"arithmetic", "geometric", "non_compensatory"}
        As in :func:`aggregate`.
    coverage_floor : float, default 0.8
        Least share of weight that must be present, in (0, 1].
    zero_floor : float or None, default 0.01
        As in :func:`aggregate`.

    Returns
    -------
    Composite
        The score, the coverage, the places used, the places raised to the floor.

    Raises
    ------
    ValueError
        As in :func:`aggregate`, or if the coverage floor lies outside (0, 1].

    References
    ----------
    Sustainable Development Report, methodology: no score with more than 20 % of data missing.
    """
    check_coverage_floor(coverage_floor)
    values = as_array([np.nan if value is None else value for value in u], "u")
    shares = unit_sum(weights)
    if values.shape != shares.shape:
        raise ValueError(f"{values.size} values do not fit {shares.size} weights")
    present = ~np.isnan(values)
    coverage = float(shares[present].sum())
    used = tuple(int(place) for place in np.flatnonzero(present))
    if not covered(coverage, coverage_floor):
        return Composite(score=None, coverage=coverage, used=used)
    floored: tuple[int, ...] = ()
    if method == "geometric" and zero_floor is not None:
        floored = tuple(place for place in used if shares[place] > 0 and values[place] < zero_floor)
    score = aggregate(values[present], shares[present], method, zero_floor)
    return Composite(score=score, coverage=coverage, used=used, floored=floored)


def rank(scores: Sequence[float | None]) -> list[int | None]:
    """Rank of each unit, 1 for the highest score; equal scores share the better rank.

    Parameters
    ----------
    scores : sequence of float or None
        None (or NaN) where a unit has no score.

    Returns
    -------
    list of int or None
        None where there is no score; such units take no place.
    """
    values = as_array([np.nan if score is None else score for score in scores], "scores")
    # Scores that differ by rounding alone must not be ranked apart.
    ranks = stats.rankdata(-np.round(values, 12), method="min", nan_policy="omit")
    return [None if np.isnan(place) else int(place) for place in ranks]


def outranking(u: npt.ArrayLike, weights: Sequence[float] | FloatArray) -> FloatArray:
    """Weight of the indicators on which one unit is better than another, ties counted half.

    Parameters
    ----------
    u : array_like, shape (n units, k indicators)
        Larger is better; only the order within a column matters. NaN is missing: a pair is
        compared on the indicators both have.
    weights : sequence of float, length k
        Not negative; scaled to sum to one.

    Returns
    -------
    ndarray, shape (n, n)
        Entry (i, j) is the support for "i before j"; (i, j) and (j, i) sum to one. NaN on the
        diagonal and where a pair shares no indicator.

    Raises
    ------
    ValueError
        If shapes do not fit.

    References
    ----------
    Munda & Nardo (2009), Applied Economics 41(12):1513-1523; OECD/JRC Handbook, 2008, step 7.
    """
    array = as_array(u, "u")
    shares = unit_sum(weights)
    if array.ndim != 2 or array.shape[1] != shares.size:
        raise ValueError(f"values of shape {array.shape} do not fit {shares.size} weights")
    difference = array[:, np.newaxis, :] - array[np.newaxis, :, :]
    shared = ~np.isnan(difference)
    points = np.where(shared, 0.5 + 0.5 * np.sign(np.nan_to_num(difference)), 0.0)
    total = (shared * shares).sum(axis=-1)
    np.fill_diagonal(total, 0.0)
    support = np.full(total.shape, np.nan)
    np.divide((points * shares).sum(axis=-1), total, out=support, where=total > 0.0)
    return support


def copeland(u: npt.ArrayLike, weights: Sequence[float] | FloatArray) -> FloatArray:
    """Pairwise majorities won less those lost: an order without any compensation.

    Parameters
    ----------
    u : array_like, shape (n units, k indicators)
        As in :func:`outranking`.
    weights : sequence of float, length k
        Not negative; scaled to sum to one.

    Returns
    -------
    ndarray, shape (n,)
        Between ``-(n - 1)`` and ``n - 1``.

    Raises
    ------
    ValueError
        If shapes do not fit.

    Notes
    -----
    Depends on which units are compared, so it is a check on the order, never a score.

    References
    ----------
    Saari & Merlin (1996), The Copeland method, Economic Theory 8:51-76.
    """
    support = outranking(u, weights)
    won = (support > 0.5 + _ROUNDING).sum(axis=1)
    lost = (support < 0.5 - _ROUNDING).sum(axis=1)
    return np.asarray(won - lost, dtype=np.float64)
