"""Checks that every method on a series starts with."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


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
