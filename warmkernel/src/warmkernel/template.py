"""
The template process: import the libraries once, then serve.

Started by exec, never forked from a process with threads or an event loop::

    python -m warmkernel.template --listen FD --lock FD --owner PID --folder DIR MODULE ...
"""

import argparse
import atexit
import contextlib
import gc
import importlib
import os
import shutil
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from warmkernel.orphan import leave_with
from warmkernel.server import Server, os_threads

#: What every kernel imports by itself between its start and its first reply.
KERNEL_MODULES = (
    "ipykernel.kernelapp",
    "ipykernel_launcher",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "psutil",
    "sqlite3",
    "tornado.platform.asyncio",
)


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run the template until its owner ends.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments, by default those of the process.

    Returns
    -------
    int
        Exit code.
    """
    parser = argparse.ArgumentParser(prog="python -m warmkernel.template")
    parser.add_argument("--listen", type=int, required=True, help="descriptor of the socket")
    parser.add_argument("--lock", type=int, required=True, help="descriptor of the folder's lock")
    parser.add_argument("--owner", type=int, required=True, help="process to end with")
    parser.add_argument("--folder", type=Path, required=True, help="the private folder")
    parser.add_argument("--skip", action="append", default=[], help="MODULE=REASON, left out")
    parser.add_argument("modules", nargs="*", help="modules to import")
    options = parser.parse_args(argv)

    stay = leave_with(options.owner, options.folder)
    end = QuickEnd()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.path and sys.path[0] == str(Path.cwd()):  # put there by -m; a kernel has it not
        del sys.path[0]
    started = time.monotonic()
    gc.disable()  # enabled again in each kernel
    skipped = dict(entry.split("=", 1) for entry in options.skip)
    environment = dict(os.environ)
    loaded = _preload((*KERNEL_MODULES, *options.modules), skipped)
    for descriptor in (options.listen, options.lock):
        os.set_inheritable(descriptor, False)
    server = Server(
        listener=socket.socket(fileno=options.listen),
        owner=options.owner,
        folder=options.folder,
        defaults={name: os.environ[name] for name in os.environ if name not in environment},
        status={
            "loaded": [name for name in loaded if name in options.modules],
            "skipped": skipped,
            "seconds": time.monotonic() - started,
        },
    )
    # Collected and frozen, the imported objects stay on pages which all kernels share.
    gc.collect()
    gc.freeze()
    launch = server.serve(stay)
    if launch is not None:
        os.close(options.lock)
        return end.code_of(launch.run)
    return end.code_of(lambda: shutil.rmtree(options.folder, ignore_errors=True))


class QuickEnd:
    """
    Ends a process after its exit handlers, before the interpreter takes itself apart.

    Taking down the imported libraries object by object costs 0.15 s, and in a kernel copies
    every page shared with the template. To be made before anything registers an exit
    handler: handlers run in reverse order.
    """

    def __init__(self) -> None:
        self._code = 1
        atexit.register(self._leave)

    def code_of(self, body: Callable[[], None]) -> int:
        """Run `body` and remember how it ends."""
        try:
            body()
            self._code = 0
        except SystemExit as end:
            if isinstance(end.code, str):
                _say(end.code)
            self._code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
        return self._code

    def _leave(self) -> None:
        for stream in filter(None, (sys.__stdout__, sys.__stderr__)):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(self._code)


def _preload(modules: Sequence[str], skipped: dict[str, str]) -> list[str]:
    """Import modules; one that starts a thread restarts the template without it."""
    loaded = []
    for name in modules:
        if name in skipped:
            continue
        try:
            importlib.import_module(name)
        except Exception as error:
            skipped[name] = f"{type(error).__name__}: {error}"
            _say(f"{name} is not preloaded: {skipped[name]}")
            continue
        threads = os_threads()
        if len(threads) > 1 and name not in KERNEL_MODULES:
            reason = f"importing it starts {len(threads) - 1} thread(s)"
            _say(f"{name} is not preloaded: {reason}")
            # Held back until the new program listens for its owner's end again.
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
            os.execv(sys.executable, [*sys.orig_argv, "--skip", f"{name}={reason}"])
        loaded.append(name)
    return loaded


def _say(text: str) -> None:
    with contextlib.suppress(OSError):
        print(f"warmkernel: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
