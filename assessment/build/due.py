"""What a build would do again, and why."""

from __future__ import annotations

from dataclasses import dataclass

from assessment.build.build import plan_jobs, why_stale
from assessment.build.reports import Reports
from assessment.build.request import Request
from assessment.job.sources import Sources
from assessment.run.jobs import notebook_name
from assessment.run.store import Store


@dataclass(frozen=True)
class Due:
    """What is due, a sentence each, and how many chapters and reports are as they should be."""

    lines: tuple[str, ...]
    fresh: int
    whole: int


def due(sources: Sources, request: Request) -> Due:
    """Look at every job, report and page of the portal; nothing is written."""
    store = Store(request.out)
    names = {region.id: region.name for region in sources.params.regions.regions}
    fresh = whole = 0
    stale: dict[tuple[int, str, str], list[str]] = {}
    jobs = plan_jobs(sources, request, store)
    for key, job in jobs.items():
        chapter = sources.params.plan.chapter(key.chapter)
        reason = why_stale(store, key, job.fingerprint, store.notebook(key, notebook_name(chapter)))
        if reason:
            stale.setdefault((key.year, key.region, reason), []).append(key.chapter)
        else:
            fresh += 1
    lines = [
        f"{year} {names[region]} 第 {'、'.join(chapters)} 章：要重做，{reason}"
        for (year, region, reason), chapters in stale.items()
    ]
    units = {(year, region) for year, region, _ in stale}
    reports = Reports(sources, request, store, jobs, {})
    for year in request.years:
        for region in request.regions:
            why = reports.why_stale((year, region))
            if not why and (year, region) in units:
                why = "有的章要重做"
            if why:
                lines.append(f"{year} {names[region]} 报告：要重新汇编，{why}")
            else:
                whole += 1
    lines += [f"入口页 {name}：要重写，缺失或被改动" for name in store.altered_pages()]
    return Due(tuple(lines), fresh, whole)
