"""What stands around a drawing: its table twin, its subtitle, its sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assessment.results.model import Point
from assessment.results.values import Value
from assessment.show.blocks import Cell, Column, Figure, Row, Table
from assessment.show.charts.canvas import Canvas
from assessment.show.charts.words import full_width
from assessment.show.formatting import number


def point_cell(point: Point | None, decimals: int) -> Cell:
    """Cell of an observed point; where it comes from stands in the data annex."""
    if point is None:
        return Cell(text=number(None))
    return Cell(text=number(point.value, decimals), value=point.value)


def number_cell(value: float | None, decimals: int, *, signed: bool = False) -> Cell:
    """Cell of a computed number."""
    return Cell(text=number(value, decimals, signed=signed), value=value)


def word_cell(text: str, value: Value = None) -> Cell:
    """Cell of a word."""
    text = full_width(text)
    return Cell(text=text, value=text if value is None else value)


def heading(key: str, label: str) -> Column:
    """Column of words that head the rows."""
    return Column(key=key, label=full_width(label))


def column(key: str, label: str, unit: str = "") -> Column:
    """Column of numbers."""
    return Column(key=key, label=full_width(label), unit=unit, align="right")


def row(*cells: Cell, strong: bool = False) -> Row:
    """Row of cells."""
    return Row(cells=cells, strong=strong)


def counted(words: Sequence[str]) -> str:
    """Count words, each where it first comes; one that is itself a list stands in quotes."""
    return "、".join(
        f"{words.count(word)} 项{f'“{word}”' if set('、,，') & set(word) else word}"
        for word in dict.fromkeys(words)
    )


def measure(value: float | None, decimals: int, unit: str) -> str:
    """Format a value with its unit; the per cent sign takes no space, an index has no unit."""
    text = number(value, decimals)
    if unit in ("指数", "—"):
        return text
    return text + unit if unit == "%" else f"{text} {unit}".rstrip()


def sources(points: Iterable[Point], most: int = 3) -> str:
    """Name the sources of points, each once, in the order they appear."""
    names = dict.fromkeys(trace.source for p in points for trace in p.trace if trace.source)
    shown = list(names)[:most]
    return "、".join(shown) + ("等" if len(names) > most else "")


def subtitle(*parts: str, source: str = "") -> str:
    """Join what is said under a title; empty parts are left out."""
    said = [part for part in parts if part]
    if source:
        said.append(f"来源:{source}")
    return ";".join(said)


def figure(
    canvas: Canvas,
    title: str,
    below: str,
    alt: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
) -> Figure:
    """Make the block of a drawing and its table twin."""
    alt = full_width(alt)
    return block(canvas.name, canvas.svg(alt), title, below, alt, columns, rows)


def block(
    name: str,
    svg: str,
    title: str,
    below: str,
    alt: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
) -> Figure:
    """Make the block of an SVG and its table twin."""
    title, below, alt = full_width(title), full_width(below), full_width(alt)
    return Figure(
        id=name,
        title=title,
        subtitle=below,
        alt=alt,
        svg=svg,
        table=Table(
            id=f"{name}-table",
            title=title,
            columns=tuple(columns),
            rows=tuple(rows),
            summary="图中数值",
        ),
    )
