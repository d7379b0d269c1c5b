"""A chapter in the browser while its notebook is being written: saved is seen."""

from __future__ import annotations

import queue
import signal
import time
import webbrowser
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from threading import Event, Thread, current_thread, main_thread

from assessment.console import say
from assessment.errors import Fault, InputError, nearest, system_reason
from assessment.folders import notebooks
from assessment.preview.board import Board
from assessment.preview.messages import Outcome, Seen, Subject, Trouble
from assessment.preview.server import Server
from assessment.preview.watch import WORDS, Change, Watched, changes
from assessment.preview.workshop import Workshop

__all__ = ["find_notebook", "serve"]

Saved = queue.SimpleQueue[frozenset[Change]]

_PATIENCE_SECONDS = 3.0
"""A run that has taken longer is given up for what was saved since."""


def find_notebook(given: str) -> Path:
    """Find a notebook by its path, or by its name among the project's.

    Raises
    ------
    InputError
        No such notebook; names the nearest.
    """
    own = notebooks()
    for path in (Path(given), own.parent / given, own / given):
        if path.is_file():
            return path.resolve()
    known = sorted(path.name for path in own.glob("*.ipynb"))
    raise InputError([Fault("笔记本", given, "没有这个文件", nearest(Path(given).name, known))])


def serve(
    notebook: Path,
    region: str = "",
    year: str = "",
    params: Path = Path("params"),
    data: Path | None = None,
    *,
    chapter: str = "",
    port: int = 0,
    open_browser: bool = True,
) -> int:
    """Show a notebook's chapter in the browser and renew it whenever something is saved.

    Watches the notebook, the library, the parameters and the data pack until interrupted.

    Parameters
    ----------
    notebook : Path
        A chapter's notebook, or the generic one.
    region, year : str, optional
        Unit (name or id) and year; by default those of the notebook and of ``run.yml``.
    params : Path, optional
        Parameter folder.
    data : Path, optional
        Data pack; the one of ``run.yml`` by default.
    chapter : str, optional
        Chapter for the generic notebook.
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
        Faults of the input, or the port is taken; nothing is served then.
    """
    if current_thread() is main_thread():  # also where it was started in the background
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
    notebook = notebook.resolve()
    subject = Subject(notebook, params.resolve(), data and data.resolve(), region, year, chapter)
    stop, saved = Event(), Saved()
    with Workshop(subject) as shop:
        say("正在准备（第一次要几秒）……")
        opened = shop.open()
        if isinstance(opened, Trouble):
            raise InputError([Fault("程序", "", opened.title, " ".join(opened.lines))])
        watched = Watched(notebook, opened.params, opened.data)
        board = Board(opened.heading)
        try:
            server = Server(board, port)
        except OSError as error:
            raise InputError(
                [Fault("--port", str(port), f"不能用（{system_reason(error)}）")]
            ) from None
        with server:
            watcher = Thread(target=_watch, args=(watched, stop, saved), daemon=True)
            watcher.start()
            say(f"预览：{opened.heading}")
            say(server.address)
            say("改了就保存；按 Ctrl+C 结束。")
            if open_browser:
                webbrowser.open(server.address)
            try:
                _work(shop, board, saved)
            except KeyboardInterrupt:
                say("预览已结束。")
            finally:
                stop.set()
                watcher.join()
    return 0


def _watch(watched: Watched, stop: Event, saved: Saved) -> None:
    for found in changes(watched, stop):
        saved.put(found)


def _work(shop: Workshop, board: Board, saved: Saved) -> None:
    """Run the chapter once, and again for whatever is saved, until interrupted."""
    found: frozenset[Change] = frozenset()
    while True:
        what = "、".join(WORDS[kind] for kind in sorted({kind for kind, _ in found}))
        board.tell("running", note=f"{what}改了" if what else "第一次执行")
        started = time.monotonic()
        outcome = _run(shop, found, saved)
        if outcome is not None:
            _tell(board, outcome, time.monotonic() - started)
            found = frozenset()
        found |= _next(saved)


def _run(shop: Workshop, found: frozenset[Change], saved: Saved) -> Outcome | None:
    """Run the chapter; None where something saved since has overtaken a long run."""
    library = frozenset(path for kind, path in found if kind == "library")
    if not shop.ready or (library and not shop.can_go_on(library)):
        try:
            opened = shop.open()
        except InputError as error:
            return Trouble("输入有问题", tuple(str(fault) for fault in error.faults))
        if isinstance(opened, Trouble):
            return opened
    return shop.run(lambda seconds: seconds > _PATIENCE_SECONDS and not saved.empty())


def _next(saved: Saved) -> frozenset[Change]:
    """Wait for something to be saved; everything saved meanwhile counts as one."""
    found: frozenset[Change] = frozenset()
    while not found:
        # Without a time limit an interrupt would not be noticed everywhere.
        with suppress(queue.Empty):
            found = saved.get(timeout=0.5)
    with suppress(queue.Empty):
        while True:
            found |= saved.get_nowait()
    return found


def _tell(board: Board, outcome: Outcome, seconds: float) -> None:
    if isinstance(outcome, Trouble):
        board.tell("failed", note=outcome.title, **asdict(outcome))
    elif isinstance(outcome, Seen):
        note = f"用时 {seconds:.1f} 秒，其中各格 {outcome.cells:.1f} 秒"
        note = "；".join([note, *outcome.left_out])
        board.tell("fresh", page=outcome.html, note=note)
    else:
        board.tell("fresh", note="内容没有变化")
