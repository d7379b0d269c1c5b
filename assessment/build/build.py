"""The build: plan the jobs, run what is stale, assemble each unit as soon as it is complete."""

from __future__ import annotations

import gc
import os
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from assessment.build.locked import locked
from assessment.build.portal_folder import write_portal
from assessment.build.reports import Reports, Unit, unwritten
from assessment.build.request import Report, Request
from assessment.errors import system_reason
from assessment.files import file_digest, write_atomic
from assessment.folders import as_given
from assessment.job.inputs import ComparisonInputs
from assessment.job.sources import Sources
from assessment.report.assembly import Assembled, Assembly
from assessment.run.cluster import dask_executor
from assessment.run.execute import Limits, Outcome, Task, run_task
from assessment.run.jobs import (
    Fingerprint,
    Job,
    JobKey,
    keys,
    library_digest,
    notebook_digest,
    notebook_of,
    notebook_parameters,
    notebook_words,
    packages_digest,
)
from assessment.run.manifest import forget, outputs
from assessment.run.pool import Call, Pool, local_executor
from assessment.run.snapshot import Folders, take
from assessment.run.stop import NotFinishedError
from assessment.run.store import JobState, Store
from assessment.run.warm import warmed
from warmkernel import kernel_name, unsupported_reason

__all__ = ["Report", "Request", "build", "plan_jobs", "why_stale", "workers_by_default"]

PART_NAMES = {
    "data": "看得见的数据变了",
    "params": "看得见的参数变了",
    "notebook": "笔记本变了",
    "library": "程序变了",
    "packages": "软件包版本变了",
}

CALLS_ON_SCHEDULER = 512
"""How many calls a dask scheduler is given at a time."""


_TOLD_SECONDS = 1.0
"""How often it is said that planning goes on."""

MOST_NAMED = 8
"""How many files are named that were changed while a build ran."""

MOST_WORKERS = 61
"""Windows cannot wait for more processes."""


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
        return f"上次失败（{state.reason}）"
    return "" if file_digest(output) == state.output else "成果文件缺失或被改动"


def plan_jobs(sources: Sources, request: Request, store: Store) -> dict[JobKey, Job]:
    """Work out every job of a request with its fingerprint."""
    return {job.key: job for job in _planned(sources, request, store, request.notebooks)}


def _planned(sources: Sources, request: Request, store: Store, notebooks: Path) -> Iterator[Job]:
    plan = sources.params.plan
    own = {name: notebook_of(notebooks, plan.chapter(name)) for name in request.chapters}
    seen = {name: (notebook_words(path), notebook_digest(path)) for name, path in own.items()}
    for key in keys(request.years, request.regions, request.chapters):
        notebook = own[key.chapter]
        words, cells = seen[key.chapter]
        data, params = sources.digests(key.chapter, key.region, key.year, words)
        fingerprint = Fingerprint(
            data=data,
            params=params,
            notebook=cells,
            library=library_digest(),
            packages=packages_digest(),
        )
        yield Job(key, notebook, store.inputs(key), fingerprint)


def assemble(job: Assembly) -> Assembled:
    """Assemble one report on a worker; the main process does without all that this takes."""
    from assessment.report.assemble import assemble as on_worker

    # All of a report lives until it is written: looking for garbage in it took a fifth of the time.
    gc.disable()
    try:
        return on_worker(job)
    finally:
        gc.enable()


def compare(inputs: ComparisonInputs) -> str:
    """Compare units on a worker; the main process does without all that this takes."""
    from assessment.assess.comparison import compare_units

    return compare_units(inputs).model_dump_json()


def portal_pages(out: Path) -> dict[str, str | bytes]:
    """Render the portal on a worker; the main process does without all that this takes."""
    from assessment.build.portal_reports import portal_pages as on_worker

    return on_worker(out)


def build(
    sources: Sources,
    request: Request,
    progress: Progress,
    halted: Callable[[], bool] | None = None,
) -> Report:
    """Build everything that is asked for; one build at a time per output folder.

    Parameters
    ----------
    sources : Sources
        Parameters and pack.
    request : Request
        What is asked for.
    progress : callable
        Told of each step.
    halted : callable, optional
        Asked now and then whether to stop.

    Raises
    ------
    InputError
        The output folder cannot be written, another build holds it, or no scheduler answers.
    NotFinishedError
        It was told to stop, or could not go on; what is done is kept.
    """
    with locked(request.out) as store:
        forget(request.out)
        return _Build(sources, request, store, progress, halted).run()


class _Build:
    def __init__(
        self,
        sources: Sources,
        request: Request,
        store: Store,
        progress: Progress,
        halted: Callable[[], bool] | None,
    ):
        self.sources = sources
        self.halted = halted
        self.request = request
        self.store = store
        self.progress = progress
        self.report = Report()
        self.seconds: dict[JobKey, float] = {}
        self.jobs: dict[JobKey, Job] = {}
        self.seen = request.seen or take(
            Folders(request.params, request.data, request.notebooks, request.out)
        )
        self.reports = Reports(sources, request, store, self.jobs, self.seen.inputs())
        #: Copies of the notebooks: whatever is saved meanwhile, all units get the same ones.
        self.notebooks = store.staging / "notebooks"
        #: Jobs that a unit's report waits for, and the year where that is compared anew.
        self.waiting: dict[Unit, set[JobKey | int]] = defaultdict(set)
        #: Units of which a chapter was run.
        self.ran: set[Unit] = set()
        self.total = 0

    def run(self) -> Report:
        """Run what is stale, assemble what changed, renew the portal."""
        with ExitStack() as stack:
            self._copy_notebooks()
            self.store.worker_log.unlink(missing_ok=True)
            pool = Pool(*self._executor(), self.halted)
            try:
                left = self._plan(stack, pool)
                outdated = self._outdated()
                for year, region in self._units():
                    if year in outdated:
                        self.waiting[year, region].add(year)
                self._work(pool, left, outdated)
                self._publish(pool)
                pool.close()
            except BaseException:
                pool.kill()
                self.store.sweep()
                raise
            self.store.drop_empty_log()
        # In this order: what is changed from here on is found by the next look.
        self.report.there = outputs(self.request.out)
        self.report.moved = self._moved()
        self.store.sweep()
        return self.report

    def _copy_notebooks(self) -> None:
        self.notebooks.mkdir(parents=True)
        for path in self.request.notebooks.glob("*.ipynb"):
            (self.notebooks / path.name).write_bytes(path.read_bytes())

    def _moved(self) -> list[str]:
        """What was changed since the build looked at it, but for what it has itself put there."""
        out = self.request.out
        inputs = [
            name
            for name in self.seen.touched()
            if not self.store.has_put(out / name.removeprefix("reports/"))
        ]
        outputs = [f"reports/{path.relative_to(out).as_posix()}" for path in self.store.touched()]
        return sorted({*inputs, *outputs})

    def _hold_program(self) -> None:
        """Let nothing be put in its place that was made while the program was being changed."""
        if self.seen.program_touched():
            names = "、".join(self.seen.touched("assessment")[:MOST_NAMED])
            raise NotFinishedError(f"程序的文件在生成途中变了（{names}），这次停在这里")

    def _plan(self, stack: ExitStack, pool: Pool) -> deque[Job]:
        """Find what must run, and hand out the first of it before the last is found.

        Returns
        -------
        deque of Job
            What was found and not yet handed out.
        """
        left: deque[Job] = deque()
        many = len(self.request.years) * len(self.request.regions) * len(self.request.chapters)
        told = time.monotonic()
        for job in _planned(self.sources, self.request, self.store, self.notebooks):
            self.jobs[job.key] = job
            if self.halted is not None and self.halted():
                raise NotFinishedError("已停止")
            if time.monotonic() - told > _TOLD_SECONDS:
                told = time.monotonic()
                self.progress("正在看哪些要重做", len(self.jobs), many)
            if not self._is_stale(job):
                continue
            if not self.total and not self.request.scheduler:
                if why := unsupported_reason():
                    self.progress(f"这里不能预热内核，改用普通内核（{why}）", 0, len(self.jobs))
                stack.enter_context(warmed())
            self.total += 1
            self.waiting[job.key.year, job.key.region].add(job.key)
            if pool.has_room():
                pool.submit(Call(run_task, self._task(job)))
            else:
                left.append(job)
        return left

    def _work(self, pool: Pool, jobs: deque[Job], outdated: dict[int, str]) -> None:
        """Hand out the work, no more at a time than the workers can take up soon."""
        years = deque(outdated)
        units: deque[Unit] = deque()
        self.total += len(years) + sum(map(bool, self.waiting.values()))

        def upcoming() -> Call | None:
            if years:
                return Call(compare, self.sources.comparison(years.popleft()))
            if units:
                return Call(assemble, self._assembly(*units.popleft()))
            return Call(run_task, self._task(jobs.popleft())) if jobs else None

        def refill() -> None:
            while pool.has_room() and (call := upcoming()):
                pool.submit(call)

        refill()
        # Workers are busy by now, where there is something to run.
        units.extend(
            unit for unit in self._units() if not self.waiting[unit] and self._is_due(unit)
        )
        self.total += len(units)
        refill()
        for done, (call, result) in enumerate(pool.results(), start=1):
            if isinstance(call.argument, Task):
                said, complete = self._executed(call.argument.key, result)
            elif isinstance(call.argument, ComparisonInputs):
                year = call.argument.year
                said, complete = self._compared(year, outdated[year], result)
            else:
                said, complete = self._assembled(call.argument, result), []
            units.extend(complete)
            self.progress(said, done, self.total)
            refill()

    def _publish(self, pool: Pool) -> None:
        """Renew the portal over all reports of the folder."""
        if not self.total:  # no worker has been started for anything else
            self.report.refused += write_portal(portal_pages(self.request.out), self.store)
            return
        pool.submit(Call(portal_pages, self.request.out))
        for _, pages in pool.results():
            if isinstance(pages, Exception):
                raise pages
            self._hold_program()
            self.report.refused += write_portal(pages, self.store)

    def _units(self) -> Iterator[Unit]:
        for year in self.request.years:
            for region in self.request.regions:
                yield year, region

    def _executed(self, key: JobKey, result: Outcome | Exception) -> tuple[str, list[Unit]]:
        """Keep how a notebook ended; what was done, and its unit where nothing is waited for."""
        if isinstance(result, Exception):
            result = Outcome(key, False, 0.0, str(result), repr(result))
        self._hold_program()
        result = self._settle(result, self.jobs[key])
        unit = (key.year, key.region)
        self.ran.add(unit)
        self.waiting[unit].discard(key)
        word = "完成" if result.ok else "失败"
        complete = [] if self.waiting[unit] else [unit]
        return f"{key} {word}（{self.report.reasons[key]}）", complete

    def _compared(self, year: int, key: str, result: str | Exception) -> tuple[str, list[Unit]]:
        """Keep a comparison; what was done, and the units whose reports can be assembled now."""
        if isinstance(result, Exception):
            raise result
        self._hold_program()
        path = self.store.comparison(year)
        write_atomic(path, result)
        write_atomic(path.with_suffix(".key"), key)
        complete = []
        for region in self.request.regions:
            unit = (year, region)
            self.waiting[unit].discard(year)
            if self.waiting[unit]:
                continue
            if unit in self.ran or self._is_due(unit):
                complete.append(unit)
            else:
                self.total -= 1
        return f"{year} 各单元已比较", complete

    def _assembled(self, job: Assembly, result: Assembled | Exception) -> str:
        """Keep a report; what was done."""
        unit = (job.year, job.region)
        if isinstance(result, Exception):
            self.report.broken[unit] = f"{type(result).__name__}：{result}"
            self.reports.fail(unit, self.report.broken[unit])
            return f"{job.year}/{job.region} 汇编失败"
        self._hold_program()
        self.report.assembled.append(result)
        refused = self.reports.keep(unit, job, result)
        if refused:
            self.report.refused += refused
            self.report.broken[unit] = unwritten(refused)
            return f"{job.year}/{job.region} 有文件写不进"
        return f"{job.year}/{job.region} 已汇编"

    def _executor(self) -> tuple[Callable[[], Any], int]:
        """How to make the executor, and how many calls keep it busy."""
        if self.request.scheduler:
            folders = (self.request.notebooks, self.request.out)
            return lambda: dask_executor(self.request.scheduler, folders), CALLS_ON_SCHEDULER
        workers = max(1, min(self.request.workers, MOST_WORKERS))
        return lambda: local_executor(workers, self.store.worker_log), 2 * workers

    def _is_stale(self, job: Job) -> bool:
        reason = why_stale(self.store, job.key, job.fingerprint, self.reports.output(job.key))
        if self.request.force:
            reason = reason or "要求全部重做"
        if reason:
            self.report.reasons[job.key] = reason
        else:
            self.report.reused.append(job.key)
        return bool(reason)

    def _is_due(self, unit: Unit) -> bool:
        if self.request.force or self.reports.why_stale(unit, self.request.formats):
            return True
        self.report.kept.append(unit)
        return False

    def _assembly(self, year: int, region: str) -> Assembly:
        seconds = {
            key.chapter: seconds
            for key, seconds in self.seconds.items()
            if (key.year, key.region) == (year, region)
        }
        return self.reports.assembly(year, region, seconds)

    def _task(self, job: Job) -> Task:
        key, run = job.key, self.sources.params.run
        words = notebook_words(job.notebook)
        inputs = self.sources.job(key.chapter, key.region, key.year, words)
        write_atomic(job.inputs_json, inputs.model_dump_json())
        given: dict[str, str | int] = {
            "region": inputs.region.name,
            "year": key.year,
            "chapter_id": key.chapter,
            "data": as_given(self.request.data),
            "params": as_given(self.request.params),
        }
        known = {"region", "year", *notebook_parameters(job.notebook)}
        return Task(
            key=key,
            notebook=job.notebook,
            inputs=job.inputs_json,
            output=self.store.staged(self.reports.output(key)),
            parameters={name: value for name, value in given.items() if name in known},
            kernel=kernel_name,
            limits=Limits(run.cell_seconds, run.notebook_seconds, run.memory_gib),
            folder=self.request.notebooks,
        )

    def _settle(self, outcome: Outcome, job: Job) -> Outcome:
        """Put an executed notebook in its place and keep how the job ended."""
        place, digest = self.reports.output(job.key), ""
        if outcome.ok:
            digest = file_digest(self.store.staged(place))
            try:
                self.store.put(place)
            except OSError as error:
                self.report.refused.append((place, error))
                why = f"写不进 {place.name}（{system_reason(error)}）"
                outcome = replace(outcome, ok=False, reason=why, details=repr(error))
        self.report.outcomes.append(outcome)
        self.seconds[outcome.key] = outcome.seconds
        state = JobState(
            fingerprint=job.fingerprint,
            ok=outcome.ok,
            seconds=round(outcome.seconds, 3),
            reason=outcome.reason,
            output=digest if outcome.ok else "",
        )
        self.store.save_job(outcome.key, state)
        log = self.store.failure_log(outcome.key)
        if outcome.ok:
            log.unlink(missing_ok=True)
            job.inputs_json.unlink(missing_ok=True)
        else:
            write_atomic(log, outcome.details)
        return outcome

    def _outdated(self) -> dict[int, str]:
        """Years whose units must be compared anew, with the key that then holds."""
        found = {}
        for year in self.request.years:
            path = self.store.comparison(year)
            stamp = path.with_suffix(".key")
            key = f"{self.sources.comparison_digest(year)} {library_digest()} {packages_digest()}"
            if not (path.is_file() and stamp.is_file() and stamp.read_text() == key):
                stamp.unlink(missing_ok=True)  # it must never stand beside another comparison
                found[year] = key
        return found


def workers_by_default() -> int:
    """As many workers as processors."""
    return os.cpu_count() or 1
