"""Figure of the courses of several targets, one small panel each."""

from __future__ import annotations

from collections.abc import Sequence

from assessment.results.model import Point, TargetResult
from assessment.show.blocks import Figure
from assessment.show.charts import theme
from assessment.show.charts.canvas import Canvas
from assessment.show.charts.labels import Box
from assessment.show.charts.panel import lay_out, tick_room, write_head
from assessment.show.charts.targets import (
    aim_number,
    course_columns,
    course_rows,
    draw_course,
    end_room,
    known_points,
    target_path,
    target_scale,
    year_span,
)
from assessment.show.charts.twin import (
    counted,
    figure,
    heading,
    measure,
    row,
    sources,
    subtitle,
    word_cell,
)
from assessment.show.formatting import years
from assessment.show.verdict_words import look


def target_panels(
    results: Sequence[TargetResult],
    *,
    unit_name: str,
    year: int,
    columns: int = 3,
    title: str | None = None,
    source: str | None = None,
    figure_id: str = "target-panels",
) -> Figure | None:
    """Draw the course of several targets, one small panel each, on shared years.

    Parameters
    ----------
    results : sequence of TargetResult
        In this order; those without a point up to ``year`` are named under the title.
    unit_name, year : str, int
        As in `target_path`.
    columns : int
        Panels side by side, at most 3.
    title, source, figure_id : str, optional
        In place of the composed finding and the sources of the points; id of the figure.

    Returns
    -------
    Figure or None
        The figure of `target_path` where only one target has points; None where none has.

    Raises
    ------
    ValueError
        If ``columns`` is not 1, 2 or 3.
    """
    if columns not in (1, 2, 3):
        raise ValueError(f"columns must be 1, 2 or 3, not {columns}")
    drawn = [(result, points) for result in results if (points := known_points(result, year))]
    if len(drawn) == 1:
        return target_path(
            drawn[0][0], unit_name=unit_name, year=year, title=title, source=source,
            figure_id=figure_id,
        )  # fmt: skip
    if not drawn:
        return None
    columns = min(columns, len(drawn))
    names = [result.name for result, _ in drawn]
    cells, cell_width, height = lay_out(names, columns, 130, theme.WIDE)
    canvas = Canvas(theme.WIDE, height, figure_id)
    span = year_span([result for result, _ in drawn], year)
    scales = [target_scale(result, points, 3) for result, points in drawn]
    left = max(tick_room(scale.labels()) for scale in scales) + 4
    right = max(end_room(result, points[-1], theme.LABEL, theme.LABEL) for result, points in drawn)
    for (result, points), cell, scale in zip(drawn, cells, scales, strict=True):
        write_head(canvas, cell)
        _verdict(canvas, result, cell.left + 6, cell.below_head)
        area = Box(
            cell.left + left, cell.body - 104, cell.left + cell_width - right, cell.body - 26
        )
        draw_course(canvas, area, result, points, scale, span, compact=True)

    absent = [result.name for result in results if not known_points(result, year)]
    finding = title or _panels_finding([result for result, _ in drawn], unit_name, year)
    every = [point for _, points in drawn for point in points]
    below = subtitle(
        "实线为实际值,虚线为基期到目标年的所需路径,粗线为目标",
        "单位见各图",
        years(min(point.year for point in every), max(point.year for point in every)),
        "" if all(scale.zero for scale in scales) else "部分纵轴不从零起",
        f"没有数据、未画:{'、'.join(absent)}" if absent else "",
        source=sources(every) if source is None else source,
    )
    said = ";".join(_short(result, points[-1]) for result, points in drawn)
    rows = [
        row(word_cell(result.name), *cells.cells, strong=cells.strong)
        for result, points in drawn
        for cells in course_rows(result, points)
    ]
    table = (heading("target", "指标"), *course_columns(""))
    return figure(
        canvas, finding, below, f"{len(drawn)} 幅折线小图:{finding}。{said}。", table, rows
    )


def _verdict(canvas: Canvas, result: TargetResult, x: float, y: float) -> None:
    style = look(result.verdict)
    vague = style.tone in ("unknown", "none")
    color = theme.PALE if vague else theme.TONES[style.tone].fill
    marker = theme.MARKERS[style.shape]
    canvas.dots([x], [y], color, 6.0, marker, hollow=style.tone == "unknown")
    canvas.text(x + 8, y, f"{style.word},{result.unit}", color=theme.SOFT)


def _short(result: TargetResult, last: Point) -> str:
    value = measure(last.value, result.decimals, result.unit)
    said = f"{result.name} {last.year} 年为 {value}"
    if result.target_value is not None and result.target_year is not None:
        said += f"({result.target_year} 年目标 {aim_number(result)})"
    return f"{said},{look(result.verdict).word}"


def _panels_finding(results: Sequence[TargetResult], unit_name: str, year: int) -> str:
    words = [look(result.verdict).word for result in results]
    return f"{unit_name} {year} 年有数据的 {len(results)} 项指标中,{counted(words)}"
