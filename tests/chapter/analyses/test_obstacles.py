import pytest

from assessment.chapter.analyses.obstacles import obstacles
from tests.chapter.analyses.seen import UNITS, changed, check, opened


def test_zhangdian_by_hand():
    chapter = opened("1", "张店区")
    check(chapter, obstacles(chapter))
    result = chapter.results["obstacles"]
    parts = {part["indicator"]: part for part in result["parts"]}
    # four subsystems of equal weight: 3 + 6 + 2 + 2 indicators
    assert parts["forest_coverage_rate"]["weight"] == pytest.approx(1 / 8)
    assert parts["pm25"]["weight"] == pytest.approx(1 / 24)
    assert parts["coal_share"]["weight"] == pytest.approx(1 / 12)
    # 14.56 % on a scale from 0 to 60; 41.2 on one from 75 to 15
    assert parts["forest_coverage_rate"]["level"] == pytest.approx(14.56 / 60)
    assert parts["pm25"]["level"] == pytest.approx((75 - 41.2) / 60)
    whole = sum(p["weight"] * (1 - p["level"]) for p in parts.values())
    assert parts["pm25"]["degree"] == pytest.approx((1 - (75 - 41.2) / 60) / 24 / whole)
    assert [p["indicator"] for p in result["parts"][:2]] == ["forest_coverage_rate", "gdp_growth"]


@pytest.mark.parametrize("year", [2015, 2020, 2025])
def test_degrees_add_up_wherever_there_are_any(year):
    for unit in UNITS:
        chapter = opened("1", unit, year)
        check(chapter, obstacles(chapter))
        parts = chapter.results["obstacles"]["parts"]
        if parts:
            assert sum(p["degree"] or 0 for p in parts) == pytest.approx(1)
            assert sum(p["weight"] or 0 for p in parts) == pytest.approx(1)


def test_a_chapter_with_subsystems_of_its_own():
    chapter = opened("2", "临淄区")
    check(chapter, obstacles(chapter))
    assert {p["subsystem"] for p in chapter.results["obstacles"]["parts"]} == {
        "能源降碳", "燃烧源减污",
    }  # fmt: skip


def test_below_the_coverage_floor_there_is_no_degree():
    chapter = changed(
        opened("1", "张店区"),
        {"forest_coverage_rate": {2025: None}, "green_coverage_rate": {2025: 41.0}},
        keep=True,
    )
    sentences = check(chapter, obstacles(chapter))
    assert chapter.results["obstacles"]["parts"] == []
    assert "森林覆盖率" in sentences[0].text
    assert chapter.told == []


@pytest.mark.parametrize("unit", ["全市", "张店区", "文昌湖"])
def test_published_pack(unit):
    chapter = opened("1", unit, 2024, "data/published")
    check(chapter, obstacles(chapter))
    assert chapter.results["obstacles"]["parts"] == []
