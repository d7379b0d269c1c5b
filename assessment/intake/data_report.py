"""The data report of ``check``: what is there, what is missing and from whom, what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from assessment.data.pack import Pack
from assessment.data.schema import STATUSES
from assessment.errors import Fault
from assessment.intake.coverage import (
    Coverage,
    Gap,
    Punctuality,
    coverage,
    gaps,
    open_tasks,
    punctuality,
)
from assessment.intake.examine import columns_of
from assessment.intake.read_back import ReadPlan, read_back
from assessment.intake.receipts import read_receipts
from assessment.intake.reconcile import differences
from assessment.job.sources import Sources
from assessment.params.model import Params

_KINDS = {"official": "", "published": "公开数据", "demo": "演示数据（虚构）"}
_WORDS = {identifier: word for word, identifier in STATUSES.items()}
_VERDICTS = {
    "equal": "相等", "overlap": "差额在功能区重复范围内", "incomplete": "单元数据不全",
    "below": "全市偏小，不能由重复解释", "above": "全市大于单元之和（可能另含市本级）",
}  # fmt: skip
_SHOWN = 200


@dataclass(frozen=True)
class _Row:
    cells: tuple[str, ...]
    bad: bool = False
    share: int | None = None


@dataclass(frozen=True)
class _Table:
    caption: str
    head: tuple[str, ...]
    rows: tuple[_Row, ...]
    numbers: frozenset[int] = frozenset()
    bar: int = -1
    folded: bool = False


@dataclass(frozen=True)
class _Section:
    anchor: str
    title: str
    text: str
    tables: tuple[_Table, ...] = ()


@cache
def _template() -> Template:
    room = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=room, autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("data_report.html.j2")


def _rows(frame: pd.DataFrame) -> Iterator[Any]:
    return cast("Iterator[Any]", frame.itertuples(index=False))


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"


def _number(value: float) -> str:
    return f"{value:,.10g}"


def _coverage_table(caption: str, first: str, what: str, rows: Sequence[Coverage]) -> _Table:
    return _Table(
        caption,
        (first, "应报" + what, "有值", "不适用", "未报（有说明）", "缺（无说明）", "覆盖率"),
        tuple(
            _Row(
                (
                    one.name, str(one.asked), str(one.given), str(one.not_applicable),
                    str(one.not_reported), str(one.missing), _percent(one.share),
                ),
                bad=one.missing > 0,
                share=None if one.share is None else round(100 * one.share),
            )
            for one in rows
            if one.asked
        ),
        numbers=frozenset({1, 2, 3, 4, 5, 6}),
        bar=6,
    )  # fmt: skip


def _read(plan: ReadPlan) -> _Section:
    """The plan as it was read."""
    targets = _Table(
        f"目标 {len(plan.targets)} 项，全市 {plan.year} 年",
        ("编号", "读作", "基期", "最新", "现在判为", "各单元", "没有写的，按默认"),
        tuple(
            _Row((t.no, f"{t.name}：{t.aim}", t.base, t.latest, t.verdict, t.units,
                  "；".join(t.defaults)))
            for t in plan.targets
        ), folded=len(plan.targets) > 30,
    )  # fmt: skip
    tasks = _Table(
        f"任务 {len(plan.tasks)} 项", ("编号", "任务", "谁", "时限", "判到哪里", "没有写的，按默认"),
        tuple(
            _Row((t.id, t.title, t.who, t.due, t.where, "；".join(t.defaults))) for t in plan.tasks
        ), folded=len(plan.tasks) > 30,
    )  # fmt: skip
    text = "请与方案原文对照：读错的，改 plan.yml。" + "".join(f"{d}。" for d in plan.defaults)
    return _Section("plan", "方案读作", text, (targets, tasks))


def _late(rows: Sequence[Punctuality]) -> _Section:
    def said(one: Punctuality) -> str:
        if one.days is None:
            return "有数据，未登记收到日期" if one.has_data else "未收到"
        return f"逾期 {one.days} 天" if one.days > 0 else "按时"

    late = sum(one.days is not None and one.days > 0 for one in rows)
    out = sum(one.days is None and not one.has_data for one in rows)
    unknown = sum(one.days is None and one.has_data for one in rows)
    table = _Table(
        "应报与收到日期（首次收到为准）", ("单位", "应报", "收到", "情况", "备注"),
        tuple(
            _Row((one.name, one.due, one.received or "—", said(one), one.note),
                 bad=one.is_late)
            for one in rows
        ),
    )  # fmt: skip
    text = (
        f"{len(rows)} 家应报，{len(rows) - late - out - unknown} 家按时，{late} 家逾期，{out} 家未收到"
        + (f"，{unknown} 家有数据而没有登记收到日期。" if unknown else "。")
    )
    return _Section("punctuality", "谁报了，谁晚了", text, (table,))


def _costly(
    found: Sequence[Gap],
    idle: Sequence[tuple[Coverage, tuple[str, ...]]],
    names: dict[str, str],
    everywhere: int,
) -> _Section:
    rows = []
    for gap in found:
        regions = [names[region] for region in gap.regions]
        where = "全部" if len(regions) == everywhere else "、".join(regions)
        costs = "；".join(gap.costs) or "只作背景，不影响判定"
        reasons = "；".join(gap.reasons) or "没有说明"
        rows.append(
            _Row((gap.indicator.label, gap.department, where, costs, reasons), bad=bool(gap.costs))
        )
    table = _Table(
        "缺的数、向谁要、报告会因此说不出什么", ("指标", "责任部门", "缺哪里", "影响的结论", "原因"),
        tuple(rows),
    )  # fmt: skip
    said = sum(bool(gap.costs) for gap in found)
    text = f"{len(found)} 项指标有缺数，其中 {said} 项会使报告的结论写成“数据不足”或略去。"
    tables = [table] if rows else []
    if idle:
        text_of = {one.name: "全部" if not one.given else "、".join(tasks) for one, tasks in idle}
        tables.append(
            _Table(
                "没有状态的任务、向谁要", ("单位", "应报项", "没有状态", "任务"),
                tuple(
                    _Row((one.name, str(one.asked), str(one.missing), text_of[one.name]), bad=True)
                    for one, _ in idle
                ),
                numbers=frozenset({1, 2}),
            )
        )  # fmt: skip
    text = text if found else "没有缺数。"
    if idle:
        text += f"{sum(one.missing for one, _ in idle)} 项任务没有状态。"
    return _Section("gaps", "缺口与代价", text, tuple(tables))


def _revised(pack: Pack, params: Params, names: dict[str, str]) -> _Section:
    labels = {i.id: i.label for i in params.catalogue.indicators}
    rows = [
        _Row((
            names[r.region], f"{r.year} 年" + (f" {r.month} 月" if r.month else ""),
            labels[r.indicator], r.old, f"{r.given} {r.given_unit}".strip() or "（未报）",
            r.who, r.when, r.why, r.workbook,
        ))
        for r in _rows(pack.revisions)
    ] + [
        _Row((
            names[r.region], f"{r.year} 年", f"任务 {r.task}", r.old, _WORDS[r.status], r.who,
            r.when, r.why, r.workbook,
        ))
        for r in _rows(pack.task_revisions)
    ]  # fmt: skip
    head = ("区县", "时间", "指标或任务", "原为", "改为", "谁", "何时", "原因", "工作簿")
    text = f"共 {len(rows)} 处修订；原数保留在原文件中。" if rows else "没有修订。"
    tables = (_Table("修订记录", head, tuple(rows)),) if rows else ()
    return _Section("revisions", "修订", text, tables)


def _sums(pack: Pack, params: Params, year: int) -> _Section:
    indicators = params.catalogue.by_id
    rows = []
    for one in differences(columns_of(pack.tables["observations"]), params, year):
        indicator = indicators[one.indicator]
        gap = "0" if one.verdict == "equal" else _number(round(one.gap, 10))
        rows.append(
            _Row(
                (
                    indicator.label, indicator.unit, _number(one.city), _number(round(one.most, 10)),
                    _number(round(one.least, 10)), gap, _VERDICTS[one.verdict],
                ),
                bad=one.verdict in {"below", "above"},
            )
        )  # fmt: skip
    odd = sum(row.bad for row in rows)
    text = (
        f"{params.regions.caution}可相加的 {len(rows)} 项中，{odd} 项的差额不能由功能区重复解释。"
    )
    table = _Table(
        "全市数与各单元之和（差额 = 全市 − 各单元之和）",
        ("指标", "单位", "全市", "各单元之和", "不计功能区", "差额", "解释"),
        tuple(sorted(rows, key=lambda row: not row.bad)), numbers=frozenset({2, 3, 4, 5}),
    )  # fmt: skip
    return _Section("sums", "全市与各单元", text, (table,) if rows else ())


def _graded(pack: Pack, params: Params, year: int) -> _Section:
    data = pack.observations
    data = data[(data["year"] == year) & (data["state"] == "value")]
    whose = {i.id: i.department or params.plan.departments[0] for i in params.catalogue.indicators}
    counts = data.groupby([data["indicator"].map(whose), "grade"]).size().to_dict()
    rows = []
    for department in params.plan.departments:
        numbers = [int(counts.get((department, grade), 0)) for grade in "ABCD"]
        if sum(numbers):
            weak = (numbers[2] + numbers[3]) / sum(numbers)
            cells = (department, *map(str, numbers), _percent(weak))
            rows.append(_Row(cells, bad=numbers[3] > 0))
    table = _Table(
        "各部门的数按质量等级（含月度数）", ("部门", "A", "B", "C", "D", "C 与 D 占"), tuple(rows),
        numbers=frozenset({1, 2, 3, 4, 5}),
    )  # fmt: skip
    text = "A 官方统计或通报，B 部门报表有佐证，C 测算，D 无佐证。建立在 C、D 上的结论会注明。"
    return _Section("grades", "数据质量等级", text, (table,) if rows else ())


def _found(faults: Sequence[Fault], notices: Sequence[Fault]) -> _Section:
    tables = []
    for caption, items in (("必须改正", faults), ("请核对或说明", notices)):
        if items:
            rows = tuple(
                _Row((f"{one.file} {one.place}".strip(), one.problem, one.remedy),
                     bad=items is faults)
                for one in items[:_SHOWN]
            )  # fmt: skip
            more = f"，列出前 {_SHOWN} 条" if len(items) > _SHOWN else ""
            head = ("位置", "发现", "应为")
            tables.append(_Table(f"{caption}：{len(items)} 条{more}", head, rows,
                                 folded=items is notices and len(items) > 20))  # fmt: skip
    text = "" if tables else "没有发现问题。"
    return _Section("faults", "校核发现", text, tuple(tables))


def _said(pack: Pack, names: dict[str, str]) -> _Section:
    rows = tuple(
        _Row((names.get(r.region, "") or r.department, f"{r.year}", r.kind, r.subject, r.text))
        for r in _rows(pack.remarks)
    )
    table = _Table("意见原文", ("单位", "年度", "类别", "涉及", "内容"), rows)
    text = f"共 {len(rows)} 条。" if rows else "没有意见。"
    return _Section("remarks", "说明、异议与建议", text, (table,) if rows else ())


def data_report(
    params: Params,
    pack: Pack,
    year: int | None = None,
    faults: Sequence[Fault] = (),
    notices: Sequence[Fault] = (),
    plan: ReadPlan | None = None,
) -> str:
    """Return the data report as one HTML page that needs no network.

    Parameters
    ----------
    params : Params
        Plan, catalogue and regions.
    pack : Pack
        The pack, with what its folder holds of receipts.
    year : int, optional
        Year to report on; ``run.yml``'s by default.
    faults, notices : sequence of Fault
        Findings to list beside the pack's own notices (of an intake, say).
    plan : ReadPlan, optional
        The plan read back; it is read here where it is not given.

    Returns
    -------
    str
        The page.
    """
    year = params.run.year if year is None else year
    names = {region.id: region.name for region in params.regions.regions}
    found = coverage(params, pack, year)
    missing = gaps(params, pack, year)
    punctual = punctuality(params, pack, year, read_receipts(pack.folder))
    every = [one for one in found["departments"] if one.asked]
    asked, given = sum(one.asked for one in every), sum(one.given for one in every)
    applies = asked - sum(one.not_applicable for one in every)
    done = [*found["department_tasks"], *found["unit_tasks"]]
    tasks, stood = (
        sum(one.asked for one in done),
        sum(one.given + one.not_applicable for one in done),
    )
    out = sum(one.is_late for one in punctual)
    share = given / applies if applies else None
    costly = sum(bool(gap.costs) for gap in missing)
    lead = (
        f"{year} 年度应报 {asked:,} 个数，已有 {given:,} 个，覆盖率 {_percent(share)}；"
        f"{tasks:,} 项任务中 {stood:,} 项有状态。"
        + (f"{costly} 项指标的缺口会影响报告的结论，" if costly else "没有影响结论的缺口，")
        + (f"{out} 家单位逾期或未报。" if out else "各单位都按时报送。")
    )
    facts = [
        (_percent(share), "数据覆盖率"),
        (f"{stood / tasks:.1%}" if tasks else "—", "任务有状态"),
        (str(costly), "影响结论的缺口（项）"),
        (str(out), "逾期或未报（家）"),
        (str(len(pack.revisions) + len(pack.task_revisions)), "修订（处）"),
        (str(len(faults)), "必须改正（条）"),
    ]
    sections = (
        _late(punctual),
        _costly(missing, open_tasks(params, pack, year), names, len(params.regions.regions)),
        _Section("coverage", "覆盖", "覆盖率按年度数计，月度数不计。", (
            _coverage_table("各部门", "部门", "数", found["departments"]),
            _coverage_table("各单元", "单元", "数", found["units"]),
            _coverage_table("各章（一个数可属于几章）", "章", "数", found["chapters"]),
            _coverage_table("任务：各部门", "部门", "项", found["department_tasks"]),
            _coverage_table("任务：各单元", "单元", "项", found["unit_tasks"]),
        )),
        _found(faults, (*notices, *pack.notices)),
        _read(plan or read_back(Sources(params, pack), year)),
        _revised(pack, params, names),
        _sums(pack, params, year),
        _graded(pack, params, year),
        _said(pack, names),
    )  # fmt: skip
    kind = _KINDS[pack.meta.kind]
    if kind[:4] in pack.meta.title:
        kind = ""
    return _template().render(
        plan=params.plan.short_title, title=pack.meta.title, kind=kind, year=year,
        lead=lead, facts=facts, sections=sections, cutoff=pack.meta.cutoff,
    )  # fmt: skip
