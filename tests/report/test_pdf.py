import dataclasses
import io
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from assessment.report.numbered import with_numbers
from assessment.report.page import Document, ReportPart
from assessment.report.pdf import render_pdf
from assessment.report.printed import folded, printed, spans, width
from assessment.report.stacked import is_wordy, stacked
from assessment.report.typst.columns import SIZES, TEXT_WIDTH, layout
from assessment.report.typst.content import content
from assessment.report.typst.laid_out import FIGURE_HEIGHT, laid_out
from assessment.results.model import VerdictChange
from assessment.results.values import Fact, Sentence
from assessment.show.blocks import Blocks, Cell, Column, Figure, Heading, Prose, Row, Table, show
from assessment.show.charts.theme import TONES
from assessment.show.markdown import flat, prose_cell
from assessment.show.typography import full_width
from assessment.show.verdict_words import LOOKS
from tests.report import fixtures

POINTS_PER_MM = 72 / 25.4
PAGE_NUMBER = re.compile(r"第(\d+)页，共(\d+)页")
HOSTILE = (
    '#import "x.typ": *', "*b* _i_ [c] {d}", "$x^2$ \\ \\u{1f} \\#", "<label> @ref `raw`",
    "// c /* d */ ~ --- = h", "#{panic()} #sys.inputs", "<script>&amp;</script>",
)  # fmt: skip


def document(*front: ReportPart, demo: bool = False, chapters: bool = False) -> Document:
    """A report of the fixtures' cover and conclusions with these parts."""
    return with_numbers(Document(
        fixtures.COVER, fixtures.conclusions(), front,
        tuple(fixtures.chapters(1, 1)) if chapters else (), (), demo,
    ))  # fmt: skip


def part(*blocks: Any, title: str = "部分", number: str = "", sources: bool = False) -> ReportPart:
    return ReportPart("part", number, title, show(*blocks), sources)


@cache
def whole(demo: bool = True) -> tuple[bytes, PdfReader]:
    """The invented report, with every kind of block."""
    both = Document(
        fixtures.COVER, fixtures.conclusions(),
        (*fixtures.front(), ReportPart("chapters-part", "四", "分章评估", show())),
        tuple(fixtures.chapters(1, 1)), tuple(fixtures.back()), demo,
    )  # fmt: skip
    data = render_pdf(with_numbers(both))
    return data, PdfReader(io.BytesIO(data))


def read(document: Document) -> PdfReader:
    return PdfReader(io.BytesIO(render_pdf(document)))


def plain(text: str) -> str:
    """A text without its spaces and breaks, as setting may move them."""
    return re.sub(r"[\s\u200b]+", "", text)


def pages(reader: PdfReader) -> list[str]:
    return [plain(page.extract_text()) for page in reader.pages]


@cache
def texts_of_whole(demo: bool = True) -> list[str]:
    return pages(whole(demo)[1])


def bookmarks(reader: PdfReader) -> list[tuple[int, str, int]]:
    """Depth, title and page of each bookmark, in order."""

    def walk(items: Any, depth: int) -> Iterator[tuple[int, str, int]]:
        for item in items:
            if isinstance(item, list):
                yield from walk(item, depth + 1)
            else:
                number = reader.get_destination_page_number(item)
                assert number is not None
                yield depth, plain(str(item.title)), number + 1

    return list(walk(reader.outline, 1))


def tags(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every element of the tag tree."""
    waiting: list[Any] = [reader.root_object["/StructTreeRoot"]["/K"]]
    while waiting:
        item = waiting.pop()
        item = item.get_object() if isinstance(item, IndirectObject) else item
        if isinstance(item, ArrayObject):
            waiting.extend(item)
        elif isinstance(item, DictionaryObject):
            if "/S" in item:
                yield item
            if "/K" in item and item.get("/Type") != "/MCR":
                waiting.append(item["/K"])


def test_it_is_declared_accessible():
    _, reader = whole()
    root = reader.root_object
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - pypdf's own boolean
    assert root["/Lang"] == "zh-CN"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert reader.metadata is not None
    assert reader.metadata.title == "张店区 2025 年 · 减污降碳协同增效年度评估报告"


def test_every_figure_has_its_alternative_text():
    _, reader = whole()
    found = [str(tag["/Alt"]) for tag in tags(reader) if tag["/S"] == "/Figure" and "/Alt" in tag]
    drawn = fixtures.figure("x").alt
    assert found.count(full_width(drawn)) == 6  # one in each chapter that did not fail


def test_tables_are_tagged_with_their_heads():
    kinds = [str(tag["/S"]) for tag in tags(whole()[1])]
    assert kinds.count("/Table") >= 9
    assert kinds.count("/TH") > kinds.count("/Table")
    assert kinds.count("/Caption") > 0


def test_pages_are_a4_with_the_margins_of_the_standard():
    _, reader = whole(demo=False)
    left, right = 28 * POINTS_PER_MM, (210 - 26) * POINTS_PER_MM
    low, high = 35 * POINTS_PER_MM, (297 - 37) * POINTS_PER_MM
    for page in reader.pages:
        size = (float(page.mediabox.width), float(page.mediabox.height))
        assert size == pytest.approx((210 * POINTS_PER_MM, 297 * POINTS_PER_MM), abs=0.1)
        places: list[tuple[float, float]] = []

        def note(text: str, cm: Any, tm: Any, *_: Any, places: list = places) -> None:
            if text.strip():
                x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                places.append((x, tm[4] * cm[1] + tm[5] * cm[3] + cm[5]))

        page.extract_text(visitor_text=note)
        assert all(left - 1 <= x <= right + 1 for x, _ in places)
        outside = [y for _, y in places if not low - 1 <= y <= high + 1]
        assert len(outside) <= 4  # the running head and the page number


def test_every_page_but_the_cover_bears_its_number_and_their_count():
    texts = texts_of_whole()
    assert not PAGE_NUMBER.search(texts[0])
    for n, text in enumerate(texts[1:], 2):
        assert PAGE_NUMBER.findall(text)[-1] == (str(n), str(len(texts)))


def test_every_page_but_the_cover_names_unit_and_year():
    assert all("张店区2025年·减污降碳协同增效年度评估报告" in text for text in texts_of_whole()[1:])


def test_bookmarks_follow_the_parts_and_chapters():
    found = bookmarks(whole()[1])
    assert [title for depth, title, _ in found if depth == 1] == [
        "核心结论", "目录", "总体记分卡", "目标指标完成情况", "四、分章评估", "主要问题",
        "附件A数据",
    ]  # fmt: skip
    assert [title for depth, title, _ in found if depth == 2] == [
        f"{number}、{title}" for number, title in fixtures.TITLES
    ]
    assert [t for depth, t, _ in found if depth == 3][:3] == ["指标与趋势", "任务清单", "协同分析"]
    assert [page for _, _, page in found] == sorted(page for _, _, page in found)


def test_contents_name_the_page_of_every_part():
    texts = texts_of_whole()
    contents = texts[3]
    for depth, title, page in bookmarks(whole()[1]):
        if title != "目录" and depth < 4:
            assert re.search(rf"{re.escape(title)}[.·\s]*{page}(?!\d)", contents), title
            assert title in texts[page - 1]


def test_conclusions_fill_a_page_and_its_back_and_say_everything():
    text = "".join(texts_of_whole()[1:3])
    conclusions = fixtures.conclusions()
    sentences = [conclusions.verdict, *conclusions.messages, conclusions.unknown]
    sentences += [row.sentence for row in conclusions.attention]
    assert len(conclusions.attention) == 4
    for sentence in sentences:
        assert plain(full_width(sentence.text)) in text
    for row in conclusions.attention:
        assert plain(row.name) in text
    for word in ("▼未完成", "区住房城乡建设局", "优良天数比例", "与上年相比", "未掌握的情况"):
        assert word in text
    assert "目录" in texts_of_whole()[3]


def test_more_changes_than_a_page_holds_flow_to_the_next():
    changes = tuple(
        VerdictChange(target=f"N{n}", name=f"第{n}号指标", before="slow", after="met", better=True)
        for n in range(90)
    )
    conclusions = dataclasses.replace(fixtures.conclusions(), changes=changes)
    texts = pages(read(dataclasses.replace(document(), conclusions=conclusions)))
    assert all(sum(f"第{n}号指标" in text for text in texts) == 1 for n in range(90))
    assert all("页，共" in text for text in texts[1:])


def test_the_body_says_what_the_blocks_say():
    text = "".join(texts_of_whole())
    for chapter in fixtures.chapters(1, 1):
        for block in flat(chapter.blocks):
            if isinstance(block, Prose | Heading):
                assert plain(full_width(block.text)) in text
            elif isinstance(block, Figure):
                assert plain(full_width(block.title)) in text
                assert plain(full_width(block.subtitle)) in text
            else:
                for row in block.rows:
                    assert all(plain(full_width(cell.text)) in text for cell in row.cells)
    assert "PM₂.₅" in text


def test_words_in_a_drawing_can_be_found():
    assert "实际41.2" in "".join(texts_of_whole())


def test_tables_of_the_annex_are_printed_in_full():
    table = fixtures.targets_table("folded", "折叠的表", "annex")
    text = "".join(pages(read(document(part(table)))))
    assert "折叠的表" in text
    assert plain(full_width(table.summary)) in text
    assert all(plain(full_width(row.cells[1].text)) in text for row in table.rows)


def test_an_annex_prints_the_source_of_each_value():
    text = "".join(texts_of_whole())
    assert plain("observations.csv 第 2 行 · 张店区统计局 · 等级 A · 原报 66.1 万吨") in text


@pytest.mark.parametrize("demo", [True, False])
def test_the_demo_mark_is_on_every_page_or_on_none(demo: bool):
    texts = texts_of_whole(demo)
    marked = ["演示数据不是真实统计" in text for text in texts]
    assert all(marked) if demo else not any(marked)
    # the mark in the head and the watermark behind the text
    watermark = [text.count("演示数据") - text.count("演示数据不是真实统计") for text in texts[2:]]
    assert set(watermark) == ({1} if demo else {0})


def test_the_same_document_gives_the_same_bytes():
    once = document(*fixtures.front(), demo=True, chapters=True)
    again = document(*fixtures.front(), demo=True, chapters=True)
    assert render_pdf(once) == render_pdf(again)


def test_the_only_date_is_that_of_the_data():
    data, reader = whole()
    assert reader.metadata is not None
    assert str(reader.metadata["/CreationDate"]).startswith("D:20260331000000")
    unclear = dataclasses.replace(fixtures.COVER, cutoff="年底")
    late = read(dataclasses.replace(document(), cover=unclear))
    assert late.metadata is not None
    assert str(late.metadata["/CreationDate"]).startswith("D:20251231")
    assert not re.search(rb"/tmp/|/home/", data)


def test_only_the_fonts_of_the_project_are_used():
    names = set()
    for page in whole()[1].pages:
        for resource in (page["/Resources"], *_forms(page["/Resources"])):
            for font in resource.get("/Font", {}).values():
                names.add(str(font.get_object()["/BaseFont"]).split("+")[-1].split("-")[0])
    assert names == {"NotoSansSC", "NotoSerifSC", "DejaVuSans"}


def _forms(resources: Any) -> list[Any]:
    objects = [form.get_object() for form in resources.get("/XObject", {}).values()]
    return [form["/Resources"] for form in objects if "/Resources" in form]


def test_no_file_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    render_pdf(document(part(fixtures.figure("f"))))
    assert list(tmp_path.iterdir()) == []


def test_text_from_data_is_never_markup():
    text = " ".join(HOSTILE)
    sentence = Sentence(template="甲{0}乙", facts=(Fact(text=text, value=text, pointer="/x"),))
    table = Table(
        id="t", title=text, summary=text, place="annex", note=text,
        columns=(Column(key="a", label=text, unit=text), Column(key="b", label="数")),
        rows=(Row(group=text, cells=(Cell(text=text, note=text), Cell(text=text))),),
    )  # fmt: skip
    drawing = fixtures.figure("f").model_copy(
        update={"title": text, "subtitle": text, "alt": text, "table": table}
    )
    blocks = (Heading(level=3, text=text, anchor=text), Prose(sentences=(sentence,)))
    cover = dataclasses.replace(
        fixtures.COVER, unit=text, title=text, status=text, pack_title=text, cutoff=text,
        fingerprint=text, disclaimer=text,
    )  # fmt: skip
    hostile = part(*blocks, table, drawing, title=text, number=text)
    reader = read(dataclasses.replace(document(hostile, demo=True), cover=cover))
    shown = "".join(pages(reader))
    for piece in HOSTILE:
        # once each on the cover (6), as part, heading, fact, table (7), figure (2), and in heads
        assert shown.count(plain(full_width(f"{piece}"))) >= 15, piece
    alts = [str(tag["/Alt"]) for tag in tags(reader) if "/Alt" in tag]
    assert alts == [text]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        "甲\x00乙\x07丙\ud800丁",
        "😀𠮷བོད",
        "长" * 4000,
        "x" * 2500,
        "مرحبا",
        "a\ufeffb\ufeff中\ufffea\x7f\u200b\u202e\u2028b\uf06d\U0010ffff",
    ],
    ids=range(9),
)
def test_any_text_can_be_set(text: str):
    sentence = Sentence(template="{0}", facts=(Fact(text=text, value=None, pointer="/x"),))
    cells = (Cell(text=text), Cell(text=text, note=text, verdict="slow"))
    columns = (Column(key="a", label="甲", align="right"), Column(key="b", label=""))
    table = Table(id="t", title=text, columns=columns, rows=(Row(cells=cells),))
    reader = read(document(part(Prose(sentences=(sentence,)), table, title=text)))
    if len(text) > 1000:  # a row higher than a page may be cut, but nothing of it is lost
        body = "".join(pages(reader))
        assert body.count(text[0]) >= 4 * len(text)


def test_empty_parts_and_tables_can_be_set():
    nothing = Table(id="t", title="空表", columns=(Column(key="a", label="甲"),), rows=())
    assert "空表" in "".join(pages(read(document(part(), part(nothing)))))
    bare = Table(id="t", title="", columns=(), rows=())
    assert len(read(document(part(bare))).pages) == 5


def test_a_table_repeats_its_heads_and_keeps_its_rows_whole():
    rows = tuple(
        Row(group=f"组{n // 60}", cells=(Cell(text=f"起{n}。" + "文" * 40 + f"止{n}。"),
                                       Cell(text=f"{n}")))
        for n in range(180)
    )  # fmt: skip
    columns = (Column(key="a", label="甲栏"), Column(key="b", label="乙栏", align="right"))
    table = Table(id="t", title="长表", columns=columns, rows=rows, note="表注。")
    texts = pages(read(document(part(table))))
    long = [text for text in texts if "文文文" in text]
    assert len(long) > 4
    assert all("甲栏" in text and "乙栏" in text and "表注。" in text for text in long)
    assert sum("长表" in text for text in long) == 1
    for n, row in enumerate(rows):
        own = [text for text in long if f"起{n}。" in text]
        assert len(own) == 1
        assert f"止{n}。" in own[0]
        assert row.group in own[0]


def test_a_heading_and_the_note_under_it_stay_with_what_follows():
    filler = [fixtures.para("文。")]
    for lines in range(14, 24):  # one of them brings the heading to the foot of the page
        head = Heading(level=3, text="一节", anchor="a")
        blocks = (
            *filler * lines,
            head,
            fixtures.para("附注。", tone="note"),
            fixtures.para("段落。"),
        )
        texts = pages(read(document(part(*blocks))))
        (page,) = [text for text in texts[4:] if "一节" in text]
        assert "附注。" in page
        assert "段落。" in page


def test_a_figure_is_never_higher_than_a_page():
    tall = fixtures.figure("f").model_copy(
        update={"svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 900"/>'}
    )
    block = content(document(part(tall)))["front"][0]["blocks"][0]
    assert block["height"] == FIGURE_HEIGHT
    assert block["width"] == pytest.approx(FIGURE_HEIGHT / 9, abs=0.01)
    wide = content(document(part(fixtures.figure("f"))))["front"][0]["blocks"][0]
    assert wide["width"] <= TEXT_WIDTH
    assert wide["height"] / wide["width"] == pytest.approx(300 / 680, abs=0.001)


def test_a_malformed_drawing_is_refused():
    broken = fixtures.figure("f").model_copy(update={"svg": "<svg><g></svg>"})
    with pytest.raises(ValueError, match="well-formed"):
        render_pdf(document(part(broken)))


def test_every_verdict_has_its_word_and_shape_on_paper():
    rows = tuple(Row(cells=(Cell(text=v), Cell(text="", verdict=v))) for v in LOOKS)
    columns = (Column(key="a", label="名"), Column(key="b", label="结论"))
    table = Table(id="t", title="结论", columns=columns, rows=rows)
    text = "".join(pages(read(document(part(table)))))
    for one in LOOKS.values():
        assert plain(full_width(one.shape + one.word)) in text
    assert content(document())["tones"] == {
        tone: {"fill": shade.fill, "ink": shade.ink} for tone, shade in TONES.items()
    }


def test_no_level_of_headings_is_skipped():
    levels = (5, 3, 6, 4, 2, 3)
    blocks = [Heading(level=n, text=f"{i} 级", anchor=str(i)) for i, n in enumerate(levels)]
    made = content(document(part(*blocks)))["front"][0]["blocks"]
    assert [block["level"] for block in made] == [2, 2, 3, 3, 2]  # the chapter's own is left out
    assert read(document(part(*blocks)))  # and the accessibility mode takes them


def test_tables_and_figures_are_counted_through_the_report():
    table, drawing = fixtures.targets_table(title="任务"), fixtures.figure("f")
    made = content(document(part(table, drawing, table), part(drawing)))["front"]
    assert [b["label"] for one in made for b in one["blocks"]] == [
        "表 1", "图 1", "表 2", "图 2"
    ]  # fmt: skip
    text = "".join(texts_of_whole())
    assert all(caption in text for caption in ("表1分章记分卡", "表2指标完成情况", "表3任务进展"))
    drawn = fixtures.figure("f").title
    assert all(plain(full_width(f"图 {n} {drawn}")) in text for n in range(1, 7))


def test_parts_are_counted_from_the_conclusions_where_they_bear_numbers():
    assert content(document(part(number="二")))["conclusions"]["title"] == "一、核心结论"
    assert content(document(part()))["conclusions"]["title"] == "核心结论"


# Words


def test_a_sentence_keeps_its_words_and_only_numbers_stand_out():
    sentence = fixtures.say(
        "{0} 年,{1}下降 {2}({3}),{4}{{原文}}", "2025", "碳", "1.8%", "快", "3 项"
    )
    pieces = spans(sentence)
    assert "".join(text for text, _ in pieces) == full_width(sentence.template).format(
        "2025", "碳", "1.8%", "快", "3 项"
    )
    assert [text for text, stands_out in pieces if stands_out] == ["1.8%", "3 项"]


def test_long_names_may_be_broken_after_their_joints():
    assert printed("observations_annual.csv") == "observations_\u200bannual.\u200bcsv"
    assert printed("short.csv") == "short.csv"
    pieces = printed("0123456789" * 10).split("\u200b")
    assert "".join(pieces) == "0123456789" * 10
    assert max(map(len, pieces)) == 24


def test_a_number_is_broken_only_before_its_bracket():
    assert folded("240.50（2025 年）", 12) == "240.50（2025 年）"
    assert folded("240.50（2025 年）", 6) == "240.50\n（2025 年）"
    assert folded("（缺）", 1) == "（缺）"


# Columns


TEXTS = st.text(alphabet="减污降碳 abc1289.%（）", max_size=60)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    n = draw(st.integers(1, 12))
    aligned = st.sampled_from(("left", "right", "center"))
    columns = tuple(
        Column(key=str(i), label=draw(TEXTS), unit=draw(st.sampled_from(("", "%", "万吨"))),
               align=draw(aligned))
        for i in range(n)
    )  # fmt: skip
    verdicts = st.sampled_from((None, None, *LOOKS))
    rows = draw(st.lists(st.lists(TEXTS, min_size=n, max_size=n), max_size=6))
    return Table(
        id="t", title="t", columns=columns,
        rows=tuple(
            Row(cells=tuple(Cell(text=text, verdict=draw(verdicts)) for text in row))
            for row in rows
        ),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(tables(), st.booleans())
def test_columns_fill_the_text_area(table: Table, annex: bool):
    shape = layout(table, annex=annex)
    total = sum(shape.widths) + shape.gutter * (len(shape.widths) - 1)
    assert total == pytest.approx(TEXT_WIDTH, abs=0.2)
    assert min(shape.widths) > 0
    assert all(head <= one + 0.01 for head, one in zip(shape.heads, shape.widths, strict=True))


def test_short_cells_are_not_broken_and_long_text_gets_what_is_left():
    columns = (
        Column(key="a", label="年份"), Column(key="b", label="数值", align="right"),
        Column(key="c", label="说明"),
    )  # fmt: skip
    cells = (Cell(text="2025"), Cell(text="−1234.56"), Cell(text="说明" * 60))
    shape = layout(Table(id="t", title="t", columns=columns, rows=(Row(cells=cells),)))
    assert shape.size == SIZES[0]
    assert shape.widths[0] >= shape.size * width("2025")
    assert shape.widths[1] >= shape.size * width("−1234.56")
    assert shape.widths[2] > 0.7 * TEXT_WIDTH


def test_a_head_is_broken_into_lines_of_one_length():
    columns = tuple(Column(key=str(n), label="耦合协调度", align="right") for n in range(12))
    cells = tuple(Cell(text="0.81") for _ in columns)
    shape = layout(Table(id="t", title="t", columns=columns, rows=(Row(cells=cells),)))
    assert shape.widths[0] < 5 * shape.size  # five characters do not fit one line
    assert shape.heads[0] == pytest.approx(
        3 * shape.size, abs=0.01
    )  # three and two, not four and one


def test_many_columns_take_smaller_type():
    def wide(n: int) -> Table:
        columns = tuple(Column(key=str(i), label="栏", align="right") for i in range(n))
        return Table(id="t", title="t", columns=columns,
                     rows=(Row(cells=tuple(Cell(text="12345.6") for _ in columns)),))  # fmt: skip

    sizes = [layout(wide(n)).size for n in (3, 9, 11, 14)]
    assert sizes[0] == SIZES[0]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < sizes[0]


def test_a_wordy_table_is_set_row_by_row():
    columns = tuple(Column(key=k, label=k) for k in ("方法", "公式", "何时不用", "出处"))
    cells = (Cell(text="脱钩"), Cell(text="公" * 90), Cell(text=""), Cell(text="文" * 90))
    table = Table(id="t", title="方法", columns=columns, rows=(Row(cells=cells),))
    assert is_wordy(table)
    assert not is_wordy(fixtures.targets_table())
    upright = stacked(table)
    assert [(row.group, row.cells[0].text) for row in upright.rows] == [
        ("脱钩", "公式"), ("脱钩", "出处")
    ]  # fmt: skip
    text = "".join(pages(read(document(part(table)))))
    assert all(plain(cell.text) in text for cell in cells)


# Prose cells


def test_prose_cells_become_blocks():
    source = (
        "# 章名\n\n## 一节\n\n甲**乙**[丙](#a)`丁`\n戊\n\n- 一\n- 二\n  1. 三\n\n> 引文\n\n"
        "| 甲 | 乙 |\n|:--|--:|\n| 1 | 2 |\n\n![图](attachment:a.png)\n\n<b>{不是}</b>\n"
    )
    blocks = list(flat(Blocks(blocks=tuple(prose_cell(source)))))
    heading, *others = blocks
    assert heading == Heading(level=3, text="一节", anchor="一节")
    table = next(block for block in others if isinstance(block, Table))
    assert [(c.label, c.align) for c in table.columns] == [("甲", "left"), ("乙", "right")]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["1", "2"]]
    assert [block.text for block in others if isinstance(block, Prose)] == [
        "甲乙丙丁 戊", "· 一", "· 二", "\u30001. 三", "引文", "图", "<b>{不是}</b>",
    ]  # fmt: skip


def test_prose_cells_stand_in_their_places():
    kinds = [block.kind for block in fixtures.chapters(1, 1)[0].blocks.blocks]
    assert kinds == [
        "heading", "markdown", "prose", "prose", "figure", "prose", "heading", "table", "heading",
        "heading", "prose",
    ]  # fmt: skip


def test_a_high_figure_leaves_no_gap_unless_it_opens_a_part():
    low = fixtures.figure("low")
    high = low.model_copy(update={"svg": low.svg.replace('height="300"', 'height="680"')})
    text = fixtures.para("文字{0}。", "1")

    def floats(*blocks):
        found = laid_out(show(*blocks), above=1)
        return [one["floats"] for one in found if one["kind"] == "figure"]

    assert floats(high, text, high) == [False, True]
    assert floats(text, low) == [laid_out(show(low), above=1)[0]["height"] > 200]
