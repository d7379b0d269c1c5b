"""What is asked of a build, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from assessment.report.assembly import Assembled
from assessment.run.execute import Outcome
from assessment.run.jobs import JobKey


@dataclass(frozen=True)
class Request:
    """What is asked of a build."""

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


@dataclass
class Report:
    """What came of a build, as it goes. ``reasons`` says why each job ran."""

    outcomes: list[Outcome] = field(default_factory=list)
    reused: list[JobKey] = field(default_factory=list)
    reasons: dict[JobKey, str] = field(default_factory=dict)
    assembled: list[Assembled] = field(default_factory=list)
    kept: list[tuple[int, str]] = field(default_factory=list)
    broken: dict[tuple[int, str], str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether everything was built."""
        return all(outcome.ok for outcome in self.outcomes) and not self.broken
