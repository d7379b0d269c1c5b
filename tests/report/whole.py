"""A whole report of the synthetic pack, put together without a kernel."""

from __future__ import annotations

from assessment.assess.comparison import compare_units
from assessment.chapter.chapter import Chapter
from assessment.job.sources import Sources
from assessment.report import annexes, parts
from assessment.report.merge import summarise
from assessment.report.page import ChapterPages, Conclusions, Cover, Document, ReportPart
from assessment.report.synergy_part import synergy_part
from assessment.results.model import ReportResults
from assessment.show.blocks import show

REGION, YEAR = "张店区", 2025


def whole_report(sources: Sources) -> tuple[Document, ReportResults]:
    """The report of a district with every part that a real one has."""
    params = sources.params
    region = params.region(REGION)
    records, pages = {}, []
    for one in params.plan.chapters:
        chapter = Chapter(sources.job(one.id, region.id, YEAR))
        blocks = show(
            chapter.opening(),
            chapter.targets_part(),
            chapter.sections_part(),
            chapter.trends_part(),
            chapter.synergy_part(),
            chapter.problems_part(),
        )
        records[one.id] = chapter.record().value
        pages.append(
            ChapterPages(f"chapter-{one.id}", f"第{one.number}章", one.title, blocks=blocks)
        )
    results = summarise(
        params, sources.plan_info, region, YEAR, sources.pack_info, records, {},
        compare_units(sources.comparison(YEAR)), (),
    )  # fmt: skip
    cover = Cover(
        title="减污降碳协同增效年度评估报告", unit=region.name, year=YEAR, status=results.status,
        pack_title=results.pack.title, pack_kind=results.pack.kind, cutoff=results.pack.cutoff,
        fingerprint="3f9a1c77e0b2", disclaimer=results.disclaimer,
    )  # fmt: skip
    front = (
        ReportPart("scorecard-part", "二", "总体记分卡", parts.scorecard(results)),
        ReportPart("targets-part", "三", "目标指标完成情况", parts.targets_part(results)),
        ReportPart("chapters-part", "四", "分章评估", parts.chapters_part(results)),
    )
    back = (
        ReportPart("synergy-part", "五", "协同度评估", synergy_part(results)),
        ReportPart("units-part", "六", "区县比较", parts.units_part(results, params)),
        ReportPart("departments-part", "七", "责任部门进展", parts.departments_part(results)),
        ReportPart("problems-part", "八", "主要问题", parts.problems_part(results)),
        ReportPart("annex-a", "附件 A", "指标数据与来源", annexes.annex_data(results)),
        ReportPart("annex-d", "附件 D", "数据缺口", annexes.annex_gaps(results)),
    )
    document = Document(
        cover=cover,
        conclusions=Conclusions.of(results),
        front=front,
        chapters=tuple(pages),
        back=back,
        demo=True,
    )
    return document, results
