"""The plan's second horizon: has CO2 peaked, and what pace do the goals ask for from here."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from assessment.analyses.peak import NONE_YET, SIGNS, read_peak
from assessment.analyses.spans import (
    amount,
    facts_of,
    json_ready,
    not_comparable,
    note_lacking,
    size,
)
from assessment.blocks import Blocks, Cell, Column, Heading, Prose, Row, Sentence, Table
from assessment.chapter import Chapter
from assessment.facts import fact, plain, say
from assessment.formatting import number, percent, probability
from assessment.methods.outlook import attainment_probability
from assessment.methods.pace import growth_rate, observed_pace, required_pace
from assessment.narrative import target_sentence
from assessment.params import Constant
from assessment.results import Gap, TargetResult
from assessment.tables import verdict_cell
from assessment.verdicts import look

NAME: Final = "outlook_2030"
CARBON: Final = "co2_energy"
OUTPUT: Final = "gdp_constant"
INTENSITIES: Final = {"co2_intensity": "co2_energy", "energy_intensity": "energy_total"}
"""Intensity and the total that it keeps from rising."""

PM25: Final = "pm25"
PM25_LIMIT: Final = Constant(
    value=35.0, source="GB 3095-2012 二级年均限值;方案没有给 PM2.5 数值,此处只作参照"
)

_NO_ERROR = "资料没有写明质量等级,按 D 级计"


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
    :func:`assessment.analyses.peak.read_peak`, only within the last known level.
    """
    horizon = max(chapter.inputs.plan.horizons, default=chapter.year)
    result: dict[str, Any] = {"horizon": horizon, "year": chapter.year}
    result["peak"] = _peak(chapter)
    result["break_even"] = _break_even(chapter)
    due = [t for t in chapter.all_targets.values() if t.target_year == horizon]
    result["targets"] = [t.no for t in due]
    result["pm25"] = _pm25(chapter, horizon)
    result = json_ready(result)
    peak = _peak_sentence(chapter, result)
    sentences = [peak, *_intensity_sentences(chapter, result)]
    sentences += [target_sentence(target) for target in due]
    if not due:
        sentences.append(
            say("方案没有定在 {y} 年的数量目标可供判断。", y=_year(chapter, horizon, "horizon"))
        )
    sentences.append(_pm25_sentence(chapter, result))
    return chapter.add(
        NAME,
        result,
        Heading(level=3, text=f"到 {horizon} 年:达峰与所需速度", anchor=chapter.anchor("outlook")),
        Prose(sentences=tuple(sentences)),
        Prose(sentences=(_note(result),), tone="note"),
        _table(chapter, result, due),
        messages=(peak,),
    )


def _year(chapter: Chapter, year: int, *path: str | int) -> Any:
    return facts_of(chapter, NAME)(year, *path, text=str(year))


def _peak(chapter: Chapter) -> dict[str, Any]:
    annual = chapter.data.annual(CARBON)
    seen = [point for point in annual.points if point.year <= chapter.year]
    points = [p for p in annual.segment(seen[-1].year) if p.value > 0] if seen else []
    name = annual.indicator.label
    if not points:
        reason = annual.not_applicable.get(chapter.year, f"没有{name}数据")
        note_lacking(chapter, "碳达峰判断", [annual], [chapter.year], "不能判断二氧化碳是否达峰")
        return {"word": "数据不足", "reason": reason, "n": 0}
    errors = chapter.inputs.standards.rules.data_error
    grades = [point.grade or "D" for point in points]
    reading = read_peak(
        [point.year for point in points],
        [point.value for point in points],
        [errors[grade].value for grade in grades],  # type: ignore[index]
    )
    held = {point.year for point in points}
    gaps = [y for y in range(reading.first_year, reading.last_year) if y not in held]
    if points[-1].year < chapter.year:
        note_lacking(chapter, "碳达峰判断", [annual], [chapter.year], "达峰判断不含最近一年")
    return {
        **asdict(reading),
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
    value, limit = annual.value(chapter.year), PM25_LIMIT.value
    result: dict[str, Any] = {
        "limit": limit,
        "limit_source": PM25_LIMIT.source,
        "unit": annual.indicator.unit,
        "value": value,
    }
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


def _peak_sentence(chapter: Chapter, result: dict[str, Any]) -> Sentence:
    peak, at = result["peak"], facts_of(chapter, NAME)
    if not peak["n"]:
        return say(
            "二氧化碳是否达峰:{w}({r})。",
            w=at(peak["word"], "peak", "word"), r=at(peak["reason"], "peak", "reason"),
        )  # fmt: skip

    def year(key: str) -> Any:
        return at(peak[key], "peak", key, text=str(peak[key]))

    def carbon(key: str) -> Any:
        return at(peak[key], "peak", key, text=amount(peak[key], 1, peak["unit"]))

    facts = {
        "w": at(peak["word"], "peak", "word"), "r": at(peak["reason"], "peak", "reason"),
        "py": year("peak_year"), "pv": carbon("peak_value"), "ly": year("last_year"),
        "lv": carbon("last_value"), "since": at(peak["years_since"], "peak", "years_since"),
        "after": at(peak["years_after"], "peak", "years_after"),
        "below": at(peak["below"], "peak", "below"),
        "fall": at(peak["fall"], "peak", "fall", text=size(peak["fall"])),
    }  # fmt: skip
    text = "二氧化碳排放{w}:"
    if peak["word"] == NONE_YET:
        return say(text + "最高值就在最近的 {ly} 年({lv})。", **facts)
    text += "最高值在 {py} 年({pv}),到 {ly} 年已过 {since} 年,降到 {lv},低 {fall}"
    text += ";其后 {after} 个年度值中有 {below} 个低于最高值且超出数据误差"
    if peak["slope"] is not None:
        facts["slope"] = at(peak["slope"], "peak", "slope", decimals=1, signed=True)
        text += ",其后每年约变化 {slope} " + plain(peak["unit"])
        if peak["p"] is not None:
            p = probability(peak["p"])
            facts["p"] = at(peak["p"], "peak", "p", text=p if p.startswith("<") else f"={p}")
            text += "(Mann–Kendall p{p})"
    text += "。{r}。"
    if peak["at_start"]:
        text += "最高值就在可比资料的第一年,真正的峰可能更早。"
    return say(text, **facts)


def _intensity_sentences(chapter: Chapter, result: dict[str, Any]) -> list[Sentence]:
    found, at = result["break_even"], facts_of(chapter, NAME)
    if found["reason"]:
        return [
            say(
                "要使排放总量不回升,强度每年该降多少算不出来({r})。",
                r=at(found["reason"], "break_even", "reason"),
            )
        ]
    y0, y1 = (
        at(found[key], "break_even", key, text=str(found[key])) for key in ("from_year", "to_year")
    )
    facts = {
        "y0": y0, "y1": y1,
        "g": at(found["growth"], "break_even", "growth", text=percent(found["growth"])),
        "need": at(found["needed"], "break_even", "needed", text=size(found["needed"])),
    }  # fmt: skip
    rising = found["growth"] > 0
    text = "方案没有给出强度的数值目标;{y0}–{y1} 年 GDP(不变价)年均" + (
        "增长 {g},照此增速,要使总量不再上升,强度每年至少要下降 {need}"
        if rising
        else "变化 {g},总量不升允许强度每年上升 {need}"
    )
    known = [(key, one) for key, one in found["indicators"].items() if not one["reason"]]
    for n, (key, one) in enumerate(known):
        facts[f"p{n}"] = at(
            one["pace"], "break_even", "indicators", key, "pace", text=size(one["pace"])
        )
        verb = "下降" if one["pace"] < 0 else "上升"
        word = "够" if one["enough"] else "不够"
        text += f";{plain(one['name'])}实际年均{verb} {{p{n}}},{word}"
    return [say(text + "。", **facts)]


def _pm25_sentence(chapter: Chapter, result: dict[str, Any]) -> Sentence:
    found, at = result["pm25"], facts_of(chapter, NAME)
    if found["value"] is None:
        return say("PM₂.₅ 年均浓度数据不足({r})。".replace("PM₂.₅", "细颗粒物"),
                   r=at(found["reason"], "pm25", "reason"))  # fmt: skip

    def level(key: str, *, signed: bool = False) -> Any:
        return at(found[key], "pm25", key, text=amount(found[key], 1, found["unit"], signed=signed))

    facts = {
        "y": at(result["year"], "year", text=str(result["year"])),
        "h": at(result["horizon"], "horizon", text=str(result["horizon"])),
        "v": level("value"),
        "limit": level("limit"),
    }
    text = "细颗粒物年均浓度 {y} 年为 {v},"
    if "required" not in found:
        return say(text + ("不高于" if found["met"] else "高于") + "二级限值 {limit}。", **facts)
    facts["need"] = level("required", signed=True)
    text += "方案没有给数值目标;若以二级限值 {limit} 为参照,到 {h} 年每年需变化 {need}"
    if "observed" in found:
        facts["seen"] = level("observed", signed=True)
        facts["b"] = at(found["from_year"], "pm25", "from_year", text=str(found["from_year"]))
        text += ",{b} 年以来实际每年 {seen}"
    if "expected" in found:
        facts |= {"e": level("expected"), "lo": level("low"), "hi": level("high")}
        text += ";过去的走势若不变,{h} 年约为 {e}({lo} 至 {hi})"
    return say(text + "。浓度含气象影响。", **facts)


def _note(result: dict[str, Any]) -> Sentence:
    peak = result["peak"]
    text = (
        "“迹象”不是达峰认定:最高值是事后挑出的,所以只检验其后各年,且至少要三年;"
        "数据误差按质量等级取 rules.yml 的假定值,两年误差当作互不相关,取 95% 界限。"
        "同一套因子测算的误差大多同向,相互抵消,实际不确定性会小些。"
    )
    if peak["n"]:
        if len(peak["candidates"]) > 1:
            span = peak["candidates"]
            text += f"按此误差,{span[0]}–{span[-1]} 年中有 {len(span)} 年分辨不出谁最高。"
        if peak["ungraded"]:
            text += _NO_ERROR + "。"
        if peak["after_break"]:
            text += "已知断点以前的数据不用。"
        if peak["missing_years"]:
            text += f"其间缺 {'、'.join(map(str, peak['missing_years']))} 年。"
    return say(plain(text + "外推只说过去的走势,不是对政策的预测。"))


def _table(chapter: Chapter, result: dict[str, Any], due: list[TargetResult]) -> Table:
    even, pm25 = result["break_even"], result["pm25"]
    rows = []
    for key, one in even["indicators"].items():
        entry = chapter.inputs.catalogue.by_id[key]
        held = not one["reason"]
        rows.append(
            _row(
                f"{one['name']}({one['unit']})",
                number(one["to"], entry.decimals) if held else "—",
                f"{one['total']}不再上升",
                f"{percent(even['needed'], signed=True)}/年",
                f"{percent(one['pace'], signed=True)}/年" if held else "—",
                Cell(text=("够" if one["enough"] else "不够") if held else f"数据不足:{one['reason']}"),
            )
        )
    for target in due:
        judged = target.judged
        pace = f"{target.unit}/年" if not target.unit.startswith("%") else "个百分点/年"
        rows.append(
            _row(
                f"{target.name}({target.unit})",
                number(judged.value, target.decimals) if judged else "—",
                f"{target.wording or '—'}"
                if target.target_value is None
                else number(target.target_value, target.decimals),
                _per(target.required_pace, pace),
                _per(target.observed_pace, pace),
                verdict_cell(target.verdict, target.verdict_also, target.reason),
            )
        )
    unit = f"{pm25['unit']}/年"
    rows.append(
        _row(
            f"PM2.5 年均浓度({pm25['unit']})",
            number(pm25["value"], 1),
            f"{number(pm25['limit'], 0)}(参照)",
            _per(pm25.get("required"), unit),
            _per(pm25.get("observed"), unit),
            Cell(text=pm25.get("reason") and "数据不足" or ("已低于参照" if pm25["met"] else "—")),
        )
    )
    return Table(
        id=chapter.anchor("outlook-table"),
        title=f"到 {result['horizon']} 年所需的速度",
        columns=(
            Column(key="indicator", label="指标"),
            Column(key="value", label=f"{result['year']} 年", align="right"),
            Column(key="aim", label="要达到", align="right"),
            Column(key="required", label="每年需要", align="right"),
            Column(key="observed", label="基期以来每年实际", align="right"),
            Column(key="word", label="判断"),
        ),
        rows=tuple(rows),
        note=f"PM2.5 的参照:{pm25['limit_source']}。",
    )


def _row(name: str, value: str, aim: str, required: str, observed: str, word: Cell) -> Row:
    return Row(cells=(*(Cell(text=t) for t in (name, value, aim, required, observed)), word))


def _per(value: float | None, unit: str) -> str:
    return "—" if value is None else f"{number(value, 2, signed=True)} {unit}"


__all__ = ["NAME", "PM25_LIMIT", "SIGNS", "Gap", "fact", "look", "outlook_2030"]
