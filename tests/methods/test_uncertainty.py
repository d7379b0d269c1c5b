import time
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.methods.goalposts import Goalpost, normalise_array
from assessment.methods.index import aggregate
from assessment.methods.uncertainty import (
    ASSUMED_RELATIVE_ERROR,
    FloatArray,
    Sobol,
    Uncertainty,
    monte_carlo,
    relative_error,
    score_drivers,
    sobol,
)
from tests.vectors import vector

GOALPOSTS = [Goalpost(0, 10), Goalpost(60, 20), Goalpost(100, 200), Goalpost(5, 0)]
VALUES = np.array(
    [[8.0, 30.0, 180.0, 1.0], [5.0, 45.0, 150.0, 2.5], [4.8, 46.0, 152.0, 2.4], [1, 55, 110, 4]]
)
EQUAL = [1.0] * 4
FIXED: dict[str, Any] = {
    "weight_spread": 0.0,
    "normalisation_spread": 0.0,
    "methods": ("arithmetic",),
}
ARRAYS = ("score_median", "score_low", "score_high", "rank_median", "rank_low", "rank_high")


def assert_equal(a: Uncertainty, b: Uncertainty, rows: slice = slice(None)) -> None:
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(a, name)[rows], getattr(b, name), err_msg=name)


def test_without_any_doubt_the_score_is_the_score() -> None:
    result = monte_carlo(VALUES, GOALPOSTS, EQUAL, 0.0, draws=20, **FIXED)
    # Unit 0: .8, .75, .8, .8; unit 3: .1, .125, .1, .2
    assert result.score_median[0] == pytest.approx(0.7875)
    assert result.score_median[3] == pytest.approx(0.13125)
    np.testing.assert_allclose(result.score_low, result.score_high)
    for name in ("rank_low", "rank_median", "rank_high"):
        np.testing.assert_array_equal(getattr(result, name), [1, 2, 3, 4])


def test_spread_of_one_uncertain_value_is_the_normal_one() -> None:
    # u = .5, error 10 % of the value 5: the 5-95 % interval is .5 -/+ 1.6449 * .05
    result = monte_carlo([[5.0]], [Goalpost(0, 10)], [1], 0.1, draws=40_000, seed=3, **FIXED)
    assert result.score_low[0] == pytest.approx(0.5 - 0.082243, abs=0.002)
    assert result.score_high[0] == pytest.approx(0.5 + 0.082243, abs=0.002)
    assert result.score_median[0] == pytest.approx(0.5, abs=0.001)


def test_spread_of_goalposts_by_hand() -> None:
    # At the good end only that end's move counts: u = min(1, 1 / (1 + .1 t)), t uniform on
    # [-1, 1] (the low end cancels at u = 1 to first order only): half of all draws clip at 1.
    choices = {**FIXED, "normalisation_spread": 0.1}
    result = monte_carlo([[10.0]], [Goalpost(0, 10)], [1], 0.0, draws=20_000, **choices)
    assert result.score_high[0] == 1.0
    assert result.score_median[0] == pytest.approx(1.0, abs=0.003)
    # 5 % quantile: t = .9, (1 - a) / (1.09 - a) with a in [-.1, .1], about 1 / 1.09
    assert result.score_low[0] == pytest.approx(1 / 1.09, abs=0.004)
    # And the mirror image at the bad end.
    worst = monte_carlo([[0.0]], [Goalpost(0, 10)], [1], 0.0, draws=20_000, **choices)
    assert worst.score_low[0] == 0.0
    assert worst.score_high[0] == pytest.approx(0.09 / 1.09, abs=0.004)


def test_spread_of_two_weights_by_hand() -> None:
    # u = 1 and 0: the score is w / (w + v), w and v uniform on [.75, 1.25]: at most
    # 1.25 / 2 = .625, symmetric about .5.
    choices = {**FIXED, "weight_spread": 0.25}
    result = monte_carlo([[10.0, 60.0]], GOALPOSTS[:2], [1, 1], 0.0, draws=20_000, **choices)
    assert result.score_median[0] == pytest.approx(0.5, abs=0.003)
    assert 0.56 < result.score_high[0] < 0.625
    assert result.score_low[0] == pytest.approx(1 - result.score_high[0], abs=0.004)


def test_both_methods_are_drawn() -> None:
    choices = {**FIXED, "methods": ("arithmetic", "geometric")}
    goalposts = [Goalpost(0, 1)] * 2
    result = monte_carlo([[1.0, 0.25]], goalposts, [1, 1], 0.0, draws=500, **choices)
    assert result.score_low[0] == pytest.approx(0.5)
    assert result.score_high[0] == pytest.approx(0.625)


def test_close_units_overlap_and_clear_ones_do_not() -> None:
    result = monte_carlo(VALUES, GOALPOSTS, EQUAL, 0.05, draws=1000, seed=1)
    assert (result.rank_low[1], result.rank_high[1]) == (2, 3)
    assert (result.rank_low[2], result.rank_high[2]) == (2, 3)
    assert result.rank_low[0] == result.rank_high[0] == 1
    assert result.rank_low[3] == result.rank_high[3] == 4


def test_equal_units_share_their_rank() -> None:
    result = monte_carlo(VALUES[[1, 1]], GOALPOSTS, EQUAL, 0.0, draws=50)
    np.testing.assert_array_equal(result.rank_high, [1, 1])


def test_equal_units_in_doubt_change_places() -> None:
    result = monte_carlo(VALUES[[1, 1]], GOALPOSTS, EQUAL, 0.05, draws=100)
    np.testing.assert_array_equal(result.rank_low, [1, 1])
    np.testing.assert_array_equal(result.rank_high, [2, 2])


def test_units_below_the_coverage_floor_take_no_place() -> None:
    values = np.vstack([np.full(5, 0.9), [np.nan, 0.5, 0.5, 0.5, 0.5], [np.nan, np.nan, 1, 1, 1]])
    goalposts = [Goalpost(0, 1)] * 5
    result = monte_carlo(values, goalposts, [1] * 5, 0.01, draws=50)
    np.testing.assert_allclose(result.coverage, [1.0, 0.8, 0.6])
    np.testing.assert_array_equal(result.rank_median, [1, 2, np.nan])
    for name in ARRAYS:
        assert np.isnan(getattr(result, name)[2])
        assert not np.isnan(getattr(result, name)[:2]).any()
    nobody = monte_carlo(np.full((2, 5), np.nan), goalposts, [1] * 5, 0.01, draws=5)
    assert np.isnan(nobody.rank_median).all()


def test_the_same_seed_gives_the_same_result() -> None:
    first = monte_carlo(VALUES, GOALPOSTS, EQUAL, 0.1, draws=200, seed=7)
    assert_equal(first, monte_carlo(VALUES, GOALPOSTS, EQUAL, 0.1, draws=200, seed=7))
    other = monte_carlo(VALUES, GOALPOSTS, EQUAL, 0.1, draws=200, seed=8)
    assert (first.score_median != other.score_median).all()


@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(0, 12), min_size=2, max_size=5), st.floats(0, 12), st.floats(0, 0.3))
def test_a_unit_that_joins_moves_no_other_score(
    units: list[float], newcomer: float, error: float
) -> None:
    def scores(column: list[float]) -> np.ndarray:
        values = np.array(column)[:, None]
        r = monte_carlo(values, GOALPOSTS[:1], [1], error, draws=30, seed=5)
        return np.stack([r.score_low, r.score_median, r.score_high])

    np.testing.assert_array_equal(scores([*units, newcomer])[:, :-1], scores(units))


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.integers(1, 9), min_size=4, max_size=12),
    st.floats(0, 0.3),
    st.floats(0, 0.9),
    st.floats(0, 0.4),
)
def test_intervals_hold_their_medians(
    cells: list[int], error: float, weight_spread: float, normalisation_spread: float
) -> None:
    values = np.array(cells[: len(cells) // 2 * 2], dtype=float).reshape(-1, 2)
    goalposts = [Goalpost(0, 10), Goalpost(10, 0)]
    result = monte_carlo(
        values, goalposts, [2, 1], error, draws=60,
        weight_spread=weight_spread, normalisation_spread=normalisation_spread,
        methods=("arithmetic", "geometric", "non_compensatory"),
    )  # fmt: skip
    for kind, low, high in (("score", 0, 1), ("rank", 1, len(values))):
        triple = [getattr(result, f"{kind}_{part}") for part in ("low", "median", "high")]
        assert (np.diff(triple, axis=0) >= 0).all()
        assert (triple[0] >= low).all()
        assert (triple[2] <= high).all()
    ranks = [result.rank_low, result.rank_median, result.rank_high]
    np.testing.assert_array_equal(ranks, np.round(ranks))


@settings(deadline=None, max_examples=25)
@given(st.floats(0.5, 20), st.integers(0, 3))
def test_a_change_of_unit_of_measure_changes_nothing(factor: float, column: int) -> None:
    scale = np.ones(4)
    scale[column] = factor
    goalposts = [Goalpost(g.low * s, g.high * s) for g, s in zip(GOALPOSTS, scale, strict=True)]
    before = monte_carlo(VALUES, GOALPOSTS, EQUAL, 0.05, draws=50)
    after = monte_carlo(VALUES * scale, goalposts, EQUAL, 0.05, draws=50)
    for name in ARRAYS:
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), atol=1e-9)


def test_errors_by_quality_grade() -> None:
    table = relative_error([["A", "B"], ["D", None]], {"A": 0.01, "B": 0.05, "D": 0.3})
    np.testing.assert_array_equal(table, [[0.01, 0.05], [0.3, np.nan]])
    with pytest.raises(ValueError, match="'E'"):
        relative_error([["E"]])
    errors = [ASSUMED_RELATIVE_ERROR[grade] for grade in "ABCD"]
    assert errors == sorted(errors)
    # A missing error beside a missing value is no fault.
    values = [[1.0, 40.0], [5.0, np.nan]]
    result = monte_carlo(values, GOALPOSTS[:2], [1, 1], table, draws=5, coverage_floor=0.5)
    assert not np.isnan(result.score_median).any()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"data_error": np.nan}, "relative error"),
        ({"data_error": -0.1}, "relative error"),
        ({"draws": 0}, "at least one draw"),
        ({"weight_spread": 1.0}, "spread of weights"),
        ({"normalisation_spread": 0.5}, "change places"),
        ({"methods": ()}, "method"),
        ({"weights": [1, 1]}, "do not fit"),
        ({"values": VALUES * np.inf}, "finite"),
        ({"coverage_floor": 1.5}, "coverage floor"),
    ],
)
def test_impossible_inputs_are_refused(change: dict[str, Any], message: str) -> None:
    arguments = {
        "values": VALUES, "goalposts": GOALPOSTS, "weights": EQUAL, "data_error": 0.1, **change,
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        monte_carlo(**arguments)


def test_the_campaign_is_fast() -> None:
    rng = np.random.default_rng(2)
    values = rng.uniform(1, 9, (12, 40))
    elapsed = []
    for _ in range(3):
        start = time.process_time()
        monte_carlo(values, [Goalpost(0, 10)] * 40, [1] * 40, 0.05, draws=2000)
        elapsed.append(time.process_time() - start)
    assert min(elapsed) < 0.3


def ishigami(x: FloatArray) -> FloatArray:
    result: FloatArray = np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])
    return result


def ishigami_indices() -> Sobol:
    return sobol(ishigami, dict.fromkeys(("x1", "x2", "x3"), (-np.pi, np.pi)), points=2**14)


def test_ishigami() -> None:
    # a = 7, b = .1; analytic values.
    indices = ishigami_indices()
    assert indices.names == ("x1", "x2", "x3")
    np.testing.assert_allclose(indices.first, [0.3139, 0.4424, 0.0], atol=1e-3)
    np.testing.assert_allclose(indices.total, [0.5576, 0.4424, 0.2437], atol=1e-3)


def test_ishigami_from_the_vector() -> None:
    expected = pd.read_csv(vector("sobol_ishigami_a7_b0p1.csv"))
    indices = ishigami_indices()
    np.testing.assert_allclose(indices.first, expected["S1_analytic"], atol=1e-3)
    np.testing.assert_allclose(indices.total, expected["ST_analytic"], atol=1e-3)


def test_sobol_refuses_what_it_cannot_share_out() -> None:
    with pytest.raises(ValueError, match="two inputs"):
        sobol(lambda x: x[0], {"x": (0.0, 1.0)})
    with pytest.raises(ValueError, match="range of x is empty"):
        sobol(lambda x: x[0], {"x": (1.0, 1.0), "y": (0.0, 1.0)})


def test_drivers_when_only_the_data_are_in_doubt() -> None:
    result = score_drivers(VALUES[:2], GOALPOSTS, EQUAL, 0.02, **FIXED)
    assert result.names == ("data", "weights", "normalisation", "aggregation")
    np.testing.assert_allclose(result.total, [[1, 0, 0, 0]] * 2, atol=0.02)
    np.testing.assert_allclose(result.first, [[1, 0, 0, 0]] * 2, atol=0.02)


@pytest.mark.parametrize(
    ("choice", "place"),
    [
        ({"weight_spread": 0.25}, 1),
        ({"normalisation_spread": 0.1}, 2),
        ({"methods": ("arithmetic", "geometric")}, 3),
    ],
)
def test_drivers_when_only_one_choice_is_in_doubt(choice: dict[str, Any], place: int) -> None:
    values = [[5.0, 30.0, 130.0, 4.0]]
    result = score_drivers(values, GOALPOSTS, EQUAL, 0.0, **{**FIXED, **choice})
    np.testing.assert_allclose(result.total[0], np.eye(4)[place], atol=0.02)


def test_drivers_by_indicator_split_as_their_variances() -> None:
    # u = (5 + e) / 10 and (60 - 30 - f) / 40 with sd .1 * 5 / 10 = .05 and .1 * 30 / 40 = .075:
    # with equal weights the shares are 25 : 56.25.
    result = score_drivers(
        [[5.0, 30.0]], GOALPOSTS[:2], [1, 1], 0.1, by="indicator", points=2048, **FIXED
    )
    assert result.names == ("0", "1", "aggregation")
    np.testing.assert_allclose(result.first, [[25 / 81.25, 56.25 / 81.25, 0]], atol=0.02)


def test_drivers_of_units_without_score_or_without_doubt_are_not_numbers() -> None:
    values = np.vstack([VALUES[0], [np.nan, np.nan, 150, 1]])
    result = score_drivers(values, GOALPOSTS, EQUAL, 0.05, points=64)
    assert np.isfinite(result.first[0]).all()
    assert np.isnan(result.total[1]).all()
    still = score_drivers(VALUES, GOALPOSTS, EQUAL, 0.0, points=64, **FIXED)
    assert np.isnan(still.first).all()
    with pytest.raises(ValueError, match="power of two"):
        score_drivers(VALUES, GOALPOSTS, EQUAL, 0.1, points=100)


def test_medians_stay_near_the_plain_score() -> None:
    u = normalise_array(VALUES, GOALPOSTS).u
    choices = {"methods": ("arithmetic",), "draws": 4000}
    result = monte_carlo(VALUES, GOALPOSTS, EQUAL, 0.02, **choices)  # type: ignore[arg-type]
    plain = [aggregate(row, EQUAL, "arithmetic") for row in u]
    np.testing.assert_allclose(result.score_median, plain, atol=0.01)
