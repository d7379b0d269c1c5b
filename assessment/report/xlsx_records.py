"""What a report states, record by record, for those who check it or reckon on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assessment.report.page import Conclusions
from assessment.report.xlsx_sheet import (
    SOURCE_HEADS,
    Sheet,
    SheetCell,
    SheetColumn,
    number_cell,
    source_cells,
    text_cell,
    verdict_cell,
)
from assessment.results.model import Point, ReportResults, TargetResult, TrendResult
from assessment.results.values import Trace
from assessment.show.formatting import MISSING, change_of
from assessment.show.tables import step_text
from assessment.show.verdict_words import LOOKS

_ORIGINS = {"plan": "方案", "allocation": "分解下达", "reference": "外部参照", "none": "没有数值"}
_YES = {True: "是", False: "否", None: ""}


@dataclass(frozen=True)
class _Field:
    """A column: its head, and the names of a record's fields; a pair is a value of a point."""

    head: str
    name: str
    number_format: str = "General"


def record_sheets(results: ReportResults, conclusions: Conclusions | None) -> tuple[Sheet, ...]:
    """Return conclusions, targets, tasks, trends, synergy, figures and units, a sheet each."""
    return (
        *([_conclusions(conclusions)] if conclusions is not None else []),
        _targets(results),
        _tasks(results),
        _trends(results),
        _cocontrol(results),
        _coupling(results),
        _data(results),
        _units(results),
    )


def _columns(*heads: str, sources: bool = False) -> tuple[SheetColumn, ...]:
    shown = [SheetColumn(head) for head in heads]
    if sources:
        shown += [SheetColumn(head, of_source=True) for head in SOURCE_HEADS]
    return tuple(shown)


def _sources(traces: Sequence[Trace]) -> tuple[SheetCell, ...]:
    return source_cells(traces) if traces else (SheetCell(),) * len(SOURCE_HEADS)


def _unit(unit: str) -> SheetCell:
    return text_cell("" if unit == MISSING else unit)


def _fixed(decimals: int) -> str:
    return "0" if decimals <= 0 else f"0.{'0' * decimals}"


def _conclusions(conclusions: Conclusions) -> Sheet:
    empty = SheetCell()

    def line(kind: str, text: str, *more: SheetCell) -> tuple[SheetCell, ...]:
        return (text_cell(kind), text_cell(text), *more, *[empty] * (3 - len(more)))

    rows = [line("总判断", conclusions.verdict.text)]
    rows += [line("要点", message.text) for message in conclusions.messages]
    for kind, counts in (("指标", conclusions.counts), ("任务", conclusions.task_counts)):
        rows += [
            line(f"{kind}计数", "", verdict_cell(verdict), number_cell(count, "0"))
            for verdict, count in counts.items()
        ]
    rows += [
        line(
            conclusions.attention_title,
            f"{item.name}:{item.sentence.text}",
            verdict_cell(item.verdict),
            empty,
            text_cell("、".join(item.departments)),
        )
        for item in conclusions.attention
    ]
    rows += [
        line(
            "转好" if change.better else "转差",
            f"{change.target} {change.name}",
            verdict_cell(change.after),
            empty,
            text_cell(f"上年:{LOOKS[change.before].word}"),
        )
        for change in conclusions.changes
    ]
    rows.append(line("未掌握的情况", conclusions.unknown.text))
    columns = _columns("类别", "内容", "判断", "项数", "责任部门或上年判断")
    return Sheet("核心结论", "核心结论", columns, tuple(rows))


_TARGET_FIELDS = (
    _Field("完成率(%)", "completion", "0.0"),
    _Field("距目标", "gap", "decimals"),
    _Field("序时进度比 R", "ratio", "0.000"),
    _Field("基期以来每年", "observed_pace", "0.000"),
    _Field("往后每年需", "required_pace", "0.000"),
    _Field("照近五年推到目标年", "expected", "decimals"),
    _Field("推算区间下限", "expected_low", "decimals"),
    _Field("推算区间上限", "expected_high", "decimals"),
    _Field("达标概率", "probability", "0%"),
    _Field("近五年平均变化", "mean_change", "0.000"),
    _Field("最近一年变化", "last_change", "0.000"),
    _Field("占全市份额", "share_of_city", "0.0%"),
)


def _fields(record: Any, fields: Sequence[_Field], decimals: int) -> Iterator[SheetCell]:
    for one in fields:
        shown = {"decimals": _fixed(decimals), "pace": _fixed(decimals + 1)}
        yield number_cell(
            getattr(record, one.name), shown.get(one.number_format, one.number_format)
        )


def _point(point: Point | None, decimals: int) -> tuple[SheetCell, SheetCell]:
    if point is None:
        return SheetCell(), SheetCell()
    return number_cell(point.year, "0"), number_cell(point.value, _fixed(decimals))


def _targets(results: ReportResults) -> Sheet:
    points = (
        ("基期", "baseline"),
        ("上年", "previous"),
        ("最近", "latest"),
        ("判断所依据", "judged"),
    )
    columns = _columns(
        "编号", "指标", "判断", "另可判为", "上年判断", "为什么没有判断", "单位", "目标值", "目标年", "目标出处",
        *(f"{head}·{part}" for head, _ in points for part in ("年", "值")),
        *(one.head for one in _TARGET_FIELDS),
        "测算", "初步", "部门", "章", "方案用语", "方案原文", "口径断点", "判断的依据", "备注",
    )  # fmt: skip
    sources = tuple(SheetColumn(f"判断所依据·{head}", of_source=True) for head in SOURCE_HEADS)
    rows = []
    for t in results.targets.values():
        dated = [cell for _, name in points for cell in _point(getattr(t, name), t.decimals)]
        steps = ";".join(_step(t, n) for n in range(len(t.steps)))
        last = (
            _YES[t.estimated], _YES[t.preliminary], "、".join(t.departments),
            results.chapter_titles.get(t.chapter, t.chapter), t.wording, t.quote,
            "、".join(map(str, t.breaks)), steps, t.note,
        )  # fmt: skip
        rows.append((
            text_cell(t.no), text_cell(t.name), verdict_cell(t.verdict),
            verdict_cell(t.verdict_also), verdict_cell(t.previous_verdict), text_cell(t.reason),
            _unit(t.unit), number_cell(t.target_value), number_cell(t.target_year, "0"),
            text_cell(_ORIGINS[t.target_origin]), *dated,
            *_fields(t, _TARGET_FIELDS, t.decimals), *map(text_cell, last),
            *_sources(t.judged.trace if t.judged else ()),
        ))  # fmt: skip
    return Sheet("目标总表", "目标:每项的全部结果", (*columns, *sources), tuple(rows), frozen=2)


def _step(target: TargetResult, index: int) -> str:
    step = target.steps[index]
    value = "" if step.threshold is None else f" {step.threshold:g}"
    source = f"({step.source})" if step.source else ""
    return f"{step_text(step)}{value}{source}"


def _tasks(results: ReportResults) -> Sheet:
    columns = _columns(
        "编号",
        "任务",
        "状态",
        "上年状态",
        "得分",
        "期限",
        "佐证",
        "说明",
        "部门",
        "章",
        sources=True,
    )
    rows = tuple(
        (
            text_cell(t.id), text_cell(t.title), verdict_cell(t.status),
            verdict_cell(t.previous_status), number_cell(t.points, "0.00"), number_cell(t.due, "0"),
            text_cell(t.evidence), text_cell(t.note), text_cell("、".join(t.departments)),
            text_cell(results.chapter_titles.get(t.chapter, t.chapter)), *_sources(t.trace),
        )
        for t in results.tasks.values()
    )  # fmt: skip
    return Sheet("任务总表", "任务:状态、佐证与来源", columns, rows, frozen=2)


_TREND_FIELDS = (
    _Field("首年", "first_year", "0"),
    _Field("末年", "last_year", "0"),
    _Field("点数", "n", "0"),
    _Field("期间变化", "change", "decimals"),
    _Field("期间变化(%)", "change_percent", "0.0"),
    _Field("每年变化(Theil–Sen)", "slope", "pace"),
    _Field("下限(95%)", "slope_low", "pace"),
    _Field("上限(95%)", "slope_high", "pace"),
    _Field("S", "s", "0"),
    _Field("τ", "tau", "0.000"),
    _Field("Mann–Kendall p", "p", "0.0000"),
    _Field("每年变化(最小二乘)", "ols_slope", "pace"),
    _Field("最小二乘下限", "ols_low", "pace"),
    _Field("最小二乘上限", "ols_high", "pace"),
    _Field("最小二乘 p", "ols_p", "0.0000"),
    _Field("滞后阶数", "ols_lags", "0"),
)


def _trends(results: ReportResults) -> Sheet:
    columns = _columns(
        "指标", "系列", "单位", *(one.head for one in _TREND_FIELDS), "显著(5%)", "检验", "p 的算法", "口径断点",
        "缺的年份", "不用的年份", "注意",
    )  # fmt: skip
    rows = tuple(
        (
            text_cell(t.name), text_cell(t.series), _unit(t.unit),
            *_fields(t, _TREND_FIELDS, t.decimals), text_cell(_YES[t.significant]),
            text_cell(t.test), text_cell(t.p_method), text_cell("、".join(map(str, t.breaks))),
            text_cell("、".join(map(str, t.missing_years))),
            text_cell("、".join(f"{one.year}:{one.reason}" for one in t.left_out)),
            text_cell(t.caution),
        )
        for t in results.trends.values()
    )  # fmt: skip
    note = "斜率的单位是指标单位每年;“显著”空着的,是点数太少,不作检验。"
    return Sheet("趋势总表", "趋势:检验、斜率与区间", columns, rows, notes=(note,))


_COCONTROL_FIELDS = (
    _Field("从", "from_year", "0"),
    _Field("到", "to_year", "0"),
    _Field("污染物·前", "pollutant_from"),
    _Field("污染物·后", "pollutant_to"),
    _Field("碳·前", "carbon_from"),
    _Field("碳·后", "carbon_to"),
    _Field("象限", "quadrant", "0"),
    _Field("交叉弹性", "elasticity", "0.00"),
)
_AMOUNTS = 6
"""The first fields are years and amounts; the two changes stand after them."""


def _cocontrol(results: ReportResults) -> Sheet:
    columns = _columns(
        "章",
        "组",
        "污染物",
        "碳",
        "读法",
        *(one.head for one in _COCONTROL_FIELDS[:_AMOUNTS]),
        "污染物变化",
        "碳变化",
        *(one.head for one in _COCONTROL_FIELDS[_AMOUNTS:]),
        "没有读法的原因",
    )
    rows = tuple(
        (
            text_cell(results.chapter_titles.get(key, key)), text_cell(c.pair),
            text_cell(c.pollutant_name), text_cell(c.carbon_name), verdict_cell(c.reading),
            *_fields(c, _COCONTROL_FIELDS[:_AMOUNTS], 2),
            number_cell(change_of(c.pollutant_reduction), "0.0%"),
            number_cell(change_of(c.carbon_reduction), "0.0%"),
            *_fields(c, _COCONTROL_FIELDS[_AMOUNTS:], 2), text_cell(c.reason),
        )
        for key, synergy in results.synergy.items()
        for c in synergy.cocontrol
    )  # fmt: skip
    note = "变化为负表示下降;交叉弹性只在两者同降时有意义。"
    return Sheet("同步变化总表", "污染物与碳的同步变化", columns, rows, notes=(note,))


_COUPLING_FIELDS = (
    _Field("耦合度 C", "c", "0.000"),
    _Field("综合水平 T", "t", "0.000"),
    _Field("协调度 D", "d", "0.000"),
    _Field("修正 D(2021)", "d_modified", "0.000"),
    _Field("有序度协同(较上年)", "order_synergy", "0.000"),
    _Field("有序度协同(较基期)", "order_synergy_from_base", "0.000"),
)


def _coupling(results: ReportResults) -> Sheet:
    columns = _columns(
        "章", "年份", "子系统", "水平", "资料覆盖", *(one.head for one in _COUPLING_FIELDS), "等级",
        "没有读数的原因",
    )  # fmt: skip
    rows = tuple(
        (
            text_cell(results.chapter_titles.get(key, key)), number_cell(year.year, "0"),
            text_cell(system.name), number_cell(system.level, "0.000"),
            number_cell(system.coverage, "0%"), *_fields(year, _COUPLING_FIELDS, 3),
            text_cell(year.grade_name), text_cell(year.reason),
        )
        for key, synergy in results.synergy.items()
        for year in synergy.coupling
        for system in year.subsystems
    )  # fmt: skip
    note = "一年有几个子系统就有几行,C、T、D 在各行相同。"
    return Sheet("耦合总表", "耦合协调度与子系统水平", columns, rows, notes=(note,))


def _data(results: ReportResults) -> Sheet:
    columns = _columns(
        "指标",
        "系列",
        "单位",
        "年份",
        "数值",
        "数值等级",
        "推算",
        "第几个来源",
        "来源说明",
        sources=True,
    )
    held: dict[tuple[str, str, int], tuple[TargetResult | TrendResult, Point]] = {}
    for target in results.targets.values():
        for point in target.points:
            held.setdefault((target.indicator, "", point.year), (target, point))
    for trend in results.trends.values():
        for point in (*trend.before_break, *trend.points):
            held.setdefault((trend.indicator, trend.series, point.year), (trend, point))
    rows = []
    for (_, series, year), (record, point) in sorted(held.items(), key=lambda item: item[0]):
        first = (
            text_cell(record.name), text_cell(series), _unit(record.unit),
            number_cell(year, "0"), number_cell(point.value, _fixed(record.decimals)),
            text_cell(point.grade), text_cell(_YES[point.derived]),
        )  # fmt: skip
        if not point.trace:
            rows.append((*first, SheetCell(), text_cell("本工具测算"), *_sources(())))
        for count, trace in enumerate(point.trace, 1):
            value = first if count == 1 else (*first[:4], SheetCell(), *first[5:])
            more = (number_cell(count, "0"), text_cell(trace.note))
            rows.append((*value, *more, *_sources((trace,))))
    note = "一个数有几个来源的,每个来源一行,数值只写在第一行。等级:A 官方统计或通报,B 部门报表有佐证,C 测算,D 无佐证。"
    return Sheet("数据与来源", "每个数值的来源", columns, tuple(rows), frozen=1, notes=(note,))


def _units(results: ReportResults) -> Sheet:
    comparison = results.comparison
    names = {index.region: index.name for index in comparison.index}
    columns = _columns("指标", "单位", "单元", "年份", "数值", "等级", "推算", sources=True)
    rows = tuple(
        (
            text_cell(series.name), _unit(series.unit), text_cell(names.get(region, region)),
            number_cell(point.year, "0"), number_cell(point.value, _fixed(series.decimals)),
            text_cell(point.grade), text_cell(_YES[point.derived]), *_sources(point.trace),
        )
        for series in comparison.series
        for region, points in series.points.items()
        for point in points
    )  # fmt: skip
    return Sheet("各单元数据", "各单元逐年数据", columns, rows, notes=(comparison.caution,))


def without_empty_columns(sheet: Sheet) -> Sheet:
    """Leave out columns in which nothing stands; the first stays."""
    kept = [
        index
        for index in range(len(sheet.columns))
        if not index or any(row[index].value is not None for row in sheet.rows)
    ]
    return replace(
        sheet,
        columns=tuple(sheet.columns[index] for index in kept),
        rows=tuple(tuple(row[index] for index in kept) for row in sheet.rows),
    )
