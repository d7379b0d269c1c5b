"""What is added: revisions beside what they revise, the same file once, a crash nothing."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from assessment.data.pack import load_pack
from assessment.intake import add, intake, layout
from assessment.intake.receipts import read_receipts
from assessment.params.model import Params
from assessment.show.csv_download import inert
from tests.intake import people
from tests.intake.conftest import FINANCE as OWNER
from tests.intake.conftest import YEAR, Send

UNIT = "张店区"


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file of a pack but its lock."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".intake.lock"
    }


def first_row(book: openpyxl.Workbook, column: str) -> openpyxl.cell.cell.Cell:
    cell = book[layout.ANNUAL].cell(layout.HEAD_ROW + 1, people.ANNUAL[column])
    assert isinstance(cell, openpyxl.cell.cell.Cell)
    return cell


def test_a_first_form_makes_a_pack(send: Send, filled: openpyxl.Workbook, empty_pack: Path,
                                   params: Params) -> None:  # fmt: skip
    report = send(filled)
    assert report.ok
    assert report.batch == empty_pack / "intake" / "0001"
    pack = load_pack(empty_pack, params)
    assert len(pack.observations) == 12
    assert set(pack.observations["file"]) == {
        f"intake/0001/{path.name}" for path in report.batch.glob("observations*")
    }
    (receipt,) = read_receipts(empty_pack)
    assert (receipt.form, receipt.owner, receipt.who) == ("2025-D13", OWNER, "王小明")
    assert receipt.added == report.workbooks[0].added == 16


def test_a_form_of_another_year_says_where_the_year_is_set(
    filled: openpyxl.Workbook, empty_pack: Path, tmp_path: Path, params: Params
) -> None:
    path = tmp_path / "表.xlsx"
    path.write_bytes(people.saved(filled))
    (fault,) = intake([path], empty_pack, params, year=YEAR + 1).faults
    assert f"是 {YEAR} 年度的表单" in fault.problem
    assert f"本次收 {YEAR + 1} 年度" in fault.remedy
    assert "run.yml 的 year" in fault.remedy


def test_what_is_not_there_is_named_as_it_was_given(
    empty_pack: Path, tmp_path: Path, params: Params
) -> None:
    form, pack = tmp_path / "表.xlsx", tmp_path / "没有"
    (fault,) = intake([form], pack, params, year=YEAR).faults
    assert (fault.file, fault.place) == ("--into", str(pack))
    (fault,) = intake([form], empty_pack, params, year=YEAR).faults
    assert fault.remedy == "请检查文件名、路径和权限"


def test_the_same_file_twice_adds_nothing(send: Send, filled: openpyxl.Workbook,
                                          empty_pack: Path) -> None:  # fmt: skip
    data = people.saved(filled)
    send(data, data)
    before = tree(empty_pack)
    report = send(data)
    assert [w.status for w in report.workbooks] == ["unchanged"]
    assert (report.batch, tree(empty_pack)) == (None, before)
    # Saved anew, the bytes differ and the figures do not.
    again = openpyxl.load_workbook(io.BytesIO(data))
    again.properties.title = "另存"
    report = send(again)
    assert [w.status for w in report.workbooks] == ["unchanged"]
    assert tree(empty_pack) == before


def test_a_revision_keeps_the_old_value(send: Send, filled: openpyxl.Workbook, empty_pack: Path,
                                        params: Params) -> None:  # fmt: skip
    send(filled)
    before = tree(empty_pack)
    cell = first_row(filled, "本年值")
    old = f"{cell.value:g}"
    cell.value = 39999.5
    filled[layout.COVER].cell(
        layout.COVER_FIELDS["填报日期"], layout.COVER_COLUMN
    ).value = "2026-03-02"
    report = send(filled)
    assert report.faults[0].place == "工作表“年度数据” 单元格 I4"
    assert "修订原因" in report.faults[0].remedy
    assert tree(empty_pack) == before

    first_row(filled, "说明").value = "决算后调整"
    report = send(filled)
    assert report.ok
    assert (report.workbooks[0].added, report.workbooks[0].revised) == (0, 1)
    after = tree(empty_pack)
    assert {name: after[name] for name in before} == before
    pack = load_pack(empty_pack, params)
    row = pack.observations[pack.observations["region"] == "zibo"].iloc[0]
    assert row["value"] == 39999.5
    assert row["note"] == f"修订：原为 {old} 万元（2026-03-02，市财政局 王小明：决算后调整）"
    assert row["file"].startswith("intake/0002/revisions_")
    told = pack.revisions.iloc[0]
    assert (told["old"], told["given"], told["who"], told["when"], told["why"]) == (
        f"{old} 万元", "39999.5", "市财政局 王小明", "2026-03-02", "决算后调整",
    )  # fmt: skip
    # The first receipt counts for punctuality.
    assert list(pack.submissions["received"]) == ["2026-01-29"]


def test_a_revision_of_the_quality_alone_says_so(send: Send, filled: openpyxl.Workbook) -> None:
    nature, value = first_row(filled, "数据性质"), first_row(filled, "本年值").value
    nature.value = layout.OFFICIAL
    send(filled)
    nature.value = layout.ESTIMATED
    (fault,) = send(filled).faults
    assert fault.problem == (
        f"数与已收的相同（{value:g} 万元），而数据质量由 A 级改为 C 级，属于修订"
    )
    assert fault.remedy == "请在“说明”写明修订原因"


def test_an_older_form_does_not_undo_a_revision(send: Send, filled: openpyxl.Workbook) -> None:
    send(filled)
    date = filled[layout.COVER].cell(layout.COVER_FIELDS["填报日期"], layout.COVER_COLUMN)
    first_row(filled, "说明").value = "决算后调整"
    first_row(filled, "本年值").value, date.value = 39999.5, "2026-03-02"
    assert send(filled).ok
    first_row(filled, "本年值").value, date.value = 39000, "2026-02-01"
    report = send(filled)
    assert "2026-03-02" in report.faults[0].problem
    date.value = "2026-04-01"
    assert "“说明”还是上次的“决算后调整”" in send(filled).faults[0].problem
    first_row(filled, "说明").value = "审计后再调整"
    assert send(filled).ok


def test_other_evidence_for_the_same_status_is_taken_in(
    forms: dict[str, Path], answers: people.Answers, params: Params, send: Send, empty_pack: Path
) -> None:
    book = people.fill(forms[UNIT], answers, params)
    send(book)
    sheet = book[layout.TASKS]
    row = next(r for r in range(4, 200) if sheet.cell(r, people.TASK["本年状态"]).value == "已完成")
    sheet.cell(row, people.TASK["佐证材料"]).value = "另一份文件"
    sheet.cell(row, people.TASK["说明"]).value = None
    report = send(book)
    assert (report.faults, report.workbooks[0].revised) == ((), 1)
    revised = load_pack(empty_pack, params, allow_empty=True).task_revisions
    assert list(zip(revised["old"], revised["why"], strict=True)) == [("已完成", "更正佐证材料")]


def test_a_task_is_revised(forms: dict[str, Path], answers: people.Answers, params: Params,
                           send: Send, empty_pack: Path) -> None:  # fmt: skip
    book = people.fill(forms[UNIT], answers, params)
    send(book)
    sheet = book[layout.TASKS]
    row = next(
        r for r in range(4, 200) if sheet.cell(r, people.TASK["本年状态"]).value == "进展滞后"
    )
    code = sheet.cell(row, people.TASK[layout.MARK]).value
    sheet.cell(row, people.TASK["本年状态"]).value = "已完成"
    sheet.cell(row, people.TASK["佐证材料"]).value = "=验收意见"
    sheet.cell(row, people.TASK["佐证材料"]).data_type = "s"
    sheet.cell(row, people.TASK["说明"]).value = "年后完成验收"
    assert send(book).ok
    pack = load_pack(empty_pack, params, allow_empty=True)
    task = pack.tasks[pack.tasks["task"] == code].iloc[0]
    assert (task["status"], task["evidence"]) == ("completed", "'=验收意见")
    assert "原为 进展滞后" in task["note"]
    assert list(pack.task_revisions["old"]) == ["进展滞后"]


def test_remarks_are_kept(send: Send, filled: openpyxl.Workbook, empty_pack: Path,
                          params: Params) -> None:  # fmt: skip
    for column, text in zip("BCD", ("异议", "2.3.7", "上年评为滞后，实际已完成"), strict=True):
        filled[layout.REMARKS][f"{column}4"] = text
    assert send(filled).ok
    row = load_pack(empty_pack, params).remarks.iloc[0]
    assert (row["department"], row["kind"], row["subject"], row["text"], row["when"]) == (
        OWNER, "异议", "2.3.7", "上年评为滞后，实际已完成", "2026-01-29",
    )  # fmt: skip
    assert send(filled).workbooks[0].status == "unchanged"


def test_of_two_versions_of_a_form_in_one_batch_neither_is_taken(
    send: Send, filled: openpyxl.Workbook, empty_pack: Path
) -> None:
    data = people.saved(filled)
    first_row(filled, "本年值").value = 39999
    first_row(filled, "来源").value = None
    report = send(data, filled)
    assert [w.status for w in report.workbooks] == ["refused", "refused"]
    assert [(f.file, f.problem.split("，")[0]) for f in report.faults] == [
        ("0.xlsx", f"与 1.xlsx 都是“{OWNER}”的表"),
        ("1.xlsx", "没有写来源"),
        ("1.xlsx", f"与 0.xlsx 都是“{OWNER}”的表"),
    ]
    assert read_receipts(empty_pack) == ()


def test_a_copy_saved_anew_in_the_same_batch_brings_nothing_new(
    send: Send, filled: openpyxl.Workbook
) -> None:
    data = people.saved(filled)
    filled.properties.title = "另存"
    report = send(data, filled)
    assert [w.status for w in report.workbooks] == ["accepted", "unchanged"]
    assert report.faults == ()


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-2+3", "@cmd", "\t=1", "=cmd|' /c calc'!A1"])
def test_text_that_a_spreadsheet_would_run_is_inert(
    text: str, send: Send, filled: openpyxl.Workbook, empty_pack: Path, params: Params,
) -> None:  # fmt: skip
    for column in ("来源", "说明"):
        first_row(filled, column).value = text
        first_row(filled, column).data_type = "s"
    report = send(filled)
    assert report.ok, report.faults
    assert report.batch is not None
    for path in report.batch.glob("*.csv"):
        for line in path.read_text(encoding="utf-8-sig").splitlines():
            for cell in line.split(","):
                assert inert(cell.strip('"')) == cell.strip('"')
    load_pack(empty_pack, params)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["_write", "write_receipts", "commit"])
def test_what_stops_an_intake_half_way_adds_nothing(
    step: str, error: BaseException, send: Send, filled: openpyxl.Workbook, empty_pack: Path,
    params: Params, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    before = tree(empty_pack)

    def fail(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(add, step, fail)
        if isinstance(error, OSError):
            report = send(filled)
            assert "没有加入任何数据" in report.faults[0].problem
            assert report.workbooks[0].status == "refused"
        else:
            with pytest.raises(KeyboardInterrupt):
                send(filled)
    assert tree(empty_pack) == before
    assert send(filled).ok
    assert len(load_pack(empty_pack, params).observations) == 12


KILLED = """
import os, sys
from pathlib import Path
from assessment.intake import add, intake
from assessment.params.folder import load_params
calls = int(sys.argv[3])
def killed(event, arguments):
    global calls
    if event in ("open", "os.mkdir", "os.rename") and "intake/" in str(arguments[0]):
        calls -= 1
        if calls < 0:
            os._exit(9)
sys.addaudithook(killed)
intake([Path(sys.argv[1])], Path(sys.argv[2]), load_params(Path("params")), year=2025)
"""


@pytest.mark.parametrize("calls", [0, 2, 5])
def test_a_killed_intake_adds_nothing(
    calls: int, filled: openpyxl.Workbook, send: Send, empty_pack: Path, tmp_path: Path,
    params: Params,
) -> None:  # fmt: skip
    path = tmp_path / "form.xlsx"
    path.write_bytes(people.saved(filled))
    root = Path(__file__).resolve().parents[2]
    run = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), str(empty_pack), str(calls)],
        cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, check=False,
    )  # fmt: skip
    assert run.returncode == 9
    assert len(load_pack(empty_pack, params, allow_empty=True).observations) == 0
    assert read_receipts(empty_pack) == ()
    assert send(path.read_bytes()).ok
    assert len(load_pack(empty_pack, params).observations) == 12


def test_a_pack_that_does_not_load_takes_nothing_in(
    tmp_path: Path, filled: openpyxl.Workbook, params: Params
) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(people.saved(filled))
    report = intake([path], tmp_path / "nowhere", params, year=YEAR)
    assert [w.status for w in report.workbooks] == ["refused"]
    assert "不存在" in report.faults[0].problem
    report = intake([tmp_path / "no.xlsx", tmp_path], tmp_path / "nowhere", params, year=YEAR)
    assert len(report.workbooks) == 2
