"""The readings of synergy: signs first, nothing across a break, and what the readings say together.

Worked by hand in the tests: relative reductions, their quotient, C = 2 sqrt(u1 u2) / (u1 + u2),
T = (u1 + u2) / 2, D = sqrt(C T), which for two subsystems of equal weight is (u1 u2) ** (1 / 4).
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.assess.synergy import agreement, co_control, coupling_years
from assessment.job.series import UnitData
from assessment.params.model import CoControlPair, GoalpostParams, Ratio, Subsystem
from assessment.results.model import CoControlResult, CouplingResult
from tests.assess.cases import RULES, indicator, row, rows, unit_data

SO2 = indicator("so2", name="二氧化硫")
CO2 = indicator("co2", name="二氧化碳")
PAIR = CoControlPair(name="能源活动", carbon="co2", pollutants=("so2",))


def change(
    pollutant: tuple[float, float], carbon: tuple[float, float], **more: dict[str, int]
) -> CoControlResult:
    data = unit_data(
        [SO2, CO2],
        [
            *rows("so2", dict(zip((2023, 2024), pollutant, strict=True))),
            *rows("co2", dict(zip((2023, 2024), carbon, strict=True))),
        ],
        **more,
    )
    (result,) = co_control(data, [PAIR], [(2023, 2024)], RULES)
    return result


@pytest.mark.parametrize(
    ("pollutant", "carbon", "quadrant", "elasticity", "reading"),
    [
        ((100, 80), (1000, 900), 1, 2.0, "synergy_pollutant_faster"),
        ((100, 95), (1000, 900), 1, 0.5, "synergy_carbon_faster"),
        ((100, 90), (1000, 900), 1, 1.0, "synergy_equal"),
        ((100, 110), (1000, 900), 2, -1.0, "only_carbon_falls"),
        ((100, 120), (1000, 1100), 3, 2.0, "both_rise"),
        ((100, 90), (1000, 1100), 4, -1.0, "only_pollutant_falls"),
    ],
)
def test_the_signs_come_before_the_elasticity(
    pollutant: tuple[float, float], carbon: tuple[float, float], quadrant: int,
    elasticity: float, reading: str,
) -> None:  # fmt: skip
    result = change(pollutant, carbon)
    assert (result.quadrant, result.reading) == (quadrant, reading)
    assert result.elasticity == pytest.approx(elasticity)
    assert result.pollutant_reduction == pytest.approx(1 - pollutant[1] / pollutant[0])
    assert result.carbon_reduction == pytest.approx(1 - carbon[1] / carbon[0])


@pytest.mark.parametrize(
    ("pollutant", "carbon", "reading"),
    [
        ((100, 100), (10, 9), "pollutant_unclear"),
        ((100, 90), (10, 10), "carbon_unclear"),
        ((100, 99), (100, 101), "both_unclear"),
        ((0, 5), (10, 9), "undefined"),
    ],
)
def test_a_change_that_is_none_has_no_quadrant(
    pollutant: tuple[float, float], carbon: tuple[float, float], reading: str
) -> None:
    result = change(pollutant, carbon)
    assert (result.quadrant, result.elasticity, result.reading) == (None, None, reading)
    assert bool(result.reason) is (reading == "undefined")


@pytest.mark.parametrize("broken", ["so2", "co2"])
def test_nothing_is_read_across_a_break(broken: str) -> None:
    result = change((100, 80), (1000, 900), breaks={broken: 2024})
    assert (result.quadrant, result.elasticity, result.reading) == (None, None, "undefined")
    assert result.pollutant_reduction is None
    assert "断点" in result.reason
    assert change((100, 80), (1000, 900), breaks={broken: 2023}).quadrant == 1


def test_a_year_that_lacks_is_named() -> None:
    data = unit_data([SO2, CO2], [*rows("so2", {2024: 80}), *rows("co2", {2023: 9, 2024: 8})])
    (result,) = co_control(data, [PAIR], [(2023, 2024)], RULES)
    assert (result.reading, result.reason) == ("undefined", "缺 2023 年的二氧化硫")
    assert (result.pollutant_to, result.pollutant_from) == (80, None)


def test_what_does_not_apply_is_not_called_missing() -> None:
    absent = row("so2", 2023, None, state="not_applicable", note="没有燃煤设施")
    data = unit_data(
        [SO2, CO2], [absent, *rows("so2", {2024: 1}), *rows("co2", {2023: 9, 2024: 8})]
    )
    (result,) = co_control(data, [PAIR], [(2023, 2024)], RULES)
    assert "不适用(没有燃煤设施)" in result.reason


# ----- coupling -----

SUBSYSTEMS = (
    Subsystem(id="carbon", name="降碳", indicators=("co2",)),
    Subsystem(id="pollution", name="减污", indicators=("so2",)),
)
ENDS = (
    GoalpostParams(indicator="co2", low=100, high=0, source="假定"),
    GoalpostParams(indicator="so2", low=0, high=100, source="假定"),
)


def coupled(
    data: UnitData, years: tuple[int, ...] = (2023, 2024), base: int = 2020
) -> dict[int, CouplingResult]:
    return {c.year: c for c in coupling_years(data, SUBSYSTEMS, ENDS, years, base, 0.8)}


def two(
    carbon: dict[int, float], pollution: dict[int, float], breaks: dict[str, int] | None = None
) -> UnitData:
    return unit_data([CO2, SO2], [*rows("co2", carbon), *rows("so2", pollution)], breaks=breaks)


def test_the_degree_of_one_year() -> None:
    # Carbon falls from the bad end 100: u = 0.75; pollution u = 0.25.
    result = coupled(two({2024: 25}, {2024: 25}), (2024,))[2024]
    assert [s.level for s in result.subsystems] == [0.75, 0.25]
    assert result.c == pytest.approx(2 * (0.75 * 0.25) ** 0.5)
    assert result.t == pytest.approx(0.5)
    assert result.d == pytest.approx((0.75 * 0.25) ** 0.25)
    # 0.658: the seventh of ten grades of a tenth each.
    assert result.grade == 7
    assert result.order_synergy is None


def test_equally_bad_is_perfectly_coupled_and_badly_coordinated() -> None:
    result = coupled(two({2024: 99}, {2024: 1}), (2024,))[2024]
    assert result.c == pytest.approx(1.0)
    assert result.d == pytest.approx(0.1)


def test_order_parameters_need_the_year_before() -> None:
    both_up = coupled(two({2023: 60, 2024: 50}, {2023: 20, 2024: 60}))[2024]
    # Both rise: the geometric mean of 0.1 and 0.4.
    assert both_up.order_synergy == pytest.approx(0.2)
    assert both_up.deltas == pytest.approx((0.1, 0.4))
    one_down = coupled(two({2023: 60, 2024: 70}, {2023: 20, 2024: 60}))[2024]
    assert one_down.order_synergy == pytest.approx(-0.2)
    alone = coupled(two({2022: 60, 2024: 50}, {2022: 20, 2024: 60}), (2022, 2023, 2024))
    assert alone[2023].d is None
    assert alone[2024].order_synergy is None


def test_order_parameters_from_the_base_year() -> None:
    data = two({2020: 60, 2024: 50}, {2020: 20, 2024: 60})
    result = coupled(data, (2020, 2021, 2022, 2023, 2024))
    assert result[2024].order_synergy_from_base == pytest.approx(0.2)
    assert result[2020].order_synergy_from_base is None


def test_values_beyond_the_goalposts_are_clipped_and_said() -> None:
    result = coupled(two({2024: 120}, {2024: 150}), (2024,))[2024]
    assert [s.level for s in result.subsystems] == [0.0, 1.0]
    assert result.clipped == ("co2", "so2")
    assert result.d == 0.0


def test_a_subsystem_without_enough_indicators_has_no_level() -> None:
    five = [indicator(f"i{n}") for n in range(5)]
    ends = [GoalpostParams(indicator=f"i{n}", low=0, high=1, source="假定") for n in range(5)]
    wide = Subsystem(id="wide", name="宽", indicators=tuple(f"i{n}" for n in range(5)))
    for known, level in ((4, 0.5), (3, None)):
        data = unit_data([*five, SO2], [
            *(row(f"i{n}", 2024, 0.5) for n in range(known)), *rows("so2", {2024: 50}),
        ])  # fmt: skip
        (result,) = coupling_years(data, (wide, SUBSYSTEMS[1]), (*ends, ENDS[1]), [2024], 2020, 0.8)
        assert result.subsystems[0].level == level
        assert result.subsystems[0].coverage == pytest.approx(known / 5)
        assert (result.d is None) is (level is None)
        assert bool(result.reason) is (level is None)


def test_another_unit_or_year_does_not_move_the_degree() -> None:
    short = coupled(two({2024: 25}, {2024: 25}), (2024,))[2024]
    long = coupled(two({2023: 90, 2024: 25}, {2023: 1, 2024: 25}))[2024]
    assert (short.d, short.c, short.t) == (long.d, long.c, long.t)


def test_order_parameters_do_not_cross_a_break() -> None:
    carbon, pollution = {2020: 70, 2023: 60, 2024: 50}, {2020: 10, 2023: 20, 2024: 60}
    years = (2020, 2021, 2022, 2023, 2024)
    broken = coupled(two(carbon, pollution, {"co2": 2024}), years)[2024]
    assert broken.d == coupled(two(carbon, pollution), years)[2024].d
    assert (broken.order_synergy, broken.order_synergy_from_base) == (None, None)
    assert broken.deltas == ()
    earlier = coupled(two(carbon, pollution, {"co2": 2022}), years)[2024]
    assert earlier.order_synergy == pytest.approx(0.2)
    assert earlier.order_synergy_from_base is None


def test_a_break_of_a_part_breaks_the_subsystem() -> None:
    gdp = indicator("gdp")
    intensity = indicator(
        "intensity", derive=Ratio(rule="ratio", numerator="co2", denominator="gdp")
    )
    data = unit_data(
        [CO2, SO2, gdp, intensity],
        [
            *rows("co2", {2023: 50, 2024: 50}), *rows("gdp", {2023: 100, 2024: 200}),
            *rows("so2", {2023: 20, 2024: 60}),
        ],
        breaks={"gdp": 2024},
    )  # fmt: skip
    subsystems = (Subsystem(id="c", name="降碳", indicators=("intensity",)), SUBSYSTEMS[1])
    ends = (GoalpostParams(indicator="intensity", low=1, high=0, source="假定"), ENDS[1])
    results = coupling_years(data, subsystems, ends, (2023, 2024), 2020, 0.8)
    assert results[1].order_synergy is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-1e4, 1e4), min_size=2, max_size=2),
    st.lists(st.floats(-1e4, 1e4), min_size=2, max_size=2),
)
def test_degrees_stay_between_nought_and_one(carbon: list[float], pollution: list[float]) -> None:
    years = (2023, 2024)
    data = two(dict(zip(years, carbon, strict=True)), dict(zip(years, pollution, strict=True)))
    for result in coupled(data).values():
        assert result.d is not None
        # Where every subsystem is at nought the quotient C is 0 / 0.
        assert (result.c is None) is (result.t == 0)
        for value in (result.c or 0.0, result.t, result.d, result.d_modified):
            assert value is not None
            assert -1e-12 <= value <= 1 + 1e-12


# ----- do the readings agree -----

FALLS = {"pollutant": (100.0, 80.0), "carbon": (1000.0, 900.0)}
RISES = {"pollutant": (100.0, 120.0), "carbon": (1000.0, 900.0)}
UP = two({2023: 60, 2024: 50}, {2023: 20, 2024: 60})
DOWN = two({2023: 50, 2024: 60}, {2023: 60, 2024: 20})
LEVEL = two({2023: 50, 2024: 50}, {2023: 60, 2024: 60})


def said(read: list[CoControlResult], data: UnitData) -> str:
    return agreement(read, list(coupled(data).values()), 2024)


@pytest.mark.parametrize(
    ("cases", "data", "words"),
    [
        ([FALLS], UP, "两种读法方向一致"),
        ([FALLS], DOWN, "排放在同降,综合水平没有跟上"),
        ([FALLS], LEVEL, "耦合协调度没有上升"),
        ([RISES], UP, "不是来自排放的同降"),
        ([RISES], DOWN, "两种读法都不支持"),
        ([FALLS, RISES], UP, "结论因污染物而异"),
    ],
)
def test_agreement(cases: list[dict[str, tuple[float, float]]], data: UnitData, words: str) -> None:
    sentence = said([change(**case) for case in cases], data)  # type: ignore[arg-type]
    assert words in sentence
    falling = sum(case is FALLS for case in cases)
    assert f"{len(cases)} 组污染物与二氧化碳的对照中 {falling} 组同降" in sentence


def test_agreement_where_something_lacks() -> None:
    nothing = two({}, {})
    undefined = change((0, 5), (10, 9))
    assert said([undefined], nothing) == "资料不足,各种读法都得不出结论。"
    assert "只有耦合协调度可读" in said([undefined], UP)
    assert "无法互相印证" in said([change(**FALLS)], nothing)  # type: ignore[arg-type]


def test_other_spans_do_not_speak_for_the_last_year() -> None:
    long = change(**FALLS).model_copy(update={"from_year": 2020})  # type: ignore[arg-type]
    assert "只有耦合协调度可读" in said([long], UP)


def test_a_degree_across_a_break_confirms_nothing() -> None:
    broken = two({2023: 60, 2024: 50}, {2023: 20, 2024: 60}, {"so2": 2024})
    sentence = said([change(**FALLS)], broken)  # type: ignore[arg-type]
    assert "无法互相印证" in sentence


@pytest.mark.parametrize(
    ("grades", "after", "reading"),
    [
        # 3 % of the activity data make 1.96 * sqrt(2) * 3 % = 8.3 % of a change, on logarithms.
        (("C", "C"), 908, "synergy_pollutant_faster"),
        (("C", "C"), 925, "carbon_unclear"),
        (("A", "C"), 925, "synergy_pollutant_faster"),  # 1.96 * sqrt(.01² + .03²) = 6.2 %
        (("A", "A"), 985, "carbon_unclear"),
        (("A", ""), 900, "carbon_unclear"),  # without a grade as the lowest
    ],
)
def test_a_change_of_carbon_is_held_against_its_error(
    grades: tuple[str, str], after: float, reading: str
) -> None:
    data = unit_data(
        [SO2, CO2],
        [
            *rows("so2", {2023: 100, 2024: 80}),
            row("co2", 2023, 1000, grade=grades[0]),
            row("co2", 2024, after, grade=grades[1]),
        ],
    )
    (result,) = co_control(data, [PAIR], [(2023, 2024)], RULES)
    assert result.reading == reading
    assert (result.elasticity is None) is (reading == "carbon_unclear")


@pytest.mark.parametrize(
    ("now", "rises"),
    [(0.612, False), (0.6124, False), (0.6126, True), (0.613, True), (0.611, False)],
)
def test_a_degree_rises_where_its_three_printed_decimals_do(now: float, rises: bool) -> None:
    years = list(coupled(UP).values())[-1:]
    read = [change(**FALLS)]  # type: ignore[arg-type]
    before = years[0].model_copy(update={"year": 2023, "d": 0.612, "broken": ()})
    after = years[0].model_copy(update={"year": 2024, "d": now, "broken": ()})
    sentence = agreement(read, [before, after], 2024)
    assert ("耦合协调度同时上升" in sentence) is rises
    assert ("耦合协调度没有上升" in sentence) is not rises
