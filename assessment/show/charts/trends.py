"""Figures of trends: one panel a series, sharing years."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from assessment.results.model import Point, TrendResult
from assessment.show.blocks import Figure
from assessment.show.charts import theme
from assessment.show.charts.canvas import Canvas
from assessment.show.charts.labels import Box, fit, text_width
from assessment.show.charts.panel import (
    Panel,
    Scale,
    amount_scale,
    gaps,
    lay_out,
    tick_room,
    write_head,
)
from assessment.show.charts.twin import (
    column,
    figure,
    heading,
    measure,
    number_cell,
    point_cell,
    row,
    sources,
    subtitle,
    word_cell,
)
from assessment.show.formatting import number, pace_decimals, probability, years

_READINGS = {
    "falling": "下降",
    "rising": "上升",
    "flat": "持平",
    "unclear": "无确定趋势",
    "insufficient": "点数不足",
}


def trend_panels(
    results: Sequence[TrendResult],
    *,
    unit_name: str,
    year: int | None = None,
    columns: int = 3,
    level: float = 0.95,
    title: str | None = None,
    source: str | None = None,
    figure_id: str = "trends",
) -> Figure | None:
    """Draw the points of each series and its Theil-Sen line with the interval of its slope.

    Parameters
    ----------
    results : sequence of TrendResult
        One panel each, in this order; those without any point are left out.
    unit_name : str
        Name of the assessed unit.
    year : int, optional
        Assessed year; later points are left out.
    columns : int
        Panels side by side, at most 3.
    level : float
        Confidence level of the slopes' intervals, as it was computed.
    title, source, figure_id : str, optional
        In place of the composed finding and the sources of the points; id of the figure.

    Returns
    -------
    Figure or None
        None where no series has a point.

    Raises
    ------
    ValueError
        If ``columns`` is not 1, 2 or 3.
    """
    if columns not in (1, 2, 3):
        raise ValueError(f"columns must be 1, 2 or 3, not {columns}")
    if year is not None:
        results = [_until(result, year) for result in results]
    drawn = [result for result in results if _all_points(result)]
    if not drawn:
        return None
    alone = len(drawn) == 1
    columns = min(columns, len(drawn))
    width = theme.SINGLE if columns == 1 else theme.WIDE
    names = [result.name for result in drawn]
    body = 190.0 if columns == 1 else 124.0
    cells, cell_width, height = lay_out(names, columns, body, width)
    canvas = Canvas(width, height, figure_id)
    ends = [point.year for result in drawn for point in _all_points(result)]
    first, last = min(ends), max(ends)
    x = (first - 0.3, last + 0.3) if first != last else (first - 1.3, last + 0.3)
    scales = [_scale(result, 4 if columns == 1 else 3) for result in drawn]
    left = max(tick_room(scale.labels()) for scale in scales) + 4
    right = max(text_width(_last(result), theme.LABEL) for result in drawn) + 8
    for result, cell, scale in zip(drawn, cells, scales, strict=True):
        write_head(canvas, cell)
        note = fit(_note(result), theme.LABEL, cell_width - 4)
        canvas.text(cell.left + 2, cell.below_head, note, color=theme.SOFT)
        bottom = cell.body - body + 28
        area = Box(cell.left + left, bottom, cell.left + cell_width - right, cell.body - 26)
        _draw(Panel(canvas, area, x, (scale.low, scale.high)), result, scale, large=columns == 1)
    zeros = [scale.zero for scale in scales]

    finding = title or _title(drawn, unit_name)
    points = [point for result in drawn for point in _all_points(result)]
    below = subtitle(
        "点为实际值,直线为 Theil-Sen 趋势线" + _band_words(drawn, level),
        f"单位:{drawn[0].unit}" if alone else "单位见各图",
        years(first, last),
        "" if all(zeros) else "纵轴不从零起" if alone else "部分纵轴不从零起",
        *(_choice(result) for result in drawn if result.chosen),
        source=sources(points) if source is None else source,
    )
    said = "" if alone and title is None else "".join(f"{_reading(result)}。" for result in drawn)
    alt = f"{'散点' if alone else f'{len(drawn)} 幅散点小'}图:{finding}。{said}"
    rows = [
        row(
            word_cell(result.name),
            word_cell(str(point.year), point.year),
            point_cell(point, result.decimals),
            number_cell(_fitted(result, point.year), result.decimals + 1),
        )
        for result in drawn
        for point in _all_points(result)
    ]
    unit = drawn[0].unit if alone else ""
    table = (
        heading("series", "序列"),
        column("year", "年份"),
        column("value", "实际值", unit),
        column("trend", "趋势线", unit),
    )
    return figure(canvas, finding, below, alt, table, rows)


def _all_points(result: TrendResult) -> tuple[Point, ...]:
    return (*result.before_break, *result.points)


def _choice(result: TrendResult) -> str:
    """What the chapter's author chose for a series."""
    said = [f"{one.year} 年不用({one.reason})" for one in result.left_out]
    if result.since is not None:
        said.insert(0, f"{result.since} 年起")
    if result.test != "Mann–Kendall":
        said.append(f"检验为 {result.test}")
    return f"{result.name}:{'、'.join(said)}"


def _until(result: TrendResult, year: int) -> TrendResult:
    kept = {
        name: tuple(point for point in getattr(result, name) if point.year <= year)
        for name in ("points", "before_break")
    }
    return result.model_copy(update=kept)


def _fitted(result: TrendResult, year: int, slope: float | None = None) -> float | None:
    """Value of the line of a slope through the medians; None before the level break."""
    slope = result.slope if slope is None else slope
    if slope is None or not result.points or year < result.points[0].year:
        return None
    middle = median(point.year for point in result.points)
    return median(point.value for point in result.points) + slope * (year - middle)


def _last(result: TrendResult) -> str:
    return number(_all_points(result)[-1].value, result.decimals)


def _ends(result: TrendResult) -> tuple[int, int]:
    """First and last year of the trend line."""
    points = result.points or _all_points(result)
    return points[0].year, points[-1].year


def _scale(result: TrendResult, bins: int) -> Scale:
    values = [point.value for point in _all_points(result)]
    for slope in (result.slope_low, result.slope, result.slope_high):
        if slope is not None:
            fitted = [_fitted(result, when, slope) for when in _ends(result)]
            values += [value for value in fitted if value is not None]
    return amount_scale(values, bins)


def _draw(panel: Panel, result: TrendResult, scale: Scale, *, large: bool) -> None:
    points = _all_points(result)
    start, end = _ends(result)
    panel.grid(scale)
    panel.years()
    low, high = result.slope_low, result.slope_high
    if result.slope is not None:
        if low is not None and high is not None:
            _band(panel, result, low, high, start, end)
        line = [_fitted(result, start), _fitted(result, end)]
        ends = [value for value in line if value is not None]
        dashes = None if result.significant else (4.0, 2.5)
        panel.line([start, end], ends, theme.ACCENT, 1.6, dashes)
    panel.break_marks(result.breaks)
    size = 4.6 if large else 3.4
    before = result.before_break
    panel.dots([p.year for p in before], [p.value for p in before], theme.PALE, size)
    panel.series(result.points, theme.INK, 0.5, result.breaks, size)
    panel.canvas.text(panel.px(points[-1].year) + 6, panel.py(points[-1].value), _last(result))


def _band(panel: Panel, result: TrendResult, low: float, high: float, start: int, end: int) -> None:
    """Fill between the lines of the two slopes, which cross at the medians."""
    middle = median(point.year for point in result.points)
    centre = median(point.value for point in result.points)
    corners = [
        (start, _fitted(result, start, low)), (middle, centre), (end, _fitted(result, end, high)),
        (end, _fitted(result, end, low)), (middle, centre), (start, _fitted(result, start, high)),
    ]  # fmt: skip
    panel.canvas.area(
        [(panel.px(x), panel.py(y)) for x, y in corners if y is not None], theme.ACCENT_PALE
    )


def _note(result: TrendResult) -> str:
    if result.slope is None:
        return f"{result.unit},{_READINGS[result.reading]}"
    pace = _pace(result, result.slope)
    test = "未检验" if result.p is None else f"p {_equals(result.p)}"
    return f"{result.unit},每年 {pace},{test}"


def _pace(result: TrendResult, slope: float) -> str:
    """Write a slope, and the ends of its interval, with the slope's three leading figures."""
    return number(slope, pace_decimals(result.slope, result.decimals), signed=True)


def _equals(p: float) -> str:
    text = probability(p)
    return text if text.startswith("<") else f"= {text}"


def _band_words(drawn: Sequence[TrendResult], level: float) -> str:
    with_band = any(r.slope_low is not None and r.slope_high is not None for r in drawn)
    dashed = any(r.slope is not None and not r.significant for r in drawn)
    words = f",浅带为其斜率的 {level * 100:g}% 区间" if with_band else ""
    return words + (",虚线为未通过显著性检验" if dashed else "")


def _title(drawn: Sequence[TrendResult], unit_name: str) -> str:
    if len(drawn) == 1:
        return f"{unit_name}{_reading(drawn[0])}"
    parts = []
    for reading in ("falling", "rising", "flat", "unclear", "insufficient"):
        count = sum(result.reading == reading for result in drawn)
        if count:
            parts.append(f"{count} 项{_READINGS[reading]}")
    return f"{unit_name} {len(drawn)} 项序列中,{'、'.join(parts)}"


def _reading(result: TrendResult) -> str:
    points = _all_points(result)
    value = measure(points[-1].value, result.decimals, result.unit)
    said = f"{result.name} {points[-1].year} 年为 {value},{_READINGS[result.reading]}"
    if result.slope is not None:
        said += f",每年 {_pace(result, result.slope)}"
        if result.slope_low is not None and result.slope_high is not None:
            low, high = _pace(result, result.slope_low), _pace(result, result.slope_high)
            said += f"({low} 至 {high})"
    if result.p is not None:
        said += f",p {_equals(result.p)}"
    missing = gaps(points)
    return said + (f",缺 {'、'.join(map(str, missing))} 年" if missing else "")
