import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.methods.goalposts import (
    Goalpost,
    above_or_below,
    distance_to_reference,
    normalise,
    normalise_array,
    sample_categorical,
    sample_minmax,
    sample_percentile,
    sample_rank,
    sample_zscore,
)
from tests.vectors import vector

values = st.floats(-1e4, 1e4)
goalposts = st.tuples(st.floats(-1e3, 1e3), st.sampled_from([-1, 1]), st.floats(1e-2, 1e3)).map(
    lambda t: Goalpost(t[0], t[0] + t[1] * t[2])
)


def test_position_between_the_ends() -> None:
    # 9 of the way from 5 to 13: (9 - 5) / 8
    assert normalise(9.0, Goalpost(5.0, 13.0)).u == 0.5
    # falling is good: concentration from 60 down to 35, now 50: 10 / 25
    assert normalise(50.0, Goalpost(60.0, 35.0)).u == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("value", "goalpost", "u", "clipped"),
    [
        (70.0, Goalpost(60.0, 35.0), 0.0, True),
        (60.0, Goalpost(60.0, 35.0), 0.0, False),
        (35.0, Goalpost(60.0, 35.0), 1.0, False),
        (30.0, Goalpost(60.0, 35.0), 1.0, True),
        (4.0, Goalpost(5.0, 13.0), 0.0, True),
        (14.0, Goalpost(5.0, 13.0), 1.0, True),
    ],
)
def test_values_outside_are_clipped_and_say_so(
    value: float, goalpost: Goalpost, u: float, clipped: bool
) -> None:
    result = normalise(value, goalpost)
    assert (result.u, result.clipped) == (u, clipped)


def test_impossible_goalposts_and_values_are_refused() -> None:
    with pytest.raises(ValueError, match="must differ"):
        Goalpost(3.0, 3.0)
    with pytest.raises(ValueError, match="finite"):
        Goalpost(0.0, math.inf)
    with pytest.raises(ValueError, match="finite"):
        normalise(math.nan, Goalpost(0.0, 1.0))
    with pytest.raises(ValueError, match="one place for each goalpost"):
        normalise_array([[1.0, 2.0]], [Goalpost(0.0, 1.0)])
    with pytest.raises(ValueError, match="finite"):
        normalise_array([math.inf], [Goalpost(0.0, 1.0)])


def test_missing_stays_missing_in_arrays() -> None:
    result = normalise_array([[5.0, np.nan], [20.0, 45.0]], [Goalpost(0, 10), Goalpost(60, 30)])
    np.testing.assert_array_equal(result.u, [[0.5, np.nan], [1.0, 0.5]])
    np.testing.assert_array_equal(result.clipped, [[False, False], [True, False]])


@settings(deadline=None, max_examples=60)
@given(values, values, goalposts)
def test_better_values_never_score_lower(a: float, b: float, goalpost: Goalpost) -> None:
    worse, better = sorted((a, b), reverse=goalpost.high < goalpost.low)
    assert 0.0 <= normalise(worse, goalpost).u <= normalise(better, goalpost).u <= 1.0


@settings(deadline=None, max_examples=60)
@given(st.lists(values, min_size=1, max_size=6), values, goalposts)
def test_a_unit_that_joins_moves_no_other(
    units: list[float], newcomer: float, goalpost: Goalpost
) -> None:
    before = normalise_array(np.array(units)[:, None], [goalpost]).u
    after = normalise_array(np.array([*units, newcomer])[:, None], [goalpost]).u
    np.testing.assert_array_equal(after[:-1], before)
    np.testing.assert_array_equal(before[:, 0], [normalise(x, goalpost).u for x in units])


def test_a_unit_that_joins_moves_sample_minmax() -> None:
    # The trap goalposts avoid: 15 is half-way of 10..20 and a quarter of 10..30.
    assert sample_minmax([10, 15, 20])[1] == pytest.approx(0.5)
    assert sample_minmax([10, 15, 20, 30])[1] == pytest.approx(0.25)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(-1000, 1000), min_size=2, max_size=8, unique=True),
    st.floats(0.1, 10),
    st.floats(-50, 50),
)
def test_a_change_of_unit_changes_nothing(sample: list[int], factor: float, shift: float) -> None:
    raw = np.array(sample, dtype=float)
    other = raw * factor + shift
    goalpost = Goalpost(-1000.0, 1000.0)
    moved = Goalpost(-1000.0 * factor + shift, 1000.0 * factor + shift)
    np.testing.assert_allclose(
        normalise_array(raw[:, None], [goalpost]).u,
        normalise_array(other[:, None], [moved]).u,
        atol=1e-9,
    )
    np.testing.assert_allclose(sample_minmax(raw), sample_minmax(other), atol=1e-9)
    np.testing.assert_allclose(sample_zscore(raw), sample_zscore(other), atol=1e-9)
    np.testing.assert_array_equal(sample_rank(raw), sample_rank(other))


def test_falling_is_good_turns_the_sample_scales_round() -> None:
    sample = [3.0, 9.0, 6.0]
    np.testing.assert_allclose(sample_minmax(sample, rising_is_good=False), [1.0, 0.0, 0.5])
    np.testing.assert_allclose(sample_zscore(sample, rising_is_good=False), [1.0, -1.0, 0.0])
    np.testing.assert_array_equal(sample_rank(sample, rising_is_good=False), [3, 1, 2])


def test_equal_values_share_the_lower_rank_and_categories_start_at_their_cut() -> None:
    np.testing.assert_array_equal(sample_rank([4.0, 4.0, 2.0, 7.0]), [2, 2, 1, 4])
    # Twenty units: the 19th stands at 95 %, the 17th at 85 %, the first at 5 %.
    scores = sample_categorical(np.arange(20.0))
    assert scores[[18, 17, 16, 15, 0]].tolist() == [100, 80, 80, 60, 20]


def test_missing_values_take_no_rank() -> None:
    np.testing.assert_array_equal(sample_rank([4.0, np.nan, 2.0]), [2, np.nan, 1])
    np.testing.assert_array_equal(sample_percentile([4.0, np.nan, 2.0]), [100, np.nan, 50])
    np.testing.assert_array_equal(sample_categorical([4.0, np.nan, 2.0]), [100, np.nan, 50])
    np.testing.assert_array_equal(above_or_below([4.0, np.nan, 2.0], 3.0), [1, np.nan, -1])


def test_samples_that_cannot_be_scaled_are_refused() -> None:
    for function in (sample_minmax, sample_zscore):
        with pytest.raises(ValueError, match="differ"):
            function([2.0, 2.0, 2.0])
    with pytest.raises(ValueError, match="at least two"):
        sample_rank([1.0, np.nan])
    with pytest.raises(ValueError, match="one axis"):
        sample_minmax([[1.0, 2.0]])
    with pytest.raises(ValueError, match="not zero"):
        distance_to_reference([1.0], 0.0)


def test_handbook_schooling_by_hand() -> None:
    # OECD/JRC Handbook 2008, table 15, rows Finland, United States, Singapore: mean 9.61 of the
    # 23 countries, best 12.0, worst 7.1.
    schooling = [10.0, 12.0, 7.1]
    np.testing.assert_allclose(
        distance_to_reference(schooling, 12.0), [0.83, 1.0, 0.59], atol=0.005
    )
    np.testing.assert_allclose(
        distance_to_reference(schooling, 9.61, "difference"), [0.04, 0.25, -0.26], atol=0.005
    )
    np.testing.assert_array_equal(above_or_below(schooling, 9.61), [0, 1, -1])
    np.testing.assert_allclose(sample_minmax(schooling), [0.59, 1.0, 0.0], atol=0.005)


def test_handbook_table_15() -> None:
    table = pd.read_csv(vector("tai23_table15_normalisation.csv"))
    x = table["SCHOOLING"].to_numpy(dtype=float)
    mean, best, worst = float(x.mean()), float(x.max()), float(x.min())
    ours = {
        "rank_high_is_top": sample_rank(x),
        "zscore": sample_zscore(x),
        "minmax": sample_minmax(x),
        "ratio_to_mean": distance_to_reference(x, mean),
        "ratio_to_best": distance_to_reference(x, best),
        "ratio_to_worst": distance_to_reference(x, worst),
        "diff_rel_mean": distance_to_reference(x, mean, "difference"),
        "diff_rel_worst": distance_to_reference(x, worst, "difference"),
        "above_below_mean_p20": above_or_below(x, mean),
        "categorical": sample_categorical(x),
    }
    for column, scores in ours.items():
        np.testing.assert_allclose(scores, table[column], atol=0.0051, err_msg=column)
    np.testing.assert_allclose(sample_percentile(x), table["percentile"], atol=0.051)


def test_published_minmax_of_eighteen_indicators() -> None:
    table = pd.read_csv(vector("minmax_kubuqi_18ind.csv"))
    for name, rows in table.groupby("indicator"):
        rising = bool((rows["direction"] == "+").iloc[0])
        np.testing.assert_allclose(
            sample_minmax(rows["raw"], rising), rows["normalised_published"], atol=5e-4,
            err_msg=str(name),
        )  # fmt: skip


def test_published_minmax_quoted() -> None:
    # Wang Rui & Yang Guojing, ChinaXiv 202101.00006, indicator B12 (falling is good), 2008-2012
    # with the extremes of 2009 and 2017.
    raw = [20.0, 20.5, 19.4, 19.2, 18.7, 12.4]
    published = [0.0617, 0.0, 0.1358, 0.1605, 0.2222, 1.0]
    np.testing.assert_allclose(sample_minmax(raw, rising_is_good=False), published, atol=5e-5)
    fixed = normalise_array(np.array(raw)[:, None], [Goalpost(20.5, 12.4)])
    np.testing.assert_allclose(fixed.u[:, 0], published, atol=5e-5)
