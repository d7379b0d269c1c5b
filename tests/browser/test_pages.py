"""Real built pages in a real browser: no request, no error, accessible, right on a phone."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright
from pypdf import PdfReader

from tests.browsers import ARGUMENTS, chromium

ROOT = Path(__file__).resolve().parents[2]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESK, PHONE = (1440, 900), (390, 844)
PICTURES = ROOT / "build" / "pages"
"""Where the pages of the last run are kept to be looked at."""


@pytest.fixture(scope="module")
def reports(demo_reports: Path) -> Path:
    """Reports of the demo pack, that of its smallest unit among them, with the portal."""
    return demo_reports


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield opened
        opened.close()


PAGES = [
    "index.html", "2025/wenchanghu/report.html", "2025/wenchanghu/leadership.html",
]  # fmt: skip

_MARK = """() => {
  for (const annex of document.querySelectorAll("#annex-a, #annex-b")) annex.remove();
  let n = 0;
  const put = (node, where, text) => {
    const mark = document.createElement("span");
    mark.textContent = text;
    mark.style.cssText = "font-size: 1px; line-height: 0";
    node[where](mark);
  };
  for (const row of document.querySelectorAll("tbody tr")) {
    if (row.closest(".twin") || !row.checkVisibility()) continue;
    n += 1;
    for (const cell of row.cells) {
      put(cell, "prepend", `[[row${n}]]`);
      put(cell, "append", `[[row${n}]]`);
    }
  }
  for (const figure of document.querySelectorAll("figure")) {
    n += 1;
    put(figure.querySelector("figcaption"), "prepend", `[[plot${n}]]`);
    put(figure.querySelector(".plot"), "append", `[[plot${n}]]`);
  }
  return n;
}"""
"""Marks the ends of every cell and figure with their number, in type too small to move anything.

The two annexes of raw data go: their rows are those of one table a hundred pages long.
"""


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_page_asks_for_nothing_and_fits(
    browser: Browser, reports: Path, name: str, size: tuple[int, int]
) -> None:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    requests, said = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    address = (reports / name).as_uri()
    page.goto(address)
    assert [url for url in requests if not url.startswith("data:")] == [address]
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert "演示数据" in page.locator("body").inner_text()
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{Path(name).stem}-{size[0]}.png")
    page.close()


_MORE = """() => [...document.querySelectorAll(".scroll")]
  .filter(one => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
  .map(one => {
    const fade = () => parseFloat(getComputedStyle(one).getPropertyValue("--fade"));
    const first = one.querySelector("tbody th[scope=row]");
    const [before, left] = [fade(), first.getBoundingClientRect().left];
    one.scrollLeft = one.scrollWidth;
    return [before, left, one, first, fade];
  })
  .map(([before, left, one, first, fade]) => new Promise(done => requestAnimationFrame(() =>
    requestAnimationFrame(() => done([before, left, fade(), first.getBoundingClientRect().left])))))
"""


@pytest.mark.parametrize("name", PAGES[:2])
def test_a_wide_table_shows_that_there_is_more_and_keeps_its_first_column(
    browser: Browser, reports: Path, name: str
) -> None:
    page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
    page.goto((reports / name).as_uri())
    wide = page.evaluate(f"async () => Promise.all(({_MORE})())")
    assert wide
    for fade, left, fade_at_the_end, left_at_the_end in wide:
        assert fade > 20
        assert fade_at_the_end == 0
        assert abs(left - left_at_the_end) <= 3  # a gap between cells
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible(browser: Browser, reports: Path, name: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto((reports / name).as_uri())
    # Without what passes, which is most of the page, it takes half the time.
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    violations = [
        (rule["id"], rule["impact"], rule["nodes"][0]["target"])
        for rule in found.response["violations"]
    ]
    assert violations == []
    context.close()


def test_every_figure_says_what_it_shows(browser: Browser, reports: Path) -> None:
    page = browser.new_page()
    page.goto((reports / PAGES[1]).as_uri())
    figures = page.locator("figure svg[role=img]")
    labels = figures.evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert len(labels) > 20
    assert all(label and any(c.isdigit() for c in label) for label in labels)
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_is_below_two_megabytes(reports: Path, name: str) -> None:
    assert (reports / name).stat().st_size < 2_000_000


def test_first_content_is_there_within_a_second(browser: Browser, reports: Path) -> None:
    times = []
    for _ in range(3):  # other processes may hold the machine; the page itself is the quickest
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto((reports / PAGES[1]).as_uri())
        page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
        times.append(
            page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        )
        page.close()
    assert min(times) < 1000, times


@pytest.mark.parametrize("name", PAGES[1:])
def test_print_cuts_no_row_and_no_figure(browser: Browser, reports: Path, name: str) -> None:
    page = browser.new_page()
    page.goto((reports / name).as_uri())
    page.emulate_media(media="print")
    marked = page.evaluate(_MARK)
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    page.close()
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / f"{Path(name).stem}-print.pdf").write_bytes(printed)
    pages = PdfReader(io.BytesIO(printed)).pages
    assert (round(pages[0].mediabox.width), round(pages[0].mediabox.height)) == (595, 842)
    found = defaultdict(set)
    for number, sheet in enumerate(pages, 1):
        text = re.sub(r"\s", "", sheet.extract_text())
        for mark in re.findall(r"\[\[(\w+)\]\]", text):
            found[mark].add(number)
    assert len(found) == marked
    assert {mark: on for mark, on in found.items() if len(on) > 1} == {}
