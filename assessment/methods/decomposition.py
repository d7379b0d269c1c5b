"""What moved an emission: LMDI-I, and the joint form for CO2 and a pollutant.

The joint form asks how much of a fall came from levers that cut both (less output, less energy
for it, cleaner energy), and how much from equipment that cuts the pollutant alone.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from assessment.methods.series import as_floats

Array = NDArray[np.float64]

SHARED_DRIVERS: Final = ("population", "affluence", "energy_intensity", "energy_structure")
"""Drivers that act on CO2 and the pollutant alike: P, G/P, E/G and the shares of the fuels."""

CARBON_DRIVERS: Final = (*SHARED_DRIVERS, "carbon_factor")
POLLUTANT_DRIVERS: Final = (*SHARED_DRIVERS, "generation_intensity", "end_of_pipe")


@dataclass(frozen=True, eq=False)
class Lmdi:
    """An LMDI-I decomposition of a sum of products.

    Attributes
    ----------
    additive : numpy.ndarray, shape (factors,)
        Effect of each factor, in the unit of the total; they add up to `total_change`.
    multiplicative : numpy.ndarray, shape (factors,), or None
        Effect of each factor as a ratio; their product is `total_ratio`. None for a total of 0.
    total_change, total_ratio : float
        Second total less, and over, the first; the ratio is None for a total of 0.
    by_category : numpy.ndarray, shape (categories, factors)
        Additive effects before they are added over the categories.
    """

    additive: Array
    multiplicative: Array | None
    total_change: float
    total_ratio: float | None
    by_category: Array


@dataclass(frozen=True)
class DriverState:
    """The drivers in one year, in the same units for both years.

    Attributes
    ----------
    population, gdp : float
        Population, and output in prices of one year; positive.
    energy_by_fuel : Mapping[str, float]
        Energy use by fuel (or sector and fuel), carriers without carbon too, in one unit.
    carbon_by_fuel : Mapping[str, float]
        CO2 by the same keys; none is written as 0.
    pollutant_generated, pollutant_emitted : float or None
        Pollutant before and after abatement. None where only CO2 is to be decomposed.
    generated_by_fuel : Mapping[str, float] or None
        Division of `pollutant_generated` by the same keys, where it is known.

    Raises
    ------
    ValueError
        If an amount is negative or not finite; population, output or energy is 0; keys differ;
        an unused fuel emits; more is emitted than generated; or a division does not add up.
    """

    population: float
    gdp: float
    energy_by_fuel: Mapping[str, float]
    carbon_by_fuel: Mapping[str, float]
    pollutant_generated: float | None = None
    pollutant_emitted: float | None = None
    generated_by_fuel: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        energy = float(sum(self.energy_by_fuel.values()))
        for name, total in ("population", self.population), ("gdp", self.gdp), ("energy", energy):
            _require(math.isfinite(total) and total > 0, f"{name} must be positive, got {total!r}")
        self._require_fuels(self.energy_by_fuel, "energy_by_fuel")
        self._require_fuels(self.carbon_by_fuel, "carbon_by_fuel")
        generated, emitted = self.pollutant_generated, self.pollutant_emitted
        _require((generated is None) == (emitted is None), "generated and emitted go together")
        if generated is not None and emitted is not None:
            fits = math.isfinite(generated) and 0 <= emitted <= generated
            _require(fits, f"0 <= emitted <= generated is needed: {emitted!r}, {generated!r}")
        if self.generated_by_fuel is not None:
            self._require_fuels(self.generated_by_fuel, "generated_by_fuel")
            parts = sum(self.generated_by_fuel.values())
            fits = generated is not None and math.isclose(parts, generated, rel_tol=1e-6)
            _require(fits, f"generated_by_fuel adds up to {parts!r}, not to {generated!r}")

    def _require_fuels(self, amounts: Mapping[str, float], name: str) -> None:
        different = sorted(set(amounts) ^ set(self.energy_by_fuel))
        _require(
            not different, f"{name} and energy_by_fuel differ in {different}; write 0 for none"
        )
        for fuel, amount in amounts.items():
            fits = math.isfinite(amount) and amount >= 0
            _require(fits, f"{name} of {fuel} must be at least 0 and finite, got {amount!r}")
            fits = amount == 0 or self.energy_by_fuel[fuel] > 0
            _require(fits, f"{name} of {fuel} is {amount!r}, but no energy of it was used")


@dataclass(frozen=True)
class JointDecomposition:
    """CO2 and a pollutant decomposed over the drivers they share and those they do not.

    Attributes
    ----------
    carbon, pollutant : Mapping[str, float]
        Change through each driver, in the emission's unit, negative for a cut.
    carbon_change, pollutant_change : float
        Total change, to which these add up.
    shared_carbon, shared_pollutant : float
        Net change through `SHARED_DRIVERS`, growth of population and output included.
    shared_share_carbon, shared_share_pollutant : float or None
        协同贡献率, reduction through the shared drivers over the total reduction. None where the
        total did not fall; below 0 where the shared drivers raised it on balance, above 1 where
        the emission's own drivers did.
    end_of_pipe : float
        Change of the pollutant through the share that abatement lets through.
    end_of_pipe_is_synergy : bool
        False, always: abatement equipment cuts no CO2 and takes energy.
    """

    carbon: Mapping[str, float]
    pollutant: Mapping[str, float]
    carbon_change: float
    pollutant_change: float
    shared_carbon: float
    shared_pollutant: float
    shared_share_carbon: float | None
    shared_share_pollutant: float | None
    end_of_pipe: float
    end_of_pipe_is_synergy: Literal[False] = field(default=False, init=False)


def log_mean(a: ArrayLike, b: ArrayLike) -> Array:
    """Return the logarithmic mean ``L(a, b) = (a - b) / ln(a / b)``, element by element.

    Parameters
    ----------
    a, b : array_like
        Non-negative numbers of shapes that broadcast.

    Returns
    -------
    numpy.ndarray
        ``L(a, a) = a`` and ``L(a, 0) = 0``, the limits. A 0-d array for two scalars. Neither
        NumPy nor SciPy has it; near ``a = b`` log1p keeps full precision.

    Raises
    ------
    ValueError
        If a number is negative or not finite.
    """
    x, y = _non_negative(a), _non_negative(b)
    low, high = np.minimum(x, y), np.maximum(x, y)
    difference = high - low
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        near, far = np.log1p(difference / low), np.log(high) - np.log(low)
        mean = np.where(low == high, high, difference / np.where(high < 2 * low, near, far))
    # round-off must not carry a mean out of its interval
    return np.asarray(np.clip(mean, low, high))


def lmdi(factors0: ArrayLike, factors1: ArrayLike) -> Lmdi:
    """Decompose the change of ``V = Σ_i Π_k x_ik`` over the factors k by LMDI-I.

    Parameters
    ----------
    factors0, factors1 : array_like, shape (categories, factors)
        Non-negative factors at the first and the second time. A factor common to all categories,
        such as population, is repeated in each row.

    Returns
    -------
    Lmdi
        Additive and multiplicative effects, with no residual.

    Raises
    ------
    ValueError
        If the shapes do not fit, a factor is negative or not finite, or a product over- or
        underflows.

    Notes
    -----
    ``Δ_k = Σ_i L(V1_i, V0_i) ln(x1_ik / x0_ik)`` and ``D_k = exp(Δ_k / L(V1, V0))``. Zeros are
    handled by the analytic limits, not by small numbers: where a category appears or vanishes its
    whole value goes to the factor that left or reached 0, in equal parts if there are several;
    where it is 0 at both times all its effects are 0. No maintained Python library was found.

    References
    ----------
    Ang, B. W. (2005). The LMDI approach to decomposition analysis: a practical guide. Energy
    Policy 33(7): 867-871. doi:10.1016/j.enpol.2003.10.010
    Ang, B. W. & Liu, N. (2007). Handling zero values in the logarithmic mean Divisia index
    decomposition approach. Energy Policy 35(1): 238-246. doi:10.1016/j.enpol.2005.11.001
    """
    x0, x1 = _non_negative(factors0), _non_negative(factors1)
    if x0.ndim != 2 or x0.shape != x1.shape or not x0.size:
        raise ValueError(f"two tables of one shape are needed, got {x0.shape} and {x1.shape}")
    v0, v1 = _products(x0), _products(x1)
    effects = np.zeros_like(x0)
    lasting = (v0 > 0) & (v1 > 0)
    weights = log_mean(v1[lasting], v0[lasting])[:, np.newaxis]
    effects[lasting] = weights * (np.log(x1[lasting]) - np.log(x0[lasting]))
    for switched, zero in (((v0 == 0) & (v1 > 0), x0 == 0), ((v0 > 0) & (v1 == 0), x1 == 0)):
        causes = zero[switched]
        parts = causes / causes.sum(axis=1, keepdims=True)
        effects[switched] = (v1 - v0)[switched, np.newaxis] * parts
    additive = effects.sum(axis=0)
    total0, total1 = float(v0.sum()), float(v1.sum())
    both = total0 > 0 and total1 > 0
    return Lmdi(
        additive=additive,
        multiplicative=np.exp(additive / log_mean(total1, total0)) if both else None,
        total_change=total1 - total0,
        total_ratio=total1 / total0 if both else None,
        by_category=effects,
    )


def carbon_decomposition(before: DriverState, after: DriverState) -> dict[str, float]:
    """Decompose the change of CO2 by the extended Kaya identity.

    Parameters
    ----------
    before, after : DriverState
        The two years; the pollutant is not needed.

    Returns
    -------
    dict of str to float
        Change of CO2 through population P, affluence G/P, energy_intensity E/G, energy_structure
        E_j/E and carbon_factor C_j/E_j, in ``C = Σ_j P·(G/P)·(E/G)·(E_j/E)·(C_j/E_j)``. A fuel
        not used in one year takes the other year's factor: its coming or going is all structure.

    Raises
    ------
    ValueError
        If the two years do not have the same fuels.
    """
    groups = {fuel: [fuel] for fuel in _fuels(before, after)}
    tables = _chains(before, after, groups, before.carbon_by_fuel, after.carbon_by_fuel)
    return dict(zip(CARBON_DRIVERS, lmdi(*tables).additive.tolist(), strict=True))


def joint_decomposition(
    before: DriverState, after: DriverState, emitting_fuels: Collection[str] | None = None
) -> JointDecomposition:
    """Decompose the changes of CO2 and of a pollutant over the drivers they share.

    Parameters
    ----------
    before, after : DriverState
        The two years, with the pollutant generated and emitted.
    emitting_fuels : collection of str, optional
        Fuels that generate the pollutant within the territory (leave out purchased electricity),
        by default those with CO2 in either year. Used only without `generated_by_fuel`.

    Returns
    -------
    JointDecomposition
        Effects, shared parts and the end-of-pipe part.

    Raises
    ------
    ValueError
        If the fuels of the years differ, the pollutant is missing, or an emitting fuel is unknown
        or was not used in a year that generated pollutant.

    Notes
    -----
    CO2 as in :func:`carbon_decomposition`. The pollutant emitted Q, with F_j generated from fuel
    j, F their sum, and X the emitting fuels, is

    - with a division by fuel in both years, ``Σ_j P·(G/P)·(E/G)·(E_j/E)·(F_j/E_j)·(Q/F)``;
    - else ``P·(G/P)·(E/G)·(E_X/E)·(F/E_X)·(Q/F)``.

    So structure is shared as far as the figures show it. Without a division by fuel a shift from
    coal to wind is structure, while one from coal to gas falls into generation_intensity F/E_X,
    which is not shared: give the division where it is known. Process emissions move
    generation_intensity too. The share let through, Q/F (end_of_pipe), is one for all fuels. The
    energy that abatement takes raises energy_intensity and counts against the shared part.
    A ratio without a base in one year takes the other year's. The form is this tool's proposal,
    built on LMDI-I; no library has it.
    """
    carbon = carbon_decomposition(before, after)
    pollutant = _pollutant_decomposition(before, after, emitting_fuels)
    carbon0, carbon1 = (sum(state.carbon_by_fuel.values()) for state in (before, after))
    (_, pollutant0), (_, pollutant1) = _pollutant(before), _pollutant(after)
    shared_carbon = sum(carbon[driver] for driver in SHARED_DRIVERS)
    shared_pollutant = sum(pollutant[driver] for driver in SHARED_DRIVERS)
    return JointDecomposition(
        carbon=MappingProxyType(carbon),
        pollutant=MappingProxyType(pollutant),
        carbon_change=carbon1 - carbon0,
        pollutant_change=pollutant1 - pollutant0,
        shared_carbon=shared_carbon,
        shared_pollutant=shared_pollutant,
        shared_share_carbon=_shared_share(shared_carbon, carbon0, carbon1),
        shared_share_pollutant=_shared_share(shared_pollutant, pollutant0, pollutant1),
        end_of_pipe=pollutant["end_of_pipe"],
    )


class DriverFault(StrEnum):
    """Why a year has no `DriverState` although its figures are there."""

    NOT_POSITIVE = "not_positive"
    """Population, output or fossil energy is not above zero, or an amount is negative."""
    MORE_EMITTED_THAN_GENERATED = "more_emitted_than_generated"
    """More of the pollutant is emitted than generated."""


def carbon_by_fuel(
    energy: pd.DataFrame, carbon: pd.Series[float], factors: Mapping[str, float]
) -> pd.DataFrame:
    """Divide the total of CO2 among the fuels in proportion to energy times factor.

    Parameters
    ----------
    energy : pandas.DataFrame
        Energy use, a row a year, a column a fuel.
    carbon : pandas.Series
        CO2 by year, in any unit.
    factors : mapping of str to float
        CO2 per unit of energy, by fuel; only their proportions matter.

    Returns
    -------
    pandas.DataFrame
        CO2 by year and fuel, in the unit of ``carbon``: the fuels of a year add up to its total,
        whatever the factors. NaN where the year lacks a figure or uses no fuel with carbon.

    Raises
    ------
    KeyError
        A fuel has no factor.

    Notes
    -----
    What the factors do not explain (local factors, purchased electricity, a change of coverage)
    so becomes the driver carbon_factor of :func:`carbon_decomposition`.
    """
    weights = energy * [factors[str(fuel)] for fuel in energy]
    whole = weights.sum(axis=1, skipna=False)
    shares: pd.DataFrame = weights.div(whole.where(whole > 0), axis=0)
    return shares.mul(carbon, axis=0).reindex(energy.index)


def driver_states(
    population: pd.Series[float],
    gdp: pd.Series[float],
    energy: pd.DataFrame,
    carbon: pd.DataFrame,
    generated: pd.Series[float] | None = None,
    emitted: pd.Series[float] | None = None,
) -> tuple[dict[int, DriverState], dict[int, DriverFault]]:
    """Return the drivers of each year that has every figure, and why others have none.

    Parameters
    ----------
    population, gdp : pandas.Series
        By year; output in prices of one year.
    energy, carbon : pandas.DataFrame
        Energy use and CO2, a row a year, a column a fuel.
    generated, emitted : pandas.Series, optional
        The pollutant before and after abatement, by year.

    Returns
    -------
    states : dict of int to DriverState
        By year; years that lack a figure are not there.
    faults : dict of int to DriverFault
        Years that have every figure, but figures that can't be.
    """
    columns = {"population": population, "gdp": gdp}
    if generated is not None and emitted is not None:
        columns |= {"generated": generated, "emitted": emitted}
    single = pd.DataFrame(columns).reindex(energy.index).dropna()
    states: dict[int, DriverState] = {}
    faults: dict[int, DriverFault] = {}
    for year, row in zip(single.index, single.to_dict("records"), strict=True):
        used, made = energy.loc[year], carbon.loc[year]
        if used.isna().any():
            continue
        positive = min(row["population"], row["gdp"]) > 0 and used.min() >= 0
        if not positive or not made.notna().all() or made.min() < 0:
            faults[int(year)] = DriverFault.NOT_POSITIVE
        elif not 0 <= row.get("emitted", 0) <= row.get("generated", 0):
            faults[int(year)] = DriverFault.MORE_EMITTED_THAN_GENERATED
        else:
            states[int(year)] = DriverState(
                row["population"], row["gdp"], used.to_dict(), made.to_dict(),
                row.get("generated"), row.get("emitted"),
            )  # fmt: skip
    return states, faults


def _pollutant_decomposition(
    before: DriverState, after: DriverState, emitting: Collection[str] | None
) -> dict[str, float]:
    (generated0, emitted0), (generated1, emitted1) = _pollutant(before), _pollutant(after)
    by_fuel0, by_fuel1 = before.generated_by_fuel, after.generated_by_fuel
    groups: dict[str, Collection[str]] = {fuel: [fuel] for fuel in _fuels(before, after)}
    if by_fuel0 is None or by_fuel1 is None:
        if emitting is None:
            carbon = before.carbon_by_fuel, after.carbon_by_fuel
            emitting = [fuel for fuel in groups if carbon[0][fuel] > 0 or carbon[1][fuel] > 0]
        unknown = sorted(set(emitting) - set(groups))
        _require(not unknown, f"emitting fuels that are not in energy_by_fuel: {unknown}")
        groups = {"emitting": sorted(set(emitting))}
        by_fuel0, by_fuel1 = {"emitting": generated0}, {"emitting": generated1}
    passed = _ratios(*(np.array([x], float) for x in (emitted0, emitted1, generated0, generated1)))
    chains = _chains(before, after, groups, by_fuel0, by_fuel1)
    tables = (np.insert(t, t.shape[1], q, axis=1) for t, q in zip(chains, passed, strict=True))
    return dict(zip(POLLUTANT_DRIVERS, lmdi(*tables).additive.tolist(), strict=True))


def _chains(
    before: DriverState,
    after: DriverState,
    groups: Mapping[str, Collection[str]],
    amounts0: Mapping[str, float],
    amounts1: Mapping[str, float],
) -> list[Array]:
    """Return for each year P, G/P, E/G, share and amount per energy, a row a group of fuels."""
    states = (before, after)
    used = [
        np.array([sum(of.energy_by_fuel[f] for f in group) for group in groups.values()], float)
        for of in states
    ]
    amounts = (np.array([of[name] for name in groups], float) for of in (amounts0, amounts1))
    tables = []
    for state, energy, intensity in zip(states, used, _ratios(*amounts, *used), strict=True):
        total = sum(state.energy_by_fuel.values())
        common = [state.population, state.gdp / state.population, total / state.gdp]
        rows = np.tile(common, (len(groups), 1))
        tables.append(np.column_stack([rows, energy / total, intensity]))
    return tables


def _ratios(top0: Array, top1: Array, base0: Array, base1: Array) -> tuple[Array, Array]:
    """Divide year by year; where a year has no base, take the other year's ratio."""
    stray = ((top0 > 0) & (base0 == 0)) | ((top1 > 0) & (base1 == 0))
    _require(not stray.any(), "pollutant is generated in a year that used none of the fuels")
    ratio0 = np.divide(top0, base0, out=np.zeros_like(base0), where=base0 > 0)
    ratio1 = np.divide(top1, base1, out=np.zeros_like(base1), where=base1 > 0)
    return np.where(base0 > 0, ratio0, ratio1), np.where(base1 > 0, ratio1, ratio0)


def _fuels(before: DriverState, after: DriverState) -> list[str]:
    different = sorted(set(before.energy_by_fuel) ^ set(after.energy_by_fuel))
    _require(not different, f"the two years differ in the fuels {different}; write 0 for none")
    return sorted(before.energy_by_fuel)


def _pollutant(state: DriverState) -> tuple[float, float]:
    if state.pollutant_generated is None or state.pollutant_emitted is None:
        raise ValueError("the pollutant generated and emitted is needed in both years")
    return state.pollutant_generated, state.pollutant_emitted


def _shared_share(shared: float, total0: float, total1: float) -> float | None:
    return shared / (total1 - total0) if total1 < total0 * (1 - 1e-12) else None


@np.errstate(over="ignore")
def _products(factors: Array) -> Array:
    product: Array = factors.prod(axis=1)
    lost = ((product == 0) & (factors > 0).all(axis=1)).any() or not np.isfinite(product).all()
    _require(not lost, "a product of factors is outside the range of floating point; rescale")
    return product


def _non_negative(values: ArrayLike) -> Array:
    numbers = as_floats(values, "factors")
    _require(bool(((numbers >= 0) & (numbers < np.inf)).all()), "need finite numbers, at least 0")
    return numbers


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)
