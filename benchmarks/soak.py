"""Disturb a build again and again at random moments, and see that the next one makes it whole.

    python -m benchmarks.soak 100 --seed 1

Each round starts a build of the fictitious plan in an empty folder, edits one of its inputs at a
random moment (a figure, a parameter, a notebook, the evaluator's words), and at another sends a
signal to one of its processes (main, worker, kernel, template, or the server that workers are
forked from): KILL, TERM, HUP, or STOP and after a while CONT. Then it checks:

- the build says how it ended in Chinese, and no process is left;
- a report that counts as done is of one state, to the byte that of before or after the edit;
- the next build succeeds, equals a build from nothing on the same inputs to the byte, leaves no
  temporary file, and the one after it finds nothing to do.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from nbformat.v4 import new_markdown_cell

from assessment.build.verify import verify
from assessment.errors import InputError
from tests.engine.runs import Room, Run, room, soon, started
from tests.other_plan.project import YEAR, copy_project, insert

ROLES = ("main", "worker", "kernel", "template", "forkserver")
SIGNALS = ("SIGKILL", "SIGTERM", "SIGHUP", "SIGSTOP")
EDITS = ("", "data", "params", "notebook", "words")
ASKED = ("--region", "东山区", "--jobs", "2")
FILES = ("report.html", "leadership.html", "results.json", "index.html")
WORDS = Path(str(YEAR)) / "east" / "recommendations.txt"
WHOLE_SECONDS = 10.0
STATUS = {"SIGKILL": -9, "SIGTERM": 143, "SIGHUP": 129, "SIGSTOP": 0}
"""How a build ends whose main process gets a signal."""


@dataclass(frozen=True)
class Blow:
    """What is done to a build: a signal to a process of some role, and an edit (or none)."""

    role: str
    signal: str
    edit: str


@dataclass(frozen=True)
class Round:
    """One build disturbed: how, when, how it ended, and what was wrong afterwards."""

    blow: Blow
    seconds: float
    edited: float
    status: int
    done: int
    faults: tuple[str, ...]


def blows(chosen: random.Random) -> Iterator[Blow]:
    """Each role with each signal, in a random order, again and again; each with a random edit."""
    pairs = [(role, name) for role in ROLES for name in SIGNALS]
    while True:
        chosen.shuffle(pairs)
        yield from (Blow(role, name, chosen.choice(EDITS)) for role, name in pairs)


class Soak:
    """Rounds on one copy of the project.

    Parameters
    ----------
    project : Path
        The copy; what is edited in it is put back after each round.
    seed : int
        Of the choice of moments.
    """

    def __init__(self, project: Path, seed: int) -> None:
        self._project = project
        self.random = random.Random(seed)
        self._whole: dict[str, dict[str, str]] = {}
        begun = time.monotonic()
        self._from_nothing("")
        self.seconds = time.monotonic() - begun

    def round(self, blow: Blow) -> Round | None:
        """Disturb one build; None if it had ended before there was anything to send a signal to."""
        wanted = self._from_nothing(blow.edit)
        with self._restored(), room() as place:
            moment, edited = (self.random.uniform(0, self.seconds) for _ in "12")
            with started(self._project, place, *ASKED) as run:
                editing = threading.Timer(edited, self._edit, (blow.edit, place))
                editing.start()
                struck = self._strike(run, blow, moment)
                status = run.wait()
                editing.join()
                if not struck:
                    return None
                done = run.text.count("完成")
                faults = self._after(run, place, files=False)
                faults += self._ended(run, blow, status)
            faults += self._of_one_state(place, blow.edit)
            with started(self._project, place, *ASKED) as again:
                if again.wait() != 0:
                    faults.append(f"the next build failed: {again.text[-500:]}")
                faults += self._after(again, place, files=True)
            if place.digests(*FILES) != wanted:
                faults.append("other bytes than a build from nothing")
            with started(self._project, place, *ASKED) as third:
                if third.wait() != 0 or "没有任何变化" not in third.text:
                    faults.append(f"the build after it found something to do: {third.text[-500:]}")
        return Round(blow, moment, edited, status, done, tuple(faults))

    def _from_nothing(self, edit: str) -> dict[str, str]:
        """Digests of a build of the edited inputs that nothing disturbs; made once."""
        if edit not in self._whole:
            with self._restored(), room() as place:
                self._edit(edit, place)
                with started(self._project, place, *ASKED) as run:
                    if run.wait() != 0:
                        raise RuntimeError(run.text)
                    self._whole[edit] = place.digests(*FILES)
                    if place.leftovers():
                        raise RuntimeError(f"left by a clean build: {place.leftovers()}")
        return self._whole[edit]

    def _edit(self, edit: str, place: Room) -> None:
        """Change an input as an editor does that writes a new file and renames it."""
        if edit == "data":
            self._replace("data/pack/observations.csv", "clean_power,102.4", "clean_power,103.4")
        elif edit == "params":
            self._replace("params/rules.yml", "on_track: {value: 0.95", "on_track: {value: 0.9")
        elif edit == "notebook":
            path = self._project / "notebooks" / "_chapter.ipynb"
            new = Path(shutil.copy(path, place.folder / "new"))
            insert(new, "chapter.opening", new_markdown_cell("补充说明。", id="added"))
            shutil.move(new, path)
        elif edit == "words":
            (place.out / WORDS).parent.mkdir(parents=True, exist_ok=True)
            new = place.folder / "new"
            new.write_text("N01 | 我们的建议\n", encoding="utf-8")
            new.replace(place.out / WORDS)

    def _replace(self, name: str, old: str, new: str) -> None:
        path = self._project / name
        text = path.read_text(encoding="utf-8")
        if old not in text:
            raise RuntimeError(f"{name}: {old}")
        made = self._project / "new"
        made.write_text(text.replace(old, new, 1), encoding="utf-8")
        made.replace(path)

    @contextmanager
    def _restored(self) -> Iterator[None]:
        folders = ("data/pack", "params", "notebooks")
        files = [path for name in folders for path in (self._project / name).iterdir()]
        before = {path: path.read_bytes() for path in files if path.is_file()}
        try:
            yield
        finally:
            for path, content in before.items():
                if path.read_bytes() != content:
                    path.write_bytes(content)

    def _strike(self, run: Run, blow: Blow, moment: float) -> bool:
        time.sleep(moment)
        while run.process.poll() is None:
            for victim in self.random.sample(found := run.of_role(blow.role), len(found)):
                try:
                    victim.send_signal(getattr(signal, blow.signal))
                    if blow.signal == "SIGSTOP":
                        time.sleep(self.random.uniform(0.1, 1.5))
                        victim.send_signal(signal.SIGCONT)
                except psutil.NoSuchProcess:
                    continue
                return True
            time.sleep(0.005)
        return False

    def _after(self, run: Run, place: Room, *, files: bool) -> list[str]:
        faults = [
            f"{word}: {run.text[-500:]}"
            for word in ("Traceback", "Terminated", "Error")
            if word in run.text
        ]
        if not soon(lambda: not run.strays(), WHOLE_SECONDS):
            faults.append(f"stray: {run.strays()}")
        if files and not soon(lambda: not place.leftovers(), WHOLE_SECONDS):
            faults.append(f"left: {place.leftovers()}")
        return faults

    def _ended(self, run: Run, blow: Blow, status: int) -> list[str]:
        expected = {STATUS[blow.signal], 0} if blow.role == "main" else {0, 1}
        if status not in expected:
            return [f"ended {status}: {run.text[-500:]}"]
        told = "失败：" in run.text if status == 1 else "已中断" in run.text
        return [] if told or status in (0, -9) else [f"does not say why: {run.text[-500:]}"]

    def _of_one_state(self, place: Room, edit: str) -> list[str]:
        """What is wrong with a report that counts as done."""
        folder = place.out / WORDS.parent
        state = place.out / ".build" / "reports" / str(YEAR) / "east.json"
        if not state.is_file() or json.loads(state.read_text(encoding="utf-8"))["reason"]:
            return []
        results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
        if results["failed_chapters"]:
            return []  # of which there is no build from nothing
        try:
            found = verify(folder)
        except InputError as error:
            return [str(error)]
        changed = {*found.differing, *found.missing, *found.extra} - {WORDS.name}
        faults = [f"not what was built: {changed}"] if changed else []
        name = (WORDS.parent / "report.html").as_posix()
        if place.digests("report.html")[name] not in {
            self._from_nothing(made)[name] for made in ("", edit)
        }:
            faults.append("a report that is of no one state")
        return faults


def soak(
    project: Path, kills: int, seed: int, tell: Callable[[int, Round], None] = lambda *_: None
) -> list[Round]:
    """Disturb so many builds."""
    rounds: list[Round] = []
    work = Soak(project, seed)
    missed = 0
    for blow in blows(work.random):
        while (made := work.round(blow)) is None:
            missed += 1
            if missed > 10 * kills:
                raise RuntimeError("builds end before anything can be disturbed")
        rounds.append(made)
        tell(len(rounds), made)
        if len(rounds) == kills:
            break
    return rounds


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kills", type=int, nargs="?", default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="soak"))

    def tell(number: int, made: Round) -> None:
        blow = made.blow
        print(
            f"{number:4} {blow.role:10} {blow.signal:7} after {made.seconds:4.1f} s, "
            f"{blow.edit or 'no':8} edit after {made.edited:4.1f} s, ended {made.status:3} with "
            f"{made.done} jobs done: {'; '.join(made.faults) or 'next build whole and equal'}",
            flush=True,
        )

    try:
        rounds = soak(copy_project(folder / "project").folder, options.kills, options.seed, tell)
    finally:
        shutil.rmtree(folder)
    bad = [made for made in rounds if made.faults]
    for kind in ("role", "signal", "edit"):
        print(dict(Counter(getattr(made.blow, kind) or "none" for made in rounds)))
    early = sum(made.done == 0 for made in rounds)
    print(f"{len(rounds)} rounds, {early} before the first job was done: {len(bad)} faults")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
