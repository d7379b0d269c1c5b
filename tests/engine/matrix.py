"""A build whose workers only write down what they were given: real planning, no kernels."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from assessment.build import build as engine
from assessment.build.build import Report, Request, build
from assessment.build.reports import Reports
from assessment.files import file_digest
from assessment.job.sources import Sources, open_sources
from assessment.report import recommendations
from assessment.report.assembly import Assembled, Assembly
from assessment.run import jobs, manifest, snapshot
from assessment.run.execute import Outcome, Task
from assessment.run.store import Store
from tests.conftest import ROOT
from tests.other_plan.project import YEAR

UNITS = ("whole", "east", "west", "south")
CHAPTERS = ("1", "2", "3")
ALL = {f"{unit}/{chapter}" for unit in UNITS for chapter in CHAPTERS}
EVERY = set(UNITS)
PLAN = ROOT / "tests" / "other_plan"


def _run(task: Task) -> Outcome:
    inputs = task.inputs.read_bytes() + task.notebook.read_bytes()
    task.output.parent.mkdir(parents=True, exist_ok=True)
    task.output.write_text(hashlib.sha256(inputs).hexdigest())
    return Outcome(task.key, True, 0.0)


def _assemble(job: Assembly) -> Assembled:
    read = {chapter: file_digest(path) for chapter, path in job.notebooks.items()}
    job.staged.mkdir(parents=True, exist_ok=True)
    page = job.staged / "report.html"
    page.write_text("".join(path.read_text() for path in job.notebooks.values()))
    words_file = recommendations.load(job.folder)
    (job.staged / snapshot.RECOMMENDATIONS).write_bytes(words_file)
    return Assembled(
        job.region, job.year, 0.0, {}, (), {"report.html": file_digest(page)}, read,
        recommendations.digest(recommendations.read(words_file)),
        hashlib.sha256(words_file).hexdigest(),
    )  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """What a build did: jobs as ``unit/chapter`` with the reason of each, and reports."""

    jobs: dict[str, str]
    reports: set[str]


class Bench:
    """The fictitious plan in a folder of its own, with a notebook of its own for chapter 2."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch):
        self.folder = folder
        self.params = Path(shutil.copytree(PLAN / "params", folder / "params"))
        self.pack = Path(shutil.copytree(PLAN / "pack", folder / "pack"))
        self.notebooks = folder / "notebooks"
        self.notebooks.mkdir()
        generic = ROOT / "notebooks" / "_chapter.ipynb"
        shutil.copy(generic, self.notebooks)
        shutil.copy(generic, self.notebooks / "02_energy_and_industry.ipynb")
        skipped = shutil.ignore_patterns("__pycache__", "*.woff*", "*.ttf", "*.otf")
        self.library = Path(shutil.copytree(ROOT / "assessment", folder / "lib", ignore=skipped))
        self.out = folder / "out"
        self._patch = patch
        self._before: dict[Path, bytes] = {}
        patch.setattr(jobs, "_ROOT", self.library)
        patch.setattr(snapshot, "PACKAGE", self.library)
        patch.setattr(engine, "run_task", _run)
        patch.setattr(engine, "assemble", _assemble)
        patch.setattr(engine, "warmed", nullcontext)
        patch.setattr(engine, "local_executor", lambda *_: ThreadPoolExecutor(1))

    def build(self, *formats: str) -> Ran:
        done = self.report(lambda _: None, *formats)
        assert done.ok
        assert not done.moved
        return self.ran(done)

    def report(self, meanwhile: Callable[[str], None], *formats: str) -> Report:
        """Build; ``meanwhile`` is called with each step's line."""
        for cached in (jobs.library_digest, jobs.whole_digest, jobs.package_versions):
            cached.cache_clear()
        return build(self._sources(), self._request(*formats), lambda text, *_: meanwhile(text))

    @staticmethod
    def ran(done: Report) -> Ran:
        """What a build did."""
        assert {f"{key.region}/{key.chapter}" for key in done.reused}.isdisjoint(
            f"{outcome.key.region}/{outcome.key.chapter}" for outcome in done.outcomes
        )
        return Ran(
            {f"{k.region}/{k.chapter}": reason for k, reason in done.reasons.items()},
            {assembled.region for assembled in done.assembled},
        )

    def why_stale(self, region: str) -> str:
        """What the status says of a report."""
        sources, request, kept = self._sources(), self._request(), Store(self.out)
        planned = engine.plan_jobs(sources, request, kept)
        return Reports(sources, request, kept, planned, {}).why_stale((YEAR, region))

    def _request(self, *formats: str) -> Request:
        return Request(
            regions=UNITS, years=(YEAR,), chapters=CHAPTERS, data=self.pack, params=self.params,
            notebooks=self.notebooks, out=self.out, workers=1, formats=("html", *formats),
        )  # fmt: skip

    def unchanged(self) -> bool:
        """What the quick look, before anything is loaded, would say after `remember`."""
        return manifest.unchanged(self._seen(), "", "html")

    def remember(self) -> None:
        manifest.keep(self._seen(), "", "html", manifest.outputs(self.out))

    def use_package(self, name: str, number: str) -> None:
        """Make a package look as if it had another version."""
        for module in (jobs, manifest):
            real = module.version
            self._patch.setattr(
                module, "version", lambda asked, real=real: number if asked == name else real(asked)
            )

    def edit(self, name: str, old: str, new: str) -> None:
        path = self._touch(name)
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name}: {old}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def add(self, name: str, line: str) -> None:
        with self._touch(name).open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def _touch(self, name: str) -> Path:
        path = self.folder / name
        self._before.setdefault(path, path.read_bytes())
        return path

    def restore(self) -> None:
        """Put back the files that were edited."""
        for path, content in self._before.items():
            path.write_bytes(content)
        self._before.clear()

    def _sources(self) -> Sources:
        return open_sources(self.params, self.pack)

    def _seen(self) -> snapshot.Snapshot:
        folders = snapshot.Folders(self.params, self.pack, self.notebooks, self.out)
        return snapshot.take(folders)
