import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from assessment.methods.outlook import attainment_probability, theil_sen_check

YEARS = [2015, 2016, 2017, 2018, 2019, 2020]
# Slope -2 by design: 60 - 2 (t - 2015) plus 1 -1 -1 1 1 -1, which changes the fitted slope.
VALUES = [61.0, 57.0, 55.0, 55.0, 53.0, 49.0]


def test_by_hand():
    # mean t 2017.5, mean y 55; S_tt 17.5; S_ty = -15 - 3 + 0 + 0 - 3 - 15 = -36 (offsets
    # -2.5 -1.5 -.5 .5 1.5 2.5 times 6 2 0 0 -2 -6); slope -72/35; S_yy 80.
    slope = -36 / 17.5
    residual = 80 - 36**2 / 17.5
    expected = 55 + slope * 7.5
    s_pred = math.sqrt(residual / 4 * (1 + 1 / 6 + 7.5**2 / 17.5))
    result = attainment_probability(YEARS, VALUES, 42.0, 2025, "lower")
    assert result.expected == pytest.approx(expected)
    assert result.se == pytest.approx(s_pred)
    assert result.probability == pytest.approx(stats.t.cdf((42 - expected) / s_pred, 4))
    assert result.probability > 0.5
    assert result.n == 6
    assert result.high - result.expected == pytest.approx(2.776445 * s_pred, rel=1e-6)


def test_a_target_on_the_line_is_even():
    expected = attainment_probability(YEARS, VALUES, 0.0, 2025, "lower").expected
    for direction in ("lower", "higher"):
        even = attainment_probability(YEARS, VALUES, expected, 2025, direction)
        assert even.probability == pytest.approx(0.5)


def test_none_from_five_points_or_for_the_past():
    assert attainment_probability(YEARS[:5], VALUES[:5], 42.0, 2025, "lower") is None
    assert attainment_probability(YEARS, VALUES, 42.0, 2020, "lower") is None


def test_an_exact_line_is_certain():
    exact = [60.0 - 2 * i for i in range(6)]
    assert attainment_probability(YEARS, exact, 40.0, 2025, "lower").probability == 1.0
    assert attainment_probability(YEARS, exact, 39.0, 2025, "lower").probability == 0.0


def test_growth_is_fitted_on_logarithms():
    grown = [100 * 1.1**i for i in range(6)]
    result = attainment_probability(YEARS, grown, 250.0, 2025, "higher", log=True)
    assert result.expected == pytest.approx(100 * 1.1**10)
    assert result.probability == 1.0
    linear = attainment_probability(YEARS, grown, 250.0, 2025, "higher")
    assert linear.probability < 0.05
    noisy = attainment_probability(YEARS, np.exp(np.array(VALUES) / 10), 66.0, 2025, "lower", True)
    plain = attainment_probability(YEARS, np.array(VALUES) / 10, math.log(66.0), 2025, "lower")
    assert noisy.probability == pytest.approx(plain.probability)
    assert noisy.expected == pytest.approx(math.exp(plain.expected))
    with pytest.raises(ValueError, match="positive"):
        attainment_probability(YEARS, grown, 0.0, 2025, "higher", log=True)


def test_theil_sen_reading():
    # An outlier in the last year moves least squares, not the median slope.
    values = [60.0, 58.0, 56.0, 54.0, 52.0, 80.0]
    # Median of the ten -2 and five others: -2; median(y) 57; 57 - 2 * 7.5 = 42.
    check = theil_sen_check(YEARS, values, 43.0, 2025, "lower")
    assert check.value == pytest.approx(42.0)
    assert check.meets
    assert not theil_sen_check(YEARS, values, 41.0, 2025, "lower").meets
    result = attainment_probability(YEARS, values, 43.0, 2025, "lower")
    assert result.probability < 0.5
    assert result.theil_sen_check == check


@given(st.lists(st.integers(0, 100), min_size=6, max_size=12), st.integers(-50, 150))
@settings(max_examples=60, deadline=None)
def test_above_and_below_share_one(values, target):
    years = range(2010, 2010 + len(values))
    above = attainment_probability(years, values, target, 2030, "higher").probability
    below = attainment_probability(years, values, target, 2030, "lower").probability
    assert 0 <= above <= 1
    flat_on_target = len(set(values)) == 1 and values[0] == target
    assert above + below == pytest.approx(2.0 if flat_on_target else 1.0)
