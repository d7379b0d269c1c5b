import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from assessment.methods.goalposts import sample_minmax
from assessment.methods.weights import ahp, critic, entropy, equal, flatten, unit_sum
from tests.vectors import vector

# Help page of the R package mathmodels: two indicators, the second falling is good.
SMALL = np.column_stack([sample_minmax([3, 5, 2, 7]), sample_minmax([10, 20, 15, 25], False)])

# mathmodels-book, analytic hierarchy process, random index 1.12.
COMPARISONS: list[list[float]] = [
    [1, 1 / 2, 4, 3, 3],
    [2, 1, 7, 5, 5],
    [1 / 4, 1 / 7, 1, 1 / 2, 1 / 3],
    [1 / 3, 1 / 5, 2, 1, 1],
    [1 / 3, 1 / 5, 3, 1, 1],
]

matrices = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=3, max_side=6),
    elements=st.integers(0, 100).map(lambda n: n / 100),
).filter(lambda m: bool((np.ptp(m, axis=0) > 0).all()))


def test_equal() -> None:
    np.testing.assert_array_equal(equal(4), [0.25] * 4)
    with pytest.raises(ValueError, match="at least one"):
        equal(0)


def test_unit_sum_refuses_what_is_no_weight() -> None:
    np.testing.assert_allclose(unit_sum([2, 1, 1]), [0.5, 0.25, 0.25])
    for bad in ([0.0, 0.0], [1.0, -0.1], [1.0, np.nan], []):
        with pytest.raises(ValueError, match="weight"):
            unit_sum(bad)


def test_two_levels_become_one() -> None:
    flat = flatten(
        {"carbon": 3, "air": 1}, {"air": {"pm25": 1, "o3": 1}, "carbon": {"co2": 2, "coal": 1}}
    )
    # carbon .75 shared 2:1, air .25 shared 1:1
    assert flat == pytest.approx({"co2": 0.5, "coal": 0.25, "pm25": 0.125, "o3": 0.125})


def test_an_indicator_in_two_subsystems_is_refused() -> None:
    with pytest.raises(ValueError, match="two subsystems"):
        flatten({"a": 1, "b": 1}, {"a": {"energy": 1}, "b": {"energy": 1}})
    with pytest.raises(ValueError, match="one level only: b"):
        flatten({"a": 1, "b": 1}, {"a": {"energy": 1}})


@pytest.mark.parametrize(
    ("rule", "published"),
    [("shrink", [0.5452618, 0.4547382]), ("replace", [0.5455552, 0.4544448])],
)
def test_entropy_published(rule: str, published: list[float]) -> None:
    np.testing.assert_allclose(entropy(SMALL, rule), published, atol=1e-6)  # type: ignore[arg-type]


def test_entropy_by_hand() -> None:
    # First column (1, 0): entropy 0, information 1. Second (.75, .25): p = .75, .25,
    # e = (.75 * .2876821 + .25 * 1.3862944) / .6931472 = .8112781, information .1887219.
    weights = entropy([[1.0, 0.75], [0.0, 0.25]])
    np.testing.assert_allclose(weights, [1 / 1.1887219, 0.1887219 / 1.1887219], atol=1e-6)


def test_shrinking_by_hand() -> None:
    # A margin of .25 makes (1, 0) into (.75, .25), information .1887219 as above, and
    # (.75, .25) into (.625, .375): e = (.625 * .4700036 + .375 * .9808293) / .6931472 = .9544340.
    weights = entropy([[1.0, 0.75], [0.0, 0.25]], "shrink", margin=0.25)
    np.testing.assert_allclose(weights, [0.8055128, 0.1944872], atol=1e-6)
    with pytest.raises(ValueError, match="margin"):
        entropy(SMALL, "shrink", margin=0.5)


def test_critic_by_hand() -> None:
    # Two indicators that agree (r = 1) and one against both (r = -1), all equally spread:
    # 0 + 2, 0 + 2 and 2 + 2 of 8.
    matrix = [[0.0, 0.0, 1.0], [0.5, 0.5, 0.5], [1.0, 1.0, 0.0]]
    np.testing.assert_allclose(critic(matrix), [0.25, 0.25, 0.5])


def test_critic_published() -> None:
    np.testing.assert_allclose(critic(SMALL), [0.5075187, 0.4924813], atol=1e-6)


def test_an_indicator_that_does_not_vary_gets_no_weight() -> None:
    matrix = np.column_stack([SMALL, np.full(4, 0.3)])
    for weigh in (entropy, critic):
        weights = weigh(matrix)
        assert weights[2] == 0.0
        np.testing.assert_allclose(weights[:2], weigh(SMALL), atol=1e-12)
    np.testing.assert_array_equal(critic(np.array([[0.1, 0.4], [0.1, 0.5]])), [0.0, 1.0])


@pytest.mark.parametrize("weigh", [entropy, critic])
def test_data_that_give_no_weights_are_refused(weigh) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="apart"):
        weigh(np.full((3, 2), 0.5))
    with pytest.raises(ValueError, match="two units"):
        weigh([[0.2, 0.4]])
    with pytest.raises(ValueError, match="missing"):
        weigh([[0.2, np.nan], [0.1, 0.3]])


def test_entropy_refuses_values_off_the_scale_and_empty_indicators() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        entropy([[20.0, 0.1], [30.0, 0.2]])
    with pytest.raises(ValueError, match="indicator 1 is zero"):
        entropy([[0.2, 0.0], [0.3, 0.0]])


def test_critic_of_indicators_that_agree_wholly_is_refused() -> None:
    column = np.array([0.1, 0.5, 0.9])
    with pytest.raises(ValueError, match="apart"):
        critic(np.column_stack([column, column]))


@settings(deadline=None, max_examples=50)
@given(matrices)
def test_weights_sum_to_one_and_do_not_depend_on_the_order_of_units(matrix: np.ndarray) -> None:
    weights = entropy(matrix, "shrink")
    assert weights.sum() == pytest.approx(1.0)
    assert (weights >= 0).all()
    np.testing.assert_allclose(entropy(matrix[::-1], "shrink"), weights, atol=1e-9)


@settings(deadline=None, max_examples=50)
@given(matrices, st.floats(0.1, 0.9))
def test_critic_is_unmoved_by_a_common_affine_map(matrix: np.ndarray, factor: float) -> None:
    if matrix.shape[1] == 1 or np.linalg.matrix_rank(matrix - matrix.mean(axis=0)) < 2:
        return
    weights = critic(matrix)
    assert weights.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(critic(matrix * factor + 0.05), weights, atol=1e-7)


def test_ahp_published() -> None:
    result = ahp(COMPARISONS)
    published = [0.26360349, 0.47583538, 0.05381460, 0.09806829, 0.10867824]
    np.testing.assert_allclose(result.weights, published, atol=1e-7)
    assert result.consistency_ratio == pytest.approx(0.01609027, abs=1e-7)


def test_ahp_against_the_vector() -> None:
    table = pd.read_csv(vector("ahp_5x5.csv"))
    result = ahp(table[["c1", "c2", "c3", "c4", "c5"]].to_numpy())
    np.testing.assert_allclose(result.weights, table["w_published"], atol=1e-7)
    assert result.consistency_ratio == pytest.approx(table["CR_published"].iloc[0], abs=1e-7)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0.2, 5), min_size=1, max_size=8))
def test_ahp_returns_the_weights_behind_consistent_comparisons(importance: list[float]) -> None:
    weights = np.array(importance)
    result = ahp(weights[:, None] / weights[None, :])
    np.testing.assert_allclose(result.weights, weights / weights.sum(), rtol=1e-6)
    assert result.consistency_ratio == pytest.approx(0.0, abs=1e-6)


def test_ahp_refuses_comparisons_that_contradict_each_other() -> None:
    # 0 over 1, 1 over 2, yet 2 over 0: lambda = 1 + 3 + 1/3, CI = 2/3, CR = (2/3) / .58
    cycle = [[1, 3, 1 / 3], [1 / 3, 1, 3], [3, 1 / 3, 1]]
    with pytest.raises(ValueError, match=r"consistency ratio 1\.149"):
        ahp(cycle)


def test_ahp_refuses_what_is_no_comparison_matrix() -> None:
    with pytest.raises(ValueError, match=r"\(0, 1\) and \(1, 0\) are not reciprocal"):
        ahp([[1, 3], [0.5, 1]])
    with pytest.raises(ValueError, match="diagonal"):
        ahp([[2, 1], [1, 2]])
    with pytest.raises(ValueError, match="positive"):
        ahp([[1, -3], [-1 / 3, 1]])
    with pytest.raises(ValueError, match="square"):
        ahp([[1, 2, 3], [1, 1, 1]])
    with pytest.raises(ValueError, match="at most 15"):
        ahp(np.ones((16, 16)))
    assert ahp([[1, 3], [0.333, 1]]).consistency_ratio == 0.0


def test_twenty_rivers() -> None:
    table = pd.read_csv(vector("weights_water_quality.csv"))
    expected = pd.read_csv(vector("weights_water_quality_expected.csv"), index_col="method")
    from_seven = (table["PH"] - 7).abs()
    nutrient = table["nutrient"]
    outside = np.maximum(np.maximum(10 - nutrient, nutrient - 20), 0)
    widest = max(10 - nutrient.min(), nutrient.max() - 20)
    oxygen, germ = sample_minmax(table["O2"]), sample_minmax(table["germ"], rising_is_good=False)
    centred, interval = 1 - from_seven / from_seven.max(), 1 - outside / widest
    matrix = np.column_stack([oxygen, centred, germ, interval])
    # The book shrinks the min-max columns and replaces 0 and 1 in the other two.
    moved = np.clip(matrix, 0.002, 0.998)
    moved[:, [0, 2]] = 0.002 + 0.996 * matrix[:, [0, 2]]
    inside = (matrix > 0) & (matrix < 1)
    assert (matrix[inside] > 0.002).all()
    assert (matrix[inside] < 0.998).all()
    by_entropy, by_critic = entropy(moved), critic(matrix)
    np.testing.assert_allclose(by_entropy, expected.loc["entropy"], atol=1e-6)
    np.testing.assert_allclose(by_critic, expected.loc["critic_std_pearson"], atol=1e-6)
    np.testing.assert_allclose(
        100 * moved @ by_entropy, table["entropy_score_published"], atol=1e-5
    )
    np.testing.assert_allclose(100 * matrix @ by_critic, table["critic_score_published"], atol=1e-5)


def test_panel_of_eight_provinces() -> None:
    panel = pd.read_csv(vector("panel_cdev_sim_input.csv"))
    published = pd.read_csv(vector("panel_cdev_sim_weights.csv"))
    shanghai = pd.read_csv(vector("panel_cdev_sim_scores_shanghai.csv"))
    rows = (panel["地区"] == "上海").to_numpy()
    scores = {}
    for name, part in published.groupby("subsystem"):
        columns = zip(part["indicator"], part["direction"], strict=True)
        matrix = np.column_stack([sample_minmax(panel[c], d == "+") for c, d in columns])
        weights = entropy(matrix, "shrink")
        np.testing.assert_allclose(weights, part["weight_published"], atol=6e-4)
        scores[str(name)] = 100 * (0.002 + 0.996 * matrix) @ weights
        np.testing.assert_allclose(scores[str(name)][rows], shanghai[str(name)], atol=0.051)
    level2 = pd.read_csv(vector("panel_cdev_sim_weights_level2.csv"), index_col="subsystem")
    upper = np.column_stack([sample_minmax(scores[name]) for name in level2.index])
    np.testing.assert_allclose(
        entropy(upper, "replace"), level2["entropy_weight_level2"], atol=6e-4
    )
