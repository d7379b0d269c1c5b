"""The client's end of a forked kernel."""

import asyncio
import contextlib
import os
import signal
import socket
import weakref
from collections.abc import Sequence
from pathlib import Path

from warmkernel.wire import Channel, Message

_KILLED = -int(getattr(signal, "SIGKILL", 9))


class TemplateGoneError(RuntimeError):
    """No template listens at the socket, or it ended before it answered."""


class RefusedError(RuntimeError):
    """The template will not fork this kernel; the message says why."""


class WarmKernel:
    """
    A forked kernel, known by its process id and an open connection to its parent.

    The connection reports the kernel's end with its exit code; when the connection closes,
    the template kills the kernel.

    Parameters
    ----------
    channel : Channel
        Connection over which the kernel was asked for.
    answer : dict
        What the template has said so far: at least ``pid``, the process id, which is also
        the id of the kernel's process group.
    """

    def __init__(self, channel: Channel, answer: Message) -> None:
        self.pid: int = answer["pid"]
        self._channel = channel
        self._exit: int | None = answer.get("exit")
        self._ready = "ready" in answer
        _living.add(self)

    async def ready(self) -> None:
        """Return when the kernel can be connected to, or has ended before that."""
        while self.poll() is None and not self._ready:
            await _readable(self._channel)

    def poll(self) -> int | None:
        """Exit code as ``Popen.returncode`` has it (-N: killed by signal N), None while alive."""
        if self._exit is None:
            for message in self._channel.receive():
                self._ready = self._ready or "ready" in message
                self._exit = message.get("exit", self._exit)
            if self._exit is None and self._channel.ended:
                # The template is gone, and the kernel, bound to it, with it; not so what
                # the kernel had started.
                with contextlib.suppress(OSError):
                    os.killpg(self.pid, signal.SIGKILL)
                self._exit = _KILLED
            if self._exit is not None:
                self._channel.close()
        return self._exit

    async def wait(self) -> int:
        """Exit code, as soon as the kernel has ended."""
        while (code := self.poll()) is None:
            await _readable(self._channel)
        return code

    def signal(self, number: int) -> None:
        """Send a signal to the kernel's process group; nothing happens if it has ended."""
        if self.poll() is None:
            with contextlib.suppress(OSError):
                self._channel.send({"signal": int(number)})

    def close(self) -> None:
        """Let go of the kernel; if it still runs, the template kills it."""
        self._channel.close()

    def __del__(self) -> None:
        self._channel.close()


async def launch(
    path: Path, request: Message, descriptors: Sequence[int], timeout: float
) -> WarmKernel:
    """
    Ask a template for a kernel.

    Parameters
    ----------
    path : Path
        The template's control socket.
    request : dict
        ``python, arguments, folder, environment, memory, stem``, see `warmkernel.child.Launch`.
    descriptors : sequence of int
        Standard output and standard error of the kernel; stay the caller's.
    timeout : float
        Seconds to wait; the template answers when its imports are done.

    Returns
    -------
    WarmKernel

    Raises
    ------
    TemplateGoneError
        If there is no template, or it ended.
    RefusedError
        If it cannot fork safely.
    TimeoutError
        If it does not answer in time.
    """
    connection = socket.socket(socket.AF_UNIX)
    channel = Channel(connection)
    try:
        async with asyncio.timeout(timeout):
            connection.setblocking(True)  # an immediate matter, unless the backlog is full
            connection.connect(os.fspath(path))
            connection.setblocking(False)
            rest = channel.send({"launch": request}, descriptors)
            if rest:
                await asyncio.get_running_loop().sock_sendall(connection, rest)
            answer = await _answer(channel)
            if "refused" in answer:
                raise RefusedError(answer["refused"])
            kernel = WarmKernel(channel, answer)
            await kernel.ready()
            return kernel
    except TimeoutError:
        channel.close()
        raise TimeoutError(f"the template at {path} did not answer within {timeout} s") from None
    except OSError as error:
        channel.close()
        raise TemplateGoneError(f"the template at {path} is gone: {error}") from error
    except BaseException:
        channel.close()
        raise


async def _answer(channel: Channel) -> Message:
    ready: Message = {}
    while True:
        for message in channel.receive():
            ready |= message  # a fast kernel is ready before the template tells its id
            if "pid" in ready or "refused" in ready:
                return ready
        if channel.ended:
            raise TemplateGoneError("the template ended before it answered")
        await _readable(channel)


async def _readable(channel: Channel) -> None:
    loop = asyncio.get_running_loop()
    # A loop keeps one reader per descriptor; with a duplicate, several may wait.
    descriptor = os.dup(channel.fileno())
    arrived = loop.create_future()

    def note() -> None:
        loop.remove_reader(descriptor)
        if not arrived.done():
            arrived.set_result(None)

    loop.add_reader(descriptor, note)
    try:
        await arrived
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


_living: weakref.WeakSet[WarmKernel] = weakref.WeakSet()


def _forget_in_fork() -> None:
    # A copy of the connection in a forked process would keep the kernel alive after its client.
    for kernel in list(_living):
        kernel.close()
    _living.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_fork)
