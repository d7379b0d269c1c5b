"""The figures that the index stands on, units beside indicators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assessment.job.inputs import Standards
from assessment.job.series import UnitData
from assessment.methods.goalposts import Goalpost
from assessment.methods.weights import FloatArray, flatten


@dataclass(frozen=True, eq=False)
class Measured:
    """Figures of one year.

    Attributes
    ----------
    names : tuple of str
        The k indicators of the framework.
    values, errors : ndarray, shape (n units, k)
        Figures in the indicators' units, NaN where missing; relative standard errors.
    goalposts : tuple of Goalpost, length k
        Fixed ends.
    weights : ndarray, shape (k,)
        The framework's, summing to one.
    """

    names: tuple[str, ...]
    values: npt.NDArray[np.float64]
    errors: npt.NDArray[np.float64]
    goalposts: tuple[Goalpost, ...]
    weights: FloatArray


def framework_weights(
    standards: Standards, shares: Sequence[float] | FloatArray | None = None
) -> FloatArray:
    """Weights of the framework's indicators: of its subsystems, divided equally inside each.

    Parameters
    ----------
    standards : Standards
        Gives the framework.
    shares : sequence of float, optional
        Weights of the subsystems; the framework's own by default.

    Returns
    -------
    ndarray, shape (k,)
        Summing to one, in the framework's order of indicators.
    """
    subsystems = standards.framework.subsystems
    given = [subsystem.weight for subsystem in subsystems] if shares is None else shares
    flat = flatten(
        {s.id: float(share) for s, share in zip(subsystems, given, strict=True)},
        {s.id: dict.fromkeys(s.indicators, 1.0) for s in subsystems},
    )
    return np.array(list(flat.values()))


def measure(standards: Standards, data: Sequence[UnitData], year: int) -> Measured:
    """Collect the figures of one year.

    Parameters
    ----------
    standards : Standards
        Framework, goalposts and data errors.
    data : sequence of UnitData, length n
        The units' series.
    year : int
        The year.

    Returns
    -------
    Measured
        A figure without a quality grade is taken for an estimate (grade C).
    """
    ends = {g.indicator: Goalpost(g.low, g.high) for g in standards.goalposts}
    names = tuple(name for s in standards.framework.subsystems for name in s.indicators)
    by_grade = standards.rules.errors_by_grade
    values = np.full((len(data), len(names)), np.nan)
    errors = np.zeros_like(values)
    for i, unit in enumerate(data):
        for j, name in enumerate(names):
            point = unit.annual(name).at(year)
            if point is not None:
                values[i, j] = point.value
                errors[i, j] = by_grade[point.grade or "C"]
    return Measured(
        names, values, errors, tuple(ends[name] for name in names), framework_weights(standards)
    )
