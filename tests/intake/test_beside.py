"""What stands in a form beside its answers: told, never read; words that say nothing; rows mixed up."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.styles import Font
from PIL import Image as Pixels

from assessment.intake import layout, write_forms
from assessment.intake.filled import Filled
from assessment.intake.looks import cells_of, floating, looks_of
from assessment.intake.read_form import read_form
from assessment.params.model import Params
from tests.intake import people
from tests.intake.conftest import FINANCE, YEAR
from tests.intake.people import ANNUAL, TASK

Book = openpyxl.Workbook


def read(book: Book | bytes, params: Params, file: str = "表.xlsx") -> Filled:
    data = book if isinstance(book, bytes) else people.saved(book)
    return read_form(data, file, params, YEAR, layout.digest(params))


def value(form: Filled, row: int, column: str = "value") -> str:
    (table,) = form.observations
    return table.columns[column][table.rows.index(row)]


def cover_note(book: Book) -> None:
    book[layout.COVER]["D10"] = "7 月前会修订"


def cover_line_below(book: Book) -> None:
    book[layout.COVER]["B30"] = "数据以统计局为准"


def cover_comment(book: Book) -> None:
    book[layout.COVER]["C10"].comment = Comment("有疑问请联系我", "张三")


def comment_on_the_guide(book: Book) -> None:
    book[layout.GUIDE]["B4"].comment = Comment("没看懂", "张三")


def above(book: Book) -> None:
    book[layout.ANNUAL]["A2"] = "单位：亿元"


def beside_the_title(book: Book) -> None:
    book[layout.ANNUAL]["K1"] = "内部资料"


def footnote(book: Book) -> None:
    sheet = book[layout.ANNUAL]
    sheet.cell(sheet.max_row + 1, 1).value = "注：为快报数"


def footnote_of_tasks(book: Book) -> None:
    sheet = book[layout.TASKS]
    sheet.cell(sheet.max_row + 2, 1).value = "填表说明见通知"


def picture(book: Book) -> None:
    pixels = io.BytesIO()
    Pixels.new("RGB", (2, 2)).save(pixels, "PNG")
    pixels.seek(0)
    book[layout.ANNUAL].add_image(Image(pixels), "F6")


def scan_sheet(book: Book) -> None:
    book.create_sheet("盖章扫描件")


@pytest.mark.parametrize(
    ("plant", "place", "words"),
    [
        (cover_note, "封面” 单元格 D10", "封面上另写了字（D10“7 月前会修订”）"),
        (cover_line_below, "封面” 单元格 B30", "数据以统计局为准"),
        (cover_comment, "封面” 单元格 C10", "有批注"),
        (comment_on_the_guide, "填报说明” 单元格 B4", "有批注"),
        (above, "年度数据” 单元格 A2", "；“计量单位”列写的是“万元”，数按该列的单位读取"),
        (beside_the_title, "年度数据” 单元格 K1", "表头上方写有“内部资料”（K1），未读取"),
        (footnote, "年度数据” 单元格 A16", "有 1 行不是表单的行（A16“注：为快报数”），未读取"),
        (footnote_of_tasks, "任务进展” 单元格 A9", "有 1 行不是表单的行"),
        (picture, "年度数据” 单元格 F6", "有图片，未读取"),
        (scan_sheet, "盖章扫描件”", "不是表单的工作表"),
    ],
)
def test_what_stands_beside_the_answers_is_told(
    plant: Callable[[Book], None], place: str, words: str, filled: Book, params: Params
) -> None:
    assert read(filled, params).notices == []
    plant(filled)
    form = read(filled, params)
    assert form.faults == []
    (notice,) = form.notices
    assert notice.place == f"工作表“{place}"
    assert words in notice.problem
    assert notice.remedy


def test_a_unit_above_that_agrees_asks_nothing_of_the_numbers(filled: Book, params: Params) -> None:
    filled[layout.ANNUAL]["K2"] = "单位：万元"
    (notice,) = read(filled, params).notices
    assert "计量单位" not in notice.problem + notice.remedy


def test_a_number_struck_out_is_not_taken(filled: Book, params: Params) -> None:
    sheet = filled[layout.ANNUAL]
    sheet.cell(4, ANNUAL["本年值"]).font = Font(strike=True)
    sheet.cell(5, ANNUAL["来源"]).font = Font(strike=True)
    form = read(filled, params)
    assert [n.place for n in form.notices] == [f"工作表“年度数据” 单元格 {c}" for c in ("E4", "G5")]
    assert "上有删除线，未读取" in form.notices[0].problem
    assert [f.problem for f in form.faults] == ["没有写来源"]
    assert 4 not in form.observations[0].rows


def test_a_text_struck_out_in_part_is_not_taken(filled: Book, params: Params) -> None:
    struck = CellRichText(TextBlock(InlineFont(strike=True), "353"), "354.5")
    filled[layout.ANNUAL].cell(4, ANNUAL["本年值"]).value = struck
    form = read(filled, params)
    assert [n.place for n in form.notices] == ["工作表“年度数据” 单元格 E4"]
    assert "上有删除线，未读取" in form.notices[0].problem
    assert form.faults == []
    assert 4 not in form.observations[0].rows


def test_a_shared_text_struck_out_in_part() -> None:
    texts = (
        b"<sst><si><t>353</t></si><si><r><rPr><strike/></rPr><t>353</t></r><r><t>354</t></r></si>"
        b'<si><r><rPr><strike val="0"/></rPr><t>355</t></r></si>'
        b"<si><r><rPr><strike/></rPr><t> </t></r><r><t>356</t></r></si></sst>"
    )
    row = b"".join(b'<c r="E%d" t="s"><v>%d</v></c>' % (n + 4, n) for n in range(4))
    looks = looks_of(b"", texts)
    assert looks.struck_texts == {1}
    assert cells_of(b'<row>%s<c r="F1"><v>1</v></c></row>' % row, looks) == (set(), {"E5"})


@pytest.mark.parametrize("written", ['=DISPIMG("ID_1",1)', '=_xlfn.DISPIMG("ID_1",1)'])
@pytest.mark.parametrize("kind", ["f", "s"])
def test_a_picture_in_a_cell_is_no_evidence(
    written: str, kind: str, filled: Book, params: Params
) -> None:
    sheet = filled[layout.ANNUAL]
    sheet.cell(4, ANNUAL["数据性质"]).value = layout.REPORTED
    cell = sheet.cell(4, ANNUAL["佐证材料"])
    cell.value, cell.data_type = written, kind
    form = read(filled, params)
    assert form.faults == []
    assert [(n.place, n.problem) for n in form.notices] == [
        ("工作表“年度数据” 单元格 H4", "是单元格图片，程序不读图片，未读取")
    ]
    assert (value(form, 4, "grade"), value(form, 4, "evidence")) == ("D", "")


def test_a_picture_in_the_place_of_a_number_is_refused(filled: Book, params: Params) -> None:
    filled[layout.ANNUAL].cell(4, ANNUAL["本年值"]).value = '=DISPIMG("ID_1",1)'
    form = read(filled, params)
    assert [f.place for f in form.faults] == ["工作表“年度数据” 单元格 E4"]
    assert "图片" in form.faults[0].problem


def test_a_picture_that_other_readers_take_for_an_error(filled: Book, params: Params) -> None:
    cell = filled[layout.ANNUAL].cell(4, ANNUAL["佐证材料"])
    cell.value, cell.data_type = "#VALUE!", "e"
    source = zipfile.ZipFile(io.BytesIO(people.saved(filled)))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b' t="e"', b' t="e" vm="1"'))
    form = read(stream.getvalue(), params)
    assert (form.faults, [n.problem for n in form.notices]) == (
        [], ["是单元格图片，程序不读图片，未读取"],
    )  # fmt: skip


def test_a_text_box_by_its_drawing() -> None:
    drawing = (
        b'<x:wsDr xmlns:x="u" xmlns:a="v"><x:twoCellAnchor><x:from><x:col>2</x:col><x:colOff>9'
        b"</x:colOff><x:row>6</x:row></x:from><x:to><x:col>9</x:col><x:row>9</x:row></x:to><x:sp>"
        b"<x:txBody><a:p><a:r><a:t>\xe4\xbb\xa5</a:t></a:r><a:r><a:t>7 \xe6\x9c\x88\xe4\xb8\xba"
        b"\xe5\x87\x86</a:t></a:r></a:p></x:txBody></x:sp></x:twoCellAnchor></x:wsDr>"
    )
    (box,) = floating(drawing)
    assert (box.kind, box.cell, box.text) == ("文本框", "C7", "以7 月为准")


def test_formats_by_the_styles() -> None:
    styles = (
        b'<styleSheet><numFmts><numFmt numFmtId="164" formatCode="0.0%"/>'
        b'<numFmt numFmtId="165" formatCode="0.0&quot;%&quot;"/></numFmts>'
        b'<fonts><font/><font><strike/></font><font><strike val="0"/></font></fonts>'
        b'<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        b'<cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="9" fontId="2"/>'
        b'<xf numFmtId="164" fontId="1"/><xf numFmtId="165"/></cellXfs>'
        b"<dxfs><dxf><font><strike/></font></dxf></dxfs></styleSheet>"
    )
    found = looks_of(styles)
    assert (found.per_cent, found.struck) == ({1, 2}, {2})


@pytest.mark.parametrize("word", ["无", "/", ".", "-", "—", "暂无", "见附件", "同上", "、"])
def test_words_that_name_no_document_prove_nothing(word: str, filled: Book, params: Params) -> None:
    sheet = filled[layout.ANNUAL]
    for name, text in (("数据性质", layout.REPORTED), ("佐证材料", word)):
        sheet.cell(4, ANNUAL[name]).value = text
    sheet.cell(5, ANNUAL["来源"]).value = word
    tasks = filled[layout.TASKS]
    for name, text in (("本年状态", "已完成"), ("佐证材料", word)):
        tasks.cell(4, TASK[name]).value = text
    form = read(filled, params)
    assert [(f.place, f.problem) for f in form.faults] == [
        ("工作表“年度数据” 单元格 G5", f"来源只写了“{word}”，等于没有写"),
        ("工作表“任务进展” 单元格 H4", f"状态为已完成，而佐证材料只写了“{word}”，等于没有佐证"),
    ]
    assert value(form, 4, "grade") == "D"


@pytest.mark.parametrize(
    "word", ["无锡市统计局文件", "见附件 2：验收意见（2026-01-05）", "2025.pdf"]
)
def test_evidence_that_only_begins_like_such_a_word_is_kept(
    word: str, filled: Book, params: Params
) -> None:
    sheet = filled[layout.ANNUAL]
    for name, text in (("数据性质", layout.REPORTED), ("佐证材料", word)):
        sheet.cell(4, ANNUAL[name]).value = text
    form = read(filled, params)
    assert (form.faults, form.notices) == ([], [])
    assert (value(form, 4, "grade"), value(form, 4, "evidence")) == ("B", word)


@pytest.mark.parametrize("word", ["无", "/", "—"])
def test_an_empty_form_with_an_empty_word_is_not_handed_in(
    word: str, forms: dict[str, Path], params: Params
) -> None:
    book = openpyxl.load_workbook(forms[FINANCE])
    for field, text in (("填报人", "王小明"), ("填报日期", "2026-01-20")):
        book[layout.COVER].cell(layout.COVER_FIELDS[field], layout.COVER_COLUMN).value = text
    for column, text in zip("BD", ("说明", word), strict=True):
        book[layout.REMARKS][f"{column}4"] = text
    book[layout.ANNUAL].cell(4, ANNUAL["说明"]).value = word
    assert [f.problem for f in read(book, params).faults] == ["应填的 16 格全是空的"]


def swap(book: Book, sheet: str, rows: tuple[int, ...], columns: range) -> None:
    """Move the rows around by one, the other columns staying."""
    page = book[sheet]
    for column in columns:
        texts = [page.cell(row, column).value for row in rows]
        for row, text in zip(rows, texts[1:] + texts[:1], strict=True):
            page.cell(row, column).value = text


def test_tasks_sorted_without_their_codes_are_one_fault(
    forms: dict[str, Path], answers: people.Answers, params: Params
) -> None:
    book = people.fill(forms["张店区"], answers, params)
    swap(book, layout.TASKS, tuple(range(4, 124)), range(2, 10))
    form = read(book, params)
    (fault,) = form.faults
    assert fault.place == "工作表“任务进展”"
    assert fault.problem.startswith("120 行的名称与编号不符（C4:C123；如第 4 行“任务”写的是“")
    assert "编号" in fault.remedy
    assert not any(table.rows for table in form.tasks)


def test_two_tasks_with_their_titles_swapped_are_told_each(filled: Book, params: Params) -> None:
    swap(filled, layout.TASKS, (4, 5), range(3, 4))
    faults = read(filled, params).faults
    assert [f.place for f in faults] == [f"工作表“任务进展” 单元格 C{row}" for row in (4, 5)]


def test_figures_sorted_without_their_codes_are_one_fault(
    forms: dict[str, Path], answers: people.Answers, params: Params
) -> None:
    book = people.fill(forms["市交通运输局"], answers, params)
    last = book[layout.ANNUAL].max_row
    swap(book, layout.ANNUAL, (*range(4, last, 12),), range(1, 2))
    faults = [f for f in read(book, params).faults if f.place == "工作表“年度数据”"]
    assert len(faults) == 1
    assert "没有带上“编号”列" in faults[0].remedy


@pytest.mark.parametrize("file", ["D16_市统计局_2025年度.xlsx", "收表.zip/市统计局.xlsx"])
def test_a_form_renamed_to_another_bureaus_is_refused(
    file: str, filled: Book, params: Params
) -> None:
    (fault,) = read(filled, params, file).faults
    assert fault.problem == "文件名写的是“市统计局”，而这是“市财政局”的表单"


@pytest.mark.parametrize(
    "file", ["市财政局（转市统计局）.xlsx", "新建 Microsoft Excel 工作表.xlsx"]
)
def test_other_file_names_are_let_be(file: str, filled: Book, params: Params) -> None:
    assert read(filled, params, file).faults == []


@pytest.mark.parametrize("year", ["2025", "2025年", "2025 年度", "２０２５年"])
def test_the_year_on_the_cover_as_people_write_it(year: str, filled: Book, params: Params) -> None:
    filled[layout.COVER].cell(layout.COVER_FIELDS["评估年度"], layout.COVER_COLUMN).value = year
    assert read(filled, params).faults == []


@pytest.mark.parametrize("place", ["张店", "淄博市张店区", "张店\u200b区", "zhangdian"])
def test_a_region_as_people_write_it_is_itself(place: str, filled: Book, params: Params) -> None:
    row = next(r for r in range(4, 16) if filled[layout.ANNUAL].cell(r, 2).value == "张店区")
    filled[layout.ANNUAL].cell(row, 2).value = place
    form = read(filled, params)
    assert form.faults == []
    assert value(form, row, "region") == "张店区"


@pytest.mark.parametrize("unit", ["（万元）", "万 元", "万元\u200b", "[万元]"])
def test_a_unit_however_it_is_set(unit: str, filled: Book, params: Params) -> None:
    filled[layout.ANNUAL].cell(4, ANNUAL["计量单位"]).value = unit
    form = read(filled, params)
    assert form.faults == []
    assert value(form, 4, "unit") == "万元"


@pytest.mark.parametrize("unit", ["μg/m^3", "㎍/㎥", "µg/m3"])
def test_a_unit_in_other_characters(
    unit: str, forms: dict[str, Path], answers: people.Answers, params: Params
) -> None:
    book = people.fill(forms["市生态环境局"], answers, params)
    sheet = book[layout.ANNUAL]
    row = next(r for r in range(4, 999) if sheet.cell(r, ANNUAL["计量单位"]).value == "μg/m³")
    sheet.cell(row, ANNUAL["计量单位"]).value = unit
    form = read(book, params)
    assert form.faults == []
    table = next(t for t in form.observations if t.file.endswith("“年度数据”"))
    assert table.columns["unit"][table.rows.index(row)] == "μg/m³"


def test_what_nobody_sees_is_not_read(filled: Book, params: Params) -> None:
    sheet = filled[layout.ANNUAL]
    sheet.cell(4, ANNUAL["本年值"]).value = "353.4\u200b"
    sheet.cell(5, ANNUAL["来源"]).value = "\u200b"
    sheet["M9"] = "\ufeff"
    form = read(filled, params)
    assert (value(form, 4), form.notices) == ("353.4", [])
    assert [f.problem for f in form.faults] == ["没有写来源"]


def test_forms_of_the_demonstration_say_so_on_every_sheet(
    forms: dict[str, Path], params: Params, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(forms[FINANCE])
    for sheet in book.worksheets:
        if sheet.title != layout.IDENTITY:
            texts = [str(c.value) for row in sheet.iter_rows(max_row=3) for c in row if c.value]
            assert any("（演示数据）" in text for text in texts), sheet.title
            assert sheet.oddHeader.right.text == "演示数据"
    plain = openpyxl.load_workbook(write_forms(params, None, YEAR, tmp_path)[12])
    assert not any(
        "演示" in str(c.value)
        for sheet in plain.worksheets
        for row in sheet.iter_rows()
        for c in row
    )


def test_forms_printed_before_they_said_so_are_read(
    params: Params, answers: people.Answers, tmp_path: Path
) -> None:
    path = write_forms(params, None, YEAR, tmp_path)[12]
    form = read(people.fill(path, answers, params), params)
    assert (form.faults, form.notices) == ([], [])
