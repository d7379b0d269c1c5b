"""Kernels that end, hang or are killed: noticed at once, and told with the right status."""

import asyncio
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from support import (
    MANAGER,
    client,
    connected,
    gone,
    pid_of,
    read_pid,
    run,
    soon,
    started,
    wait_cell,
    warm,
)

pytestmark = pytest.mark.usefixtures("template")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, -15)])
def test_exit_status_comes_without_polling(number: int, code: int) -> None:
    async def scene() -> float:
        async with started() as manager:
            provisioner = warm(manager)
            assert await provisioner.poll() is None
            os.kill(pid_of(manager), number)
            begin = time.monotonic()
            assert await provisioner.wait() == code
            waited = time.monotonic() - begin
            assert not await manager.is_alive()
            assert not provisioner.has_process
            return waited

    # The usual polling never takes less than a round; a busy machine may hold up one try.
    assert min(asyncio.run(scene()) for _ in range(5)) < 0.09


def test_several_may_wait_for_one_kernel() -> None:
    async def scene() -> None:
        async with started() as manager:
            waiting = [asyncio.ensure_future(warm(manager).ended()) for _ in range(3)]
            await asyncio.sleep(0)
            await warm(manager).kill()
            await asyncio.wait_for(asyncio.gather(*waiting), 1)
            assert await warm(manager).poll() == -9

    asyncio.run(scene())


def test_exit_code_of_the_kernel_is_reported() -> None:
    async def scene() -> None:
        async with started() as manager:
            with connected(manager) as client:
                await client.wait_for_ready(timeout=30)
                client.execute("import os; os._exit(7)")
                assert await asyncio.wait_for(warm(manager).wait(), 5) == 7

    asyncio.run(scene())


def test_a_restarted_kernel_is_a_new_one() -> None:
    async def scene() -> None:
        async with started() as manager:
            before = warm(manager).pid
            await manager.restart_kernel()
            assert await manager.is_alive()
            assert warm(manager).pid != before
            with connected(manager) as client:
                await client.wait_for_ready(timeout=30)

    asyncio.run(scene())


def test_provisioner_information_names_the_process() -> None:
    async def scene() -> None:
        async with started() as manager:
            info = await warm(manager).get_provisioner_info()
            assert info["pid"] == info["pgid"] == warm(manager).pid
            assert os.getpgid(info["pid"]) == info["pid"]
            assert info["connection_info"]["transport"] == "ipc"

    asyncio.run(scene())


def test_leaving_by_sys_exit_ends_the_cell_only() -> None:
    executed = client("import sys; sys.exit(3)", "print('on')", allow_errors=True).execute()
    assert executed.cells[0].outputs[0].ename == "SystemExit"
    assert executed.cells[1].outputs[0].text == "on\n"


# nbclient looks after the kernel once a second from the start of the cell; with the manager
# the shell channel itself notices.
@pytest.mark.parametrize(
    ("options", "sleep", "limit"),
    [({}, 0.5, 0.9), ({"kernel_manager_class": MANAGER}, 0.05, 0.4)],
    ids=["plain", "manager"],
)
def test_a_kernel_that_leaves_is_noticed(
    tmp_path: Path, options: dict[str, str], sleep: float, limit: float
) -> None:
    stamp = tmp_path / "stamp"
    cell = (
        f"import os, time; time.sleep({sleep})\n"
        f"open({os.fspath(stamp)!r}, 'w').write(str(time.time())); os._exit(0)"
    )
    waits = []
    for _ in range(3):  # a busy machine may hold up one try
        with pytest.raises(DeadKernelError):
            run(cell, **options)
        waits.append(time.time() - float(stamp.read_text()))
        if waits[-1] < limit:
            break
    assert min(waits) < limit


def test_a_killed_kernel_is_noticed(tmp_path: Path) -> None:
    killed = []

    def kill() -> None:
        pid = read_pid(tmp_path / "pid")
        killed.append(time.monotonic())
        os.kill(pid, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    with pytest.raises(DeadKernelError):
        run(wait_cell(tmp_path / "pid"), kernel_manager_class=MANAGER)
    thread.join()
    assert time.monotonic() - killed[0] < 2  # not the minutes that a cell may take


def test_an_endless_loop_is_stopped_by_the_time_limit() -> None:
    begin = time.monotonic()
    with pytest.raises(CellTimeoutError):
        run("while True: pass", timeout=1)
    assert time.monotonic() - begin < 4


def test_an_interrupt_leaves_the_kernel_usable() -> None:
    sources = ("import time; time.sleep(60)", "print('on')")
    options = {"timeout": 1, "interrupt_on_timeout": True, "allow_errors": True}
    executed = client(*sources, **options).execute()
    assert executed.cells[0].outputs[0].ename == "KeyboardInterrupt"
    assert executed.cells[1].outputs[0].text == "on\n"


def test_what_a_kernel_started_dies_with_it(tmp_path: Path) -> None:
    path = os.fspath(tmp_path / "pid")
    cell = (
        "import subprocess, os; child = subprocess.Popen(['sleep', '100'])\n"
        f"open({path!r}, 'w').write(f'{{child.pid}}\\n'); os._exit(0)"
    )
    with pytest.raises(DeadKernelError):
        run(cell, kernel_manager_class=MANAGER)
    assert soon(lambda: gone(read_pid(tmp_path / "pid")), 2)
