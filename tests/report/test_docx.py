"""The Word edition: its structure, its numbers and words, and that nothing in the data harms it."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.table import Table as WordTable

from assessment.report.docx import render_docx
from assessment.report.docx_table import table_xml
from assessment.report.docx_xml import runs, sentence_runs
from assessment.report.legible import clean
from assessment.report.numbered import all_parts, with_numbers
from assessment.report.page import Document, ReportPart
from assessment.report.rasterise import rasterise
from assessment.results.model import ReportResults
from assessment.results.values import Sentence
from assessment.show.blocks import Cell, Column, Figure, Row, Table, show
from assessment.show.charts.theme import TONES
from assessment.show.typography import full_width
from assessment.show.verdict_words import look
from tests.report import fixtures

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = '</w:t><script>alert("x")</script> & {0} ]]> =1+1 \x00\x0b\ud800\ufffe'
"""Characters that XML forbids, markup, a place for a fact, a formula."""

READABLE = '</w:t><script>alert("x")</script> & {0} ]]> =1+1 '


def small(*parts: ReportPart, demo: bool = True) -> Document:
    return with_numbers(
        Document(
            cover=fixtures.COVER,
            conclusions=fixtures.conclusions(),
            front=tuple(fixtures.front()),
            chapters=tuple(fixtures.chapters(figures=1, tables=1)),
            back=(*fixtures.back(), *parts),
            demo=demo,
        )
    )


@pytest.fixture(scope="module")
def data(whole: tuple[Document, ReportResults]) -> bytes:
    return render_docx(whole[0])


@pytest.fixture(scope="module")
def word(data: bytes) -> WordDocument:
    return docx.Document(io.BytesIO(data))


@pytest.fixture(scope="module")
def small_data() -> bytes:
    return render_docx(small())


def opened(data: bytes) -> WordDocument:
    return docx.Document(io.BytesIO(data))


def text_of(element: object) -> str:
    """Text with subscripts as plain digits, as it stands in the file."""
    nodes = element.iter(f"{W}t", f"{W}noBreakHyphen")  # type: ignore[attr-defined]
    return "".join(node.text or ("-" if node.tag == f"{W}noBreakHyphen" else "") for node in nodes)


def as_printed(text: str) -> str:
    """Text as the edition sets it: subscript digits are plain digits lowered by their run."""
    low = {ord(sign): plain for sign, plain in zip("₀₁₂₃₄₅₆₇₈₉ₓ", "0123456789x", strict=True)}
    return full_width(clean(text)).translate(low)


def tables_of(document: Document) -> list[Table]:
    blocks = [b for part in all_parts(document) for b in part.blocks.blocks]
    return [block for block in blocks if isinstance(block, Table)]


def figures_of(document: Document) -> list[Figure]:
    blocks = [b for part in all_parts(document) for b in part.blocks.blocks]
    return [block for block in blocks if isinstance(block, Figure)]


def captioned(word: WordDocument) -> Iterator[tuple[str, WordTable]]:
    """Each table that stands under a caption, with the caption."""
    before = None
    for element in word.element.body:
        if element.tag == f"{W}tbl" and before is not None:
            yield text_of(before), WordTable(element, word)
        is_caption = element.find(f"{W}pPr/{W}pStyle[@{W}val='Caption']") is not None
        before = element if is_caption else None


def test_page_and_margins_are_those_of_official_papers(word: WordDocument) -> None:
    section = word.sections[0]
    assert (section.page_width.mm, section.page_height.mm) == pytest.approx((210, 297), abs=0.05)
    margins = [
        side.mm
        for side in (section.top_margin, section.left_margin, section.right_margin,
                     section.bottom_margin)
    ]  # fmt: skip
    assert margins == pytest.approx([37, 28, 26, 35], abs=0.05)


@pytest.mark.parametrize(
    ("style", "font", "size"),
    [
        ("Normal", "仿宋_GB2312", 16),
        ("Title", "方正小标宋简体", 22),
        ("Heading 1", "黑体", 16),
        ("Heading 2", "楷体_GB2312", 16),
        ("Heading 3", "仿宋_GB2312", 16),
        ("Caption", "黑体", 12),
        ("表格文字", "仿宋_GB2312", 10.5),
        ("附件正文", "仿宋_GB2312", 12),
    ],
)
def test_styles_name_fonts_for_chinese(
    word: WordDocument, style: str, font: str, size: float
) -> None:
    found = word.styles[style]
    assert found.element.rPr.rFonts.get(qn("w:eastAsia")) == font
    assert found.font.size.pt == size


def test_the_body_has_exact_lines_and_an_indent_of_two_characters(word: WordDocument) -> None:
    properties = word.styles["Normal"].element.pPr
    spacing, indent = properties.find(qn("w:spacing")), properties.find(qn("w:ind"))
    assert (spacing.get(qn("w:line")), spacing.get(qn("w:lineRule"))) == ("579", "exact")
    assert indent.get(qn("w:firstLineChars")) == "200"


def test_no_theme_font_wins_over_the_names(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for name in ("word/styles.xml", "word/document.xml", "word/header1.xml"):
            assert not re.search(rb"(asciiTheme|eastAsiaTheme|hAnsiTheme|cstheme)", file.read(name))


def test_every_style_in_use_is_defined(data: bytes, word: WordDocument) -> None:
    defined = {style.style_id for style in word.styles}
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        used = set(
            re.findall(rb'<w:(?:p|r|tbl)Style w:val="([^"]+)"', file.read("word/document.xml"))
        )
    assert {name.decode() for name in used} <= defined


def test_headings_are_the_parts_in_order(
    whole: tuple[Document, ReportResults], word: WordDocument
) -> None:
    titles = [
        (p.style.name, p.text)
        for p in word.paragraphs
        if p.style.name in ("Heading 1", "Heading 2")
    ]
    assert [text for style, text in titles if style == "Heading 1"] == [
        "一、核心结论", "二、总体记分卡", "三、目标指标完成情况", "四、分章评估", "五、协同度评估",
        "六、区县比较", "七、责任部门进展", "八、主要问题", "附件 A 指标数据与来源", "附件 D 数据缺口",
    ]  # fmt: skip
    chapters = [f"{chapter.number} {chapter.title}" for chapter in whole[0].chapters]
    assert [text for _, text in titles if text.startswith("第")] == chapters


def test_the_contents_field_is_filled_and_its_places_exist(word: WordDocument) -> None:
    body = word.element.body
    codes = [node.text for node in body.iter(f"{W}instrText")]
    assert codes == [r' TOC \o "1-2" \h \z \u ']
    marks = {node.get(qn("w:name")): node for node in body.iter(f"{W}bookmarkStart")}
    entries = [p for p in word.paragraphs if p.style.name in ("toc 1", "toc 2")]
    assert len(entries) >= 17
    for entry in entries:
        link = entry._p.find(f"{W}hyperlink")
        heading = marks[link.get(qn("w:anchor"))].getparent()
        assert text_of(heading) == text_of(link).strip()
    kinds = [node.get(qn("w:fldCharType")) for node in body.iter(f"{W}fldChar")]
    assert kinds == ["begin", "separate", "end"]
    updated = word.settings.element.find(qn("w:updateFields"))
    assert updated is not None and updated.get(qn("w:val")) == "true"


def test_every_table_is_there_word_for_word(
    whole: tuple[Document, ReportResults], word: WordDocument
) -> None:
    expected, found = tables_of(whole[0]), list(captioned(word))
    assert len(expected) == len(found) > 50
    for table, (caption, written) in zip(expected, found, strict=True):
        assert caption == f"{table.label} {as_printed(table.title)}"
        groups = list(written._tbl.iter(f"{W}tr"))
        rows = [row for row in groups[1:] if row.find(f"{W}tc/{W}tcPr/{W}gridSpan") is None]
        assert len(rows) == len(table.rows)
        for row, shown in zip(table.rows, rows, strict=True):
            for cell, element in zip(row.cells, shown.iter(f"{W}tc"), strict=True):
                text = text_of(element)
                if cell.verdict:
                    word_, shape, _ = look(cell.verdict)
                    assert text.startswith(f"{shape} {full_width(word_)}")
                # a year may stand behind a space, so that it can go to the next line
                assert as_printed(cell.text).replace(" ", "") in re.sub(r"\s", "", text)


def test_head_rows_are_repeated_and_no_row_is_divided(word: WordDocument) -> None:
    for _, table in captioned(word):
        rows = table._tbl.tr_lst
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        heads = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows]
        assert heads[0] and not any(heads[1:])


def test_columns_fill_the_text_and_no_more(word: WordDocument) -> None:
    for table in word.element.body.iter(f"{W}tbl"):
        grid = [int(column.get(qn("w:w"))) for column in table.iter(f"{W}gridCol")]
        assert 8700 <= sum(grid) <= 8844
        assert min(grid) >= 300
        for row in table.iter(f"{W}tr"):
            widths = [int(node.get(qn("w:w"))) for node in row.iter(f"{W}tcW")]
            assert sum(widths) == sum(grid)


def test_verdicts_bear_shape_word_and_colour(small_data: bytes) -> None:
    cells = {}
    for _, table in captioned(opened(small_data)):
        for cell in table._tbl.iter(f"{W}tc"):
            shade = cell.find(f"{W}tcPr/{W}shd")
            if shade is not None:
                cells[text_of(cell.find(f"{W}p"))] = (
                    shade.get(qn("w:fill")), next(cell.iter(f"{W}color")).get(qn("w:val")),
                )  # fmt: skip
    assert cells["▼ 未完成"] == ("B3420E", "FFFFFF")
    assert cells["● 完成"] == ("0072B2", "FFFFFF")
    assert cells["○ 数据不足"] == (TONES["unknown"].fill[1:].upper(), "1F2933")


def captioned_rows(word):
    return list(list(captioned(word))[-1][1]._tbl.iter(f"{W}tr"))


def test_no_line_ends_within_a_date_or_within_figures_in_brackets() -> None:
    assert runs("2025-09-23,市局").count("<w:noBreakHyphen/>") == 2
    assert runs("2015-01 至 2025-12").count("<w:noBreakHyphen/>") == 2
    assert "noBreakHyphen" not in runs("A-1 与 GB 3095-2012")
    columns = tuple(Column(key=str(n), label="一列", align="right") for n in range(9))
    cells = tuple(Cell(text="−2.96(−3.36 至 −2.55)") for _ in columns)
    table = Table(id="t", title="题", columns=columns, rows=(Row(cells=cells),))
    assert (
        table_xml(table).count('<w:br/></w:r><w:r><w:t xml:space="preserve">（−3.36 至 −2.55）')
        == 9
    )


def test_the_lines_of_a_text_stay_lines() -> None:
    columns = (Column(key="a", label="公式"), Column(key="b", label="注"))
    row = Row(cells=(Cell(text="x = 1\n  y = 2"), Cell(text="—")))
    xml = table_xml(Table(id="t", title="题", columns=columns, rows=(row,)))
    assert ">x = 1</w:t></w:r><w:r><w:br/></w:r><w:r>" in xml


def test_a_verdict_has_a_ground_no_higher_than_its_words() -> None:
    tall = Row(cells=(Cell(text="长" * 200), Cell(text="未完成", verdict="not_met")))
    columns = (Column(key="a", label="建议"), Column(key="b", label="判断"))
    xml = table_xml(Table(id="t", title="题", columns=columns, rows=(tall,)))
    assert '<w:pPr><w:pStyle w:val="TableText"/><w:shd ' in xml
    assert "<w:tcPr><w:shd" not in xml
    assert 'w:fill="B3420E"/></w:tcPr>' not in xml


def test_a_note_of_several_cells_stands_once_below_the_table() -> None:
    cells = [
        Row(cells=(Cell(text=name), Cell(text="数据不足", verdict="insufficient_data", note=note)))
        for name, note in (("甲", "没有基期"), ("乙", "没有基期"), ("丙", "只有一个点"))
    ]
    columns = (Column(key="a", label="指标"), Column(key="b", label="判断"))
    table = Table(id="t", title="题", columns=columns, rows=tuple(cells), note="总注")
    part = ReportPart("annex-p", "附件 B", "注", show(table))
    word = opened(render_docx(small(part)))
    texts = [text_of(cell) for cell in list(captioned(word))[-1][1]._tbl.iter(f"{W}tc")]
    assert texts[2:] == ["甲", "○ 数据不足①", "乙", "○ 数据不足①", "丙", "○ 数据不足只有一个点"]
    below = [p.text for p in word.paragraphs if p.style.name == "图表说明"]
    assert below[-1] == "① 没有基期。总注"
    last = captioned_rows(word)[-1]
    assert all(p.find(f"{W}pPr/{W}keepNext") is not None for p in last.iter(f"{W}p"))


def test_figures_are_pictures_with_their_alternative_text(
    whole: tuple[Document, ReportResults], data: bytes, word: WordDocument
) -> None:
    figures = figures_of(whole[0])
    drawings = list(word.element.body.iter(qn("wp:inline")))
    assert len(drawings) == len(figures) > 30
    numbers = set()
    for figure, drawing in zip(figures, drawings, strict=True):
        described = drawing.find(qn("wp:docPr"))
        assert described.get("descr") == full_width(figure.alt)
        numbers.add(described.get("id"))
        width = int(drawing.find(qn("wp:extent")).get("cx")) / 914400
        assert width <= 8844 / 1440 + 1e-3
        relation = next(drawing.iter(qn("a:blip"))).get(qn("r:embed"))
        png = word.part.related_parts[relation].blob
        assert png.startswith(b"\x89PNG")
        assert struct.unpack(">I", png[16:20])[0] / width == pytest.approx(200, rel=0.02)
    assert len(numbers) == len(figures)


def test_captions_are_numbered_by_fields(
    whole: tuple[Document, ReportResults], word: WordDocument
) -> None:
    shown = [block.label.split()[0] for block in (*tables_of(whole[0]), *figures_of(whole[0]))]
    for label in ("表", "图", "附表", "附图"):
        count = shown.count(label)
        fields = [
            text_of(node)
            for node in word.element.body.iter(f"{W}fldSimple")
            if node.get(qn("w:instr")) == f" SEQ {label} \\* ARABIC "
        ]
        assert fields == [str(number) for number in range(1, count + 1)]


def test_header_and_footer(small_data: bytes) -> None:
    section = opened(small_data).sections[0]
    header, footer = section.header._element, section.footer._element
    assert text_of(header) == (
        "张店区 2025 年 · 减污降碳协同增效年度评估报告（自评稿）演示数据 不是真实统计"
    )
    assert text_of(footer) == "第 1 页，共 1 页"
    fields = [node.get(qn("w:instr")) for node in footer.iter(f"{W}fldSimple")]
    assert fields == [" PAGE ", " NUMPAGES "]


def test_only_a_report_of_invented_figures_is_marked(small_data: bytes) -> None:
    mark = "演示数据 不是真实统计"
    cover = [p.text for p in opened(small_data).paragraphs if p.style.name == "演示标记"]
    assert cover == [mark]
    word = opened(render_docx(small(demo=False)))
    assert mark not in text_of(word.sections[0].header._element) + text_of(word.element)


def test_the_first_page_says_what_the_conclusions_say(small_data: bytes) -> None:
    conclusions = fixtures.conclusions()
    text = text_of(opened(small_data).element.body)
    for sentence in (conclusions.verdict, *conclusions.messages, conclusions.unknown):
        assert as_printed(sentence.text) in text
    for item in conclusions.attention:
        assert as_printed(f"{item.name} {item.sentence.text}") in text
    assert "与上年相比转好 1 项：优良天数比例（◆ 进展偏慢 → ● 完成）。" in text
    assert "与上年相比转差 1 项：充电桩（■ 符合预期 → ▼ 未完成）。" in text


def test_properties(small_data: bytes) -> None:
    properties = opened(small_data).core_properties
    assert properties.title == "张店区 2025 年 减污降碳协同增效年度评估报告"
    assert properties.language == "zh-CN"
    assert (properties.author, properties.created.isoformat()) == (
        "张店区", "2026-03-31T00:00:00+00:00",
    )  # fmt: skip


def test_the_same_report_gives_the_same_bytes(small_data: bytes) -> None:
    assert render_docx(small()) == small_data
    with zipfile.ZipFile(io.BytesIO(small_data)) as file:
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_nothing_runs_and_nothing_is_loaded(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert not [name for name in file.namelist() if re.search(r"\.(bin|vml|xsl)$", name)]
        for name in file.namelist():
            if name.endswith(".rels"):
                assert b"External" not in file.read(name)


def test_text_from_data_stays_text() -> None:
    table = Table(
        id="t", title=HOSTILE, note=HOSTILE,
        columns=(Column(key="a", label=HOSTILE, unit=HOSTILE), Column(key="b", label="b")),
        rows=(Row(cells=(Cell(text=HOSTILE), Cell(text="x", note=HOSTILE)), group=HOSTILE),),
    )  # fmt: skip
    figure = fixtures.figure("f").model_copy(
        update={"title": HOSTILE, "alt": HOSTILE, "subtitle": HOSTILE}
    )
    part = ReportPart(
        "annex-x", "附件 C", HOSTILE, show(table, figure, fixtures.para("{0}", HOSTILE))
    )
    word = opened(render_docx(small(part)))
    caption, written = list(captioned(word))[-1]
    assert caption.endswith(READABLE)
    assert text_of(list(written._tbl.iter(f"{W}tr"))[2].find(f"{W}tc")) == READABLE
    assert list(word.element.iter(qn("wp:docPr")))[-1].get("descr") == READABLE
    assert word.paragraphs[-1].text == READABLE


ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore pBdr shd tabs spacing ind jc outlineLvl",
    "rPr": "rFonts b color kern sz szCs vertAlign lang",
    "tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar tblLook tblCaption",
    "tcPr": "tcW gridSpan tcBorders shd vAlign",
}
"""Order of properties in ECMA-376 part 1, 17.3-17.4; Word refuses a file with another."""


def test_properties_stand_in_the_order_of_the_standard(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        names = [n for n in file.namelist() if re.match(r"word/(document|styles|header|footer)", n)]
        roots = [docx.oxml.parse_xml(file.read(name)) for name in names]
    for name, words in ORDER.items():
        order = words.split()
        kinds = {
            tuple(child.tag.removeprefix(W) for child in element)
            for root in roots
            for element in root.iter(f"{W}{name}")
        }
        assert kinds
        for kind in kinds:
            places = [order.index(child) for child in kind]
            assert places == sorted(set(places)), kind


def test_subscripts_and_quotes_are_set_for_the_fonts_of_official_papers() -> None:
    low = '<w:rPr><w:vertAlign w:val="subscript"/></w:rPr><w:t xml:space="preserve">'
    assert f"{low}2.5</w:t>" in runs("PM₂.₅")
    assert f"{low}x</w:t>" in runs("NOₓ 降")
    wide = '<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t xml:space="preserve">'
    assert f"{wide}“</w:t>" in runs("属“良好”")


def test_facts_are_bold_but_years_are_not() -> None:
    sentence = Sentence.model_validate(
        {
            "template": "{0} 降 {1}",
            "facts": [
                {"text": "2025 年", "value": 2025, "pointer": "/year"},
                {"text": "4.2", "value": 4.2, "pointer": "/x"},
            ],
        }
    )
    bold = '<w:rPr><w:b/></w:rPr><w:t xml:space="preserve">'
    assert re.findall(rf"{bold}([^<]*)", sentence_runs(sentence, bold=True)) == ["4.2"]


def test_a_line_break_in_a_note_leaves_no_gap_between_chinese() -> None:
    assert clean("不是真实\n统计 PM\n2.5") == "不是真实统计 PM 2.5"


def test_drawings_fit_the_space_and_equal_ones_are_drawn_once() -> None:
    tall = fixtures.SVG.replace('width="680" height="300" viewBox="0 0 680 300"',
                                'width="100" height="1000" viewBox="0 0 100 1000"')  # fmt: skip
    wide, again, high = rasterise([fixtures.SVG, fixtures.SVG, tall], 442.2, 500.0)
    assert wide is again
    assert (wide.width, wide.height) == pytest.approx((442.2, 442.2 * 300 / 680))
    assert (high.width, high.height) == pytest.approx((50.0, 500.0))
    assert rasterise([], 100, 100) == ()


@pytest.mark.parametrize("svg", ["no drawing", "<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_a_drawing_without_a_size_is_refused(svg: str) -> None:
    with pytest.raises(ValueError, match="SVG"):
        rasterise([svg], 100, 100)
