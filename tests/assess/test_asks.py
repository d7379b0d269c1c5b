"""Targets as plans write them, each kind judged on its own course, on figures worked by hand."""

from __future__ import annotations

from typing import Any

import pytest

from assessment.assess.targets import assess_targets
from assessment.params.model import Indicator, Region, RollingMean, Sum
from assessment.params.plan import Milestone, Target, Task
from assessment.results.model import TargetResult
from assessment.show.sentences import target_sentence
from assessment.show.tables import targets_table
from tests.assess.cases import (
    CITY,
    DISTRICT,
    handed_down,
    indicator,
    inputs,
    row,
    rows,
    target,
    task,
    unit_data,
)

INTENSITY = indicator(
    "intensity", unit="吨标准煤/万元", direction="lower", measure="ratio", aggregation="recompute",
    decimals=3,
)  # fmt: skip
LOAD = indicator("load", unit="万吨", direction="lower")
FREIGHT = indicator("freight", unit="万标箱")
SHARE = indicator("share", unit="%", measure="ratio", aggregation="none", natural_limit=100.0)
DUST = indicator("dust", unit="μg/m³", direction="lower", measure="annual_mean", aggregation="none")
RANK = indicator("rank", unit="位次", direction="lower", measure="rank", aggregation="none")


def judge(
    aim: Target, entry: Indicator, values: dict[int, float], year: int, region: Region = CITY,
    **more: Any,
) -> TargetResult:  # fmt: skip
    observations = [*rows(entry.id, values), *more.pop("extra", [])]
    others = more.pop("others", [])
    case = inputs(
        year=year, region=region, indicators=[entry, *others], targets=[aim],
        observations=observations, **more,
    )  # fmt: skip
    return assess_targets(case, case.targets)[aim.no]


def aims_at(entry: Indicator, **more: Any) -> Target:
    return target(**{"indicator": entry.id, "unit": entry.unit, "baseline_year": 2020, **more})


# ----- changes -----

CUT = aims_at(INTENSITY, comparison="decrease", value=14.0, unit="%", wording="比2020年下降14%")


@pytest.mark.parametrize(
    "written", [CUT, CUT.model_copy(update={"comparison": "<=", "value": -14.0})]
)
def test_a_fall_by_a_share_is_a_fall_of_the_base(written: Target) -> None:
    # 0.35 less 14 % is 0.301. By 2024 four fifths of 0.049 are due, 0.0392; 0.35 - 0.3206 = 0.0294.
    found = judge(written, INTENSITY, {2020: 0.35, 2024: 0.3206}, 2024)
    assert found.target_value == pytest.approx(0.301)
    assert found.ratio == pytest.approx(0.0294 / 0.0392)
    assert (found.verdict, found.asked) == ("slow", "比 2020 年下降 14%")
    assert found.gap == pytest.approx(0.0196)
    assert "比 2020 年下降 14%" in target_sentence(found).template
    cells = targets_table("t", "目标", [found]).rows[0].cells
    assert cells[2].text == "0.301(2025 年,比 2020 年下降 14%)"
    due = judge(written, INTENSITY, {2020: 0.35, 2025: 0.301}, 2025)
    assert due.verdict == "met"
    assert judge(written, INTENSITY, {2020: 0.35, 2025: 0.31}, 2025).verdict == "not_met"


def test_a_change_counts_from_the_units_own_base() -> None:
    found = judge(CUT, INTENSITY, {2020: 0.5, 2025: 0.44}, 2025, DISTRICT)
    assert found.target_value == pytest.approx(0.43)
    assert found.verdict == "not_met"
    lacking = judge(CUT, INTENSITY, {2021: 0.5, 2025: 0.44}, 2025, DISTRICT)
    assert (lacking.verdict, lacking.target_value) == ("insufficient_data", None)
    assert lacking.reason == "缺基期(2020 年)数据,算不出目标值"


def test_a_change_handed_down_takes_the_place_of_the_plans() -> None:
    aim = CUT.model_copy(update={"district_judgement": "allocated_or_contribution"})
    found = judge(
        aim, INTENSITY, {2020: 0.5, 2025: 0.44}, 2025, DISTRICT,
        allocations=[handed_down("N01", 2025, 12.0)],
    )  # fmt: skip
    assert found.target_value == pytest.approx(0.44)
    assert (found.verdict, found.target_origin) == ("met", "allocation")


def test_a_change_across_a_break_is_not_judged() -> None:
    found = judge(CUT, INTENSITY, {2020: 0.35, 2024: 0.32}, 2024, breaks={"intensity": 2022})
    assert found.verdict == "insufficient_data"
    assert "口径断点" in found.reason


@pytest.mark.parametrize(
    ("unit", "value", "comes_to"), [("%", 10.0, 90.0), ("万吨", 7.0, 93.0), ("%/年", 2.0, 90.392)]
)  # 100 x 0.98^5 = 90.392
def test_falls_by_share_amount_and_rate(unit: str, value: float, comes_to: float) -> None:
    aim = aims_at(LOAD, comparison="decrease", value=value, unit=unit)
    found = judge(aim, LOAD, {2020: 100.0, 2025: comes_to}, 2025)
    assert found.target_value == pytest.approx(comes_to, abs=1e-3)
    assert judge(aim, LOAD, {2020: 100.0, 2025: comes_to + 1}, 2025).verdict != "met"


def test_points_of_a_share() -> None:
    aim = aims_at(SHARE, comparison="increase", value=5.0, unit="百分点")
    found = judge(aim, SHARE, {2020: 20.0, 2023: 23.0}, 2023)
    assert (found.target_value, found.verdict) == (25.0, "on_track")
    assert found.asked == "比 2020 年增加 5 个百分点"


def test_an_average_rate_leads_along_its_own_curve() -> None:
    # 15 % a year from 40: 80.45 in 2025 and 60.835 in 2023. A straight line would ask for 64.27.
    aim = aims_at(FREIGHT, comparison="increase", value=15.0, unit="%/年", period="2021-2025")
    found = judge(aim, FREIGHT, {2020: 40.0, 2023: 60.835}, 2023)
    assert found.target_value == pytest.approx(80.454, abs=1e-3)
    assert found.ratio == pytest.approx(1.0, abs=1e-4)
    assert found.verdict == "on_track"


def test_year_by_year_each_year_is_held_against_the_one_before() -> None:
    aim = aims_at(LOAD, comparison="decrease", value=3.0, unit="%", period="annual", year=None)
    values = {2021: 100.0, 2022: 96.5, 2023: 94.0}
    assert judge(aim, LOAD, values, 2022).verdict == "standing_met"
    found = judge(aim, LOAD, values, 2023)  # 96.5 x 0.97 = 93.605
    assert found.target_value == pytest.approx(93.605)
    assert (found.verdict, found.previous_verdict) == ("standing_not_met", "standing_met")
    assert judge(aim, LOAD, {2021: 100.0, 2023: 90.0}, 2023).reason.startswith("缺 2022 年数据")


def test_about_allows_what_the_plan_says_in_its_unit() -> None:
    rate = aims_at(LOAD, comparison="~=", value=300.0, tolerance=2.0, strength="approximate")
    lower = rate.model_copy(update={"comparison": "<="})
    assert judge(lower, LOAD, {2020: 310.0, 2025: 302.0}, 2025).verdict == "met"
    assert judge(lower, LOAD, {2020: 310.0, 2025: 302.1}, 2025).verdict == "not_met"
    # A tenth of 100, give or take two points: 92 will do.
    about = aims_at(LOAD, comparison="decrease", value=10.0, unit="%", tolerance=2.0,
                    strength="approximate")  # fmt: skip
    assert judge(about, LOAD, {2020: 100.0, 2025: 92.0}, 2025).verdict == "met"
    assert judge(about, LOAD, {2020: 100.0, 2025: 92.1}, 2025).verdict != "met"


# ----- ranges -----

BAND = aims_at(SHARE, comparison="between", value=(58.9, 59.5))


@pytest.mark.parametrize(
    ("start", "value", "year", "verdict"),
    [
        (58.0, 58.9, 2025, "met"),
        (58.0, 59.5, 2025, "met"),
        (58.0, 59.6, 2025, "not_met"),
        (58.0, 58.1, 2025, "not_met"),
        (58.0, 59.0, 2023, "achieved_early"),
        (58.0, 58.54, 2023, "on_track"),  # 0.54 of 0.9, 60 % of the way
        (61.0, 60.1, 2023, "on_track"),  # from above: 0.9 of 1.5
        (59.0, 58.5, 2023, "reversed"),
        (59.0, 60.5, 2023, "reversed"),
    ],
)
def test_a_range_is_reached_from_either_side(
    start: float, value: float, year: int, verdict: str
) -> None:
    found = judge(BAND, SHARE, {2020: start, year: value}, year)
    assert found.verdict == verdict
    assert found.target_band == (58.9, 59.5)
    assert found.gap == pytest.approx(max(58.9 - value, value - 59.5))
    assert "58.90%至59.50%" in target_sentence(found).text.replace(" ", "")


def test_a_range_that_holds_every_year() -> None:
    aim = BAND.model_copy(update={"period": "standing", "year": None})
    assert judge(aim, SHARE, {2023: 59.0}, 2023).verdict == "standing_met"
    over = judge(aim, SHARE, {2023: 59.51}, 2023)
    assert (over.verdict, over.reason) == ("standing_not_met", "高于区间的上限")


# ----- milestones and bases -----

STEPS = aims_at(
    LOAD, comparison="<=", value=50.0, year=2030,
    milestones=(Milestone(year=2025, value=95.0),),
)  # fmt: skip


def test_the_course_leads_over_the_milestones() -> None:
    # 95 in 2025, then nine a year: 86 is due in 2026, 14 below the baseline of 100.
    found = judge(STEPS, LOAD, {2020: 100.0, 2025: 95.0, 2026: 93.0}, 2026)
    assert found.ratio == pytest.approx(7 / 14)
    assert (found.verdict, found.course) == ("far_behind", ((2025, 95.0),))
    assert any("节点目标(2025 年)" in s.rule and s.verdict == "met" for s in found.steps)
    before = judge(STEPS, LOAD, {2020: 100.0, 2023: 97.0}, 2023)
    assert (before.target_value, before.target_year) == (95.0, 2025)
    assert before.ratio == pytest.approx(1.0)


def test_every_milestone_handed_down_is_judged() -> None:
    # 270 by 2025 and 444 by 2030 from 100: in 2026, 304.8 is due; 280 has come 180 of 204.8.
    aim = aims_at(FREIGHT, value=7400.0, year=2030,
                  district_judgement="allocated_or_contribution")  # fmt: skip
    handed = [handed_down("N01", 2025, 270.0), handed_down("N01", 2030, 444.0)]
    found = judge(aim, FREIGHT, {2020: 100.0, 2025: 275.0, 2026: 280.0}, 2026, DISTRICT,
                  allocations=handed)  # fmt: skip
    assert found.ratio == pytest.approx(180 / 204.8)
    assert found.verdict == "slow"
    assert any("下达的分解值(2025 年)" in s.rule and s.verdict == "met" for s in found.steps)


def test_a_base_before_the_data_that_is_zero_by_definition() -> None:
    # Cut since 2005: 65 % by 2030 from 0, so that 2024 asks for 19/25 of it, 49.4 %.
    aim = aims_at(SHARE, value=65.0, year=2030, baseline_year=2005, baseline_value=0.0)
    found = judge(aim, SHARE, {2020: 42.0, 2024: 49.4}, 2024)
    assert found.verdict == "on_track"
    assert found.ratio == pytest.approx(1.0)
    assert judge(aim, SHARE, {2024: 49.4}, 2024, DISTRICT).verdict == "on_track"
    assert found.baseline is not None
    assert (found.baseline.year, found.baseline.value) == (2005, 0.0)


def test_a_base_that_the_plan_states_holds_for_the_city_alone() -> None:
    aim = aims_at(LOAD, comparison="decrease", value=10.0, unit="%", baseline_value=200.0)
    assert judge(aim, LOAD, {2024: 184.0}, 2024).target_value == pytest.approx(180.0)
    assert judge(aim, LOAD, {2024: 184.0}, 2024, DISTRICT).verdict == "insufficient_data"


# ----- outside figures, ranks, conditions -----


def test_not_below_an_average_that_comes_with_the_data() -> None:
    aim = target("X01", indicator="share", kind="external_reference", value=None, unit="%",
                 year=None, period="annual", reference="average")  # fmt: skip
    average = indicator("average", unit="%", measure="ratio", aggregation="none", name="全省平均")
    values = [row("average", 2023, 61.2, line=9)]

    def held(own: float, outside: list[Any]) -> TargetResult:
        return judge(aim, SHARE, {2023: own}, 2023, DISTRICT, others=[average],
                     city_observations=outside)  # fmt: skip

    met = held(61.2, values)
    assert (met.verdict, met.target_value) == ("standing_met", 61.2)
    assert any(s.rule == "外部参照值:全省平均" and s.source == "公报" for s in met.steps)
    assert held(61.1, values).verdict == "standing_not_met"
    assert held(61.1, []).reason == "缺 2023 年的外部参照值(全省平均)"


def test_a_rank_is_no_schedule() -> None:
    aim = aims_at(RANK, comparison="<=", value=5.0)
    assert judge(aim, RANK, {2020: 10.0, 2023: 6.0}, 2023).verdict == "standing_not_met"
    assert judge(aim, RANK, {2020: 10.0, 2023: 5.0}, 2023).verdict == "standing_met"
    assert judge(aim, RANK, {2020: 10.0, 2025: 4.0}, 2025).verdict == "met"


def test_who_met_the_standard_has_to_keep_it() -> None:
    aim = aims_at(DUST, comparison="decrease", value=10.0, unit="%", standard=35.0)
    clean = judge(aim, DUST, {2020: 33.0, 2024: 34.5}, 2024, DISTRICT)
    assert (clean.verdict, clean.target_value) == ("standing_met", 35.0)
    assert judge(aim, DUST, {2020: 33.0, 2024: 35.5}, 2024, DISTRICT).verdict == "standing_not_met"
    dirty = judge(aim, DUST, {2020: 50.0, 2024: 46.0}, 2024, DISTRICT)
    assert (dirty.verdict, dirty.target_value) == ("on_track", 45.0)


# ----- derived indicators -----


def test_sums_and_rolling_means() -> None:
    wind, sun = indicator("wind"), indicator("sun")
    both = indicator("both", derive=Sum(rule="sum", of=("wind", "sun")))
    mean = indicator("mean", derive=RollingMean(rule="rolling_mean", of="wind", years=3))
    data = unit_data(
        [wind, sun, both, mean],
        [*rows("wind", {2020: 1.0, 2021: 2.0, 2022: 6.0, 2023: 4.0}), row("sun", 2020, 5.0),
         row("sun", 2021, None, state="not_applicable", note="没有光伏"), row("sun", 2023, 1.5)],
    )  # fmt: skip
    assert {p.year: p.value for p in data.annual("both").points} == {
        2020: 6.0,
        2021: 2.0,
        2023: 5.5,
    }
    assert {p.year: p.value for p in data.annual("mean").points} == {2022: 3.0, 2023: 4.0}
    broken = unit_data([wind, mean], rows("wind", {2020: 1.0, 2021: 2.0, 2022: 6.0}),
                       breaks={"wind": 2021})  # fmt: skip
    assert broken.annual("mean").points == ()


# ----- dates of tasks -----


@pytest.mark.parametrize(
    ("written", "year", "day"),
    [
        (2025, 2025, None),
        ("2025年底前", 2025, None),
        ("2024-06-30", 2024, "2024-06-30"),
        ("2024年6月底前", 2024, "2024-06-30"),
        ("2024-02", 2024, "2024-02-29"),
        ("2024Q2", 2024, "2024-06-30"),
        ("2024年三季度", 2024, "2024-09-30"),
        ("2024年第4季度", 2024, "2024-12-31"),
        ("2024年上半年", 2024, "2024-06-30"),
    ],
)
def test_due_dates_as_plans_write_them(written: object, year: int, day: str | None) -> None:
    found: Task = task(due=written)
    assert (found.due, found.due_on) == (year, day)
    assert Task.model_validate(found.model_dump()) == found
