"""Departments: what each owns, how it stands, its evidence and punctuality, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from assessment.assess.departments import department_results
from assessment.chapter.analyses.spans import FactAt, facts_of, json_ready
from assessment.chapter.chapter import Chapter
from assessment.codes import BEHIND, GOOD, NOT_ASKED, NOT_JUDGED, SLOW
from assessment.results.model import DepartmentResult, Gap, Recommendation
from assessment.results.values import Sentence
from assessment.show import charts
from assessment.show.advice import draft_recommendations
from assessment.show.blocks import Blocks, Cell, Column, Heading, Prose, Row, Table
from assessment.show.facts import plain, say
from assessment.show.formatting import listed, percent
from assessment.show.sentences import most_urgent
from assessment.show.verdict_words import look

NAME: Final = "departments"
SUBMISSIONS: Final = {
    "on_time": "按时",
    "late": "迟报",
    "not_received": "未报送",
    "not_recorded": "无记录",
}


def departments(chapter: Chapter) -> Blocks:
    """Show the departments' items by class, and draft recommendations for what is behind.

    Parameters
    ----------
    chapter : Chapter
        A chapter that sees every target, task and submission (``sees_all``).

    Returns
    -------
    Blocks
        Heading, sentences, a note, a figure, two tables.

    Notes
    -----
    An item with several owners counts for each. Counts depend on how much a department owns and
    are no mark of its merit.
    """
    targets = chapter.all_targets
    found = department_results(
        chapter.inputs.plan.departments,
        targets.values(),
        chapter.all_tasks.values(),
        chapter.inputs.submissions,
    )
    advice = draft_recommendations(most_urgent(list(targets.values())), chapter.year)
    judged = sum(t.verdict not in NOT_JUDGED for t in targets.values())
    unreported = (*NOT_ASKED, "task_not_reported")
    reported = sum(t.status not in unreported for t in chapter.all_tasks.values())
    items = [_item(one) for one in found if one.targets or one.tasks]
    result: dict[str, Any] = {
        "year": chapter.year,
        "count": len(items),
        "targets_judged": judged,
        "tasks_reported": reported,
        "with_behind": sum(item["behind"] > 0 for item in items),
        "submissions": {
            state: sum(item["submission"] == state for item in items) for state in SUBMISSIONS
        },
        "items": items,
        "recommendations": [line.model_dump(mode="json") for line in advice],
        "recommendation_count": len(advice),
    }
    result = json_ready(result)
    _note_gaps(chapter, items)
    at = facts_of(chapter, NAME)
    return chapter.add(
        NAME,
        result,
        Heading(level=3, text="各部门的责任与进展", anchor=chapter.anchor("departments")),
        Prose(
            sentences=(
                _behind_sentence(at, result),
                _evidence_sentence(at, result),
                _punctuality_sentence(at, result),
            )
        ),
        Prose(sentences=(_note(),), tone="note"),
        charts.department_bars(
            found,
            unit_name=chapter.unit_name,
            year=chapter.year,
            figure_id=chapter.anchor("department-bars"),
        )
        if judged or reported
        else None,
        _table(chapter, items),
        Heading(level=3, text="对策建议(草拟)", anchor=chapter.anchor("recommendations")),
        Prose(sentences=(_advice_sentence(at, result),)),
        _advice_table(chapter, advice),
    )


def _item(one: DepartmentResult) -> dict[str, Any]:
    counts, statuses = one.verdicts, one.task_statuses
    behind = sum(counts.get(v, 0) for v in BEHIND)
    not_started = statuses.get("task_not_started", 0)
    return {
        "name": one.name,
        "targets": len(one.targets),
        "good": sum(counts.get(v, 0) for v in GOOD),
        "slow": sum(counts.get(v, 0) for v in SLOW),
        "targets_behind": behind,
        "insufficient": counts.get("insufficient_data", 0),
        "tasks": len(one.tasks),
        "tasks_slow": statuses.get("task_slow", 0),
        "tasks_not_started": not_started,
        "tasks_bare": statuses.get("task_no_evidence", 0),
        "tasks_not_reported": statuses.get("task_not_reported", 0),
        "behind": behind + not_started,
        "evidence_share": one.evidence_share,
        "submission": one.submission,
        "days_late": one.days_late,
        "verdicts": counts,
        "task_statuses": statuses,
    }


def _note_gaps(chapter: Chapter, items: Sequence[dict[str, Any]]) -> None:
    unrecorded = [item["name"] for item in items if item["submission"] == "not_recorded"]
    if unrecorded:
        chapter.lacking(
            Gap(
                kind="data",
                subject="报送登记",
                department="",
                what=f"{len(unrecorded)} 个部门没有 {chapter.year} 年的报送登记",
                effect="及时性无法判断",
            )
        )


def _behind_sentence(at: FactAt, result: dict[str, Any]) -> Sentence:
    facts = {"n": at(result["count"], "count")}
    if not result["targets_judged"] and not result["tasks_reported"]:
        return say("{n} 个部门的目标都不能判断,任务都没有报送:数据不足。", **facts)
    facts["b"] = at(result["with_behind"], "with_behind")
    text = "{n} 个部门中,{b} 个有落后的目标或未启动的任务"
    worst = sorted(enumerate(result["items"]), key=lambda x: (-x[1]["behind"], x[0]))[:3]
    parts = []
    for i, item in worst:
        if not item["behind"]:
            continue
        counts = []
        for key, word in (("targets_behind", "落后目标"), ("tasks_not_started", "未启动任务")):
            if item[key]:
                facts[f"{key}{i}"] = at(item[key], "items", i, key)
                counts.append(f"{word} {{{key}{i}}} 项")
        parts.append(f"{plain(item['name'])}({'、'.join(counts)})")
    if parts:
        text += f",最多的是{listed(parts)}"
    return say(text + "。", **facts)


def _evidence_sentence(at: FactAt, result: dict[str, Any]) -> Sentence:
    known = [
        (i, item) for i, item in enumerate(result["items"]) if item["evidence_share"] is not None
    ]
    if not known:
        return say("任务都没有报送,佐证率无从谈起。")
    short = sorted(
        ((i, item) for i, item in known if item["evidence_share"] < 1),
        key=lambda x: (x[1]["evidence_share"], x[0]),
    )
    if not short:
        return say("已报送的任务都有佐证。")
    facts, parts = {}, []
    for i, item in short[:3]:
        facts[f"e{i}"] = at(item["evidence_share"], "items", i, "evidence_share",
                            text=percent(item["evidence_share"], 0))  # fmt: skip
        parts.append(f"{plain(item['name'])}({{e{i}}})")
    return say(f"已报任务佐证率较低的是{listed(parts)}。", **facts)


def _punctuality_sentence(at: FactAt, result: dict[str, Any]) -> Sentence:
    counts = result["submissions"]
    if counts["not_recorded"] == result["count"]:
        return say("没有报送登记,及时性无法判断:数据不足。")
    facts = {"o": at(counts["on_time"], "submissions", "on_time")}
    text = "本年度资料 {o} 个部门按时报送"
    late = [(i, x) for i, x in enumerate(result["items"]) if x["submission"] == "late"]
    if late:
        parts = []
        for i, item in late:
            facts[f"d{i}"] = at(item["days_late"], "items", i, "days_late")
            parts.append(f"{plain(item['name'])}迟 {{d{i}}} 天")
        facts["l"] = at(counts["late"], "submissions", "late")
        text += f",{{l}} 个迟报({listed(parts, 5)})"
    for state, word in (("not_received", "未报送"), ("not_recorded", "没有登记")):
        if counts[state]:
            facts[state] = at(counts[state], "submissions", state)
            text += f",{{{state}}} 个{word}"
    return say(text + "。", **facts)


def _note() -> Sentence:
    return say(
        "一项由几个部门负责的各计一次,相加会多于总数;项数多少与分工有关,不宜拿来排名。"
        "报送时间是部门对全市的,各单元相同。"
    )


def _advice_sentence(at: FactAt, result: dict[str, Any]) -> Sentence:
    if not result["targets_judged"]:
        return say("没有能判断的目标,不拟建议;先补数据。")
    if not result["recommendation_count"]:
        return say("能判断的目标没有落后或偏慢的,不拟建议。")
    return say(
        "按差距草拟 {n} 条,落后的在前;评估人员改写后以报告“对策建议”一表的文字为准。",
        n=at(result["recommendation_count"], "recommendation_count"),
    )


def _table(chapter: Chapter, items: Sequence[dict[str, Any]]) -> Table:
    counted = (
        "targets", "good", "slow", "targets_behind", "insufficient", "tasks", "tasks_slow",
        "tasks_not_started", "tasks_bare", "tasks_not_reported",
    )  # fmt: skip
    rows = [
        Row(
            cells=(
                Cell(text=item["name"]),
                *(Cell(text=str(item[key]), value=item[key]) for key in counted),
                Cell(text=percent(item["evidence_share"], 0), value=item["evidence_share"]),
                Cell(text=_submission(item), value=item["submission"]),
            )
        )
        for item in items
    ]
    labels = (
        "目标", "达到或符合", "偏慢", "落后", "数据不足", "任务", "进展滞后", "未启动",
        "无佐证", "未报送",
    )  # fmt: skip
    return Table(
        id=chapter.anchor("departments-table"),
        title="各部门的目标、任务与报送",
        columns=(
            Column(key="name", label="部门"),
            *(
                Column(key=k, label=label, align="right")
                for k, label in zip(counted, labels, strict=True)
            ),
            Column(key="evidence", label="佐证率", align="right"),
            Column(key="submission", label="报送"),
        ),
        rows=tuple(rows),
        folded=True,
        summary=f"各部门的目标、任务与报送:{len(rows)} 个部门",
        note="目标与任务含只判全市、不适用的;这些不计入后面各类。",
    )


def _submission(item: dict[str, Any]) -> str:
    word = SUBMISSIONS[item["submission"]]
    return f"{word} {item['days_late']} 天" if item["submission"] == "late" else word


def _advice_table(chapter: Chapter, advice: Sequence[Recommendation]) -> Table | None:
    if not advice:
        return None
    entries, targets = chapter.inputs.catalogue.by_id, chapter.all_targets
    rows = [
        Row(
            cells=(
                Cell(text=f"{line.target} {targets[line.target].name}", value=line.target),
                Cell(
                    text=look(targets[line.target].verdict).word,
                    value=targets[line.target].verdict,
                    verdict=targets[line.target].verdict,
                ),
                Cell(text=line.text),
                Cell(text=line.departments[0] if line.departments else "—"),
                Cell(text=line.deadline),
                Cell(text=entries[line.indicator].label, value=line.indicator),
            )
        )
        for line in advice
    ]
    return Table(
        id=chapter.anchor("recommendations-table"),
        title="对策建议(草拟)",
        columns=(
            Column(key="target", label="目标"),
            Column(key="verdict", label="判断"),
            Column(key="text", label="建议"),
            Column(key="department", label="牵头"),
            Column(key="deadline", label="期限"),
            Column(key="indicator", label="推动的指标"),
        ),
        rows=tuple(rows),
        note="期限:目标年未到的为目标年年底,已到的为下一年年底。",
    )
