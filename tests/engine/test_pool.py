"""A worker that dies must not leave the others, or the build, waiting."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from assessment.run.pool import Call, Pool, local_executor

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


def worker_id(_: object) -> int:
    return os.getpid()


def deaf(seconds: float) -> str:
    """As a worker in a notebook: nbclient takes SIGTERM for the kernel's sake."""
    signal.signal(signal.SIGTERM, lambda *_: None)
    time.sleep(seconds)
    return "done"


def test_a_worker_that_ignores_the_end_does_not_hold_it_up(tmp_path: Path) -> None:
    executor = local_executor(2, tmp_path / "log")
    executors = [executor]
    pool = Pool(lambda: executors.pop() if executors else local_executor(2, tmp_path / "log"), 4)
    pool.submit(Call(deaf, 4.0))
    time.sleep(0.5)
    pool.submit(Call(worker_id, None))
    results = pool.results()
    _, idle = next(results)
    time.sleep(0.5)  # it waits for its next call now, with the lock of the queue
    waiting = executor._executor_manager_thread
    os.kill(idle, signal.SIGKILL)
    assert [result for _, result in results] == ["done"]
    pool.close()
    waiting.join(10)
    assert not waiting.is_alive()  # Python waits for it before it ends
