"""A target that asks for a range: which of its ends a unit has to come to, and how far it is."""

from __future__ import annotations

from dataclasses import replace

from assessment.assess.judgement import Case, Judgement, absent
from assessment.assess.numeric import judge_numeric
from assessment.methods.verdicts import at_least
from assessment.results.model import Step


def judge_band(case: Case, standing: bool) -> Judgement:
    """Judge a range, every year by itself or by the way from the baseline to its nearer end.

    Parameters
    ----------
    case : Case
        Target, with ``aim.band``.
    standing : bool
        The range holds every year, and no schedule leads to it.
    """
    aim, annual = case.aim, case.annual
    assert aim.band is not None
    low, high = aim.band
    year = case.year if standing or aim.year is None else min(case.year, aim.year)
    missing = absent(annual, year)
    if missing:
        return missing
    value = annual.value(year)
    if value is None:
        due = aim.year if not standing else None
        what = f"目标年({year} 年)" if due == year and case.year > year else f" {year} 年"
        return Judgement("insufficient_data", f"缺{what}数据")
    above = not at_least(high, value)
    inside = at_least(value, low) and not above
    step = Step(rule=f"区间目标:{low:g} 至 {high:g},两端都算在内", source="方案原文")
    gap = max(low - value, value - high)
    if standing:
        verdict = "standing_met" if inside else "standing_not_met"
        figures = {"gap": gap, "judged": annual.at(year)}
        return Judgement(verdict, "" if inside else _outside(above), figures, (step,))
    start = aim.base if aim.base is not None else annual.value(case.baseline_year)
    from_above = above or (inside and start is not None and not at_least(high, start))
    # Its natural limit has no say: a range that ends below it means that end.
    entry = annual.indicator.model_copy(update={"natural_limit": None})
    found = judge_numeric(
        replace(
            case,
            target=case.target.model_copy(update={"comparison": "<=" if from_above else ">="}),
            aim=replace(aim, value=high if from_above else low),
            annual=replace(annual, indicator=entry),
        )
    )
    figures = {**found.figures, "gap": gap, "target_value": high if from_above else low}
    reason = found.reason
    if not inside and found.verdict == "reversed" and reason:
        reason = _outside(above)
    return replace(found, reason=reason, figures=figures, steps=(step, *found.steps))


def _outside(above: bool) -> str:
    return "高于区间的上限" if above else "低于区间的下限"
