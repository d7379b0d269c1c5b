"""Whose change the change of a total is: parts, what no part bears, and the whole."""

from __future__ import annotations

import pandas as pd

REST = "rest"
TOTAL = "total"


def contributions(
    parts: pd.DataFrame, total: pd.Series[float], first: int, last: int, rounding: float = 0.0
) -> pd.DataFrame:
    """Divide the change of a total among its parts.

    Parameters
    ----------
    parts : pandas.DataFrame
        A row a year, a column a part, in the unit of the total.
    total : pandas.Series
        The total by year.
    first, last : int
        Years compared; every value of theirs is there.
    rounding : float, optional
        A change that no part bears is shown where it is larger than this.

    Returns
    -------
    pandas.DataFrame
        A row for each part, then ``rest`` (what no part bears, where it is more than rounding)
        and ``total``. Columns ``before``, ``after``, ``change``, ``relative`` (change over
        before) and ``share`` (change over the change of the total), NaN where the divisor is 0.

    Raises
    ------
    KeyError
        A year is not there.

    Notes
    -----
    The shares add up to 1 with the rest. They may be negative or above 1 where parts move in
    opposite directions. A division by accounts, not by causes.
    """
    ends = {str(name): (float(part[first]), float(part[last])) for name, part in parts.items()}
    whole = (float(total[first]), float(total[last]))
    change = whole[1] - whole[0]
    rest = tuple(w - sum(end[k] for end in ends.values()) for k, w in enumerate(whole))
    if abs(rest[1] - rest[0]) > rounding:
        ends[REST] = (rest[0], rest[1])
    ends[TOTAL] = whole
    found = pd.DataFrame(list(ends.values()), index=list(ends), columns=["before", "after"])
    found["change"] = found["after"] - found["before"]
    moved = abs(change) > 1e-9 * abs(whole[0])
    found["relative"] = found["change"] / found["before"].where(found["before"] != 0)
    found["share"] = found["change"] / (change if moved else float("nan"))
    return found
