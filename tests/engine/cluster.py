"""A dask scheduler and workers on this machine, started by their own commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.engine.runs import soon


class Cluster:
    """A scheduler and its workers.

    Parameters
    ----------
    folder : Path
        For their files.
    library : Path
        Put before everything else that the workers import.
    """

    def __init__(self, folder: Path, library: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self._environment = {**os.environ, "PYTHONPATH": str(library), **environment}
        self._file = folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show",
            "--scheduler-file", str(self._file),
        )  # fmt: skip
        self.workers: list[subprocess.Popen[bytes]] = []
        if not soon(lambda: self._file.is_file() and self._file.stat().st_size, 60):
            raise RuntimeError("the scheduler does not start")
        self.address = str(json.loads(self._file.read_text())["address"])

    def add_worker(self, threads: int = 1, library: Path | None = None) -> None:
        """One process, without a nanny that would start another."""
        self.workers.append(
            self._start(
                "worker", "--nthreads", str(threads), "--no-nanny", "--no-dashboard",
                "--local-directory", str(self._folder), "--scheduler-file", str(self._file),
                library=library,
            )
        )  # fmt: skip

    def _start(self, *arguments: str, library: Path | None = None) -> subprocess.Popen[bytes]:
        environment = self._environment | ({"PYTHONPATH": str(library)} if library else {})
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments],
                cwd=self._folder, env=environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.terminate()
        for process in (*self.workers, self.scheduler):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def cluster(
    folder: Path, library: Path, workers: int, environment: dict[str, str]
) -> Iterator[Cluster]:
    folder.mkdir()
    made = Cluster(folder, library, environment)
    try:
        for _ in range(workers):
            made.add_worker()
        yield made
    finally:
        made.close()
