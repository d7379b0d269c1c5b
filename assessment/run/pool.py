"""Where jobs run: an executor's workers, replaced when they die."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from assessment.run.stop import NotFinishedError
from warmkernel import exit_with_parent

SERVER_OWNER = "ASSESSMENT_SERVER_OWNER"
"""Environment variable that tells the server which workers are forked from whose it is: the process
id, a colon, and the folder of its socket."""

LONGEST_FOLDER = 107 - len("/pymp-12345678/listener-12345678")
"""Longest temporary folder, in bytes, in which a Unix socket of :mod:`multiprocessing` has room."""

MOST_BREAKAGES = 3
"""How often a call may be under way while a worker dies before it is given up."""


_LOOK_SECONDS = 0.2
"""How often it is looked whether to stop while nothing comes."""

LOST = "与调度器的联系断了：看看它和各个 worker 是否还在运行，需要就重新启动"


@dataclass(frozen=True)
class Call:
    """A function to be called with one argument on some worker."""

    function: Callable[[Any], Any]
    argument: Any


class WorkerLostError(RuntimeError):
    """Workers died again and again while a call was under way."""


def start_forkserver() -> None:
    """Let the process that workers are forked from begin its imports."""
    if os.name == "posix":
        from multiprocessing import forkserver, util

        # The server outlives a main process that is killed, and then removes its socket's folder.
        os.environ[SERVER_OWNER] = f"{os.getpid()}:{_socket_folder(util)}"
        forkserver.set_forkserver_preload(["assessment.build.preload"])
        forkserver.ensure_running()
        del os.environ[SERVER_OWNER]


def _socket_folder(util: Any) -> str:
    """Folder of this process's sockets: in /tmp where the temporary folder's path is too long."""
    chosen = tempfile.tempdir
    if len(os.fsencode(tempfile.gettempdir())) > LONGEST_FOLDER:
        tempfile.tempdir = "/tmp"  # a folder of our own is made in it
    try:
        return str(util.get_temp_dir())  # made once
    finally:
        tempfile.tempdir = chosen


def server_processes() -> set[int]:
    """Process ids of what multiprocessing keeps running between builds."""
    from multiprocessing import forkserver, resource_tracker

    found = (
        getattr(forkserver._forkserver, "_forkserver_pid", None),
        getattr(resource_tracker._resource_tracker, "_pid", None),
    )
    return {pid for pid in found if pid is not None}


def local_executor(workers: int, log: Path) -> Executor:
    """Processes of this machine; each ends with its parent, and leaves Ctrl-C to it.

    What they and their kernels write goes to a file: a kernel that runs out of memory has much to
    say, and what the user should know of it comes back as an outcome.
    """
    start_forkserver()
    context = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
    return ProcessPoolExecutor(
        workers, mp_context=context, initializer=_begin, initargs=(dict(os.environ), str(log))
    )


def _begin(environment: dict[str, str], log: str) -> None:
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(descriptor, stream)
    os.close(descriptor)
    # The server that forks workers keeps the environment of its own start.
    os.environ.clear()
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    exit_with_parent()


_alone = threading.Lock()


def perform(call: Call) -> Any:
    """Do a call, one at a time in a process: a dask worker may have several threads."""
    with _alone:
        return call.function(call.argument)


class Pool:
    """Runs calls and gives back their results as they come; survives the death of workers.

    Parameters
    ----------
    make : callable
        Makes the executor, at the first call and again where a death has broken it.
    width : int
        How many calls at a time keep it busy.
    halted : callable, optional
        Says whether to stop; asked while nothing comes.
    """

    def __init__(
        self, make: Callable[[], Executor], width: int, halted: Callable[[], bool] | None = None
    ):
        self._make = make
        self._halted = halted
        self._width = width
        self._executor: Executor | None = None
        self._calls: dict[Future[Any], Call] = {}
        self._done: SimpleQueue[Future[Any]] = SimpleQueue()
        self._breakages: dict[int, int] = {}

    def has_room(self) -> bool:
        """Whether another call would be taken up soon."""
        return len(self._calls) < self._width

    def submit(self, call: Call) -> None:
        """Add a call."""
        self._executor = self._executor or self._make()
        future: Future[Any]
        try:
            future = self._executor.submit(perform, call)
        # A worker that dies while others are being started takes away what these are given.
        except (BrokenProcessPool, EOFError, OSError) as error:
            future = Future()
            future.set_exception(BrokenProcessPool(str(error)))
        self._calls[future] = call
        future.add_done_callback(self._done.put)

    def results(self) -> Iterator[tuple[Call, Any]]:
        """Calls with what they returned, until none is left; more may be submitted meanwhile.

        A call that was under way at too many deaths of workers gives a
        :class:`WorkerLostError` in place of a result.

        Raises
        ------
        NotFinishedError
            It was told to stop, or the scheduler is lost.
        """
        while self._calls:
            future = self._next()
            if future not in self._calls:
                continue  # its call has been submitted again
            call = self._calls.pop(future)
            try:
                error = future.exception()
            except CancelledError:  # not by this process
                raise NotFinishedError(LOST) from None
            if error is None:
                self._breakages.pop(id(call), None)
                yield call, future.result()
            elif isinstance(error, BrokenProcessPool):
                yield from self._again([call, *self._abandon()])
            else:
                yield call, error

    def _next(self) -> Future[Any]:
        while self._halted is not None:
            if self._halted():
                raise NotFinishedError("已停止")
            with contextlib.suppress(Empty):
                return self._done.get(timeout=_LOOK_SECONDS)
        return self._done.get()

    def _abandon(self) -> list[Call]:
        calls = list(self._calls.values())
        self._calls.clear()
        return calls

    def _again(self, calls: list[Call]) -> Iterator[tuple[Call, WorkerLostError]]:
        if self._executor is not None and not isinstance(self._executor, ProcessPoolExecutor):
            raise NotFinishedError(LOST)
        self._renew()
        for call in calls:
            count = self._breakages[id(call)] = self._breakages.get(id(call), 0) + 1
            if count > MOST_BREAKAGES:
                yield call, WorkerLostError("执行进程反复中途退出")
            else:
                self.submit(call)

    def _renew(self) -> None:
        # The broken executor asks its other workers to end and waits for them. One that runs a
        # notebook takes no notice (nbclient handles the signal), and may then wait for a lock
        # that the dead worker held.
        self._kill_workers()
        self._let_go(wait=False)
        self._executor = self._make()

    def _let_go(self, *, wait: bool) -> None:
        if isinstance(self._executor, ProcessPoolExecutor):
            self._executor.shutdown(wait=wait, cancel_futures=True)
        elif self._executor is not None:
            self._executor.shutdown(wait=wait)

    def close(self) -> None:
        """Wait for nothing more and let go."""
        self._let_go(wait=True)

    def kill(self) -> None:
        """End the workers at once; for an interrupted build."""
        self._kill_workers()
        self._let_go(wait=False)

    def _kill_workers(self) -> None:
        workers = getattr(self._executor, "_processes", None) or {}
        for process in list(workers.values()):
            with contextlib.suppress(OSError, ValueError):  # gone, or closed already
                process.kill()
