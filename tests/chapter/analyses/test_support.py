"""Completeness and money: chapter 6."""

import csv
from pathlib import Path

import pytest

from assessment.chapter.analyses.completeness import completeness
from assessment.chapter.analyses.money import money
from assessment.codes import NOT_ASKED
from assessment.show.blocks import Prose
from tests.chapter.analyses.seen import UNITS, changed, check, opened

DEMO = Path(__file__).parents[3] / "data" / "demo"


def rows_of(name):
    with (DEMO / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_completeness_counts_the_pack_s_own_rows():
    chapter = opened("6", "张店区")
    check(chapter, completeness(chapter))
    found = chapter.results["completeness"]
    asked = {t.id for t in chapter.all_tasks.values() if t.status not in NOT_ASKED}
    rows = [
        r for r in rows_of("tasks.csv")
        if r["region"] == "张店区" and r["year"] == "2025" and r["task"] in asked
    ]  # fmt: skip
    bare = [r for r in rows if not r["evidence"].strip()]
    assert found["plan"]["reported"] == len(rows)
    assert found["plan"]["evidence_share"] == pytest.approx(1 - len(bare) / len(rows))
    given = {
        r["indicator"]
        for name in DEMO.glob("observations*.csv")
        for r in rows_of(name.name)
        if r["region"] == "张店区" and r["year"] == "2025" and not r["month"] and r["value"]
    }
    plain = [w["indicator"] for w in found["missing"]]
    assert not set(plain) & given
    assert found["all"]["present"] == sum(found["all"]["grades"].values())
    assert found["plan"]["wanted"] == sum(c["wanted"] for c in found["chapters"][:7])
    assert found["all"]["wanted"] == sum(c["wanted"] for c in found["chapters"])


def test_a_figure_that_was_not_handed_in_is_named_with_its_owner():
    """周村区 did not report its substitution rate for 2025 (a flaw put into the pack)."""
    chapter = opened("6", "周村区")
    sentences = check(chapter, completeness(chapter))
    missing = {w["indicator"]: w for w in chapter.results["completeness"]["missing"]}
    assert missing["building_renewable_substitution"]["department"] == "市住房城乡建设局"
    assert any("建筑可再生能源替代率" in s.text for s in sentences)
    own = {d["name"]: d for d in chapter.results["completeness"]["departments"]}
    assert own["市住房城乡建设局"]["missing"] == 1


def test_what_does_not_apply_is_not_missing():
    """文昌湖 burns no coal and has no coal power; nobody owes those figures."""
    chapter = opened("6", "文昌湖")
    check(chapter, completeness(chapter))
    names = {w["indicator"] for w in chapter.results["completeness"]["missing"]}
    assert not names & {"coal_power_supply_consumption", "coal_consumption", "nev_share_new_taxis"}
    assert "synergy_degree" not in names


def test_money_of_zhangdian_by_hand():
    chapter = opened("6", "张店区")
    blocks = money(chapter)
    sentences = check(chapter, blocks)
    spans = chapter.results["money"]["spans"]
    # ten thousand yuan over ten thousand tonnes
    assert spans["last_year"]["yuan_per_tonne"] == pytest.approx(5971 / (693.93 - 681.51))
    assert spans["period"]["funds"] == 3234 + 3923 + 4566 + 5565 + 5971
    assert spans["period"]["yuan_per_tonne"] == pytest.approx(23259 / (754.0 - 681.51))
    # a fall of 1.8 % on figures of grade C (15 %)
    assert spans["last_year"]["within_error"] is True
    assert any("不可靠" in s.text for s in sentences)
    caution = next(b for b in blocks.blocks if isinstance(b, Prose) and b.tone == "caution")
    assert "不是减排成本" in caution.text and "名义值" in caution.text


def test_no_quotient_where_carbon_rose_or_money_is_unknown():
    chapter = opened("6", "张店区")
    rose = changed(chapter, {"co2_energy": {2020: 700.0, 2024: 690.0, 2025: 695.0}})
    check(rose, money(rose))
    spans = rose.results["money"]["spans"]
    assert spans["last_year"]["yuan_per_tonne"] is None
    assert spans["last_year"]["reason"] == "二氧化碳没有下降"
    assert spans["period"]["yuan_per_tonne"] is not None
    unpaid = changed(chapter, {"synergy_funding": {2022: None}}, keep=True)
    check(unpaid, money(unpaid))
    spans = unpaid.results["money"]["spans"]
    assert spans["period"]["funds"] is None and "2022" in spans["period"]["reason"]
    assert spans["last_year"]["yuan_per_tonne"] is not None
    assert any(g.department == "市财政局" for g in unpaid.missed)


def test_green_loans_are_the_city_s():
    unit, city = opened("6", "临淄区"), opened("6", "全市")
    assert any("只在全市层面统计" in s.text for s in check(unit, money(unit)))
    check(city, money(city))
    loans = city.results["money"]["loans"]
    assert loans["change"] == pytest.approx(690 / 582 - 1)
    assert loans["share_of_gdp"] == pytest.approx(690 / 4941.78)


@pytest.mark.parametrize("number", ["6", "7"])
def test_a_chapter_that_sees_all_still_owns_only_its_own(number):
    chapter = opened(number, "临淄区")
    sections = {section.id for section in chapter.inputs.chapter.sections}
    assert len(chapter.all_targets) == 46
    assert {t.section for t in chapter.targets.values()} <= sections
    assert {t.section for t in chapter.tasks.values()} <= sections
    for part in ("opening", "targets_part", "sections_part", "trends_part", "synergy_part"):
        getattr(chapter, part)()
    for analysis in {"6": (completeness, money), "7": ()}[number]:
        analysis(chapter)
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
    chapter = opened("6", unit)
    for analysis in (completeness, money):
        check(chapter, analysis(chapter))


@pytest.mark.parametrize("unit", ["全市", "张店区", "文昌湖"])
def test_the_published_pack(unit):
    chapter = opened("6", unit, 2023, "data/published")
    for analysis in (completeness, money):
        check(chapter, analysis(chapter))
    assert chapter.results["completeness"]["plan"]["evidence_share"] is None
