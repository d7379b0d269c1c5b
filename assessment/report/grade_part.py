"""The suggested grade: which preset, what went into it, what decided."""

from __future__ import annotations

from assessment.results.model import GradeResult
from assessment.show.blocks import Blocks, Cell, Column, Prose, Row, Table, show
from assessment.show.facts import fact, plain, say
from assessment.show.formatting import number, percent

_BASE = ("scores", "grade")


def grade_blocks(grade: GradeResult) -> Blocks:
    """A sentence with the word, and in the annex a table of the preset, the parts and the coverage."""
    title = plain(grade.preset_title)
    if grade.score is not None:
        score = fact(grade.score, *_BASE, "score", decimals=1)
        facts = {"s": score}
        text = f"工具建议等级:{plain(grade.word)}({title},得分 {{s}}"
        if grade.score_low is not None and grade.score_high is not None:
            facts["low"] = fact(grade.score_low, *_BASE, "score_low", decimals=1)
            facts["high"] = fact(grade.score_high, *_BASE, "score_high", decimals=1)
            text += ",换用其他假定为 {low} 至 {high}"
            text += plain(_other_words(grade))
        text += ")。"
        if grade.vetoed or grade.capped:
            text += f"{plain(_reason(grade))}。"
        sentence = say(text + f"{plain(grade.label)}。", **facts)
    else:
        covered = fact(grade.coverage, *_BASE, "coverage", text=percent(grade.coverage, 0))
        sentence = say(
            f"不评级({title}):{plain(_reason(grade))},资料覆盖率 {{c}}。{plain(grade.label)}。",
            c=covered,
        )
    return show(Prose(sentences=(sentence,), tone="note"), _table(grade))


def _other_words(grade: GradeResult) -> str:
    """Which other grades there are under other assumptions, the best first."""
    other = {variant.word for variant in grade.variants if variant.word} - {grade.word}
    listed = [word for _, word in grade.cuts if word in other]
    return f",等级也可能是{'或'.join(listed)}" if listed else ""


def _reason(grade: GradeResult) -> str:
    causes = "、".join(grade.causes)
    return {
        "coverage": f"资料覆盖不足 {percent(grade.coverage_floor, 0)}",
        "part_missing": "目标或任务有一部分没有得分",
        "veto": f"否决:{causes}",
        "cap": f"封顶:{causes}",
    }.get(grade.reason, "按得分定级")


def _table(grade: GradeResult) -> Table:
    cuts = "、".join(f"{number(cut, 0)} 分起{word}" for cut, word in grade.cuts[:-1])
    if grade.cuts:
        cuts += f",以下{grade.cuts[-1][1]}"
    rows = [
        ("评级方案", grade.preset_title, None),
        ("分数线", cuts or "—", None),
        *(
            (
                f"{name}部分(占 {percent(weight, 0)})",
                f"{number(score, 1)},资料覆盖 {percent(coverage, 0)}",
                score,
            )
            for name, weight, score, coverage in (
                ("目标", grade.target_weight, grade.targets_score, grade.targets_coverage),
                ("任务", grade.task_weight, grade.tasks_score, grade.tasks_coverage),
            )
        ),
        ("总分", number(grade.score, 1), grade.score),
        *(
            (f"换一种假定:{v.title}", f"{number(v.score, 1)},{v.word or '不评级'}", v.score)
            for v in grade.variants
        ),
        ("资料覆盖", percent(grade.coverage, 0), grade.coverage),
        ("由什么决定", _reason(grade), None),
        ("建议等级", grade.word, None),
    ]
    return Table(
        id="grade",
        title="建议等级的由来",
        columns=(Column(key="item", label="项目"), Column(key="value", label="内容")),
        rows=tuple(
            Row(cells=(Cell(text=name), Cell(text=text, value=value))) for name, text, value in rows
        ),
        place="annex",
        summary="建议等级:用了哪个方案、两部分各得多少、由什么决定",
        note="鼓励类任务只加分;不适用的不计权重;没有报送的不得分也不计入,只降低资料覆盖。",
    )
