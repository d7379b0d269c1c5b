"""The process that a build's kernels are forked from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from warmkernel import Template

PRELOAD = (
    "numpy", "pandas", "scipy.stats", "seaborn", "statsmodels.tsa.seasonal",
    "assessment.chapter.chapter", "assessment.run.rehearsal",
)  # fmt: skip
"""What every notebook imports; the kernels are forked from a process that already has it."""


_warm = False


@contextmanager
def warmed() -> Iterator[None]:
    """Let the template begin its imports; does nothing within another such block.

    It is started as soon as it is known that something is to be built, before the pack is read.
    The workers' fork server begins at the first call: its imports take half as long, so that both
    are ready at about the same time, and a build that hands out nothing does without it.
    """
    global _warm
    if _warm:
        yield
        return
    with Template(PRELOAD):
        _warm = True
        try:
            yield
        finally:
            _warm = False
