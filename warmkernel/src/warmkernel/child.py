"""What a process does between being forked from the template and being a kernel."""

import contextlib
import ctypes
import os
import random
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from warmkernel.orphan import adopt, die_with_parent
from warmkernel.wire import encode

LAUNCHER = "ipykernel_launcher"

_PR_SET_NAME = 15
_CONTROL_SECONDS = 1.0
_INLINE_BACKEND = "module://matplotlib_inline.backend_inline"


@dataclass(frozen=True)
class Launch:
    """
    One kernel to become.

    Attributes
    ----------
    arguments : tuple of str
        Arguments of the kernel after ``-m ipykernel_launcher``.
    folder : str
        Working directory, absolute.
    environment : Mapping
        The complete environment.
    memory : int or None
        Limit of private memory in bytes.
    descriptors : tuple of int
        Standard output and standard error.
    parent : int
        Process id of the template.
    report : int
        Descriptor of the connection to the client, to say that the kernel can be connected to.
    """

    arguments: tuple[str, ...]
    folder: str
    environment: Mapping[str, str]
    memory: int | None
    descriptors: tuple[int, ...]
    parent: int
    report: int

    def run(self) -> None:
        """Become the kernel; returns or raises SystemExit when the kernel ends."""
        os.setsid()
        _die_with(self.parent)
        _connect_streams(self.descriptors)
        os.chdir(self.folder)
        _take_environment(self.environment, self.parent)
        if self.memory:
            _limit_memory(self.memory)
        _renew_seeds()
        _reset_signals()
        launcher = find_spec(LAUNCHER)
        sys.argv[:] = [launcher.origin if launcher and launcher.origin else LAUNCHER]
        sys.argv += self.arguments

        from ipykernel.kernelapp import IPKernelApp

        app: Any = IPKernelApp.instance(parent_handle=self.parent)
        app.initialize(list(self.arguments))
        # Bound now: whoever connects earlier has to wait for ZeroMQ's next attempt, 0.1 s later.
        with contextlib.suppress(OSError), socket.socket(fileno=self.report) as report:
            report.send(encode({"ready": True}))
        app.start()
        # The control thread flushes the output once more after a shutdown request. Were the
        # output closed first, by the exit handlers, it would wait 10 s for it.
        if app.control_thread is not None:
            app.control_thread.join(_CONTROL_SECONDS)


def block_signals() -> None:
    """Hold signals back, so that none meets a process which is half a kernel."""
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())


def release_signals() -> None:
    """Let the signals through that `block_signals` held back."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals())


def _die_with(parent: int) -> None:
    # Tied to the thread that forked: the template has one thread only, so to its process.
    die_with_parent()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NAME, b"warm-kernel", 0, 0, 0)
    adopt()
    if os.getppid() != parent:
        os._exit(1)


def _connect_streams(descriptors: Sequence[int]) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    output, error = (*descriptors, null, null)[:2]
    for source, target in ((null, 0), (output, 1), (error, 2)):
        os.dup2(source, target)
    for descriptor in {null, *descriptors}:
        os.close(descriptor)


def _take_environment(environment: Mapping[str, str], parent: int) -> None:
    inherited_backend = os.environ.get("MPLBACKEND")
    os.environ.clear()
    os.environ.update(environment)
    os.environ["JPY_PARENT_PID"] = str(parent)
    time.tzset()
    # The inline backend hooks itself into IPython when it is imported: not before there is one.
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib_inline"]:
        del sys.modules[name]
    # Matplotlib read the variable when the template imported it.
    backend = environment.get("MPLBACKEND", _INLINE_BACKEND)
    if "matplotlib" in sys.modules and backend != inherited_backend:
        sys.modules["matplotlib"].rcParams["backend"] = backend


def _limit_memory(limit: int) -> None:
    import resource

    # RLIMIT_AS would count every shared library and reserved range as well.
    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(kind, (limit, limit))


def _renew_seeds() -> None:
    random.seed()
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()


def _reset_signals() -> None:
    with contextlib.suppress(ValueError):
        signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    release_signals()
