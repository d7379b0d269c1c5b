import base64
import csv
import io
import re
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.results.values import Fact, Sentence, Trace
from assessment.show.blocks import (
    BLOCKS_MIME,
    Blocks,
    Cell,
    Column,
    Figure,
    Heading,
    Prose,
    Row,
    Table,
    show,
)
from assessment.show.csv_download import inert, table_csv
from assessment.show.facts import say
from assessment.show.html import block_html, blocks_html, blocks_markup, element_id, sentence_html
from assessment.show.inline_svg import inline_svg
from assessment.show.typography import full_width
from assessment.show.verdict_words import LOOKS
from tests.report import fixtures
from tests.report.parsed import Page

EVIL = "<script>alert(1)</script>\"' onload=x &lt;"

TRACE = Trace(file="observations.csv", row=12, source="统计局", grade="A", given="38.4 万千瓦")
SMALL = Table(
    id="small",
    title="能源",
    columns=(
        Column(key="name", label="指标"),
        Column(key="verdict", label="结论"),
        Column(key="now", label="2025 年", unit="万千瓦", align="right"),
    ),
    rows=(
        Row(
            group="电力",
            strong=True,
            cells=(
                Cell(text="光伏"),
                Cell(text="进展偏慢", verdict="slow"),
                Cell(text="38.4", value=38.4, trace=(TRACE,)),
            ),
        ),
    ),
)


def squeezed(html: str) -> str:
    return "\n".join(line for line in html.splitlines() if line.strip())


def test_table_is_written_like_this():
    assert squeezed(block_html(SMALL)) == (
        '<div class="table">\n'
        '<div class="scroll" role="group" tabindex="0" aria-label="能源">\n'
        '<table id="small-table">\n'
        "<caption><span>能源</span></caption>\n"
        "<thead><tr>\n"
        '<th scope="col">指标</th>\n'
        '<th scope="col">结论</th>\n'
        '<th scope="col" class="right">2025 年 <span class="unit">万千瓦</span></th>\n'
        "</tr></thead>\n"
        "<tbody>\n"
        '<tr class="group"><th scope="rowgroup" colspan="3">电力</th></tr>\n'
        '<tr class="strong"><th scope=row>光伏</th>'
        '<td><span class="v v-fair"><span aria-hidden="true">◆</span> 进展偏慢</span>'
        "</td><td class=right>"
        '<span title="observations.csv 第 12 行 · 统计局 · 等级 A">'
        "38.4</span></td></tr>\n"
        "</tbody>\n"
        "</table>\n"
        "</div>\n"
        "</div>"
    )


def test_an_annex_prints_the_source_under_the_figure():
    html = block_html(SMALL, sources=True)
    assert (
        '38.4<small class="source">observations.csv 第 12 行 · 统计局 · 等级 A · 原报 38.4 万'
        in html
    )
    assert "title=" not in html


def test_what_is_of_the_annex_opens_under_one_line():
    table = SMALL.model_copy(update={"place": "annex", "summary": "一项指标", "number": 3})
    note = Prose(sentences=(say("怎样算。"),), tone="note", place="annex")
    page = Page(blocks_markup(show(table, note, SMALL)))
    tags = [tag for tag, _ in page.elements]
    assert tags[:3] == ["details", "summary", "div"]
    assert tags.count("details") == 1
    assert "附表 3 一项指标" in page.text


def test_a_head_without_a_word_is_no_head():
    columns = (Column(key="x", label=""), *SMALL.columns[1:])
    html = block_html(SMALL.model_copy(update={"columns": columns}))
    assert html.count('<th scope="col"') == 2


def test_prose_keeps_its_facts():
    sentence = Sentence(
        template="降 {0},同比 {{}}", facts=(Fact(text="4.0%", value=4.0, pointer="/targets/N02/x"),)
    )
    year = Sentence(template="{0}", facts=(Fact(text="2025 年", value=2025, pointer="/year"),))
    assert sentence_html(year) == '<b class="fact year" data-pointer="/year">2025 年</b>'
    assert sentence_html(sentence) == (
        '降 <b class="fact" data-pointer="/targets/N02/x">4.0%</b>\N{FULLWIDTH COMMA}同比 {}'
    )


def test_a_verdict_that_straddles_shows_both_words_once():
    cell = Cell(text="进展偏慢—符合预期", verdict="slow")
    html = block_html(SMALL.model_copy(update={"rows": (Row(cells=(cell, cell, cell)),)}))
    assert html.count("进展偏慢") == 3
    assert html.count("符合预期") == 3


@pytest.mark.parametrize("count", [1, 2])
def test_a_scorecard_is_known_by_its_verdicts(count):
    cells = (
        Cell(text="章"),
        *(Cell(text="", verdict="met"),) * count,
        *(Cell(text="1"),) * (2 - count),
    )
    html = block_html(SMALL.model_copy(update={"rows": (Row(cells=cells),)}))
    assert ('class="matrix"' in html) == (count == 2)


def test_no_text_becomes_markup():
    trace = Trace(file=EVIL, row=1, source=EVIL, grade=EVIL, given=EVIL, note=EVIL)
    table = Table(
        id=EVIL, title=EVIL, summary=EVIL, note=EVIL, place="annex",
        columns=(Column(key=EVIL, label=EVIL, unit=EVIL),) * 3,
        rows=(Row(group=EVIL, cells=(
            Cell(text=EVIL, note=EVIL, trace=(trace,)),
            Cell(text=EVIL, verdict="met", note=EVIL),
            Cell(text=EVIL, value=EVIL),
        )),),
    )  # fmt: skip
    sentence = Sentence(template=EVIL + "{0}", facts=(Fact(text=EVIL, value=EVIL, pointer=EVIL),))
    figure = Figure(id=EVIL, title=EVIL, subtitle=EVIL, alt=EVIL, svg=fixtures.SVG, table=table)
    blocks = show(
        Heading(level=3, text=EVIL, anchor=EVIL), Prose(sentences=(sentence,)), table, figure
    )
    for sources in (False, True):
        page = Page(blocks_markup(blocks, prefix="p", sources=sources))
        assert not page.all("script")
        assert not any(name.startswith("on") for name, _ in page.values)
        assert page.text.count(EVIL) >= 20


def test_figures_of_one_page_share_no_id():
    two = show(fixtures.figure("a"), fixtures.figure("b"))
    page = Page(blocks_markup(two))
    assert len(page.ids) == len(set(page.ids))
    assert {"a", "a-line", "b-line"} <= set(page.ids)
    assert [use["href"] for use in page.all("use")] == ["#a-line", "#b-line"]


def test_a_figure_has_its_caption_its_alternative_and_its_twin():
    html = block_html(fixtures.figure("air"))
    page = Page(html)
    assert page.all("svg")[0]["role"] == "img"
    assert page.all("svg")[0]["aria-label"].startswith("折线图")
    link = page.all("a")[0]
    assert link["download"] == "air.csv"
    data = base64.b64decode(link["href"].removeprefix("data:text/csv;charset=utf-8;base64,"))
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0] == ["年份", "浓度(μg/m³)"]
    assert rows[1] == ["2019", "54.0"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"), ("-3.5", "-3.5"), ("+2.1%", "+2.1%"),
        ("-1,234.5", "-1,234.5"), ("−3.5", "−3.5"), ("-", "'-"), ("光伏=1", "光伏=1"), ("", ""),
    ],
)  # fmt: skip
def test_a_spreadsheet_runs_no_cell(text, expected):
    assert inert(text) == expected


def test_csv_keeps_numbers_groups_and_heads_harmless():
    rows = (
        Row(group="=G", cells=(Cell(text="1.2", value=1.25), Cell(text="", verdict="slow"))),
        Row(group="", cells=(Cell(text="=A1"), Cell(text="3/5", verdict="met"))),
    )
    columns = (Column(key="a", label="@a", unit="万吨"), Column(key="b", label="b"))
    table = Table(id="t", title="t", rows=rows, columns=columns)
    assert list(csv.reader(io.StringIO(table_csv(table)))) == [
        ["组", "'@a(万吨)", "b"], ["'=G", "1.25", "进展偏慢"], ["", "'=A1", "完成 3/5"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>",
        "<animate attributeName='href' values='javascript:alert(1)'/>",
        "<a href='javascript:alert(1)'><rect/></a>",
        "<rect onclick='alert(1)' ONLOAD='alert(1)'/>",
        "<use href='http://example.org/x.svg#y'/>",
        "<image href='https://example.org/x.png'/>",
        "<rect fill='url(http://example.org/x)' style='fill:url(//example.org)'/>",
        "<rect style='fill:u\\72l(http://example.org)'/>",
        "<style>@import url(http://example.org/x.css); * { color: red }</style>",
        "<?xml-stylesheet href='http://example.org/x.css'?>",
    ],
)
def test_nothing_harmful_in_a_drawing_survives(inside):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" onload="x()">{inside}<path d="M0 0"/></svg>'
    page = Page(inline_svg(svg, "p", "alt"))
    assert {tag for tag, _ in page.elements} <= {"svg", "path", "rect", "use", "image"}
    assert not [
        (name, value) for name, value in page.values
        if name.startswith("on") or "//" in value or "javascript" in value or "\\" in value
    ]  # fmt: skip


def test_a_drawing_keeps_its_inner_references():
    html = inline_svg(fixtures.SVG, "f1", 'a "b"')
    assert 'clip-path="url(#f1-area)"' in html
    assert 'href="#f1-line"' in html
    assert 'id="f1-area"' in html
    assert "40.12 L600" in html
    assert "DOCTYPE" not in html
    assert "http" not in html
    assert ElementTree.fromstring(html).get("aria-label") == 'a "b"'


def test_points_become_pixels():
    assert 'width="96" height="48"' in inline_svg('<svg width="72pt" height="36pt"/>', "p", "a")


@pytest.mark.parametrize("svg", ["", "<svg>", "<p/>"])
def test_what_is_no_drawing_is_refused(svg):
    with pytest.raises(ValueError, match="SVG"):
        inline_svg(svg, "p", "alt")


def test_entities_are_not_expanded():
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg><text>&b;</text></svg>'
    with pytest.raises(ValueError, match="SVG"):
        inline_svg(bomb, "p", "alt")


def test_jupyter_gets_a_style_of_its_own():
    bundle = show(SMALL)._repr_mimebundle_()
    assert bundle["text/html"] == blocks_html(show(SMALL))
    assert Blocks.model_validate_json(bundle[BLOCKS_MIME]) == show(SMALL)
    page = Page(bundle["text/html"])
    assert page.elements[0] == ("div", {"class": "blocks in-jupyter"})
    style = bundle["text/html"].split("<style>")[1].split("</style>")[0]
    selectors = [rule.split("{")[0] for rule in style.split("}") if "{" in rule]
    single = [one for s in selectors for one in re.split(r",\s*(?![^()]*\))", s)]
    assert all(".blocks" in one or ".in-jupyter" in one for one in single)


def test_every_tone_has_its_colour():
    from assessment.show.charts.theme import TONES
    from assessment.show.html import TEMPLATES

    style = (TEMPLATES[0] / "blocks" / "blocks.css").read_text("utf-8")
    for tone in {look.tone for look in LOOKS.values()}:
        assert f"--{tone}: {TONES[tone].fill};" in style
        assert f"--on-{tone}: {TONES[tone].ink};" in style


def test_marks_inside_numbers_times_and_addresses_stay():
    comma, semicolon, left, right = "\uff0c", "\uff1b", "\uff08", "\uff09"
    assert full_width("共 1,234 个,同比(2024 年)增;") == (
        f"共 1,234 个{comma}同比{left}2024 年{right}增{semicolon}"
    )
    assert full_width("是否?按(甲)") == f"是否\uff1f按{left}甲{right}"
    assert full_width("见 10:30 与 http://x.y/a,b") == "见 10:30 与 http://x.y/a,b"
    assert full_width("PM₂.₅(μg/m³)降 {1}%, {0}") == f"PM₂.₅(μg/m³)降 {{1}}%{comma}{{0}}"


@given(st.text(alphabet="ab1 ,;:?!()中"))
@settings(max_examples=200, deadline=None)
def test_setting_marks_twice_is_setting_them_once(text):
    once = full_width(text)
    assert full_width(once) == once
    assert "中" in text or once == text


@given(st.text())
@settings(max_examples=100, deadline=None)
def test_an_id_is_safe_anywhere(name):
    assert not set(element_id(name, "p")) & set(" \t\n\"'<>&#()%")
    assert element_id(element_id(name, "p"), "p") == element_id(name, "p")
