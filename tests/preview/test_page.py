"""What the preview shows is the report's own chapter; how it reads an error's traceback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assessment.build.build import Request, build
from assessment.errors import InputError
from assessment.job.sources import open_sources
from assessment.preview import find_notebook
from assessment.preview.messages import Seen, Subject, Unchanged
from assessment.preview.subject import choose
from assessment.preview.worker import Bench, trouble_of
from assessment.preview.workshop import LIBRARIES
from assessment.run.execute import Outcome
from assessment.run.jobs import JobKey
from assessment.run.warm import PRELOAD
from tests.conftest import ROOT

OTHER = ROOT / "tests" / "other_plan"
GENERIC = ROOT / "notebooks" / "_chapter.ipynb"
OWN = ROOT / "notebooks" / "02_synergy_prevention_pattern.ipynb"
KEY = JobKey(2027, "east", "2")


def section(page: str) -> str:
    found = re.search(r'<section class="part chapter" id="chapter-2".*?</section>', page, re.DOTALL)
    assert found is not None
    return found[0]


def test_the_chapter_is_the_reports(tmp_path: Path) -> None:
    subject = Subject(GENERIC, OTHER / "params", OTHER / "pack", "东山区", chapter="2")
    (tmp_path / "bench").mkdir()
    bench = Bench(subject, tmp_path / "bench")
    seen = bench.run()
    assert isinstance(seen, Seen)
    assert 0 < seen.cells < 60
    assert isinstance(bench.run(), Unchanged)
    request = Request(
        regions=("east",), years=(2027,), chapters=("2",), data=OTHER / "pack",
        params=OTHER / "params", notebooks=ROOT / "notebooks", out=tmp_path / "out", workers=1,
    )  # fmt: skip
    assert build(open_sources(OTHER / "params", OTHER / "pack"), request, lambda *_: None).ok
    report = (tmp_path / "out" / "2027" / "east" / "report.html").read_text(encoding="utf-8")
    # One chapter alone bears no numbers of tables and figures.
    numbers = r'<span class="number">附?[表图] \d+</span> |附[表图] \d+ '
    assert section(seen.html) == re.sub(numbers, "", section(report))


def test_what_a_notebook_is_previewed_for() -> None:
    demo = choose(Subject(OWN, ROOT / "params"))
    assert demo.key == JobKey(2025, "zhangdian", "2")
    assert demo.data == ROOT / "data" / "demo"
    assert demo.heading == "二、努力构建减污降碳协同防控新格局 · 张店区 · 2025 年"
    asked = choose(Subject(OWN, ROOT / "params", region="linzi", year="2024"))
    assert asked.key == JobKey(2024, "linzi", "2")
    assert "chapter_id" not in asked.parameters
    # The generic notebook's own unit is not one of this plan's: the first one serves.
    other = choose(Subject(GENERIC, OTHER / "params", OTHER / "pack"))
    assert other.key == KEY
    assert other.parameters == {"region": "东山区", "year": 2027, "chapter_id": "2"}
    third = choose(Subject(GENERIC, OTHER / "params", OTHER / "pack", chapter="三"))
    assert third.key.chapter == "3"


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        (
            Subject(GENERIC, OTHER / "params", OTHER / "pack", region="东山县"),
            ["没有这个区县", "东山区"],
        ),
        (Subject(GENERIC, OTHER / "params", OTHER / "pack", year="明年"), ["--year", "整数"]),
        (Subject(GENERIC, OTHER / "params", OTHER / "pack", chapter="9"), ["没有这一章"]),
        (
            Subject(OWN, OTHER / "params", OTHER / "pack"),
            ["不是方案里哪一章的笔记本", "02_energy_and"],
        ),
        (Subject(ROOT / "README.md", ROOT / "params"), ["不是笔记本"]),
        (Subject(ROOT / "no.ipynb", ROOT / "params"), ["打不开"]),
    ],
    ids=["unit", "year", "chapter", "another plan's notebook", "no notebook", "no file"],
)
def test_what_cannot_be_previewed(subject: Subject, words: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        choose(subject)
    for word in words:
        assert word in str(caught.value)


def test_a_notebook_is_found_by_path_or_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "tests")
    for given in (str(OWN), "../notebooks/" + OWN.name, "notebooks/" + OWN.name, OWN.name):
        assert find_notebook(given) == OWN
    with pytest.raises(InputError, match="02_synergy_prevention_pattern"):
        find_notebook("02_synergy_prevention_patern.ipynb")


def test_what_is_imported_once_is_what_kernels_import() -> None:
    assert {n for n in PRELOAD if not n.startswith("assessment.")} <= set(LIBRARIES)
    assert not [name for name in LIBRARIES if name.startswith("assessment")]


def test_the_failing_cell_is_counted_as_its_writer_counts() -> None:
    def trouble(executed: int):  # type: ignore[no-untyped-def]
        details = (
            f"...\npapermill.exceptions.PapermillExecutionError: \n{'-' * 75}\n"
            f'Exception encountered at "In [{executed}]":\n{"-" * 75}\n'
            f"NameError Traceback (most recent call last)\nCell In[{executed}], line 1\n"
            "----> 1 nothing\n\nNameError: name 'nothing' is not defined\nmore of it"
        )
        return trouble_of(Outcome(KEY, False, 1.0, "笔记本出错", details), OWN)

    # Cell 1 is prose, 2 the parameters; papermill puts its own behind them.
    assert (trouble(1).cell, trouble(3).cell, trouble(4).cell) == (2, 3, 4)
    assert trouble(4).source == "chapter.opening()"
    assert trouble(4).lines == (
        "NameError: name 'nothing' is not defined", "more of it", "在这一格的第 1 行",
    )  # fmt: skip
    assert trouble(99).cell == 0
    lost = trouble_of(Outcome(KEY, False, 1.0, "有一格超过时限，已停止", "CellTimeoutError"), OWN)
    assert (lost.title, lost.details) == ("有一格超过时限，已停止", "CellTimeoutError")
