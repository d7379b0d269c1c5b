"""Many units: what a job costs, and how much memory the main process takes.

    python -m benchmarks.scale 12 120 1200
    python -m benchmarks.scale 120 --scheduler tcp://127.0.0.1:8786
    python -m benchmarks.scale 12 120 1200 --cluster 2
    python -m benchmarks.scale 120 --cluster 2 --kill

A synthetic pack: the fictitious plan of the tests for as many units as asked, each with figures of
its own, and one chapter whose notebook only computes and returns its results. Reports are not
assembled, unless ``--reports`` is given: each of them compares all units, so its cost grows with
their number by its nature. ``--cluster`` starts a dask scheduler and so many worker processes by
dask's own commands; ``--kill`` kills one of them with SIGKILL when half of the jobs are done.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import random
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import yaml

from benchmarks.measure import PROJECT, Cost, measured
from tests.engine.cluster import Cluster, cluster

PLAN = PROJECT / "tests" / "other_plan"
MODEL, CITY, YEAR = "东山区", "云川市", 2027
NOTEBOOK = "02_energy_and_industry.ipynb"

_LIGHT = """
from assessment.chapter.chapter import Chapter

chapter = Chapter.open("2", region=region, year=year, data=data, params=params, inputs=inputs)
chapter._shown |= {"2.1", "2.2", "targets", "trends", "synergy", "problems"}  # without drawing
chapter.record()
"""


def _rows(name: str) -> tuple[list[str], list[list[str]]]:
    text = (PLAN / "pack" / name).read_text(encoding="utf-8")
    header, *rows = csv.reader(io.StringIO(text))
    return header, rows


def synthesise(folder: Path, units: int, seed: int = 1) -> list[str]:
    """Write a project folder with params, pack and notebooks; returns the units' names."""
    random_ = random.Random(seed)
    shutil.copytree(PLAN / "params", folder / "params")
    (folder / "pack").mkdir()
    names = [f"第{number}区" for number in range(1, units + 1)]
    regions = [
        {"id": "whole", "name": CITY, "short_name": "全市", "kind": "city", "aliases": ["全市"]}
    ]
    regions += [
        {"id": f"unit{number}", "name": name, "short_name": name, "kind": "district",
         "tile": [number // 40, number % 40]}
        for number, name in enumerate(names, start=1)
    ]  # fmt: skip
    with (folder / "params" / "regions.yml").open("w", encoding="utf-8") as file:
        yaml.safe_dump({"caution": "虚构", "regions": regions}, file, allow_unicode=True)
    for name in ("observations.csv", "tasks.csv", "allocations.csv"):
        header, rows = _rows(name)
        value = header.index("value") if name == "observations.csv" else None
        with (folder / "pack" / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(row for row in rows if row[0] == CITY)
            for unit in names:
                factor = random_.uniform(0.8, 1.0)
                for row in rows:
                    if row[0] != MODEL:
                        continue
                    made = [unit, *row[1:]]
                    if value is not None and made[3] not in ("open_burning",):
                        made[value] = f"{float(made[value]) * factor:.1f}"
                    writer.writerow(made)
    shutil.copy(PLAN / "pack" / "submissions.csv", folder / "pack")
    shutil.copy(PLAN / "pack" / "pack.yml", folder / "pack")
    (folder / "notebooks").mkdir()
    source = json.loads((PROJECT / "notebooks" / "_chapter.ipynb").read_bytes())
    tagged = [c for c in source["cells"] if "parameters" in c["metadata"].get("tags", [])]
    tagged[0]["source"] = tagged[0]["source"][1:]  # without chapter_id
    light = {**tagged[0], "source": _LIGHT, "metadata": {}, "id": "light"}
    source["cells"] = [tagged[0], light]
    (folder / "notebooks" / NOTEBOOK).write_text(json.dumps(source), encoding="utf-8")
    return names


def run(folder: Path, workers: int, scheduler: str, reports: bool) -> int:
    """Build everything; the body of the measured process. Prints where its time went."""
    from assessment.build import build as engine
    from assessment.job.sources import open_sources
    from benchmarks.scale import no_report

    if not reports:
        engine.assemble = no_report
    marks = [time.monotonic()]

    def memory() -> float:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    sources = open_sources(folder / "params", folder / "pack")
    loaded = memory()
    marks.append(time.monotonic())
    first: list[float] = []
    request = engine.Request(
        regions=tuple(r.id for r in sources.params.regions.regions if r.id != "whole"),
        years=(YEAR,), chapters=("2",), data=folder / "pack", params=folder / "params",
        notebooks=folder / "notebooks", out=folder / "out", workers=workers, scheduler=scheduler,
    )  # fmt: skip
    report = engine.build(
        sources, request, lambda *_: first.append(time.monotonic()) if not first else None
    )
    marks.append(time.monotonic())
    if not report.ok:
        print(next(o.details for o in report.outcomes if not o.ok), file=sys.stderr)
        return 1
    own = resource.getrusage(resource.RUSAGE_SELF)
    seen = {
        "jobs": len(report.outcomes), "load": marks[1] - marks[0],
        "before first job": first[0] - marks[1], "jobs seconds": marks[2] - first[0],
        "main cpu": own.ru_utime + own.ru_stime, "memory loaded": loaded, "memory": memory(),
    }  # fmt: skip
    (folder / "seen.json").write_text(json.dumps(seen))
    return 0


def no_report(job: object) -> object:
    """Stands for the assembly of a report."""
    from assessment.report.assembly import Assembled

    return Assembled(job.region, job.year, 0.0, "", {}, (), (), {}, {}, "", "")  # type: ignore[attr-defined]


def _when_half_done(folder: Path, units: int, act: Callable[[], None]) -> None:
    """Act as soon as half of the notebooks lie in the output folder."""

    def watch() -> None:
        while len(list(folder.glob("out/*/*/notebooks/*.ipynb"))) < units / 2:
            time.sleep(0.05)
        act()

    threading.Thread(target=watch, daemon=True).start()


def measure(
    units: int, workers: int, scheduler: str, reports: bool, victim: Cluster | None = None
) -> tuple[Cost, dict[str, float]]:
    """One build of a new pack of so many units; a worker of ``victim`` is killed half-way."""
    folder = Path(tempfile.mkdtemp(prefix="scale"))
    try:
        synthesise(folder, units)
        command = [sys.executable, "-m", "benchmarks.scale", "--inside", str(folder),
                   "--workers", str(workers), "--scheduler", scheduler]  # fmt: skip
        command += ["--reports"] if reports else []
        if victim:
            _when_half_done(folder, units, victim.workers[0].kill)
        cost = measured(command, PROJECT, {"PYTHONPATH": str(PROJECT)})
        seen: dict[str, float] = json.loads((folder / "seen.json").read_text())
        return cost, seen
    finally:
        shutil.rmtree(folder)


def _on_cluster(
    units: int, workers: int, reports: bool, kill: bool
) -> tuple[Cost, dict[str, float]]:
    folder = Path(tempfile.mkdtemp(prefix="dask"))
    try:
        with cluster(folder / "cluster", PROJECT, workers, {}) as made:
            return measure(units, workers, made.address, reports, made if kill else None)
    finally:
        shutil.rmtree(folder)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("units", type=int, nargs="*", default=[12, 120, 1200])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--scheduler", default="")
    parser.add_argument("--cluster", type=int, default=0, help="dask workers to start")
    parser.add_argument("--kill", action="store_true", help="kill one of them half-way")
    parser.add_argument("--reports", action="store_true")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.inside:
        return run(options.inside, options.workers, options.scheduler, options.reports)
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {os.getloadavg()[0]:.1f}")
    for units in options.units:
        if options.cluster:
            cost, seen = _on_cluster(units, options.cluster, options.reports, options.kill)
        else:
            cost, seen = measure(units, options.workers, options.scheduler, options.reports)
        jobs = seen["jobs"]
        print(
            f"{units:5} units: {cost}; after the start {seen['jobs seconds'] / jobs * 1000:.0f} ms"
            f" wall a job, main process {seen['main cpu'] / jobs * 1000:.1f} ms CPU a job,"
            f" {seen['memory loaded']:.0f} MiB with the pack loaded, {seen['memory']:.0f} at most",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
