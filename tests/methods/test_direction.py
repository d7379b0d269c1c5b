import math

import pytest

from assessment.methods.direction import judge_directional
from assessment.methods.verdicts import Reason, Verdict


def yearly(first: int, *values: float) -> list[tuple[int, float]]:
    return [(first + i, value) for i, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ((1, 2, 3, 4, 5, 6), Verdict.RIGHT_DIRECTION),
        ((1, 2, 3, 4, 6, 5), Verdict.MEAN_RIGHT),
        ((1, 2, 3, 4, 6, 6), Verdict.RIGHT_DIRECTION),  # no change is not a fall either
        ((6, 5, 4, 3, 2, 3), Verdict.LAST_RIGHT),
        ((3, 2, 2, 2, 2, 3), Verdict.LAST_RIGHT),  # a mean of zero is not a rise
        ((6, 5, 4, 3, 2, 1), Verdict.WRONG_DIRECTION),
        ((4, 4, 4, 4, 4, 4), Verdict.NO_CLEAR_CHANGE),
    ],
)
def test_mean_and_last_change(values, verdict):
    rising = judge_directional(yearly(2017, *values), 2022, "increase")
    falling = judge_directional(yearly(2017, *(-v for v in values)), 2022, "decrease")
    assert rising.verdict == falling.verdict == verdict
    assert rising.mean_change == pytest.approx((values[-1] - values[0]) / 5)
    assert rising.last_change == values[-1] - values[-2]
    assert (rising.n, rising.preliminary) == (6, False)


def test_only_the_last_five_changes_count():
    result = judge_directional(yearly(2015, 90, 80, 1, 2, 3, 4, 5, 6), 2022, "increase")
    assert (result.verdict, result.n) == (Verdict.RIGHT_DIRECTION, 6)
    assert result.mean_change == pytest.approx(1.0)


def test_the_future_is_not_known():
    points = yearly(2017, 1, 2, 3, 4, 5, 6)
    assert judge_directional(points, 2022, "increase") == judge_directional(
        [*points, (2023, 0.0)], 2022, "increase"
    )


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ((1, 2), Verdict.RIGHT_DIRECTION),
        ((2, 2), Verdict.NO_CLEAR_CHANGE),
        ((9, 2, 3), Verdict.RIGHT_DIRECTION),  # with three points only the last change is read
        ((1, 9, 3), Verdict.WRONG_DIRECTION),
    ],
)
def test_two_or_three_points_are_preliminary(values, verdict):
    result = judge_directional(yearly(2023 - len(values), *values), 2022, "increase")
    assert (result.verdict, result.preliminary) == (verdict, True)
    assert result.mean_change is None


def test_four_points_are_not_preliminary():
    assert not judge_directional(yearly(2019, 1, 2, 3, 4), 2022, "increase").preliminary


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        ([(2022, 5.0)], Reason.TOO_FEW_POINTS),
        ([(2010, 5.0), (2022, 6.0)], Reason.TOO_FEW_POINTS),
        ([(2019, 1.0), (2020, 2.0), (2021, 3.0)], Reason.NO_VALUE_THIS_YEAR),
        ([], Reason.NO_VALUE_THIS_YEAR),
    ],
)
def test_missing_data(points, reason):
    result = judge_directional(points, 2022, "increase")
    assert (result.verdict, result.reason) == (Verdict.INSUFFICIENT_DATA, reason)


def test_every_year_needs_every_change():
    held = judge_directional(yearly(2017, 1, 2, 3, 4, 5, 6), 2022, "increase", every_year=True)
    dented = judge_directional(yearly(2017, 1, 2, 5, 4, 5, 6), 2022, "increase", every_year=True)
    young = judge_directional(yearly(2020, 3, 2, 4), 2022, "increase", every_year=True)
    assert held.verdict == Verdict.RIGHT_DIRECTION
    assert dented.verdict == Verdict.MEAN_RIGHT
    assert (young.verdict, young.preliminary) == (Verdict.WRONG_DIRECTION, True)
    plain = judge_directional(yearly(2017, 1, 2, 5, 4, 5, 6), 2022, "increase")
    assert plain.verdict == Verdict.RIGHT_DIRECTION


def test_every_year_cannot_be_read_across_a_gap():
    points = [(2018, 1.0), (2019, 2.0), (2021, 3.0), (2022, 4.0)]
    result = judge_directional(points, 2022, "increase", every_year=True)
    assert (result.verdict, result.reason) == (Verdict.INSUFFICIENT_DATA, Reason.MISSING_YEARS)
    plain = judge_directional(points, 2022, "increase")
    assert plain.verdict == Verdict.RIGHT_DIRECTION
    assert plain.mean_change == pytest.approx(0.75)


def test_a_change_across_a_gap_is_per_year():
    result = judge_directional([(2019, 1.0), (2022, 7.0)], 2022, "increase")
    assert result.last_change == pytest.approx(2.0)


def test_zero_is_right_when_the_plan_asks_for_zero():
    zeros = yearly(2017, 3, 1, 0, 0, 0, 0)
    assert judge_directional(zeros, 2022, "decrease_to_zero").verdict == Verdict.RIGHT_DIRECTION
    assert judge_directional(zeros, 2022, "decrease").verdict == Verdict.RIGHT_DIRECTION
    alone = judge_directional([(2022, 0.0)], 2022, "decrease_to_zero")
    assert alone.verdict == Verdict.RIGHT_DIRECTION
    stuck = judge_directional(yearly(2017, *[2] * 6), 2022, "decrease_to_zero")
    assert stuck.verdict == Verdict.NO_CLEAR_CHANGE


def test_missing_values_are_left_out_by_the_caller():
    with pytest.raises(ValueError, match="not finite"):
        judge_directional([(2021, math.nan), (2022, 1.0)], 2022, "increase")


def test_a_change_within_its_error_is_none():
    """A step of one is within the error, one of two is not."""

    def told(*values: float) -> Verdict:
        return judge_directional(
            yearly(2017, *values), 2022, "increase", clear=lambda a, b: abs(b[1] - a[1]) > 1
        ).verdict

    assert told(1, 2, 3, 4, 5, 4) is Verdict.RIGHT_DIRECTION
    assert told(1, 2, 3, 4, 6, 4) is Verdict.MEAN_RIGHT
    assert told(5, 5, 5, 5, 5, 4) is Verdict.NO_CLEAR_CHANGE
    assert told(5, 5, 5, 5, 5, 3) is Verdict.WRONG_DIRECTION
    assert told(5, 3, 2, 2, 1, 5) is Verdict.LAST_RIGHT
