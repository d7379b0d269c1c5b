"""A total over several years: the yearly flows of the period summed, and how far they have come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assessment.assess.judgement import Case, Judgement, absent, way
from assessment.assess.numeric import judge_numeric
from assessment.job.series import Annual, worst_grade
from assessment.methods.verdicts import at_least
from assessment.params.asks import LEVELS, form_of
from assessment.params.model import Indicator
from assessment.params.plan import Target
from assessment.results.model import Point, Step


def total_years(target: Target, entry: Indicator) -> tuple[int, int] | None:
    """First and last year of a target that is a total of yearly flows; None for any other.

    A cumulative count, a ratio or a growth rate over the same years is read as it is given: only
    flows of single years have to be added up.
    """
    level = form_of(target, entry.unit) in LEVELS
    flows = target.kind == "numeric" and level and entry.measure == "annual_flow"
    return target.years if flows and entry.aggregation == "sum" else None


def running_total(annual: Annual, first: int) -> Annual:
    """Sum a yearly series from a year on.

    The total ends before the first year that has no figure or that begins a new level: what is
    summed over a gap is no total.
    """
    points: list[Point] = []
    for flow in (point for point in annual.points if point.year >= first):
        year = first + len(points)
        if flow.year != year or not annual.same_level(first, year):
            break
        before = points[-1] if points else None
        points.append(
            Point(
                year=year,
                value=flow.value + (before.value if before else 0.0),
                grade=worst_grade([flow.grade, *([before.grade] if before else [])]),
                derived=True,
                trace=((*before.trace, *flow.trace) if before else flow.trace),
            )
        )
    return replace(annual, points=tuple(points), breaks=())


def judge_total(case: Case, flows: Annual, first: int) -> Judgement:
    """Judge a total over years; before its last year by the share that is due by now.

    Parameters
    ----------
    case : Case
        Target, with the running total as its series; ``aim.year`` is the last year of the total.
    flows : Annual
        The yearly figures, which tell what years are missing.
    first : int
        First year of the total.
    """
    assert case.aim.year is not None
    last = min(case.year, case.aim.year)
    step = Step(rule=f"期间合计:{first}—{last} 年逐年相加,期末为 {case.aim.year} 年")
    if case.year < first:
        return Judgement("insufficient_data", f"合计从 {first} 年算起,评估年还没有到", {}, (step,))
    lacking = [year for year in range(first, last + 1) if flows.at(year) is None]
    if lacking:
        if lacking == [last] and (missing := absent(flows, last)) is not None and first == last:
            return missing
        years = "、".join(map(str, lacking))
        reason = f"缺 {years} 年数据,{first}—{last} 年的合计不全"
        return Judgement("insufficient_data", reason, {}, (step,))
    if not flows.same_level(first, last):
        reason = f"{first}—{last} 年间有口径断点,各年的数不能相加"
        return Judgement("insufficient_data", reason, {}, (step,))
    if way(case.target, case.annual.indicator) == "lower":
        found = _ceiling(case, first, last)
    else:
        found = judge_numeric(replace(case, baseline_year=first - 1), baseline_value=0.0)
    return replace(found, steps=(step, *found.steps))


def _ceiling(case: Case, first: int, last: int) -> Judgement:
    """Judge a total that must stay under a value: what the years so far may use of it."""
    aim, rules = case.aim, case.rules
    assert aim.value is not None and aim.year is not None
    judged = case.annual.at(last)
    assert judged is not None
    used = judged.value
    allowed = aim.value * (last - first + 1) / (aim.year - first + 1)
    figures = {"judged": judged, "baseline": None, "gap": used - aim.value}
    within = at_least(aim.value, used)
    if case.year >= aim.year:
        missed = "aspiration_not_met" if case.target.strength == "aspirational" else "not_met"
        step = Step(rule="期末:合计与上限直接比较", threshold=aim.value, source="方案原文")
        return Judgement("met" if within else missed, "", figures, (step,))
    step = Step(
        rule="合计的上限按年数均摊:至今可用 ÷ 至今已用",
        threshold=allowed,
        source="假定:逐年均摊",
    )
    if not within:
        return Judgement("far_behind", "至今的合计已超过整个期间的上限", figures, (step,))
    if used <= 0:
        return Judgement("faster", "", figures, (step,))
    ratio = allowed / used
    verdict = _by_ratio(
        ratio,
        (("faster", rules.faster.value), ("on_track", rules.on_track.value),
         ("slow", rules.slow.value)),
    )  # fmt: skip
    return Judgement(verdict, "", {**figures, "ratio": ratio}, (step,))


def _by_ratio(ratio: float, bounds: Sequence[tuple[str, float]]) -> str:
    return next((verdict for verdict, bound in bounds if at_least(ratio, bound)), "far_behind")
