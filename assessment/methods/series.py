"""Checks that every method on a series starts with."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

LARGEST = 1e150
"""The square of a larger value is no longer a finite number."""


def as_number(value: object, name: str) -> float:
    """Return `value` as a finite float.

    Raises
    ------
    ValueError
        If it is no number (None, a truth value, a text), not finite, or beyond 1e150.
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
    if abs(number) > LARGEST:
        raise ValueError(f"{name} is beyond {LARGEST:g}, too large to compute with")
    return number


def as_amount(value: object, name: str) -> float:
    """Return `value` as a finite float of at least 0.

    Raises
    ------
    ValueError
        As `as_number`, and if it is negative.
    """
    amount = as_number(value, name)
    if amount < 0:
        raise ValueError(f"{name} must be at least 0, not {amount}")
    return amount


def as_floats(values: ArrayLike, name: str) -> Floats:
    """Return `values` as an array of floats of any shape; a missing one is NaN.

    Raises
    ------
    ValueError
        If one is a text or a truth value, or beyond the floating-point numbers.
    """
    given = np.asarray(values)
    if given.dtype == object:
        flat = [math.nan if value is None else as_number(value, name) for value in given.ravel()]
        given = np.array(flat).reshape(given.shape)
    if given.dtype.kind not in "iuf":
        raise ValueError(f"{name} must hold numbers, not {given.dtype}")
    return given.astype(np.float64)


def as_array(values: ArrayLike, name: str) -> Floats:
    """Return `values` as `as_floats` does, of a size that can be squared.

    Raises
    ------
    ValueError
        As `as_floats`, and if one is infinite or beyond 1e150.
    """
    array = as_floats(values, name)
    if (np.abs(array) > LARGEST).any():
        raise ValueError(
            f"{name} holds an infinite value or one beyond {LARGEST:g}: too large to compute "
            "with; rescale it or leave it out"
        )
    return array


def without_noise(values: Floats) -> Floats:
    """Round to 12 significant digits, so that 0.1 + 0.2 ties with 0.3."""
    return np.array([float(f"{value:.11e}") for value in values], dtype=np.float64)


def as_values(values: ArrayLike, minimum: int, name: str = "y") -> Floats:
    """Return `values` as a one-dimensional array of finite floats.

    Raises
    ------
    ValueError
        As `as_array`, and if there are more dimensions, fewer than `minimum` values, or a value
        that is not finite.
    """
    array = as_array(values, name)
    if array.ndim != 1:
        raise ValueError(f"{name} must have one dimension, not {array.ndim}")
    if np.isnan(array).any():
        raise ValueError(f"{name} holds a missing value; leave that point out")
    if array.size < minimum:
        raise ValueError(f"{name} has {array.size} values; at least {minimum} are needed")
    return array


def as_pairs(t: ArrayLike, y: ArrayLike, minimum: int) -> tuple[Floats, Floats]:
    """Return times and values as arrays of one length, times strictly increasing.

    Raises
    ------
    ValueError
        As `as_values`, and if lengths differ, or times do not strictly increase or are too
        unevenly spaced to compute with.
    """
    times, values = as_values(t, minimum, "t"), as_values(y, minimum)
    if times.size != values.size:
        raise ValueError(f"t has {times.size} values and y has {values.size}")
    if (np.diff(times) <= 0).any():
        raise ValueError("t must be strictly increasing")
    if times.size > 1 and np.ptp(times) > 1e9 * np.diff(times).min():
        raise ValueError("t has steps too unlike to be told apart in one fit")
    return times, values
