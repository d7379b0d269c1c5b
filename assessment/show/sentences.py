"""Sentences written from results: what, how much, compared with what, so what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assessment.assess.judgement import WITHIN_TOLERANCE
from assessment.codes import BEHIND, LATE_TASKS, SLOW
from assessment.results.model import (
    ChangeResult,
    ChapterScore,
    CoControlResult,
    Contradiction,
    CouplingResult,
    Problem,
    TargetResult,
    TaskResult,
    TrendResult,
)
from assessment.results.values import Fact, Sentence
from assessment.show.facts import fact, plain, say
from assessment.show.formatting import change_of, listed, number, pace_decimals, quoted
from assessment.show.verdict_words import PROGRESS, look

_URGENCY = {
    verdict: rank
    for rank, verdict in enumerate((*BEHIND, *SLOW))
    if verdict != "no_clear_change"  # what cannot be told calls for no measure
}


_BAND: list[tuple[str | int, ...]] = [("target_band", 0), ("target_band", 1)]


def value_fact(
    result: TargetResult | TrendResult,
    *path: str | int,
    value: float,
    difference: bool = False,
    trim: bool = False,
) -> Fact:
    """A value of a target or trend with its own decimals and unit.

    Parameters
    ----------
    difference : bool
        The value is a difference: of rates it is in percentage points.
    trim : bool
        Leave out decimals of a whole number (targets are given so).
    """
    decimals = 0 if trim and float(value).is_integer() else result.decimals
    text = number(value, decimals)
    if result.unit.startswith("%"):
        text += " 个百分点" if difference else "%"
    elif result.unit not in ("—", "指数"):
        text += f" {result.unit}"
    return fact(value, *path, text=text)


def shortfall(result: TargetResult) -> float:
    """How far a target is from its aim, as a share of the aim; for ordering."""
    if result.ratio is not None:
        return 1 - result.ratio
    if result.completion is not None:
        return 1 - result.completion / 100
    if result.gap is not None and result.target_value:
        return abs(result.gap / result.target_value)
    return 0.0


def most_urgent(targets: Sequence[TargetResult]) -> list[TargetResult]:
    """Targets that are behind or slow, the worst first."""
    behind = [target for target in targets if target.verdict in _URGENCY]
    return sorted(
        behind,
        key=lambda t: (
            t.verdict != "violated", _URGENCY[t.verdict] >= len(BEHIND), -shortfall(t), t.no
        ),
    )  # fmt: skip


def target_sentence(result: TargetResult, *, named: bool = True) -> Sentence:
    """One sentence on a target: value, aim, gap, required pace.

    Parameters
    ----------
    named : bool
        Begin with the target's name; not where it stands beside the sentence.
    """
    base = ("targets", result.no)
    name = plain(quoted(result.name)) if named else ""
    if result.judged is None or result.verdict in ("insufficient_data", "not_applicable"):
        word = look(result.verdict).word
        reason = f"({plain(result.reason)})" if result.reason else ""
        return say(f"{name}{word}{reason}。")
    facts = {
        "year": fact(result.judged.year, *base, "judged", "year", text=str(result.judged.year)),
        "value": value_fact(result, *base, "judged", "value", value=result.judged.value),
        "word": fact(result.verdict, *base, "verdict", text=look(result.verdict).word),
    }
    text = f"{name}{{year}} 年为 {{value}}"
    if result.target_value is not None and result.kind in ("numeric", "external_reference"):
        aimed = [("target_value",)] if result.target_band is None else _BAND
        for name, (path, end) in zip(
            ("aim", "to"),
            zip(aimed, result.target_band or (result.target_value,), strict=True),
            strict=False,
        ):
            facts[name] = value_fact(result, *base, *path, value=end, trim=not result.asked)
        text += ",目标 {aim}" if result.target_band is None else ",目标 {aim}至{to}"
        if result.asked:
            text += f"({plain(result.asked)})"
        if result.target_year:
            facts["due"] = fact(
                result.target_year, *base, "target_year", text=str(result.target_year)
            )
            text += "({due} 年)"
        if result.gap is not None and result.gap > 0:
            facts["gap"] = value_fact(result, *base, "gap", value=result.gap, difference=True)
            text += ",还差 {gap}"
        if result.ratio is not None:
            facts["ratio"] = fact(
                result.ratio, *base, "ratio", text=number(result.ratio * 100, 0) + "%"
            )
            text += f",{PROGRESS[result.progress_rule][1]} {{ratio}}"
        tolerated = any(step.rule == WITHIN_TOLERANCE for step in result.steps)
        if tolerated and result.gap is not None and result.gap > 0:
            text += ",在“左右”的容差之内"
        elif result.required_pace is not None and result.gap is not None and result.gap > 0:
            facts["need"] = fact(result.required_pace, *base, "required_pace", text=_pace(result))
            text += ",往后每年需 {need}"
    elif result.last_change is not None:
        facts["last"] = fact(
            result.last_change, *base, "last_change",
            text=number(result.last_change, result.decimals, signed=True),
        )  # fmt: skip
        text += ",较上次变化 {last}"
        if result.within_error:
            text += "(小于数据误差)"
        if result.reason:
            text += f"({plain(result.reason)})"
    return say(text + ",{word}。", **facts)


def _pace(result: TargetResult) -> str:
    pace = result.required_pace or 0.0
    if result.pace == "growth":
        return number(pace * 100, 1, signed=True) + "%"
    unit = " 个百分点" if result.unit.startswith("%") else f" {result.unit}"
    return number(pace, max(result.decimals, 1), signed=True) + unit


def contradictions_of(
    targets: Mapping[str, TargetResult], tasks: Mapping[str, TaskResult]
) -> list[Contradiction]:
    """Tasks reported completed that the figures contradict, each with both figures."""
    return [
        Contradiction(
            task=task.id,
            title=task.title,
            departments=task.departments,
            targets=task.against,
            sentence=_contradiction(task, [targets[no] for no in task.against]),
        )
        for task in tasks.values()
        if task.status == "task_contradicted"
    ]


def _contradiction(task: TaskResult, against: Sequence[TargetResult]) -> Sentence:
    facts: dict[str, Fact] = {
        "said": fact(task.reported, "tasks", task.id, "reported", text="已完成")
    }
    figures = []
    for n, target in enumerate(against):
        base = ("targets", target.no)
        text = plain(quoted(target.name))
        if target.judged is not None:
            facts[f"year{n}"] = fact(
                target.judged.year, *base, "judged", "year", text=str(target.judged.year)
            )
            value = target.judged.value
            facts[f"value{n}"] = value_fact(target, *base, "judged", "value", value=value)
            text += f" {{year{n}}} 年为 {{value{n}}}"
        if target.target_value is not None:
            asked = value_fact(
                target, *base, "target_value", value=target.target_value, trim=not target.asked
            )
            facts[f"aim{n}"] = asked
            text += f",目标 {{aim{n}}}"
        figures.append(text)
    title = plain(quoted(task.title))
    return say(f"任务{title}自报{{said}},而{';'.join(figures)};核实以前不计分。", **facts)


def targets_sentences(
    chapter: str, score: ChapterScore, targets: Mapping[str, TargetResult]
) -> list[Sentence]:
    """How the chapter's targets stand, and the one furthest behind."""
    if not score.targets_total:
        return [say("方案没有给本章规定数量或方向目标。")]

    def count(field: str) -> Fact:
        return fact(getattr(score, field), "scores", "chapters", chapter, field)

    if not score.targets_judged:
        text = "本章有 {total} 项目标,本年都不能判断"
        text += (
            ",其中 {missing} 项是因为数据不足。" if score.targets_insufficient
            else ":方案不在本单元判断,或没有下达分解值。"
        )  # fmt: skip
        return [say(text, total=count("targets_total"), missing=count("targets_insufficient"))]
    text = "本章有 {total} 项目标,可以判断 {judged} 项,其中 {good} 项达到要求或符合进度"
    if score.targets_slow:
        text += ",{slow} 项进展偏慢"
    if score.targets_behind:
        text += ",{behind} 项明显落后"
    if score.targets_insufficient:
        text += ";另有 {missing} 项数据不足"
    sentences = [
        say(
            text + "。",
            total=count("targets_total"),
            judged=count("targets_judged"),
            good=count("targets_good"),
            slow=count("targets_slow"),
            behind=count("targets_behind"),
            missing=count("targets_insufficient"),
        )
    ]
    urgent = most_urgent(list(targets.values()))
    if urgent:
        sentences.append(target_sentence(urgent[0]))
    return sentences


def tasks_sentence(chapter: str, score: ChapterScore) -> Sentence:
    """How the chapter's tasks stand."""

    def count(field: str) -> Fact:
        return fact(getattr(score, field), "scores", "chapters", chapter, field)

    if not score.tasks_total:
        return say("方案没有给本单元规定本章的任务。")
    if not score.tasks_reported:
        return say(
            "本章应由本单元落实的 {total} 项任务,本年都没有报送进展。", total=count("tasks_total")
        )
    if score.tasks_reported == score.tasks_total:
        text = "本章应由本单元落实的 {total} 项任务都已报送:{done} 项已完成,{on} 项按序推进"
    else:
        text = (
            "本章应由本单元落实的 {total} 项任务,报送 {reported} 项:{done} 项已完成,{on} 项按序推进"
        )
    if score.tasks_compliant:
        text += ",{kept} 项禁止性任务未发现违反"
    if score.tasks_contradicted:
        text += ",{against} 项自报与数据不符"
    if score.tasks_behind:
        text += ",{behind} 项滞后、到期未完成、未启动或发现违反"
    if score.tasks_without_evidence:
        text += ",{bare} 项没有佐证"
    return say(
        text + "。",
        total=count("tasks_total"),
        reported=count("tasks_reported"),
        done=count("tasks_done"),
        on=count("tasks_on_schedule"),
        kept=count("tasks_compliant"),
        against=count("tasks_contradicted"),
        behind=count("tasks_behind"),
        bare=count("tasks_without_evidence"),
    )


def trend_sentence(result: TrendResult, key: str) -> Sentence:
    """One sentence on a trend: span, change, slope and what the test says."""
    name = plain(quoted(result.name + (f"({result.series})" if result.series else "")))
    base = ("trends", key)
    if result.change is None or not result.points:
        return say(name + (plain(result.caution) or "数据不足。"))
    first, last = result.points[0], result.points[-1]
    end = len(result.points) - 1
    facts = {
        "y0": fact(first.year, *base, "points", 0, "year", text=str(first.year)),
        "y1": fact(last.year, *base, "points", end, "year", text=str(last.year)),
        "v0": value_fact(result, *base, "points", 0, "value", value=first.value),
        "v1": value_fact(result, *base, "points", end, "value", value=last.value),
    }
    word = "升到" if result.change > 0 else "降到" if result.change < 0 else "仍为"
    text = f"{name}由 {{y0}} 年的 {{v0}}{word} {{y1}} 年的 {{v1}}"
    if result.significant and result.slope is not None and result.p is not None:
        pace = number(result.slope, pace_decimals(result.slope, result.decimals), signed=True)
        facts["slope"] = fact(result.slope, *base, "slope", text=pace)
        facts["p"] = fact(
            result.p, *base, "p", text="<0.001" if result.p < 0.001 else f"={result.p:.3f}"
        )
        text += f",每年约 {{slope}},检验支持这一走向({plain(result.test)} p{{p}})"
    elif result.significant is False:
        text += ",逐年有起伏,检验不支持单一走向"
    elif result.chosen and result.p is None and result.n > 2:
        text += ",没有检验"
    left_out = []
    for i, one in enumerate(result.left_out):
        facts[f"x{i}"] = fact(one.year, *base, "left_out", i, "year", text=str(one.year))
        left_out.append(f"{{x{i}}} 年({plain(one.reason)})")
    if left_out:
        text += f";不含 {'、'.join(left_out)}"
    return say(text + "。", **facts)


_TOGETHER = {
    "synergy": "与碳同降",
    "only_carbon_falls": "没有随碳下降",
    "both_rise": "与碳同增",
    "only_pollutant_falls": "降了而碳没有降",
    "carbon_unclear": "碳的变化分辨不出,不判协同",
    "pollutant_unclear": "变化分辨不出,不判协同",
    "both_unclear": "与碳的变化都分辨不出,不判协同",
}
_QUADRANTS = {1: "synergy", 2: "only_carbon_falls", 3: "both_rise", 4: "only_pollutant_falls"}


def co_change_sentence(chapter: str, results: Sequence[CoControlResult], year: int) -> Sentence:
    """Whether pollution and carbon fell together in the last year, pollutant by pollutant."""
    recent = [(i, r) for i, r in enumerate(results) if r.from_year == year - 1]
    read = [(i, r) for i, r in recent if r.reading != "undefined"]
    if not read:
        reasons = [r.reason for _, r in recent if r.reason]
        why = f"({plain(reasons[0])})" if reasons else ""
        return say(f"与上年相比,污染物与二氧化碳是否同降无法判断{why}。")
    by_pair: dict[str, list[tuple[int, CoControlResult]]] = {}
    for i, r in read:
        by_pair.setdefault(r.pair, []).append((i, r))
    facts: dict[str, Fact] = {}
    parts = [_pair_words(chapter, n, rows, facts) for n, rows in enumerate(by_pair.values())]
    return say("与上年相比," + ";".join(parts) + "。", **facts)


def _pair_words(
    chapter: str, n: int, rows: Sequence[tuple[int, CoControlResult]], facts: dict[str, Fact]
) -> str:
    """Words on one carbon series and its pollutants; puts their numbers into ``facts``."""

    def change(key: str, i: int, field: str, value: float, read: ChangeResult | None) -> str:
        clear = read is None or read.course != "unclear"
        shown = abs(value) if clear else change_of(value)
        size = number((shown or 0.0) * 100, 1, signed=not clear) + "%"
        tiny = clear and value and size == "0.0%"
        facts[key] = fact(
            value, "synergy", chapter, "cocontrol", i, field, text="不到 0.1%" if tiny else size
        )
        if not clear:
            return f"变化 {{{key}}}(分辨不出)"
        return f"{'下降' if value > 0 else '上升'} {{{key}}}"

    i, first = rows[0]
    carbon = change(
        f"c{n}", i, "carbon_reduction", first.carbon_reduction or 0.0, first.carbon_change
    )
    pieces = [
        f"{plain(r.pollutant_name)}"
        + change(
            f"p{n}_{m}", j, "pollutant_reduction", r.pollutant_reduction or 0.0,
            r.pollutant_change,
        )
        for m, (j, r) in enumerate(rows)
    ]  # fmt: skip
    groups: dict[str, list[str]] = {}
    for _, r in rows:
        kind = _QUADRANTS[r.quadrant] if r.quadrant else r.reading
        groups.setdefault(kind, []).append(plain(r.pollutant_name))
    order = list(_TOGETHER)
    if len(groups) == 1:
        kind = next(iter(groups))
        every = "都" if len(rows) > 1 and kind != "carbon_unclear" else ""
        said = every + _TOGETHER[kind]
    else:
        said = ",".join(
            ("" if kind == "carbon_unclear" else listed(groups[kind])) + _TOGETHER[kind]
            for kind in sorted(groups, key=order.index)
        )
    return f"{plain(first.carbon_name)}{carbon},{'、'.join(pieces)},{said}"


def coupling_sentence(chapter: str, results: Sequence[CouplingResult], year: int) -> Sentence:
    """The coupling coordination degree of the year and its change."""
    found = {r.year: (i, r) for i, r in enumerate(results)}
    if year not in found or found[year][1].d is None:
        reason = found[year][1].reason if year in found else ""
        return say(f"{year} 年的耦合协调度算不出来({plain(reason or '缺数据')})。")
    i, now = found[year]
    base = ("synergy", chapter, "coupling", i)
    facts = {
        "y": fact(year, *base, "year", text=str(year)),
        "d": fact(now.d, *base, "d", decimals=3),
        "g": fact(now.grade_name, *base, "grade_name"),
    }
    text = "{y} 年耦合协调度为 {d},属“{g}”"
    before = found.get(year - 1)
    if now.broken:
        text += "(其间有口径断点,不与上年比较)"
    elif before and before[1].d is not None and now.d is not None:
        facts["b"] = fact(before[1].d, "synergy", chapter, "coupling", before[0], "d", decimals=3)
        same = number(now.d, 3) == number(before[1].d, 3)
        word = (
            "与上年持平" if same else "高于上年的 {b}" if now.d > before[1].d else "低于上年的 {b}"
        )
        text += f",{word}"
    levels = [(n, s) for n, s in enumerate(now.subsystems) if s.level is not None]
    if len(levels) > 1:
        n, lowest = min(levels, key=lambda item: item[1].level or 0.0)
        facts["low"] = fact(lowest.level, *base, "subsystems", n, "level", decimals=3)
        text += f";最弱的一项是{plain(lowest.name)}({{low}})"
    return say(text + "。", **facts)


def problems_of(
    targets: Mapping[str, TargetResult],
    tasks: Mapping[str, TaskResult],
    seen: Mapping[str, TargetResult],
) -> list[Problem]:
    """What needs doing: progress, data and definition.

    Parameters
    ----------
    targets, tasks : mapping
        Of the chapter.
    seen : mapping
        Every target that the chapter sees: a task may belong to one of another chapter.

    The late tasks are those that the chapter's score counts, encouraged ones too: what a
    sentence counts as late is never missing from the list.
    """
    problems = [
        Problem(
            kind="推进",
            subject=target.name,
            departments=target.departments,
            sentence=target_sentence(target),
        )
        for target in most_urgent(list(targets.values()))
    ]
    problems += [
        Problem(
            kind="推进",
            subject=found.title,
            departments=found.departments,
            sentence=found.sentence,
        )
        for found in contradictions_of(seen, tasks)
    ]
    for task in tasks.values():
        if task.status in LATE_TASKS:
            encouraged = task.obligation == "encouraged"
            kind, end = ("鼓励类任务", ",不扣分") if encouraged else ("任务", "")
            problems.append(
                Problem(
                    kind="推进",
                    subject=task.title,
                    departments=task.departments,
                    sentence=say(
                        f"{kind}{plain(quoted(task.title))}{{status}}{end}。",
                        status=fact(
                            task.status, "tasks", task.id, "status", text=look(task.status).word
                        ),
                    ),
                )
            )
    bare = [task for task in tasks.values() if task.status == "task_no_evidence"]
    for task in bare:
        problems.append(
            Problem(
                kind="数据",
                subject=task.title,
                departments=task.departments,
                sentence=say(f"任务{plain(quoted(task.title))}没有佐证材料,不能认定。"),
            )
        )
    for target in targets.values():
        if target.breaks and target.verdict == "insufficient_data":
            problems.append(
                Problem(
                    kind="口径",
                    subject=target.name,
                    departments=target.departments,
                    sentence=say(
                        f"{plain(quoted(target.name))}在 {listed([str(b) for b in target.breaks])} "
                        "年有口径断点,断点前后不能直接比较。"
                    ),
                )
            )
    return problems
