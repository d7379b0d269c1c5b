"""The report's annexes as blocks: data and their sources, gaps, provenance, assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessment.params.model import Params
from assessment.results.model import (
    Point,
    ReportResults,
    TargetResult,
    TrendResult,
)
from assessment.show.blocks import Blocks, Cell, Column, Prose, Row, Table, show
from assessment.show.facts import plain, say
from assessment.show.formatting import named, number
from assessment.show.tables import gaps_table
from assessment.show.typography import paragraphs
from assessment.show.verdict_words import look


@dataclass(frozen=True)
class ContextRow:
    """A published figure that is no indicator of the catalogue."""

    period: str
    item: str
    value: str
    unit: str
    source: str
    note: str
    file: str
    row: int


@dataclass(frozen=True)
class Provenance:
    """What the report was made from."""

    parameters: dict[str, str]
    files: dict[str, str]
    packages: dict[str, str]
    fingerprints: dict[str, str]


def annex_data(results: ReportResults) -> Blocks:
    """Every figure that a target or a trend stands on, with its source."""
    rows = []
    seen: set[tuple[str, int]] = set()
    sources: list[tuple[str, str, TargetResult | TrendResult]] = [
        *((t.indicator, "", t) for t in results.targets.values()),
        *((t.indicator, t.series, t) for t in results.trends.values()),
    ]
    for indicator, series, result in sources:
        earlier = result.before_break if isinstance(result, TrendResult) else ()
        for point in (*earlier, *result.points):
            if (indicator + series, point.year) in seen:
                continue
            seen.add((indicator + series, point.year))
            name = named(result.name, result.unit) + (f" · {series}" if series else "")
            rows.append(
                Row(
                    group=name,
                    cells=(
                        Cell(text=str(point.year), value=point.year),
                        Cell(
                            text=number(point.value, result.decimals),
                            value=point.value,
                        ),
                        Cell(text=point.grade or "—"),
                        Cell(text=_origin(point)),
                    ),
                )
            )
    rows.sort(key=lambda row: row.group)
    return show(
        Table(
            id="annex-data",
            title="指标数据与来源",
            columns=(
                Column(key="year", label="年份"),
                Column(key="value", label="数值", align="right"),
                Column(key="grade", label="等级"),
                Column(key="source", label="来源"),
            ),
            rows=tuple(rows),
            place="annex",
            summary=f"指标数据与来源:{len(rows)} 个年度值,逐个注明文件和行号",
            note="等级:A 官方统计或通报,B 部门报表有佐证,C 测算,D 无佐证。",
        )
    )


def _origin(point: Point) -> str:
    if not point.trace:
        return "本工具测算"
    first = point.trace[0]
    more = f" 等 {len(point.trace)} 处" if len(point.trace) > 1 else ""
    how = "由分项或月值推算;" if point.derived else ""
    note = f";{first.note}" if first.note else ""
    return f"{how}{first.source}({first.file} 第 {first.row} 行{more}){note}"


def annex_held(results: ReportResults, params: Params, held: Sequence[Mapping[str, Any]]) -> Blocks:
    """Figures of the pack that no target or trend shows: months, and what is only background.

    One line holds the months of a year, or the years of an indicator.
    """
    points = [point for target in results.targets.values() for point in target.points]
    for trend in results.trends.values():
        points += (*trend.before_break, *trend.points)
    shown = {(t.file, t.row) for point in points if not point.derived for t in point.trace}
    lines: dict[tuple[str, str, int], list[Mapping[str, Any]]] = {}
    for row in held:
        if (row["file"], row["row"]) not in shown:
            year = row["year"] if row["month"] else 0
            lines.setdefault((row["indicator"], row["series"], year), []).append(row)
    if not lines:
        return Blocks()
    entries = params.catalogue.by_id
    rows = []
    for (indicator, series, year), found in lines.items():
        entry = entries[indicator]
        found = sorted(found, key=lambda row: (row["year"], row["month"]))
        values = "、".join(
            (f"{row['month']} 月 " if year else f"{row['year']} 年 ")
            + number(row["value"], entry.decimals)
            for row in found
        )
        numbers = [row["row"] for row in found]
        place = (
            f"第 {min(numbers)} 行" if len(numbers) == 1 else f"第 {min(numbers)}–{max(numbers)} 行"
        )
        rows.append(
            Row(
                cells=(
                    Cell(text=named(entry.label, entry.unit) + (f" · {series}" if series else "")),
                    Cell(text=f"{year} 年各月" if year else "年度"),
                    Cell(text=values),
                    Cell(text=f"{found[-1]['source']}({found[-1]['file']} {place})"),
                )
            )
        )
    return show(
        Table(
            id="annex-held",
            title="未列入目标与趋势的数据",
            columns=(
                Column(key="indicator", label="指标"),
                Column(key="period", label="时期"),
                Column(key="values", label="数值"),
                Column(key="source", label="来源"),
            ),
            rows=tuple(rows),
            place="annex",
            summary=f"未列入目标与趋势的数据:{len(rows)} 组(月值、分项与背景)",
        )
    )


def annex_context(rows: Sequence[ContextRow]) -> Blocks:
    """Published figures that are no indicator of the catalogue."""
    if not rows:
        return Blocks()
    return show(
        Table(
            id="annex-context",
            title="其他公开数据",
            columns=(
                Column(key="item", label="事项"),
                Column(key="period", label="时期"),
                Column(key="value", label="数值", align="right"),
                Column(key="unit", label="单位"),
                Column(key="source", label="来源"),
            ),
            rows=tuple(
                Row(
                    cells=(
                        Cell(text=r.item),
                        Cell(text=r.period),
                        Cell(text=r.value),
                        Cell(text=r.unit or "—"),
                        Cell(
                            text=f"{r.source}({r.file} 第 {r.row} 行)"
                            + (f";{r.note}" if r.note else "")
                        ),
                    )
                )
                for r in rows
            ),
            place="annex",
            summary=f"其他公开数据 {len(rows)} 条:不是本方案的指标,只作背景",
        )
    )


def _status_word(status: str) -> str:
    return look(status if status == "not_applicable" else f"task_{status}").word


def annex_reviews(params: Params, reviews: Mapping[str, Sequence[Mapping[str, Any]]]) -> Blocks:
    """Revisions of figures and statuses, and what departments and units remarked."""
    entries = params.catalogue.by_id
    rows = [
        (
            f"{entries[r['indicator']].label}({r['year']} 年)",
            f"原为 {r['old']},改为 {r['given']} {r['given_unit']}",
            r,
        )
        for r in reviews["revisions"]
    ]
    rows += [
        (
            f"任务 {r['task']}({r['year']} 年)",
            f"原为 {r['old']},改为 {_status_word(r['status'])}",
            r,
        )
        for r in reviews["task_revisions"]
    ]
    revised = Table(
        id="annex-revisions",
        title="修订记录",
        columns=(
            Column(key="subject", label="事项"),
            Column(key="change", label="改动"),
            Column(key="why", label="理由"),
            Column(key="who", label="何人何时"),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=subject),
                    Cell(text=change),
                    Cell(text=str(r["why"]) or "—"),
                    Cell(text=f"{r['who']} {r['when']}".strip() or "—"),
                )
            )
            for subject, change, r in rows
        ),
    )
    remarked = Table(
        id="annex-remarks",
        title="说明、异议与建议",
        columns=(
            Column(key="subject", label="事项"),
            Column(key="kind", label="类别"),
            Column(key="text", label="内容"),
            Column(key="who", label="何人何时"),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=str(r["subject"]) or "—"),
                    Cell(text=str(r["kind"])),
                    Cell(text=str(r["text"])),
                    Cell(text=f"{r['department']} {r['who']} {r['when']}".strip()),
                )
            )
            for r in reviews["remarks"]
        ),
    )
    return show(revised if revised.rows else None, remarked if remarked.rows else None)


def annex_gaps(results: ReportResults) -> Blocks:
    """Everything that is not known."""
    if not results.gaps:
        return show(Prose(sentences=(say("没有缺项。"),)))
    unique = tuple(dict.fromkeys(results.gaps))
    return show(gaps_table("annex-gaps", unique))


def annex_assumptions(results: ReportResults, params: Params) -> Blocks:
    """Assumptions and caveats in force."""
    lines = [
        *paragraphs(results.pack.note or ""),
        f"基期:{params.plan.baseline_year} 年;方案起始年:{params.plan.start_year} 年。",
        f"{results.disclaimer}。{params.rules.label}。",
        params.regions.caution,
        *(f"方案用语待确认:{text}" for text in params.plan.ambiguities),
    ]
    return show(
        *(Prose(sentences=(say(plain(line)),)) for line in lines if line),
    )


def annex_provenance(provenance: Provenance) -> Blocks:
    """What the report was made from."""
    groups = {
        "参数": provenance.parameters,
        "输入(SHA-256 前 16 位)": provenance.files,
        "各章指纹(前 16 位)": provenance.fingerprints,
        "软件版本": provenance.packages,
    }
    rows = [
        Row(group=group, cells=(Cell(text=key), Cell(text=value)))
        for group, items in groups.items()
        for key, value in items.items()
    ]
    return show(
        Table(
            id="annex-provenance",
            title="运行记录",
            columns=(Column(key="item", label="项目"), Column(key="value", label="值")),
            rows=tuple(rows),
            place="annex",
            summary="参数、输入、指纹与软件版本",
        )
    )
