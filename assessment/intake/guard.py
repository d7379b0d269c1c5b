"""What stands before every reader of workbooks: bombs, tricks and programs are refused unread.

A workbook is a zip of XML. Here it is inflated once with a limit on every part and walked by a
streaming parser, so that a cell far out, an entity or a call to the outside is met before a reader
reserves memory for it or computes anything.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from assessment.data.csv_source import shown

MAX_FILE = 50 * 1024 * 1024
MAX_INFLATED = 200 * 1024 * 1024
MAX_RATIO = 200
MAX_PARTS = 2_000
MAX_SHEETS = 100
MAX_CELLS = 3_000_000
LONGEST_SHEET_NAME = 31
_CHUNK = 1 << 18
# Small parts of repeated XML compress well without being bombs.
_RATIO_FROM = 4 * 1024 * 1024
_LEGACY = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY = (".bin", ".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".bmp", ".tif", ".tiff", ".wdp")
_PROGRAMS = ("vbaproject", "activex", "oleobject", "embeddings/", "externallink", "connections.xml",
             "querytable", "macrosheet", "dialogsheet", "webextension", "ctrlprop")  # fmt: skip
_OUTSIDE = re.compile(
    r"\[\d+\]|\[[^\]]+\.xl\w+\]|\|\s*'|https?:|\\\\|"
    r"\b(WEBSERVICE|RTD|DDE|DDEAUTO|CALL|REGISTER(\.ID)?|HYPERLINK|IMPORT\w+|FILTERXML|EXEC|IMAGE|"
    r"SQL\.REQUEST|PY|CUBE\w+)\s*\(",
    re.IGNORECASE,
)


class RefusedError(Exception):
    """A workbook that is not read at all: a sentence, and what to do."""

    def __init__(self, problem: str, remedy: str = ""):
        self.problem = problem
        self.remedy = remedy
        super().__init__(problem)


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
        Cells with a formula, and whether a computed value stands beside it.
    errors : set of str
        Cells with an error value (``#DIV/0!``), which a reader gives as empty.
    merged : list of str
        Merged ranges, such as ``B3:C4``.
    hidden_rows : set of int
        Rows that are hidden.
    hidden_columns : list of (int, int)
        First and last of hidden columns.
    """

    rows: int = 0
    columns: int = 0
    cells: int = 0
    formulas: dict[str, bool] = field(default_factory=dict)
    errors: set[str] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)


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
        self._parser = parser = _safe_parser()
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
                self.scan.errors.add(self._cell)
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
        if found := _OUTSIDE.search("".join(self._formula)):
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
    if data.count(b"<?") > 1 or b"\0" in data[:_CHUNK] or _NEEDS_WALK.search(data):
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


def _scan(data: bytes, cells_left: int) -> SheetScan:
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


def _safe_parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()

    def refuse(*_: Any) -> Any:
        raise RefusedError("XML 中有实体或文档类型声明", "请用表格软件重新另存为 .xlsx")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.UnparsedEntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    return parser


def _checked_entries(archive: zipfile.ZipFile, size: int) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > MAX_PARTS:
        raise RefusedError(f"文件内有 {len(entries)} 个部件，超过 {MAX_PARTS} 个")
    total = sum(entry.file_size for entry in entries)
    if total > MAX_INFLATED or (total > _RATIO_FROM and total > MAX_RATIO * max(size, 1)):
        raise RefusedError(
            f"解压后有 {total / 1024 / 1024:.0f} MB，远大于文件本身", "疑为压缩炸弹，未读取"
        )
    names: set[str] = set()
    for entry in entries:
        name = entry.filename.replace("\\", "/").lower()
        if name.startswith("/") or ".." in name.split("/") or ":" in name:
            raise RefusedError(
                f"部件名含有路径（{shown(entry.filename)}）", "请用表格软件重新另存为 .xlsx"
            )
        if name in names:
            raise RefusedError(f"部件“{shown(entry.filename)}”重复", "请用表格软件重新另存为 .xlsx")
        if entry.flag_bits & 1:
            raise RefusedError("文件有密码", "请去掉密码后重新保存")
        if any(mark in name for mark in _PROGRAMS):
            raise RefusedError(
                f"含有宏、外部链接或嵌入对象（{shown(entry.filename)}）",
                "请另存为不含宏的 .xlsx，并断开外部链接",
            )
        names.add(name)
    if "xl/workbook.xml" not in names:
        raise RefusedError("不是 Excel 工作簿（.xlsx）", "请另存为 .xlsx")
    return entries


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> Iterator[bytes]:
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise RefusedError("解压后的大小超过所声明的", "疑为压缩炸弹，未读取")
            yield chunk


def _part(relation: str) -> str:
    """Return the part that a relation of the workbook points at, as a lower-case name."""
    target = relation.replace("\\", "/").lower()
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _elements(data: bytes, wanted: str) -> list[dict[str, str]]:
    """Return the attributes of every element of a name, prefixes dropped."""
    found: list[dict[str, str]] = []
    parser = _safe_parser()

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == wanted:
            found.append({key.rpartition(":")[2]: value for key, value in attributes.items()})

    parser.StartElementHandler = start
    parser.Parse(data, True)
    return found


def _sheets(workbook: bytes, relations: bytes) -> dict[str, str]:
    """Return each sheet's name with the part it lies in."""
    if _elements(workbook, "externalReference"):
        raise RefusedError("含有外部链接", "请断开外部链接后重新保存")
    for defined in _elements(workbook, "definedName"):
        if "xlm" in defined or defined.get("function") in {"1", "true"}:
            raise RefusedError("含有宏函数名称", "请另存为不含宏的 .xlsx")
    targets = {}
    for relation in _elements(relations, "Relationship"):
        if relation.get("TargetMode") == "External":
            raise RefusedError("含有外部链接", "请断开外部链接后重新保存")
        targets[relation.get("Id", "")] = _part(relation.get("Target", ""))
    sheets: dict[str, str] = {}
    for sheet in _elements(workbook, "sheet"):
        name, part = sheet.get("name", ""), targets.get(sheet.get("id", ""), "")
        if len(name) > LONGEST_SHEET_NAME or not name:
            raise RefusedError(
                f"工作表名“{shown(name)}”有 {len(name)} 个字",
                f"应为 1 至 {LONGEST_SHEET_NAME} 个字",
            )
        if name in sheets or not part.endswith(".xml"):
            raise RefusedError("工作表的登记不合规定", "请用表格软件重新另存为 .xlsx")
        sheets[name] = part
    if not 1 <= len(sheets) <= MAX_SHEETS:
        raise RefusedError(f"工作簿有 {len(sheets)} 个工作表", f"应为 1 至 {MAX_SHEETS} 个")
    return sheets


def inspect(data: bytes) -> dict[str, SheetScan]:
    """Look through a workbook without reading its values.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    dict of str to SheetScan
        Each sheet by name, in the workbook's order.

    Raises
    ------
    RefusedError
        Too large, not an .xlsx, encrypted, damaged, a bomb, or with macros or calls outside.
    """
    if len(data) > MAX_FILE:
        raise RefusedError(
            f"文件有 {len(data) / 1024 / 1024:.0f} MB，超过 {MAX_FILE // 1024 // 1024} MB"
        )
    if data.startswith(_LEGACY):
        raise RefusedError("是旧格式（.xls）或有密码的文件", "请去掉密码并另存为 .xlsx")
    if not data.startswith(b"PK"):
        raise RefusedError("不是 Excel 工作簿（.xlsx）", "请另存为 .xlsx")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _inspect(archive, len(data))
    except RefusedError:
        raise
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, NotImplementedError, RuntimeError,
            EOFError, OSError, ValueError, KeyError, IndexError, OverflowError):  # fmt: skip
        raise RefusedError(
            "文件已损坏或不是规范的 .xlsx", "请用表格软件打开后重新另存为 .xlsx"
        ) from None


def _inspect(archive: zipfile.ZipFile, size: int) -> dict[str, SheetScan]:
    scans: dict[str, SheetScan] = {}
    kept: dict[str, bytes] = {}
    left, cells = MAX_INFLATED, MAX_CELLS
    for entry in _checked_entries(archive, size):
        name = entry.filename.replace("\\", "/").lower()
        if entry.is_dir() or name.endswith(_BINARY):
            continue
        data = b"".join(_inflate(archive, entry, left))
        left -= len(data)
        scans[name] = _scan(data, cells)
        cells -= scans[name].cells
        if name in {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"}:
            kept[name] = data
    sheets = _sheets(kept["xl/workbook.xml"], kept["xl/_rels/workbook.xml.rels"])
    return {name: scans[part] for name, part in sheets.items()}
