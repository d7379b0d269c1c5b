"""A heading that was changed is told once for each cause, and where."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from assessment.intake import layout
from assessment.intake.filled import Filled
from assessment.intake.headings import heading_problems
from assessment.intake.read_form import read_form
from assessment.params.model import Params
from tests.intake import people
from tests.intake.conftest import YEAR

HEAD = layout.ANNUAL_HEAD


def told(*heads: tuple[str, ...], above: int = 2) -> list[tuple[int, str]]:
    rows = [("",)] * above + list(heads)
    return [(column, problem.what) for column, problem in heading_problems(rows, HEAD)]


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (HEAD, []),
        ((*HEAD[:4], " 本 年\n值\u3000", *HEAD[5:]), []),
        ((*HEAD, "", "备注"), []),
        ((*HEAD[:3], "备注", *HEAD[3:]), [(4, "多出 1 列：D 列“备注”")]),
        ((*HEAD[:3], "", *HEAD[3:]), [(4, "多出 1 列：D 列（没有列名）")]),
        (("甲", *HEAD[:5], "乙", *HEAD[5:]), [(1, "多出 2 列：A 列“甲”、G 列“乙”")]),
        ((*HEAD[:6], *HEAD[7:]), [(7, "缺少 1 列：“来源”")]),
        (HEAD[:-1], [(10, "缺少 1 列：“编号”")]),
        ((*HEAD[:4], "今年的值", *HEAD[5:]), [(5, "列名为“今年的值”")]),
        ((*HEAD[:4], "", *HEAD[5:]), [(5, "没有列名")]),
        ((*HEAD[:3], HEAD[6], *HEAD[3:6], *HEAD[7:]), [(4, "“来源”列应在 G 列")]),
        ((*HEAD[:3], "备注", *HEAD[3:8], *HEAD[9:]), [(4, "多出 1 列：D 列“备注”"), (9, "缺少 1 列：“说明”")]),
    ],
)  # fmt: skip
def test_one_cause_is_told_once(head: tuple[str, ...], found: list[tuple[int, str]]) -> None:
    assert told(head) == found


def test_a_heading_in_another_row_is_told_as_that() -> None:
    assert told(("说明",), HEAD) == [(1, "列名在第 4 行，应在第 3 行")]
    assert told(HEAD, above=1) == [(1, "列名在第 2 行，应在第 3 行")]
    assert told(("甲", "乙", "丙")) == [(1, "第 3 行不是原表单的列名")]
    assert told() == [(1, "第 3 行不是原表单的列名")]


def read(book: openpyxl.Workbook, params: Params) -> Filled:
    return read_form(people.saved(book), "表.xlsx", params, YEAR, layout.digest(params))


def test_an_inserted_column_is_one_fault(
    forms: dict[str, Path], answers: people.Answers, params: Params
) -> None:
    book = people.fill(forms["市财政局"], answers, params)
    book[layout.ANNUAL].insert_cols(3)
    book[layout.ANNUAL]["C3"] = "科室"
    (fault,) = read(book, params).faults
    assert fault.place == "工作表“年度数据” 单元格 C3"
    assert fault.problem == "多出 1 列：C 列“科室”"
    assert "请删去" in fault.remedy


def test_rows_removed_hidden_and_merged_are_one_finding_a_sheet(
    forms: dict[str, Path], answers: people.Answers, params: Params
) -> None:
    book = people.fill(forms["市统计局"], answers, params)
    sheet = book[layout.ANNUAL]
    for row in range(40, 80):
        sheet.row_dimensions[row].hidden = True
        sheet.cell(row, 13).value = "表外"
    for row in range(100, 140, 2):
        sheet.merge_cells(start_row=row, end_row=row + 1, start_column=9, end_column=9)
    form = read(book, params)
    assert len(form.faults) == 1
    assert "I100:I101" in form.faults[0].problem
    hidden, outside = form.notices
    assert "第 40、41、" in hidden.problem
    assert "M40:M79" in outside.problem

    book = people.fill(forms["市统计局"], answers, params)
    book[layout.ANNUAL].delete_rows(10, 30)
    (fault,) = read(book, params).faults
    assert "缺少 30 行" in fault.problem
