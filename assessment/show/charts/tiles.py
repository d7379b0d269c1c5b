"""Tile map: every unit a tile at about its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from assessment.params.model import Region
from assessment.results.model import Comparison, IndexResult
from assessment.show.blocks import Figure
from assessment.show.charts import theme
from assessment.show.charts.canvas import Canvas
from assessment.show.charts.labels import fit
from assessment.show.charts.twin import (
    column,
    figure,
    heading,
    number_cell,
    row,
    subtitle,
    word_cell,
)
from assessment.show.formatting import number

_RISE, _GAP = 46.0, 4.0


def tile_map(
    comparison: Comparison,
    regions: Sequence[Region],
    region: str,
    *,
    show: Literal["score", "d"] = "d",
    title: str | None = None,
    source: str = "",
    figure_id: str = "units-map",
) -> Figure | None:
    """Draw the coupling coordination, or the index, of every unit on a map of tiles.

    Parameters
    ----------
    comparison : Comparison
        Values by unit.
    regions : sequence of Region
        Those with a tile are drawn.
    region : str
        Id of the assessed unit, whose tile is framed.
    show : {"d", "score"}
        Coupling coordination with its grade's name, or index score.
    title, source, figure_id : str, optional
        In place of the composed finding; sources; id of the figure.

    Returns
    -------
    Figure or None
        None where no drawn unit has a value.
    """
    entries = {entry.region: entry for entry in comparison.index}
    tiles = [(unit, *unit.tile) for unit in regions if unit.tile is not None]
    shown = [(unit, entries.get(unit.id)) for unit, *_ in tiles]
    values = {unit.id: _value(entry, show) for unit, entry in shown}
    known = {unit.name: value for unit, *_ in tiles if (value := values[unit.id]) is not None}
    if not known:
        return None
    across = 1 + max(column_ for _, _, column_ in tiles)
    down = 1 + max(row_ for _, row_, _ in tiles)
    canvas = Canvas(theme.SINGLE, down * (_RISE + _GAP) + 4, figure_id)
    width = min(120.0, (canvas.width - 4) / across - _GAP)
    decimals = 3 if show == "d" else 2
    for unit, line, place in tiles:
        left = 2 + place * (width + _GAP)
        top = canvas.height - 2 - line * (_RISE + _GAP)
        value = values[unit.id]
        shade = _shade(value)
        edge = theme.INK if unit.id == region else None
        canvas.rectangle(left, top - _RISE, left + width, top, shade.fill, edge)
        middle = left + width / 2
        canvas.text(middle, top - 14, fit(unit.short_name, theme.VALUE, width - 6), theme.VALUE,
                    shade.ink, "center")  # fmt: skip
        entry = entries.get(unit.id)
        words = "数据不足"
        if value is not None:
            grade = entry.grade_name if entry is not None and show == "d" else ""
            words = f"{number(value, decimals)} {grade}".strip()
        canvas.text(middle, top - 31, fit(words, theme.LABEL, width - 6), theme.LABEL, shade.ink,
                    "center")  # fmt: skip

    what = "耦合协调度" if show == "d" else "综合指数"
    ordered = [(unit, values[unit.id]) for unit, *_ in tiles]
    if comparison.ranking == "on":
        ordered.sort(key=lambda item: (item[1] is None, -(item[1] or 0.0)))
    mine = next((unit for unit, _ in ordered if unit.id == region), None)
    finding = title or _title(comparison, what, mine, values.get(region), known, decimals)
    listed = "、".join(f"{unit.name} {number(value, decimals)}" for unit, value in ordered)
    below = subtitle(
        f"{comparison.year} 年各单元{what},无量纲,颜色越深越高,灰色为数据不足"
        + (",粗框为本单元" if mine is not None else ""),
        "方块只表示大致方位", comparison.framework_title, source=source,
    )  # fmt: skip
    graded = show == "d"
    grades = {entry.region: entry.grade_name for entry in comparison.index}
    columns = (
        heading("unit", "单元"),
        column("value", what),
        *([heading("grade", "等级")] if graded else []),
    )
    rows = [
        row(
            word_cell(unit.name),
            number_cell(value, decimals),
            *([word_cell(grades.get(unit.id) or "—")] if graded else []),
            strong=unit.id == region,
        )
        for unit, value in ordered
    ]
    return figure(canvas, finding, below, f"方块示意图:{finding}。{listed}。", columns, rows)


def _value(entry: IndexResult | None, show: str) -> float | None:
    if entry is None:
        return None
    return entry.d if show == "d" else entry.score


def _shade(value: float | None) -> theme.Shade:
    if value is None:
        return theme.TONES["none"]
    step = min(max(int(value * len(theme.RAMP)), 0), len(theme.RAMP) - 1)
    return theme.Shade(theme.RAMP[step], "#ffffff" if step == len(theme.RAMP) - 1 else theme.INK)


def _title(
    comparison: Comparison,
    what: str,
    mine: Region | None,
    value: float | None,
    known: Mapping[str, float],
    decimals: int,
) -> str:
    low, high = min(known, key=known.__getitem__), max(known, key=known.__getitem__)
    ends = (f"{number(known[name], decimals)}({name})" for name in (low, high))
    between = f"{len(known)} 个单元在 {'至 '.join(ends)}之间" if len(known) > 1 else ""
    if mine is not None and value is not None:
        own = f"{mine.name} {comparison.year} 年{what}为 {number(value, decimals)}"
        return f"{own},{between}" if between else own
    if between:
        return f"{comparison.year} 年{what},{between}"
    return f"{comparison.year} 年只有{low}算得出{what},为 {number(known[low], decimals)}"
