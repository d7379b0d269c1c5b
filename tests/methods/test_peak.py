import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.methods.peak import Peak, PeakReason, read_peak

EXACT = 0.001


RULES = {"years_after": 3, "least": 6, "significance": 0.05}


def read(values, errors=EXACT, first=2015):
    years = list(range(first, first + len(values)))
    return read_peak(years, values, [errors] * len(values), **RULES)


def test_clear_fall_after_three_years_is_a_sign():
    found = read([90.0, 100.0, 95.0, 92.0, 90.0])
    assert (found.word, found.peak_year, found.years_since, found.below) == (
        Peak.SIGNS, 2016, 3, 3,
    )  # fmt: skip
    assert found.change == pytest.approx(-0.10)
    assert found.p is None  # three years can never be significant
    assert found.slope == pytest.approx(-2.5)  # median of -3, -2.5, -2


@pytest.mark.parametrize("tail", [[99.0], [80.0, 60.0]])
def test_no_verdict_from_fewer_than_three_years(tail):
    found = read([80.0, 90.0, 95.0, 100.0, *tail])
    assert (found.word, found.reason) == (Peak.UNCLEAR, PeakReason.FEW_YEARS_AFTER)
    assert found.slope is None and found.p is None


def test_three_values_after_a_gap_are_needed_too():
    found = read_peak([2015, 2016, 2017, 2022], [80.0, 90.0, 100.0, 50.0], [EXACT] * 4, **RULES)
    assert (found.years_since, found.years_after, found.word) == (5, 1, Peak.UNCLEAR)


def test_the_last_year_being_highest_is_no_peak():
    found = read([80.0, 90.0, 95.0, 100.0])
    assert (found.word, found.reason) == (Peak.NOT_YET, PeakReason.LAST_IS_HIGHEST)


def test_three_years_are_too_few_for_any_word():
    found = read([1.0, 2.0, 3.0])
    assert (found.word, found.reason) == (Peak.UNCLEAR, PeakReason.FEW_VALUES)


def test_a_fall_inside_the_data_error_is_not_a_sign():
    # combined error of 15 % figures: 1.96 * sqrt(.15^2 + .1425^2) = 40.6 % of the highest
    found = read([90.0, 100.0, 97.0, 96.0, 95.0], errors=0.15)
    assert found.word == Peak.UNCLEAR
    assert found.below == 0
    assert found.limits[-1] == pytest.approx(100 - 100 * 1.959964 * (0.15**2 + 0.1425**2) ** 0.5)
    assert found.candidates == (2015, 2016, 2017, 2018, 2019)


def test_five_falling_values_are_not_tested():
    # a perfect order of five has p = 2/120, but five points bear no test of significance
    found = read([100.0, 99.0, 98.0, 97.0, 96.0, 95.0], errors=0.15)
    assert (found.word, found.p) == (Peak.UNCLEAR, None)
    assert found.reason is PeakReason.WITHIN_ERROR_UNTESTED
    assert found.slope == pytest.approx(-1.0)


def test_a_tested_fall_is_a_sign_even_inside_the_data_error_and_says_so():
    found = read([100.0, 99.0, 98.0, 97.0, 96.0, 95.0, 94.0], errors=0.15)
    assert found.word == Peak.SIGNS
    assert found.reason is PeakReason.FALLING_WITHIN_ERROR
    assert found.p == pytest.approx(2 / 720)  # six falling values, exact
    assert found.at_start


def test_the_highest_value_itself_is_left_out_of_the_test():
    # the highest is picked after the fact, so its own fall must not count
    found = read([100.0, 90.0, 91.0, 90.5, 91.5, 90.2, 90.3], errors=0.15)
    assert found.p is not None and found.p > 0.05
    assert found.word == Peak.UNCLEAR


def test_rising_again_after_the_highest_value():
    found = read([100.0, 50.0, 55.0, 60.0, 65.0, 70.0, 75.0], errors=EXACT)
    assert found.word == Peak.UNCLEAR
    assert found.reason is PeakReason.RISING_AGAIN


def test_of_equal_values_the_latest_counts():
    assert read([100.0, 90.0, 100.0, 95.0, 94.0]).peak_year == 2017


@pytest.mark.parametrize(
    ("years", "values", "errors"),
    [([], [], []), ([2020], [0.0], [0.1]), ([2021, 2020], [1.0, 2.0], [0.1, 0.1]),
     ([2020], [1.0, 2.0], [0.1])],
)  # fmt: skip
def test_bad_input(years, values, errors):
    with pytest.raises(ValueError):
        read_peak(years, values, errors, **RULES)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 1000), min_size=1, max_size=12),
    st.sampled_from([0.02, 0.05, 0.15]),
    st.sampled_from([0.125, 2.0, 1024.0]),
)
def test_units_do_not_matter_and_no_word_without_three_years(values, error, unit):
    plain = read([float(v) for v in values], error)
    scaled = read([v * unit for v in values], error)
    assert (plain.word, plain.peak_year, plain.below) == (
        scaled.word, scaled.peak_year, scaled.below,
    )  # fmt: skip
    if plain.word == Peak.SIGNS:
        assert plain.years_after >= 3
    assert plain.peak_year in plain.candidates
