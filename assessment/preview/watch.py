"""Which saved files matter to a preview, and what each of them is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Literal

Kind = Literal["notebook", "library", "params", "data"]
Change = tuple[Kind, Path]

WORDS: dict[Kind, str] = {
    "notebook": "笔记本", "library": "程序", "params": "参数", "data": "数据",
}  # fmt: skip

_LIBRARY = Path(__file__).resolve().parents[1]
_NOT_SHOWN = {"build", "cli", "console.py", "intake", "preview", "__main__.py", "__pycache__"}
_QUIET_MS = 40
_LONGEST_MS = 300


@dataclass(frozen=True)
class Watched:
    """The places that a preview depends on; all paths absolute."""

    notebook: Path
    params: Path
    data: Path
    library: Path = _LIBRARY

    def kind(self, path: Path) -> Kind | None:
        """Say what a file is to the preview; None if it is nothing to it."""
        if path == self.notebook:
            return "notebook"
        if path.suffix == ".yml" and path.parent == self.params:
            return "params"
        if path.suffix in (".csv", ".yml") and path.parent == self.data:
            return "data"
        if path.suffix in (".py", ".j2", ".css", ".md") and path.is_relative_to(self.library):
            parts = path.relative_to(self.library).parts
            return None if _NOT_SHOWN & set(parts) else "library"
        return None

    @property
    def folders(self) -> tuple[Path, ...]:
        """Folders to watch, none inside another."""
        found = sorted({self.notebook.parent, self.params, self.data, self.library})
        return tuple(f for f in found if not any(f != o and f.is_relative_to(o) for o in found))


def changes(watched: Watched, stop: Event) -> Iterator[frozenset[Change]]:
    """Yield what was saved, as soon as the disk is quiet, until ``stop`` is set."""
    from watchfiles import watch

    def matters(_: object, path: str) -> bool:
        return watched.kind(Path(path)) is not None

    for found in watch(
        *watched.folders,
        watch_filter=matters,
        stop_event=stop,
        debounce=_LONGEST_MS,
        step=_QUIET_MS,
        raise_interrupt=False,
    ):
        paths = (Path(path) for _, path in found)
        yield frozenset((kind, path) for path in paths if (kind := watched.kind(path)) is not None)
