"""No verdict, no ratio and no significance from figures that cannot bear one."""

import math

import numpy as np
import pytest

from assessment.methods.attainment import attain, judge_prohibition, judge_standing
from assessment.methods.pace import (
    growth_rate,
    observed_pace,
    progress_ratio_growth,
    progress_ratio_linear,
    required_pace,
)
from assessment.methods.seasonal import correlated_seasonal_mann_kendall
from assessment.methods.statcan import statcan_progress
from assessment.methods.trends import hamed_rao, mann_kendall

NO_NUMBER = [math.nan, math.inf, -math.inf, True, "3", 10**400]


def _attain(**changed):
    case = {"year": 2023, "target": 80.0, "target_year": 2025, "baseline_year": 2020}
    value = changed.pop("value", 90.0)
    case |= {"baseline_value": 100.0, "direction": "lower"} | changed
    return attain([(2023, value)], **case)


def _statcan(**changed):
    case = {"base_value": 100.0, "base_year": 2015, "current_value": 90.0, "current_year": 2020}
    return statcan_progress(**(case | {"direction": "lower", "target": 50.0} | changed))


@pytest.mark.parametrize("wrong", NO_NUMBER)
@pytest.mark.parametrize(
    ("judge", "name"),
    [(_attain, name) for name in ("value", "target", "baseline_value", "natural_limit")]
    + [(_statcan, name) for name in ("base_value", "current_value", "target", "limit")]
    + [
        (lambda value: judge_standing(value, False, 95.0, "higher"), "value"),
        (lambda target: judge_standing(90.0, False, target, "higher"), "target"),
        (judge_prohibition, "cases"),
        (lambda start: growth_rate(start, 2.0, 3), "start"),
        (lambda years: growth_rate(1.0, 2.0, years), "years"),
    ],
)
def test_what_is_no_finite_number_has_no_verdict(judge, name, wrong):
    with pytest.raises(ValueError, match=r"must be|not finite|whole"):
        judge(**{name: wrong})


@pytest.mark.parametrize("measure", [progress_ratio_linear, progress_ratio_growth])
@pytest.mark.parametrize("figures", [(1e308, -1e308, 1.0), (-1e308, 1.0, 1e308), (1.0, 2.0, 1.0)])
def test_a_ratio_out_of_range_is_refused(measure, figures):
    years = {"baseline_year": 2020, "year": 2022, "target_year": 2025}
    with pytest.raises(ValueError):
        measure(**dict(zip(("baseline", "value", "target"), figures, strict=True)), **years)


def test_growth_without_a_finite_rate_is_refused():
    with pytest.raises(ValueError):
        growth_rate(5e-324, 1e308, 1)
    with pytest.raises(ValueError):
        growth_rate(1.0, 1e308, 0.5)
    with pytest.raises(ValueError):
        observed_pace(baseline=-1e308, value=1e308, baseline_year=2020, year=2021)
    with pytest.raises(ValueError):
        required_pace(value=-1e308, target=1e308, year=2020, target_year=2021)
    assert growth_rate(1e-200, 4e-200, 2) == pytest.approx(1.0)


def test_statcan_without_a_current_value_is_not_available():
    result = _statcan(current_value=None)
    assert (result.progress_value, result.score, result.status) == (None, None, "not_available")
    with pytest.raises(ValueError, match="target year"):
        _statcan(target_year=2015)


@pytest.mark.parametrize("scale", [1.0, 0.1, 1 / 3, 1e-9, 7e12])
@pytest.mark.parametrize("shift", [0.0, 0.7])
def test_hamed_rao_on_a_line_does_not_depend_on_the_unit(scale, shift):
    result = hamed_rao(scale * (np.arange(25.0) * 0.1 + shift))
    assert (result.s, result.correction, result.lags) == (300, 1.0, ())


def test_values_that_differ_by_binary_noise_are_ties():
    assert mann_kendall([0.1 + 0.2, 0.3, 0.5, 0.4]).s == mann_kendall([3, 3, 5, 4]).s
    assert mann_kendall([0.3, 0.1 + 0.2, 0.30000000000000004]).tau_b is None


def test_three_cycles_cannot_be_significant_and_are_refused():
    with pytest.raises(ValueError, match="3 complete cycles"):
        correlated_seasonal_mann_kendall(np.arange(36.0))
    assert correlated_seasonal_mann_kendall(np.arange(48.0)).p <= 0.05
