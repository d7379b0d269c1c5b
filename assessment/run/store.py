"""Where a build keeps what it makes: output files, atomic writes, the state of each job."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assessment.run.jobs import Fingerprint, JobKey


@dataclass(frozen=True)
class JobState:
    """How a job ended last time."""

    fingerprint: Fingerprint
    ok: bool
    seconds: float
    reason: str = ""


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


class Store:
    """The output folder.

    Parameters
    ----------
    out : Path
        Folder of the reports; ``.build`` below it holds the build's own state.
    """

    def __init__(self, out: Path):
        self.out = out
        self.work = out / ".build"

    def report_folder(self, year: int, region: str) -> Path:
        """Folder of one unit's report."""
        return self.out / str(year) / region

    def notebook(self, key: JobKey, name: str) -> Path:
        """Executed notebook of a job."""
        return self.report_folder(key.year, key.region) / "notebooks" / name

    def inputs(self, key: JobKey) -> Path:
        """Compiled inputs of a job."""
        return self.work / "inputs" / str(key.year) / key.region / f"{key.chapter}.json"

    def comparison(self, year: int) -> Path:
        """Comparison of the units of a year."""
        return self.work / "comparison" / f"{year}.json"

    def _state(self, key: JobKey) -> Path:
        return self.work / "jobs" / str(key.year) / key.region / f"{key.chapter}.json"

    def failure_log(self, key: JobKey) -> Path:
        """Traceback of a failed job."""
        return self.work / "failures" / f"{key.year}-{key.region}-{key.chapter}.txt"

    def state(self, key: JobKey) -> JobState | None:
        """State of a job; None if it never ran or its state cannot be read."""
        try:
            data: dict[str, Any] = json.loads(self._state(key).read_text(encoding="utf-8"))
            return JobState(**{**data, "fingerprint": Fingerprint(**data["fingerprint"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def save_state(self, key: JobKey, state: JobState) -> None:
        """Keep how a job ended."""
        write_atomic(self._state(key), json.dumps(asdict(state), ensure_ascii=False))
