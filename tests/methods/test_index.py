import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.methods.goalposts import Goalpost, normalise_array
from assessment.methods.index import Method, aggregate, composite, copeland, outranking, rank
from tests.vectors import vector

METHODS: tuple[Method, ...] = ("arithmetic", "geometric", "non_compensatory")
positions = st.lists(st.floats(0, 1), min_size=1, max_size=8)
weights = st.lists(st.floats(0.1, 1), min_size=8, max_size=8)

# OECD/JRC Handbook 2008, step 7: the two units and the gain of one point; the print truncates.
HANDBOOK = [
    ([21, 1, 1, 1], 6.0, 2.14),
    ([6, 6, 6, 6], 6.0, 6.0),
    ([21, 2, 1, 1], 6.25, 2.54),
    ([6, 7, 6, 6], 6.25, 6.23),
]


@pytest.mark.parametrize(("values", "arithmetic", "geometric"), HANDBOOK)
def test_handbook_example(values: list[float], arithmetic: float, geometric: float) -> None:
    assert aggregate(values, [1] * 4, "arithmetic") == arithmetic
    score = aggregate(values, [1] * 4, "geometric")
    assert math.floor(100 * score) / 100 == geometric


def test_handbook_example_from_the_vector() -> None:
    table = pd.read_csv(vector("oecd_geometric_example.csv"))
    for row in table.itertuples():
        values = [float(x) for x in str(row.values).split(";")]
        assert aggregate(values, [1] * 4, "arithmetic") == row.arithmetic
        score = aggregate(values, [1] * 4, "geometric")
        assert math.floor(100 * score) / 100 == row.geometric_published


def test_weighted_means_by_hand() -> None:
    assert aggregate([0.25, 1.0], [3, 1], "arithmetic") == pytest.approx(0.4375)
    assert aggregate([0.25, 1.0], [1, 1], "geometric") == pytest.approx(0.5)
    # .25 ** .75
    assert aggregate([0.25, 1.0], [3, 1], "geometric") == pytest.approx(0.35355339)


def test_mazziotta_pareto_by_hand() -> None:
    # r = 130 and 70: M = 100, S**2 = 900, 100 - 9 = 91, back: 21 / 60
    assert aggregate([1.0, 0.0], [1, 1], "non_compensatory") == pytest.approx(0.35)
    # r = 85, 100, 115, mean 100, S**2 = 150: 98.5, back: 28.5 / 60
    values = [0.25, 0.5, 0.75]
    assert aggregate(values, [1, 1, 1], "non_compensatory") == pytest.approx(0.475)


def test_mazziotta_pareto_can_fall_when_a_poor_unit_gains_in_one_indicator() -> None:
    # r = 70 x 9 and 118: M = 74.8, S**2 = 207.36; with 130: M = 76, S**2 = 324.
    before = aggregate([0.0] * 9 + [0.8], [1] * 10, "non_compensatory")
    after = aggregate([0.0] * 9 + [1.0], [1] * 10, "non_compensatory")
    assert before == pytest.approx((74.8 - 207.36 / 74.8 - 70) / 60)
    assert after == pytest.approx((76.0 - 324.0 / 76.0 - 70) / 60)
    assert after < before


@settings(deadline=None, max_examples=80)
@given(positions, weights, st.integers(0, 7), st.floats(0, 1))
def test_a_gain_never_lowers_the_mean(
    u: list[float], w: list[float], place: int, gain: float
) -> None:
    place %= len(u)
    better = [min(x + gain, 1.0) if i == place else x for i, x in enumerate(u)]
    for method in METHODS:
        if method == "non_compensatory" and np.average(u, weights=w[: len(u)]) < 5 / 18:
            continue
        before = aggregate(u, w[: len(u)], method)
        assert aggregate(better, w[: len(u)], method) >= before - 1e-12


@settings(deadline=None, max_examples=80)
@given(positions, weights)
def test_order_of_the_means(u: list[float], w: list[float]) -> None:
    w = w[: len(u)]
    arithmetic = aggregate(u, w, "arithmetic")
    assert min(u) - 1e-12 <= arithmetic <= max(u) + 1e-12
    assert aggregate(u, w, "geometric", zero_floor=1e-9) <= arithmetic + 1e-8
    assert -1e-12 <= aggregate(u, w, "non_compensatory") <= arithmetic + 1e-12


@settings(deadline=None, max_examples=60)
@given(st.floats(0.01, 1), st.integers(1, 6), weights)
def test_balanced_units_score_the_same_by_every_mean(x: float, k: int, w: list[float]) -> None:
    for method in METHODS:
        assert aggregate([x] * k, w[:k], method) == pytest.approx(x)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.lists(st.integers(0, 50), min_size=3, max_size=3), min_size=2, max_size=6),
    st.integers(1, 20),
    st.integers(-30, 30),
)
def test_ranks_are_unmoved_by_a_common_affine_map(
    rows: list[list[int]], factor: int, shift: int
) -> None:
    def ranks(values: np.ndarray, goalposts: list[Goalpost]) -> list[int | None]:
        u = normalise_array(values, goalposts).u
        return rank([aggregate(row, [1, 2, 1], "arithmetic") for row in u])

    raw = np.array(rows, dtype=float)
    native = [Goalpost(0, 50), Goalpost(50, 0), Goalpost(0, 50)]
    moved = [Goalpost(g.low * factor + shift, g.high * factor + shift) for g in native]
    assert ranks(raw * factor + shift, moved) == ranks(raw, native)


def test_zeros_under_the_geometric_mean() -> None:
    # Floor of .01: sqrt(.01 * 1) = .1
    assert aggregate([0.0, 1.0], [1, 1], "geometric") == pytest.approx(0.1)
    with pytest.raises(ValueError, match="positive"):
        aggregate([0.0, 1.0], [1, 1], "geometric", zero_floor=None)
    # A zero without weight does not count.
    assert aggregate([0.0, 0.5], [0, 1], "geometric", zero_floor=None) == pytest.approx(0.5)
    result = composite([0.0, 1.0, None, 0.005], [1, 4, 0, 0], "geometric")
    assert result.floored == (0,)
    assert composite([0.0, 1.0], [1, 4], "arithmetic").floored == ()


def test_missing_weight_is_spread_and_printed() -> None:
    result = composite([0.5, None, 1.0], [2, 1, 2], "arithmetic")
    assert result.score == pytest.approx(0.75)
    assert result.coverage == pytest.approx(0.8)
    assert result.used == (0, 2)


def test_weights_present_keep_their_proportions() -> None:
    # Weights 3 and 1 of 5 are left: (3 * .5 + 1 * 1) / 4
    assert composite([0.5, None, 1.0], [3, 1, 1], "arithmetic").score == pytest.approx(0.625)


def test_below_four_fifths_there_is_no_score() -> None:
    result = composite([0.5, None, 1.0], [1, 1, 1], "arithmetic")
    assert result.score is None
    assert result.coverage == pytest.approx(2 / 3)
    assert result.used == (0, 2)
    assert composite([0.5, None, 1.0], [1, 1, 1], "arithmetic", coverage_floor=0.6).score == 0.75
    assert composite([None, None], [1, 1], "arithmetic").score is None


@pytest.mark.parametrize("n", range(5, 105, 5))
def test_exactly_four_fifths_present_is_enough(n: int) -> None:
    # The sum of the weights present may be .7999999999999999 in floating point.
    u = [0.5] * (4 * n // 5) + [None] * (n // 5)
    for method in METHODS:
        assert composite(u, [1 / n] * n, method).score == pytest.approx(0.5)
    assert composite([None, *u[1:]], [1 / n] * n, "arithmetic").score is None


def test_what_cannot_be_aggregated_is_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        aggregate([0.1, 0.2], [1], "arithmetic")
    with pytest.raises(ValueError, match="composite"):
        aggregate([0.1, math.nan], [1, 1], "arithmetic")
    with pytest.raises(ValueError, match="between 0 and 1"):
        aggregate([0.1, 1.2], [1, 1], "non_compensatory")
    with pytest.raises(ValueError, match="unknown method"):
        aggregate([0.1, 0.2], [1, 1], "harmonic")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="coverage floor"):
        composite([0.1], [1], "arithmetic", coverage_floor=0.0)
    with pytest.raises(ValueError, match="zero floor"):
        aggregate([0.1], [1], "geometric", zero_floor=0.0)


def test_ranks_share_the_better_place_and_skip_units_without_a_score() -> None:
    assert rank([0.7, None, 0.9, 0.7, 0.1, math.nan]) == [2, None, 1, 2, 4, None]
    assert rank([0.1 + 0.2, 0.3]) == [1, 1]
    assert rank([None, None]) == [None, None]
    assert rank([]) == []


def test_pairwise_support_by_hand() -> None:
    u = [[0.9, 0.1, 0.5], [0.4, 0.6, 0.5], [0.1, 0.2, np.nan]]
    support = outranking(u, [0.5, 0.3, 0.2])
    # First over second: .5 won, .2 tied. First over third: .5 of the .8 they share.
    np.testing.assert_allclose(support[0, 1:], [0.6, 0.625])
    np.testing.assert_allclose(support[1], [0.4, np.nan, 1.0])
    np.testing.assert_allclose(copeland(u, [0.5, 0.3, 0.2]), [2, 0, -2])
    np.testing.assert_allclose((support + support.T)[~np.eye(3, dtype=bool)], 1.0)
    with pytest.raises(ValueError, match="do not fit"):
        outranking([[0.1, 0.2]], [1.0])


def test_one_excellent_indicator_buys_no_majority() -> None:
    # The Handbook's pair: equal arithmetic means, yet the balanced unit wins three of four.
    np.testing.assert_array_equal(copeland([[21, 1, 1, 1], [6, 6, 6, 6]], [1] * 4), [-1, 1])


def test_technology_achievement_index() -> None:
    raw = pd.read_csv(vector("tai23_raw.csv"), index_col="country")
    ends = pd.read_csv(vector("tai_hdr2001_goalposts.csv"), index_col="indicator")
    goalposts = [Goalpost(*ends.loc[name].to_numpy()) for name in raw.columns]
    u = normalise_array(raw.to_numpy(), goalposts)
    scores = pd.Series([aggregate(row, [1] * 8, "arithmetic") for row in u.u], index=raw.index)
    # UNDP, Human Development Report 2001, to two decimals.
    published = {
        "Finland": 0.74, "United States": 0.73, "Sweden": 0.70, "Japan": 0.70,
        "Korea, Rep. of": 0.67, "Netherlands": 0.63, "United Kingdom": 0.61, "Canada": 0.59,
        "Australia": 0.59, "Germany": 0.58, "Norway": 0.58, "Ireland": 0.57, "Belgium": 0.55,
        "New Zealand": 0.55, "France": 0.54, "Spain": 0.48, "Italy": 0.47, "Hungary": 0.46,
    }  # fmt: skip
    for country, score in published.items():
        assert scores[country] == pytest.approx(score, abs=0.006), country
    assert rank(list(scores))[:7] == [1, 2, 3, 4, 5, 6, 7]
    # Telephones and electricity end at the average of the OECD: above it values are clipped.
    assert u.clipped[:, 4].sum() > 10


def test_technology_achievement_index_of_finland() -> None:
    # OECD/JRC Handbook 2008 and UNDP 2001: Finland's eight values and goalposts; published .74.
    values = [[187.0, 125.6, 200.2, 50.7, 3.08, 4.15, 10.0, 27.4]]
    ends = [
        (0, 994), (0, 272.6), (0, 232.4), (0, 80.8),
        (0, 2.9547), (1.3424, 3.8432), (0.8, 12.0), (0.1, 27.4),
    ]  # fmt: skip
    result = normalise_array(values, [Goalpost(*pair) for pair in ends])
    assert result.clipped[0].tolist() == [False] * 4 + [True, True, False, False]
    assert aggregate(result.u[0], [1] * 8, "arithmetic") == pytest.approx(0.74, abs=0.005)
