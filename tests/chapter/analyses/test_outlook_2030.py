import pytest

from assessment.chapter.analyses.outlook_2030 import outlook_2030
from assessment.show.blocks import Prose
from tests.chapter.analyses.seen import UNITS, changed, check, opened


def test_linzi_by_hand():
    chapter = opened("1", "临淄区")
    blocks = outlook_2030(chapter)
    check(chapter, blocks)
    result = chapter.results["outlook_2030"]
    peak = result["peak"]
    # demo pack: 3400.92 in 2020, then 3339.84 3309.62 3243.07 3135.97 3087.47, grade C (15 %)
    assert (peak["word"], peak["peak_year"], peak["years_since"]) == ("看不出", 2020, 5)
    assert peak["fall"] == pytest.approx((3400.92 - 3087.47) / 3400.92)
    assert peak["below"] == 0
    assert peak["p"] is None  # five falling values: no significance is spoken of
    prose = "".join(b.text for b in blocks.blocks if isinstance(b, Prose))
    assert "点数太少,不作显著性检验" in prose
    assert "Mann" not in prose
    even = result["break_even"]
    growth = (881.35 / 677.3) ** 0.2 - 1
    assert even["growth"] == pytest.approx(growth)
    assert even["needed"] == pytest.approx(-growth / (1 + growth))
    carbon = even["indicators"]["co2_intensity"]
    assert carbon["pace"] == pytest.approx(((3087.47 / 881.35) / (3400.92 / 677.3)) ** 0.2 - 1)
    assert carbon["enough"]
    assert result["pm25"]["required"] == pytest.approx((35 - 43.8) / 5)
    assert result["pm25"]["observed"] == pytest.approx((43.8 - 54.3) / 5)
    assert result["targets"] == ["N11"]


def test_enough_means_that_the_total_did_not_rise():
    for unit in UNITS:
        chapter = opened("1", unit)
        outlook_2030(chapter)
        carbon = chapter.results["outlook_2030"]["break_even"]["indicators"]["co2_intensity"]
        total = chapter.data.annual("co2_energy")
        assert carbon["enough"] == (total.value(2025) <= total.value(2020))


@pytest.mark.parametrize("year", [2015, 2016, 2020, 2025])
def test_every_unit_and_year_of_the_demo_pack(year):
    for unit in UNITS:
        chapter = opened("1", unit, year)
        check(chapter, outlook_2030(chapter))
        word = chapter.results["outlook_2030"]["peak"]["word"]
        if year < 2018:
            assert word in ("看不出", "尚未见峰")


@pytest.mark.parametrize("unit", UNITS)
def test_published_pack_says_what_is_lacking(unit):
    chapter = opened("1", unit, 2024, "data/published")
    check(chapter, outlook_2030(chapter))
    assert chapter.results["outlook_2030"]["peak"]["word"] == "数据不足"
    assert any("CO₂" in gap.what and gap.department for gap in chapter.missed)


def test_a_known_break_is_not_crossed():
    values = dict(zip(range(2015, 2026), [200.0, 198, 196, 194, 100, 101, 102, 103, 104, 105, 106],
                      strict=True))  # fmt: skip
    chapter = changed(opened("1", "张店区"), {"co2_energy": values}, breaks=(("co2_energy", 2019),))
    sentences = check(chapter, outlook_2030(chapter))
    peak = chapter.results["outlook_2030"]["peak"]
    assert (peak["word"], peak["first_year"], peak["peak_year"]) == ("尚未见峰", 2019, 2025)
    assert any("断点以前的数据不用" in s.text for s in sentences)


def test_a_break_of_output_leaves_no_needed_pace():
    chapter = changed(opened("1", "张店区"), {}, breaks=(("gdp_constant", 2023),))
    check(chapter, outlook_2030(chapter))
    even = chapter.results["outlook_2030"]["break_even"]
    assert "断点" in even["reason"] and even["indicators"] == {}


def test_past_the_horizon_no_pace_is_asked_for():
    chapter = opened("1", "张店区", 2030)
    check(chapter, outlook_2030(chapter))
    assert "required" not in chapter.results["outlook_2030"]["pm25"]


def test_a_standstill_of_the_unknown_grade_is_named():
    values = {year: 100.0 - (year > 2018) * (year - 2018) for year in range(2015, 2026)}
    chapter = changed(opened("1", "张店区"), {"co2_energy": values}, grade="")
    sentences = check(chapter, outlook_2030(chapter))
    assert any("最低一级" in s.text for s in sentences)


def test_the_reference_limit_is_a_parameter():
    chapter = opened("1", "临淄区")
    standards = chapter.inputs.standards
    limit = standards.rules.reference_limits["pm25"].model_copy(update={"value": 25.0})
    for given, required in (({"pm25": limit}, (25 - 43.8) / 5), ({}, None)):
        rules = standards.rules.model_copy(update={"reference_limits": given})
        other = standards.model_copy(update={"rules": rules})
        read = type(chapter)(chapter.inputs.model_copy(update={"standards": other}))
        check(read, outlook_2030(read))
        found = read.results["outlook_2030"]["pm25"]
        assert found.get("required") == (None if required is None else pytest.approx(required))
