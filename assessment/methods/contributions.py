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
    ends = pd.concat(
        [parts.loc[[first, last]].T, total.loc[[first, last]].rename(TOTAL).to_frame().T]
    )
    found = pd.DataFrame({"before": ends[first], "after": ends[last]}).astype("float64")
    inner = found.loc[parts.columns]
    rest = found.loc[TOTAL] - inner.sum()
    if abs(rest["after"] - rest["before"]) > rounding:
        found = pd.concat([inner, rest.rename(REST).to_frame().T, found.loc[[TOTAL]]])
    found["change"] = found["after"] - found["before"]
    whole = found.loc[TOTAL, "change"]
    moved = abs(whole) > 1e-9 * abs(found.loc[TOTAL, "before"])
    found["relative"] = found["change"] / found["before"].where(found["before"] != 0)
    found["share"] = found["change"] / (whole if moved else float("nan"))
    return found
