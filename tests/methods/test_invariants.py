"""What may not change a reading: its unit, the way its scale runs, the order of what is counted."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessment.methods.attainment import attain, statcan_progress
from assessment.methods.cochange import cocontrol
from assessment.methods.goalposts import Goalpost, normalise
from assessment.methods.index import composite, rank

FALL, STAY, RISE = 80.0, 100.0, 120.0
"""From 100."""

NINE = {
    (FALL, FALL): (1, "synergy_equal"),
    (RISE, FALL): (2, "only_carbon_falls"),
    (RISE, RISE): (3, "both_rise"),
    (FALL, RISE): (4, "only_pollutant_falls"),
    (STAY, FALL): (None, "undefined"),
    (STAY, RISE): (None, "undefined"),
    (FALL, STAY): (None, "undefined"),
    (RISE, STAY): (None, "undefined"),
    (STAY, STAY): (None, "undefined"),
}


@pytest.mark.parametrize(("after", "read"), NINE.items(), ids=str)
def test_the_sign_pair_comes_before_the_ratio(
    after: tuple[float, float], read: tuple[int | None, str]
) -> None:
    pollutant, carbon = after
    point = cocontrol(100, pollutant, 100, carbon)
    assert (point.quadrant, str(point.reading)) == read
    assert point.reading.is_synergy is (read[0] == 1)
    if read[0] is None:
        assert point.elasticity is None
    if STAY not in after:
        # The ratio alone cannot tell the first case from the third, nor the second from the fourth.
        assert point.elasticity == pytest.approx(1.0 if pollutant == carbon else -1.0)


levels = st.floats(1.0, 1000.0)
factors = st.floats(1e-3, 1e3)


def judged(base: float, value: float, target: float, direction: str, sign: float = 1.0):  # type: ignore[no-untyped-def]
    return attain(
        [(2020, sign * base), (2023, sign * value)],
        year=2023,
        target=sign * target,
        target_year=2025,
        baseline_year=2020,
        direction=direction,  # type: ignore[arg-type]
    )


@settings(max_examples=80, deadline=None)
@given(levels, levels, levels)
def test_turning_the_direction_mirrors_the_course(base: float, value: float, target: float) -> None:
    one = judged(base, value, target, "higher")
    two = judged(base, value, target, "lower", sign=-1.0)
    assert one.verdict == two.verdict
    assert one.gap == pytest.approx(two.gap)
    assert (one.ratio is None) == (two.ratio is None)
    if one.ratio is not None:
        assert one.ratio == pytest.approx(two.ratio)


@settings(max_examples=80, deadline=None)
@given(levels, levels, levels, factors)
def test_the_unit_of_measure_changes_no_course(
    base: float, value: float, target: float, factor: float
) -> None:
    for direction in ("higher", "lower"):
        one = judged(base, value, target, direction)
        two = judged(base * factor, value * factor, target * factor, direction)
        assume(one.ratio is None or abs(one.ratio - round(one.ratio, 2)) > 1e-6)
        assert one.verdict == two.verdict
        if one.ratio is not None:
            assert two.ratio == pytest.approx(one.ratio, rel=1e-6)


@settings(max_examples=80, deadline=None)
@given(levels, levels, levels, factors)
def test_the_unit_of_measure_changes_no_published_progress(
    base: float, value: float, target: float, factor: float
) -> None:
    assume(not math.isclose(base, target, rel_tol=1e-6))
    common = {"base_year": 2020, "current_year": 2023, "target_year": 2025, "direction": "higher"}
    one = statcan_progress(base_value=base, current_value=value, target=target, **common)  # type: ignore[arg-type]
    two = statcan_progress(
        base_value=base * factor, current_value=value * factor, target=target * factor,
        **common,  # type: ignore[arg-type]
    )  # fmt: skip
    assert one.progress_value == pytest.approx(two.progress_value, rel=1e-6, abs=1e-9)


@settings(max_examples=80, deadline=None)
@given(st.floats(-50, 150), st.floats(0, 40), st.floats(60, 100))
def test_a_scale_turned_round_mirrors_the_position(value: float, low: float, high: float) -> None:
    one = normalise(value, Goalpost(low, high)).u
    assert one + normalise(value, Goalpost(high, low)).u == pytest.approx(1.0)
    assert normalise(-value, Goalpost(-low, -high)).u == pytest.approx(one)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0.1, 5)), min_size=2, max_size=8),
    st.sampled_from(["arithmetic", "geometric", "non_compensatory"]),
    st.randoms(use_true_random=False),
)
def test_the_order_of_indicators_changes_no_score(pairs, method, random) -> None:  # type: ignore[no-untyped-def]
    turned = list(pairs)
    random.shuffle(turned)
    one, two = (
        composite([u for u, _ in found], [w for _, w in found], method).score
        for found in (pairs, turned)
    )
    assert one == pytest.approx(two)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12, unique=True), st.floats(0, 1))
def test_a_unit_that_joins_moves_ranks_down_by_one_at_most(scores, joins) -> None:  # type: ignore[no-untyped-def]
    before, after = rank(scores), rank([*scores, joins])
    for one, two in zip(before, after, strict=False):
        assert one is not None and two is not None
        assert two - one in (0, 1)
