"""Figures of targets: observed values against the path that a target requires."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from assessment.results.model import Point, TargetResult
from assessment.show.blocks import Column, Figure, Row
from assessment.show.charts import theme
from assessment.show.charts.canvas import Canvas
from assessment.show.charts.labels import Box, spread, text_width, thin
from assessment.show.charts.panel import Panel, Scale, amount_scale, gaps, tick_room
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
from assessment.show.formatting import number, percent, years
from assessment.show.verdict_words import COMPLETION, PROGRESS, look

_Path = list[tuple[int, float]]


def target_path(
    result: TargetResult,
    *,
    unit_name: str,
    year: int,
    title: str | None = None,
    source: str | None = None,
    figure_id: str | None = None,
) -> Figure | None:
    """Draw the observed values of a target's indicator and the path it requires.

    Parameters
    ----------
    result : TargetResult
        Values in its own unit.
    unit_name : str
        Name of the assessed unit.
    year : int
        Assessed year; later points are left out.
    title, source, figure_id : str, optional
        In place of the composed finding, the sources of the points, ``target-{no}``.

    Returns
    -------
    Figure or None
        None where no point is known up to ``year``.
    """
    points = known_points(result, year)
    if not points:
        return None
    canvas = Canvas(theme.SINGLE, 236, figure_id or f"target-{result.no}")
    scale = target_scale(result, points, 4)
    room = end_room(result, points[-1], theme.HEAD, theme.VALUE)
    left = tick_room(scale.labels()) + 4
    area = Box(left, 22, canvas.width - room, canvas.height - 34)
    canvas.text(2, canvas.height - 10, result.unit, color=theme.SOFT)
    draw_course(canvas, area, result, points, scale, year_span([result], year), compact=False)

    path = required_path(result)
    finding = title or _finding(result, unit_name, points[-1])
    below = subtitle(
        _what_is_drawn(result, path),
        f"单位:{result.unit}",
        years(points[0].year, points[-1].year),
        "" if scale.zero else "纵轴不从零起",
        source=sources(points) if source is None else source,
    )
    alt = f"折线图:{finding}。{_details(result, points)}。"
    columns = course_columns(result.unit)
    return figure(canvas, finding, below, alt, columns, course_rows(result, points))


def known_points(result: TargetResult, year: int) -> tuple[Point, ...]:
    """Points up to the assessed year."""
    return tuple(point for point in result.points if point.year <= year)


def required_path(result: TargetResult) -> _Path:
    """Baseline and target as the two ends of a line; empty where there is none."""
    if result.baseline is None or result.target_value is None or result.target_year is None:
        return []
    if result.target_year <= result.baseline.year:
        return []
    return [
        (result.baseline.year, result.baseline.value),
        *result.course,
        (result.target_year, result.target_value),
    ]


def required_values(path: _Path) -> dict[int, float]:
    """Value that the path requires in each of its years."""
    return {
        when: low + (high - low) * (when - start) / (end - start)
        for (start, low), (end, high) in pairwise(path)
        for when in range(start, end + 1)
    }


def year_span(results: Sequence[TargetResult], year: int) -> tuple[int, int]:
    """First and last year of the axis."""
    ends = [year]
    for result in results:
        ends += [point.year for point in known_points(result, year)]
        ends += [when for when, _ in required_path(result)]
        if result.target_year is not None and result.target_value is not None:
            ends.append(result.target_year)
    first, last = min(ends), max(ends)
    return (first - 1 if first == last else first), last


def target_scale(result: TargetResult, points: Sequence[Point], bins: int) -> Scale:
    """Vertical axis that holds points, path and target."""
    values = [point.value for point in points]
    values += [value for _, value in required_path(result)]
    if result.target_value is not None:
        values.append(result.target_value)
    return amount_scale(values, bins)


def aim_number(result: TargetResult) -> str:
    """The target as a figure names it, a range with both ends."""
    ends = result.target_band or (result.target_value,)
    return "—".join(number(end, result.decimals) for end in ends)


def _target_words(result: TargetResult) -> str:
    return f"目标 {aim_number(result)}"


def end_room(result: TargetResult, last: Point, target_size: float, value_size: float) -> float:
    """Points to the right of a panel for the words at the ends of its lines."""
    target = "" if result.target_value is None else _target_words(result)
    value = number(last.value, result.decimals)
    return max(text_width(target, target_size), text_width(value, value_size)) + 14


def draw_course(
    canvas: Canvas,
    area: Box,
    result: TargetResult,
    points: Sequence[Point],
    scale: Scale,
    span: tuple[int, int],
    *,
    compact: bool,
) -> None:
    """Draw one target's observed line, required path, target and breaks."""
    panel = Panel(canvas, area, (span[0] - 0.3, span[1] + 0.3), (scale.low, scale.high))
    panel.grid(scale)
    _year_labels(panel, span, result.target_year, points[-1].year)
    panel.break_marks(result.breaks, "" if compact else "口径变化")
    path = required_path(result)
    if path:
        panel.line([x for x, _ in path], [y for _, y in path], theme.SOFT, 0.9, (4, 3))
    panel.series(points, theme.INK, 1.3 if compact else 1.6, result.breaks, 3.2 if compact else 5.0)
    last = points[-1]
    panel.dots([last.year], [last.value], theme.ACCENT, 4.6 if compact else 6.5)
    if result.target_value is not None and result.target_year is not None:
        half = 8 / (area.right - area.left) * (panel.x[1] - panel.x[0])
        rule = [result.target_year - half, result.target_year + half]
        panel.line(rule, [result.target_value] * 2, theme.INK, 2.6 if compact else 3.2)
    elif result.target_value is not None:
        panel.line(panel.x, [result.target_value] * 2, theme.SOFT, 0.9, (1.5, 2))
    sizes = (theme.LABEL, theme.LABEL) if compact else (theme.HEAD, theme.VALUE)
    _end_labels(panel, result, last, path, *sizes)


def _year_labels(panel: Panel, span: tuple[int, int], target: int | None, shown: int) -> None:
    every = list(range(span[0], span[1] + 1))
    keep = [when for when in (target, shown, span[0]) if when in every]
    widths = [text_width(str(when), theme.LABEL) for when in every]
    chosen = thin(
        [panel.px(when) for when in every], widths,
        [every.index(when) for when in keep if when is not None],
    )  # fmt: skip
    panel.years([every[index] for index in chosen])


def _end_labels(
    panel: Panel, result: TargetResult, last: Point, path: _Path, target_size: float,
    value_size: float,
) -> None:  # fmt: skip
    """Write the last value and the target: at the rule, or under one another at the edge."""
    canvas, area = panel.canvas, panel.area
    value, at = number(last.value, result.decimals), panel.px(last.year)
    width = text_width(value, value_size)
    words: list[tuple[float, str, str, float]] = []
    due = result.target_year
    if result.target_value is not None:
        y = panel.py(result.target_value)
        words.append((y, _target_words(result), theme.INK, target_size))
    if (due is not None and last.year < due) or at + width + 10 < area.right:
        required = required_values(path).get(last.year)
        above = required is None or last.value >= required
        y = panel.py(last.value) + (11 if above else -11)
        y = min(max(y, area.bottom + 6), area.top + 7)
        canvas.text(min(at, area.right - width / 2), y, value, value_size, theme.ACCENT, "center")
    else:
        words.append((panel.py(last.value), value, theme.ACCENT, value_size))
    x = area.right if due is None else panel.px(due) + 8
    if len(words) > 1:
        x = max(x, area.right)
    places = spread([y for y, *_ in words], 13, area.bottom + 4, area.top + 4)
    for (_, text, color, size), y in zip(words, places, strict=True):
        canvas.text(x + 5, y, text, size, color)


def _what_is_drawn(result: TargetResult, path: _Path) -> str:
    if path:
        return f"实线为实际值,虚线为 {path[0][0]} 年基期到 {path[1][0]} 年目标的所需路径,粗线为目标"
    if result.target_value is not None and result.target_year is None:
        return "实线为实际值,点线为每年都应达到的要求"
    if result.target_value is not None:
        return "实线为实际值,粗线为目标;无基期值,不画所需路径"
    return "实线为实际值;没有数值目标"


def _finding(result: TargetResult, unit_name: str, last: Point) -> str:
    value = measure(last.value, result.decimals, result.unit)
    said = f"{unit_name}{result.name} {last.year} 年为 {value},{look(result.verdict).word}"
    if result.verdict == "insufficient_data" and result.reason:
        return f"{said}({result.reason})"
    if result.gap is not None and result.gap > 0 and result.target_year is not None:
        short = measure(result.gap, result.decimals, result.unit)
        return f"{said},距 {result.target_year} 年目标还差 {short}"
    return said


def _details(result: TargetResult, points: Sequence[Point]) -> str:
    said = f"{points[0].year} 年为 {number(points[0].value, result.decimals)}"
    if result.target_value is not None and result.target_year is not None:
        target = measure(result.target_value, result.decimals, result.unit)
        aim = target if result.target_band is None else aim_number(result)
        said += f",{result.target_year} 年目标 {aim}"
    if result.ratio is not None:
        said += f",{PROGRESS[result.progress_rule][1]} {percent(result.ratio, 0)}"
    if result.completion is not None:
        said += f",{COMPLETION[result.completion_basis]} {number(result.completion, 1)}%"
    if result.probability is not None:
        said += f",照近五年的变化达成的概率 {percent(result.probability, 0)}"
    missing = gaps(points)
    return said + (f";缺 {'、'.join(map(str, missing))} 年" if missing else "")


def course_columns(unit: str) -> tuple[Column, ...]:
    """Columns of the table twin."""
    return (
        column("year", "年份"),
        column("observed", "实际值", unit),
        column("required", "所需路径", unit),
        heading("note", "说明"),
    )


def course_rows(result: TargetResult, points: Sequence[Point]) -> list[Row]:
    """Rows of the table twin, one a year."""
    observed = {point.year: point for point in points}
    required = required_values(required_path(result))
    if result.target_value is not None and result.target_year is not None:
        required.setdefault(result.target_year, result.target_value)
    return [
        row(
            word_cell(str(when), when),
            point_cell(observed.get(when), result.decimals),
            number_cell(required.get(when), result.decimals),
            word_cell(_row_note(result, when)),
            strong=when == result.target_year,
        )
        for when in sorted({*observed, *required})
    ]


def _row_note(result: TargetResult, when: int) -> str:
    notes = ["口径变化"] if when in result.breaks else []
    if when == result.target_year and result.target_value is not None:
        notes.append("目标")
    return "、".join(notes)
