"""The template's loop: accept clients, fork kernels, report their deaths."""

import contextlib
import gc
import os
import selectors
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warmkernel.child import Launch, block_signals, release_signals
from warmkernel.orphan import adopt, end_orphans
from warmkernel.room import remove_files
from warmkernel.wire import Channel, Message

_OWNER_CHECK_SECONDS = 0.5
_END = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
_TASKS = Path("/proc/self/task")


def os_threads() -> tuple[str, ...]:
    """Names of the operating system's threads of this process, Python's own or not."""
    names = []
    for task in sorted(_TASKS.iterdir(), key=lambda path: int(path.name)):
        with contextlib.suppress(OSError):
            names.append((task / "comm").read_text().strip())
    return tuple(names)


def same_python(one: str, other: str) -> bool:
    """Whether two paths name one interpreter of one environment (``python``, ``python3``)."""
    first, second = Path(one), Path(other)
    return first.parent == second.parent and first.resolve() == second.resolve()


@dataclass
class Kernel:
    """A forked kernel, its client, and the name its files begin with."""

    pid: int
    channel: Channel
    stem: str


@dataclass
class Server:
    """
    State of the template process.

    Attributes
    ----------
    listener : socket.socket
        The bound control socket.
    owner : int
        Process id of the parent; the template ends with it.
    folder : Path
        The private folder.
    defaults : Mapping
        Variables which the imported libraries have set, as they would in a kernel.
    status : Mapping
        What a client that asks for the status is told beside the current state.
    """

    listener: socket.socket
    owner: int
    folder: Path
    defaults: Mapping[str, str]
    status: Mapping[str, Any]
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    kernels: dict[int, Kernel] = field(default_factory=dict)
    stopping: bool = False

    def serve(self, begun: Callable[[], None] = lambda: None) -> Launch | None:
        """
        Serve until the owner ends or a SIGTERM or SIGHUP comes.

        Parameters
        ----------
        begun : callable
            Called as soon as the owner's end would be noticed here.

        Returns
        -------
        Launch or None
            In a forked process the kernel to become, in the template None.
        """
        wake_read, wake_write = socket.socketpair()
        for end in (wake_read, wake_write):
            end.setblocking(False)
        signal.set_wakeup_fd(wake_write.fileno(), warn_on_full_buffer=False)
        self.selector.register(wake_read, selectors.EVENT_READ)
        self.listener.setblocking(False)
        self.selector.register(self.listener, selectors.EVENT_READ)
        watch = self._watch_owner()
        begun()
        for number in (signal.SIGCHLD, *_END):
            signal.signal(number, self._note)
        adopt()
        own = [wake_read, wake_write, self.listener]
        while not self.stopping and os.getppid() == self.owner:
            for key, _ in self.selector.select(None if watch else _OWNER_CHECK_SECONDS):
                if key.fileobj is self.listener:
                    self._accept()
                elif key.fileobj is wake_read:
                    with contextlib.suppress(BlockingIOError):
                        wake_read.recv(4096)
                elif isinstance(key.fileobj, Channel):
                    launch = self._hear(key.fileobj)
                    if launch is not None:
                        self._leave(own, watch)
                        return launch
                else:
                    self.stopping = True
            self._reap()
        self._stop()
        return None

    def _note(self, number: int, frame: object) -> None:
        self.stopping = self.stopping or number in _END

    def _watch_owner(self) -> int | None:
        # A pipe's end would be held open by whatever the owner forks; this is not.
        try:
            watch = os.pidfd_open(self.owner)
        except (AttributeError, OSError):
            return None
        self.selector.register(watch, selectors.EVENT_READ)
        return watch

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            connection, _ = self.listener.accept()
            self.selector.register(Channel(connection), selectors.EVENT_READ)

    def _hear(self, channel: Channel) -> Launch | None:
        for message in channel.receive():
            launch = self._obey(channel, message)
            if launch is not None:
                return launch
        if channel.ended:
            self.selector.unregister(channel)
            channel.close()
            for kernel in self.kernels.values():
                if kernel.channel is channel:
                    self._signal(kernel.pid, signal.SIGKILL)
        return None

    def _obey(self, channel: Channel, message: Message) -> Launch | None:
        if "signal" in message:
            for kernel in self.kernels.values():
                if kernel.channel is channel:
                    self._signal(kernel.pid, message["signal"])
        elif "launch" in message:
            refusal = self._refusal(message["launch"])
            if refusal:
                _tell(channel, {"refused": refusal})
            else:
                return self._fork(channel, message["launch"])
        else:
            state = {"pid": os.getpid(), "threads": os_threads(), "kernels": list(self.kernels)}
            _tell(channel, {**self.status, **state})
        return None

    def _refusal(self, request: Message) -> str | None:
        if not same_python(request["python"], sys.executable):
            return f"the template runs {sys.executable}, the kernel asks for {request['python']}"
        threads = os_threads()
        if len(threads) != 1:
            return f"the template has {len(threads)} threads ({', '.join(threads)})"
        return None

    def _fork(self, channel: Channel, request: Message) -> Launch | None:
        descriptors = tuple(channel.descriptors)
        template = os.getpid()
        block_signals()
        try:
            pid = os.fork()
        except OSError as error:
            release_signals()
            _tell(channel, {"refused": f"cannot fork: {error}"})
            return None
        if pid == 0:
            channel.descriptors.clear()
            return Launch(
                arguments=tuple(request["arguments"]),
                folder=request["folder"],
                environment={**self.defaults, **request["environment"]},
                memory=request["memory"],
                descriptors=descriptors,
                parent=template,
                report=os.dup(channel.fileno()),
            )
        release_signals()
        for descriptor in descriptors:
            os.close(descriptor)
        channel.descriptors.clear()
        self.kernels[pid] = Kernel(pid, channel, request["stem"])
        _tell(channel, {"pid": pid})
        return None

    def _leave(self, own: list[socket.socket], watch: int | None) -> None:
        """Give up, in a forked process, everything that is the template's."""
        for key in list(self.selector.get_map().values()):
            if isinstance(key.fileobj, Channel):
                key.fileobj.close()
        self.selector.close()
        for end in own:
            end.close()
        if watch is not None:
            os.close(watch)
        self.kernels.clear()
        gc.enable()

    def _signal(self, pid: int, number: int) -> None:
        # Not reaped yet, or it would not be listed: the id is still the kernel's. It has no
        # group of its own in the moment between fork and setsid.
        for send in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                send(pid, number)
                return

    def _reap(self) -> None:
        for kernel in list(self.kernels.values()):
            options = os.WEXITED | os.WNOHANG | os.WNOWAIT
            if os.waitid(os.P_PID, kernel.pid, options) is not None:
                self._bury(kernel)

    def _bury(self, kernel: Kernel) -> None:
        self._signal(kernel.pid, signal.SIGKILL)  # what it started and left behind
        _, status = os.waitpid(kernel.pid, 0)
        del self.kernels[kernel.pid]
        # What left the kernel's group is adopted by the kernel, and after its end by the template.
        end_orphans(self.kernels)
        remove_files(self.folder, kernel.stem)
        _tell(kernel.channel, {"exit": os.waitstatus_to_exitcode(status)})

    def _stop(self) -> None:
        for kernel in list(self.kernels.values()):
            self._signal(kernel.pid, signal.SIGKILL)
        for kernel in list(self.kernels.values()):
            self._bury(kernel)


def _tell(channel: Channel, message: Message) -> None:
    # A client that is gone is noticed at the end of its stream.
    with contextlib.suppress(OSError):
        channel.send(message)
