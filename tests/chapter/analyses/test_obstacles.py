import pytest

from tests.chapter.analyses.cells import Table, block, checked, prose
from tests.chapter.analyses.seen import changed, opened
from tests.notebook_cells import run_findings


def run(opening, **values):
    chapter = run_findings("01", opening.inputs, "obstacles", **values)
    checked(chapter)
    return chapter, chapter.findings["obstacles"].kept["part"]


def test_zhangdian_by_hand():
    chapter, parts = run(opened("1", "张店区"))
    # four subsystems of equal weight: 3 + 6 + 2 + 2 indicators
    assert parts["forest_coverage_rate"]["weight"] == pytest.approx(1 / 8)
    assert parts["pm25"]["weight"] == pytest.approx(1 / 24)
    assert parts["coal_share"]["weight"] == pytest.approx(1 / 12)
    # 14.56 % on a scale from 0 to 60; 41.2 on one from 75 to 15
    assert parts["forest_coverage_rate"]["level"] == pytest.approx(14.56 / 60)
    assert parts["pm25"]["level"] == pytest.approx((75 - 41.2) / 60)
    whole = sum(p["weight"] * (1 - p["level"]) for p in parts.values())
    assert parts["pm25"]["degree"] == pytest.approx((1 - (75 - 41.2) / 60) / 24 / whole)
    assert list(parts)[:2] == ["forest_coverage_rate", "gdp_growth"]
    assert "森林覆盖率（障碍度 27.8%，属扩绿，受自然条件影响）" in prose(chapter, "obstacles")
    last = block(chapter, "obstacles", Table).rows[-1]
    assert last.cells[2].note == "越过标尺，按端点计"
    assert last.cells[2].trace


@pytest.mark.parametrize(
    ("unit", "year"), [("文昌湖", 2025), ("全市", 2020), ("沂源县", 2016), ("桓台县", 2015)]
)
def test_degrees_add_up_wherever_there_are_any(unit, year):
    chapter, parts = run(opened("1", unit, year))
    degrees = [p["degree"] for p in parts.values() if p["degree"] is not None]
    assert sum(degrees) == pytest.approx(1 if degrees else 0)
    assert (block(chapter, "obstacles", Table) is None) == (not degrees)


def test_a_chapter_with_subsystems_of_its_own():
    chapter = opened("1", "临淄区")
    own = {"subsystems": chapter.inputs.standards.framework.subsystems[:2]}
    analysis = chapter.inputs.analysis.model_copy(update=own)
    inputs = chapter.inputs.model_copy(update={"analysis": analysis})
    chapter, parts = run(type(chapter)(inputs))
    assert {p["subsystem"] for p in parts.values()} == {"降碳", "减污"}
    # halves: 3 and 6 indicators
    assert parts["pm25"]["weight"] == pytest.approx(1 / 12)
    assert "本章子系统" in block(chapter, "obstacles", Table).note


def test_below_the_coverage_floor_there_is_no_degree():
    opening = changed(
        opened("1", "张店区"),
        {"forest_coverage_rate": {2025: None}, "green_coverage_rate": {2025: 41.0}},
        keep=True,
    )
    chapter, parts = run(opening)
    assert all(part["degree"] is None for part in parts.values())
    assert "扩绿缺 森林覆盖率" in prose(chapter, "obstacles")
    assert chapter.findings["obstacles"].messages == ()


@pytest.mark.parametrize("unit", ["全市", "文昌湖"])
def test_published_pack(unit):
    chapter, _ = run(opened("1", unit, 2024, "data/published"))
    assert "数据不足" in prose(chapter, "obstacles")
    assert block(chapter, "obstacles", Table) is None


def test_how_many_are_named_is_followed():
    chapter, _ = run(opened("1", "张店区"), NAMED=1)
    text = prose(chapter, "obstacles")
    assert "GDP增速" not in text
    assert "合计占 27.8%" in text
