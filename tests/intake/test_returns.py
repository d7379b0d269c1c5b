"""Forms sent back: what is to be corrected is marked, and the corrected copy is a form again."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from assessment.data.pack import load_pack
from assessment.intake import intake, layout
from assessment.intake.looks import RETURNED_BY
from assessment.intake.run import IntakeReport
from assessment.params.model import Params
from tests.intake import people
from tests.intake.conftest import FINANCE, YEAR
from tests.intake.people import ANNUAL

VALUE = 39000
NAME = f"退回单_{FINANCE}_2025.xlsx"


@pytest.fixture
def faulty(filled: openpyxl.Workbook) -> openpyxl.Workbook:
    sheet = filled[layout.ANNUAL]
    sheet.cell(4, ANNUAL["本年值"]).value = f"约 {VALUE}"
    sheet.cell(5, ANNUAL["来源"]).value = "=1+1 无"
    sheet.cell(5, ANNUAL["来源"]).data_type = "s"
    sheet.cell(6, ANNUAL["来源"]).value = "无"
    filled[layout.COVER]["D10"] = "初步数"
    return filled


def sent(book: openpyxl.Workbook, name: str, folder: Path, params: Params) -> IntakeReport:
    path = folder.parent / name
    path.write_bytes(people.saved(book))
    return intake([path], folder, params, year=YEAR, returns=folder.parent / "退回单")


def test_a_form_is_sent_back_with_its_cells_marked(
    faulty: openpyxl.Workbook, empty_pack: Path, params: Params
) -> None:
    before = people.saved(faulty)
    report = sent(faulty, "表.xlsx", empty_pack, params)
    (path,) = report.returned
    assert path == empty_pack.parent / "退回单" / NAME
    book = openpyxl.load_workbook(path)
    sheet = book[layout.ANNUAL]
    for cell, words in (("E4", f"约 {VALUE}"), ("G6", "来源只写了“无”")):
        assert sheet[cell].fill.fgColor.rgb == "FFF4B6B0"
        assert words in sheet[cell].comment.text
    assert sheet["E5"].comment is None
    assert book[layout.COVER]["D10"].fill.fgColor.rgb == "FFFFD591"
    rows = [[cell.value for cell in row] for row in book[RETURNED_BY].iter_rows(min_row=4)]
    assert [row[:4] for row in rows] == [
        ["1", "请改正", "年度数据", "E4"], ["2", "请改正", "年度数据", "G6"],
        ["3", "请说明", "封面", "D10"],
    ]  # fmt: skip
    assert all(row[4] and row[5] for row in rows)
    assert (empty_pack.parent / "表.xlsx").read_bytes()[:4] == before[:4]
    original = openpyxl.load_workbook(io.BytesIO(before))[layout.ANNUAL]
    assert [c.value for c in sheet[5]] == [c.value for c in original[5]]


def test_the_corrected_copy_is_taken_in(
    faulty: openpyxl.Workbook, empty_pack: Path, params: Params
) -> None:
    (path,) = sent(faulty, "表.xlsx", empty_pack, params).returned
    book = openpyxl.load_workbook(path)
    book[layout.ANNUAL].cell(4, ANNUAL["本年值"]).value = VALUE
    book[layout.ANNUAL].cell(6, ANNUAL["来源"]).value = "财政决算"
    book[layout.COVER]["D10"].value = None
    report = sent(book, NAME, empty_pack, params)
    assert (report.faults, report.notices, report.returned) == ((), (), ())
    assert report.workbooks[0].status == "accepted"
    assert len(load_pack(empty_pack, params).observations) == 12


def test_a_copy_that_is_still_wrong_goes_back_with_what_is_wrong_now(
    faulty: openpyxl.Workbook, empty_pack: Path, params: Params
) -> None:
    (path,) = sent(faulty, "表.xlsx", empty_pack, params).returned
    book = openpyxl.load_workbook(path)
    book[layout.ANNUAL].cell(4, ANNUAL["本年值"]).value = VALUE
    (second,) = sent(book, "再发.xlsx", empty_pack, params).returned
    assert second.name == f"退回单_{FINANCE}_2025_2.xlsx"
    book = openpyxl.load_workbook(second)
    sheet = book[layout.ANNUAL]
    assert (sheet["E4"].comment, sheet["E4"].fill.fgColor.rgb) == (None, "FFFFF8E1")
    assert sheet["G6"].comment is not None
    assert book.sheetnames.count(RETURNED_BY) == 1
    assert book[RETURNED_BY].max_row == 5


def test_nothing_is_overwritten_and_nothing_written_twice(
    faulty: openpyxl.Workbook, empty_pack: Path, params: Params
) -> None:
    room = empty_pack.parent / "退回单"
    room.mkdir()
    (room / NAME).write_bytes(b"something else")
    (path,) = sent(faulty, "表.xlsx", empty_pack, params).returned
    assert path.name == f"退回单_{FINANCE}_2025_2.xlsx"
    written = path.read_bytes()
    form = empty_pack.parent / "表.xlsx"
    assert intake([form], empty_pack, params, year=YEAR, returns=room).returned == (path,)
    assert path.read_bytes() == written
    assert (room / NAME).read_bytes() == b"something else"
    assert len(list(room.iterdir())) == 2


def test_what_cannot_be_written_is_told_and_the_faults_stand(
    faulty: openpyxl.Workbook, empty_pack: Path, params: Params
) -> None:
    (empty_pack.parent / "退回单").write_text("a file")
    report = sent(faulty, "表.xlsx", empty_pack, params)
    assert report.returned == ()
    assert "退回单没有写成" in report.failed[0].problem
    assert len(report.faults) == 2


def test_no_form_of_ours_no_copy(empty_pack: Path, params: Params) -> None:
    report = sent(openpyxl.Workbook(), "表.xlsx", empty_pack, params)
    assert report.faults
    assert (report.returned, report.failed) == ((), ())
    assert not (empty_pack.parent / "退回单").exists()
