import math

import pytest

from tests.chapter.analyses.cells import Figure, Heading, Table, block, checked, prose
from tests.chapter.analyses.seen import UNITS, changed, opened
from tests.notebook_cells import run_findings


def run(inputs_of, **values):
    chapter = run_findings("01", inputs_of.inputs, "peak", "outlook_2030", **values)
    return chapter, checked(chapter)


# Falls from 2020 on, of grade C (15 %); output grows all the while.
CARBON = dict(zip(range(2015, 2026), (
    3221.17, 3257.60, 3294.72, 3346.42, 3386.66, 3400.92, 3339.84, 3309.62, 3243.07, 3135.97,
    3087.47,
), strict=True))  # fmt: skip
OUTPUT = {2020: 677.30, 2021: 728.94, 2022: 766.56, 2023: 797.82, 2024: 838.06, 2025: 881.35}
OTHERS = {
    "gdp_constant": OUTPUT,
    "pm25": {2020: 54.3, 2021: 51.0, 2022: 48.2, 2023: 47.1, 2024: 45.0, 2025: 43.8},
    "energy_total": {2020: 1491.33, 2021: 1475.82, 2022: 1473.81, 2024: 1418.50, 2025: 1407.66},
}


def a_fall():
    """临淄区 with a course of its own, the same whatever the pack has."""
    carbon = changed(opened("1", "临淄区"), {"co2_energy": CARBON}, grade="C")
    return changed(carbon, OTHERS, keep=True)


def test_a_fall_by_hand():
    chapter, _ = run(a_fall())
    peak = chapter.findings["peak"].kept
    assert (peak["peak_year"], peak["years_since"]) == (2020, 5)
    assert peak["change"] == pytest.approx((3087.47 - 3400.92) / 3400.92)
    # below by more than 1.96·√(3 %² of either year), not of the 15 % that they share
    top = CARBON[2020]
    after = [value for year, value in CARBON.items() if year > 2020]
    below = [v < top - 1.96 * 0.03 * math.hypot(top, v) for v in after]
    assert peak["below"] == sum(below) >= 1
    assert peak["p"] is None  # five falling values: no significance is spoken of
    assert "下降 9.2%" in prose(chapter, "peak")
    assert "点数太少，不作检验" in prose(chapter, "peak")
    assert "Mann" not in prose(chapter, "peak")
    found = chapter.findings["outlook_2030"].kept
    growth = (881.35 / 677.3) ** 0.2 - 1
    assert found["growth"] == pytest.approx(growth)
    assert found["needed"] == pytest.approx(-growth / (1 + growth))
    carbon = found["intensities"]["co2_intensity"]
    assert carbon["observed"] == pytest.approx(((3087.47 / 881.35) / (3400.92 / 677.3)) ** 0.2 - 1)
    assert carbon["word"] == "enough"
    # the figure's path: output grew by 30.1 %, so that intensity may be 1/1.301 of the base year's
    assert found["share"]["required"] == pytest.approx(100 * 677.3 / 881.35)
    assert found["air"]["required"] == pytest.approx((35 - 43.8) / 5)
    assert found["air"]["observed"] == pytest.approx((43.8 - 54.3) / 5)
    assert found["targets"] == ["N11"]
    rows = block(chapter, "outlook_2030", Table).rows
    assert [row.cells[-1].text for row in rows] == [
        "达到所需",
        "达到所需",
        "快于预期",
        "高于参照值",
    ]
    assert rows[-1].cells[4].text == "−2.1 μg/m³"
    assert all(row.cells[1].trace for row in rows)


def test_enough_means_that_the_total_did_not_rise():
    for unit in UNITS[::4]:
        chapter, _ = run(opened("1", unit))
        carbon = chapter.findings["outlook_2030"].kept["intensities"]["co2_intensity"]
        total = chapter.data.annual("co2_energy")
        assert (carbon["word"] == "enough") == (total.value(2025) <= total.value(2020))


@pytest.mark.parametrize("year", [2015, 2016, 2020, 2021, 2030])
def test_years_with_little_behind_or_ahead_of_them(year):
    chapter, _ = run(opened("1", "张店区", year))
    if year < 2018:
        assert chapter.findings["peak"].kept["word"] in ("unclear", "not_yet")
    if year <= 2020:  # what lies ahead of the year assessed is not lacking
        assert "评估年不晚于基期" in prose(chapter, "outlook_2030")
        assert chapter.findings["outlook_2030"].gaps == ()
    if year == 2030:  # past the horizon no pace is asked for
        assert "required" not in chapter.findings["outlook_2030"].kept["air"]


@pytest.mark.parametrize("unit", ["全市", "文昌湖"])
def test_published_pack_says_what_is_lacking(unit):
    chapter, _ = run(opened("1", unit, 2024, "data/published"))
    assert "word" not in chapter.findings["peak"].kept
    assert "数据不足" in prose(chapter, "peak")
    assert block(chapter, "peak", Figure) is None
    (gap,) = chapter.findings["peak"].gaps
    assert "CO₂" in gap.what
    assert gap.department


def test_a_known_break_is_not_crossed():
    values = dict(zip(range(2015, 2026), [200.0, 198, 196, 194, 100, 101, 102, 103, 104, 105, 106],
                      strict=True))  # fmt: skip
    opening = changed(opened("1", "张店区"), {"co2_energy": values}, breaks=(("co2_energy", 2019),))
    chapter, _ = run(opening)
    peak = chapter.findings["peak"].kept
    assert (peak["word"], peak["first_year"], peak["peak_year"]) == ("not_yet", 2019, 2025)
    assert "断点以前的数据不用" in prose(chapter, "peak")
    assert "最近一年" in block(chapter, "peak", Figure).title


def test_a_break_of_output_leaves_no_needed_pace():
    chapter, _ = run(changed(opened("1", "张店区"), {}, breaks=(("gdp_constant", 2023),)))
    found = chapter.findings["outlook_2030"].kept
    assert found["needed"] is None
    assert "断点" in prose(chapter, "outlook_2030")
    assert block(chapter, "outlook_2030", Figure) is None


def test_an_intensity_without_a_base_value_is_no_verdict():
    opening = changed(opened("1", "张店区"), {"energy_total": {2020: None}}, keep=True)
    chapter, _ = run(opening)
    found = chapter.findings["outlook_2030"].kept["intensities"]
    assert (found["co2_intensity"]["word"], found["energy_intensity"]["word"]) == (
        "enough", "insufficient_data",
    )  # fmt: skip
    assert "能耗强度" not in block(chapter, "outlook_2030", Figure).title


def test_values_of_zero_are_no_rates():
    chapter, _ = run(changed(opened("1", "张店区"), {"co2_energy": {2020: 0.0, 2025: 0.0}}))
    assert "没有大于零的年度值" in prose(chapter, "peak")


def test_a_standstill_of_the_unknown_grade_is_named():
    values = {year: 100.0 - (year > 2018) * (year - 2018) for year in range(2015, 2026)}
    values.pop(2017)
    chapter, _ = run(changed(opened("1", "张店区"), {"co2_energy": values}, grade=""))
    assert "最低一级" in prose(chapter, "peak")
    assert "缺 2017 年的数据" in prose(chapter, "peak")


def test_the_reference_limit_is_a_parameter():
    chapter = a_fall()
    standards = chapter.inputs.standards
    limit = standards.rules.reference_limits["pm25"].model_copy(update={"value": 25.0})
    for given, required in (({"pm25": limit}, (25 - 43.8) / 5), ({}, None)):
        rules = standards.rules.model_copy(update={"reference_limits": given})
        other = standards.model_copy(update={"rules": rules})
        read, _ = run(type(chapter)(chapter.inputs.model_copy(update={"standards": other})))
        found = read.findings["outlook_2030"].kept["air"]
        assert found.get("required") == (None if required is None else pytest.approx(required))


def test_edited_constants_are_followed():
    chapter, _ = run(a_fall(), YEARS_AFTER=6, SINCE=2022, HORIZON=2035)
    peak = chapter.findings["peak"].kept
    assert (peak["word"], peak["reason"], peak["slope"]) == ("unclear", "few_years_after", None)
    assert "最高值之后不足 6 年" in prose(chapter, "peak")
    found = chapter.findings["outlook_2030"].kept
    assert found["growth"] == pytest.approx((881.35 / 766.56) ** (1 / 3) - 1)
    assert found["air"]["required"] == pytest.approx((35 - 43.8) / 10)
    text = prose(chapter, "outlook_2030")
    assert "2022–2025 年 GDP" in text
    assert "到 2035 年每年需" in text
    assert "没有定在 2035 年的目标" in text
    assert block(chapter, "outlook_2030", Heading).text.startswith("到 2035 年")
    assert "从 2022 年算起" in block(chapter, "outlook_2030", Table).note
    assert "：以 2022 年为 100" in block(chapter, "outlook_2030", Figure).title
