"""The plan read back: what it says, by whom, and what is taken for what it leaves out."""

from __future__ import annotations

import pytest

from assessment.intake import data_report
from assessment.intake.read_back import ReadPlan, read_back
from assessment.job.sources import Sources, open_sources
from tests.conftest import ROOT

OTHER = ROOT / "tests" / "other_plan"


@pytest.fixture(scope="module")
def other() -> Sources:
    return open_sources(OTHER / "params", OTHER / "pack")


@pytest.fixture(scope="module")
def plan(other: Sources) -> ReadPlan:
    return read_back(other, 2027)


def test_a_target_is_a_sentence_with_base_latest_and_verdict(plan: ReadPlan) -> None:
    by_no = {target.no: target for target in plan.targets}
    # 156.6 in 2025, 214.7 in 2027: 58.1, where two fifths of the 143.4 asked for are 57.36.
    assert by_no["N01"].sentence == (
        "N01 清洁能源装机：到 2030 年不低于 300 万千瓦，基期 156.6 万千瓦（2025 年），"
        "最新 214.7 万千瓦（2027 年），现在判为“符合预期”。"
        "各单元按下达的分解值判断，没有下达的只列贡献。"
    )
    assert by_no["Z01"].aim == "每年不高于 0 个，做不到即判违反"
    assert all(target.verdict for target in plan.targets)


def test_a_task_is_told_with_who_and_when(plan: ReadPlan) -> None:
    task = plan.tasks[0]
    assert (task.id, task.due, task.where) == ("1.1.1", "2030 年", "全市与各单元")
    assert task.who
    assert {t.id for t in plan.tasks if "没有写 due，每年看进展" in t.defaults} == {
        t.id for t in plan.tasks if t.due == "没有时限"
    }


def test_defaults_are_named(plan: ReadPlan) -> None:
    said = " ".join(plan.defaults)
    assert "rules.yml 有" in said
    assert "faster" in said


def test_the_data_report_has_all_of_it(other: Sources, plan: ReadPlan) -> None:
    page = data_report(other.params, other.pack, plan=plan)
    assert "方案读作" in page
    for target in plan.targets:
        assert f'<td class="">{target.no}</td>' in page
        assert target.aim in page
