"""The portal in a browser: many units and years, with and without its script, by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from assessment.report.draft_changes import FigureChange, UnitChanges, WordChange
from assessment.report.portal import Portal, render_sheet
from tests.browser.test_pages import RULES
from tests.browsers import ARGUMENTS, chromium
from tests.report.cards import BUREAUS, many

FOLDER = "portal/plan/2025"
PAGES = [
    "index.html", f"{FOLDER}/ledger.html", f"{FOLDER}/bureaus.html", f"{FOLDER}/{BUREAUS[0]}.html",
    f"{FOLDER}/changes.html",
]  # fmt: skip
SECOND = 1.0


def write(folder: Path, units: int, years: list[int]) -> Path:
    """A portal over made-up reports, with changes since a draft in one unit."""
    sheets = many(units, years)
    change = UnitChanges(
        "u0001", "第 1 稿（自评稿）",
        tuple(FigureChange("煤炭消费", "万吨", 2025, "12.0", "13.5", "来源：年报", d) for d in (False, True)),
        (WordChange("N01 指标", "● 完成", "▼ 未完成"),),
    )  # fmt: skip
    portal = Portal(sheets, {sheets[0].key: [change]})
    for name, page in render_sheet(portal, sheets[0]).items():  # the newest year's pages
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page if isinstance(page, bytes) else page.encode())
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve units, two years."""
    return write(tmp_path_factory.mktemp("small"), 11, [2024, 2025])


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """136 units, five years."""
    return write(tmp_path_factory.mktemp("large"), 136, list(range(2021, 2026)))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.mark.parametrize("name", PAGES)
def test_pages_fit_ask_for_nothing_and_are_accessible(
    browser: Browser, small: Path, name: str
) -> None:
    asked: list[str] = []
    faults: list[str] = []
    for width in (1440, 390):
        context = browser.new_context(viewport={"width": width, "height": 844}, bypass_csp=True)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto((small / name).as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
        assert [(v["id"], v["nodes"][0]["target"]) for v in found.response["violations"]] == []
        context.close()
    assert {url for url in asked if not url.startswith("data:")} == {(small / name).as_uri()}
    assert faults == []


def test_under_a_megabyte_at_twelve_units(small: Path) -> None:
    sizes = {name: (small / name).stat().st_size for name in PAGES}
    assert max(sizes.values()) < 1_000_000, sizes


def test_without_scripts_everything_stands_there(browser: Browser, small: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((small / PAGES[1]).as_uri())
    rows = page.locator("#ledger tbody tr")
    assert rows.count() > 100
    assert rows.last.is_visible()
    assert not page.locator(".filters").is_visible()
    page.goto((small / "index.html").as_uri())
    assert not page.locator("#find").is_visible()
    assert page.locator(".map").first.is_visible()
    assert not page.locator(".map.m2").is_visible()
    page.locator("#m2").check()  # the choice of a measure needs no script
    assert page.locator(".map.m2").is_visible()
    assert not page.locator(".map.m1").is_visible()
    context.close()


def test_the_policy_lets_the_pages_script_run_and_no_other(browser: Browser, small: Path) -> None:
    page = browser.new_page()
    page.goto((small / "index.html").as_uri())
    assert page.locator("#find").is_visible()
    page.evaluate(
        """() => { const own = document.createElement("script");
        own.textContent = "window.ran = true"; document.body.append(own); }"""
    )
    assert page.evaluate("window.ran") is None
    page.close()


def test_the_ledger_is_filtered_sorted_and_turned_by_keyboard(
    browser: Browser, small: Path
) -> None:
    page = browser.new_page()
    page.goto((small / PAGES[1]).as_uri())
    rows = page.locator("#ledger tbody tr:visible")
    total = page.locator("#ledger tbody tr").count()
    assert rows.count() == 100
    assert page.locator("#counted").inner_text() == f"{total} / {total} 项"

    page.get_by_role("button", name="下一页").press("Enter")
    assert "101–" in page.locator("#ledger-turn span").inner_text()

    page.get_by_label("类别").select_option("bad")
    page.get_by_label("比上年").select_option("worse")
    page.get_by_label("牵头").select_option(BUREAUS[0])
    wanted = f'#ledger tr[data-class^="bad"][data-turn="worse"][data-lead="{BUREAUS[0]}"]'
    assert 0 < rows.count() == page.locator(wanted).count() < 100
    assert "class=bad" in page.url
    assert "turn=worse" in page.url

    page.reload()  # an address with its filters can be handed on
    assert rows.count() == page.locator(wanted).count()
    page.get_by_role("button", name="完成率 %").press("Enter")
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("完成率")
    shown = [float(t) for t in rows.locator("td:nth-of-type(3)").all_inner_texts() if t]
    assert shown == sorted(shown)
    assert len(shown) > 3
    page.get_by_role("button", name="完成率 %").press("Enter")
    shown = [float(t) for t in rows.locator("td:nth-of-type(3)").all_inner_texts() if t]
    assert shown == sorted(shown, reverse=True)
    page.get_by_role("button", name="全部", exact=True).click()
    assert page.locator("#counted").inner_text() == f"{total} / {total} 项"

    # A figure that is behind in most units leads to its lines.
    page.goto((small / PAGES[1]).as_uri() + "#item=N03")
    assert {row.get_attribute("data-item") for row in rows.all()} == {"N03"}
    page.emulate_media(media="print")
    assert rows.count() == page.locator('#ledger tr[data-item="N03"]').count()
    page.close()


def test_first_paint_and_a_filter_take_less_than_a_second(browser: Browser, large: Path) -> None:
    times: dict[str, tuple[float, float]] = {}
    for name, box in (("index.html", "#find"), (PAGES[1], "#find-item")):
        # Other processes may hold the machine; the page itself is the quickest.
        tries = [_timed(browser, large / name, box) for _ in range(3)]
        times[name] = min(paint for paint, _ in tries), min(spent for _, spent in tries)
    assert max(map(max, times.values())) < SECOND, times


def _timed(browser: Browser, path: Path, box: str) -> tuple[float, float]:
    """Seconds to the first paint, and from a word in a search box to the frame after the next."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(path.as_uri())
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    spent = page.locator(box).evaluate(
        """async box => { const started = performance.now(); box.value = "13";
        box.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
        return performance.now() - started; }"""
    )
    page.close()
    return paint / 1000, spent / 1000


def test_units_are_found_and_turned_over_among_many(browser: Browser, large: Path) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto((large / "index.html").as_uri())
    heads = page.locator("#heat table.heat").first.locator("thead th.u:visible")
    assert heads.count() == 30
    page.locator("#heat .turn button").last.click()
    assert page.locator("#heat .turn span").inner_text() == "31–60 / 137"
    page.locator("#find").fill("013")
    assert page.locator("#found").inner_text() == "8 / 137 个单元"
    assert heads.all_inner_texts() == ["0013", *(f"013{n}" for n in range(7))]
    assert page.locator("#units tbody tr:visible").count() == 8
    assert page.locator(".map.m1 .tile:visible").count() == 8
    page.close()
