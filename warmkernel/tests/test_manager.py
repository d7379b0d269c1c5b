"""The manager that waits for events: quicker, and as patient as the ordinary one."""

import asyncio
import time
from queue import Empty

import psutil
import pytest

from support import client, connected, pid_of, run, soon, started, warm
from warmkernel.manager import WarmKernelClient, WarmKernelManager

pytestmark = pytest.mark.usefixtures("template")


def test_ready_means_that_nothing_of_the_start_is_left_to_read() -> None:
    async def scene() -> tuple[float, float]:
        async with started(WarmKernelManager) as manager:
            with connected(manager) as client:
                assert isinstance(client, WarmKernelClient)
                begin = time.monotonic()
                await client.wait_for_ready(timeout=30)
                taken = time.monotonic() - begin
                with pytest.raises(Empty):
                    await client.iopub_channel.get_msg(timeout=0.3)
                begin = time.monotonic()
                await manager.shutdown_kernel()
                return taken, time.monotonic() - begin

    ready, shutdown = map(min, zip(*(asyncio.run(scene()) for _ in range(5)), strict=True))
    assert ready < 0.19  # the ordinary client needs a silence of 0.2 s
    assert shutdown < 0.3


def test_a_kernel_that_dies_at_its_start_is_told() -> None:
    async def scene() -> None:
        async with started(WarmKernelManager) as manager:
            with connected(manager) as client:
                psutil.Process(pid_of(manager)).suspend()  # or it may answer before it dies
                await warm(manager).send_signal(9)
                with pytest.raises(RuntimeError, match="died before replying"):
                    await client.wait_for_ready(timeout=30)

    asyncio.run(scene())


def test_a_kernel_that_does_not_answer_is_told() -> None:
    async def scene() -> None:
        async with started(WarmKernelManager) as manager:
            with connected(manager) as client:
                process = psutil.Process(pid_of(manager))
                process.suspend()
                assert soon(lambda: process.status() == psutil.STATUS_STOPPED, 5)
                with pytest.raises(RuntimeError, match=r"didn't respond in 0\.5 seconds"):
                    await client.wait_for_ready(timeout=0.5)

    asyncio.run(scene())


def test_a_busy_kernel_is_shut_down_by_an_interrupt() -> None:
    async def scene() -> None:
        async with started(WarmKernelManager) as manager:
            with connected(manager) as client:
                await client.wait_for_ready(timeout=30)
                client.execute("import time; time.sleep(60)")
                await asyncio.sleep(0.3)
                begin = time.monotonic()
                await manager.shutdown_kernel()
                assert time.monotonic() - begin < 2
                assert not manager.has_kernel

    asyncio.run(scene())


def test_ordinary_kernels_are_served_too() -> None:
    assert run("print(1)", kernel_name="python3", kernel_manager_class=WarmKernelManager) == "1"


def test_no_task_of_a_dead_kernel_outlives_the_run() -> None:
    async def scene() -> set[asyncio.Task[object]]:
        dead = client("import os; os._exit(0)", kernel_manager_class=WarmKernelManager)
        with pytest.raises(RuntimeError):
            await dead.async_execute()
        await asyncio.sleep(0.05)
        return asyncio.all_tasks() - {asyncio.current_task()}

    assert asyncio.run(scene()) == set()
