"""A kernel manager and client for nbclient and papermill that wait for events, not for clocks."""

import asyncio
import contextlib
import time
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.manager import AsyncKernelManager
from traitlets import DottedObjectName, Type

_RESEND_SECONDS = 1.0
_SUBSCRIBE_SECONDS = 0.2


class WarmShellChannel(AsyncZMQSocketChannel):
    """A shell channel that stops waiting for a reply as soon as the kernel has ended."""

    #: The kernel's manager; None where the client was made without one.
    manager: Any = None

    async def get_msg(  # type: ignore[override]
        self, timeout: float | None = None
    ) -> dict[str, Any]:
        """
        Next message.

        Raises
        ------
        queue.Empty
            After `timeout` seconds, or once the kernel has ended and sent nothing more.
            Without a timeout the end of the kernel is not looked for: callers who set none
            do not expect the exception.
        """
        ended = getattr(getattr(self.manager, "provisioner", None), "ended", None)
        if timeout is None or ended is None:
            message: dict[str, Any] = await super().get_msg(timeout)
            return message
        arrival = asyncio.ensure_future(super().get_msg(timeout))
        end = asyncio.ensure_future(ended())
        try:
            await asyncio.wait({arrival, end}, return_when=asyncio.FIRST_COMPLETED)
            if arrival.done():
                return arrival.result()
        finally:
            for task in (arrival, end):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Empty):
                    await task
        last: dict[str, Any] = await super().get_msg(0)
        return last


class WarmKernelClient(AsyncKernelClient):
    """A client that is ready when the kernel says so, 0.2 s before the ordinary one."""

    shell_channel_class = Type(WarmShellChannel)

    def start_channels(self, *args: Any, **kwargs: Any) -> None:
        """Start the channels; the shell channel watches the kernel's process."""
        super().start_channels(*args, **kwargs)
        self.shell_channel.manager = self.parent

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """
        Wait until the kernel has answered and all it has published so far has been read.

        The ordinary client reads IOPub until nothing has come for 0.2 s; this one until the
        status ``idle`` that ends the answer to its own request.

        Raises
        ------
        RuntimeError
            If the kernel ends, or does not answer in time.
        """
        deadline = float("inf") if timeout is None else time.monotonic() + timeout
        while not await self._answered(self.kernel_info()):
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > deadline:
                raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")

    async def _answered(self, request: str) -> bool:
        try:
            reply = await self.shell_channel.get_msg(timeout=_RESEND_SECONDS)
            while reply["parent_header"].get("msg_id") != request:
                reply = await self.shell_channel.get_msg(timeout=_RESEND_SECONDS)
            while True:
                message = await self.iopub_channel.get_msg(timeout=_SUBSCRIBE_SECONDS)
                ours = message["parent_header"].get("msg_id") == request
                if ours and message["content"].get("execution_state") == "idle":
                    self._handle_kernel_info_reply(reply)
                    return True
        except Empty:  # not started, or IOPub not subscribed yet: ask again
            return False


class WarmKernelManager(AsyncKernelManager):
    """
    A manager whose waits end with what they wait for.

    To be given to nbclient or papermill as
    ``kernel_manager_class="warmkernel.manager.WarmKernelManager"``; serves ordinary
    kernels as well.
    """

    client_class = DottedObjectName("warmkernel.manager.WarmKernelClient", config=True)
    client_factory = Type(WarmKernelClient, klass=AsyncKernelClient, config=True)

    async def _async_wait(self, pollinterval: float = 0.1) -> None:
        if self.has_kernel and self.provisioner is not None:
            await self.provisioner.wait()
