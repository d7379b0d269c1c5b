"""Where a build keeps what it makes: output files, atomic writes, the state of each job."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assessment.run.jobs import Fingerprint, JobKey, file_digest


@dataclass(frozen=True)
class JobState:
    """How a job ended last time; ``output`` is the digest of its notebook."""

    fingerprint: Fingerprint
    ok: bool
    seconds: float
    reason: str = ""
    output: str = ""


@dataclass(frozen=True)
class ReportState:
    """What a report was assembled from, and the digests of its files."""

    fingerprint: str
    outputs: Mapping[str, str]


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

    def card(self, year: int, region: str) -> Path:
        """A report's line in the portal."""
        return self.work / "portal" / str(year) / f"{region}.json"

    @property
    def worker_log(self) -> Path:
        """What workers and kernels wrote in the last build; not there if they wrote nothing."""
        return self.work / "workers.log"

    def failure_log(self, key: JobKey) -> Path:
        """Traceback of a failed job."""
        return self.work / "failures" / f"{key.year}-{key.region}-{key.chapter}.txt"

    def _job(self, key: JobKey) -> Path:
        return self.work / "jobs" / str(key.year) / key.region / f"{key.chapter}.json"

    def _report(self, year: int, region: str) -> Path:
        return self.work / "reports" / str(year) / f"{region}.json"

    def job_state(self, key: JobKey) -> JobState | None:
        """State of a job; None if it never ran or its state cannot be read."""
        data = _read(self._job(key))
        try:
            return JobState(**{**data, "fingerprint": Fingerprint(**data["fingerprint"])})
        except (TypeError, KeyError):
            return None

    def save_job(self, key: JobKey, state: JobState) -> None:
        """Keep how a job ended."""
        write_atomic(self._job(key), json.dumps(asdict(state), ensure_ascii=False))

    def report_state(self, year: int, region: str) -> ReportState | None:
        """State of a report; None if it was never assembled."""
        try:
            return ReportState(**_read(self._report(year, region)))
        except TypeError:
            return None

    def save_report(self, year: int, region: str, state: ReportState) -> None:
        """Keep what a report was assembled from."""
        write_atomic(self._report(year, region), json.dumps(asdict(state), ensure_ascii=False))

    def report_is_fresh(self, year: int, region: str, fingerprint: str) -> bool:
        """Whether a report was assembled from just this and all its files are as they were."""
        state = self.report_state(year, region)
        if state is None or state.fingerprint != fingerprint:
            return False
        folder = self.report_folder(year, region)
        whole = all(file_digest(folder / n) == digest for n, digest in state.outputs.items())
        return whole and self.card(year, region).is_file()

    def drop_empty_log(self) -> None:
        """Remove the workers' log if they wrote nothing."""
        if self.worker_log.is_file() and not self.worker_log.stat().st_size:
            self.worker_log.unlink()

    def sweep(self) -> None:
        """Remove what killed builds left behind; called with the lock held."""
        for part in self.out.rglob(".*.part*"):
            part.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
