"""Judgement of ratios that must hold every year, and of prohibitions."""

from assessment.methods.series import as_number
from assessment.methods.verdicts import DEFAULT_THRESHOLDS, Direction, Thresholds, Verdict, met_by


def judge_standing(
    value: float | None,
    denominator_zero: bool,
    target: float,
    direction: Direction,
    *,
    natural_limit: float | None = None,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> Verdict:
    """Judge a ratio that must hold every year.

    Parameters
    ----------
    value : float or None
        Ratio of the year; None where it is not known.
    denominator_zero : bool
        Nothing to take the ratio of (no bus bought this year): NOT_APPLICABLE whatever `value`.
    target : float
        Ratio required.
    direction : {"higher", "lower"}
        Which way is good.
    natural_limit : float, optional
        As in `attain`. Leave out where the plan means exactly 100 %.
    thresholds : Thresholds
        Only `near_limit` is used.

    Returns
    -------
    Verdict
        STANDING_MET, STANDING_NOT_MET, NOT_APPLICABLE or INSUFFICIENT_DATA.

    Raises
    ------
    ValueError
        If the value, the target or the natural limit is given and is not a finite number.
    """
    target = as_number(target, "target")
    if natural_limit is not None:
        natural_limit = as_number(natural_limit, "natural limit")
    if denominator_zero:
        return Verdict.NOT_APPLICABLE
    if value is None:
        return Verdict.INSUFFICIENT_DATA
    met = met_by(
        as_number(value, "value"), target, direction, 0.0, natural_limit, thresholds.near_limit
    )
    return Verdict.STANDING_MET if met else Verdict.STANDING_NOT_MET


def judge_prohibition(cases: int | None) -> Verdict:
    """Judge a prohibition: one case violates it, none complies, unknown is insufficient.

    Raises
    ------
    ValueError
        If `cases` is negative or not whole.
    """
    if cases is None:
        return Verdict.INSUFFICIENT_DATA
    as_number(cases, "number of cases")
    if cases < 0 or cases != int(cases):
        raise ValueError(f"a number of cases is whole and not negative, not {cases}")
    return Verdict.VIOLATED if cases else Verdict.COMPLIANT
