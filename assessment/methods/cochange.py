"""Do a pollutant and CO2 move together: co-control coordinates and tax-law equivalents.

The closest reading to the physics: two emissions, two years, nothing scaled or weighted.
The signs are read before any ratio, because the ratio of two increases is positive as well.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from assessment.methods.series import as_amount, as_number

__all__ = [
    "AIR_EQUIVALENT_KG",
    "EQUIVALENT_KG",
    "WATER_EQUIVALENT_KG",
    "CoChange",
    "CoControl",
    "Equivalents",
    "air_equivalents",
    "cocontrol",
]

ROUND_OFF: Final = 1e-12
"""Relative change below which two emissions count as the same number."""

EQUAL_PACE: Final = 1e-9
"""Distance of the cross elasticity from 1 below which the two falls count as equal."""

KG_PER_TONNE: Final = 1000.0

AIR_EQUIVALENT_KG: Final[Mapping[str, float]] = MappingProxyType(
    {
        "SO2": 0.95,
        "NOx": 0.95,
        "CO": 16.7,
        "chlorine": 0.34,
        "hydrogen_chloride": 10.75,
        "fluorides": 0.87,
        "hydrogen_cyanide": 0.005,
        "sulfuric_acid_mist": 0.6,
        "chromic_acid_mist": 0.0007,
        "mercury": 0.0001,
        "general_dust": 4.0,
        "asbestos_dust": 0.53,
        "glass_wool_dust": 2.13,
        "carbon_black_dust": 0.59,
        "soot": 2.18,
    }
)
"""污染当量值 of air pollutants, kg: general_dust is 一般性粉尘, soot is 烟尘.

The law has no value for VOCs as a sum, none for CO2, and none for 颗粒物 as statistics count it
since 2020 (soot and dust in one).
"""

WATER_EQUIVALENT_KG: Final[Mapping[str, float]] = MappingProxyType(
    {
        "COD": 1.0,
        "NH3-N": 0.8,
        "TP": 0.25,
        "SS": 4.0,
        "BOD5": 0.5,
        "TOC": 0.49,
        "petroleum": 0.1,
    }
)
"""污染当量值 of water pollutants of the second class, kg. The law charges one of COD, BOD5, TOC."""

EQUIVALENT_KG: Final[Mapping[str, float]] = MappingProxyType(
    {**AIR_EQUIVALENT_KG, **WATER_EQUIVALENT_KG}
)
"""污染当量值 of 环境保护税法 附表二, air and water, kg of pollutant per equivalent."""


class CoChange(StrEnum):
    """What the pair of changes says."""

    SYNERGY_POLLUTANT_FASTER = "synergy_pollutant_faster"
    SYNERGY_CARBON_FASTER = "synergy_carbon_faster"
    SYNERGY_EQUAL = "synergy_equal"
    BOTH_RISE = "both_rise"
    ONLY_CARBON_FALLS = "only_carbon_falls"
    ONLY_POLLUTANT_FALLS = "only_pollutant_falls"
    CARBON_UNCLEAR = "carbon_unclear"
    POLLUTANT_UNCLEAR = "pollutant_unclear"
    BOTH_UNCLEAR = "both_unclear"
    UNDEFINED = "undefined"

    @property
    def is_synergy(self) -> bool:
        """Whether both emissions fell, each by more than its error."""
        return self in _SYNERGY

    @property
    def is_unclear(self) -> bool:
        """Whether a change cannot be told from the error of its figures."""
        return self in _UNCLEAR


_SYNERGY: Final = frozenset(
    {CoChange.SYNERGY_POLLUTANT_FASTER, CoChange.SYNERGY_CARBON_FASTER, CoChange.SYNERGY_EQUAL}
)
_UNCLEAR: Final = frozenset(
    {CoChange.CARBON_UNCLEAR, CoChange.POLLUTANT_UNCLEAR, CoChange.BOTH_UNCLEAR}
)


@dataclass(frozen=True)
class CoControl:
    """A point of the co-control plane.

    Attributes
    ----------
    pollutant_reduction : float or None
        x, the relative fall of the pollutant, ``(p0 - p1) / p0``; negative where it rose; None
        where the base is zero.
    carbon_reduction : float or None
        y, the same for CO2.
    quadrant : int or None
        1 both fall, 2 only CO2 falls, 3 both rise, 4 only the pollutant falls; None where a
        change is zero, has no base, or cannot be told from its error.
    elasticity : float or None
        Cross elasticity ``(ΔP/P0)/(ΔC/C0)``, None where there is no quadrant. Positive in quadrant 3 as well: never to be shown
        without `reading`.
    reading : CoChange
        What may be said.
    """

    pollutant_reduction: float | None
    carbon_reduction: float | None
    quadrant: int | None
    elasticity: float | None
    reading: CoChange


@dataclass(frozen=True)
class Equivalents:
    """Pollutant equivalents (污染当量数) of several pollutants.

    Attributes
    ----------
    total : float
        Sum over `by_pollutant`; 0 where nothing could be counted.
    by_pollutant : Mapping[str, float]
        Equivalents of each pollutant counted.
    left_out : tuple of str
        Pollutants with an emission and no equivalent value, in the order given.
    assumed : tuple of str
        Pollutants counted with a value that is not the law's.
    """

    total: float
    by_pollutant: Mapping[str, float]
    left_out: tuple[str, ...]
    assumed: tuple[str, ...] = ()


def cocontrol(
    p0: float,
    p1: float,
    c0: float,
    c1: float,
    *,
    pollutant_clear: bool = True,
    carbon_clear: bool = True,
) -> CoControl:
    """Place the change of a pollutant and of CO2 between two years in the co-control plane.

    Parameters
    ----------
    p0, p1 : float
        Emission of the pollutant in the first and the second year, any one unit.
    c0, c1 : float
        Emission of CO2 in the same two years, any one unit.
    pollutant_clear, carbon_clear : bool
        Whether the change can be told from the error of its figures
        (:func:`assessment.methods.change.read_change`). Two falls are synergy only where both can.

    Returns
    -------
    CoControl
        Undefined, with no exception, where a base is zero or an emission did not change.

    Raises
    ------
    ValueError
        If an emission is negative, NaN or infinite.

    Notes
    -----
    No library offers this. The signs come first: two rises give a positive elasticity too, and
    are never synergy. A relative change below 1e-12 is round-off and counts as none.

    A fall of both is co-movement; whether one lever caused both is asked by
    :func:`assessment.methods.decomposition.joint_decomposition`.

    References
    ----------
    毛显强, 曾桉, 胡涛, 等 (2011). 技术减排措施协同控制效应评价研究. 中国人口·资源与环境
    21(12): 1-7.
    邢有凯, 毛显强, 冯相昭, 等 (2020). 城市蓝天保卫战行动协同控制局地大气污染物和温室气体效果评估:
    以唐山市为例. 中国环境管理 12(4): 20-28.
    """
    for name, value in (("p0", p0), ("p1", p1), ("c0", c0), ("c1", c1)):
        as_amount(value, name)
    x = _relative_reduction(p0, p1)
    y = _relative_reduction(c0, c1)
    if x is None or y is None:
        return CoControl(x, y, None, None, CoChange.UNDEFINED)
    if not (pollutant_clear and carbon_clear):
        if pollutant_clear:
            unclear = CoChange.CARBON_UNCLEAR
        else:
            unclear = CoChange.POLLUTANT_UNCLEAR if carbon_clear else CoChange.BOTH_UNCLEAR
        return CoControl(x, y, None, None, unclear)
    if not x or not y:
        return CoControl(x, y, None, None, CoChange.UNDEFINED)
    elasticity = x / y
    if x < 0 and y < 0:
        quadrant, reading = 3, CoChange.BOTH_RISE
    elif x < 0:
        quadrant, reading = 2, CoChange.ONLY_CARBON_FALLS
    elif y < 0:
        quadrant, reading = 4, CoChange.ONLY_POLLUTANT_FALLS
    elif abs(elasticity - 1) <= EQUAL_PACE:
        quadrant, reading = 1, CoChange.SYNERGY_EQUAL
    elif elasticity > 1:
        quadrant, reading = 1, CoChange.SYNERGY_POLLUTANT_FASTER
    else:
        quadrant, reading = 1, CoChange.SYNERGY_CARBON_FASTER
    return CoControl(x, y, quadrant, elasticity, reading)


def air_equivalents(
    emissions_t: Mapping[str, float],
    values: Mapping[str, float] = AIR_EQUIVALENT_KG,
    voc: float | None = None,
) -> Equivalents:
    """Add up pollutants by their tax-law equivalent values.

    Parameters
    ----------
    emissions_t : Mapping[str, float]
        Emission by pollutant, tonnes.
    values : Mapping[str, float]
        Equivalent value by pollutant, kg. Pass `WATER_EQUIVALENT_KG` for water; air and water
        are never to be added into one figure.
    voc : float, optional
        Equivalent value for ``VOCs``, kg (0.95 is in use). The law has none, so they are left
        out unless a value is given here, which marks them as assumed.

    Returns
    -------
    Equivalents
        ``APeq = Σ 1000 E_i / EV_i``, with what was left out and what was assumed.

    Raises
    ------
    ValueError
        If an emission is negative or not finite, or an equivalent value is not positive.

    Notes
    -----
    The three-pollutants-per-outlet rule of the tax is not applied: this is a common measure, not
    a tax base.

    References
    ----------
    中华人民共和国环境保护税法 (2018), 附表二 应税污染物和当量值表.
    """
    used = dict(values)
    if voc is not None:
        used["VOCs"] = voc
    for name, value in used.items():
        if as_number(value, f"the equivalent value of {name}") <= 0:
            raise ValueError(f"the equivalent value of {name} must be positive, got {value!r}")
    by_pollutant: dict[str, float] = {}
    for name, tonnes in emissions_t.items():
        as_amount(tonnes, f"the emission of {name}")
        if name in used:
            equivalents = tonnes * KG_PER_TONNE / used[name]
            by_pollutant[name] = as_number(equivalents, f"the equivalent of {name}")
    return Equivalents(
        total=math.fsum(by_pollutant.values()),
        by_pollutant=MappingProxyType(by_pollutant),
        left_out=tuple(name for name in emissions_t if name not in used),
        assumed=tuple(name for name in by_pollutant if used[name] != EQUIVALENT_KG.get(name)),
    )


def _relative_reduction(before: float, after: float) -> float | None:
    if before == 0:
        return None
    reduction = as_number((before - after) / before, "the relative change")
    return 0.0 if abs(reduction) <= ROUND_OFF else reduction
