"""Waste-water treatment: energy and greenhouse gas per cubic metre, beside what it cleans."""

from __future__ import annotations

from typing import Any, Final

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
from assessment.job.series import Annual
from assessment.methods.decomposition import lmdi
from assessment.results.model import Gap
from assessment.results.values import Sentence
from assessment.show.blocks import Blocks, Cell, Column, Heading, Prose, Row, Table
from assessment.show.facts import plain, say
from assessment.show.formatting import listed, number

NAME: Final = "water_energy"
VOLUME: Final = "wastewater_volume"
LOADS: Final = {"electricity": "wastewater_electricity", "ghg": "wastewater_ghg"}
CLEANED: Final = ("cod_emis", "nh3n_emis")

PER_CUBIC_METRE: Final = {"electricity": 1.0, "ghg": 0.1}
"""From 万千瓦时 and 吨 over 万立方米 to 千瓦时/立方米 and 千克/立方米."""

UNITS: Final = {"electricity": "千瓦时/立方米", "ghg": "千克/立方米"}
WORDS: Final = {"electricity": "污水处理用电", "ghg": "污水处理温室气体(二氧化碳当量)"}


def water_energy(chapter: Chapter) -> Blocks:
    """Show what treating a cubic metre of waste water takes and emits.

    Parameters
    ----------
    chapter : Chapter
        Needs volume, electricity and greenhouse gas of waste-water treatment, and COD and NH3-N
        emitted, among the chapter's indicators.

    Returns
    -------
    Blocks
        Heading, sentences, a note, a table.

    Notes
    -----
    Electricity and greenhouse gas are decomposed into volume treated and amount per cubic metre
    by additive LMDI. What the works remove is not among the figures that packs give; emissions of
    COD and NH3-N, which have other sources too, stand in the table and are never divided by.
    """
    base, year = chapter.inputs.plan.baseline_year, chapter.year
    first = base if base < year - 1 else year - 1
    data = chapter.data
    volume = data.annual(VOLUME)
    loads = {key: data.annual(name) for key, name in LOADS.items()}
    result: dict[str, Any] = {
        "from_year": first,
        "to_year": year,
        "loads": {key: _load(chapter, key, one, volume) for key, one in loads.items()},
        "emitted": {name: _emitted(data.annual(name), first, year) for name in CLEANED},
        "removed": None,
    }
    result["years"] = _years(chapter, volume, loads)
    result = json_ready(result)
    chapter.lacking(
        Gap(
            kind="data",
            subject="污水处理的去除量",
            department=volume.indicator.department or volume.indicator.source,
            what="污水处理厂化学需氧量、氨氮的去除量(或进出水浓度)不在资料中",
            effect="去除一千克污染物的能耗与温室气体算不出来",
        )
    )
    at = facts_of(chapter, NAME)
    sentences = [_sentence(at, result, key) for key in LOADS]
    sentences.append(_emitted_sentence(at, result))
    note = say(
        "资料里没有污水处理厂的去除量,所以不能说去除一千克污染物要多少能耗:数据不足。"
        "化学需氧量、氨氮的排放量含工业、农业与生活各源,不是污水厂的成效;"
        "为减污多用的电带来碳排放,属于末端治理的代价,不算协同。"
    )
    return chapter.add(
        NAME,
        result,
        Heading(level=3, text="污水处理的能耗与温室气体", anchor=chapter.anchor("water-energy")),
        Prose(sentences=tuple(sentences)),
        Prose(sentences=(note,), tone="note"),
        _table(chapter, result),
    )


def _load(chapter: Chapter, key: str, load: Annual, volume: Annual) -> dict[str, Any]:
    year, base = chapter.year, chapter.inputs.plan.baseline_year
    first = base if base < year - 1 else year - 1
    found: dict[str, Any] = {
        "name": WORDS[key], "unit": UNITS[key], "now": _intensity(key, load, volume, year),
        "before": _intensity(key, load, volume, first), "total_unit": load.indicator.unit,
        "reason": "",
    }  # fmt: skip
    reason = not_comparable([load, volume], first, year)
    values = [one.value(when) for when in (first, year) for one in (volume, load)]
    known = [value for value in values if value is not None]
    if reason or len(known) < 4:
        note_lacking(chapter, WORDS[key], [load, volume], [first, year], "单位水量的变化算不出来")
        return found | {"reason": reason}
    v0, l0, v1, l1 = known
    if min(known) < 0 or not v0 or not v1:
        return found | {"reason": "处理水量为零或数值为负"}
    parts = lmdi([[v0, l0 / v0]], [[v1, l1 / v1]])
    by_volume, by_intensity = (float(x) for x in parts.additive)
    before = found["before"]
    return found | {
        "change": l1 - l0,
        "change_share": (l1 - l0) / l0 if l0 else None,
        "by_volume": by_volume,
        "by_intensity": by_intensity,
        "intensity_share": (found["now"] - before) / before if before else None,
        "reason": "" if before else f"{first} 年为零",
    }


def _intensity(key: str, load: Annual, volume: Annual, year: int) -> float | None:
    top, bottom = load.value(year), volume.value(year)
    return None if top is None or not bottom else top / bottom * PER_CUBIC_METRE[key]


def _emitted(series: Annual, first: int, last: int) -> dict[str, Any]:
    reason = not_comparable([series], first, last)
    before, after = series.value(first), series.value(last)
    held = not reason and before is not None and after is not None and before > 0
    change = (after - before) / before if held and before and after is not None else None
    return {"name": series.indicator.label, "change_share": change, "reason": reason}


def _years(chapter: Chapter, volume: Annual, loads: dict[str, Annual]) -> list[dict[str, Any]]:
    data = chapter.data
    cleaned = {name: data.annual(name) for name in CLEANED}
    seen = {p.year for one in (volume, *loads.values()) for p in one.points}
    return [
        {
            "year": year,
            "volume": volume.value(year),
            **{key: _intensity(key, one, volume, year) for key, one in loads.items()},
            **{name: one.value(year) for name, one in cleaned.items()},
        }
        for year in sorted(seen)
        if year <= chapter.year
    ]


def _sentence(at: FactAt, result: dict[str, Any], key: str) -> Sentence:
    load = result["loads"][key]
    path = ("loads", key)
    name = plain(load["name"])
    facts = {"b": at(result["to_year"], "to_year", text=str(result["to_year"]))}
    if load["now"] is None:
        reason = at(load["reason"], *path, "reason")
        return say(f"{name}每立方米多少算不出来({{r}})。", r=reason)
    facts["n"] = at(load["now"], *path, "now", text=amount(load["now"], 3, load["unit"]))
    text = f"{name} {{b}} 年为 {{n}}"
    if load.get("intensity_share") is None:
        facts["r"] = at(load["reason"], *path, "reason")
        return say(text + ",变化算不出来({r})。", **facts)
    facts |= {
        "a": at(result["from_year"], "from_year", text=str(result["from_year"])),
        "i": at(load["intensity_share"], *path, "intensity_share",
                text=size(load["intensity_share"])),
    }  # fmt: skip
    unit = load["total_unit"]
    for short, field in (("t", "change"), ("v", "by_volume"), ("e", "by_intensity")):
        decimals = 0 if key == "ghg" else 1
        text_of = amount(load[field], decimals, unit, signed=True)
        facts[short] = at(load[field], *path, field, text=text_of)
    text += (
        f",比 {{a}} 年{turn(load['intensity_share'])} {{i}};总量变化 {{t}},"
        "其中水量的变化带来 {v},单位水量的变化带来 {e}"
    )
    return say(text + "。", **facts)


def _emitted_sentence(at: FactAt, result: dict[str, Any]) -> Sentence:
    facts = {
        "a": at(result["from_year"], "from_year", text=str(result["from_year"])),
        "b": at(result["to_year"], "to_year", text=str(result["to_year"])),
    }
    parts, absent = [], []
    for name, item in result["emitted"].items():
        if item["change_share"] is None:
            absent.append(plain(item["name"]))
            continue
        facts[name] = at(
            item["change_share"], "emitted", name, "change_share", text=size(item["change_share"])
        )
        parts.append(f"{plain(item['name'])}{turn(item['change_share'])} {{{name}}}")
    if not parts:
        return say(f"{listed(absent)}的变化数据不足。")
    return say(f"同期({{a}}–{{b}} 年)全单元{'、'.join(parts)}。", **facts)


def _table(chapter: Chapter, result: dict[str, Any]) -> Table | None:
    rows = [
        Row(
            cells=(
                Cell(text=str(row["year"]), value=row["year"]),
                _cell(row["volume"], 1),
                _cell(row["electricity"], 3),
                _cell(row["ghg"], 3),
                *(_cell(row[name], 0) for name in CLEANED),
            )
        )
        for row in reversed(result["years"])
    ]
    if not rows:
        return None
    return Table(
        id=chapter.anchor("water-energy-table"),
        title="历年污水处理",
        columns=(
            Column(key="year", label="年份"),
            Column(key="volume", label="处理水量", unit="万立方米", align="right"),
            Column(key="electricity", label="单位电耗", unit="千瓦时/立方米", align="right"),
            Column(key="ghg", label="单位温室气体", unit="千克/立方米", align="right"),
            Column(key="cod", label="COD 排放量", unit="吨", align="right"),
            Column(key="nh3n", label="氨氮排放量", unit="吨", align="right"),
        ),
        rows=tuple(rows),
        folded=True,
        summary=f"历年污水处理:{len(rows)} 年",
        note="温室气体为甲烷、氧化亚氮与用电间接排放之和(测算),以二氧化碳当量计。",
    )


def _cell(value: float | None, decimals: int) -> Cell:
    return Cell(text=number(value, decimals), value=value)
