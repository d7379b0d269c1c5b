"""What is asked of a build, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from assessment.report.assembly import Assembled
from assessment.run.execute import Outcome
from assessment.run.jobs import JobKey
from assessment.run.snapshot import Snapshot


@dataclass(frozen=True)
class Request:
    """What is asked of a build.

    ``seen`` is what was looked at before the pack and the parameters were read; a build without
    it looks for itself.
    """

    regions: tuple[str, ...]
    years: tuple[int, ...]
    chapters: tuple[str, ...]
    data: Path
    params: Path
    notebooks: Path
    out: Path
    workers: int
    formats: tuple[str, ...] = ("html",)
    force: bool = False
    scheduler: str = ""
    seen: Snapshot | None = None


@dataclass
class Report:
    """What came of a build, as it goes. ``reasons`` says why each job ran.

    ``refused`` are outputs that could not be replaced, and why; ``moved`` are files that were
    changed while the build ran: what is there was made from what they were before. ``there`` are
    the stamps of all outputs at the end.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    reused: list[JobKey] = field(default_factory=list)
    reasons: dict[JobKey, str] = field(default_factory=dict)
    assembled: list[Assembled] = field(default_factory=list)
    kept: list[tuple[int, str]] = field(default_factory=list)
    broken: dict[tuple[int, str], str] = field(default_factory=dict)
    refused: list[tuple[Path, OSError]] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    there: dict[str, list[int]] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether everything was built."""
        return all(outcome.ok for outcome in self.outcomes) and not (self.broken or self.refused)
