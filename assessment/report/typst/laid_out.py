"""The blocks of a part as plain data: levels, numbers, widths and words settled."""

from __future__ import annotations

import re
from typing import Any

from assessment.report.footnotes import footnoted
from assessment.report.printed import clean, figured, folded, printed, spans, verdict_word
from assessment.report.stacked import is_wordy, stacked
from assessment.report.typst.columns import TEXT_WIDTH, layout
from assessment.show.blocks import Blocks, Cell, Figure, Heading, Prose, Row, Table
from assessment.show.charts import theme
from assessment.show.html import beside_verdict, grouped, is_matrix, trace_line
from assessment.show.inline_svg import inline_svg
from assessment.show.markdown import flat
from assessment.show.verdict_words import look

Data = dict[str, Any]

FIGURE_HEIGHT = 520.0
"""Greatest height of a figure in points: what a page leaves beside its caption."""

_LOW = 200.0
"""Height of a figure up to which it stands where it is named; a higher one would leave a gap."""

_USUAL_SIDES = (960.0, 540.0)
_POINTS_PER_PIXEL = 1 / theme.PIXELS_PER_POINT
_SIDE = re.compile(r'\s(width|height)="([\d.]+)"')
_VIEW_BOX = re.compile(r'\sviewBox="[-\d.]+[ ,]+[-\d.]+[ ,]+([\d.]+)[ ,]+([\d.]+)"')
_SVG = '<svg xmlns="http://www.w3.org/2000/svg"'


def laid_out(
    blocks: Blocks,
    *,
    above: int,
    sources: bool = False,
    annex: bool = False,
) -> list[Data]:
    """Lay out the blocks of a part.

    Parameters
    ----------
    blocks : Blocks
        What the part says.
    above : int
        Level of the part's heading. Those in it follow without skipping a level.
    sources : bool
        Print each cell's source under it.
    annex : bool
        Set it smaller.

    Returns
    -------
    list of dict
        A dict for each block, as the template takes it.
    """
    found: list[Data] = []
    last = above
    for block in flat(blocks):
        if isinstance(block, Heading):
            # One of the second level is the part's own title, which stands above it already.
            if block.level > 2 and (text := printed(block.text).strip()):
                last = min(above + block.level - 2, last + 1)
                depth = last - above
                found.append({"kind": "heading", "level": last, "depth": depth, "text": text})
        elif isinstance(block, Prose):
            pieces = [span for sentence in block.sentences for span in spans(sentence)]
            # A note under a heading belongs to it, and stays with what follows like the heading.
            held = block.tone == "note" and bool(found) and found[-1]["kind"] == "heading"
            found.append({"kind": "prose", "tone": block.tone, "held": held, "spans": pieces})
        else:
            if isinstance(block, Table):
                found.append(_table(block, sources, annex))
            else:
                figure = _figure(block)
                figure["floats"] = figure["height"] > _LOW and any(map(_has_body, found))
                found.append(figure)
    return found


def _has_body(block: Data) -> bool:
    """Tell whether a block is more than a heading, a note or a figure, and gives a page its text."""
    return bool(block["kind"] == "table" or block.get("tone", "note") != "note")


def _figure(figure: Figure) -> Data:
    svg = inline_svg(figure.svg, "f", "").replace("<svg", _SVG, 1)
    width, height = _sides(svg)
    scale = min(_POINTS_PER_PIXEL, TEXT_WIDTH / width, FIGURE_HEIGHT / height)
    return {
        "kind": "figure",
        "label": figure.label,
        "title": printed(figure.title),
        "subtitle": printed(figure.subtitle),
        "alt": clean(figure.alt),
        "svg": svg,
        "width": round(width * scale, 2),
        "height": round(height * scale, 2),
    }


def _sides(svg: str) -> tuple[float, float]:
    """Width and height of a drawing in pixels; from its view box where it does not say."""
    root = svg[: svg.index(">")]
    sides = {name: float(value) for name, value in _SIDE.findall(root)}
    if len(sides) == 2:
        return sides["width"], sides["height"]
    box = _VIEW_BOX.search(root)
    return (float(box[1]), float(box[2])) if box else _USUAL_SIDES


def _table(table: Table, sources: bool, annex: bool) -> Data:
    matrix = is_matrix(table)
    table = stacked(table) if is_wordy(table) else footnoted(table)
    shape = layout(table, annex=annex, padding=1.0 if matrix else 0.0)
    rooms = [
        (one / shape.size, column.align == "right")
        for column, one in zip(table.columns, shape.widths, strict=True)
    ]
    summary = printed(table.summary)
    title = printed(table.title)
    return {
        "kind": "table",
        "label": table.label,
        "title": title,
        "summary": summary if summary != title else "",
        "note": printed(table.note),
        "matrix": matrix,
        "size": shape.size,
        "gutter": shape.gutter,
        "widths": shape.widths,
        "columns": [
            {"label": printed(c.label), "unit": printed(c.unit), "align": c.align, "head": head}
            for c, head in zip(table.columns, shape.heads, strict=True)
        ],
        "groups": [
            {
                "name": printed(name),
                "rows": [
                    {
                        "strong": row.strong,
                        "tall": shape.is_tall(row.cells),
                        "cells": [
                            _cell(cell, sources, matrix, room)
                            for cell, room in zip(_padded(row, table), rooms, strict=True)
                        ],
                    }
                    for row in rows
                ],
            }
            for name, rows in grouped(table.rows)
        ],
    }


def _padded(row: Row, table: Table) -> tuple[Cell, ...]:
    """Cells of a row, as many as the table has columns."""
    missing = len(table.columns) - len(row.cells)
    if missing > 0:
        return (*row.cells, *[Cell(text="")] * missing)
    return row.cells[: len(table.columns)]


def _cell(cell: Cell, sources: bool, matrix: bool, room: tuple[float, bool]) -> Data | str:
    """A cell; one that is only text is only its text."""
    text = printed(cell.text)
    wide, right = room
    if right or figured(text):
        text = folded(text, wide)
    lines = [printed(trace_line(trace)) for trace in cell.trace] if sources else []
    if cell.note:
        lines.insert(0, printed(cell.note))
    if cell.verdict is None:
        return {"text": text, "small": lines} if lines else text
    found = {
        "verdict": verdict_look(cell.verdict, cell.text),
        "text": printed(beside_verdict(cell)),
    }
    return {**found, "small": lines, "filled": matrix}


def verdict_look(verdict: str, text: str = "") -> Data:
    """Return shape, word and tone of a verdict; a text that begins with its word replaces it."""
    _, shape, tone = look(verdict)
    return {"word": verdict_word(verdict, text), "shape": shape, "tone": tone}
