import pytest

from assessment.methods.pace import (
    growth_rate,
    observed_pace,
    progress_ratio_growth,
    progress_ratio_linear,
    required_pace,
)

YEARS = {"baseline_year": 2020, "year": 2022, "target_year": 2025}


def test_linear_ratio():
    assert progress_ratio_linear(baseline=0, value=4, target=10, **YEARS) == pytest.approx(1.0)
    assert progress_ratio_linear(baseline=50, value=47, target=40, **YEARS) == pytest.approx(0.75)
    assert progress_ratio_linear(baseline=50, value=52, target=40, **YEARS) == pytest.approx(-0.5)


def test_growth_ratio():
    # Open SDG's rule on Statistics Canada's 1-1-1: 14.5 in 2015, 10.4 in 2023, 7.25 by 2030.
    ratio = progress_ratio_growth(
        baseline=14.5, value=10.4, target=7.25, baseline_year=2015, year=2023, target_year=2030
    )
    assert ratio == pytest.approx(0.9010899546976208, abs=1e-12)


def test_paces():
    assert observed_pace(baseline=50, value=56, baseline_year=2020, year=2023) == 2.0
    assert required_pace(value=56, target=60, year=2023, target_year=2025) == 2.0
    grown = observed_pace(baseline=100, value=121, baseline_year=2020, year=2022, pace="growth")
    assert grown == pytest.approx(0.10)
    needed = required_pace(value=100, target=81, year=2023, target_year=2025, pace="growth")
    assert needed == pytest.approx(-0.10)


def test_growth_of_negative_values():
    assert growth_rate(-100, -121, 2) == pytest.approx(0.10)


@pytest.mark.parametrize(("start", "end"), [(0, 5), (5, 0), (-5, 5), (5, -5), (0, 0)])
def test_growth_guards(start, end):
    with pytest.raises(ValueError, match="no growth rate"):
        growth_rate(start, end, 3)


def test_year_guards():
    with pytest.raises(ValueError, match="years"):
        growth_rate(1, 2, 0)
    for measure in (progress_ratio_linear, progress_ratio_growth):
        with pytest.raises(ValueError, match="equal"):
            measure(baseline=5, value=6, target=5, **YEARS)
        with pytest.raises(ValueError, match="not after"):
            measure(baseline=5, value=6, target=7, **{**YEARS, "year": 2020})
        with pytest.raises(ValueError, match="target year"):
            measure(baseline=5, value=6, target=7, **{**YEARS, "target_year": 2020})
    with pytest.raises(ValueError, match="not after"):
        required_pace(value=1, target=2, year=2025, target_year=2025)
