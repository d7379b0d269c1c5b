"""Draft recommendations from facts: history, gap, pace, the tasks that belong to it, who owns it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assessment.codes import LATE_TASKS, NOT_ASKED
from assessment.params.plan import Target
from assessment.results.model import Point, Recommendation, TargetResult, TaskResult
from assessment.show.formatting import listed, number, pace_decimals, quoted
from assessment.show.verdict_words import look

_COLLECTIVE = "各"
"""First character of what a plan calls all concerned; no department's name begins so."""

_LONG = 50
"""Years beyond which the way left is not counted in years."""


def draft_recommendations(
    urgent: Sequence[TargetResult],
    tasks: Mapping[str, Sequence[TaskResult]],
    year: int,
    edited: Mapping[str, str] | None = None,
) -> list[Recommendation]:
    """Draft a line of advice for each target that is behind or slow.

    A line says how the figure moved, what is missing and how long that takes at the pace so far,
    how the tasks that belong to the target stand, and what to do about just that.

    Parameters
    ----------
    urgent : sequence of TargetResult
        The targets, in the order of the lines.
    tasks : mapping of str to sequence of TaskResult
        By target number, the tasks that belong to it.
    year : int
        Year of assessment; a target that is due sets the end of the next year as deadline.
    edited : mapping, optional
        Lines as the evaluator wrote them, by target number; they replace the draft.
    """
    written = edited or {}
    lines = []
    for target in urgent:
        due = target.target_year if target.target_year and target.target_year > year else year + 1
        own = [task for task in tasks.get(target.no, ()) if task.status not in NOT_ASKED]
        told = "；".join(filter(None, (_history(target), _way_left(target), _state(own))))
        draft = (
            f"{quoted(target.name)}{told}。建议{_owners(target)}{_what_to_do(target, own, due)}。"
        )
        lines.append(
            Recommendation(
                target=target.no,
                text=written.get(target.no, draft),
                departments=target.departments,
                deadline=f"{due} 年底",
                indicator=target.indicator,
                edited=target.no in written,
            )
        )
    return lines


def tasks_of(
    targets: Iterable[Target], tasks: Mapping[str, TaskResult]
) -> dict[str, list[TaskResult]]:
    """Return, by target number, the tasks that the plan puts under it."""
    return {t.no: [tasks[one] for one in t.tasks if one in tasks] for t in targets}


def _amount(target: TargetResult, value: float, *, difference: bool = False) -> str:
    decimals = pace_decimals(value, target.decimals) if difference else target.decimals
    if target.unit.startswith("%"):
        return number(value, decimals) + (" 个百分点" if difference else "%")
    unit = "" if target.unit in ("—", "指数") else f" {target.unit}"
    return number(value, decimals) + unit


def _history(target: TargetResult) -> str:
    """How the figure moved in the year, or since the base year where last year's is not known."""
    now, before = target.judged, target.previous or target.baseline
    if now is None:
        return look(target.verdict).word
    if before is None or before.year >= now.year or _broken(target, before.year, now.year):
        return f"{now.year} 年为 {_amount(target, now.value)}，{look(target.verdict).word}"
    return f"{_movement(target, before, now)}，{look(target.verdict).word}"


def _broken(target: TargetResult, first: int, last: int) -> bool:
    return any(first < at <= last for at in target.breaks)


def _movement(target: TargetResult, before: Point, now: Point) -> str:
    start, end = _amount(target, before.value), _amount(target, now.value)
    if start == end:
        return f"{now.year} 年为 {end}，与 {before.year} 年持平"
    way = "升" if now.value > before.value else "降"
    return f"由 {before.year} 年的 {start}{way}到 {now.year} 年的 {end}"


def _way_left(target: TargetResult) -> str:
    """What is missing, and how many years that takes at the pace since the base year."""
    gap, pace = target.gap, target.observed_pace
    if gap is None or gap <= 0:
        return ""
    missing = _amount(target, gap, difference=True)
    if pace is None or target.baseline is None or target.pace == "growth":
        return f"还差 {missing}"
    since, step = target.baseline.year, _amount(target, abs(pace), difference=True)
    sign = "+" if pace > 0 else "−"
    need = target.required_pace
    aim, now = target.target_value, target.judged
    if pace == 0 or aim is None or now is None or (aim - now.value) * pace <= 0:
        said = f"{since} 年以来每年 {sign}{step}，没有朝目标走，还差 {missing}"
        return said if pace else f"{since} 年以来没有变化，还差 {missing}"
    years = gap / abs(pace)
    span = f"约需 {max(years, 1):.0f} 年" if years < _LONG else f"要 {_LONG} 年以上"
    said = f"按 {since} 年以来每年 {sign}{step}，补上 {missing}{span}"
    if need is not None and abs(need) > abs(pace):
        said += (
            f"，按期要每年 {'+' if need > 0 else '−'}{_amount(target, abs(need), difference=True)}"
        )
    return said


def _state(tasks: Sequence[TaskResult]) -> str:
    """How the tasks that belong to the target stand, those of one status together."""
    by_status: dict[str, list[str]] = {}
    for task in tasks:
        by_status.setdefault(task.status, []).append(task.id)
    said = [f"{'、'.join(ids)} {look(status).word}" for status, ids in by_status.items()]
    return f"关联任务 {'，'.join(said)}" if said else ""


def _owners(target: TargetResult) -> str:
    """The lead department, and those that co-operate; a collective is none."""
    named = [name for name in target.departments if not name.startswith(_COLLECTIVE)]
    if not named:
        return "先明确责任部门，"
    helpers = f"（{listed(named[1:])}配合）" if named[1:] else ""
    return f"由{named[0]}牵头{helpers}"


def _what_to_do(target: TargetResult, tasks: Sequence[TaskResult], due: int) -> str:
    def of(*statuses: str) -> str:
        return "、".join(task.id for task in tasks if task.status in statuses)

    if contradicted := of("task_contradicted"):
        return f"核实 {contradicted} 的完成情况，与数据不符的改正后重报，并在 {due} 年底前补上差距"
    if late := of(*LATE_TASKS):
        return f"对 {late} 逐项排出完成时间，{due} 年底前补上差距"
    if bare := of("task_no_evidence", "task_not_reported"):
        return f"先补报 {bare} 的进展和佐证，再定补差措施，{due} 年底前见效"
    if running := of("task_on_schedule"):
        return f"重排 {running} 的进度：任务说按序推进，指标没有跟上；{due} 年底前补上差距"
    if done := of("task_completed"):
        return f"另提补差措施：{done} 已完成而指标没有到位；{due} 年底前见效"
    return f"提出补差措施，{due} 年底前见效"
