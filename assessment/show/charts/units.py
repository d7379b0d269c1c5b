"""Figures that set the units side by side: index with intervals, one indicator in every unit."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from assessment.results.model import ComparedSeries, Comparison, IndexResult, Point
from assessment.show.blocks import Figure
from assessment.show.charts import theme
from assessment.show.charts.canvas import Canvas
from assessment.show.charts.labels import Box, fit, text_width
from assessment.show.charts.panel import Panel, amount_scale, tick_room
from assessment.show.charts.twin import (
    column,
    figure,
    heading,
    measure,
    number_cell,
    point_cell,
    row,
    sources,
    subtitle,
    word_cell,
)
from assessment.show.formatting import number, percent, years

_SCORE = 2
"""Decimals of a score between 0 and 1."""


def compared(comparison: Comparison, omit: Collection[str] = ()) -> list[IndexResult]:
    """Units that are compared: all in the index but those named, and the city.

    The city is known by having a score and no rank where there are ranks, and lying in no unit.
    """
    return [
        entry
        for entry in comparison.index
        if entry.region not in omit
        and (
            comparison.ranking != "on"
            or entry.score is None
            or entry.rank is not None
            or entry.within
        )
    ]


def rank_intervals(
    comparison: Comparison,
    region: str,
    *,
    omit: Collection[str] = (),
    title: str | None = None,
    source: str = "",
    figure_id: str = "units-index",
) -> Figure | None:
    """Draw rank, or score where ranking is off, of every unit with its 5-95 % interval.

    Parameters
    ----------
    comparison : Comparison
        Where its ``ranking`` is off, scores stand in the plan's order and no rank is drawn.
    region : str
        Id of the assessed unit, which is marked.
    omit : collection of str
        Ids that stand outside the comparison.
    title, source, figure_id : str, optional
        In place of the composed finding; sources; id of the figure.

    Returns
    -------
    Figure or None
        None where no unit has a score.
    """
    ranked = comparison.ranking == "on"
    units = compared(comparison, omit)
    known = [entry for entry in units if (entry.rank if ranked else entry.score) is not None]
    if not known:
        return None
    if ranked:
        known.sort(key=lambda entry: (entry.rank or 0.0, -(entry.score or 0.0)))
    ordered = [*known, *(entry for entry in units if entry not in known)]
    pitch = 20.0
    canvas = Canvas(theme.SINGLE, 34 + pitch * len(ordered), figure_id)
    area = Box(112, 6, canvas.width - 76, canvas.height - 28)
    if ranked:
        lowest = max(entry.rank_high or entry.rank or 1.0 for entry in known)
        low, high = 0.6, max(lowest, len(known)) + 0.4
        ticks = [float(rank) for rank in range(1, int(high) + 1)]
        decimals = 0
    else:
        ends = [
            value
            for entry in known
            for value in (entry.score, entry.score_low, entry.score_high)
            if value is not None
        ]
        scale = amount_scale(ends, 5)
        low, high, ticks, decimals = scale.low, scale.high, list(scale.ticks), scale.decimals
    panel = Panel(canvas, area, (low, high), (0, 1))
    for tick in ticks:
        x = panel.px(tick)
        canvas.line([x, x], [area.bottom, area.top], theme.HAIR, 0.6)
        canvas.text(x, area.top + 9, number(tick, decimals), color=theme.SOFT, anchor="center")
    canvas.text(2, area.top + 9, "名次" if ranked else "", color=theme.SOFT)
    canvas.text(canvas.width - 2, area.top + 9, "得分", color=theme.SOFT, anchor="right")
    for index, entry in enumerate(ordered):
        _interval_row(panel, entry, area.top - pitch * (index + 0.5), ranked, region)

    mine = next((e for e in units if e.region == region and e.score is not None), None)
    finding = title or _index_title(comparison, known, mine, ranked)
    shown = 0 if ranked else _SCORE
    listed = "、".join(
        f"{entry.name} {number(entry.rank if ranked else entry.score, shown)}"
        + (f"({number(a, shown)}–{number(b, shown)})" if a is not None and b is not None else "")
        for entry in known
        for a, b in [_interval(entry, ranked)]
    )
    what = "名次" if ranked else "得分"
    missing = [entry.name for entry in ordered if entry.score is None]
    unscored = f"未计分:{'、'.join(missing)}。" if missing else ""
    zones = [e.name for e in ordered if ranked and e.score is not None and e.rank is None]
    if zones:
        unscored += f"功能区的数可能已含在所在行政区内,不参与排名:{'、'.join(zones)}。"
    alt = f"区间图:{finding}。各单元{what}(5–95% 区间):{listed}。{unscored}"
    below = subtitle(
        f"点为{what},横线为 5–95% 区间" + ("" if ranked else ",按方案次序排列")
        + (";功能区的数可能已含在所在行政区内,只列得分" if zones else ""),
        f"{comparison.year} 年", comparison.framework_title, source=source,
    )  # fmt: skip
    ranks = ("rank", "rank_low", "rank_high") if ranked else ()
    heads = {"rank": "名次", "rank_low": "名次下限", "rank_high": "名次上限"}
    columns = (
        heading("unit", "单元"),
        *(column(key, heads[key]) for key in ranks),
        column("score", "得分"),
        column("score_low", "得分下限"),
        column("score_high", "得分上限"),
        column("coverage", "数据完整度"),
    )
    rows = [
        row(
            word_cell(entry.name),
            *(number_cell(getattr(entry, key), 0) for key in ranks),
            number_cell(entry.score, _SCORE),
            number_cell(entry.score_low, _SCORE),
            number_cell(entry.score_high, _SCORE),
            word_cell(percent(entry.coverage, 0), entry.coverage),
            strong=entry.region == region,
        )
        for entry in ordered
    ]
    return figure(canvas, finding, below, alt, columns, rows)


def _interval(entry: IndexResult, ranked: bool) -> tuple[float | None, float | None]:
    if ranked:
        return entry.rank_low, entry.rank_high
    return entry.score_low, entry.score_high


def _interval_row(panel: Panel, entry: IndexResult, y: float, ranked: bool, region: str) -> None:
    canvas, area = panel.canvas, panel.area
    here = entry.region == region
    color = theme.ACCENT if here else theme.PALE
    value = entry.rank if ranked else entry.score
    words = theme.INK if here else theme.SOFT
    name = fit(entry.name, theme.LABEL, area.left - 18)
    canvas.text(area.left - 14, y, name, color=words, anchor="right")
    if value is None:
        why = "数据不足" if entry.score is None else f"在{'、'.join(entry.within)}之内,不参与排名"
        why = fit(why, theme.LABEL, area.right - area.left - 8)
        canvas.text((area.left + area.right) / 2, y, why, color=theme.SOFT, anchor="center")
    else:
        low, high = _interval(entry, ranked)
        if low is not None and high is not None:
            canvas.line([panel.px(low), panel.px(high)], [y, y], color, 3.2 if here else 2.4)
        canvas.dots([panel.px(value)], [y], color, 9.0 if here else 7.0)
    canvas.text(canvas.width - 2, y, number(entry.score, _SCORE), color=words, anchor="right")


def _index_title(
    comparison: Comparison, known: Sequence[IndexResult], mine: IndexResult | None, ranked: bool
) -> str:
    if mine is None:
        said = f"{comparison.year} 年 {len(known)} 个单元的综合指数"
        scored = sorted((entry.score, entry.name) for entry in known if entry.score is not None)
        if len(scored) < 2:
            return said
        low, high = (f"{number(score, _SCORE)}({name})" for score, name in (scored[0], scored[-1]))
        return f"{said}在 {low}至 {high}之间"
    ranked = ranked and mine.rank is not None
    least, most = _interval(mine, ranked)
    if ranked:
        place = number(mine.rank, 0)
        said = f"{mine.name} {comparison.year} 年在 {len(known)} 个单元中列第 {place}"
        between = f",名次区间 {number(least, 0)}–{number(most, 0)}"
    else:
        said = f"{mine.name} {comparison.year} 年综合指数 {number(mine.score, _SCORE)}"
        between = f",区间 {number(least, _SCORE)}–{number(most, _SCORE)}"
    return said + (between if least is not None and most is not None else "")


def unit_multiples(
    comparison: Comparison,
    region: str,
    indicator: str,
    *,
    omit: Collection[str] = (),
    title: str | None = None,
    source: str | None = None,
    figure_id: str | None = None,
) -> Figure | None:
    """Draw one indicator in every unit: small panels on shared axes, ordered by last value.

    Parameters
    ----------
    comparison : Comparison
        Has the indicator among its series, else nothing is drawn.
    region : str
        Id of the assessed unit: dark, and pale behind the others.
    indicator : str
        Id of the indicator.
    omit : collection of str
        Ids that stand outside the comparison; only units named in the index are drawn.
    title, source, figure_id : str, optional
        In place of the composed finding and the sources of the points; ``units-{indicator}``.

    Returns
    -------
    Figure or None
        None where no unit has a point.
    """
    series = next((s for s in comparison.series if s.indicator == indicator), None)
    names = {entry.region: entry.name for entry in compared(comparison, omit)}
    if series is None:
        return None
    found = [(unit, series.points[unit]) for unit in names if series.points.get(unit)]
    if not found:
        return None
    found.sort(key=lambda item: item[1][-1].value, reverse=True)
    every = [point for _, points in found for point in points]
    first, last = min(p.year for p in every), max(p.year for p in every)
    x = (first - 0.3, last + 0.3) if first != last else (first - 1.3, last + 0.3)
    scale = amount_scale([point.value for point in every], 3)

    columns = min(3, len(found))
    lines = -(-len(found) // columns)
    left, gap, cell_height = tick_room(scale.labels()) + 4, 14.0, 92.0
    canvas = Canvas(theme.WIDE, lines * cell_height + 34, figure_id or f"units-{indicator}")
    value_room = max(text_width(number(p.value, series.decimals), theme.LABEL) for p in every) + 10
    cell_width = (canvas.width - left - gap * (columns - 1)) / columns
    canvas.text(2, canvas.height - 8, series.unit, color=theme.SOFT)
    mine = series.points.get(region, ())
    for index, (unit, points) in enumerate(found):
        at = left + index % columns * (cell_width + gap)
        top = canvas.height - 16 - index // columns * cell_height
        area = Box(at, top - cell_height + 12, at + cell_width - value_room, top - 18)
        panel = Panel(canvas, area, x, (scale.low, scale.high))
        blank = [""] * len(scale.ticks)
        panel.grid(scale, None if index % columns == 0 else blank)
        here = unit == region
        color = theme.ACCENT if here else theme.INK
        if not here:
            panel.series(mine, theme.PALE, 0.9, size=0)
        panel.series(points, color, 2.0 if here else 1.3, size=0)
        _lone_dots(panel, points, color)
        panel.dots([points[-1].year], [points[-1].value], color, 4.0)
        head = fit(names[unit], theme.HEAD, cell_width - 4)
        canvas.text(at, top - 8, head, theme.HEAD, theme.ACCENT if here else theme.INK)
        canvas.text(
            panel.px(points[-1].year) + 5, panel.py(points[-1].value),
            number(points[-1].value, series.decimals), color=color,
        )  # fmt: skip
        if index + columns >= len(found):
            panel.years()

    finding = title or _multiples_title(series, found, names, region)
    below = subtitle(
        "每幅一个单元,共用坐标,按最近值由高到低"
        + (f";浅线为{names[region]}" if mine and region in names and len(found) > 1 else ""),
        f"单位:{series.unit}", years(first, last), "" if scale.zero else "纵轴不从零起",
        source=sources(every) if source is None else source,
    )  # fmt: skip
    listed = "、".join(
        f"{names[unit]} {number(points[-1].value, series.decimals)}({points[-1].year} 年)"
        for unit, points in found
    )
    table = (
        heading("unit", "单元"),
        *(column(str(year), str(year), series.unit) for year in range(first, last + 1)),
    )
    rows = []
    for unit, points in found:
        by_year = {point.year: point for point in points}
        cells = [point_cell(by_year.get(year), series.decimals) for year in range(first, last + 1)]
        rows.append(row(word_cell(names[unit]), *cells, strong=unit == region))
    return figure(canvas, finding, below, f"小图组:{finding}。最近值:{listed}。", table, rows)


def _lone_dots(panel: Panel, points: Sequence[Point], color: str) -> None:
    """Dot the points that have no neighbour, which no line would show."""
    have = {point.year for point in points}
    lone = [p for p in points if p.year - 1 not in have and p.year + 1 not in have]
    panel.dots([p.year for p in lone], [p.value for p in lone], color, 3.0)


def _multiples_title(
    series: ComparedSeries,
    found: Sequence[tuple[str, tuple[Point, ...]]],
    names: dict[str, str],
    region: str,
) -> str:
    highest, lowest = found[0], found[-1]
    mine = next((points for unit, points in found if unit == region), None)
    if mine is not None:
        value = measure(mine[-1].value, series.decimals, series.unit)
        said = f"{names[region]}{series.name} {mine[-1].year} 年为 {value}"
    else:
        latest = {points[-1].year for _, points in found}
        said = f"{latest.pop()} 年{series.name}" if len(latest) == 1 else series.name
    if len(found) < 2:
        return said
    return (
        f"{said},各单元在 {number(lowest[1][-1].value, series.decimals)}({names[lowest[0]]})"
        f"至 {number(highest[1][-1].value, series.decimals)}({names[highest[0]]})之间"
    )
