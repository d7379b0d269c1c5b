"""Equivalents, source against end of pipe, energy of waste-water treatment."""

import math

import pytest

from assessment.show.blocks import Table
from tests.chapter.analyses.seen import UNITS, changed, checked, given, opened, sentences_of
from tests.notebook_cells import run_findings

FINDINGS = ("equivalents", "end_of_pipe", "water_energy")


def log_mean(a, b):
    return (a - b) / math.log(a / b)


def run(chapter, key, **constants):
    done = run_findings("04", chapter.inputs, key, **constants)
    return checked(done, key)


def text_of(finding):
    return "".join(s.text for s in sentences_of(finding))


def table_of(finding):
    (table,) = [b for b in finding.blocks.blocks if isinstance(b, Table)]
    return table


def test_equivalents_of_zhangdian_by_hand():
    found = run(opened("4", "张店区"), "equivalents").kept
    so2, nox, cod, ammonia, dust = (
        given("张店区")(f"{name}_emis", 2025) for name in ("so2", "nox", "cod", "nh3n", "pm")
    )
    before = given("张店区")("so2_emis", 2020) + given("张店区")("nox_emis", 2020)
    # tax law: 0.95 kg for SO2 and NOx, 1 kg for COD, 0.8 kg for NH3-N; in ten thousands
    assert found["now"]["air"] == pytest.approx((so2 + nox) * 1000 / 0.95 / 1e4)
    assert found["now"]["water"] == pytest.approx((cod * 1000 + ammonia * 1000 / 0.8) / 1e4)
    assert found["main"]["air"]["change"] == pytest.approx((so2 + nox) / before - 1)
    last = found["tables"]["table"][0]
    assert last["SO2"] + last["NOx"] == pytest.approx(last["air"])
    assert last["soot"] == pytest.approx(dust * 1000 / 2.18 / 1e4)
    assert last["general_dust"] == pytest.approx(dust * 1000 / 4 / 1e4)


def test_dust_and_vocs_are_no_part_of_the_sum_and_that_is_said():
    chapter = opened("4", "张店区")
    other = changed(chapter, {"pm_emis": {2025: 99999.0}, "voc_emis": {2025: 99999.0}}, keep=True)
    found = run(chapter, "equivalents")
    assert run(other, "equivalents").kept["now"] == found.kept["now"]
    assert "挥发性有机物总量和颗粒物" in text_of(found) and "没有计入合计" in text_of(found)
    dust = given("张店区")("pm_emis", 2025) / 10
    said = f"按一般性粉尘 {dust / 4:.1f} 万当量，按烟尘 {dust / 2.18:.1f} 万当量"
    assert said in text_of(found)


def test_an_edited_list_of_pollutants_is_followed_by_sentence_table_and_note():
    alone = {"air": {"so2_emis": "SO2"}, "water": {"cod_emis": "COD"}}
    found = run(opened("4", "张店区"), "equivalents", POLLUTANTS=alone, DUST_KINDS={})
    now = given("张店区")("so2_emis", 2025) / 0.95 / 10
    assert f"大气污染当量（SO₂） 2025 年为 {now:.1f} 万当量" in text_of(found)
    table = table_of(found)
    assert [c.label for c in table.columns] == ["年份", "大气合计", "SO₂", "水合计", "COD"]
    assert "当量值（千克）：SO₂ 0.95，COD 1.00。" in table.note


def test_a_year_without_one_pollutant_has_no_sum():
    chapter = changed(opened("4", "张店区"), {"nox_emis": {2025: None}}, keep=True)
    found = run(chapter, "equivalents")
    assert found.kept["now"]["air"] is None
    assert found.kept["tables"]["table"][0]["air"] is None
    assert "算不出来（缺 2025 年的NOx" in text_of(found)
    assert any(gap.department == "市生态环境局" for gap in found.gaps)


def test_a_negative_emission_has_no_sum():
    chapter = changed(opened("4", "张店区"), {"nox_emis": {2025: -1.0}}, keep=True)
    assert "算不出来（数值为负）" in text_of(run(chapter, "equivalents"))


def test_equivalents_do_not_cross_a_break():
    chapter = changed(opened("4", "张店区"), {}, breaks=(("so2_emis", 2023),))
    finding = run(chapter, "equivalents")
    found = finding.kept
    assert found["main"]["air"]["change"] is None and "断点" in found["main"]["air"]["reason"]
    assert found["last_year"]["air"]["change"] is not None
    # the table's years are not all comparable; the pack itself has a break of the water pollutants
    note = table_of(finding).note
    assert "大气污染物的口径在 2023 年有变动，前后不可比。" in note
    assert "水污染物的口径在 2020 年有变动，前后不可比。" in note


def test_what_the_works_emit_is_not_set_against_what_they_take_out():
    found = run(opened("4", "张店区"), "equivalents")
    assert found.kept["main"]["water"]["carbon"] is None


def test_end_of_pipe_of_zhangdian_by_hand():
    found = run(opened("4", "张店区"), "end_of_pipe")
    so2 = found.kept["main"]["so2_emis"]
    (was, out), (raw, made) = (
        [given("张店区")(name, year) for year in (2020, 2025)]
        for name in ("so2_emis", "so2_generated")
    )
    weight = log_mean(out, was)
    assert so2["source"] == pytest.approx(weight * math.log(made / raw))
    assert so2["end_of_pipe"] == pytest.approx(weight * math.log((out / made) / (was / raw)))
    assert so2["source"] + so2["end_of_pipe"] == pytest.approx(out - was)
    assert so2["removal_to"] == pytest.approx(1 - out / made)
    share = so2["end_of_pipe"] / (out - was)
    assert f"末端占减量的 {100 * share:.0f}%，这一部分不算协同" in text_of(found)


def test_end_of_pipe_is_the_same_part_as_in_chapter_two():
    """The joint decomposition over shared drivers has the same end-of-pipe part."""
    here, there = opened("4", "临淄区"), opened("2", "临淄区")
    found = run(here, "end_of_pipe").kept["main"]
    shared = run_findings("02", there.inputs, "drivers").findings["drivers"].kept["main"]
    for name in ("so2_emis", "nox_emis"):
        assert found[name]["end_of_pipe"] == pytest.approx(shared[name]["end_of_pipe"])


def test_an_edited_list_of_pairs_is_followed_by_sentence_and_table():
    found = run(opened("4", "张店区"), "end_of_pipe", PAIRS={"nox_emis": "nox_generated"})
    (sentence,) = sentences_of(found)
    fell = given("张店区")("nox_emis", 2020) - given("张店区")("nox_emis", 2025)
    assert sentence.text.startswith(f"2020–2025 年NOx排放量下降 {fell:.0f} 吨")
    assert [row.cells[0].text for row in table_of(found).rows] == ["NOx排放量（吨）"] * 2


def test_a_share_of_the_cut_is_only_given_where_both_cut():
    chapter = changed(
        opened("4", "张店区"),
        {
            "so2_generated": {2020: 1000.0, 2024: 1000.0, 2025: 2000.0},
            "so2_emis": {2020: 500.0, 2024: 500.0, 2025: 400.0},
        },
    )
    found = run(chapter, "end_of_pipe")
    so2 = found.kept["main"]["so2_emis"]
    assert so2["source"] > 0 > so2["end_of_pipe"]
    assert so2["end_share"] is None
    assert "末端的减量不算协同" in sentences_of(found)[0].text


@pytest.mark.parametrize(
    ("made", "out", "why"),
    [
        (10.0, 587.0, "2025 年排放量大于产生量或为负，数据矛盾"),
        (0.0, 587.0, "2025 年排放量大于产生量或为负，数据矛盾"),
        (10.0, -1.0, "2025 年排放量大于产生量或为负，数据矛盾"),
        (0.0, 0.0, "2025 年产生量为零"),
    ],
)
def test_contradictory_amounts_have_a_reason(made, out, why):
    amounts = {"so2_generated": {2025: made}, "so2_emis": {2025: out}}
    found = run(changed(opened("4", "张店区"), amounts, keep=True), "end_of_pipe")
    assert found.kept["main"]["so2_emis"]["source"] is None
    assert f"分不出源头与末端（{why}）" in sentences_of(found)[0].text
    cell = table_of(found).rows[0].cells[3]
    assert (cell.text, cell.note) == ("数据不足", why)


def test_water_of_zhangdian_by_hand():
    found = run(opened("4", "张店区"), "water_energy")
    power = found.kept["loads"]["wastewater_electricity"]
    gas = found.kept["loads"]["wastewater_ghg"]
    (used, uses), (volume, treated), (cod, cod_now) = (
        [given("张店区")(name, year) for year in (2020, 2025)]
        for name in ("wastewater_electricity", "wastewater_volume", "cod_emis")
    )
    # 10^4 kWh over 10^4 m3; t over 10^4 m3 is 1000 kg over 10^4 m3
    assert power["now"] == pytest.approx(uses / treated)
    assert gas["now"] == pytest.approx(given("张店区")("wastewater_ghg", 2025) / 10 / treated)
    weight = log_mean(uses, used)
    assert power["by_volume"] == pytest.approx(weight * math.log(treated / volume))
    assert power["by_volume"] + power["by_intensity"] == pytest.approx(uses - used)
    assert found.kept["emitted"]["cod_emis"] == pytest.approx(cod_now / cod - 1)
    assert "去除一千克污染物要多少能耗：数据不足" in text_of(found)
    assert any(g.department == "市城市管理局" and "去除量" in g.what for g in found.gaps)


def test_edited_loads_are_followed_by_sentence_and_table():
    loads = {"wastewater_electricity": (1000.0, "瓦时/立方米")}
    found = run(opened("4", "张店区"), "water_energy", LOADS=loads, BESIDE=["cod_emis"])
    pack = given("张店区")
    used = 1000 * pack("wastewater_electricity", 2025) / pack("wastewater_volume", 2025)
    fell = 1 - pack("cod_emis", 2025) / pack("cod_emis", 2020)
    assert f"2025 年为 {used:.3f} 瓦时/立方米" in text_of(found)
    assert f"全单元COD排放量下降 {fell:.1%}。" in text_of(found)
    units = [column.unit for column in table_of(found).columns]
    assert units == ["", "万立方米", "瓦时/立方米", "吨"]


def test_no_water_treated_is_no_division():
    chapter = changed(opened("4", "张店区"), {"wastewater_volume": {2020: 10.0, 2025: 0.0}})
    found = run(chapter, "water_energy")
    assert found.kept["loads"]["wastewater_ghg"]["now"] is None
    assert "处理水量为零" in sentences_of(found)[0].text


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit(unit):
    chapter = opened("4", unit)
    for key in FINDINGS:
        run(chapter, key)


@pytest.mark.parametrize(("unit", "year"), [("张店区", 2020), ("博山区", 2021), ("全市", 2016)])
def test_years_at_and_before_the_base(unit, year):
    chapter = opened("4", unit, year)
    for key in FINDINGS:
        run(chapter, key)


@pytest.mark.parametrize("unit", ["全市", "张店区", "文昌湖"])
def test_the_published_pack(unit):
    chapter = opened("4", unit, 2023, "data/published")
    for key in FINDINGS:
        found = run(chapter, key)
        assert "数据不足" in text_of(found) or "缺" in text_of(found)
        assert found.gaps
