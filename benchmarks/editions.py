"""Time to typeset each edition of one report, the first in a new process.

    python -m benchmarks.editions --rounds 5

The unit's chapters are run once; then each round is a process of its own, as a worker is when it
meets its first report. ``html`` is the page, the leadership edition and results.json.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from assessment.results.model import ReportResults
from benchmarks.measure import PROJECT


def inside(out: Path, unit: str) -> dict[str, float]:
    """Seconds of each edition, in this process."""
    import assessment.build.preload  # noqa: F401  (what a worker is forked from has it)
    from assessment.build.build import Request, assemble, plan_jobs
    from assessment.build.reports import Reports
    from assessment.editions import Edition, formats
    from assessment.job.sources import open_sources
    from assessment.report.page import Document
    from assessment.run.store import Store

    sources = open_sources(PROJECT / "params", PROJECT / "data" / "demo")
    region = sources.params.region(unit).id
    chapters = tuple(chapter.id for chapter in sources.params.plan.chapters)
    request = Request(
        (region,), (2025,), chapters, PROJECT / "data" / "demo", PROJECT / "params",
        PROJECT / "notebooks", out, 1, formats(),
    )  # fmt: skip
    store = Store(out)
    job = Reports(sources, request, store, plan_jobs(sources, request, store), {}).assembly(
        2025, region, {}
    )
    spent: dict[str, float] = {}
    plain = Edition.render

    def timed(edition: Edition, document: Document, results: ReportResults) -> bytes:
        begun = time.perf_counter()
        data = plain(edition, document, results)
        spent[edition.name] = time.perf_counter() - begun
        return data

    Edition.render = timed
    begun = time.perf_counter()
    assemble(job)
    whole = time.perf_counter() - begun
    return {"html": whole - sum(spent.values()), **spent}


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--unit", default="张店区")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.inside:
        print(json.dumps(inside(options.inside, options.unit)))
        return 0
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {os.getloadavg()[0]:.1f}")
    found: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, "build.py", "--region", options.unit, "--year", "2025",
                 "--data", "data/demo", "--out", folder]  # fmt: skip
        subprocess.run(build, cwd=PROJECT, check=True, capture_output=True)
        again = [sys.executable, "-m", "benchmarks.editions", "--unit", options.unit,
                 "--inside", folder]  # fmt: skip
        for _ in range(options.rounds):
            done = subprocess.run(again, cwd=PROJECT, check=True, capture_output=True, text=True)
            for edition, seconds in json.loads(done.stdout.splitlines()[-1]).items():
                found[edition].append(seconds)
        for edition, values in found.items():
            print(f"{edition:5} median {median(values):.2f} s, {min(values):.2f}–{max(values):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
