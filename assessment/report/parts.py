"""The report's own parts as blocks, laid out from results; nothing is computed here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assessment.codes import LATE_TASKS
from assessment.params.model import Params
from assessment.report.cells import number_cell, share_cell
from assessment.report.grade_part import grade_blocks
from assessment.report.sensitivity_part import sensitivity_part
from assessment.report.standing_part import chapter_standing
from assessment.report.volumes import ANNEX
from assessment.results.model import (
    Comparison,
    IndexResult,
    Point,
    ReportResults,
    TargetResult,
)
from assessment.show import charts
from assessment.show.blocks import Block, Blocks, Cell, Column, Heading, Prose, Row, Table, show
from assessment.show.facts import plain, say
from assessment.show.formatting import named, number, percent
from assessment.show.tables import step_text, targets_overview
from assessment.show.verdict_words import look

_LEAST_SAID = 0.05
"""Probability below which, or as near to one, no more is said: what the back-test bears out."""

_TO_MEND = (*LATE_TASKS, "task_contradicted")

SUBMISSIONS = {
    "on_time": "按时",
    "late": "迟报",
    "not_received": "未报",
    "not_recorded": "无记录",
}


def scorecard(results: ReportResults) -> Blocks:
    """Chapters against targets, tasks, synergy and completeness of data."""
    rows = []
    for chapter, title in results.chapter_titles.items():
        score = results.scores.chapters.get(chapter)
        if score is None:
            reason = results.failed_chapters.get(chapter, "没有结果")
            rows.append(Row(cells=(Cell(text=title), *([Cell(text="—", note=reason)] * 6))))
            continue
        standing = chapter_standing(score)
        rows.append(
            Row(
                cells=(
                    Cell(text=title),
                    Cell(text=standing.brief, value=standing.verdict, verdict=standing.verdict),
                    Cell(
                        text=f"{score.targets_good} / {score.targets_judged}"
                        if score.targets_judged
                        else "—",
                        value=score.targets_good if score.targets_judged else None,
                    ),
                    share_cell(score.tasks_points),
                    Cell(
                        text=look(score.synergy_reading).word,
                        value=score.synergy_reading,
                        verdict=score.synergy_reading,
                    ),
                    number_cell(score.synergy, 3),
                    share_cell(score.completeness),
                )
            )
        )
    return show(
        Table(
            id="scorecard",
            title="各章记分卡",
            columns=(
                Column(key="chapter", label="章"),
                Column(key="targets", label="目标"),
                Column(key="good", label="达到要求 / 可判断", align="right"),
                Column(key="tasks", label="任务得分", align="right"),
                Column(key="reading", label="减污与降碳(较上年)"),
                Column(key="d", label="耦合协调度", align="right"),
                Column(key="complete", label="数据完整度", align="right"),
            ),
            rows=tuple(rows),
            note="目标一列按最差的一类着色:有一项落后,全章即为▼;落后含倒退、明显滞后、未完成、未达标、不合格、方向相反。"
            "任务得分:已完成 1、按序推进 0.75、滞后 0.4、未启动和无佐证 0;鼓励类只加分。"
            "协同减排只指污染物与碳都下降,不分源头与末端;末端治理的部分不算协同;碳的变化小于数据误差的,只作参考。",
        ),
        grade_blocks(results.scores.grade),
    )


def targets_part(results: ReportResults) -> Blocks:
    """Every target once, with its class and its path; in the annex, how each class was reached."""
    titles: dict[str, str] = {}
    for target in results.targets.values():
        titles[target.section] = results.chapter_titles[target.chapter]
    numeric = [t for t in results.targets.values() if t.target_value is not None]
    paths = charts.target_panels(
        numeric, figure_id="target-paths", unit_name=results.region.name, year=results.year
    )
    return show(
        targets_overview("all-targets", "目标指标完成情况", results.targets.values(), titles),
        paths,
        _steps_table(list(results.targets.values())),
    )


def _steps_table(targets: Sequence[TargetResult]) -> Table:
    rows = []
    for target in targets:
        for step in target.steps:
            rows.append(
                Row(
                    group=f"{target.no} {target.name}",
                    cells=(
                        Cell(text=step_text(step)),
                        number_cell(step.threshold, 2),
                        Cell(text=step.source or "—"),
                    ),
                )
            )
    return Table(
        id="steps",
        title="每项判断的依据",
        columns=(
            Column(key="rule", label="规则"),
            Column(key="threshold", label="数值", align="right"),
            Column(key="source", label="来源"),
        ),
        rows=tuple(rows),
        place="annex",
        summary="每项判断用了哪条规则、阈值从哪里来",
    )


def chapters_part(results: ReportResults) -> Blocks:
    """What the chapters below hold, and which of them are missing."""
    text = "以下按方案的章次逐章评估:先说结论,再说落后的目标、增减的原因、滞后的任务;其余都在附卷。"
    missing = [results.chapter_titles[key] for key in results.failed_chapters]
    if missing:
        text += f"没有生成的有:{'、'.join(missing)}。"
    return show(Prose(sentences=(say(plain(text)),)))


def units_part(results: ReportResults, params: Params) -> Blocks:
    """The units side by side, with caution."""
    comparison, region = results.comparison, results.region.id
    city = (_city(params),)
    scored = [i for i in comparison.index if i.score is not None and i.region != _city(params)]
    blocks: list[Block | Blocks | None] = [
        Prose(sentences=(say(plain(comparison.caution)),), tone="note"),
        charts.tile_map(comparison, params.regions.regions, region),
    ]
    if not scored:
        text = "各单元的资料都不足八成,不计综合指数,也不排名。"
        blocks.append(Prose(sentences=(say(text),)))
    else:
        blocks.append(charts.rank_intervals(comparison, region, omit=city))
        blocks.append(_index_table(comparison, region))
    pollutants = {
        r.pollutant for reads in comparison.cocontrol.values() for r in reads if r.quadrant
    }
    for pollutant in sorted(pollutants)[:1]:
        blocks.append(charts.cocontrol_units(comparison, region, pollutant, omit=city))
    for name in params.analysis(params.plan.chapters[0].id).compared:
        if any(s.indicator == name and _drawable(s.points.values()) for s in comparison.series):
            blocks.append(charts.unit_multiples(comparison, region, name, omit=city))
    if scored:
        blocks.append(sensitivity_part(comparison, region))
    blocks.append(_sums_table(comparison))
    return show(*blocks)


def _city(params: Params) -> str:
    return params.regions.city.id


def _drawable(series: Iterable[Sequence[Point]]) -> bool:
    return sum(len(points) > 0 for points in series) > 1


_ZONES = "功能区的数可能已含在所在行政区内,不与其并列排名,只列得分。"


def _index_table(comparison: Comparison, region: str) -> Table:
    def cells(i: IndexResult) -> tuple[Cell, ...]:
        interval = (
            f"{number(i.score_low, 2)}–{number(i.score_high, 2)}"
            if i.score_low is not None
            else "—"
        )
        shown = [
            Cell(text=i.name, value=i.region),
            Cell(text=number(i.score, 2) if i.score is not None else "数据不足", value=i.score),
            Cell(text=interval),
        ]
        if comparison.ranking == "on":
            ranks = (
                f"{number(i.rank_low, 0)}–{number(i.rank_high, 0)}"
                if i.rank_low is not None
                else "—"
            )
            shown.append(Cell(text=ranks))
        shown += [number_cell(level, 2) for level in i.subsystems.values()]
        shown += [number_cell(i.d, 3), share_cell(i.coverage)]
        return tuple(shown)

    names = list(comparison.index[0].subsystems) if comparison.index else []
    ordered = sorted(comparison.index, key=lambda i: (i.score is None, -(i.score or 0.0)))
    rank = (
        (Column(key="rank", label="位次区间(5%–95%)", align="right"),)
        if comparison.ranking == "on"
        else ()
    )
    return Table(
        id="index",
        title="综合指数与子系统水平",
        columns=(
            Column(key="unit", label="单元"),
            Column(key="score", label="综合指数", align="right"),
            Column(key="interval", label="区间(5%–95%)", align="right"),
            *rank,
            *(Column(key=f"s{n}", label=name, align="right") for n, name in enumerate(names)),
            Column(key="d", label="耦合协调度", align="right"),
            Column(key="coverage", label="资料覆盖", align="right"),
        ),
        rows=tuple(Row(cells=cells(i), strong=i.region == region) for i in ordered),
        note="区间来自对权重、标尺、合成方法和数据误差的模拟;区间重叠的单元不宜分先后。"
        + (_ZONES if comparison.ranking == "on" and any(i.within for i in ordered) else ""),
    )


def _sums_table(comparison: Comparison) -> Table | None:
    if not comparison.city_sums:
        return None
    return Table(
        id="sums",
        title="全市数与各单元合计",
        columns=(
            Column(key="indicator", label="指标"),
            Column(key="city", label="全市", align="right"),
            Column(key="sum", label="各单元合计", align="right"),
            Column(key="n", label="有数的单元", align="right"),
            Column(key="difference", label="合计减全市", align="right"),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=named(s.name, s.unit), value=s.indicator),
                    number_cell(s.city, s.decimals),
                    number_cell(s.units_sum, s.decimals),
                    Cell(text=str(s.units_counted), value=s.units_counted),
                    Cell(text=number(s.difference, s.decimals, signed=True), value=s.difference),
                )
            )
            for s in comparison.city_sums
        ),
        place="annex",
        summary="全市数与各单元合计的差额(只列示,不分摊)",
    )


def departments_part(results: ReportResults) -> Blocks:
    """What each department leads and how that stands; where it co-operates is counted apart."""
    rows = []
    for d in results.departments:
        good = sum(n for v, n in d.verdicts.items() if look(v).tone in ("best", "good"))
        bad = sum(n for v, n in d.verdicts.items() if look(v).tone in ("fair", "bad"))
        late = f"(迟 {d.days_late} 天)" if d.submission == "late" else ""
        rows.append(
            Row(
                cells=(
                    Cell(text=d.name),
                    Cell(text=str(len(d.targets)), value=len(d.targets)),
                    Cell(text=str(good), value=good),
                    Cell(text=str(bad), value=bad),
                    Cell(text=str(len(d.tasks)), value=len(d.tasks)),
                    *(
                        Cell(text=str(n), value=n)
                        for n in (
                            d.task_statuses.get("task_completed", 0),
                            sum(d.task_statuses.get(status, 0) for status in _TO_MEND),
                        )
                    ),
                    share_cell(d.evidence_share),
                    *(
                        Cell(text=str(n), value=n)
                        for n in (len(d.cooperates_targets), len(d.cooperates_tasks))
                    ),
                    Cell(text=SUBMISSIONS[d.submission] + late, value=d.submission),
                )
            )
        )
    return show(
        Table(
            id="departments",
            title="责任部门进展",
            columns=(
                Column(key="name", label="部门"),
                Column(key="targets", label="牵头目标", align="right"),
                Column(key="good", label="达到要求", align="right"),
                Column(key="bad", label="偏慢或落后", align="right"),
                Column(key="tasks", label="牵头任务", align="right"),
                Column(key="done", label="已完成", align="right"),
                Column(key="mend", label="滞后或不符", align="right"),
                Column(key="evidence", label="有佐证", align="right"),
                Column(key="with_targets", label="配合目标", align="right"),
                Column(key="with_tasks", label="配合任务", align="right"),
                Column(key="submission", label="报送"),
            ),
            rows=tuple(rows),
            note="牵头部门是方案列在最前的部门,各项只计在牵头部门名下;参加的项数在“配合”两列。"
            "滞后或不符:进展滞后、到期未完成、未启动、发现违反、自报与数据不符。",
        ),
    )


def problems_part(results: ReportResults) -> Blocks:
    """How many problems of each kind there are: progress, data, definition; the annex lists them."""
    blocks: list[Block] = []
    counted: list[str] = []
    for kind in ("推进", "数据", "口径"):
        found = [p for p in results.problems if p.kind == kind]
        if not found:
            continue
        counted.append(f"{kind}问题 {len(found)} 项")
        blocks.append(Heading(level=3, text=f"{kind}问题", anchor=f"problems-{kind}"))
        blocks.append(
            Table(
                id=f"problems-table-{kind}",
                title=f"{kind}问题",
                columns=(
                    Column(key="subject", label="事项"),
                    Column(key="sentence", label="情况"),
                    Column(key="departments", label="责任部门"),
                ),
                rows=tuple(
                    Row(
                        cells=(
                            Cell(text=p.subject),
                            Cell(text=p.sentence.text),
                            Cell(text="、".join(p.departments) or "—"),
                        )
                    )
                    for p in found
                ),
                place="annex",
                summary=f"{kind}问题 {len(found)} 项",
            )
        )
    if not blocks:
        known = bool(results.tally.get("judged"))
        text = (
            "没有发现推进滞后或佐证缺失的事项。" if known else "资料不足,看不出问题;缺项见附件 D。"
        )
        return show(Prose(sentences=(say(text),)))
    told = f"共有{'、'.join(counted)}。推进问题的对策见下;数据和口径问题列在{ANNEX}。"
    return show(Prose(sentences=(say(plain(told)),)), *blocks)


def _pace(target: TargetResult, value: float | None) -> Cell:
    growth = target.pace == "growth"
    text = percent(value, signed=True) if growth else number(value, 2, signed=True)
    return Cell(text=text, value=value)


def _expected(target: TargetResult) -> Cell:
    low, high = target.expected_low, target.expected_high
    if target.expected is None or low is None or high is None:
        return Cell(text="不推算")
    shown, *ends = (number(v, target.decimals) for v in (target.expected, low, high))
    return Cell(text=f"{shown}({ends[0]} 至 {ends[1]})", value=target.expected)


def _probability(target: TargetResult) -> Cell:
    p = target.probability
    if p is None:
        return Cell(text="—")
    if p < _LEAST_SAID or p > 1 - _LEAST_SAID:
        text = f"不足 {_LEAST_SAID:.0%}" if p < _LEAST_SAID else f"{1 - _LEAST_SAID:.0%} 以上"
        return Cell(text=text, value=p)
    return Cell(text=percent(p, 0), value=p)


def outlook_part(results: ReportResults) -> Blocks:
    """What pace the targets still ask for, and what to do."""
    ahead = [
        t for t in results.targets.values()
        if t.required_pace is not None and t.target_year and t.target_year > results.year
    ]  # fmt: skip
    blocks: list[Block] = []
    if ahead:
        blocks.append(
            Table(
                id="outlook",
                title="到目标年还要多快",
                columns=(
                    Column(key="target", label="指标"),
                    Column(key="verdict", label="判断"),
                    Column(key="year", label="目标年", align="right"),
                    Column(key="observed", label="基期以来每年", align="right"),
                    Column(key="required", label="往后每年需", align="right"),
                    Column(key="expected", label="照近五年推到目标年(95% 区间)", align="right"),
                    Column(key="probability", label="达标概率", align="right"),
                ),
                rows=tuple(
                    Row(
                        cells=(
                            Cell(text=f"{t.no} {t.name}({t.unit})", value=t.no),
                            Cell(text=look(t.verdict).word, verdict=t.verdict),
                            Cell(text=str(t.target_year), value=t.target_year),
                            _pace(t, t.observed_pace),
                            _pace(t, t.required_pace),
                            _expected(t),
                            _probability(t),
                        )
                    )
                    for t in ahead
                ),
                note="每年的变化以指标的单位计,等速增长的以 % 计。推算只假定近五年的平均变化照旧,"
                "不含政策的变化;逐年变化不足 5 次、有零值或没有起伏的不推算。回测中说九成的实现了"
                "八九成,说一成的实现了两成左右(美国各州电力部门,见附件的方法说明)。",
            )
        )
    if results.recommendations:
        blocks.append(
            Table(
                id="recommendations",
                title="对策建议",
                columns=(
                    Column(key="indicator", label="指标"),
                    Column(key="text", label="建议"),
                    Column(key="departments", label="责任部门"),
                    Column(key="deadline", label="时限"),
                ),
                rows=tuple(
                    Row(
                        cells=(
                            Cell(text=f"{r.target} {results.targets[r.target].name}"),
                            Cell(text=r.text, note="评估人员改定" if r.edited else ""),
                            Cell(text="、".join(r.departments) or "—"),
                            Cell(text=r.deadline),
                        )
                    )
                    for r in results.recommendations
                ),
                note="没有注明“评估人员改定”的,是按差距自动拟的稿。",
            )
        )
    else:
        known = bool(results.tally.get("judged"))
        text = "没有落后的目标,不拟建议。" if known else "没有能判断的目标,不拟建议;先补数据。"
        blocks.append(Prose(sentences=(say(text),)))
    return show(*blocks)
