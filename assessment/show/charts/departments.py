"""Figure of the departments: how what each one owns stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assessment.results.model import DepartmentResult
from assessment.show.blocks import Figure
from assessment.show.charts import theme
from assessment.show.charts.canvas import Canvas
from assessment.show.charts.labels import fit, text_width
from assessment.show.charts.twin import (
    column,
    figure,
    heading,
    number_cell,
    row,
    subtitle,
    word_cell,
)
from assessment.show.verdict_words import LOOKS

_TONES = {
    "best": ("●", "完成或更快"),
    "good": ("■", "符合预期"),
    "fair": ("◆", "偏慢"),
    "bad": ("▼", "滞后或未达"),
    "unknown": ("○", "不明"),
    "none": ("–", "不判"),
}

_SUBMISSION = {
    "on_time": "按时报送",
    "late": "迟报",
    "not_received": "未报送",
    "not_recorded": "无记录",
}


def department_bars(
    departments: Sequence[DepartmentResult],
    *,
    unit_name: str = "",
    year: int | None = None,
    title: str | None = None,
    source: str = "",
    figure_id: str = "departments",
) -> Figure | None:
    """Draw how many targets and tasks of each department stand in each class.

    Parameters
    ----------
    departments : sequence of DepartmentResult
        Drawn by the number of items that lag, then by the number that are slow.
    unit_name, year : str, int, optional
        Name of the assessed unit and assessed year, for the title.
    title, source, figure_id : str, optional
        In place of the composed finding; sources; id of the figure.

    Returns
    -------
    Figure or None
        None where no department owns anything.
    """
    counted = [
        (department, _by_tone(department.verdicts), _by_tone(department.task_statuses))
        for department in departments
    ]
    counted = [item for item in counted if sum(item[1].values()) + sum(item[2].values())]
    if not counted:
        return None
    counted.sort(
        key=lambda item: (
            -item[1]["bad"] - item[2]["bad"],
            -item[1]["fair"] - item[2]["fair"],
            -sum(item[1].values()) - sum(item[2].values()),
        )
    )
    pitch, left, middle_gap, right = 22.0, 132.0, 20.0, 62.0
    canvas = Canvas(theme.WIDE, 50 + pitch * len(counted), figure_id)
    most_targets = max(sum(targets.values()) for _, targets, _ in counted)
    most_tasks = max(sum(tasks.values()) for _, _, tasks in counted)
    room = canvas.width - left - middle_gap - right
    share = min(max(most_targets / (most_targets + most_tasks), 0.3), 0.7)
    split = left + room * share
    _legend(canvas)
    top = canvas.height - 34
    canvas.text(left, top, "指标(项)", color=theme.SOFT)
    canvas.text(split + middle_gap, top, "任务(项)", color=theme.SOFT)
    canvas.text(canvas.width - 2, top, "报送", color=theme.SOFT, anchor="right")
    for index, (department, targets, tasks) in enumerate(counted):
        y = top - 11 - pitch * (index + 0.5)
        name = fit(department.name, theme.LABEL, left - 14)
        canvas.text(left - 10, y, name, anchor="right")
        _bar(canvas, targets, left, y, room * share / max(most_targets, 1))
        _bar(canvas, tasks, split + middle_gap, y, room * (1 - share) / max(most_tasks, 1))
        canvas.text(canvas.width - 2, y, _submission(department), color=theme.SOFT, anchor="right")

    when = f"{unit_name} {year} 年 " if year else unit_name
    lagging = sum(bool(targets["bad"] + tasks["bad"]) for _, targets, tasks in counted)
    finding = title or (f"{when}{len(counted)} 个部门中,{lagging} 个部门有滞后或未达的事项")
    listed = "、".join(
        f"{department.name}({targets['bad'] + tasks['bad']} 项)"
        for department, targets, tasks in counted
        if targets["bad"] + tasks["bad"]
    )
    total = {
        tone: sum(targets[tone] + tasks[tone] for _, targets, tasks in counted) for tone in _TONES
    }
    alt = f"条形图:{finding}" + (f":{listed}" if listed else "") + f"。合计{_words(total)}。"
    below = subtitle(
        "各部门牵头或参与的指标与任务,按状态计数;滞后多的在前", "单位:项",
        f"{year} 年" if year else "", source=source,
    )  # fmt: skip
    columns = (
        heading("department", "部门"),
        *(column(f"target-{tone}", f"指标{word}", "项") for tone, (_, word) in _TONES.items()),
        *(column(f"task-{tone}", f"任务{word}", "项") for tone, (_, word) in _TONES.items()),
        column("submission", "报送"),
    )
    rows = [
        row(
            word_cell(department.name),
            *(number_cell(counts[tone], 0) for counts in (targets, tasks) for tone in _TONES),
            word_cell(_submission(department)),
        )
        for department, targets, tasks in counted
    ]
    return figure(canvas, finding, below, alt, columns, rows)


def _by_tone(counts: Mapping[str, int]) -> dict[str, int]:
    """Count by tone; task statuses may come with or without their ``task_``."""
    found = dict.fromkeys(_TONES, 0)
    for verdict, count in counts.items():
        style = LOOKS.get(verdict) or LOOKS.get(f"task_{verdict}")
        if style is None:
            raise ValueError(f"no such verdict or task status: {verdict}")
        found[style.tone] += count
    return found


def _words(counts: Mapping[str, int]) -> str:
    said = [f"{_TONES[tone][1]} {count}" for tone, count in counts.items() if count]
    return "、".join(said) or "无"


def _submission(department: DepartmentResult) -> str:
    word = _SUBMISSION[department.submission]
    if department.submission == "late" and department.days_late:
        return f"{word} {department.days_late} 天"
    return word


def _legend(canvas: Canvas) -> None:
    x, y = 6.0, canvas.height - 12
    for tone, (shape, word) in _TONES.items():
        color = theme.TONES[tone].fill if tone not in ("unknown", "none") else theme.PALE
        canvas.dots([x], [y], color, 7.0, theme.MARKERS[shape], hollow=tone == "unknown")
        canvas.text(x + 8, y, word, color=theme.SOFT)
        x += 8 + text_width(word, theme.LABEL) + 18


def _bar(canvas: Canvas, counts: Mapping[str, int], left: float, y: float, unit: float) -> None:
    """Stack the classes; a class too narrow for its number goes without."""
    if not sum(counts.values()):
        canvas.text(left, y, "无", color=theme.SOFT)
    for tone, count in counts.items():
        if not count:
            continue
        shade = theme.TONES[tone]
        right = left + unit * count
        canvas.rectangle(left, y - 7, right - min(1.0, unit * 0.15), y + 7, shade.fill)
        if text_width(str(count), theme.LABEL) + 3 <= right - left:
            canvas.text((left + right) / 2, y, str(count), color=shade.ink, anchor="center")
        left = right
