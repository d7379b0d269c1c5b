import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.methods.attainment import (
    Reason,
    Thresholds,
    Verdict,
    attain,
    straddling,
)

# Baseline 50 in 2020, target 60 in 2025: due 52, 54, 56, 58.
RISE = {"target": 60.0, "target_year": 2025, "baseline_year": 2020, "direction": "higher"}
# Baseline 50 in 2020, target 40 in 2025: due 48, 46, 44, 42.
FALL = {"target": 40.0, "target_year": 2025, "baseline_year": 2020, "direction": "lower"}
# A count of things newly built since 2020.
COUNT = {
    "target": 40000.0,
    "target_year": 2025,
    "baseline_year": 2020,
    "baseline_value": 0.0,
    "direction": "higher",
}


# --- Before the target year


@pytest.mark.parametrize(
    ("value", "ratio", "verdict"),
    [
        (60.0, None, Verdict.ACHIEVED_EARLY),
        (63.0, None, Verdict.ACHIEVED_EARLY),
        (54.2, 1.05, Verdict.FASTER),
        (54.19, 1.0475, Verdict.ON_TRACK),
        (54.0, 1.0, Verdict.ON_TRACK),
        (53.8, 0.95, Verdict.ON_TRACK),
        (53.79, 0.9475, Verdict.SLOW),
        (52.4, 0.60, Verdict.SLOW),
        (52.39, 0.5975, Verdict.FAR_BEHIND),
        (50.0, 0.0, Verdict.FAR_BEHIND),
        (49.99, -0.0025, Verdict.REVERSED),
    ],
)
def test_every_class_rising_and_falling(value, ratio, verdict):
    rising = attain([(2020, 50.0), (2022, value)], year=2022, **RISE)
    falling = attain([(2020, 50.0), (2022, 100 - value)], year=2022, **FALL)
    assert rising.verdict == falling.verdict == verdict
    if ratio is None:
        assert rising.ratio is None
        assert rising.met_by == "value"
    else:
        assert rising.ratio == pytest.approx(ratio, abs=1e-9)
        assert falling.ratio == pytest.approx(ratio, abs=1e-9)
    assert rising.gap == pytest.approx(60 - value)
    assert falling.gap == pytest.approx(60 - value)


def test_paces_completion_and_points():
    result = attain([(2020, 50.0), (2021, 51.0), (2022, 53.0)], year=2022, **RISE)
    assert result.observed_pace == pytest.approx(1.5)
    assert result.required_pace == pytest.approx(7 / 3)
    assert (result.completion, result.completion_basis) == (pytest.approx(0.3), "change")
    assert result.judged == result.latest == (2022, 53.0)
    assert result.baseline == (2020, 50.0)
    falling = attain([(2020, 50.0), (2022, 47.0)], year=2022, **FALL)
    assert falling.observed_pace == pytest.approx(-1.5)
    assert falling.required_pace == pytest.approx(-7 / 3)


def test_a_met_target_needs_no_further_pace():
    assert attain([(2020, 50.0), (2022, 65.0)], year=2022, **RISE).required_pace == 0.0


def test_cumulative_count_starts_at_zero():
    result = attain([(2021, 7000.0), (2022, 15500.0)], year=2022, **COUNT)
    assert result.ratio == pytest.approx(15500 / 16000)
    assert result.verdict == Verdict.ON_TRACK
    assert result.completion == pytest.approx(0.3875)
    assert result.baseline == (2020, 0.0)


def test_growth_of_a_count_from_zero_is_undefined_and_not_a_class():
    result = attain([(2022, 15500.0)], year=2022, pace="growth", **COUNT)
    assert result.verdict == Verdict.INSUFFICIENT_DATA
    assert result.reason == Reason.GROWTH_UNDEFINED
    assert result.ratio is None
    assert result.observed_pace is None


def test_nothing_built_yet_is_far_behind_not_reversed():
    result = attain([(2021, 0.0)], year=2021, **COUNT)
    assert (result.verdict, result.ratio) == (Verdict.FAR_BEHIND, 0.0)


def test_growth_pace():
    # 100 to 161.051 in five years is 10 % a year; 121 after two years is on that path, and
    # 21/61.051 over 2/5 is .86 of the straight line.
    case = {"target": 161.051, "target_year": 2025, "baseline_year": 2020, "direction": "higher"}
    points = [(2020, 100.0), (2022, 121.0)]
    growth = attain(points, year=2022, pace="growth", **case)
    assert growth.ratio == pytest.approx(1.0)
    assert growth.verdict == Verdict.ON_TRACK
    assert growth.observed_pace == pytest.approx(0.10)
    assert growth.required_pace == pytest.approx(0.10)
    linear = attain(points, year=2022, **case)
    assert linear.ratio == pytest.approx(21 / 61.051 / 0.4)
    assert linear.verdict == Verdict.SLOW


def test_falling_growth_pace_has_a_positive_ratio():
    case = {"target": 40.0, "target_year": 2024, "baseline_year": 2020, "direction": "lower"}
    on = attain([(2020, 100.0), (2022, 100 * 0.4**0.5)], year=2022, pace="growth", **case)
    off = attain([(2020, 100.0), (2022, 101.0)], year=2022, pace="growth", **case)
    assert on.ratio == pytest.approx(1.0)
    assert off.verdict == Verdict.REVERSED


@pytest.mark.parametrize(
    ("start", "now", "target"),
    [(-5.0, 5.0, 60.0), (5.0, -5.0, 60.0), (5.0, 0.0, 60.0), (-9.0, -8.0, 60.0), (-9.0, -8.0, 0.0)],
)
def test_growth_needs_one_sign(start, now, target):
    case = {**RISE, "target": target}
    result = attain([(2020, start), (2022, now)], year=2022, pace="growth", **case)
    assert result.reason == Reason.GROWTH_UNDEFINED
    assert result.observed_pace is None


# --- What is missing


@pytest.mark.parametrize(
    ("points", "year", "reason"),
    [
        ([(2020, 50.0), (2021, 51.0)], 2022, Reason.NO_VALUE_THIS_YEAR),
        ([], 2022, Reason.NO_VALUE_THIS_YEAR),
        ([(2022, 53.0)], 2022, Reason.NO_BASELINE),
        ([(2021, 51.0), (2022, 53.0)], 2022, Reason.NO_BASELINE),
        ([(2020, 50.0)], 2020, Reason.TOO_FEW_POINTS),
        ([(2018, 47.0), (2019, 48.0)], 2019, Reason.BEFORE_BASELINE),
        ([(2020, 50.0), (2024, 58.0)], 2025, Reason.NO_VALUE_IN_TARGET_YEAR),
        ([(2020, 50.0), (2024, 58.0), (2026, 62.0)], 2026, Reason.NO_VALUE_IN_TARGET_YEAR),
    ],
)
def test_no_class_from_missing_data(points, year, reason):
    result = attain(points, year=year, **RISE)
    assert (result.verdict, result.reason) == (Verdict.INSUFFICIENT_DATA, reason)
    assert result.ratio is None


def test_later_value_stands_beside_a_missing_target_year():
    result = attain([(2020, 50.0), (2026, 62.0)], year=2026, **RISE)
    assert result.verdict == Verdict.INSUFFICIENT_DATA
    assert result.latest == (2026, 62.0)
    assert (result.judged, result.completion, result.gap) == (None, None, None)


def test_the_future_is_not_known():
    points = [(2020, 50.0), (2022, 54.0)]
    later = [(2023, 70.0), (2025, 10.0)]
    assert attain(points, year=2022, **RISE) == attain(points + later, year=2022, **RISE)
    result = attain([(2020, 50.0), (2023, 70.0)], year=2022, **RISE)
    assert result.reason == Reason.NO_VALUE_THIS_YEAR


def test_a_met_target_is_met_without_a_baseline():
    result = attain([(2022, 61.0)], year=2022, **RISE)
    assert result.verdict == Verdict.ACHIEVED_EARLY
    assert (result.completion, result.completion_basis) == (pytest.approx(61 / 60), "level")


def test_order_of_points_does_not_matter_and_doubles_are_refused():
    points = [(2022, 53.0), (2020, 50.0), (2021, 51.0)]
    assert attain(points, year=2022, **RISE) == attain(sorted(points), year=2022, **RISE)
    with pytest.raises(ValueError, match="two values"):
        attain([*points, (2021, 52.0)], year=2022, **RISE)
    with pytest.raises(ValueError, match="not finite"):
        attain([*points, (2019, math.nan)], year=2022, **RISE)


# --- A baseline that needs no change


def test_baseline_already_beyond_the_target():
    kept = attain([(2020, 64.0), (2022, 61.0)], year=2022, **RISE)
    lost = attain([(2020, 64.0), (2022, 59.0)], year=2022, **RISE)
    assert kept.verdict == Verdict.ACHIEVED_EARLY
    # The linear formula would give -(5/-4)/.4, a large positive ratio.
    assert (lost.verdict, lost.ratio) == (Verdict.REVERSED, None)
    assert lost.reason == Reason.BASELINE_BEYOND_TARGET
    assert lost.gap == pytest.approx(1.0)


def test_baseline_equal_to_the_target():
    kept = attain([(2020, 60.0), (2022, 60.0)], year=2022, **RISE)
    lost = attain([(2020, 60.0), (2022, 59.0)], year=2022, **RISE)
    assert kept.verdict == Verdict.ACHIEVED_EARLY
    assert (lost.verdict, lost.reason) == (Verdict.REVERSED, Reason.BASELINE_EQUALS_TARGET)
    assert lost.ratio is None


# --- At and after the target year


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (60.0, Verdict.MET),
        (66.0, Verdict.MET),
        (59.5, Verdict.NEARLY_MET),
        (59.49, Verdict.NOT_MET),
        (49.0, Verdict.NOT_MET),
    ],
)
@pytest.mark.parametrize("year", [2025, 2027])
def test_due_rising_and_falling(value, verdict, year):
    rising = attain([(2020, 50.0), (2025, value)], year=year, **RISE)
    falling = attain([(2020, 50.0), (2025, 100 - value)], year=year, **FALL)
    assert rising.verdict == falling.verdict == verdict
    assert rising.completion == pytest.approx((value - 50) / 10)
    assert falling.completion == pytest.approx(rising.completion)
    assert (rising.ratio, rising.required_pace) == (None, None)
    assert rising.observed_pace == pytest.approx((value - 50) / 5)


def test_due_is_judged_on_the_target_year_whatever_came_later():
    lost = attain([(2020, 50.0), (2025, 61.0), (2026, 55.0)], year=2026, **RISE)
    late = attain([(2020, 50.0), (2025, 55.0), (2026, 61.0)], year=2026, **RISE)
    assert (lost.verdict, lost.latest) == (Verdict.MET, (2026, 55.0))
    assert (late.verdict, late.latest) == (Verdict.NOT_MET, (2026, 61.0))
    assert late.judged == (2025, 55.0)


def test_due_without_a_baseline():
    high = attain([(2025, 57.0)], year=2025, **RISE)
    assert (high.verdict, high.completion_basis) == (Verdict.NEARLY_MET, "level")
    assert high.completion == pytest.approx(0.95)
    low = attain([(2025, 40.1)], year=2025, **FALL)
    assert (low.verdict, low.completion, low.completion_basis) == (Verdict.NOT_MET, None, None)
    assert attain([(2025, 40.0)], year=2025, **FALL).verdict == Verdict.MET


def test_a_small_start_does_not_flatter():
    # 62 to 66 %: standing still at 63 is 95 % of the level and a quarter of the way.
    case = {"target": 66.0, "target_year": 2025, "baseline_year": 2020, "direction": "higher"}
    result = attain([(2020, 62.0), (2025, 63.0)], year=2025, **case)
    assert (result.verdict, result.completion) == (Verdict.NOT_MET, pytest.approx(0.25))


def test_a_fall_to_zero():
    case = {"target": 0.0, "target_year": 2025, "baseline_year": 2020, "direction": "lower"}
    assert attain([(2020, 8.0), (2022, 4.8)], year=2022, **case).ratio == pytest.approx(1.0)
    assert attain([(2020, 8.0), (2025, 0.0)], year=2025, **case).verdict == Verdict.MET
    assert attain([(2020, 8.0), (2025, 0.4)], year=2025, **case).verdict == Verdict.NEARLY_MET


# --- About, strive for, natural limits


def test_about_allows_five_points_short_and_any_excess():
    case = {"target": 50.0, "target_year": 2030, "baseline_year": 2020, "direction": "higher"}

    def verdict(value, **extra):
        points = [(2020, 30.0), (2030, value)]
        return attain(points, year=2030, approximate=True, **case, **extra)

    assert verdict(45.0).verdict == Verdict.MET
    assert verdict(45.0).met_by == "tolerance"
    assert verdict(45.0).gap == pytest.approx(5.0)
    assert verdict(44.9).verdict == Verdict.NOT_MET
    assert verdict(58.0).met_by == "value"
    assert verdict(47.0, thresholds=Thresholds(tolerance=2.0)).verdict == Verdict.NOT_MET
    firm = attain([(2020, 30.0), (2030, 45.0)], year=2030, **case)
    assert firm.verdict == Verdict.NOT_MET


def test_striving_ends_at_worst_as_aspiration_not_met():
    points = [(2020, 50.0), (2022, 49.0), (2025, 55.0)]
    assert attain(points, year=2025, aspirational=True, **RISE).verdict == (
        Verdict.ASPIRATION_NOT_MET
    )
    # Before it is due the pace is still named.
    assert attain(points, year=2022, aspirational=True, **RISE).verdict == Verdict.REVERSED
    met = attain([(2020, 50.0), (2025, 60.0)], year=2025, aspirational=True, **RISE)
    assert met.verdict == Verdict.MET


@pytest.mark.parametrize(
    ("value", "met_by"), [(100.0, "value"), (99.0, "near_limit"), (98.99, None)]
)
def test_within_one_point_of_a_natural_limit(value, met_by):
    up = {"target": 100.0, "target_year": 2025, "baseline_year": 2020, "direction": "higher"}
    down = {"target": 0.0, "target_year": 2025, "baseline_year": 2020, "direction": "lower"}
    high = attain([(2020, 90.0), (2024, value)], year=2024, natural_limit=100.0, **up)
    low = attain([(2020, 10.0), (2024, 100 - value)], year=2024, natural_limit=0.0, **down)
    assert high.met_by == low.met_by == met_by
    assert (high.verdict == Verdict.ACHIEVED_EARLY) == (met_by is not None)
    unlimited = attain([(2020, 90.0), (2024, value)], year=2024, **up)
    assert unlimited.met_by == ("value" if met_by == "value" else None)


def test_the_limit_and_not_the_target_is_what_counts_as_near():
    case = {"target": 80.0, "target_year": 2025, "baseline_year": 2020, "direction": "higher"}
    result = attain([(2020, 60.0), (2025, 79.5)], year=2025, natural_limit=100.0, **case)
    assert result.met_by is None


def test_a_limit_on_the_wrong_side_is_refused():
    with pytest.raises(ValueError, match="natural limit"):
        attain([(2020, 50.0), (2022, 53.0)], year=2022, natural_limit=0.0, **RISE)
    with pytest.raises(ValueError, match="not after baseline"):
        attain([], year=2022, **{**RISE, "target_year": 2020})


def test_binary_fractions_do_not_cost_a_class():
    case = {"target": 0.3, "target_year": 2023, "baseline_year": 2020, "direction": "higher"}
    assert attain([(2020, 0.0), (2023, 0.1 + 0.2)], year=2023, **case).verdict == Verdict.MET
    down = {**case, "direction": "lower"}
    assert attain([(2020, 0.9), (2023, 0.1 + 0.2)], year=2023, **down).verdict == Verdict.MET
    large = {**down, "target": 3e5}
    assert (0.1 + 0.2) * 1e6 > 3e5
    assert attain([(2020, 9e5), (2023, (0.1 + 0.2) * 1e6)], year=2023, **large).met_by == "value"


@given(
    st.floats(-100, 100).filter(lambda v: abs(v) > 0.01),
    st.floats(-300, 300),
    st.sampled_from([2021, 2022, 2024, 2025]),
)
@settings(max_examples=100, deadline=None)
def test_mirrored_targets_get_mirrored_judgements(target, value, year):
    direction = "higher" if target > 0 else "lower"
    mirrored = "lower" if target > 0 else "higher"
    case = {"target_year": 2025, "baseline_year": 2020}
    one = attain(
        [(2020, 0.0), (year, value)], year=year, target=target, direction=direction, **case
    )
    two = attain(
        [(2020, 0.0), (year, -value)], year=year, target=-target, direction=mirrored, **case
    )
    assert (one.verdict, one.ratio, one.gap) == (two.verdict, two.ratio, two.gap)
    assert one.completion == two.completion


@given(st.floats(40, 70), st.floats(40, 70), st.sampled_from([2021, 2024, 2025]))
@settings(max_examples=100, deadline=None)
def test_a_better_value_never_gets_a_worse_class(a, b, year):
    order = [
        Verdict.REVERSED, Verdict.FAR_BEHIND, Verdict.SLOW, Verdict.ON_TRACK, Verdict.FASTER,
        Verdict.ACHIEVED_EARLY, Verdict.NOT_MET, Verdict.NEARLY_MET, Verdict.MET,
    ]  # fmt: skip
    low, high = sorted((a, b))
    worse, better = (
        attain([(2020, 50.0), (year, value)], year=year, **RISE).verdict for value in (low, high)
    )
    assert order.index(worse) <= order.index(better)


# --- Intervals


def test_an_interval_across_a_threshold_has_two_classes():
    points = [(2020, 50.0), (2022, 53.9)]
    assert straddling(53.5, 54.1, points, year=2022, **RISE) == (Verdict.ON_TRACK, Verdict.SLOW)
    assert straddling(53.9, 54.1, points, year=2022, **RISE) == (Verdict.ON_TRACK,) * 2
    assert straddling(45.9, 46.5, points, year=2022, **FALL) == (Verdict.ON_TRACK, Verdict.SLOW)
    due = straddling(59.0, 61.0, [(2020, 50.0), (2025, 60.0), (2026, 70.0)], year=2026, **RISE)
    assert due == (Verdict.MET, Verdict.NOT_MET)


def test_an_interval_must_stand_upright():
    with pytest.raises(ValueError, match="upside down"):
        straddling(54.0, 53.0, [(2020, 50.0)], year=2022, **RISE)


def test_thresholds_are_checked():
    with pytest.raises(ValueError, match="on_track"):
        Thresholds(on_track=0.5)
    with pytest.raises(ValueError, match="negative"):
        Thresholds(tolerance=-1)
    strict = Thresholds(faster=1.2, on_track=1.0, slow=0.8)
    result = attain([(2020, 50.0), (2022, 53.9)], year=2022, thresholds=strict, **RISE)
    assert result.verdict == Verdict.SLOW
