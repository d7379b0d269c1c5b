"""Has a yearly series passed its peak, and how sure is that."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from assessment.methods.series import as_number, as_pairs, as_values
from assessment.methods.trends import mann_kendall, theil_sen

__all__ = ["Peak", "PeakReading", "PeakReason", "read_peak"]

Z95: Final = 1.959963984540054


class Peak(StrEnum):
    """What is read of a peak; none of it is a verdict."""

    SIGNS = "signs"
    NOT_YET = "not_yet"
    UNCLEAR = "unclear"


class PeakReason(StrEnum):
    """Why that is read.

    "Below" means: in each of the last years that are asked for, below the highest value by more
    than the data error.
    """

    FEW_VALUES = "few_values"
    LAST_IS_HIGHEST = "last_is_highest"
    FEW_YEARS_AFTER = "few_years_after"
    RISING_AGAIN = "rising_again"
    BELOW_AND_FALLING = "below_and_falling"
    BELOW = "below"
    FALLING_WITHIN_ERROR = "falling_within_error"
    WITHIN_ERROR = "within_error"
    WITHIN_ERROR_UNTESTED = "within_error_untested"


@dataclass(frozen=True)
class PeakReading:
    """Where the highest value lies and what the years after it say.

    Attributes
    ----------
    word : Peak
        Whether there are signs of a peak.
    reason : PeakReason
        Why.
    peak_year, last_year, first_year : int
        Year of the highest value (the latest of equals); ends of the series.
    peak_value, last_value : float
        Values of those years.
    years_since, years_after : int
        Calendar years since the highest value; years with a value after it.
    below : int
        Later years below it by more than the data error.
    candidates : tuple of int
        Years that the data error cannot tell from the highest.
    change : float
        From the highest to the last value, relative to the highest (-.1 is a fall of ten per
        cent).
    limits : tuple of float
        For each year, how low its value would have to be to lie below the highest by more than
        the data error (95 %).
    slope, slope_low, slope_high : float or None
        Theil-Sen slope of the years after the highest, a year, with its 95 % interval.
    p : float or None
        Mann-Kendall of those years; None where they are too few for a test.
    at_start : bool
        The highest is the first value: the true peak may be earlier.
    """

    word: Peak
    reason: PeakReason
    first_year: int
    last_year: int
    peak_year: int
    peak_value: float
    last_value: float
    years_since: int
    years_after: int
    below: int
    candidates: tuple[int, ...]
    change: float
    limits: tuple[float, ...]
    slope: float | None
    slope_low: float | None
    slope_high: float | None
    p: float | None
    at_start: bool


def read_peak(
    years: ArrayLike,
    values: ArrayLike,
    errors: ArrayLike,
    *,
    years_after: int,
    least: int,
    significance: float,
) -> PeakReading:
    """Read whether a series on one level has passed its highest value for good.

    Parameters
    ----------
    years, values : array_like, shape (n,)
        Years, increasing, and positive values of one level, n >= 1.
    errors : array_like, shape (n,)
        Relative standard error of each value (.05 is five per cent).
    years_after : int
        Fewest years after the highest value before anything is said of a peak.
    least : int
        Fewest values for a test, as of any trend.
    significance : float
        Level of that test.

    Returns
    -------
    PeakReading

    Raises
    ------
    ValueError
        If the series is empty, a value is missing or not positive, lengths differ, or years do
        not increase.

    Notes
    -----
    Written for this tool. The highest value is picked after the fact, so that a fall from it is
    likely even by chance: the test looks only at the years after it. Signs of a peak are said
    where either the last `years_after` years all lie below the highest by more than 1.96 times
    the combined error, or at least `least` years after it fall by a Mann-Kendall test. Errors of
    two years are taken as independent; errors that all years share would cancel out.
    """
    as_number(significance, "significance")
    t, y = as_pairs(years, values, 1)
    error = as_values(errors, len(y), "errors")
    if len(error) != len(y):
        raise ValueError(f"errors has {len(error)} values and values has {len(y)}")
    if y.min() <= 0:
        raise ValueError("values must be positive")
    top = len(y) - 1 - int(np.argmax(y[::-1]))
    highest = float(y[top])
    limits = highest - Z95 * np.hypot(error[top] * highest, error * y)
    clear = y < limits
    after = slice(top + 1, None)
    n_after = len(y) - 1 - top
    slope = low = high = p = None
    falling = rising = False
    if n_after >= years_after:
        line = theil_sen(t[after], y[after])
        slope, low, high = line.slope, line.low, line.high
        test = mann_kendall(y[after])
        if test.can_be_significant and n_after >= least:
            p = test.p
            falling = p < significance and test.s < 0
            rising = p < significance and test.s > 0
    since = int(t[-1] - t[top])
    if len(y) <= years_after:
        word, reason = Peak.UNCLEAR, PeakReason.FEW_VALUES
    elif not n_after:
        word, reason = Peak.NOT_YET, PeakReason.LAST_IS_HIGHEST
    elif since < years_after or n_after < years_after:
        word, reason = Peak.UNCLEAR, PeakReason.FEW_YEARS_AFTER
    else:
        below = bool(clear[-years_after:].all())
        word, reason = _word(below, falling, rising, p is not None)
    same = ~clear
    same[top] = True
    return PeakReading(
        word=word,
        reason=reason,
        first_year=int(t[0]),
        last_year=int(t[-1]),
        peak_year=int(t[top]),
        peak_value=highest,
        last_value=float(y[-1]),
        years_since=since,
        years_after=n_after,
        below=int(clear[after].sum()),
        candidates=tuple(int(year) for year in t[same]),
        change=float(y[-1]) / highest - 1,
        limits=tuple(float(limit) for limit in limits),
        slope=slope,
        slope_low=low,
        slope_high=high,
        p=p,
        at_start=top == 0,
    )


def _word(below: bool, falling: bool, rising: bool, tested: bool) -> tuple[Peak, PeakReason]:
    if rising:
        return Peak.UNCLEAR, PeakReason.RISING_AGAIN
    if below and falling:
        return Peak.SIGNS, PeakReason.BELOW_AND_FALLING
    if below:
        return Peak.SIGNS, PeakReason.BELOW
    if falling:
        return Peak.SIGNS, PeakReason.FALLING_WITHIN_ERROR
    return Peak.UNCLEAR, PeakReason.WITHIN_ERROR if tested else PeakReason.WITHIN_ERROR_UNTESTED
