"""A worker that dies must not leave the others, or the build, waiting."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from multiprocessing import forkserver
from pathlib import Path

import psutil
import pytest

from assessment.run.pool import Call, Pool, local_executor
from tests.conftest import ROOT
from tests.engine.runs import soon

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


def test_a_call_that_comes_while_the_executor_breaks_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    executor = local_executor(2, tmp_path / "log")
    executors = [executor]
    pool = Pool(lambda: executors.pop() if executors else local_executor(2, tmp_path / "log"), 4)
    pool.submit(Call(deaf, 0.5))

    def broken() -> None:
        raise OSError(errno.EBADF, "closed by the thread that saw a worker die")

    monkeypatch.setattr(executor, "_spawn_process", broken)
    pool.submit(Call(worker_id, None))
    assert {type(result) for _, result in pool.results()} == {int, str}
    pool.close()


def test_a_request_that_is_broken_off_does_not_end_the_server_of_workers(tmp_path: Path) -> None:
    pool = Pool(lambda: local_executor(1, tmp_path / "log"), 2)
    pool.submit(Call(worker_id, None))
    list(pool.results())
    server = forkserver._forkserver
    before = server._forkserver_pid
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(server._forkserver_address)
    assert not soon(lambda: psutil.Process(before).status() == psutil.STATUS_ZOMBIE, 1.5)
    pool._renew()
    pool.submit(Call(worker_id, None))
    assert [type(result) for _, result in pool.results()] == [int]
    assert server._forkserver_pid == before
    pool.close()


def test_a_long_temporary_folder_has_no_room_for_sockets(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * (118 - len(str(tmp_path)) - 1))
    folder.mkdir()
    code = (
        "import os\nfrom multiprocessing import forkserver\n"
        "from assessment.run.pool import start_forkserver\nstart_forkserver()\n"
        "print(forkserver._forkserver._forkserver_address)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder)},
    )  # fmt: skip
    assert done.stdout.startswith("/tmp/pymp-")
    assert soon(lambda: not Path(done.stdout.strip()).parent.exists(), 2)
