"""Running notebooks and watching processes."""

import json
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager, KernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from warmkernel.provisioner import WarmProvisioner

PRELOAD = ("numpy", "pandas", "scipy.stats", "statsmodels.api", "matplotlib.pyplot")
MANAGER = "warmkernel.manager.WarmKernelManager"


def write(made: NotebookNode, path: Path) -> None:
    path.write_text(json.dumps(made), encoding="utf-8")


def notebook(*sources: str) -> NotebookNode:
    cells = [new_code_cell(source) for source in sources]
    made: NotebookNode = new_notebook(cells=cells)
    made.metadata["kernelspec"] = {"name": "warm", "display_name": "warm", "language": "python"}
    return made


def client(*sources: str, **options: Any) -> NotebookClient:
    options = {"kernel_name": "warm", "timeout": 60, "startup_timeout": 60, **options}
    return NotebookClient(notebook(*sources), **options)


def run(*sources: str, **options: Any) -> str:
    """What the last cell printed."""
    executed = client(*sources, **options).execute()
    return "".join(output.get("text", "") for output in executed.cells[-1].outputs).strip()


def warm(manager: KernelManager) -> WarmProvisioner:
    assert isinstance(manager.provisioner, WarmProvisioner)
    return manager.provisioner


def pid_of(manager: KernelManager) -> int:
    pid = warm(manager).pid
    assert pid is not None
    return int(pid)


@asynccontextmanager
async def started(
    kind: type[AsyncKernelManager] = AsyncKernelManager, **options: Any
) -> AsyncIterator[AsyncKernelManager]:
    """A kernel, which is gone afterwards in any case."""
    manager = kind(kernel_name="warm")
    await manager.start_kernel(**options)
    try:
        yield manager
    finally:
        await manager.shutdown_kernel(now=True)


@contextmanager
def connected(manager: AsyncKernelManager) -> Iterator[AsyncKernelClient]:
    """A client, whose channels are closed in any case."""
    client = manager.client()
    client.start_channels()
    try:
        yield client
    finally:
        client.stop_channels()


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def soon(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition comes true within the time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


def read_pid(path: Path) -> int:
    """A process id that another process writes to a file."""
    assert soon(lambda: path.exists() and path.read_text().endswith("\n"), 60), path
    return int(path.read_text())


#: A cell that tells its process id and waits.
def wait_cell(path: Path) -> str:
    return (
        f"import os, time; open({os.fspath(path)!r}, 'w').write(f'{{os.getpid()}}\\n')\n"
        "time.sleep(120)"
    )
