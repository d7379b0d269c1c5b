"""Points of targets and tasks, and the grade they give under a named preset.

No scoring rule is official for the plan; presets are data, taken from the rules of comparable
assessments, and every grade is to be printed with the preset's name as the tool's suggestion.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Literal

from assessment.methods.coverage import COVERAGE_FLOOR, check_coverage_floor, covered
from assessment.methods.series import as_amount, as_number

TaskStatus = Literal[
    "completed", "compliant", "on_schedule", "slow", "overdue", "not_started", "violated",
    "contradicted", "no_evidence", "not_applicable",
]  # fmt: skip
Combination = Literal["weighted", "lower"]
Reason = Literal["coverage", "part_missing", "veto", "cap"]
NotApplicable = Literal["not_applicable"]

# Assumption: the share of a task's points that each status earns. Without evidence, or contradicted
# by its figures, a task earns nothing, yet it is a result and counts as reported.
TASK_SCALE: Mapping[str, float] = MappingProxyType(
    {
        "completed": 1.0, "compliant": 1.0, "on_schedule": 0.75, "slow": 0.4, "overdue": 0.4,
        "not_started": 0.0, "violated": 0.0, "contradicted": 0.0, "no_evidence": 0.0,
    }
)  # fmt: skip
_ROUNDING = 1e-9


@dataclass(frozen=True)
class GradePreset:
    """The rules of one kind of assessment.

    Attributes
    ----------
    name : str
        Printed beside every grade.
    cuts : tuple of (float, str)
        Falling thresholds out of 100 with the word that holds from there upwards; the last is 0.
    target_weight, task_weight : float
        Points of the two parts; together 100.
    veto : bool
        Whether a missed binding target gives the last word whatever the score.
    combination : {"weighted", "lower"}
        ``lower``: each part counts out of 100 and the lower one is the score.
    completion_floor : float
        Completion below which a target earns nothing, in [0, 1].

    Raises
    ------
    ValueError
        If thresholds do not fall to 0, words repeat, or weights do not sum to 100.

    References
    ----------
    单位国内生产总值二氧化碳排放降低目标责任考核评估办法 (2014): 90/80/60, 50 + 50, veto, points
    in proportion below a target.
    大气污染防治行动计划实施情况考核办法 (2014): 90/70/60, key regions by the lower part.
    节能目标责任评价考核 (several cities): 95/80/60, below half of a target no points.
    """

    name: str
    cuts: tuple[tuple[float, str], ...]
    target_weight: float = 50.0
    task_weight: float = 50.0
    veto: bool = True
    combination: Combination = "weighted"
    completion_floor: float = 0.0

    def __post_init__(self) -> None:
        thresholds = [threshold for threshold, _ in self.cuts]
        falling = all(a > b for a, b in pairwise(thresholds))
        if not thresholds or not falling or thresholds[-1] != 0.0 or thresholds[0] > 100.0:
            raise ValueError(f"preset {self.name}: cuts must fall from at most 100 down to 0")
        if len({word for _, word in self.cuts}) != len(self.cuts):
            raise ValueError(f"preset {self.name}: every cut needs a word of its own")
        weights = (self.target_weight, self.task_weight)
        if min(weights) < 0.0 or not math.isclose(sum(weights), 100.0):
            raise ValueError(f"preset {self.name}: weights {weights} must sum to 100")
        if not 0.0 <= self.completion_floor <= 1.0:
            raise ValueError(f"preset {self.name}: the completion floor must lie in [0, 1]")

    @property
    def words(self) -> tuple[str, ...]:
        """Words from best to worst."""
        return tuple(word for _, word in self.cuts)


@dataclass(frozen=True)
class PartScore:
    """Score of the targets or of the tasks.

    Attributes
    ----------
    score : float or None
        Out of 100, over what was reported; None where nothing that must count was reported.
    coverage : float
        Share of the applicable weight that was reported, in [0, 1]; 0 where nothing applies.
    applicable_weight : float
        Weight that had to be reported; encouraged tasks are not in it.
    """

    score: float | None
    coverage: float
    applicable_weight: float


@dataclass(frozen=True)
class Cap:
    """An event that limits the grade.

    Attributes
    ----------
    best_word, cause : str
        The best word still allowed, and what happened, for the report.
    """

    best_word: str
    cause: str


@dataclass(frozen=True)
class Grade:
    """The suggested grade.

    Attributes
    ----------
    score : float or None
        Out of 100, not rounded; None where there is no grade.
    word : str or None
        The preset's word; None below the coverage floor or where a part has no score.
    vetoed, capped : bool
        Whether a veto applies, and whether a cap changed the word.
    coverage : float
        Share of the applicable weight that was reported.
    reason : {"coverage", "part_missing", "veto", "cap"} or None
        What decided other than the score.
    causes : tuple of str
        The vetoes that apply, else the caps that changed the word, in the caller's words.
    """

    score: float | None
    word: str | None
    vetoed: bool
    capped: bool
    coverage: float
    reason: Reason | None
    causes: tuple[str, ...] = ()


def task_points(
    status: TaskStatus, encouraged: bool = False, scale: Mapping[str, float] = TASK_SCALE
) -> float | None:
    """Share of its points that a task earns.

    Parameters
    ----------
    status : TaskStatus
        As reported.
    encouraged : bool, default False
        True for a task the plan only encourages.
    scale : mapping of str to float
        Points in [0, 1] by status.

    Returns
    -------
    float or None
        None where the task leaves its weight out: not applicable, or encouraged and without
        points.

    Raises
    ------
    ValueError
        If the status is not in the scale or its points lie outside [0, 1].
    """
    if status == "not_applicable":
        return None
    if status not in scale:
        raise ValueError(f"no points are given for status {status!r}")
    points = scale[status]
    if not 0.0 <= points <= 1.0:
        raise ValueError(f"the points of status {status!r} must lie in [0, 1], not {points}")
    return None if encouraged and points == 0.0 else points


def score_targets(
    completions: Sequence[float | NotApplicable | None],
    weights: Sequence[float],
    completion_floor: float = 0.0,
) -> PartScore:
    """Score of the targets: each earns ``min(completion, 1)`` of its weight.

    Parameters
    ----------
    completions : sequence
        Share completed (1 is the target reached, more does not count, below 0 counts as 0); None
        where there are no data; "not_applicable" leaves the weight out.
    weights : sequence of float
        Of the same length, not negative.
    completion_floor : float, default 0
        Completion below which nothing is earned.

    Returns
    -------
    PartScore
        Over the targets with data.

    Raises
    ------
    ValueError
        If lengths differ, a weight is negative or a completion is not finite.
    """
    _check_weights(weights, len(completions))
    as_number(completion_floor, "the floor of completion")
    applicable = reported = earned = 0.0
    for completion, weight in zip(completions, weights, strict=True):
        if completion == "not_applicable":
            continue
        applicable += weight
        if completion is None:
            continue
        completion = as_number(completion, "a completion")
        reported += weight
        if completion >= completion_floor - _ROUNDING:
            earned += weight * min(max(completion, 0.0), 1.0)
    return PartScore(
        score=100.0 * earned / reported if reported > 0.0 else None,
        coverage=reported / applicable if applicable > 0.0 else 0.0,
        applicable_weight=applicable,
    )


def score_tasks(
    statuses: Sequence[TaskStatus | None],
    weights: Sequence[float],
    encouraged: Sequence[bool],
    scale: Mapping[str, float] = TASK_SCALE,
) -> PartScore:
    """Score of the tasks.

    Obligatory tasks give the weighted mean of their points. An encouraged task joins the mean
    only where that raises it, so it can lift a score and never sink one.

    Parameters
    ----------
    statuses : sequence
        As reported; None where nothing was handed in at all.
    weights : sequence of float
        Of the same length, not negative.
    encouraged : sequence of bool
        Of the same length; True for tasks the plan only encourages.
    scale : mapping of str to float
        Points in [0, 1] by status.

    Returns
    -------
    PartScore
        None as score where no obligatory task was reported: encouraged tasks alone give no score.

    Raises
    ------
    ValueError
        If lengths differ, a weight is negative, or a status is not in the scale.
    """
    _check_weights(weights, len(statuses))
    if len(encouraged) != len(statuses):
        raise ValueError(f"{len(encouraged)} marks do not fit {len(statuses)} tasks")
    applicable = reported = earned = 0.0
    extras: list[tuple[float, float]] = []
    for status, weight, extra in zip(statuses, weights, encouraged, strict=True):
        points = None if status is None else task_points(status, extra, scale)
        if extra:
            if points is not None:
                extras.append((points, weight))
        elif status is None:
            applicable += weight
        elif points is not None:
            applicable += weight
            reported += weight
            earned += weight * points
    coverage = reported / applicable if applicable > 0.0 else 0.0
    if reported <= 0.0:
        return PartScore(score=None, coverage=coverage, applicable_weight=applicable)
    # Best first: once one no longer lifts the mean, none after it can.
    for points, weight in sorted(extras, reverse=True):
        if points * reported <= earned:
            break
        reported += weight
        earned += weight * points
    return PartScore(100.0 * earned / reported, coverage, applicable)


def combined_coverage(preset: GradePreset, targets: PartScore, tasks: PartScore) -> float:
    """Share reported of both parts together, weighed as the preset weighs the parts.

    Parameters
    ----------
    preset : GradePreset
        Gives the weights of the parts.
    targets, tasks : PartScore
        The two parts; one to which nothing applies is left out.

    Returns
    -------
    float
        In [0, 1]; 0 where nothing applies.
    """
    parts = [(preset.target_weight, targets), (preset.task_weight, tasks)]
    total = sum(weight for weight, part in parts if part.applicable_weight > 0.0)
    if total <= 0.0:
        return 0.0
    return sum(weight * part.coverage for weight, part in parts) / total


def grade(
    preset: GradePreset,
    targets_score: float | None,
    tasks_score: float | None,
    vetoes: Sequence[str] = (),
    caps: Sequence[Cap] = (),
    coverage: float = 1.0,
    coverage_floor: float = COVERAGE_FLOOR,
) -> Grade:
    """Grade under a preset.

    Parameters
    ----------
    preset : GradePreset
        The rules.
    targets_score, tasks_score : float or None
        Out of 100. A part without a score gives no grade, unless its weight is 0.
    vetoes : sequence of str
        Binding targets missed; they count where the preset has a veto.
    caps : sequence of Cap
        Events that limit the word.
    coverage : float, default 1
        Share of the applicable weight that was reported, in [0, 1].
    coverage_floor : float, default 0.8
        Below it there is neither score nor grade.

    Returns
    -------
    Grade
        Judged on the score before rounding: 89.96 is not 90.

    Raises
    ------
    ValueError
        If a score lies outside [0, 100], a coverage outside [0, 1], or a cap names a word the
        preset does not have.
    """
    check_coverage_floor(coverage_floor)
    if not 0.0 <= coverage <= 1.0 + _ROUNDING:
        raise ValueError(f"coverage must lie in [0, 1], not {coverage}")
    for part in (targets_score, tasks_score):
        if part is not None and not 0.0 <= part <= 100.0 + _ROUNDING:
            raise ValueError(f"a score must lie in [0, 100], not {part}")
    words = preset.words
    for cap in caps:
        if cap.best_word not in words:
            raise ValueError(f"preset {preset.name} has no word {cap.best_word!r} to cap at")
    missed = tuple(vetoes) if preset.veto else ()
    vetoed = bool(missed)
    if not covered(coverage, coverage_floor):
        return Grade(None, None, vetoed, False, coverage, "coverage", missed)
    score = _combine(preset, targets_score, tasks_score)
    if score is None:
        return Grade(None, None, vetoed, False, coverage, "part_missing", missed)
    place = next(i for i, (cut, _) in enumerate(preset.cuts) if score >= cut - _ROUNDING)
    if vetoed:
        return Grade(score, words[-1], True, False, coverage, "veto", missed)
    effective = tuple(cap for cap in caps if words.index(cap.best_word) > place)
    if effective:
        worst = max(words.index(cap.best_word) for cap in effective)
        causes = tuple(cap.cause for cap in effective)
        return Grade(score, words[worst], False, True, coverage, "cap", causes)
    return Grade(score, words[place], False, False, coverage, None)


def _combine(preset: GradePreset, targets: float | None, tasks: float | None) -> float | None:
    both = ((preset.target_weight, targets), (preset.task_weight, tasks))
    parts = [(weight, score) for weight, score in both if weight > 0.0]
    scores = [score for _, score in parts if score is not None]
    if len(scores) < len(parts):
        return None
    if preset.combination == "lower":
        return min(scores)
    return sum(weight * score for weight, score in parts if score is not None) / 100.0


def _check_weights(weights: Sequence[float], count: int) -> None:
    if len(weights) != count:
        raise ValueError(f"{len(weights)} weights do not fit {count} items")
    total = sum(as_amount(weight, "a weight") for weight in weights)
    as_number(total, "the sum of the weights")
