"""Builds as processes of their own, with everything they start and leave behind in sight."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

MARK = "ENGINE_TEST_RUN"


def soon(condition: Callable[[], object], seconds: float) -> bool:
    """Whether a condition comes true within a time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


@dataclass
class Room:
    """A folder for one build's output and all its temporary files."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def leftovers(self) -> list[str]:
        """Temporary files of the build, of warm kernels and of Jupyter."""
        found = [*self.out.rglob("*.part*"), *(self.folder / "t").iterdir()]
        found += (self.folder / "j").iterdir()
        return [str(path.relative_to(self.folder)) for path in found]

    def digests(self, *names: str) -> dict[str, str]:
        """Digests of the reports' files of these names."""
        found = sorted(path for name in names for path in self.out.rglob(name))
        return {
            str(path.relative_to(self.out)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in found
            if ".build" not in path.parts
        }


@contextmanager
def room() -> Iterator[Room]:
    """A room with a path short enough for Unix sockets."""
    with tempfile.TemporaryDirectory(prefix="e", dir="/tmp") as name:
        folder = Path(name)
        for part in ("t", "j"):
            (folder / part).mkdir()
        runtime = str(folder / "j")
        yield Room(folder, {"TMPDIR": str(folder / "t"), "JUPYTER_RUNTIME_DIR": runtime})


class Run:
    """A build under way.

    Parameters
    ----------
    project : Path
        Folder with ``build.py``.
    place : Room
        Where it writes.
    arguments : str
        Of the command line.
    """

    def __init__(self, project: Path, place: Room, *arguments: str, **environment: str):
        self.mark = uuid.uuid4().hex
        self._log = (place.folder / f"log-{self.mark}").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "build.py", "report", "--out", str(place.out), *arguments],
            cwd=project,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={
                **os.environ, "PYTHONPATH": str(project), **place.environment, **environment,
                MARK: self.mark,
            },
        )  # fmt: skip
        self.main = psutil.Process(self.process.pid)

    def wait(self, seconds: float = 240) -> int:
        """Exit status."""
        return self.process.wait(seconds)

    @property
    def text(self) -> str:
        """What it has said so far, on both streams."""
        self._log.seek(0)
        return self._log.read()

    def of_role(self, role: str) -> list[psutil.Process]:
        """Processes of the build: main, template, forkserver, worker or kernel."""
        with suppress(psutil.Error):
            if role == "main":
                return [self.main]
            if role == "worker":
                return [w for server in self.of_role("forkserver") for w in server.children()]
            if role == "kernel":
                return [k for template in self.of_role("template") for k in template.children()]
            word = {"template": "warmkernel.template", "forkserver": "multiprocessing.forkserver"}
            return [
                child
                for child in self.main.children()
                if any(word[role] in argument for argument in child.cmdline())
            ]
        return []

    def strays(self) -> list[str]:
        """Living processes that this build has started, directly or not."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if (
                    process.environ().get(MARK) == self.mark
                    and process.status() != psutil.STATUS_ZOMBIE
                ):
                    found.append(f"{process.pid} {' '.join(process.cmdline())[:80]}")
        return found

    def end(self) -> None:
        """Leave nothing, whatever a test has found."""
        for entry in self.strays():
            with suppress(ProcessLookupError):
                os.kill(int(entry.split()[0]), signal.SIGKILL)
        self.process.wait(10)
        self._log.close()


@contextmanager
def started(project: Path, place: Room, *arguments: str, **environment: str) -> Iterator[Run]:
    run = Run(project, place, *arguments, **environment)
    try:
        yield run
    finally:
        run.end()
