"""The evaluator's desk: the year's work on a page of this machine, on the commands' functions."""

from __future__ import annotations

import asyncio
import signal
import webbrowser
from contextlib import suppress
from pathlib import Path
from threading import current_thread, main_thread

from assessment.console import say
from assessment.desk.choice import ROOM
from assessment.desk.server import Server
from assessment.errors import Fault, InputError, system_reason
from assessment.run.pool import server_processes, start_forkserver
from assessment.run.warm import warmed
from warmkernel import adopting

__all__ = ["serve"]

_RUNNING = "running.json"


def serve(port: int = 0, *, open_browser: bool = True) -> int:
    """Serve the desk until interrupted.

    Parameters
    ----------
    port : int, optional
        Port on the loopback interface; a free one by default.
    open_browser : bool, optional
        Open the address in the browser.

    Returns
    -------
    int
        Exit status: 0 once interrupted.

    Raises
    ------
    InputError
        The port cannot be had.
    """
    if current_thread() is main_thread():  # also where it was started in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    with adopting(server_processes), warmed(), suppress(KeyboardInterrupt):
        start_forkserver()
        asyncio.run(_serve(port, open_browser))
    say("工作台已关闭；做完的部分留着，下次打开还在。")
    return 0


async def _serve(port: int, open_browser: bool) -> None:
    try:
        server = Server(Path.cwd() / ROOM / _RUNNING, port)
    except OSError as error:
        raise InputError(
            [Fault("--port", str(port), f"不能用（{system_reason(error)}）", "换一个端口，或不写")]
        ) from None
    try:
        say("工作台（只有这台电脑能打开；地址里有口令，不要转发）：")
        say(server.address)
        say("用完按 Ctrl+C 关闭。")
        if open_browser:
            webbrowser.open(server.address)
        await asyncio.Event().wait()
    finally:
        server.close()
