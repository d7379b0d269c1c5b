"""The plan's second horizon: has CO2 peaked, and what pace do the goals ask for from here."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from assessment.chapter.analyses.outlook_words import (
    intensity_sentences,
    notes,
    outlook_table,
    peak_sentences,
    pm25_sentence,
)
from assessment.chapter.analyses.peak import read_peak
from assessment.chapter.analyses.spans import (
    facts_of,
    json_ready,
    not_comparable,
    note_lacking,
)
from assessment.chapter.chapter import Chapter
from assessment.methods.outlook import attainment_probability
from assessment.methods.pace import growth_rate, observed_pace, required_pace
from assessment.show.blocks import Blocks, Heading, Prose
from assessment.show.facts import say
from assessment.show.sentences import target_sentence

NAME: Final = "outlook_2030"
CARBON: Final = "co2_energy"
OUTPUT: Final = "gdp_constant"
INTENSITIES: Final = {"co2_intensity": "co2_energy", "energy_intensity": "energy_total"}
"""Intensity and the total that it keeps from rising."""

PM25: Final = "pm25"


def outlook_2030(chapter: Chapter) -> Blocks:
    """Show whether CO2 has peaked and what the second horizon asks for.

    Parameters
    ----------
    chapter : Chapter
        Needs CO2, its intensity, energy use and intensity, real GDP and PM2.5 among the
        chapter's indicators.

    Returns
    -------
    Blocks
        Heading, sentences, a table of paces, a note.

    Notes
    -----
    The plan sets no figure for CO2 in 2030 but helps the peak (助力实现碳达峰). What that asks
    for is arithmetic: with output growing at the rate g, the total does not rise if its intensity
    falls by at least ``g/(1+g)`` a year. A peak is judged by
    :func:`assessment.chapter.analyses.peak.read_peak`, only within the last known level.
    """
    horizon = max(chapter.inputs.plan.horizons, default=chapter.year)
    result: dict[str, Any] = {"horizon": horizon, "year": chapter.year}
    aimed = {target.indicator for target in chapter.inputs.targets if target.value is not None}
    result["peak"] = _peak(chapter)
    result["break_even"] = _break_even(chapter)
    due = [t for t in chapter.all_targets.values() if t.target_year == horizon]
    result["targets"] = [t.no for t in due]
    result["break_even"]["aimed"] = bool(aimed & set(INTENSITIES))
    result["pm25"] = _pm25(chapter, horizon) | {"aimed": PM25 in aimed}
    result = json_ready(result)
    at = facts_of(chapter, NAME)
    peak = peak_sentences(at, result)
    sentences = intensity_sentences(at, result)
    sentences += [target_sentence(target) for target in due]
    if not due:
        sentences.append(
            say(
                "方案没有定在 {y} 年的数量目标可供判断。",
                y=at(horizon, "horizon", text=str(horizon)),
            )
        )
    sentences.append(pm25_sentence(at, result))
    return chapter.add(
        NAME,
        result,
        Heading(level=3, text=f"到 {horizon} 年:达峰与所需速度", anchor=chapter.anchor("outlook")),
        Prose(sentences=tuple(peak)),
        Prose(sentences=tuple(sentences)),
        Prose(sentences=notes(at, result), tone="note"),
        outlook_table(chapter, result, due),
        messages=peak[:1],
    )


def _peak(chapter: Chapter) -> dict[str, Any]:
    annual = chapter.data.annual(CARBON)
    seen = [point for point in annual.points if point.year <= chapter.year]
    points = [p for p in annual.segment(seen[-1].year) if p.value > 0] if seen else []
    name = annual.indicator.label
    if not points:
        reason = annual.not_applicable.get(chapter.year, f"没有{name}数据")
        note_lacking(chapter, "碳达峰判断", [annual], [chapter.year], "不能判断二氧化碳是否达峰")
        return {"word": "数据不足", "reason": reason, "n": 0}
    rules = chapter.inputs.standards.rules
    errors = rules.errors_by_grade
    grades = [point.grade or "D" for point in points]
    reading = read_peak(
        [point.year for point in points],
        [point.value for point in points],
        [errors[grade] for grade in grades],
        years_after=int(rules.peak_years_after.value),
        least=int(rules.trend_min_points.value),
        significance=rules.significance.value,
    )
    held = {point.year for point in points}
    gaps = [y for y in range(reading.first_year, reading.last_year) if y not in held]
    if points[-1].year < chapter.year:
        note_lacking(chapter, "碳达峰判断", [annual], [chapter.year], "达峰判断不含最近一年")
    return {
        **asdict(reading),
        "candidate_count": len(reading.candidates),
        "n": len(points),
        "unit": annual.indicator.unit,
        "grade": max(grades),
        "ungraded": any(not point.grade for point in points),
        "missing_years": gaps,
        "after_break": len(points) < len(seen),
    }


def _break_even(chapter: Chapter) -> dict[str, Any]:
    """Growth since the base year, and the fall of intensity that it asks for."""
    first, last = chapter.inputs.plan.baseline_year, chapter.year
    output = chapter.data.annual(OUTPUT)
    why = not_comparable([output], first, last) if last > first else "评估年不晚于基期"
    found: dict[str, Any] = {"from_year": first, "to_year": last, "reason": why, "indicators": {}}
    if why:
        note_lacking(chapter, "碳强度所需降速", [output], [first, last], "算不出所需的强度降速")
        return found
    start, end = output.value(first), output.value(last)
    assert start is not None and end is not None
    growth = growth_rate(start, end, last - first)
    found |= {"growth": growth, "needed": 1 / (1 + growth) - 1}
    for intensity, total in INTENSITIES.items():
        annual = chapter.data.annual(intensity)
        lacking = not_comparable([annual], first, last)
        one: dict[str, Any] = {
            "name": annual.indicator.label,
            "unit": annual.indicator.unit,
            "total": chapter.data.annual(total).indicator.label,
            "reason": lacking,
        }
        before, after = annual.value(first), annual.value(last)
        if lacking or not before or not after:
            note_lacking(chapter, annual.indicator.name, [annual], [first, last], "看不出强度降速")
        else:
            pace = observed_pace(
                baseline=before, value=after, baseline_year=first, year=last, pace="growth"
            )
            one |= {"from": before, "to": after, "pace": pace, "enough": pace <= found["needed"]}
        found["indicators"][intensity] = one
    return found


def _pm25(chapter: Chapter, horizon: int) -> dict[str, Any]:
    annual = chapter.data.annual(PM25)
    value = annual.value(chapter.year)
    reference = chapter.inputs.standards.rules.reference_limits.get(PM25)
    result: dict[str, Any] = {"unit": annual.indicator.unit, "value": value}
    if reference is None:
        return result | {"limit": None, "reason": "参数没有给出参照限值"}
    limit = reference.value
    result |= {"limit": limit, "limit_source": reference.source}
    if value is None:
        note_lacking(chapter, annual.indicator.name, [annual], [chapter.year], "看不出所需降速")
        return result | {"reason": f"缺 {chapter.year} 年数据"}
    result["met"] = value <= limit
    if chapter.year >= horizon or value <= limit:
        return result
    result["required"] = required_pace(
        value=value, target=limit, year=chapter.year, target_year=horizon
    )
    first = chapter.inputs.plan.baseline_year
    base = annual.value(first)
    if base is not None and first < chapter.year and annual.same_level(first, chapter.year):
        result["observed"] = observed_pace(
            baseline=base, value=value, baseline_year=first, year=chapter.year
        )
        result["from_year"] = first
    points = annual.segment(chapter.year)
    if points and min(p.value for p in points) > 0:
        ahead = attainment_probability(
            [p.year for p in points], [p.value for p in points], limit, horizon, "lower", log=True
        )
        if ahead is not None:
            result |= {"expected": ahead.expected, "low": ahead.low, "high": ahead.high}
            result |= {"n": ahead.n, "first_year": points[0].year}
    return result
