"""A preview that runs, and a browser to look at it with."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browsers import ARGUMENTS, chromium
from tests.other_plan.project import UNIT, Project, copy_project

OWN = "02_energy_and_industry.ipynb"
WAIT_MS = 60_000


@dataclass(frozen=True)
class Preview:
    """A running ``build.py preview``."""

    project: Project
    process: subprocess.Popen[str]
    address: str

    @property
    def notebook(self) -> Path:
        return self.project.notebooks / OWN


def start(project: Project, log: Path, *arguments: str) -> Preview:
    """Start a preview and wait for its address."""
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [sys.executable, "build.py", "preview", *arguments, "--no-browser"],
            cwd=project.folder, env=project.environment, stdout=file, stderr=subprocess.STDOUT,
            text=True,
        )  # fmt: skip
    for _ in range(600):
        said = log.read_text(encoding="utf-8")
        if found := re.search(r"http://\S+", said):
            return Preview(project, process, found[0])
        assert process.poll() is None, said
        time.sleep(0.1)
    raise AssertionError(said)


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    project = copy_project(tmp_path_factory.mktemp("project"))
    shutil.copy(project.notebooks / "_chapter.ipynb", project.notebooks / OWN)
    log = project.folder.with_suffix(".log")
    preview = start(project, log, f"notebooks/{OWN}", "--region", UNIT)
    yield preview
    others = psutil.Process(preview.process.pid).children(recursive=True)
    assert others
    preview.process.send_signal(signal.SIGINT)
    assert preview.process.wait(30) == 0, log.read_text(encoding="utf-8")
    assert psutil.wait_procs(others, timeout=30)[1] == []


@pytest.fixture
def preview(running: Preview) -> Iterator[Preview]:
    """The preview, whose files are as they were again afterwards."""
    kept = {
        path: path.read_bytes()
        for path in running.project.folder.rglob("*")
        if path.suffix in (".ipynb", ".yml", ".csv", ".py")
    }
    yield running
    for path, content in kept.items():
        if path.read_bytes() != content:
            path.write_bytes(content)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, preview: Preview) -> Iterator[Page]:
    """The preview's page with the chapter as it stands."""
    page = browser.new_page()
    page.goto(preview.address)
    expect(page.locator("body[data-state=fresh]")).to_be_attached(timeout=WAIT_MS)
    expect(chapter(page).get_by_role("heading", level=1)).to_contain_text(UNIT, timeout=WAIT_MS)
    yield page
    page.close()


def chapter(page: Page):  # type: ignore[no-untyped-def]
    """The chapter that is to be seen."""
    return page.frame_locator("iframe:not([aria-hidden])")
