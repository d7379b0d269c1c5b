"""The preview's processes: one that runs the chapter, one that its kernels are forked from."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
import traceback as tracebacks
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

from assessment.errors import InputError
from assessment.preview.messages import Edited, Opened, Outcome, Refused, Run, Subject, Trouble
from warmkernel import SOCKET_VARIABLE, Template, exit_with_parent

LIBRARIES = (
    "numpy", "pandas", "pydantic", "scipy.stats", "seaborn", "statsmodels.api", "statsmodels.tsa.seasonal",
    "matplotlib.figure", "matplotlib.backends.backend_svg",
)  # fmt: skip
"""Imported once for the whole preview: what does not change while a notebook is written."""

_WORKER_LIBRARIES = (
    *LIBRARIES, "yaml", "papermill", "nbconvert", "nbclient", "uharfbuzz", "filelock", "psutil",
    "jinja2.ext", "pydantic.dataclasses", "pydantic.json_schema", "IPython.core.interactiveshell",
)  # fmt: skip
_POLL_SECONDS = 0.1


class Workshop:
    """Runs a subject's chapter in a process that can be replaced within a second.

    Parameters
    ----------
    subject : Subject
        What is previewed.
    """

    def __init__(self, subject: Subject):
        self.subject = subject
        self._template = Template(LIBRARIES)
        method = "forkserver" if os.name == "posix" else "spawn"
        self._context: Any = multiprocessing.get_context(method)
        if method == "forkserver":
            self._context.set_forkserver_preload(list(_WORKER_LIBRARIES))
        self._folder = TemporaryDirectory(prefix="preview-")
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Self:
        self._template.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
        self._template.__exit__(kind, error, traceback)
        self._folder.cleanup()

    def open(self) -> Opened | Trouble:
        """Start the process, with the library as it is now.

        Raises
        ------
        InputError
            The subject cannot be previewed.
        """
        self.stop()
        ours, theirs = self._context.Pipe()
        names = (SOCKET_VARIABLE, "JUPYTER_PATH")
        environment = {name: os.environ[name] for name in names if name in os.environ}
        arguments = (theirs, self.subject, Path(self._folder.name), environment)
        process = self._context.Process(target=begin, args=arguments, daemon=True)
        process.start()
        theirs.close()
        self._process, self._pipe = process, ours
        try:
            answer = ours.recv()
        except (EOFError, OSError):
            self.stop()
            return Trouble("程序不能导入；先看启动预览的那个窗口里的说明")
        if isinstance(answer, Refused):
            raise InputError(answer.faults)
        if isinstance(answer, Trouble):
            self.stop()
            return answer
        opened: Opened = answer
        return opened

    @property
    def ready(self) -> bool:
        """Whether there is a process to run the chapter."""
        return self._process is not None and self._process.is_alive()

    def can_go_on(self, files: frozenset[Path]) -> bool:
        """Whether the process has none of these files of the library in use, and so stays.

        Kernels import the library afresh from then on.
        """
        assert self._pipe is not None
        try:
            self._pipe.send(Edited(files))
            return bool(self._pipe.recv())
        except (EOFError, OSError):
            return False

    def run(self, overtaken: Callable[[float], bool]) -> Outcome | None:
        """Run the chapter.

        Parameters
        ----------
        overtaken : callable
            Told the seconds that the run has taken; true gives it up.

        Returns
        -------
        Outcome or None
            None where it was given up; the process must be opened again then.
        """
        assert self._pipe is not None
        started = time.monotonic()
        try:
            self._pipe.send(Run())
            while not self._pipe.poll(_POLL_SECONDS):
                if overtaken(time.monotonic() - started):
                    self.stop()
                    return None
            outcome: Outcome = self._pipe.recv()
        except (EOFError, OSError):
            self.stop()
            return Trouble("预览的工作进程中途退出（可能是内存不足或被终止）")
        return outcome

    def stop(self) -> None:
        """End the process and its kernels."""
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._process is not None:
            self._process.terminate()
            self._process.join()
            self._process = None


def begin(pipe: Connection, subject: Subject, folder: Path, environment: dict[str, str]) -> None:
    """Import the library as it is on disk and run the chapter whenever asked.

    Parameters
    ----------
    pipe : Connection
        Gives an :class:`Opened`, :class:`Refused` or :class:`Trouble` first, then an answer to
        each request.
    subject : Subject
        What is previewed.
    folder : Path
        Place for inputs and outputs.
    environment : dict
        Where warm kernels are to be had.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    exit_with_parent()
    os.environ |= environment
    try:
        from assessment.preview.worker import work
    except Exception as error:
        said = tracebacks.format_exception_only(error)[-1].strip()
        pipe.send(Trouble("程序不能导入", (said,), details=tracebacks.format_exc()))
        return
    work(pipe, subject, folder)
