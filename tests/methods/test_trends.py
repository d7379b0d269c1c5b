import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.methods.trends import (
    default_lags,
    hamed_rao,
    mann_kendall,
    ols_trend,
    prediction,
    theil_sen,
)
from tests.vectors import vector

# EPA 2009 Unified Guidance, example 17-6: sulfate in ppm by sampling date.
EPA_DATES = [
    89.6, 89.8, 90.1, 90.3, 90.6, 90.8, 91.1, 91.3, 91.6, 91.8, 92.1, 92.6,
    93.1, 93.6, 94.1, 94.6, 95.1, 95.6, 95.8, 96.1, 96.3, 96.6, 96.8,
]  # fmt: skip
EPA_SULFATE = [
    480, 450, 490, 520, 485, 510, 510, 530, 510, 560, 560, 540,
    590, 550, 600, 700, 570, 610, 650, 620, 830, 720, 590,
]  # fmt: skip


def nile() -> tuple[np.ndarray, np.ndarray]:
    table = pd.read_csv(vector("mk_nile_input.csv"))
    return table["year"].to_numpy(float), table["x"].to_numpy(float)


def nile_lines() -> dict[str, float]:
    table = pd.read_csv(vector("ols_hac_its_nile_expected.csv"))
    return dict(zip(table["quantity"], table["value"], strict=True))


def order_with_falling_pairs(n: int, falling: int) -> list[int]:
    """Build a permutation of n ranks with the given number of falling pairs."""
    left, order = list(range(n)), []
    for position in range(n):
        step = min(falling, n - 1 - position)
        order.append(left.pop(step))
        falling -= step
    return order


series = st.lists(st.integers(-50, 50), min_size=3, max_size=24)


# --- Mann-Kendall


def test_epa_example():
    result = mann_kendall(EPA_SULFATE)
    assert result.tau_a == pytest.approx(0.7667984, abs=5e-8)
    assert result.z == pytest.approx(5.107322, abs=5e-7)
    assert result.p == pytest.approx(3.267574e-07, rel=1e-6)
    assert result.method == "normal"


def test_nile():
    result = mann_kendall(nile()[1])
    assert result.s == -1387
    assert result.var_s == pytest.approx(112728.333333333, abs=1e-6)
    assert result.z == pytest.approx(-4.128066522844101, abs=1e-9)
    assert result.p == pytest.approx(3.65826292166e-05, rel=1e-9)
    assert result.tau_a == pytest.approx(-0.2802020202020202, abs=1e-12)
    assert result.tau_b == pytest.approx(-0.280741334724613, abs=1e-12)


def test_maxau():
    table = pd.read_csv(vector("mk_maxau_input.csv"))
    discharge, sediment = mann_kendall(table["Q"]), mann_kendall(table["s"])
    assert (discharge.s, discharge.var_s) == (-144, 10450.0)
    assert discharge.z == pytest.approx(-1.3989, abs=5e-5)
    assert discharge.p == pytest.approx(0.1619, abs=5e-5)
    assert discharge.tau_b == pytest.approx(-0.1454545, abs=5e-8)
    assert sediment.z == pytest.approx(-3.8445, abs=5e-5)
    assert sediment.p == pytest.approx(0.0001208, abs=5e-8)


@pytest.mark.parametrize(
    ("n", "s", "p"),
    # Kendall 1975, table 1 (two-sided): e.g. 24 orders of 4, one with S = 6 and one with S = -6.
    [(3, 3, 1 / 3), (4, 6, 2 / 24), (4, 4, 8 / 24), (5, 10, 2 / 120), (5, 8, 10 / 120), (4, 0, 1)],
)
def test_exact_null_by_counting(n, s, p):
    result = mann_kendall(order_with_falling_pairs(n, (n * (n - 1) // 2 - s) // 2))
    assert result.s == s
    assert result.method == "exact"
    assert result.p == pytest.approx(p, abs=1e-12)


def test_exact_null_distribution():
    for row in pd.read_csv(vector("mk_exact_null_distribution.csv")).itertuples():
        falling = (row.n * (row.n - 1) // 2 - row.S) // 2
        result = mann_kendall(order_with_falling_pairs(row.n, falling))
        assert result.s == row.S
        assert result.p == pytest.approx(row.p_two, abs=1e-12), (row.n, row.S)


@pytest.mark.parametrize("method", ["auto", "normal"])
def test_four_values_are_never_significant(method):
    for n in (3, 4):
        for values in itertools.product(range(n), repeat=n):
            result = mann_kendall(values, method=method)
            assert not result.can_be_significant
            assert result.p > 0.05


def test_five_values_can_be_significant():
    assert mann_kendall([1, 2, 3, 4, 5]).can_be_significant
    assert mann_kendall([5, 2, 3, 4, 1]).can_be_significant


def test_exact_up_to_fourteen_without_ties():
    assert mann_kendall(range(14)).method == "exact"
    assert mann_kendall(range(15)).method == "normal"
    assert mann_kendall([1, 2, 2, 3, 4]).method == "normal"
    assert mann_kendall(range(10), method="normal").method == "normal"


def test_constant_series_has_no_trend():
    result = mann_kendall([7.0] * 6)
    assert (result.s, result.var_s, result.z, result.p) == (0, 0.0, 0.0, 1.0)
    assert result.tau_b is None
    assert not result.can_be_significant


def test_tie_correction_by_hand():
    # 1 2 2 3 4: ten pairs, one tied, nine rising; var = (5*4*15 - 2*1*9)/18 = 282/18.
    result = mann_kendall([1, 2, 2, 3, 4])
    assert result.s == 9
    assert result.var_s == pytest.approx(282 / 18)
    assert result.z == pytest.approx(8 / math.sqrt(282 / 18))
    assert result.tau_a == pytest.approx(0.9)
    assert result.tau_b == pytest.approx(9 / math.sqrt(10 * 9))


@pytest.mark.parametrize("bad", [[1, 2], [1, math.nan, 3], [1, math.inf, 3], [[1, 2], [3, 4]]])
def test_mann_kendall_refuses(bad):
    with pytest.raises(ValueError, match="y "):
        mann_kendall(bad)


def test_exact_refuses_ties():
    with pytest.raises(ValueError, match="tied"):
        mann_kendall([1, 1, 2], method="exact")


@given(series)
@settings(max_examples=60, deadline=None)
def test_only_the_order_of_values_counts(values):
    before, after = mann_kendall(values), mann_kendall([math.exp(v / 10) for v in values])
    assert before == after


@given(series)
@settings(max_examples=60, deadline=None)
def test_reversed_time_reverses_the_sign(values):
    forward, backward = mann_kendall(values), mann_kendall(values[::-1])
    assert backward.s == -forward.s
    assert backward.p == pytest.approx(forward.p, abs=1e-12)
    assert 0 <= forward.p <= 1


# --- Hamed and Rao


def test_hamed_rao_nile():
    result = hamed_rao(nile()[1])
    assert result.correction == pytest.approx(2.1428983270987203, abs=1e-9)
    assert result.var_s == pytest.approx(241565.35691665686, rel=1e-9)
    assert result.z == pytest.approx(-2.8199791956451388, abs=1e-9)
    assert result.p == pytest.approx(0.0048026763101827, rel=1e-9)
    assert result.s == -1387


def test_hamed_rao_needs_twenty_values():
    with pytest.raises(ValueError, match="20"):
        hamed_rao(range(19))


def test_persistence_widens_the_variance():
    epa = hamed_rao(EPA_SULFATE)
    plain = mann_kendall(EPA_SULFATE)
    assert epa.var_s == pytest.approx(plain.var_s * epa.correction)
    waves = np.sin(np.arange(40) / 6)
    assert hamed_rao(waves).correction > 1
    assert 1 in hamed_rao(waves).lags


def test_exact_line_needs_no_correction():
    result = hamed_rao(np.arange(20.0) * 2)
    assert (result.correction, result.lags) == (1.0, ())


# --- Theil-Sen


def test_theil_sen_epa_example():
    line = theil_sen(EPA_DATES, EPA_SULFATE)
    assert line.slope == pytest.approx(26.6666667, abs=5e-8)
    assert line.intercept == pytest.approx(-1909.3333333, abs=5e-8)
    assert line.low == pytest.approx(20.0, abs=1e-9)
    assert line.high == pytest.approx(35.71182, abs=5e-6)


def test_theil_sen_nile_and_maxau():
    line = theil_sen(*nile())
    assert line.slope == pytest.approx(-2.6, abs=1e-12)
    # The package rounds to whole ranks (2146 and 2805); interpolation lies between neighbours.
    times, values = nile()
    i, j = np.triu_indices(100, 1)
    slopes = np.sort((values[j] - values[i]) / (times[j] - times[i]))
    assert slopes[2145] == pytest.approx(-3.627906976744186, abs=1e-12)
    assert slopes[2804] == pytest.approx(-1.4285714285714286, abs=1e-12)
    assert slopes[2144] <= line.low <= slopes[2145]
    assert slopes[2804] <= line.high <= slopes[2805]
    table = pd.read_csv(vector("mk_maxau_input.csv"))
    assert theil_sen(table["year"], table["s"]).slope == pytest.approx(-0.2876139, abs=5e-8)


def test_theil_sen_leaves_out_missing_points():
    values = pd.read_csv(vector("mk_pymk_360_input.csv"))["x"].dropna()
    line = theil_sen(values.index, values)
    assert line.slope == pytest.approx(-0.006369426751592357, abs=1e-12)
    assert line.intercept == pytest.approx(96.15286624203821, abs=1e-9)


def test_slope_by_hand():
    # slopes 3, 1, 2, -1, 1.5, 4: median 1.75; intercept 2.5 - 1.75 * 1.5.
    line = theil_sen([0, 1, 2, 3], [0, 3, 2, 6])
    assert line.slope == pytest.approx(1.75)
    assert line.intercept == pytest.approx(2.5 - 1.75 * 1.5)


def test_no_interval_from_four_points():
    line = theil_sen([1, 2, 3, 4], [1, 2, 4, 5])
    assert (line.low, line.high) == (None, None)
    assert theil_sen(range(8), [1, 3, 2, 5, 4, 7, 8, 6]).low is not None


@pytest.mark.parametrize("t", [[1, 2], [1, 1, 2], [3, 2, 1], [1, 2, math.nan]])
def test_theil_sen_refuses(t):
    with pytest.raises(ValueError, match=r"t (has|must|holds)"):
        theil_sen(t, [1, 2, 3])


@given(
    st.lists(st.integers(-100, 100), min_size=2, max_size=15),
    st.integers(-20, 20),
    st.integers(-20, 20),
)
@settings(max_examples=60, deadline=None)
def test_adding_a_line_adds_its_slope(values, slope, level):
    time = np.arange(len(values), dtype=float)
    line, moved = theil_sen(time, values), theil_sen(time, values + slope * time + level)
    assert moved.slope == pytest.approx(line.slope + slope, abs=1e-9)
    assert line.low is None or line.low <= line.slope <= line.high


# --- Least squares


def test_ols_nile():
    expected = nile_lines()
    trend = ols_trend(*nile())
    assert trend.lags == 3
    assert trend.slope == pytest.approx(expected["ols_slope"], abs=1e-9)
    assert trend.intercept == pytest.approx(expected["ols_intercept"], rel=1e-9)
    assert trend.r2 == pytest.approx(expected["ols_r2"], abs=1e-9)
    assert trend.durbin_watson == pytest.approx(expected["durbin_watson"], abs=1e-9)
    for lags in (1, 3, 4):
        se = ols_trend(*nile(), lags=lags).se
        assert se == pytest.approx(expected[f"nw_lag{lags}_adjustTRUE_se_slope"], abs=1e-9)
    hc0 = ols_trend(*nile(), lags=0).se * math.sqrt(98 / 100)
    assert hc0 == pytest.approx(expected["hc0_se_slope"], abs=1e-9)


def test_newey_west_by_hand():
    # t = -2..2, y = 1 0 0 2 2: slope .4, mean 1, residuals .8 -.6 -1 .6 .2;
    # scores t*e = -1.6 .6 0 .6 .4. Lag 0: 2.56+.36+.36+.16 = 3.44; lag 1: -.96+0+0+.24 = -.72,
    # weight 1/2 twice; meat 3.44 - .72 = 2.72; var = 2.72/10^2 * 5/3.
    trend = ols_trend([-2, -1, 0, 1, 2], [1, 0, 0, 2, 2], lags=1)
    assert trend.slope == pytest.approx(0.4)
    assert trend.intercept == pytest.approx(1.0)
    assert trend.se == pytest.approx(math.sqrt(0.0272 * 5 / 3), abs=1e-12)
    assert trend.low < trend.slope < trend.high
    assert trend.durbin_watson == pytest.approx((1.96 + 0.16 + 2.56 + 0.16) / 2.4)


def test_default_lags():
    assert [default_lags(n) for n in (3, 5, 10, 19, 100)] == [1, 1, 1, 2, 3]


def test_exact_and_constant_lines():
    line = ols_trend([2020, 2021, 2022, 2023], [10.1, 10.2, 10.3, 10.4])
    assert line.slope == pytest.approx(0.1)
    assert (line.se, line.p, line.r2, line.durbin_watson) == (0.0, 0.0, 1.0, None)
    flat = ols_trend([2020, 2021, 2022, 2023], [0.3, 0.3, 0.3, 0.3])
    assert (flat.slope, flat.p, flat.r2) == (0.0, 1.0, None)
    zero = ols_trend([1, 2, 3], [0, 0, 0])
    assert (zero.slope, zero.intercept, zero.p) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize("lags", [-1, 4])
def test_ols_refuses_lags_out_of_range(lags):
    with pytest.raises(ValueError, match="lags"):
        ols_trend(range(5), [1, 3, 2, 5, 4], lags=lags)


def test_ols_needs_three_points():
    with pytest.raises(ValueError, match="at least 3"):
        ols_trend([1, 2], [1, 2])


@pytest.mark.parametrize(
    ("at", "level", "name"),
    [
        (1971, 0.95, "pred95_1971"),
        (1975, 0.95, "pred95_1975"),
        (1980, 0.95, "pred95_1980"),
        (1975, 0.90, "pred90_1975"),
    ],
)
def test_prediction_nile(at, level, name):
    expected = nile_lines()
    ahead = prediction(*nile(), at, level)
    assert ahead.value == pytest.approx(expected[f"{name}_fit"], abs=1e-8)
    assert ahead.low == pytest.approx(expected[f"{name}_lwr"], abs=1e-8)
    assert ahead.high == pytest.approx(expected[f"{name}_upr"], abs=1e-8)


def test_prediction_by_hand():
    # The line of test_newey_west_by_hand: s^2 = 2.4/3 = .8; at t = 4: s_pred^2 = .8 (1+.2+1.6).
    ahead = prediction([-2, -1, 0, 1, 2], [1, 0, 0, 2, 2], 4)
    assert ahead.value == pytest.approx(2.6)
    assert ahead.se == pytest.approx(math.sqrt(0.8 * 2.8))
    assert ahead.high - ahead.value == pytest.approx(3.182446 * ahead.se, rel=1e-6)


def test_prediction_of_growth():
    ahead = prediction([2020, 2021, 2022, 2023], [100, 110, 121, 133.1], 2025, log=True)
    assert ahead.value == pytest.approx(161.051, rel=1e-9)
    noisy = prediction([0, 1, 2, 3], np.exp([1, 0, 0, 2]), 4, log=True)
    plain = prediction([0, 1, 2, 3], [1, 0, 0, 2], 4)
    assert noisy.value == pytest.approx(math.exp(plain.value))
    assert noisy.high == pytest.approx(math.exp(plain.high))
    assert noisy.se == pytest.approx(plain.se)
    with pytest.raises(ValueError, match="positive"):
        prediction([1, 2, 3], [1, 0, 2], 4, log=True)
