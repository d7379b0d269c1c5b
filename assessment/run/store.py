"""Where a build keeps what it makes: output files, atomic writes, the state of each job."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assessment.files import file_digest, write_atomic
from assessment.run.jobs import Fingerprint, JobKey


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
    """What a report was assembled from, in which formats, and the digests of its files.

    ``reason`` says why it could not be assembled, or not be written whole, the last time.
    """

    fingerprint: str
    outputs: Mapping[str, str]
    formats: Sequence[str] = ()
    reason: str = ""


IN_USE = (5, 32)
"""Windows' errors where another program has the file open: access denied, sharing violation."""

PATIENCE_SECONDS = 2.0
"""How long a file that is in use is waited for: a virus scanner lets go soon, Word does not."""


def put(made: Path, place: Path) -> None:
    """Move a file that is whole to its place; one that another program has open is waited for.

    Raises
    ------
    OSError
        It stays in use, or cannot be replaced; the old file is as it was.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            made.replace(place)
            return
        except OSError as error:
            if getattr(error, "winerror", None) not in IN_USE or time.monotonic() > end:
                raise
        time.sleep(0.1)


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
        #: Time, size and number of what this build has put in its place.
        self._put: dict[Path, tuple[int, ...]] = {}
        self._token = uuid.uuid4().hex[:8]

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
    def staging(self) -> Path:
        """What this build is making, until it is moved to its place.

        A worker of an earlier build that has not noticed its end writes into another folder.
        """
        return self.work / "staged" / self._token

    def staged(self, path: Path) -> Path:
        """Where a file or folder of the output is made."""
        return self.staging / path.relative_to(self.out)

    def put(self, path: Path) -> None:
        """Move a file from where it was made to its place.

        Raises
        ------
        OSError
            Its place cannot be written.
        """
        made = self.staged(path)
        mark = _mark(made)
        put(made, path)
        self._put[path] = mark

    def leave(self, path: Path) -> None:
        """Note a file that lies in its place already just as it would have been made."""
        self._put[path] = _mark(path)

    def has_put(self, path: Path) -> bool:
        """Whether this build has put a file there, and nobody has touched it since."""
        try:
            return self._put.get(path) == _mark(path)
        except OSError:
            return False

    def touched(self) -> list[Path]:
        """What was put in its place by this build and then changed or removed by others."""
        return [path for path in self._put if not self.has_put(path)]

    @property
    def pages(self) -> dict[str, str]:
        """The portal's pages that builds have made, with their digests."""
        return {str(name): str(digest) for name, digest in _read(self._pages).items()}

    @property
    def _pages(self) -> Path:
        return self.work / "pages.json"

    def altered_pages(self) -> list[str]:
        """Pages of the portal that are not there as they were made."""
        return [name for name, made in self.pages.items() if file_digest(self.out / name) != made]

    def save_pages(self, pages: Mapping[str, str]) -> None:
        """Keep which pages the portal has."""
        write_atomic(self._pages, json.dumps(dict(pages), ensure_ascii=False))

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

    def drop_empty_log(self) -> None:
        """Remove the workers' log if they wrote nothing."""
        if self.worker_log.is_file() and not self.worker_log.stat().st_size:
            self.worker_log.unlink()

    def sweep(self) -> None:
        """Remove what killed builds left unfinished; called with the lock held."""
        shutil.rmtree(self.staging.parent, ignore_errors=True)
        for part in self.work.rglob(".*.part"):
            part.unlink(missing_ok=True)


def _mark(path: Path) -> tuple[int, ...]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size, stat.st_ino  # moving it changes other times


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
