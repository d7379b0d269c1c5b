"""The units of one year side by side: index with intervals, co-change, key series."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assessment.assess.measured import measure
from assessment.assess.sensitivity import index_sensitivity
from assessment.assess.synergy import co_control, coupling_years
from assessment.job.inputs import ComparisonInputs
from assessment.job.series import UnitData
from assessment.methods.uncertainty import Uncertainty, monte_carlo
from assessment.params.model import Region
from assessment.results.model import (
    CitySum,
    ComparedSeries,
    Comparison,
    CouplingResult,
    IndexResult,
)

SEED = 20230701
"""Fixed, so that the same inputs give the same intervals."""


def compare_units(inputs: ComparisonInputs) -> Comparison:
    """Set the units of one year side by side.

    Ranks run over units that do not overlap: the city, and the zones whose figures a district's
    may already contain, are scored like a unit but stand outside the ranks. Ranks are left out
    altogether where ranking is off, in the sensitivity too; a unit with too little data has
    neither score nor rank.
    """
    units = [region for region in inputs.regions if region.kind != "city"]
    everyone = list(inputs.regions)
    data = {region.id: inputs.data(region.id) for region in everyone}
    couplings = {region.id: _coupling(inputs, data[region.id]) for region in everyone}
    apart = [region for region in units if not region.hosts]
    city = [region for region in everyone if region.kind == "city"]
    outside = [*(region for region in units if region.hosts), *city]
    ranked, alone = (_simulate(inputs, regions, data) for regions in (apart, outside))
    index = [
        _index(inputs, region, i, ranked, couplings[region.id], rank=inputs.ranking == "on")
        for i, region in enumerate(apart)
    ]
    index += [
        _index(inputs, region, i, alone, couplings[region.id], rank=False)
        for i, region in enumerate(outside)
    ]
    span = [(inputs.year - 1, inputs.year)]
    whole = inputs.analysis
    shown = list(dict.fromkeys((*whole.trends, *whole.compared, *whole.tiles)))
    return Comparison(
        year=inputs.year,
        framework=inputs.standards.framework.id,
        framework_title=inputs.standards.framework.title,
        framework_since=inputs.standards.framework.since,
        framework_source=inputs.standards.framework.source,
        ranking="on" if inputs.ranking == "on" else "off",
        index=tuple(index),
        cocontrol={
            region.id: co_control(
                data[region.id], inputs.analysis.cocontrol, span, inputs.standards.rules
            )
            for region in everyone
        },
        series=tuple(_series(inputs, name, everyone, data) for name in shown),
        city_sums=tuple(_sums(inputs, shown, units, city[0], data)),
        caution=inputs.caution,
        sensitivity=index_sensitivity(inputs, apart, outside, data, SEED),
    )


def _coupling(inputs: ComparisonInputs, data: UnitData) -> CouplingResult:
    return coupling_years(
        data,
        inputs.standards.framework.subsystems,
        inputs.standards.goalposts,
        [inputs.year],
        inputs.plan.baseline_year,
        inputs.standards.rules.coverage_floor.value,
    )[0]


def _simulate(
    inputs: ComparisonInputs, regions: Sequence[Region], data: dict[str, UnitData]
) -> Uncertainty:
    rules = inputs.standards.rules
    found = measure(inputs.standards, [data[region.id] for region in regions], inputs.year)
    return monte_carlo(
        found.values,
        found.goalposts,
        found.weights,
        found.errors,
        draws=int(rules.monte_carlo_draws.value),
        seed=SEED,
        weight_spread=rules.weight_spread.value,
        coverage_floor=rules.coverage_floor.value,
    )


def _index(
    inputs: ComparisonInputs,
    region: Region,
    row: int,
    found: Uncertainty,
    coupling: CouplingResult,
    *,
    rank: bool,
) -> IndexResult:
    def at(values: NDArray[np.float64]) -> float | None:
        value = float(values[row])
        return None if np.isnan(value) else value

    return IndexResult(
        region=region.id,
        name=region.short_name,
        score=at(found.score_median),
        score_low=at(found.score_low),
        score_high=at(found.score_high),
        rank=at(found.rank_median) if rank else None,
        rank_low=at(found.rank_low) if rank else None,
        rank_high=at(found.rank_high) if rank else None,
        coverage=float(found.coverage[row]),
        subsystems={s.name: s.level for s in coupling.subsystems},
        d=coupling.d,
        grade_name=coupling.grade_name,
        within=tuple(r.short_name for r in inputs.regions if r.id in region.hosts),
    )


def _series(
    inputs: ComparisonInputs, name: str, regions: Sequence[Region], data: dict[str, UnitData]
) -> ComparedSeries:
    entry = inputs.catalogue.by_id[name]
    return ComparedSeries(
        indicator=name,
        name=entry.label,
        unit=entry.unit,
        decimals=entry.decimals,
        direction=entry.direction,
        points={
            region.id: tuple(
                point.model_copy(update={"trace": ()})
                for point in data[region.id].annual(name).points
            )
            for region in regions
        },
    )


def _sums(
    inputs: ComparisonInputs,
    names: Sequence[str],
    units: Sequence[Region],
    city: Region,
    data: dict[str, UnitData],
) -> list[CitySum]:
    sums = []
    for name in names:
        entry = inputs.catalogue.by_id[name]
        if entry.aggregation != "sum":
            continue
        own = data[city.id].annual(name)
        whole = own.value(inputs.year)
        # Figures of another maker do not add up to this one's.
        series = [data[unit.id].annual(name) for unit in units]
        parts = [s.value(inputs.year) for s in series if s.series == own.series]
        known = [part for part in parts if part is not None]
        total = sum(known) if known else None
        complete = len(known) == len(units)
        sums.append(
            CitySum(
                indicator=name,
                name=entry.label,
                unit=entry.unit,
                decimals=entry.decimals,
                city=whole,
                units_sum=total,
                units_counted=len(known),
                difference=(
                    total - whole if complete and total is not None and whole is not None else None
                ),
            )
        )
    return sums
