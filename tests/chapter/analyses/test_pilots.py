"""Pilots and what they report to cut: cells of chapter 5."""

import pytest

from assessment.show.blocks import Prose, Table
from tests.chapter.analyses.cells import block, prose
from tests.chapter.analyses.seen import UNITS, checked, given, opened
from tests.notebook_cells import run_findings


def run(unit, year=2025, data="data/demo", **values):
    inputs = opened("5", unit, year, data).inputs
    chapter = run_findings("05", inputs, "pilots", "pilot_cuts", **values)
    checked(chapter, "pilots")
    checked(chapter, "pilot_cuts")
    return chapter, chapter.findings["pilots"].kept["levels"], chapter.findings["pilot_cuts"].kept


def test_a_unit_lists_its_pilots_and_is_not_judged():
    chapter, levels, cuts = run("临淄区")
    assert [one["aim"] for one in levels.values()] == [1, 2, 6]
    assert (levels["pilot_parks"]["own"], levels["pilot_parks"]["city"]) == (1, 1)
    assert (levels["pilot_enterprises"]["own"], levels["pilot_enterprises"]["city"]) == (2, 7)
    assert levels["pilot_city"]["own"] is None
    assert {one["verdict"] for one in levels.values()} == {"city_only", "contribution_only"}
    assert cuts["kg_per_tonne"] == pytest.approx(752 / 108891 * 1000)
    assert cuts["share_of_unit"] == pytest.approx(
        108891 / (given("临淄区")("co2_energy", 2025) * 1e4)
    )
    assert "试点企业排放量较试点前下降 11.7%（D 级数据）" in prose(chapter, "pilot_cuts")
    cautions = [
        b.text for b in chapter.findings["pilot_cuts"].blocks.blocks
        if isinstance(b, Prose) and b.tone == "caution"
    ]  # fmt: skip
    assert "不能推到本单元的其他企业" in cautions[0]
    assert block(chapter, "pilot_cuts", Table).rows[0].cells[1].trace


def test_the_city_is_judged_against_one_two_and_six():
    chapter, _, _ = run("全市")
    words = [row.cells[-1].text for row in block(chapter, "pilots", Table).rows]
    assert words == ["完成", "未完成", "完成"]
    assert "园区试点 1 个（方案要 2，未完成）" in prose(chapter, "pilots")


def test_no_pilot_is_no_reduction():
    chapter, _, cuts = run("文昌湖")
    assert cuts["kg_per_tonne"] is None
    assert "为零" in prose(chapter, "pilot_cuts")
    cell = block(chapter, "pilot_cuts", Table).rows[0].cells[5]
    assert cell.text == "不适用" and cell.note


def test_sentence_and_table_follow_the_levels_listed():
    chapter, levels, _ = run("临淄区", LEVELS=["pilot_parks"])
    assert list(levels) == ["pilot_parks"]
    assert "企业试点" not in prose(chapter, "pilots")
    assert len(block(chapter, "pilots", Table).rows) == 1


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit(unit):
    run(unit)


@pytest.mark.parametrize("unit", ["全市", "张店区", "文昌湖"])
def test_the_published_pack(unit):
    chapter, _, _ = run(unit, 2023, "data/published")
    assert "数据不足" in prose(chapter, "pilot_cuts")


@pytest.mark.parametrize("year", [2015, 2020])
def test_before_the_plan(year):
    run("张店区", year)
