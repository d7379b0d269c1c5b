"""Start, find and stop template processes."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from warmkernel.kernelspec import ensure_kernelspec
from warmkernel.wire import Channel

SOCKET_VARIABLE = "WARMKERNEL_SOCKET"

# More than one thread at the moment of a fork can leave a lock held for ever in the child.
_ONE_THREAD = dict.fromkeys(
    (
        "OPENBLAS_NUM_THREADS",
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "NUMEXPR_MAX_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "BLIS_NUM_THREADS",
    ),
    "1",
)
# Matplotlib reads it on import; ipykernel sets the same value in every kernel.
_BACKEND = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
# The debugger is imported with the kernel, and would warn once that it is.
_QUIET = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}
_BACKLOG = 1024
_STOP_SECONDS = 5.0


def unsupported_reason() -> str | None:
    """
    Why kernels cannot be forked on this platform, or None where they can.

    Returns
    -------
    str or None
    """
    for module, name in ((os, "fork"), (socket, "AF_UNIX"), (socket, "send_fds")):
        if not hasattr(module, name):
            return f"this platform has no {module.__name__}.{name}"
    if not Path("/proc/self/task").is_dir():
        return "this platform has no /proc to count the threads of a process before a fork"
    return None


@dataclass(frozen=True)
class Status:
    """
    State of a template.

    Attributes
    ----------
    pid : int
        Process id.
    threads : tuple of str
        Names of the operating system's threads; a fork needs exactly one.
    loaded : tuple of str
        Modules imported on request.
    skipped : Mapping
        Modules not imported, with the reason.
    seconds : float
        Time the imports took.
    kernels : tuple of int
        Process ids of the living kernels.
    """

    pid: int
    threads: tuple[str, ...]
    loaded: tuple[str, ...]
    skipped: Mapping[str, str]
    seconds: float
    kernels: tuple[int, ...]


class Template:
    """
    A process that has imported `preload` and forks kernels.

    As a context manager it starts at once, and exports ``WARMKERNEL_SOCKET`` and a
    kernelspec (by ``JUPYTER_PATH``), so that this process and the workers it starts run
    notebooks by ``kernel_name="warm"``. It ends with the context and with the process
    which started it, however that ends; its kernels end with it.

    Where forking is not possible it starts nothing, and ordinary kernels serve.

    Parameters
    ----------
    preload : sequence of str
        Modules to import. One that cannot be imported, or that starts a thread, is left out.
    env : Mapping, optional
        Variables for the template beside those of this process; needed only for what
        libraries read while they are imported. Kernels get the environment of their client.
    python : str, optional
        Interpreter, by default this one.
    """

    def __init__(
        self,
        preload: Sequence[str] = (),
        *,
        env: Mapping[str, str] | None = None,
        python: str | None = None,
    ) -> None:
        self.preload = tuple(preload)
        self.python = python or sys.executable
        self.socket: Path | None = None
        self._environment = dict(env or {})
        self._owner = os.getpid()
        self._restore: dict[str, str | None] = {}
        self._cold_folder: tempfile.TemporaryDirectory[str] | None = None

    def start(self) -> None:
        """Start the process; returns at once, the imports go on. A second call does nothing."""
        if self.socket is not None or unsupported_reason():
            return
        from warmkernel.room import open_room

        room = open_room()
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(os.fspath(room.socket))
            listener.listen(_BACKLOG)
            command = [self.python, "-m", "warmkernel.template"]
            command += ["--listen", str(listener.fileno()), "--lock", str(room.lock)]
            command += ["--owner", str(os.getpid()), "--folder", str(room.folder)]
            try:
                process = subprocess.Popen(
                    [*command, *self.preload],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    env={**_BACKEND, **_QUIET, **os.environ, **_ONE_THREAD, **self._environment},
                    cwd=room.folder,
                    pass_fds=(listener.fileno(), room.lock),
                    start_new_session=True,
                )
            except BaseException:
                room.remove()
                raise
        self._room, self._process, self.socket = room, process, room.socket

    def close(self) -> None:
        """Stop the template and its kernels, remove its files. May be called twice."""
        if self.socket is None or os.getpid() != self._owner:
            return
        self.socket = None
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._room.remove()

    def status(self, timeout: float = 60.0) -> Status:
        """
        Ask the template how it is; waits until its imports are done.

        Parameters
        ----------
        timeout : float, default: 60
            Seconds to wait.

        Returns
        -------
        Status

        Raises
        ------
        RuntimeError
            If no template runs or it does not answer in time.
        """
        if self.socket is None:
            raise RuntimeError(unsupported_reason() or "the template has not been started")
        connection = socket.socket(socket.AF_UNIX)
        channel = Channel(connection)
        deadline = time.monotonic() + timeout
        try:
            connection.connect(os.fspath(self.socket))
            channel.send({"status": True})
            while not channel.ended and time.monotonic() < deadline:
                for answer in channel.receive():
                    return Status(
                        pid=answer["pid"],
                        threads=tuple(answer["threads"]),
                        loaded=tuple(answer["loaded"]),
                        skipped=answer["skipped"],
                        seconds=answer["seconds"],
                        kernels=tuple(answer["kernels"]),
                    )
                time.sleep(0.01)
        except OSError as error:
            raise RuntimeError(f"the template is gone: {error}") from error
        finally:
            channel.close()
        raise RuntimeError(f"the template did not answer within {timeout} s")

    def __enter__(self) -> Self:
        self.start()
        if self.socket is not None:
            folder = str(self._room.folder)
            self._export(SOCKET_VARIABLE, str(self.socket))
        else:
            self._cold_folder = tempfile.TemporaryDirectory(prefix="warmkernel-")
            folder = self._cold_folder.name
        ensure_kernelspec(folder, self.preload, python=self.python)
        known = os.environ.get("JUPYTER_PATH")
        self._export("JUPYTER_PATH", os.pathsep.join(filter(None, (folder, known))))
        return self

    def _export(self, name: str, value: str) -> None:
        self._restore[name] = os.environ.get(name)
        os.environ[name] = value

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for name, value in self._restore.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        self._restore.clear()
        if self._cold_folder is not None:
            self._cold_folder.cleanup()
        self.close()
