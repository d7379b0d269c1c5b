"""The one rule for a change between two years, whatever asks: co-change, direction, peak, advice."""

from __future__ import annotations

from assessment.job.series import Annual
from assessment.methods.change import ChangeRead, Course, read_change, step_error
from assessment.params.model import Growth, Indicator, Rules
from assessment.results.model import ChangeResult, Point


def error_of_step(rules: Rules, entry: Indicator, point: Point) -> float:
    """Standard error of one year's figure as far as another year does not share it.

    A rate of growth has its error in percentage points; one that is reported as a figure, and not
    computed from amounts, is taken to be of one year.
    """
    scale, _ = entry.scale
    years = None
    if entry.measure in ("average_annual_growth", "yearly_change"):
        spans = isinstance(entry.derive, Growth)
        years = max(point.year - entry.derive.base_year, 1) if spans else 1  # type: ignore[union-attr]
    return step_error(rules.step_error(entry.id, point.grade), point.value, scale, years=years)


def change_of_points(rules: Rules, entry: Indicator, first: Point, last: Point) -> ChangeRead:
    """Read the change between two points of one level."""
    errors = (error_of_step(rules, entry, first), error_of_step(rules, entry, last))
    return read_change(first.value, last.value, errors, *entry.scale)


def change_between(rules: Rules, annual: Annual, first: int, last: int) -> ChangeResult | None:
    """Read the change between two years; None where a value is missing or the level broke."""
    before, after = annual.at(first), annual.at(last)
    if before is None or after is None or not annual.same_level(first, last):
        return None
    read = change_of_points(rules, annual.indicator, before, after)
    return ChangeResult(
        from_year=first,
        to_year=last,
        course=read.course.value,
        change=read.change,
        low=read.low,
        high=read.high,
        probability=read.probability,
    )


def way_of(read: ChangeRead, good: str) -> Course:
    """Turn a course into that of the good way: UP where it is the way asked for."""
    if read.course is Course.UNCLEAR or good == "higher":
        return read.course
    return Course.DOWN if read.course is Course.UP else Course.UP
