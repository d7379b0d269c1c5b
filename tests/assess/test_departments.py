"""Departments: the lead answers for an item, others co-operate; late is a number of days."""

from assessment.assess.departments import department_results
from assessment.assess.targets import assess_targets
from assessment.assess.tasks import assess_tasks
from assessment.job.inputs import SubmissionRow
from assessment.params.plan import Section
from tests.assess.cases import indicator, inputs, rows, target, task, task_row

GRID, WATER, SILENT = "市发展改革委", "市水利局", "市城市管理局"


def submission(department: str, received: str) -> SubmissionRow:
    return SubmissionRow(
        department=department, year=2023, due="2024-01-31", received=received, note=""
    )


def test_items_are_counted_for_their_lead_and_apart_for_those_that_help() -> None:
    case = inputs(
        indicators=[indicator("output", measure="stock_end_of_year")],
        observations=rows("output", {2020: 100, 2023: 160}),
        targets=[
            target("N01", departments=(GRID, WATER)),
            target("N02", departments=(GRID,), value=900.0),
        ],
        tasks=[task("1.1.1"), task("1.1.2"), task("1.1.3")],
        task_rows=[
            task_row("1.1.1", 2023, "completed", "文件"), task_row("1.1.2", 2023, "on_schedule"),
        ],
        sections=[Section(id="1.2", title="第二节", departments=(WATER,), tasks=())],
    )  # fmt: skip
    found = {
        d.name: d
        for d in department_results(
            (GRID, WATER, SILENT),
            assess_targets(case, case.targets).values(),
            assess_tasks(case, case.chapter, {}).values(),
            [submission(GRID, "2024-02-27"), submission(WATER, "2024-01-31")],
        )
    }
    assert list(found) == [GRID, WATER, SILENT]
    assert found[GRID].targets == ("N01", "N02")
    # 900 by 2025 asks for 580 in 2023; 160 is 60 / 480 of the way.
    assert found[GRID].verdicts == {"on_track": 1, "far_behind": 1}
    assert (found[WATER].targets, found[WATER].verdicts) == ((), {})
    assert found[WATER].cooperates_targets == ("N01",)
    assert (found[GRID].cooperates_targets, found[GRID].cooperates_tasks) == ((), ())
    assert found[GRID].task_statuses == {
        "task_completed": 1, "task_no_evidence": 1, "task_not_reported": 1,
    }  # fmt: skip
    assert found[GRID].evidence_share == 0.5
    assert (found[SILENT].targets, found[SILENT].tasks, found[SILENT].evidence_share) == (
        (), (), None,
    )  # fmt: skip


def test_punctuality() -> None:
    received = {GRID: "2024-02-27", WATER: "2024-01-31", SILENT: ""}
    rows_ = [submission(name, date) for name, date in received.items()]
    found = department_results((*received, "市交通运输局"), [], [], rows_)
    assert [(d.submission, d.days_late) for d in found] == [
        ("late", 27), ("on_time", 0), ("not_received", None), ("not_recorded", None),
    ]  # fmt: skip


def test_a_collective_is_no_department() -> None:
    found = department_results(("市统计局", "各有关部门、单位"), [], [], [])
    assert [one.name for one in found] == ["市统计局"]
