"""The course of a target: every class of the methods, each on figures worked by hand.

Most cases run from 100 in 2020 to 200 in 2025, so that 2023 asks for 160: R = (y - 100) / 60.
"""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.assess.targets import assess_targets
from assessment.methods.forecast import forecast
from assessment.params.model import Growth, Indicator, Ratio, Region
from assessment.params.plan import Target
from assessment.results.model import TargetResult
from assessment.show.verdict_words import LOOKS
from tests.assess.cases import (
    CENTRAL,
    CITY,
    DISTRICT,
    handed_down,
    indicator,
    inputs,
    row,
    rows,
    target,
)

OUTPUT = indicator("output", measure="stock_end_of_year")
LOAD = indicator("load", direction="lower")
SHARE = indicator("share", unit="%", measure="ratio", natural_limit=100.0)


def judge(
    aim: Target, values: dict[int, float], year: int, entry: Indicator = OUTPUT, **more: Any
) -> TargetResult:
    observations = [*rows(entry.id, values), *more.pop("extra", [])]
    case = inputs(
        year=year,
        indicators=[entry, *more.pop("others", [])],
        targets=[aim],
        observations=observations,
        **more,
    )
    return assess_targets(case, case.targets)[aim.no]


# ----- before the target year -----


@pytest.mark.parametrize(
    ("value", "verdict", "ratio"),
    [
        (200, "achieved_early", None),
        (220, "achieved_early", None),
        (163, "faster", 1.05),
        (162, "on_track", 62 / 60),
        (157, "on_track", 0.95),
        (156, "slow", 56 / 60),
        (136, "slow", 0.60),
        (135, "far_behind", 35 / 60),
        (100, "far_behind", 0.0),
        (99, "reversed", -1 / 60),
    ],
)
def test_linear_schedule(value: float, verdict: str, ratio: float | None) -> None:
    result = judge(target(), {2020: 100, 2023: value}, 2023)
    assert result.verdict == verdict
    assert result.ratio == (None if ratio is None else pytest.approx(ratio))
    assert result.gap == 200 - value
    assert result.completion == pytest.approx(value - 100)
    assert result.judged is not None
    assert (result.judged.year, result.judged.value) == (2023, value)


def test_required_pace_beside_the_observed() -> None:
    result = judge(target(), {2020: 100, 2023: 130}, 2023)
    assert result.observed_pace == pytest.approx(10)
    assert result.required_pace == pytest.approx(35)


@pytest.mark.parametrize(
    ("value", "verdict"),
    # 100 -> 50 asks for 70 in 2023: R = (100 - y) / 30.
    [(50, "achieved_early"), (65, "faster"), (70, "on_track"), (80, "slow"), (99, "far_behind"),
     (101, "reversed")],
)  # fmt: skip
def test_falling_is_good(value: float, verdict: str) -> None:
    aim = target(indicator="load", value=50.0, comparison="<=")
    result = judge(aim, {2020: 100, 2023: value}, 2023, LOAD)
    assert result.verdict == verdict
    assert result.gap == value - 50


def test_a_cumulative_count_starts_from_zero() -> None:
    count = indicator("output", measure="cumulative_count")
    result = judge(target(value=50.0), {2023: 30}, 2023, count)
    # 50 by 2025 from 0 in 2020: 30 is due in 2023.
    assert (result.verdict, result.ratio) == ("on_track", pytest.approx(1.0))
    assert result.baseline is not None
    assert (result.baseline.year, result.baseline.value) == (2020, 0.0)
    assert any("基期按零起算" in step.rule for step in result.steps)


def test_a_stock_does_not_start_from_zero() -> None:
    result = judge(target(), {2023: 130}, 2023)
    assert (result.verdict, result.ratio) == ("insufficient_data", None)
    assert result.reason == "缺基期(2020 年)数据"


def test_a_zero_baseline_counts_as_a_value() -> None:
    result = judge(target(), {2020: 0, 2023: 120}, 2023)
    assert (result.verdict, result.ratio) == ("on_track", pytest.approx(1.0))


def test_growth_schedule() -> None:
    # 100 -> 200 in five years is 14.87 % a year; 151.57 in 2023 is exactly that.
    aim = target(pace="growth")
    due = 100 * 2 ** (3 / 5)
    assert judge(aim, {2020: 100, 2023: due}, 2023).ratio == pytest.approx(1.0)
    slow = judge(aim, {2020: 100, 2023: 133.1}, 2023)
    assert slow.ratio == pytest.approx(0.10 / (2 ** (1 / 5) - 1))
    assert (slow.verdict, slow.observed_pace) == ("slow", pytest.approx(0.10))
    # A straight line would have asked for 160 and called the same value far behind.
    assert judge(target(), {2020: 100, 2023: 133.1}, 2023).verdict == "far_behind"


def test_growth_from_a_zero_baseline_has_no_class() -> None:
    result = judge(target(pace="growth"), {2020: 0, 2023: 133}, 2023)
    assert (result.verdict, result.reason) == (
        "insufficient_data", "增长率无意义(基期或本年为零)",
    )  # fmt: skip


def test_a_value_missing_this_year_is_not_carried_forward() -> None:
    result = judge(target(), {2020: 100, 2022: 190}, 2023)
    assert (result.verdict, result.reason) == ("insufficient_data", "缺 2023 年数据")
    assert result.judged is None
    assert result.latest is not None
    assert result.latest.year == 2022


def test_the_base_year_itself_has_no_pace() -> None:
    assert judge(target(), {2020: 100}, 2020).verdict == "insufficient_data"
    assert judge(target(), {2019: 100, 2020: 100}, 2019).verdict == "insufficient_data"


def test_later_figures_are_not_seen() -> None:
    result = judge(target(), {2020: 100, 2023: 160, 2024: 400}, 2023)
    assert result.verdict == "on_track"
    assert [p.year for p in result.points] == [2020, 2023]


def test_the_year_before_is_judged_by_its_own_schedule() -> None:
    # 140 is due in 2022, 160 in 2023.
    result = judge(target(), {2020: 100, 2022: 141, 2023: 141}, 2023)
    assert (result.previous_verdict, result.verdict) == ("on_track", "slow")
    assert result.previous is not None
    assert result.previous.value == 141


# ----- at and after the target year -----


@pytest.mark.parametrize("year", [2025, 2026, 2030])
@pytest.mark.parametrize(
    ("value", "verdict"),
    [(200, "met"), (210, "met"), (195, "nearly_met"), (194, "not_met"), (90, "not_met")],
)
def test_due_targets_are_judged_at_the_target_year(year: int, value: float, verdict: str) -> None:
    known = {2020: 100, 2024: 500, 2025: value, 2026: 150 if value >= 200 else 250}
    result = judge(target(), known, year)
    assert result.verdict == verdict
    assert result.judged is not None
    assert (result.judged.year, result.judged.value) == (2025, value)
    assert result.completion == pytest.approx(value - 100)
    assert result.latest is not None
    assert result.latest.year == min(year, 2026)
    assert result.required_pace is None


def test_a_missing_target_year_is_not_replaced_by_a_later_one() -> None:
    result = judge(target(), {2020: 100, 2024: 210, 2026: 220}, 2026)
    assert (result.verdict, result.reason) == ("insufficient_data", "缺目标年(2025 年)数据")


def test_near_a_natural_limit_counts_as_reached() -> None:
    aim = target(indicator="share", unit="%", value=100.0)
    assert judge(aim, {2020: 50, 2025: 99.0}, 2025, SHARE).verdict == "met"
    assert judge(aim, {2020: 50, 2025: 98.9}, 2025, SHARE).verdict == "nearly_met"


@pytest.mark.parametrize(("value", "verdict"), [(45.0, "met"), (60.0, "met"), (44.9, "not_met")])
def test_about_has_five_points_of_tolerance_below_and_none_above(
    value: float, verdict: str
) -> None:
    aim = target(indicator="share", unit="%", value=50.0, comparison="~=", strength="approximate")
    # Completion of 44.9 from 10 is 34.9 / 40 = 87 %.
    assert judge(aim, {2020: 10, 2025: value}, 2025, SHARE).verdict == verdict


@pytest.mark.parametrize(
    ("value", "verdict"), [(50, "met"), (48.1, "nearly_met"), (20, "aspiration_not_met"),
                           (5, "aspiration_not_met")]
)  # fmt: skip
def test_striving_is_never_worse_than_not_reached(value: float, verdict: str) -> None:
    aim = target(indicator="share", unit="%", value=50.0, strength="aspirational")
    assert judge(aim, {2020: 10, 2025: value}, 2025, SHARE).verdict == verdict


def test_a_target_without_a_year_is_judged_at_the_plans_first_horizon_and_says_so() -> None:
    aim = target(year=None)
    result = judge(aim, {2020: 100, 2023: 160}, 2023)
    assert (result.verdict, result.target_year) == ("on_track", 2025)
    assert any(step.source == "假定" for step in result.steps)


# ----- standing requirements, prohibitions, references -----

BUSES = indicator("buses", name="新增公交车")
CLEAN = indicator("clean")
BUS_SHARE = indicator(
    "share", unit="%", measure="ratio", natural_limit=100.0,
    derive=Ratio(rule="ratio", numerator="clean", denominator="buses", scale=100),
)  # fmt: skip
STANDING = target(indicator="share", unit="%", value=80.0, year=None, period="standing")


@pytest.mark.parametrize(
    ("year", "verdict"),
    [(2021, "standing_met"), (2022, "standing_not_met"), (2030, "standing_met")],
)
def test_a_standing_share_is_judged_each_year_by_itself(year: int, verdict: str) -> None:
    result = judge(STANDING, {2021: 80.0, 2022: 79.9, 2030: 100.0}, year, SHARE)
    assert (result.verdict, result.ratio) == (verdict, None)


def test_no_new_buses_is_not_applicable() -> None:
    extra = [*rows("clean", {2022: 0, 2023: 4}), *rows("buses", {2022: 0, 2023: 5})]
    for year, verdict in ((2022, "not_applicable"), (2023, "standing_met")):
        result = judge(STANDING, {}, year, BUS_SHARE, others=[BUSES, CLEAN], extra=extra)
        assert result.verdict == verdict
    none = judge(STANDING, {}, 2022, BUS_SHARE, others=[BUSES, CLEAN], extra=extra)
    assert none.reason == "当年新增公交车为零"
    unknown = judge(STANDING, {}, 2021, BUS_SHARE, others=[BUSES, CLEAN], extra=extra)
    assert (unknown.verdict, unknown.reason) == ("insufficient_data", "缺 2021 年数据")


def test_a_share_of_a_period_is_judged_each_year_also_before_its_end() -> None:
    aim = target(indicator="share", unit="%", value=100.0, period="2021-2025")
    assert judge(aim, {2020: 10, 2022: 60}, 2022, SHARE).verdict == "standing_not_met"
    assert judge(aim, {2020: 10, 2022: 100}, 2022, SHARE).verdict == "standing_met"


def test_a_growth_rate_is_compared_and_not_put_on_a_path() -> None:
    volume = indicator("volume")
    rate = indicator(
        "rate", unit="%/年", measure="average_annual_growth",
        derive=Growth(rule="average_annual_growth", of="volume", base_year=2020),
    )  # fmt: skip
    aim = target(indicator="rate", unit="%/年", value=10.0)
    extra = rows("volume", {2020: 100, 2022: 121, 2023: 126, 2025: 161.051})
    found = {
        year: judge(aim, {}, year, rate, others=[volume], extra=extra).verdict
        for year in (2022, 2023, 2025)
    }
    assert found == {2022: "standing_met", 2023: "standing_not_met", 2025: "met"}


@pytest.mark.parametrize(
    ("comparison", "aim", "value", "verdict"),
    [
        ("=", 0.0, 0, "compliant"),
        ("=", 0.0, 1, "violated"),
        ("=", 0.0, 0.2, "violated"),
        (">=", 100.0, 100, "compliant"),
        (">=", 100.0, 99.9, "violated"),
        ("<=", 0.0, 0.0, "compliant"),
        ("<=", 0.0, 2.0, "violated"),
        ("<=", 3.0, 3.0, "compliant"),
        ("<=", 3.0, 3.1, "violated"),
        ("=", 100.0, 100.0, "compliant"),
        ("=", 100.0, 99.0, "violated"),
    ],
)
def test_one_case_breaks_a_prohibition(
    comparison: Any, aim: float, value: float, verdict: str
) -> None:
    rule = target(
        "Z01", kind="prohibition", comparison=comparison, value=aim, year=None, period="standing"
    )
    result = judge(rule, {2023: value}, 2023)
    assert result.verdict == verdict
    assert judge(rule, {2022: value}, 2023).verdict == "insufficient_data"


def test_no_projects_leave_a_prohibition_without_a_subject() -> None:
    rule = target(
        "Z01", kind="prohibition", indicator="share", unit="%", value=100.0, year=None,
        period="standing",
    )  # fmt: skip
    extra = [*rows("clean", {2023: 0}), *rows("buses", {2023: 0})]
    result = judge(rule, {}, 2023, BUS_SHARE, others=[BUSES, CLEAN], extra=extra)
    assert result.verdict == "not_applicable"


def test_a_reference_from_outside_is_used_or_said_to_lack() -> None:
    def reference(no: str, year: int) -> TargetResult:
        aim = target(no, indicator="load", kind="external_reference", value=None,
                     comparison="<=", year=year)  # fmt: skip
        return judge(aim, {2025: 310, 2026: 290}, 2026, LOAD)

    met = reference("X02", 2025)
    assert (met.verdict, met.target_value, met.target_origin) == ("standing_met", 300, "reference")
    unknown = reference("X01", 2025)
    assert unknown.verdict == "insufficient_data"
    assert "外部参照值" in unknown.reason


@pytest.mark.parametrize("value", [290, 310])
def test_a_dated_reference_says_nothing_of_the_years_before_it(value: float) -> None:
    aim = target("X02", indicator="load", kind="external_reference", value=None,
                 comparison="<=", year=2025)  # fmt: skip
    early = judge(aim, {2023: value}, 2023, LOAD)
    assert (early.verdict, early.target_value) == ("insufficient_data", None)
    assert "2025 年的参照值不用来判以前的年份" in early.reason
    due = judge(aim, {2025: value}, 2025, LOAD)
    assert due.verdict == ("standing_met" if value <= 300 else "standing_not_met")


def test_a_change_of_direction_within_the_data_error_is_told() -> None:
    aim = target("R01", kind="directional", value=None, comparison="increase", year=None)

    def last(*values: float, grade: str = "B") -> bool:
        given = [row("output", 2020 + i, value, grade=grade) for i, value in enumerate(values)]
        case = inputs(year=2023, indicators=[OUTPUT], targets=[aim], observations=given)
        return assess_targets(case, case.targets)["R01"].within_error

    assert last(100, 110, 120, 117)  # 2.5 %, while two years of grade B are known to 5.5 %
    assert not last(100, 110, 120, 100)
    assert last(100, 110, 120, 117, grade="A")  # 2.8 %
    assert not last(100, 110, 120, 116, grade="A")
    assert last(100, 110, 120, 100, grade="")  # as the lowest


def test_a_unit_is_not_judged_by_another_makers_series() -> None:
    given = rows("output", {2020: 100.0, 2023: 160.0}, series="县级库")
    case = inputs(year=2023, indicators=[OUTPUT], targets=[target()], observations=given,
                  primary={"output": "统计"})  # fmt: skip
    result = assess_targets(case, case.targets)["N01"]
    assert (result.verdict, result.judged, result.points) == ("insufficient_data", None, ())
    assert "只有“县级库”的数,不是判断所用的“统计”" in result.reason
    with_it = case.model_copy(update={"primary": {"output": "县级库"}})
    assert assess_targets(with_it, with_it.targets)["N01"].verdict == "on_track"


# ----- directions -----


def direction(comparison: str, values: dict[int, float], year: int = 2024) -> TargetResult:
    aim = target("R01", kind="directional", value=None, comparison=comparison, year=None,
                 indicator="load" if comparison.startswith(("decrease", "min")) else "output",
                 period="standing")  # fmt: skip
    return judge(aim, values, year, LOAD if aim.indicator == "load" else OUTPUT)


@pytest.mark.parametrize(
    ("values", "verdict", "mean", "last"),
    [
        ([10, 11, 12, 13, 14, 15], "right_direction", 1.0, 1),
        ([10, 12, 14, 16, 18, 17], "mean_right", 1.4, -1),
        ([20, 18, 16, 14, 12, 13], "last_right", -1.4, 1),
        ([20, 18, 16, 14, 12, 11], "wrong_direction", -1.8, -1),
        ([15, 15, 15, 15, 15, 15], "no_clear_change", 0.0, 0),
    ],
)
def test_a_direction_is_read_from_five_years_and_from_the_last(
    values: list[float], verdict: str, mean: float, last: float
) -> None:
    result = direction("increase", dict(zip(range(2019, 2025), values, strict=True)))
    assert result.verdict == verdict
    assert result.mean_change == pytest.approx(mean)
    assert (result.last_change, result.preliminary) == (last, False)


def test_changes_older_than_five_years_do_not_count() -> None:
    falling = {2010: 900.0, **dict(zip(range(2019, 2025), range(10, 16), strict=True))}
    assert direction("increase", falling).verdict == "right_direction"


@pytest.mark.parametrize("values", [{2023: 5, 2024: 6}, {2022: 9, 2023: 5, 2024: 6}])
def test_two_or_three_points_are_preliminary(values: dict[int, float]) -> None:
    result = direction("increase", values)
    assert (result.verdict, result.preliminary, result.mean_change) == (
        "right_direction", True, None,
    )  # fmt: skip


def test_one_point_has_no_direction() -> None:
    assert direction("increase", {2024: 5}).verdict == "insufficient_data"
    assert direction("increase", {2021: 1, 2022: 2, 2023: 3}).reason == "缺 2024 年数据"


def test_every_year_means_every_year() -> None:
    values = dict(zip(range(2019, 2025), [1, 2, 3, 2.9, 4, 5], strict=True))
    assert direction("increase", values).verdict == "right_direction"
    assert direction("increase_every_year", values).verdict == "mean_right"


def test_down_to_zero_and_none_at_all() -> None:
    assert direction("decrease_to_zero", {2023: 0, 2024: 0}).verdict == "right_direction"
    assert direction("minimise", {2023: 0, 2024: 0}).verdict == "right_direction"
    assert direction("minimise", {2023: 5, 2024: 6}).verdict == "wrong_direction"
    assert direction("decrease", {2023: 0, 2024: 0}).verdict == "no_clear_change"


# ----- who is asked -----


def asked(kind: str, region: Region, values: dict[int, float], **more: Any) -> TargetResult:
    aim = target(district_judgement=kind)
    return judge(aim, values, 2023, region=region, **more)


def test_a_district_is_judged_by_what_was_handed_down_to_it() -> None:
    handed = [handed_down("N02", 2025, 999.0), handed_down("N01", 2024, 30.0)]
    # 10 -> 30 by 2024: 25 is due in 2023.
    result = asked("allocated_or_contribution", DISTRICT, {2020: 10, 2023: 25}, allocations=handed)
    assert (result.verdict, result.ratio) == ("on_track", pytest.approx(1.0))
    assert (result.target_value, result.target_year) == (30.0, 2024)
    assert result.target_origin == "allocation"
    assert any("allocations.csv 第 3 行" in step.source for step in result.steps)


def test_without_an_allocation_a_district_only_contributes() -> None:
    result = asked(
        "allocated_or_contribution", DISTRICT, {2020: 10, 2023: 25},
        city_observations=rows("output", {2023: 100}),
    )  # fmt: skip
    assert (result.verdict, result.share_of_city) == ("contribution_only", 0.25)
    assert (result.target_value, result.ratio, result.gap) == (None, None, None)
    assert result.judged is not None
    assert result.judged.value == 25


def test_an_allocation_does_not_judge_what_the_plan_judges_for_the_city() -> None:
    handed = [handed_down("N01", 2025, 30.0)]
    result = asked("contribution_only", DISTRICT, {2020: 10, 2023: 25}, allocations=handed)
    assert result.verdict == "contribution_only"


@pytest.mark.parametrize("kind", ["allocated_or_contribution", "contribution_only", "city_only",
                                  "city_only_or_central_districts", "city_only_show_proxy"])  # fmt: skip
def test_the_city_answers_for_the_plans_own_number(kind: str) -> None:
    result = asked(kind, CITY, {2020: 100, 2023: 160})
    assert (result.verdict, result.target_origin) == ("on_track", "plan")


@pytest.mark.parametrize(
    ("kind", "region", "verdict"),
    [
        ("city_only", DISTRICT, "city_only"),
        ("city_only_show_proxy", DISTRICT, "city_only"),
        ("city_only_or_central_districts", DISTRICT, "not_applicable"),
        ("city_only_or_central_districts", CENTRAL, "on_track"),
        ("same_as_city", DISTRICT, "on_track"),
    ],
)
def test_what_a_district_answers_for(kind: str, region: Region, verdict: str) -> None:
    assert asked(kind, region, {2020: 100, 2023: 160}).verdict == verdict


# ----- doubt -----


@pytest.mark.parametrize(
    ("grade", "also"), [("A", None), ("B", None), ("C", "slow"), ("D", "slow")]
)
def test_an_estimate_that_straddles_a_threshold_says_both_classes(
    grade: str, also: str | None
) -> None:
    extra = [row("output", 2023, 163, grade=grade)]
    # 163 is "faster"; a C-grade estimate may be 15 % off, so 115 to 211 at 95 %.
    result = judge(target(), {2020: 100}, 2023, extra=extra)
    assert result.verdict == "faster"
    assert result.estimated is (grade in "CD")
    assert (result.verdict_also is None) is (also is None)
    if result.verdict_also is not None:
        assert result.verdict_also in LOOKS
        assert result.verdict_also != "faster"


def test_an_estimate_far_from_any_threshold_has_one_class() -> None:
    extra = [row("output", 2023, 1000, grade="C")]
    result = judge(target(), {2020: 100}, 2023, extra=extra)
    assert (result.verdict, result.verdict_also, result.estimated) == (
        "achieved_early", None, True,
    )  # fmt: skip


def test_a_break_since_the_baseline_leaves_the_class_open() -> None:
    result = judge(target(), {2020: 100, 2021: 110, 2023: 160}, 2023, breaks={"output": 2022})
    assert (result.verdict, result.ratio) == ("insufficient_data", None)
    assert "断点" in result.reason
    assert result.breaks == (2022,)


def test_a_break_before_the_baseline_or_after_the_target_year_changes_nothing() -> None:
    early = judge(target(), {2018: 1, 2020: 100, 2023: 160}, 2023, breaks={"output": 2020})
    assert early.verdict == "on_track"
    late = judge(target(), {2020: 100, 2025: 200, 2026: 5}, 2026, breaks={"output": 2026})
    assert late.verdict == "met"


def test_a_direction_does_not_cross_a_break() -> None:
    aim = target("R01", kind="directional", value=None, comparison="increase", year=None)
    values = {2019: 10, 2020: 11, 2021: 12, 2022: 5, 2023: 6}
    result = judge(aim, values, 2023, breaks={"output": 2022})
    assert (result.verdict, result.preliminary) == ("right_direction", True)
    alone = judge(aim, {2021: 12, 2022: 5}, 2022, breaks={"output": 2022})
    assert alone.verdict == "insufficient_data"
    assert "断点" in alone.reason


def test_the_outlook_needs_six_years_and_a_year_still_ahead() -> None:
    known = {2015 + i: value for i, value in enumerate([90, 97, 99, 108, 112, 115, 124, 126, 135])}
    found = judge(target(), known, 2023)
    ahead = forecast(list(known), list(known.values()), 2025)
    assert ahead is not None
    assert (found.expected, found.expected_low) == pytest.approx((ahead.expected, ahead.low))
    assert found.probability == pytest.approx(ahead.probability(200, "higher"))
    few = {year: value for year, value in known.items() if year >= 2019}
    assert judge(target(), few, 2023).probability is None
    assert judge(target(), {**known, 2025: 200}, 2025).probability is None


def test_the_outlook_keeps_within_the_bounds_of_a_share() -> None:
    share = indicator("share", unit="%", measure="ratio", range=(0, 100))
    assert share.scale == ("logit", 100)
    assert indicator("growth", unit="%", measure="yearly_change", range=(-30, 40)).scale[0] == (
        "linear"
    )
    assert OUTPUT.scale[0] == "log"


# ----- whatever the figures -----

# Twelve orders of magnitude either way are more than any indicator of a city spans.
SIZE = st.floats(1e-6, 1e12)
FINITE = st.one_of(st.just(0.0), SIZE, SIZE.map(lambda value: -value))
AIMS = st.builds(
    target,
    value=FINITE,
    year=st.sampled_from([2021, 2025, 2030]),
    comparison=st.sampled_from([">=", "<="]),
    pace=st.sampled_from(["linear", "growth"]),
    strength=st.sampled_from(["firm", "aspirational", "approximate"]),
)


@settings(max_examples=120, deadline=None)
@given(
    aim=AIMS,
    values=st.dictionaries(st.integers(2014, 2032), FINITE, max_size=12),
    year=st.integers(2014, 2032),
    grade=st.sampled_from("AD"),
)
def test_any_finite_series_has_a_class(
    aim: Target, values: dict[int, float], year: int, grade: str
) -> None:
    case = inputs(
        year=year,
        indicators=[OUTPUT],
        targets=[aim],
        observations=rows("output", values, grade=grade),
    )
    result = assess_targets(case, case.targets)["N01"]
    assert result.verdict in LOOKS
    assert result.verdict_also is None or result.verdict_also in LOOKS
    if result.judged is not None:
        assert values[result.judged.year] == result.judged.value
    if result.ratio is not None:
        assert not math.isnan(result.ratio)
    if result.probability is not None:
        assert 0 <= result.probability <= 1


@settings(max_examples=80, deadline=None)
@given(
    values=st.dictionaries(
        st.integers(2020, 2025), st.floats(0.01, 1e6, allow_nan=False), min_size=1
    ),
    later=st.dictionaries(st.integers(2026, 2030), st.floats(0.01, 1e6, allow_nan=False)),
)
def test_once_due_later_figures_never_change_the_class(
    values: dict[int, float], later: dict[int, float]
) -> None:
    at_once = judge(target(), values, 2025)
    afterwards = judge(target(), {**values, **later}, 2030)
    assert afterwards.verdict == at_once.verdict
    assert afterwards.completion == at_once.completion


# ----- targets handed down -----


def test_each_milestone_handed_down_is_judged_by_its_own_year() -> None:
    aim = target(year=2030, value=1000.0, district_judgement="allocated_or_contribution")
    handed = [handed_down("N01", 2030, 300.0), handed_down("N01", 2025, 200.0)]
    values = {2020: 100.0, 2023: 160.0, 2024: 180.0, 2025: 190.0, 2026: 200.0}

    early = judge(aim, values, 2023, allocations=handed, region=DISTRICT)
    assert (early.target_year, early.target_value, early.verdict) == (2025, 200, "on_track")
    # 160 in 2023 is what is due of both: 100 + 100 * 3 / 5 and 100 + 200 * 3 / 10.
    other = [step for step in early.steps if "2030 年" in step.rule]
    assert [(step.threshold, step.verdict) for step in other] == [(300, "on_track")]

    due = judge(aim, values, 2025, allocations=handed, region=DISTRICT)
    assert (due.target_year, due.verdict) == (2025, "not_met")
    late = judge(aim, values, 2026, allocations=handed, region=DISTRICT)
    assert (late.target_year, late.verdict, late.previous_verdict) == (2030, "slow", "not_met")
    assert [step.threshold for step in late.steps if "2025 年" in step.rule] == [200]


def test_after_the_last_milestone_the_last_stays_in_force() -> None:
    aim = target(year=2030, district_judgement="allocated_or_contribution")
    handed = [handed_down("N01", 2022, 110.0), handed_down("N01", 2024, 130.0)]
    values = {2020: 100.0, 2022: 112.0, 2024: 125.0, 2026: 150.0}
    result = judge(aim, values, 2026, allocations=handed, region=DISTRICT)
    assert (result.target_year, result.target_value, result.verdict) == (2024, 130, "not_met")


@pytest.mark.parametrize("year", [2019, 2020])
def test_a_milestone_not_after_the_base_year_is_said_to_be_unusable(year: int) -> None:
    aim = target(district_judgement="allocated_or_contribution")
    handed = [handed_down("N01", year, 110.0)]
    result = judge(aim, {2020: 100.0, 2023: 120.0}, 2023, allocations=handed, region=DISTRICT)
    assert result.verdict == "insufficient_data"
    assert str(year) in result.reason
    assert "基期(2020 年)" in result.reason


# ----- what the plan leaves open -----


@pytest.mark.parametrize(
    ("period", "due"), [(None, 2025), ("standing", None), ("annual", None), ("2021-2024", 2024)]
)
def test_only_a_target_without_any_time_is_taken_to_be_due_at_the_first_horizon(
    period: str | None, due: int | None
) -> None:
    aim = target(year=None, period=period)
    result = judge(aim, {2020: 100.0, 2023: 160.0}, 2023)
    assert result.target_year == due
    assert any("方案未写年份" in step.rule for step in result.steps) is (period is None)


def test_a_change_is_measured_against_the_error_of_the_worse_of_its_two_figures() -> None:
    aim = target(kind="directional", comparison="increase", value=None, year=None,
                 period="standing")  # fmt: skip

    def told(before: str, after: str) -> bool:
        extra = [row("output", 2022, 100.0, grade=before), row("output", 2023, 105.0, grade=after)]
        return judge(aim, {}, 2023, extra=extra).within_error

    # 5 % is more than 1.96·√2·1 % of grade A, less than 1.96·√(1 %² + 3 %²) with grade C.
    assert [told("A", "A"), told("C", "A"), told("A", "C")] == [False, True, True]


@pytest.mark.parametrize(("own", "verdict"), [(None, "met"), (2.0, "not_met"), (4.0, "met")])
def test_a_targets_own_tolerance_goes_before_the_rules(own: float | None, verdict: str) -> None:
    aim = target(strength="approximate", comparison="~=", value=10.0, tolerance=own)
    result = judge(aim, {2020: 2.0, 2025: 6.5}, 2025, indicator("output", measure="ratio"))
    assert result.verdict == verdict
