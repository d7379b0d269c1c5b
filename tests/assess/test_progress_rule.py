"""The progress rule is a parameter: the line, or that of Statistics Canada.

Most cases run from 100 in 2020 to 200 in 2025 and are judged in 2023: the growth asked for is
2^(1/5) - 1 = 14.87 % a year.
"""

from __future__ import annotations

from typing import Any

import pytest

from assessment.assess.targets import assess_targets
from assessment.methods.statcan import statcan_progress
from assessment.params.model import Indicator
from assessment.params.plan import Target
from assessment.results.model import TargetResult
from tests.assess.cases import DISTRICT, indicator, inputs, row, rows, target

OUTPUT = indicator("output", measure="stock_end_of_year")
COUNT = indicator("output", measure="cumulative_count")
LOAD = indicator("load", direction="lower")


def judge(
    aim: Target,
    values: dict[int, float],
    year: int = 2023,
    rule: str = "statcan",
    entry: Indicator = OUTPUT,
    grade: str = "A",
) -> TargetResult:
    case = inputs(
        year=year, indicators=[entry], targets=[aim],
        observations=rows(entry.id, values, grade=grade),
    )  # fmt: skip
    rules = case.standards.rules.model_copy(update={"progress_rule": rule})
    standards = case.standards.model_copy(update={"rules": rules})
    return assess_targets(case.model_copy(update={"standards": standards}), case.targets)[aim.no]


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (200, "achieved_early"),
        (180, "on_track"),  # 21.6 % a year: far above what is due, and yet no "faster"
        (149, "on_track"),  # 1.49^(1/3) - 1 = 14.22 %: 0.956
        (148, "slow"),  # 13.96 %: 0.939
        (130, "slow"),  # 9.14 %: 0.615
        (129, "far_behind"),  # 8.86 %: 0.596
        (100, "far_behind"),
        (99, "reversed"),
    ],
)
def test_every_class_of_the_published_rule(value: float, verdict: str) -> None:
    result = judge(target(), {2020: 100, 2023: value})
    assert result.verdict == verdict
    if verdict == "achieved_early":
        assert (result.progress_rule, result.ratio) == ("linear", None)
        return
    observed, required = (value / 100) ** (1 / 3) - 1, 2 ** (1 / 5) - 1
    assert result.ratio == pytest.approx(observed / required)
    assert result.progress_rule == "statcan"
    # Everything else is as under the line.
    line = judge(target(), {2020: 100, 2023: value}, rule="linear")
    assert (result.gap, result.completion, result.required_pace) == (
        line.gap, line.completion, line.required_pace,
    )  # fmt: skip


def test_a_published_series_keeps_its_value_and_score() -> None:
    # Canadian Indicator Framework 1-1-1: 14.5 in 2015, 10.4 in 2023, 7.25 by 2030.
    aim = target(indicator="load", value=7.25, year=2030, baseline_year=2015, comparison="<=")
    values = {2015: 14.5, 2023: 10.4}
    result = judge(aim, values, entry=LOAD)
    assert result.ratio == pytest.approx(0.901, abs=5e-4)
    assert result.progress_score == pytest.approx(2.151, abs=5e-3)
    assert result.verdict == "slow"
    line = judge(aim, values, rule="linear", entry=LOAD)
    assert (line.verdict, line.progress_rule, line.progress_score) == ("faster", "linear", None)


def test_the_steps_name_the_rule() -> None:
    steps = {s.rule: s for s in judge(target(), {2020: 100, 2023: 140}).steps}
    assert not any("序时进度" in rule for rule in steps)
    (rule,) = [rule for rule in steps if "加拿大统计局" in rule]
    assert "Open SDG" in steps[rule].source
    assert [s.threshold for r, s in steps.items() if "下限" in r] == [0.95, 0.60]
    line = [s.rule for s in judge(target(), {2020: 100, 2023: 140}, rule="linear").steps]
    assert any("序时进度" in rule for rule in line)
    assert not any("加拿大" in rule for rule in line)


def test_a_count_that_starts_at_zero_stays_on_the_line() -> None:
    """The published .001 would call one of a hundred, in year three of five, ahead of its course."""
    trap = statcan_progress(
        base_value=0, base_year=2020, current_value=1, current_year=2023, direction="higher",
        target=100, target_year=2025,
    )  # fmt: skip
    assert trap.status == "substantial_progress"
    result = judge(target(value=100), {2023: 1}, entry=COUNT)
    assert (result.verdict, result.progress_rule) == ("far_behind", "linear")
    assert result.ratio == pytest.approx((1 / 100) / (3 / 5))
    assert any("仍按直线" in step.rule for step in result.steps)


@pytest.mark.parametrize(
    ("values", "verdict"),
    [({2025: 200.0}, "met"), ({2025: 196.0}, "nearly_met"), ({2025: 150.0}, "not_met")],
)
def test_from_the_target_year_on_the_rule_does_not_matter(
    values: dict[int, float], verdict: str
) -> None:
    held = {2020: 100.0, **values}
    one, two = (judge(target(), held, 2025, rule) for rule in ("statcan", "linear"))
    assert one == two
    assert one.verdict == verdict


@pytest.mark.parametrize("values", [{2023: 150.0}, {2020: 100.0}, {2020: 100.0, 2022: 130.0}, {}])
def test_no_rule_judges_what_is_not_there(values: dict[int, float]) -> None:
    result = judge(target(), values)
    assert (result.verdict, result.progress_score) == ("insufficient_data", None)


def test_a_change_of_sign_has_no_growth() -> None:
    result = judge(target(), {2020: -50, 2023: 20})
    assert (result.verdict, result.ratio) == ("insufficient_data", None)
    assert "增长率无意义" in result.reason


def test_an_interval_straddles_the_thresholds_of_the_rule_in_force() -> None:
    # 135 of grade C (15 %): 95 to 175; the class is slow, the ends are on track and reversed.
    result = judge(target(), {2020: 100, 2023: 135}, grade="C")
    assert result.verdict == "slow"
    assert result.verdict_also in ("on_track", "reversed")
    assert (
        judge(target(), {2020: 100, 2023: 135}, rule="linear", grade="C").verdict_also == "faster"
    )


# ----- a share of the city is a share of a sum -----


@pytest.mark.parametrize(
    ("aggregation", "share"), [("sum", 0.25), ("recompute", None), ("mean", None), ("none", None)]
)
def test_only_what_adds_up_has_a_share_of_the_city(aggregation: str, share: Any) -> None:
    entry = indicator("output", aggregation=aggregation)
    case = inputs(
        region=DISTRICT, indicators=[entry], observations=[row("output", 2023, 50.0)],
        city_observations=[row("output", 2023, 200.0)],
        targets=[target(district_judgement="contribution_only")],
    )  # fmt: skip
    assert assess_targets(case, case.targets)["N01"].share_of_city == share
