import pytest

from assessment.chapter.analyses.decoupling import decoupling
from assessment.show.blocks import Table
from tests.chapter.analyses.seen import UNITS, changed, check, opened


def items(chapter):
    return {item["indicator"]: item for item in chapter.results["decoupling"]["items"]}


def test_zhangdian_by_hand():
    chapter = opened("2", "张店区")
    check(chapter, decoupling(chapter))
    carbon = items(chapter)["co2_energy"]
    growth = (1152.27 - 864.64) / 864.64
    change = (681.51 - 754.0) / 754.0
    assert carbon["period"]["word"] == "强脱钩"
    assert carbon["period"]["elasticity"] == pytest.approx(change / growth)
    assert chapter.results["decoupling"]["output_change"] == pytest.approx(growth)
    assert carbon["counts"] == {"强脱钩": 5}
    year = carbon["years"][-1]
    assert (year["from_year"], year["to_year"]) == (2024, 2025)
    assert year["elasticity"] == pytest.approx(
        ((681.51 - 693.93) / 693.93) / ((1152.27 - 1103.06) / 1103.06)
    )


def test_the_census_break_is_not_crossed():
    chapter = opened("2", "张店区")
    sentences = check(chapter, decoupling(chapter))
    for item in items(chapter).values():
        broken = [w for w in item["years"] if w["to_year"] == 2019]
        assert [w["elasticity"] for w in broken] == [None]
        assert "断点" in broken[0]["reason"]
        assert all(w["elasticity"] is not None for w in item["years"] if w["to_year"] != 2019)
    assert any("跨过口径断点" in s.text for s in sentences)


def test_windows_of_a_year_are_all_of_one_year():
    chapter = changed(opened("2", "张店区"), {"co2_energy": {2023: None}}, keep=True)
    check(chapter, decoupling(chapter))
    ends = [w["to_year"] for w in items(chapter)["co2_energy"]["years"]]
    assert 2023 not in ends and 2024 not in ends
    assert all(w["to_year"] - w["from_year"] == 1 for w in items(chapter)["co2_energy"]["years"])


def test_both_falling_is_not_decoupling_of_growth():
    chapter = changed(
        opened("2", "张店区"),
        {"gdp_constant": {2020: 100.0, 2024: 90.0, 2025: 80.0},
         "co2_energy": {2020: 100.0, 2024: 80.0, 2025: 50.0}},
    )  # fmt: skip
    sentences = check(chapter, decoupling(chapter))
    assert items(chapter)["co2_energy"]["period"]["word"] == "衰退脱钩"  # 50 % over 20 %
    assert "增长" not in sentences[0].text


def test_a_standstill_of_output_is_undefined():
    chapter = changed(
        opened("2", "张店区"), {"gdp_constant": {2020: 100.0, 2024: 100.0, 2025: 100.0}}
    )
    check(chapter, decoupling(chapter))
    assert items(chapter)["co2_energy"]["period"]["word"] == "无法判断"


@pytest.mark.parametrize("year", [2015, 2019, 2020, 2025])
def test_every_unit_of_the_demo_pack(year):
    for unit in UNITS:
        chapter = opened("2", unit, year)
        check(chapter, decoupling(chapter))


def test_published_pack_has_no_table_and_asks_for_data():
    chapter = opened("2", "张店区", 2024, "data/published")
    blocks = decoupling(chapter)
    check(chapter, blocks)
    assert not any(isinstance(block, Table) for block in blocks.blocks)
    assert {gap.department for gap in chapter.missed} == {"市统计局", "市生态环境局"}
