"""What the first page says beside the verdict: its tiles, and what is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from assessment.results.model import Point, ReportResults, Tile
from assessment.results.values import Sentence
from assessment.show.charts import theme
from assessment.show.facts import fact, plain, say
from assessment.show.formatting import listed, number, quoted

_WIDTH, _HEIGHT, _EDGE = 96.0, 26.0, 3.0


@dataclass(frozen=True)
class TileView:
    """A tile as it is set: name and unit, the value, some lines below it, its course as a drawing."""

    name: str
    unit: str
    value: Sentence
    lines: tuple[Sentence, ...]
    spark: str
    alt: str


def tile_views(results: ReportResults) -> tuple[TileView, ...]:
    """Return the tiles of a report; every number in them is a cell of results.json."""
    return tuple(_view(n, tile, results.year) for n, tile in enumerate(results.tiles))


def _view(place: int, tile: Tile, year: int) -> TileView:
    base = ("tiles", place)
    rate = tile.unit.startswith("%")
    lines = [_change(tile, base, year, rate)]
    if tile.aim is not None:
        word = {"target": "目标", "limit": "限值"}.get(tile.aim_origin, "")
        due = f"({tile.aim_year} 年)" if tile.aim_year else ""
        shown = number(tile.aim, 0 if float(tile.aim).is_integer() else tile.decimals)
        lines.append(say(f"{word} {{aim}}{due}", aim=fact(tile.aim, *base, "aim", text=shown)))
    if tile.place is not None:
        lines.append(
            say(
                "{units} 个单元中由好到差第 {place}",
                place=fact(tile.place, *base, "place"),
                units=fact(tile.units, *base, "units"),
            )
        )
    first = tile.points[0]
    return TileView(
        name=tile.name,
        unit=tile.unit,
        value=say("{v}", v=fact(tile.value, *base, "value", decimals=tile.decimals)),
        lines=tuple(lines),
        spark=_spark(tile.points),
        alt=f"{tile.name}由 {first.year} 年的 {number(first.value, tile.decimals)} "
        f"到 {year} 年的 {number(tile.value, tile.decimals)}",
    )


def _change(tile: Tile, base: tuple[str, int], year: int, rate: bool) -> Sentence:
    if tile.change is None:
        return say(f"缺 {year - 1} 年的数")
    if tile.within_error:
        return say(f"较 {year - 1} 年基本持平")
    word = "上升" if tile.change > 0 else "下降"
    if rate:
        shown = f"{number(abs(tile.change), tile.decimals)} 个百分点"
        return say(
            f"较 {year - 1} 年{word} {{c}}", c=fact(tile.change, *base, "change", text=shown)
        )
    share = tile.change / tile.previous if tile.previous else 0.0
    shown = f"{number(abs(share) * 100, 1)}%"
    return say(f"较 {year - 1} 年{word} {{c}}", c=fact(tile.change, *base, "change", text=shown))


def _spark(points: tuple[Point, ...]) -> str:
    """Draw a course without axes: a line broken at missing years, its end as a dot."""
    years = [point.year for point in points]
    values = [point.value for point in points]
    low, high = min(values), max(values)
    span, wide = (high - low) or 1.0, (years[-1] - years[0]) or 1

    def at(point: Point) -> tuple[float, float]:
        x = _EDGE + (point.year - years[0]) / wide * (_WIDTH - 2 * _EDGE)
        y = _HEIGHT - _EDGE - (point.value - low) / span * (_HEIGHT - 2 * _EDGE)
        return round(x, 1), round(y, 1)

    path = ""
    for before, point in zip((None, *points), points, strict=False):
        joined = before is not None and point.year == before.year + 1
        x, y = at(point)
        path += f"{'L' if joined else 'M'}{x} {y}"
    x, y = at(points[-1])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH:g}" height="{_HEIGHT:g}"'
        f' viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}"><path d="{path}" fill="none"'
        f' stroke="{theme.INK}" stroke-width="1.3"/>'
        f'<circle cx="{x}" cy="{y}" r="2.4" fill="{theme.ACCENT}"/></svg>'
    )


def decisions_of(results: ReportResults) -> tuple[Sentence, ...]:
    """Return at most three things that a leader is asked to decide, the weightiest first."""
    asked: list[Sentence] = []
    led: dict[str, list[str]] = {}
    for item in results.attention:
        if item.target and item.departments:
            led.setdefault(item.departments[0], []).append(item.name)
    for department, names in sorted(led.items(), key=lambda pair: -len(pair[1]))[:1]:
        more = "等" if len(names) > 3 else ""
        listing = plain(listed([quoted(name) for name in names[:3]]))
        asked.append(
            say(f"请{plain(department)}就牵头的{listing}{more}说明原因,定出补差措施和时限。")
        )
    if results.contradictions:
        titles = listed([quoted(one.title) for one in results.contradictions[:2]])
        more = "等" if len(results.contradictions) > 2 else ""
        asked.append(
            say(f"对自报已完成、指标却没有达到的{plain(titles)}{more}逐项核实,核实以前不认定。")
        )
    bare = results.task_counts.get("task_no_evidence", 0)
    if bare:
        asked.append(
            say(
                "对没有佐证的 {n} 项任务限期补交材料,逾期不认定。",
                n=fact(bare, "task_counts", "task_no_evidence"),
            )
        )
    for wanted in results.wanted[:1]:
        asked.append(
            say(
                f"请{plain(wanted.department)}补报 {{n}} 项目标缺的数。",
                n=fact(wanted.count, "wanted", 0, "count"),
            )
        )
    for department, names in sorted(led.items(), key=lambda pair: -len(pair[1]))[1:3]:
        listing = plain(listed([quoted(name) for name in names[:3]]))
        asked.append(say(f"请{plain(department)}就{listing}提出下一年的安排。"))
    return tuple(asked[:3])
