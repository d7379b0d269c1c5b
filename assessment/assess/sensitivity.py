"""How far the index depends on its weights, its aggregation and its data.

The index itself stands on fixed goalposts and the framework's weights. Here the same figures are
scored with every other weighting and aggregation, and the variance of each score is divided among
its sources, so that a reader sees whether a rank survives the choices behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from assessment.assess.measured import Measured, framework_weights, measure
from assessment.job.inputs import ComparisonInputs, Standards
from assessment.job.series import UnitData
from assessment.methods.goalposts import normalise_array
from assessment.methods.index import Method, composite, rank
from assessment.methods.uncertainty import Sobol, score_drivers
from assessment.methods.weights import FloatArray, ahp, critic, entropy
from assessment.params.model import Region
from assessment.results.model import (
    IndexVariant,
    ScoreDriver,
    Sensitivity,
    UnitSensitivity,
    Weighting,
)

AGGREGATIONS: Final[tuple[Method, ...]] = ("arithmetic", "geometric", "non_compensatory")
LEAST_UNITS: Final = 3
"""Fewest complete units for weights from data: of two, every indicator is all or nothing."""

POINTS: Final = 1024
"""Base sample of the Sobol indices, a power of two."""


def index_sensitivity(
    inputs: ComparisonInputs,
    units: Sequence[Region],
    outside: Sequence[Region],
    data: dict[str, UnitData],
    seed: int,
) -> Sensitivity:
    """Score the units under every weighting and aggregation, and divide each score's variance.

    Parameters
    ----------
    inputs : ComparisonInputs
        Year, framework and rules; no rank is given where its ranking is off.
    units, outside : sequence of Region
        The units that are ranked; the zones within them and the city.
    data : dict
        Series by region.
    seed : int
        Of the Sobol indices.

    Returns
    -------
    Sensitivity
        Units first, then those outside.

    Notes
    -----
    Entropy and CRITIC weights are taken from the units' figures of the plan's base year, so that
    they stay the same over the plan period. They change with the units that are compared, and
    measure how much an indicator tells these apart, not how much it matters: they are no more
    than a check here, and the index never uses them.
    """
    standards, everyone = inputs.standards, [*units, *outside]
    now = measure(standards, [data[region.id] for region in everyone], inputs.year)
    base = measure(standards, [data[r.id] for r in units], inputs.plan.baseline_year)
    weightings = _weightings(standards, base, inputs.plan.baseline_year)
    u = normalise_array(now.values, now.goalposts).u
    variants: list[list[IndexVariant]] = [[] for _ in everyone]
    for weighting in weightings:
        if not weighting.weights:
            continue
        weights = np.array([weighting.weights[name] for name in now.names])
        for aggregation in AGGREGATIONS:
            scores = [_score(standards, row, weights, aggregation) for row in u]
            ranks: list[int | None] = [None] * len(everyone)
            if inputs.ranking == "on":
                ranks[: len(units)] = rank(scores[: len(units)])
            for i, (score, place) in enumerate(zip(scores, ranks, strict=True)):
                variants[i].append(
                    IndexVariant(
                        weighting=weighting.id, aggregation=aggregation, score=score, rank=place
                    )
                )
    drivers = score_drivers(
        now.values,
        now.goalposts,
        now.weights,
        now.errors,
        points=POINTS,
        seed=seed,
        weight_spread=standards.rules.weight_spread.value,
        coverage_floor=standards.rules.coverage_floor.value,
    )
    return Sensitivity(
        weights_year=inputs.plan.baseline_year,
        combinations=len(AGGREGATIONS) * sum(bool(w.weights) for w in weightings),
        weightings=tuple(weightings),
        units=tuple(
            _unit(region, tuple(variants[i]), drivers, i) for i, region in enumerate(everyone)
        ),
    )


def _score(
    standards: Standards, row: FloatArray, weights: FloatArray, aggregation: Method
) -> float | None:
    """Score of a unit; None also where the framework's own weights would leave it without."""
    floor = standards.rules.coverage_floor.value
    own = composite(list(row), framework_weights(standards), "arithmetic", floor)
    if own.score is None:
        return None
    return composite(list(row), weights, aggregation, floor).score


def _unit(
    region: Region, variants: tuple[IndexVariant, ...], drivers: Sobol, row: int
) -> UnitSensitivity:
    ranks = [variant.rank for variant in variants if variant.rank is not None]
    scores = [variant.score for variant in variants if variant.score is not None]
    return UnitSensitivity(
        region=region.id,
        name=region.short_name,
        variants=variants,
        rank_best=min(ranks, default=None),
        rank_worst=max(ranks, default=None),
        score_least=min(scores, default=None),
        score_most=max(scores, default=None),
        drivers=tuple(
            ScoreDriver(source=name, first=float(first), total=float(total))
            for name, first, total in zip(
                drivers.names, drivers.first[row], drivers.total[row], strict=True
            )
            if not np.isnan(total)
        ),
    )


def _weightings(standards: Standards, base: Measured, base_year: int) -> list[Weighting]:
    """Weightings by subsystem, then those from data; one that cannot be had says why."""
    subsystems = standards.framework.subsystems
    given = {subsystem.weight for subsystem in subsystems}
    found = []
    if len(given) > 1:
        found.append(_weighting("framework", base, framework_weights(standards)))
    found.append(_weighting("equal", base, framework_weights(standards, [1.0] * len(subsystems))))
    found.append(_from_data("entropy", entropy, base, base_year))
    found.append(_from_data("critic", critic, base, base_year))
    comparisons = standards.framework.comparisons
    if comparisons is None:
        found.append(Weighting(id="ahp", reason="框架没有给出两两比较矩阵"))
    else:
        read = ahp(comparisons.matrix)
        found.append(
            _weighting("ahp", base, framework_weights(standards, read.weights)).model_copy(
                update={
                    "consistency_ratio": read.consistency_ratio,
                    "source": comparisons.source,
                }
            )
        )
    return found


def _weighting(name: str, base: Measured, weights: FloatArray) -> Weighting:
    return Weighting(id=name, weights=dict(zip(base.names, weights.tolist(), strict=True)))


def _from_data(
    name: str, method: Callable[[FloatArray], FloatArray], base: Measured, base_year: int
) -> Weighting:
    u = normalise_array(base.values, base.goalposts).u
    complete = u[~np.isnan(u).any(axis=1)]
    if len(complete) < LEAST_UNITS:
        return Weighting(
            id=name,
            reason=f"{base_year} 年指标齐全的单元只有 {len(complete)} 个,不足 {LEAST_UNITS} 个",
        )
    try:
        return _weighting(name, base, method(complete))
    except ValueError:
        # what both refuse of a complete table in [0, 1]: no spread to read, or zeros throughout
        return Weighting(id=name, reason=f"{base_year} 年各单元的指标没有可用的差别")
