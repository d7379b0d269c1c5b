"""Whether a rank survives other weights and aggregations, and what drives a score."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assessment.assess.comparison import compare_units
from assessment.assess.sensitivity import AGGREGATIONS
from assessment.job.inputs import ComparisonInputs
from assessment.job.series import Observation
from assessment.job.sources import open_sources
from assessment.params.model import Comparisons
from assessment.results.model import Sensitivity, UnitSensitivity
from tests.assess.cases import CITY, constant, row
from tests.assess.test_comparison import YEAR, case, levels

ROOT = Path(__file__).resolve().parents[2]
BASE = 2020
EVEN = Comparisons(matrix=((1, 2, 4), (0.5, 1, 2), (0.25, 0.5, 1)), source="假定")


def figures(values: dict[str, float], base: dict[str, float] | None = None) -> list[Observation]:
    """Figures of the year and of the base year, without any error of their own."""
    return [
        row(name, year, value)
        for year, level in ((BASE, base or values), (YEAR, values))
        for name, value in level.items()
    ]


FIGURES = {
    CITY.id: figures(levels(40, 50, 60, 70, 80)),
    "a": figures(levels(20, 30, 40, 50, 60)),
    "b": figures(levels(70, 60, 50, 80, 60)),
    "c": figures(levels(90, 80, 85, 95, 90)),
}


def world(
    figures_by_unit: dict[str, list[Observation]] | None = None,
    ranking: str = "on",
    comparisons: Comparisons | None = EVEN,
) -> ComparisonInputs:
    held = {name: tuple(rows) for name, rows in (figures_by_unit or FIGURES).items()}
    found = case(held, ranking)
    framework = found.standards.framework.model_copy(update={"comparisons": comparisons})
    return found.model_copy(
        update={"standards": found.standards.model_copy(update={"framework": framework})}
    )


def read(inputs: ComparisonInputs) -> Sensitivity:
    return compare_units(inputs).sensitivity


def unit(found: Sensitivity, name: str) -> UnitSensitivity:
    return next(u for u in found.units if u.region == name)


def score(found: UnitSensitivity, weighting: str, aggregation: str) -> float:
    for variant in found.variants:
        if (variant.weighting, variant.aggregation) == (weighting, aggregation):
            assert variant.score is not None
            return variant.score
    raise AssertionError((weighting, aggregation))


def test_four_weightings_and_three_aggregations() -> None:
    found = read(world())
    assert [w.id for w in found.weightings] == ["equal", "entropy", "critic", "ahp"]
    assert found.combinations == 12
    for one in found.units:
        assert len({(v.weighting, v.aggregation) for v in one.variants}) == 12
    for weighting in found.weightings:
        assert sum(weighting.weights.values()) == pytest.approx(1.0)
        assert list(weighting.weights) == ["co2", "so2", "river", "green", "gdp"]


def test_scores_by_hand() -> None:
    found = read(world())
    a = unit(found, "a")
    # carbon 20; pollution 30 and 60; growth 40 and 50; a third each
    assert score(a, "equal", "arithmetic") == pytest.approx((0.20 + 0.45 + 0.45) / 3)
    geometric = (0.2 * (0.3 * 0.6) ** 0.5 * (0.4 * 0.5) ** 0.5) ** (1 / 3)
    assert score(a, "equal", "geometric") == pytest.approx(geometric)
    # AHP of 1, 1/2, 1/4: 4/7, 2/7, 1/7, and CR = 0 for proportional comparisons
    assert score(a, "ahp", "arithmetic") == pytest.approx((4 * 0.20 + 2 * 0.45 + 0.45) / 7)
    ahp = found.weightings[-1]
    assert ahp.consistency_ratio == pytest.approx(0, abs=1e-12)
    assert ahp.weights["river"] == pytest.approx(1 / 7)
    # M - S^2/M on r = 70 + 60 u, back to [0, 1]
    w = np.array([2, 1, 1, 1, 1]) / 6
    r = 70 + 60 * np.array([0.2, 0.3, 0.6, 0.4, 0.5])
    mean = float(w @ r)
    mpi = (mean - float(w @ (r - mean) ** 2) / mean - 70) / 60
    assert score(a, "equal", "non_compensatory") == pytest.approx(mpi)


def test_an_order_in_every_indicator_survives_everything() -> None:
    figures_by_unit = {**FIGURES, "b": figures(levels(70, 60, 50, 80, 75))}
    found = read(world(figures_by_unit))
    for name, place in (("c", 1), ("b", 2), ("a", 3)):
        one = unit(found, name)
        assert (one.rank_best, one.rank_worst) == (place, place)
        assert {v.rank for v in one.variants} == {place}


def test_a_rank_that_rests_on_the_weights_is_a_range() -> None:
    # First in carbon alone, and first in all but carbon: who leads depends on carbon's weight.
    figures_by_unit = {
        CITY.id: FIGURES[CITY.id],
        "carbon": figures(levels(90, 40, 40, 40, 40)),
        "rest": figures(levels(50, 60, 60, 60, 61)),
        "last": figures(levels(10, 20, 22, 15, 12)),
    }
    found = read(world(figures_by_unit))
    one = unit(found, "carbon")
    assert (one.rank_best, one.rank_worst) == (1, 2)
    # Equal: (90 + 40 + 40) / 3 = 56.7 against (50 + 60 + 60.5) / 3 = 56.8; AHP: 68.6 against 54.4.
    rest = unit(found, "rest")
    assert score(one, "equal", "arithmetic") < score(rest, "equal", "arithmetic")
    assert score(one, "ahp", "arithmetic") > score(rest, "ahp", "arithmetic")
    assert unit(found, "last").rank_best == unit(found, "last").rank_worst == 3


def test_ranking_off_leaves_no_rank_here_either() -> None:
    on, off = (read(world(ranking=ranking)) for ranking in ("on", "off"))
    for one, two in zip(off.units, on.units, strict=True):
        assert (one.rank_best, one.rank_worst) == (None, None)
        assert all(variant.rank is None for variant in one.variants)
        assert [v.score for v in one.variants] == [v.score for v in two.variants]


def test_the_city_is_scored_and_never_ranked() -> None:
    city = read(world()).units[-1]
    assert city.region == CITY.id
    assert city.rank_best is None
    assert all(v.score is not None and v.rank is None for v in city.variants)


def test_weights_from_data_are_those_of_the_base_year() -> None:
    changed = {
        name: figures(levels(*(10 + 7 * i + 11 * n for i in range(5))),
                      {o.indicator: o.value or 0.0 for o in rows if o.year == BASE})
        for n, (name, rows) in enumerate(FIGURES.items())
    }  # fmt: skip
    before, after = (read(world(held)) for held in (FIGURES, changed))
    assert before.weightings == after.weightings
    assert before.weights_year == BASE
    assert unit(before, "a").variants != unit(after, "a").variants


def test_without_the_base_year_there_are_no_weights_from_data() -> None:
    late = {name: [o for o in rows if o.year == YEAR] for name, rows in FIGURES.items()}
    found = read(world(late, comparisons=None))
    reasons = {w.id: w.reason for w in found.weightings if not w.weights}
    assert set(reasons) == {"entropy", "critic", "ahp"}
    assert "0 个" in reasons["entropy"]
    assert found.combinations == 3


def test_units_that_do_not_differ_give_no_weights_from_data() -> None:
    same = {name: figures(levels(50, 50, 50, 50, 50)) for name in FIGURES}
    found = read(world(same))
    assert [w.id for w in found.weightings if w.weights] == ["equal", "ahp"]
    assert all(u.rank_best == 1 for u in found.units[:-1])


def test_too_little_data_is_neither_score_nor_rank() -> None:
    poor = [o for o in FIGURES["c"] if o.indicator != "co2" or o.year == BASE]
    one = unit(read(world({**FIGURES, "c": poor})), "c")
    assert {v.score for v in one.variants} == {None}
    assert (one.rank_best, one.score_most, one.drivers) == (None, None, ())


def test_shares_of_the_variance() -> None:
    found = unit(read(world()), "a")
    assert [d.source for d in found.drivers] == ["data", "weights", "normalisation", "aggregation"]
    # Without interaction first indices add up to one, total ones to one or more.
    assert sum(d.first for d in found.drivers) == pytest.approx(1.0, abs=0.2)
    assert sum(d.total for d in found.drivers) >= 0.95


def test_doubtful_data_drive_the_score() -> None:
    inputs = world({n: [replace(o, grade="D") for o in rows]
                    for n, rows in FIGURES.items()})  # fmt: skip
    rules = inputs.standards.rules.model_copy(
        update={"weight_spread": constant(0.0), "data_error": dict.fromkeys("ABCD", constant(0.9))}
    )
    standards = inputs.standards.model_copy(update={"rules": rules})
    found = read(inputs.model_copy(update={"standards": standards}))
    drivers = {d.source: d for d in unit(found, "b").drivers}
    assert max(drivers.values(), key=lambda d: d.total).source == "data"
    assert drivers["weights"].total == pytest.approx(0.0, abs=1e-9)


def test_the_frameworks_own_weights_are_a_variant_where_they_are_not_equal() -> None:
    inputs = world()
    framework = inputs.standards.framework
    heavier = tuple(
        s.model_copy(update={"weight": 2.0}) if s.id == "carbon" else s
        for s in framework.subsystems
    )
    standards = inputs.standards.model_copy(
        update={"framework": framework.model_copy(update={"subsystems": heavier})}
    )
    found = read(inputs.model_copy(update={"standards": standards}))
    assert [w.id for w in found.weightings][:2] == ["framework", "equal"]
    assert found.combinations == len(AGGREGATIONS) * 5
    assert score(unit(found, "a"), "framework", "arithmetic") == pytest.approx(
        (2 * 0.20 + 0.45 + 0.45) / 4
    )


def test_the_order_of_units_does_not_matter() -> None:
    found, turned = (
        read(world(dict(order))) for order in (FIGURES.items(), reversed(FIGURES.items()))
    )
    for name in "abc":
        one, two = unit(found, name), unit(turned, name)
        assert (one.rank_best, one.rank_worst) == (two.rank_best, two.rank_worst)
        for v, w in zip(one.variants, two.variants, strict=True):
            assert v.score == pytest.approx(w.score)


def test_twelve_units_within_the_time_of_a_click() -> None:
    inputs = open_sources(ROOT / "params", ROOT / "data/demo").comparison(2025)
    started = time.process_time()
    found = compare_units(inputs)
    assert time.process_time() - started < 1.5
    assert len(found.sensitivity.units) == 12
