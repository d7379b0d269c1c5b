"""Judgement of targets that name a direction and no number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from assessment.methods.verdicts import Point, Reason, Verdict, values_until

Course = Literal["increase", "decrease", "decrease_to_zero"]

WINDOW = 5
"""Years whose mean annual change is read."""

POINTS_FOR_MEAN = 4
"""Fewest points in the window for reading the mean; with fewer the class is preliminary."""


_BY_COURSE = {
    1: Verdict.RIGHT_DIRECTION, 0: Verdict.NO_CLEAR_CHANGE, -1: Verdict.WRONG_DIRECTION
}  # fmt: skip


def _always(_first: Point, _second: Point) -> bool:
    return True


@dataclass(frozen=True)
class Directional:
    """Class of a directional target.

    Attributes
    ----------
    verdict : Verdict
        RIGHT_DIRECTION, MEAN_RIGHT, LAST_RIGHT, NO_CLEAR_CHANGE, WRONG_DIRECTION or INSUFFICIENT_DATA.
    mean_change : float or None
        Mean annual change over the window, in the unit of the values per year; None with fewer
        than 4 points.
    last_change : float or None
        Latest change, per year.
    preliminary : bool
        Whether the class stands on the last change of 2 or 3 points only.
    n : int
        Points in the window.
    reason : Reason or None
        Why there is no class.
    """

    verdict: Verdict
    mean_change: float | None
    last_change: float | None
    preliminary: bool
    n: int
    reason: Reason | None = None


def judge_directional(
    series: Sequence[Point],
    year: int,
    direction: Course,
    every_year: bool = False,
    clear: Callable[[Point, Point], bool] = _always,
) -> Directional:
    """Judge a direction by the mean change of five years and by the last change.

    Parameters
    ----------
    series : sequence of (year, value)
        Values in any order; later ones than `year` are not used.
    year : int
        Year assessed; its value is required.
    direction : {"increase", "decrease", "decrease_to_zero"}
        Way the plan asks for. With "decrease_to_zero" a value of zero is right whatever came
        before.
    every_year : bool
        Whether each change of the window must be right, not only the last.
    clear : callable
        Whether the change between two points can be told from the error of their figures
        (:func:`assessment.methods.change.read_change`); by default every change can.

    Returns
    -------
    Directional
        RIGHT_DIRECTION where the change over the window is right and the last change (with
        `every_year`, each change) is not wrong; MEAN_RIGHT where it is; LAST_RIGHT where only the
        last change is right; NO_CLEAR_CHANGE where neither can be told from the errors; else
        WRONG_DIRECTION. No change at all is unclear, and with `every_year` wrong.

    Raises
    ------
    ValueError
        If a year is given twice or a value is not finite.

    Notes
    -----
    The window is the assessed year and the five before it. Across a gap a change is divided by
    its years; with `every_year` a gap leaves the class open.

    References
    ----------
    Weather symbols of the German sustainable development indicator report.
    """
    known = values_until(series, year)
    points = [(when, value) for when, value in known.items() if when >= year - WINDOW]
    n = len(points)
    if year not in known:
        return Directional(
            Verdict.INSUFFICIENT_DATA, None, None, False, n, Reason.NO_VALUE_THIS_YEAR
        )
    changes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points)]
    last = changes[-1] if changes else None
    mean = None
    if n >= POINTS_FOR_MEAN:
        mean = (points[-1][1] - points[0][1]) / (points[-1][0] - points[0][0])
    if direction == "decrease_to_zero" and known[year] == 0:
        return Directional(Verdict.RIGHT_DIRECTION, mean, last, False, n)
    if last is None:
        return Directional(Verdict.INSUFFICIENT_DATA, None, None, False, n, Reason.TOO_FEW_POINTS)
    if every_year and points[-1][0] - points[0][0] != n - 1:
        return Directional(Verdict.INSUFFICIENT_DATA, mean, last, False, n, Reason.MISSING_YEARS)

    def course(first: Point, second: Point) -> int:
        change = second[1] - first[1]
        if not change or not clear(first, second):
            return 0
        return 1 if (change > 0) is (direction == "increase") else -1

    steps = [course(first, second) for first, second in pairwise(points)]
    whole, latest = (course(points[0], points[-1]), steps[-1])
    wrong = latest < 0
    if every_year:
        wrong = any(s < 0 or (not s and not c) for s, c in zip(steps, changes, strict=True))
    if mean is None:
        verdict = _BY_COURSE[-1 if wrong else latest]
        return Directional(verdict, None, last, True, n)
    if whole > 0:
        verdict = Verdict.MEAN_RIGHT if wrong else Verdict.RIGHT_DIRECTION
    elif latest > 0:
        verdict = Verdict.LAST_RIGHT
    else:
        verdict = Verdict.WRONG_DIRECTION if whole < 0 or latest < 0 else Verdict.NO_CLEAR_CHANGE
    return Directional(verdict, mean, last, False, n)
