"""Tapio decoupling."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.methods.decoupling import Decoupling, tapio, tapio_windows

amounts = st.floats(0.01, 1e6)


@pytest.mark.parametrize(
    ("e1", "g1", "elasticity", "state"),
    [
        (95, 110, -0.5, Decoupling.STRONG_DECOUPLING),
        (105, 110, 0.5, Decoupling.WEAK_DECOUPLING),
        (110, 110, 1.0, Decoupling.EXPANSIVE_COUPLING),
        (120, 110, 2.0, Decoupling.EXPANSIVE_NEGATIVE_DECOUPLING),
        (105, 90, -0.5, Decoupling.STRONG_NEGATIVE_DECOUPLING),
        (95, 90, 0.5, Decoupling.WEAK_NEGATIVE_DECOUPLING),
        (90, 90, 1.0, Decoupling.RECESSIVE_COUPLING),
        (80, 90, 2.0, Decoupling.RECESSIVE_DECOUPLING),
    ],
)
def test_eight_states(e1, g1, elasticity, state):
    window = tapio(100, e1, 100, g1)
    assert window.state is state
    assert window.elasticity == pytest.approx(elasticity)
    assert window.delta_e == pytest.approx(e1 / 100 - 1)
    assert window.delta_g == pytest.approx(g1 / 100 - 1)


@pytest.mark.parametrize(
    ("e1", "g1", "state"),
    [
        (108, 110, Decoupling.EXPANSIVE_COUPLING),
        (112, 110, Decoupling.EXPANSIVE_COUPLING),
        (92, 90, Decoupling.RECESSIVE_COUPLING),
        (88, 90, Decoupling.RECESSIVE_COUPLING),
        (107.9999, 110, Decoupling.WEAK_DECOUPLING),
        (112.0001, 110, Decoupling.EXPANSIVE_NEGATIVE_DECOUPLING),
        (92.0001, 90, Decoupling.WEAK_NEGATIVE_DECOUPLING),
        (87.9999, 90, Decoupling.RECESSIVE_DECOUPLING),
    ],
)
def test_both_edges_belong_to_coupling(e1, g1, state):
    assert tapio(100, e1, 100, g1).state is state


@pytest.mark.parametrize("base", [3.7, 50, 81.3, 642.2])
def test_edges_hold_in_floating_point(base):
    assert tapio(base, base * 1.08, 0.7, 0.77).state is Decoupling.EXPANSIVE_COUPLING
    assert tapio(base, base * 1.12, 0.7, 0.77).state is Decoupling.EXPANSIVE_COUPLING


def test_equal_elasticities_of_opposite_meaning():
    good, bad = tapio(100, 95, 100, 110), tapio(100, 105, 100, 90)
    assert good.elasticity == pytest.approx(bad.elasticity)
    assert good.state is Decoupling.STRONG_DECOUPLING
    assert bad.state is Decoupling.STRONG_NEGATIVE_DECOUPLING


def test_unchanged_emission_is_the_weak_state():
    assert tapio(100, 100, 100, 110).state is Decoupling.WEAK_DECOUPLING
    assert tapio(100, 100, 100, 90).state is Decoupling.WEAK_NEGATIVE_DECOUPLING


@pytest.mark.parametrize("g1", [100, 100.04, 99.96])
def test_standstill_of_output_is_undefined(g1):
    window = tapio(100, 90, 100, g1)
    assert window.state is Decoupling.UNDEFINED
    assert window.elasticity is None
    assert window.delta_e == pytest.approx(-0.1)


def test_standstill_is_a_parameter():
    assert tapio(100, 90, 100, 100.04, standstill=0).state is Decoupling.STRONG_DECOUPLING
    assert tapio(100, 90, 100, 100, standstill=0).state is Decoupling.UNDEFINED
    assert tapio(100, 90, 100, 100.06).state is Decoupling.STRONG_DECOUPLING


def test_zero_bases_are_undefined():
    assert tapio(0, 5, 100, 110).state is Decoupling.UNDEFINED
    assert tapio(0, 5, 100, 110).delta_e is None
    assert tapio(100, 90, 0, 110).delta_g is None


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
@pytest.mark.parametrize("place", range(4))
def test_bad_amounts_are_refused(place, bad):
    values = [100.0, 90.0, 100.0, 110.0]
    values[place] = bad
    with pytest.raises(ValueError, match=("e0", "e1", "g0", "g1")[place]):
        tapio(*values)


def test_bad_parameters_are_refused():
    with pytest.raises(ValueError, match="low"):
        tapio(100, 90, 100, 110, low=1.2, high=0.8)
    with pytest.raises(ValueError, match="standstill"):
        tapio(100, 90, 100, 110, standstill=math.nan)


@settings(max_examples=80, deadline=None)
@given(amounts, amounts, amounts, amounts)
def test_signs_bound_the_state(e0, e1, g0, g1):
    window = tapio(e0, e1, g0, g1)
    if window.state is Decoupling.UNDEFINED:
        assert abs(g1 - g0) < 5.01e-4 * g0
    elif g1 > g0:
        assert (window.state is Decoupling.STRONG_DECOUPLING) == (e1 < e0)
    else:
        assert (window.state is Decoupling.STRONG_NEGATIVE_DECOUPLING) == (e1 > e0)


@settings(max_examples=40, deadline=None)
@given(amounts, amounts, amounts, amounts, st.integers(-20, 20))
def test_units_do_not_matter(e0, e1, g0, g1, power):
    unit = 2.0**power
    assert tapio(e0, e1, g0, g1) == tapio(e0 * unit, e1 * unit, g0, g1)
    assert tapio(e0, e1, g0, g1) == tapio(e0, e1, g0 * unit, g1 * unit)


def test_windows_have_one_length_and_bridge_no_gap():
    years = [2018, 2019, 2020, 2022, 2023]
    emission = pd.Series([100.0, 95.0, np.nan, 90.0, 99.0], index=years)
    output = pd.Series([100.0, 110.0, 112.0, 120.0, 132.0], index=years)
    yearly = tapio_windows(emission, output)
    assert list(zip(yearly["start"], yearly["end"], strict=True)) == [(2018, 2019), (2022, 2023)]
    assert list(yearly["state"]) == [Decoupling.STRONG_DECOUPLING, Decoupling.EXPANSIVE_COUPLING]
    assert yearly["elasticity"].tolist() == pytest.approx([-0.5, 1.0])
    longer = tapio_windows(emission, output, length=4)
    assert list(zip(longer["start"], longer["end"], strict=True)) == [(2018, 2022), (2019, 2023)]


def test_windows_without_a_pair_are_empty():
    empty = tapio_windows(pd.Series([1.0], index=[2020]), pd.Series([1.0], index=[2020]))
    assert empty.empty
    assert list(empty.columns) == ["start", "end", "elasticity", "state", "delta_e", "delta_g"]


def test_undefined_window_carries_nan():
    years = [2020, 2021]
    frame = tapio_windows(pd.Series([5.0, 4.0], index=years), pd.Series([7.0, 7.0], index=years))
    assert frame["state"].tolist() == [Decoupling.UNDEFINED]
    assert frame["elasticity"].isna().all()


def test_windows_refuse_bad_input():
    series = pd.Series([1.0, 2.0], index=[2020, 2021])
    with pytest.raises(ValueError, match="length"):
        tapio_windows(series, series, length=0)
    with pytest.raises(ValueError, match="twice"):
        tapio_windows(pd.Series([1.0, 2.0], index=[2020, 2020]), series)
