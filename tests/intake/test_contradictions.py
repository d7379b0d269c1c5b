"""Tasks reported completed are held against figures as soon as the form comes in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from assessment.data.pack import Pack
from assessment.intake import intake, layout
from assessment.intake.examine import examine
from assessment.intake.looks import RETURNED_BY
from assessment.intake.read_form import read_form
from assessment.params.model import Params
from tests.intake import people
from tests.intake.conftest import YEAR
from tests.intake.people import ANNUAL, TASK
from tests.intake.planted import FREIGHT, row_of
from tests.packs import with_frames

UNIT, BUREAU, PORT = "张店区", "市交通运输局", "3.2.5"


def report(book: openpyxl.Workbook, status: str, task: str = PORT) -> str:
    """Report a status with evidence, and return its cell."""
    sheet = book[layout.TASKS]
    row = next(
        r
        for r in range(layout.HEAD_ROW + 1, sheet.max_row + 1)
        if sheet.cell(r, TASK[layout.MARK]).value == task
    )
    sheet.cell(row, TASK["佐证材料"]).value = people.PROOF
    cell = sheet.cell(row, TASK["本年状态"])
    cell.value = status
    return cell.coordinate


def freight(book: openpyxl.Workbook, value: float | None, region: str = UNIT) -> None:
    cell = book[layout.ANNUAL].cell(row_of(book, FREIGHT, region), ANNUAL["本年值"])
    cell.value = value


def asked(pack: Pack, params: Params, *books: openpyxl.Workbook) -> list[tuple[str, str, str]]:
    """Form, place and words of what is asked about tasks reported completed."""
    forms = [
        read_form(people.saved(book), f"{n}.xlsx", params, YEAR, layout.digest(params))
        for n, book in enumerate(books)
    ]
    examine(forms, pack, params, YEAR)
    return [
        (fault.file, fault.place, f"{fault.problem}:{fault.remedy}")
        for form in forms
        for fault in form.notices
        if "报已完成" in fault.problem
    ]


@pytest.fixture
def bureau(forms: dict[str, Path], answers: people.Answers, params: Params) -> openpyxl.Workbook:
    return people.fill(forms[BUREAU], answers, params)


@pytest.fixture
def unit(forms: dict[str, Path], params: Params) -> openpyxl.Workbook:
    """A unit's form in which nothing is said yet."""
    return openpyxl.load_workbook(forms[UNIT])


def test_a_task_is_held_against_the_figure_of_its_own_unit_wherever_that_is(
    earlier_pack: Pack, demo: Pack, params: Params, unit: openpyxl.Workbook,
    bureau: openpyxl.Workbook,
) -> None:  # fmt: skip
    cell = report(unit, "已完成")
    said = (
        f"任务 {PORT} 报已完成，而“多式联运货运量” 2025 年为 142.6 万吨，"
        "目标 240.5 万吨（59%）:请核实状态或数值"
    )
    found = ("0.xlsx", f"工作表“{layout.TASKS}” 单元格 {cell}", said)
    assert asked(earlier_pack, params, unit) == [], "no figure of the year contradicts nothing"
    assert asked(earlier_pack, params, unit, bureau) == [found], "a figure of the same batch"
    figures = demo.observations[demo.observations["indicator"] == FREIGHT]
    known = with_frames(earlier_pack, observations=figures)
    assert asked(known, params, unit) == [found], "a figure of the pack"
    freight(bureau, None)
    assert asked(known, params, unit, bureau) == [found], "an empty cell takes nothing away"
    freight(bureau, 240.5)
    assert asked(known, params, unit, bureau) == [], "the newer figure counts, and is reached"
    freight(bureau, 142.6)
    report(unit, "进展滞后")
    assert asked(known, params, unit, bureau) == []


def test_what_is_sent_back_asks_about_it_too(
    bureau: openpyxl.Workbook, pack_folder: Path, params: Params, tmp_path: Path
) -> None:
    cell = report(bureau, "已完成")
    freight(bureau, 1240, "淄博市")
    bureau[layout.COVER].cell(layout.COVER_FIELDS["填报人"], layout.COVER_COLUMN).value = None
    path = tmp_path / "表.xlsx"
    path.write_bytes(people.saved(bureau))
    found = intake([path], pack_folder, params, year=YEAR, returns=tmp_path / "退回单")
    words = "1240.0 万吨，目标 1850 万吨（67%）"
    assert [words in fault.problem for fault in found.notices].count(True) == 1
    (returned,) = found.returned
    book = openpyxl.load_workbook(returned)
    rows: list[list[Any]] = [
        [c.value for c in row] for row in book[RETURNED_BY].iter_rows(min_row=4)
    ]
    (line,) = [row for row in rows if words in row[4]]
    assert line[1:4] == ["请说明", layout.TASKS, cell]
    assert line[5] == "请核实状态或数值"
    assert words in book[layout.TASKS][cell].comment.text
