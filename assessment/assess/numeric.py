"""The course of a numeric target: class, ratio, paces, outlook, and how they were reached."""

from __future__ import annotations

from collections.abc import Sequence

from assessment.assess.judgement import (
    WITHIN_TOLERANCE,
    Case,
    Judgement,
    absent,
    reason_text,
    way,
)
from assessment.assess.progress import Progress, classes_at_ends, judge_progress
from assessment.job.series import Annual
from assessment.methods.attainment import (
    Attainment,
    TargetCase,
    Thresholds,
    Verdict,
)
from assessment.methods.forecast import forecast
from assessment.methods.statcan import MODERATE, SUBSTANTIAL
from assessment.params.asks import form_of
from assessment.params.model import Constant, Rules
from assessment.results.model import Point, Step

_CUMULATIVE = ("cumulative_count", "count")
_ESTIMATED = ("C", "D")
_Z95 = 1.959963984540054


def thresholds(rules: Rules, tolerance: float | None = None) -> Thresholds:
    """Collect the thresholds of the rules; a target's own tolerance goes before theirs."""
    return Thresholds(
        faster=rules.faster.value,
        on_track=rules.on_track.value,
        slow=rules.slow.value,
        nearly_met=rules.nearly_met.value,
        near_limit=rules.near_limit.value,
        tolerance=rules.approximate_tolerance.value if tolerance is None else tolerance,
    )


def allowed(case: Case) -> float | None:
    """What "about" allows by the plan, in the unit of the aim; None where the rules say it."""
    return case.aim.tolerance if case.aim.tolerance is not None else case.target.tolerance


def judge_numeric(case: Case, baseline_value: float | None = None) -> Judgement:
    """Judge a numeric target by the progress rule in force, with the steps that led there.

    Parameters
    ----------
    case : Case
        Target and figures; values across a known break are left out.
    baseline_value : float, optional
        Value of the baseline year; by default the plan's own, or that of the series, and zero for
        a cumulative count that lacks it.
    """
    target, aim, annual, year = case.target, case.aim, case.annual, case.year
    missing = absent(annual, year)
    if missing:
        return missing
    assert aim.value is not None and aim.year is not None
    rules, baseline_year = case.rules, case.baseline_year
    judged_year = min(year, aim.year)
    points = [p for p in annual.points if p.year <= year]
    level = [p for p in points if annual.same_level(p.year, judged_year)]
    counted = annual.indicator.measure in _CUMULATIVE and annual.at(baseline_year) is None
    stated = baseline_value is None and aim.base is not None
    if stated:
        baseline_value = aim.base
    elif baseline_value is None and counted:
        baseline_value = 0.0
    entry = annual.indicator
    progress_case: TargetCase = {
        "year": year,
        "target": aim.value,
        "target_year": aim.year,
        "baseline_year": baseline_year,
        "baseline_value": baseline_value,
        "direction": way(target, entry),
        "pace": "growth" if form_of(target, entry.unit) == "rate" else target.pace,
        "milestones": aim.course,
        "approximate": target.approximate,
        "aspirational": target.strength == "aspirational",
        "natural_limit": entry.natural_limit,
        "thresholds": thresholds(rules, allowed(case)),
    }
    series = [(point.year, point.value) for point in level]
    read = judge_progress(rules.progress_rule, series, progress_case)
    found = read.found
    broken = len(level) < len(points)
    judged = annual.at(found.judged[0]) if found.judged else None
    also, estimated = _both_classes(rules, found, judged, series, progress_case)
    return Judgement(
        str(found.verdict),
        reason_text(found.reason, year, baseline_year, aim.year, broken),
        {
            "baseline": _baseline(annual, found, baseline_year),
            "judged": judged,
            "verdict_also": also,
            "progress_rule": read.rule,
            "ratio": found.ratio,
            "progress_score": read.score,
            "completion": None if found.completion is None else found.completion * 100,
            "completion_basis": found.completion_basis,
            "gap": found.gap,
            "observed_pace": found.observed_pace,
            "required_pace": found.required_pace,
            **_outlook(case, aim.value, aim.year, series),
            "estimated": estimated,
        },
        (
            *_baseline_steps(case, baseline_value, stated),
            *_steps(rules, case, read, year >= aim.year),
        ),
    )


def _baseline_steps(case: Case, value: float | None, stated: bool) -> tuple[Step, ...]:
    """Say where a baseline comes from that is no figure of the series."""
    if stated:
        rule = f"基期({case.baseline_year} 年)的值取自方案"
        return (Step(rule=rule, threshold=value, source="方案原文"),)
    if value == 0.0:
        return (Step(rule="累计数,基期按零起算", threshold=0.0, source="由指标定义推得"),)
    return ()


def _baseline(annual: Annual, found: Attainment, baseline_year: int) -> Point | None:
    given = annual.at(baseline_year)
    if given is None and found.baseline is not None:
        return Point(year=found.baseline[0], value=found.baseline[1], derived=True)
    return given if found.baseline is not None else None


def _both_classes(
    rules: Rules,
    found: Attainment,
    judged: Point | None,
    series: Sequence[tuple[int, float]],
    case: TargetCase,
) -> tuple[str | None, bool]:
    """Name a second class where an estimated value's interval straddles a threshold."""
    if judged is None or judged.grade not in _ESTIMATED:
        return None, False
    if found.verdict in (Verdict.INSUFFICIENT_DATA, Verdict.NOT_APPLICABLE):
        return None, True
    if judged.year == case["baseline_year"] and case["baseline_value"] is None:
        return None, True
    error = rules.data_error[judged.grade].value  # type: ignore[index]
    half = abs(judged.value) * error * _Z95
    value = judged.value
    ends = classes_at_ends(rules.progress_rule, value - half, value + half, series, case)
    others = [str(end) for end in ends if end != found.verdict and str(end) != "insufficient_data"]
    return (others[0] if others else None), True


def _outlook(
    case: Case, target: float, due: int, series: Sequence[tuple[int, float]]
) -> dict[str, float]:
    """Say what the drift of the last years comes to in the target year, and how likely it is met."""
    if case.year >= due or len(series) < case.rules.probability_min_points.value:
        return {}
    entry = case.annual.indicator
    scale, limit = entry.scale
    years, values = zip(*series, strict=True)
    ahead = forecast(years, values, due, scale, limit)
    if ahead is None:
        return {}
    return {
        "probability": ahead.probability(target, way(case.target, entry)),
        "expected": ahead.expected,
        "expected_low": ahead.low,
        "expected_high": ahead.high,
    }


def _steps(rules: Rules, case: Case, read: Progress, due: bool) -> tuple[Step, ...]:
    found, target = read.found, case.target
    steps = []
    if due:
        steps.append(Step(rule="目标年及以后:看目标年的值", threshold=found.judged and found.judged[1],
                          source="巴斯克统计局方法"))  # fmt: skip
        nearly = rules.nearly_met
        steps.append(Step(rule="基本完成的下限", threshold=nearly.value, source=nearly.source))
    elif read.rule == "statcan":
        steps += _statcan_steps(read)
    else:
        if rules.progress_rule == "statcan" and found.ratio is not None:
            steps.append(Step(rule="基期或目标为零,没有增速,仍按直线判断", source="由规则推得"))
        rate = form_of(target, case.annual.indicator.unit) == "rate"
        kind = "等速增长" if rate or target.pace == "growth" else "直线"
        kind += ",经过以前的节点目标" if case.aim.course else ""
        steps.append(Step(rule=f"序时进度({kind}):实际进度 ÷ 应有进度", threshold=found.ratio))
        for name, constant in (
            ("快于预期", rules.faster),
            ("符合预期", rules.on_track),
            ("进展偏慢", rules.slow),
        ):
            steps.append(
                Step(rule=f"“{name}”的下限", threshold=constant.value, source=constant.source)
            )
    if found.met_by == "near_limit":
        steps.append(Step(rule="距自然上限不足一个百分点,视为达到",
                          threshold=rules.near_limit.value, source=rules.near_limit.source))  # fmt: skip
    if found.met_by == "tolerance":
        tolerance, own = rules.approximate_tolerance, allowed(case)
        if own is not None and own != tolerance.value:
            tolerance = Constant(value=own, source="方案参数(tolerance)")
        steps.append(
            Step(rule=WITHIN_TOLERANCE, threshold=tolerance.value, source=tolerance.source)
        )
    return tuple(steps)


def _statcan_steps(read: Progress) -> list[Step]:
    source = "Open SDG(加拿大统计局)进展方法"
    return [
        Step(
            rule="加拿大统计局规则:实际年均增速 ÷ 所需年均增速",
            threshold=read.found.ratio,
            source=source,
        ),
        Step(rule="公开方法的得分(−5 至 5)", threshold=read.score, source=source),
        Step(rule="“符合预期”的下限", threshold=SUBSTANTIAL, source=source),
        Step(rule="“进展偏慢”的下限", threshold=MODERATE, source=source),
    ]
