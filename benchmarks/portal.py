"""The portal over many made-up reports: time to make it, size of its pages, time in a browser.

    python -m benchmarks.portal 12x1 12x6 136x5 1200x1

Units by years. No notebook is run: what reports hand to the portal is drawn at random, 46 targets
and eight late tasks a unit. The newest year's pages are opened, three times each; the quickest
first paint, and the quickest search of a unit or choice in the ledger, are told.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from assessment.report.portal import Portal, render_portal
from tests.browsers import ARGUMENTS, chromium
from tests.report.cards import many

PAGES = {"index.html": "#find", "portal/plan/2025/ledger.html": "#find-item"}
PAINTED = "performance.getEntriesByName('first-contentful-paint').length"
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
FILTER = """async box => {
  const started = performance.now();
  box.value = "13";
  box.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - started;
}"""
"""Milliseconds from a word in a search box to the frame after the next."""

TRIES = 3


def _opened(browser: Browser, path: Path, box: str) -> tuple[float, float]:
    """Seconds to the first paint, and from a word in the search box to the next frame."""
    page: Page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(path.as_uri(), timeout=120_000)
    page.wait_for_function(PAINTED)
    paint, spent = page.evaluate(PAINT), page.locator(box).evaluate(FILTER)
    page.close()
    return paint / 1000, spent / 1000


def main() -> None:
    """Measure every size that is asked for."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as work:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for size in sys.argv[1:] or ["12x1", "136x5"]:
            units, years = map(int, size.split("x"))
            sheets = many(units - 1, range(2026 - years, 2026))
            started = time.process_time()
            made = render_portal(Portal(sheets, {}))
            seconds = time.process_time() - started
            print(f"{size}: {len(made)} files in {seconds:.1f} s of processor time")
            for name, box in PAGES.items():
                page = made[name]
                assert isinstance(page, str)
                path = Path(work) / size / Path(name).name
                path.parent.mkdir(exist_ok=True)
                path.write_text(page, encoding="utf-8")
                tries = [_opened(browser, path, box) for _ in range(TRIES)]
                paint, spent = (min(times) for times in zip(*tries, strict=True))
                kilobytes = path.stat().st_size / 1000
                print(f"  {name}: {kilobytes:.0f} kB, paint {paint:.2f} s, filter {spent:.2f} s")
        browser.close()


if __name__ == "__main__":
    main()
