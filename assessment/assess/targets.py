"""The course of each target for one unit and year: which rule applies, and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from assessment.inputs import AllocationRow, JobInputs
from assessment.methods.attainment import (
    Attainment,
    Reason,
    Thresholds,
    Verdict,
    attain,
    attainment_probability,
    judge_directional,
    judge_prohibition,
    judge_standing,
    straddling,
)
from assessment.params import Rules
from assessment.plan import Target
from assessment.results import Point, Step, TargetResult
from assessment.series import Annual, UnitData

_REASONS = {
    Reason.NO_BASELINE: "缺基期({baseline} 年)数据",
    Reason.TOO_FEW_POINTS: "可用数据不足两年",
    Reason.BEFORE_BASELINE: "评估年早于基期",
    Reason.NO_VALUE_THIS_YEAR: "缺 {year} 年数据",
    Reason.NO_VALUE_IN_TARGET_YEAR: "缺目标年({due} 年)数据",
    Reason.BASELINE_EQUALS_TARGET: "基期已等于目标值",
    Reason.BASELINE_BEYOND_TARGET: "基期已超过目标值",
    Reason.GROWTH_UNDEFINED: "增长率无意义(基期或本年为零)",
    Reason.MISSING_YEARS: "年份不连续,无法逐年判断",
}

_CUMULATIVE = ("cumulative_count", "count")
_ESTIMATED = ("C", "D")
_Z95 = 1.959963984540054


@dataclass(frozen=True)
class Aim:
    """What a target asks of this unit: the plan's number, or one handed down."""

    value: float | None
    year: int | None
    origin: Literal["plan", "allocation", "reference", "none"]
    verdict: str | None = None
    reason: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """A verdict with the figures it stands on."""

    verdict: str
    reason: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()


def thresholds(rules: Rules) -> Thresholds:
    """Collect the thresholds of the rules."""
    return Thresholds(
        faster=rules.faster.value,
        on_track=rules.on_track.value,
        slow=rules.slow.value,
        nearly_met=rules.nearly_met.value,
        near_limit=rules.near_limit.value,
        tolerance=rules.approximate_tolerance.value,
    )


def assess_targets(
    inputs: JobInputs, targets: Sequence[Target], computed: Mapping[str, Annual] | None = None
) -> dict[str, TargetResult]:
    """Judge targets for the unit and year.

    Parameters
    ----------
    inputs : JobInputs
        What the chapter may see.
    targets : sequence of Target
        Targets to judge.
    computed : mapping, optional
        Series that the tool itself computes, by indicator (the synergy degree).

    Returns
    -------
    dict
        Target number to result, in the order given.
    """
    own, city = inputs.data(), inputs.data(city=True)
    return {
        target.no: _assess(inputs, target, own, city, dict(computed or {})) for target in targets
    }


def _assess(
    inputs: JobInputs,
    target: Target,
    own: UnitData,
    city: UnitData,
    computed: Mapping[str, Annual],
) -> TargetResult:
    annual = computed.get(target.indicator) or own.annual(target.indicator)
    year = inputs.year
    aim = _aim(inputs, target, year)
    seen = tuple(point for point in annual.points if point.year <= year)
    judgement = _judge(inputs, target, aim, annual, year)
    before = _judge(inputs, target, _aim(inputs, target, year - 1), annual, year - 1)
    latest = seen[-1] if seen else None
    share = None
    if inputs.region.kind != "city" and aim.origin != "plan" and latest is not None:
        whole = city.annual(target.indicator).value(latest.year)
        share = latest.value / whole if whole else None
    entry = annual.indicator
    baseline_year = target.baseline_year or inputs.plan.baseline_year
    figures = dict(judgement.figures)
    figures.setdefault("baseline", annual.at(baseline_year))
    figures.setdefault("judged", annual.at(year))
    chapter = next(c.id for c in inputs.chapters if any(s.id == target.section for s in c.sections))
    return TargetResult(
        no=target.no,
        indicator=target.indicator,
        name=entry.label,
        chapter=chapter,
        section=target.section,
        kind=target.kind,
        unit=entry.unit,
        decimals=entry.decimals,
        departments=target.departments,
        quote=target.quote,
        wording=target.wording,
        target_value=aim.value,
        target_year=aim.year,
        target_origin=aim.origin,
        pace=target.pace,
        previous=annual.at(year - 1),
        latest=latest,
        verdict=judgement.verdict,
        previous_verdict=before.verdict,
        share_of_city=share,
        reason=judgement.reason,
        steps=(*aim.steps, *judgement.steps),
        points=seen,
        breaks=tuple(b for b in annual.breaks if b <= year),
        note=target.note or "",
        **figures,
    )


def _allocation(inputs: JobInputs, target: Target) -> AllocationRow | None:
    return next((row for row in inputs.allocations if row.target == target.no), None)


def _aim(inputs: JobInputs, target: Target, year: int) -> Aim:
    """What the target asks of this unit, or why it asks nothing that can be judged."""
    region = inputs.region
    if target.kind == "external_reference":
        return _reference(inputs, target, year)
    due = target.year
    steps: tuple[Step, ...] = ()
    if due is None and target.kind == "numeric" and target.period is None:
        due = inputs.plan.horizons[0]
        steps = (Step(rule=f"方案未写年份,按 {due} 年判断", source="假定"),)
    origin: Literal["plan", "none"] = "plan" if target.value is not None else "none"
    whole = Aim(target.value, due, origin, steps=steps)
    if region.kind == "city":
        return whole
    kind = target.district_judgement
    if kind == "same_as_city":
        return whole
    handed = _allocation(inputs, target)
    if kind == "allocated_or_contribution" and handed is not None:
        step = Step(
            rule="按下达给本单位的分解值判断",
            threshold=handed.value,
            source=f"{handed.source}({handed.file} 第 {handed.row} 行)",
        )
        return Aim(handed.value, handed.year, "allocation", steps=(step,))
    if kind in ("allocated_or_contribution", "contribution_only"):
        reason = (
            "没有下达给本单位的分解值,只列贡献" if kind == "allocated_or_contribution"
            else "方案只判全市,本单位只列贡献"
        )  # fmt: skip
        return Aim(None, due, "none", "contribution_only", reason)
    if kind == "city_only_or_central_districts":
        if region.central:
            return whole
        return Aim(None, due, "none", "not_applicable", "方案只要求中心城区,本单位不在其列")
    return Aim(None, due, "none", "city_only", "方案只在全市层面判断")


def _reference(inputs: JobInputs, target: Target, year: int) -> Aim:
    if inputs.region.kind != "city" and target.district_judgement.startswith("city_only"):
        return Aim(None, target.year, "none", "city_only", "方案只在全市层面判断")
    table = inputs.standards.rules.external_references.get(target.no, {})
    wanted = year if target.year is None or year >= target.year else target.year
    constant = table.get(wanted) or (table.get(target.year) if target.year else None)
    if constant is None:
        return Aim(None, target.year, "none", "insufficient_data", f"缺 {wanted} 年的外部参照值")
    step = Step(rule="外部参照值", threshold=constant.value, source=constant.source)
    return Aim(constant.value, target.year, "reference", steps=(step,))


def _judge(inputs: JobInputs, target: Target, aim: Aim, annual: Annual, year: int) -> Judgement:
    if aim.verdict is not None:
        return Judgement(aim.verdict, aim.reason)
    if target.kind == "directional":
        return _directional(target, annual, year)
    if target.kind == "prohibition":
        return _prohibition(target, aim, annual, year)
    assert aim.value is not None
    growth_rate = annual.indicator.measure == "average_annual_growth"
    standing = aim.year is None or (
        target.period is not None and annual.indicator.measure == "ratio"
    )
    if target.kind == "external_reference" or standing or (growth_rate and year < (aim.year or 0)):
        return _standing(target, aim, annual, year)
    return _numeric(inputs, target, aim, annual, year)


def _absent(annual: Annual, year: int) -> Judgement | None:
    if annual.at(year) is None and year in annual.not_applicable:
        return Judgement("not_applicable", annual.not_applicable[year])
    return None


def _way(target: Target, annual: Annual) -> Literal["higher", "lower"]:
    if target.comparison in ("<=", "decrease", "decrease_to_zero", "minimise"):
        return "lower"
    return "lower" if annual.indicator.direction == "lower" else "higher"


def _standing(target: Target, aim: Aim, annual: Annual, year: int) -> Judgement:
    absent = _absent(annual, year)
    if absent:
        return absent
    assert aim.value is not None
    value = annual.value(year)
    way = _way(target, annual)
    verdict = str(judge_standing(value, False, aim.value, way))
    if verdict == "standing_not_met" and target.strength == "aspirational":
        verdict = "aspiration_not_met"
    gap = None
    if value is not None:
        gap = aim.value - value if way == "higher" else value - aim.value
    return Judgement(
        verdict,
        "" if value is not None else f"缺 {year} 年数据",
        {"gap": gap, "judged": annual.at(year)},
        (Step(rule="逐年达标:当年值与要求直接比较", threshold=aim.value, source="方案原文"),),
    )


def _prohibition(target: Target, aim: Aim, annual: Annual, year: int) -> Judgement:
    absent = _absent(annual, year)
    if absent:
        return absent
    value = annual.value(year)
    if value is None:
        return Judgement("insufficient_data", f"缺 {year} 年数据")
    if target.comparison == "=":
        violated = value > 0
    else:
        violated = value < (aim.value if aim.value is not None else 100.0)
    verdict = judge_prohibition(int(violated))
    step = Step(rule="禁止类:发生一起即不合格", threshold=aim.value, source="由方案用词推得")
    return Judgement(str(verdict), "", {"judged": annual.at(year)}, (step,))


def _directional(target: Target, annual: Annual, year: int) -> Judgement:
    absent = _absent(annual, year)
    if absent:
        return absent
    segment = annual.segment(year)
    series = [(point.year, point.value) for point in segment]
    step = Step(rule="方向类:最近五年平均变化与最近一年变化都看", source="德国可持续发展指标报告")
    if target.comparison == "minimise" and annual.value(year) == 0:
        rule = Step(rule="严控类:当年没有新增", threshold=0.0, source="由方案用词推得")
        return Judgement("right_direction", "", {}, (rule,))
    course: Literal["increase", "decrease", "decrease_to_zero"] = (
        "decrease_to_zero"
        if target.comparison == "decrease_to_zero"
        else "decrease"
        if _way(target, annual) == "lower"
        else "increase"
    )
    found = judge_directional(series, year, course, target.comparison == "increase_every_year")
    broken = any(annual.breaks) and len(segment) < len([p for p in annual.points if p.year <= year])
    return Judgement(
        str(found.verdict),
        _reason(found.reason, year, None, None, broken),
        {
            "mean_change": found.mean_change,
            "last_change": found.last_change,
            "preliminary": found.preliminary,
            "judged": annual.at(year),
        },
        (step,),
    )


def _numeric(inputs: JobInputs, target: Target, aim: Aim, annual: Annual, year: int) -> Judgement:
    absent = _absent(annual, year)
    if absent:
        return absent
    assert aim.value is not None and aim.year is not None
    rules = inputs.standards.rules
    baseline_year = target.baseline_year or inputs.plan.baseline_year
    judged_year = min(year, aim.year)
    points = [p for p in annual.points if p.year <= year]
    level = [p for p in points if annual.same_level(p.year, judged_year)]
    baseline_value = (
        0.0
        if annual.indicator.measure in _CUMULATIVE and annual.at(baseline_year) is None
        else None
    )
    entry = annual.indicator
    case: dict[str, Any] = {
        "year": year,
        "target": aim.value,
        "target_year": aim.year,
        "baseline_year": baseline_year,
        "baseline_value": baseline_value,
        "direction": _way(target, annual),
        "pace": target.pace,
        "approximate": target.strength == "approximate",
        "aspirational": target.strength == "aspirational",
        "natural_limit": entry.natural_limit,
        "thresholds": thresholds(rules),
    }
    series = [(point.year, point.value) for point in level]
    found = attain(series, **case)
    broken = len(level) < len(points)
    judged = annual.at(found.judged[0]) if found.judged else None
    also, estimated = _both_classes(rules, found, judged, series, case)
    return Judgement(
        str(found.verdict),
        _reason(found.reason, year, baseline_year, aim.year, broken),
        {
            "baseline": _baseline(annual, found, baseline_year),
            "judged": judged,
            "verdict_also": also,
            "ratio": found.ratio,
            "completion": None if found.completion is None else found.completion * 100,
            "gap": found.gap,
            "observed_pace": found.observed_pace,
            "required_pace": found.required_pace,
            "probability": _probability(rules, aim, series, year, case),
            "estimated": estimated,
        },
        _numeric_steps(rules, target, found, year >= aim.year, baseline_value),
    )


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
    case: Mapping[str, Any],
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
    ends = straddling(judged.value - half, judged.value + half, series, **case)
    others = [str(end) for end in ends if end != found.verdict and str(end) != "insufficient_data"]
    return (others[0] if others else None), True


def _probability(
    rules: Rules,
    aim: Aim,
    series: Sequence[tuple[int, float]],
    year: int,
    case: Mapping[str, Any],
) -> float | None:
    if aim.year is None or aim.value is None or year >= aim.year:
        return None
    if len(series) < rules.probability_min_points.value:
        return None
    values = [value for _, value in series]
    log = case["pace"] == "growth" and min(*values, aim.value) > 0
    found = attainment_probability(
        [when for when, _ in series], values, aim.value, aim.year, case["direction"], log
    )
    return None if found is None else found.probability


def _reason(
    reason: Reason | None, year: int, baseline: int | None, due: int | None, broken: bool
) -> str:
    if reason is None:
        return ""
    text = _REASONS[reason].format(year=year, baseline=baseline, due=due)
    return f"{text}(其间有口径断点,断点前的数据不用)" if broken else text


def _numeric_steps(
    rules: Rules, target: Target, found: Attainment, due: bool, baseline_value: float | None
) -> tuple[Step, ...]:
    steps = []
    if baseline_value == 0.0:
        steps.append(Step(rule="累计数,基期按零起算", threshold=0.0, source="由指标定义推得"))
    if due:
        steps.append(Step(rule="目标年及以后:看目标年的值", threshold=found.judged and found.judged[1],
                          source="巴斯克统计局方法"))  # fmt: skip
        nearly = rules.nearly_met
        steps.append(Step(rule="基本完成的下限", threshold=nearly.value, source=nearly.source))
    else:
        kind = "等速增长" if target.pace == "growth" else "直线"
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
        tolerance = rules.approximate_tolerance
        steps.append(Step(rule="“左右”的容差", threshold=tolerance.value, source=tolerance.source))
    return tuple(steps)
