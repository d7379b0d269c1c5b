"""Tables of the monthly air analysis."""

from __future__ import annotations

from typing import Any

from assessment.show.blocks import Cell, Column, Row, Table
from assessment.show.formatting import number, probability


def trend_table(table_id: str, result: dict[str, Any]) -> Table:
    """Trend by month and three-year means of each pollutant, from the analysis's result."""
    rows = []
    for item in result["items"]:
        head = Cell(text=f"{item['name']}({item['unit']})", value=item["indicator"])
        if not item["n"]:
            rows.append(Row(cells=(head, Cell(text="数据不足"), *[Cell(text="—")] * 7)))
            continue
        mean = result["means"]["items"][item["indicator"]]
        means = [Cell(text=number(mean[k], 1), value=mean[k]) for k in ("before", "now")]
        slope = item.get("slope")
        rows.append(
            Row(
                cells=(
                    head,
                    Cell(text=f"{item['first']} 至 {item['last']}"),
                    Cell(text=str(len(item["missing"])), value=len(item["missing"])),
                    Cell(text=number(slope, signed=True), value=slope, note=_interval(item)),
                    _p_cell(item.get("p")),
                    _p_cell(item.get("p_correlated")),
                    Cell(text=item["word"], value=item["reading"], note=item["reason"]),
                    *means,
                )
            )
        )
    base, year = result["means"]["from_year"], result["means"]["to_year"]
    return Table(
        id=table_id,
        title="月值的走势",
        columns=(
            Column(key="indicator", label="指标"),
            Column(key="span", label="月份"),
            Column(key="missing", label="缺月", align="right"),
            Column(key="slope", label="每年变化(同月相比)", align="right"),
            Column(key="p", label="季节性检验 p", align="right"),
            Column(key="p2", label="计入月间相关 p", align="right"),
            Column(key="reading", label="读法"),
            Column(key="before", label=f"{base - 2}–{base} 年平均", align="right"),
            Column(key="now", label=f"{year - 2}–{year} 年平均", align="right"),
        ),
        rows=tuple(rows),
        note="每年变化为同月各对差值斜率的中位数。三年平均缺任何一年即不计,不跨已知断点。",
    )


def start_table(table_id: str, result: dict[str, Any]) -> Table | None:
    """Before and after the plan's start; None where no pollutant has the months for it."""
    rows = []
    for item in result["items"]:
        found = item.get("interrupted")
        if found is None:
            continue
        cells = [Cell(text=f"{item['name']}({item['unit']})", value=item["indicator"])]
        cells.append(Cell(text=f"{found['before']} / {found['after']}"))
        for key in ("slope_before", "level", "slope_change"):
            effect = found[key]
            span = f"{number(effect['low'], signed=True)} 至 {number(effect['high'], signed=True)}"
            estimate = effect["estimate"]
            cells.append(Cell(text=f"{number(estimate, signed=True)}({span})", value=estimate))
            if key != "slope_before":
                cells.append(_p_cell(effect["p"]))
        cells.append(Cell(text=found["word"]))
        rows.append(Row(cells=tuple(cells)))
    if not rows:
        return None
    return Table(
        id=table_id,
        title=f"方案启动({result['plan_start']} 年 1 月)前后",
        columns=(
            Column(key="indicator", label="指标"),
            Column(key="n", label="前 / 后月数", align="right"),
            Column(key="slope", label="启动前每年变化", align="right"),
            Column(key="level", label="启动时水平变化", align="right"),
            Column(key="level_p", label="p", align="right"),
            Column(key="change", label="每年斜率的变化", align="right"),
            Column(key="change_p", label="p", align="right"),
            Column(key="word", label="读法"),
        ),
        rows=tuple(rows),
        folded=True,
        summary=f"方案启动前后:{len(rows)} 项浓度的分段回归",
        note="去掉季节(STL)后的月值,启动前后等长;括号内为 95% 区间。只是前后之差,不证明原因。",
    )


def _p_cell(value: float | None) -> Cell:
    return Cell(text=probability(value), value=value)


def _interval(item: dict[str, Any]) -> str:
    low, high = item.get("slope_low"), item.get("slope_high")
    return "" if low is None or high is None else f"95% 区间 {number(low)} 至 {number(high)}"
