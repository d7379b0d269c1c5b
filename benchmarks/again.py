"""The second build: nothing changed, one corrected figure, another template.

    python -m benchmarks.again --rounds 3

Works on a copy of the project. The full build is measured once, the others in turn; shares are of
the full build in the same run.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import PROJECT, Cost, measured, middle

TEMPLATE = "assessment/report/templates/page/report.html.j2"


@dataclass(frozen=True)
class Copy:
    """A copy of the project with its output folder."""

    folder: Path

    def command(self, *arguments: str) -> Cost:
        """Measure a command of ``build.py`` on the demonstration pack."""
        line = [sys.executable, "build.py", *arguments, "--data", "data/demo", "--year", "2025"]
        line += ["--out", str(self.folder / "out")]
        line += ["--jobs", "2"] if arguments[0] == "report" else []
        return measured(line, self.folder, {"PYTHONPATH": str(self.folder)})

    def would_run(self) -> int:
        """How many jobs ``status`` says are stale."""
        line = [sys.executable, "build.py", "status", "--data", "data/demo", "--year", "2025",
                "--out", str(self.folder / "out")]  # fmt: skip
        environment = {**os.environ, "PYTHONPATH": str(self.folder)}
        done = subprocess.run(
            line, cwd=self.folder, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.count("要重做")

    def correct(self, indicator: str) -> None:
        """Raise the last digit of one district's figure of the year."""
        for path in sorted((self.folder / "data/demo").glob("observations*.csv")):
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            for place, line in enumerate(lines):
                if line.startswith(f"张店区,2025,,{indicator},"):
                    fields = line.split(",")
                    fields[4] = re.sub(r"\d$", lambda d: str((int(d[0]) + 1) % 10), fields[4])
                    lines[place] = ",".join(fields)
                    path.write_text("".join(lines), encoding="utf-8")
                    return
        raise LookupError(indicator)

    def retouch(self) -> None:
        """Change the template without changing the page."""
        with (self.folder / TEMPLATE).open("a", encoding="utf-8") as file:
            file.write("{# #}")


def copy_of(folder: Path) -> Copy:
    """Copy what a build needs, compiled modules with it."""
    for name in ("assessment", "notebooks", "params", "data"):
        shutil.copytree(PROJECT / name, folder / name)
    shutil.copy(PROJECT / "build.py", folder)
    return Copy(folder)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", default="nox_industry", help="a figure that one chapter sees")
    parser.add_argument("--own", default="new_charging_facilities", help="that several see")
    parser.add_argument("--compared", default="nox_emis", help="that units are compared by")
    options = parser.parse_args(arguments)
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {os.getloadavg()[0]:.1f}")
    folder = Path(tempfile.mkdtemp(prefix="again"))
    try:
        copy = copy_of(folder)
        full = copy.command("report")
        print(f"full build                       {full}", flush=True)
        steps: list[tuple[str, Callable[[], None] | None, str]] = [
            ("nothing changed: report", None, "report"),
            ("nothing changed: status", None, "status"),
            ("figure of one chapter corrected", lambda: copy.correct(options.one), "report"),
            ("figure of several corrected", lambda: copy.correct(options.own), "report"),
            ("compared figure corrected", lambda: copy.correct(options.compared), "report"),
            ("template changed", copy.retouch, "report"),
        ]
        for name, change, command in steps:
            costs = []
            jobs = 0
            for _ in range(options.rounds):
                if change:
                    change()
                    jobs = copy.would_run()
                costs.append(copy.command(command))
            cost = middle(costs)
            share = f"{cost.wall / full.wall:.1%} of wall, {cost.cpu / full.cpu:.1%} of CPU"
            print(f"{name:32} {cost}  {share}  {jobs} jobs", flush=True)
    finally:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
