"""One at a time writes an output folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from assessment.errors import Fault, InputError, system_reason
from assessment.run.store import Store


@contextmanager
def locked(out: Path) -> Iterator[Store]:
    """Hold an output folder while it is written, swept of what killed builds left.

    Raises
    ------
    InputError
        The folder cannot be written, or somebody else holds it.
    """
    store = Store(out)
    try:
        store.work.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = f"不能写这个目录（{system_reason(error)}）"
        raise InputError([Fault("--out", str(out), why, "换一个 --out")]) from None
    lock = FileLock(store.work / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise InputError(
            [Fault("--out", str(out), "另一次生成正在写这个目录", "等它结束，或换一个 --out")]
        ) from None
    try:
        store.sweep()
        yield store
    finally:
        lock.release()
