"""The suggested grade of a unit, and what it would be under the other assumptions that are stated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from assessment.assess.score import stands_for
from assessment.codes import GOOD, NOT_ASKED, SLOW
from assessment.methods.grades import (
    Cap,
    Grade,
    GradePreset,
    PartScore,
    combined_coverage,
    grade,
    score_targets,
    score_tasks,
)
from assessment.params.model import GradePresetParams, Params, Rules
from assessment.results.model import GradeResult, GradeVariant, TargetResult, TaskResult

_MISSED = ("violated", "not_met", "standing_not_met")
"""Verdicts under which a target counts as missed, not only as late."""


def grade_of(
    params: Params, targets: Mapping[str, TargetResult], tasks: Mapping[str, TaskResult]
) -> GradeResult:
    """Suggest a grade by the preset in force.

    A target that is reached or on schedule earns its whole weight, any other the share of what was
    asked for by now: of the progress due, of the way to the target, or of a level to be kept. One
    that asks only for a direction earns `Rules.direction_credit` where it is half right. What stood
    at zero throughout, or is judged by the tool's own index, bears no weight.

    The range is that over the assumptions in force and each of `Rules.grade_alternatives`.
    """
    preset, rules = params.preset, params.rules
    scheme = _preset(preset)
    by_targets = _targets(targets.values(), rules.direction_credit.value)
    by_tasks = _tasks(tasks.values(), rules.points_by_status)
    coverage = combined_coverage(scheme, by_targets, by_tasks)

    def graded(own: GradePreset, targets_part: PartScore, tasks_part: PartScore) -> Grade:
        return grade(
            own,
            targets_part.score,
            tasks_part.score,
            vetoes=_vetoes(rules, targets),
            caps=_caps(rules, scheme, targets),
            coverage=coverage,
            coverage_floor=rules.coverage_floor.value,
        )

    found = graded(scheme, by_targets, by_tasks)
    variants = []
    for other in rules.grade_alternatives:
        credit = other.direction_credit
        own = scheme
        if other.target_weight is not None:
            own = replace(
                scheme,
                target_weight=other.target_weight * 100,
                task_weight=(1 - other.target_weight) * 100,
            )
        then = graded(
            own,
            by_targets if credit is None else _targets(targets.values(), credit),
            _tasks(tasks.values(), {**rules.points_by_status, **other.task_points}),
        )
        variants.append(GradeVariant(title=other.title, score=then.score, word=then.word or ""))
    scores = [v.score for v in variants if v.score is not None]
    known = [found.score, *scores] if found.score is not None and scores else []
    return GradeResult(
        preset=preset.id,
        preset_title=preset.title,
        score=found.score,
        score_low=min(known, default=None),
        score_high=max(known, default=None),
        variants=tuple(variants),
        targets_score=by_targets.score,
        tasks_score=by_tasks.score,
        word=found.word or "不评级",
        vetoed=found.vetoed,
        capped=found.capped,
        causes=found.causes,
        cuts=tuple((cut, word) for cut, word in scheme.cuts),
        target_weight=preset.target_weight,
        task_weight=preset.task_weight,
        targets_coverage=by_targets.coverage,
        tasks_coverage=by_tasks.coverage,
        coverage=coverage,
        coverage_floor=rules.coverage_floor.value,
        reason=str(found.reason) if found.reason else "",
        label=rules.label,
    )


def _preset(params: GradePresetParams) -> GradePreset:
    cuts = (*params.cuts, (0.0, params.lowest))
    return GradePreset(
        name=params.title,
        cuts=cuts,
        target_weight=params.target_weight * 100,
        task_weight=params.task_weight * 100,
        veto=params.veto,
    )


def _targets(targets: Iterable[TargetResult], direction_credit: float) -> PartScore:
    completions: list[float | str | None] = []
    for target in targets:
        if target.verdict in NOT_ASKED or stands_for(target) in ("own_index", "zero"):
            completions.append("not_applicable")
        elif target.verdict == "insufficient_data":
            completions.append(None)
        elif target.verdict in GOOD:
            completions.append(1.0)
        else:
            completions.append(_share(target, direction_credit))
    return score_targets(completions, [1.0] * len(completions))  # type: ignore[arg-type]


def _share(target: TargetResult, direction_credit: float) -> float:
    """Return the share, 0 to 1, that was done of what a target asked for by now."""
    share = 0.0
    if target.ratio is not None:
        share = target.ratio
    elif target.completion is not None:
        share = target.completion / 100
    elif target.verdict == "standing_not_met":
        share = _share_of_level(target)
    elif target.verdict in SLOW:
        share = direction_credit
    return max(0.0, min(1.0, share))


def _share_of_level(target: TargetResult) -> float:
    """Return how near a figure is to the level to be kept, by their quotient."""
    if target.judged is None or target.target_value is None:
        return 0.0
    ends = sorted((target.judged.value, target.target_value))
    return ends[0] / ends[1] if ends[0] > 0 else 0.0


def _tasks(tasks: Iterable[TaskResult], scale: Mapping[str, float]) -> PartScore:
    listed = list(tasks)
    statuses = [
        "not_applicable" if t.status in NOT_ASKED
        else None if t.status == "task_not_reported"
        else t.status.removeprefix("task_")
        for t in listed
    ]  # fmt: skip
    return score_tasks(
        statuses,  # type: ignore[arg-type]
        [1.0] * len(statuses),
        [t.obligation == "encouraged" for t in listed],
        scale,
    )


def _vetoes(rules: Rules, targets: Mapping[str, TargetResult]) -> list[str]:
    """Name the targets missed that are a veto under presets that have one."""
    return [
        f"{target.no} {target.name}"
        for target in targets.values()
        if {target.no, target.kind} & set(rules.veto_targets) and target.verdict in _MISSED
    ]


def _caps(rules: Rules, scheme: GradePreset, targets: Mapping[str, TargetResult]) -> list[Cap]:
    """Name the events that limit the word, each with the best word it still allows."""
    return [
        Cap(best_word=scheme.words[cap.best - 1], cause=f"{cap.cause}({target.no} {target.name})")
        for cap in rules.caps
        for target in targets.values()
        if {target.no, target.kind} & set(cap.targets) and target.verdict in cap.verdicts
    ]
