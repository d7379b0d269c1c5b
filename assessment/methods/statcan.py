"""Progress measure of Statistics Canada and Open SDG, kept as published beside the tool's own."""

from dataclasses import dataclass
from typing import Literal

from assessment.methods.pace import growth_rate
from assessment.methods.series import as_number
from assessment.methods.verdicts import Direction

Status = Literal[
    "target_achieved",
    "substantial_progress",
    "moderate_progress",
    "limited_progress",
    "deterioration",
    "not_available",
]

SUBSTITUTE_FOR_ZERO = 0.001
"""What the published rule puts for a zero baseline or target, where growth has no value."""

SUBSTANTIAL, MODERATE = 0.95, 0.60
"""Least progress value of the two better classes of a series with a target."""

LIMIT_EXPONENT = 4.44
"""How sharply the published rule lowers its thresholds as a baseline nears its limit."""


@dataclass(frozen=True)
class StatCan:
    """Published progress measure.

    Attributes
    ----------
    progress_value : float or None
        Observed over required growth, or, without a target, growth in the good direction.
    score : float or None
        From -5 to 5.
    status : str
        Published class.
    """

    progress_value: float | None
    score: float | None
    status: Status


def _limit_coefficient(base_value: float, limit: float | None) -> float:
    if limit is None:
        return 1.0
    if limit == 0:
        raise ValueError("a limit of 0 lowers no threshold; leave it out")
    base, bound = abs(base_value), abs(limit)
    if base >= 2 * bound:
        return 1.0
    distance = base if base <= bound else 2 * bound - base
    return float(1 - (distance / bound) ** LIMIT_EXPONENT)


def _score_with_target(value: float) -> float:
    if value >= 0.6:
        return min(7.1429 * value - 4.2857, 5.0)
    return max(4.1667 * value - 2.5, -5.0)


def _score_without_target(value: float, coefficient: float) -> float:
    if value < 0:
        return max(125 * value - 2.5, -5.0)
    if coefficient == 0:
        return 5.0
    scaled = value / coefficient
    if value >= 0.015 * coefficient:
        return min(500 * scaled - 5, 5.0)
    if value >= 0.005 * coefficient:
        return 250 * scaled - 1.25
    return 500 * scaled - 2.5


def _status(value: float, high: float, middle: float) -> Status:
    if value >= high:
        return "substantial_progress"
    if value >= middle:
        return "moderate_progress"
    return "limited_progress" if value >= 0 else "deterioration"


def statcan_progress(
    *,
    base_value: float,
    base_year: int,
    current_value: float | None,
    current_year: int,
    direction: Direction,
    target: float | None = None,
    target_year: int = 2030,
    limit: float | None = None,
) -> StatCan:
    """Return the progress measure of Statistics Canada for one series.

    Parameters
    ----------
    base_value, current_value : float
        First and latest value; the latest is None where the year has none.
    base_year, current_year : int
        Their years.
    direction : {"higher", "lower"}
        Which way is good.
    target : float, optional
        Target; without one, growth itself is judged.
    target_year : int
        Year of the target.
    limit : float, optional
        Natural limit; lowers the thresholds of a series without a target that starts near it.

    Returns
    -------
    StatCan
        "not_available" without a latest value, with fewer than two years, a change of sign, or a target equal to the
        baseline or of the other sign.

    Raises
    ------
    ValueError
        If a target year is not after the base year, or a figure is not a finite number.

    Notes
    -----
    With a target, ``d CAGR_observed / |CAGR_required|`` against .95, .60 and 0; without,
    ``d CAGR`` against .015, .005 and 0. Rounded constants of the score are the published ones.
    Two properties of the rule are kept: a zero is replaced by .001, and a target that lies
    behind the baseline is divided by its absolute rate.

    References
    ----------
    Open SDG, Progress measure methodology; Statistics Canada, Canadian Indicator Framework.
    """
    base_value = as_number(base_value, "base value")
    if target is not None:
        target = as_number(target, "target")
        if target_year <= base_year:
            raise ValueError(f"target year {target_year} is not after base year {base_year}")
    if limit is not None:
        limit = as_number(limit, "limit")
    if current_value is None:
        return StatCan(None, None, "not_available")
    current_value = as_number(current_value, "current value")
    good = 1 if direction == "higher" else -1
    goal = SUBSTITUTE_FOR_ZERO if target == 0 else target
    achieved = goal is not None and good * (current_value - goal) >= 0
    coefficient = _limit_coefficient(base_value, limit)
    sign = -1 if base_value < 0 else 1
    base = SUBSTITUTE_FOR_ZERO if base_value == 0 else base_value

    value: float | None = None
    one_sign = base == 0 or current_value == 0 or (base > 0) == (current_value > 0)
    if one_sign and current_year > base_year:
        # The rule takes a fall to exactly zero as -100 % a year.
        years = current_year - base_year
        observed = -1.0 if current_value == 0 else growth_rate(base, current_value, years)
        value = sign * good * observed
        if goal is not None:
            reachable = goal != base and (goal > 0) == (base > 0)
            required = growth_rate(base, goal, target_year - base_year) if reachable else 0.0
            value = as_number(value / abs(required), "progress value") if required else None

    if achieved:
        return StatCan(value, 5.0, "target_achieved")
    if value is None:
        return StatCan(None, None, "not_available")
    if goal is not None:
        return StatCan(value, _score_with_target(value), _status(value, SUBSTANTIAL, MODERATE))
    status = _status(value, 0.015 * coefficient, 0.005 * coefficient)
    return StatCan(value, _score_without_target(value, coefficient), status)
