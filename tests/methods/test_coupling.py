"""Coupling coordination, order-parameter synergy, obstacle degrees."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.methods.coupling import (
    GRADE_NAMES,
    coupling_coordination,
    coupling_frame,
    grade,
    obstacle_degree,
    order_parameter_synergy,
    weighted_gap,
)
from tests.vectors import vector

VERSIONS = ("standard", "wang2021", "fan2024", "k_adjusted")
versions = st.sampled_from(VERSIONS)
rows = st.lists(st.floats(0, 1), min_size=2, max_size=6)
positive_rows = st.lists(st.floats(0.01, 1), min_size=2, max_size=6)


# --- published values ---


# R package `coupling` 0.1, vignette ccd: u1..u4, then C and D of three versions
FOUR_SYSTEMS = [
    (
        (0.8179733, 0.3246648, 0.6590316, 0.1308531),
        {
            "standard": (0.8051958, 0.6237105),
            "wang2021": (0.4722274, 0.4776480),
            "fan2024": (0.4593785, 0.4711049),
        },
    ),
    (
        (0.3020233, 0.1318888, 0.4046987, 0.5173794),
        {
            "standard": (0.8914577, 0.5497290),
            "wang2021": (0.6211236, 0.4588675),
            "fan2024": (0.7164548, 0.4928249),
        },
    ),
]


@pytest.mark.parametrize(("u", "expected"), FOUR_SYSTEMS)
@pytest.mark.parametrize("version", ["standard", "wang2021", "fan2024"])
def test_published_four_systems(u, expected, version):
    result = coupling_coordination(u, version=version)
    assert (result.c, result.d) == pytest.approx(expected[version], abs=1e-6)


@pytest.mark.parametrize(
    ("version", "column"), [("standard", "std"), ("wang2021", "wang"), ("fan2024", "fan")]
)
def test_all_published_four_systems(version, column):
    table = pd.read_csv(vector("ccd_coupling_pkg_4sys.csv"))
    result = coupling_frame(table[["u1", "u2", "u3", "u4"]], version=version)
    np.testing.assert_allclose(result["c"], table[f"C_{column}"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(result["d"], table[f"D_{column}"], rtol=0, atol=1e-6)


def test_published_three_systems_with_weights():
    # R package `mathmodels`, help page, row A
    u = (0.0162, 0.2720, 0.2655)
    equal = coupling_coordination(u)
    assert (equal.c, equal.t, equal.d) == pytest.approx((0.571, 0.185, 0.325), abs=6e-4)
    weighted = coupling_coordination(u, weights=(0.4, 0.3, 0.3), version="wang2021")
    assert (weighted.c, weighted.t, weighted.d) == pytest.approx((0.447, 0.168, 0.274), abs=6e-4)


def test_all_published_three_systems():
    table = pd.read_csv(vector("ccd_mathmodels_3sys.csv"))
    u, weights = table[["u1", "u2", "u3"]], (0.4, 0.3, 0.3)
    equal = coupling_frame(u)
    wang = coupling_frame(u, weights, version="wang2021")
    for result, columns in (
        (equal, ("C_std", "T_equal", "D_std")),
        (wang, ("C_wang", "T_w433", "D_wang")),
    ):
        np.testing.assert_allclose(result[["c", "t", "d"]], table[list(columns)], rtol=0, atol=6e-4)
    gaps = table[["obst_w433_1", "obst_w433_2", "obst_w433_3"]]
    np.testing.assert_allclose(weighted_gap(u, weights), gaps, rtol=0, atol=6e-4)


def test_k_adjusted_worked_by_hand():
    # .4 * .6 / .5^2 = .96; squared .9216; T = .5; D = sqrt(.4608)
    result = coupling_coordination((0.4, 0.6), version="k_adjusted", k=2)
    assert result.c == pytest.approx(0.9216)
    assert result.d == pytest.approx(math.sqrt(0.4608))
    assert coupling_coordination((0.4, 0.6), version="k_adjusted") == result
    assert coupling_coordination((0.4, 0.6), version="k_adjusted", k=3).c == pytest.approx(0.884736)


@settings(max_examples=40, deadline=None)
@given(positive_rows)
def test_k_of_one_over_n_is_the_standard_form(u):
    adjusted = coupling_coordination(u, version="k_adjusted", k=1 / len(u))
    assert adjusted.c == pytest.approx(coupling_coordination(u).c, rel=1e-12)


def test_one_row_of_the_simulated_panel():
    # Shanghai 2015: weighted gaps and level-2 weights as printed give u, and u gives C, T, D
    weights = np.array([0.3898977, 0.2839915, 0.3261108])
    u = 1 - np.array([0.238, 0.0997, 0.209]) / weights
    result = coupling_coordination(u, weights)
    # three printed digits of the gaps are .0015 in u
    assert (result.c, result.t, result.d) == pytest.approx((0.965, 0.453, 0.661), abs=1.5e-3)


def test_pipeline_of_the_simulated_panel():
    # mathmodels-book, ch. 14: min-max over the panel, shrunk to [.002, .998]; weighted; re-scaled
    # with an exact 0 or 1 moved inside by 1e-10; level-2 weights
    data = pd.read_csv(vector("panel_cdev_sim_input.csv"))
    weights = pd.read_csv(vector("panel_cdev_sim_weights.csv"))
    level2 = pd.read_csv(vector("panel_cdev_sim_weights_level2.csv")).set_index("subsystem")
    published = pd.read_csv(vector("panel_cdev_sim_ccd.csv"))
    published = published.set_index(["region", "year"])
    scores = {}
    for subsystem, part in weights.groupby("subsystem", sort=False):
        scaled = _minmax(data[part["indicator"]])
        falling = part.loc[part["direction"] == "-", "indicator"]
        scaled[falling] = 1 - scaled[falling]
        scores[subsystem] = (0.002 + 0.996 * scaled) @ part["weight_published"].to_numpy()
    u = _minmax(pd.DataFrame(scores)).clip(1e-10, 1 - 1e-10)
    u.index = pd.MultiIndex.from_frame(data[["地区", "年份"]])
    w = level2.loc[u.columns, "entropy_weight_level2"]
    result = coupling_frame(u, w).loc[published.index]
    np.testing.assert_allclose(
        result[["c", "t", "d"]], published[["C", "T", "D"]], rtol=0, atol=6e-4
    )
    gaps = weighted_gap(u.loc[published.index], w)
    np.testing.assert_allclose(gaps, published.filter(like="obst_"), rtol=0, atol=6e-4)


# --- traps ---


# 唐志强, 秦娜, ChinaXiv 202006.00126, Zhangye: year, u1, u2, 耦合协调度 as printed, C, D
ZHANGYE = [
    (2005, 0.028, 0.487, 0.457, 0.4535, 0.3417),
    (2012, 0.412, 0.390, 1.000, 0.9996, 0.6331),
    (2017, 0.928, 0.794, 0.997, 0.9970, 0.9265),
]


@pytest.mark.parametrize(("year", "u1", "u2", "printed", "c", "d"), ZHANGYE)
def test_d_is_not_c(year, u1, u2, printed, c, d):
    result = coupling_coordination((u1, u2))
    assert result.c == pytest.approx(c, abs=1e-4)
    assert result.c == pytest.approx(printed, abs=5e-3), year
    assert result.d == pytest.approx(d, abs=1e-4)
    assert abs(result.d - printed) > 0.05


def test_d_is_not_c_in_any_year():
    table = pd.read_csv(vector("ccd_misuse_zhangye.csv"))
    result = coupling_frame(table[["u1", "u2"]])
    correct = table[["C_correct", "T_correct", "D_correct"]]
    np.testing.assert_allclose(result[["c", "t", "d"]], correct, rtol=0, atol=1e-4)
    assert (abs(result["d"] - table["D_published"]) > 0.05).all()


def test_coefficient_of_c_is_not_lost():
    # without n, two equal subsystems would give C = .5
    assert coupling_coordination((0.3, 0.3)).c == pytest.approx(1)
    assert coupling_coordination((0.3, 0.3, 0.3, 0.3)).c == pytest.approx(1)


@pytest.mark.parametrize("version", VERSIONS)
def test_c_is_perfect_when_all_are_equally_bad_and_d_is_not(version):
    bad = coupling_coordination((0.04, 0.04, 0.04), version=version)
    good = coupling_coordination((0.9, 0.9, 0.9), version=version)
    assert bad.c == pytest.approx(good.c) == pytest.approx(1)
    assert bad.d == pytest.approx(0.2)
    assert (bad.grade, good.grade) == (3, 10)


@settings(max_examples=40, deadline=None)
@given(positive_rows, st.floats(0.05, 0.95))
def test_standard_c_does_not_see_the_level(u, level):
    full, shrunk = coupling_coordination(u), coupling_coordination(np.multiply(u, level))
    assert shrunk.c == pytest.approx(full.c, rel=1e-9)
    assert shrunk.d == pytest.approx(full.d * math.sqrt(level), rel=1e-9)


def test_weights_do_not_enter_c():
    u = (0.2, 0.9)
    lopsided = coupling_coordination(u, weights=(0.9, 0.1))
    assert lopsided.c == coupling_coordination(u).c
    assert lopsided.t == pytest.approx(0.27)


def test_sample_scaling_moves_d_when_another_district_joins_and_goalposts_do_not():
    raw = pd.DataFrame({"a": [30.0, 50.0, 70.0], "b": [20.0, 60.0, 40.0]}, index=["x", "y", "z"])
    larger = pd.concat([raw, pd.DataFrame({"a": [100.0], "b": [10.0]}, index=["new"])])
    by_sample = coupling_frame(_minmax(raw)).loc["z", "d"]
    by_larger_sample = coupling_frame(_minmax(larger)).loc["z", "d"]
    assert abs(by_sample - by_larger_sample) > 0.05
    by_goalposts, by_same_goalposts = (
        coupling_frame(frame / 100).loc["z", "d"] for frame in (raw, larger)
    )
    assert by_goalposts == by_same_goalposts


def test_a_shared_indicator_inflates_coupling():
    apart = coupling_coordination((0.9, 0.1))
    sharing = coupling_coordination((0.5 * 0.9 + 0.5 * 0.5, 0.5 * 0.1 + 0.5 * 0.5))
    assert sharing.t == pytest.approx(apart.t)
    assert sharing.c > apart.c + 0.3


@pytest.mark.parametrize("version", VERSIONS)
def test_all_zero_has_no_c(version):
    result = coupling_coordination((0.0, 0.0, 0.0), version=version)
    assert result.c is None
    assert (result.t, result.d, result.grade) == (0.0, 0.0, 1)
    frame = coupling_frame(pd.DataFrame([[0.0, 0.0], [0.5, 0.5]]), version=version)
    assert frame["c"].isna().tolist() == [True, False]
    assert frame["d"].tolist() == pytest.approx([0, math.sqrt(0.5)])


@pytest.mark.parametrize("version", ["standard", "wang2021", "k_adjusted"])
def test_one_dead_subsystem_is_no_coupling(version):
    result = coupling_coordination((0.0, 0.9, 0.9), version=version)
    assert (result.c, result.d, result.grade) == (0.0, 0.0, 1)


# --- invariants ---


@settings(max_examples=100, deadline=None)
@given(rows, versions)
def test_bounds(u, version):
    result = coupling_coordination(u, version=version)
    assert result.c is None or 0 <= result.c <= 1
    assert 0 <= result.d <= 1
    assert result.grade == grade(result.d)
    assert result.d**2 == pytest.approx((result.c or 0) * result.t, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(rows, versions, st.randoms(use_true_random=False))
def test_order_of_subsystems_does_not_matter(u, version, random):
    shuffled = random.sample(u, len(u))
    one, other = (coupling_coordination(x, version=version) for x in (u, shuffled))
    assert other.d == pytest.approx(one.d, abs=1e-7)
    assert (one.c is None) == (other.c is None)


@settings(max_examples=80, deadline=None)
@given(rows, versions)
def test_d_is_one_only_at_the_best(u, version):
    if min(u) <= 1 - 1e-6:
        assert coupling_coordination(u, version=version).d < 1
    assert coupling_coordination([1.0] * len(u), version=version).d == pytest.approx(1, rel=1e-15)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=5), versions)
def test_frame_agrees_with_rows(table, version):
    frame = pd.DataFrame(table, columns=["a", "b"], index=[f"r{i}" for i in range(len(table))])
    result = coupling_frame(frame, version=version)
    assert list(result.index) == list(frame.index)
    for label, row in frame.iterrows():
        single = coupling_coordination(row.to_numpy(), version=version)
        assert result.loc[label, "d"] == pytest.approx(single.d, abs=1e-12)
        assert result.loc[label, "grade"] == single.grade


# --- refusals ---


@pytest.mark.parametrize("bad", [math.nan, -0.01, 1.01, math.inf])
def test_scores_outside_the_unit_interval_are_refused(bad):
    with pytest.raises(ValueError, match="score"):
        coupling_coordination((0.5, bad))
    with pytest.raises(ValueError, match="score"):
        coupling_frame(pd.DataFrame({"a": [0.5, 0.5], "b": [0.5, bad]}))
    with pytest.raises(ValueError, match="score"):
        order_parameter_synergy((0.5, 0.5), (0.5, bad))
    with pytest.raises(ValueError, match="score"):
        obstacle_degree((0.5, bad), (0.5, 0.5))


def test_round_off_is_not_refused():
    assert coupling_coordination((1 + 1e-12, 1.0)).d == pytest.approx(1)


@pytest.mark.parametrize("u", [0.5, (0.5,), [[0.5, 0.5]]])
def test_wrong_shapes_are_refused(u):
    with pytest.raises(ValueError, match=r"scores"):
        coupling_coordination(u)


@pytest.mark.parametrize("weights", [(0.5, 0.4), (1.5, -0.5), (1.0,), (0.5, math.nan)])
def test_unfit_weights_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        coupling_coordination((0.5, 0.5), weights=weights)


def test_unfit_versions_are_refused():
    with pytest.raises(ValueError, match="k belongs"):
        coupling_coordination((0.5, 0.5), k=2)
    with pytest.raises(ValueError, match="positive"):
        coupling_coordination((0.5, 0.5), version="k_adjusted", k=0)
    with pytest.raises(ValueError, match="unknown version"):
        coupling_coordination((0.5, 0.5), version="other")


# --- grades ---


@pytest.mark.parametrize(
    ("d", "number", "name"),
    [
        (0.0, 1, "极度失调"),
        (0.0999, 1, "极度失调"),
        (0.1, 2, "严重失调"),
        (0.2999, 3, "中度失调"),
        (0.3, 4, "轻度失调"),
        (0.4, 5, "濒临失调"),
        (0.5, 6, "勉强协调"),
        (0.6, 7, "初级协调"),
        (0.7, 8, "中级协调"),
        (0.8, 9, "良好协调"),
        (0.9, 10, "优质协调"),
        (1.0, 10, "优质协调"),
        (1 - 0.9, 2, "严重失调"),
    ],
)
def test_grades_are_half_open_tenths(d, number, name):
    assert grade(d) == number
    assert GRADE_NAMES[number - 1] == name


@pytest.mark.parametrize("bad", [-0.1, 1.1, math.nan])
def test_grades_of_nothing_are_refused(bad):
    with pytest.raises(ValueError, match=r"d (must lie|is not finite)"):
        grade(bad)


# --- order-parameter synergy ---


@pytest.mark.parametrize(
    ("u1", "sign", "value"),
    [
        ((0.54, 0.69), 1, 0.06),  # sqrt(.04 * .09)
        ((0.54, 0.51), -1, -0.06),  # one falls
        ((0.46, 0.51), -1, -0.06),  # both fall: a bare product would say +
        ((0.54, 0.60), 0, 0.0),
        ((0.46, 0.60), -1, 0.0),  # a fall is not hidden by a standstill
        ((0.50, 0.60), 0, 0.0),
    ],
)
def test_order_synergy_reads_signs_first(u1, sign, value):
    result = order_parameter_synergy((0.50, 0.60), u1)
    assert result.sign == sign
    assert result.value == pytest.approx(value)
    assert result.deltas == pytest.approx((u1[0] - 0.5, u1[1] - 0.6))


def test_order_synergy_takes_round_off_for_a_standstill():
    assert order_parameter_synergy((0.3, 0.5), (0.1 + 0.2, 0.6)).sign == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=5))
def test_order_synergy_is_positive_only_if_all_improve(pairs):
    before, after = zip(*pairs, strict=True)
    result = order_parameter_synergy(before, after)
    assert (result.value > 0) == all(delta > 0 for delta in result.deltas)
    assert -1 <= result.value <= 1
    if result.value > 0:
        assert order_parameter_synergy(after, before).value == pytest.approx(-result.value)


def test_order_synergy_refuses_different_lengths():
    with pytest.raises(ValueError, match="one length"):
        order_parameter_synergy((0.5, 0.6), (0.5, 0.6, 0.7))


# --- obstacles ---


def test_obstacles_worked_by_hand():
    # gaps .4*.5, .3*1, .3*0 = .2, .3, 0
    assert obstacle_degree((0.5, 0.0, 1.0), (0.4, 0.3, 0.3)) == pytest.approx([0.4, 0.6, 0.0])


def test_nothing_stands_in_the_way_of_the_best():
    shares = obstacle_degree([[1.0, 1.0], [1.0, 0.5]], (0.5, 0.5))
    assert shares.tolist() == [[0.0, 0.0], [0.0, 1.0]]


@settings(max_examples=40, deadline=None)
@given(rows)
def test_obstacles_add_up(values):
    weights = [1 / len(values)] * len(values)
    whole = obstacle_degree(values, weights).sum()
    assert whole == (pytest.approx(1) if min(values) < 1 else 0)
    gap = weighted_gap(values, weights).sum()
    assert gap == pytest.approx(1 - np.mean(values), abs=1e-12)


def _minmax(frame):
    return (frame - frame.min()) / (frame.max() - frame.min())
