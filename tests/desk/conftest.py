"""A desk that runs in a folder of its own, with the fictitious plan and its pack but for a year."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from assessment.data.pack import Pack, load_pack
from assessment.intake.layout import Owner, owners
from assessment.params.folder import load_params
from assessment.params.model import Params
from tests.browsers import ARGUMENTS, chromium
from tests.conftest import ROOT
from tests.intake import people
from tests.intake.conftest import without_year

YEAR = 2027
PACK = "云川数据"
WAIT_MS = 90_000
_PLAN = ROOT / "tests" / "other_plan"


@dataclass
class Desk:
    """A running ``build.py desk``."""

    folder: Path
    log: Path
    process: subprocess.Popen[str]
    address: str

    @property
    def papers(self) -> Path:
        """Where the year's forms and notes lie."""
        return self.folder / "工作台" / PACK / str(YEAR)

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **more: str
    ) -> tuple[int, Any]:
        """Ask as the page does; status and what was answered."""
        query = urlencode({"pack": PACK, "params": "params", "year": str(YEAR), **more})
        request = urllib.request.Request(f"{self.address}{path}?{query}", body, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                text = error.read()
            return error.code, json.loads(text) if text.startswith(b"{") else text

    def do(self, name: str, **body: Any) -> tuple[int, Any]:
        """Press a button."""
        return self.ask(f"do/{name}", "POST", json.dumps(body).encode())

    def await_end(self, seconds: float = 120) -> dict[str, Any]:
        """Wait for the long work to end, and return how it did."""
        with urllib.request.urlopen(f"{self.address}news", timeout=seconds) as news:
            for line in news:
                if line.startswith(b"data: "):
                    found: dict[str, Any] = json.loads(line[6:])
                    if not found["running"]:
                        return found
        raise AssertionError("the news ended")

    def end(self) -> None:
        """Close it as Ctrl-C does; nothing of it is left."""
        others = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(60) == 0, self.log.read_text(encoding="utf-8")
        assert psutil.wait_procs(others, timeout=30)[1] == []


def open_desk(folder: Path) -> Desk:
    """Open a desk in a folder and wait for its address."""
    log = folder.with_name(f"{folder.name}.log")
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "build.py"), "desk", "--no-browser"], cwd=folder,
            stdout=file, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
    for _ in range(600):
        said = log.read_text(encoding="utf-8")
        if found := re.search(r"http://\S+", said):
            return Desk(folder, log, process, found[0])
        assert process.poll() is None, said
        time.sleep(0.1)
    raise AssertionError(said)


@pytest.fixture(scope="package")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk") / "年度评估"
    folder.mkdir()
    shutil.copytree(_PLAN / "params", folder / "params")
    (folder / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "_chapter.ipynb", folder / "notebooks")
    without_year(_PLAN / "pack", folder / PACK, YEAR)
    found = open_desk(folder)
    yield found
    found.end()


@pytest.fixture(scope="package")
def whole() -> tuple[Pack, Params]:
    """The pack with its last year, which is what the forms are filled in from."""
    params = load_params(_PLAN / "params")
    return load_pack(_PLAN / "pack", params), params


@pytest.fixture(scope="package")
def answers(whole: tuple[Pack, Params], everybody: tuple[Owner, ...]) -> people.Answers:
    found = people.Answers(*whole, YEAR)
    found.received = {o.name: f"{YEAR + 1}-01-20" for o in everybody} | found.received
    return found


@pytest.fixture(scope="package")
def everybody(whole: tuple[Pack, Params]) -> tuple[Owner, ...]:
    return owners(whole[1])


@pytest.fixture
def page(desk: Desk) -> Iterator[Page]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(desk.address)
        expect(page.locator("main[data-step=choose]")).to_be_attached(timeout=WAIT_MS)
        yield page
        browser.close()
        assert wrong == []
