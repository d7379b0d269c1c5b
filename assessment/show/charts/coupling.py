"""Figure of coupling coordination over the years, with the levels it is made of."""

from __future__ import annotations

from collections.abc import Sequence

from assessment.methods.coupling_grades import GRADE_NAMES
from assessment.results.model import CouplingResult, Point
from assessment.show.blocks import Figure
from assessment.show.charts import theme
from assessment.show.charts.canvas import Canvas
from assessment.show.charts.labels import Box, fit, spread
from assessment.show.charts.panel import Panel, Scale
from assessment.show.charts.twin import column, figure, number_cell, row, subtitle, word_cell
from assessment.show.formatting import number, years

_SCALE = Scale(0.0, 1.0, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0))


def coupling_years(
    results: Sequence[CouplingResult],
    *,
    unit_name: str,
    title: str | None = None,
    source: str = "",
    figure_id: str = "coupling",
) -> Figure | None:
    """Draw the coupling coordination D of each year, and the subsystem levels beside it.

    Parameters
    ----------
    results : sequence of CouplingResult
        One a year; levels and D between 0 and 1.
    unit_name : str
        Name of the assessed unit.
    title, source, figure_id : str, optional
        In place of the composed finding; sources; id of the figure.

    Returns
    -------
    Figure or None
        None where neither D nor any level is known.
    """
    ordered = sorted(results, key=lambda result: result.year)
    degree = _points([(result.year, result.d) for result in ordered])
    names = {s.id: s.name for result in ordered for s in result.subsystems}
    levels = {
        name: _points(
            [(r.year, s.level) for r in ordered for s in r.subsystems if s.id == identity]
        )
        for identity, name in names.items()
    }
    levels = {name: points for name, points in levels.items() if points}
    if not degree and not levels:
        return None
    first, last = ordered[0].year, ordered[-1].year
    x = (first - 0.3, last + 0.3) if first != last else (first - 1.3, last + 0.3)

    canvas = Canvas(theme.WIDE, 252, figure_id)
    left = Panel(canvas, Box(74, 22, 298, canvas.height - 24), x, (0, 1))
    right = Panel(canvas, Box(384, 22, canvas.width - 92, canvas.height - 24), x, (0, 1))
    canvas.text(2, canvas.height - 9, "耦合协调度 D", theme.HEAD)
    canvas.text(right.area.left - 22, canvas.height - 9, "各子系统水平", theme.HEAD)
    _grades(left, degree[-1].value if degree else None)
    right.grid(_SCALE)
    for panel in (left, right):
        panel.years()
    left.series(degree, theme.ACCENT, 1.8, size=5.0)
    if degree:
        end = degree[-1]
        canvas.text(
            left.px(end.year) + 8, left.py(end.value), number(end.value, 3),
            theme.VALUE, theme.ACCENT,
        )  # fmt: skip
    else:
        middle = (left.area.left + left.area.right) / 2
        canvas.text(middle, 128, "子系统不全,不计算", color=theme.SOFT, anchor="center")
    _levels(right, levels)

    finding = title or _title(ordered, unit_name)
    below = subtitle(
        "左为耦合协调度 D 及其等级,右为参与计算的各子系统水平(0 至 1)",
        "无量纲", years(first, last), source=source,
    )  # fmt: skip
    columns = (
        column("year", "年份"),
        column("d", "D"),
        column("grade", "等级"),
        *(column(identity, f"{name}水平") for identity, name in names.items()),
    )
    rows = [
        row(
            word_cell(str(result.year), result.year),
            number_cell(result.d, 3),
            word_cell(result.grade_name or result.reason),
            *(
                number_cell(next((s.level for s in result.subsystems if s.id == identity), None), 3)
                for identity in names
            ),
        )
        for result in ordered
    ]
    return figure(canvas, finding, below, _alt(ordered, finding, levels), columns, rows)


def _points(values: Sequence[tuple[int, float | None]]) -> tuple[Point, ...]:
    return tuple(Point(year=year, value=value) for year, value in values if value is not None)


def _grades(panel: Panel, value: float | None) -> None:
    """Draw the ten bands and name them on the left; the last year's band is tinted."""
    canvas, area = panel.canvas, panel.area
    now = None if value is None else min(int(value * 10 + 1e-9), 9)
    for index, name in enumerate(GRADE_NAMES):
        low, high = panel.py(index / 10), panel.py((index + 1) / 10)
        here = index == now
        if here:
            canvas.rectangle(area.left, low, area.right, high, theme.WASH)
        canvas.line([area.left, area.right], [low, low], theme.HAIR, 0.6)
        color = theme.INK if here else theme.SOFT
        canvas.text(area.left - 5, (low + high) / 2, name, color=color, anchor="right")
    for tick in (0.0, 0.5, 1.0):
        canvas.text(2, panel.py(tick), number(tick, 1), color=theme.SOFT)
    canvas.line([area.left, area.right], [area.top, area.top], theme.HAIR, 0.6)


def _levels(panel: Panel, levels: dict[str, tuple[Point, ...]]) -> None:
    ends = [panel.py(points[-1].value) for points in levels.values()]
    places = spread(ends, 12.5, panel.area.bottom, panel.area.top)
    for (name, points), color, y in zip(
        levels.items(), theme.SERIES * (len(levels) // len(theme.SERIES) + 1), places, strict=False
    ):
        panel.series(points, color, 1.1, size=3.0)
        words = f"{name} {number(points[-1].value, 2)}"
        x = panel.area.right + 7
        end = panel.py(points[-1].value)
        panel.canvas.line([panel.px(points[-1].year) + 3, x - 1], [end, y], theme.HAIR, 0.6)
        panel.canvas.text(x, y, fit(words, theme.LABEL, panel.canvas.width - x - 2), color=color)


def _title(ordered: Sequence[CouplingResult], unit_name: str) -> str:
    known = [result for result in ordered if result.d is not None]
    if not known:
        return f"{unit_name}子系统数据不全,{ordered[-1].year} 年不计算耦合协调度"
    first, last = known[0], known[-1]
    said = f"{unit_name} {last.year} 年耦合协调度为 {number(last.d, 3)}({last.grade_name})"
    if first is last or first.d is None or last.d is None:
        return said
    change = number(last.d - first.d, 3, signed=True)
    return f"{said},较 {first.year} 年 {change}"


def _alt(
    ordered: Sequence[CouplingResult], finding: str, levels: dict[str, tuple[Point, ...]]
) -> str:
    said = "、".join(
        f"{name} {number(points[-1].value, 2)}({points[-1].year} 年)"
        for name, points in levels.items()
    )
    missing = [str(result.year) for result in ordered if result.d is None]
    return (
        f"折线图:{finding}。"
        + (f"子系统水平:{said}。" if said else "")
        + (f"{'、'.join(missing)} 年不计算。" if missing else "")
    )
