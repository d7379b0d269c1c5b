"""Whatever a notebook does, or is done to a build, it ends, says so, and leaves nothing behind."""

from __future__ import annotations

import json
import signal
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from nbformat.v4 import new_code_cell

from tests.engine.runs import Room, Run, soon, started
from tests.other_plan.project import YEAR, Project, insert

CELL_SECONDS, NOTEBOOK_SECONDS = 8, 20

#: What goes wrong in chapter 2 and 3 of each unit, and what the user is told.
FAULTS = {
    ("云川市", "2"): ("while True: pass", "第4格（exec("),
    ("云川市", "3"): ("import time\nfor _ in range(7): time.sleep(1)", "整本笔记本超过时限"),
    ("东山区", "2"): ("import sys; sys.exit(0)", "用sys.exit退出"),
    ("东山区", "3"): ("import sys; sys.exit(3)", "SystemExit"),
    ("西岭区", "2"): ("import os; os._exit(0)", "内核中途退出"),
    ("西岭区", "3"): (
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "内核中途退出",
    ),
    ("南溪县", "2"): ("held = bytearray(6 * 2**30)", "MemoryError"),
    ("南溪县", "3"): ("raise ValueError('一二三')", "ValueError：一二三"),
}  # fmt: skip

REGIONS = {"云川市": "whole", "东山区": "east", "西岭区": "west", "南溪县": "south"}


def spoil(notebooks: Path) -> None:
    """Put the faults into the generic notebook; the second cell is there for slow notebooks."""
    faults = {f"{unit} {chapter}": code for (unit, chapter), (code, _) in FAULTS.items()}
    cell = f"exec({faults!r}.get(f'{{region}} {{chapter_id}}', ''))"
    insert(notebooks / "_chapter.ipynb", "chapter.opening", *(new_code_cell(cell) for _ in "1234"))


def hold(notebooks: Path, marks: Path) -> None:
    """Let each notebook say that it has begun, and wait as long as a file is there."""
    marks.mkdir()
    (marks / "wait").touch()
    cell = (
        "import os, time\nfrom pathlib import Path\n"
        f"(Path({str(marks)!r}) / f'{{region}} {{chapter_id}}').touch()\n"
        f"while Path({str(marks / 'wait')!r}).exists(): time.sleep(0.05)"
    )
    insert(notebooks / "_chapter.ipynb", "chapter.opening", new_code_cell(cell))


def begun(run: Run, marks: Path, least: int = 2) -> None:
    """Wait until notebooks are being executed."""
    there = soon(lambda: len(list(marks.iterdir())) > least or run.process.poll() is not None, 120)
    assert there, run.text
    assert run.process.poll() is None, run.text


def test_faults_of_a_notebook_stay_its_own(
    project: Project, place: Room, notebooks: Path, params: Path
) -> None:
    spoil(notebooks)
    with params.open("a") as file:
        file.write(f"cell_seconds: {CELL_SECONDS}\nnotebook_seconds: {NOTEBOOK_SECONDS}\n")
        file.write("memory_gib: 2.0\n")
    with started(project.folder, place, "--jobs", "4") as run:
        assert run.wait() == 1
        text = run.text
        assert soon(lambda: not run.strays(), 10), run.strays()
    assert "Traceback" not in text
    for (unit, chapter), (_, words) in FAULTS.items():
        line = f"失败：{YEAR} 年 {unit} 第 {chapter} 章："
        told = "".join(text[text.index(line) :].splitlines()[:3])
        assert words in told.replace(" ", ""), told
        log = place.out / ".build" / "failures" / f"{YEAR}-{REGIONS[unit]}-{chapter}.txt"
        assert log.stat().st_size > 0
    for region in REGIONS.values():
        results = json.loads((place.out / str(YEAR) / region / "results.json").read_bytes())
        assert set(results["failed_chapters"]) == {"2", "3"}
        assert list((place.out / str(YEAR) / region / "notebooks").iterdir())
    assert place.leftovers() == []


@pytest.mark.parametrize("whole_group", [True, False], ids=["to the group", "to main alone"])
def test_interrupted(project: Project, place: Room, notebooks: Path, whole_group: bool) -> None:
    marks = place.folder / "marks"
    hold(notebooks, marks)
    with started(project.folder, place, "--jobs", "2") as run:
        begun(run, marks)
        processes = [run.process.pid]
        if whole_group:
            processes = [p.pid for p in psutil.Process(run.process.pid).children(recursive=True)]
            kernels = {p.pid for p in (*run.of_role("kernel"), *run.of_role("template"))}
            processes = [run.process.pid, *(pid for pid in processes if pid not in kernels)]
        for pid in processes:  # what a terminal does; kernels have sessions of their own
            with suppress(psutil.NoSuchProcess):  # ended by main, which had the first
                psutil.Process(pid).send_signal(signal.SIGINT)
        assert run.wait(20) == 130
        assert soon(lambda: not run.strays(), 5), run.strays()
        assert "已中断" in run.text
        assert "Traceback" not in run.text
    assert place.leftovers() == []


def test_a_lost_worker_and_a_second_build(project: Project, place: Room, notebooks: Path) -> None:
    """Kill -9 of a worker in the middle of a job: the job is done again, the build completes."""
    marks = place.folder / "marks"
    hold(notebooks, marks)
    with started(project.folder, place, "--jobs", "2", "--region", "东山区") as run:
        begun(run, marks)
        with started(project.folder, place, "--region", "东山区") as second:
            assert second.wait(60) == 2
            assert "另一次生成正在写这个目录" in second.text
            assert "Traceback" not in second.text
        run.of_role("worker")[0].kill()
        (marks / "wait").unlink()
        assert run.wait() == 0, run.text
        assert "Traceback" not in run.text
        assert soon(lambda: not run.strays(), 5), run.strays()
    assert place.leftovers() == []


@pytest.mark.parametrize("role", ["kernel", "template"])
def test_a_killed_kernel_or_template(
    project: Project, place: Room, notebooks: Path, role: str
) -> None:
    """The chapters under way fail at once and say so; nothing else does; the next run mends it."""
    marks = place.folder / "marks"
    hold(notebooks, marks)
    with started(project.folder, place, "--jobs", "2", "--region", "东山区") as run:
        begun(run, marks)
        under_way = len(run.of_role("kernel"))
        assert under_way == 2
        run.of_role(role)[0].kill()
        (marks / "wait").unlink()
        assert run.wait() == 1, run.text
        assert run.text.count("失败：") == (1 if role == "kernel" else under_way)
        assert "内核中途退出" in run.text
        assert "Traceback" not in run.text
        assert soon(lambda: not run.strays(), 10), run.strays()
    assert place.leftovers() == []
    if role == "template":
        with started(project.folder, place, "--region", "东山区") as again:
            assert again.wait() == 0, again.text
