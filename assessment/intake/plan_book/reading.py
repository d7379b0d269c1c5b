"""Reading a plan workbook: rows of cells by key, each fault at its cell."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assessment.characters import shown
from assessment.data.schema import Problem
from assessment.errors import Fault, InputError, nearest
from assessment.intake.cells import number_text, without_unseen, written
from assessment.intake.layout import column_letter
from assessment.intake.plan_book.columns import HEAD_ROW, MARK, SHEETS, Column, Sheet
from assessment.intake.sheet_scan import RefusedError
from assessment.intake.workbook import Grid, read_limited, read_workbook

_PARTS = re.compile(r"[、,，;；\n]+")
_SEPARATED = re.compile(r"([、,，;；\n]+)")
_STOP = re.compile(r"(\d{4})\s*年?\s*[:：]\s*([-+]?\d+(?:\.\d+)?)")
_YEAR = re.compile(r"((?:19|20)\d\d)(?:\.0)?\s*年?")


@dataclass(frozen=True)
class Row:
    """A filled row: its values by key, without those left empty."""

    sheet: Sheet
    number: int
    values: dict[str, Any]

    def get(self, key: str, otherwise: Any = None) -> Any:
        """Value of a key, or something else where the cell is empty."""
        return self.values.get(key, otherwise)


@dataclass
class PlanBook:
    """A plan workbook as it was read, and what is wrong with it so far."""

    file: str
    rows: dict[str, list[Row]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    columns: dict[tuple[str, str], int] = field(default_factory=dict)

    def cell(self, row: Row, key: str = "") -> str:
        """Say where a cell of a row stands (目标表 D5)."""
        column = self.columns.get((row.sheet.name, key), 0)
        place = f"{column_letter(column)}{row.number}" if column else f"第 {row.number} 行"
        return f"{row.sheet.name}表 {place}"

    def refuse(self, row: Row, key: str, problem: str, remedy: str = "") -> None:
        """Record a fault at a cell."""
        self.faults.append(Fault(self.file, self.cell(row, key), problem, remedy))


def read_plan_book(path: Path) -> PlanBook:
    """Read a plan workbook.

    Raises
    ------
    InputError
        The file cannot be read, or a sheet or a needed column is not there; faults of cells are
        kept in what is returned.
    """
    try:
        found = read_workbook(read_limited(path))
    except RefusedError as error:
        raise InputError([Fault(path.name, "", error.problem, error.remedy)]) from None
    book = PlanBook(path.name)
    absent = [sheet.name for sheet in SHEETS if sheet.name not in found.sheets]
    if absent:
        what = f"没有工作表“{'”“'.join(absent)}”"
        raise InputError([Fault(path.name, "", what, "请用 init --template 写出的方案表")])
    for sheet in SHEETS:
        book.rows[sheet.name] = list(_rows(book, sheet, found.sheets[sheet.name]))
    return book


def _heads(book: PlanBook, sheet: Sheet, grid: Grid) -> tuple[int, dict[int, Column]]:
    """Find the row of column names, and which column holds what."""
    known = {column.head: column for column in sheet.columns}
    texts = [
        [_head(cell) for cell in grid.rows[row - 1]]
        for row in range(1, min(len(grid.rows), HEAD_ROW + 6) + 1)
    ]
    best = max(
        range(len(texts)),
        key=lambda n: (texts[n][:1] == ["标记"], sum(t in known for t in texts[n])),
        default=-1,
    )
    heads = texts[best] if best >= 0 else []
    found = {n: known[text] for n, text in enumerate(heads, 1) if text in known}
    for place, column in found.items():
        book.columns[sheet.name, column.key] = place
    for place, text in enumerate(heads, 1):
        if text and text not in known and text != "标记":
            at = f"{sheet.name}表 {column_letter(place)}{best + 1}"
            book.faults.append(
                Fault(book.file, at, f"没有“{shown(text)}”这一列", nearest(text, list(known)))
            )
    for column in sheet.columns:
        if column.needed and column not in found.values():
            book.faults.append(
                Fault(book.file, f"{sheet.name}表", f"缺少“{column.head}”一列",
                      f"列名在第 {HEAD_ROW} 行，请勿改动")
            )  # fmt: skip
    return best + 1, found


def _head(cell: Any) -> str:
    return without_unseen(str(cell)).rstrip("*＊ ").strip()


def _rows(book: PlanBook, sheet: Sheet, grid: Grid) -> Iterator[Row]:
    head, columns = _heads(book, sheet, grid)
    examples = 0
    filled = 0
    for number in range(head + 1, len(grid.rows) + 1):
        cells = {n: grid.cell(number, n) for n in columns}
        if str(grid.cell(number, 1)).strip() == MARK:
            examples += 1
            continue
        if all(_empty(cell) for cell in cells.values()):
            continue
        row = Row(sheet, number, {})
        filled += 1
        for n, column in columns.items():
            if _empty(cells[n]):
                if column.needed:
                    book.refuse(row, column.key, f"没有填“{column.head}”", column.help)
                continue
            value = read_cell(column, cells[n])
            if isinstance(value, Problem):
                book.refuse(row, column.key, value.what, value.remedy)
            else:
                row.values[column.key] = value
        yield row
    if not filled:
        note = f"；第一列写“{MARK}”的 {examples} 行是例子，不读" if examples else ""
        book.faults.append(Fault(book.file, f"{sheet.name}表", f"一行也没有填{note}", sheet.note))


def _empty(cell: Any) -> bool:
    return isinstance(cell, str) and not without_unseen(cell)


def read_cell(column: Column, cell: Any) -> Any:
    """Read a cell by the kind of its column.

    Returns
    -------
    object or Problem
        A code, number, text, list of names, or milestones; or what is wrong with it.
    """
    if column.kind == "number":
        return _number(cell)
    text = written(float(cell)) if isinstance(cell, int | float) else without_unseen(str(cell))
    if isinstance(cell, bool):
        text = "是" if cell else "否"
    if column.kind == "year":
        year = _YEAR.fullmatch(text)
        return int(year[1]) if year else Problem(f"“{shown(text)}”不是年份", "写四位数，如 2030")
    if column.kind == "whole":
        return int(text) if text.isdecimal() else Problem(f"“{shown(text)}”不是整数", column.help)
    if column.kind == "yes":
        if text in ("是", "否"):
            return text == "是"
        return Problem(f"“{shown(text)}”应为 是 或空")
    if column.kind == "choice":
        return _choice(column, text)
    if column.kind == "milestones":
        return _milestones(text)
    return text


def split_names(text: str, known: Collection[str] = ()) -> list[str]:
    """Part a list of names; one that is known may itself hold a comma (各有关部门、单位).

    Examples
    --------
    >>> split_names("甲局、乙、丙局；丁局", ["甲局", "乙、丙局"])
    ['甲局', '乙、丙局', '丁局']
    """
    pieces = _SEPARATED.split(text)  # names and separators by turns
    found, place = [], 0
    while place < len(pieces):
        end = len(pieces)
        while end > place + 1 and "".join(pieces[place:end]).strip() not in known:
            end -= 2
        found.append("".join(pieces[place : max(end, place + 1)]).strip())
        place = max(end, place + 1) + 1
    return [name for name in found if name]


def _number(cell: Any) -> float | Problem:
    text = number_text(cell)
    if isinstance(text, Problem):
        return text
    try:
        return float(text.replace(",", "").replace("，", ""))
    except ValueError:
        return Problem(f"“{shown(text)}”不是数", "只写数，单位写在“单位”列")


def _choice(column: Column, text: str) -> Any:
    if text in column.choices:
        return column.choices[text]
    if text in column.choices.values():
        return text
    words = list(column.choices)
    return Problem(f"“{shown(text)}”不在列表里", nearest(text, words))


def _milestones(text: str) -> Any:
    stops = []
    for part in _PARTS.split(text):
        if not part.strip():
            continue
        stop = _STOP.fullmatch(part.strip())
        if stop is None:
            return Problem(f"“{shown(part)}”不是节点", "写 2026：95；2028：80")
        stops.append({"year": int(stop[1]), "value": plain_number(float(stop[2]))})
    return stops


def plain_number(value: float) -> float:
    """A whole number as one, so that a parameter file shows 95 and not 95.0."""
    return int(value) if value.is_integer() else value


def names_known(rows: Sequence[Row], keys: Sequence[str]) -> dict[str, Row]:
    """Rows by each of the names that they go by; the first of two with one name."""
    found: dict[str, Row] = {}
    for row in rows:
        for key in keys:
            name = row.get(key)
            if isinstance(name, str):
                found.setdefault(name, row)
    return found
