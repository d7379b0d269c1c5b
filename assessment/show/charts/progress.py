"""Figure of a chapter's targets: how far each has come against its schedule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assessment.methods.verdicts import DEFAULT_THRESHOLDS, Thresholds, at_least
from assessment.results.model import TargetResult
from assessment.show.blocks import Figure
from assessment.show.charts import theme
from assessment.show.charts.canvas import Canvas
from assessment.show.charts.labels import Box, fit
from assessment.show.charts.panel import Panel
from assessment.show.charts.twin import (
    column,
    counted,
    figure,
    heading,
    number_cell,
    row,
    subtitle,
    word_cell,
)
from assessment.show.formatting import number
from assessment.show.verdict_words import COMPLETION, PROGRESS, look

_DUE = {"应有进度": "应有进度", "所需增速": "所需增速", "增量完成率": "目标",
        "目标完成率": "目标", "完成率": "目标"}  # fmt: skip
"""What a share of each basis is a share of."""

_SHARES = {"应有进度": "进度占应有进度", "所需增速": "年均增速占所需增速"}


class _Standing(NamedTuple):
    result: TargetResult
    share: float | None
    basis: str


def target_progress(
    results: Sequence[TargetResult],
    *,
    unit_name: str,
    year: int,
    title: str | None = None,
    source: str = "",
    figure_id: str = "target-progress",
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> Figure | None:
    """Draw how far each target has come, against 100 % of its schedule.

    Parameters
    ----------
    results : sequence of TargetResult
        Before its target year a target shows its progress over the schedule, from then on its
        completion rate; one whose data do not suffice stands last, grey. Those that no schedule
        measures (standing, directional, not judged) are counted under the title.
    unit_name : str
        Name of the assessed unit.
    year : int
        Assessed year.
    title, source, figure_id : str, optional
        In place of the composed finding; sources; id of the figure.

    thresholds : Thresholds, optional
        Of the judgement: a share is counted as reached from ``on_track`` on, a completion rate
        from ``nearly_met`` on.

    Returns
    -------
    Figure or None
        None where no target has a share.
    """
    standings = [_standing(result, year) for result in results]
    rows = [item for item in standings if item.share is not None or _unknown(item.result)]
    if all(item.share is None for item in rows):
        return None
    rows.sort(key=_by_share)
    others = [look(item.result.verdict).word for item in standings if item not in rows]
    known = [item.share for item in rows if item.share is not None]
    low = max(min([0.0, *known]), -50.0)
    high = min(max([120.0, *known]), 200.0) + 6.0

    pitch, names, words = 21.0, 236.0, 128.0
    canvas = Canvas(theme.WIDE, 34 + pitch * len(rows), figure_id)
    area = Box(names, 8, canvas.width - words, canvas.height - 26)
    panel = Panel(canvas, area, (low, high), (0, len(rows)))
    for tick in (-50, 0, 50, 100, 150, 200):
        if low <= tick <= high:
            x = panel.px(tick)
            strong = tick == 100
            color = theme.INK if strong else theme.HAIR
            canvas.line([x, x], [area.bottom, area.top + 3], color, 1.0 if strong else 0.6)
            label = "100% 按期" if strong else f"{number(tick, 0)}%"
            canvas.text(x, area.top + 11, label, color=theme.SOFT, anchor="center")
    for index, item in enumerate(rows):
        _progress_row(panel, item, area.top - pitch * (index + 0.5))

    behind = sum(item.share is not None and not _reached(item, thresholds) for item in rows)
    limits = {_bound(item, thresholds) for item in rows if item.share is not None}
    bound = f"的 {number(limits.pop() * 100, 0)}%" if len(limits) == 1 else "的分界"
    unknown = len(rows) - len(known)
    bases = dict.fromkeys(_DUE[item.basis] for item in rows if item.basis)
    due = next(iter(bases)) if len(bases) == 1 else "各自要求"
    shares = [words for name, words in _SHARES.items() if name in bases] or ["进度占应有进度"]
    finding = title or (
        f"{unit_name} {year} 年有进度可比的 {len(known)} 项指标中,"
        f"{len(known) - behind} 项达到{due}{bound},{behind} 项不到"
        + (f";另有 {unknown} 项数据不足" if unknown else "")
    )
    listed = "、".join(
        f"{item.result.name} {number(item.share, 0)}%" for item in rows if item.share is not None
    )
    alt = f"点线图:{finding}。" + (f"由高到低:{listed}。" if listed else "")
    below = subtitle(
        f"未到目标年的为{'或'.join(shares)}的比例,到目标年的为完成率;灰色为数据不足",
        f"不按进度判断、未画:{counted(others)}" if others else "",
        "单位:%",
        f"{year} 年",
        source=source,
    )
    columns = (
        heading("name", "指标"),
        column("share", "进度或完成率", "%"),
        column("basis", "口径"),
        column("verdict", "判断"),
    )
    table = [
        row(
            word_cell(item.result.name),
            number_cell(item.share, 0),
            word_cell(item.basis),
            word_cell(look(item.result.verdict).word).model_copy(
                update={"verdict": item.result.verdict}
            ),
        )
        for item in rows
    ]
    return figure(canvas, finding, below, alt, columns, table)


def _standing(result: TargetResult, year: int) -> _Standing:
    reached = result.target_year is not None and year >= result.target_year
    if result.completion is not None and (reached or result.ratio is None):
        return _Standing(result, result.completion, COMPLETION[result.completion_basis])
    if result.ratio is not None:
        return _Standing(result, result.ratio * 100, PROGRESS[result.progress_rule][0])
    return _Standing(result, None, "")


def _bound(item: _Standing, thresholds: Thresholds) -> float:
    """Return the share from which an item counts as reached."""
    due = item.basis in COMPLETION.values()
    return thresholds.nearly_met if due else thresholds.on_track


def _reached(item: _Standing, thresholds: Thresholds) -> bool:
    """Tell whether the share is at its bound, as the judgement itself compares."""
    return item.share is not None and at_least(item.share / 100, _bound(item, thresholds))


def _unknown(result: TargetResult) -> bool:
    return look(result.verdict).tone == "unknown"


def _by_share(item: _Standing) -> tuple[bool, float]:
    return item.share is None, -(item.share or 0.0)


def _progress_row(panel: Panel, item: _Standing, y: float) -> None:
    canvas, area = panel.canvas, panel.area
    style = look(item.result.verdict)
    known = item.share is not None
    fill = theme.TONES[style.tone].fill
    canvas.line([2, canvas.width - 2], [y - 10.5, y - 10.5], theme.HAIR, 0.4)
    name = fit(item.result.name, theme.LABEL, area.left - 30)
    canvas.text(area.left - 18, y, name, color=theme.INK if known else theme.SOFT, anchor="right")
    hollow = style.tone == "unknown"
    edge = theme.PALE if style.tone in ("unknown", "none") else fill
    marker = theme.MARKERS[style.shape]
    text = style.word
    if item.share is not None:
        low, high = panel.x
        shown = min(max(item.share, low), high)
        canvas.line([panel.px(100), panel.px(shown)], [y, y], edge, 2.0)
        canvas.dots([panel.px(shown)], [y], edge, 8.0, marker, hollow)
        if shown != item.share:
            canvas.text(panel.px(shown) + (7 if shown > 0 else -7), y, "»" if shown > 0 else "«",
                        color=theme.SOFT, anchor="left" if shown > 0 else "right")  # fmt: skip
        text = f"{number(item.share, 0)}% {style.word}"
    x = area.right + 16
    canvas.dots([x], [y], edge, 7.0, marker, hollow)
    color = theme.INK if known else theme.SOFT
    canvas.text(x + 9, y, fit(text, theme.LABEL, canvas.width - x - 11), color=color)
