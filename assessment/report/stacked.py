"""Tables of so much text that, on paper, they are set row by row."""

from __future__ import annotations

from assessment.report.printed import printed, verdict_word, width
from assessment.show.blocks import Cell, Column, Row, Table

NOTE_SCALE = 0.88
"""Size of a note in a cell against the cell."""

_WORDY = 120.0


def is_wordy(table: Table) -> bool:
    """Tell whether rows hold so much text that columns beside each other would be towers."""
    return len(table.columns) > 3 and text_of(table) > _WORDY * len(table.rows)


def stacked(table: Table) -> Table:
    """Turn a wordy table into one of two columns: each row a group, each column a line of it."""
    first, *others = table.columns
    rows = (
        Row(group=row.cells[0].text, cells=(Cell(text=column.label), cell), strong=row.strong)
        for row in table.rows
        for column, cell in zip(others, row.cells[1:], strict=False)
        if cell.text or cell.verdict or cell.note
    )
    columns = (Column(key="item", label=first.label), Column(key="text", label=""))
    return table.model_copy(update={"columns": columns, "rows": tuple(rows)})


def text_of(table: Table) -> float:
    """Return the width of all that stands in a table's cells, in em."""
    return sum(volume(cell) for row in table.rows for cell in row.cells)


def volume(cell: Cell) -> float:
    """Return the width of all that stands in a cell, in em."""
    note = width(printed(cell.note)) * NOTE_SCALE
    return width(printed(cell.text)) + note + verdict_width(cell)


def verdict_width(cell: Cell) -> float:
    """Width of a verdict's mark: shape, word and the ground around them."""
    return 0.0 if cell.verdict is None else width(verdict_word(cell.verdict, cell.text)) + 2.4
