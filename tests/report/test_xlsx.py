"""The workbook: every table, every number as it is, where it comes from, and nothing that runs."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Iterator

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from assessment.report.numbered import all_parts, with_numbers
from assessment.report.page import ChapterPages, Document, ReportPart
from assessment.report.xlsx import HEAD_ROW, render_xlsx
from assessment.report.xlsx_sheet import ShownNumber, sheet_name, shown_number
from assessment.results.model import Comparison, ReportResults
from assessment.results.values import Trace
from assessment.show.blocks import Cell, Column, Figure, Row, Table, show
from assessment.show.formatting import number, percent
from assessment.show.html import as_given
from assessment.show.typography import full_width
from assessment.show.verdict_words import look
from tests.report import fixtures

HEAD = HEAD_ROW + 1
Whole = tuple[Document, ReportResults]


def small(*tables: Table, demo: bool = True) -> Document:
    return Document(
        cover=fixtures.COVER,
        conclusions=fixtures.conclusions(),
        front=(),
        chapters=(),
        back=(ReportPart("annex-p", "附件 A", "数据", show(*tables)),),
        demo=demo,
    )


def no_records() -> ReportResults:
    """Results of a report that has none."""
    comparison = Comparison(
        year=2025, framework="", framework_title="", ranking="off", index=(), cocontrol={},
        series=(), city_sums=(), caution="",
    )  # fmt: skip
    return ReportResults.model_construct(
        targets={}, tasks={}, trends={}, synergy={}, chapter_titles={}, comparison=comparison
    )


@pytest.fixture(scope="module")
def data(whole: Whole) -> bytes:
    return render_xlsx(*whole)


@pytest.fixture(scope="module")
def book(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def written(*tables: Table, demo: bool = True) -> Workbook:
    return openpyxl.load_workbook(
        io.BytesIO(render_xlsx(with_numbers(small(*tables, demo=demo)), no_records()))
    )


def heads(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for cell in sheet[HEAD]]


def contents(book: Workbook) -> Iterator[tuple[str, str, str, str, int]]:
    for row in book["目录"].iter_rows(min_row=HEAD + 1, values_only=True):
        if row[0]:
            yield row[:5]  # type: ignore[misc]


def members(parts: tuple[ReportPart | ChapterPages, ...]) -> dict[str, Table]:
    """Each table by the number of its caption."""
    found = {}
    for part in parts:
        for one in part.blocks.blocks:
            if isinstance(one, Table):
                found[one.label] = one
            elif isinstance(one, Figure):
                found[one.label] = one.table
    return found


def rows_of(book: Workbook, number: str, sheet_name: str) -> list[list[object]]:
    """The rows of one table on its sheet."""
    sheet = book[sheet_name]
    last = int(re.findall(r"\d+", sheet.auto_filter.ref)[-1])
    rows = [list(r) for r in sheet.iter_rows(min_row=HEAD + 1, max_row=last, values_only=True)]
    return [row for row in rows if row[0] == number] if heads(sheet)[0] == "编号" else rows


def same(value: float, figures: list[int | float]) -> int | float:
    """The figure that is the value; a workbook keeps 16 digits of 17."""
    return next(one for one in figures if math.isclose(one, value, rel_tol=1e-15, abs_tol=0))


def test_every_table_is_there_and_every_number_is_the_number(whole: Whole, book: Workbook) -> None:
    expected = members(all_parts(whole[0]))
    listed = {row[0]: row for row in contents(book) if row[0] != "总表"}
    assert listed.keys() == expected.keys()
    numbers = 0
    for name, table in expected.items():
        _, title, _, sheet, length = listed[name]
        assert (full_width(table.title) == title) or name.startswith("图")
        rows = rows_of(book, name, sheet)
        assert len(rows) == length == len(table.rows)
        for row, cells in zip(table.rows, rows, strict=True):
            texts = [cell for cell in cells if isinstance(cell, str)]
            figures = [cell for cell in cells if isinstance(cell, int | float)]
            if row.group:
                assert full_width(row.group) in texts
            for cell in row.cells:
                if cell.verdict:
                    word, shape, _ = look(cell.verdict)
                    assert any(text.startswith(f"{shape} {full_width(word)}") for text in texts)
                elif isinstance(cell.value, int | float):
                    figures.remove(same(cell.value, figures))  # as often as it stands there
                    numbers += 1
                elif cell.text not in ("", "—"):
                    assert full_width(cell.text) in texts
    assert numbers > 4000


def test_every_source_is_there(whole: Whole, book: Workbook) -> None:
    listed = {row[0]: row for row in contents(book)}
    traced = 0
    for name, table in members(all_parts(whole[0])).items():
        for row, cells in zip(table.rows, rows_of(book, name, listed[name][3]), strict=True):
            for cell in row.cells:
                if len(cell.trace) == 1:
                    one = cell.trace[0]
                    place = cells.index(one.file)
                    while cells[place + 1] != one.row:
                        place = cells.index(one.file, place + 1)
                    expected = [
                        full_width(t) or None for t in (one.source, one.grade, as_given(one))
                    ]
                    assert cells[place + 2 : place + 5] == expected
                    traced += 1
    assert traced > 200


def test_targets_have_all_that_is_known_of_them(whole: Whole, book: Workbook) -> None:
    sheet = book["目标总表"]
    place = {head: index for index, head in enumerate(heads(sheet))}
    rows = {row[0]: row for row in sheet.iter_rows(min_row=HEAD + 1, values_only=True)}
    for no, target in whole[1].targets.items():
        row = rows[no]
        assert str(row[place["判断"]]).endswith(full_width(look(target.verdict).word))
        for head, value in (
            ("距目标", target.gap), ("序时进度比 R", target.ratio), ("目标值", target.target_value),
            ("往后每年需", target.required_pace), ("达标概率", target.probability),
            ("判断所依据·值", target.judged and target.judged.value),
        ):  # fmt: skip
            found = row[place[head]] if head in place else None  # empty columns are left out
            assert found == (None if value is None else pytest.approx(value, rel=1e-15))
        if target.judged and len(target.judged.trace) == 1:
            assert row[place["判断所依据·文件"]] == target.judged.trace[0].file
            assert row[place["判断所依据·行"]] == target.judged.trace[0].row


def test_tasks_trends_and_data_are_complete(whole: Whole, book: Workbook) -> None:
    results = whole[1]
    lengths = {row[3]: row[4] for row in contents(book)}
    assert lengths["任务总表"] == len(results.tasks)
    assert lengths["趋势总表"] == len(results.trends)
    assert lengths["同步变化总表"] == sum(len(s.cocontrol) for s in results.synergy.values())
    held = {
        (record.indicator, getattr(record, "series", ""), point.year): point
        for records in (results.targets, results.trends)
        for record in records.values()
        for point in (*getattr(record, "before_break", ()), *record.points)
    }
    sheet = book["数据与来源"]
    value, file, line = (heads(sheet).index(head) for head in ("数值", "文件", "行"))
    rows = list(sheet.iter_rows(min_row=HEAD + 1, values_only=True))
    assert sum(isinstance(row[value], int | float) for row in rows) == len(held) > 500
    traces = [(trace.file, trace.row) for point in held.values() for trace in point.trace]
    assert sorted((row[file], row[line]) for row in rows if row[file]) == sorted(traces)


def test_every_sheet_can_be_filtered_read_and_printed(book: Workbook) -> None:
    for sheet in book:
        assert sheet.freeze_panes and re.fullmatch(rf"[A-Z]+{HEAD + 1}", sheet.freeze_panes)
        assert re.match(rf"A{HEAD}:", sheet.auto_filter.ref)
        assert sheet.print_title_rows == f"${HEAD}:${HEAD}"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        widths = [
            sheet.column_dimensions[c].width for c in ("A", "B") if c in sheet.column_dimensions
        ]
        assert widths and all(6 <= width <= 60 for width in widths)


def test_names_are_legal_and_the_contents_lead_to_them(book: Workbook) -> None:
    names = book.sheetnames
    assert names[:2] == ["目录", "核心结论"]
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\']", name) for name in names)
    assert len({name.casefold() for name in names}) == len(names)
    sheet = book["目录"]
    links = [cell.hyperlink.location for cell in sheet["D"] if cell.hyperlink]
    assert {link.split("!")[0].strip("'") for link in links} == set(names[1:])
    for name in names[1:]:
        assert book[name]["A3"].hyperlink.location == "'目录'!A1"


def test_number_formats_are_those_of_the_report(whole: Whole, book: Workbook) -> None:
    sheet = book["各章记分卡"]
    row = next(r for r in sheet.iter_rows(min_row=HEAD + 1) if r[0].value == "一、总体要求")
    shown = dict(zip(heads(sheet), row, strict=True))
    assert shown["任务得分"].number_format == "0%"
    assert shown["耦合协调度"].number_format == "0.000"
    assert shown["达到要求 / 可判断"].number_format == "0"
    assert re.fullmatch(r"\d+ / \d+", shown["达到要求 / 可判断·报告文字"].value)


def test_verdicts_are_coloured(book: Workbook) -> None:
    sheet = book["目标总表"]
    column = heads(sheet).index("判断")
    fills = {
        row[column].value: row[column].fill.fgColor.rgb for row in sheet.iter_rows(min_row=HEAD + 1)
    }
    assert fills["● 完成"] == "FF0072B2"
    assert fills["▼ 未完成"] == "FFB3420E"


def test_no_formula_no_macro_no_outside_link(data: bytes, book: Workbook) -> None:
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n"}
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert not [name for name in file.namelist() if "vba" in name or "external" in name.lower()]
        for name in file.namelist():
            assert not name.endswith(".rels") or b"External" not in file.read(name)


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x","y")']
)
def test_a_text_like_a_formula_is_inert(text: str) -> None:
    table = Table(
        id="t", title=text, note=text, columns=(Column(key="a", label=text),),
        rows=(Row(cells=(Cell(text=text),), group=text),),
    )  # fmt: skip
    book = written(table)
    sheet = book.worksheets[-1]
    for cell in (sheet.cell(HEAD + 1, 1), sheet.cell(HEAD + 1, 2)):
        assert (cell.value, cell.data_type) == (full_width(text), "s")
        assert cell.quotePrefix  # so that it stays a text when it is edited
    assert sheet.cell(HEAD, 2).data_type == "s"


def test_texts_that_no_cell_may_hold() -> None:
    long = "长" * 40_000
    rows = tuple(Row(cells=(Cell(text=t),)) for t in (long, "\x00a\x0b\ud800\ufffeb", "_x0041_"))
    table = Table(id="t", title="甲", columns=(Column(key="a", label="文"),), rows=rows)
    sheet = written(table).worksheets[-1]
    values = [sheet.cell(HEAD + n, 1).value for n in (1, 2, 3)]
    assert values == [long[:32767], "ab", "_x0041_"]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_finite_number_is_text(value: float) -> None:
    table = Table(
        id="t", title="甲", columns=(Column(key="a", label="a"),),
        rows=(Row(cells=(Cell(text="不能算", value=value),)),),
    )  # fmt: skip
    assert written(table).worksheets[-1].cell(HEAD + 1, 1).value == "不能算"


def test_the_mark_of_invented_figures_stands_on_every_sheet(book: Workbook) -> None:
    for sheet in book:
        assert str(sheet["A2"].value).startswith("演示数据 不是真实统计 · ")
        assert sheet.oddHeader.right.text == "&B演示数据 不是真实统计"
    for sheet in written(fixtures.targets_table(), demo=False):
        assert "不是真实统计" not in str(sheet["A2"].value)
        assert "自评稿" in str(sheet["A2"].value)


def test_tables_of_the_same_columns_share_a_sheet_and_others_do_not() -> None:
    book = written(
        fixtures.targets_table("a", "甲的任务"), fixtures.targets_table("b", "乙的任务"),
        fixtures.scorecard(), fixtures.twin("t"),
    )  # fmt: skip
    listed = [(row[0], row[3]) for row in contents(book) if row[0] != "总表"]
    assert listed == [
        ("附表 1", "任务"), ("附表 2", "任务"), ("附表 3", "分章记分卡"), ("附表 4", "PM₂.₅ 年均浓度"),
    ]  # fmt: skip
    assert heads(book["任务"])[:4] == ["编号", "题目", "章节", "组"]
    assert "浓度（μg/m³）" in heads(book["PM₂.₅ 年均浓度"])


def test_columns_of_one_label_stay_apart() -> None:
    columns = tuple(Column(key=key, label="占总变化", align="right") for key in "abc")
    cells = tuple(Cell(text=f"{n}.0", value=float(n)) for n in (1, 2, 3))
    book = written(Table(id="t", title="甲", columns=columns, rows=(Row(cells=cells),)))
    assert [c.value for c in book.worksheets[-1][HEAD + 1]] == [1, 2, 3]


def test_several_sources_of_one_number_are_listed() -> None:
    traces = tuple(Trace(file="m.csv", row=n, source="监测站", grade="A") for n in (3, 4))
    rows = (Row(cells=(Cell(text="5", value=5, trace=traces),)),)
    sheet = written(
        Table(id="t", title="甲", columns=(Column(key="a", label="值"),), rows=rows)
    ).worksheets[-1]
    assert heads(sheet) == ["值", "值·文件", "值·行", "值·来源", "值·等级", "值·原报"]
    assert [c.value for c in sheet[HEAD + 1]] == [5, "m.csv", "3；4", "监测站", "A", None]


def test_a_grade_is_read_as_a_word_and_kept_as_a_number() -> None:
    rows = (Row(cells=(Cell(text="良好协调", value=9),)),)
    sheet = written(
        Table(id="t", title="甲", columns=(Column(key="a", label="等级"),), rows=rows)
    ).worksheets[-1]
    assert [(h, c.value) for h, c in zip(heads(sheet), sheet[HEAD + 1], strict=True)] == [
        ("等级", "良好协调"), ("等级·数值", 9),
    ]  # fmt: skip


def test_the_same_report_gives_the_same_bytes() -> None:
    given = small(fixtures.targets_table())
    assert render_xlsx(given, no_records()) == render_xlsx(given, no_records())


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("41.2", 41.23, ShownNumber("0.0", alone=True)),
        ("41.2(2025)", 41.2, ShownNumber("0.0", alone=False)),
        ("−3.5", -3.5, ShownNumber("0.0", alone=True)),
        ("+17.9%", 0.1789, ShownNumber("+0.0%;-0.0%;0.0%", alone=True)),
        ("95%", 95.0, ShownNumber('0"%"', alone=True)),
        ("2 / 5", 2, ShownNumber("0", alone=False)),
        ("2025", 2025, ShownNumber("0", alone=True)),
        ("良好协调", 9, None),
        ("7.0", 9.0, None),
        ("是", True, None),
        ("—", None, None),
    ],
)
def test_the_value_is_found_in_the_text(
    text: str, value: float | None, shown: ShownNumber | None
) -> None:
    assert shown_number(Cell.model_construct(text=text, value=value)) == shown


@settings(max_examples=60, deadline=None)
@given(st.floats(-1e9, 1e9), st.integers(0, 4), st.booleans())
def test_a_formatted_number_is_always_found(value: float, decimals: int, signed: bool) -> None:
    shown = shown_number(Cell(text=number(value, decimals, signed=signed), value=value))
    assert shown is not None and shown.alone
    assert len(shown.number_format.split(";")[0].partition(".")[2]) == decimals
    share = shown_number(Cell(text=percent(value / 1e7, decimals), value=value / 1e7))
    assert share is not None and share.alone and share.number_format.endswith("%")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_text_becomes_a_legal_name_of_its_own(wanted: list[str]) -> None:
    taken: list[str] = ["目录"]
    for text in wanted:
        taken.append(sheet_name(text, taken))
    assert len({name.casefold() for name in taken}) == len(taken)
    for name in taken:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not re.search(r"[\[\]:*?/\\']", name)
        assert name.casefold() != "history"


def test_text_keeps_its_distance_from_a_number_before_it() -> None:
    columns = (Column(key="a", label="数值", align="right"), Column(key="b", label="等级"))
    rows = (Row(cells=(Cell(text="<0.001", value=5.5e-8), Cell(text="B"))),)
    sheet = written(Table(id="t", title="甲", columns=columns, rows=rows)).worksheets[-1]
    found = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value}
    assert found["B"].alignment.indent == found["等级"].alignment.indent == 1
    assert found[5.5e-8].number_format == "0.0E+00"


def test_the_kind_of_the_data_is_said_once() -> None:
    cover = fixtures.COVER
    assert cover.pack_words.count("演示数据") == 1
