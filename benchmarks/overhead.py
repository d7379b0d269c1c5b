"""CPU time of running a notebook above running its cells in one warm process.

    python -m benchmarks.overhead --rounds 5

Both sides run the seven chapters of one unit of the demonstration pack from the same compiled
inputs, one after the other in turn. The cells' side executes and displays each cell in this
process, in which all has been done once before; the engine's side counts the worker, the template
and the kernels.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.jsonutil import json_default

from assessment.build.build import Request, plan_jobs
from assessment.job.sources import open_sources
from assessment.run.execute import Limits, Task, run_task
from assessment.run.store import Store
from assessment.run.warm import PRELOAD
from benchmarks.measure import PROJECT
from warmkernel import Template, kernel_name


def tasks(folder: Path, unit: str) -> list[Task]:
    """The chapters of one unit with their inputs written out."""
    sources = open_sources(PROJECT / "params", PROJECT / "data" / "demo")
    plan = sources.params.plan
    request = Request(
        (unit,), (2025,), tuple(c.id for c in plan.chapters), PROJECT / "data" / "demo",
        PROJECT / "params", PROJECT / "notebooks", folder, 1,
    )  # fmt: skip
    made = []
    for key, job in plan_jobs(sources, request, Store(folder)).items():
        inputs = sources.job(key.chapter, key.region, key.year)
        path = folder / f"{key.chapter}.json"
        path.write_text(inputs.model_dump_json(), encoding="utf-8")
        parameters: dict[str, str | int] = {"region": inputs.region.name, "year": key.year}
        target = folder / f"{key.chapter}.ipynb"
        limits = Limits(600, 600, 8.0)
        made.append(Task(key, job.notebook, path, target, parameters, kernel_name, limits))
    return made


def cells(task: Task, shell: InteractiveShell) -> float:
    """CPU seconds of a notebook's cells, displayed and serialised as a kernel would."""
    content = json.loads(task.notebook.read_bytes())
    space: dict[str, Any] = {}
    begun = time.process_time()
    for cell in content["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), space)
        if "parameters" in cell["metadata"].get("tags", []):
            space |= {**task.parameters, "inputs": str(task.inputs)}
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), space)
            shown = shell.display_formatter.format(value)
            json.dumps(shown, ensure_ascii=False, default=json_default)
    return time.process_time() - begun


def engine(task: Task, template: psutil.Process) -> float:
    """CPU seconds of worker, template and kernel for a notebook."""

    def spent() -> float:
        times = template.cpu_times()
        kernels = times.children_user + times.children_system
        return time.process_time() + times.user + times.system + kernels

    begun = spent()
    outcome = run_task(task)
    if not outcome.ok:
        raise RuntimeError(outcome.details)
    while template.children():
        time.sleep(0.01)
    time.sleep(0.05)
    return spent() - begun


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--unit", default="zhangdian")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, Template(PRELOAD) as template:
        work = tasks(Path(folder), options.unit)
        shell = InteractiveShell.instance()
        process = psutil.Process(template.status().pid)
        for task in work:
            cells(task, shell)
        run_task(work[0])
        found: dict[str, list[tuple[float, float]]] = {task.key.chapter: [] for task in work}
        for _ in range(options.rounds):
            for task in work:
                found[task.key.chapter].append((cells(task, shell), engine(task, process)))
    stamp = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {os.getloadavg()[0]:.1f}"
    print(f"{stamp}, medians of {options.rounds}")
    total = [0.0, 0.0]
    for chapter, pairs in found.items():
        plain, whole = (median(pair[side] for pair in pairs) for side in (0, 1))
        total[0] += plain
        total[1] += whole
        print(f"chapter {chapter}: cells {plain:.2f} s, engine {whole:.2f} s, +{whole - plain:.2f}")
    print(f"all: cells {total[0]:.2f} s, engine {total[1]:.2f} s, +{total[1] / total[0] - 1:.0%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
