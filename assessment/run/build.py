"""The build: plan the jobs, run what is stale, assemble each unit as soon as it is complete."""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from assessment.errors import Fault, InputError
from assessment.inputs import Sources, SubmissionRow, digest, records
from assessment.report import recommendations
from assessment.report.assembly import Assembled, Assembly
from assessment.run.execute import Limits, Outcome, Task, run_task
from assessment.run.jobs import (
    Fingerprint,
    Job,
    JobKey,
    file_digest,
    keys,
    library_digest,
    notebook_digest,
    notebook_name,
    notebook_of,
    notebook_parameters,
    package_versions,
    packages_digest,
    whole_digest,
)
from assessment.run.pool import Call, Pool, dask_executor, local_executor, start_forkserver
from assessment.run.store import JobState, ReportState, Store, write_atomic
from warmkernel import Template, kernel_name

PART_NAMES = {
    "data": "看得见的数据变了",
    "params": "看得见的参数变了",
    "notebook": "笔记本变了",
    "library": "程序变了",
    "packages": "软件包版本变了",
}

PRELOAD = (
    "numpy", "pandas", "scipy.stats", "statsmodels.api", "statsmodels.tsa.seasonal",
    "assessment.chapter", "assessment.analyses", "assessment.run.rehearsal",
)  # fmt: skip
"""What every notebook imports; the kernels are forked from a process that already has it."""

CALLS_ON_SCHEDULER = 512
"""How many calls a dask scheduler is given at a time."""


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


Progress = Callable[[str, int, int], None]
"""Called with what was just done, how many steps are done, how many there are."""


def why_stale(store: Store, key: JobKey, fingerprint: Fingerprint, output: Path) -> str:
    """Say why a job must run; empty if it need not."""
    state = store.job_state(key)
    if state is None:
        return "没有做过"
    changed = [
        words
        for part, words in PART_NAMES.items()
        if getattr(state.fingerprint, part) != getattr(fingerprint, part)
    ]
    if changed:
        return "、".join(changed)
    if not state.ok:
        return f"上次失败({state.reason})"
    return "" if file_digest(output) == state.output else "成果文件缺失或被改动"


def plan_jobs(sources: Sources, request: Request, store: Store) -> dict[JobKey, Job]:
    """Work out every job of a request with its fingerprint."""
    return {job.key: job for job in _planned(sources, request, store)}


def _planned(sources: Sources, request: Request, store: Store) -> Iterator[Job]:
    plan = sources.params.plan
    for key in keys(request.years, request.regions, request.chapters):
        notebook = notebook_of(request.notebooks, plan.chapter(key.chapter))
        data, params = sources.job(key.chapter, key.region, key.year).digests
        fingerprint = Fingerprint(
            data=data,
            params=params,
            notebook=notebook_digest(notebook),
            library=library_digest(),
            packages=packages_digest(),
        )
        yield Job(key, notebook, store.inputs(key), fingerprint)


def assemble(job: Assembly) -> Assembled:
    """Assemble one report on a worker; the main process does without all that this takes."""
    from assessment.report.assemble import assemble as on_worker

    return on_worker(job)


def build(sources: Sources, request: Request, progress: Progress) -> Report:
    """Build everything that is asked for; one build at a time per output folder.

    Raises
    ------
    InputError
        The output folder cannot be written, another build holds it, or no scheduler answers.
    """
    store = Store(request.out)
    try:
        store.work.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = f"不能写这个目录({error.strerror})"
        raise InputError([Fault("--out", str(request.out), why, "换一个 --out")]) from None
    lock = FileLock(store.work / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        place = str(request.out)
        raise InputError(
            [Fault("--out", place, "另一次生成正在写这个目录", "等它结束,或换一个 --out")]
        ) from None
    try:
        store.sweep()
        return _Build(sources, request, store, progress).run()
    finally:
        lock.release()


class _Build:
    def __init__(self, sources: Sources, request: Request, store: Store, progress: Progress):
        self.sources = sources
        self.request = request
        self.store = store
        self.progress = progress
        self.report = Report()
        self.seconds: dict[JobKey, float] = {}
        self.jobs: dict[JobKey, Job] = {}
        self._digests: dict[JobKey, tuple[str, str]] = {}
        self.waiting: dict[tuple[int, str], set[JobKey]] = defaultdict(set)

    def run(self) -> Report:
        """Run what is stale, assemble what changed."""
        with ExitStack() as stack:
            stale = self._stale(stack)
            self._compare()
            for job in stale:
                self.waiting[job.key.year, job.key.region].add(job.key)
            units = [(year, unit) for year in self.request.years for unit in self.request.regions]
            ready = [unit for unit in units if not self.waiting[unit] and self._must_assemble(unit)]
            total = len(stale) + sum(bool(self.waiting[unit]) for unit in units) + len(ready)
            if not total:
                return self.report
            pool = Pool(*self._executor(total))
            try:
                self._work(pool, stale, ready, total)
                pool.close()
            except BaseException:
                pool.kill()
                self.store.sweep()
                raise
        return self.report

    def _stale(self, stack: ExitStack) -> list[Job]:
        """Find what must run; the first find lets the other processes begin their imports."""
        stale: list[Job] = []
        for job in _planned(self.sources, self.request, self.store):
            self.jobs[job.key] = job
            if not self._is_stale(job):
                continue
            if not stale and not self.request.scheduler:
                stack.enter_context(Template(PRELOAD))
                start_forkserver()
            stale.append(job)
        return stale

    def _work(self, pool: Pool, stale: list[Job], ready: list[tuple[int, str]], total: int) -> None:
        """Hand out the work, no more at a time than the workers can take up soon."""
        jobs = deque(stale)
        calls = deque(Call(assemble, self._assembly(*unit)) for unit in ready)

        def refill() -> None:
            while pool.has_room() and (calls or jobs):
                pool.submit(
                    calls.popleft() if calls else Call(run_task, self._task(jobs.popleft()))
                )

        refill()
        for done, (call, result) in enumerate(pool.results(), start=1):
            if isinstance(call.argument, Task):
                key = call.argument.key
                if isinstance(result, Exception):
                    result = Outcome(key, False, 0.0, str(result), repr(result))
                self._settle(result, self.jobs[key])
                unit = (key.year, key.region)
                self.waiting[unit].discard(key)
                if not self.waiting[unit]:
                    calls.append(Call(assemble, self._assembly(*unit)))
                word = "完成" if result.ok else "失败"
                self.progress(f"{key} {word}({self.report.reasons[key]})", done, total)
            else:
                unit = (call.argument.year, call.argument.region)
                self._keep(unit, call.argument, result)
                self.progress(f"{unit[0]}/{unit[1]} 已汇编", done, total)
            refill()

    def _executor(self, total: int) -> tuple[Callable[[], Any], int]:
        """How to make the executor, and how many calls keep it busy."""
        if self.request.scheduler:
            return lambda: dask_executor(self.request.scheduler), CALLS_ON_SCHEDULER
        workers = max(1, min(self.request.workers, total))
        return lambda: local_executor(workers), 2 * workers

    def _is_stale(self, job: Job) -> bool:
        reason = why_stale(self.store, job.key, job.fingerprint, self._output(job.key))
        if self.request.force:
            reason = reason or "要求全部重做"
        if reason:
            self.report.reasons[job.key] = reason
        else:
            self.report.reused.append(job.key)
        return bool(reason)

    def _must_assemble(self, unit: tuple[int, str]) -> bool:
        fresh = self.store.report_is_fresh(*unit, self._report_fingerprint(*unit))
        if fresh and not self.request.force:
            self.report.kept.append(unit)
            return False
        return True

    def _output(self, key: JobKey) -> Path:
        chapter = self.sources.params.plan.chapter(key.chapter)
        return self.store.notebook(key, notebook_name(chapter))

    def _task(self, job: Job) -> Task:
        key, run = job.key, self.sources.params.run
        inputs = self.sources.job(key.chapter, key.region, key.year)
        write_atomic(job.inputs_json, inputs.model_dump_json())
        parameters: dict[str, str | int] = {"region": inputs.region.name, "year": key.year}
        if "chapter_id" in notebook_parameters(job.notebook):
            parameters["chapter_id"] = key.chapter
        return Task(
            key=key,
            notebook=job.notebook,
            inputs=job.inputs_json,
            output=self._output(key),
            parameters=parameters,
            kernel=kernel_name,
            limits=Limits(run.cell_seconds, run.notebook_seconds, run.memory_gib),
        )

    def _settle(self, outcome: Outcome, job: Job) -> None:
        self.report.outcomes.append(outcome)
        self.seconds[outcome.key] = outcome.seconds
        state = JobState(
            fingerprint=job.fingerprint,
            ok=outcome.ok,
            seconds=round(outcome.seconds, 3),
            reason=outcome.reason,
            output=file_digest(self._output(outcome.key)) if outcome.ok else "",
        )
        self.store.save_job(outcome.key, state)
        log = self.store.failure_log(outcome.key)
        if outcome.ok:
            log.unlink(missing_ok=True)
            job.inputs_json.unlink(missing_ok=True)
        else:
            write_atomic(log, outcome.details)

    def _keep(self, unit: tuple[int, str], job: Assembly, result: Assembled | Exception) -> None:
        if isinstance(result, Exception):
            self.report.broken[unit] = f"{type(result).__name__}:{result}"
            return
        self.report.assembled.append(result)
        card = json.dumps(asdict(result), ensure_ascii=False)
        write_atomic(self.store.card(*unit), card)
        outputs = {name: file_digest(job.folder / name) for name in result.files}
        fingerprint = self._report_fingerprint(*unit)
        self.store.save_report(*unit, ReportState(fingerprint, outputs))

    def _compare(self) -> None:
        for year in self.request.years:
            path = self.store.comparison(year)
            stamp = path.with_suffix(".key")
            inputs = self.sources.comparison(year)
            key = f"{digest(inputs)} {library_digest()} {packages_digest()}"
            if path.is_file() and stamp.is_file() and stamp.read_text() == key:
                continue
            from assessment.assess.comparison import compare_units

            write_atomic(path, compare_units(inputs).model_dump_json())
            write_atomic(stamp, key)

    def _chapters(self, year: int, region: str) -> tuple[dict[str, Path], dict[str, str]]:
        """Executed notebooks of a unit, and why the others are missing."""
        notebooks: dict[str, Path] = {}
        failed: dict[str, str] = {}
        for chapter in self.sources.params.plan.chapters:
            key = JobKey(year, region, chapter.id)
            state = self.store.job_state(key)
            path = self._output(key)
            if state is None or (state.ok and not path.is_file()):
                failed[chapter.id] = "还没有执行过这一章"
            elif not state.ok:
                failed[chapter.id] = state.reason
            elif key not in self.jobs and self._inputs_differ(key, state):
                failed[chapter.id] = "这一章是用别的数据或参数做的,本次没有重做"
            else:
                notebooks[chapter.id] = path
        return notebooks, failed

    def _inputs_differ(self, key: JobKey, state: JobState) -> bool:
        """Whether a chapter that was not asked for stands on other inputs: never mix packs."""
        if key not in self._digests:
            self._digests[key] = self.sources.job(key.chapter, key.region, key.year).digests
        return self._digests[key] != (state.fingerprint.data, state.fingerprint.params)

    def _report_fingerprint(self, year: int, region: str) -> str:
        """Digest of everything that a report is assembled from."""
        notebooks, failed = self._chapters(year, region)
        folder = self.store.report_folder(year, region)
        parts = [
            *(f"{chapter}={file_digest(path)}" for chapter, path in sorted(notebooks.items())),
            *(f"{chapter}!{reason}" for chapter, reason in sorted(failed.items())),
            json.dumps(self._inputs(year, region), sort_keys=True),
            recommendations.digest(folder),
            whole_digest(),
            packages_digest(),
            ",".join(self.request.formats),
        ]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    @cached_property
    def _params_digest(self) -> str:
        return digest(self.sources.params)

    def _submissions(self, year: int) -> tuple[SubmissionRow, ...]:
        seen = self.sources.pack.submissions
        rows = records(seen[seen["year"] == year], list(SubmissionRow.model_fields))
        return tuple(SubmissionRow(**values) for values in rows)

    def _context(self, region: str) -> tuple[dict[str, Any], ...]:
        seen = self.sources.pack.context
        columns = ["period", "item", "value", "unit", "source", "note", "file", "row"]
        return tuple(records(seen[seen["region"] == region], columns))

    def _inputs(self, year: int, region: str) -> dict[str, str]:
        """Digests of what a report shows beside its chapters."""
        shown = json.dumps(
            [
                self.sources.pack_info.model_dump(),
                [row.model_dump() for row in self._submissions(year)],
                self._context(region),
            ],
            ensure_ascii=False,
        )
        return {
            "参数": self._params_digest,
            "各单元的比较": file_digest(self.store.comparison(year)),
            "数据包说明、报送记录与其他公开数据": hashlib.sha256(shown.encode()).hexdigest(),
        }

    def _assembly(self, year: int, region: str) -> Assembly:
        sources, params = self.sources, self.sources.params
        notebooks, failed = self._chapters(year, region)
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
            submissions=self._submissions(year),
            context=self._context(region),
            formats=self.request.formats,
            files=self._files,
            inputs=self._inputs(year, region),
            packages=package_versions(),
            seconds={
                key.chapter: seconds
                for key, seconds in self.seconds.items()
                if (key.year, key.region) == (year, region)
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
            f"{label}/{path.relative_to(folder).as_posix()}": file_digest(path)
            for label, folder in (("data", self.request.data), ("params", self.request.params))
            for path in sorted(folder.rglob("*"))
            if path.suffix in (".csv", ".yml") and path.is_file()
        }


def workers_by_default() -> int:
    """As many workers as processors."""
    return os.cpu_count() or 1
