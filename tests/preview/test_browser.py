"""Edit, reload, error, recovery: as the one who writes a notebook sees them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell
from playwright.sync_api import Page, Request, expect

from tests.other_plan.project import insert, rewrite
from tests.preview.conftest import WAIT_MS, Preview, chapter


def shown_version(page: Page) -> int:
    return int(page.locator("body").get_attribute("data-version") or 0)


def test_the_chapter_and_nothing_else(page: Page) -> None:
    expect(page.locator("#heading")).to_have_text("二、能源与产业绿色转型 · 东山区 · 2027 年")
    body = chapter(page).locator("body")
    expect(body).to_contain_text("发展清洁能源")
    expect(body).to_contain_text("演示数据")
    expect(chapter(page).locator("section.part")).to_have_count(1)
    expect(chapter(page).locator("svg.chart:visible").first).to_be_visible()
    expect(body).not_to_contain_text("逐格运行即可")  # what is said to the one in Jupyter


def test_an_edit_is_seen_without_leaving_the_page(page: Page, preview: Preview) -> None:
    page.evaluate("window.mark = 'still the same page'")
    chapter(page).locator("body").evaluate("window.scrollTo(0, 400)")
    before = shown_version(page)
    insert(preview.notebook, "chapter.trends_part", new_markdown_cell("## 新的一节\n\n新的一段。"))
    expect(chapter(page).get_by_text("新的一段。")).to_be_attached(timeout=WAIT_MS)
    expect(page.locator("body[data-state=fresh]")).to_be_attached(timeout=WAIT_MS)
    assert shown_version(page) == before + 1
    assert page.evaluate("window.mark") == "still the same page"
    assert chapter(page).locator("body").evaluate("window.scrollY") == 400
    expect(page.locator("#state")).to_contain_text("其中各格")


def test_an_error_is_readable_the_last_chapter_stays_and_mending_it_is_enough(
    page: Page, preview: Preview
) -> None:
    before = shown_version(page)
    good = preview.notebook.read_bytes()
    source = '# 两行\nchapter.section("2.9")'
    insert(preview.notebook, "chapter.trends_part", new_code_cell(source))
    trouble = page.get_by_role("alert")
    expect(trouble.get_by_role("heading", name=re.compile(r"第 \d+ 格出错"))).to_be_visible(
        timeout=WAIT_MS
    )
    expect(trouble).to_contain_text("本章没有这一节。可用的有：2.1、2.2")
    expect(trouble).to_contain_text("在这一格的第 2 行")
    expect(trouble.locator("#source")).to_have_text(source)
    expect(page.locator("#state")).to_contain_text("出错")
    assert shown_version(page) == before
    expect(chapter(page).locator("body")).to_contain_text("发展清洁能源")
    rewrite(preview.notebook, "# 两行", "1 / 0")
    expect(trouble).to_contain_text("ZeroDivisionError: division by zero", timeout=WAIT_MS)
    preview.notebook.write_bytes(good)
    expect(trouble).to_be_hidden(timeout=WAIT_MS)
    expect(page.locator("body[data-state=fresh]")).to_be_attached()


def test_an_error_in_the_library_says_where_it_is(page: Page, preview: Preview) -> None:
    methods = preview.project.folder / "assessment" / "methods"
    (methods / "own.py").write_text("def own(chapter):\n    return chapter.nothing\n")
    insert(
        preview.notebook, "chapter.trends_part",
        new_code_cell("from assessment.methods.own import own\n\nown(chapter)"),
    )  # fmt: skip
    trouble = page.get_by_role("alert")
    expect(trouble).to_contain_text("在这一格的第 3 行", timeout=WAIT_MS)
    expect(trouble).to_contain_text("在 assessment/methods/own.py 的第 2 行")
    (methods / "own.py").write_text("def own(chapter:\n")
    expect(trouble).to_contain_text("SyntaxError", timeout=WAIT_MS)
    expect(trouble).to_contain_text("在 assessment/methods/own.py 的第 1 行")


def test_a_chapter_that_returns_less_is_told_what_it_lacks(page: Page, preview: Preview) -> None:
    rewrite(preview.notebook, "chapter.trends_part", "pass")
    trouble = page.get_by_role("alert")
    expect(trouble).to_contain_text("本章还缺：trends", timeout=WAIT_MS)
    rewrite(preview.notebook, "chapter.record", "pass")
    expect(trouble).to_contain_text("没有返回本章结果", timeout=WAIT_MS)


def test_a_notebook_half_saved(page: Page, preview: Preview) -> None:
    good = preview.notebook.read_bytes()
    preview.notebook.write_bytes(good[: len(good) // 2])
    expect(page.get_by_role("alert")).to_contain_text("只存了一半", timeout=WAIT_MS)
    preview.notebook.write_bytes(good)
    expect(page.get_by_role("alert")).to_be_hidden(timeout=WAIT_MS)


def test_outputs_alone_change_nothing(page: Page, preview: Preview) -> None:
    before = shown_version(page)
    content = nbformat.read(preview.notebook, as_version=4)
    for count, cell in enumerate(content.cells):
        if cell.cell_type == "code":
            cell.execution_count = count
    nbformat.write(content, preview.notebook)
    expect(page.locator("#state")).to_contain_text("内容没有变化", timeout=WAIT_MS)
    assert shown_version(page) == before


def test_parameters_and_data(page: Page, preview: Preview) -> None:
    preview.project.edit("params/plan.yml", "title: 发展清洁能源", "title: 大力发展风光")
    expect(chapter(page).get_by_role("heading", name="大力发展风光")).to_be_attached(
        timeout=WAIT_MS
    )
    preview.project.edit("params/chapters.yml", "trends: [energy_use,", "trends: [energy,")
    trouble = page.get_by_role("alert")
    expect(trouble).to_contain_text("chapters.yml 第 14 行", timeout=WAIT_MS)
    expect(trouble).to_contain_text("是否想写“energy_use”？")
    preview.project.edit("params/chapters.yml", "trends: [energy,", "trends: [energy_use,")
    expect(trouble).to_be_hidden(timeout=WAIT_MS)
    preview.project.edit(
        "data/pack/observations.csv",
        "东山区,2027,,clean_power,102.4",
        "东山区,2027,,clean_power,133.3",
    )
    expect(chapter(page).locator("body")).to_contain_text("133.3", timeout=WAIT_MS)


def test_the_library(page: Page, preview: Preview) -> None:
    module = "assessment/show/typography.py"  # pages are typeset by it
    good = (preview.project.folder / module).read_text(encoding="utf-8")
    before = shown_version(page)
    preview.project.edit(module, "def ", "def (")
    trouble = page.get_by_role("alert")
    expect(trouble).to_contain_text("程序不能导入", timeout=WAIT_MS)
    expect(trouble).to_contain_text("SyntaxError")
    expect(trouble.locator("#details")).to_contain_text("typography.py")
    assert shown_version(page) == before
    (preview.project.folder / module).write_text(good, encoding="utf-8")
    expect(trouble).to_be_hidden(timeout=WAIT_MS)
    # What only notebooks use; once more, so that no kernel has kept what was there before.
    for old, new in (("项达到要求", "项满足要求"), ("项满足要求", "项合乎要求")):
        preview.project.edit("assessment/show/sentences.py", old, new)
        expect(chapter(page).locator("body")).to_contain_text(new, timeout=WAIT_MS)
        expect(page.locator("body[data-state=fresh]")).to_be_attached(timeout=WAIT_MS)
        page.wait_for_timeout(2000)


def test_nothing_is_asked_of_anyone_else(page: Page) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.reload()
    expect(page.locator("body[data-state=fresh]")).to_be_attached(timeout=WAIT_MS)
    assert asked
    assert {urlsplit(request.url).hostname for request in asked} == {"127.0.0.1"}
