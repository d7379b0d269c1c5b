"""Figure of a decomposition: which drivers moved emissions, shared ones and own ones apart."""

from __future__ import annotations

from collections.abc import Sequence

from assessment.show.blocks import Figure
from assessment.show.charts import theme
from assessment.show.charts.canvas import Canvas
from assessment.show.charts.labels import Box, fit, text_width
from assessment.show.charts.panel import Panel, amount_scale
from assessment.show.charts.twin import (
    column,
    figure,
    heading,
    measure,
    number_cell,
    row,
    subtitle,
    word_cell,
)
from assessment.show.formatting import number, years

Driver = tuple[str, float, bool]
"""Name, contribution, and whether carbon and the pollutant share it."""

_GROUPS = {True: "共同驱动因素", False: "自有因素(末端治理等)"}


def waterfall(
    steps: Sequence[Driver],
    *,
    subject: str,
    unit: str,
    decimals: int,
    first_year: int,
    last_year: int,
    unit_name: str,
    start: float | None = None,
    end: float | None = None,
    total: float | None = None,
    title: str | None = None,
    source: str = "",
    figure_id: str = "drivers",
) -> Figure | None:
    """Draw contributions one after the other from no change to the total change.

    Parameters
    ----------
    steps : sequence of (label, value, shared)
        Contributions in ``unit``; shared drivers are drawn first, then the emission's own.
    subject, unit, decimals : str, str, int
        What is decomposed, its unit, and decimals to be printed.
    first_year, last_year : int
        Years compared.
    unit_name : str
        Name of the assessed unit.
    start, end : float, optional
        Amounts of the two years, which are named under the title.
    total : float, optional
        Total change; default the sum of the steps.
    title, source, figure_id : str, optional
        In place of the composed finding; sources; id of the figure.

    Returns
    -------
    Figure or None
        None where there is no step.

    Raises
    ------
    ValueError
        If the steps do not add up to ``total`` within a hundredth of a per cent of the largest.
    """
    if not steps:
        return None
    added = sum(value for _, value, _ in steps)
    total = added if total is None else total
    if abs(added - total) > 1e-4 * max(abs(value) for _, value, _ in steps) + 1e-12:
        raise ValueError(f"the steps add up to {added:g}, not to the total of {total:g}")
    ordered = [*(s for s in steps if s[2]), *(s for s in steps if not s[2])]
    groups = [(_GROUPS[kind], [s for s in ordered if s[2] is kind]) for kind in (True, False)]
    groups = [group for group in groups if group[1]]

    names = min(max(text_width(label, theme.LABEL) for label, *_ in steps) + 22, 190.0)
    pitch, head = 22.0, 20.0
    canvas = Canvas(theme.SINGLE, 42 + pitch * (len(ordered) + 1) + head * len(groups), figure_id)
    reached = [0.0]
    for _, value, _ in ordered:
        reached.append(reached[-1] + value)
    low, high = min(reached), max(reached)
    reach = (high - low) or 1.0
    area = Box(max(names, 92.0), 8, canvas.width - 6, canvas.height - 24)
    room = max(text_width(number(v, decimals, signed=True), theme.LABEL) for _, v, _ in steps) + 8
    pad = room / max(area.right - area.left - 2 * room, 60) * reach
    panel = Panel(canvas, area, (low - pad, high + pad), (0, 1))
    scale = amount_scale([*reached, 0.0], 4)
    for tick, label in zip(scale.ticks, scale.labels(), strict=True):
        if low - pad <= tick <= high + pad:
            x = panel.px(tick)
            color = theme.SOFT if tick == 0 else theme.HAIR
            canvas.line([x, x], [area.bottom, area.top], color, 0.7)
            canvas.text(x, area.top + 9, label, color=theme.SOFT, anchor="center")
    canvas.text(2, area.top + 9, unit, color=theme.SOFT)
    y, at = area.top - 2, 0.0
    for name, members in groups:
        color = theme.ACCENT if members[0][2] else theme.OWN
        y -= head
        part = sum(value for _, value, _ in members)
        canvas.text(2, y + 8, f"{name} {number(part, decimals, signed=True)}", color=color)
        for label, value, _ in members:
            y -= pitch
            _bar(panel, label, at, at + value, y + pitch / 2, color, decimals)
            at += value
            x = panel.px(at)
            canvas.line([x, x], [y - 4, y + pitch / 2 - 7], theme.PALE, 0.6)
    y -= 8
    canvas.line([2, canvas.width - 2], [y, y], theme.PALE, 0.6)
    _bar(panel, "合计变化", 0.0, total, y - pitch / 2, theme.INK, decimals)

    finding = title or _title(
        f"{unit_name}{subject} {first_year} 至 {last_year} 年", unit, decimals, groups, total
    )
    amounts = ""
    if start is not None and end is not None:
        amounts = (
            f"{first_year} 年 {measure(start, decimals, unit)},"
            f"{last_year} 年 {measure(end, decimals, unit)}"
        )
    listed = "、".join(f"{label} {number(v, decimals, signed=True)}" for label, v, _ in ordered)
    alt = f"瀑布图:{finding}。各因素贡献:{listed};合计 {number(total, decimals, signed=True)}。"
    below = subtitle(
        f"各因素对{subject}变化的贡献,依次累加到合计变化", amounts, f"单位:{unit}",
        years(first_year, last_year), source=source,
    )  # fmt: skip
    columns = (
        heading("driver", "因素"),
        column("kind", "类别"),
        column("value", "贡献", unit),
    )
    rows = [
        row(
            word_cell(label),
            word_cell("共同" if shared else "自有"),
            number_cell(value, decimals, signed=True),
        )
        for label, value, shared in ordered
    ]
    rows.append(
        row(
            word_cell("合计变化"),
            word_cell(""),
            number_cell(total, decimals, signed=True),
            strong=True,
        )
    )
    return figure(canvas, finding, below, alt, columns, rows)


def _bar(
    panel: Panel, label: str, start: float, end: float, y: float, color: str, decimals: int
) -> None:
    canvas, area = panel.canvas, panel.area
    left, right = sorted((panel.px(start), panel.px(end)))
    canvas.rectangle(left, y - 7, max(right, left + 0.8), y + 7, color)
    words = number(end - start, decimals, signed=True)
    if end >= start:
        canvas.text(right + 4, y, words, color=theme.INK)
    else:
        canvas.text(left - 4, y, words, color=theme.INK, anchor="right")
    name = fit(label, theme.LABEL, area.left - 18)
    canvas.text(12, y, name)


def _title(
    subject: str, unit: str, decimals: int, groups: Sequence[tuple[str, list[Driver]]], total: float
) -> str:
    turn = "增加" if total > 0 else "减少" if total < 0 else "不变"
    said = f"{subject}{turn}"
    if total:
        said += f" {measure(abs(total), decimals, unit)}"
    parts = [
        f"{name}贡献 {number(sum(value for _, value, _ in members), decimals, signed=True)}"
        for name, members in groups
    ]
    return f"{said},其中{'、'.join(parts)}" if len(parts) > 1 else said
