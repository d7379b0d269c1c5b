"""The plan's tasks: what was reported, held against their dates and the figures of their targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessment.codes import NOT_ASKED, NOT_REACHED
from assessment.job.inputs import JobInputs, TaskRow
from assessment.methods.grades import task_points
from assessment.params.plan import PlanChapter, Task
from assessment.results.model import TargetResult, TaskResult
from assessment.results.values import Trace


def assess_tasks(
    inputs: JobInputs, chapter: PlanChapter, targets: Mapping[str, TargetResult]
) -> dict[str, TaskResult]:
    """Judge every task of a chapter for the unit and year.

    A task that the plan judges only for the whole city is ``city_only`` in a unit, one that it
    judges unit by unit is ``units_only`` for the city. One in order without any evidence is
    ``task_no_evidence`` and earns nothing. A task that nobody reported on is
    ``task_not_reported`` and leaves the weight in.

    What was reported is held against what was measured: a task reported completed is
    ``task_contradicted`` while the figure of a target it belongs to is not reached, and earns
    nothing until that is cleared up; one not completed when it is due is ``task_overdue``. A
    prohibition is ``task_violated`` or ``task_compliant``, by its target where that has a figure.

    Parameters
    ----------
    inputs : JobInputs
        The job.
    chapter : PlanChapter
        The chapter.
    targets : mapping of str to TargetResult
        The targets that the job sees, judged; a task belongs to those of its indicators.

    Returns
    -------
    dict
        Task id to result, in the plan's order.
    """
    rows = {(row.task, row.year): row for row in inputs.tasks}
    level = "city" if inputs.region.kind == "city" else "district"
    scale = inputs.standards.rules.points_by_status
    results = {}
    for section in chapter.sections:
        for task in section.tasks:
            row = rows.get((task.id, inputs.year))
            own = [t for t in targets.values() if t.indicator in task.indicators]
            held = _held_against(task, row, level, own, inputs.year)
            before = _reported(task, rows.get((task.id, inputs.year - 1)), level)
            results[task.id] = TaskResult(
                id=task.id,
                title=task.title,
                chapter=chapter.id,
                section=section.id,
                departments=section.departments,
                obligation=task.obligation,
                bearing=task.bearing,
                due=task.due,
                status=held.status,
                evidence=row.evidence if row else "",
                note=row.note if row else "",
                points=_points(task, held.status, _reported(task, row, level), scale),
                previous_status=before,
                reported=row.status if row else "",
                against=held.against,
                trace=(Trace(file=row.file, row=row.row),) if row else (),
            )
    return results


@dataclass(frozen=True)
class _Held:
    """A status after it was held against dates and figures, and what it was held against."""

    status: str
    against: tuple[str, ...] = ()


def _held_against(
    task: Task, row: TaskRow | None, level: str, targets: Sequence[TargetResult], year: int
) -> _Held:
    status = _reported(task, row, level)
    if status in NOT_ASKED:
        return _Held(status)
    if task.obligation == "prohibition":
        return _prohibition(status, targets)
    if status == "task_not_reported":
        return _Held(status)
    # What the plan says only in words is not measured by the figure of the whole target.
    short = [t for t in targets if t.verdict in NOT_REACHED and t.kind != "directional"]
    if status == "task_completed" and task.type != "qualitative" and short:
        return _Held("task_contradicted", tuple(target.no for target in short))
    open_ = status in ("task_on_schedule", "task_slow")
    if open_ and task.due is not None and task.due <= year:
        return _Held("task_overdue")
    return _Held(status)


def _prohibition(status: str, targets: Sequence[TargetResult]) -> _Held:
    broken = tuple(target.no for target in targets if target.verdict == "violated")
    if broken:
        return _Held("task_violated", broken)
    if any(t.verdict == "compliant" for t in targets):
        return _Held("task_compliant")
    # Without a figure, what was reported with evidence counts: nothing was found.
    reported = status in ("task_completed", "task_on_schedule")
    return _Held("task_compliant" if reported else status)


def _reported(task: Task, row: TaskRow | None, level: str) -> str:
    if level not in task.judge_at:
        return "units_only" if level == "city" else "city_only"
    if row is None:
        return "task_not_reported"
    if row.status == "not_applicable":
        return "not_applicable"
    if row.status in ("completed", "on_schedule") and not row.evidence.strip():
        return "task_no_evidence"
    return f"task_{row.status}"


def _points(task: Task, status: str, reported: str, scale: Mapping[str, float]) -> float | None:
    if status in NOT_ASKED or status == "task_not_reported":
        return None
    encouraged = task.obligation == "encouraged"
    earned = task_points(status.removeprefix("task_"), encouraged, scale)  # type: ignore[arg-type]
    if status != "task_overdue" or earned is None:
        return earned
    as_reported = task_points(reported.removeprefix("task_"), encouraged, scale)  # type: ignore[arg-type]
    return min(earned, as_reported or 0.0)


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
