"""Progress of a numeric target under the rule in force: the line, or Statistics Canada's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from assessment.methods.attainment import (
    Attainment,
    Reason,
    TargetCase,
    Verdict,
    attain,
    statcan_progress,
)

Rule = Literal["linear", "statcan"]
Series = Sequence[tuple[int, float]]

CLASSES: Final = {
    "target_achieved": Verdict.ACHIEVED_EARLY,
    "substantial_progress": Verdict.ON_TRACK,
    "moderate_progress": Verdict.SLOW,
    "limited_progress": Verdict.FAR_BEHIND,
    "deterioration": Verdict.REVERSED,
    "not_available": Verdict.INSUFFICIENT_DATA,
}
"""The report's class for each published one; the published rule knows nothing faster."""

_BY_PACE: Final = (
    Verdict.FASTER, Verdict.ON_TRACK, Verdict.SLOW, Verdict.FAR_BEHIND, Verdict.REVERSED,
)  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """Judgement of a numeric target under one rule.

    Attributes
    ----------
    found : Attainment
        With the rule's class and ratio; everything else does not depend on the rule.
    rule : {"linear", "statcan"}
        The rule that gave the class.
    score : float or None
        Published score, -5 to 5, under ``statcan``.
    """

    found: Attainment
    rule: Rule = "linear"
    score: float | None = None


def judge_progress(rule: Rule, series: Series, case: TargetCase) -> Progress:
    """Judge a numeric target as it stood in one year.

    Parameters
    ----------
    rule : {"linear", "statcan"}
        Which progress is due before the target year. Whether a target is met, and everything
        from the target year on, is the same under both.
    series : sequence of (year, value)
        As for :func:`assessment.methods.attainment.attain`.
    case : TargetCase
        Its other arguments.

    Returns
    -------
    Progress
        The line stays in force where the baseline or the target is zero: there growth has no
        value, and the .001 that the published rule puts in its place would make any cumulative
        count that has started to grow look ahead of its course.
    """
    found = attain(series, **case)
    by_pace = found.verdict in _BY_PACE or found.reason is Reason.GROWTH_UNDEFINED
    if rule == "linear" or not by_pace or found.baseline is None or found.judged is None:
        return Progress(found)
    if found.baseline[1] == 0 or case["target"] == 0:
        return Progress(found)
    read = statcan_progress(
        base_value=found.baseline[1],
        base_year=found.baseline[0],
        current_value=found.judged[1],
        current_year=found.judged[0],
        direction=case["direction"],
        target=case["target"],
        target_year=case["target_year"],
    )
    unknown = read.status == "not_available"
    judged = replace(
        found,
        verdict=CLASSES[read.status],
        ratio=read.progress_value,
        reason=Reason.GROWTH_UNDEFINED if unknown else None,
    )
    return Progress(judged, "statcan", read.score)


def classes_at_ends(
    rule: Rule, low: float, high: float, series: Series, case: TargetCase
) -> tuple[Verdict, Verdict]:
    """Return the classes at the two ends of an interval of the judged value, better first.

    As :func:`assessment.methods.attainment.straddling`, under the rule in force.
    """
    year = min(case["year"], case["target_year"])
    others = [point for point in series if point[0] != year]
    ends = (judge_progress(rule, [*others, (year, end)], case).found.verdict for end in (low, high))
    at_low, at_high = ends
    return (at_high, at_low) if case["direction"] == "higher" else (at_low, at_high)
