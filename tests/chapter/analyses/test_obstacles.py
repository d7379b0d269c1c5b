import pytest

from tests.chapter.analyses.cells import Table, block, checked, prose
from tests.chapter.analyses.seen import changed, given, opened
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
    # scales from 0 to 60 % and from 75 to 15
    forest, dust = (given("张店区")(name, 2025) for name in ("forest_coverage_rate", "pm25"))
    assert parts["forest_coverage_rate"]["level"] == pytest.approx(forest / 60)
    assert parts["pm25"]["level"] == pytest.approx((75 - dust) / 60)
    whole = sum(p["weight"] * (1 - p["level"]) for p in parts.values())
    assert parts["pm25"]["degree"] == pytest.approx((1 - (75 - dust) / 60) / 24 / whole)
    degrees = [part["degree"] for part in parts.values()]
    assert degrees == sorted(degrees, reverse=True)
    assert next(iter(parts)) == "forest_coverage_rate"
    degree = (1 - forest / 60) / 8 / whole
    apart = f"；森林覆盖率（障碍度 {degree:.1%}，属扩绿）主要由自然条件决定，不算短板。"
    said = prose(chapter, "obstacles")
    assert said.count("森林覆盖率") == 1 and apart in said
    named = [part["degree"] for part in parts.values()][1:4]
    assert f"合计占 {sum(named):.1%}；" in said
    beyond, _ = run(changed(opened("1", "张店区"), {"pm25": {2025: 10.0}}, keep=True))
    cells = [row.cells[2] for row in block(beyond, "obstacles", Table).rows]
    (clipped,) = [cell for cell in cells if cell.value == 10.0]
    assert clipped.note == "越过标尺，按端点计" and clipped.trace


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
    chapter, parts = run(opened("1", "张店区"), NAMED=1)
    text = prose(chapter, "obstacles")
    assert "GDP增速" not in text
    first = max(part["degree"] for name, part in parts.items() if not part["natural"])
    assert f"合计占 {first:.1%}" in text
