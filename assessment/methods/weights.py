"""Weights of indicators: equal, entropy, CRITIC, AHP.

All return weights that sum to one. Entropy and CRITIC measure how much an indicator tells the
units apart, not how much it matters; they change with the sample and are to be frozen for a plan
period once chosen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from assessment.methods.series import as_array

FloatArray = npt.NDArray[np.float64]
ZeroRule = Literal["limit", "shrink", "replace"]

# Mean consistency index of random reciprocal matrices of order 1 to 15 (Saaty 1980).
RANDOM_INDEX: tuple[float, ...] = (
    0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59,
)  # fmt: skip
CONSISTENCY_LIMIT = 0.1
RECIPROCITY_TOLERANCE = 0.01


@dataclass(frozen=True, eq=False)
class Ahp:
    """Weights from pairwise comparisons.

    Attributes
    ----------
    weights : ndarray, shape (n,)
        Principal eigenvector, summing to one.
    consistency_ratio : float
        Consistency index over the random index; 0 for n of 1 or 2.
    """

    weights: FloatArray
    consistency_ratio: float


class InconsistentComparisonsError(ValueError):
    """Pairwise comparisons that contradict each other.

    Attributes
    ----------
    ratio : float
        Their consistency ratio.
    """

    def __init__(self, ratio: float) -> None:
        self.ratio = ratio
        super().__init__(
            f"consistency ratio {ratio:.3f} is not below {CONSISTENCY_LIMIT}: "
            "the comparisons contradict each other and must be revised"
        )


def unit_sum(weights: npt.ArrayLike) -> FloatArray:
    """Scale weights so that they sum to one.

    Parameters
    ----------
    weights : array_like, shape (n,)
        Not negative, at least one positive.

    Returns
    -------
    ndarray, shape (n,)
        The same proportions.

    Raises
    ------
    ValueError
        If there is no weight, one is negative or not finite, or all are zero.
    """
    array = as_array(weights, "weights")
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"weights need one axis and at least one entry, not shape {array.shape}")
    if not np.isfinite(array).all() or (array < 0.0).any():
        raise ValueError("weights must be finite and not negative")
    total = float(array.sum())
    if total <= 0.0:
        raise ValueError("at least one weight must be positive")
    return array / total


def equal(n: int) -> FloatArray:
    """Equal weights.

    Parameters
    ----------
    n : int
        Number of indicators, at least 1.

    Returns
    -------
    ndarray, shape (n,)
        ``1 / n`` each.

    Raises
    ------
    ValueError
        If `n` is below 1.
    """
    if n < 1:
        raise ValueError(f"equal weights need at least one indicator, not {n}")
    return np.full(n, 1.0 / n)


def flatten(
    subsystems: Mapping[str, float], indicators: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """Turn weights on two levels into one weight for each indicator.

    Parameters
    ----------
    subsystems : mapping of str to float
        Weight of each subsystem.
    indicators : mapping of str to mapping of str to float
        For each subsystem, the weights of its indicators; each level is scaled to sum to one.

    Returns
    -------
    dict of str to float
        Weight of each indicator, in the order given; they sum to one.

    Raises
    ------
    ValueError
        If the two levels name different subsystems, or an indicator stands in two of them, which
        would count it twice.
    """
    if set(subsystems) != set(indicators):
        odd = sorted(set(subsystems) ^ set(indicators))
        raise ValueError(f"subsystems present on one level only: {', '.join(odd)}")
    upper = unit_sum(list(subsystems.values()))
    flat: dict[str, float] = {}
    for subsystem, share in zip(subsystems, upper, strict=True):
        lower = unit_sum(list(indicators[subsystem].values()))
        for name, weight in zip(indicators[subsystem], lower, strict=True):
            if name in flat:
                raise ValueError(f"indicator {name} stands in two subsystems")
            flat[name] = float(share * weight)
    return flat


def entropy(
    matrix: npt.ArrayLike, zero_rule: ZeroRule = "limit", margin: float = 0.002
) -> FloatArray:
    """Entropy weights: the more unevenly an indicator is spread, the heavier it is.

    With ``p_ij = x_ij / sum_i x_ij`` and ``e_j = -sum_i p_ij ln p_ij / ln m``, the weight is
    ``(1 - e_j) / sum_k (1 - e_k)``.

    Parameters
    ----------
    matrix : array_like, shape (m units, n indicators)
        Normalised, larger is better, in [0, 1].
    zero_rule : {"limit", "shrink", "replace"}
        How zeros are treated. ``limit``: ``0 ln 0 = 0``; ``shrink``: all values are drawn into
        ``[margin, 1 - margin]``; ``replace``: only values of exactly 0 and 1 are moved there.
        Published weights differ between these rules, so the rule is to be named with them.
    margin : float, default 0.002
        Width used by ``shrink`` and ``replace``, in (0, 0.5).

    Returns
    -------
    ndarray, shape (n,)
        Weights; an indicator that does not vary gets 0.

    Raises
    ------
    ValueError
        If the matrix has fewer than two units, holds values outside [0, 1] or missing ones, has
        an indicator that is zero throughout, or no indicator varies.

    References
    ----------
    Shannon (1948), Bell System Technical Journal 27; OECD/JRC Handbook, 2008, step 6 on why
    weights from data are no statement of importance.
    """
    array = _matrix(matrix)
    if (array < 0.0).any() or (array > 1.0).any():
        raise ValueError("entropy weights need normalised values between 0 and 1")
    if not 0.0 < margin < 0.5:
        raise ValueError(f"the margin must lie between 0 and 0.5, not {margin}")
    if zero_rule == "shrink":
        array = margin + array * (1.0 - 2.0 * margin)
    elif zero_rule == "replace":
        array = np.where(array == 0.0, margin, np.where(array == 1.0, 1.0 - margin, array))
    totals = array.sum(axis=0)
    if (totals == 0.0).any():
        raise ValueError(f"indicator {int(np.argmin(totals))} is zero for every unit")
    shares = array / totals
    information = 1.0 + (shares * np.log(np.where(shares > 0.0, shares, 1.0))).sum(axis=0) / np.log(
        array.shape[0]
    )
    information = np.where(_constant(array), 0.0, information)
    return _informative(information)


def critic(matrix: npt.ArrayLike) -> FloatArray:
    """CRITIC weights: spread times disagreement with the other indicators.

    ``c_j = s_j * sum_k (1 - r_jk)`` with the sample's standard deviation (n - 1) and Pearson's
    correlation; the weight is ``c_j / sum_k c_k``.

    Parameters
    ----------
    matrix : array_like, shape (m units, n indicators)
        Normalised, larger is better.

    Returns
    -------
    ndarray, shape (n,)
        Weights; an indicator that does not vary gets 0 and is left out of the correlations.

    Raises
    ------
    ValueError
        If the matrix has fewer than two units or missing values, or no indicator both varies and
        disagrees with another.

    References
    ----------
    Diakoulaki, Mavrotas & Papayannakis (1995), Computers & Operations Research 22(7):763-770.
    """
    array = _matrix(matrix)
    varying = ~_constant(array)
    information = np.zeros(array.shape[1])
    if np.count_nonzero(varying) == 1:
        information[varying] = 1.0
    elif varying.any():
        part = array[:, varying]
        correlation = np.corrcoef(part, rowvar=False)
        information[varying] = part.std(axis=0, ddof=1) * (1.0 - correlation).sum(axis=0)
    return _informative(information)


def ahp(comparison_matrix: Sequence[Sequence[float]] | FloatArray) -> Ahp:
    """Weights from a matrix of pairwise comparisons (analytic hierarchy process).

    Parameters
    ----------
    comparison_matrix : array_like, shape (n, n)
        Entry (i, j) says how many times as important i is as j; reciprocal up to one per cent, so
        that 0.333 may be written for a third.

    Returns
    -------
    Ahp
        The principal eigenvector and the consistency ratio.

    Raises
    ------
    InconsistentComparisonsError
        If the consistency ratio is 0.1 or more (a ValueError).
    ValueError
        If the matrix is not square, not positive, not reciprocal, or larger than the published
        random indices reach (15).

    Notes
    -----
    Random indices as in Saaty's table of 1980; later simulations differ in the second decimal.

    References
    ----------
    Saaty (1980), The Analytic Hierarchy Process, McGraw-Hill; Saaty (1987), Mathematical
    Modelling 9(3-5):161-176.
    """
    array = as_array(comparison_matrix, "comparisons")
    if array.ndim != 2 or array.shape[0] != array.shape[1] or array.size == 0:
        raise ValueError(f"a comparison matrix is square, not of shape {array.shape}")
    n = array.shape[0]
    if n > len(RANDOM_INDEX):
        raise ValueError(f"no random index is published for {n} items; compare at most 15")
    if not np.isfinite(array).all() or (array <= 0.0).any():
        raise ValueError("comparisons must be finite and positive")
    if not np.allclose(np.diag(array), 1.0):
        raise ValueError("an item compared with itself is 1: the diagonal must hold ones")
    off = np.argwhere(np.abs(array * array.T - 1.0) > RECIPROCITY_TOLERANCE)
    if off.size:
        i, j = (int(index) for index in off[0])
        raise ValueError(
            f"comparisons ({i}, {j}) and ({j}, {i}) are not reciprocal: "
            f"{array[i, j]:g} and {array[j, i]:g}"
        )
    values, vectors = np.linalg.eig(array)
    principal = int(np.argmax(values.real))
    weights = np.abs(vectors[:, principal].real)
    ratio = 0.0
    if n > 2:
        consistency_index = (float(values[principal].real) - n) / (n - 1)
        ratio = max(consistency_index, 0.0) / RANDOM_INDEX[n - 1]
    if ratio >= CONSISTENCY_LIMIT:
        raise InconsistentComparisonsError(ratio)
    return Ahp(weights=unit_sum(weights), consistency_ratio=ratio)


def _matrix(matrix: npt.ArrayLike) -> FloatArray:
    array = as_array(matrix, "the matrix")
    if array.ndim != 2 or array.shape[1] == 0:
        raise ValueError(f"weights from data need units x indicators, not shape {array.shape}")
    if array.shape[0] < 2:
        raise ValueError("weights from data need at least two units")
    if not np.isfinite(array).all():
        raise ValueError("weights from data need every value: none missing or infinite")
    return array


def _constant(array: FloatArray) -> npt.NDArray[np.bool_]:
    spread = np.ptp(array, axis=0)
    return np.asarray(spread <= 1e-12 * np.maximum(np.abs(array).max(axis=0), 1e-300))


def _informative(information: FloatArray) -> FloatArray:
    information = np.maximum(information, 0.0)
    if information.sum() <= 1e-15:
        raise ValueError("no indicator tells the units apart, so the data give no weights")
    return unit_sum(information)
