"""What a target asks of a unit in a year: its own figure, one handed down, or one from outside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from assessment.assess.judgement import Aim, way
from assessment.job.inputs import AllocationRow, JobInputs
from assessment.job.series import Annual
from assessment.methods.verdicts import meets
from assessment.params.asks import (
    AMOUNTS,
    LEVELS,
    SHARES,
    YEARLY,
    Form,
    asked_words,
    form_of,
    signed_change,
)
from assessment.params.plan import Target
from assessment.results.model import Step


def in_force(aims: Sequence[Aim], year: int) -> Aim:
    """The milestone that a year is judged by: the next one due, or the last."""
    due = [aim for aim in aims if aim.year is None or aim.year >= year]
    return due[0] if due else aims[-1]


def _with_course(aims: Sequence[Aim]) -> tuple[Aim, ...]:
    """Give each milestone those before it, which the course towards it leads over."""
    course: tuple[tuple[int, float], ...] = ()
    found = []
    for aim in aims:
        found.append(replace(aim, course=course))
        if aim.year is not None and aim.value is not None:
            course = (*course, (aim.year, aim.value))
    return tuple(found)


def aims_of(inputs: JobInputs, target: Target, own: Annual, year: int) -> tuple[Aim, ...]:
    """What the target asks of this unit: each milestone handed down, or the plan's own aims.

    Parameters
    ----------
    inputs : JobInputs
        The job.
    target : Target
        The target.
    own : Annual
        The unit's own yearly series, which changes are counted from.
    year : int
        Year assessed.
    """
    handed = [row for row in inputs.allocations if row.target == target.no]
    region = inputs.region
    apart = region.kind != "city" and target.district_judgement == "allocated_or_contribution"
    if target.kind == "external_reference":
        return (_reference(inputs, target, year),)
    form = form_of(target, own.indicator.unit) or "level"
    baseline_year = target.baseline_year or inputs.plan.baseline_year
    base = stated_base(inputs, target)
    if apart and handed:
        aims = [_handed_down(row) for row in sorted(handed, key=lambda row: row.year)]
    else:
        whole = _aim(inputs, target)
        aims = [
            replace(whole, value=stop.value, year=stop.year)
            for stop in target.milestones
            if whole.verdict is None
        ]
        aims.append(whole)
        kept = _kept(target, own, baseline_year, whole)
        if kept is not None:
            return (kept,)
    return _with_course(
        [_as_level(replace(aim, base=base), target, form, own, baseline_year, year) for aim in aims]
    )


def stated_base(inputs: JobInputs, target: Target) -> float | None:
    """The plan's own figure of the baseline year, as far as it holds for this unit."""
    value = target.baseline_value
    return value if value == 0 or inputs.region.kind == "city" else None


def _kept(target: Target, own: Annual, baseline_year: int, whole: Aim) -> Aim | None:
    """What is asked of a unit that met the standard in the baseline year: to keep it."""
    standard = target.standard
    if standard is None or whole.verdict is not None:
        return None
    base = own.value(baseline_year)
    if base is None:
        reason = f"缺基期({baseline_year} 年)数据,不知当时是否达标"
        return Aim(None, whole.year, "none", "insufficient_data", reason)
    if not meets(base, standard, way(target, own.indicator)):
        return None
    step = Step(rule="基期已达标,只要求保持", threshold=standard, source="方案原文")
    return Aim(standard, None, "plan", steps=(step,), asked="基期已达标,保持达标")


def _as_level(
    aim: Aim, target: Target, form: Form, own: Annual, baseline_year: int, year: int
) -> Aim:
    """Turn the change that an aim asks for into the figure it comes to."""
    if aim.value is None or aim.origin == "none" or form in LEVELS:
        return aim
    yearly = form in YEARLY
    since = year - 1 if yearly else baseline_year
    start = own.value(since) if yearly or aim.base is None else aim.base
    asked = asked_words(target, form, aim.value, baseline_year)
    due = None if yearly else aim.year
    if start is None:
        what = f"缺 {since} 年数据" if yearly else f"缺基期({since} 年)数据"
        return Aim(None, due, "none", "insufficient_data", f"{what},算不出目标值", asked=asked)
    if yearly and not own.same_level(since, year):
        reason = f"{since}、{year} 年之间有口径断点,不能与上年相比"
        return Aim(None, due, "none", "insufficient_data", reason, asked=asked)
    if form not in AMOUNTS and start <= 0:
        reason = f"{since} 年的数不大于零,没有百分之几可言"
        return Aim(None, due, "none", "insufficient_data", reason, asked=asked)
    years = (aim.year or since) - since

    def comes_to(change: float) -> float:
        if form == "rate":
            return start * (1 + change / 100) ** years
        return start * (1 + change / 100) if form in SHARES else start + change

    change = signed_change(target, aim.value)
    level = comes_to(change)
    tolerance = None
    if target.tolerance is not None:
        tolerance = abs(level - comes_to(change + math.copysign(target.tolerance, -change)))
    step = Step(rule=f"{asked},由 {since} 年的数算出", threshold=level, source="方案原文")
    return replace(
        aim, value=level, year=due, steps=(*aim.steps, step), asked=asked, tolerance=tolerance
    )


def _handed_down(row: AllocationRow) -> Aim:
    step = Step(
        rule="按下达给本单位的分解值判断",
        threshold=row.value,
        source=f"{row.source}({row.file} 第 {row.row} 行)",
    )
    return Aim(row.value, row.year, "allocation", steps=(step,))


def _aim(inputs: JobInputs, target: Target) -> Aim:
    """What the plan itself asks of this unit, or why it asks nothing that can be judged."""
    region = inputs.region
    due = target.year
    if due is None and target.years is not None:
        due = target.years[1]
    steps: tuple[Step, ...] = ()
    if due is None and target.kind == "numeric" and target.period is None:
        due = inputs.plan.horizons[0]
        steps = (Step(rule=f"方案未写年份,按 {due} 年判断", source="假定"),)
    band = target.band
    value = target.number if band is None else band[0]
    whole = Aim(value, due, "plan" if value is not None else "none", steps=steps, band=band)
    if region.kind == "city":
        return whole
    kind = target.district_judgement
    if kind == "same_as_city":
        return whole
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
    due = target.year
    if target.reference is not None:
        return _reported_reference(inputs, target.reference, due, year)
    table = inputs.standards.rules.external_references.get(target.no, {})
    constant = table.get(year)
    if constant is None and due is not None and year > due:
        constant = table.get(due)
    if constant is None:
        reason = f"缺 {year} 年的外部参照值"
        if due is not None and year < due and due in table:
            reason += f";{due} 年的参照值不用来判以前的年份"
        return Aim(None, due, "none", "insufficient_data", reason)
    step = Step(rule="外部参照值", threshold=constant.value, source=constant.source)
    return Aim(constant.value, target.year, "reference", steps=(step,))


def _reported_reference(inputs: JobInputs, indicator: str, due: int | None, year: int) -> Aim:
    """The outside figure of the year, which the pack holds as an indicator of the whole city."""
    series = inputs.data(city=True).annual(indicator)
    point = series.at(year)
    if point is None:
        reason = f"缺 {year} 年的外部参照值({series.indicator.label})"
        return Aim(None, due, "none", "insufficient_data", reason)
    source = "；".join(dict.fromkeys(t.source for t in point.trace if t.source))
    rule = f"外部参照值:{series.indicator.label}"
    step = Step(rule=rule, threshold=point.value, source=source or "数据包")
    return Aim(point.value, due, "reference", steps=(step,))
