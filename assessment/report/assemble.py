"""Put one unit's executed chapters together: results.json, report.html, run.json."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict

from assessment.editions import LEADERSHIP, Edition, editions
from assessment.folders import RECOMMENDATIONS
from assessment.report import annexes, leadership, parts, recommendations
from assessment.report.annexes import ContextRow, Provenance
from assessment.report.assembly import Assembled, Assembly
from assessment.report.exporter import render_report
from assessment.report.merge import summarise
from assessment.report.methods_annex import annex_methods
from assessment.report.numbered import with_numbers
from assessment.report.page import ChapterPages, Conclusions, Cover, Document, ReportPart
from assessment.report.portal_card import card_of
from assessment.report.standing_part import chapter_standing
from assessment.report.synergy_part import synergy_part
from assessment.report.volumes import annex_volume, annual_report
from assessment.results.model import ChapterRecord, Comparison, ReportResults
from assessment.show.blocks import Blocks, Prose, show
from assessment.show.facts import plain, say
from assessment.show.reading import read_chapter, read_notebook, record_of


def assemble(job: Assembly) -> Assembled:
    """Assemble one unit's report: make all its files in ``job.staged``, to be moved together."""
    started = time.perf_counter()
    records: dict[str, ChapterRecord] = {}
    shown: dict[str, Blocks] = {}
    read: dict[str, str] = {}
    files: dict[str, str] = {}
    for chapter, path in job.notebooks.items():
        content = path.read_bytes()
        read[chapter] = _sha256(content)
        files[f"notebooks/{path.name}"] = read[chapter]
        notebook = read_notebook(content)
        records[chapter] = record_of(notebook)
        shown[chapter] = read_chapter(notebook).blocks
    comparison = Comparison.model_validate_json(job.comparison.read_bytes())
    region = next(r for r in job.params.regions.regions if r.id == job.region)
    words_file = recommendations.load(job.folder)
    words = recommendations.read(words_file)
    results = summarise(
        job.params,
        job.plan,
        region,
        job.year,
        job.pack,
        records,
        job.failed,
        comparison,
        job.submissions,
        words,
    )
    fingerprints = {key: record.fingerprint[:16] for key, record in records.items()}
    document = _document(job, results, shown, fingerprints)
    page = render_report(
        document.front,
        document.chapters,
        document.back,
        document.cover,
        conclusions=document.conclusions,
        demo=document.demo,
        other=leadership.LINK,
    )
    brief = leadership.render_leadership(document, fonts_text=page)
    made = {
        "results.json": (results.model_dump_json(indent=1) + "\n").encode(),
        "report.html": page.encode(),
        LEADERSHIP: brief.encode(),
        **{
            file: edition.render(volume, results)
            for name, edition in editions().items()
            if name in job.formats
            for file, volume in _volumes(edition, document).items()
        },
    }
    words_after = recommendations.draft(words_file, results)
    outputs = {name: _sha256(data) for name, data in made.items()}
    run = {
        "parameters": dict(job.parameters),
        "inputs": dict(job.files),
        "fingerprints": {key: record.fingerprint for key, record in records.items()},
        "fingerprint": document.cover.fingerprint,
        "packages": dict(job.packages),
        "failed": dict(job.failed),
        "seconds": {key: round(value, 3) for key, value in job.seconds.items()},
        "files": {**files, **outputs, RECOMMENDATIONS: _sha256(words_after)},
    }
    text = json.dumps(run, ensure_ascii=False, indent=1, sort_keys=True).encode()
    made |= {"run.json": text, RECOMMENDATIONS: words_after}
    outputs["run.json"] = _sha256(text)
    job.staged.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        (job.staged / name).write_bytes(data)
    return Assembled(
        region=job.region,
        year=job.year,
        seconds=time.perf_counter() - started,
        cells={key: _cell(results, key) for key in results.chapter_titles},
        failed=tuple(results.chapter_titles[key] for key in job.failed),
        files=outputs,
        read=read,
        words=recommendations.digest(words),
        words_file=_sha256(words_file),
        card=asdict(card_of(job, results, page, outputs)),
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _cell(results: ReportResults, chapter: str) -> tuple[str, str, str]:
    """Verdict id, words and count of a chapter in the portal's matrix."""
    score = results.scores.chapters.get(chapter)
    if score is None:
        return "insufficient_data", "未生成", ""
    standing = chapter_standing(score)
    return standing.verdict, standing.whole, standing.short


def _document(
    job: Assembly,
    results: ReportResults,
    shown: Mapping[str, Blocks],
    fingerprints: Mapping[str, str],
) -> Document:
    params = job.params
    context = [ContextRow(**row) for row in job.context]
    provenance = Provenance(
        parameters=dict(job.parameters),
        files={name: digest[:16] for name, digest in job.inputs.items()},
        packages=dict(job.packages),
        fingerprints={results.chapter_titles[key]: value for key, value in fingerprints.items()},
    )
    fingerprint = hashlib.sha256("".join(fingerprints.values()).encode()).hexdigest()[:12]
    cover = Cover(
        title=f"{job.plan.short_title}年度评估报告",
        unit=results.region.name,
        year=results.year,
        status=results.status,
        pack_title=results.pack.title,
        pack_kind=results.pack.kind,
        cutoff=results.pack.cutoff,
        fingerprint=fingerprint,
        disclaimer=results.disclaimer,
    )
    front = [
        ReportPart("scorecard-part", "二", "总体记分卡", parts.scorecard(results)),
        ReportPart("targets-part", "三", "目标指标完成情况", parts.targets_part(results)),
        ReportPart("chapters-part", "四", "分章评估", parts.chapters_part(results)),
    ]
    chapters = [
        ChapterPages(
            anchor=f"chapter-{chapter.id}",
            number=f"第{chapter.number}章",
            title=chapter.title,
            blocks=show(shown.get(chapter.id), _failure(job.failed.get(chapter.id))),
        )
        for chapter in params.plan.chapters
    ]
    back = [
        ReportPart("synergy-part", "五", "协同度评估", synergy_part(results)),
        ReportPart("units-part", "六", "区县比较", parts.units_part(results, params)),
        ReportPart("departments-part", "七", "责任部门进展", parts.departments_part(results)),
        ReportPart("problems-part", "八", "主要问题", parts.problems_part(results)),
        ReportPart("outlook-part", "九", "趋势研判与对策建议", parts.outlook_part(results)),
        ReportPart("annex-a", "附件 A", "指标数据与来源", annexes.annex_data(results)),
        ReportPart(
            "annex-b",
            "附件 B",
            "其他数据",
            show(annexes.annex_held(results, params, job.held), annexes.annex_context(context)),
        ),
        ReportPart("annex-c", "附件 C", "方法与阈值", annex_methods(results, params)),
        ReportPart("annex-d", "附件 D", "数据缺口", annexes.annex_gaps(results)),
        ReportPart("annex-e", "附件 E", "运行记录", annexes.annex_provenance(provenance)),
        ReportPart(
            "annex-f", "附件 F", "假定与注意事项", annexes.annex_assumptions(results, params)
        ),
        ReportPart("annex-g", "附件 G", "修订与异议", annexes.annex_reviews(params, job.reviews)),
    ]
    document = Document(
        cover=cover,
        conclusions=Conclusions.of(results),
        front=tuple(front),
        chapters=tuple(chapters),
        back=tuple(part for part in back if part.blocks.blocks),
        demo=results.pack.kind == "demo",
    )
    return with_numbers(document)


def _volumes(edition: Edition, document: Document) -> dict[str, Document]:
    """What each file of an edition is typeset from."""
    if not edition.annex:
        return {edition.file: document}
    return {edition.file: annual_report(document), edition.annex: annex_volume(document)}


def _failure(reason: str | None) -> Blocks:
    if reason is None:
        return show()
    text = say(plain(f"本章没有生成:{reason}。其余各章不受影响;修正后重新运行,只补做这一章。"))
    return show(Prose(sentences=(text,), tone="caution"))
