import math

import pytest

from assessment.methods.change import Course, read_change, step_error


def test_three_per_cent_of_activity_make_eight_of_a_change():
    """IPCC 2006, vol. 1, ch. 3: what two years share cancels, the rest counts √2 times."""
    margin = 1.959964 * math.sqrt(2) * 0.03
    read = read_change(100, 90.8, (0.03, 0.03))
    assert read.course is Course.DOWN
    assert read.low == pytest.approx(90.8 * math.exp(-margin) - 100)
    assert read.high == pytest.approx(90.8 * math.exp(margin) - 100)
    assert read_change(100, 98.5, (0.03, 0.03)).course is Course.UNCLEAR


def test_there_and_back_mirror_each_other():
    there, back = read_change(100, 80, (0.02, 0.05)), read_change(80, 100, (0.05, 0.02))
    assert (there.course, back.course) == (Course.DOWN, Course.UP)
    assert there.probability == pytest.approx(back.probability)


def test_a_share_has_the_error_of_its_parts():
    error = step_error(0.02, 50, "logit")
    half = read_change(50, 53, (error, error), "logit", 100)
    assert half.high - half.low == pytest.approx(2 * 1.96 * 0.02 * 2 * 100 / 4, rel=0.02)
    assert half.low > -50 and half.high < 50
    assert read_change(99.0, 99.9, (error, error), "logit", 100).course is Course.UP


def test_a_growth_rate_has_an_error_in_percentage_points():
    one = step_error(0.01, 5.5, "linear", years=1)
    assert one == pytest.approx(math.sqrt(2))
    assert step_error(0.01, 0.0, "linear", years=5) == pytest.approx(one / 5)
    assert read_change(5.5, 8.0, (one, one), "linear").course is Course.UNCLEAR
    assert read_change(-2.0, 3.0, (one, one), "linear").course is Course.UP


def test_the_edges_of_a_scale():
    assert read_change(0, 5, (0.1, 0.1)).course is Course.UP
    assert read_change(0, 0, (0.1, 0.1)).course is Course.UNCLEAR
    assert read_change(100, 100, (0.1, 0.1), "logit", 100).probability == 0.5
    assert read_change(1, 2, (0.0, 0.0)).probability == 1.0


@pytest.mark.parametrize(
    "bad", [(math.nan, 1, (0.1, 0.1)), (1, 2, (-0.1, 0.1)), (1, 2, (math.inf, 0.1))]
)
def test_what_is_no_number_is_refused(bad):
    with pytest.raises(ValueError):
        read_change(*bad)
