"""The build: plan the jobs, run what is stale, assemble each unit as soon as it is complete."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from filelock import FileLock, Timeout

from assessment.assess.comparison import compare_units
from assessment.errors import Fault, InputError
from assessment.inputs import Sources, SubmissionRow, records
from assessment.report.assemble import Assembled, Assembly, assemble
from assessment.report.parts import ContextRow
from assessment.run.execute import Limits, Outcome, Task, run_task
from assessment.run.jobs import (
    Fingerprint,
    Job,
    JobKey,
    keys,
    library_digest,
    notebook_digest,
    notebook_name,
    notebook_of,
    package_versions,
    packages_digest,
)
from assessment.run.store import JobState, Store, write_atomic
from warmkernel import Template, exit_with_parent, kernel_name

PART_NAMES = {
    "inputs": "数据或参数变了",
    "notebook": "笔记本变了",
    "library": "程序变了",
    "packages": "软件包版本变了",
}


PRELOAD = (
    "numpy", "pandas", "scipy.stats", "statsmodels.api", "statsmodels.tsa.seasonal", "matplotlib",
    "matplotlib.pyplot", "seaborn", "assessment.chapter",
)  # fmt: skip
"""What every notebook imports; the kernels are forked from a process that already has it."""


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
    force: bool = False


@dataclass
class Report:
    """What came of a build, as it goes."""

    outcomes: list[Outcome] = field(default_factory=list)
    reused: list[JobKey] = field(default_factory=list)
    assembled: list[Assembled] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything was built."""
        return all(outcome.ok for outcome in self.outcomes) and not self.broken


Progress = Callable[[str, int, int], None]
"""Called with what was just done, how many steps are done, how many there are."""


def why_stale(store: Store, key: JobKey, fingerprint: Fingerprint, output: Path) -> str:
    """Say why a job must run; empty if it need not."""
    state = store.state(key)
    if state is None:
        return "没有做过"
    if not state.ok:
        return f"上次失败({state.reason})" if state.reason else "上次失败"
    for part, words in PART_NAMES.items():
        if getattr(state.fingerprint, part) != getattr(fingerprint, part):
            return words
    return "" if output.is_file() else "成果文件不在了"


def plan_jobs(sources: Sources, request: Request, store: Store) -> dict[JobKey, Job]:
    """Work out every job of a request with its fingerprint."""
    jobs = {}
    plan = sources.params.plan
    for key in keys(request.years, request.regions, request.chapters):
        notebook = notebook_of(request.notebooks, plan.chapter(key.chapter))
        inputs = sources.job(key.chapter, key.region, key.year)
        fingerprint = Fingerprint(
            inputs=inputs.fingerprint,
            notebook=notebook_digest(notebook),
            library=library_digest(),
            packages=packages_digest(),
        )
        jobs[key] = Job(key, notebook, store.inputs(key), fingerprint)
    return jobs


def build(sources: Sources, request: Request, progress: Progress) -> Report:
    """Build everything that is asked for; one build at a time per output folder.

    Raises
    ------
    InputError
        Another build holds the output folder.
    """
    store = Store(request.out)
    store.work.mkdir(parents=True, exist_ok=True)
    lock = FileLock(store.work / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise InputError(
            [
                Fault(
                    "--out", str(request.out), "另一次生成正在写这个目录", "等它结束,或换一个 --out"
                )
            ]
        ) from None
    with lock:
        return _Build(sources, request, store, progress).run()


class _Build:
    def __init__(self, sources: Sources, request: Request, store: Store, progress: Progress):
        self.sources = sources
        self.request = request
        self.store = store
        self.progress = progress
        self.report = Report()
        self.seconds: dict[JobKey, float] = {}
        self.failed: dict[JobKey, str] = {}

    def run(self) -> Report:
        jobs = plan_jobs(self.sources, self.request, self.store)
        self._compare()
        stale = []
        for key, job in jobs.items():
            reason = why_stale(self.store, key, job.fingerprint, self._output(key))
            if reason or self.request.force:
                stale.append(job)
            else:
                self.report.reused.append(key)
        waiting: dict[tuple[int, str], set[JobKey]] = defaultdict(set)
        for year in self.request.years:
            for region in self.request.regions:
                waiting[year, region] = {
                    job.key for job in stale if (job.key.year, job.key.region) == (year, region)
                }
        total = len(stale) + len(waiting)
        done = 0
        with Template(PRELOAD), self._executor(total) as pool:
            running: dict[Future[Outcome | Assembled], tuple[int, str]] = {}
            for unit, missing in waiting.items():
                if not missing:
                    running[pool.submit(assemble, self._assembly(*unit))] = unit
            for job in stale:
                unit = (job.key.year, job.key.region)
                running[pool.submit(run_task, self._task(job))] = unit
            while running:
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    unit = running.pop(future)
                    done += 1
                    result = future.result()
                    if isinstance(result, Outcome):
                        self._settle(result, jobs[result.key])
                        waiting[unit].discard(result.key)
                        if not waiting[unit]:
                            running[pool.submit(assemble, self._assembly(*unit))] = unit
                        self.progress(
                            f"{result.key} {'完成' if result.ok else '失败'}", done, total
                        )
                    else:
                        self.report.assembled.append(result)
                        self.progress(f"{unit[0]}/{unit[1]} 已汇编", done, total)
        return self.report

    def _executor(self, total: int) -> Executor:
        workers = max(1, min(self.request.workers, total))
        method = "forkserver" if os.name == "posix" else "spawn"
        context = multiprocessing.get_context(method)
        if method == "forkserver":
            context.set_forkserver_preload(["assessment.run.preload"])
        return ProcessPoolExecutor(workers, mp_context=context, initializer=exit_with_parent)

    def _output(self, key: JobKey) -> Path:
        chapter = self.sources.params.plan.chapter(key.chapter)
        return self.store.notebook(key, notebook_name(chapter))

    def _task(self, job: Job) -> Task:
        key, run = job.key, self.sources.params.run
        inputs = self.sources.job(key.chapter, key.region, key.year)
        write_atomic(job.inputs_json, inputs.model_dump_json())
        region = inputs.region.name
        parameters: dict[str, str | int] = {"region": region, "year": key.year}
        if job.notebook.name.startswith("_"):
            parameters["chapter_id"] = key.chapter
        return Task(
            key=key,
            notebook=job.notebook,
            inputs=job.inputs_json,
            output=self._output(key),
            parameters=parameters,
            kernel=kernel_name,
            limits=Limits(run.cell_seconds, run.notebook_seconds),
        )

    def _settle(self, outcome: Outcome, job: Job) -> None:
        self.report.outcomes.append(outcome)
        self.seconds[outcome.key] = outcome.seconds
        state = JobState(job.fingerprint, outcome.ok, round(outcome.seconds, 3), outcome.reason)
        self.store.save_state(outcome.key, state)
        log = self.store.failure_log(outcome.key)
        if outcome.ok:
            log.unlink(missing_ok=True)
        else:
            self.failed[outcome.key] = outcome.reason
            write_atomic(log, outcome.details)

    def _compare(self) -> None:
        for year in self.request.years:
            inputs = self.sources.comparison(year)
            comparison = compare_units(inputs)
            write_atomic(self.store.comparison(year), comparison.model_dump_json())

    def _assembly(self, year: int, region: str) -> Assembly:
        sources, params = self.sources, self.sources.params
        notebooks: dict[str, Path] = {}
        failed: dict[str, str] = {}
        for chapter in params.plan.chapters:
            key = JobKey(year, region, chapter.id)
            state = self.store.state(key)
            path = self._output(key)
            if key in self.failed:
                failed[chapter.id] = self.failed[key]
            elif state is not None and state.ok and path.is_file():
                notebooks[chapter.id] = path
            else:
                failed[chapter.id] = "还没有执行过这一章"
        submissions = sources.pack.submissions
        context = sources.pack.context
        mine = context[context["region"] == region]
        return Assembly(
            params=params,
            plan=sources.plan_info,
            pack=sources.pack_info,
            region=region,
            year=year,
            folder=self.store.report_folder(year, region),
            notebooks=notebooks,
            failed=failed,
            comparison=self.store.comparison(year),
            submissions=tuple(
                SubmissionRow(**values)
                for values in records(
                    submissions[submissions["year"] == year], list(SubmissionRow.model_fields)
                )
            ),
            context=tuple(
                ContextRow(**values)
                for values in records(mine, list(ContextRow.__dataclass_fields__))
            ),
            files=self._files,
            packages=package_versions(),
            seconds={
                k.chapter: v
                for k, v in self.seconds.items()
                if (k.year, k.region) == (year, region)
            },
            parameters={
                "单元": region,
                "年度": str(year),
                "数据包": sources.pack.meta.title,
                "框架": params.framework.title,
                "评级方案": params.preset.title,
                "排名": params.run.ranking,
            },
        )

    @cached_property
    def _files(self) -> dict[str, str]:
        return {
            f"{label}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()
            for label, folder in (("data", self.request.data), ("params", self.request.params))
            for path in sorted(folder.iterdir())
            if path.suffix in (".csv", ".yml") and path.is_file()
        }
