"""Yearly series: what is derived, what is missing, what a break forbids."""

import pytest

from assessment.errors import InputError
from assessment.params.model import Change, Growth, Ratio
from tests.assess.cases import indicator, row, rows, unit_data

CLEAN = indicator("clean")
BUSES = indicator("buses", name="新增公交车")
SHARE = indicator(
    "share", unit="%", derive=Ratio(rule="ratio", numerator="clean", denominator="buses", scale=100)
)
GDP = indicator("gdp")
CO2 = indicator("co2")
INTENSITY = indicator("intensity", derive=Ratio(rule="ratio", numerator="co2", denominator="gdp"))
YEARLY = indicator("yearly", unit="%", derive=Change(rule="yearly_change", of="gdp"))
MEAN_GROWTH = indicator(
    "mean_growth", derive=Growth(rule="average_annual_growth", of="gdp", base_year=2020)
)
PM25 = indicator("pm25", measure="annual_mean", aggregation="mean")
OZONE = indicator("ozone", measure="percentile", aggregation="mean")


def test_a_ratio_is_computed_where_both_parts_are_known() -> None:
    data = unit_data(
        [CLEAN, BUSES, SHARE],
        [*rows("clean", {2021: 3, 2022: 4}), *rows("buses", {2021: 4, 2022: 4, 2023: 8})],
    )
    share = data.annual("share")
    assert [(p.year, p.value, p.derived) for p in share.points] == [
        (2021, 75.0, True), (2022, 100.0, True),
    ]  # fmt: skip
    assert share.not_applicable == {}
    assert len(share.points[0].trace) == 2


def test_a_zero_denominator_is_not_applicable_and_not_zero() -> None:
    data = unit_data(
        [CLEAN, BUSES, SHARE],
        [*rows("clean", {2021: 0, 2022: 1}), *rows("buses", {2021: 0, 2022: 2})],
    )
    share = data.annual("share")
    assert [p.year for p in share.points] == [2022]
    assert share.not_applicable == {2021: "当年新增公交车为零"}


def test_a_given_figure_stands_before_the_computed_one() -> None:
    data = unit_data(
        [CLEAN, BUSES, SHARE],
        [
            row("share", 2021, 80.0),
            *rows("clean", {2021: 3, 2022: 3}),
            *rows("buses", {2021: 0, 2022: 4}),
        ],
    )
    share = data.annual("share")
    assert [(p.value, p.derived) for p in share.points] == [(80.0, False), (75.0, True)]
    assert share.not_applicable == {}


def test_a_part_that_is_not_applicable_makes_the_ratio_so() -> None:
    data = unit_data(
        [CLEAN, BUSES, SHARE],
        [
            row("clean", 2021, None, state="not_applicable", note="没有公交线路"),
            *rows("buses", {2021: 4}),
        ],
    )
    assert data.annual("share").not_applicable == {2021: "没有公交线路"}


def test_a_missing_figure_stays_missing() -> None:
    data = unit_data([GDP], [row("gdp", 2021, None, state="not_reported", note="未报")])
    assert data.annual("gdp").points == ()
    assert data.annual("gdp").not_applicable == {}


def test_a_derived_figure_is_as_doubtful_as_its_worst_part() -> None:
    data = unit_data(
        [CO2, GDP, INTENSITY],
        [row("co2", 2021, 50, grade="C"), row("gdp", 2021, 100, grade="A")],
    )
    assert [(p.value, p.grade) for p in data.annual("intensity").points] == [(0.5, "C")]


def test_average_annual_growth_since_the_base_year() -> None:
    # 100 -> 121 in two years is 10 % a year; 100 -> 133.1 in three as well.
    data = unit_data([GDP, MEAN_GROWTH], rows("gdp", {2019: 90, 2020: 100, 2022: 121, 2023: 133.1}))
    growth = data.annual("mean_growth")
    assert [p.year for p in growth.points] == [2022, 2023]
    assert [p.value for p in growth.points] == pytest.approx([10.0, 10.0])


@pytest.mark.parametrize("base", [0.0, None])
def test_growth_from_nothing_is_not_computed(base: float | None) -> None:
    known = {2021: 5.0} if base is None else {2020: base, 2021: 5.0}
    assert unit_data([GDP, MEAN_GROWTH], rows("gdp", known)).annual("mean_growth").points == ()


def test_growth_does_not_cross_a_break() -> None:
    data = unit_data(
        [GDP, MEAN_GROWTH], rows("gdp", {2020: 100, 2021: 110, 2022: 200}), breaks={"gdp": 2022}
    )
    assert [p.year for p in data.annual("mean_growth").points] == [2021]


def test_yearly_change_needs_the_year_before_on_the_same_level() -> None:
    data = unit_data(
        [GDP, YEARLY],
        rows("gdp", {2017: 100, 2018: 110, 2019: 90, 2020: 99, 2022: 120}),
        breaks={"gdp": 2019},
    )
    change = data.annual("yearly")
    assert [p.year for p in change.points] == [2018, 2020]
    assert [p.value for p in change.points] == pytest.approx([10.0, 10.0])


@pytest.mark.parametrize(("months", "known"), [(8, False), (9, True), (12, True)])
def test_an_annual_mean_needs_three_quarters_of_the_months(months: int, known: bool) -> None:
    monthly = [row("pm25", 2021, 10.0 * m, month=m) for m in range(1, months + 1)]
    points = unit_data([PM25], monthly).annual("pm25").points
    assert bool(points) is known
    if known:
        assert points[0].value == pytest.approx(10.0 * (months + 1) / 2)
        assert points[0].derived
        assert len(points[0].trace) == months


def test_a_month_without_a_value_does_not_count() -> None:
    monthly = [row("pm25", 2021, 40.0, month=m) for m in range(1, 9)]
    monthly += [row("pm25", 2021, None, month=m, state="not_reported") for m in range(9, 13)]
    data = unit_data([PM25], monthly)
    assert data.annual("pm25").points == ()
    assert len(data.monthly("pm25")) == 8


def test_a_percentile_is_no_mean_of_its_months() -> None:
    monthly = [row("ozone", 2021, 150.0, month=m) for m in range(1, 13)]
    assert unit_data([OZONE], monthly).annual("ozone").points == ()


def test_a_given_annual_mean_stands_before_the_months() -> None:
    monthly = [row("pm25", 2021, 40.0, month=m) for m in range(1, 13)]
    data = unit_data([PM25], [row("pm25", 2021, 38.0), *monthly])
    assert [(p.value, p.derived) for p in data.annual("pm25").points] == [(38.0, False)]


def test_makers_are_kept_apart_and_the_named_one_is_judged() -> None:
    data = unit_data(
        [CO2],
        [
            *rows("co2", {2019: 10, 2020: 11}, series="乙库"),
            *rows("co2", {2020: 99, 2021: 98}, series="甲库"),
        ],
        primary={"co2": "乙库"},
    )
    assert data.series_names("co2") == ("乙库", "甲库")
    assert [(p.year, p.value) for p in data.annual("co2").points] == [(2019, 10), (2020, 11)]
    assert [(p.year, p.value) for p in data.annual("co2", "甲库").points] == [
        (2020, 99),
        (2021, 98),
    ]


def test_a_computed_figure_does_not_fill_another_makers_series() -> None:
    data = unit_data(
        [CO2, GDP, INTENSITY],
        [
            row("intensity", 2020, 9.0, series="甲库"),
            row("intensity", 2020, 1.5, series="乙库"),
            *rows("co2", {2021: 50}),
            *rows("gdp", {2021: 100}),
        ],
        primary={"intensity": "乙库"},
    )
    assert [p.year for p in data.annual("intensity", "甲库").points] == [2020]


def test_a_derived_indicator_inherits_the_breaks_of_its_parts() -> None:
    change = indicator("change", derive=Change(rule="yearly_change", of="intensity"))
    data = unit_data(
        [CO2, GDP, INTENSITY, change],
        [
            *rows("co2", {2018: 100, 2019: 100, 2020: 90}),
            *rows("gdp", {2018: 100, 2019: 50, 2020: 50}),
        ],
        breaks={"gdp": 2019},
    )
    intensity = data.annual("intensity")
    assert intensity.breaks == (2019,)
    assert not intensity.same_level(2018, 2019)
    assert intensity.same_level(2019, 2020)
    assert [p.year for p in intensity.segment(2020)] == [2019, 2020]
    # 1.0 -> 2.0 at the break is no change of the thing itself; 2.0 -> 1.8 is -10 %.
    assert [(p.year, round(p.value, 9)) for p in data.annual("change").points] == [(2020, -10.0)]


def test_a_break_of_everything_breaks_each_series() -> None:
    data = unit_data([GDP, CO2], rows("gdp", {2020: 1, 2021: 2}), breaks={"*": 2021, "co2": 2019})
    assert data.annual("gdp").breaks == (2021,)
    assert data.annual("co2").breaks == (2019, 2021)


def test_an_unknown_indicator_is_answered_with_the_nearest() -> None:
    data = unit_data([PM25], [])
    for asked in (data.annual, data.monthly):
        with pytest.raises(InputError, match="pm25"):
            asked("pm2")
