"""Departments and draft recommendations: cells of chapter 7."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from assessment.codes import BEHIND
from assessment.show.blocks import Figure, Table
from assessment.show.verdict_words import look
from tests.chapter.analyses.cells import block, prose
from tests.chapter.analyses.seen import UNITS, checked, given, opened
from tests.notebook_cells import run_findings

DEMO = Path(__file__).parents[3] / "data" / "demo"
EVERYBODY = "各有关部门、单位"


def run(unit, year=2025, data="data/demo", **values):
    inputs = opened("7", unit, year, data).inputs
    chapter = run_findings("07", inputs, "departments", "recommendations", **values)
    checked(chapter, "departments")
    checked(chapter, "recommendations")
    return chapter, chapter.findings["departments"].kept


def test_linzi_from_the_targets_and_the_register():
    chapter, kept = run("临淄区")
    items = kept["items"]
    behind = [t for t in chapter.all_targets.values() if t.verdict in BEHIND]
    owners = Counter(name for target in behind for name in target.departments)
    assert {n: x["targets_behind"] for n, x in items.items() if x["targets_behind"]} == dict(owners)
    # the plan prints the leading department first
    leads = Counter(target.departments[0] for target in behind)
    led = {n: x["targets_behind_lead"] for n, x in items.items() if x["targets_behind_lead"]}
    assert led == dict(leads)
    for item in items.values():
        assert item["behind_lead"] + item["behind_joint"] == item["behind"]
    with (DEMO / "submissions.csv").open(encoding="utf-8") as file:
        late = next(
            r for r in csv.DictReader(file)
            if r["department"] == "市城市管理局" and r["year"] == "2025"
        )  # fmt: skip
    days = (date.fromisoformat(late["received"]) - date.fromisoformat(late["due"])).days
    assert items["市城市管理局"]["days_late"] == days == 27
    assert kept["submissions"] == {
        "on_time": 16, "late": 1, "not_received": 0, "not_recorded": 0,
    }  # fmt: skip


def test_all_departments_concerned_is_no_department():
    chapter, kept = run("临淄区")
    assert EVERYBODY in chapter.inputs.plan.departments
    assert EVERYBODY not in kept["items"] and kept["count"] == 17
    # section 7.1 alone is asked of all
    asked = [t for t in chapter.all_tasks.values() if EVERYBODY in t.departments]
    asked += [t for t in chapter.all_targets.values() if EVERYBODY in t.departments]
    assert kept["everybody"] == len(asked) > 0


@pytest.mark.parametrize("unit", UNITS)
def test_sentence_and_figure_name_the_same_number_of_departments(unit):
    chapter, kept = run(unit)
    title = block(chapter, "departments", Figure).title.replace("\u00a0", " ")
    assert f"{kept['with_lead']} 个部门有" in title


def test_how_many_departments_are_named_follows_the_constant():
    texts = {n: prose(run("临淄区", NAMED=n)[0], "departments") for n in (1, 3)}
    assert texts[1].count("牵头的落后目标") == 1
    assert texts[3].count("牵头的落后目标") == 3


def test_recommendations_have_owner_deadline_and_indicator():
    chapter, _ = run("张店区")
    lines = chapter.findings["recommendations"].kept["lines"]
    urgent = [
        t for t in chapter.all_targets.values()
        if look(t.verdict).tone in ("bad", "fair") and t.verdict != "no_clear_change"
    ]  # fmt: skip
    assert {line["target"] for line in lines} == {t.no for t in urgent}
    for line in lines:
        target = chapter.all_targets[line["target"]]
        assert line["departments"][0] in line["text"] and target.name in line["text"]
        assert line["deadline"] == "2026 年底" and line["indicator"] == target.indicator
    assert len(block(chapter, "recommendations", Table).rows) == len(lines)
    rate = next(line for line in lines if line["target"] == "N15")
    short = 10 - given("张店区")("building_renewable_substitution", 2025)
    assert f"{short:.2f} 个百分点" in rate["text"]


@pytest.mark.parametrize("unit", ["全市", "张店区", "文昌湖"])
def test_the_published_pack_judges_nothing(unit):
    chapter, kept = run(unit, 2023, "data/published")
    assert kept["with_behind"] == 0 and not chapter.findings["recommendations"].kept["lines"]
    assert block(chapter, "departments", Figure) is None
    assert "数据不足" in prose(chapter, "departments")


@pytest.mark.parametrize("year", [2015, 2020])
def test_before_the_plan(year):
    run("全市", year)
