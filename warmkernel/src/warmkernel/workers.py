"""Helpers for processes that run notebooks."""

import multiprocessing
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from warmkernel.wire import new_stem

if TYPE_CHECKING:
    from traitlets.config import Config


def exit_with_parent() -> None:
    """
    End this process when its parent ends; an ``initializer`` for ``ProcessPoolExecutor``.

    Without it the workers of an executor whose process was killed wait for ever, and keep
    their kernels.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, name="exit-with-parent", daemon=True).start()


def ipc_config(folder: str | os.PathLike[str]) -> "Config":
    """
    Configuration that puts the connection of one kernel of any kind on Unix sockets.

    Warm kernels need no configuration for that. The name is new with each call, so one
    configuration serves one kernel at a time.

    Parameters
    ----------
    folder : path
        Private folder for the connection file and the sockets; short, since a socket's
        path holds 107 bytes.

    Returns
    -------
    traitlets.config.Config
        To be passed as ``config=`` to nbclient, papermill or a kernel manager.

    Raises
    ------
    ValueError
        If the socket paths would be too long.
    """
    from traitlets.config import Config

    prefix = Path(folder).absolute() / new_stem()
    longest = len(os.fsencode(prefix)) + len("-5")
    if longest > 107:
        raise ValueError(f"a socket path below {folder} takes {longest} bytes, at most 107 fit")
    settings = {"transport": "ipc", "ip": str(prefix), "connection_file": f"{prefix}.json"}
    return Config(KernelManager=settings)
