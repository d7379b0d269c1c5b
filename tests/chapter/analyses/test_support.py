"""Completeness and money: chapter 6."""

import csv
from pathlib import Path

import pytest

from assessment.chapter.finding import Finding
from assessment.codes import NOT_ASKED
from assessment.show.blocks import Figure, Table
from tests.chapter.analyses.seen import UNITS, Seen, changed, checked, given, opened, sentences_of
from tests.notebook_cells import run_findings

DEMO = Path(__file__).parents[3] / "data" / "demo"


def rows_of(name):
    with (DEMO / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def run(chapter: Seen, key: str, **constants: object) -> Finding:
    return checked(run_findings("06", chapter.inputs, key, **constants), key)


def text_of(finding: Finding) -> str:
    return "".join(s.text for s in sentences_of(finding))


def test_completeness_counts_the_pack_s_own_rows():
    chapter = opened("6", "张店区")
    found = run(chapter, "completeness").kept
    asked = {t.id for t in chapter.all_tasks.values() if t.status not in NOT_ASKED}
    rows = [
        r for r in rows_of("tasks.csv")
        if r["region"] == "张店区" and r["year"] == "2025" and r["task"] in asked
    ]  # fmt: skip
    bare = [r for r in rows if not r["evidence"].strip()]
    plan, every = found["whole"]["plan"], found["whole"]["all"]
    assert plan["reported"] == len(rows)
    assert plan["evidence_share"] == pytest.approx(1 - len(bare) / len(rows))
    given = {
        r["indicator"]
        for name in DEMO.glob("observations*.csv")
        for r in rows_of(name.name)
        if r["region"] == "张店区" and r["year"] == "2025" and not r["month"] and r["value"]
    }
    assert not set(found["missing"]) & given
    assert every["present"] == sum(every[grade] for grade in "ABCD") + found["ungraded"]
    chapters = list(found["chapters"].values())
    assert plan["wanted"] == sum(c["wanted"] for c in chapters[:7])
    assert every["wanted"] == sum(c["wanted"] for c in chapters)


def test_a_figure_that_was_not_handed_in_is_named_with_its_owner():
    """周村区 did not report its substitution rate for 2025 (a flaw put into the pack)."""
    found = run(opened("6", "周村区"), "completeness")
    owner = "市住房城乡建设局"
    assert found.kept["missing"]["building_renewable_substitution"]["department"] == owner
    assert "建筑可再生能源替代率（市住房城乡建设局）" in text_of(found)
    own = found.kept["departments"][owner]
    assert own["wanted"] - own["present"] == 1


def test_what_does_not_apply_is_not_missing():
    """文昌湖 burns no coal and has no coal power; nobody owes those figures."""
    names = set(run(opened("6", "文昌湖"), "completeness").kept["missing"])
    assert not names & {"coal_power_supply_consumption", "coal_consumption", "nev_share_new_taxis"}
    assert "synergy_degree" not in names


def test_money_of_zhangdian_by_hand():
    carbon = {2020: 1000.0, 2024: 845.0, 2025: 830.0}
    found = run(changed(opened("6", "张店区"), {"co2_energy": carbon}, keep=True), "money")
    spans, pack = found.kept["spans"], given("张店区")
    spent = {year: pack("synergy_funding", year) for year in range(2021, 2026)}
    cut, cut_last = carbon[2020] - carbon[2025], carbon[2024] - carbon[2025]
    # ten thousand yuan over ten thousand tonnes
    assert spans["period"]["funds"] == sum(spent.values())
    assert spans["period"]["yuan"] == pytest.approx(sum(spent.values()) / cut)
    # a small fall of figures of grade C, whose changes are known to 8 %
    assert spans["last_year"]["yuan"] is None
    assert "分辨不出" in text_of(found)
    (drawing,) = [b for b in found.blocks.blocks if isinstance(b, Figure)]
    said = f"投入 {sum(spent.values()):.0f} 万元，二氧化碳少 {cut:.2f} 万吨"
    assert said in drawing.title
    (table,) = [b for b in found.blocks.blocks if isinstance(b, Table)]
    assert [cell.text for cell in table.rows[0].cells] == [
        "2025",
        f"{spent[2025]:.0f}",
        f"−{cut_last:.2f}",
        "—",
    ]
    assert table.rows[0].cells[1].trace  # leads back to the pack


def test_no_quotient_where_carbon_rose_or_money_is_unknown():
    chapter = opened("6", "张店区")
    rose = changed(chapter, {"co2_energy": {2020: 800.0, 2024: 690.0, 2025: 695.0}})
    spans = run(rose, "money").kept["spans"]
    assert spans["last_year"]["yuan"] is None
    assert spans["last_year"]["reason"] == "二氧化碳没有下降"
    assert spans["period"]["yuan"] is not None
    unpaid = run(changed(chapter, {"synergy_funding": {2022: None}}, keep=True), "money")
    spans = unpaid.kept["spans"]
    assert spans["period"]["funds"] is None and "2022" in spans["period"]["reason"]
    assert any(g.department == "市财政局" for g in unpaid.gaps)
    broken = run(changed(chapter, {}, breaks=(("co2_energy", 2024),)), "money")
    assert "口径断点" in broken.kept["spans"]["period"]["reason"]
    assert broken.kept["tables"]["table"][1]["carbon"] is None  # 2024 against 2023


def test_green_loans_are_the_city_s():
    assert "只在全市层面统计" in text_of(run(opened("6", "临淄区"), "money"))
    city = run(opened("6", "全市"), "money").kept
    assert city["change"] == pytest.approx(690 / 582 - 1)
    assert city["share_of_gdp"] == pytest.approx(690 / given("全市")("gdp_current", 2025))


@pytest.mark.parametrize("number", ["6", "7"])
def test_a_chapter_that_sees_all_still_owns_only_its_own(number):
    chapter = opened(number, "临淄区")
    sections = {section.id for section in chapter.inputs.chapter.sections}
    assert len(chapter.all_targets) == 46
    assert {t.section for t in chapter.targets.values()} <= sections
    assert {t.section for t in chapter.tasks.values()} <= sections
    for part in ("opening", "targets_part", "sections_part", "trends_part", "synergy_part"):
        getattr(chapter, part)()
    chapter.problems_part()
    record = chapter.record().value
    assert set(record.targets) == ({"R18"} if number == "6" else set())
    assert {task.chapter for task in record.tasks.values()} == {number}
    assert record.score.targets_total == len(record.targets)
    assert record.score.tasks_total <= len(chapter.inputs.chapter.sections) * 10
    ids = [figure.id for figure in record.figures]
    assert len(ids) == len(set(ids))


def test_other_chapters_targets_are_judged_as_in_their_own_chapter():
    whole = opened("7", "张店区").all_targets
    for number in "123456":
        for no, target in opened(number, "张店区").targets.items():
            assert whole[no].verdict == target.verdict, no


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit(unit):
    done = run_findings("06", opened("6", unit).inputs, "completeness", "money")
    for key in ("completeness", "money"):
        checked(done, key)


@pytest.mark.parametrize("unit", ["全市", "张店区", "文昌湖"])
def test_the_published_pack(unit):
    done = run_findings(
        "06", opened("6", unit, 2023, "data/published").inputs, "completeness", "money"
    )
    for key in ("completeness", "money"):
        checked(done, key)
    assert done.findings["completeness"].kept["whole"]["plan"]["evidence_share"] is None
