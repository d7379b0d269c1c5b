"""A sheet of the workbook as data: what stands in each cell, before anything is written."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assessment.report.legible import clean
from assessment.results.values import Trace
from assessment.show.blocks import Cell
from assessment.show.html import as_given
from assessment.show.typography import full_width
from assessment.show.verdict_words import Tone, look

_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?%?")
_NAME_LIMIT = 31
_NOT_IN_NAME = re.compile(r"[\[\]:*?/\\']")
_RESERVED = {"history", "历史记录"}

TEXT_LIMIT = 32767
"""Characters that a cell holds."""


@dataclass(frozen=True)
class SheetCell:
    """A cell: a text, or a number with its format; a ``tone`` colours it."""

    value: str | float | int | None = None
    number_format: str = "General"
    tone: Tone | None = None
    strong: bool = False


@dataclass(frozen=True)
class SheetColumn:
    """A column; one ``of_source`` says where the figures beside it come from."""

    head: str
    of_source: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet with one table.

    Attributes
    ----------
    name : str
        Name on the tab: legal, and unlike any other.
    title : str
        What it holds.
    columns : tuple of SheetColumn
        Columns from the left.
    rows : tuple of tuple of SheetCell
        Rows, as long as the columns.
    frozen : int
        Columns that stay in sight.
    notes : tuple of str
        What stands under the table.
    """

    name: str
    title: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[SheetCell, ...], ...]
    frozen: int = 1
    notes: tuple[str, ...] = ()


def text_cell(text: str, *, strong: bool = False) -> SheetCell:
    """Return a cell of text; an empty text leaves it empty."""
    return SheetCell(full_width(clean(text))[:TEXT_LIMIT] or None, strong=strong)


def number_cell(value: float | int | None, number_format: str = "General") -> SheetCell:
    """Return a cell of a number; what is no finite number leaves it empty."""
    if value is None or not math.isfinite(value):
        return SheetCell()
    return SheetCell(value, number_format)


def verdict_cell(verdict: str | None, text: str = "") -> SheetCell:
    """Return a verdict's shape and word; ``text`` extends the word or stands behind it."""
    if not verdict:
        return text_cell(text)
    word, shape, tone = look(verdict)
    label = text if text.startswith(word) else f"{word} {text}".strip()
    return SheetCell(full_width(clean(f"{shape} {label}")), tone=tone)


@dataclass(frozen=True)
class ShownNumber:
    """How a report shows a number; ``alone`` where its text says nothing else."""

    number_format: str
    alone: bool


def shown_number(cell: Cell) -> ShownNumber | None:
    """Find a cell's value in its text.

    Returns
    -------
    ShownNumber or None
        Spreadsheet format with the text's decimals, sign and per cent; None where the cell has no
        finite number, or its text does not show it.
    """
    value = cell.value
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    text = cell.text.replace("\N{MINUS SIGN}", "-").strip()
    for token in _NUMBER.findall(text):
        digits = token.rstrip("%").replace(",", "")
        decimals = len(digits.partition(".")[2])
        tolerance = 0.5 * 10**-decimals * (1 + 1e-6)
        plain = "0" if not decimals else f"0.{'0' * decimals}"
        if token.endswith("%") and abs(value * 100 - float(digits)) <= tolerance:
            plain += "%"
        elif abs(value - float(digits)) <= tolerance:
            plain += '"%"' if token.endswith("%") else ""
        else:
            continue
        signed = f"+{plain};-{plain};{plain}" if token.startswith("+") else plain
        return ShownNumber(signed, alone=token == text)
    return None


SOURCE_HEADS = ("文件", "行", "来源", "等级", "原报")


def source_cells(traces: Sequence[Trace]) -> tuple[SheetCell, ...]:
    """Return file, row, source, grade and what was given; several sources are listed."""
    if len(traces) == 1:
        one = traces[0]
        texts = (one.source, one.grade, as_given(one))
        return text_cell(one.file), number_cell(one.row, "0"), *map(text_cell, texts)
    lists = (
        [trace.file for trace in traces],
        [str(trace.row) for trace in traces],
        [trace.source for trace in traces],
        [trace.grade for trace in traces],
        [as_given(trace) for trace in traces],
    )
    return tuple(
        text_cell("\N{FULLWIDTH SEMICOLON}".join(_without_repeats(texts))) for texts in lists
    )


def _without_repeats(texts: Sequence[str]) -> Sequence[str]:
    return texts[:1] if len(set(texts)) == 1 else texts


def sheet_name(wanted: str, taken: Collection[str]) -> str:
    """Return a legal name for a sheet that is not taken, whatever the case of its letters.

    Examples
    --------
    >>> sheet_name("a/b: [c]", []), sheet_name("A", ["a"])
    ('a b c', 'A (2)')
    """
    legal = " ".join(_NOT_IN_NAME.sub(" ", clean(wanted)).split()) or "表"
    if legal.casefold() in _RESERVED:
        legal += " 表"
    used = {name.casefold() for name in taken}
    name, count = _cut(legal, _NAME_LIMIT), 1
    while name.casefold() in used:
        count += 1
        ending = f" ({count})"
        name = _cut(legal, _NAME_LIMIT - len(ending)) + ending
    return name


def _cut(text: str, limit: int) -> str:
    """Cut a text to a length as spreadsheets count it, in units of UTF-16."""
    while len(text.encode("utf-16-le")) > 2 * limit:
        text = text[:-1]
    return text.strip()
