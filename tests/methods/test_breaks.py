import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.methods.breaks import interrupted_series, pettitt, since_last_break
from tests.vectors import vector


def nile() -> tuple[np.ndarray, np.ndarray]:
    table = pd.read_csv(vector("mk_nile_input.csv"))
    return table["year"].to_numpy(float), table["x"].to_numpy(float)


def test_interrupted_nile():
    table = pd.read_csv(vector("ols_hac_its_nile_expected.csv"))
    expected = dict(zip(table["quantity"], table["value"], strict=True))
    result = interrupted_series(*nile(), at=1899, lags=3)
    assert (result.before, result.after, result.lags) == (28, 72, 3)
    # The published errors lack the small-sample factor sqrt(n/(n-4)).
    factor = math.sqrt(96 / 100)
    for effect, name in (
        (result.slope, "time"),
        (result.level, "level"),
        (result.slope_change, "slopechg"),
    ):
        assert effect.estimate == pytest.approx(expected[f"its1899_{name}_est"], abs=1e-8)
        assert effect.se * factor == pytest.approx(expected[f"its1899_nw3_se_{name}"], abs=1e-8)
        assert effect.low < effect.estimate < effect.high


def test_known_jump_and_bend():
    time = np.arange(2000, 2020)
    noise = np.tile([0.1, -0.1], 10)
    after = time >= 2010
    values = 50 - (time - 2010) + after * (-6 - 0.5 * (time - 2010)) + noise
    result = interrupted_series(time, values, 2010)
    assert result.slope.estimate == pytest.approx(-1, abs=0.02)
    assert result.level.estimate == pytest.approx(-6, abs=0.15)
    assert result.slope_change.estimate == pytest.approx(-0.5, abs=0.02)
    assert result.level.p < 0.001


@pytest.mark.parametrize("at", [2007, 2013, 1990, 2050])
def test_a_side_with_fewer_than_eight_points_is_refused(at):
    time = np.arange(2000, 2020)
    with pytest.raises(ValueError, match="8 are needed"):
        interrupted_series(time, np.sin(time), at)


def test_eight_points_a_side_are_enough():
    time = np.arange(2000, 2016)
    result = interrupted_series(time, np.sin(time), 2008)
    assert (result.before, result.after) == (8, 8)


def test_interrupted_refuses():
    time = np.arange(2000, 2020)
    with pytest.raises(ValueError, match="without residual"):
        interrupted_series(time, time * 2.0, 2010)
    with pytest.raises(ValueError, match="lags"):
        interrupted_series(time, np.sin(time), 2010, lags=19)


def test_pettitt_nile():
    # The flow of the Nile fell after 1898 (Cobb 1978, Biometrika 65:243).
    years, values = nile()
    result = pettitt(values)
    assert years[result.index] == 1899
    assert result.p == pytest.approx(2 * math.exp(-6 * result.statistic**2 / (100**3 + 100**2)))
    assert result.p < 1e-6


def test_pettitt_by_hand():
    # Ranks 1.5 1.5 3 | 5 5 5: U = -4, -8, -9, -6, -3.
    result = pettitt([1, 1, 2, 8, 8, 8])
    assert (result.statistic, result.index) == (9.0, 3)
    assert result.p == pytest.approx(2 * math.exp(-6 * 81 / (216 + 36)))


def test_pettitt_constant_and_short():
    constant = pettitt([4.0] * 5)
    assert (constant.statistic, constant.index, constant.p) == (0.0, None, 1.0)
    with pytest.raises(ValueError, match="at least 4"):
        pettitt([1, 2, 3])


@given(st.lists(st.integers(-50, 50), min_size=4, max_size=30))
@settings(max_examples=60, deadline=None)
def test_pettitt_is_the_largest_two_sample_count(values):
    n = len(values)
    counts = [abs(sum(np.sign(a - b) for a in values[:k] for b in values[k:])) for k in range(1, n)]
    result = pettitt(values)
    assert result.statistic == max(counts)
    assert result.index == (counts.index(max(counts)) + 1 if max(counts) else None)


def test_since_last_break():
    years, values = [2018, 2019, 2020, 2021], [1.0, 2.0, 8.0, 9.0]
    assert since_last_break(years, values, [2020, 2019])[0].tolist() == [2020, 2021]
    assert since_last_break(years, values, [2020])[1].tolist() == [8.0, 9.0]
    assert since_last_break(years, values, [])[0].tolist() == years
    assert since_last_break(years, values, [2025])[0].tolist() == years
    assert since_last_break(years, values, [2021])[1].tolist() == [9.0]
    assert since_last_break(years, values, [2018])[0].tolist() == years
