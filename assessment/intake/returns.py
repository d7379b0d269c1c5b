"""Forms sent back: a copy of each faulty form with the cells to correct marked, and a list of them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from assessment.errors import Fault, system_reason
from assessment.intake import layout
from assessment.intake.blanks import told
from assessment.intake.filled import Filled
from assessment.intake.guard import RefusedError, inspect
from assessment.intake.looks import RETURNED_BY
from assessment.intake.workbook import read_limited, read_workbook

FOLDER = "退回单"
"""Folder for them, beside the first form given."""

_MARK = "returned"
_HEAD = ("序号", "须做什么", "工作表", "单元格", "问题", "怎么办")
_WIDTHS = (6, 10, 14, 12, 70, 60)
CORRECT, EXPLAIN, FILL_IN = "请改正", "请说明", "未填"
_FILLS = {CORRECT: "FFF4B6B0", EXPLAIN: "FFFFD591", FILL_IN: "FFFFFFFF"}
_MOST_NAMES = 999
_MOST_CELLS = 200_000


@dataclass(frozen=True)
class _Line:
    """One thing to do, and where."""

    what: str
    spot: tuple[str, int, int]
    fault: Fault


def _at(spot: tuple[str, int, int]) -> tuple[int, int, int]:
    sheet, row, column = spot
    order = ("", layout.COVER, layout.ANNUAL, layout.MONTHLY, layout.TASKS, layout.REMARKS)
    return order.index(sheet) if sheet in order else len(order), row, column


def _lines(form: Filled) -> list[_Line]:
    nowhere = ("", 0, 0)
    found = [_Line(CORRECT, form.spots.get(fault, nowhere), fault) for fault in form.faults]
    found += [_Line(EXPLAIN, form.spots.get(fault, nowhere), fault) for fault in form.notices]
    # In the order in which the form is gone through: sheets, rows, columns.
    found.sort(key=lambda line: (line.what != CORRECT, _at(line.spot)))
    for sheet in dict.fromkeys(gap.sheet for gap in form.gaps):
        gaps = [gap for gap in form.gaps if gap.sheet == sheet]
        found += [_Line(FILL_IN, (sheet, 0, 0), fault) for fault in told(form.file, gaps)]
    return found


def _clean(book: openpyxl.Workbook) -> None:
    """Take out what an earlier return put in."""
    if RETURNED_BY in book.sheetnames:
        del book[RETURNED_BY]
    fills = {_FILLS[CORRECT], _FILLS[EXPLAIN]}
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None and cell.comment.author == RETURNED_BY:
                    cell.comment = None
                if isinstance(cell, Cell) and cell.fill.fgColor.rgb in fills:
                    cell.fill = PatternFill("solid", fgColor="FFFFF8E1")


def _mark(book: openpyxl.Workbook, lines: Iterable[_Line]) -> None:
    """Tint the cells to correct and comment on them; what is already commented is left so."""
    words: dict[tuple[str, int, int], list[str]] = {}
    tint: dict[tuple[str, int, int], str] = {}
    for line in lines:
        sheet, row, column = line.spot
        if sheet in book.sheetnames and row and column:
            said = f"{line.what}：{line.fault.problem}。{line.fault.remedy}"
            words.setdefault(line.spot, []).append(said)
            tint.setdefault(line.spot, _FILLS[line.what])
    for (sheet, row, column), texts in words.items():
        cell = book[sheet].cell(row, column)
        if not isinstance(cell, Cell):
            continue
        cell.fill = PatternFill("solid", fgColor=tint[sheet, row, column])
        if cell.comment is None:
            cell.comment = Comment("\n".join(texts), RETURNED_BY, height=120, width=320)


def _list(sheet: Worksheet, form: Filled, lines: list[_Line]) -> None:
    """Write the sheet that says place, problem and remedy."""
    assert form.owner is not None and form.identity is not None
    title = f"{form.owner.name} {form.identity.year} 年度表退回：{len(form.faults)} 处请改正"
    _text(sheet, 1, 1, title).font = Font(bold=True, size=14)
    hint = "红色的格请改正，橙色的格请核对或说明；改好后把这份表直接发回，本页不用填、不用删。"
    _text(sheet, 2, 1, hint)
    for column, (name, width) in enumerate(zip(_HEAD, _WIDTHS, strict=True), 1):
        _text(sheet, 3, column, name).font = Font(bold=True)
        sheet.column_dimensions[layout.column_letter(column)].width = width
    for row, line in enumerate(lines, 4):
        name, at, column = line.spot
        cell = (
            f"{layout.column_letter(column)}{at}" if at and column else f"第 {at} 行" if at else ""
        )
        texts = (str(row - 3), line.what, name, cell, line.fault.problem, line.fault.remedy)
        for place, text in enumerate(texts, 1):
            written = _text(sheet, row, place, text)
            written.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A4"


def _text(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Write text that stays text whatever it begins with."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    cell.value = text
    cell.data_type = "s"
    return cell


def _key(form: Filled, lines: list[_Line]) -> str:
    """Return what tells one return from another: the form and all that is said of it."""
    said = [form.sha256, *(f"{line.what}{line.fault}" for line in lines)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _free(folder: Path, form: Filled, key: str) -> tuple[Path, bool]:
    """Return a name that no other file has, and whether this very return lies there already."""
    assert form.owner is not None and form.identity is not None
    stem = f"{FOLDER}_{form.owner.name}_{form.identity.year}"
    for number in range(1, _MOST_NAMES):
        path = folder / (f"{stem}.xlsx" if number == 1 else f"{stem}_{number}.xlsx")
        if not path.exists():
            return path, False
        try:
            if read_workbook(read_limited(path)).properties.get(_MARK) == key:
                return path, True
        except RefusedError:
            continue
    raise OSError(f"{folder}")


def write_return(form: Filled, folder: Path) -> Path:
    """Write a faulty form as it is to be sent back.

    Parameters
    ----------
    form : Filled
        The form; its owner is known.
    folder : Path
        Where to; made if it is not there. No file is overwritten.

    Returns
    -------
    Path
        ``退回单_<owner>_<year>.xlsx``, with a number where other returns of that name lie there.

    Raises
    ------
    OSError
        The folder cannot be written.
    ValueError
        The workbook is such that it cannot be written again.
    """
    lines = _lines(form)
    key = _key(form, lines)
    folder.mkdir(parents=True, exist_ok=True)
    path, is_there = _free(folder, form, key)
    if is_there:
        return path
    try:
        if sum(scan.cells for scan in inspect(form.data).values()) > _MOST_CELLS:
            raise ValueError
        book: Any = openpyxl.load_workbook(io.BytesIO(form.data))
        _clean(book)
        _mark(book, lines)
        _list(book.create_sheet(RETURNED_BY, 0), form, lines)
        book.active = 0
        if _MARK in book.custom_doc_props.names:
            del book.custom_doc_props[_MARK]
        book.custom_doc_props.append(StringProperty(name=_MARK, value=key))
        stream = io.BytesIO()
        book.save(stream)
    except (KeyError, TypeError, AttributeError, IndexError, AssertionError) as error:
        raise ValueError(str(error)) from error
    with path.open("xb") as target:
        target.write(stream.getvalue())
    return path


def write_returns(forms: Iterable[Filled], folder: Path) -> tuple[list[Path], list[Fault]]:
    """Write every faulty form whose owner is known; say where that fails."""
    made: list[Path] = []
    failed: list[Fault] = []
    for form in forms:
        if not form.faults or form.owner is None or not form.data:
            continue
        try:
            made.append(write_return(form, folder))
        except OSError as error:
            why = f"退回单没有写成（{system_reason(error)}）"
            failed.append(Fault(form.file, str(folder), why, "请检查目录与权限；问题见上"))
        except ValueError:
            why = "退回单没有写成（这份表的写法特殊）"
            failed.append(Fault(form.file, "", why, "请把上面列出的问题发回"))
    return made, failed
