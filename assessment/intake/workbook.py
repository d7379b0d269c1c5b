"""Workbooks read after the guard: values as they stand, one grid a sheet."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import defusedxml.ElementTree
import python_calamine
from defusedxml.common import DefusedXmlException

from assessment.files import read_bytes
from assessment.intake.cells import without_unseen
from assessment.intake.guard import MAX_FILE, RefusedError, SheetScan, inspect

_CUSTOM = "docProps/custom.xml"


@dataclass(frozen=True)
class Grid:
    """One sheet: cells by row and column from A1 on, and what stands beside the values.

    Attributes
    ----------
    name : str
        The sheet's name.
    rows : list of list
        Values as calamine gives them, text without what nobody sees; ``""`` for an empty cell.
    scan : SheetScan
        Formulas, merged and hidden cells.
    """

    name: str
    rows: list[list[Any]]
    scan: SheetScan

    def cell(self, row: int, column: int) -> Any:
        """Return a value by 1-based row and column; empty text outside the grid."""
        if 0 < row <= len(self.rows) and 0 < column <= len(self.rows[row - 1]):
            return self.rows[row - 1][column - 1]
        return ""


@dataclass(frozen=True)
class Workbook:
    """A workbook: its sheets by name, and the document properties that its writer added."""

    sheets: dict[str, Grid]
    properties: dict[str, str]


def read_limited(path: Path) -> bytes:
    """Return the bytes of a regular file of limited size.

    Raises
    ------
    RefusedError
        Not a regular file, not readable, or too large.
    """
    try:
        data, problem = read_bytes(path, MAX_FILE)
    except ValueError:
        raise RefusedError("文件名不合规定") from None
    if problem:
        if path.is_dir():
            raise RefusedError(problem, f"要收目录里所有的表，请写 {path.name}/*.xlsx")
        raise RefusedError(problem, "" if data else "请检查文件名、路径和权限")
    if not data:
        raise RefusedError("文件为空", "请重新发送文件")
    return data


def _properties(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if _CUSTOM not in archive.namelist():
            return {}
        try:
            root = defusedxml.ElementTree.fromstring(archive.read(_CUSTOM))
        except (DefusedXmlException, SyntaxError, ValueError):
            return {}
    return {
        item.get("name", ""): "".join(item.itertext()).strip()
        for item in root
        if item.get("name")
    }  # fmt: skip


def _seen(cell: Any) -> Any:
    return without_unseen(cell) if type(cell) is str else cell


def read_workbook(data: bytes) -> Workbook:
    """Read a workbook's values after the guard has let it pass.

    Parameters
    ----------
    data : bytes
        The file.

    Raises
    ------
    RefusedError
        The guard refuses it, or no reader can make sense of it.
    """
    scans = inspect(data)
    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        sheets = {}
        for name, scan in scans.items():
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            sheets[without_unseen(name)] = Grid(name, [list(map(_seen, row)) for row in rows], scan)
        return Workbook(sheets, _properties(data))
    except (python_calamine.CalamineError, ValueError, OSError, KeyError, TypeError,
            OverflowError, zipfile.BadZipFile) as error:  # fmt: skip
        problem = "文件已损坏或不是规范的 .xlsx"
        raise RefusedError(problem, "请用表格软件打开后重新另存为 .xlsx") from error
    except BaseException as error:
        # A Rust panic arrives as a BaseException of its own that is no KeyboardInterrupt.
        if type(error).__name__ != "PanicException":
            raise
        raise RefusedError("文件无法读取", "请用表格软件打开后重新另存为 .xlsx") from None
