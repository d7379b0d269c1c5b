"""Which template a process uses: the one it was told of, else its own."""

import atexit
import logging
import os
import socket
import threading
from collections.abc import Sequence
from pathlib import Path

from warmkernel.session import SOCKET_VARIABLE, Template, unsupported_reason

_own: dict[tuple[str, tuple[str, ...]], Template] = {}
_dead: list[Template] = []
_lock = threading.Lock()
_MOST_DEAD = 5


def find_template(python: str, preload: Sequence[str], log: logging.Logger) -> Path | None:
    """
    Control socket of a living template.

    Parameters
    ----------
    python : str
        Interpreter of the kernel.
    preload : sequence of str
        Modules for a template of this process's own; the one named by
        ``WARMKERNEL_SOCKET`` has its own list.
    log : logging.Logger
        Where it is said that the named template is gone.

    Returns
    -------
    Path or None
        None where kernels cannot be forked, or where several templates have died.
    """
    if unsupported_reason():
        return None
    told = os.environ.get(SOCKET_VARIABLE)
    if told:
        if listens(Path(told)):
            return Path(told)
        log.warning("warmkernel: no template listens at %s; this process starts its own", told)
    with _lock:
        key = (python, tuple(preload))
        template = _own.get(key)
        if template is None or template.socket is None or not listens(template.socket):
            if template is not None:
                _dead.append(template)  # its folder may still hold a connection file in use
            if sum((dead.python, dead.preload) == key for dead in _dead) >= _MOST_DEAD:
                return None
            template = _own[key] = Template(preload, python=python)
            template.start()
        return template.socket


def listens(path: Path) -> bool:
    """Whether a process listens at a Unix socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(os.fspath(path)) == 0


@atexit.register
def close_own_templates() -> None:
    """Stop the templates this process started for itself; done at its exit in any case."""
    with _lock:
        for template in (*_own.values(), *_dead):
            template.close()
        _own.clear()
        _dead.clear()
