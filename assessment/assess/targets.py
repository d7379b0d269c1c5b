"""The course of each target for one unit and year: which rule applies, and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from assessment.assess.aims import aims_of, in_force
from assessment.assess.band import judge_band
from assessment.assess.changes import change_between
from assessment.assess.judgement import Aim, Case, Judgement, absent, reason_text, way
from assessment.assess.numeric import allowed, judge_numeric, thresholds
from assessment.assess.totals import judge_total, running_total, total_years
from assessment.job.inputs import JobInputs
from assessment.job.series import Annual, UnitData
from assessment.methods.attainment import judge_directional, judge_prohibition, judge_standing
from assessment.methods.verdicts import at_least
from assessment.params.plan import Target
from assessment.results.model import Step, TargetResult

OWN_FIGURE = "按本工具建议的框架测算,不是官方考核"
"""Told beside the class of a target that is judged by the tool's own figure."""


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
    flows = computed.get(target.indicator) or own.annual(target.indicator)
    annual = _compared(target, flows)
    year = inputs.year
    aims = aims_of(inputs, target, flows, year)
    aim = in_force(aims, year)
    seen = tuple(point for point in annual.points if point.year <= year)

    def judged(aim: Aim, year: int) -> Judgement:
        baseline_year = target.baseline_year or inputs.plan.baseline_year
        case = Case(target, aim, annual, year, baseline_year, inputs.standards.rules)
        return _judge(case, flows)

    judgement = judged(aim, year)
    before = judged(in_force(aims_of(inputs, target, flows, year - 1), year - 1), year - 1)
    others = tuple(_other_milestone(other, judged(other, year)) for other in aims if other != aim)
    latest = seen[-1] if seen else None
    share = None
    apart = inputs.region.kind != "city" and aim.origin != "plan"
    # A share of a rate, a concentration or an average is no share of anything.
    if apart and latest is not None and annual.indicator.aggregation == "sum":
        whole = _compared(target, city.annual(target.indicator)).value(latest.year)
        share = latest.value / whole if whole else None
    entry = annual.indicator
    baseline_year = target.baseline_year or inputs.plan.baseline_year
    figures = dict(judgement.figures)
    figures.setdefault("baseline", annual.at(baseline_year))
    figures.setdefault("judged", annual.at(year))
    figures.setdefault("target_value", aim.value)
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
        target_band=aim.band,
        asked=aim.asked,
        course=aim.course,
        target_year=aim.year,
        target_origin=aim.origin,
        pace=target.pace,
        previous=annual.at(year - 1),
        step=change_between(inputs.standards.rules, annual, year - 1, year),
        latest=latest,
        verdict=judgement.verdict,
        previous_verdict=before.verdict,
        share_of_city=share,
        reason=_reason(judgement, annual, target.indicator in computed),
        steps=(*aim.steps, *judgement.steps, *others),
        points=seen,
        breaks=tuple(b for b in annual.breaks if b <= year),
        note=target.note or "",
        **figures,
    )


def _reason(judgement: Judgement, annual: Annual, own: bool) -> str:
    if judgement.verdict == "insufficient_data" and annual.lacks_maker:
        return annual.lacks_maker
    return judgement.reason or (OWN_FIGURE if own else "")


def _compared(target: Target, annual: Annual) -> Annual:
    """The series that a target is compared with: running totals for a total over years."""
    years = total_years(target, annual.indicator)
    return running_total(annual, years[0]) if years else annual


def _other_milestone(aim: Aim, judgement: Judgement) -> Step:
    """How a unit stands against a milestone that is not the one in force."""
    reason = f"({judgement.reason})" if judgement.reason else ""
    what = "下达的分解值" if aim.origin == "allocation" else "节点目标"
    return Step(
        rule=f"另一个{what}({aim.year} 年){reason}",
        verdict=judgement.verdict,
        threshold=aim.value,
        source=aim.steps[0].source if aim.steps else "方案原文",
    )


def _judge(case: Case, flows: Annual) -> Judgement:
    """Judge a target by the rule of its kind; ``flows`` are the yearly figures of a total."""
    target, aim, entry = case.target, case.aim, case.annual.indicator
    if aim.verdict is not None:
        return Judgement(aim.verdict, aim.reason)
    if target.kind == "directional":
        return _directional(case)
    if target.kind == "prohibition":
        return _prohibition(case)
    assert aim.value is not None
    direct = entry.measure in ("average_annual_growth", "rank")
    standing = aim.year is None or (target.period is not None and entry.measure == "ratio")
    early = direct and case.year < (aim.year or 0)
    if aim.band is not None:
        return judge_band(case, standing)
    if target.kind == "external_reference" or standing or early:
        return _standing(case)
    assert aim.year is not None
    years = total_years(target, entry)
    start = case.baseline_year if years is None else years[0] - 1
    if aim.year <= start:
        reason = f"目标值的年份({aim.year} 年)不晚于基期({start} 年),无法判断"
        return Judgement("insufficient_data", reason)
    if years is not None:
        return judge_total(case, flows, years[0])
    return judge_numeric(case)


def _standing(case: Case) -> Judgement:
    target, aim, annual, year = case.target, case.aim, case.annual, case.year
    missing = absent(annual, year)
    if missing:
        return missing
    assert aim.value is not None
    value = annual.value(year)
    good = way(target, annual.indicator)
    wanted = aim.value
    if target.approximate and target.kind == "numeric":
        tolerance = thresholds(case.rules, allowed(case)).tolerance
        wanted += -tolerance if good == "higher" else tolerance
    verdict = str(judge_standing(value, False, wanted, good))
    if verdict == "standing_not_met" and target.strength == "aspirational":
        verdict = "aspiration_not_met"
    gap = None
    if value is not None:
        gap = aim.value - value if good == "higher" else value - aim.value
    return Judgement(
        verdict,
        "" if value is not None else f"缺 {year} 年数据",
        {"gap": gap, "judged": annual.at(year)},
        (Step(rule="逐年达标:当年值与要求直接比较", threshold=aim.value, source="方案原文"),),
    )


def _prohibition(case: Case) -> Judgement:
    aim, annual, year = case.aim, case.annual, case.year
    missing = absent(annual, year)
    if missing:
        return missing
    value = annual.value(year)
    if value is None:
        return Judgement("insufficient_data", f"缺 {year} 年数据")
    if aim.value is None:
        return Judgement("insufficient_data", "方案参数没有写禁止类目标的 value")
    if case.target.comparison == ">=":
        kept = at_least(value, aim.value)
    elif case.target.comparison == "<=":
        kept = at_least(aim.value, value)
    else:
        kept = at_least(value, aim.value) and at_least(aim.value, value)
    violated = not kept
    verdict = judge_prohibition(int(violated))
    step = Step(rule="禁止类:发生一起即不合格", threshold=aim.value, source="由方案用词推得")
    return Judgement(str(verdict), "", {"judged": annual.at(year)}, (step,))


def _directional(case: Case) -> Judgement:
    target, annual, year = case.target, case.annual, case.year
    missing = absent(annual, year)
    if missing:
        return missing
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
        if way(target, annual.indicator) == "lower"
        else "increase"
    )

    def clear(first: tuple[int, float], last: tuple[int, float]) -> bool:
        read = change_between(case.rules, annual, first[0], last[0])
        return read is not None and read.course != "unclear"

    found = judge_directional(
        series, year, course, target.comparison == "increase_every_year", clear
    )
    last_two = [when for when, _ in series if when <= year][-2:]
    broken = any(annual.breaks) and len(segment) < len([p for p in annual.points if p.year <= year])
    return Judgement(
        str(found.verdict),
        reason_text(found.reason, year, None, None, broken),
        {
            "mean_change": found.mean_change,
            "last_change": found.last_change,
            "within_error": len(last_two) == 2 and not clear(*((when, 0.0) for when in last_two)),
            "preliminary": found.preliminary,
            "judged": annual.at(year),
        },
        (step,),
    )
