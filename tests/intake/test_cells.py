"""Cells as text, grades, and outliers."""

from __future__ import annotations

import math
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.data.past import is_magnitude, is_outlier
from assessment.data.schema import Problem
from assessment.intake.cells import (
    date_text,
    figure_text,
    number_text,
    plain_text,
    quality,
    written,
)
from assessment.intake.reconcile import Difference
from assessment.params.model import Indicator


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=200, deadline=None)
def test_a_number_keeps_its_last_digit(number: float) -> None:
    assert math.isclose(float(written(number)), number, rel_tol=1e-14)


@pytest.mark.parametrize(
    ("nature", "evidence", "grade"),
    [
        ("官方统计或通报", "", "A"),
        ("部门报表", "报表，2026-01-05", "B"),
        ("测算", "", "C"),
        ("部门报表", "", "D"),
    ],
)
def test_the_grade_follows_from_source_and_evidence(nature: str, evidence: str, grade: str) -> None:
    assert quality(nature, evidence) == grade


@pytest.mark.parametrize(
    "value",
    ["2026-01-20", "2026/1/20", "2026/1/20 0:00:00", "20260120", 20260120.0, 46042.0, "2026.1.20", "2026年1月20日", "２０２６-０１-２０", date(2026, 1, 20),
     datetime(2026, 1, 20, 9)],
)  # fmt: skip
def test_dates_as_people_write_them(value: object) -> None:
    assert date_text(value) == "2026-01-20"


@pytest.mark.parametrize("value", ["", "年后", "2026-13-01", "2026-02-30", True, 2026.0, 3e9])
def test_what_is_no_date(value: object) -> None:
    assert isinstance(date_text(value), Problem)


@pytest.mark.parametrize(
    ("text", "unit", "problem", "remedy"),
    [
        ("353.4①", "万吨", "“353.4①”中有角标或带圈的字符“①”", "请删去，只写数字；要说明的写在“说明”"),
        ("353.4²", "万吨", "“353.4²”中有角标或带圈的字符“²”", "请删去，只写数字；要说明的写在“说明”"),
        ("353.4%", "万吨", "“353.4%”带有百分号，而本行单位是“万吨”", "请按“万吨”填数，单位不用改"),
        ("40.2﹪", "%", "“40.2﹪”带有百分号", "只写数字，应写 40.2"),
        ("40.2％", "%", "“40.2％”带有百分号", "只写数字，应写 40.2"),
        ("1,353.4 万吨", "万吨", "“1,353.4 万吨”带有单位“万吨”", "只写数字，应写 1353.4"),
        ("1.5亿元", "万元", "“1.5亿元”带有“亿元”", "本行单位是“万元”，应写 15000"),
        ("5000千元", "亿元", "“5000千元”带有“千元”", "本行单位是“亿元”，应写 0.05"),
        ("1.2万", "辆", "“1.2万”带有“万”", "本行单位是“辆”，应写 12000"),
        ("12 吨", "万吨", "“12 吨”中数字后有“吨”", "本行单位是“万吨”，只写按它计的数字；要说明的写在“说明”"),
        ("3 53.4", "万吨", "“3 53.4”中间有空格", "请核对并去掉空格"),
    ],
)  # fmt: skip
def test_the_advice_on_a_number_is_right_in_its_row(
    text: str, unit: str, problem: str, remedy: str
) -> None:
    assert figure_text(text, unit) == Problem(problem, remedy)


@given(st.one_of(st.text(), st.floats(), st.booleans(), st.dates(), st.times(), st.timedeltas()))
@settings(max_examples=200, deadline=None)
def test_no_cell_ends_in_a_traceback(value: object) -> None:
    for rule in (number_text, plain_text, date_text):
        assert isinstance(rule(value), str | Problem)


def indicator(measure: str = "annual_flow", unit: str = "万吨") -> Indicator:
    return Indicator(id="x", name="量", unit=unit, direction="lower", measure=measure,
                     aggregation="sum", bearing="both", source="")  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "before", "value", "found"),
    [
        ("annual_flow", 10.0, 80.0, True),
        ("annual_flow", 10.0, 79.0, False),
        ("annual_flow", 10.0, 1.25, True),
        ("annual_flow", 0.0, 80.0, False),
        ("annual_flow", -3.0, 80.0, False),
        ("count", 2.0, 40.0, False),
        ("count", 20.0, 400.0, True),
    ],
)
def test_a_wrong_magnitude(measure: str, before: float, value: float, found: bool) -> None:
    assert is_magnitude(indicator(measure), before, value) is found


def test_an_outlier_by_hand() -> None:
    # Changes +2, +3, +2, +3: median 2.5, MAD 0.5, spread 0.7413; eight of them are 5.9.
    past = [100.0, 102.0, 105.0, 107.0, 110.0]
    assert not is_outlier(indicator(), past, 120.0)  # unlike the past, but under half of 110
    assert is_outlier(indicator(), past, 170.0)
    assert not is_outlier(indicator(), past[:3], 170.0)  # three points are no past
    assert not is_outlier(indicator(), [0.0, *past], 170.0)
    share = indicator("ratio", "%")
    assert not is_outlier(share, [40.0, 42.0, 45.0, 47.0], 61.0)
    assert is_outlier(share, [40.0, 42.0, 45.0, 47.0], 65.0)


@pytest.mark.parametrize(
    ("city", "verdict"), [(120.0, "equal"), (105.0, "overlap"), (99.0, "below"), (121.0, "above")]
)
def test_the_city_against_its_units(city: float, verdict: str) -> None:
    # Districts sum to 100, the zone has 20 that may be counted in its host already.
    assert Difference("x", 2025, city, 100.0, 120.0, ()).verdict == verdict
    assert Difference("x", 2025, city, 100.0, 120.0, ("a",)).verdict == "incomplete"
    assert math.isclose(Difference("x", 2025, city, 100.0, 120.0, ()).gap, city - 120.0)
