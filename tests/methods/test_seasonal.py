import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.methods.seasonal import (
    annual_means,
    by_cycle,
    correlated_seasonal_mann_kendall,
    decompose,
    full_months,
    missing_months,
    seasonal_mann_kendall,
    seasonal_sen_slope,
    three_year_means,
)
from assessment.methods.trends import mann_kendall
from tests.vectors import vector


def long_series() -> np.ndarray:
    return pd.read_csv(vector("mk_pymk_360_input.csv"))["x"].to_numpy(float)


def months(first: str, values) -> pd.Series:
    index = pd.period_range(first, periods=len(values), freq="M")
    return pd.Series(np.asarray(values, dtype=float), index=index)


def test_seasonal_vector():
    result = seasonal_mann_kendall(long_series())
    assert result.s == -399
    assert result.var_s == pytest.approx(34702.333333333336, rel=1e-12)
    assert result.z == pytest.approx(-2.136504114534638, abs=1e-9)
    assert result.p == pytest.approx(0.03263834596177739, abs=1e-9)
    assert result.tau_a == pytest.approx(-0.0794979079497908, abs=1e-12)
    assert result.n + result.missing == 360
    assert result.missing == int(np.isnan(long_series()).sum()) > 0


def test_correlated_seasonal_vector():
    result = correlated_seasonal_mann_kendall(long_series())
    assert result.s == -333
    assert result.var_s == pytest.approx(31427.666666666664, rel=1e-12)
    assert result.z == pytest.approx(-1.878400366918792, abs=1e-9)
    assert result.p == pytest.approx(0.06032641537423844, abs=1e-9)
    assert result.correlated
    assert result.years < 30


def test_seasonal_slope_vector():
    result = seasonal_sen_slope(long_series())
    assert result.slope == pytest.approx(-0.08695652173913043, abs=1e-12)
    assert result.intercept == pytest.approx(96.31159420289855, abs=1e-9)
    assert result.low < result.slope < result.high
    assert len(result.by_season) == 12


def test_by_hand_with_a_gap():
    # Seasons: 1 2 3 (S = 3, var 11/3) and 9 . 7 (S = -1, var 1).
    result = seasonal_mann_kendall([1, 9, 2, math.nan, 3, 7], period=2)
    assert (result.n, result.missing, result.years, result.s) == (5, 1, 3, 2)
    assert result.var_s == pytest.approx(11 / 3 + 1)
    assert result.z == pytest.approx(1 / math.sqrt(14 / 3))
    slope = seasonal_sen_slope([1, 9, 2, math.nan, 3, 7], period=2)
    # Slopes 1, 1, 1 and (7 - 9)/2 = -1.
    assert slope.slope == 1.0
    assert slope.by_season == (1.0, -1.0)


def test_seasons_do_not_trend():
    # A rise within every year and none between years.
    result = seasonal_mann_kendall(np.tile(np.arange(12.0), 6))
    assert (result.s, result.p) == (0, 1.0)
    assert mann_kendall(np.tile(np.arange(12.0), 6)).s > 0


def test_identical_seasons_count_once():
    # Two seasons that repeat each other hold the evidence of one: var(S1+S1) = 4 var(S1).
    values = np.repeat([3.0, 1.0, 4.0, 1.5, 5.0, 9.0, 2.6], 2)
    alone = mann_kendall(values[::2])
    both = correlated_seasonal_mann_kendall(values, period=2)
    assert both.s == 2 * alone.s
    assert both.var_s == pytest.approx(4 * alone.var_s)
    assert seasonal_mann_kendall(values, period=2).var_s == pytest.approx(2 * alone.var_s)


@given(st.lists(st.integers(-30, 30), min_size=3, max_size=20))
@settings(max_examples=40, deadline=None)
def test_one_informative_season_is_the_plain_test(values):
    interleaved = np.column_stack([values, np.full(len(values), np.nan)]).ravel()
    seasonal, plain = seasonal_mann_kendall(interleaved, period=2), mann_kendall(values)
    assert (seasonal.s, seasonal.var_s) == (plain.s, plain.var_s)


def test_refusals():
    with pytest.raises(ValueError, match="two values"):
        seasonal_mann_kendall(range(12))
    with pytest.raises(ValueError, match="two values"):
        seasonal_sen_slope(range(12))
    with pytest.raises(ValueError, match="complete cycles"):
        correlated_seasonal_mann_kendall([1.0, 2.0, math.nan, 4.0, 5.0, 6.0], period=2)
    with pytest.raises(ValueError, match="seasons"):
        by_cycle([1, 2], period=1)
    with pytest.raises(ValueError, match="infinit"):
        by_cycle([1, math.inf])


# --- Months


def test_missing_months_are_named_and_never_filled():
    series = months("2020-01", range(36)).drop(pd.Period("2021-07", freq="M"))
    series[pd.Period("2022-02", freq="M")] = np.nan
    assert missing_months(series) == ["2021-07", "2022-02"]
    assert full_months(series).isna().sum() == 2
    with pytest.raises(ValueError, match="2021-07, 2022-02"):
        decompose(series)


def test_months_before_and_after_the_series_are_not_missing():
    series = months("2020-03", range(30))
    assert missing_months(series) == []
    assert len(full_months(series)) == 36
    assert len(decompose(series).trend) == 30


def test_annual_means_need_nine_months():
    values = months("2020-01", [*range(12), *[5.0] * 12, *[7.0] * 12])
    values.iloc[13:16] = np.nan  # 9 of 12 left in 2021
    values.iloc[24:28] = np.nan  # 8 of 12 left in 2022
    table = annual_means(values)
    assert list(table.index) == [2020, 2021, 2022]
    assert table["mean"].tolist()[:2] == [5.5, 5.0]
    assert math.isnan(table["mean"][2022])
    assert table["months"].tolist() == [12, 9, 8]
    assert table["share"][2021] == 0.75
    assert annual_means(values, min_share=0.5)["mean"][2022] == 7.0


def test_months_absent_from_the_index_count_as_missing():
    table = annual_means(months("2020-05", range(8)))
    assert table["months"].tolist() == [8]
    assert math.isnan(table["mean"][2020])


def test_datetime_index_is_read_as_months():
    dates = pd.to_datetime(["2020-01-31", "2020-02-29"])
    assert missing_months(pd.Series([1.0, 2.0], index=dates)) == []


def test_month_index_is_checked():
    with pytest.raises(ValueError, match="PeriodIndex"):
        full_months(pd.Series([1.0, 2.0]))
    with pytest.raises(ValueError, match="2020-01"):
        full_months(pd.Series([1.0, 2.0], index=pd.PeriodIndex(["2020-01"] * 2, freq="M")))
    with pytest.raises(ValueError, match="empty"):
        full_months(pd.Series([], index=pd.PeriodIndex([], freq="M"), dtype=float))
    with pytest.raises(ValueError, match="min_share"):
        annual_means(months("2020-01", range(12)), min_share=0)


def test_decomposition_recovers_line_and_season():
    time = np.arange(60)
    season = np.tile([5, 4, 2, 0, -1, -3, -4, -4, -2, 0, 1, 2], 5)
    parts = decompose(months("2019-01", 80 - 0.3 * time + season))
    np.testing.assert_allclose(parts.trend, 80 - 0.3 * time, atol=1e-6)
    np.testing.assert_allclose(parts.seasonal, season, atol=1e-6)
    assert parts.trend_strength == pytest.approx(1)
    assert parts.seasonal_strength == pytest.approx(1)


def test_decomposition_adds_up():
    values = months("2019-01", np.random.default_rng(1).normal(50, 5, 48))
    parts = decompose(values)
    total = parts.trend + parts.seasonal + parts.residual
    np.testing.assert_allclose(total, values, atol=1e-9)
    assert 0 <= parts.seasonal_strength < 0.8
    with pytest.raises(ValueError, match="24"):
        decompose(values[:23])


def test_three_year_means():
    annual = pd.Series([3.0, 6.0, 9.0, 6.0, 3.0], index=[2015, 2016, 2017, 2019, 2020])
    means = three_year_means(annual)
    assert list(means.index) == list(annual.index)
    assert means[2017] == 6.0
    assert means.isna().tolist() == [True, True, False, True, True]
    with pytest.raises(ValueError, match="increasing"):
        three_year_means(annual[::-1])
