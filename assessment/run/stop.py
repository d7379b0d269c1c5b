"""How a command ends when it is told to: by Ctrl-C, by ``kill``, or because its terminal closed."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType


class NotFinishedError(Exception):
    """A build had to stop half way; the text tells the user why and what to do."""


class Stopped(KeyboardInterrupt):
    """The command was told to end by a signal other than that of Ctrl-C.

    Attributes
    ----------
    status : int
        Exit status: 128 and the signal's number.
    """

    def __init__(self, number: int) -> None:
        self.status = 128 + number
        super().__init__(number)


@contextmanager
def stoppable() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end a block as Ctrl-C does, so that it can clean up.

    A signal that is ignored, as ``nohup`` does with SIGHUP, stays so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            before[number] = signal.signal(number, _stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)  # once is enough: cleaning up is not to be broken off
    raise Stopped(number)


def open_streams() -> None:
    """Give the streams that were closed (``>&-``) a place to go.

    Otherwise the next file that is opened would become standard output.
    """
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(descriptor)
        except OSError:
            with suppress(OSError):
                os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123
