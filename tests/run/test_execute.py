"""One notebook at a time: what hangs is stopped, what dies is noticed, what says less has failed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from assessment.job.sources import Sources
from assessment.run import execute
from assessment.run.execute import Limits, Outcome, Task, run_task
from assessment.run.jobs import JobKey
from tests.conftest import ROOT
from warmkernel import Template, kernel_name

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

OPEN = """from assessment.chapter.chapter import Chapter
chapter = Chapter.open("7", region=region, year=year, inputs=inputs)
"""
WHOLE = """display(chapter.targets_part(), chapter.sections_part(), chapter.trends_part())
display(chapter.synergy_part(), chapter.problems_part())
"""
KEY = JobKey(2022, "linzi", "7")


@pytest.fixture(scope="module", autouse=True)
def template() -> Iterator[None]:
    with Template(("assessment.chapter.chapter",)):
        yield


@pytest.fixture(scope="module")
def compiled(published: Sources, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("inputs") / "7.json"
    inputs = published.job("7", "linzi", 2022)
    path.write_text(inputs.model_dump_json(), encoding="utf-8")
    return path


def run(
    compiled: Path, folder: Path, *cells: str, key: JobKey = KEY, cell: int = 60, whole: int = 120
) -> tuple[Outcome, Path]:
    spec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": spec})
    first = nbformat.v4.new_code_cell('region = ""\nyear = 0\ninputs = ""')
    first.metadata["tags"] = ["parameters"]
    notebook.cells = [first, *(nbformat.v4.new_code_cell(source) for source in cells)]
    path = folder / "07_x.ipynb"
    nbformat.write(notebook, path)
    output = folder / "out" / "07_x.ipynb"
    outcome = run_task(
        Task(key, path, compiled, output, {"region": "临淄区", "year": 2022}, kernel_name,
             Limits(cell, whole, 4.0))
    )  # fmt: skip
    assert not list(output.parent.glob(".*"))
    return outcome, output


def test_a_whole_chapter_is_kept(compiled: Path, tmp_path: Path) -> None:
    outcome, output = run(compiled, tmp_path, OPEN, WHOLE, "chapter.record()")
    assert (outcome.ok, outcome.reason, outcome.details) == (True, "", "")
    assert output.is_file()


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([OPEN, WHOLE], "没有返回本章结果"),
        ([OPEN, "chapter.record()"], "ContractError"),
        ([OPEN, WHOLE, "chapter.record()", "chapter.record()"], "返回了 2 份本章结果"),
        (
            [OPEN, WHOLE.replace("display(", "(", 1), "chapter.record()"],
            "没有显示：目标进展（写在第 3 格）",
        ),
        ([OPEN, "import sys; sys.exit()", "chapter.record()"], "第 3 格用 sys.exit 退出"),
        (["1 / 0"], "ZeroDivisionError"),
        (["import os; os._exit(1)"], "第 2 格（import os; os._exit(1)）运行时内核中途退出"),
    ],
    ids=[
        "no record",
        "less than declared",
        "two records",
        "not shown",
        "an exit",
        "an error",
        "a dead kernel",
    ],
)
def test_what_is_not_whole_has_failed_and_leaves_nothing(
    compiled: Path, tmp_path: Path, cells: list[str], reason: str
) -> None:
    outcome, output = run(compiled, tmp_path, *cells)
    assert not outcome.ok
    assert reason in outcome.reason
    assert "\n" not in outcome.reason
    assert "\x1b" not in outcome.reason + outcome.details
    assert "Traceback" in outcome.details
    assert not output.exists()


def test_a_lost_tag_is_told(compiled: Path, tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    )
    notebook.cells = [nbformat.v4.new_code_cell('region = ""\ninputs = ""')]
    path = tmp_path / "07_x.ipynb"
    nbformat.write(notebook, path)
    outcome = run_task(
        Task(KEY, path, compiled, tmp_path / "out.ipynb", {}, kernel_name, Limits(60, 60, 4.0))
    )
    assert "第 1 格像是参数格，但标签丢了" in outcome.reason


def test_what_is_left_out_is_told_and_is_no_failure(compiled: Path, tmp_path: Path) -> None:
    outcome, _ = run(compiled, tmp_path, OPEN, "print(1)", WHOLE, "chapter.record()")
    assert outcome.ok
    assert outcome.left_out == ("第 3 格（print(1)）：打印的文字（print 或警告）没有进报告",)


def test_the_record_of_another_job_does_not_count(compiled: Path, tmp_path: Path) -> None:
    other = JobKey(2022, "zibo", "7")
    outcome, output = run(compiled, tmp_path, OPEN, WHOLE, "chapter.record()", key=other)
    assert not outcome.ok
    assert not output.exists()


@pytest.mark.parametrize(("cell", "whole"), [(2, 60), (60, 3)], ids=["the cell", "the notebook"])
def test_what_hangs_is_stopped(compiled: Path, tmp_path: Path, cell: int, whole: int) -> None:
    outcome, output = run(compiled, tmp_path, "import time; time.sleep(50)", cell=cell, whole=whole)
    assert not outcome.ok
    assert "时限" in outcome.reason
    assert outcome.seconds < 30
    assert not output.exists()


def test_output_without_end_is_told_as_that(
    compiled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execute, "_MUCH", 2**20)
    outcome, output = run(compiled, tmp_path, "while True: print('字' * 100_000)", cell=3)
    assert not outcome.ok
    assert "第 2 格（while True" in outcome.reason
    assert "多到收不完" in outcome.reason
    assert "时限" not in outcome.reason
    assert not output.exists()


def test_a_failure_keeps_the_last_good_output(compiled: Path, tmp_path: Path) -> None:
    _, output = run(compiled, tmp_path, OPEN, WHOLE, "chapter.record()")
    before = output.read_bytes()
    outcome, _ = run(compiled, tmp_path, "1 / 0")
    assert not outcome.ok
    assert output.read_bytes() == before


def test_the_inputs_are_all_that_a_chapter_reads(
    compiled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Neither packs nor parameters lie anywhere near this notebook.
    monkeypatch.chdir(tmp_path)
    assert ROOT not in tmp_path.parents
    outcome, _ = run(compiled, tmp_path, OPEN, WHOLE, "chapter.record()")
    assert outcome.ok, outcome.details
