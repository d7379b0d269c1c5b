"""Sentences and the table of the second horizon."""

from __future__ import annotations

from typing import Any

from assessment.chapter.analyses.spans import FactAt, amount, size
from assessment.chapter.chapter import Chapter
from assessment.results.model import TargetResult
from assessment.results.values import Fact, Sentence
from assessment.show.blocks import Cell, Column, Row, Table
from assessment.show.facts import plain, say
from assessment.show.formatting import number, percent, probability
from assessment.show.tables import verdict_cell


def peak_sentences(at: FactAt, result: dict[str, Any]) -> list[Sentence]:
    """Say whether CO2 has peaked, then what stands behind it."""
    peak = result["peak"]
    word, reason = at(peak["word"], "peak", "word"), at(peak["reason"], "peak", "reason")
    if not peak["n"]:
        return [say("二氧化碳是否达峰:{w}({r})。", w=word, r=reason)]

    def year(key: str) -> Fact:
        return at(peak[key], "peak", key, text=str(peak[key]))

    def carbon(key: str) -> Fact:
        return at(peak[key], "peak", key, text=amount(peak[key], 1, peak["unit"]))

    if not peak["years_after"]:
        text = "二氧化碳是否达峰:{w}。{r}({y} 年,{v})。"
        return [say(text, w=word, r=reason, y=year("last_year"), v=carbon("last_value"))]
    sentences = [
        say(
            "二氧化碳是否达峰:{w}。最高值在 {py} 年({pv}),到 {ly} 年已过 {since} 年,"
            "降到 {lv},低 {fall};{r}。",
            w=word, r=reason, py=year("peak_year"), pv=carbon("peak_value"),
            ly=year("last_year"), lv=carbon("last_value"),
            since=at(peak["years_since"], "peak", "years_since"),
            fall=at(peak["fall"], "peak", "fall", text=size(peak["fall"])),
        )
    ]  # fmt: skip
    facts = {
        "after": at(peak["years_after"], "peak", "years_after"),
        "below": at(peak["below"], "peak", "below"),
    }
    text = "其后 {after} 个年度值中有 {below} 个低于最高值且超出数据误差"
    if peak["slope"] is not None:
        slope = amount(peak["slope"], 1, peak["unit"], signed=True)
        facts["slope"] = at(peak["slope"], "peak", "slope", text=slope)
        text += ",每年约变化 {slope}"
        if peak["slope_low"] is not None and peak["slope_high"] is not None:
            for key in ("slope_low", "slope_high"):
                facts[key] = at(peak[key], "peak", key, decimals=1, signed=True)
            text += "(95% 区间 {slope_low} 至 {slope_high})"
        else:
            text += ",没有区间"
        if peak["p"] is None:
            text += ";点数太少,不作显著性检验"
        else:
            p = probability(peak["p"])
            facts["p"] = at(peak["p"], "peak", "p", text=p if p.startswith("<") else f"={p}")
            text += ";Mann–Kendall p{p}"
    if peak["at_start"]:
        text += "。最高值就在可比资料的第一年,真正的峰可能更早"
    return [*sentences, say(text + "。", **facts)]


def intensity_sentences(at: FactAt, result: dict[str, Any]) -> list[Sentence]:
    """Say how fast intensity must fall to keep the total from rising, and how fast it fell."""
    found = result["break_even"]
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
    text = "" if found["aimed"] else "方案没有给出强度的数值目标;"
    text += "{y0}–{y1} 年 GDP(不变价)年均" + (
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
        word = "达到所需" if one["enough"] else "低于所需"
        text += f";{plain(one['name'])}实际年均{verb} {{p{n}}},{word}"
    return [say(text + "。", **facts)]


def pm25_sentence(at: FactAt, result: dict[str, Any]) -> Sentence:
    """Say how far PM2.5 is from the limit, and where its past course leads."""
    found = result["pm25"]
    if found["value"] is None or found["limit"] is None:
        return say(
            "细颗粒物年均浓度与参照限值相比:数据不足({r})。",
            r=at(found["reason"], "pm25", "reason"),
        )

    def level(key: str, *, signed: bool = False) -> Fact:
        return at(found[key], "pm25", key, text=amount(found[key], 1, found["unit"], signed=signed))

    facts = {
        "y": at(result["year"], "year", text=str(result["year"])),
        "h": at(result["horizon"], "horizon", text=str(result["horizon"])),
        "v": level("value"),
        "limit": level("limit"),
    }
    text = "细颗粒物年均浓度 {y} 年为 {v},"
    if "required" not in found:
        return say(text + ("不高于" if found["met"] else "高于") + "参照限值 {limit}。", **facts)
    facts["need"] = level("required", signed=True)
    text += "" if found["aimed"] else "方案没有给数值目标;"
    text += "若以参照限值 {limit} 计,到 {h} 年每年需变化 {need}"
    if "observed" in found:
        facts["seen"] = level("observed", signed=True)
        facts["b"] = at(found["from_year"], "pm25", "from_year", text=str(found["from_year"]))
        text += ",{b} 年以来实际每年 {seen}"
    if "expected" in found:
        facts |= {"e": level("expected"), "lo": level("low"), "hi": level("high")}
        facts["a"] = at(found["first_year"], "pm25", "first_year", text=str(found["first_year"]))
        text += ";{a} 年以来的走势(等速下降)若不变,{h} 年约为 {e}(95% 区间 {lo} 至 {hi})"
    return say(text + "。浓度含气象影响。", **facts)


def notes(at: FactAt, result: dict[str, Any]) -> tuple[Sentence, ...]:
    """Say what the reading of the peak is not."""
    peak = result["peak"]
    found = [
        say(
            "“迹象”不是达峰认定:最高值是事后挑出的,所以只看其后各年,点数够了才检验;"
            "数据误差按质量等级取假定值,两年的误差当作互不相关。"
            "同一套因子测算的误差大多同向,会相互抵消,实际的不确定性可能小些。"
        )
    ]
    if peak["n"]:
        span = peak["candidates"]
        if len(span) > 1:
            found.append(
                say(
                    "按这一误差,{a}–{b} 年中有 {n} 年分辨不出谁最高。",
                    a=at(span[0], "peak", "candidates", 0, text=str(span[0])),
                    b=at(span[-1], "peak", "candidates", len(span) - 1, text=str(span[-1])),
                    n=at(peak["candidate_count"], "peak", "candidate_count"),
                )
            )
        if peak["ungraded"]:
            found.append(say("有的年份没有写明质量等级,按最低一级计。"))
        if peak["after_break"]:
            found.append(say("已知断点以前的数据不用。"))
        for i, year in enumerate(peak["missing_years"]):
            missing = at(year, "peak", "missing_years", i, text=str(year))
            found.append(say("缺 {y} 年的数据,不补。", y=missing))
    found.append(
        say("外推只说过去的走势,不是对政策的预测;区间按各年误差互不相关计,年际相关时偏窄。")
    )
    return tuple(found)


def outlook_table(chapter: Chapter, result: dict[str, Any], due: list[TargetResult]) -> Table:
    """Set the pace each aim asks for beside the pace since the base year."""
    even, pm25 = result["break_even"], result["pm25"]
    rows = []
    for key, one in even["indicators"].items():
        entry, held = chapter.inputs.catalogue.by_id[key], not one["reason"]
        word = (
            ("达到所需" if one["enough"] else "低于所需") if held else f"数据不足:{one['reason']}"
        )
        rows.append(
            Row(
                cells=(
                    Cell(text=f"{one['name']}({one['unit']})", value=key),
                    _cell(one.get("to"), number(one.get("to"), entry.decimals)),
                    Cell(text=f"{one['total']}不再上升"),
                    _rate(even["needed"]),
                    _rate(one.get("pace")),
                    Cell(text=word),
                )
            )
        )
    growing = {t.no for t in chapter.inputs.targets if t.pace == "growth"}
    for target in due:
        judged = target.judged
        aim = number(target.target_value, 0) if target.target_value is not None else target.wording
        unit = "个百分点" if target.unit.startswith("%") else target.unit
        rows.append(
            Row(
                cells=(
                    Cell(text=f"{target.no} {target.name}({target.unit})", value=target.no),
                    Cell(
                        text=number(judged.value if judged else None, target.decimals),
                        value=judged.value if judged else None,
                        trace=judged.trace if judged else (),
                    ),
                    _cell(target.target_value, aim),
                    *(
                        _rate(pace) if target.no in growing else _pace(pace, unit)
                        for pace in (target.required_pace, target.observed_pace)
                    ),
                    verdict_cell(target.verdict, target.verdict_also, target.reason),
                )
            )
        )
    lacking = pm25["value"] is None or pm25["limit"] is None
    word = "数据不足" if lacking else "不高于参照值" if pm25["met"] else "高于参照值"
    rows.append(
        Row(
            cells=(
                Cell(text=f"PM2.5 年均浓度({pm25['unit']})", value="pm25"),
                _cell(pm25["value"], number(pm25["value"], 1)),
                _cell(
                    pm25["limit"],
                    "—" if pm25["limit"] is None else f"{number(pm25['limit'], 0)}(参照)",
                ),
                _pace(pm25.get("required"), pm25["unit"]),
                _pace(pm25.get("observed"), pm25["unit"]),
                Cell(text=word),
            )
        )
    )
    return Table(
        id=chapter.anchor("outlook-table"),
        title=f"到 {result['horizon']} 年所需的速度",
        columns=(
            Column(key="indicator", label="指标"),
            Column(key="value", label=f"{result['year']} 年", align="right"),
            Column(key="aim", label="要达到", align="right"),
            Column(key="required", label="每年需变化", align="right"),
            Column(key="observed", label="基期以来每年实际", align="right"),
            Column(key="word", label="判断"),
        ),
        rows=tuple(rows),
        note=f"PM2.5 的参照:{pm25['limit_source']}。" if pm25["limit"] is not None else "",
    )


def _cell(value: float | None, text: str) -> Cell:
    return Cell(text=text, value=value)


def _rate(share: float | None) -> Cell:
    return _cell(share, percent(share, signed=True))


def _pace(value: float | None, unit: str) -> Cell:
    return _cell(value, "—" if value is None else amount(value, 2, unit, signed=True))
