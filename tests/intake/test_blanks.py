"""What is not filled in: told in a line a sheet; a form with nothing in it is not handed in."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from assessment.data.pack import Pack, load_pack
from assessment.intake import data_report, intake, layout
from assessment.intake.blanks import ranges
from assessment.intake.coverage import open_tasks
from assessment.intake.read_form import read_form
from assessment.intake.receipts import read_receipts
from assessment.intake.run import IntakeReport
from assessment.params.model import Params
from tests.intake import people
from tests.intake.conftest import YEAR
from tests.packs import with_frames

FINANCE, UNIT, WATER = "市财政局", "张店区", "市水利局"


def signed(path: Path) -> openpyxl.Workbook:
    book = openpyxl.load_workbook(path)
    for field, text in (("填报人", "王小明"), ("填报日期", "2026-01-20")):
        book[layout.COVER].cell(layout.COVER_FIELDS[field], layout.COVER_COLUMN).value = text
    return book


def taken(book: openpyxl.Workbook, folder: Path, params: Params) -> IntakeReport:
    path = folder.parent / "表.xlsx"
    path.write_bytes(people.saved(book))
    return intake([path], folder, params, year=YEAR)


@pytest.mark.parametrize(("owner", "cells"), [(FINANCE, 16), (UNIT, 120)])
def test_a_form_with_nothing_in_it_is_not_handed_in(
    owner: str, cells: int, forms: dict[str, Path], empty_pack: Path, params: Params
) -> None:
    report = taken(signed(forms[owner]), empty_pack, params)
    assert [book.status for book in report.workbooks] == ["refused"]
    assert [fault.problem for fault in report.faults] == [f"应填的 {cells} 格全是空的"]
    assert read_receipts(empty_pack) == ()
    assert report.batch is None


def test_who_is_asked_for_nothing_may_hand_in_a_signed_form(
    forms: dict[str, Path], empty_pack: Path, params: Params
) -> None:
    report = taken(signed(forms[WATER]), empty_pack, params)
    assert report.faults == ()
    assert [receipt.owner for receipt in read_receipts(empty_pack)] == [WATER]


def test_a_reason_or_a_remark_is_not_nothing(
    forms: dict[str, Path], empty_pack: Path, params: Params
) -> None:
    book = signed(forms[FINANCE])
    book[layout.ANNUAL].cell(layout.HEAD_ROW + 1, people.ANNUAL["说明"]).value = "决算未批复"
    assert taken(book, empty_pack, params).faults == ()
    book = signed(forms[UNIT])
    for column, text in zip("BCD", ("说明", "1.0.1", "机构改革，三月补报"), strict=True):
        book[layout.REMARKS][f"{column}4"] = text
    assert taken(book, empty_pack, params).faults == ()


def test_what_is_missing_is_one_line_a_sheet(
    forms: dict[str, Path], answers: people.Answers, params: Params, empty_pack: Path
) -> None:
    book = people.fill(forms[FINANCE], answers, params)
    sheet = book[layout.ANNUAL]
    for row in (4, 5, 6, 9):
        for name in ("本年值", "数据性质", "来源", "佐证材料", "说明"):
            sheet.cell(row, people.ANNUAL[name]).value = None
    for row in (4, 6):
        for name in ("本年状态", "佐证材料", "说明"):
            book[layout.TASKS].cell(row, people.TASK[name]).value = None
    report = taken(book, empty_pack, params)
    assert report.workbooks[0].missing == 6
    figures, tasks = report.gaps
    assert figures.place == "工作表“年度数据”"
    assert figures.problem == "4 格没有填（E4:E6、E9）：“减污降碳财政资金”4 格"
    assert tasks.problem == "2 格没有选状态（G4、G6）：任务 6.3.1、6.3.3"


def test_a_row_that_lacks_only_its_number_or_status_says_what_is_left_out(
    forms: dict[str, Path], answers: people.Answers, params: Params, empty_pack: Path
) -> None:
    book = people.fill(forms[FINANCE], answers, params)
    book[layout.ANNUAL].cell(5, people.ANNUAL["本年值"]).value = None
    book[layout.ANNUAL].cell(5, people.ANNUAL["说明"]).value = None
    book[layout.TASKS].cell(4, people.TASK["本年状态"]).value = None
    book[layout.TASKS].cell(4, people.TASK["佐证材料"]).value = None
    book[layout.TASKS].cell(4, people.TASK["说明"]).value = "年底验收"
    figure, task = taken(book, empty_pack, params).gaps
    assert figure.place == "工作表“年度数据” 单元格 E5"
    assert "而写了数据性质、来源" in figure.problem
    assert "没有收入" in figure.problem
    assert task.problem == "任务 6.3.1 没有选状态，而写了说明，此行没有收入"


def test_months_without_figures_keep_their_note(
    forms: dict[str, Path], params: Params, empty_pack: Path
) -> None:
    book = signed(forms["市交通运输局"])
    row = layout.HEAD_ROW + 1
    book[layout.MONTHLY].cell(row, people.MONTHLY["说明"]).value = "只有年度统计"
    book[layout.MONTHLY].cell(row + 1, people.MONTHLY["来源"]).value = "运输统计"
    report = taken(book, empty_pack, params)
    assert any("，各月）没有填，而写了来源" in gap.problem for gap in report.gaps)
    (remark,) = load_pack(empty_pack, params, allow_empty=True).remarks.itertuples()
    assert (remark.kind, remark.text) == ("说明", "只有年度统计")


def test_a_status_beside_a_task_that_another_leads_is_told(
    forms: dict[str, Path], params: Params
) -> None:
    book = signed(forms[WATER])
    book[layout.TASKS].cell(layout.HEAD_ROW + 1, people.TASK["本年状态"]).value = "已完成"
    form = read_form(people.saved(book), "表.xlsx", params, YEAR, layout.digest(params))
    assert [notice.place for notice in form.notices] == ["工作表“任务进展” 单元格 G4"]
    assert "牵头部门" in form.notices[0].problem


def test_ranges_join_runs_down_a_column() -> None:
    assert ranges([(4, 5), (5, 5), (6, 5), (4, 6), (9, 5)]) == ["E4:E6", "E9", "F4"]
    assert ranges([(4, 4), (4, 5), (4, 6), (9, 5)]) == ["D4:F4", "E9"]
    assert ranges([]) == []


def test_a_dash_in_the_place_of_a_number_is_one_fault(
    forms: dict[str, Path], params: Params, empty_pack: Path
) -> None:
    book = signed(forms[FINANCE])
    book[layout.ANNUAL].cell(4, people.ANNUAL["本年值"]).value = "/"
    (fault,) = taken(book, empty_pack, params).faults
    assert "没有数据请留空" in fault.remedy


def test_the_data_report_lists_tasks_without_a_status(demo: Pack, params: Params) -> None:
    assert open_tasks(params, demo, YEAR) == ()
    tasks = demo.tasks
    out = (tasks["region"] == "boshan") & (tasks["year"] == YEAR)
    out |= (tasks["region"] == "zibo") & (tasks["year"] == YEAR) & (tasks["task"] == "6.3.2")
    pack = with_frames(demo, tasks=tasks[~out].reset_index(drop=True))
    found = {one.name: (one.missing, missing) for one, missing in open_tasks(params, pack, YEAR)}
    assert set(found) == {FINANCE, "博山区"}
    assert found[FINANCE] == (1, ("6.3.2",))
    assert found["博山区"][0] == 120
    page = data_report(params, pack, YEAR)
    assert "121 项任务没有状态" in page
    assert ">6.3.2<" in page
