import dataclasses
import re
from functools import cache
from itertools import pairwise

import nbformat
import pytest
from nbformat import NotebookNode

from assessment.report.exporter import (
    AnnualReportExporter,
    ChapterPages,
    ReportPart,
    css_string,
    render_report,
)
from assessment.report.page import Conclusions, in_order
from assessment.show import fonts
from assessment.show.blocks import BLOCKS_MIME, Heading, show
from tests.report import fixtures
from tests.report.parsed import Page


@cache
def report(demo: bool = True) -> str:
    return render_report(
        fixtures.front(), fixtures.chapters(), fixtures.back(), fixtures.COVER,
        conclusions=fixtures.conclusions(), demo=demo,
    )  # fmt: skip


def chapter_html(*cells: NotebookNode, anchor: str = "ch1") -> str:
    notebook = nbformat.v4.new_notebook(cells=list(cells))
    return AnnualReportExporter().from_notebook_node(notebook, {"anchor": anchor})[0]


def markdown(source: str) -> str:
    return chapter_html(nbformat.v4.new_markdown_cell(source))


def test_the_page_is_one_well_formed_document():
    page = Page(report())
    assert report().startswith("<!DOCTYPE html>")
    assert page.all("html") == [{"lang": "zh-CN"}]
    assert [len(page.all(tag)) for tag in ("h1", "main", "header", "footer", "title")] == [1] * 5
    assert not page.all("script")
    assert len(page.ids) == len(set(page.ids))


def test_the_page_may_load_nothing():
    metas = {
        meta.get("http-equiv", meta.get("name", "")): meta for meta in Page(report()).all("meta")
    }
    policy = metas["Content-Security-Policy"]["content"].split("; ")
    assert policy == [
        "default-src 'none'", "style-src 'unsafe-inline'", "img-src data:", "font-src data:",
        "base-uri 'none'", "form-action 'none'",
    ]  # fmt: skip


def test_no_attribute_or_style_holds_an_outside_address():
    page = Page(report())
    assert not [pair for pair in page.values if re.search(r"(?i)https?:|^//|url\((?!#)", pair[1])]
    links = [a["href"] for a in page.all("a")]
    assert {href[0] for href in links} == {"#", "d"}
    assert all(href.startswith(("#", "data:text/csv;")) for href in links)
    style = report().split("<style>")[1].split("</style>")[0]
    assert "@import" not in style
    assert re.findall(r"url\((?!data:font/woff;base64,)", style) == []


def test_every_link_within_the_page_leads_somewhere():
    page = Page(report())
    targets = {a["href"][1:] for a in page.all("a") if a["href"].startswith("#")}
    assert targets <= set(page.ids)
    references = {
        one for name, value in page.values if name == "aria-labelledby" for one in value.split()
    }
    assert references <= set(page.ids)
    for part in (*fixtures.front(), *fixtures.chapters(), *fixtures.back()):
        assert part.anchor in targets


def test_heads_step_down_one_by_one():
    levels = [int(tag[1]) for tag, _ in Page(report()).elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_same_input_gives_the_same_bytes():
    first = report()
    fonts._subset_css.cache_clear()
    report.cache_clear()
    assert report() == first


def test_the_first_screen_says_what_the_results_say():
    text = Page(report()).text
    for words in (
        "落后和偏慢的指标",
        "与上年相比",
        "未掌握的情况",
        "光伏装机容量",
        "区发展改革局",
        "非正式考核结果",
    ):
        assert words in text
    html = report()
    first = html[html.index('id="conclusions"') : html.index('id="contents"')]
    assert first.count('class="mark"') == 4
    assert '<b class="fact" data-pointer="/targets/N01/latest/value">20.8%</b>' in first


def test_counts_stand_from_best_to_not_judged_without_zeros():
    counts = in_order({"insufficient_data": 3, "not_met": 4, "met": 8, "reversed": 0, "slow": 1})
    assert list(counts.items()) == [
        ("met", 8),
        ("slow", 1),
        ("not_met", 4),
        ("insufficient_data", 3),
    ]
    with pytest.raises(KeyError):
        in_order({"fine": 1})


def test_few_classes_stand_each_for_itself():
    targets, tasks = fixtures.conclusions().strips
    assert (targets.title, targets.total) == ("指标", 21)
    assert (tasks.title, tasks.total, tasks.detail) == ("任务", 132, "")
    assert [(item.word, item.count) for item in tasks.items] == [
        ("已完成", 58), ("按序推进", 47), ("进展滞后", 14), ("未启动", 4), ("无佐证", 9),
    ]  # fmt: skip
    assert [(item.word, item.count) for item in targets.items] == [
        ("达到要求", 10), ("基本完成", 3), ("未完成", 4), ("数据不足", 3), ("不适用", 1),
    ]  # fmt: skip


def test_many_classes_are_counted_by_colour():
    counts = in_order({
        "met": 5, "right_direction": 12, "slow": 2, "aspiration_not_met": 1, "reversed": 4,
        "city_only": 6, "contribution_only": 4,
    })  # fmt: skip
    strip = dataclasses.replace(fixtures.conclusions(), counts=counts).strips[0]
    assert [(i.shape, i.word, i.count) for i in strip.items] == [
        ("●", "达到要求", 17), ("◆", "偏慢", 3), ("✕", "倒退", 4), ("–", "不判定", 10),
    ]  # fmt: skip
    assert strip.total == 34
    assert strip.detail.startswith("完成 5、方向正确 12、进展偏慢 2")


def test_conclusions_keep_every_row_and_part_the_changes():
    conclusions = Conclusions.of(fixtures.results())
    assert [row.target for row in conclusions.attention] == ["N07", "N12", "N02", "N05"]
    assert [change.target for change in conclusions.better] == ["N01"]
    assert [change.target for change in conclusions.worse] == ["N12"]


def test_only_prose_and_blocks_reach_the_page():
    html = report()
    for hidden in ("from the notebook", "a warning", "alert(1)", "chapter.show()", "year = 2025",
                   "vnd.assessment"):  # fmt: skip
        assert hidden not in html
    assert "全年没有一项指标倒退" in html


def test_an_error_is_not_shown():
    error = nbformat.v4.new_output("error", ename="KeyError", evalue="x", traceback=["Traceback"])
    cell = nbformat.v4.new_code_cell("1/0", outputs=[error])
    raw = nbformat.v4.new_raw_cell("<b>raw</b>")
    assert chapter_html(cell, raw).strip() == ""


def test_the_chapter_title_stands_once():
    html = report()
    assert html.count("努力构建减污降碳协同防控新格局</h2>") == 1
    assert "<h1" in html
    assert "二 努力构建减污降碳协同防控新格局</h1>" not in html
    data = show(Heading(level=2, text="标题", anchor="t"), Heading(level=3, text="节", anchor="s"))
    output = nbformat.v4.new_output("display_data", data={BLOCKS_MIME: data.model_dump_json()})
    html = chapter_html(nbformat.v4.new_code_cell("", outputs=[output]))
    assert html.split() == ["<h3", 'id="ch1-s">节</h3>']


def test_sections_of_a_chapter_are_listed_at_its_head():
    html = report()
    nav = html[html.index('aria-label="总体要求') :]
    nav = nav[: nav.index("</nav>")]
    assert re.findall(r'<a href="#([^"]+)">([^<]+)</a>', nav) == [
        ("ch1-指标与趋势", "指标与趋势"), ("ch1-任务清单", "任务清单"),
        ("ch1-协同分析", "协同分析"),
    ]  # fmt: skip


def test_a_failed_chapter_says_so_in_its_place():
    html = report()
    section = html[html.index('<section class="part chapter" id="ch6"') : html.index('id="ch7"')]
    assert "本章没有算出" in section


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# 题", ""),
        ("## 节 *一*", '<h3 id="ch1-节-一">节 一</h3>'),
        ("###### 六", '<h6 id="ch1-六">六</h6>'),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("甲<b>x</b>", "<p>甲&lt;b&gt;x&lt;/b&gt;</p>"),
        ("[外](http://example.org)", "<p>外</p>"),
        ("[内](#annex)", '<p><a href="#annex">内</a></p>'),
        ("[坏](javascript:alert(1))", "<p>坏</p>"),
        ("![图](http://example.org/x.png)", "<p>图</p>"),
        ("先降碳,再减污", "<p>先降碳\uff0c再减污</p>"),
    ],
)
def test_prose_cells_load_nothing_and_run_nothing(source, expected):
    html = markdown(source).strip()
    if expected.startswith("<p>"):  # it says how a thing is done, and is folded
        html = html.removeprefix('<details class="fold"><summary>说明</summary>')
        html = html.removesuffix("</details>").strip()
    assert html == expected


def test_every_page_of_demonstration_data_says_so():
    demo, real = report(), report(demo=False)
    assert Page(demo).text.count("演示数据") > Page(real).text.count("演示数据")
    assert '<div class="watermark"' in demo
    assert "position: sticky" in demo
    assert '@top-right { content: "演示数据' in demo
    assert '<div class="watermark"' not in real
    assert "@top-right" not in real


def test_the_paper_is_a4_with_the_margins_of_official_documents():
    assert "@page { size: A4; margin: 37mm 26mm 35mm 28mm;" in report()
    assert "counter(page)" in report()
    assert "counter(pages)" in report()


def test_no_field_of_the_cover_can_leave_its_place():
    evil = "</title></style><script>alert(1)</script>\"'\\"
    names = [field.name for field in dataclasses.fields(fixtures.COVER) if field.name != "year"]
    cover = dataclasses.replace(fixtures.COVER, **dict.fromkeys(names, evil))
    part = ReportPart("a", evil, evil, show())
    chapter = ChapterPages("c", evil, evil)
    page = Page(render_report([part], [chapter], [], cover, demo=True, fonts_text=""))
    assert not page.all("script")
    assert len(page.all("style")) == 1
    assert page.text.count(evil) >= 10


def test_a_css_string_cannot_be_ended():
    assert css_string('张"\\</style>') == '"张\\000022\\00005c\\00003c\\00002fstyle\\00003e"'


def test_one_chapter_can_be_previewed_alone():
    chapter = fixtures.chapters()[1]
    page = Page(render_report([], [chapter], [], fixtures.COVER, demo=False, fonts_text=""))
    assert len(page.all("h1")) == 1
    assert "conclusions" not in page.ids


def test_a_common_subset_of_the_fonts_can_be_given():
    args = (fixtures.front(), [], [], fixtures.COVER)
    first = render_report(*args, demo=True, fonts_text="甲")
    assert fonts.subset_css("甲") in first
    assert "@font-face" not in render_report(*args, demo=True, fonts_text="")


def test_a_page_stays_small():
    assert len(report().encode()) < 2_000_000
