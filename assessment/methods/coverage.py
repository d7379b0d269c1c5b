"""How much of an index must be there for a score: below the floor there is none."""

from __future__ import annotations

from assessment.methods.series import as_number

COVERAGE_FLOOR = 0.8  # SDG Index: no score and no rank with more than 20 % missing
_ROUNDING = 1e-9


def check_coverage_floor(coverage_floor: float) -> None:
    """Refuse a coverage floor outside (0, 1].

    Raises
    ------
    ValueError
        If it lies outside.
    """
    if not 0.0 < as_number(coverage_floor, "the coverage floor") <= 1.0:
        raise ValueError(f"the coverage floor must lie in (0, 1], not {coverage_floor}")


def covered(coverage: float, coverage_floor: float = COVERAGE_FLOOR) -> bool:
    """Whether the share of weight present reaches the floor, rounding errors aside.

    Parameters
    ----------
    coverage, coverage_floor : float
        Shares in [0, 1].

    Returns
    -------
    bool
        True from the floor upwards: four of five equal weights reach 0.8, though their sum in
        floating point may not.

    Raises
    ------
    ValueError
        If one is no finite number.
    """
    coverage_floor = as_number(coverage_floor, "the coverage floor")
    return as_number(coverage, "the coverage") >= coverage_floor - _ROUNDING
