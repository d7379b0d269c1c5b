"""One line of the scorecard: a chapter's counts, synergy reading and completeness."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from assessment.assess.tasks import evidence_share, task_share
from assessment.codes import (
    BEHIND,
    GOOD,
    LATE_TASKS,
    NOT_ASKED,
    NOT_JUDGED,
    SLOW,
    SYNERGY_INDICATOR,
)
from assessment.results.model import (
    ChapterScore,
    CoControlResult,
    SynergyResult,
    TargetResult,
    TaskResult,
    TrendResult,
)


def stands_for(target: TargetResult) -> Literal["figures", "direction", "own_index", "zero"]:
    """Tell what a good verdict of a target stands for.

    ``figures``: something that is asked for in figures; ``direction``: a series that moved the
    right way, however little; ``own_index``: the tool's own index, by which it judges itself;
    ``zero``: the direction of what was nothing and is nothing. The last two are no achievement.
    """
    if target.indicator == SYNERGY_INDICATOR:
        return "own_index"
    if target.kind != "directional":
        return "figures"
    now, before = target.judged, target.previous or target.baseline
    if now is not None and before is not None and now.value == before.value == 0:
        return "zero"
    return "direction"


def chapter_score(
    targets: Iterable[TargetResult],
    tasks: Iterable[TaskResult],
    trends: Iterable[TrendResult],
    synergy: SynergyResult,
    year: int,
) -> ChapterScore:
    """Count how a chapter's targets and tasks stand, and how complete its data are.

    A chapter without emissions of its own has no synergy: the unit's is not its doing.

    Completeness is the share of what the plan asks of this unit, and of the series that the
    chapter looks at, for which the year's figure or status is there.
    """
    verdicts = [target.verdict for target in targets]
    tasks, trends = list(tasks), list(trends)
    statuses = [task.status for task in tasks]
    unreported = ("task_not_reported", *NOT_ASKED)
    degrees = {c.year: c for c in synergy.coupling}
    now = None if synergy.note else degrees.get(year)
    recent = [r for r in synergy.cocontrol if r.from_year == year - 1]
    wanted = [v for v in verdicts if v not in NOT_ASKED]
    due_tasks = [s for s in statuses if s not in NOT_ASKED]
    known = sum(v != "insufficient_data" for v in wanted) + sum(
        s != "task_not_reported" for s in due_tasks
    )
    held = sum(t.n >= 1 and t.last_year == year for t in trends)
    total = len(wanted) + len(due_tasks) + len(trends)
    return ChapterScore(
        targets_total=len(verdicts),
        targets_judged=sum(v not in NOT_JUDGED for v in verdicts),
        targets_good=sum(v in GOOD for v in verdicts),
        targets_slow=sum(v in SLOW for v in verdicts),
        targets_behind=sum(v in BEHIND for v in verdicts),
        targets_insufficient=sum(v == "insufficient_data" for v in verdicts),
        tasks_total=len(due_tasks),
        tasks_reported=sum(s not in unreported for s in statuses),
        tasks_done=statuses.count("task_completed"),
        tasks_on_schedule=statuses.count("task_on_schedule"),
        tasks_behind=sum(status in LATE_TASKS for status in statuses),
        tasks_compliant=statuses.count("task_compliant"),
        tasks_overdue=statuses.count("task_overdue"),
        tasks_contradicted=statuses.count("task_contradicted"),
        tasks_without_evidence=statuses.count("task_no_evidence"),
        tasks_points=task_share(tasks),
        evidence_share=evidence_share(tasks),
        synergy=now.d if now else None,
        synergy_grade=now.grade_name if now else "",
        synergy_reading="not_applicable" if synergy.note else _overall(recent),
        completeness=(known + held) / total if total else 0.0,
    )


_QUADRANTS = {1: "synergy", 2: "only_carbon_falls", 3: "both_rise", 4: "only_pollutant_falls"}


def _overall(results: Iterable[CoControlResult]) -> str:
    results = list(results)
    quadrants = {r.quadrant for r in results if r.quadrant}
    if not quadrants:
        unclear = {r.reading for r in results if r.reading != "undefined"}
        return unclear.pop() if len(unclear) == 1 else "both_unclear" if unclear else "undefined"
    return _QUADRANTS[quadrants.pop()] if len(quadrants) == 1 else "mixed"
