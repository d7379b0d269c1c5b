"""Tasks: what counts as done, what earns points, what is left out."""

from __future__ import annotations

import pytest

from assessment.assess.tasks import assess_tasks, evidence_share, task_share
from assessment.job.inputs import TaskRow
from assessment.params.model import Region
from assessment.params.plan import Task
from assessment.results.model import TaskResult
from tests.assess.cases import CITY, DISTRICT, inputs, task, task_row


def judge(
    tasks: list[Task], handed_in: list[TaskRow], region: Region = DISTRICT, year: int = 2024
) -> dict[str, TaskResult]:
    case = inputs(year=year, region=region, tasks=tasks, task_rows=handed_in)
    return assess_tasks(case, case.chapter)


@pytest.mark.parametrize(
    ("status", "evidence", "shown", "points"),
    [
        ("completed", "验收文件", "task_completed", 1.0),
        ("on_schedule", "进度表", "task_on_schedule", 0.75),
        ("on_schedule", "", "task_no_evidence", 0.0),
        ("on_schedule", "  ", "task_no_evidence", 0.0),
        ("completed", "", "task_no_evidence", 0.0),
        ("slow", "", "task_slow", 0.4),
        ("not_started", "", "task_not_started", 0.0),
        ("not_applicable", "", "not_applicable", None),
    ],
)
def test_status_and_points(status: str, evidence: str, shown: str, points: float | None) -> None:
    result = judge([task()], [task_row("1.1.1", 2024, status, evidence)])["1.1.1"]
    assert (result.status, result.points) == (shown, points)


def test_a_task_of_another_year_says_nothing_of_this_one() -> None:
    result = judge([task()], [task_row("1.1.1", 2023, "completed", "文件")])["1.1.1"]
    assert (result.status, result.points) == ("task_not_reported", None)
    assert result.previous_status == "task_completed"
    assert (result.evidence, result.trace) == ("", ())


def test_every_task_of_the_chapter_is_there_in_order() -> None:
    found = judge([task("1.1.2"), task("1.1.1"), task("1.1.10")], [])
    assert list(found) == ["1.1.2", "1.1.1", "1.1.10"]


@pytest.mark.parametrize(
    ("judge_at", "region", "status"),
    [
        (("city",), DISTRICT, "city_only"),
        (("district",), CITY, "units_only"),
        (("city",), CITY, "task_completed"),
        (("district",), DISTRICT, "task_completed"),
    ],
)
def test_a_task_is_judged_only_where_the_plan_judges_it(
    judge_at: tuple[str, ...], region: Region, status: str
) -> None:
    handed_in = [task_row("1.1.1", 2024, "completed", "文件")]
    result = judge([task(judge_at=judge_at)], handed_in, region)["1.1.1"]
    assert result.status == status
    assert (result.points is None) is (status in ("city_only", "units_only"))


def shares(*items: tuple[str, str, str]) -> list[TaskResult]:
    tasks = [task(f"1.1.{n}", obligation=item[0]) for n, item in enumerate(items)]
    handed_in = [task_row(f"1.1.{n}", 2024, item[1], item[2]) for n, item in enumerate(items)]
    return list(judge(tasks, handed_in).values())


def test_the_share_is_the_mean_of_the_points() -> None:
    found = shares(("required", "completed", "甲"), ("required", "slow", ""),
                   ("prohibition", "on_schedule", ""))  # fmt: skip
    assert task_share(found) == pytest.approx((1.0 + 0.4 + 0.0) / 3)


def test_what_does_not_apply_leaves_the_weight_out() -> None:
    found = shares(("required", "on_schedule", "甲"), ("required", "not_applicable", ""))
    assert task_share(found) == 0.75
    assert task_share(shares(("required", "not_applicable", ""))) is None


def test_an_encouraged_task_lifts_and_never_sinks() -> None:
    required = ("required", "on_schedule", "甲")
    lifted = shares(required, ("encouraged", "completed", "乙"))
    assert task_share(lifted) == pytest.approx((0.75 + 1.0) / 2)
    for status in ("slow", "not_started", "on_schedule"):
        assert task_share(shares(required, ("encouraged", status, ""))) == 0.75
    assert task_share(shares(("encouraged", "completed", "乙"))) is None


def test_evidence_is_counted_among_what_was_reported() -> None:
    found = judge(
        [task("1.1.1"), task("1.1.2"), task("1.1.3"), task("1.1.4", judge_at=("city",))],
        [task_row("1.1.1", 2024, "completed", "甲"), task_row("1.1.2", 2024, "on_schedule")],
    )
    assert evidence_share(list(found.values())) == 0.5
    assert evidence_share(list(judge([task()], []).values())) is None
