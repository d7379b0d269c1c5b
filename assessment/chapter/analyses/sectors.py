"""The five sectors side by side: who cut CO2 and pollutants together, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from assessment.chapter.analyses.activities import activity_sentences, activity_table
from assessment.chapter.analyses.spans import (
    FactAt,
    amount,
    facts_of,
    json_ready,
    not_comparable,
    note_lacking,
    size,
    turn,
)
from assessment.chapter.chapter import Chapter
from assessment.params.model import CoControlPair
from assessment.results.model import CoControlResult
from assessment.results.values import Fact, Sentence
from assessment.show import charts
from assessment.show.blocks import Blocks, Cell, Column, Figure, Heading, Prose, Row, Table
from assessment.show.facts import plain, say
from assessment.show.formatting import listed, percent
from assessment.show.tables import verdict_cell

NAME: Final = "sectors"

_QUADRANTS: Final = {
    1: "synergy",
    2: "only_carbon_falls",
    3: "both_rise",
    4: "only_pollutant_falls",
}


def sectors(chapter: Chapter) -> Blocks:
    """Compare the sectors by co-control, and divide the change of each total among them.

    Parameters
    ----------
    chapter : Chapter
        Its co-control pairs are the sectors. The totals are the visible indicators of the
        catalogue whose ``parts`` hold the sectors' series.

    Returns
    -------
    Blocks
        Heading, sentences, the co-control plane of all sectors, tables, a note.

    Notes
    -----
    A sector's contribution is its own change; with what no sector bears (the difference between
    the total and the sum of its parts) the contributions add up to the change of the total.
    Shares may be negative or above one where sectors move in opposite directions.
    """
    base, year = chapter.inputs.plan.baseline_year, chapter.year
    pairs = chapter.inputs.analysis.cocontrol
    spans = {"period": (base, year)} if base < year - 1 else {}
    spans["last_year"] = (year - 1, year)
    result: dict[str, Any] = {"year": year, "base_year": base, "main": next(iter(spans))}
    result["sectors"] = [pair.name for pair in pairs]
    result["spans"] = {key: _span(chapter, pairs, *span) for key, span in spans.items()}
    names = dict.fromkeys(n for pair in pairs for n in (pair.carbon, *pair.pollutants))
    totals = [t["indicator"] for t in result["spans"][result["main"]]["totals"] if t["indicator"]]
    series = [chapter.data.annual(name) for name in (*totals, *names)]
    note_lacking(chapter, "各领域的贡献", series, spans[result["main"]], "分不出各领域的贡献")
    result = json_ready(result)
    at = facts_of(chapter, NAME)
    main = result["spans"][result["main"]]
    sentences = _sentences(at, result)
    known = any(total["change"] is not None for total in main["totals"])
    activities, extra = activity_table(chapter)
    result["activities"] = json_ready(extra)
    return chapter.add(
        NAME,
        result,
        Heading(level=3, text="五个领域的比较", anchor=chapter.anchor("sectors")),
        Prose(sentences=tuple(sentences)),
        Prose(sentences=_notes(), tone="note"),
        _figure(chapter, main),
        _table(chapter, result) if known else None,
        Heading(level=4, text="车辆与充电、秸秆、碳汇", anchor=chapter.anchor("activities")),
        Prose(sentences=tuple(activity_sentences(at, result["activities"]))),
        activities,
        messages=sentences[:1] if known else (),
    )


def _span(
    chapter: Chapter, pairs: Sequence[CoControlPair], first: int, last: int
) -> dict[str, Any]:
    totals = [
        _total(chapter, [(pair.name, pair.carbon) for pair in pairs], first, last),
        *(
            _total(chapter, [(pair.name, name) for pair, name in column], first, last)
            for column in _columns(pairs)
        ),
    ]
    points = [
        {
            "sector": r.pair,
            "pollutant": r.pollutant,
            "pollutant_name": r.pollutant_name,
            "pollutant_reduction": r.pollutant_reduction,
            "carbon_reduction": r.carbon_reduction,
            "quadrant": r.quadrant,
            "reading": r.reading,
            "reason": r.reason,
        }
        for r in _results(chapter, first, last)
    ]
    together = [
        pair.name
        for pair in pairs
        if (own := [p for p in points if p["sector"] == pair.name])
        and all(p["quadrant"] == 1 for p in own)
    ]
    return {
        "from_year": first,
        "to_year": last,
        "points": points,
        "totals": totals,
        "readings": {pair.name: _reading(points, pair.name) for pair in pairs},
        "together": together,
        "together_count": len(together),
        "count": len(pairs),
    }


def _reading(points: Sequence[dict[str, Any]], sector: str) -> str:
    """Read a sector over its pollutants; where they differ it is mixed."""
    quadrants = {p["quadrant"] for p in points if p["sector"] == sector}
    if not quadrants or None in quadrants:
        return "undefined"
    return _QUADRANTS[quadrants.pop()] if len(quadrants) == 1 else "mixed"


def _columns(pairs: Sequence[CoControlPair]) -> list[list[tuple[CoControlPair, str]]]:
    """Pollutants of all pairs, position by position: the first of each, the second of each."""
    longest = max((len(pair.pollutants) for pair in pairs), default=0)
    return [
        [(pair, pair.pollutants[k]) for pair in pairs if k < len(pair.pollutants)]
        for k in range(longest)
    ]


def _results(chapter: Chapter, first: int, last: int) -> list[CoControlResult]:
    return [r for r in chapter.synergy.cocontrol if (r.from_year, r.to_year) == (first, last)]


def _total(
    chapter: Chapter, members: Sequence[tuple[str, str]], first: int, last: int
) -> dict[str, Any]:
    names = {name for _, name in members}
    entry = next(
        (e for e in chapter.inputs.catalogue.indicators if names and names <= set(e.parts)), None
    )
    found: dict[str, Any] = {
        "indicator": entry.id if entry else None,
        "name": entry.label if entry else "合计",
        "unit": entry.unit if entry else "",
        "change": None,
        "parts": {},
    }
    if entry is None:
        return found | {"reason": "目录里没有包含这些领域的合计指标"}
    total = chapter.data.annual(entry.id)
    series = {sector: chapter.data.annual(name) for sector, name in members}
    reason = not_comparable([total, *series.values()], first, last)
    if reason:
        return found | {"reason": reason}
    start, end = total.value(first) or 0.0, total.value(last) or 0.0
    change = end - start
    moved = abs(change) > 1e-9 * abs(start)
    parts = {}
    ends = {s: (a.value(first) or 0.0, a.value(last) or 0.0) for s, a in series.items()}
    for sector, (before, after) in ends.items():
        parts[sector] = {
            "from": before,
            "to": after,
            "change": after - before,
            "relative": (after - before) / before if before else None,
            "share": (after - before) / change if moved else None,
        }
    cuts = {sector: before - after for sector, (before, after) in ends.items()}
    rest = change + sum(cuts.values())
    # parts that add up but for rounding leave no difference
    rounding = 10.0**-entry.decimals * (len(parts) + 1)
    return found | {
        "reason": "",
        "from": start,
        "to": end,
        "change": change,
        "relative": change / start if start else None,
        "parts": parts,
        "rest": rest,
        "rest_share": rest / change if moved else None,
        "has_rest": abs(rest) > rounding,
        "largest": max(cuts, key=lambda s: (cuts[s], s)) if change < 0 else None,
    }


def _sentences(at: FactAt, result: dict[str, Any]) -> list[Sentence]:
    main = result["spans"][result["main"]]
    sentences = [_totals_sentence(at, main, ("spans", result["main"]))]
    for key, span in result["spans"].items():
        if span is main or any(point["quadrant"] for point in span["points"]):
            sentences += _together_sentences(at, span, ("spans", key))
    return sentences


def _years(at: FactAt, span: dict[str, Any], base: tuple[str, str]) -> dict[str, Fact]:
    return {
        name: at(span[key], *base, key, text=str(span[key]))
        for name, key in (("y0", "from_year"), ("y1", "to_year"))
    }


def _together_sentences(at: FactAt, span: dict[str, Any], base: tuple[str, str]) -> list[Sentence]:
    years = _years(at, span, base)
    if not any(point["quadrant"] for point in span["points"]):
        reason = span["points"][0]["reason"] if span["points"] else ""
        why = {"r": at(reason, *base, "points", 0, "reason")} if reason else {}
        text = "{y0}–{y1} 年各领域是否同降无法判断" + ("({r})。" if why else "。")
        return [say(text, **years, **why)]
    names = f":{plain(listed(span['together']))}" if span["together"] else ""
    sentences = [
        say(
            "{y0}–{y1} 年,{n} 个有排放账的领域中有 {t} 个二氧化碳与各污染物都下降" + names + "。",
            **years,
            n=at(span["count"], *base, "count"),
            t=at(span["together_count"], *base, "together_count"),
        )
    ]
    apart: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for i, point in enumerate(span["points"]):
        if point["quadrant"] and point["quadrant"] != 1:
            apart.setdefault(point["sector"], []).append((i, point))
    if apart:
        sentences.append(_apart_sentence(at, apart, base))
    return sentences


def _totals_sentence(at: FactAt, span: dict[str, Any], base: tuple[str, str]) -> Sentence:
    years = _years(at, span, base)
    facts, parts, largest = dict(years), [], []
    for i, total in enumerate(span["totals"]):
        if total["change"] is None:
            continue
        path = (*base, "totals", i)
        decimals = 1 if total["unit"] == "万吨" else 0
        facts[f"c{i}"] = at(
            total["change"],
            *path,
            "change",
            text=amount(abs(total["change"]), decimals, total["unit"]),
        )
        text = f"{plain(total['name'])}{turn(total['change'])} {{c{i}}}"
        name = total["largest"]
        if name is not None:
            share = total["parts"][name]["share"]
            facts[f"s{i}"] = at(share, *path, "parts", name, "share", text=percent(share))
            text += f"(减量最大的是{plain(name)},占 {{s{i}}})"
            largest.append(name)
        parts.append(text)
    if not parts:
        reason = next((t["reason"] for t in span["totals"]), "没有设定领域")
        return say(
            "{y0}–{y1} 年各领域的贡献算不出来({r})。",
            **years,
            r=at(reason, *base, "totals", 0, "reason"),
        )
    text = f"{{y0}}–{{y1}} 年{'、'.join(parts)}"
    if len(largest) > 1 and len(largest) == len(span["totals"]):
        distinct = dict.fromkeys(largest)
        text += (
            f";碳与污染物的减量都以{plain(largest[0])}为最大"
            if len(distinct) == 1
            else ";碳与污染物的减量不来自同一领域"
        )
    return say(text + "。", **facts)


def _apart_sentence(
    at: FactAt, apart: dict[str, list[tuple[int, dict[str, Any]]]], base: tuple[str, str]
) -> Sentence:
    facts, pieces = {}, []
    for sector, points in apart.items():
        i, first = points[0]
        carbon = first["carbon_reduction"]
        facts[f"c{i}"] = at(carbon, *base, "points", i, "carbon_reduction", text=size(carbon))
        said = []
        for k, point in points:
            fall = point["pollutant_reduction"]
            facts[f"p{k}"] = at(fall, *base, "points", k, "pollutant_reduction", text=size(fall))
            said.append(f"{plain(point['pollutant_name'])}{turn(-fall)} {{p{k}}}")
        pieces.append(f"{plain(sector)}二氧化碳{turn(-carbon)} {{c{i}}},{'、'.join(said)}")
    return say(f"没有同降的:{';'.join(pieces)}。", **facts)


def _notes() -> tuple[Sentence, ...]:
    return (
        say(
            "各领域的贡献是账面上的减量份额,相加等于总变化,不说明原因;"
            "升降方向不同时,份额可以为负或大于一。同降只说两者都下降,污染物的下降可能来自末端治理。"
            "生态领域没有排放账,只看碳汇与绿化的变化。"
        ),
    )


def _figure(chapter: Chapter, span: dict[str, Any]) -> Figure | None:
    results = [
        r.model_copy(update={"pollutant_name": r.pollutant_name, "carbon_name": "本领域二氧化碳"})
        for r in _results(chapter, span["from_year"], span["to_year"])
    ]
    drawn = [
        r for r in results if r.pollutant_reduction is not None and r.carbon_reduction is not None
    ]
    if not drawn:
        return None
    together = f"{span['together_count']} 个领域的二氧化碳与各污染物都下降"
    if span["together"]:
        together += f"({'、'.join(span['together'])})"
    return charts.cocontrol(
        drawn,
        unit_name=chapter.unit_name,
        title=f"{chapter.unit_name} {span['from_year']} 至 {span['to_year']} 年,{together}",
        figure_id=chapter.anchor("sectors-plane"),
    )


def _table(chapter: Chapter, result: dict[str, Any]) -> Table:
    rows = []
    for span in result["spans"].values():
        group = f"{span['from_year']}→{span['to_year']} 年"
        totals = span["totals"]
        for sector in result["sectors"]:
            cells = [Cell(text=sector)]
            for total in totals:
                part = total["parts"].get(sector, {})
                cells.append(_percent(part.get("relative"), total["reason"]))
                cells.append(_percent(part.get("share"), total["reason"], signed=False))
            cells.append(verdict_cell(span["readings"][sector]))
            rows.append(Row(cells=tuple(cells), group=group))
        blank = Cell(text="—")
        if any(total.get("has_rest") for total in totals):
            rest = [Cell(text="未分到领域")]
            for total in totals:
                rest += [blank, _percent(total.get("rest_share"), "", signed=False)]
            rows.append(Row(cells=(*rest, blank), group=group))
        whole = [Cell(text="合计")]
        for total in totals:
            full = Cell(text=percent(1.0), value=1.0) if total["change"] else blank
            whole += [_percent(total.get("relative"), total["reason"]), full]
        rows.append(Row(cells=(*whole, blank), group=group, strong=True))
    columns = [Column(key="sector", label="领域")]
    for k, total in enumerate(next(iter(result["spans"].values()))["totals"]):
        columns.append(Column(key=f"c{k}", label=f"{total['name']}变化", align="right"))
        columns.append(Column(key=f"s{k}", label="占总变化", align="right"))
    return Table(
        id=chapter.anchor("sectors-table"),
        title="各领域的变化与贡献",
        columns=(*columns, Column(key="reading", label="同降")),
        rows=tuple(rows),
        note="占总变化为本领域的变化除以合计的变化,相加为 100%;逐种污染物的读法见协同度一节。",
    )


def _percent(share: float | None, reason: str, *, signed: bool = True) -> Cell:
    if share is None:
        return Cell(text="数据不足" if reason else "—", note=reason)
    return Cell(text=percent(share, signed=signed), value=share)
