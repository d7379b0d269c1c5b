"""Checks that every method on a series starts with."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def as_number(value: object, name: str) -> float:
    """Return `value` as a finite float.

    Raises
    ------
    ValueError
        If it is no number (None, a truth value, a text), or not finite.
    """
    numeric = isinstance(value, (int, float, np.integer, np.floating))
    if isinstance(value, bool) or not numeric:
        raise ValueError(f"{name} must be a number, not {value!r}")
    try:
        number = float(value)  # type: ignore[arg-type]
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{name} is not finite; leave it out")
    return number


def without_noise(values: Floats) -> Floats:
    """Round to 12 significant digits, so that 0.1 + 0.2 ties with 0.3."""
    return np.array([float(f"{value:.11e}") for value in values], dtype=np.float64)


def as_values(values: ArrayLike, minimum: int, name: str = "y") -> Floats:
    """Return `values` as a one-dimensional array of finite floats.

    Raises
    ------
    ValueError
        If there are more dimensions, fewer than `minimum` values, or a value that is not finite.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"{name} must have one dimension, not {array.ndim}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds a missing or infinite value; leave that point out")
    if array.size < minimum:
        raise ValueError(f"{name} has {array.size} values; at least {minimum} are needed")
    return array


def as_pairs(t: ArrayLike, y: ArrayLike, minimum: int) -> tuple[Floats, Floats]:
    """Return times and values as arrays of one length, times strictly increasing.

    Raises
    ------
    ValueError
        As `as_values`, and if lengths differ or times do not strictly increase.
    """
    times, values = as_values(t, minimum, "t"), as_values(y, minimum)
    if times.size != values.size:
        raise ValueError(f"t has {times.size} values and y has {values.size}")
    if (np.diff(times) <= 0).any():
        raise ValueError("t must be strictly increasing")
    return times, values
