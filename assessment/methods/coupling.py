"""Coupling coordination of subsystems, order-parameter synergy and obstacle degrees.

None of these shows a cause. C alone is high when all subsystems are equally bad; D depends on the
scaling of the subsystem scores, so they have to come from fixed goalposts; and subsystems that
share an indicator resemble each other by construction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from assessment.methods.coupling_grades import GRADE_NAMES
from assessment.methods.series import as_array, as_number

__all__ = [
    "GRADE_NAMES",
    "Coupling",
    "OrderSynergy",
    "Version",
    "coupling_coordination",
    "coupling_frame",
    "grade",
    "obstacle_degree",
    "order_parameter_synergy",
    "weighted_gap",
]

Version = Literal["standard", "wang2021", "fan2024", "k_adjusted"]
Array = NDArray[np.float64]

DEFAULT_K: Final = 2.0
"""The least adjusting coefficient that Liao (1999) allows, and the one mostly used."""

ROUND_OFF: Final = 1e-9


@dataclass(frozen=True)
class Coupling:
    """Coupling coordination of one observation.

    Attributes
    ----------
    c : float or None
        Coupling degree, 0 to 1: how alike the subsystems are, not how good. None where every
        subsystem is 0.
    t : float
        Development level, the weighted mean of the subsystems.
    d : float
        Coupling coordination degree ``√(C·T)``, 0 to 1; 0 where every subsystem is 0, since no
        value of C could make it anything else.
    grade : int
        Grade of `d`, 1 to 10.
    """

    c: float | None
    t: float
    d: float
    grade: int


@dataclass(frozen=True)
class OrderSynergy:
    """Order-parameter synergy between two times.

    Attributes
    ----------
    value : float
        ``θ·(Π|Δu_j|)^{1/k}``, -1 to 1.
    sign : int
        θ. With a fall and a standstill together it is -1 while `value` is 0.
    deltas : tuple of float
        Δu_j, always to be shown beside `value`.
    """

    value: float
    sign: Literal[-1, 0, 1]
    deltas: tuple[float, ...]


def coupling_coordination(
    u: ArrayLike,
    weights: ArrayLike | None = None,
    version: Version = "standard",
    k: float | None = None,
) -> Coupling:
    """Compute coupling degree, development level and coupling coordination degree.

    Parameters
    ----------
    u : array_like, shape (n,)
        Scores of n >= 2 subsystems in [0, 1], from fixed goalposts.
    weights : array_like, shape (n,), optional
        Weights of the subsystems in T, adding up to 1; equal by default. They never enter C.
    version : {"standard", "wang2021", "fan2024", "k_adjusted"}
        Formula of C, see Notes.
    k : float, optional
        Adjusting coefficient, with ``k_adjusted`` only; 2 by default.

    Returns
    -------
    Coupling
        C, T, D and the grade of D.

    Raises
    ------
    ValueError
        If a score is NaN or outside [0, 1], there are fewer than two, the weights do not fit, or
        `k` is not positive or given for another version.

    Notes
    -----
    With mean m, population standard deviation s and mean absolute pairwise difference b of u:

    - standard: ``C = (Πu)^{1/n} / m``;
    - wang2021: ``C = √{(1 - b)·[Π u_i / max u]^{1/(n-1)}}``, which also punishes absolute
      distance and spreads over [0, 1];
    - fan2024: ``C = 1 - 2s``. It is 1 for equal subsystems, however bad, like the others;
    - k_adjusted: ``C = [Πu / m^n]^k``. ``k = 1/n`` gives the standard form; Liao wrote it for
      two subsystems with k >= 2.

    The versions are not comparable with each other. No maintained Python library has them; the
    geometric mean is SciPy's.

    References
    ----------
    廖重斌 (1999). 环境与经济协调发展的定量评判及其分类体系. 热带地理 19(2): 171-177.
    王淑佳, 孔伟, 任亮, 等 (2021). 国内耦合协调度模型的误区及修正. 自然资源学报 36(3): 793-810.
    doi:10.31497/zrzyxb.20210319
    Fan et al. (2024). 统计与决策 (22). doi:10.13546/j.cnki.tjyjc.2024.22.007, as given by
    Lyu, W. (2026). coupling: Analysis of Coupling Coordination Degree. R package 0.1.
    """
    row = as_array(u, "a score")
    if row.ndim != 1:
        raise ValueError(f"u must be one row of scores, got {row.ndim} dimensions")
    c, t, d = (float(value[0]) for value in _degrees(row[np.newaxis, :], weights, version, k))
    return Coupling(c=None if math.isnan(c) else c, t=t, d=d, grade=grade(d))


def coupling_frame(
    frame: pd.DataFrame,
    weights: ArrayLike | None = None,
    version: Version = "standard",
    k: float | None = None,
) -> pd.DataFrame:
    """Compute coupling coordination for every row of a frame.

    Parameters
    ----------
    frame : pandas.DataFrame, shape (rows, n)
        Subsystem scores in [0, 1], one column each.
    weights, version, k
        As for :func:`coupling_coordination`.

    Returns
    -------
    pandas.DataFrame
        Columns ``c`` (NaN where every score of the row is 0), ``t``, ``d``, ``grade`` on the
        index of `frame`. A row depends on no other row.

    Raises
    ------
    ValueError
        As for :func:`coupling_coordination`.
    """
    c, t, d = _degrees(frame.to_numpy(dtype=np.float64), weights, version, k)
    grades = np.array([grade(value) for value in d], dtype=np.int64)
    return pd.DataFrame({"c": c, "t": t, "d": d, "grade": grades}, index=frame.index)


def grade(d: float) -> int:
    """Return the grade, 1 to 10, of a coupling coordination degree.

    Grades are tenths, closed below and open above; the last is closed. ``GRADE_NAMES[grade - 1]``
    is the name. A value within 1e-9 of an edge lies on it.

    Raises
    ------
    ValueError
        If `d` is NaN or outside [0, 1].
    """
    if not -ROUND_OFF <= as_number(d, "d") <= 1 + ROUND_OFF:
        raise ValueError(f"d must lie in [0, 1], got {d!r}")
    tenth = math.floor(d * 10 + 10 * ROUND_OFF)
    return min(max(tenth, 0), 9) + 1


def order_parameter_synergy(u0: ArrayLike, u1: ArrayLike) -> OrderSynergy:
    """Compute the synergy degree of a compound system from the change of its subsystems' order.

    Parameters
    ----------
    u0, u1 : array_like, shape (k,)
        Order degrees of k >= 2 subsystems at the base and at the later time, in [0, 1].

    Returns
    -------
    OrderSynergy
        The value, its sign and the changes behind it.

    Raises
    ------
    ValueError
        If a degree is NaN or outside [0, 1], the shapes differ, or k < 2.

    Notes
    -----
    θ is +1 only if every change is positive; -1 if any is negative; else 0. A fall comes before
    a standstill, so that a subsystem at rest does not hide another's decline: the value is then
    0, the sign -1. That order is also Meng and Han's own, where θ is the sign of the least
    non-zero change. Two falls give -1, never the + of a bare product. Changes below 1e-9 are
    none.

    References
    ----------
    孟庆松, 韩文秀 (2000). 复合系统协调度模型研究. 天津大学学报 33(4): 444-446.
    """
    before, after = _scores(u0), _scores(u1)
    if before.ndim != 1 or before.shape != after.shape:
        raise ValueError(f"u0 and u1 must be rows of one length, got {before.shape}, {after.shape}")
    deltas = after - before
    deltas[np.abs(deltas) <= ROUND_OFF] = 0.0
    sign: Literal[-1, 0, 1] = -1 if (deltas < 0).any() else 1 if (deltas > 0).all() else 0
    size = float(stats.gmean(np.abs(deltas)))
    return OrderSynergy(
        value=sign * size if size else 0.0, sign=sign, deltas=tuple(deltas.tolist())
    )


def weighted_gap(values: ArrayLike, weights: ArrayLike) -> Array:
    """Return the weighted distance of each indicator from its best, ``w_j (1 - x_j)``.

    Parameters
    ----------
    values : array_like, shape (n,) or (rows, n)
        Normalised indicators in [0, 1], 1 the best.
    weights : array_like, shape (n,)
        Weights adding up to 1.

    Returns
    -------
    numpy.ndarray
        Same shape as `values`. Along the last axis it adds up to ``1 - Σ w_j x_j``.

    Raises
    ------
    ValueError
        If a value is NaN or outside [0, 1], or the weights do not fit.
    """
    scores = _scores(values)
    gap: Array = (1.0 - scores) * _weights(weights, scores.shape[-1])
    return gap


def obstacle_degree(values: ArrayLike, weights: ArrayLike) -> Array:
    """Return each indicator's share of the whole distance from the best (障碍度).

    Parameters
    ----------
    values : array_like, shape (n,) or (rows, n)
        Normalised indicators in [0, 1], 1 the best.
    weights : array_like, shape (n,)
        Weights adding up to 1.

    Returns
    -------
    numpy.ndarray
        Same shape as `values`; shares that add up to 1 along the last axis, or are all 0 where
        every indicator is at its best. Some packages print the undivided :func:`weighted_gap`
        under this name.

    Raises
    ------
    ValueError
        If a value is NaN or outside [0, 1], or the weights do not fit.
    """
    gap = weighted_gap(values, weights)
    whole = gap.sum(axis=-1, keepdims=True)
    shares: Array = np.divide(gap, whole, out=np.zeros_like(gap), where=whole > 0)
    return shares


def _degrees(
    u: Array, weights: ArrayLike | None, version: Version, k: float | None
) -> tuple[Array, Array, Array]:
    scores = _scores(u)
    if k is not None and version != "k_adjusted":
        raise ValueError(f"k belongs to the k_adjusted version, not to {version}")
    c = np.full(scores.shape[0], np.nan)
    alive = scores.max(axis=1, initial=0.0) > 0
    # a ratio within round-off above 1 is 1
    c[alive] = np.clip(_coupling(scores[alive], version, DEFAULT_K if k is None else k), 0.0, 1.0)
    t: Array = np.clip(scores @ _weights(weights, scores.shape[1]), 0.0, 1.0)
    d: Array = np.sqrt(np.where(alive, c, 0.0) * t)
    return c, t, d


def _coupling(u: Array, version: Version, k: float) -> Array:
    n = u.shape[1]
    # relative to the best, so that no mean of tiny scores underflows
    relative = u / u.max(axis=1, keepdims=True)
    evenness: Array = stats.gmean(relative, axis=1) / relative.mean(axis=1)
    c: Array
    if version == "standard":
        c = evenness
    elif version == "wang2021":
        distance = np.abs(u[:, :, np.newaxis] - u[:, np.newaxis, :]).sum(axis=(1, 2))
        # the sum runs over ordered pairs, hence n (n - 1) and not its half
        closeness = 1.0 - distance / (n * (n - 1))
        likeness = stats.gmean(relative, axis=1) ** (n / (n - 1))
        c = np.sqrt(np.clip(closeness, 0.0, 1.0) * likeness)
    elif version == "fan2024":
        c = 1.0 - 2.0 * u.std(axis=1)
    elif version == "k_adjusted":
        if not (math.isfinite(k) and k > 0):
            raise ValueError(f"k must be positive, got {k!r}")
        c = evenness ** (n * k)
    else:
        raise ValueError(f"unknown version of the coupling degree: {version!r}")
    return c


def _scores(u: ArrayLike) -> Array:
    scores = as_array(u, "a score")
    if scores.ndim not in (1, 2) or scores.shape[-1] < 2:
        raise ValueError(f"at least two scores a row are needed, got shape {scores.shape}")
    if np.isnan(scores).any():
        raise ValueError("a score is missing (NaN)")
    if (scores < -ROUND_OFF).any() or (scores > 1 + ROUND_OFF).any():
        raise ValueError(f"scores must lie in [0, 1], got {scores.min()!r} to {scores.max()!r}")
    return np.clip(scores, 0.0, 1.0)


def _weights(weights: ArrayLike | None, n: int) -> Array:
    if weights is None:
        return np.full(n, 1.0 / n)
    given = as_array(weights, "weights")
    if given.shape != (n,):
        raise ValueError(f"{n} weights are needed, got shape {given.shape}")
    if not (given >= 0).all() or abs(given.sum() - 1.0) > 1e-6:
        raise ValueError(f"weights must be at least 0 and add up to 1, got {given.tolist()}")
    normalised: Array = given / given.sum()
    return normalised
