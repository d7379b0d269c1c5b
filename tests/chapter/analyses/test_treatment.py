"""Equivalents, source against end of pipe, energy of waste-water treatment."""

import math

import pytest

from assessment.chapter.analyses.end_of_pipe import end_of_pipe
from assessment.chapter.analyses.equivalents import equivalents
from assessment.chapter.analyses.water_energy import water_energy
from tests.chapter.analyses.seen import UNITS, changed, check, opened
from tests.notebook_cells import run_findings

ANALYSES = (equivalents, end_of_pipe, water_energy)


def log_mean(a, b):
    return (a - b) / math.log(a / b)


def split(chapter, span="period"):
    found = chapter.results["end_of_pipe"]["spans"][span]["items"]
    return {item["indicator"]: item for item in found}


def test_equivalents_of_zhangdian_by_hand():
    chapter = opened("4", "张店区")
    check(chapter, equivalents(chapter))
    found = chapter.results["equivalents"]
    # tax law: 0.95 kg for SO2 and NOx, 1 kg for COD, 0.8 kg for NH3-N
    assert found["air"]["now"] == pytest.approx((587 + 6507) * 1000 / 0.95)
    assert found["water"]["now"] == pytest.approx(6338 * 1000 + 469 * 1000 / 0.8)
    before = (1735 + 9546) * 1000 / 0.95
    assert found["air"]["spans"]["period"]["change"] == pytest.approx(
        found["air"]["now"] / before - 1
    )
    last = found["air"]["years"][-1]
    assert set(last["parts"]) == {"SO2", "NOx"}
    assert last["dust"]["soot"] == pytest.approx(1709 * 1000 / 2.18)
    assert last["dust"]["general_dust"] == pytest.approx(1709 * 1000 / 4)


def test_dust_and_vocs_are_no_part_of_the_sum_and_that_is_said():
    chapter = opened("4", "张店区")
    other = changed(chapter, {"pm_emis": {2025: 99999.0}, "voc_emis": {2025: 99999.0}}, keep=True)
    sentences = check(chapter, equivalents(chapter))
    check(other, equivalents(other))
    assert (
        other.results["equivalents"]["air"]["now"] == chapter.results["equivalents"]["air"]["now"]
    )
    assert any("挥发性有机物" in s.text and "没有计入合计" in s.text for s in sentences)
    assert any("假定颗粒物" in s.text for s in sentences)


def test_a_year_without_one_pollutant_has_no_sum():
    chapter = changed(opened("4", "张店区"), {"nox_emis": {2025: None}}, keep=True)
    sentences = check(chapter, equivalents(chapter))
    found = chapter.results["equivalents"]["air"]
    assert found["now"] is None
    assert found["years"][-1]["total"] is None
    assert any("算不出来" in s.text and "2025" in s.text for s in sentences)
    assert any(gap.department == "市生态环境局" for gap in chapter.missed)


def test_equivalents_do_not_cross_a_break():
    chapter = changed(opened("4", "张店区"), {}, breaks=(("so2_emis", 2023),))
    check(chapter, equivalents(chapter))
    spans = chapter.results["equivalents"]["air"]["spans"]
    assert spans["period"]["change"] is None and "断点" in spans["period"]["reason"]
    assert spans["last_year"]["change"] is not None


def test_a_change_within_the_error_of_the_figures_is_marked():
    """Greenhouse gas of the works moved by 0.05 % on figures of grade C."""
    chapter = opened("4", "张店区")
    sentences = check(chapter, equivalents(chapter))
    assert chapter.results["equivalents"]["water"]["spans"]["period"]["within_error"] is True
    assert any("污水处理温室气体" in s.text and "只作参考" in s.text for s in sentences)


def test_end_of_pipe_of_zhangdian_by_hand():
    chapter = opened("4", "张店区")
    check(chapter, end_of_pipe(chapter))
    so2 = split(chapter)["so2_emis"]
    weight = log_mean(587, 1735)
    assert so2["source"] == pytest.approx(weight * math.log(21351 / 27033))
    assert so2["end_of_pipe"] == pytest.approx(weight * math.log((587 / 21351) / (1735 / 27033)))
    assert so2["source"] + so2["end_of_pipe"] == pytest.approx(587 - 1735)
    assert so2["removal_to"] == pytest.approx(1 - 587 / 21351)
    assert so2["end_of_pipe_is_synergy"] is False


def test_end_of_pipe_is_the_same_part_as_in_chapter_two():
    """The joint decomposition over shared drivers has the same end-of-pipe part."""
    here, there = opened("4", "临淄区"), opened("2", "临淄区")
    end_of_pipe(here)
    shared = run_findings("02", there.inputs, "drivers").findings["drivers"].kept["main"]
    for name in ("so2_emis", "nox_emis"):
        assert split(here)[name]["end_of_pipe"] == pytest.approx(shared[name]["end_of_pipe"])


def test_a_share_of_the_cut_is_only_given_where_both_cut():
    chapter = changed(
        opened("4", "张店区"),
        {
            "so2_generated": {2020: 1000.0, 2024: 1000.0, 2025: 2000.0},
            "so2_emis": {2020: 500.0, 2024: 500.0, 2025: 400.0},
        },
    )
    sentences = check(chapter, end_of_pipe(chapter))
    so2 = split(chapter)["so2_emis"]
    assert so2["source"] > 0 > so2["end_of_pipe"]
    assert so2["end_of_pipe_share"] is None
    assert "末端的减量不算协同" in sentences[0].text


@pytest.mark.parametrize("made", [0.0, 10.0])
def test_contradictory_amounts_have_a_reason(made):
    chapter = changed(opened("4", "张店区"), {"so2_generated": {2025: made}}, keep=True)
    sentences = check(chapter, end_of_pipe(chapter))
    assert "change" not in split(chapter)["so2_emis"]
    assert "数据矛盾" in sentences[0].text
    zero = changed(
        opened("4", "张店区"), {"so2_generated": {2025: 0.0}, "so2_emis": {2025: 0.0}}, keep=True
    )
    assert "产生量为零" in check(zero, end_of_pipe(zero))[0].text


def test_water_of_zhangdian_by_hand():
    chapter = opened("4", "张店区")
    sentences = check(chapter, water_energy(chapter))
    loads = chapter.results["water_energy"]["loads"]
    power, gas = loads["electricity"], loads["ghg"]
    # 10^4 kWh over 10^4 m3; 50019 t = 50019000 kg over 73555000 m3
    assert power["now"] == pytest.approx(2917.2 / 7355.5)
    assert gas["now"] == pytest.approx(50019000 / 73555000)
    weight = log_mean(2917.2, 2820.1)
    assert power["by_volume"] == pytest.approx(weight * math.log(7355.5 / 6727.6))
    assert power["by_volume"] + power["by_intensity"] == pytest.approx(2917.2 - 2820.1)
    assert any("数据不足" in s.text and "去除量" in s.text for s in sentences)
    assert any(g.department == "市城市管理局" and "去除量" in g.what for g in chapter.missed)


def test_no_water_treated_is_no_division():
    chapter = changed(opened("4", "张店区"), {"wastewater_volume": {2020: 10.0, 2025: 0.0}})
    sentences = check(chapter, water_energy(chapter))
    assert chapter.results["water_energy"]["loads"]["ghg"]["now"] is None
    assert "为零" in sentences[0].text


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit(unit):
    chapter = opened("4", unit)
    for analysis in ANALYSES:
        check(chapter, analysis(chapter))


@pytest.mark.parametrize(("unit", "year"), [("张店区", 2020), ("博山区", 2021), ("全市", 2016)])
def test_years_at_and_before_the_base(unit, year):
    chapter = opened("4", unit, year)
    for analysis in ANALYSES:
        check(chapter, analysis(chapter))


@pytest.mark.parametrize("unit", ["全市", "张店区", "文昌湖"])
def test_the_published_pack(unit):
    chapter = opened("4", unit, 2023, "data/published")
    for analysis in ANALYSES:
        sentences = check(chapter, analysis(chapter))
        assert any("数据不足" in s.text or "缺" in s.text for s in sentences)
    assert chapter.missed
