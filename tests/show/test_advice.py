"""Recommendations are written from the facts of a target and of the tasks that belong to it."""

from __future__ import annotations

from typing import Any

import pytest

from assessment.results.model import Point, TargetResult, TaskResult
from assessment.show.advice import draft_recommendations


def target(**more: Any) -> TargetResult:
    fields: dict[str, Any] = {
        "no": "N15", "indicator": "building_renewable_substitution", "name": "建筑可再生能源替代率",
        "chapter": "3", "section": "3.3", "kind": "numeric", "unit": "%", "decimals": 2,
        "departments": ("市住房城乡建设局", "市发展改革委"), "quote": "达到10%", "wording": "达到",
        "target_value": 10.0, "target_year": 2025, "target_origin": "plan",
        "baseline": Point(year=2020, value=1.29), "previous": Point(year=2024, value=3.34),
        "latest": Point(year=2025, value=2.84), "judged": Point(year=2025, value=2.84),
        "verdict": "not_met", "previous_verdict": "far_behind", "gap": 7.16,
        "observed_pace": 0.31, **more,
    }  # fmt: skip
    return TargetResult(**fields)


def task(status: str, identifier: str = "3.3.7") -> TaskResult:
    return TaskResult(
        id=identifier, title="替代率达到10%", chapter="3", section="3.3", departments=(),
        obligation="required", bearing="both", due=2025, status=status, evidence="", note="",
        points=None, previous_status="task_on_schedule",
    )  # fmt: skip


def advice(aim: TargetResult, *tasks: TaskResult) -> str:
    (line,) = draft_recommendations([aim], {aim.no: tasks}, 2025)
    return line.text


def test_a_line_says_history_gap_years_left_and_the_task() -> None:
    assert advice(target(), task("task_on_schedule")) == (
        "“建筑可再生能源替代率”由 2024 年的 3.34%降到 2025 年的 2.84%，未完成；"
        "按 2020 年以来每年 +0.310 个百分点，补上 7.16 个百分点约需 23 年；"
        "关联任务 3.3.7 按序推进。建议由市住房城乡建设局牵头（市发展改革委配合）"
        "重排 3.3.7 的进度：任务说按序推进，指标没有跟上；2026 年底前补上差距。"
    )


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("task_contradicted", "核实 3.3.7 的完成情况"),
        ("task_overdue", "对 3.3.7 逐项排出完成时间"),
        ("task_no_evidence", "先补报 3.3.7 的进展和佐证"),
        ("task_completed", "另提补差措施：3.3.7 已完成而指标没有到位"),
    ],
)
def test_what_to_do_follows_from_how_the_task_stands(status: str, said: str) -> None:
    assert said in advice(target(), task(status))


def test_a_pace_away_from_the_target_has_no_years_left() -> None:
    text = advice(target(observed_pace=-0.2, required_pace=None))
    assert "没有朝目标走，还差 7.16 个百分点" in text
    assert "约需" not in text


def test_no_change_is_told_across_a_break_and_no_collective_leads() -> None:
    text = advice(target(breaks=(2025,), departments=("各有关部门、单位",)))
    assert text.startswith("“建筑可再生能源替代率”2025 年为 2.84%，未完成")
    assert "各有关部门" not in text
    assert "先明确责任部门" in text


def test_a_line_of_the_evaluators_own_stands() -> None:
    (line,) = draft_recommendations([target()], {}, 2025, {"N15": "照会议纪要办。"})
    assert (line.text, line.edited) == ("照会议纪要办。", True)
