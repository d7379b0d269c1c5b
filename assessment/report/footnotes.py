"""Notes of cells that stand better below their table, for the editions on paper."""

from __future__ import annotations

import re
from collections import Counter

from assessment.show.blocks import Cell, Row, Table
from assessment.show.verdict_words import look

_SIGNS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

_BRACKETS = re.compile("[(\uff08]([^(\uff08]*)[)\uff09]")

_NARROW = 5
"""With more columns than this, a note in a cell is a tower of two characters a line."""

_MOST = 8
"""More notes below a table than this are not looked up."""

_BRIEF = 6
"""A note of no more characters than this stays in its cell, where it is the only one."""


def notes_below(table: Table) -> dict[str, str]:
    """Choose the notes to be set below a table.

    Returns
    -------
    dict
        Note to the sign that refers to it: each note that stands on more than one cell, and in a
        table of many columns every note that is not brief, as long as they are few.
    """
    counts = Counter(cell.note for row in table.rows for cell in row.cells if cell.note)
    all_of_them = len(table.columns) > _NARROW and len(counts) <= _MOST
    chosen = [
        note for note, count in counts.items() if count > 1 or (all_of_them and len(note) > _BRIEF)
    ]
    return dict(zip(chosen, _SIGNS, strict=False))


def footnoted(table: Table) -> Table:
    """Return a table with signs in its cells and the notes they refer to in its own note."""
    signs = notes_below(table)
    if not signs:
        return table
    rows = tuple(
        Row(
            group=row.group,
            strong=row.strong,
            cells=tuple(_signed(cell, signs) for cell in row.cells),
        )
        for row in table.rows
    )
    return table.model_copy(update={"rows": rows, "note": whole_note(table)})


def whole_note(table: Table) -> str:
    """Return what stands below a table: the notes that signs refer to, then its own."""
    notes = ";".join(f"{sign} {_bare(note)}" for note, sign in notes_below(table).items())
    return f"{notes}。{table.note}" if notes else table.note


def _bare(note: str) -> str:
    """A note without the brackets around it, and without a full stop."""
    within = _BRACKETS.fullmatch(note)
    return (within[1] if within else note).removesuffix("。")


def _signed(cell: Cell, signs: dict[str, str]) -> Cell:
    sign = signs.get(cell.note)
    if sign is None:
        return cell
    text = cell.text
    if cell.verdict is not None and not text:
        text = look(cell.verdict).word
    return cell.model_copy(update={"text": f"{text}{sign}", "note": ""})
