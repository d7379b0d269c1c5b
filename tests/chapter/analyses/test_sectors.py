import pytest

from assessment.chapter.analyses.sectors import sectors
from assessment.show.blocks import Figure
from tests.chapter.analyses.seen import UNITS, changed, check, opened


def total(chapter, name, span="period"):
    found = chapter.results["sectors"]["spans"][span]["totals"]
    return next(t for t in found if t["indicator"] == name)


def test_linzi_by_hand():
    chapter = opened("3", "临淄区")
    blocks = sectors(chapter)
    sentences = check(chapter, blocks)
    carbon, nox = total(chapter, "co2_energy"), total(chapter, "nox_emis")
    assert carbon["change"] == pytest.approx(3087.47 - 3400.92)
    assert carbon["parts"]["工业"]["share"] == pytest.approx(
        (2802.77 - 3098.18) / (3087.47 - 3400.92)
    )
    assert carbon["parts"]["交通运输"]["change"] == pytest.approx(171.19 - 169.58)
    assert nox["parts"]["交通运输"]["share"] == pytest.approx((5811 - 7707) / (14905 - 23070))
    assert carbon["largest"] == nox["largest"] == "工业"
    span = chapter.results["sectors"]["spans"]["period"]
    assert span["together"] == ["工业", "建筑", "农业"]
    assert span["readings"]["交通运输"] == "only_pollutant_falls"
    assert any("没有同降的:交通运输" in s.text for s in sentences)
    assert len([b for b in blocks.blocks if isinstance(b, Figure)]) == 1


@pytest.mark.parametrize("year", [2016, 2025])
def test_shares_add_up_in_every_unit(year):
    for unit in UNITS:
        chapter = opened("3", unit, year)
        check(chapter, sectors(chapter))
        for span in chapter.results["sectors"]["spans"].values():
            for found in span["totals"]:
                assert not found["reason"], (unit, found["reason"])
                if found["rest_share"] is not None:
                    whole = sum(part["share"] for part in found["parts"].values())
                    assert whole + found["rest_share"] == pytest.approx(1)


def test_what_no_sector_bears_is_shown_not_spread():
    chapter = changed(
        opened("3", "张店区"), {"co2_energy": {2020: 800.0, 2024: 720.0, 2025: 700.0}}
    )
    blocks = sectors(chapter)
    check(chapter, blocks)
    found = total(chapter, "co2_energy")
    # the parts fall by 72.49 in all, the total by 100
    assert found["has_rest"] and found["rest"] == pytest.approx(-100 + 72.49)
    assert any(row.cells[0].text == "未分到领域" for row in blocks.blocks[4].rows)


def test_two_rises_are_never_synergy():
    chapter = opened("3", "经济开发区")  # CO2 and NOx of industry both rise in 2025
    sentences = check(chapter, sectors(chapter))
    span = chapter.results["sectors"]["spans"]["last_year"]
    assert span["readings"]["工业"] == "both_rise"
    assert span["readings"]["建筑"] == "mixed"
    assert span["together"] == []
    # where the total rose nobody is named as the largest cut
    assert total(chapter, "co2_energy")["largest"] is None
    assert not any("碳与污染物的减量" in s.text for s in sentences)


def test_a_break_forbids_the_comparison():
    chapter = changed(opened("3", "张店区"), {}, breaks=(("nox_industry", 2022),))
    check(chapter, sectors(chapter))
    assert "断点" in total(chapter, "nox_emis")["reason"]
    assert total(chapter, "nox_emis", "last_year")["reason"] == ""
    assert chapter.results["sectors"]["spans"]["period"]["readings"]["工业"] == "undefined"


def test_activities_by_hand():
    chapter = opened("3", "张店区")
    check(chapter, sectors(chapter))
    found = chapter.results["sectors"]["activities"]
    assert found["nev_new_sales_share"]["change"] == pytest.approx(45.6 - 5.4)
    assert found["straw_utilisation_rate"]["value"] == 96.1
    taxis = found["nev_share_new_taxis"]
    assert taxis["value"] == pytest.approx(100 * taxis["counts"][0] / taxis["counts"][1], abs=0.05)


def test_a_zero_denominator_is_not_applicable():
    chapter = opened("3", "博山区")  # no new bus in 2025
    check(chapter, sectors(chapter))
    assert "为零" in chapter.results["sectors"]["activities"]["nev_share_new_buses"]["reason"]


@pytest.mark.parametrize("unit", ["全市", "张店区", "文昌湖"])
def test_published_pack(unit):
    chapter = opened("3", unit, 2024, "data/published")
    blocks = sectors(chapter)
    check(chapter, blocks)
    assert not any(isinstance(block, Figure) for block in blocks.blocks)
    assert chapter.told == [] and chapter.missed
