"""Amounts counted in whole units decompose like the same amounts written with a point."""

import pytest

from assessment.methods.decomposition import (
    DriverState,
    carbon_decomposition,
    joint_decomposition,
)

BEFORE = (100, 800, {"coal": 300, "wind": 0}, {"coal": 800, "wind": 0}, 50, 20)
AFTER = (101, 1000, {"coal": 280, "wind": 60}, {"coal": 740, "wind": 0}, 45, 9)


def state(figures, kind):  # type: ignore[no-untyped-def]
    population, output, energy, carbon, made, out = figures
    return DriverState(
        kind(population),
        kind(output),
        {fuel: kind(x) for fuel, x in energy.items()},
        {fuel: kind(x) for fuel, x in carbon.items()},
        kind(made),
        kind(out),
    )


def test_integers_are_amounts_too() -> None:
    whole = [state(figures, int) for figures in (BEFORE, AFTER)]
    point = [state(figures, float) for figures in (BEFORE, AFTER)]
    assert carbon_decomposition(*whole) == pytest.approx(carbon_decomposition(*point), abs=1e-12)
    one, two = joint_decomposition(*whole), joint_decomposition(*point)
    assert dict(one.pollutant) == pytest.approx(dict(two.pollutant), abs=1e-12)
    assert sum(one.carbon.values()) == pytest.approx(-60, abs=1e-9)
    assert sum(one.pollutant.values()) == pytest.approx(-11, abs=1e-9)


def test_a_ratio_of_integers_is_not_cut_to_an_integer() -> None:
    """2.67 t CO2 per t of coal is not 2: with the cut factor nothing would add up."""
    effects = carbon_decomposition(state(BEFORE, int), state(AFTER, int))
    # L(740, 800) ln((740 / 280) / (800 / 300)) = 769.6 * -0.00897
    assert effects["carbon_factor"] == pytest.approx(-6.90, abs=0.01)
