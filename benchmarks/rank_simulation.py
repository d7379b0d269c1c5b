"""Coverage of the intervals of score and rank; a part of ``benchmarks.trend_simulation``.

Units get true figures on the goalposts of the framework in ``params/``; they are measured with
the error that the Monte Carlo assumes of their quality grades, or with another; then it is
counted how often the true score and the true rank lie in the interval that would be printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from assessment.assess.measured import framework_weights
from assessment.job.inputs import Standards
from assessment.methods.goalposts import Goalpost
from assessment.methods.index import aggregate_array
from assessment.methods.uncertainty import Uncertainty, monte_carlo
from assessment.params.folder import load_params

Array = NDArray[np.float64]
PARAMS = Path(__file__).parent.parent / "params"
UNITS = 11
GRADES = {"A": 0.4, "B": 0.4, "C": 0.2}
"""Chances of a figure's grade."""

NORMALISATION_SPREAD = 0.1


@dataclass(frozen=True)
class World:
    """What the index is made of: goalposts, weights, spread of weights, error by grade."""

    low: Array
    high: Array
    weights: Array
    weight_spread: float
    errors: dict[str, float]
    draws: int

    @property
    def goalposts(self) -> list[Goalpost]:
        """The same as goalposts."""
        return [Goalpost(a, b) for a, b in zip(self.low, self.high, strict=True)]


@dataclass(frozen=True)
class Case:
    """How far true scores lie apart (standard deviation), and how large errors are.

    ``error`` is a multiple of the assumed one; ``shared`` the part of its variance that all units
    have in common (one wrong emission factor).
    """

    spread: float
    error: float = 1.0
    shared: float = 0.0


@dataclass(frozen=True)
class Coverage:
    """Shares of true values within the printed 90 per cent intervals.

    Attributes
    ----------
    score, rank : float
        Under the index as it is printed (framework's weights, arithmetic mean).
    rank_drawn : float
        Under weights, goalposts and mean drawn as the simulation draws them.
    rank_all : float
        Repetitions in which the ranks of all units lie in their intervals at once.
    width : float
        Mean number of ranks in an interval.
    """

    score: float
    rank: float
    rank_drawn: float
    rank_all: float
    width: float


CASES = (
    *(Case(spread, error) for spread in (0.10, 0.05, 0.02) for error in (1.0, 2.0)),
    Case(0.05, 0.5),
    Case(0.05, 1.0, 0.5),
)


def world(draws: int = 500) -> World:
    """Read framework, goalposts and rules of the project."""
    params = load_params(PARAMS)
    framework = params.synergy.frameworks[0]
    standards = Standards(
        rules=params.rules,
        framework=framework,
        goalposts=params.synergy.goalposts,
        disclaimer=params.synergy.disclaimer,
    )
    ends = {g.indicator: g for g in params.synergy.goalposts}
    used = [ends[name] for subsystem in framework.subsystems for name in subsystem.indicators]
    return World(
        np.array([g.low for g in used]),
        np.array([g.high for g in used]),
        framework_weights(standards),
        params.rules.weight_spread.value,
        params.rules.errors_by_grade,
        draws,
    )


def ranks(scores: Array) -> Array:
    """Rank scores, 1 for the highest."""
    return np.asarray(stats.rankdata(-np.round(scores, 12), method="min"), dtype=np.float64)


def truth(given: World, case: Case, rng: np.random.Generator) -> Array:
    """Draw true positions, shape (units, indicators), whose scores lie apart as asked."""
    scatter = rng.normal(0, 0.15, (UNITS, given.weights.size))
    scatter -= (scatter * given.weights).sum(axis=1, keepdims=True)
    level = stats.zscore(rng.normal(size=UNITS), ddof=1) * case.spread + 0.55
    return np.clip(level[:, np.newaxis] + scatter, 0.02, 0.98)


def measured(values: Array, errors: Array, case: Case, rng: np.random.Generator) -> Array:
    """Add errors of which a part is common to all units."""
    own = rng.standard_normal(values.shape)
    common = rng.standard_normal((1, values.shape[1]))
    noise = np.sqrt(1 - case.shared) * own + np.sqrt(case.shared) * common
    return np.asarray(values * (1 + case.error * errors * noise))


def drawn_scores(given: World, values: Array, rng: np.random.Generator) -> Array:
    """Score true values under one draw of weights, goalposts and mean."""
    k = given.weights.size
    span = (given.high - given.low) * NORMALISATION_SPREAD
    low, high = (end + span * rng.uniform(-1, 1, k) for end in (given.low, given.high))
    weights = given.weights * (1 + given.weight_spread * rng.uniform(-1, 1, k))
    u = np.clip((values - low) / (high - low), 0, 1)
    method = ("arithmetic", "geometric")[int(rng.integers(2))]
    return aggregate_array(u, weights / weights.sum(), method)  # type: ignore[arg-type]


def within(found: Uncertainty, true: Array, what: str) -> NDArray[np.bool_]:
    """Tell which true values lie in their interval."""
    low, high = getattr(found, f"{what}_low"), getattr(found, f"{what}_high")
    return np.asarray((low <= true) & (true <= high))


def coverage(given: World, case: Case, repetitions: int, seed: int = 3) -> Coverage:
    """Measure again and again, and count."""
    rng = np.random.default_rng([seed, *(round(x * 100) for x in vars(case).values())])
    hits: dict[str, list[Array]] = {name: [] for name in ("score", "rank", "rank_drawn", "width")}
    every = []
    for repetition in range(repetitions):
        u = truth(given, case, rng)
        values = given.low + u * (given.high - given.low)
        grades = rng.choice(list(GRADES), size=values.shape, p=list(GRADES.values()))
        errors = np.vectorize(given.errors.__getitem__)(grades).astype(float)
        found = monte_carlo(
            measured(values, errors, case, rng),
            given.goalposts,
            given.weights,
            errors,
            draws=given.draws,
            seed=repetition,
            weight_spread=given.weight_spread,
            normalisation_spread=NORMALISATION_SPREAD,
        )
        score = aggregate_array(u, given.weights, "arithmetic")
        inside = within(found, ranks(score), "rank")
        hits["score"].append(within(found, score, "score").astype(float))
        hits["rank"].append(inside.astype(float))
        other = ranks(drawn_scores(given, values, rng))
        hits["rank_drawn"].append(within(found, other, "rank").astype(float))
        hits["width"].append(found.rank_high - found.rank_low + 1)
        every.append(inside.all())
    shares = {name: float(np.mean(parts)) for name, parts in hits.items()}
    return Coverage(**shares, rank_all=float(np.mean(every)))


def report(repetitions: int, cases: Sequence[Case] = CASES, draws: int = 500) -> None:
    """Print the table as Markdown."""
    given = world(draws)
    print(f"{repetitions} repetitions, {UNITS} units, {given.weights.size} indicators\n")
    print("| spread of scores | error | shared | score | rank | rank, choices drawn | all ranks "
          "| ranks in an interval |")  # fmt: skip
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for case in cases:
        found = coverage(given, case, repetitions)
        print(
            f"| {case.spread} | ×{case.error:g} | {case.shared:g} | {found.score:.3f} | "
            f"{found.rank:.3f} | {found.rank_drawn:.3f} | {found.rank_all:.3f} | {found.width:.1f} |"
        )
    bare = replace(given, weight_spread=0.0)
    found = coverage(bare, Case(0.05), repetitions)
    print(f"\nspread .05, weights not varied: rank {found.rank:.3f}, ranks {found.width:.1f}")
