"""The change matrix: what each kind of change makes run, and which reports it makes anew.

The plan is the fictitious one: the city (whole) and three units, chapters 1 (sees the whole plan),
2 (with a notebook of its own) and 3. What is expected follows from who can see a thing:

- A chapter sees its targets' indicators, its analysis' indicators, the indices of the framework,
  and what these are derived from; of its own unit, and the city's course of its targets.
- The comparison of units, which is in every report, sees the framework and chapter 1's trends.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.matrix import ALL, EVERY, UNITS, Bench
from tests.other_plan.project import YEAR

NONE: set[str] = set()


def of(chapters: str, *units: str) -> set[str]:
    return {f"{unit}/{chapter}" for unit in units or UNITS for chapter in chapters}


def cell(bench: Bench, name: str, change: Callable[[dict], None]) -> None:  # type: ignore[type-arg]
    path = bench.notebooks / name
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change(notebook)
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False), encoding="utf-8")


OWN = "notebooks/02_energy_and_industry.ipynb"


def row(unit: str, indicator: str, old: str, new: str) -> Callable[[Bench], None]:
    start = f"{unit},2027,,{indicator},"
    return lambda bench: bench.edit("pack/observations.csv", start + old, start + new)


def edit(name: str, old: str, new: str) -> Callable[[Bench], None]:
    return lambda bench: bench.edit(name, old, new)


def add(name: str, line: str) -> Callable[[Bench], None]:
    return lambda bench: bench.add(name, line)


def code(bench: Bench) -> None:
    cell(bench, Path(OWN).name, lambda n: n["cells"][3].update(source="chapter.opening()  # 说明"))


def text(bench: Bench) -> None:
    cell(bench, Path(OWN).name, lambda n: n["cells"][0].update(source="# 另一个题目"))


def generic(bench: Bench) -> None:
    cell(bench, "_chapter.ipynb", lambda n: n["cells"][3].update(source="chapter.opening();"))


def outputs(bench: Bench) -> None:
    output = {"output_type": "stream", "name": "stdout", "text": "…"}
    cell(bench, Path(OWN).name, lambda n: n["cells"][3].update(outputs=[output], execution_count=7))


def times(bench: Bench) -> None:
    for folder in (bench.params, bench.pack, bench.notebooks, bench.library):
        for path in folder.rglob("*"):
            os.utime(path, (0, 0))


def later(bench: Bench) -> None:
    bench.add("pack/observations.csv", "东山区,2028,,carbon,1.0,万吨,A,虚构,")


def own_words(bench: Bench) -> None:
    path = bench.out / str(YEAR) / "east" / "recommendations.txt"
    path.write_text("N01 | 我们的建议\n", encoding="utf-8")


def spoilt(bench: Bench) -> None:
    next((bench.out / str(YEAR) / "east" / "notebooks").glob("02_*")).write_text("")


def lost(bench: Bench) -> None:
    (bench.out / str(YEAR) / "east" / "report.html").unlink()


DATA, PARAMS = "看得见的数据变了", "看得见的参数变了"
NOTEBOOK, LIBRARY, PACKAGES = "笔记本变了", "程序变了", "软件包版本变了"

MATRIX = {
    # A unit's own figure: the chapters that see it, and nothing of any other unit.
    "own row": (row("东山区", "clean_power", "102.4", "103.4"), of("12", "east"), {"east"}, DATA),
    "own row, seen by one chapter more": (
        row("东山区", "energy_use", "550.9", "551.9"), of("12", "east"), {"east"}, DATA,
    ),
    # A figure that units are compared by: no other unit's jobs, but every report shows it.
    "row that is compared": (row("东山区", "carbon", "1184.9", "1185.9"), of("123", "east"), EVERY, DATA),
    # The city's course of a target stands beside each unit's.
    "city's row": (row("云川市", "reused_water", "37.2", "38.2"), of("13"), EVERY, DATA),
    "row of a later year": (later, NONE, NONE, ""),
    "task row": (
        edit("pack/tasks.csv", "东山区,2027,2.2.1,进展滞后", "东山区,2027,2.2.1,按序推进"),
        of("12", "east"), {"east"}, DATA,
    ),
    "unused column": (edit("pack/allocations.csv", "〔2026〕9号,\n西", "〔2026〕9号,附言\n西"),
                      NONE, NONE, ""),
    "date handed in": (
        edit("pack/submissions.csv", "2028-02-21", "2028-02-22"), of("1"), EVERY, DATA,
    ),
    "helper module": (add("lib/show/formatting.py", "# ."), ALL, EVERY, LIBRARY),
    "method": (add("lib/methods/trends.py", "# ."), ALL, EVERY, LIBRARY),
    "report module": (add("lib/report/page.py", "# ."), NONE, EVERY, ""),
    "template": (add("lib/report/templates/page/report.html.j2", "{# #}"), NONE, EVERY, ""),
    "style": (add("lib/report/templates/page/print.css", "/**/"), NONE, EVERY, ""),
    "engine": (add("lib/run/pool.py", "# ."), NONE, EVERY, ""),
    "forms, preview, command line": (add("lib/cli/main.py", "# ."), NONE, NONE, ""),
    "notebook code": (code, of("2"), EVERY, NOTEBOOK),
    "notebook text": (text, of("2"), EVERY, NOTEBOOK),
    "notebook outputs": (outputs, NONE, NONE, ""),
    "generic notebook": (generic, of("13"), EVERY, NOTEBOOK),
    "rule constant": (
        edit("params/rules.yml", "on_track: {value: 0.95", "on_track: {value: 0.9"),
        ALL, EVERY, PARAMS,
    ),
    "comment beside a rule": (add("params/rules.yml", "# 说明"), NONE, NONE, ""),
    "plan title": (
        edit("params/plan.yml", "title: 云川市减污降碳", "title: 云川市新减污降碳"),
        ALL, EVERY, PARAMS,
    ),
    # Chapter 1 sees the whole plan; the other chapters do not see each other.
    "chapter title": (
        edit("params/plan.yml", "title: 环境治理与组织保障", "title: 环境治理"),
        of("13"), EVERY, PARAMS,
    ),
    "printed state": (add("params/run.yml", "status: 征求意见"), NONE, EVERY, ""),
    "time limit": (add("params/run.yml", "cell_seconds: 60"), NONE, NONE, ""),
    "package version": (
        lambda bench: bench.use_package("pandas", "9.9"), ALL, EVERY, PACKAGES,
    ),
    "version of another package": (lambda bench: bench.use_package("rich", "9.9"), NONE, NONE, ""),
    "file time only": (times, NONE, NONE, ""),
    "evaluator's words": (own_words, NONE, {"east"}, ""),
    "executed notebook spoilt": (spoilt, of("2", "east"), {"east"}, "成果文件缺失或被改动"),
    "report lost": (lost, NONE, {"east"}, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", MATRIX)
def test_change(bench: Bench, name: str) -> None:
    change, jobs, reports, reason = MATRIX[name]
    bench.remember()
    assert bench.unchanged()
    change(bench)
    if jobs or reports:
        assert not bench.unchanged()
    ran = bench.build()
    assert set(ran.jobs) == jobs
    assert ran.reports == reports
    assert set(ran.jobs.values()) == ({reason} if jobs else set())
    again = bench.build()
    assert (again.jobs, again.reports) == ({}, NONE)
