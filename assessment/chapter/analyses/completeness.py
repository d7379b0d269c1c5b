"""Data completeness as a finding: which figures and evidence are there, of what grade, from whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from assessment.assess.tasks import evidence_share
from assessment.chapter.analyses.spans import FactAt, facts_of, json_ready
from assessment.chapter.chapter import SYNERGY_INDICATOR, Chapter
from assessment.codes import NOT_ASKED
from assessment.params.model import Indicator
from assessment.results.model import TaskResult
from assessment.results.values import Sentence
from assessment.show.blocks import Blocks, Cell, Column, Heading, Prose, Row, Table
from assessment.show.facts import plain, say
from assessment.show.formatting import number, percent

NAME: Final = "completeness"
GRADES: Final = ("A", "B", "C", "D")
NOT_WANTED: Final = ("not_applicable", "city_only", "units_only")
"""Verdicts of targets whose figure nobody owes; one listed as contribution only is still owed."""

OTHER: Final = "协同度与背景"


def completeness(chapter: Chapter) -> Blocks:
    """Show how much of what the plan wants is there, by chapter and by department.

    Parameters
    ----------
    chapter : Chapter
        A chapter that sees every target and task (``sees_all``).

    Returns
    -------
    Blocks
        Heading, sentences, a note, two tables.

    Notes
    -----
    Wanted is the year's figure of every indicator that the plan asks of the unit, and of those
    that the framework of synergy and this chapter use. A figure derived from others bears the
    worst of their grades. The department is the one that the catalogue names as its source; a
    task counts for each of its owners. What the tool itself computes is nobody's to give.
    """
    wanted = _wanted(chapter)
    tasks = list(chapter.all_tasks.values())
    chapters = [
        _count(f"{c.number}、{c.title}", [w for w in wanted if w["chapter"] == c.id],
               [t for t in tasks if t.chapter == c.id])
        for c in chapter.inputs.chapters
    ]  # fmt: skip
    chapters.append(_count(OTHER, [w for w in wanted if not w["chapter"]], []))
    known = chapter.inputs.plan.departments
    names = [*known, *sorted({w["department"] for w in wanted} - set(known))]
    departments = [
        _count(name, [w for w in wanted if w["department"] == name],
               [t for t in tasks if name in t.departments])
        for name in names
    ]  # fmt: skip
    result: dict[str, Any] = {
        "year": chapter.year,
        "plan": _count("方案指标", [w for w in wanted if w["chapter"]], tasks),
        "all": _count("全部", wanted, tasks),
        "chapters": chapters,
        "departments": [d for d in departments if d["wanted"] or d["tasks"]],
        "missing": [w for w in wanted if not w["present"]],
    }
    result = json_ready(result)
    at = facts_of(chapter, NAME)
    sentences = [
        _figures_sentence(at, result),
        _grades_sentence(at, result),
        _tasks_sentence(at, result),
    ]
    return chapter.add(
        NAME,
        result,
        Heading(level=3, text="数据完整度", anchor=chapter.anchor("completeness")),
        Prose(sentences=tuple(s for s in sentences if s is not None)),
        Prose(sentences=(_note(),), tone="note"),
        _table(chapter.anchor("completeness-chapters"), "按章", result["chapters"]),
        _table(chapter.anchor("completeness-departments"), "按部门", result["departments"]),
    )


def _wanted(chapter: Chapter) -> list[dict[str, Any]]:
    """Every figure of the year that is wanted, whether it is there, and its grade."""
    entries = chapter.inputs.catalogue.by_id
    found: dict[str, dict[str, Any]] = {}
    for target in chapter.all_targets.values():
        if target.indicator != SYNERGY_INDICATOR and target.verdict not in NOT_WANTED:
            found[target.indicator] = _figure(chapter, entries[target.indicator], target.chapter)
    targets = {target.indicator for target in chapter.all_targets.values()}
    for name in _used(chapter):
        if name not in targets and chapter.year not in chapter.data.annual(name).not_applicable:
            found.setdefault(name, _figure(chapter, entries[name], ""))
    return list(found.values())


def _used(chapter: Chapter) -> list[str]:
    analysis, framework = chapter.inputs.analysis, chapter.inputs.standards.framework
    names = [*analysis.trends, *analysis.context]
    for pair in analysis.cocontrol:
        names += [pair.carbon, *pair.pollutants]
    for subsystem in analysis.subsystems or framework.subsystems:
        names += subsystem.indicators
    return list(dict.fromkeys(names))


def _figure(chapter: Chapter, entry: Indicator, owner: str) -> dict[str, Any]:
    point = chapter.data.annual(entry.id).at(chapter.year)
    return {
        "indicator": entry.id,
        "name": entry.label,
        "chapter": owner,
        "department": entry.department or entry.source,
        "present": point is not None,
        "grade": point.grade if point is not None else "",
    }


def _count(
    name: str, figures: Sequence[dict[str, Any]], tasks: Sequence[TaskResult]
) -> dict[str, Any]:
    present = [figure for figure in figures if figure["present"]]
    grades = Counter(figure["grade"] for figure in present)
    due = [task for task in tasks if task.status not in NOT_ASKED]
    return {
        "name": name,
        "wanted": len(figures),
        "present": len(present),
        "missing": len(figures) - len(present),
        "share": len(present) / len(figures) if figures else None,
        "grades": {grade: grades[grade] for grade in GRADES},
        "ungraded": grades[""],
        "weak": grades["C"] + grades["D"],
        "tasks": len(due),
        "reported": sum(task.status != "task_not_reported" for task in due),
        "with_evidence": sum(
            bool(t.evidence.strip()) for t in due if t.status != "task_not_reported"
        ),
        "evidence_share": evidence_share(due),
    }


def _figures_sentence(at: FactAt, result: dict[str, Any]) -> Sentence:
    plan = result["plan"]
    facts = {
        "y": at(result["year"], "year", text=str(result["year"])),
        "w": at(plan["wanted"], "plan", "wanted"),
        "p": at(plan["present"], "plan", "present"),
        "a": at(result["all"]["wanted"], "all", "wanted"),
        "b": at(result["all"]["present"], "all", "present"),
    }
    text = "方案指标中应有本单元数据的 {w} 项,{y} 年有 {p} 项"
    if plan["share"] is not None:
        facts["s"] = at(plan["share"], "plan", "share", text=percent(plan["share"], 0))
        text += "({s})"
    text += ";连同协同度与背景指标共 {a} 项,有 {b} 项。"
    missing = result["missing"]
    if missing:
        for i, figure in enumerate(missing[:4]):
            facts[f"m{i}"] = at(figure["name"], "missing", i, "name")
        named = "、".join(
            f"{{m{i}}}({plain(figure['department'])})" for i, figure in enumerate(missing[:4])
        )
        text += f"缺的{'有' if len(missing) > 4 else '是'}{named}"
        if len(missing) > 4:
            facts["n"] = at(result["all"]["missing"], "all", "missing")
            text += "等 {n} 项"
        text += "。"
    return say(text, **facts)


def _grades_sentence(at: FactAt, result: dict[str, Any]) -> Sentence | None:
    whole = result["all"]
    if not whole["present"]:
        return None
    facts = {g: at(whole["grades"][g], "all", "grades", g) for g in GRADES}
    facts["k"] = at(whole["weak"], "all", "weak")
    text = (
        "有值的数据中,A 级(官方统计或通报){A} 项、B 级(部门报表){B} 项、"
        "C 级(测算){C} 项、D 级(无佐证){D} 项"
    )
    if whole["ungraded"]:
        facts["u"] = at(whole["ungraded"], "all", "ungraded")
        text += "、未注明 {u} 项"
    if whole["weak"]:
        text += ";其中 {k} 项为测算或无佐证,判断时按较大的误差处理"
    return say(text + "。", **facts)


def _tasks_sentence(at: FactAt, result: dict[str, Any]) -> Sentence:
    plan = result["plan"]
    facts = {
        "t": at(plan["tasks"], "plan", "tasks"),
        "r": at(plan["reported"], "plan", "reported"),
    }
    text = "应由本单元落实的 {t} 项任务,报送 {r} 项"
    if plan["evidence_share"] is not None:
        facts["e"] = at(plan["with_evidence"], "plan", "with_evidence")
        facts["s"] = at(
            plan["evidence_share"], "plan", "evidence_share",
            text=percent(plan["evidence_share"], 0),
        )  # fmt: skip
        text += ",其中有佐证的 {e} 项({s})"
    behind = [
        (i, d) for i, d in enumerate(result["departments"]) if d["evidence_share"] is not None
    ]
    lowest = min(behind, key=lambda x: (x[1]["evidence_share"], x[0]), default=None)
    if lowest is not None and lowest[1]["evidence_share"] < 1:
        i, one = lowest
        facts["l"] = at(
            one["evidence_share"], "departments", i, "evidence_share",
            text=percent(one["evidence_share"], 0),
        )  # fmt: skip
        text += f";佐证率最低的是{plain(one['name'])}({{l}})"
    return say(text + "。", **facts)


def _note() -> Sentence:
    return say(
        "不适用与只判全市的不算应有;由分子分母推得的数按其中最差的等级计;工具自己计算的协同度"
        "不算。指标按指标目录所列的数据来源部门归,任务由几个部门负责的各计一次,"
        "所以按部门相加会多于合计。各章自用的背景数据(分领域排放、产生量、月值等)见各章的缺项,"
        "不在此列。完整不等于准确。"
    )


def _table(table_id: str, title: str, counts: Sequence[dict[str, Any]]) -> Table:
    rows = []
    for one in counts:
        grades = [one["grades"][grade] for grade in GRADES]
        rows.append(
            Row(
                cells=(
                    Cell(text=one["name"]),
                    *(Cell(text=str(one[k]), value=one[k]) for k in ("wanted", "present")),
                    Cell(text=percent(one["share"], 0), value=one["share"]),
                    *(Cell(text=number(n, 0), value=n) for n in grades),
                    *(Cell(text=str(one[k]), value=one[k]) for k in ("tasks", "reported")),
                    Cell(text=percent(one["evidence_share"], 0), value=one["evidence_share"]),
                )
            )
        )
    return Table(
        id=table_id,
        title=f"数据完整度:{title}",
        columns=(
            Column(key="name", label="章" if title == "按章" else "部门"),
            Column(key="wanted", label="应有指标", align="right"),
            Column(key="present", label="有值", align="right"),
            Column(key="share", label="完整度", align="right"),
            *(Column(key=grade, label=f"{grade} 级", align="right") for grade in GRADES),
            Column(key="tasks", label="应报任务", align="right"),
            Column(key="reported", label="已报", align="right"),
            Column(key="evidence", label="佐证率", align="right"),
        ),
        rows=tuple(rows),
        folded=len(rows) > 10,
        summary=f"数据完整度{title}:{len(rows)} 行",
        note="佐证率为已报任务中有佐证材料的份额。",
    )
