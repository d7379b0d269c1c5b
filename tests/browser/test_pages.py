"""Real built pages in a real browser: no request, no error, accessible, right on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from assessment.cli import main
from tests.browsers import ARGUMENTS, chromium

ROOT = Path(__file__).resolve().parents[2]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESK, PHONE = (1440, 900), (390, 844)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of the smallest unit of the demo pack, with the portal."""
    out = tmp_path_factory.mktemp("reports")
    code = main(["report", "--region", "文昌湖省级旅游度假区", "--out", str(out)])
    assert code == 0
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield opened
        opened.close()


PAGES = ["index.html", "2025/wenchanghu/report.html"]


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
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible(browser: Browser, reports: Path, name: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto((reports / name).as_uri())
    found = Axe().run(page, options={"runOnly": RULES})
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


def test_page_is_below_two_megabytes(reports: Path) -> None:
    assert (reports / PAGES[1]).stat().st_size < 2_000_000
