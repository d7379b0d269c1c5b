"""Pace towards a numeric target: observed, required, and the ratio of the two."""

import itertools
import math
from collections.abc import Sequence

from assessment.methods.series import as_number
from assessment.methods.verdicts import Pace, Point


def _elapsed(start: float, end: float, what: str) -> float:
    start, end = as_number(start, what), as_number(end, what)
    if end <= start:
        raise ValueError(f"{what}: {end:g} is not after {start:g}")
    return end - start


def growth_rate(start: float, end: float, years: float) -> float:
    """Return the compound annual rate of growth as a fraction.

    Parameters
    ----------
    start, end : float
        Values of one sign, neither zero.
    years : float
        Years between them, positive.

    Returns
    -------
    float
        ``(end/start)^(1/years) - 1``.

    Raises
    ------
    ValueError
        If a value is zero, the signs differ, or `years` is not positive.
    """
    start, end = as_number(start, "start"), as_number(end, "end")
    if as_number(years, "years") <= 0:
        raise ValueError(f"years must be positive, not {years:g}")
    if start == 0 or end == 0 or (start > 0) != (end > 0):
        raise ValueError(f"no growth rate from {start:g} to {end:g}: zero or a change of sign")
    try:
        return as_number((end / start) ** (1 / years) - 1, "growth rate")
    except OverflowError:
        raise ValueError(f"no finite growth rate from {start:g} to {end:g}") from None


def progress_ratio_linear(
    *,
    baseline: float,
    value: float,
    target: float,
    baseline_year: float,
    year: float,
    target_year: float,
) -> float:
    """Return progress made over progress due on a straight line from baseline to target.

    Parameters
    ----------
    baseline, value, target : float
        Values of the baseline year, of `year` and of the target year, in one unit.
    baseline_year, year, target_year : float
        Both later years lie after the baseline year.

    Returns
    -------
    float
        ``[(value - baseline)/(target - baseline)] / [(year - y0)/(target_year - y0)]``; 1 is on
        the line, negative is away from the target, whichever direction is good.

    Raises
    ------
    ValueError
        If target and baseline are equal, or a year is not after the baseline year.
    """
    if target == baseline:
        raise ValueError("target and baseline are equal; no progress is due")
    due = _elapsed(baseline_year, year, "year") / _elapsed(
        baseline_year, target_year, "target year"
    )
    made = as_number(value, "value") - as_number(baseline, "baseline")
    asked = as_number(as_number(target, "target") - baseline, "change due")
    return as_number(made / asked / due, "progress ratio")


def progress_ratio_by_milestones(
    *,
    baseline: float,
    value: float,
    stops: Sequence[Point],
    baseline_year: int,
    year: int,
    pace: Pace,
) -> float | None:
    """Return progress made over progress due on a course that leads over milestones.

    Parameters
    ----------
    baseline, value : float
        Values of the baseline year and of `year`, in one unit.
    stops : sequence of (year, value)
        Milestones after the baseline year in time order, the target last.
    baseline_year, year : int
        `year` lies after the baseline year and not after the last milestone.
    pace : {"linear", "growth"}
        Straight lines between the stops, or a constant rate of growth on each stretch.

    Returns
    -------
    float or None
        ``(value - baseline)/(due - baseline)``, of the logarithms for growth; None where the
        course asks for no change until `year`.

    Examples
    --------
    100 in 2020, 95 in 2025, 50 in 2030: 86 is due in 2026, and 93 has made half of the way.

    >>> progress_ratio_by_milestones(
    ...     baseline=100, value=93, stops=[(2025, 95), (2030, 50)], baseline_year=2020,
    ...     year=2026, pace="linear",
    ... )
    0.5
    """

    def scaled(number: float) -> float:
        return math.log(abs(number)) if pace == "growth" else number

    start = scaled(baseline)
    course = [(baseline_year, start), *((when, scaled(stop)) for when, stop in stops)]
    (first, low), (last, high) = next(
        pair for pair in itertools.pairwise(course) if pair[1][0] >= year
    )
    due = low + (high - low) * (year - first) / (last - first)
    if math.isclose(due, start, rel_tol=1e-12, abs_tol=1e-12):
        return None
    return as_number((scaled(value) - start) / (due - start), "progress ratio")


def progress_ratio_growth(
    *,
    baseline: float,
    value: float,
    target: float,
    baseline_year: float,
    year: float,
    target_year: float,
) -> float:
    """Return the observed over the required compound annual rate of growth.

    Parameters
    ----------
    baseline, value, target : float
        Values of one sign, none zero, in one unit.
    baseline_year, year, target_year : float
        Both later years lie after the baseline year.

    Returns
    -------
    float
        1 is the required rate, negative is away from the target. Two negative rates make a
        positive ratio, so a falling target needs no sign of its own.

    Raises
    ------
    ValueError
        If target and baseline are equal, a value is zero, signs differ, or a year is not after
        the baseline year.

    References
    ----------
    Open SDG, Progress measure methodology (after Statistics Canada).
    """
    if target == baseline:
        raise ValueError("target and baseline are equal; no progress is due")
    observed = growth_rate(baseline, value, _elapsed(baseline_year, year, "year"))
    years = _elapsed(baseline_year, target_year, "target year")
    required = growth_rate(baseline, target, years)
    if required == 0:
        raise ValueError("target and baseline are equal to the last digit; no progress is due")
    return as_number(observed / required, "progress ratio")


def observed_pace(
    *,
    baseline: float,
    value: float,
    baseline_year: float,
    year: float,
    pace: Pace = "linear",
) -> float:
    """Return the mean annual change since the baseline.

    Returns
    -------
    float
        In the unit of the values per year, or, for growth, a fraction per year.

    Raises
    ------
    ValueError
        If `year` is not after the baseline year, or a growth rate does not exist.
    """
    years = _elapsed(baseline_year, year, "year")
    if pace == "growth":
        return growth_rate(baseline, value, years)
    return as_number((as_number(value, "value") - as_number(baseline, "baseline")) / years, "pace")


def required_pace(
    *,
    value: float,
    target: float,
    year: float,
    target_year: float,
    pace: Pace = "linear",
) -> float:
    """Return the annual change that leads from the latest value to the target in time.

    Returns
    -------
    float
        ``(target - value)/(target_year - year)`` in the unit of the values per year, or, for
        growth, a fraction per year. Negative where the value must fall.

    Raises
    ------
    ValueError
        If the target year is not after `year`, or a growth rate does not exist.
    """
    years = _elapsed(year, target_year, "target year")
    if pace == "growth":
        return growth_rate(value, target, years)
    return as_number((as_number(target, "target") - as_number(value, "value")) / years, "pace")
