"""A total over several years is the sum of its years, or it is said which of them are missing."""

from __future__ import annotations

from typing import Any

import pytest

from assessment.assess.targets import assess_targets
from assessment.assess.totals import running_total
from assessment.job.series import Annual
from assessment.params.plan import Target
from assessment.results.model import TargetResult
from tests.assess.cases import (
    CITY,
    DISTRICT,
    handed_down,
    indicator,
    inputs,
    row,
    rows,
    target,
    unit_data,
)

CUT = indicator("cut", unit="万吨")
USE = indicator("use", unit="万吨", direction="lower")
# 1.1 + 1.0 + 1.2 + 0.9 = 4.2 by 2024, of 4.99 that the plan wants over 2021-2025.
YEARLY = {2020: 0.0, 2021: 1.1, 2022: 1.0, 2023: 1.2, 2024: 0.9}
WANTED = target(indicator="cut", unit="万吨", value=4.99, period="2021-2025", baseline_year=2020)
CAPPED = target(
    indicator="use", unit="万吨", value=50.0, comparison="<=", period="2021-2025",
    baseline_year=2020,
)  # fmt: skip


def judge(aim: Target, values: dict[int, float], year: int, **more: Any) -> TargetResult:
    entry = CUT if aim.indicator == "cut" else USE
    case = inputs(
        year=year, indicators=[entry], targets=[aim], observations=rows(entry.id, values), **more
    )  # fmt: skip
    return assess_targets(case, case.targets)[aim.no]


@pytest.mark.parametrize(
    ("year", "total", "ratio"),
    [(2021, 1.1, 1.1 / 0.998), (2023, 3.3, 3.3 / 2.994), (2024, 4.2, 4.2 / 3.992)],
)
def test_before_its_end_a_total_is_held_against_the_share_due(
    year: int, total: float, ratio: float
) -> None:
    result = judge(WANTED, YEARLY, year)
    assert result.judged is not None
    assert result.judged.value == pytest.approx(total)
    assert result.ratio == pytest.approx(ratio)
    assert result.verdict == "faster"
    assert [point.value for point in result.points][-1] == pytest.approx(total)
    assert result.gap == pytest.approx(4.99 - total)


@pytest.mark.parametrize(
    ("last", "verdict"), [(0.79, "met"), (0.55, "nearly_met"), (0.54, "not_met")]
)  # 4.99 is wanted, and 95 % of it, 4.7405, is nearly met
def test_at_its_end_a_total_is_compared_with_the_plan(last: float, verdict: str) -> None:
    values = {**YEARLY, 2025: last}
    result = judge(WANTED, values, 2025)
    assert result.verdict == verdict
    # Later years add nothing.
    assert judge(WANTED, {**values, 2026: 9.0}, 2026).verdict == verdict


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ([2022], "缺 2022 年数据"),
        ([2021, 2023], "缺 2021、2023 年数据"),
        ([2024], "缺 2024 年数据,2021—2024 年的合计不全"),
    ],
)
def test_a_total_is_never_summed_over_a_gap(missing: list[int], named: str) -> None:
    values = {year: value for year, value in YEARLY.items() if year not in missing}
    result = judge(WANTED, values, 2024)
    assert result.verdict == "insufficient_data"
    assert named in result.reason
    assert (result.ratio, result.completion, result.judged) == (None, None, None)


def test_a_total_needs_no_figure_of_its_base_year() -> None:
    assert judge(WANTED, {2021: 1.1}, 2021).verdict == "faster"


def test_the_years_of_a_total_give_its_end_where_the_plan_names_no_year() -> None:
    aim = WANTED.model_copy(update={"year": None})
    result = judge(aim, YEARLY, 2024)
    assert (result.target_year, result.verdict) == (2025, "faster")


def test_a_total_is_not_summed_across_a_break() -> None:
    result = judge(WANTED, YEARLY, 2024, breaks={"cut": 2023})
    assert result.verdict == "insufficient_data"
    assert "口径断点" in result.reason


def test_a_share_of_a_total_is_a_share_of_the_citys_total() -> None:
    aim = WANTED.model_copy(update={"district_judgement": "allocated_or_contribution"})
    city = rows("cut", {2021: 11.0, 2022: 10.0, 2023: 12.0, 2024: 9.0})
    unit = judge(
        aim, YEARLY, 2024, region=DISTRICT, city_observations=city,
        allocations=[handed_down("N01", 2025, 6.0)],
    )  # fmt: skip
    assert unit.share_of_city == pytest.approx(0.1)
    assert (unit.target_value, unit.verdict) == (6.0, "slow")  # 4.2 of the 4.8 due
    assert judge(aim, YEARLY, 2024, region=CITY).target_value == 4.99


@pytest.mark.parametrize(
    ("year", "values", "verdict"),
    [
        (2022, {2021: 10.0, 2022: 10.0}, "on_track"),
        (2022, {2021: 9.0, 2022: 9.0}, "faster"),
        (2022, {2021: 15.0, 2022: 15.0}, "slow"),
        (2022, {2021: 20.0, 2022: 20.0}, "far_behind"),
        (2023, {2021: 20.0, 2022: 20.0, 2023: 11.0}, "far_behind"),
        (2025, dict.fromkeys(range(2021, 2026), 10.0), "met"),
        (2025, dict.fromkeys(range(2021, 2026), 10.1), "not_met"),
    ],
)
def test_a_total_that_must_stay_under_a_value(
    year: int, values: dict[int, float], verdict: str
) -> None:
    result = judge(CAPPED, values, year)
    assert result.verdict == verdict
    if verdict == "slow":
        assert result.ratio == pytest.approx(20 / 30)


def test_what_is_given_as_a_cumulative_count_or_a_ratio_is_not_summed() -> None:
    for entry, wanted in (
        (indicator("cut", measure="cumulative_count"), 0.9),
        (indicator("cut", measure="stock_end_of_year"), 0.9),
    ):
        case = inputs(year=2024, indicators=[entry], targets=[WANTED],
                      observations=rows("cut", YEARLY))  # fmt: skip
        judged = assess_targets(case, case.targets)["N01"].judged
        assert judged is not None
        assert judged.value == wanted


def test_a_running_total_bears_the_worst_grade_and_every_source() -> None:
    observations = [row("cut", 2021, 1.0, grade="C", line=5), row("cut", 2022, 2.0, line=6)]
    annual: Annual = unit_data([CUT], observations).annual("cut")
    total = running_total(annual, 2021)
    assert [(p.year, p.value, p.grade) for p in total.points] == [(2021, 1, "C"), (2022, 3, "C")]
    assert [trace.row for trace in total.points[-1].trace] == [5, 6]
