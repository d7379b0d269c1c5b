"""Figure of a monthly series and its trend."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from assessment.show.blocks import Figure
from assessment.show.charts import theme
from assessment.show.charts.canvas import Canvas
from assessment.show.charts.labels import Box, spread, text_width
from assessment.show.charts.panel import Panel, amount_scale, tick_room
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

Month = tuple[int, int, float | None]
"""Year, month (1-12) and value; None is a missing month."""


def monthly_air(
    points: Sequence[Month],
    trend: Sequence[float | None] | None,
    *,
    name: str,
    unit: str,
    decimals: int,
    unit_name: str,
    breaks: Sequence[int] = (),
    title: str | None = None,
    source: str = "",
    figure_id: str | None = None,
) -> Figure | None:
    """Draw monthly values, pale, and their trend without the season, dark.

    Parameters
    ----------
    points : sequence of (year, month, value)
        In order of time; a month that is missing, or None, is a gap.
    trend : sequence of float or None, same length, optional
        Trend component of each point.
    name, unit, decimals : str, str, int
        Of the indicator.
    unit_name : str
        Name of the assessed unit.
    breaks : sequence of int
        First years of a new level.
    title, source, figure_id : str, optional
        In place of the composed finding; sources; ``monthly-{name}``.

    Returns
    -------
    Figure or None
        None where no month has a value.

    Raises
    ------
    ValueError
        If ``trend`` has another length, months are out of order, or a month is not 1 to 12.
    """
    times = [year * 12 + month - 1 for year, month, _ in points]
    if any(not 1 <= month <= 12 for _, month, _ in points):
        raise ValueError("months run from 1 to 12")
    if any(later <= earlier for earlier, later in pairwise(times)):
        raise ValueError("months must be in order and each given once")
    if trend is not None and len(trend) != len(points):
        raise ValueError(f"{len(trend)} values of the trend for {len(points)} months")
    known = [(time, value) for time, (_, _, value) in zip(times, points, strict=True)
             if value is not None]  # fmt: skip
    if not known:
        return None
    smooth = [] if trend is None else [
        (time, value) for time, value in zip(times, trend, strict=True) if value is not None
    ]  # fmt: skip
    first, last = times[0] // 12, times[-1] // 12
    scale = amount_scale([value for _, value in known + smooth])
    end_text = number(known[-1][1], decimals)
    trend_text = f"趋势 {number(smooth[-1][1], decimals)}" if smooth else ""
    room = max(text_width(end_text, theme.LABEL), text_width(trend_text, theme.HEAD)) + 10
    canvas = Canvas(theme.WIDE, 220, figure_id or f"monthly-{name}")
    area = Box(tick_room(scale.labels()) + 4, 24, canvas.width - room, canvas.height - 32)
    panel = Panel(canvas, area, (first * 12, last * 12 + 11), (scale.low, scale.high))
    panel.grid(scale)
    canvas.text(2, canvas.height - 10, unit, color=theme.SOFT)
    for year in range(first, last + 1):
        x = panel.px(year * 12)
        canvas.line([x, x], [area.bottom, area.bottom - 4], theme.PALE, 0.6)
        end = panel.px(min(year * 12 + 12, panel.x[1]))
        if end - x >= 26:
            middle = (x + end) / 2
            canvas.text(middle, area.bottom - 11, str(year), color=theme.SOFT, anchor="center")
    for year in breaks:
        if first < year <= last:
            x = panel.px(year * 12 - 0.5)
            canvas.line([x, x], [area.bottom, area.top], theme.PALE, 0.8, (1.5, 2))
            canvas.text(x, area.top + 7, "口径变化", color=theme.SOFT, anchor="center")
    cuts = {year * 12 for year in breaks}
    _draw(panel, known, cuts, theme.PALE, 1.0, dots=2.2)
    _draw(panel, smooth, cuts, theme.ACCENT, 2.0, dots=0.0)
    ends = [(panel.py(known[-1][1]), end_text, theme.SOFT, theme.LABEL)]
    if smooth:
        ends.append((panel.py(smooth[-1][1]), trend_text, theme.ACCENT, theme.HEAD))
    places = spread([y for y, *_ in ends], 13, area.bottom + 4, area.top + 4)
    for (_, text, color, size), y in zip(ends, places, strict=True):
        canvas.text(area.right + 6, y, text, size, color)

    finding = title or _title(unit_name, name, unit, decimals, known, smooth)
    missing = (times[-1] - times[0] + 1) - len(known)
    low, high = min(v for _, v in known), max(v for _, v in known)
    alt = (
        f"折线图:{finding}。月值在 {number(low, decimals)} 至 {number(high, decimals)} 之间,"
        f"最近 {_month(known[-1][0])}为 {end_text}{f';缺 {missing} 个月' if missing else ''}。"
    )
    below = subtitle(
        "细线为月值" + (",粗线为去除季节后的趋势项" if smooth else ""),
        "缺月留空" if missing else "",
        f"单位:{unit}", years(first, last), "" if scale.zero else "纵轴不从零起", source=source,
    )  # fmt: skip
    columns = (
        heading("month", "月份"),
        column("value", "月值", unit),
        *((column("trend", "趋势项", unit),) if smooth else ()),
    )
    rows = [
        row(
            word_cell(f"{year}-{month:02d}"),
            number_cell(value, decimals),
            *((number_cell(None if trend is None else trend[index], decimals),) if smooth else ()),
        )
        for index, (year, month, value) in enumerate(points)
    ]
    return figure(canvas, finding, below, alt, columns, rows)


def _month(time: int) -> str:
    return f"{time // 12} 年 {time % 12 + 1} 月"


def _draw(
    panel: Panel, values: Sequence[tuple[int, float]], cuts: set[int], color: str,
    width: float, dots: float,
) -> None:  # fmt: skip
    """Draw runs of neighbouring months; a month without neighbours is a dot."""
    found: list[list[tuple[int, float]]] = []
    for time, value in values:
        if not found or time != found[-1][-1][0] + 1 or time in cuts:
            found.append([])
        found[-1].append((time, value))
    for run in found:
        if len(run) > 1:
            panel.line([time for time, _ in run], [value for _, value in run], color, width)
    lone = [run[0] for run in found if len(run) == 1]
    panel.dots([time for time, _ in lone], [value for _, value in lone], color, max(dots, 3.0))


def _title(
    unit_name: str, name: str, unit: str, decimals: int,
    known: Sequence[tuple[int, float]], smooth: Sequence[tuple[int, float]],
) -> str:  # fmt: skip
    if len(smooth) > 1:
        start, end = smooth[0], smooth[-1]
        turn = "升" if end[1] > start[1] else "降" if end[1] < start[1] else "平"
        return (
            f"{unit_name}{name}的趋势项由 {_month(start[0])}的 {number(start[1], decimals)} "
            f"{turn}至 {_month(end[0])}的 {measure(end[1], decimals, unit)}"
        )
    value = measure(known[-1][1], decimals, unit)
    return f"{unit_name}{name} {_month(known[-1][0])}为 {value}"
