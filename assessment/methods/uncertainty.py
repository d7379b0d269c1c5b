"""How far a score and a rank depend on choices and on doubtful data.

Every draw varies all at once: the weights, the ends of the goalposts, the method of aggregation
(one draw of these for all units together) and the data (cell by cell). Ranks are printed with
the interval found here or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.special import ndtri

from assessment.methods.coverage import COVERAGE_FLOOR, check_coverage_floor, covered
from assessment.methods.goalposts import Goalpost
from assessment.methods.index import ZERO_FLOOR, Method, aggregate_array
from assessment.methods.series import as_array
from assessment.methods.weights import unit_sum

FloatArray = npt.NDArray[np.float64]
Grouping = Literal["source", "indicator"]

# Assumption: relative standard deviation of a value by its quality grade (A official statistics,
# B departmental return with evidence, C estimate, D no evidence).
ASSUMED_RELATIVE_ERROR: Mapping[str, float] = MappingProxyType(
    {"A": 0.02, "B": 0.05, "C": 0.10, "D": 0.20}
)
QUANTILES = (0.5, 0.05, 0.95)  # in the order of the fields of Uncertainty


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """Spread of scores and ranks over the draws; arrays of shape (n units,).

    Units below the coverage floor hold NaN in all but `coverage` and take no place in the ranks.

    Attributes
    ----------
    coverage : ndarray
        Share of the weight for which a value is present.
    score_median, score_low, score_high : ndarray
        Median, 5 % and 95 % quantile of the score, in [0, 1].
    rank_median, rank_low, rank_high : ndarray
        The same of the rank, whole numbers; 1 is best, so `rank_low` is the better end.
    """

    coverage: FloatArray
    score_median: FloatArray
    score_low: FloatArray
    score_high: FloatArray
    rank_median: FloatArray
    rank_low: FloatArray
    rank_high: FloatArray


@dataclass(frozen=True, eq=False)
class Sobol:
    """Shares of an output's variance.

    Attributes
    ----------
    names : tuple of str
        The d inputs, or groups of inputs.
    first, total : ndarray, shape (d,) or (n units, d)
        Share explained by the input alone, and share that involves it in any way.
    """

    names: tuple[str, ...]
    first: FloatArray
    total: FloatArray


class _Model:
    """Checked inputs of a simulation."""

    def __init__(
        self,
        values: npt.ArrayLike,
        goalposts: Sequence[Goalpost],
        weights: Sequence[float] | FloatArray,
        data_error: npt.ArrayLike,
        methods: Sequence[Method],
        weight_spread: float,
        normalisation_spread: float,
        coverage_floor: float,
        zero_floor: float,
    ) -> None:
        self.values = as_array(values, "values")
        self.weights = unit_sum(weights)
        shape = self.values.shape
        if len(shape) != 2 or not shape[1] == len(goalposts) == self.weights.size:
            raise ValueError(
                f"values of shape {shape} do not fit {len(goalposts)} goalposts "
                f"and {self.weights.size} weights"
            )
        present = ~np.isnan(self.values)
        self.error = np.broadcast_to(as_array(data_error, "errors"), shape)
        if not (np.isfinite(self.error[present]).all() and (self.error[present] >= 0.0).all()):
            raise ValueError("every value present needs a relative error of zero or more")
        if not 0.0 <= weight_spread < 1.0:
            raise ValueError(f"the spread of weights must lie in [0, 1), not {weight_spread}")
        if not 0.0 <= normalisation_spread < 0.5:
            raise ValueError(
                f"the spread of goalposts must lie in [0, 0.5), not {normalisation_spread}: "
                "beyond, the two ends could change places"
            )
        if not methods:
            raise ValueError("at least one method of aggregation is needed")
        check_coverage_floor(coverage_floor)
        self.low = np.array([goalpost.low for goalpost in goalposts], dtype=np.float64)
        self.high = np.array([goalpost.high for goalpost in goalposts], dtype=np.float64)
        self.methods = tuple(methods)
        self.weight_spread = weight_spread
        self.normalisation_spread = normalisation_spread
        self.zero_floor = zero_floor
        self.coverage: FloatArray = (present * self.weights).sum(axis=1)
        enough = [covered(float(share), coverage_floor) for share in self.coverage]
        self.scored = [unit for unit, sufficient in enumerate(enough) if sufficient]

    def scores(
        self,
        unit: int,
        noise: FloatArray,
        weight: FloatArray,
        low: FloatArray,
        high: FloatArray,
        method: FloatArray,
    ) -> FloatArray:
        """Scores of one unit: noise is standard normal, all else uniform on [0, 1]; (draws, k)."""
        present = ~np.isnan(self.values[unit])
        span = (self.high - self.low)[present] * self.normalisation_spread
        low_end = self.low[present] + span * (2.0 * low[:, present] - 1.0)
        high_end = self.high[present] + span * (2.0 * high[:, present] - 1.0)
        drawn = self.values[unit, present] * (1.0 + self.error[unit, present] * noise[:, present])
        u = np.clip((drawn - low_end) / (high_end - low_end), 0.0, 1.0)
        factor = 1.0 + self.weight_spread * (2.0 * weight[:, present] - 1.0)
        shares = self.weights[present] * factor
        shares /= shares.sum(axis=1, keepdims=True)
        chosen = np.minimum((method * len(self.methods)).astype(int), len(self.methods) - 1)
        result = np.empty(len(method))
        for number, name in enumerate(self.methods):
            rows = chosen == number
            result[rows] = aggregate_array(u[rows], shares[rows], name, self.zero_floor)
        return result


def relative_error(
    quality: Sequence[Sequence[str | None]],
    by_grade: Mapping[str, float] = ASSUMED_RELATIVE_ERROR,
) -> FloatArray:
    """Relative standard deviation of each cell from its quality grade.

    Parameters
    ----------
    quality : nested sequence, shape (n units, k indicators)
        Grades A to D; None where there is no value.
    by_grade : mapping of str to float
        Relative standard deviation of each grade; the default is an assumption.

    Returns
    -------
    ndarray, shape (n, k)
        NaN where there is no value.

    Raises
    ------
    ValueError
        If a grade is not in the mapping.
    """
    unknown = {grade for row in quality for grade in row if grade is not None} - set(by_grade)
    if unknown:
        raise ValueError(f"no relative error is given for quality grade {sorted(unknown)[0]!r}")
    return np.array(
        [[np.nan if cell is None else by_grade[cell] for cell in row] for row in quality]
    )


def monte_carlo(
    values: npt.ArrayLike,
    goalposts: Sequence[Goalpost],
    weights: Sequence[float] | FloatArray,
    data_error: npt.ArrayLike,
    *,
    draws: int = 1000,
    seed: int = 0,
    weight_spread: float = 0.25,
    normalisation_spread: float = 0.1,
    methods: Sequence[Method] = ("arithmetic", "geometric"),
    coverage_floor: float = COVERAGE_FLOOR,
    zero_floor: float = ZERO_FLOOR,
) -> Uncertainty:
    """Simulate scores and ranks of all units.

    Parameters
    ----------
    values : array_like, shape (n units, k indicators)
        In native units; NaN where missing.
    goalposts : sequence of Goalpost, length k
        Fixed ends in native units.
    weights : sequence of float, length k
        Not negative; scaled to sum to one (see ``weights.flatten`` for two levels).
    data_error : array_like, broadcast to (n, k)
        Relative standard deviation of each value; ignored where the value is missing.
    draws : int, default 1000
        Number of draws.
    seed : int, default 0
        The same seed gives the same result.
    weight_spread : float, default 0.25
        Each weight is multiplied by a uniform factor within this share, then all are scaled to
        sum to one; in [0, 1).
    normalisation_spread : float, default 0.1
        Each end of a goalpost moves uniformly within this share of its span; in [0, 0.5).
        The default is an assumption.
    methods : sequence of method names
        Drawn with equal chances.
    coverage_floor, zero_floor : float
        As in :func:`assessment.methods.index.composite`.

    Returns
    -------
    Uncertainty

    Raises
    ------
    ValueError
        If shapes do not fit, a spread lies outside its range, an error is negative or missing
        where a value is present, there are no draws or no methods.

    Notes
    -----
    A unit's data errors come from a stream of its own, keyed by its row: appending a unit leaves
    every other unit's scores as they were. Data errors are normal and independent; errors that all
    units share (one wrong emission factor) are not in it. Quantiles of ranks are ranks that
    occurred, without interpolation.

    References
    ----------
    Saisana, Saltelli & Tarantola (2005), Journal of the Royal Statistical Society A
    168(2):307-323; OECD/JRC Handbook, 2008, step 8.
    """
    if draws < 1:
        raise ValueError(f"a simulation needs at least one draw, not {draws}")
    model = _Model(
        values, goalposts, weights, data_error, methods,
        weight_spread, normalisation_spread, coverage_floor, zero_floor,
    )  # fmt: skip
    n, k = model.values.shape
    common = np.random.default_rng([seed, 0])
    weight, low, high = (common.random((draws, k)) for _ in range(3))
    method = common.random(draws)
    scores = np.empty((draws, len(model.scored)))
    for column, unit in enumerate(model.scored):
        noise = np.random.default_rng([seed, 1, unit]).standard_normal((draws, k))
        scores[:, column] = model.scores(unit, noise, weight, low, high, method)
    ranks = stats.rankdata(-np.round(scores, 12), method="min", axis=1)
    spread = np.full((6, n), np.nan)
    if model.scored:
        spread[:3, model.scored] = np.quantile(scores, QUANTILES, axis=0)
        spread[3:, model.scored] = np.quantile(ranks, QUANTILES, axis=0, method="inverted_cdf")
    return Uncertainty(model.coverage, *spread)


def sobol(
    function: Callable[[FloatArray], FloatArray],
    bounds: Mapping[str, tuple[float, float]],
    *,
    points: int = 1024,
    seed: int = 0,
) -> Sobol:
    """First-order and total indices of a function of independent uniform inputs.

    Parameters
    ----------
    function : callable
        Takes an array of shape (d, m), returns shape (m,).
    bounds : mapping of str to (float, float)
        Name and range of each of the d inputs.
    points : int, default 1024
        Base sample, a power of two; the function is evaluated at ``points * (d + 2)`` points.
    seed : int, default 0
        The same seed gives the same result.

    Returns
    -------
    Sobol
        Indices of shape (d,). Slightly negative values are sampling error.

    Raises
    ------
    ValueError
        If there are fewer than two inputs, a range is empty or `points` is no power of two.

    References
    ----------
    Sobol' (2001), Mathematics and Computers in Simulation 55:271-280; Saltelli et al. (2010),
    Computer Physics Communications 181(2):259-270 (``scipy.stats.sobol_indices``).
    """
    if len(bounds) < 2:
        raise ValueError("variance is shared out among at least two inputs")
    for name, (low, high) in bounds.items():
        if not low < high:
            raise ValueError(f"the range of {name} is empty: {low} to {high}")
    # Frozen distributions are what the function documents; its stubs are narrower.
    ranges: list[Any] = [stats.uniform(low, high - low) for low, high in bounds.values()]
    result = stats.sobol_indices(
        func=function, n=points, dists=ranges, rng=np.random.default_rng(seed)
    )
    return Sobol(names=tuple(bounds), first=result.first_order, total=result.total_order)


def score_drivers(
    values: npt.ArrayLike,
    goalposts: Sequence[Goalpost],
    weights: Sequence[float] | FloatArray,
    data_error: npt.ArrayLike,
    *,
    by: Grouping = "source",
    points: int = 512,
    seed: int = 0,
    weight_spread: float = 0.25,
    normalisation_spread: float = 0.1,
    methods: Sequence[Method] = ("arithmetic", "geometric"),
    coverage_floor: float = COVERAGE_FLOOR,
    zero_floor: float = ZERO_FLOOR,
) -> Sobol:
    """What makes each unit's score uncertain: Sobol indices of groups of inputs.

    Parameters
    ----------
    values, goalposts, weights, data_error
        As in :func:`monte_carlo`; so are all parameters not named here.
    by : {"source", "indicator"}, default "source"
        ``source``: the groups are data, weights, normalisation, aggregation. ``indicator``: all
        that belongs to one indicator is a group ("0", "1", ...), and aggregation is one more.
    points : int, default 512
        Base sample, a power of two.

    Returns
    -------
    Sobol
        Indices of shape (n units, groups). NaN for units without a score and for units whose
        score does not vary. Slightly negative values are sampling error.

    Raises
    ------
    ValueError
        As in :func:`monte_carlo`, or if `points` is no power of two.

    Notes
    -----
    ``scipy.stats.sobol_indices`` exchanges one column at a time; the groups' columns are exchanged
    together here and handed to it as evaluations.

    References
    ----------
    Saltelli et al. (2008), Global Sensitivity Analysis: The Primer, Wiley, ch. 4 (groups).
    """
    model = _Model(
        values, goalposts, weights, data_error, methods,
        weight_spread, normalisation_spread, coverage_floor, zero_floor,
    )  # fmt: skip
    n, k = model.values.shape
    if points < 2 or points & (points - 1):
        raise ValueError(f"the base sample must be a power of two, not {points}")
    names: tuple[str, ...] = ("data", "weights", "normalisation", "aggregation")
    if by == "source":
        group = np.repeat([0, 1, 2, 3], [k, k, 2 * k, 1])
    else:
        names = (*(str(j) for j in range(k)), "aggregation")
        group = np.append(np.tile(np.arange(k), 4), k)
    width = 4 * k + 1
    sample = stats.qmc.Sobol(2 * width, rng=np.random.default_rng(seed)).random(points)
    a, b = sample[:, :width], sample[:, width:]
    pages = [a, b, *(np.where(group == number, b, a) for number in range(len(names)))]
    evaluated = np.empty((len(pages), n, points))
    for page, x in enumerate(pages):
        noise = ndtri(np.clip(x[:, :k], 1e-12, 1.0 - 1e-12))
        weight, low, high = (x[:, i * k : (i + 1) * k] for i in (1, 2, 3))
        for unit in model.scored:
            evaluated[page, unit] = model.scores(unit, noise, weight, low, high, x[:, -1])
    first, total = (np.full((n, len(names)), np.nan) for _ in range(2))
    for unit in model.scored:
        f = evaluated[:, unit : unit + 1]
        if np.ptp(f[:2]) > 1e-12:
            result = stats.sobol_indices(func={"f_A": f[0], "f_B": f[1], "f_AB": f[2:]}, n=points)
            first[unit], total[unit] = result.first_order, result.total_order
    return Sobol(names=names, first=first, total=total)
