"""The evaluator's desk, through what its page asks: a year, a corrected figure, nothing changed.

    python -m benchmarks.desk --rounds 3

Opens a desk on a copy of the project, presses its button and listens to its news. The year is
built once into an empty folder; each correction raises the last digit of one district's figure.
Shares are of the full build in the same run. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

import psutil

from benchmarks.again import copy_of

YEAR = 2025
_CHOICE = urlencode({"pack": "data/demo", "params": "params", "year": str(YEAR)})


class Desk:
    """A running desk, asked as its page asks."""

    def __init__(self, folder: Path):
        environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "build.py", "desk", "--no-browser"],
            cwd=folder, env=environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.address = ""
        for line in self.process.stdout:
            if found := re.search(r"http://\S+", line):
                self.address = found[0]
                break

    def build(self) -> tuple[float, dict[str, Any]]:
        """Press the button; seconds until the reports are there, and what was done."""
        begun = time.monotonic()
        with urllib.request.urlopen(f"{self.address}news") as news:
            request = urllib.request.Request(f"{self.address}do/build?{_CHOICE}", b"{}")
            with urllib.request.urlopen(request) as answer:
                number = json.load(answer)["work"]
            for line in news:
                if line.startswith(b"data: "):
                    found = json.loads(line[6:])
                    if found["number"] == number and not found["running"]:
                        break
        if not (found["result"].get("ok") or found["result"].get("nothing")):
            raise RuntimeError(f"the build failed: {found['faults'] or found['stopped']}")
        return time.monotonic() - begun, found

    def memory(self) -> float:
        """Memory of all its processes in MiB, what they share counted once."""
        main = psutil.Process(self.process.pid)
        each = [main, *main.children(recursive=True)]
        return float(sum(one.memory_full_info().pss for one in each)) / 2**20

    def close(self) -> None:
        """End it as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--own", default="new_charging_facilities", help="four chapters see it")
    parser.add_argument("--compared", default="nox_emis", help="that units are compared by")
    options = parser.parse_args(arguments)
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {os.getloadavg()[0]:.1f}")
    folder = Path(tempfile.mkdtemp(prefix="desk"))
    desk: Desk | None = None
    try:
        copy = copy_of(folder)
        desk = Desk(folder)
        time.sleep(10)  # what is imported before the evaluator has chosen anything
        full, _ = desk.build()
        print(f"{'full year, nothing there':32} {full:7.2f} s", flush=True)

        def times(name: str, change: Callable[[], None] | None) -> float:
            costs, chapters, reports = [], 0, 0
            for _ in range(options.rounds):
                if change:
                    change()
                seconds, found = desk.build()
                costs.append(seconds)
                chapters = sum(" 完成" in line for line in found["lines"])
                reports = sum("已汇编" in line for line in found["lines"])
            cost = median(costs)
            done = f"{chapters} chapters, {reports} reports"
            print(f"{name:32} {cost:7.2f} s  {cost / full:6.1%}  {done}", flush=True)
            return cost

        times("nothing changed", None)
        own = times("figure of four chapters", lambda: copy.correct(options.own))
        compared = times("figure that all are compared by", lambda: copy.correct(options.compared))
        time.sleep(5)
        print(f"{'memory when idle':32} {desk.memory():7.0f} MiB")
    finally:
        if desk is not None:
            desk.close()
        shutil.rmtree(folder)
    found = {
        "correction_share": round(own / full, 4), "compared_share": round(compared / full, 4),
        "correction_s": round(own, 3),
    }  # fmt: skip
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
