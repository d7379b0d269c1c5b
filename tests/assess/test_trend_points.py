"""How many points a yearly trend is tested on is a rule; four can never be significant."""

import pytest

from assessment.assess.trends import trend
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
