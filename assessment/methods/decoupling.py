"""Tapio decoupling of an emission from economic output."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pandas as pd

from assessment.methods.series import as_amount, as_number

__all__ = ["Decoupling", "Tapio", "tapio", "tapio_windows"]

STANDSTILL: Final = 5e-4
"""Relative change of output that is printed as 0.0 %, the precision of published growth rates."""

ROUND_OFF: Final = 1e-9
"""Slack on the elasticity, so that 8 % over 10 % is .8 in floating point too."""


class Decoupling(StrEnum):
    """Tapio's eight states, and the case where none applies."""

    STRONG_DECOUPLING = "strong_decoupling"
    WEAK_DECOUPLING = "weak_decoupling"
    EXPANSIVE_COUPLING = "expansive_coupling"
    EXPANSIVE_NEGATIVE_DECOUPLING = "expansive_negative_decoupling"
    STRONG_NEGATIVE_DECOUPLING = "strong_negative_decoupling"
    WEAK_NEGATIVE_DECOUPLING = "weak_negative_decoupling"
    RECESSIVE_COUPLING = "recessive_coupling"
    RECESSIVE_DECOUPLING = "recessive_decoupling"
    UNDEFINED = "undefined"


@dataclass(frozen=True)
class Tapio:
    """Decoupling over one window.

    Attributes
    ----------
    elasticity : float or None
        ``(ΔE/E0)/(ΔG/G0)``; None where undefined. Strong decoupling and strong negative
        decoupling both have it negative: never to be shown without `state`.
    state : Decoupling
        The state.
    delta_e, delta_g : float or None
        Relative change of the emission and of output over the window (.05 is 5 %); None where
        the base is zero.
    """

    elasticity: float | None
    state: Decoupling
    delta_e: float | None
    delta_g: float | None


def tapio(
    e0: float,
    e1: float,
    g0: float,
    g1: float,
    low: float = 0.8,
    high: float = 1.2,
    standstill: float = STANDSTILL,
) -> Tapio:
    """Classify the change of an emission against the change of output.

    Parameters
    ----------
    e0, e1 : float
        Emission (or energy use) at the start and the end of the window, any one unit.
    g0, g1 : float
        Output at the same times, in prices of one year: at current prices inflation passes for
        growth.
    low, high : float
        Edges of the coupling states; both belong to coupling.
    standstill : float
        Relative change of output below which growth counts as none. The default, .0005, is what
        a statistical office prints as 0.0 %.

    Returns
    -------
    Tapio
        Undefined, with no exception, where output stood still or a base is zero.

    Raises
    ------
    ValueError
        If an amount is negative or not finite, if not ``0 < low < high``, or if `standstill` is
        negative.

    Notes
    -----
    No library offers this. The signs are read first; an unchanged emission has elasticity 0 and
    belongs to the weak state of its side, as in Tapio. Windows of different lengths are not
    comparable.

    References
    ----------
    Tapio, P. (2005). Towards a theory of decoupling: degrees of decoupling in the EU and the case
    of road traffic in Finland between 1970 and 2001. Transport Policy 12(2): 137-151.
    doi:10.1016/j.tranpol.2005.01.001
    """
    for name, value in (("e0", e0), ("e1", e1), ("g0", g0), ("g1", g1)):
        as_amount(value, name)
    if not 0 < as_number(low, "low") < as_number(high, "high"):
        raise ValueError(f"0 < low < high is needed, got low={low!r}, high={high!r}")
    as_amount(standstill, "standstill")
    delta_e = as_number((e1 - e0) / e0, "the change of e") if e0 else None
    delta_g = as_number((g1 - g0) / g0, "the change of g") if g0 else None
    if delta_e is None or not delta_g or abs(delta_g) < standstill:
        return Tapio(None, Decoupling.UNDEFINED, delta_e, delta_g)
    elasticity = delta_e / delta_g
    return Tapio(elasticity, _state(delta_e, delta_g, elasticity, low, high), delta_e, delta_g)


def tapio_windows(emission: pd.Series, output: pd.Series, length: int = 1) -> pd.DataFrame:
    """Classify every window of one length in two yearly series.

    Parameters
    ----------
    emission, output : pandas.Series
        Values indexed by year (int). NaN and absent years are gaps: a window with a gap at
        either end is not made, and none is made longer to bridge it.
    length : int
        Years from the start to the end of a window.

    Returns
    -------
    pandas.DataFrame
        One row per window in order of time: ``start``, ``end``, ``elasticity`` (NaN where
        undefined), ``state``, ``delta_e``, ``delta_g``.

    Raises
    ------
    ValueError
        If `length` is below 1, a year occurs twice, or an amount is negative.
    """
    if length < 1:
        raise ValueError(f"length must be at least 1 year, got {length}")
    if not (emission.index.is_unique and output.index.is_unique):
        raise ValueError("a year occurs twice in a series")
    both = pd.concat({"e": emission, "g": output}, axis=1, join="inner").dropna().sort_index()
    records = {int(year): (float(e), float(g)) for year, e, g in both.itertuples()}
    rows = []
    for start, (e0, g0) in records.items():
        if start + length in records:
            e1, g1 = records[start + length]
            window = tapio(e0, e1, g0, g1)
            rows.append(
                (
                    start,
                    start + length,
                    window.elasticity,
                    window.state,
                    window.delta_e,
                    window.delta_g,
                )
            )
    columns = ["start", "end", "elasticity", "state", "delta_e", "delta_g"]
    numbers = {"elasticity": "float64", "delta_e": "float64", "delta_g": "float64"}
    return pd.DataFrame(rows, columns=columns).astype(numbers)


def _state(
    delta_e: float, delta_g: float, elasticity: float, low: float, high: float
) -> Decoupling:
    growing = delta_g > 0
    if growing and delta_e < 0:
        return Decoupling.STRONG_DECOUPLING
    if not growing and delta_e > 0:
        return Decoupling.STRONG_NEGATIVE_DECOUPLING
    if elasticity < low - ROUND_OFF:
        return Decoupling.WEAK_DECOUPLING if growing else Decoupling.WEAK_NEGATIVE_DECOUPLING
    if elasticity <= high + ROUND_OFF:
        return Decoupling.EXPANSIVE_COUPLING if growing else Decoupling.RECESSIVE_COUPLING
    return Decoupling.EXPANSIVE_NEGATIVE_DECOUPLING if growing else Decoupling.RECESSIVE_DECOUPLING
