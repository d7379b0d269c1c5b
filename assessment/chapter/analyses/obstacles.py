"""Which indicator holds the unit back: obstacle degrees in the framework's subsystems."""

from __future__ import annotations

from typing import Any, Final

from assessment.chapter.analyses.spans import FactAt, facts_of, json_ready
from assessment.chapter.chapter import Chapter
from assessment.methods.coupling import obstacle_degree
from assessment.params.model import Subsystem
from assessment.results.model import CouplingResult
from assessment.results.values import Sentence
from assessment.show.blocks import Blocks, Cell, Column, Heading, Prose, Row, Table
from assessment.show.facts import plain, say
from assessment.show.formatting import number, percent

NAME: Final = "obstacles"
NAMED: Final = 3
"""How many indicators the sentence names."""

_NATURAL: Final = "自然条件"


def obstacles(chapter: Chapter) -> Blocks:
    """Show how much each indicator adds to the distance from the good end of every scale.

    Parameters
    ----------
    chapter : Chapter
        Its own subsystems, or the framework's, are read.

    Returns
    -------
    Blocks
        Heading, sentences, a table, a note.

    Notes
    -----
    A part has the weight of its subsystem, divided equally among the subsystem's parts that are
    known, as in the level of the subsystem. Where a subsystem is known by less than the coverage
    floor no degree is given, since the shares of what is left would mislead.
    """
    analysis, standards = chapter.inputs.analysis, chapter.inputs.standards
    subsystems = analysis.subsystems or standards.framework.subsystems
    title = "本章子系统" if analysis.subsystems else standards.framework.title
    base = chapter.inputs.plan.baseline_year
    years = {result.year: result for result in chapter.coupling}
    now, before = years.get(chapter.year), years.get(base)
    degrees = _degrees(now, subsystems)
    earlier = _degrees(before, subsystems) if before is not now else None
    result: dict[str, Any] = {"year": chapter.year, "base_year": base, "framework": title}
    if now is None or degrees is None:
        result["reason"] = _lacking(chapter, now)
        result["parts"] = []
    else:
        parts = [
            _part(chapter, name, subsystem, now, degrees, earlier)
            for subsystem in subsystems
            for name in subsystem.indicators
        ]
        parts.sort(key=lambda part: (-(part["degree"] or 0.0), part["indicator"]))
        result |= {"reason": "", "parts": parts, "clipped": list(now.clipped)}
        result["top"] = sum(part["degree"] or 0.0 for part in parts[:NAMED])
        result["missing"] = [p["indicator"] for p in parts if p["level"] is None]
    result = json_ready(result)
    sentences = _sentences(facts_of(chapter, NAME), result)
    return chapter.add(
        NAME,
        result,
        Heading(level=3, text="短板在哪里", anchor=chapter.anchor("obstacles")),
        Prose(sentences=tuple(sentences)),
        _table(chapter, result) if result["parts"] else None,
        Prose(sentences=(_note(),), tone="note") if result["parts"] else None,
        messages=sentences[:1] if result["parts"] else (),
    )


def _degrees(
    coupling: CouplingResult | None, subsystems: tuple[Subsystem, ...]
) -> dict[str, tuple[float, float]] | None:
    """Weight and obstacle degree of each known part; None where a subsystem has no level."""
    if coupling is None or any(one.level is None for one in coupling.subsystems):
        return None
    alpha = {one.id: one.weight for one in subsystems}
    whole = sum(alpha.values())
    names, levels, weights = [], [], []
    for one in coupling.subsystems:
        known = {name: u for name, u in one.parts.items() if u is not None}
        for name, u in known.items():
            names.append(name)
            levels.append(u)
            weights.append(alpha[one.id] / whole / len(known))
    if len(names) < 2:
        return None
    shares = obstacle_degree(levels, weights)
    return {n: (w, float(s)) for n, w, s in zip(names, weights, shares, strict=True)}


def _part(
    chapter: Chapter,
    name: str,
    subsystem: Subsystem,
    now: CouplingResult,
    degrees: dict[str, tuple[float, float]],
    earlier: dict[str, tuple[float, float]] | None,
) -> dict[str, Any]:
    annual = chapter.data.annual(name)
    ends = next(g for g in chapter.inputs.standards.goalposts if g.indicator == name)
    level = next(one.parts[name] for one in now.subsystems if one.id == subsystem.id)
    weight, degree = degrees.get(name, (None, None))
    return {
        "indicator": name,
        "name": annual.indicator.label,
        "unit": annual.indicator.unit,
        "subsystem": subsystem.name,
        "natural": _NATURAL in (annual.indicator.note or ""),
        "value": annual.value(chapter.year),
        "low": ends.low,
        "high": ends.high,
        "level": level,
        "weight": weight,
        "degree": degree,
        "base_degree": earlier[name][1] if earlier and name in earlier else None,
    }


def _lacking(chapter: Chapter, now: CouplingResult | None) -> str:
    if now is None:
        return f"{chapter.year} 年没有子系统读数"
    entries = chapter.inputs.catalogue.by_id
    short = [one for one in now.subsystems if one.level is None]
    missing = [entries[n].label for one in short for n, u in one.parts.items() if u is None]
    return f"{'、'.join(one.name for one in short)}缺 {'、'.join(missing)}" if short else now.reason


def _sentences(at: FactAt, result: dict[str, Any]) -> list[Sentence]:
    year = at(result["year"], "year", text=str(result["year"]))
    if not result["parts"]:
        return [
            say(
                "{y} 年哪个指标是短板,数据不足,算不出来({r})。",
                y=year, r=at(result["reason"], "reason"),
            )
        ]  # fmt: skip
    named = result["parts"][: min(NAMED, len(result["parts"]))]
    if not result["top"]:
        return [say("{y} 年各指标都到了标尺的好端,没有短板。", y=year)]
    facts = {"y": year, "t": at(result["top"], "top", text=percent(result["top"]))}
    pieces = []
    for i, part in enumerate(named):
        facts[f"d{i}"] = at(part["degree"], "parts", i, "degree", text=percent(part["degree"]))
        aside = ",受自然条件影响" if part["natural"] else ""
        pieces.append(f"{plain(part['name'])}(障碍度 {{d{i}}},属{plain(part['subsystem'])}{aside})")
    text = f"{{y}} 年离标尺好端的总距离中,占得最多的是{'、'.join(pieces)},合计占 {{t}}。"
    return [say(text, **facts)]


def _note() -> Sentence:
    return say(
        "障碍度是各指标与标尺好端的加权距离占总距离的份额,随标尺和权重(多为假定)而变,"
        "只说明按这一框架差距在哪里,不说明原因。受自然条件影响的指标,其份额"
        "不宜当作工作差距。"
    )


def _table(chapter: Chapter, result: dict[str, Any]) -> Table:
    entries = chapter.inputs.catalogue.by_id
    rows = []
    for part in result["parts"]:
        decimals = entries[part["indicator"]].decimals
        annual = chapter.data.annual(part["indicator"])
        point = annual.at(result["year"])
        clipped = "越过标尺,按端点计" if part["indicator"] in result["clipped"] else ""
        rows.append(
            Row(
                cells=(
                    Cell(text=f"{part['name']}({part['unit']})", value=part["indicator"]),
                    Cell(text=part["subsystem"]),
                    Cell(
                        text=number(part["value"], decimals) if point else "数据不足",
                        value=part["value"],
                        trace=point.trace if point else (),
                        note=clipped,
                    ),
                    Cell(text=f"{part['low']:g} → {part['high']:g}"),
                    Cell(text=number(part["level"], 3), value=part["level"]),
                    Cell(text=percent(part["weight"]), value=part["weight"]),
                    Cell(text=percent(part["degree"]), value=part["degree"]),
                    Cell(text=percent(part["base_degree"]), value=part["base_degree"]),
                )
            )
        )
    return Table(
        id=chapter.anchor("obstacles-table"),
        title="障碍度",
        columns=(
            Column(key="indicator", label="指标"),
            Column(key="subsystem", label="子系统"),
            Column(key="value", label=f"{result['year']} 年", align="right"),
            Column(key="scale", label="标尺(差 → 好)", align="right"),
            Column(key="level", label="水平(0–1)", align="right"),
            Column(key="weight", label="权重", align="right"),
            Column(key="degree", label="障碍度", align="right"),
            Column(key="base", label=f"{result['base_year']} 年障碍度", align="right"),
        ),
        rows=tuple(rows),
        note=f"框架:{result['framework']};{chapter.inputs.standards.disclaimer}。",
    )
