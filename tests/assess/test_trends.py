"""Trends: what five points can show and four cannot, what lies before a break, what is missing."""

import pytest

from assessment.assess.trends import Choice, label_of, trend
from assessment.methods.trends import hamed_rao
from assessment.params.model import Indicator
from assessment.results.model import TrendResult
from tests.assess.cases import indicator, rows, unit_data

EMISSION = indicator("so2", direction="lower")


def read(
    values: dict[int, float],
    year: int,
    *,
    breaks: dict[str, int] | None = None,
    entry: Indicator = EMISSION,
) -> TrendResult:
    data = unit_data([entry], rows(entry.id, values), breaks=breaks)
    return trend(data.annual(entry.id), year)


@pytest.mark.parametrize("n", [3, 4])
def test_three_or_four_points_are_never_significant(n: int) -> None:
    result = read({2020 + i: 100.0 - 10 * i for i in range(n)}, 2019 + n)
    assert (result.significant, result.p, result.reading) == (None, None, "unclear")
    assert f"只有 {n} 个年度值" in result.caution
    # The slope is a fact all the same.
    assert result.slope == pytest.approx(-10.0)


def test_two_points_have_a_change_and_no_test() -> None:
    result = read({2023: 80.0, 2024: 60.0}, 2024)
    assert (result.change, result.change_percent) == (-20.0, -25.0)
    assert (result.slope, result.p, result.significant, result.reading) == (
        None, None, None, "unclear",
    )  # fmt: skip


def test_one_point_is_no_trend() -> None:
    result = read({2024: 80.0}, 2024)
    assert (result.n, result.change, result.reading) == (1, None, "insufficient")
    assert read({}, 2024).n == 0


def test_a_steady_fall_of_eight_years() -> None:
    # All 28 pairs fall: S = -28; the exact two-sided p is 2 / 8! = 1 / 20160.
    result = read({2017 + i: 100.0 - 5 * i for i in range(8)}, 2024)
    assert (result.s, result.tau, result.significant, result.reading) == (
        -28, -1.0, True, "falling",
    )  # fmt: skip
    assert result.p == pytest.approx(2 / 40320)
    assert result.slope == pytest.approx(-5.0)
    assert result.slope_low is not None
    assert result.slope_high is not None
    assert result.slope_low <= result.slope <= result.slope_high
    assert result.ols_slope == pytest.approx(-5.0)


def test_ups_and_downs_are_called_unclear() -> None:
    values = [50.0, 52, 49, 53, 48, 54, 50, 51]
    result = read({2017 + i: v for i, v in enumerate(values)}, 2024)
    assert (result.significant, result.reading) == (False, "unclear")


def test_no_change_is_flat() -> None:
    assert read({2020 + i: 7.0 for i in range(5)}, 2024).reading == "flat"
    assert read({2023: 7.0, 2024: 7.0}, 2024).reading == "flat"


def test_a_trend_never_crosses_a_break() -> None:
    values = {year: 500.0 - year + 2012 for year in range(2012, 2019)}
    values |= {2019: 10, 2020: 11, 2021: 12, 2022: 13, 2023: 14, 2024: 15}
    result = read(values, 2024, breaks={"so2": 2019})
    assert (result.first_year, result.n, result.reading) == (2019, 6, "rising")
    assert [p.year for p in result.before_break] == list(range(2012, 2019))
    assert result.slope == pytest.approx(1.0)
    assert (result.change, result.breaks) == (5.0, (2019,))
    assert "2019 年起" in result.caution


def test_a_break_after_the_last_figure_is_no_break_of_the_trend() -> None:
    result = read({2018 + i: 10.0 + i for i in range(6)}, 2024, breaks={"so2": 2024})
    assert (result.n, result.breaks) == (6, ())


def test_missing_years_are_named_and_not_filled() -> None:
    result = read({2018: 10, 2019: 9, 2022: 6, 2023: 5}, 2024)
    assert result.missing_years == (2020, 2021, 2024)
    assert [p.year for p in result.points] == [2018, 2019, 2022, 2023]
    # 10 -> 5 in five years: the slope counts the years that are missing.
    assert result.slope == pytest.approx(-1.0)
    assert "缺 2020、2021、2024 年" in result.caution


def test_later_years_are_not_seen() -> None:
    values = {2018 + i: 10.0 - i for i in range(5)} | {2023: 99.0, 2024: 100.0}
    result = read(values, 2022)
    assert (result.last_year, result.n) == (2022, 5)
    assert result.change == -4.0


def test_the_weather_is_named_where_air_is_measured() -> None:
    air = indicator("pm25", unit="μg/m³", direction="lower")
    values = {2020 + i: 50.0 - i for i in range(5)}
    assert "气象" in read(values, 2024, entry=air).caution
    assert "气象" not in read(values, 2024).caution


def test_what_an_author_chooses_is_known_to_the_trend() -> None:
    data = unit_data([EMISSION], rows("so2", {2010 + i: 100.0 - i for i in range(16)}))
    annual = data.annual("so2")
    chosen = trend(annual, 2025, choice=Choice(since=2012, left_out={2020: "疫情", 2025: "暂估"}))
    assert [point.year for point in chosen.points] == [*range(2012, 2020), *range(2021, 2025)]
    assert chosen.missing_years == ()  # what is left out on purpose is not missing
    assert (chosen.chosen, chosen.since) == (True, 2012)
    assert chosen.caution == "只看 2012 年以来。不含 2020 年（疫情）、2025 年（暂估）。"
    assert not trend(annual, 2025).chosen


def test_a_test_that_needs_more_values_refuses_and_says_so() -> None:
    short = unit_data([EMISSION], rows("so2", {2010 + i: 100.0 - i for i in range(16)}))
    refused = trend(short.annual("so2"), 2025, choice=Choice(test=hamed_rao))
    assert (refused.p, refused.significant, refused.reading) == (None, None, "unclear")
    assert refused.caution == "用 Hamed–Rao 检验。它至少要 20 个年度值，只有 16 个，不作检验。"
    assert refused.slope == pytest.approx(-1.0)
    years = [*range(2000, 2010), *range(2011, 2026)]
    gap = unit_data([EMISSION], rows("so2", {year: 2100.0 - year for year in years}))
    assert "年份相连" in trend(gap.annual("so2"), 2025, choice=Choice(test=hamed_rao)).caution

    def broken(values: object) -> object:
        """某某检验"""
        raise ValueError("no such luck")

    told = trend(short.annual("so2"), 2025, choice=Choice(test=broken))
    assert told.caution == "用 某某检验 检验。它做不了（no such luck）。"
    with pytest.raises(ValueError, match="name"):
        label_of(lambda values: values)
