"""The plan's pilots (“126”): how many at each level, and what they themselves report to cut."""

from __future__ import annotations

from typing import Any, Final

from assessment.chapter.analyses.spans import FactAt, amount, facts_of, json_ready
from assessment.chapter.chapter import Chapter
from assessment.job.series import Annual
from assessment.results.model import Gap
from assessment.results.values import Sentence
from assessment.show.blocks import Blocks, Cell, Column, Heading, Prose, Row, Table
from assessment.show.facts import plain, say
from assessment.show.formatting import listed, number, percent
from assessment.show.tables import point_cell, verdict_cell
from assessment.show.verdict_words import look

NAME: Final = "pilots"
LEVELS: Final = ("pilot_city", "pilot_parks", "pilot_enterprises")
MEASURED: Final = ("pilot_co2_reduction", "pilot_pollutant_reduction", "pilot_enterprise_reduction")
CARBON: Final = "co2_energy"


def pilots(chapter: Chapter) -> Blocks:
    """Show pilots by level against the plan's 1, 2 and 6, and their measured co-reduction.

    Parameters
    ----------
    chapter : Chapter
        Chapter of the pilots, with their reductions and CO2 of energy among its indicators.

    Returns
    -------
    Blocks
        Heading, sentences, a caution, two tables.

    Notes
    -----
    The plan asks for the numbers of the whole city; a unit lists what it contributes. What
    pilots report is theirs alone: its size beside the unit's emissions is given so that nobody
    carries it over to the unit.
    """
    city = chapter.inputs.region.kind == "city"
    result: dict[str, Any] = {
        "year": chapter.year,
        "is_city": city,
        "levels": [_level(chapter, name) for name in LEVELS],
        "measured": _measured(chapter),
    }
    result = json_ready(result)
    at = facts_of(chapter, NAME)
    sentences = [_levels_sentence(at, result), *_measured_sentences(at, result)]
    caution = say(
        "减排量由试点自评,没有核查,也没有对照;试点是挑选出来的少数单位,"
        "它们的减排幅度不能推到本单元的其他企业和园区。"
    )
    return chapter.add(
        NAME,
        result,
        Heading(level=3, text="“126”试点", anchor=chapter.anchor("pilots")),
        Prose(sentences=tuple(sentences)),
        Prose(sentences=(caution,), tone="caution"),
        _levels_table(chapter, result),
        _measured_table(chapter),
    )


def _level(chapter: Chapter, name: str) -> dict[str, Any]:
    target = next((t for t in chapter.inputs.targets if t.indicator == name), None)
    own = chapter.data.annual(name)
    whole = chapter.inputs.data(city=True).annual(name)
    judged = chapter.targets.get(target.no) if target else None
    absent = judged is not None and judged.verdict == "city_only"
    if own.value(chapter.year) is None and not absent:
        chapter.lacking(
            Gap(
                kind="data",
                subject=own.indicator.name,
                department=own.indicator.department or own.indicator.source,
                what=f"缺 {chapter.year} 年数据",
                effect="看不出试点数",
            )
        )
    return {
        "indicator": name,
        "name": own.indicator.label,
        "unit": own.indicator.unit,
        "aim": target.value if target else None,
        "own": None if absent else own.value(chapter.year),
        "city": whole.value(chapter.year),
        "asked_of_unit": not absent,
        "verdict": judged.verdict if judged else "insufficient_data",
        "word": look(judged.verdict).word if judged else "数据不足",
    }


def _measured(chapter: Chapter) -> dict[str, Any]:
    year = chapter.year
    co2, pollutant, change = (chapter.data.annual(name) for name in MEASURED)
    found: dict[str, Any] = {
        "co2": co2.value(year),
        "pollutants": pollutant.value(year),
        "change_percent": change.value(year),
        "change_reason": change.not_applicable.get(year, ""),
    }
    for key, series in (("co2", co2), ("pollutants", pollutant), ("change", change)):
        found[f"{key}_grade"] = _grade(series, year)
        listed_already = series.indicator.id in chapter.inputs.analysis.trends
        if series.value(year) is None and not listed_already and year not in series.not_applicable:
            chapter.lacking(
                Gap(
                    kind="data",
                    subject=series.indicator.name,
                    department=series.indicator.department or series.indicator.source,
                    what=f"缺 {year} 年数据",
                    effect="试点的协同减排看不出",
                )
            )
    cut = found["co2"]
    if cut and found["pollutants"] is not None:
        found["kg_per_tonne"] = found["pollutants"] / cut * 1000
    whole = chapter.data.annual(CARBON).value(year)
    if cut is not None and whole:
        found["share_of_unit"] = cut / (whole * 1e4)
    worst = chapter.inputs.standards.rules.data_error
    if found["co2_grade"]:
        found["co2_error"] = worst[found["co2_grade"]].value
    return found


def _grade(series: Annual, year: int) -> str:
    point = series.at(year)
    return point.grade if point else ""


def _levels_sentence(at: FactAt, result: dict[str, Any]) -> Sentence:
    facts = {"y": at(result["year"], "year", text=str(result["year"]))}
    parts, absent = [], []
    key = "city" if result["is_city"] else "own"
    for i, item in enumerate(result["levels"]):
        if not result["is_city"] and not item["asked_of_unit"]:
            continue
        if item[key] is None:
            absent.append(plain(item["name"]))
            continue
        unit = item["unit"]
        facts[f"v{i}"] = at(item[key], "levels", i, key, text=amount(item[key], 0, unit))
        facts[f"a{i}"] = at(item["aim"], "levels", i, "aim", decimals=0)
        if result["is_city"]:
            facts[f"w{i}"] = at(item["word"], "levels", i, "word")
            parts.append(f"{plain(item['name'])} {{v{i}}}(方案要 {{a{i}}},{{w{i}}})")
            continue
        piece = f"{plain(item['name'])} {{v{i}}}"
        if item["city"] is not None:
            facts[f"c{i}"] = at(item["city"], "levels", i, "city", decimals=0)
            piece += f"(全市 {{c{i}}},方案对全市要 {{a{i}}})"
        parts.append(piece)
    text = ""
    if parts:
        text = f"{{y}} 年{'全市' if result['is_city'] else '本单元'}有{'、'.join(parts)}。"
        if not result["is_city"]:
            text += "试点数是对全市的要求,本单元只列贡献;城市试点只在全市层面判断。"
    if absent:
        text += f"{listed(absent)}数据不足。"
    return say(text, **facts)


def _measured_sentences(at: FactAt, result: dict[str, Any]) -> list[Sentence]:
    found = result["measured"]
    if found["co2"] is None and found["pollutants"] is None:
        return [say("试点没有报送减排量,协同减排看不出:数据不足。")]
    if not found["co2"] and not found["pollutants"]:
        return [say("没有试点报送减排量(为零)。")]
    facts, parts = {}, []
    for key, word in (("co2", "二氧化碳"), ("pollutants", "污染物(SO₂、NOx、颗粒物实物量之和)")):
        if found[key] is not None:
            facts[key] = at(found[key], "measured", key, text=amount(found[key], 0, "吨"))
            parts.append(f"{word} {{{key}}}")
    text = f"试点自评累计减少{'、'.join(parts)}"
    if found.get("kg_per_tonne") is not None:
        facts["k"] = at(found["kg_per_tonne"], "measured", "kg_per_tonne", decimals=1)
        text += ",每减一吨二氧化碳同时减 {k} 千克污染物"
    sentences = [say(text + "。", **facts)]
    if found.get("share_of_unit") is not None:
        share = at(
            found["share_of_unit"],
            "measured",
            "share_of_unit",
            text=percent(found["share_of_unit"], 2),
        )
        facts = {"s": share}
        text = "这一减碳量相当于本单元当年能源活动二氧化碳的 {s},只说明规模"
        if found.get("co2_error"):
            facts |= {
                "g": at(found["co2_grade"], "measured", "co2_grade"),
                "e": at(
                    found["co2_error"],
                    "measured",
                    "co2_error",
                    text=percent(found["co2_error"], 0),
                ),
            }
            text += ";数据为 {g} 级(误差假定 {e})"
        sentences.append(say(text + "。", **facts))
    if found["change_percent"] is not None:
        text = number(found["change_percent"], 1, signed=True) + "%"
        facts = {"c": at(found["change_percent"], "measured", "change_percent", text=text)}
        graded = ""
        if found["change_grade"]:
            facts["g"] = at(found["change_grade"], "measured", "change_grade")
            graded = "({g} 级数据)"
        sentences.append(say(f"试点企业排放量较试点前变化 {{c}}{graded}。", **facts))
    return sentences


def _levels_table(chapter: Chapter, result: dict[str, Any]) -> Table:
    rows = []
    for item in result["levels"]:
        cells = [
            Cell(text=f"{item['name']}({item['unit']})", value=item["indicator"]),
            Cell(text=number(item["aim"], 0), value=item["aim"]),
            Cell(text=number(item["city"], 0), value=item["city"]),
        ]
        if not result["is_city"]:
            cells.append(Cell(text=number(item["own"], 0), value=item["own"]))
        cells.append(verdict_cell(item["verdict"]))
        rows.append(Row(cells=tuple(cells)))
    own = () if result["is_city"] else (Column(key="own", label="本单元", align="right"),)
    return Table(
        id=chapter.anchor("pilots-table"),
        title="各级试点",
        columns=(
            Column(key="level", label="级别"),
            Column(key="aim", label="方案要求(全市)", align="right"),
            Column(key="city", label="全市已有", align="right"),
            *own,
            Column(key="verdict", label="判断"),
        ),
        rows=tuple(rows),
        note=f"{result['year']} 年末数。“126”的含义由方案三节标题推断:城市 1、园区 2、企业 6。",
    )


def _measured_table(chapter: Chapter) -> Table | None:
    series = [chapter.data.annual(name) for name in MEASURED]
    years = sorted({p.year for one in series for p in one.points if p.year <= chapter.year})
    if not years:
        return None
    rows = []
    for year in reversed(years):
        cells = [Cell(text=str(year), value=year)]
        for one in series:
            point = one.at(year)
            cell = point_cell(point, one.indicator.decimals)
            reason = one.not_applicable.get(year, "")
            cells.append(cell if point or not reason else Cell(text="不适用", note=reason))
            cells.append(Cell(text=point.grade if point and point.grade else "—"))
        rows.append(Row(cells=tuple(cells)))
    columns = [Column(key="year", label="年份")]
    for one in series:
        entry = one.indicator
        columns.append(Column(key=entry.id, label=entry.label, unit=entry.unit, align="right"))
        columns.append(Column(key=f"{entry.id}-grade", label="等级"))
    return Table(
        id=chapter.anchor("pilots-measured-table"),
        title="试点自评的减排",
        columns=tuple(columns),
        rows=tuple(rows),
        note="按报送的累计数列出,不逐年相加;变化率为负表示减排。",
    )
