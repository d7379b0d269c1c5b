"""How wide a table's columns are on paper, and how small its type must be to fit them."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

from assessment.report.printed import (
    figured,
    folded,
    longest_word,
    printed,
    width,
)
from assessment.report.stacked import NOTE_SCALE, text_of, verdict_width, volume
from assessment.show.blocks import Cell, Column, Table

TEXT_WIDTH = 441.5
"""Width of the text area in points: 210 mm less margins of 28 and 26 mm, rounded down."""

SIZES = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5)
"""Type sizes of tables in points, the usual one first."""

ANNEX_SIZES = (9.0, 8.5, 8.0, 7.5)
"""Type sizes of tables in an annex."""

LONG_SIZES = (8.0, 7.5, 7.0)
"""Type sizes of tables in an annex that hold much."""

LONG = 1200.0
"""Text of a table that holds much, in em of all its cells together: about a page."""

GUTTER = 0.9
"""Space between columns in em."""

SHORT = 7.2
"""Cells at most this wide, in em, are never broken over lines."""

_HEAD_LINES = 3
_HEAD_WORD = 4.2
_TEXT_LEAST = 5.0
_FIRST_LEAST = 6.5
_NUMBER_MOST = 10.0
_VERDICT_MOST = 8.6
_TEXT_FAIR = 8.0
_FIRST_FAIR = 10.0
_TALL = 24
"""A row of more lines than this may be cut by a page."""


@dataclass(frozen=True)
class Layout:
    """How a table is set.

    Attributes
    ----------
    size : float
        Type size in points.
    widths : tuple of float
        Width of each column in points, without the space after it.
    heads : tuple of float
        Width of each head in points: narrower than the column where lines of one length result.
    gutter : float
        Space after each column but the last, in points.
    """

    size: float
    widths: tuple[float, ...]
    heads: tuple[float, ...]
    gutter: float

    def is_tall(self, cells: tuple[Cell, ...]) -> bool:
        """Tell whether a row has so many lines that a page must be allowed to cut it."""
        lines = (
            ceil(volume(cell) * 1.1 * self.size / room)
            for cell, room in zip(cells, self.widths, strict=False)
        )
        return max(lines, default=0) > _TALL


def layout(table: Table, *, annex: bool = False, padding: float = 0.0) -> Layout:
    """Choose type size and column widths so that a table fills the text area.

    Parameters
    ----------
    table : Table
        The table.
    annex : bool
        Whether it stands in an annex, where type is smaller.
    padding : float
        Space that the look of a cell takes beside its text, in em.

    Returns
    -------
    Layout
        The first size at which the columns read well, or the smallest.

    Notes
    -----
    Every column first gets what must not be broken: its longest number, its verdict, its longest
    Latin word, and enough for a phrase of text. What is left goes to the columns that still want
    more, by the square root of the text they hold, so that a column with twice the text is not
    twice as wide.
    """
    sizes = SIZES if not annex else LONG_SIZES if text_of(table) > LONG else ANNEX_SIZES
    wishes = [_Wish.of(table, n, column, padding) for n, column in enumerate(table.columns)]
    gaps = GUTTER * max(len(wishes) - 1, 0)
    for size in sizes:
        room = TEXT_WIDTH / size - gaps
        if sum(wish.good for wish in wishes) <= room:
            break
    widths = _share_out(wishes, room)
    heads = (_balanced(printed(c.label), w) for c, w in zip(table.columns, widths, strict=True))
    return Layout(
        size,
        tuple(round(size * one, 2) for one in widths),
        tuple(round(size * one, 2) for one in heads),
        round(size * GUTTER, 2),
    )


@dataclass(frozen=True)
class _Wish:
    """Widths of a column in em: what it cannot do without, reads well at, would fill."""

    least: float
    fair: float
    most: float
    weight: float

    @property
    def good(self) -> float:
        """Width at which the column still reads well."""
        return 0.15 * self.least + 0.85 * self.fair

    @classmethod
    def of(cls, table: Table, n: int, column: Column, padding: float) -> _Wish:
        cells = [row.cells[n] for row in table.rows if n < len(row.cells)]
        label = printed(column.label)
        head = max(longest_word(label), width(column.unit) * 0.9)
        whole_head = width(label)
        widest = max((_width(cell) for cell in cells), default=0.0)
        word = max((_word(cell) for cell in cells), default=0.0)
        whole = widest <= SHORT
        if column.align == "right":
            room = max((width(folded(printed(cell.text), 0.0)) for cell in cells), default=0.0)
            room = min(room, _NUMBER_MOST)
        else:
            texts = [printed(cell.text) for cell in cells]
            pieces = max((width(folded(one, 0.0)) for one in texts if figured(one)), default=0.0)
            usual = _FIRST_LEAST if n == 0 else _TEXT_LEAST
            room = max(min(widest, usual), min(pieces, _NUMBER_MOST))
        least = max(
            head,
            min(whole_head, 2.0),
            whole_head / _HEAD_LINES,
            widest if whole else max(word, room),
        )
        fair = max(
            least,
            min(whole_head, max(_HEAD_WORD, ceil(whole_head / 2))),
            min(widest, _FIRST_FAIR if n == 0 else _TEXT_FAIR),
        )
        note = max((width(printed(cell.note)) * NOTE_SCALE for cell in cells), default=0.0)
        most = max(fair, widest, note, min(whole_head, 2 * _HEAD_WORD))
        weight = sqrt(sum(volume(cell) for cell in cells) / max(len(cells), 1) * max(widest, 1.0))
        return cls(least + padding, fair + padding, most + padding, max(weight, 1.0))


def _share_out(wishes: list[_Wish], room: float) -> list[float]:
    """Give each column its fair width, or the least where that is too much; share out the rest."""
    least, fair = (sum(getattr(wish, name) for wish in wishes) for name in ("least", "fair"))
    if least >= room:
        return [wish.least * room / least for wish in wishes]
    widths = [wish.fair if fair < room else wish.least for wish in wishes]
    left = room - sum(widths)
    hungry = [n for n, wish in enumerate(wishes) if wish.most > widths[n]]
    while hungry and left > 1e-6:
        share = left / sum(wishes[n].weight for n in hungry)
        for n in hungry:
            widths[n] = min(wishes[n].most, widths[n] + share * wishes[n].weight)
        left = room - sum(widths)
        hungry = [n for n in hungry if wishes[n].most - widths[n] > 1e-6]
    total = sum(widths)
    return [one + max(left, 0.0) * one / total for one in widths]


def _balanced(label: str, room: float) -> float:
    """Width that breaks a head into lines of one length, no more lines than in all the room."""
    lines = ceil(width(label) / room)
    return room if lines < 2 else min(room, max(longest_word(label), ceil(width(label) / lines)))


def _width(cell: Cell) -> float:
    """Width that a cell would like: its text and its verdict on a line each."""
    return max(width(printed(cell.text)), verdict_width(cell))


def _word(cell: Cell) -> float:
    return max(
        longest_word(printed(cell.text)),
        longest_word(printed(cell.note)) * NOTE_SCALE,
        min(verdict_width(cell), _VERDICT_MOST),
    )
