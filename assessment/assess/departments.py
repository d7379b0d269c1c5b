"""What each department owns and how it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from assessment.assess.tasks import evidence_share
from assessment.job.inputs import SubmissionRow
from assessment.results.model import DepartmentResult, TargetResult, TaskResult

_COLLECTIVE = "各"
"""First character of what a plan calls all concerned; no department's name begins so."""


def department_results(
    departments: Sequence[str],
    targets: Iterable[TargetResult],
    tasks: Iterable[TaskResult],
    submissions: Iterable[SubmissionRow],
) -> tuple[DepartmentResult, ...]:
    """Count by class what each department leads; what it only co-operates in is listed apart.

    The lead is the department that the plan names first. A collective such as 各有关部门、单位 names
    none that could answer, and is left out.
    """
    targets, tasks = list(targets), list(tasks)
    handed = {row.department: row for row in submissions}
    results = []
    for name in departments:
        if name.startswith(_COLLECTIVE):
            continue
        own_targets = [target for target in targets if name in target.departments[:1]]
        own_tasks = [task for task in tasks if name in task.departments[:1]]
        state, late = _punctuality(handed.get(name))
        results.append(
            DepartmentResult(
                name=name,
                targets=tuple(target.no for target in own_targets),
                tasks=tuple(task.id for task in own_tasks),
                cooperates_targets=tuple(t.no for t in targets if name in t.departments[1:]),
                cooperates_tasks=tuple(t.id for t in tasks if name in t.departments[1:]),
                verdicts=dict(sorted(Counter(t.verdict for t in own_targets).items())),
                task_statuses=dict(sorted(Counter(t.status for t in own_tasks).items())),
                evidence_share=evidence_share(own_tasks),
                submission=state,
                days_late=late,
            )
        )
    return tuple(results)


def _punctuality(row: SubmissionRow | None) -> tuple[str, int | None]:
    if row is None:
        return "not_recorded", None
    if not row.received:
        return "not_received", None
    days = (date.fromisoformat(row.received) - date.fromisoformat(row.due)).days
    return ("late", days) if days > 0 else ("on_time", 0)
