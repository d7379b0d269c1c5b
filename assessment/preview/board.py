"""What the browser is told: the page, and how the last run of the cells went."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from threading import Condition
from typing import Literal

State = Literal["running", "fresh", "failed"]


@dataclass(frozen=True)
class News:
    """State of the preview at one moment.

    Attributes
    ----------
    state : str
        ``running``, ``fresh`` or ``failed``.
    version : int
        Number of the page that can be fetched; 0 before the first.
    heading : str
        Chapter, unit and year.
    note : str
        What is being done, or how long it took.
    title, lines, cell, source, details
        The trouble, see :class:`assessment.preview.messages.Trouble`; empty where there is none.
    """

    state: State
    heading: str
    version: int = 0
    note: str = ""
    title: str = ""
    lines: tuple[str, ...] = ()
    cell: int = 0
    source: str = ""
    details: str = ""

    @property
    def json(self) -> str:
        """The news as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


class Board:
    """Holds the latest page and news; every browser waits here for what is new."""

    def __init__(self, heading: str):
        self._news = News("running", heading, note="第一次执行")
        self._page = b""
        self._count = 1
        self._changed = Condition()

    @property
    def page(self) -> bytes:
        """The last good page."""
        with self._changed:
            return self._page

    def tell(self, state: State, *, page: str | None = None, **more: object) -> None:
        """Put up news; a page that is given becomes the one to be seen."""
        with self._changed:
            version = self._news.version + (page is not None)
            if page is not None:
                self._page = page.encode()
            fresh = News(state, self._news.heading, version)
            self._news = replace(fresh, **more)  # type: ignore[arg-type]
            self._count += 1
            self._changed.notify_all()

    def after(self, count: int, timeout: float) -> tuple[int, News] | None:
        """Wait for news that come after those of number ``count``; None after ``timeout``."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._count > count, timeout):
                return None
            return self._count, self._news
