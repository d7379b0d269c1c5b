"""Everything that is printed: whatever a pack holds, and whatever the terminal can show.

Control characters are written out, signs that an encoding lacks are simplified, long lists are
cut on a terminal, and a full disk behind a redirection neither loses what is said nor changes how
a command ends.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from io import TextIOWrapper
from typing import TextIO
from unicodedata import east_asian_width

from assessment.characters import LEGIBLE, visible
from assessment.errors import Fault, system_reason

MOST_LINES = 40
"""How much of a list a terminal is shown; a file gets all."""

_CHINESE = "减污降碳"


def prepare() -> None:
    """Make standard output and error take any text.

    An encoding that has Chinese is kept, since whoever reads the output expects it: the shells of
    a Chinese Windows take what is piped for GBK. Any other becomes UTF-8.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            try:
                _CHINESE.encode(stream.encoding)
            except (LookupError, UnicodeError):
                stream.reconfigure(encoding="utf-8")
            stream.reconfigure(errors=LEGIBLE)


def say(line: str) -> None:
    """Print one line on standard output, at once."""
    _write(line, sys.stdout)


def complain(line: str) -> None:
    """Print one line on standard error."""
    _write(line, sys.stderr)


def say_all(lines: Sequence[str], rest: str = "要全部，在命令后面加 > 结果.txt") -> None:
    """Print lines on standard output; on a terminal the first of them, and how to see the rest."""
    for line in _cut(lines, sys.stdout, rest):
        say(line)


def print_faults(faults: Sequence[Fault], title: str = "") -> None:
    """Print every fault on standard error; on a terminal the first of them."""
    complain(title or f"输入有 {len(faults)} 处问题，没有生成任何东西")
    lines = [f"- {fault}" for fault in faults]
    for line in _cut(lines, sys.stderr, "要全部，在命令后面加 2> 问题.txt"):
        complain(line)


def aligned(rows: Iterable[Sequence[str]]) -> list[str]:
    """Lay out rows in columns of equal width, where a Chinese character is as wide as two."""
    rows = [[visible(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell + " " * (room - width(cell)) for cell, room in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _cut(lines: Sequence[str], stream: TextIO, rest: str) -> Iterator[str]:
    shown = MOST_LINES if stream.isatty() and len(lines) > MOST_LINES + 1 else len(lines)
    yield from lines[:shown]
    if lines[shown:]:
        yield f"……另有 {len(lines) - shown} 条；{rest}"


def _write(line: str, stream: TextIO) -> None:
    """Print a line; where the stream takes no more, go on with standard error, then with nothing.

    A reader who has gone away is told to the caller.
    """
    try:
        print(visible(line), file=stream, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        with suppress(OSError, ValueError):  # what is still buffered must not fail again at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if stream is sys.stdout and stream is not sys.stderr:
            sys.stdout = sys.stderr
            complain(f"输出写不进去（{system_reason(error)}），改在这里显示：")
            complain(line)
