import pytest

from assessment.show.blocks import Figure, Table
from tests.chapter.analyses.seen import UNITS, changed, checked, given, opened, sentences_of
from tests.notebook_cells import run_findings

SECTORS = {"工业": "industry", "交通运输": "transport", "建筑": "buildings", "农业": "agriculture"}


def run(chapter, key="sectors", **constants):
    return checked(run_findings("03", chapter.inputs, key, **constants), key)


def table_of(finding, period=0):
    start = finding.kept["periods"][period]["start"]
    rows = finding.kept["tables"]["table"]
    return {row["sector"]: row for row in rows if row["start"] == start}


def texts(finding):
    return [s.text for s in sentences_of(finding)]


def test_linzi_by_hand():
    found = run(opened("3", "临淄区"))
    totals, rows = found.kept["totals"], table_of(found)

    def change(name):
        return given("临淄区")(name, 2025) - given("临淄区")(name, 2020)

    assert totals["co2_energy"]["change"] == pytest.approx(change("co2_energy"))
    assert rows["工业"]["co2_energy_share"] == pytest.approx(
        change("co2_industry") / change("co2_energy")
    )
    assert rows["交通运输"]["co2_energy"] == pytest.approx(
        change("co2_transport") / given("临淄区")("co2_transport", 2020)
    )
    assert rows["交通运输"]["nox_emis_share"] == pytest.approx(
        change("nox_transport") / change("nox_emis")
    )
    largest = found.kept["largest"]
    for name, total in (("co2", "co2_energy"), ("nox", "nox_emis")):
        cuts = {word: change(f"{name}_{sector}") for word, sector in SECTORS.items()}
        assert largest[total]["sector"] == min(cuts, key=cuts.__getitem__)
    fell = found.kept["together"][0]
    both = [
        word for word, sector in SECTORS.items()
        if max(change(f"{name}_{sector}") for name in ("co2", "nox", "pm")) < 0
    ]  # fmt: skip
    assert set(fell) <= set(both)  # those that fell by more than the error
    plane, _ = found.figures
    assert f"{len(fell)} 个领域的二氧化碳与各污染物都下降，且超出误差" in plane.title


@pytest.mark.parametrize("year", [2016, 2025])
def test_shares_add_up_in_every_unit(year):
    for unit in UNITS[::5]:
        found = run(opened("3", unit, year))
        for period in range(len(found.kept["periods"])):
            rows = table_of(found, period)
            whole = rows.pop("total")
            for name in ("co2_energy", "nox_emis", "pm_emis"):
                if whole[f"{name}_share"] is not None:
                    shares = [row[f"{name}_share"] or 0.0 for row in rows.values()]
                    # without the rest where it is rounding
                    assert sum(shares) == pytest.approx(1, abs=1e-9 if "rest" in rows else 0.6)


def test_what_no_sector_bears_is_shown_not_spread():
    found = run(
        changed(opened("3", "张店区"), {"co2_energy": {2020: 800.0, 2024: 720.0, 2025: 700.0}})
    )
    # the parts fall by as much as the pack's total does, the total by 100
    parts = given("张店区")("co2_energy", 2020) - given("张店区")("co2_energy", 2025)
    assert table_of(found)["rest"]["co2_energy_share"] == pytest.approx((-100 + parts) / -100)
    table = next(b for b in found.blocks.blocks if isinstance(b, Table))
    assert any(row.cells[0].text == "未分到领域" for row in table.rows)


def test_an_edited_rounding_is_followed_by_the_table():
    chapter = changed(
        opened("3", "张店区"), {"co2_energy": {2020: 800.0, 2024: 720.0, 2025: 700.0}}
    )
    assert "rest" not in table_of(run(chapter, ROUNDING=10_000))


def test_two_rises_are_never_synergy():
    values = {f"{what}_industry": {2024: 100.0, 2025: 150.0} for what in ("co2", "nox", "pm")}
    found = run(changed(opened("3", "经济开发区"), values, keep=True))
    rows = table_of(found, 1)
    assert rows["工业"]["reading"] == "both_rise"
    assert "工业" not in found.kept["together"][1]


def test_a_break_forbids_the_comparison():
    found = run(changed(opened("3", "张店区"), {}, breaks=(("nox_industry", 2022),)))
    assert "nox_emis" not in found.kept["totals"]
    assert table_of(found)["工业"]["reading"] == "undefined"
    table = next(b for b in found.blocks.blocks if isinstance(b, Table))
    cell = table.rows[0].cells[3]
    assert cell.text == "数据不足" and "断点" in cell.note
    assert table_of(found, 1)["工业"]["nox_emis"] is not None


def test_activities_by_hand():
    found = run(opened("3", "张店区"), "activities")
    rows = found.kept["activity"]
    sales = rows["nev_new_sales_share"]
    was, now = (given("张店区")("nev_new_sales_share", year) for year in (2020, 2025))
    assert (sales["base"], sales["value"]) == (was, now)
    assert f"新能源新车占比由 2020 年的 {was:.1f}%升到 2025 年的 {now:.1f}%" in texts(found)[0]
    straw = given("张店区")("straw_utilisation_rate", 2025)
    assert rows["straw_utilisation_rate"]["value"] == straw
    taxis = rows["nev_share_new_taxis"]
    above, below = map(float, taxis["counts"].split("/"))
    assert taxis["value"] == pytest.approx(100 * above / below, abs=0.05)
    table = next(b for b in found.blocks.blocks if isinstance(b, Table))
    assert all(cell.trace for row in table.rows for cell in row.cells[3:4] if cell.value)


def test_an_edited_list_is_followed_by_the_sentence():
    found = run(opened("3", "张店区"), "activities", SAID=["straw_utilisation_rate"])
    was, now = (given("张店区")("straw_utilisation_rate", year) for year in (2020, 2025))
    assert texts(found) == [f"秸秆综合利用率由 2020 年的 {was:.1f}%升到 2025 年的 {now:.1f}%。"]


def test_a_zero_denominator_is_not_applicable():
    found = run(opened("3", "博山区"), "activities")  # no new bus in 2025
    assert "为零" in found.kept["activity"]["nev_share_new_buses"]["not_applicable"]
    table = next(b for b in found.blocks.blocks if isinstance(b, Table))
    assert table.rows[0].cells[3].text == "不适用"


@pytest.mark.parametrize("unit", ["全市", "张店区", "文昌湖"])
def test_published_pack(unit):
    chapter = opened("3", unit, 2024, "data/published")
    found = run(chapter)
    assert not any(isinstance(block, Figure | Table) for block in found.blocks.blocks)
    assert found.messages == () and found.gaps
    run(chapter, "activities")
