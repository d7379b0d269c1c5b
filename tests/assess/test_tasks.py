"""Tasks: what counts as done, what earns points, what is left out."""

from __future__ import annotations

from typing import Any

import pytest

from assessment.assess.targets import assess_targets
from assessment.assess.tasks import assess_tasks, evidence_share, task_share
from assessment.job.inputs import TaskRow
from assessment.params.model import Region
from assessment.params.plan import Task
from assessment.results.model import TargetResult, TaskResult
from assessment.show.sentences import contradictions_of, problems_of
from tests.assess.cases import (
    CITY,
    DISTRICT,
    indicator,
    inputs,
    row,
    rows,
    target,
    task,
    task_row,
)


def judge(
    tasks: list[Task], handed_in: list[TaskRow], region: Region = DISTRICT, year: int = 2024
) -> dict[str, TaskResult]:
    case = inputs(year=year, region=region, tasks=tasks, task_rows=handed_in)
    return assess_tasks(case, case.chapter, {})


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
                   ("required", "on_schedule", ""))  # fmt: skip
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


PORTS = task("1.1.1", title="建成 200 吨", type="quantitative", due=2025, indicators=("output",))


def held(
    value: float | None, *tasks: Task, status: str = "completed", year: int = 2025, **more: Any
) -> tuple[dict[str, TargetResult], dict[str, TaskResult]]:
    """What a target of 200 t and the tasks that belong to it come to, all reported alike."""
    aims = [target(**more)]
    given = rows("output", {2020: 100.0}) + ([row("output", year, value)] if value else [])
    case = inputs(
        year=year, region=DISTRICT, indicators=[indicator("output")], observations=given,
        targets=aims, tasks=tasks,
        task_rows=[task_row(one.id, year, status, "验收文件") for one in tasks],
    )  # fmt: skip
    found = assess_targets(case, case.targets)
    return found, assess_tasks(case, case.chapter, found)


def test_three_planted_contradictions_are_found_and_no_fourth() -> None:
    planted = [PORTS.model_copy(update={"id": f"1.1.{n}"}) for n in (1, 2, 3)]
    in_words = task("1.1.4", type="qualitative", indicators=("output",))
    elsewhere = task("1.1.5", type="quantitative", indicators=("other",))
    targets, found = held(134.0, *planted, in_words, elsewhere)
    contradictions = contradictions_of(targets, found)
    assert [one.task for one in contradictions] == ["1.1.1", "1.1.2", "1.1.3"]
    said = contradictions[0].sentence.text
    assert "自报已完成,而" in said
    assert "2025 年为 134" in said and "目标 200 吨" in said
    assert [found[f"1.1.{n}"].points for n in (1, 4)] == [0.0, 1.0]
    assert found["1.1.1"].reported == "completed"
    problems = problems_of({}, found, targets)
    assert [p.sentence.text for p in problems] == [one.sentence.text for one in contradictions]


@pytest.mark.parametrize("value", [200.0, 195.0, 260.0, None])
def test_a_figure_that_is_reached_nearly_reached_or_not_there_contradicts_nothing(
    value: float | None,
) -> None:
    _, found = held(value, PORTS)
    assert found["1.1.1"].status == "task_completed"


def test_a_task_said_to_be_done_before_its_figure_is_there_is_contradicted() -> None:
    targets, found = held(180.0, PORTS, year=2023)
    assert targets["N01"].verdict == "faster"
    assert found["1.1.1"].status == "task_contradicted"


@pytest.mark.parametrize(
    ("status", "due", "shown", "points"),
    [
        ("on_schedule", 2025, "task_overdue", 0.4),
        ("slow", 2024, "task_overdue", 0.4),
        ("not_started", 2025, "task_not_started", 0.0),
        ("on_schedule", 2026, "task_on_schedule", 0.75),
        ("completed", 2025, "task_completed", 1.0),
    ],
)
def test_what_is_not_done_when_it_is_due(status: str, due: int, shown: str, points: float) -> None:
    _, found = held(200.0, PORTS.model_copy(update={"due": due}), status=status)
    assert (found["1.1.1"].status, found["1.1.1"].points) == (shown, points)


@pytest.mark.parametrize(
    ("value", "status", "shown", "points"),
    [
        (2.0, "completed", "task_violated", 0.0),
        (2.0, "on_schedule", "task_violated", 0.0),
        (0.0, "on_schedule", "task_compliant", 1.0),
        (0.0, "slow", "task_compliant", 1.0),
        (None, "on_schedule", "task_compliant", 1.0),
        (None, "slow", "task_slow", 0.4),
    ],
)
def test_a_prohibition_is_kept_or_broken_and_never_on_schedule(
    value: float | None, status: str, shown: str, points: float
) -> None:
    ban = task("1.1.1", type="prohibition", obligation="prohibition", indicators=("output",))
    case = inputs(
        year=2025, region=DISTRICT, indicators=[indicator("output", direction="lower")],
        observations=[] if value is None else [row("output", 2025, value)],
        targets=[target(kind="prohibition", comparison="=", value=0.0)],
        tasks=[ban], task_rows=[task_row("1.1.1", 2025, status, "检查记录")],
    )  # fmt: skip
    found = assess_tasks(case, case.chapter, assess_targets(case, case.targets))["1.1.1"]
    assert (found.status, found.points) == (shown, points)
