"""The report's part on synergy: every reading of the unit side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assessment.results.model import CouplingResult, ReportResults, SubsystemResult, SynergyResult
from assessment.show.blocks import Blocks, Cell, Column, Prose, Row, Table, show
from assessment.show.facts import plain, say
from assessment.show.formatting import number, percent
from assessment.show.tables import cocontrol_table, coupling_table
from assessment.show.verdict_words import look

CARBON = "co2_energy"
NOT_OFFICIAL = "国家、省、市都没有公布协同度的计算方法,这一框架也不是官方方法"


def synergy_part(results: ReportResults) -> Blocks:
    """The readings of synergy for the whole unit, side by side."""
    found = next((s for s in results.synergy.values() if s.scope == "unit"), None)
    if found is None:
        return show(Prose(sentences=(say("本次没有可用的全域协同读数。"),)))
    compared = results.comparison
    since = f"({compared.framework_since} 起)" if compared.framework_since else ""
    framework = f"框架:{found.framework_title}{since}。"
    source = f"来源:{compared.framework_source}。" if compared.framework_source else ""
    return show(
        Prose(
            sentences=(say(plain(f"{framework}{results.disclaimer}。{NOT_OFFICIAL}。{source}")),),
            tone="caution",
        ),
        _readings_table(results, found),
        _folded(cocontrol_table("unit-cocontrol", found.cocontrol)),
        _folded(coupling_table("unit-coupling", found.coupling)),
    )


def _folded(table: Table) -> Table:
    return table.model_copy(update={"place": "annex", "summary": f"{table.title}(全域)"})


def _readings_table(results: ReportResults, synergy: SynergyResult) -> Table:
    rows = [
        *_co_change_rows(results, synergy),
        *_decoupling_rows(_analysis(results, "decoupling")),
        *_driver_rows(_analysis(results, "drivers")),
        *_coupling_rows(synergy.coupling),
        *_order_rows(synergy.coupling),
    ]
    return Table(
        id="readings",
        title="几种读法并列",
        columns=(
            Column(key="reading", label="读法"),
            Column(key="result", label="结论"),
            Column(key="figures", label="数值"),
            Column(key="caution", label="怎样看"),
        ),
        rows=tuple(rows),
        note=f"合起来看:{synergy.agreement}各种读法问的不是同一件事,不能相互平均;"
        "它们用的是同一批排放与经济数据,读数一致不等于各自独立的印证。",
    )


def _analysis(results: ReportResults, name: str) -> dict[str, Any]:
    return next((a[name] for a in results.analysis.values() if name in a), {})


def _row(group: str, reading: str, result: Cell, figures: Cell, caution: str) -> Row:
    return Row(group=group, cells=(Cell(text=reading), result, figures, Cell(text=caution)))


def _co_change_rows(results: ReportResults, synergy: SynergyResult) -> list[Row]:
    rows = []
    for read in synergy.cocontrol:
        if read.to_year != results.year or read.from_year != results.year - 1:
            continue
        text = f"污染物{_fall(read.pollutant_reduction)},碳{_fall(read.carbon_reduction)}"
        if read.quadrant is None and read.pollutant_reduction is None:
            text = "数据不足"
        # Of two falls only: any other sign pair gives a ratio that says nothing.
        both = read.quadrant == 1 and read.elasticity is not None
        if both:
            text += f";交叉弹性 {number(read.elasticity, 2)}"
        caution = "只看两年的排放变化,最接近物理事实;弹性只在同降时有意义"
        if read.carbon_change is not None and not read.quadrant:
            caution += ";变化在误差之内的不判协同"
        rows.append(
            _row(
                f"同步变化({read.from_year}→{read.to_year} 年)",
                read.pollutant_name,
                Cell(text=look(read.reading).word, verdict=read.reading, note=read.reason),
                Cell(text=text, value=read.elasticity if both else None),
                caution,
            )
        )
    return rows


def _fall(share: float | None) -> str:
    """Say a reduction in words; a negative one is a rise."""
    word = "数据不足" if share is None else "持平" if share == 0 else "降" if share > 0 else "增"
    return f"{word} {percent(abs(share))}" if share else word


# A chapter's findings are what its notebook kept: what is not there is not told here.


def _decoupling_rows(found: dict[str, Any]) -> list[Row]:
    words = found.get("words", {})
    rows = []
    for window in found.get("carbon", {}).values():
        state, elasticity = str(window.get("state", "")), window.get("elasticity")
        rows.append(
            _row(
                "与经济增长脱钩(Tapio)",
                f"{found.get('name', {}).get(CARBON, '二氧化碳')} "
                f"{window.get('start')}→{window.get('end')} 年",
                Cell(
                    text=words.get(state, "数据不足"),
                    value=state or None,
                    note=window.get("reason") or "",
                ),
                Cell(
                    text=f"排放变化 {percent(window.get('delta_e'), signed=True)}"
                    if state == "unclear"
                    else "数据不足"
                    if elasticity is None
                    else f"排放变化 {percent(window.get('delta_e'), signed=True)},"
                    f"弹性 {number(elasticity)}",
                    value=elasticity,
                ),
                "碳与不变价 GDP 的关系,不含污染物",
            )
        )
    return rows


def _driver_rows(found: dict[str, Any]) -> list[Row]:
    first, last = found.get("first"), found.get("last")
    rows = []
    for item in found.get("tables", {}).get("table", ()):
        if (item.get("start"), item.get("end")) != (first, last):
            continue
        share, pipe = item.get("shared_share"), item.get("end_of_pipe_share")
        text = f"协同贡献率 {percent(share)}" if share is not None else "—"
        if share is not None and pipe is not None:
            text += f";末端治理占 {percent(pipe)},不算协同"
        word = (
            "数据不足" if item.get("shared") is None
            else "没有明显下降,不计" if share is None
            else "共同因素推高排放" if share < 0
            else "主要来自共同因素" if share >= 0.5
            else "主要来自自有因素"
        )  # fmt: skip
        name, reason = str(item.get("indicator", "")), str(item.get("reason") or "")
        rows.append(
            _row(
                f"联合分解({first}→{last} 年)",
                str(found.get("name", {}).get(name, name)),
                Cell(text=word, note=found.get("words", {}).get(reason, reason)),
                Cell(text=text, value=share),
                "减量中来自共同驱动因素的份额;是记账,不证明原因"
                + (";二氧化碳的总接近 100%,是算法使然" if item.get("end_of_pipe") is None else ""),
            )
        )
    return rows


def _coupling_rows(coupling: Sequence[CouplingResult]) -> list[Row]:
    now = coupling[-1] if coupling else None
    if now is None:
        return []
    before = coupling[-2] if len(coupling) > 1 else None
    rows = []
    for label, key, caution in (
        ("协调度 D(标准)", "d", "看水平是否相称,不说明因果;受标尺影响"),
        ("修正的协调度(2021)", "d_modified", "拉开各子系统的差距,数值一般更低"),
        ("带调节系数的协调度(k=2)", "d_adjusted", "对不相称罚得更重;只能与自己的往年比"),
    ):
        value = getattr(now, key)
        last = getattr(before, key) if before is not None else None
        word = "数据不足" if value is None else now.grade_name if key == "d" else ""
        turned = _turned(now, last, value)
        rows.append(
            _row(
                f"耦合协调({now.year} 年)",
                label,
                Cell(text=",".join(x for x in (word, turned) if x), note=now.reason),
                Cell(
                    text=f"{number(value, 3)}(上年 {number(last, 3)})"
                    if last is not None
                    else number(value, 3),
                    value=value,
                ),
                caution,
            )
        )
    return rows


def _turned(now: CouplingResult, last: float | None, value: float | None) -> str:
    if value is None:
        return ""
    if last is None or now.broken:
        return "与上年不可比" if now.broken else "缺上年数据"
    a, b = round(last, 3), round(value, 3)
    return "较上年上升" if b > a else "较上年下降" if b < a else "与上年持平"


def _order_rows(coupling: Sequence[CouplingResult]) -> list[Row]:
    now = coupling[-1] if coupling else None
    if now is None:
        return []
    rows = []
    for label, value, deltas in (
        ("较上年", now.order_synergy, now.deltas),
        ("较基期", now.order_synergy_from_base, now.deltas_from_base),
    ):
        word = (
            "数据不足" if value is None
            else "各子系统都进步" if value > 0
            else "有子系统退步" if any(delta < 0 for delta in deltas)
            else "有子系统没有变化"
        )  # fmt: skip
        rows.append(
            _row(
                f"有序度协同({now.year} 年)",
                label,
                Cell(text=word),
                Cell(
                    text="—"
                    if value is None
                    else f"{number(value, 3, signed=True)};Δu:{_deltas(now.subsystems, deltas)}",
                    value=value,
                ),
                "各子系统都进步才为正;要连同各自的变化一起看",
            )
        )
    return rows


def _deltas(subsystems: Sequence[SubsystemResult], deltas: Sequence[float]) -> str:
    return "、".join(
        f"{s.name} {number(delta, 3, signed=True)}"
        for s, delta in zip(subsystems, deltas, strict=True)
    )
