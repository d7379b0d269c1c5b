"""From the chapters' records to what the report states: results.json."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from assessment.assess.departments import department_results
from assessment.assess.grading import grade_of
from assessment.assess.score import stands_for
from assessment.assess.tiles import tiles_of
from assessment.codes import BEHIND, GOOD, NOT_JUDGED, SLOW
from assessment.job.inputs import PlanInfo, SubmissionRow
from assessment.params.model import Params, Region
from assessment.results.model import (
    Attention,
    ChapterRecord,
    Comparison,
    PackInfo,
    ReportResults,
    Scores,
    TargetResult,
    TaskResult,
    TrendResult,
    UnitInfo,
    VerdictChange,
    Wanted,
)
from assessment.results.values import Sentence
from assessment.show.advice import draft_recommendations, tasks_of
from assessment.show.facts import fact, plain, say
from assessment.show.formatting import listed, number
from assessment.show.sentences import (
    co_change_sentence,
    contradictions_of,
    coupling_sentence,
    most_urgent,
    target_sentence,
    value_fact,
)

_RANKS = {
    **dict.fromkeys(GOOD, 3),
    **dict.fromkeys(SLOW, 2),
    **dict.fromkeys(BEHIND, 1),
}


def summarise(
    params: Params,
    plan: PlanInfo,
    region: Region,
    year: int,
    pack: PackInfo,
    records: Mapping[str, ChapterRecord],
    failed: Mapping[str, str],
    comparison: Comparison,
    submissions: Sequence[SubmissionRow],
    edited: Mapping[str, str] | None = None,
) -> ReportResults:
    """Merge the records of a unit's chapters into the results of its report.

    Parameters
    ----------
    records : mapping
        Record by chapter id, for the chapters that ran.
    failed : mapping
        Chapter id to a readable reason, for those that did not.
    edited : mapping, optional
        Recommendations as the evaluator wrote them, by target number.
    """
    targets: dict[str, TargetResult] = {}
    tasks: dict[str, TaskResult] = {}
    for record in records.values():
        targets |= record.targets
        tasks |= record.tasks
    order = [t.no for chapter in params.plan.chapters for t in params.plan.targets_of(chapter.id)]
    targets = {no: targets[no] for no in order if no in targets}
    counts = Counter(target.verdict for target in targets.values())
    tally = _tally(counts, comparison, len(failed)) | _good_apart(targets)
    urgent = most_urgent(list(targets.values()))
    linked = tasks_of(params.plan.targets, tasks)
    wanted = _wanted(targets)
    changes = _changes(targets)
    index = next((i for i in comparison.index if i.region == region.id), None)
    graded = grade_of(params, targets, tasks)
    scores = Scores(
        chapters={key: record.score for key, record in records.items()}, index=index, grade=graded
    )
    return ReportResults(
        plan=plan.id,
        plan_title=plan.title,
        region=UnitInfo(id=region.id, name=region.name, kind=region.kind),
        year=year,
        status=params.run.status,
        pack=pack,
        tally=tally | {"tasks_claimed": _claimed(tasks)},
        verdict=_verdict(region, year, tally),
        messages=tuple(_messages(region, year, records, targets, tasks, comparison, tally)),
        counts=dict(counts),
        task_counts=_statuses(tasks),
        attention=tuple(_attention(target) for target in urgent),
        tiles=tiles_of(
            params.analysis(params.plan.chapters[0].id).tiles,
            comparison,
            targets,
            params.rules,
            region.id,
            params.regions.city.id,
        ),
        wanted=tuple(wanted),
        changes=tuple(changes),
        unknown=_unknown(tally, wanted),
        targets=targets,
        tasks=tasks,
        trends={k: v for record in records.values() for k, v in record.trends.items()},
        synergy={key: record.synergy for key, record in records.items()},
        analysis={key: record.analysis for key, record in records.items()},
        scores=scores,
        departments=department_results(
            plan.departments, targets.values(), tasks.values(), submissions
        ),
        contradictions=tuple(contradictions_of(targets, tasks)),
        problems=tuple(p for record in records.values() for p in record.problems),
        recommendations=tuple(draft_recommendations(urgent, linked, year, edited)),
        gaps=tuple(g for record in records.values() for g in record.gaps),
        comparison=comparison,
        failed_chapters=dict(failed),
        chapter_titles={c.id: f"{c.number}、{c.title}" for c in params.plan.chapters},
        chapter_messages={key: record.messages for key, record in records.items()},
        disclaimer=params.synergy.disclaimer,
    )


def _statuses(tasks: Mapping[str, TaskResult]) -> dict[str, int]:
    found = Counter(task.status for task in tasks.values())
    return {status: found[status] for status in ("task_completed", "task_on_schedule", *found)}


def _claimed(tasks: Mapping[str, TaskResult]) -> int:
    """Count the tasks reported completed with evidence, whether the figures bear it out or not."""
    return sum(t.status in ("task_completed", "task_contradicted") for t in tasks.values())


def _tally(counts: Mapping[str, int], comparison: Comparison, absent: int) -> dict[str, int]:
    return {
        "total": sum(counts.values()),
        "judged": sum(n for verdict, n in counts.items() if verdict not in NOT_JUDGED),
        "good": sum(counts.get(verdict, 0) for verdict in GOOD),
        "slow": sum(counts.get(verdict, 0) for verdict in SLOW),
        "behind": sum(counts.get(verdict, 0) for verdict in BEHIND),
        "insufficient": counts.get("insufficient_data", 0),
        "units_ranked": sum(i.rank is not None for i in comparison.index),
        "chapters_failed": absent,
    }


def _good_apart(targets: Mapping[str, TargetResult]) -> dict[str, int]:
    """Count what is good without a figure that was asked for having been reached."""
    found = Counter(stands_for(target) for target in targets.values() if target.verdict in GOOD)
    return {
        "good_by_direction": found["direction"],
        "good_at_zero": found["zero"],
        "good_by_own_index": found["own_index"],
    }


def _verdict(region: Region, year: int, tally: Mapping[str, int]) -> Sentence:
    head = ""
    if tally["chapters_failed"]:
        head = "有 {chapters_failed} 章没有生成,以下只就已生成的各章而言。"
    facts = {name: fact(value, "tally", name) for name, value in tally.items()}
    if not tally["judged"]:
        text = "{total} 项目标都不能判断"
        if 0 < tally["insufficient"] < tally["total"]:
            text = "应当判断的 {insufficient} 项目标都缺数据"
        return say(f"{head}{plain(region.name)} {year} 年资料不足,{text},本报告不下总评。", **facts)
    share = tally["good"] / tally["judged"]
    word = (
        "总体达到要求" if share >= 0.8 and not tally["behind"]
        else f"多数达到要求,{'有落后项' if tally['behind'] else '部分偏慢'}" if share >= 0.6
        else "达到要求与落后的各占一部分" if share >= 0.4
        else "多数没有达到要求"
    )  # fmt: skip
    text = (
        f"{head}{plain(region.name)} {year} 年{word}:"
        "能判断的 {judged} 项目标中,{good} 项达到要求或符合进度"
    )
    apart = [
        f"{{{name}}} 项{what}" for name, what in (
            ("good_by_direction", "只看方向"), ("good_at_zero", "一直为零"),
            ("good_by_own_index", "按工具自算的指数"),
        )
        if tally[name]
    ]  # fmt: skip
    if apart:
        text += f"(其中 {'、'.join(apart)})"
    if tally["slow"]:
        text += ",{slow} 项偏慢"
    if tally["behind"]:
        text += ",{behind} 项落后"
    return say(text + "。", **facts)


def _messages(
    region: Region,
    year: int,
    records: Mapping[str, ChapterRecord],
    targets: Mapping[str, TargetResult],
    tasks: Mapping[str, TaskResult],
    comparison: Comparison,
    tally: Mapping[str, int],
) -> list[Sentence]:
    sentences: list[Sentence] = []
    if not tally["judged"]:
        sentences += [*_known_figures(records, year), *_not_reported(tasks)]
    whole = next((r for r in records.values() if r.synergy.scope == "unit"), None)
    if whole is not None:
        sentences.append(co_change_sentence(whole.chapter, whole.synergy.cocontrol, year))
        sentences.append(coupling_sentence(whole.chapter, whole.synergy.coupling, year))
    counts = Counter(task.status for task in tasks.values())
    claimed = _claimed(tasks)
    if claimed or counts["task_on_schedule"]:
        text = "任务方面,自报完成 {claimed} 项"
        if counts["task_contradicted"]:
            text += "、其中 {against} 项与指标数据不符"
        text += ",{on} 项按序推进"
        if counts["task_overdue"]:
            text += ",{overdue} 项到期未完成"
        if counts["task_slow"]:
            text += ",{slow} 项进展滞后"
        if counts["task_not_started"]:
            text += ",{idle} 项未启动"
        if counts["task_violated"]:
            text += ",{violated} 项禁止性任务发现违反"
        if counts["task_no_evidence"]:
            text += ",{bare} 项没有佐证、不予认定"
        sentences.append(
            say(
                text + "。",
                claimed=fact(claimed, "tally", "tasks_claimed"),
                **{
                    key: fact(counts[status], "task_counts", status)
                    for key, status in (
                        ("against", "task_contradicted"),
                        ("overdue", "task_overdue"),
                        ("on", "task_on_schedule"),
                        ("slow", "task_slow"),
                        ("idle", "task_not_started"),
                        ("violated", "task_violated"),
                        ("bare", "task_no_evidence"),
                    )
                },
            )
        )
    place = {i.region: n for n, i in enumerate(comparison.index)}.get(region.id)
    own = comparison.index[place] if place is not None else None
    if own is not None and own.score is not None and own.rank_low is not None:
        base = ("comparison", "index", place)
        sentences.append(
            say(
                "综合指数 {score}(90% 区间 {low}–{high}),在 {n} 个单元中居第 {r0}–{r1} 位之间。",
                score=fact(own.score, *base, "score", text=number(own.score, 2)),  # type: ignore[arg-type]
                low=fact(own.score_low, *base, "score_low", text=number(own.score_low, 2)),  # type: ignore[arg-type]
                high=fact(own.score_high, *base, "score_high", text=number(own.score_high, 2)),  # type: ignore[arg-type]
                r0=fact(own.rank_low, *base, "rank_low", decimals=0),  # type: ignore[arg-type]
                r1=fact(own.rank_high, *base, "rank_high", decimals=0),  # type: ignore[arg-type]
                n=fact(tally["units_ranked"], "tally", "units_ranked"),
            )
        )
    elif own is not None and own.score is not None and own.within and comparison.ranking == "on":
        base = ("comparison", "index", place)
        sentences.append(
            say(
                "综合指数 {score}(90% 区间 {low}–{high});"
                f"功能区的数可能已含在{plain('、'.join(own.within))}之内,不参与排名。",
                score=fact(own.score, *base, "score", text=number(own.score, 2)),  # type: ignore[arg-type]
                low=fact(own.score_low, *base, "score_low", text=number(own.score_low, 2)),  # type: ignore[arg-type]
                high=fact(own.score_high, *base, "score_high", text=number(own.score_high, 2)),  # type: ignore[arg-type]
            )
        )
    if tally["judged"] and len(sentences) < 4:
        sentences += _known_figures(records, year)
    return sentences[:5]


def _known_figures(records: Mapping[str, ChapterRecord], year: int) -> list[Sentence]:
    """What is known of the year where little can be judged."""
    found = {
        key: trend
        for record in records.values()
        for key, trend in record.trends.items()
        if trend.points
    }
    known = [(key, trend) for key, trend in found.items() if trend.points[-1].year == year][:5]
    if not known:
        return _older_figures(found, year)
    facts = {
        f"v{n}": value_fact(
            trend, "trends", key, "points", len(trend.points) - 1, "value",
            value=trend.points[-1].value,
        )
        for n, (key, trend) in enumerate(known)
    }  # fmt: skip
    names = [t.name + (f"({t.series})" if t.series else "") for _, t in known]
    named = "、".join(f"{plain(name)} {{v{n}}}" for n, name in enumerate(names))
    return [say(f"{year} 年已知的有:{named}。", **facts)]


def _older_figures(found: Mapping[str, TrendResult], year: int) -> list[Sentence]:
    """What is known of earlier years, where nothing is of this one."""
    latest = sorted(found.items(), key=lambda item: -item[1].points[-1].year)[:3]
    if not latest:
        return [say(f"资料包里没有本单元 {year} 年及以前的全年数。")]
    facts, parts = {}, []
    for n, (key, trend) in enumerate(latest):
        end, base = len(trend.points) - 1, ("trends", key, "points", len(trend.points) - 1)
        facts[f"v{n}"] = value_fact(trend, *base, "value", value=trend.points[end].value)
        facts[f"y{n}"] = fact(
            trend.points[end].year, *base, "year", text=str(trend.points[end].year)
        )
        parts.append(f"{plain(trend.name)} {{v{n}}}({{y{n}}} 年)")
    return [say(f"没有 {year} 年的全年数;手头最近的是{'、'.join(parts)}。", **facts)]


def _not_reported(tasks: Mapping[str, TaskResult]) -> list[Sentence]:
    """How many tasks nobody reported on."""
    missing = _statuses(tasks).get("task_not_reported", 0)
    if not missing:
        return []
    count = fact(missing, "task_counts", "task_not_reported")
    return [say("任务方面,应由本单元落实而没有报送进展的有 {n} 项。", n=count)]


def _wanted(targets: Mapping[str, TargetResult]) -> list[Wanted]:
    """Departments that lead the most targets without figures."""
    by_lead: dict[str, list[TargetResult]] = {}
    for target in targets.values():
        if target.verdict == "insufficient_data" and target.departments:
            by_lead.setdefault(target.departments[0], []).append(target)
    most = sorted(by_lead.items(), key=lambda item: -len(item[1]))[:3]
    found = []
    for place, (department, missing) in enumerate(most):
        names = "、".join(plain(target.name) for target in missing[:3])
        found.append(
            Wanted(
                department=department,
                count=len(missing),
                targets=tuple(target.no for target in missing),
                sentence=say(
                    f"牵头的目标有 {{n}} 项缺数据{',如' if len(missing) > 3 else ':'}{names}。",
                    n=fact(len(missing), "wanted", place, "count"),
                ),
            )
        )
    return found


def _unknown(tally: Mapping[str, int], wanted: Sequence[Wanted]) -> Sentence:
    if not tally["insufficient"]:
        return say("能判断的目标都有数据;其余缺项见附件。")
    most = [plain(item.department) for item in wanted[:2]]
    text = "{missing} 项目标缺数据,不能判断"
    if most:
        text += f",主要须向{listed(most)}补要"
    return say(text + "。", missing=fact(tally["insufficient"], "tally", "insufficient"))


def _attention(target: TargetResult) -> Attention:
    return Attention(
        target=target.no,
        name=target.name,
        verdict=target.verdict,
        departments=target.departments,
        sentence=target_sentence(target, named=False),
        since=_since(target),
    )


def _since(target: TargetResult) -> Literal["this_year", "before", ""]:
    """Whether a late target was late the year before; empty where that cannot be told."""
    if target.previous_verdict in NOT_JUDGED:
        return ""
    return "before" if target.previous_verdict in (*BEHIND, *SLOW) else "this_year"


def _changes(targets: Mapping[str, TargetResult]) -> list[VerdictChange]:
    """Classes that differ from the year before, both judged on today's data."""
    changes = []
    for target in targets.values():
        before, after = target.previous_verdict, target.verdict
        if before == after or before in NOT_JUDGED or after in NOT_JUDGED:
            continue
        if _RANKS[before] == _RANKS[after]:
            continue
        # Nothing is said to be better or worse whose figures cannot be told apart.
        unclear = target.step is not None and target.step.course == "unclear"
        if unclear or "no_clear_change" in (before, after):
            continue
        changes.append(
            VerdictChange(
                target=target.no,
                name=target.name,
                before=before,
                after=after,
                better=_RANKS[after] > _RANKS[before],
            )
        )
    return changes
