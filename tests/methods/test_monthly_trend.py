import math

import numpy as np
import pandas as pd
import pytest

from assessment.methods.monthly_trend import around_date, monthly_trend

START = pd.Period("2023-01", "M")


def months(first, last, value):
    index = pd.period_range(f"{first}-01", f"{last}-12", freq="M")
    return pd.Series([value(m.year, m.month) for m in index], index=index)


def falling(y, m):
    """Season of +-20, two less each year."""
    return 80 - 2 * (y - 2015) + 20 * math.cos(2 * math.pi * (m - 1) / 12)


def test_a_steady_fall_by_hand():
    read = monthly_trend(months(2015, 2020, falling), 6)
    # six years: 15 pairs in each of 12 months, all of them falling
    assert read.test is not None and read.slope is not None
    assert read.test.s == -12 * 15
    assert read.slope.slope == pytest.approx(-2.0)
    assert (read.direction, read.reason) == ("falling", "supported")
    assert (read.n, read.years, read.complete_years) == (72, 6, 6)


def test_the_season_alone_is_no_trend():
    read = monthly_trend(
        months(2015, 2022, lambda y, m: 50 + 20 * math.cos(2 * math.pi * (m - 1) / 12)), 6
    )
    assert (read.direction, read.reason) == ("unclear", "not_supported")
    assert read.slope is not None and read.slope.slope == pytest.approx(0.0)


def test_too_few_are_not_tested():
    values = months(2018, 2022, falling)
    read = monthly_trend(values, 6)
    assert (read.direction, read.reason) == ("untested", "few_years")
    assert read.test is None and read.slope is None
    assert monthly_trend(values[:11], 1).reason == "few_months"
    with pytest.raises(ValueError, match="no month"):
        monthly_trend(values * np.nan, 6)


def test_both_tests_must_support_a_direction():
    values = months(2015, 2025, falling)
    for when in range(2015, 2025):
        values[f"{when}-03"] = np.nan
    read = monthly_trend(values, 6)  # one complete year: months' covariance cannot be had
    assert read.correlated is None and read.test is not None and read.test.p < 0.001
    assert (read.direction, read.reason) == ("unclear", "few_complete_years")


def test_a_missing_month_is_neither_filled_nor_decomposed():
    values = months(2015, 2025, falling)
    values["2024-03"] = np.nan
    read, around = monthly_trend(values, 6), around_date(values, START)
    assert (read.n, read.complete_years, read.direction) == (131, 10, "falling")
    assert (around.reason, around.gaps) == ("missing_months", 1)
    assert around.parts is None and around.series is None


def test_months_owed_at_the_end_do_not_hinder_the_decomposition():
    values = months(2015, 2025, falling)
    values[-2:] = np.nan
    assert around_date(values, START).parts is not None


def test_windows_are_of_equal_length():
    noise = np.random.default_rng(3).normal(0, 1, 132)
    values = months(2015, 2025, lambda y, m: falling(y, m) - 6 * (y >= 2023)) + noise
    found = around_date(values, START)
    assert found.series is not None and (found.before, found.after) == (36, 36)
    assert found.series.level.low < -6 < found.series.level.high
    early = around_date(values[:"2023-12"], START)
    assert early.series is not None and (early.before, early.after) == (12, 12)


def test_a_flattening_fall_is_not_read_from_the_whole_past():
    """With all the years before, the curve itself would look like a jump at the date."""
    noise = np.random.default_rng(5).normal(0, 1, 132)
    values = months(2015, 2025, lambda y, m: 30 + 60 * math.exp(-(y - 2015 + (m - 1) / 12) / 3))
    found = around_date(values + noise, START).series
    assert found is not None and found.level.p > 0.01


def test_a_short_side_is_not_compared():
    found = around_date(months(2015, 2022, falling), START)
    assert (found.reason, found.before, found.after) == ("short_side", 96, 0)
    assert found.parts is not None and found.series is None
    level = around_date(months(2015, 2025, lambda y, m: 5.0), START)
    assert level.reason == "no_variation"
    with pytest.raises(ValueError, match="no month"):
        around_date(months(2015, 2022, falling) * np.nan, START)
