"""What a command costs: wall time, and CPU time of every process that comes of it."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

PROJECT = Path(__file__).resolve().parents[1]

_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Cost:
    """Seconds of wall and CPU time; ``memory`` is the command's own peak in MiB."""

    wall: float
    cpu: float
    memory: float = 0.0

    def __str__(self) -> str:
        return f"{self.wall:7.2f} s wall, {self.cpu:7.2f} s CPU"


def middle(costs: Sequence[Cost]) -> Cost:
    """Medians."""
    return Cost(
        median(c.wall for c in costs), median(c.cpu for c in costs), median(c.memory for c in costs)
    )


def measured(
    command: Sequence[str], folder: Path = PROJECT, environment: Mapping[str, str] | None = None
) -> Cost:
    """Run a command to its end.

    Raises
    ------
    RuntimeError
        It ended with another status than 0.
    """
    done = subprocess.run(
        [sys.executable, __file__, *command],
        cwd=folder, env={**os.environ, **(environment or {})}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode != 0:
        said = f"{done.stdout[-1000:]}{done.stderr[-1000:]}"
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {said}")
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def _peak(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    found = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return int(found[0]) / 1024 if found else 0.0


def _main() -> int:
    # Processes whose parent ends before them come here, so that all are counted.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    begun = time.monotonic()
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _peak(process.pid))
        time.sleep(0.02)
    wall = time.monotonic() - begun
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    times = os.times()
    cost = {"wall": wall, "cpu": times.children_user + times.children_system, "memory": peak}
    print(json.dumps(cost))
    return process.returncode


if __name__ == "__main__":
    sys.exit(_main())
