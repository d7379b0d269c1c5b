"""Forms sent again: what revises, what corrects, what takes nothing back, what is withdrawn."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from assessment.data.pack import load_pack
from assessment.data.words import confirms
from assessment.intake import layout
from assessment.params.model import Params
from tests.intake import people
from tests.intake.conftest import Send
from tests.intake.people import ANNUAL, MONTHLY, TASK


def put(book: openpyxl.Workbook, row: int = 4, *, date: str = "", **cells: object) -> None:
    """Write cells of a row of the yearly sheet by column name, and the cover's date."""
    for name, value in cells.items():
        book[layout.ANNUAL].cell(row, ANNUAL[name]).value = value
    if date:
        at = layout.COVER_FIELDS["填报日期"]
        book[layout.COVER].cell(at, layout.COVER_COLUMN).value = date


def resaved(book: openpyxl.Workbook) -> None:
    book[layout.COVER].cell(layout.COVER_FIELDS["审核人"], layout.COVER_COLUMN).value = "王五"


@pytest.mark.parametrize("later", ["2026-01-29", "2026-01-28"])
def test_an_old_copy_saved_again_takes_nothing_back(
    later: str, send: Send, filled: openpyxl.Workbook
) -> None:
    old = filled[layout.ANNUAL].cell(4, ANNUAL["本年值"]).value
    put(filled, 说明="快报数", date="2026-01-29")
    assert send(filled).ok
    put(filled, 本年值=39999.5, 说明="决算数")
    assert send(filled).workbooks[0].revised == 1
    put(filled, 本年值=old, 说明="快报数", date=later)
    resaved(filled)
    (fault,) = send(filled).faults
    assert "2026-01-29" in fault.problem
    assert "填报日期" in fault.problem + fault.remedy
    if later == "2026-01-29":
        assert fault.problem.startswith("“减污降碳财政资金”（淄博市）已于 2026-01-29 由")
        assert "39999.5 万元（决算数）" in fault.problem


def test_a_second_revision_of_the_same_day_is_one(send: Send, filled: openpyxl.Workbook) -> None:
    send(filled)
    for value, why in ((39999.5, "决算数"), (39990, "扣除重复项")):
        put(filled, 本年值=value, 说明=why)
        report = send(filled)
        assert (report.faults, report.workbooks[0].revised) == ((), 1)


def test_going_back_is_possible_on_a_later_day_with_a_reason_of_its_own(
    send: Send, filled: openpyxl.Workbook
) -> None:
    old = filled[layout.ANNUAL].cell(4, ANNUAL["本年值"]).value
    send(filled)
    put(filled, 本年值=39999.5, 说明="决算数", date="2026-02-01")
    assert send(filled).ok
    put(filled, 本年值=old, date="2026-02-09")
    (fault,) = send(filled).faults
    assert fault.place == "工作表“年度数据” 单元格 I4"
    assert fault.problem.endswith("；“说明”还是上次的“决算数”")
    assert fault.remedy == "请在“说明”改写这次修订的原因"
    put(filled, 说明="审计核减，恢复原数")
    assert send(filled).workbooks[0].revised == 1


@pytest.mark.parametrize("note", ["无", "/", "。"])
def test_a_word_that_says_nothing_is_no_reason(
    note: str, send: Send, filled: openpyxl.Workbook
) -> None:
    send(filled)
    put(filled, 本年值=39999.5, 说明=note)
    (fault,) = send(filled).faults
    assert fault.remedy == "请在“说明”写明修订原因"


@pytest.mark.parametrize(
    ("note", "is_so"),
    [("已核实：新线投用", True), ("已核实", True), ("口径未变，已核实。", True),
     ("已核实有误", False), ("未经已核实", False), ("尚未核实", False), ("已核实过吗", False)],
)  # fmt: skip
def test_confirmed_is_a_clause_of_its_own(note: str, is_so: bool) -> None:
    assert confirms(note) is is_so


@pytest.mark.parametrize(("note", "stops"), [("已核实有误", True), ("已核实：追加专项", False)])
def test_a_jump_is_let_in_by_the_word_itself_only(
    note: str, stops: bool, send: Send, filled: openpyxl.Workbook, pack_folder: Path,
    params: Params, tmp_path: Path,
) -> None:  # fmt: skip
    from assessment.intake import intake

    value = filled[layout.ANNUAL].cell(4, ANNUAL["本年值"]).value
    put(filled, 本年值=value * 10, 说明=note)
    path = tmp_path / "表.xlsx"
    path.write_bytes(people.saved(filled))
    report = intake([path], pack_folder, params, year=2025)
    assert [f.place for f in report.faults] == ["工作表“年度数据” 单元格 E4"] * stops


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [("来源", "2025 年财政决算", "更正来源"), ("佐证材料", "决算批复，2026-02-01", "更正佐证材料")],
)
def test_a_corrected_source_or_evidence_is_taken_in(
    column: str, value: str, why: str, send: Send, filled: openpyxl.Workbook, empty_pack: Path,
    params: Params,
) -> None:  # fmt: skip
    put(filled, 数据性质=layout.REPORTED, 佐证材料="资金台账，2026-01-05，市财政局")
    send(filled)
    put(filled, date="2026-02-02", **{column: value})
    report = send(filled)
    assert (report.faults, report.workbooks[0].revised) == ((), 1)
    assert report.batch is not None
    (path,) = report.batch.glob("revisions_*.csv")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert value in row.values()
    assert row["why"] == why
    assert row["old"] == f"{row['value']} 万元"
    assert len(load_pack(empty_pack, params).observations) == 12
    assert send(filled).workbooks[0].status == "unchanged"


def test_evidence_handed_in_later_needs_no_reason(
    send: Send, filled: openpyxl.Workbook, empty_pack: Path, params: Params
) -> None:
    put(filled, 数据性质=layout.REPORTED, 佐证材料="见附件")
    assert "记 D 级" in send(filled).notices[0].problem
    put(filled, 佐证材料="资金台账，2026-01-05，市财政局")
    report = send(filled)
    assert (report.faults, report.notices, report.workbooks[0].revised) == ((), (), 1)
    assert list(load_pack(empty_pack, params).revisions["grade"]) == ["B"]


def test_a_note_that_was_asked_for_is_taken_in(
    send: Send, filled: openpyxl.Workbook, empty_pack: Path, params: Params
) -> None:
    send(filled)
    put(filled, 说明="含上级专项")
    resaved(filled)
    assert send(filled).workbooks[0].revised == 1
    row = load_pack(empty_pack, params).observations
    assert row["note"].str.startswith("修订：").sum() == 1
    assert row["note"].str.contains("含上级专项").sum() == 1
    resaved(filled)
    filled.properties.title = "再存"
    assert send(filled).workbooks[0].status == "unchanged"


def test_emptied_cells_keep_what_was_taken_in_and_say_so(
    send: Send, filled: openpyxl.Workbook, empty_pack: Path, params: Params
) -> None:
    send(filled)
    old = filled[layout.ANNUAL].cell(6, ANNUAL["本年值"]).value
    put(filled, 5, 本年值=None)
    put(filled, 6, 本年值=None, 数据性质=None, 来源=None, 佐证材料=None)
    put(filled, 4, 本年值=39999.5, 说明="决算数")
    filled[layout.TASKS].cell(4, TASK["本年状态"]).value = None
    report = send(filled)
    assert report.faults == ()
    assert report.gaps == ()
    assert report.workbooks[0].missing == 0
    figures, tasks = report.notices
    assert figures.problem.startswith("2 格空着（E5:E6），而已经收过数，仍用已收的（原为 ")
    assert f"{old:g} 万元" in figures.problem
    assert "撤回" in figures.remedy
    assert tasks.problem == "1 项任务没有选状态（G4），仍用已收的状态"
    assert (load_pack(empty_pack, params).observations["state"] == "value").sum() == 12


def test_emptied_months_keep_what_was_taken_in_and_others_are_not_asked_for(
    send: Send, forms: dict[str, Path], answers: people.Answers, params: Params
) -> None:
    book = people.fill(forms["市交通运输局"], answers, params)
    sheet = book[layout.MONTHLY]
    for row, value in ((4, 130.5), (5, 12.5)):
        for name, cell in (("1月", value), ("2月", value), ("数据性质", layout.OFFICIAL),
                           ("来源", "运输统计"), ("说明", "其余各月没有统计")):  # fmt: skip
            sheet.cell(row, MONTHLY[name]).value = cell
    assert send(book).ok
    for name in ("1月", "2月"):
        sheet.cell(4, MONTHLY[name]).value = None
    report = send(book)
    assert (report.faults, report.gaps, report.workbooks[0].missing) == ((), (), 0)
    (notice,) = (n for n in report.notices if n.place.startswith("工作表“月度数据”"))
    assert notice.problem.startswith("2 格空着（D4:E4），而已经收过数，仍用已收的（原为 130.5 ")
    sheet.cell(4, MONTHLY["说明"]).value = "月度数口径有误，撤回"
    report = send(book)
    assert (report.faults, report.workbooks[0].revised) == ((), 12)


def test_a_number_is_withdrawn_with_a_reason_of_its_own(
    send: Send, filled: openpyxl.Workbook, empty_pack: Path, params: Params
) -> None:
    put(filled, 说明="快报数")
    send(filled)
    put(filled, 本年值=None, date="2026-02-02")
    report = send(filled)
    assert (report.workbooks[0].revised, report.faults, report.gaps) == (0, (), ())
    assert report.notices[0].problem.startswith("1 格空着（E4），而已经收过数，仍用已收的（原为 ")
    assert report.notices[0].place == "工作表“年度数据” 单元格 E4"
    put(filled, 说明="口径有误，撤回")
    assert send(filled).workbooks[0].revised == 1
    pack = load_pack(empty_pack, params)
    assert list(pack.revisions["state"]) == ["not_reported"]
    put(filled, 本年值=123.0, 说明="重新核定", date="2026-02-03")
    assert send(filled).workbooks[0].revised == 1
    assert load_pack(empty_pack, params).revisions["old"].iloc[-1] == "（未报）"


def test_of_a_task_too_no_old_copy_takes_the_status_back(
    send: Send, filled: openpyxl.Workbook
) -> None:
    sheet = filled[layout.TASKS]
    sheet.cell(4, TASK["本年状态"]).value = "进展滞后"
    sheet.cell(4, TASK["说明"]).value = "资金未到位"
    send(filled)
    sheet.cell(4, TASK["本年状态"]).value = "按序推进"
    assert "还是上次的" in send(filled).faults[0].problem
    sheet.cell(4, TASK["说明"]).value = "资金到位"
    assert send(filled).workbooks[0].revised == 1
    sheet.cell(4, TASK["本年状态"]).value = "进展滞后"
    sheet.cell(4, TASK["说明"]).value = "资金未到位"
    (fault,) = send(filled).faults
    assert fault.problem.startswith("任务 6.3.1 已于 2026-01-29 由 进展滞后 改为 按序推进")
