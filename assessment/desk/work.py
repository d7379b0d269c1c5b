"""Long work of a desk: one piece at a time, with its progress, and an end that is told.

What is under way is noted on disk from its beginning to its end, so that a desk that was killed
says so when it is opened again. Everything that the work itself makes appears whole or not at all.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from assessment.desk.notes import change_note, read_note
from assessment.errors import Fault, InputError, system_reason
from assessment.run.stop import NotFinishedError

MOST_LINES = 400
"""How many lines of progress a page is shown."""

_CALM_SECONDS = 0.1
_END_SECONDS = 20.0

Tell = Callable[[str, int, int], None]


class BusyError(Exception):
    """Other work is under way."""


@dataclass
class Progress:
    """How a piece of work goes, for the page; ``faults`` are why it could not be done."""

    number: int = 0
    name: str = ""
    running: bool = False
    text: str = ""
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    lines: list[str] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)
    faults: list[dict[str, str]] = field(default_factory=list)
    stopped: str = ""


class Works:
    """The long work of one desk.

    Parameters
    ----------
    note : Path
        Where it is noted what is under way.
    changed : callable
        Told, from any thread, that there is something new.
    """

    def __init__(self, note: Path, changed: Callable[[], None]):
        self._note = note
        self._changed = changed
        self._lock = Lock()
        self._stop = Event()
        self._thread: Thread | None = None
        self._told = 0.0
        self.progress = Progress()

    @property
    def unfinished(self) -> str:
        """What another run of the desk had begun and not ended; empty where there is nothing."""
        return "" if self.progress.number else str(read_note(self._note).get("name", ""))

    def start(self, name: str, do: Callable[[Tell, Callable[[], bool]], dict[str, Any]]) -> int:
        """Begin a piece of work; its number.

        Parameters
        ----------
        name : str
            What it is, for the user.
        do : callable
            Given a function to tell progress, and one that says whether to stop.

        Raises
        ------
        BusyError
            Another piece is under way.
        """
        with self._lock:
            if self.progress.running:
                raise BusyError(self.progress.name)
            self.progress = Progress(self.progress.number + 1, name, running=True)
            self._stop.clear()
            self._thread = Thread(target=self._run, args=(self.progress, do))
            self._thread.start()
            return self.progress.number

    def stop(self) -> None:
        """Ask the work under way to end."""
        self._stop.set()

    def close(self) -> None:
        """Stop, and wait for the end."""
        self.stop()
        if self._thread is not None:
            self._thread.join(_END_SECONDS)

    def _run(
        self, progress: Progress, do: Callable[[Tell, Callable[[], bool]], dict[str, Any]]
    ) -> None:
        begun = time.monotonic()

        def tell(text: str, done: int, total: int) -> None:
            progress.text, progress.done, progress.total = text, done, total
            progress.lines = [*progress.lines[1 - MOST_LINES :], text]
            progress.seconds = time.monotonic() - begun
            if progress.seconds - self._told > _CALM_SECONDS or not done:
                self._told = progress.seconds
                self._changed()

        self._told = 0.0
        self._changed()
        try:
            change_note(self._note, lambda note: note.update(name=progress.name))
            progress.result = do(tell, self._stop.is_set)
        except InputError as error:
            progress.faults = [
                {"where": f"{f.file} {f.place}".strip(), "problem": f.problem, "remedy": f.remedy}
                for f in error.faults
            ]
        except NotFinishedError as error:
            progress.stopped = f"{error}；做完的部分留着，再按一次接着做。"
        except OSError as error:
            progress.faults = [_fault(f"没有做完（{system_reason(error)}）", "排除以后再按一次")]
        except Exception as error:
            log = keep_traceback(error)
            why = f"程序内部出错（{type(error).__name__}），没有做完"
            progress.faults = [_fault(why, f"详情在 {log}，发给维护者")]
        finally:
            progress.seconds = time.monotonic() - begun
            with suppress(OSError):  # a full disk: the next desk then says that this was not ended
                change_note(self._note, dict.clear)
            progress.running = False
            self._changed()


def keep_traceback(error: BaseException) -> Path:
    """Write what went wrong inside where the commands write it; the file, even if that fails."""
    log = Path("build-error.log").absolute()
    text = "".join(traceback.format_exception(error))
    with suppress(OSError):
        log.write_text(text, encoding="utf-8", errors="backslashreplace")
    return log


def _fault(problem: str, remedy: str) -> dict[str, str]:
    fault = Fault("", "", problem, remedy)
    return {"where": "", "problem": fault.problem, "remedy": fault.remedy}
