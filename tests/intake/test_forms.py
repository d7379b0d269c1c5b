"""Forms: who gets one, what it asks, that it is told apart, and that nothing in it runs."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from assessment.data.pack import Pack
from assessment.errors import InputError
from assessment.intake import layout, write_forms
from assessment.intake.forms import due_date
from assessment.intake.read_form import read_form
from assessment.params.model import Params
from tests.intake import people
from tests.intake.conftest import YEAR


def test_everybody_gets_a_form_in_the_plans_order(forms: dict[str, Path], params: Params) -> None:
    units = [region.name for region in params.regions.units]
    assert list(forms) == [*params.plan.departments, *units]
    assert len(forms) == 29
    names = [path.name for path in forms.values()]
    assert names == sorted(names)
    assert names[0] == "D01_市生态环境局_2025年度.xlsx"


def test_every_figure_and_every_task_is_asked_of_one_owner(params: Params) -> None:
    owners = layout.owners(params)
    figures = [
        (indicator.id, region)
        for owner in owners
        for indicator, region in layout.annual_rows(params, owner)
    ]
    asked = [i for i in params.catalogue.indicators if layout.is_asked(i)]
    assert len(figures) == len(set(figures))
    assert {indicator for indicator, _ in figures} == {indicator.id for indicator in asked}
    tasks = [
        (row.task.id, owner.region)
        for owner in owners
        for row in layout.task_rows(params, owner)
        if row.role == layout.LEADS
    ]
    assert len(tasks) == len(set(tasks))
    judged = [
        (task.id, region.id)
        for chapter in params.plan.chapters
        for task in chapter.tasks
        for region in params.regions.regions
        if ("city" if region.kind == "city" else "district") in task.judge_at
    ]
    assert set(tasks) == set(judged)


def test_a_form_shows_last_years_values(forms: dict[str, Path], earlier_pack: Pack) -> None:
    sheet = openpyxl.load_workbook(forms["市交通运输局"])[layout.ANNUAL]
    data = earlier_pack.observations
    last = data[(data["year"] == YEAR - 1) & (data["month"] == 0)]
    known = {(r.indicator, r.region): r.value for r in last.itertuples() if r.state == "value"}
    names = {"淄博市": "zibo", "张店区": "zhangdian", "沂源县": "yiyuan"}
    seen = 0
    for row in sheet.iter_rows(min_row=4, values_only=True):
        cells = dict(zip(layout.ANNUAL_HEAD, row, strict=False))
        key = (cells[layout.MARK], names.get(cells["区县"], ""))
        if key in known:
            assert cells["上年值"] == known[key]
            seen += 1
    assert seen > 20


def test_only_the_inputs_are_unlocked(forms: dict[str, Path]) -> None:
    book = openpyxl.load_workbook(forms["市交通运输局"])
    for sheet in book:
        assert sheet.protection.sheet, sheet.title
    sheet = book[layout.ANNUAL]
    for name, column in people.ANNUAL.items():
        locked = sheet.cell(layout.HEAD_ROW + 1, column).protection.locked
        assert locked == (name not in {"本年值", "数据性质", "来源", "佐证材料", "说明"}), name
    kinds = {rule.type for rule in sheet.data_validations.dataValidation}
    assert kinds == {"custom", "list"}
    assert book[layout.IDENTITY].sheet_state == "veryHidden"


def test_the_same_forms_are_the_same_bytes(
    params: Params, earlier_pack: Pack, forms: dict[str, Path], tmp_path: Path
) -> None:
    again = write_forms(params, earlier_pack, YEAR, tmp_path)
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in forms.values()]


def test_forms_without_a_pack(params: Params, tmp_path: Path) -> None:
    assert len(write_forms(params, None, 2030, tmp_path / "a" / "b")) == 29
    assert due_date(None, layout.owners(params)[0], 2030) == "2031-03-31"


def test_the_due_date_is_last_years_a_year_on(params: Params, earlier_pack: Pack) -> None:
    assert due_date(earlier_pack, layout.owners(params)[0], YEAR) == "2026-01-31"
    assert due_date(earlier_pack, layout.owners(params)[-1], YEAR) == "2026-01-31"


@pytest.mark.parametrize(
    "name", ["../外", "a/b", "C:区", "区*", ".区", "区 ", "con", "", "长" * 61]
)
def test_a_name_that_no_file_may_bear_is_refused_and_nothing_is_written(
    name: str, params: Params, tmp_path: Path
) -> None:
    regions = params.regions.model_copy(
        update={
            "regions": tuple(
                region.model_copy(update={"name": name}) if region.id == "zichuan" else region
                for region in params.regions.regions
            )
        }
    )
    with pytest.raises(InputError, match="不能用作文件名"):
        write_forms(params.model_copy(update={"regions": regions}), None, YEAR, tmp_path / "to")
    assert not (tmp_path / "to").exists()


def test_a_year_out_of_range_and_a_file_for_a_folder(params: Params, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="年份超出范围"):
        write_forms(params, None, 20255, tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="无法写入"):
        write_forms(params, None, YEAR, tmp_path / "file")


def refused(data: bytes, params: Params, year: int = YEAR) -> str:
    form = read_form(data, "表.xlsx", params, year, layout.digest(params))
    assert not form.observations
    assert len(form.faults) == 1
    return form.faults[0].problem


def entry(book: openpyxl.Workbook, name: str, text: str) -> None:
    """Change the identity in both places where a form carries it."""
    for row in book[layout.IDENTITY].iter_rows():
        if row[0].value == name:
            row[1].value = text
    book.custom_doc_props[layout.PROPERTY + name].value = text


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("year", "2024", "2024 年度"),
        ("plan", "other_city", "另一方案"),
        ("version", "99", "第 99 版"),
        ("digest", "0" * 16, "有改动"),
        ("owner", "D99", "D99"),
    ],
)
def test_a_form_of_another_year_plan_or_version_is_refused(
    name: str, text: str, words: str, forms: dict[str, Path], params: Params
) -> None:
    book = openpyxl.load_workbook(forms["市教育局"])
    entry(book, name, text)
    assert words in refused(people.saved(book), params)


def test_a_changed_identity_and_none_are_refused(forms: dict[str, Path], params: Params) -> None:
    book = openpyxl.load_workbook(forms["市教育局"])
    book[layout.IDENTITY]["B3"] = "2024"
    assert "前后不一致" in refused(people.saved(book), params)
    assert "没有表单编号" in refused(people.saved(openpyxl.Workbook()), params)


def test_either_place_of_the_identity_suffices(forms: dict[str, Path], params: Params) -> None:
    without = io.BytesIO()
    source = zipfile.ZipFile(forms["市教育局"])
    with zipfile.ZipFile(without, "w") as target:
        for item in source.namelist():
            if item != "docProps/custom.xml":
                target.writestr(item, source.read(item))
    book = openpyxl.load_workbook(forms["市教育局"])
    del book[layout.IDENTITY]
    for data in (without.getvalue(), people.saved(book)):
        form = read_form(data, "表.xlsx", params, YEAR, layout.digest(params))
        assert form.owner is not None
        assert form.owner.name == "市教育局"
        assert {f.place for f in form.faults} == {
            "工作表“封面” 单元格 C10", "工作表“封面” 单元格 C12",
        }  # fmt: skip


def test_a_sheet_removed_and_a_head_changed(forms: dict[str, Path], params: Params) -> None:
    book = openpyxl.load_workbook(forms["市财政局"])
    del book[layout.TASKS]
    book[layout.ANNUAL]["E3"] = "今年的值"
    book.create_sheet("另附")["A1"] = 5
    form = read_form(people.saved(book), "表.xlsx", params, YEAR, layout.digest(params))
    places = {fault.place for fault in form.faults}
    assert {"工作表“任务进展”", "工作表“年度数据” 单元格 E3"} <= places
    assert [n.place for n in form.notices] == ["工作表“另附”"]


def test_a_row_removed_is_missed(
    forms: dict[str, Path], answers: people.Answers, params: Params
) -> None:
    book = people.fill(forms["市财政局"], answers, params)
    book[layout.ANNUAL].delete_rows(6)
    form = read_form(people.saved(book), "表.xlsx", params, YEAR, layout.digest(params))
    assert [(f.place, "缺少一行" in f.problem) for f in form.faults] == [("工作表“年度数据”", True)]


def test_names_are_set_full_width_and_read_either_way(
    forms: dict[str, Path], answers: people.Answers, params: Params
) -> None:
    book = people.fill(forms["市生态环境局"], answers, params)
    sheet = book[layout.ANNUAL]
    column = people.ANNUAL["指标"]
    names = {sheet.cell(row, column).value for row in range(4, sheet.max_row + 1)}
    assert any("（" in name for name in names)
    assert not any("(" in name for name in names)
    by_id = params.catalogue.by_id
    for row in range(4, sheet.max_row + 1):
        code = sheet.cell(row, people.ANNUAL[layout.MARK]).value
        sheet.cell(row, column).value = by_id[code].name
    form = read_form(people.saved(book), "表.xlsx", params, YEAR, layout.digest(params))
    assert form.faults == []
