"""What stands before every reader of workbooks: bombs, tricks and programs are refused unread.

A workbook is a zip of XML. Here it is inflated once with a limit on every part and walked by a
streaming parser, so that a cell far out, an entity or a call to the outside is met before a reader
reserves memory for it or computes anything.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from assessment.data.csv_source import shown
from assessment.intake.looks import Looks, cells_of, commented, floating, looks_of
from assessment.intake.sheet_scan import (
    MAX_CELLS,
    RefusedError,
    SheetScan,
    column_number,
    safe_parser,
    scan_part,
)  # fmt: skip

MAX_FILE = 50 * 1024 * 1024
MAX_INFLATED = 200 * 1024 * 1024
MAX_RATIO = 200
MAX_PARTS = 2_000
MAX_SHEETS = 100
LONGEST_SHEET_NAME = 31
_CHUNK = 1 << 18
_STYLES = "xl/styles.xml"
_TEXTS = "xl/sharedstrings.xml"
_BESIDE = re.compile(r"comment|drawings/[^/]*\.xml$")
# Small parts of repeated XML compress well without being bombs.
_RATIO_FROM = 4 * 1024 * 1024
_LEGACY = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY = (".bin", ".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".bmp", ".tif", ".tiff", ".wdp")
_PROGRAMS = ("vbaproject", "activex", "oleobject", "embeddings/", "externallink", "connections.xml",
             "querytable", "macrosheet", "dialogsheet", "webextension", "ctrlprop")  # fmt: skip


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
    parser = safe_parser()

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
        part = _part(relation.get("Target", ""))
        if part.endswith(_BINARY):
            raise RefusedError("部件的登记不合规定", "请用表格软件重新另存为 .xlsx")
        targets[relation.get("Id", "")] = part
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


def _related(part: str, kind: str, kept: dict[str, bytes]) -> Iterator[bytes]:
    """Yield the parts of a kind that belong to a sheet, such as its comments."""
    folder, _, name = part.rpartition("/")
    for relation in _elements(kept.get(f"{folder}/_rels/{name}.rels", b"<none/>"), "Relationship"):
        if relation.get("Type", "").endswith(f"/{kind}"):
            target = relation.get("Target", "").replace("\\", "/").lower()
            place = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            yield kept.get(place, b"<none/>")


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


def _of_cells(name: str) -> bool:
    return name.replace("\\", "/").lower() in (_STYLES, _TEXTS)


def _inspect(archive: zipfile.ZipFile, size: int) -> dict[str, SheetScan]:
    scans: dict[str, SheetScan] = {}
    kept: dict[str, bytes] = {}
    left, cells = MAX_INFLATED, MAX_CELLS
    looks = Looks()
    said_of_cells: dict[str, bytes] = {}
    # Styles and texts come first: they say which of a sheet's cells are to be looked for.
    entries = sorted(_checked_entries(archive, size), key=lambda e: not _of_cells(e.filename))
    for entry in entries:
        name = entry.filename.replace("\\", "/").lower()
        if entry.is_dir() or name.endswith(_BINARY):
            continue
        data = b"".join(_inflate(archive, entry, left))
        left -= len(data)
        scans[name] = scan_part(data, cells)
        cells -= scans[name].cells
        if _of_cells(name):
            said_of_cells[name] = data
            looks = looks_of(said_of_cells.get(_STYLES, b""), said_of_cells.get(_TEXTS, b""))
        elif scans[name].cells:
            scans[name].per_cent, scans[name].struck = cells_of(data, looks)
        if name == "xl/workbook.xml" or name.endswith(".rels") or _BESIDE.search(name):
            kept[name] = data
    sheets = _sheets(kept["xl/workbook.xml"], kept["xl/_rels/workbook.xml.rels"])
    for part in sheets.values():
        for comments in _related(part, "comments", kept):
            scans[part].comments += commented(comments)
        for drawing in _related(part, "drawing", kept):
            scans[part].floating += floating(drawing)
    return {name: scans[part] for name, part in sheets.items()}


__all__ = ["RefusedError", "SheetScan", "column_number", "inspect"]
