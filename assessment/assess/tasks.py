"""Status and evidence of the plan's tasks."""

from __future__ import annotations

from collections.abc import Sequence

from assessment.codes import NOT_ASKED
from assessment.job.inputs import JobInputs, TaskRow
from assessment.methods.grades import task_points
from assessment.params.plan import PlanChapter, Task
from assessment.results.model import TaskResult
from assessment.results.values import Trace


def assess_tasks(inputs: JobInputs, chapter: PlanChapter) -> dict[str, TaskResult]:
    """Judge every task of a chapter for the unit and year.

    A task that the plan judges only for the whole city is ``city_only`` in a unit, one that it
    judges unit by unit is ``units_only`` for the city. One in order
    without any evidence is ``task_no_evidence`` and earns nothing. A task that nobody reported
    on is ``task_not_reported`` and leaves the weight in.

    Returns
    -------
    dict
        Task id to result, in the plan's order.
    """
    rows = {(row.task, row.year): row for row in inputs.tasks}
    level = "city" if inputs.region.kind == "city" else "district"
    results = {}
    for section in chapter.sections:
        for task in section.tasks:
            row = rows.get((task.id, inputs.year))
            status = _status(task, row, level)
            before = _status(task, rows.get((task.id, inputs.year - 1)), level)
            results[task.id] = TaskResult(
                id=task.id,
                title=task.title,
                chapter=chapter.id,
                section=section.id,
                departments=section.departments,
                obligation=task.obligation,
                bearing=task.bearing,
                due=task.due,
                status=status,
                evidence=row.evidence if row else "",
                note=row.note if row else "",
                points=_points(inputs, task, status),
                previous_status=before,
                trace=(Trace(file=row.file, row=row.row),) if row else (),
            )
    return results


def _status(task: Task, row: TaskRow | None, level: str) -> str:
    if level not in task.judge_at:
        return "units_only" if level == "city" else "city_only"
    if row is None:
        return "task_not_reported"
    if row.status == "not_applicable":
        return "not_applicable"
    if row.status in ("completed", "on_schedule") and not row.evidence.strip():
        return "task_no_evidence"
    return f"task_{row.status}"


def _points(inputs: JobInputs, task: Task, status: str) -> float | None:
    if status in NOT_ASKED or status == "task_not_reported":
        return None
    scale: dict[str, float] = {
        str(name): c.value for name, c in inputs.standards.rules.task_points.items()
    }
    return task_points(
        status.removeprefix("task_"),  # type: ignore[arg-type]
        task.obligation == "encouraged",
        scale,
    )


def task_share(tasks: Sequence[TaskResult]) -> float | None:
    """Mean points (0-1) of the tasks that bear weight.

    Encouraged tasks are left out where they would lower it. Tasks not reported leave no points
    and are counted apart, as missing.
    """
    earned = [t.points for t in tasks if t.points is not None and t.obligation != "encouraged"]
    if not earned:
        return None
    share = sum(earned) / len(earned)
    lifting = [
        t.points
        for t in tasks
        if t.obligation == "encouraged" and t.points is not None and t.points > share
    ]
    return (sum(earned) + sum(lifting)) / (len(earned) + len(lifting))


def evidence_share(tasks: Sequence[TaskResult]) -> float | None:
    """Share of reported tasks that have any evidence."""
    reported = [t for t in tasks if t.status not in (*NOT_ASKED, "task_not_reported")]
    if not reported:
        return None
    return sum(bool(t.evidence.strip()) for t in reported) / len(reported)
