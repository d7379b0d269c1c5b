"""The documentation as a site: whole, without warnings, and read without a network."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from assessment.handbook import ORDER
from tests.browsers import ARGUMENTS, chromium
from tests.conftest import ROOT

pytest.importorskip("sphinx")
FETCHED = {("link", "href"), ("script", "src"), ("img", "src"), ("iframe", "src"), ("use", "href")}
FETCHING_RELATIONS = {"stylesheet", "icon", "preload", "prefetch", "preconnect"}


class Page(HTMLParser):
    """What a built page links to, fetches, and can be linked at."""

    def __init__(self, path: Path):
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        relations = set(given.get("rel", "").split())
        for name, value in given.items():
            if (tag, name) in FETCHED and (tag != "link" or relations & FETCHING_RELATIONS):
                self.fetched.append(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site; a warning is an error."""
    folder = tmp_path_factory.mktemp("documents")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-d", folder / "trees",
         "-c", ROOT / "docs" / "site", ROOT, folder / "site"],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=240, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return folder / "site"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in site.rglob("*.html")}


def test_every_guide_is_in_the_site(site: Path) -> None:
    guides = [path.relative_to(ROOT) for path in (ROOT / "docs").rglob("*.md")]
    handbook = [Path("assessment/handbook/pages") / name for name in ORDER]
    for guide in [*guides, *handbook, Path("CONTRIBUTING.md")]:
        assert (site / guide.with_suffix(".html")).is_file(), guide


def test_the_handbook_is_in_its_own_order() -> None:
    text = (ROOT / "docs" / "site" / "index.rst").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^   /assessment/handbook/pages/(\w+)$", text, re.MULTILINE)) == ORDER


def test_links_and_anchors_lead_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    wrong, followed = [], 0
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            place = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            if not place.is_file() or (anchor and anchor not in pages[place].anchors):
                wrong.append(f"{path.relative_to(site)}: {link}")
            followed += 1
    assert wrong == []
    assert followed > 1000


def test_nothing_is_fetched_from_outside(site: Path, pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        for address in page.fetched:
            parts = urlsplit(address)
            assert not parts.netloc, f"{path}: {address}"
            assert parts.scheme in ("", "data"), f"{path}: {address}"
            if parts.path and not parts.scheme:
                assert (path.parent / unquote(parts.path)).is_file(), f"{path}: {address}"
    for sheet in site.rglob("*.css"):
        style = sheet.read_text(encoding="utf-8")
        assert not re.search(r"(url\(|@import)\s*[\"']?(https?:)?//", style), sheet


def test_it_is_read_and_searched_from_the_disk(site: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 390, "height": 844})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto((site / "index.html").as_uri())
        page.wait_for_url("**/docs/site/index.html")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for found, words in (("data_dictionary", "合理范围"), ("coupling", "耦合协调度")):
            page.goto(f"{(site / 'search.html').as_uri()}?q={words}")
            expect(page.locator(f"#search-results a[href*='{found}.html']").first).to_be_visible()
        for name in ("docs/evaluators", "docs/data_dictionary", "docs/researchers"):
            page.goto((site / f"{name}.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
        browser.close()
    assert {urlsplit(address).scheme for address in asked} <= {"file", "data"}
