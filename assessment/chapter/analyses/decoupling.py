"""Do emissions and energy use come loose from growth: Tapio's states against real GDP."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any, Final

import pandas as pd

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
from assessment.methods.decoupling import Decoupling, tapio, tapio_windows
from assessment.results.values import Sentence
from assessment.show.blocks import Blocks, Cell, Column, Heading, Prose, Row, Table
from assessment.show.facts import plain, say
from assessment.show.formatting import number, percent

NAME: Final = "decoupling"
OUTPUT: Final = "gdp_constant"
EMISSIONS: Final = ("co2_energy", "energy_total", "so2_emis", "nox_emis")

WORDS: Final = {
    Decoupling.STRONG_DECOUPLING: "强脱钩",
    Decoupling.WEAK_DECOUPLING: "弱脱钩",
    Decoupling.EXPANSIVE_COUPLING: "扩张连接",
    Decoupling.EXPANSIVE_NEGATIVE_DECOUPLING: "扩张负脱钩",
    Decoupling.STRONG_NEGATIVE_DECOUPLING: "强负脱钩",
    Decoupling.WEAK_NEGATIVE_DECOUPLING: "弱负脱钩",
    Decoupling.RECESSIVE_COUPLING: "衰退连接",
    Decoupling.RECESSIVE_DECOUPLING: "衰退脱钩",
    Decoupling.UNDEFINED: "无法判断",
}


def decoupling(chapter: Chapter) -> Blocks:
    """Show Tapio's state of CO2, energy use, SO2 and NOx for each year and for the plan period.

    Parameters
    ----------
    chapter : Chapter
        Needs the four series and GDP at constant prices among the chapter's indicators.

    Returns
    -------
    Blocks
        Heading, sentences, a note, a table.

    Notes
    -----
    Windows of one year and the window since the base year stand apart: elasticities of windows
    of different lengths are not comparable. A window that crosses a known break of either series
    is left undefined.
    """
    base = chapter.inputs.plan.baseline_year
    output = chapter.data.annual(OUTPUT)
    result: dict[str, Any] = {"year": chapter.year, "base_year": base, "output": OUTPUT}
    series = [chapter.data.annual(name) for name in EMISSIONS]
    note_lacking(
        chapter, "排放与经济增长的脱钩", [output, *series], [base, chapter.year], "脱钩状态无法判断"
    )
    result["items"] = [_item(chapter, one, output) for one in series]
    start, end = output.value(base), output.value(chapter.year)
    grows = start and end is not None and output.same_level(base, chapter.year)
    result["output_change"] = (end - start) / start if grows and start and end is not None else None
    result = json_ready(result)
    at = facts_of(chapter, NAME)
    sentences = [_period_sentence(at, result), _years_sentence(at, result)]
    return chapter.add(
        NAME,
        result,
        Heading(level=3, text="与经济增长脱钩", anchor=chapter.anchor("decoupling")),
        Prose(sentences=tuple(sentences)),
        Prose(sentences=_notes(at, result), tone="note"),
        _table(chapter, result),
    )


def _item(chapter: Chapter, series: Annual, output: Annual) -> dict[str, Any]:
    base, year = chapter.inputs.plan.baseline_year, chapter.year
    windows = tapio_windows(_frame(series, year), _frame(output, year))
    rows = [
        _window(series, output, int(first), int(last), str(state), float(e), float(de), float(dg))
        for first, last, e, state, de, dg in windows.to_numpy(dtype=object).tolist()
    ]
    grade = series.at(year)
    errors = chapter.inputs.standards.rules.data_error
    return {
        "indicator": series.indicator.id,
        "name": series.indicator.label,
        "period": _period(series, output, base, year),
        "years": rows,
        "counts": dict(Counter(str(r["word"]) for r in rows if r["from_year"] >= base)),
        "error": errors[grade.grade].value if grade and grade.grade else None,  # type: ignore[index]
    }


def _window(
    series: Annual,
    output: Annual,
    first: int,
    last: int,
    state: str,
    elasticity: float,
    change: float,
    growth: float,
) -> dict[str, Any]:
    reason = not_comparable([series, output], first, last)
    read = Decoupling.UNDEFINED if reason else Decoupling(state)
    return {
        "from_year": first,
        "to_year": last,
        "state": str(read),
        "word": WORDS[read],
        "elasticity": None if read is Decoupling.UNDEFINED else elasticity,
        "change": None if reason or math.isnan(change) else change,
        "output_change": None if reason or math.isnan(growth) else growth,
        "reason": reason or ("增长近于零或基数为零" if read is Decoupling.UNDEFINED else ""),
    }


def _frame(series: Annual, year: int) -> pd.Series[float]:
    points = [p for p in series.points if p.year <= year and p.value >= 0]
    return pd.Series([p.value for p in points], index=[p.year for p in points], dtype="float64")


def _period(series: Annual, output: Annual, base: int, year: int) -> dict[str, Any]:
    found: dict[str, Any] = {"from_year": base, "to_year": year, "elasticity": None, "change": None}
    reason = "评估年不晚于基期" if year <= base else not_comparable([series, output], base, year)
    values = [s.value(y) for s in (series, output) for y in (base, year)]
    if not reason and any(v is not None and v < 0 for v in values):
        reason = "数值为负"
    if reason:
        state = Decoupling.UNDEFINED
        return found | {"state": str(state), "word": WORDS[state], "reason": reason}
    e0, e1, g0, g1 = (v for v in values if v is not None)
    read = tapio(e0, e1, g0, g1)
    why = "增长近于零或基数为零" if read.state is Decoupling.UNDEFINED else ""
    return found | {
        "state": str(read.state),
        "word": WORDS[read.state],
        "elasticity": read.elasticity,
        "change": read.delta_e,
        "reason": why,
    }


def _period_sentence(at: FactAt, result: dict[str, Any]) -> Sentence:
    known = [(i, x) for i, x in enumerate(result["items"]) if x["period"]["elasticity"] is not None]
    if not known or result["output_change"] is None:
        first = result["items"][0]["period"]["reason"]
        return say(
            "方案期内排放与经济增长是否脱钩,数据不足,无法判断({r})。",
            r=at(first, "items", 0, "period", "reason"),
        )
    growth = result["output_change"]
    facts = {
        "y0": at(result["base_year"], "base_year", text=str(result["base_year"])),
        "y1": at(result["year"], "year", text=str(result["year"])),
        "g": at(growth, "output_change", text=percent(growth, signed=growth < 0)),
    }
    parts = []
    for i, item in known:
        period = item["period"]
        path = ("items", i, "period")
        facts[f"c{i}"] = at(period["change"], *path, "change", text=size(period["change"]))
        facts[f"w{i}"] = at(period["word"], *path, "word")
        facts[f"e{i}"] = at(period["elasticity"], *path, "elasticity", decimals=2)
        parts.append(
            f"{plain(item['name'])}{turn(period['change'])} {{c{i}}}({{w{i}}},弹性 {{e{i}}})"
        )
    text = (
        f"{{y0}}–{{y1}} 年 GDP(不变价){'增长' if growth > 0 else '变化'} {{g}},{'、'.join(parts)}。"
    )
    return say(text, **facts)


def _years_sentence(at: FactAt, result: dict[str, Any]) -> Sentence:
    facts, parts = {}, []
    for i, item in enumerate(result["items"]):
        counts = {w: n for w, n in item["counts"].items() if w != WORDS[Decoupling.UNDEFINED]}
        if not counts:
            continue
        pieces = []
        for k, (word, count) in enumerate(sorted(counts.items(), key=lambda x: (-x[1], x[0]))):
            facts[f"n{i}_{k}"] = at(count, "items", i, "counts", word)
            pieces.append(f"{word} {{n{i}_{k}}} 年")
        parts.append(f"{plain(item['name'])}{'、'.join(pieces)}")
    if not parts:
        return say("逐年的脱钩状态也无法判断。")
    facts["y0"] = at(result["base_year"], "base_year", text=str(result["base_year"]))
    return say(f"{{y0}} 年以来逐年看:{';'.join(parts)}。", **facts)


def _notes(at: FactAt, result: dict[str, Any]) -> tuple[Sentence, ...]:
    notes = [
        say(
            "只用不变价;一年的窗口与方案期的窗口长度不同,弹性不能互相比较;"
            "弹性为负时先看状态,不比大小。脱钩只说两者的变化,不说明原因。"
        )
    ]
    broken = {
        (row["to_year"], i, k)
        for i, item in enumerate(result["items"])
        for k, row in enumerate(item["years"])
        if "断点" in row["reason"]
    }
    for year in sorted({y for y, _, _ in broken}):
        _, i, k = min(b for b in broken if b[0] == year)
        fact = at(year, "items", i, "years", k, "to_year", text=str(year))
        notes.append(say("{y} 年的窗口跨过口径断点,不算。", y=fact))
    carbon = result["items"][0]
    windows: list[tuple[str, dict[str, Any], tuple[str | int, ...]]] = [
        ("方案期", carbon["period"], ("items", 0, "period"))
    ]
    if carbon["years"]:
        last = len(carbon["years"]) - 1
        windows.append(("逐年", carbon["years"][last], ("items", 0, "years", last)))
    for name, window, place in windows:
        change = window["change"]
        if not carbon["error"] or change is None or abs(change) >= carbon["error"]:
            continue
        notes.append(
            say(
                f"二氧化碳 {{a}}–{{b}} 年的变化({{c}})小于这一级数据的误差({{e}}),{name}的状态只作参考。",
                a=at(window["from_year"], *place, "from_year", text=str(window["from_year"])),
                b=at(window["to_year"], *place, "to_year", text=str(window["to_year"])),
                c=at(change, *place, "change", text=percent(change, signed=True)),
                e=at(carbon["error"], "items", 0, "error", text=percent(carbon["error"], 0)),
            )
        )
    return tuple(notes)


def _table(chapter: Chapter, result: dict[str, Any]) -> Table | None:
    items = result["items"]
    years = sorted({(r["from_year"], r["to_year"]) for item in items for r in item["years"]})
    if not years:
        return None
    rows = []
    period = (result["base_year"], result["year"])
    for group, spans in (("方案期", [period]), ("逐年", years[::-1])):
        for first, last in spans:
            cells = [Cell(text=f"{first}→{last}", value=last)]
            found = [
                item["period"]
                if group == "方案期"
                else next((r for r in item["years"] if r["to_year"] == last), None)
                for item in items
            ]
            growth = (
                result["output_change"]
                if group == "方案期"
                else next((r["output_change"] for r in found if r and not r["reason"]), None)
            )
            cells.append(Cell(text=percent(growth, signed=True), value=growth))
            cells += [_state(one) for one in found]
            rows.append(Row(cells=tuple(cells), group=group))
    return Table(
        id=chapter.anchor("decoupling-table"),
        title="脱钩状态",
        columns=(
            Column(key="window", label="窗口"),
            Column(key="output", label="GDP(不变价)变化", align="right"),
            *(Column(key=item["indicator"], label=item["name"]) for item in items),
        ),
        rows=tuple(rows),
        note="括号内为排放变化与弹性;弹性 0.8 至 1.2 为连接(Tapio 2005)。",
    )


def _state(found: dict[str, Any] | None) -> Cell:
    if found is None:
        return Cell(text="数据不足")
    if found["elasticity"] is None:
        return Cell(text=found["word"], value=found["state"], note=found["reason"])
    text = f"{found['word']}({percent(found['change'], signed=True)},{number(found['elasticity'])})"
    return Cell(text=text, value=found["state"])
