"""Kill a build again and again at random moments, and see that the next one makes it whole.

    python -m benchmarks.soak 100 --seed 1

Each round starts a build of the fictitious plan in an empty folder, kills one of its processes
with SIGKILL (the main process, a worker, a kernel, the template), runs the build again, and checks:
the second build succeeds; its reports equal those of an undisturbed build to the byte; no process
and no temporary file is left.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.engine.runs import Room, Run, room, soon, started
from tests.other_plan.project import copy_project

ROLES = ("main", "worker", "kernel", "template")
ASKED = ("--region", "东山区", "--jobs", "2")
FILES = ("report.html", "results.json", "index.html")
WHOLE_SECONDS = 30.0


@dataclass(frozen=True)
class Round:
    """One kill: of what, when, how the build ended, and what was wrong afterwards."""

    role: str
    seconds: float
    status: int
    done: int
    faults: tuple[str, ...]


class Soak:
    """Rounds on one copy of the project.

    Parameters
    ----------
    project : Path
        The copy.
    seed : int
        Of the choice of moments.
    """

    def __init__(self, project: Path, seed: int) -> None:
        self._project = project
        self._random = random.Random(seed)
        with room() as place, started(project, place, *ASKED) as run:
            begun = time.monotonic()
            if run.wait() != 0:
                raise RuntimeError(run.text)
            self.seconds = time.monotonic() - begun
            self.expected = place.digests(*FILES)
            if place.leftovers():
                raise RuntimeError(f"left by a clean build: {place.leftovers()}")

    def round(self, role: str) -> Round | None:
        """Kill once; None if the build had ended before there was anything to kill."""
        with room() as place:
            moment = self._random.uniform(0, self.seconds)
            with started(self._project, place, *ASKED) as run:
                if not self._kill(run, role, moment):
                    return None
                status = run.wait()
                done = run.text.count("完成")
                faults = self._after(run, place, files=False)
            with started(self._project, place, *ASKED) as again:
                if again.wait() != 0:
                    faults.append(f"the next build failed: {again.text[-500:]}")
                faults += self._after(again, place, files=True)
            if place.digests(*FILES) != self.expected:
                faults.append("other bytes than a clean build's")
        return Round(role, moment, status, done, tuple(faults))

    def _kill(self, run: Run, role: str, moment: float) -> bool:
        time.sleep(moment)
        while run.process.poll() is None:
            found = run.of_role(role)
            if found:
                try:
                    self._random.choice(found).kill()
                except psutil.NoSuchProcess:
                    continue
                return True
            time.sleep(0.005)
        return False

    def _after(self, run: Run, place: Room, *, files: bool) -> list[str]:
        faults = []
        if "Traceback" in run.text:
            faults.append(f"a traceback: {run.text[-500:]}")
        if not soon(lambda: not run.strays(), WHOLE_SECONDS):
            faults.append(f"stray: {run.strays()}")
        if files and not soon(lambda: not place.leftovers(), WHOLE_SECONDS):
            faults.append(f"left: {place.leftovers()}")
        return faults


def soak(
    project: Path, kills: int, seed: int, tell: Callable[[int, Round], None] = lambda *_: None
) -> list[Round]:
    """Kill so many times, each role in turn."""
    rounds: list[Round] = []
    work = Soak(project, seed)
    missed = 0
    while len(rounds) < kills:
        made = work.round(ROLES[len(rounds) % len(ROLES)])
        if made is None:
            missed += 1
            if missed > 10 * kills:
                raise RuntimeError("builds end before anything can be killed")
            continue
        rounds.append(made)
        tell(len(rounds), made)
    return rounds


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kills", type=int, nargs="?", default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="soak"))

    def tell(number: int, made: Round) -> None:
        print(
            f"{number:4} {made.role:8} killed after {made.seconds:5.1f} s, build ended "
            f"{made.status:3} with {made.done} jobs done: "
            + ("; ".join(made.faults) or "next build whole, equal, nothing left"),
            flush=True,
        )

    try:
        rounds = soak(copy_project(folder / "project").folder, options.kills, options.seed, tell)
    finally:
        shutil.rmtree(folder)
    bad = [made for made in rounds if made.faults]
    by_role = dict(Counter(made.role for made in rounds))
    early = sum(made.done == 0 for made in rounds)
    print(
        f"{len(rounds)} kills {by_role}, {early} before the first job was done: {len(bad)} faults"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
