"""The few indicators of the first page: value, change, what is asked, place among the units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from assessment.params.model import Rules
from assessment.results.model import ComparedSeries, Comparison, Point, TargetResult, Tile


def tiles_of(
    indicators: Sequence[str],
    comparison: Comparison,
    targets: Mapping[str, TargetResult],
    rules: Rules,
    region: str,
    city: str,
) -> tuple[Tile, ...]:
    """Return a tile for each indicator that the unit has a value of, in the order given.

    Parameters
    ----------
    indicators : sequence of str
        Ids in the catalogue.
    comparison : Comparison
        Series of every unit up to the year.
    targets : mapping
        The unit's targets, which say what is asked; otherwise the limit of the rules does.
    region, city : str
        The unit; the one that stands outside the order.
    """
    series = {one.indicator: one for one in comparison.series}
    wanted = (series[name] for name in indicators if name in series)
    found = (_tile(one, comparison, targets, rules, region, city) for one in wanted)
    return tuple(tile for tile in found if tile is not None)


def _tile(
    series: ComparedSeries,
    comparison: Comparison,
    targets: Mapping[str, TargetResult],
    rules: Rules,
    region: str,
    city: str,
) -> Tile | None:
    year = comparison.year
    points = series.points.get(region, ())
    by_year = {point.year: point for point in points}
    now, before = by_year.get(year), by_year.get(year - 1)
    if now is None:
        return None
    aim, origin, due = _asked(series.indicator, targets, rules)
    place, units = None, 0
    if comparison.ranking == "on" and region != city and series.direction in ("higher", "lower"):
        place, units = _place(series, region, city, year)
    return Tile(
        indicator=series.indicator,
        name=series.name,
        unit=series.unit,
        decimals=series.decimals,
        direction=series.direction,
        value=now.value,
        previous=before.value if before else None,
        change=now.value - before.value if before else None,
        within_error=_within_error(now, before, rules),
        aim=aim,
        aim_origin=origin,
        aim_year=due,
        place=place,
        units=units,
        points=tuple(points),
    )


def _asked(
    indicator: str, targets: Mapping[str, TargetResult], rules: Rules
) -> tuple[float | None, Literal["target", "limit", "none"], int | None]:
    for target in targets.values():
        if target.indicator == indicator and target.target_value is not None:
            return target.target_value, "target", target.target_year
    limit = rules.reference_limits.get(indicator)
    return (limit.value, "limit", None) if limit is not None else (None, "none", None)


def _within_error(now: Point, before: Point | None, rules: Rules) -> bool:
    """Whether the change is smaller than the error of the worse of the two figures."""
    if before is None or not before.value:
        return False
    known = [rules.errors_by_grade[one.grade] for one in (now, before) if one.grade]
    return bool(known) and abs(now.value / before.value - 1) < max(known)


def _place(series: ComparedSeries, region: str, city: str, year: int) -> tuple[int, int]:
    """Place from the best, units of one value sharing theirs, and how many have a value."""
    values = {
        unit: point.value
        for unit, points in series.points.items()
        if unit != city
        for point in points
        if point.year == year
    }
    own = values[region]
    better = sum(
        value > own if series.direction == "higher" else value < own for value in values.values()
    )
    return better + 1, len(values)
