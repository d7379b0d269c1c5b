"""The words an assessment may use about a target, and the constants that part them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from assessment.methods.series import as_number

Direction = Literal["higher", "lower"]
Pace = Literal["linear", "growth"]
Point = tuple[int, float]
MetBy = Literal["value", "tolerance", "near_limit"]


class Verdict(StrEnum):
    """Class of a target in one year."""

    ACHIEVED_EARLY = "achieved_early"
    FASTER = "faster"
    ON_TRACK = "on_track"
    SLOW = "slow"
    FAR_BEHIND = "far_behind"
    REVERSED = "reversed"
    MET = "met"
    NEARLY_MET = "nearly_met"
    NOT_MET = "not_met"
    STANDING_MET = "standing_met"
    STANDING_NOT_MET = "standing_not_met"
    ASPIRATION_NOT_MET = "aspiration_not_met"
    VIOLATED = "violated"
    COMPLIANT = "compliant"
    RIGHT_DIRECTION = "right_direction"
    MEAN_RIGHT = "mean_right"
    LAST_RIGHT = "last_right"
    NO_CLEAR_CHANGE = "no_clear_change"
    WRONG_DIRECTION = "wrong_direction"
    INSUFFICIENT_DATA = "insufficient_data"
    NOT_APPLICABLE = "not_applicable"


class Reason(StrEnum):
    """Why there is no class, or a class without a ratio."""

    NO_BASELINE = "no_baseline"
    TOO_FEW_POINTS = "too_few_points"
    BEFORE_BASELINE = "before_baseline"
    NO_VALUE_THIS_YEAR = "no_value_this_year"
    NO_VALUE_IN_TARGET_YEAR = "no_value_in_target_year"
    BASELINE_EQUALS_TARGET = "baseline_equals_target"
    BASELINE_BEYOND_TARGET = "baseline_beyond_target"
    GROWTH_UNDEFINED = "growth_undefined"
    MISSING_YEARS = "missing_years"


@dataclass(frozen=True)
class Thresholds:
    """Constants that part the classes.

    Attributes
    ----------
    faster : float
        Least ratio for FASTER. Assumption.
    on_track : float
        Least ratio for ON_TRACK (Open SDG, after Statistics Canada: 95 %).
    slow : float
        Least ratio for SLOW (Open SDG: 60 %).
    nearly_met : float
        Least completion for NEARLY_MET. Assumption.
    near_limit : float
        Distance from a natural limit that counts as reached, in points (Eustat: 1).
    tolerance : float
        Shortfall allowed on an approximate target, in points. Assumption.

    Raises
    ------
    ValueError
        If the ratios do not fall from `faster` over `on_track` and `slow` to 0, or another
        constant is negative.
    """

    faster: float = 1.05
    on_track: float = 0.95
    slow: float = 0.60
    nearly_met: float = 0.95
    near_limit: float = 1.0
    tolerance: float = 5.0

    def __post_init__(self) -> None:
        if not self.faster > self.on_track > self.slow > 0:
            raise ValueError("thresholds must satisfy faster > on_track > slow > 0")
        if min(self.nearly_met, self.near_limit, self.tolerance) < 0:
            raise ValueError("nearly_met, near_limit and tolerance must not be negative")


DEFAULT_THRESHOLDS = Thresholds()


def at_least(value: float, bound: float) -> bool:
    """Tell whether `value` reaches `bound`, allowing for the rounding of binary fractions.

    Raises
    ------
    ValueError
        If one is no finite number.
    """
    value, bound = as_number(value, "value"), as_number(bound, "bound")
    return value >= bound or math.isclose(value, bound, rel_tol=1e-9, abs_tol=1e-12)


def meets(value: float, target: float, direction: Direction) -> bool:
    """Tell whether a value is at the target or on its good side."""
    return at_least(value, target) if direction == "higher" else at_least(target, value)


def met_by(
    value: float,
    target: float,
    direction: Direction,
    tolerance: float,
    natural_limit: float | None,
    near: float,
) -> MetBy | None:
    """Tell by what a value counts as meeting a target, None where it falls short.

    Parameters
    ----------
    value, target : float
        In one unit.
    direction : {"higher", "lower"}
        Which way is good.
    tolerance : float
        Shortfall allowed.
    natural_limit : float or None
        Limit the value cannot pass.
    near : float
        Distance from the natural limit that counts as reached.
    """
    towards_bad = -1.0 if direction == "higher" else 1.0
    if meets(value, target, direction):
        return "value"
    if natural_limit is not None and meets(value, natural_limit + towards_bad * near, direction):
        return "near_limit"
    if tolerance and meets(value, target + towards_bad * tolerance, direction):
        return "tolerance"
    return None


def values_until(series: Sequence[Point], year: int) -> dict[int, float]:
    """Return the values known in `year`: those of that year and earlier, in time order.

    Raises
    ------
    ValueError
        If a year is given twice or is no whole number, or a value is not finite.
    """
    as_number(year, "year")
    known: dict[int, float] = {}
    for when, value in sorted(series, key=lambda point: as_number(point[0], "a year")):
        if when != int(as_number(when, "a year")):
            raise ValueError(f"a year must be a whole number, not {when}")
        if when in known:
            raise ValueError(f"two values are given for {when}")
        known[when] = as_number(value, f"the value for {when}")
    return {when: value for when, value in known.items() if when <= year}
