"""What each report of a build is assembled from, and whether that has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any

from assessment.build.request import Request
from assessment.files import file_digest, write_atomic
from assessment.folders import RECOMMENDATIONS
from assessment.job.inputs import digest
from assessment.job.sources import Sources
from assessment.report import recommendations
from assessment.report.assembly import Assembled, Assembly
from assessment.run.jobs import (
    JobKey,
    notebook_name,
    notebook_of,
    notebook_words,
    package_versions,
    packages_digest,
    whole_digest,
)
from assessment.run.store import JobState, ReportState, Store

Unit = tuple[int, str]
"""Year and unit of a report."""

_NOT_SHOWN = {
    "year": 0, "data": "", "out": "", "formats": (), "cell_seconds": 0, "notebook_seconds": 0,
    "memory_gib": 0.0,
}  # fmt: skip


def unwritten(refused: Sequence[tuple[Path, OSError]]) -> str:
    """Why a report is not done whose files could not all be replaced; empty where they were."""
    return "写不进 " + "、".join(path.name for path, _ in refused) if refused else ""


class Reports:
    """The reports of a build.

    Parameters
    ----------
    sources, request, store
        Those of the build.
    asked : container of JobKey
        Jobs that the build looks after; other chapters of a unit are taken as they are.
    files : mapping of str to str
        Digests of the input files as they were parsed, for ``run.json``.
    """

    def __init__(
        self,
        sources: Sources,
        request: Request,
        store: Store,
        asked: Container[JobKey],
        files: Mapping[str, str],
    ) -> None:
        self._sources = sources
        self._request = request
        self._store = store
        self._asked = asked
        self._files = files
        self._digests: dict[JobKey, tuple[str, str]] = {}
        self._shown: dict[Unit, dict[str, str]] = {}

    def output(self, key: JobKey) -> Path:
        """Where the executed notebook of a job goes."""
        chapter = self._sources.params.plan.chapter(key.chapter)
        return self._store.notebook(key, notebook_name(chapter))

    def why_stale(self, unit: Unit, formats: Sequence[str] | None = None) -> str:
        """Say why a report must be assembled; empty if it need not.

        Parameters
        ----------
        unit : Unit
            The report.
        formats : sequence of str, optional
            Formats that are asked for; those it has by default.
        """
        state = self._store.report_state(*unit)
        if state is None:
            return "没有汇编过"
        if state.reason:
            return f"上次没有汇编成（{state.reason}）"
        folder = self._store.report_folder(*unit)
        for name, made in state.outputs.items():
            if file_digest(folder / name) != made:
                return f"{name} 被改动" if (folder / name).exists() else f"{name} 缺失"
        notebooks, failed = self._chapters(*unit)
        read = {chapter: file_digest(path) for chapter, path in notebooks.items()}
        words = recommendations.digest(recommendations.read(recommendations.load(folder)))
        asked = state.formats if formats is None else formats
        if state.fingerprint != self._fingerprint(unit, read, failed, words, asked):
            return "各章、参数、数据、建议或格式与汇编时不同"
        return "" if self._store.card(*unit).is_file() else "入口页上没有它"

    def keep(self, unit: Unit, job: Assembly, result: Assembled) -> list[tuple[Path, OSError]]:
        """Put a report's files in their places, and remember what it was assembled from.

        Returns
        -------
        list of (Path, OSError)
            Files that could not be replaced, and why; the others are new, and the report counts
            as not done.
        """
        store, before = self._store, self._store.report_state(*unit)
        made = dict(before.outputs) if before else {}
        # Whatever ends the build while files are moved, the next one finds that this is not done.
        store.save_report(*unit, ReportState("", {**made, **result.files}, reason="没有做完"))
        refused = []
        for name in result.files:
            try:
                store.put(job.folder / name)
            except OSError as error:
                refused.append((job.folder / name, error))
        words = job.folder / RECOMMENDATIONS
        try:
            self._put_words(words, result.words_file)
        except OSError as error:
            refused.append((words, error))
        for name in made.keys() - result.files.keys():
            # An edition that is not asked for any more; not if it is not the one that was made.
            if file_digest(job.folder / name) == made[name]:
                try:
                    (job.folder / name).unlink()
                except OSError as error:
                    refused.append((job.folder / name, error))
        write_atomic(store.card(*unit), json.dumps(result.card, ensure_ascii=False))
        state = ReportState(
            self._fingerprint(unit, result.read, job.failed, result.words, job.formats),
            result.files,
            job.formats,
            unwritten(refused),
        )
        store.save_report(*unit, state)
        return refused

    def fail(self, unit: Unit, reason: str) -> None:
        """Remember that a report could not be assembled; what is there stays."""
        before = self._store.report_state(*unit)
        made = before.outputs if before else {}
        formats = before.formats if before else ()
        self._store.save_report(*unit, ReportState("", made, formats, reason))

    def _put_words(self, path: Path, read: str) -> None:
        """Renew the drafts in the evaluator's file, unless it was edited since it was read."""
        now = recommendations.load(path.parent)
        if hashlib.sha256(now).hexdigest() != read:
            return
        if path.is_file() and now == self._store.staged(path).read_bytes():
            self._store.leave(path)
        else:
            self._store.put(path)

    def _chapters(self, year: int, region: str) -> tuple[dict[str, Path], dict[str, str]]:
        """Executed notebooks of a unit, and why the others are missing."""
        notebooks: dict[str, Path] = {}
        failed: dict[str, str] = {}
        for chapter in self._sources.params.plan.chapters:
            key = JobKey(year, region, chapter.id)
            state = self._store.job_state(key)
            path = self.output(key)
            if state is None or (state.ok and not path.is_file()):
                failed[chapter.id] = "还没有执行过这一章"
            elif not state.ok:
                failed[chapter.id] = state.reason
            elif key not in self._asked and self._inputs_differ(key, state):
                failed[chapter.id] = "这一章是用别的数据或参数做的，本次没有重做"
            else:
                notebooks[chapter.id] = path
        return notebooks, failed

    def _inputs_differ(self, key: JobKey, state: JobState) -> bool:
        """Whether a chapter that was not asked for stands on other inputs: never mix packs."""
        if key not in self._digests:
            chapter = self._sources.params.plan.chapter(key.chapter)
            words = notebook_words(notebook_of(self._request.notebooks, chapter))
            self._digests[key] = self._sources.digests(key.chapter, key.region, key.year, words)
        return self._digests[key] != (state.fingerprint.data, state.fingerprint.params)

    def _fingerprint(
        self,
        unit: Unit,
        read: Mapping[str, str],
        failed: Mapping[str, str],
        words: str,
        formats: Sequence[str],
    ) -> str:
        """Digest of everything that a report is assembled from.

        ``read`` are the digests of the executed notebooks, ``words`` that of the evaluator's.
        """
        parts = [
            *(f"{chapter}={digest}" for chapter, digest in sorted(read.items())),
            *(f"{chapter}!{reason}" for chapter, reason in sorted(failed.items())),
            json.dumps(self._inputs(*unit), sort_keys=True),
            words,
            whole_digest(),
            packages_digest(),
            ",".join(formats),
        ]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    @cached_property
    def _params_digest(self) -> str:
        """Digest of the parameters but for what only says where and how long to work."""
        shown = self._sources.params.run.model_copy(update=_NOT_SHOWN)
        return digest(self._sources.params.model_copy(update={"run": shown}))

    def _context(self, region: str) -> tuple[dict[str, Any], ...]:
        columns = ("period", "item", "value", "unit", "source", "note", "file", "row")
        return tuple(self._sources.pack.tables["context"].records("region", region, columns))

    def _held(self, region: str, year: int) -> tuple[dict[str, Any], ...]:
        wanted = ("indicator", "series", "year", "month", "value", "source", "file", "row")
        seen = attrgetter(*wanted)
        return tuple(
            dict(zip(wanted, seen(row), strict=True)) for row in self._sources.held(region, year)
        )

    def _reviews(self, region: str, year: int) -> dict[str, tuple[dict[str, Any], ...]]:
        tables = self._sources.pack.tables
        return {
            kind: tuple(
                row for row in tables[kind].records("region", region) if row["year"] <= year
            )
            for kind in ("revisions", "task_revisions", "remarks")
        }

    def _inputs(self, year: int, region: str) -> dict[str, str]:
        """Digests of what a report shows beside its chapters; the same throughout a build."""
        if (year, region) not in self._shown:
            self._shown[year, region] = self._digests_of_inputs(year, region)
        return self._shown[year, region]

    def _digests_of_inputs(self, year: int, region: str) -> dict[str, str]:
        shown = json.dumps(
            [
                self._sources.pack_info.model_dump(),
                [row.model_dump() for row in self._sources.submissions(year)],
                self._context(region),
                self._held(region, year),
                self._reviews(region, year),
            ],
            ensure_ascii=False,
        )
        return {
            "参数": self._params_digest,
            "各单元的比较": file_digest(self._store.comparison(year)),
            "数据包说明、报送记录、本单元全部数据与其他公开数据": hashlib.sha256(
                shown.encode()
            ).hexdigest(),
        }

    def assembly(self, year: int, region: str, seconds: Mapping[str, float]) -> Assembly:
        """Gather what one report is assembled from; ``seconds`` of each chapter, for run.json."""
        sources, params = self._sources, self._sources.params
        notebooks, failed = self._chapters(year, region)
        folder = self._store.report_folder(year, region)
        return Assembly(
            params=params,
            plan=sources.plan_info,
            pack=sources.pack_info,
            region=region,
            year=year,
            folder=folder,
            staged=self._store.staged(folder),
            notebooks=notebooks,
            failed=failed,
            comparison=self._store.comparison(year),
            submissions=self._sources.submissions(year),
            context=self._context(region),
            held=self._held(region, year),
            reviews=self._reviews(region, year),
            formats=self._request.formats,
            files=self._files,
            inputs=self._inputs(year, region),
            packages=package_versions(),
            seconds=seconds,
            parameters={
                "单元": region,
                "年度": str(year),
                "数据包": sources.pack.meta.title,
                "框架": params.framework.title,
                "评级方案": params.preset.title,
                "排名": params.run.ranking,
            },
        )
