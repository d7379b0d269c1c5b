"""One part of a workbook's XML walked or scanned: how far its cells reach, and what stands beside.

A part written the plain way that every spreadsheet writes is scanned with patterns; any other is
walked by a streaming parser that knows neither entities nor document types.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from assessment.data.csv_source import shown

MAX_CELLS = 3_000_000
_HEAD = 1 << 18
_OUTSIDE = re.compile(
    r"\[\d+\]|\[[^\]]+\.xl\w+\]|\|\s*'|https?:|\\\\|"
    r"\b(WEBSERVICE|RTD|DDE|DDEAUTO|CALL|REGISTER(\.ID)?|HYPERLINK|IMPORT\w+|FILTERXML|EXEC|IMAGE|"
    r"SQL\.REQUEST|PY|CUBE\w+)\s*\(",
    re.IGNORECASE,
)


CELL_PICTURE = re.compile(r"\s*=?\s*(_xlfn\.)?DISPIMG\s*\(", re.IGNORECASE)
"""The formula by which a spreadsheet holds a picture in a cell."""


class RefusedError(Exception):
    """A workbook that is not read at all: a sentence, and what to do."""

    def __init__(self, problem: str, remedy: str = ""):
        self.problem = problem
        self.remedy = remedy
        super().__init__(problem)


@dataclass(frozen=True)
class Floating:
    """A picture, shape or text box that lies on a sheet: the cell under its corner, its text."""

    kind: str
    cell: str
    text: str = ""


@dataclass
class SheetScan:
    """What one sheet's XML holds beside its values.

    Attributes
    ----------
    rows, columns : int
        Last row and column with a cell, 1-based; 0 for an empty sheet.
    cells : int
        Number of cells written.
    formulas : dict of str to bool
        Cells with a formula, and whether a place for its value (maybe empty) stands beside it.
    errors : set of str
        Cells with an error value (``#DIV/0!``), which a reader gives as empty.
    merged : list of str
        Merged ranges, such as ``B3:C4``.
    hidden_rows : set of int
        Rows that are hidden.
    hidden_columns : list of (int, int)
        First and last of hidden columns.
    comments : list of str
        Cells with a comment.
    pictures : set of str
        Cells that hold a picture in the place of a value.
    per_cent, struck : set of str
        Cells that show per cents; cells that are struck out.
    floating : list of Floating
        Pictures, shapes and text boxes that lie on the sheet.
    """

    rows: int = 0
    columns: int = 0
    cells: int = 0
    formulas: dict[str, bool] = field(default_factory=dict)
    errors: set[str] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    pictures: set[str] = field(default_factory=set)
    per_cent: set[str] = field(default_factory=set)
    struck: set[str] = field(default_factory=set)
    floating: list[Floating] = field(default_factory=list)


def column_number(letters: str) -> int:
    """Return the 1-based number of a column; 0 if it is none.

    Examples
    --------
    >>> column_number("A"), column_number("XFD"), column_number("a1")
    (1, 16384, 0)
    """
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - 64
    return number if len(letters) <= 3 else 0


class _SheetParser:
    """Walks one part of the zip; cells are counted and placed, formulas and merges kept."""

    def __init__(self) -> None:
        self.scan = SheetScan()
        self._letters: set[str] = set()
        self._cell = ""
        self._formula: list[str] | None = None
        self._names: dict[str, str] = {}
        self._parser = parser = safe_parser()
        parser.buffer_text = True
        parser.StartElementHandler = self._start

    def feed(self, data: bytes) -> None:
        self._parser.Parse(data, False)

    def finish(self) -> SheetScan:
        self._parser.Parse(b"", True)
        numbers = [column_number(letters) for letters in self._letters]
        if 0 in numbers:
            raise RefusedError("单元格位置的写法不合规定", "请用表格软件重新另存为 .xlsx")
        self.scan.columns = max(numbers, default=0)
        _limit_area(self.scan)
        return self.scan

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = self._names.get(name)
        if kind is None:
            if len(self._names) > 10_000:
                raise RefusedError("XML 标记过多", "请用表格软件重新另存为 .xlsx")
            kind = self._names[name] = name.rpartition(":")[2]
        if kind == "c":
            self._place(attributes.get("r", ""))
            if attributes.get("t") == "e":
                # A picture placed in a cell is an error value for those who do not know it.
                held = self.scan.pictures if "vm" in attributes else self.scan.errors
                held.add(self._cell)
        elif kind == "f":
            self._formula = []
            self.scan.formulas[self._cell] = False
            self._parser.CharacterDataHandler = self._text
            self._parser.EndElementHandler = self._end
        elif kind == "v" and self._cell in self.scan.formulas:
            self.scan.formulas[self._cell] = True
        elif kind == "row":
            if attributes.get("hidden") in {"1", "true"}:
                self.scan.hidden_rows.add(_integer(attributes.get("r", "0")))
        elif kind == "mergeCell":
            self.scan.merged.append(attributes.get("ref", ""))
            if len(self.scan.merged) > 100_000:
                raise RefusedError("合并单元格过多", "请取消合并后重新保存")
        elif kind == "col" and attributes.get("hidden") in {"1", "true"}:
            ends = _integer(attributes.get("min", "0")), _integer(attributes.get("max", "0"))
            self.scan.hidden_columns.append(ends)

    def _place(self, reference: str) -> None:
        letters = reference.rstrip("0123456789")
        row = _integer(reference[len(letters) :] or "0")
        scan = self.scan
        if not row or row > 1_048_576:
            raise RefusedError("单元格位置的写法不合规定", "请用表格软件重新另存为 .xlsx")
        self._cell = reference
        scan.cells += 1
        scan.rows = max(scan.rows, row)
        self._letters.add(letters)
        if scan.cells > MAX_CELLS:
            raise RefusedError(f"单元格超过 {MAX_CELLS // 10000} 万个", "请只留要报送的表")

    def _text(self, text: str) -> None:
        if self._formula is not None:
            self._formula.append(text)

    def _end(self, name: str) -> None:
        if self._formula is None or self._names.get(name) != "f":
            return
        formula = "".join(self._formula)
        if CELL_PICTURE.match(formula):
            self.scan.pictures.add(self._cell)
        if found := _OUTSIDE.search(formula):
            raise RefusedError(
                f"单元格 {self._cell} 的公式引用本工作簿以外的内容（{shown(found[0])}）",
                "请把公式粘贴为数值后重新保存",
            )
        self._formula = None
        self._parser.CharacterDataHandler = None
        self._parser.EndElementHandler = None


_PLAIN_CELL = re.compile(rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"')
_ANY_CELL = re.compile(rb"<(?:[^<>\s/:]+:)?c[\s/>]")
_NEEDS_WALK = re.compile(
    rb"""<(?:[^<>\s/:]+:)?(?:f|mergeCell)[\s/>]|\st\s*=\s*["']e["']|hidden\s*=\s*["'](?:1|true)|<!"""
)


def _quick(data: bytes) -> SheetScan | None:
    """Scan a part written the plain way that every spreadsheet writes; None for any other.

    Five times faster than walking the XML. Whatever could hide a cell from a pattern (a prefix,
    another order of attributes, a comment, another encoding) makes the counts differ.
    """
    if data.count(b"<?") > 1 or b"\0" in data[:_HEAD] or _NEEDS_WALK.search(data):
        return None
    head = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith(b"<") or (
        b"encoding" in head.split(b"?>")[0] and b"utf-8" not in head.split(b"?>")[0].lower()
    ):
        return None
    found = _PLAIN_CELL.findall(data)
    if len(found) != len(_ANY_CELL.findall(data)):
        return None
    if found and data.count(b" r=") != len(found) + data.count(b"<row r="):
        return None
    if len(found) > MAX_CELLS:
        raise RefusedError(f"单元格超过 {MAX_CELLS // 10000} 万个", "请只留要报送的表")
    columns = {letters for letters, _ in found}
    rows = {row for _, row in found}
    scan = SheetScan(
        rows=max(map(int, rows), default=0),
        columns=max((column_number(letters.decode()) for letters in columns), default=0),
        cells=len(found),
    )
    _limit_area(scan)
    return scan


def _limit_area(scan: SheetScan) -> None:
    if scan.rows * max(scan.columns, 1) > MAX_CELLS:
        raise RefusedError(
            f"有单元格远在 {scan.rows} 行 {scan.columns} 列处，展开后超过 {MAX_CELLS // 10000} 万格",
            "请删去表外的空单元格后重新保存",
        )


def scan_part(data: bytes, cells_left: int) -> SheetScan:
    """Return what a part of the zip holds beside values.

    Raises
    ------
    RefusedError
        Cells too far out or too many, entities, or a formula that calls outside.
    """
    scan = _quick(data)
    if scan is None:
        parser = _SheetParser()
        parser.feed(data)
        scan = parser.finish()
    if scan.cells > cells_left:
        raise RefusedError(f"单元格超过 {MAX_CELLS // 10000} 万个", "请只留要报送的表")
    return scan


def _integer(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def safe_parser() -> expat.XMLParserType:
    """Return a parser that refuses entities and document types."""
    parser = expat.ParserCreate()

    def refuse(*_: Any) -> Any:
        raise RefusedError("XML 中有实体或文档类型声明", "请用表格软件重新另存为 .xlsx")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.UnparsedEntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    return parser
