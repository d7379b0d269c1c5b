"""Tables of results as blocks: every cell keeps its value and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assessment.results.model import (
    ChangeResult,
    CoControlResult,
    CouplingResult,
    Gap,
    Point,
    Step,
    TargetResult,
    TaskResult,
    TrendResult,
)
from assessment.show.blocks import Cell, Column, Row, Table
from assessment.show.formatting import (
    change_of,
    named,
    number,
    pace_decimals,
    percent,
    probability,
    years,
)
from assessment.show.verdict_words import COMPLETION, look

_OBLIGATIONS = {"required": "必须", "encouraged": "鼓励", "prohibition": "禁止"}
_READINGS = {
    "falling": "下降(检验支持)",
    "rising": "上升(检验支持)",
    "flat": "持平",
    "unclear": "走向不明确",
    "insufficient": "数据不足",
}


def verdict_cell(verdict: str, also: str | None = None, note: str = "") -> Cell:
    """Cell that shows a verdict; a second class where an interval straddles a threshold."""
    word = look(verdict).word
    if also is not None:
        word = f"{word}—{look(also).word}"
    return Cell(text=word, value=verdict, verdict=verdict, note=note)


def step_text(step: Step) -> str:
    """Return the rule of a line, with the class of another milestone in words."""
    return f"{step.rule}:{look(step.verdict).word}" if step.verdict else step.rule


def point_cell(point: Point | None, decimals: int, *, with_year: bool = False) -> Cell:
    """Cell that shows a value of a year, with its source."""
    if point is None:
        return Cell(text="—")
    text = number(point.value, decimals)
    if with_year:
        text += f"({point.year})"
    return Cell(text=text, value=point.value, trace=point.trace)


def _value(value: float | None, decimals: int, *, signed: bool = False) -> Cell:
    return Cell(text=number(value, decimals, signed=signed), value=value)


def _completion(result: TargetResult) -> Cell:
    """Share of the change due, or, said beside it, of the target itself."""
    cell = _value(result.completion, 0)
    level = result.completion_basis == "level"
    return cell.model_copy(update={"note": COMPLETION["level"]}) if level else cell


def _aim_text(result: TargetResult) -> str:
    if result.target_value is None:
        return {"directional": result.wording}.get(result.kind, "—")
    due = f"{result.target_year} 年" if result.target_year else "每年"
    if result.asked:
        return f"{number(result.target_value, result.decimals)}({due},{result.asked})"
    ends = result.target_band or (result.target_value,)
    return f"{'—'.join(number(end, _trim(end)) for end in ends)}({due})"


def _owners(departments: Sequence[str]) -> str:
    """First-named department, and how many share the target."""
    if len(departments) < 2:
        return departments[0] if departments else "—"
    return f"{departments[0]}(共 {len(departments)} 个单位)"


def _trim(value: float) -> int:
    return 0 if float(value).is_integer() else 2


def targets_table(
    table_id: str,
    title: str,
    results: Iterable[TargetResult],
    groups: dict[str, str] | None = None,
) -> Table:
    """Targets with baseline, values, aim, class, gap and owners.

    Parameters
    ----------
    groups : dict, optional
        Heading of the group by section id.
    """
    results = list(results)
    note = "距目标为正表示还差,为负表示已超过;数值单位同指标。"
    if any(result.completion_basis == "level" for result in results):
        note += (
            "完成率是增量完成率,即已有的变化占应有变化的比例;"
            "注明目标完成率的没有可比的基期,是本年值占目标值的比例。"
        )
    if any(result.verdict_also for result in results):
        note += "判断写出两类的,数据为测算值,按其误差也可能属于后一类。"

    rows = [
        Row(
            group=(groups or {}).get(result.section, ""),
            cells=(
                Cell(text=f"{result.no} {result.name}({result.unit})", value=result.no),
                verdict_cell(
                    result.verdict,
                    result.verdict_also,
                    ("(测算)" if result.estimated else "")
                    + ("(初步)" if result.preliminary else "")
                    + ("(最近一次变化小于数据误差)" if result.within_error else "")
                    + (result.reason and f"{result.reason}"),
                ),
                Cell(text=_aim_text(result), value=result.target_value),
                point_cell(result.baseline, result.decimals, with_year=True),
                point_cell(result.previous, result.decimals),
                point_cell(result.judged, result.decimals, with_year=True),
                _completion(result),
                _value(result.gap, result.decimals),
                Cell(text=_owners(result.departments), value="、".join(result.departments) or None),
            ),
        )
        for result in results
    ]
    return Table(
        id=table_id,
        title=title,
        columns=(
            Column(key="target", label="指标"),
            Column(key="verdict", label="判断"),
            Column(key="aim", label="目标", align="right"),
            Column(key="baseline", label="基期", align="right"),
            Column(key="previous", label="上年", align="right"),
            Column(key="judged", label="判断所依据的值", align="right"),
            Column(key="completion", label="完成率", unit="%", align="right"),
            Column(key="gap", label="距目标", align="right"),
            Column(key="departments", label="牵头部门"),
        ),
        rows=tuple(rows),
        note=note,
    )


def _task_note(task: TaskResult) -> str:
    """What was noted on a task, and what it was held against."""
    said = [task.note]
    if task.status == "task_contradicted":
        said.append(f"自报已完成,{'、'.join(task.against)} 没有达到")
    elif task.status == "task_violated":
        said.append(f"见 {'、'.join(task.against)}")
    elif task.status == "task_overdue":
        said.append(f"应于 {task.due} 年完成")
    return ";".join(filter(None, said))


def targets_overview(
    table_id: str, title: str, results: Iterable[TargetResult], groups: Mapping[str, str]
) -> Table:
    """Each target on a line: class, aim, value, gap and owner; the rest is in the full table."""
    return Table(
        id=table_id,
        title=title,
        columns=(
            Column(key="target", label="指标"),
            Column(key="verdict", label="判断"),
            Column(key="aim", label="目标", align="right"),
            Column(key="judged", label="最近值", align="right"),
            Column(key="gap", label="距目标", align="right"),
            Column(key="departments", label="牵头部门"),
        ),
        rows=tuple(
            Row(
                group=groups.get(result.section, ""),
                cells=(
                    Cell(text=f"{result.no} {result.name}({result.unit})", value=result.no),
                    verdict_cell(result.verdict, result.verdict_also),
                    Cell(text=_aim_text(result), value=result.target_value),
                    point_cell(result.judged, result.decimals, with_year=True).model_copy(
                        update={"trace": ()}
                    ),
                    _value(result.gap, result.decimals),
                    Cell(
                        text=result.departments[0] if result.departments else "—",
                        value="、".join(result.departments) or None,
                    ),
                ),
            )
            for result in results
        ),
        note="距目标为正表示还差,为负表示已超过;数值单位同指标。",
    )


def tasks_table(table_id: str, title: str, results: Iterable[TaskResult]) -> Table:
    """Tasks with status, evidence and obligation."""
    items = list(results)
    notes = {task.id: _task_note(task) for task in items}
    noted = any(notes.values())
    rows = [
        Row(
            cells=(
                Cell(text=f"{task.id} {task.title}", value=task.id),
                Cell(
                    text=look(task.status).word,
                    value=task.status,
                    verdict=task.status,
                    trace=task.trace,
                ),
                Cell(text=_OBLIGATIONS[task.obligation], value=task.obligation),
                Cell(text=task.evidence or "—", value=task.evidence or None),
                *(
                    (Cell(text=notes[task.id] or "—", value=notes[task.id] or None),)
                    if noted
                    else ()
                ),
            )
        )
        for task in items
    ]
    return Table(
        id=table_id,
        title=title,
        columns=(
            Column(key="task", label="任务"),
            Column(key="status", label="状态"),
            Column(key="obligation", label="性质"),
            Column(key="evidence", label="佐证"),
            *((Column(key="note", label="说明"),) if noted else ()),
        ),
        rows=tuple(rows),
        place="annex",
        summary=f"{title}:共 {len(items)} 项任务",
    )


def trends_table(table_id: str, results: Sequence[TrendResult]) -> Table:
    """Trends with both readings and their intervals."""
    rows = []
    tests = {r.test for r in results} or {"Mann–Kendall"}
    for r in results:
        name = named(r.name, r.unit)
        if r.series:
            name += f" · {r.series}"
        decimals = pace_decimals(r.slope, r.decimals)
        interval = (
            f"{number(r.slope_low, decimals)} 至 {number(r.slope_high, decimals)}"
            if r.slope_low is not None and r.slope_high is not None
            else "—"
        )
        p = probability(r.p) if r.p is not None else "不作检验" if r.n else "—"
        if r.p is not None and len(tests) > 1:
            p += f"({r.test})"
        rows.append(
            Row(
                cells=(
                    Cell(text=name, value=r.indicator),
                    Cell(text=years(r.first_year, r.last_year).removesuffix(" 年") if r.n else "—"),
                    Cell(text=str(r.n), value=r.n),
                    point_cell(r.points[-1] if r.points else None, r.decimals),
                    _change(r),
                    Cell(text=number(r.slope, decimals, signed=True), value=r.slope),
                    Cell(text=interval),
                    Cell(text=p, value=r.p),
                    Cell(text=number(r.ols_slope, decimals, signed=True), value=r.ols_slope),
                    Cell(text=_READINGS[r.reading], value=r.reading, note=r.caution),
                )
            )
        )
    return Table(
        id=table_id,
        title="趋势检验",
        columns=(
            Column(key="indicator", label="指标"),
            Column(key="span", label="年份"),
            Column(key="n", label="点数", align="right"),
            Column(key="last", label="最近值", align="right"),
            Column(key="change", label="期间变化", align="right"),
            Column(key="slope", label="每年变化(Theil–Sen)", align="right"),
            Column(key="interval", label="95% 区间", align="right"),
            Column(
                key="p", label=f"{tests.pop()} p" if len(tests) == 1 else "检验 p", align="right"
            ),
            Column(key="ols", label="每年变化(最小二乘)", align="right"),
            Column(key="reading", label="读法"),
        ),
        rows=tuple(rows),
        place="annex",
        summary=f"趋势检验:{len(rows)} 个序列的点数、斜率、区间与检验",
        note="斜率单位为指标单位/年;最小二乘的区间按 Newey–West 方法计,见附件的方法说明。"
        "各序列逐个检验,没有按序列的个数校正:二十个没有走向的序列里,也会有一个左右碰巧“支持”;"
        "年际相关时 p 偏小。“检验支持”只说逐年的次序,不说原因。"
        + "".join(f"{r.name}:{r.caution}" for r in results if r.chosen),
    )


def _change(result: TrendResult) -> Cell:
    """Change over the span: points of a rate, per cent of anything else."""
    if result.unit.startswith("%"):
        text = number(result.change, result.decimals, signed=True)
        return Cell(text=text if result.change is None else f"{text} 个百分点")
    return Cell(text=percent(_share(result.change_percent), signed=True))


def _share(value: float | None) -> float | None:
    return None if value is None else value / 100


def cocontrol_table(table_id: str, results: Sequence[CoControlResult]) -> Table:
    """Co-control coordinates: the sign pair first, then the elasticity."""
    rows = [
        Row(
            group=f"{r.pair}({r.from_year}→{r.to_year} 年)",
            cells=(
                Cell(text=r.pollutant_name, value=r.pollutant),
                verdict_cell(r.reading, note=r.reason),
                _change_cell(change_of(r.pollutant_reduction), r.pollutant_change),
                _change_cell(change_of(r.carbon_reduction), r.carbon_change),
                _elasticity(r),
            ),
        )
        for r in results
    ]
    return Table(
        id=table_id,
        title="污染物与二氧化碳的同步变化",
        columns=(
            Column(key="pollutant", label="污染物"),
            Column(key="reading", label="读法"),
            Column(key="x", label="污染物变化", align="right"),
            Column(key="y", label="碳排放变化", align="right"),
            Column(key="elasticity", label="交叉弹性", align="right"),
        ),
        rows=tuple(rows),
        note="变化为负表示下降。交叉弹性只在两者同降时有意义:大于 1 减污更快,小于 1 降碳更快。"
        "有一方的变化在误差之内,就不判协同,也不给弹性。同降只说两者都下降,污染物的下降若来自"
        "末端治理,那一部分不算协同。",
    )


def _change_cell(share: float | None, read: ChangeResult | None) -> Cell:
    note = "分辨不出" if read is not None and read.course == "unclear" else ""
    return Cell(text=percent(share, signed=True), value=share, note=note)


def _elasticity(result: CoControlResult) -> Cell:
    return _value(result.elasticity if result.quadrant == 1 else None, 2)


def coupling_table(table_id: str, results: Sequence[CouplingResult]) -> Table:
    """Coupling coordination by year, with the subsystems' levels."""
    names = [s.name for s in results[-1].subsystems] if results else []
    rows = [
        Row(
            cells=(
                Cell(text=str(r.year), value=r.year),
                *(_value(s.level, 3) for s in r.subsystems),
                _value(r.c, 3),
                _value(r.t, 3),
                _value(r.d, 3),
                _value(r.d_modified, 3),
                _value(r.d_adjusted, 3),
                Cell(text=r.grade_name or "数据不足", value=r.grade, note=r.reason),
                _value(r.order_synergy, 3, signed=True),
                _value(r.order_synergy_from_base, 3, signed=True),
            )
        )
        for r in results
    ]
    return Table(
        id=table_id,
        title="耦合协调度",
        columns=(
            Column(key="year", label="年份"),
            *(Column(key=f"u{i}", label=name, align="right") for i, name in enumerate(names)),
            Column(key="c", label="C", align="right"),
            Column(key="t", label="T", align="right"),
            Column(key="d", label="D", align="right"),
            Column(key="d2", label="D(2021)", align="right"),
            Column(key="dk", label="D(k=2)", align="right"),
            Column(key="grade", label="等级"),
            Column(key="order", label="有序度(较上年)", align="right"),
            Column(key="order_base", label="有序度(较基期)", align="right"),
        ),
        rows=tuple(rows),
        place="annex",
        summary=f"耦合协调度:{len(rows)} 年的子系统水平与各种读法",
        note="C 耦合度,T 综合水平,D 协调度,有序度即有序度协同。各子系统都很低时 C 也会很高,"
        "所以 C 不单独下结论;三种 D 的公式不同,只能各自与往年比,等级按标准 D,是文献的习惯分档;"
        "强度以产出为分母,增长也看产出时,产出一涨几个子系统会一起上升;协调不等于因果。",
    )


def gaps_table(table_id: str, gaps: Sequence[Gap]) -> Table:
    """What is not known, from whom, and what it costs."""
    kinds = {"data": "数据", "evidence": "佐证", "definition": "口径", "reference": "外部参照"}
    return Table(
        id=table_id,
        title="缺什么",
        columns=(
            Column(key="subject", label="事项"),
            Column(key="kind", label="类别"),
            Column(key="what", label="缺什么"),
            Column(key="department", label="向谁要"),
            Column(key="effect", label="影响"),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=gap.subject),
                    Cell(text=kinds[gap.kind], value=gap.kind),
                    Cell(text=gap.what),
                    Cell(text=gap.department or "—"),
                    Cell(text=gap.effect),
                )
            )
            for gap in gaps
        ),
        place="annex",
        summary=f"共缺 {len(gaps)} 项",
    )
