"""Pollutant equivalents: air pollutants, and water pollutants, each on one common measure."""

from __future__ import annotations

from typing import Any, Final

from assessment.chapter.analyses.spans import (
    FactAt,
    facts_of,
    json_ready,
    not_comparable,
    note_lacking,
    size,
    turn,
)
from assessment.chapter.chapter import Chapter
from assessment.job.series import Annual
from assessment.methods.cochange import (
    AIR_EQUIVALENT_KG,
    WATER_EQUIVALENT_KG,
    air_equivalents,
    cocontrol,
)
from assessment.results.values import Sentence
from assessment.show.blocks import Blocks, Cell, Column, Heading, Prose, Row, Table
from assessment.show.facts import plain, say
from assessment.show.formatting import number, percent
from assessment.show.verdict_words import look

NAME: Final = "equivalents"
AIR: Final = {"so2_emis": "SO2", "nox_emis": "NOx"}
WATER: Final = {"cod_emis": "COD", "nh3n_emis": "NH3-N"}
DUST: Final = "pm_emis"
CARBON: Final = {"air": "co2_energy", "water": "wastewater_ghg"}
WORDS: Final = {"air": "大气污染当量(SO₂、NOx)", "water": "水污染当量(COD、氨氮)"}

DUST_VALUES: Final = {
    "soot": AIR_EQUIVALENT_KG["soot"],
    "general_dust": AIR_EQUIVALENT_KG["general_dust"],
}
"""What 颗粒物 would count for if all of it were 烟尘, or all of it 一般性粉尘: an assumption."""


def equivalents(chapter: Chapter) -> Blocks:
    """Show the equivalents of air and of water pollutants over the years.

    Parameters
    ----------
    chapter : Chapter
        Needs SO2, NOx, particulates, COD and NH3-N emitted, CO2 of energy and the greenhouse gas
        of waste-water treatment among the chapter's indicators.

    Returns
    -------
    Blocks
        Heading, sentences, a note, a table.

    Notes
    -----
    Only a year with every pollutant of its medium has a sum. VOCs have no value in the law and
    are left out. Nor has 颗粒物, which since 2020 is one figure for soot and dust: it stands apart
    between the two values of the law, as an assumption. Air and water are never added.
    """
    base, year = chapter.inputs.plan.baseline_year, chapter.year
    result: dict[str, Any] = {"year": year, "base_year": base, "dust_values": dict(DUST_VALUES)}
    for medium, members in (("air", AIR), ("water", WATER)):
        result[medium] = _medium(chapter, medium, members)
    result = json_ready(result)
    at = facts_of(chapter, NAME)
    sentences = []
    for medium in ("air", "water"):
        sentences += _sentences(at, result, medium)
    return chapter.add(
        NAME,
        result,
        Heading(level=3, text="污染当量", anchor=chapter.anchor("equivalents")),
        Prose(sentences=tuple(sentences)),
        Prose(sentences=_notes(at, result), tone="note"),
        _table(chapter, result),
    )


def _medium(chapter: Chapter, medium: str, members: dict[str, str]) -> dict[str, Any]:
    base, year = chapter.inputs.plan.baseline_year, chapter.year
    series = {name: chapter.data.annual(name) for name in members}
    carbon = chapter.data.annual(CARBON[medium])
    values = AIR_EQUIVALENT_KG if medium == "air" else WATER_EQUIVALENT_KG
    years = []
    for when in sorted({p.year for one in series.values() for p in one.points if p.year <= year}):
        found = {name: one.value(when) for name, one in series.items()}
        known = {members[n]: v for n, v in found.items() if v is not None and v >= 0}
        row: dict[str, Any] = {"year": when, "total": None, "parts": {}}
        if len(known) == len(members):
            sums = air_equivalents(known, values)
            row |= {"total": sums.total, "parts": dict(sums.by_pollutant)}
        if medium == "air":
            row["dust"] = _dust(chapter.data.annual(DUST).value(when))
        years.append(row)
    spans = {"last_year": (year - 1, year)}
    if base < year - 1:
        spans["period"] = (base, year)
    totals = {row["year"]: row["total"] for row in years}
    return {
        "name": WORDS[medium],
        "carbon": carbon.indicator.label,
        "years": years,
        "now": totals.get(year),
        "spans": {
            key: _span(chapter, medium, [*series.values()], carbon, totals, span)
            for key, span in spans.items()
        },
    }


def _dust(value: float | None) -> dict[str, float] | None:
    if value is None or value < 0:
        return None
    return {
        key: air_equivalents({"PM": value}, {"PM": kg}).total for key, kg in DUST_VALUES.items()
    }


def _span(
    chapter: Chapter,
    medium: str,
    series: list[Annual],
    carbon: Annual,
    totals: dict[int, float | None],
    span: tuple[int, int],
) -> dict[str, Any]:
    first, last = span
    found: dict[str, Any] = {"from_year": first, "to_year": last, "change": None, "reason": ""}
    reason = not_comparable(series, first, last)
    before, after = totals.get(first), totals.get(last)
    if reason or before is None or after is None:
        note_lacking(chapter, WORDS[medium], series, [first, last], "污染当量的变化算不出来")
        return found | {"reason": reason or "数值为负"}
    found |= {
        "from": before,
        "to": after,
        "change": (after - before) / before if before else None,
        "reason": "" if before else f"{first} 年为零",
    }
    why = not_comparable([carbon], first, last)
    c0, c1 = carbon.value(first), carbon.value(last)
    if why or c0 is None or c1 is None or min(c0, c1) < 0:
        return found | {"carbon_reason": why or "数值为负"}
    read = cocontrol(before, after, c0, c1)
    return found | {
        "carbon_change": None if read.carbon_reduction is None else -read.carbon_reduction,
        "elasticity": read.elasticity if read.quadrant == 1 else None,
        "co_change": str(read.reading),
        "co_change_word": look(str(read.reading)).word,
        "carbon_reason": "",
        "within_error": _within_error(chapter, carbon, first, last, read.carbon_reduction),
    }


def _within_error(
    chapter: Chapter, series: Annual, first: int, last: int, change: float | None
) -> bool:
    """Whether a relative change is smaller than the error of the worse of its two figures."""
    errors = chapter.inputs.standards.rules.data_error
    grades = [p.grade for p in (series.at(first), series.at(last)) if p is not None and p.grade]
    worst = max((errors[g].value for g in grades), default=0.0)  # type: ignore[index]
    return change is not None and abs(change) < worst


def _sentences(at: FactAt, result: dict[str, Any], medium: str) -> list[Sentence]:
    found = result[medium]
    name = plain(found["name"])
    year = {"y": at(result["year"], "year", text=str(result["year"]))}
    if found["now"] is None:
        key = "last_year"
        reason = found["spans"][key]["reason"] or "数据不足"
        return [
            say(
                f"{name}算不出来({{r}})。",
                r=at(reason, medium, "spans", key, "reason", text=reason),
            )
        ]
    facts = year | {"v": at(found["now"], medium, "now", text=_ten_thousand(found["now"]))}
    text = f"{name} {{y}} 年为 {{v}} 万当量"
    for key, word in (("last_year", "比上年"), ("period", "比 {b} 年")):
        span = found["spans"].get(key)
        if span is None or span["change"] is None:
            continue
        path = (medium, "spans", key)
        facts[key] = at(span["change"], *path, "change", text=size(span["change"]))
        if key == "period":
            facts["b"] = at(result["base_year"], "base_year", text=str(result["base_year"]))
        text += f",{word}{turn(span['change'])} {{{key}}}"
    sentences = [say(text + "。", **facts)]
    key = "period" if "period" in found["spans"] else "last_year"
    span = found["spans"][key]
    if span.get("carbon_change") is not None:
        path = (medium, "spans", key)
        sentences.append(
            say(
                f"同期({{a}}–{{y}} 年){plain(found['carbon'])}{turn(span['carbon_change'])} {{c}},"
                "两者的读法是“{w}”"
                + (";碳排放的变化在数据误差之内,只作参考。" if span["within_error"] else "。"),
                a=at(span["from_year"], *path, "from_year", text=str(span["from_year"])),
                c=at(
                    span["carbon_change"], *path, "carbon_change", text=size(span["carbon_change"])
                ),
                w=at(span["co_change_word"], *path, "co_change_word"),
                **year,
            )
        )
    return sentences


def _notes(at: FactAt, result: dict[str, Any]) -> tuple[Sentence, ...]:
    notes = [
        say(
            "污染当量按环境保护税法附表二的当量值折算,作为同一把尺子,不是应税数;大气与水不相加。"
            "挥发性有机物总量和颗粒物(烟尘、粉尘合计)在法中都没有当量值,没有计入合计。"
        )
    ]
    years = result["air"]["years"]
    place = next((i for i, r in enumerate(years) if r["year"] == result["year"]), None)
    if place is not None and years[place]["dust"]:
        dust = years[place]["dust"]
        path = ("air", "years", place, "dust")
        notes.append(
            say(
                "假定颗粒物全按一般性粉尘({k2} 千克)或全按烟尘({k1} 千克)折算,"
                "本年另有 {lo} 至 {hi} 万当量。",
                k1=at(DUST_VALUES["soot"], "dust_values", "soot"),
                k2=at(DUST_VALUES["general_dust"], "dust_values", "general_dust", decimals=0),
                lo=at(dust["general_dust"], *path, "general_dust",
                      text=_ten_thousand(dust["general_dust"])),
                hi=at(dust["soot"], *path, "soot", text=_ten_thousand(dust["soot"])),
            )
        )  # fmt: skip
    return tuple(notes)


def _table(chapter: Chapter, result: dict[str, Any]) -> Table | None:
    rows: dict[int, list[Cell]] = {}
    by_year = {m: {r["year"]: r for r in result[m]["years"]} for m in ("air", "water")}
    for year in sorted({*by_year["air"], *by_year["water"]}, reverse=True):
        cells = [Cell(text=str(year), value=year)]
        for medium, members in (("air", AIR), ("water", WATER)):
            row = by_year[medium].get(year, {"total": None, "parts": {}})
            parts = [row["parts"].get(key) for key in members.values()]
            cells += [_cell(value) for value in (row["total"], *parts)]
        dust = by_year["air"].get(year, {}).get("dust")
        text = (
            f"{_ten_thousand(dust['general_dust'])} 至 {_ten_thousand(dust['soot'])}"
            if dust else "—"
        )  # fmt: skip
        cells.append(Cell(text=text, note="假定" if dust else ""))
        rows[year] = cells
    if not rows:
        return None
    return Table(
        id=chapter.anchor("equivalents-table"),
        title="历年污染当量",
        columns=(
            Column(key="year", label="年份"),
            *(
                Column(key=key, label=label, unit="万当量", align="right")
                for key, label in (
                    ("air", "大气合计"), ("so2", "SO₂"), ("nox", "NOx"),
                    ("water", "水合计"), ("cod", "COD"), ("nh3n", "氨氮"),
                    ("dust", "颗粒物(假定,不计入合计)"),
                )
            ),
        ),
        rows=tuple(Row(cells=tuple(cells)) for cells in rows.values()),
        folded=True,
        summary=f"历年污染当量:{len(rows)} 年",
        note=_table_note(result),
    )  # fmt: skip


def _table_note(result: dict[str, Any]) -> str:
    parts = [
        "缺任何一种污染物的年份不合计。当量值(千克):SO₂ 与 NOx 为 0.95、COD 为 1、氨氮为 0.8。"
    ]
    span = result["air"]["spans"]["last_year"]
    if span.get("elasticity") is not None:
        parts.append(
            f"最近一年大气污染当量与二氧化碳的交叉弹性 {number(span['elasticity'])}"
            f"(减幅 {percent(-span['change'])} 对 {percent(-span['carbon_change'])})"
            + (",碳的变化在数据误差之内,只作参考。" if span["within_error"] else "。")
        )
    return "".join(parts)


def _ten_thousand(value: float) -> str:
    return number(value / 1e4, 2 if abs(value) < 1e5 else 1)


def _cell(value: float | None) -> Cell:
    return Cell(text="—" if value is None else _ten_thousand(value), value=value)
