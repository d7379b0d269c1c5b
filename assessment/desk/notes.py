"""Small notes of a desk on disk: read leniently, changed by one at a time, replaced whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock

from assessment.files import write_atomic

_PATIENCE_SECONDS = 10


def read_note(path: Path) -> dict[str, Any]:
    """Return a note; empty where there is none or it cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def change_note(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change a note as it is now on disk; another desk waits its turn."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f".{path.name}.lock"), timeout=_PATIENCE_SECONDS):
        note = read_note(path)
        change(note)
        write_atomic(path, json.dumps(note, ensure_ascii=False))
