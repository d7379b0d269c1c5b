"""Figures of co-control: how far pollution and carbon fell together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from matplotlib.ticker import MaxNLocator

from assessment.results.model import CoControlResult, Comparison
from assessment.show.blocks import Figure
from assessment.show.charts import theme
from assessment.show.charts.canvas import Anchor, Canvas
from assessment.show.charts.labels import Box, place, text_width
from assessment.show.charts.panel import Panel, Scale
from assessment.show.charts.twin import column, figure, number_cell, row, subtitle, word_cell
from assessment.show.charts.units import compared
from assessment.show.formatting import change_of, number, percent
from assessment.show.verdict_words import look

QUADRANTS = {1: "协同减排", 2: "只降碳", 3: "同增", 4: "只减污"}
"""Words of the quadrants; carbon's reduction is on the vertical axis."""


class _Mark(NamedTuple):
    label: str
    pollutant: float
    carbon: float
    dark: bool
    result: CoControlResult


def cocontrol(
    results: Sequence[CoControlResult],
    *,
    unit_name: str,
    title: str | None = None,
    source: str = "",
    figure_id: str = "cocontrol",
) -> Figure | None:
    """Draw the co-control coordinates of a unit's pollutants.

    Parameters
    ----------
    results : sequence of CoControlResult
        Relative reductions (0.1 = ten per cent less).
    unit_name : str
        Name of the assessed unit.
    title, source, figure_id : str, optional
        In place of the composed finding; sources; id of the figure.

    Returns
    -------
    Figure or None
        None where no pair has both reductions.
    """
    several = len({result.carbon_name for result in results}) > 1
    names = [result.pollutant_name for result in results]
    both = len(set(names)) < len(names)
    marks = [
        _Mark(
            f"{result.pollutant_name}/{result.carbon_name}" if both else result.pollutant_name,
            result.pollutant_reduction,
            result.carbon_reduction,
            True,
            result,
        )
        for result in results
        if result.pollutant_reduction is not None and result.carbon_reduction is not None
    ]
    if not marks:
        return None
    together = [mark.label for mark in marks if mark.result.quadrant == 1]
    unclear = sum(mark.result.quadrant is None for mark in marks)
    span = _span([mark.result for mark in marks])
    finding = title or (
        f"{unit_name} {span},{len(marks)} 种污染物中 {len(together)} 种与碳排放同时下降"
        + (f"({'、'.join(together)})" if 0 < len(together) <= 4 else "")
        + (f",{unclear} 种分辨不出" if unclear else "")
    )
    carbon = "碳排放" if several else marks[0].result.carbon_name
    return _plane(marks, "污染物", carbon, finding, source, figure_id, "污染物")


def cocontrol_units(
    comparison: Comparison,
    region: str,
    pollutant: str,
    *,
    omit: Collection[str] = (),
    title: str | None = None,
    source: str = "",
    figure_id: str | None = None,
) -> Figure | None:
    """Draw one pollutant's co-control coordinates of every unit, the assessed one dark.

    Parameters
    ----------
    comparison : Comparison
        Units by id; only those in its index are drawn, the city is not.
    region : str
        Id of the assessed unit; the city's own marks no unit.
    pollutant : str
        Id of the pollutant, or of the pair.
    omit : collection of str
        Ids that stand outside the comparison.
    title, source, figure_id : str, optional
        In place of the composed finding; sources; ``cocontrol-units-{pollutant}``.

    Returns
    -------
    Figure or None
        None where no unit has both reductions.
    """
    names = {entry.region: entry.name for entry in compared(comparison, omit)}
    marks = []
    for unit, results in comparison.cocontrol.items():
        for result in results:
            x, y = result.pollutant_reduction, result.carbon_reduction
            if pollutant in (result.pollutant, result.pair) and unit in names:
                if x is not None and y is not None:
                    marks.append(_Mark(names[unit], x, y, unit == region, result))
                break
    if not marks:
        return None
    marks.sort(key=lambda mark: not mark.dark)
    together = sum(mark.result.quadrant == 1 for mark in marks)
    first = marks[0].result
    span = _span([mark.result for mark in marks])
    finding = title or (
        f"{span},{len(marks)} 个单元中 {together} 个{first.pollutant_name}与"
        f"{first.carbon_name}同时下降"
        + (f";{marks[0].label}为{_word(first)}" if marks[0].dark else "")
    )
    name = figure_id or f"cocontrol-units-{pollutant}"
    return _plane(marks, first.pollutant_name, first.carbon_name, finding, source, name, "单元")


def _span(results: Sequence[CoControlResult]) -> str:
    spans = {(result.from_year, result.to_year) for result in results}
    if len(spans) > 1:
        return f"{min(a for a, _ in spans)} 至 {max(b for _, b in spans)} 年(各自起止年)"
    start, end = spans.pop()
    return f"{start} 至 {end} 年"


def _plane(
    marks: Sequence[_Mark],
    pollutant: str,
    carbon: str,
    finding: str,
    source: str,
    name: str,
    what: str,
) -> Figure:
    scale = _equal_scale([value * 100 for mark in marks for value in (mark.pollutant, mark.carbon)])
    canvas = Canvas(theme.SINGLE, 378, name)
    side, left = 322.0, 36.0
    area = Box(left, 40, left + side, 40 + side)
    panel = Panel(canvas, area, (scale.low, scale.high), (scale.low, scale.high))
    _axes(panel, scale, pollutant, carbon)
    taken = _quadrants(panel, scale)
    points = [(panel.px(mark.pollutant * 100), panel.py(mark.carbon * 100)) for mark in marks]
    bounds = Box(left + 2, 42, canvas.width - 2, 40 + side - 2)
    texts = [mark.label for mark in marks]
    lines = [
        Box(panel.px(0) - 1, area.bottom, panel.px(0) + 1, area.top),
        Box(area.left, panel.py(0) - 1, area.right, panel.py(0) + 1),
    ]
    placed = place(points, texts, theme.LABEL, bounds, [*taken, *lines])
    for (x, y), text, at in zip(points, texts, placed, strict=True):
        if at.leader:
            right = at.left + text_width(text, theme.LABEL)
            end = at.left - 2 if at.left > x else right + 2 if right < x else (at.left + right) / 2
            canvas.line([x, end], [y, at.middle], theme.PALE, 0.6)
    for mark, (x, y), at in reversed(list(zip(marks, points, placed, strict=True))):
        color = theme.ACCENT if mark.dark and mark.result.quadrant else theme.PALE
        canvas.dots([x], [y], color, 8.0 if mark.dark else 6.0)
        words = theme.INK if mark.dark else theme.SOFT
        canvas.text(at.left, at.middle, mark.label, color=words)

    listed = ";".join(
        f"{mark.label} 污染物 {percent(change_of(mark.pollutant), signed=True)}、"
        f"碳 {percent(change_of(mark.carbon), signed=True)}"
        f"({_word(mark.result)})"
        for mark in marks
    )
    below = subtitle(
        f"横轴为{pollutant}的变化,纵轴为{carbon}的变化,向右、向上为下降;"
        "两轴等长,斜线为变化相同;浅色的有一方变化在误差之内"
        if what != "单元"
        else "两轴等长,斜线为变化相同",
        "单位:%", _span([mark.result for mark in marks]), source=source,
    )  # fmt: skip
    columns = (
        column("name", what).model_copy(update={"align": "left"}),
        column("pollutant", "污染物变化", "%"),
        column("carbon", "碳变化", "%"),
        column("quadrant", "象限"),
    )
    rows = [
        row(
            word_cell(mark.label),
            number_cell(0.0 - mark.pollutant * 100, 1),
            number_cell(0.0 - mark.carbon * 100, 1),
            word_cell(_word(mark.result)),
            strong=mark.dark and what == "单元",
        )
        for mark in marks
    ]
    return figure(canvas, finding, below, f"象限图:{finding}。{listed}。", columns, rows)


def _word(result: CoControlResult) -> str:
    return QUADRANTS[result.quadrant] if result.quadrant else look(result.reading).word


def _equal_scale(values: Sequence[float]) -> Scale:
    """One scale for both axes, with room on both sides of zero."""
    high, low = max(max(values), 0.0), min(min(values), 0.0)
    reach = max(high, -low, 1.0)
    high, low = max(high * 1.12, reach * 0.35), min(low * 1.12, -reach * 0.35)
    ticks = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    inner = tuple(float(tick) for tick in ticks if low <= tick <= high)
    return Scale(low, high, inner)


def _axes(panel: Panel, scale: Scale, pollutant: str, carbon: str) -> None:
    canvas, area = panel.canvas, panel.area
    canvas.rectangle(panel.px(0), panel.py(0), area.right, area.top, theme.WASH)
    diagonal = [scale.low * 0.72, scale.high * 0.88]
    panel.line(diagonal, diagonal, theme.PALE, 0.8, (3, 3))
    panel.line([scale.low, scale.high], [0, 0], theme.SOFT, 0.7)
    panel.line([0, 0], [scale.low, scale.high], theme.SOFT, 0.7)
    for tick in scale.ticks:
        label = number(0.0 - tick, scale.decimals)
        x, y = panel.px(tick), panel.py(tick)
        canvas.line([x, x], [area.bottom, area.bottom - 3], theme.PALE, 0.6)
        canvas.line([area.left, area.left - 3], [y, y], theme.PALE, 0.6)
        canvas.text(x, area.bottom - 11, label, color=theme.SOFT, anchor="center")
        canvas.text(area.left - 6, y, label, color=theme.SOFT, anchor="right")
    canvas.text(area.right, area.bottom - 27, f"{pollutant}下降(变化,%)→", color=theme.SOFT,
                anchor="right")  # fmt: skip
    canvas.text(2, area.top + 9, f"↑ {carbon}下降(变化,%)", color=theme.SOFT)


def _quadrants(panel: Panel, scale: Scale) -> list[Box]:
    """Name the quadrants in their outer corners; return where the words stand."""
    area = panel.area
    corners: dict[int, tuple[float, float, Anchor]] = {
        1: (area.right - 5, area.top - 9, "right"),
        2: (area.left + 5, area.top - 9, "left"),
        3: (area.left + 5, area.bottom + 9, "left"),
        4: (area.right - 5, area.bottom + 9, "right"),
    }
    taken = []
    for quadrant, (x, y, anchor) in corners.items():
        word = QUADRANTS[quadrant]
        color = theme.ACCENT if quadrant == 1 else theme.SOFT
        panel.canvas.text(x, y, word, theme.VALUE, color, anchor)
        width = text_width(word, theme.VALUE) + 4
        left = x if anchor == "left" else x - width
        taken.append(Box(left, y - 7, left + width, y + 7))
    return taken
