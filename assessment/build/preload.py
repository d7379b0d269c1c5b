"""What a worker process needs; imported once before workers are forked."""

import atexit
import gc
import os
import shutil
import socket
import sys
from errno import ECONNABORTED
from multiprocessing import reduction

from assessment.run.pool import SERVER_OWNER
from warmkernel import leave_with

_owner, _, _folder = os.environ.get(SERVER_OWNER, "").partition(":")
_stay = leave_with(int(_owner), _folder) if _owner else None

# Modules are no garbage: looking for some in them takes a fifth of the imports' time.
gc.disable()

# jsonschema imports it where it is installed, for a format that no notebook's schema has: it
# compiles the grammar of all web addresses, which takes longer than all that is imported here.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

import papermill  # noqa: E402, F401

import assessment.report.assemble  # noqa: E402
import assessment.run.execute  # noqa: E402, F401

gc.freeze()
gc.enable()

if _stay is not None:
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    _stay()  # from here on the server sees the end of all its clients

_receive = reduction.recvfds


def _receive_or_abort(sock: socket.socket, size: int) -> list[int]:
    """Take a request that was broken off for one that its server does not end with."""
    try:
        return _receive(sock, size)
    except EOFError as end:
        raise OSError(ECONNABORTED, "the request was broken off") from end


reduction.recvfds = _receive_or_abort
