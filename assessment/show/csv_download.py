"""A table as CSV that opens rightly, and harmlessly, in a spreadsheet."""

from __future__ import annotations

import csv
import io
import math
import re

from assessment.show.blocks import Cell, Column, Table
from assessment.show.verdict_words import look

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?%?")


def inert(text: str) -> str:
    """Make a text that a spreadsheet would run as a formula plain, by a leading apostrophe.

    Examples
    --------
    >>> inert("=1+1"), inert("-3.5"), inert("+2.1%")
    ("'=1+1", '-3.5', '+2.1%')
    """
    if text.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def table_csv(table: Table) -> str:
    """Return a table as CSV: unit in the head, numbers in full, groups in a column of their own.

    Parameters
    ----------
    table : Table
        Any table.

    Returns
    -------
    str
        RFC 4180 text with a head row, without a byte order mark.
    """
    groups = any(row.group for row in table.rows)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    head = [inert(_head(column)) for column in table.columns]
    writer.writerow(["组", *head] if groups else head)
    for row in table.rows:
        cells = [_written(cell) for cell in row.cells]
        writer.writerow([inert(row.group), *cells] if groups else cells)
    return out.getvalue()


def _head(column: Column) -> str:
    return f"{column.label}({column.unit})" if column.unit else column.label


def _written(cell: Cell) -> str:
    if cell.verdict:
        word = look(cell.verdict).word
        return inert(cell.text if cell.text.startswith(word) else f"{word} {cell.text}".strip())
    if isinstance(cell.value, int):
        return str(cell.value)
    if isinstance(cell.value, float) and math.isfinite(cell.value):
        return repr(cell.value)
    return inert(cell.text)
