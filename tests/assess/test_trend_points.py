"""How many points a yearly trend is tested on is a rule; four can never be significant."""

import math

import pytest

from assessment.assess.trends import trend
from assessment.methods.trends import hamed_rao, mann_kendall
from tests.assess.cases import indicator, rows, unit_data

ENTRY = indicator("so2", direction="lower")


def read(n: int, **more: int):  # type: ignore[no-untyped-def]
    values = {2020 + i: 100.0 - 10 * i for i in range(n)}
    return trend(unit_data([ENTRY], rows("so2", values)).annual("so2"), 2019 + n, **more)


def test_five_points_are_not_tested_by_default() -> None:
    result = read(5)
    assert (result.p, result.significant, result.reading) == (None, None, "unclear")
    assert "不足 6 个" in result.caution
    assert result.slope == pytest.approx(-10.0)


def test_the_rule_may_allow_five_but_never_four() -> None:
    # S = -10 of five points: exact two-sided p = 2 / 5! = 1 / 60.
    assert read(5, least=5).p == pytest.approx(1 / 60)
    assert read(5, least=5).reading == "falling"
    assert read(4, least=3).significant is None


def test_ties_not_the_number_of_points_forbid_the_test() -> None:
    # one value apart from nine equal ones: the best order has S = 9, z = 8 / sqrt(33)
    values = dict.fromkeys(range(2014, 2024), 0.0) | {2020: 120.0}
    result = trend(unit_data([ENTRY], rows("so2", values)).annual("so2"), 2023)
    assert (result.n, result.p, result.significant) == (10, None, None)
    assert "数值相同" in result.caution
    assert "个年度值" not in result.caution


def test_a_long_series_must_pass_the_test_corrected_for_autocorrelation() -> None:
    # a slow wave of 24 years, falling from its crest: neighbours are alike, ranks fall
    wave = [100 + 10 * math.cos(2 * math.pi * i / 40) + 0.01 * (i % 3) for i in range(24)]
    plain, corrected = mann_kendall(wave), hamed_rao(wave)
    assert plain.p < corrected.p
    values = dict(zip(range(2000, 2024), wave, strict=True))
    result = trend(unit_data([ENTRY], rows("so2", values)).annual("so2"), 2023)
    assert (result.p, result.p_method) == (corrected.p, "hamed_rao")
    assert "计入自相关" in result.caution
    # with a year missing, lags are no years: the plain test alone
    del values[2010]
    gap = trend(unit_data([ENTRY], rows("so2", values)).annual("so2"), 2023)
    assert (gap.n, gap.p_method) == (23, "normal")
    assert "计入自相关" not in gap.caution


def test_white_noise_long_enough_never_gains_from_the_correction() -> None:
    # a zigzag: negative autocorrelation shrinks the variance, the larger p stays
    zigzag = [100 - i + 6 * (-1) ** i for i in range(20)]
    values = dict(zip(range(2004, 2024), map(float, zigzag), strict=True))
    result = trend(unit_data([ENTRY], rows("so2", values)).annual("so2"), 2023)
    assert result.p is not None
    assert result.p >= mann_kendall(zigzag).p
