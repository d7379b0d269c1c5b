"""Ending with the process that one was started by, and ending what dead processes left behind."""

import contextlib
import ctypes
import os
import shutil
import signal
import sys
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def leave_with(owner: int, folder: str | os.PathLike[str]) -> Callable[[], None]:
    """
    End this process at once when its owner ends, and remove a folder that is theirs.

    For a time in which the process is busy importing and listens to nothing else. Without it,
    what an owner starts and is killed right after lives on for seconds, and leaves its folder.

    Parameters
    ----------
    owner : int
        Process id of the parent.
    folder : path
        Removed if the owner is gone; as long as it lives, that is its own matter.

    Returns
    -------
    callable
        Ends this, to be called when the process listens by itself.
    """
    if sys.platform != "linux":
        return lambda: None
    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR2)

    def leave(number: int, frame: object) -> None:
        orphan = os.getppid() != owner
        if orphan:
            shutil.rmtree(folder, ignore_errors=True)
        if orphan or number != signal.SIGUSR2:  # comes also where only a thread of it has ended
            os._exit(1)

    def stay() -> None:
        _prctl(_PR_SET_PDEATHSIG, 0)
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)

    for number in numbers:
        signal.signal(number, leave)
    _prctl(_PR_SET_PDEATHSIG, int(signal.SIGUSR2))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, numbers)
    leave(signal.SIGUSR2, None)  # it may be gone already
    return stay


def die_with_parent() -> None:
    """Be killed when the thread that forked this process ends (Linux only)."""
    _prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))


def adopt(on: bool = True) -> None:
    """Become the parent of what descendants leave behind, sessions of their own or not."""
    _prctl(_PR_SET_CHILD_SUBREAPER, int(on))


def end_orphans(but: Collection[int]) -> None:
    """
    Kill the children of this process with all that they have started, but for some.

    Parameters
    ----------
    but : collection of int
        Process ids of those that stay.
    """
    if sys.platform != "linux":
        return
    while found := set(_children()) - set(but):  # what they leave comes to this process in turn
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


@contextlib.contextmanager
def adopting(kept: Callable[[], Collection[int]]) -> Iterator[None]:
    """
    End with a block whatever processes that died in it have left behind.

    Parameters
    ----------
    kept : callable
        Returns process ids of children that outlive the block.
    """
    before = set(_children()) if sys.platform == "linux" else set()
    adopt()
    try:
        yield
    finally:
        end_orphans(before | set(kept()))
        adopt(False)


def _children() -> list[int]:
    try:
        return [
            int(pid)
            for task in Path("/proc/self/task").iterdir()
            for pid in (task / "children").read_text().split()
        ]
    except OSError:  # a Linux built without these files
        import psutil

        return [child.pid for child in psutil.Process().children()]


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
