"""Air quality by month: trend, season, the plan's start, three-year means."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from assessment.chapter.analyses.air_months import (
    MonthlyReading,
    read_months,
)
from assessment.chapter.analyses.air_tables import start_table, trend_table
from assessment.chapter.analyses.spans import FactAt, amount, facts_of, json_ready
from assessment.chapter.chapter import Chapter
from assessment.job.series import Annual
from assessment.methods.breaks import Effect, InterruptedSeries
from assessment.methods.monthly import MONTHS
from assessment.methods.seasonal import three_year_means
from assessment.params.model import Rules
from assessment.results.model import Gap
from assessment.results.values import Sentence
from assessment.show import charts
from assessment.show.blocks import Blocks, Figure, Heading, Prose
from assessment.show.facts import plain, say
from assessment.show.formatting import listed, probability

NAME: Final = "air"
POLLUTANTS: Final = ("pm25", "o3_8h_90", "no2_conc", "so2_conc")
TOLD: Final = ("pm25", "o3_8h_90")
"""Pollutants with a figure, their season, and a sentence on the plan's start."""

WORDS: Final = {
    "falling": "检验支持下降",
    "rising": "检验支持上升",
    "unclear": "看不出单一走向",
    "untested": "不作检验",
}


def air(chapter: Chapter) -> Blocks:
    """Show what the months of PM2.5, O3, NO2 and SO2 say.

    Parameters
    ----------
    chapter : Chapter
        Needs monthly and annual values of the four among the chapter's indicators.

    Returns
    -------
    Blocks
        Heading, sentences, a caution, two figures, two tables.

    Notes
    -----
    Only months since the last known break of level count. A direction is said only where both
    the seasonal Mann-Kendall test and its version for correlated months support it. The
    interrupted series compares before with after and attributes nothing.
    """
    readings = {name: _read(chapter, name) for name in POLLUTANTS}
    result: dict[str, Any] = {
        "year": chapter.year,
        "plan_start": chapter.inputs.plan.start_year,
        "items": [_item(chapter, name, readings[name]) for name in POLLUTANTS],
    }
    result["means"] = _means(chapter)
    rules = chapter.inputs.standards.rules
    result["limits"] = {
        "usual": rules.significance.value,
        "strict": rules.break_significance.value,
        "strict_source": rules.break_significance.source,
    }
    result = json_ready(result)
    _note_gaps(chapter, result)
    at = facts_of(chapter, NAME)
    heading = Heading(level=3, text="空气质量逐月看", anchor=chapter.anchor("air"))
    if not any(readings.values()):
        names = listed([plain(item["name"]) for item in result["items"]])
        lacking = say(f"{names}都没有月值,季节、走势与启动前后的变化无法判断:数据不足。")
        sentences = [lacking, *_mean_sentences(at, result)]
        return chapter.add(NAME, result, heading, Prose(sentences=tuple(sentences)))
    held = [(i, item) for i, item in enumerate(result["items"]) if item["n"]]
    starts = [
        _start_sentence(at, i, x) for i, x in held if x["indicator"] in TOLD and x["n"] >= MONTHS
    ]
    caution = say(
        "浓度的升降含有气象条件的影响;启动前后之差只是时间先后,同期还有别的措施、"
        "疫情与全省全国的变化,不能算作方案的效果。"
    )
    return chapter.add(
        NAME,
        result,
        heading,
        Prose(sentences=tuple(_trend_sentence(at, i, item) for i, item in held)),
        Prose(sentences=tuple(starts)) if starts else None,
        Prose(sentences=tuple(_mean_sentences(at, result))),
        Prose(sentences=(caution, *_notes(at, result)), tone="caution"),
        *(_figure(chapter, item, readings[item["indicator"]]) for _, item in held),
        trend_table(chapter.anchor("air-table"), result),
        start_table(chapter.anchor("air-start-table"), result),
    )


def _read(chapter: Chapter, name: str) -> MonthlyReading | None:
    rows = chapter.data.monthly(name)
    if not rows:
        return None
    last = rows[-1].year
    since = max((b.year for b in chapter.data.breaks(name) if b.year <= last), default=0)
    values = {(r.year, r.month): r.value for r in rows if r.value is not None and r.year >= since}
    rules = chapter.inputs.standards.rules
    least = int(rules.trend_min_points.value)
    start = chapter.inputs.plan.start_year
    return read_months(values, chapter.year, start, least, rules.significance.value)


def _item(chapter: Chapter, name: str, reading: MonthlyReading | None) -> dict[str, Any]:
    entry = chapter.inputs.catalogue.by_id[name]
    found: dict[str, Any] = {
        "indicator": name, "name": entry.label, "unit": entry.unit, "decimals": entry.decimals,
        "n": 0, "reading": "untested", "word": "数据不足", "reason": "没有月值", "missing": [],
    }  # fmt: skip
    if reading is None:
        return found
    months = reading.months.dropna()
    by_month = months.groupby(pd.PeriodIndex(months.index).month).mean()
    found |= {
        "first": str(months.index[0]),
        "last": str(months.index[-1]),
        "n": len(months),
        "missing": list(reading.missing),
        "missing_count": len(reading.missing),
        "years": reading.years,
        "complete_years": reading.complete_years,
        "reading": reading.reading,
        "word": WORDS[reading.reading],
        "reason": reading.reason,
        "highest_month": by_month.idxmax(),
        "highest": float(by_month.max()),
        "lowest_month": by_month.idxmin(),
        "lowest": float(by_month.min()),
        "interrupted_reason": reading.interrupted_reason,
    }
    if reading.test is not None and reading.slope is not None:
        found |= {
            "p": reading.test.p,
            "s": reading.test.s,
            "p_correlated": reading.correlated.p if reading.correlated else None,
            "slope": reading.slope.slope,
            "slope_low": reading.slope.low,
            "slope_high": reading.slope.high,
        }
    if reading.parts is not None:
        found |= {
            "trend_strength": reading.parts.trend_strength,
            "seasonal_strength": reading.parts.seasonal_strength,
        }
    if reading.interrupted is not None:
        found["interrupted"] = _break(reading.interrupted, chapter.inputs.standards.rules)
    return found


def _break(series: InterruptedSeries, rules: Rules) -> dict[str, Any]:
    def effect(one: Effect) -> dict[str, float]:
        return {"estimate": one.estimate, "low": one.low, "high": one.high, "p": one.p}

    changed = [
        word
        for word, one in (("水平", series.level), ("斜率", series.slope_change))
        if one.p < rules.break_significance.value
    ]
    word = f"检验支持{listed(changed)}有变化" if changed else "检验不支持有变化"
    least = int(rules.break_min_months.value)
    if min(series.before, series.after) < least:
        word = f"每侧不足 {least} 个月,不作判断"
    return {
        "before": series.before,
        "after": series.after,
        "lags": series.lags,
        "word": word,
        "slope_before": effect(series.slope),
        "slope_after": series.slope.estimate + series.slope_change.estimate,
        "level": effect(series.level),
        "slope_change": effect(series.slope_change),
    }


def _means(chapter: Chapter) -> dict[str, Any]:
    """Three-year means up to the base year and up to the year, never crossing a known break."""
    base, year = chapter.inputs.plan.baseline_year, chapter.year
    items = {}
    for name in POLLUTANTS:
        annual = chapter.data.annual(name)
        means = three_year_means(_years(annual, year))
        now, before = means.get(year), means.get(base) if year - base >= 3 else None
        items[name] = {
            "name": annual.indicator.label,
            "unit": annual.indicator.unit,
            "now": float(now) if now is not None and now == now else None,
            "before": float(before) if before is not None and before == before else None,
        }
    spans = {"before_from": base - 2, "from_year": base, "now_from": year - 2, "to_year": year}
    return spans | {"items": items}


def _years(annual: Annual, year: int) -> pd.Series[float]:
    points = annual.segment(year)
    return pd.Series([p.value for p in points], index=[p.year for p in points], dtype="float64")


def _note_gaps(chapter: Chapter, result: dict[str, Any]) -> None:
    for item in result["items"]:
        entry = chapter.inputs.catalogue.by_id[item["indicator"]]
        if item["n"] and not item["missing"]:
            continue
        what = f"缺 {listed(item['missing'], 8)}" if item["n"] else "没有月值"
        chapter.lacking(
            Gap(
                kind="data",
                subject=f"{entry.name}的月值",
                department=entry.department or entry.source,
                what=what,
                effect="季节分解与启动前后的比较做不了",
            )
        )


def _trend_sentence(at: FactAt, i: int, item: dict[str, Any]) -> Sentence:
    facts = {
        "a": at(item["first"], "items", i, "first", text=_month(item["first"])),
        "b": at(item["last"], "items", i, "last", text=_month(item["last"])),
        "n": at(item["n"], "items", i, "n"),
    }
    if item["n"] < MONTHS:
        return say(f"{plain(item['name'])}{{r}}。", r=at(item["reason"], "items", i, "reason"))
    text = f"{plain(item['name'])} {{a}}至 {{b}}有 {{n}} 个月值"
    if item["missing"]:
        facts["m"] = at(item["missing_count"], "items", i, "missing_count")
        text += "(缺 {m} 个月,不补)"
    if item.get("slope") is None:
        facts["r"] = at(item["reason"], "items", i, "reason")
        return say(text + ",{r}。", **facts)
    facts |= {
        "s": _level(at, item, item["slope"], "items", i, "slope", decimals=2, signed=True),
        "p": _p(at, item["p"], "items", i, "p"),
    }
    text += ":同月相比每年 {s}"
    if item["slope_low"] is not None and item["slope_high"] is not None:
        facts["l"] = at(item["slope_low"], "items", i, "slope_low", signed=True)
        facts["h"] = at(item["slope_high"], "items", i, "slope_high", signed=True)
        text += "(95% 区间 {l} 至 {h})"
    text += ",季节性 Mann–Kendall p{p}"
    if item["p_correlated"] is not None:
        facts["c"] = _p(at, item["p_correlated"], "items", i, "p_correlated")
        text += ",计入月与月的相关后 p{c}"
    key = "reason" if item["reading"] == "unclear" else "word"
    facts["w"] = at(item[key], "items", i, key)
    if item["indicator"] not in TOLD:
        return say(text + ",{w}。", **facts)
    facts |= {
        "hm": at(item["highest_month"], "items", i, "highest_month"),
        "lm": at(item["lowest_month"], "items", i, "lowest_month"),
        "hv": at(item["highest"], "items", i, "highest", decimals=item["decimals"]),
        "lv": at(item["lowest"], "items", i, "lowest", decimals=item["decimals"]),
    }
    return say(text + ",{w};一年中 {hm} 月最高(平均 {hv})、{lm} 月最低({lv})。", **facts)


def _start_sentence(at: FactAt, i: int, item: dict[str, Any]) -> Sentence:
    found = item.get("interrupted")
    if found is None:
        reason = at(item["interrupted_reason"], "items", i, "interrupted_reason")
        return say(f"{plain(item['name'])}启动前后的比较做不了({{r}})。", r=reason)
    path = ("items", i, "interrupted")
    facts = {
        "n": at(found["before"], *path, "before"),
        "m": at(found["after"], *path, "after"),
        "b": _level(at, item, found["slope_before"]["estimate"],
                    *path, "slope_before", "estimate", decimals=2, signed=True),
        "f": _level(at, item, found["slope_after"], *path, "slope_after", decimals=2, signed=True),
    }  # fmt: skip
    text = (
        f"{plain(item['name'])}去掉季节后,方案启动前 {{n}} 个月每年 {{b}},"
        "其后 {m} 个月每年 {f};"
    )
    for key, word in (("level", "启动时的水平"), ("slope_change", "每年的斜率")):
        effect = found[key]
        facts |= {
            f"{key}e": at(effect["estimate"], *path, key, "estimate", signed=True),
            f"{key}l": at(effect["low"], *path, key, "low", signed=True),
            f"{key}h": at(effect["high"], *path, key, "high", signed=True),
        }
        text += "、" if key == "slope_change" else ""
        text += f"{word}变化 {{{key}e}}(95% 区间 {{{key}l}} 至 {{{key}h}})"
    facts["w"] = at(found["word"], *path, "word")
    return say(text + ",{w}。", **facts)


def _mean_sentences(at: FactAt, result: dict[str, Any]) -> list[Sentence]:
    means = result["means"]
    base, year = means["from_year"], means["to_year"]
    facts, parts, alone = {}, [], []
    for name, item in means["items"].items():
        if item["now"] is None:
            continue
        facts[f"n{name}"] = _level(at, item, item["now"], "means", "items", name, "now", decimals=1)
        if item["before"] is None:
            alone.append(f"{plain(item['name'])} {{n{name}}}")
            continue
        facts[f"b{name}"] = at(item["before"], "means", "items", name, "before", decimals=1)
        parts.append(f"{plain(item['name'])} {{b{name}}} → {{n{name}}}")
    facts["b0"] = at(base - 2, "means", "before_from", text=str(base - 2))
    facts["b1"] = at(base, "means", "from_year", text=str(base))
    facts["n0"] = at(year - 2, "means", "now_from", text=str(year - 2))
    facts["n1"] = at(year, "means", "to_year", text=str(year))
    sentences = []
    if parts:
        text = "三年平均(削弱单年气象的影响)由 {b0}–{b1} 年到 {n0}–{n1} 年:"
        sentences.append(say(text + f"{'、'.join(parts)}。", **facts))
    if alone:
        sentences.append(say(f"{{n0}}–{{n1}} 年三年平均:{'、'.join(alone)}。", **facts))
    return sentences


def _notes(at: FactAt, result: dict[str, Any]) -> list[Sentence]:
    limits = result["limits"]
    notes = [
        say(
            "同月相比的区间按各月互不相关计,偏窄;两种检验都支持才说走向。"
            "启动前后取同样长的时段作分段回归(Newey–West 误差);月值有自相关,这种检验偏松,"
            "所以不用 {u} 而用 {s} 的水平才说有变化({w});下降本来就可能随浓度变低而变缓。",
            u=at(limits["usual"], "limits", "usual"),
            s=at(limits["strict"], "limits", "strict"),
            w=at(limits["strict_source"], "limits", "strict_source"),
        )
    ]
    if any(item["indicator"] == "o3_8h_90" and item["n"] for item in result["items"]):
        notes.append(say("臭氧的月值与年值是不同时段的高百分位数,不互相推算。"))
    return notes


def _figure(
    chapter: Chapter, item: dict[str, Any], reading: MonthlyReading | None
) -> Figure | None:
    name = item["indicator"]
    if reading is None or name not in TOLD or item["n"] < MONTHS:
        return None
    entry = chapter.inputs.catalogue.by_id[name]
    index = pd.PeriodIndex(reading.months.index)
    values = [None if value != value else float(value) for value in reading.months]
    trend = None
    if reading.parts is not None:
        smooth = reading.parts.trend.reindex(index)
        trend = [None if value != value else float(value) for value in smooth]
    return charts.monthly_air(
        [(m.year, m.month, v) for m, v in zip(index, values, strict=True)],
        trend,
        name=entry.label,
        unit=entry.unit,
        decimals=entry.decimals,
        unit_name=chapter.unit_name,
        title=_title(chapter, item),
        breaks=[b.year for b in chapter.data.breaks(name)],
        figure_id=chapter.anchor(f"monthly-{name}"),
    )


def _title(chapter: Chapter, item: dict[str, Any]) -> str:
    text = f"{chapter.unit_name}{item['name']} {_month(item['first'])}至 {_month(item['last'])}"
    if item.get("slope") is None:
        return f"{text},{item['reason']}"
    pace = amount(item["slope"], 2, item["unit"], signed=True)
    return f"{text}同月相比每年 {pace},{item['word']}"


def _level(
    at: FactAt, item: dict[str, Any], value: float, *path: str | int, decimals: int,
    signed: bool = False,
) -> Any:  # fmt: skip
    return at(value, *path, text=amount(value, decimals, item["unit"], signed=signed))


def _p(at: FactAt, value: float, *path: str | int) -> Any:
    text = probability(value)
    return at(value, *path, text=text if text.startswith("<") else f"={text}")


def _month(text: str) -> str:
    year, month = text.split("-")
    return f"{year} 年 {int(month)} 月"
