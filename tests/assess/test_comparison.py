"""Units side by side: no rank where none is wanted, no score without data, no unit moves another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assessment.assess.comparison import compare_units
from assessment.job.inputs import ComparisonInputs, PlanInfo, Standards
from assessment.job.series import Observation
from assessment.params.model import (
    Catalogue,
    ChapterAnalysis,
    CoControlPair,
    Framework,
    GoalpostParams,
    Region,
    Subsystem,
)
from assessment.results.model import Comparison, IndexResult, PackInfo
from tests.assess.cases import CITY, RULES, constant, indicator, row

NAMES = ("co2", "so2", "green", "gdp", "river")
ENTRIES = tuple(indicator(name, direction="context") for name in NAMES)
YEAR = 2024


def unit(identifier: str) -> Region:
    return Region(id=identifier, name=identifier, short_name=identifier, kind="district")


def figures(values: dict[str, float], grade: str = "B") -> tuple[Observation, ...]:
    return tuple(
        row(name, year, value * (1.05 if year < YEAR else 1.0), grade=grade)
        for name, value in values.items()
        for year in (YEAR - 1, YEAR)
    )


def levels(*values: float) -> dict[str, float]:
    return dict(zip(NAMES, values, strict=True))


WORLD = {
    "yunchuan": figures(levels(200, 210, 220, 230, 240)),
    "a": figures(levels(20, 30, 40, 50, 60)),
    "b": figures(levels(70, 60, 50, 80, 60)),
    "c": figures(levels(90, 80, 85, 95, 90)),
}


def case(
    world: dict[str, tuple[Observation, ...]], ranking: str = "on", grade_error: float = 0.05
) -> ComparisonInputs:
    regions = [CITY if name == CITY.id else unit(name) for name in world]
    subsystems = (
        Subsystem(id="carbon", name="降碳", indicators=("co2",)),
        Subsystem(id="pollution", name="减污", indicators=("so2", "river")),
        Subsystem(id="growth", name="增长", indicators=("green", "gdp")),
    )
    rules = RULES.model_copy(
        update={"data_error": {**RULES.data_error, "B": constant(grade_error)}}
    )
    return ComparisonInputs(
        plan=PlanInfo(
            id="p", title="方案", short_title="方案", city="云川市", start_year=2021,
            baseline_year=2020, horizons=(2025,), departments=(),
        ),
        analysis=ChapterAnalysis(
            chapter="1", trends=("co2", "so2"),
            cocontrol=(CoControlPair(name="能源", carbon="co2", pollutants=("so2",)),),
        ),
        catalogue=Catalogue(dimensions={}, indicators=ENTRIES),
        standards=Standards(
            rules=rules,
            framework=Framework(id="f", title="框架", since="2023", source="假定",
                                subsystems=subsystems),
            goalposts=tuple(
                GoalpostParams(indicator=name, low=0, high=100, source="假定") for name in NAMES
            ),
            disclaimer="无官方公式",
        ),
        regions=tuple(regions),
        caution="不宜分先后",
        ranking=ranking,
        year=YEAR,
        pack=PackInfo(title="虚构", kind="demo", cutoff="2026-03-31"),
        rows=world,
        breaks={},
        primary={},
    )  # fmt: skip


def index(comparison: Comparison) -> dict[str, IndexResult]:
    return {i.region: i for i in comparison.index}


def test_better_in_everything_ranks_first_and_each_rank_has_its_interval() -> None:
    found = index(compare_units(case(WORLD)))
    assert [found[name].rank for name in "cba"] == [1, 2, 3]
    for name in "abc":
        i = found[name]
        assert i.rank_low is not None
        assert i.rank_high is not None
        assert i.rank is not None
        assert 1 <= i.rank_low <= i.rank <= i.rank_high <= 3
        assert i.score is not None
        assert i.score_low is not None
        assert i.score_high is not None
        assert i.score_low <= i.score <= i.score_high
    # Subsystems weigh the same: (20 + (30 + 60) / 2 + (40 + 50) / 2) / 3 = 36.7 of 100.
    assert found["a"].score == pytest.approx(0.367, abs=0.03)


def test_the_city_is_scored_and_never_ranked() -> None:
    city = index(compare_units(case(WORLD)))[CITY.id]
    assert city.score is not None
    assert (city.rank, city.rank_low, city.rank_high) == (None, None, None)


def test_a_zone_is_scored_beside_its_district_and_ranked_nowhere() -> None:
    inputs = case(WORLD)
    zoned = inputs.model_copy(
        update={
            "regions": tuple(
                r.model_copy(update={"kind": "functional_zone", "hosts": ("a",)})
                if r.id == "b"
                else r
                for r in inputs.regions
            )
        }
    )
    found = compare_units(zoned)
    ranks = {name: one.rank for name, one in index(found).items()}
    assert ranks == {"c": 1, "a": 2, "b": None, CITY.id: None}
    zone = index(found)["b"]
    assert (zone.rank_low, zone.rank_high, zone.within) == (None, None, ("a",))
    assert zone.score == pytest.approx(0.667, abs=0.03)
    tried = {u.region: u for u in found.sensitivity.units}
    assert [tried[name].rank_worst for name in "cab"] == [1, 2, None]
    # The city's figure is still set beside all its units.
    assert {s.units_counted for s in found.city_sums} == {3}
    assert found.city_sums == compare_units(inputs).city_sums


def test_ranking_off_leaves_scores_and_no_rank() -> None:
    on, off = (compare_units(case(WORLD, ranking)) for ranking in ("on", "off"))
    assert off.ranking == "off"
    assert all((i.rank, i.rank_low, i.rank_high) == (None, None, None) for i in off.index)
    assert [i.score for i in off.index] == [i.score for i in on.index]


def test_too_little_data_is_neither_score_nor_rank() -> None:
    # Without `co2` a third of the weight is gone, without `river` a sixth (coverage 0.833).
    poor = figures({k: v for k, v in levels(90, 80, 85, 95, 90).items() if k != "co2"})
    thin = figures({k: v for k, v in levels(20, 30, 40, 50, 60).items() if k != "river"})
    found = index(compare_units(case({**WORLD, "c": poor, "a": thin})))
    assert found["c"].coverage == pytest.approx(2 / 3)
    assert (found["c"].score, found["c"].rank, found["c"].d) == (None, None, None)
    assert found["a"].coverage == pytest.approx(5 / 6)
    assert found["a"].score is not None
    assert [found[name].rank for name in "ba"] == [1, 2]


def test_a_new_unit_moves_no_other_score() -> None:
    before = index(compare_units(case(WORLD, grade_error=0.3)))
    extreme = {**WORLD, "z": figures(levels(1, 1, 1, 1, 1))}
    after = index(compare_units(case(extreme, grade_error=0.3)))
    for name, i in before.items():
        assert after[name].model_copy(
            update={"rank": i.rank, "rank_low": i.rank_low, "rank_high": i.rank_high}
        ) == i  # fmt: skip
    assert after["z"].rank == 4


def test_another_units_figures_move_no_other_score() -> None:
    before = index(compare_units(case(WORLD)))
    after = index(compare_units(case({**WORLD, "b": figures(levels(99, 99, 99, 99, 99))})))
    assert {n: before[n].score for n in ("a", "c")} == {n: after[n].score for n in ("a", "c")}
    assert after["b"].rank == 1


def test_the_same_inputs_give_the_same_intervals() -> None:
    assert compare_units(case(WORLD)) == compare_units(case(WORLD))


def test_the_difference_to_the_city_is_shown_only_where_every_unit_is_there() -> None:
    sums = {s.indicator: s for s in compare_units(case(WORLD)).city_sums}
    assert sums["co2"].units_sum == pytest.approx(180)
    assert (sums["co2"].city, sums["co2"].difference) == (200, pytest.approx(-20))
    fewer = {**WORLD, "b": figures({"so2": 60.0})}
    sums = {s.indicator: s for s in compare_units(case(fewer)).city_sums}
    assert (sums["co2"].units_counted, sums["co2"].difference) == (2, None)
    assert sums["so2"].difference == pytest.approx(30 + 60 + 80 - 210)


def test_another_makers_figures_do_not_add_up() -> None:
    other = tuple(replace(o, series="甲库") for o in WORLD["a"])
    sums = {s.indicator: s for s in compare_units(case({**WORLD, "a": other})).city_sums}
    assert (sums["co2"].units_counted, sums["co2"].difference) == (2, None)


def test_each_unit_has_its_co_change_and_its_series() -> None:
    found = compare_units(case(WORLD))
    assert set(found.cocontrol) == set(WORLD)
    assert {r.reading for r in found.cocontrol["a"]} == {"both_unclear"}
    assert {s.indicator for s in found.series} == {"co2", "so2"}
    assert [p.year for p in found.series[0].points["b"]] == [YEAR - 1, YEAR]
