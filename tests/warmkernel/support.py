"""Running notebooks and watching processes."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

MANAGER = "warmkernel.manager.WarmKernelManager"


def notebook(*sources: str) -> NotebookNode:
    made = new_notebook(cells=[new_code_cell(source) for source in sources])
    made.metadata["kernelspec"] = {"name": "warm", "display_name": "warm", "language": "python"}
    return made


def client(*sources: str, **options: Any) -> NotebookClient:
    options = {"kernel_name": "warm", "timeout": 60, "startup_timeout": 60, **options}
    return NotebookClient(notebook(*sources), **options)


def run(*sources: str, **options: Any) -> str:
    """What the last cell printed."""
    executed = client(*sources, **options).execute()
    return "".join(output.get("text", "") for output in executed.cells[-1].outputs).strip()


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
