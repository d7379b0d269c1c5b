"""Attainment of targets: is the plan on course, and was it reached.

This module judges numeric targets; its neighbours `standing`, `direction`, `pace`,
`statcan` and `verdicts` hold the rest, and all of it can be imported from here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Required, TypedDict, Unpack

from assessment.methods.direction import Course, Directional, judge_directional
from assessment.methods.pace import (
    observed_pace,
    progress_ratio_by_milestones,
    progress_ratio_growth,
    progress_ratio_linear,
    required_pace,
)
from assessment.methods.series import as_number
from assessment.methods.standing import judge_prohibition, judge_standing
from assessment.methods.statcan import StatCan, statcan_progress
from assessment.methods.verdicts import (
    DEFAULT_THRESHOLDS,
    Direction,
    MetBy,
    Pace,
    Point,
    Reason,
    Thresholds,
    Verdict,
    at_least,
    meets,
    met_by,
    values_until,
)

__all__ = [
    "Attainment",
    "Course",
    "Direction",
    "Directional",
    "Pace",
    "Point",
    "Reason",
    "StatCan",
    "TargetCase",
    "Thresholds",
    "Verdict",
    "attain",
    "judge_directional",
    "judge_prohibition",
    "judge_standing",
    "observed_pace",
    "progress_ratio_growth",
    "progress_ratio_linear",
    "required_pace",
    "statcan_progress",
    "straddling",
]


@dataclass(frozen=True)
class Attainment:
    """Judgement of a numeric target in one year.

    Attributes
    ----------
    verdict : Verdict
        Class.
    reason : Reason or None
        Why there is no class; on REVERSED, why there is no ratio.
    ratio : float or None
        Progress over progress due, before the target year only.
    completion : float or None
        Completed fraction (1 = complete, not clipped), see `completion_basis`.
    completion_basis : {"change", "level"} or None
        "change": share of the change required from the baseline. "level": value over target,
        where there is no baseline to measure a change from and higher is better.
    gap : float or None
        What is still to do, in the unit of the target: positive short of the target as written
        (tolerance not deducted), negative beyond it.
    required_pace : float or None
        Annual change needed from here on (signed; a fraction for growth); 0 where the target is
        met; None from the target year on.
    observed_pace : float or None
        Mean annual change since the baseline (a fraction for growth).
    judged : (int, float) or None
        Year and value the verdict stands on.
    latest : (int, float) or None
        Latest value known in the assessed year, also when later than the target year.
    baseline : (int, float) or None
        Year and value of the baseline.
    met_by : {"value", "tolerance", "near_limit"} or None
        What makes the target count as met.
    """

    verdict: Verdict
    reason: Reason | None = None
    ratio: float | None = None
    completion: float | None = None
    completion_basis: Literal["change", "level"] | None = None
    gap: float | None = None
    required_pace: float | None = None
    observed_pace: float | None = None
    judged: Point | None = None
    latest: Point | None = None
    baseline: Point | None = None
    met_by: MetBy | None = None


class TargetCase(TypedDict, total=False):
    """Keyword arguments of `attain`."""

    year: Required[int]
    target: Required[float]
    target_year: Required[int]
    baseline_year: Required[int]
    baseline_value: float | None
    direction: Required[Direction]
    pace: Pace
    milestones: Sequence[Point]
    approximate: bool
    aspirational: bool
    natural_limit: float | None
    thresholds: Thresholds


def _completion(
    value: float, target: float, baseline: float | None, direction: Direction
) -> tuple[float | None, Literal["change", "level"] | None]:
    if baseline is not None and not meets(baseline, target, direction):
        asked = as_number(target - baseline, "change due")
        return as_number((value - baseline) / asked, "completion"), "change"
    if direction == "higher" and target > 0:
        return as_number(value / target, "completion"), "level"
    return None, None


def _class_when_due(
    met: bool, completion: float | None, aspirational: bool, thresholds: Thresholds
) -> Verdict:
    if met:
        return Verdict.MET
    if completion is not None and at_least(completion, thresholds.nearly_met):
        return Verdict.NEARLY_MET
    return Verdict.ASPIRATION_NOT_MET if aspirational else Verdict.NOT_MET


def _class_by_pace(ratio: float, thresholds: Thresholds) -> Verdict:
    for bound, verdict in (
        (thresholds.faster, Verdict.FASTER),
        (thresholds.on_track, Verdict.ON_TRACK),
        (thresholds.slow, Verdict.SLOW),
        (0.0, Verdict.FAR_BEHIND),
    ):
        if at_least(ratio, bound):
            return verdict
    return Verdict.REVERSED


def attain(
    series: Sequence[Point],
    *,
    year: int,
    target: float,
    target_year: int,
    baseline_year: int,
    baseline_value: float | None = None,
    direction: Direction,
    pace: Pace = "linear",
    milestones: Sequence[Point] = (),
    approximate: bool = False,
    aspirational: bool = False,
    natural_limit: float | None = None,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> Attainment:
    """Judge a numeric target as it stood in one year.

    Parameters
    ----------
    series : sequence of (year, value)
        Values in the unit of the target, in any order; later ones than `year` are not used.
    year : int
        Year assessed.
    target, target_year : float, int
        Target and the year it is due.
    baseline_year : int
        Year the plan counts from, before the target year.
    baseline_value : float, optional
        Value of the baseline year; by default that of the series. 0 for a cumulative count.
    direction : {"higher", "lower"}
        Which way is good.
    pace : {"linear", "growth"}
        Progress due on a straight line, or at a constant rate of growth.
    milestones : sequence of (year, value), optional
        Values that the plan asks for between the baseline and the target year, in time order: the
        course leads over them.
    approximate : bool
        The plan says "about" (左右): a shortfall within `thresholds.tolerance` is met.
    aspirational : bool
        The plan says "strive for" (力争): NOT_MET is softened to ASPIRATION_NOT_MET.
    natural_limit : float, optional
        Limit the value cannot pass (100 or 0 of a rate); within `thresholds.near_limit` of it the
        target counts as reached.
    thresholds : Thresholds
        Constants that part the classes.

    Returns
    -------
    Attainment
        Before the target year the class is read from the value of `year`: ACHIEVED_EARLY, a pace
        class, or REVERSED. From the target year on it is read from the value of the target year,
        whatever came later: MET, NEARLY_MET, NOT_MET.

    Raises
    ------
    ValueError
        If the target year is not after the baseline year, the natural limit lies on the wrong
        side of the target, a year is given twice, a figure is not a finite number, or figures lie
        so far apart that their ratio is not.

    Notes
    -----
    A value that has lost a target its baseline already met is REVERSED without a ratio.

    References
    ----------
    Open SDG, Progress measure methodology; Eustat, 2030 Agenda methodology (near limit, judging at
    the target year).
    """
    target = as_number(target, "target")
    if natural_limit is not None:
        natural_limit = as_number(natural_limit, "natural limit")
    if target_year <= baseline_year:
        raise ValueError(f"target year {target_year} is not after baseline year {baseline_year}")
    if natural_limit is not None and not meets(natural_limit, target, direction):
        raise ValueError(f"natural limit {natural_limit:g} falls short of the target {target:g}")
    known = values_until(series, year)
    start = (
        known.get(baseline_year)
        if baseline_value is None
        else as_number(baseline_value, "baseline value")
    )
    baseline = None if start is None else (baseline_year, start)
    latest = next(reversed(known.items()), None)
    due = year >= target_year
    judged_year = target_year if due else year
    value = known.get(judged_year)

    def insufficient(reason: Reason) -> Attainment:
        return Attainment(
            Verdict.INSUFFICIENT_DATA, reason=reason, latest=latest, baseline=baseline
        )

    if year < baseline_year:
        return insufficient(Reason.BEFORE_BASELINE)
    if value is None:
        return insufficient(Reason.NO_VALUE_IN_TARGET_YEAR if due else Reason.NO_VALUE_THIS_YEAR)

    met = met_by(
        value,
        target,
        direction,
        tolerance=thresholds.tolerance if approximate else 0.0,
        natural_limit=natural_limit,
        near=thresholds.near_limit,
    )
    completion, basis = _completion(value, target, start, direction)
    elapsed = judged_year > baseline_year
    measurable = pace == "linear" or (
        start is not None and start * value > 0 and start * target > 0
    )

    ratio: float | None = None
    reason: Reason | None = None
    if due:
        verdict = _class_when_due(bool(met), completion, aspirational, thresholds)
    elif met:
        verdict = Verdict.ACHIEVED_EARLY
    elif start is None:
        verdict, reason = Verdict.INSUFFICIENT_DATA, Reason.NO_BASELINE
    elif not elapsed:
        verdict, reason = Verdict.INSUFFICIENT_DATA, Reason.TOO_FEW_POINTS
    elif meets(start, target, direction):
        verdict = Verdict.REVERSED
        equal = meets(target, start, direction)
        reason = Reason.BASELINE_EQUALS_TARGET if equal else Reason.BASELINE_BEYOND_TARGET
    elif not measurable:
        verdict, reason = Verdict.INSUFFICIENT_DATA, Reason.GROWTH_UNDEFINED
    elif milestones:
        ratio = progress_ratio_by_milestones(
            baseline=start,
            value=value,
            stops=[*milestones, (target_year, target)],
            baseline_year=baseline_year,
            year=year,
            pace=pace,
        )
        if ratio is not None:
            verdict = _class_by_pace(ratio, thresholds)
        else:  # no change is due yet
            verdict = Verdict.ON_TRACK if meets(value, start, direction) else Verdict.REVERSED
    else:
        measure = progress_ratio_linear if pace == "linear" else progress_ratio_growth
        ratio = measure(
            baseline=start,
            value=value,
            target=target,
            baseline_year=baseline_year,
            year=year,
            target_year=target_year,
        )
        verdict = _class_by_pace(ratio, thresholds)

    observed = needed = None
    if start is not None and elapsed and measurable:
        observed = observed_pace(
            baseline=start,
            value=value,
            baseline_year=baseline_year,
            year=judged_year,
            pace=pace,
        )
    if not due and met:
        needed = 0.0
    elif not due and (pace == "linear" or value * target > 0):
        needed = required_pace(
            value=value, target=target, year=year, target_year=target_year, pace=pace
        )
    return Attainment(
        verdict=verdict,
        reason=reason,
        ratio=ratio,
        completion=completion,
        completion_basis=basis,
        gap=target - value if direction == "higher" else value - target,
        required_pace=needed,
        observed_pace=observed,
        judged=(judged_year, value),
        latest=latest,
        baseline=baseline,
        met_by=met,
    )


def straddling(
    low: float, high: float, series: Sequence[Point], **case: Unpack[TargetCase]
) -> tuple[Verdict, Verdict]:
    """Return the classes at the two ends of an interval of the judged value, better first.

    Parameters
    ----------
    low, high : float
        Interval of the value judged (that of the assessed year, or of the target year once due).
    series : sequence of (year, value)
        As in `attain`; the judged year's own value is replaced.
    **case
        Keyword arguments of `attain`.

    Returns
    -------
    tuple of Verdict
        Equal where the interval straddles no threshold.

    Raises
    ------
    ValueError
        If `low` exceeds `high`, or as `attain`.
    """
    low, high = as_number(low, "lower end"), as_number(high, "upper end")
    if low > high:
        raise ValueError(f"the interval {low:g} to {high:g} is upside down")
    judged_year = min(case["year"], case["target_year"])
    others = [point for point in series if point[0] != judged_year]
    if judged_year == case["baseline_year"] and case.get("baseline_value") is None:
        raise ValueError("the baseline year cannot be judged against itself")
    at_low, at_high = (attain([*others, (judged_year, end)], **case).verdict for end in (low, high))
    return (at_high, at_low) if case["direction"] == "higher" else (at_low, at_high)
