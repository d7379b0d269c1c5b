"""The two processes that a build's kernels and workers are forked from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from assessment.run.pool import start_forkserver
from warmkernel import Template

PRELOAD = (
    "numpy", "pandas", "scipy.stats", "statsmodels.tsa.seasonal",
    "assessment.chapter", "assessment.analyses", "assessment.run.rehearsal",
)  # fmt: skip
"""What every notebook imports; the kernels are forked from a process that already has it."""


_warm = False


@contextmanager
def warmed() -> Iterator[None]:
    """Let both processes begin their imports; does nothing within another such block.

    They are started as soon as it is known that something is to be built, before the pack is
    read: on two processors a build then begins its first chapter 2 s earlier.
    """
    global _warm
    if _warm:
        yield
        return
    with Template(PRELOAD):
        _warm = True
        try:
            start_forkserver()
            yield
        finally:
            _warm = False
