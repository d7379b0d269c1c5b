"""LMDI-I and the joint decomposition of CO2 and a pollutant."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from assessment.methods.decomposition import (
    SHARED_DRIVERS,
    DriverFault,
    DriverState,
    carbon_by_fuel,
    carbon_decomposition,
    driver_states,
    joint_decomposition,
    lmdi,
    log_mean,
)
from tests.vectors import vector

positive = st.floats(1e-3, 1e3)
with_zeros = st.one_of(st.just(0.0), positive)
FUELS = ("coal", "gas", "wind")


# --- logarithmic mean ---


def test_log_mean_worked_by_hand():
    assert log_mean(math.e, 1) == pytest.approx(math.e - 1)
    assert log_mean(8, 2) == pytest.approx(6 / math.log(4))
    assert log_mean([5, 0, 3, 0], [5, 3, 0, 0]).tolist() == [5, 0, 0, 0]


def test_log_mean_is_exact_for_close_numbers():
    # L = m (1 - r^2/3 + ...), r = half the relative difference
    assert log_mean(1 + 1e-9, 1) == pytest.approx(1 + 5e-10, rel=1e-15)
    assert log_mean(np.nextafter(7.0, 8.0), 7.0) == pytest.approx(7.0, rel=1e-15)


@settings(max_examples=80, deadline=None)
@given(st.floats(1e-300, 1e300), st.floats(1e-300, 1e300))
def test_log_mean_is_symmetric_and_between_the_other_means(a, b):
    mean = float(log_mean(a, b))
    assert mean == float(log_mean(b, a))
    assert min(a, b) <= mean <= max(a, b)
    geometric = math.exp((math.log(a) + math.log(b)) / 2)
    assert geometric * (1 - 1e-12) <= mean <= (a / 2 + b / 2) * (1 + 1e-12)


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
def test_log_mean_refuses(bad):
    with pytest.raises(ValueError, match="at least 0"):
        log_mean(1.0, bad)


# --- LMDI ---


# Heun & Brockway 2019: two categories by three factors
HEUN = {
    1971: [[1, 10, 2], [4, 5, 3]],
    1972: [[4, 5, 3], [5, 6, 4]],
    1973: [[8, 2, 4], [5, 7, 5]],
}


@pytest.mark.parametrize(
    ("year", "additive", "multiplicative", "change", "ratio"),
    [
        (
            1971,
            (69.79006598, -9.455125793, 39.66505981),
            (1.761117821, 0.926191306, 1.379410116),
            100,
            2.25,
        ),
        (
            1972,
            (42.96021467, -34.31902656, 50.3588119),
            (1.229284572, 0.847970248, 1.273773912),
            59,
            1.327777778,
        ),
    ],
)
def test_published_simple_case(year, additive, multiplicative, change, ratio):
    result = lmdi(HEUN[year], HEUN[year + 1])
    assert result.additive == pytest.approx(additive, abs=1e-7)
    assert result.multiplicative == pytest.approx(multiplicative, abs=1e-8)
    assert (result.total_change, result.total_ratio) == pytest.approx((change, ratio))


def test_all_of_the_published_simple_case():
    table = pd.read_csv(vector("lmdi_heun_simple_input.csv")).set_index("year")
    expected = pd.read_csv(vector("lmdi_heun_simple_expected.csv")).set_index(["step", "kind"])
    for year in (1971, 1972, 1973):
        result = lmdi(*(table.loc[y, ["x1", "x2", "x3"]].to_numpy() for y in (year, year + 1)))
        step = f"{year}->{year + 1}"
        additive = [*result.additive, result.total_change]
        np.testing.assert_allclose(additive, expected.loc[(step, "dV")], rtol=0, atol=1e-7)
        ratios = [*result.multiplicative, result.total_ratio]
        np.testing.assert_allclose(ratios, expected.loc[(step, "D")], rtol=0, atol=1e-8)


def test_closes_on_one_sector_that_gives_up_a_fuel():
    # Wu et al. 2019, sector b2, 2003 and 2004: the third fuel falls to zero
    energy = (206129.123, 10097.703, 2857.2, 90976.662), (214836.44, 8154.903, 0.0, 115129.693)
    carbon = (570771.569, 31627.255, 6130.226, 184547.154), (594882.131, 25542.165, 0.0, 233541.842)
    fuels = ("fuel1", "fuel2", "fuel3", "fuel4")
    years = [
        DriverState(area, area, dict(zip(fuels, e, strict=True)), dict(zip(fuels, c, strict=True)))
        for area, e, c in zip((349.9, 359.81), energy, carbon, strict=True)
    ]
    effects = carbon_decomposition(*years)
    # 853966.138 - 793076.204
    assert sum(effects.values()) == pytest.approx(60889.934, rel=1e-9)
    assert effects["affluence"] == 0


def test_closes_on_the_buildings_with_zero_cells():
    # Wu et al. 2019, 3 sectors by 4 fuels: area, energy per area, sector, fuel, CO2 per energy.
    # The true yearly sums; the package that published the data printed 38808715 for 2003-2004.
    sums = [148354647, 44011541, 38796882, 42380860]
    carbon, energy = (
        pd.read_csv(vector(f"lmdi_eda_{name}_input.csv")) for name in ("carbon", "energy")
    )
    area = pd.read_csv(vector("lmdi_eda_area_input.csv")).set_index("year")["area"]
    for year, published in zip(range(2001, 2005), sums, strict=True):
        tables = [
            _building_factors(area, energy, carbon, start, other)
            for start, other in ((year, year + 1), (year + 1, year))
        ]
        result = lmdi(*tables)
        c0, c1 = (
            carbon[carbon["year"] == y].filter(like="fuel").sum().sum() for y in (year, year + 1)
        )
        assert result.additive.sum() == pytest.approx(c1 - c0, rel=1e-9)
        assert result.additive.sum() == pytest.approx(published, abs=1)
        assert result.multiplicative.prod() == pytest.approx(c1 / c0, rel=1e-9)


def test_zero_goes_to_the_factor_that_reached_it():
    # category a vanishes through its second factor; b does not move
    result = lmdi([[2, 3, 4], [1, 1, 1]], [[5, 0, 7], [1, 1, 1]])
    assert result.by_category.tolist() == [[0, -24, 0], [0, 0, 0]]
    assert result.total_change == -24
    assert result.multiplicative == pytest.approx([1, 1 / 25, 1])


def test_zero_in_two_factors_is_shared_and_zero_at_both_times_is_nothing():
    result = lmdi([[0, 0, 4], [0, 2, 2]], [[2, 3, 4], [2, 0, 2]])
    assert result.by_category.tolist() == [[12, 12, 0], [0, 0, 0]]


@settings(max_examples=30, deadline=None)
@given(hnp.arrays(float, (2, 3), elements=positive), hnp.arrays(float, (2, 3), elements=positive))
def test_zero_limit_is_the_limit_of_small_numbers(x0, x1):
    x0[0, 1] = 0.0
    exact = lmdi(x0, x1)
    # the error of a small number falls with its logarithm only
    errors = []
    for small in (1e-60, 1e-120, 1e-240):
        x0[0, 1] = small
        errors.append(np.abs(lmdi(x0, x1).additive - exact.additive).max())
    round_off = 1e-9 * np.abs(exact.by_category).max()
    assert errors[1] <= 0.6 * errors[0] + round_off
    assert errors[2] <= 0.6 * errors[1] + round_off


@settings(max_examples=100, deadline=None)
@given(
    hnp.arrays(float, (3, 4), elements=with_zeros), hnp.arrays(float, (3, 4), elements=with_zeros)
)
def test_closure(x0, x1):
    result = lmdi(x0, x1)
    v0, v1 = x0.prod(axis=1).sum(), x1.prod(axis=1).sum()
    assert result.additive.sum() == pytest.approx(v1 - v0, abs=1e-9 * max(v0, v1))
    assert result.by_category.sum(axis=0) == pytest.approx(result.additive, rel=1e-12)
    if v0 > 0 and v1 > 0:
        assert result.multiplicative.prod() == pytest.approx(v1 / v0, rel=1e-9)
    else:
        assert result.multiplicative is None
        assert result.total_ratio is None


@settings(max_examples=40, deadline=None)
@given(
    hnp.arrays(float, (3, 4), elements=with_zeros), hnp.arrays(float, (3, 4), elements=with_zeros)
)
def test_time_reversal(x0, x1):
    forward, backward = lmdi(x0, x1), lmdi(x1, x0)
    np.testing.assert_allclose(forward.by_category, -backward.by_category, rtol=1e-12)


@settings(max_examples=30, deadline=None)
@given(hnp.arrays(float, (3, 2), elements=positive), st.floats(0.1, 10))
def test_a_factor_that_does_not_move_has_no_effect(x0, growth):
    x1 = x0 * [growth, 1.0]
    result = lmdi(x0, x1)
    assert result.additive[1] == 0
    assert result.multiplicative[0] == pytest.approx(growth)


@pytest.mark.parametrize(
    ("x0", "x1", "message"),
    [
        ([[1, 2]], [[1, 2, 3]], "shape"),
        ([1, 2], [1, 2], "shape"),
        ([[1, -2]], [[1, 2]], "at least 0"),
        ([[1, 2]], [[1, math.nan]], "at least 0"),
        ([[1e-200, 1e-200]], [[1, 1]], "rescale"),
        ([[1e200, 1e200]], [[1, 1]], "rescale"),
    ],
)
def test_lmdi_refuses(x0, x1, message):
    with pytest.raises(ValueError, match=message):
        lmdi(x0, x1)


# --- joint decomposition ---


def state(**changes):
    base = {
        "population": 10.0,
        "gdp": 100.0,
        "energy_by_fuel": {"coal": 50.0, "wind": 50.0},
        "carbon_by_fuel": {"coal": 150.0, "wind": 0.0},
        "pollutant_generated": 40.0,
        "pollutant_emitted": 20.0,
    }
    return DriverState(**(base | changes))


def test_energy_saving_is_all_shared():
    after = state(
        energy_by_fuel={"coal": 40.0, "wind": 40.0},
        carbon_by_fuel={"coal": 120.0, "wind": 0.0},
        pollutant_generated=32.0,
        pollutant_emitted=16.0,
    )
    result = joint_decomposition(state(), after)
    assert result.carbon["energy_intensity"] == pytest.approx(-30)
    assert result.pollutant["energy_intensity"] == pytest.approx(-4)
    assert result.shared_share_carbon == pytest.approx(1)
    assert result.shared_share_pollutant == pytest.approx(1)
    assert result.end_of_pipe == 0


def test_end_of_pipe_is_not_synergy():
    result = joint_decomposition(state(), state(pollutant_emitted=10.0))
    assert result.end_of_pipe == pytest.approx(-10)
    assert result.end_of_pipe_is_synergy is False
    assert result.shared_share_pollutant == pytest.approx(0)
    assert result.shared_share_carbon is None
    with pytest.raises(TypeError):
        type(result)(**dataclasses.asdict(result))


def test_end_of_pipe_that_takes_energy_raises_carbon_through_the_shared_driver():
    # filters take 5 % more coal: the pollutant falls, CO2 rises
    after = state(
        energy_by_fuel={"coal": 52.5, "wind": 50.0},
        carbon_by_fuel={"coal": 157.5, "wind": 0.0},
        pollutant_generated=42.0,
        pollutant_emitted=10.0,
    )
    result = joint_decomposition(state(), after)
    assert result.pollutant_change < 0 < result.carbon_change
    assert result.shared_share_carbon is None
    assert result.shared_share_pollutant < 0
    assert result.end_of_pipe < result.pollutant_change


def test_coal_to_wind_is_structure_for_both():
    after = state(
        energy_by_fuel={"coal": 25.0, "wind": 75.0},
        carbon_by_fuel={"coal": 75.0, "wind": 0.0},
        pollutant_generated=20.0,
        pollutant_emitted=10.0,
    )
    result = joint_decomposition(state(), after)
    assert result.carbon["energy_structure"] == pytest.approx(-75)
    assert result.pollutant["energy_structure"] == pytest.approx(-10)
    assert result.shared_share_carbon == pytest.approx(1)
    assert result.shared_share_pollutant == pytest.approx(1)


def test_coal_to_gas_needs_the_division_by_fuel():
    # gas carries half the CO2 of coal and generates no pollutant
    before = {
        "energy_by_fuel": {"coal": 80.0, "gas": 20.0},
        "carbon_by_fuel": {"coal": 160.0, "gas": 20.0},
    }
    after = {
        "energy_by_fuel": {"coal": 20.0, "gas": 80.0},
        "carbon_by_fuel": {"coal": 40.0, "gas": 80.0},
        "pollutant_generated": 10.0,
        "pollutant_emitted": 5.0,
    }
    blind = joint_decomposition(state(**before), state(**after))
    assert blind.pollutant["energy_structure"] == 0
    assert blind.pollutant["generation_intensity"] == pytest.approx(-15)
    assert blind.shared_share_pollutant == pytest.approx(0)
    seeing = joint_decomposition(
        state(**before, generated_by_fuel={"coal": 40.0, "gas": 0.0}),
        state(**after, generated_by_fuel={"coal": 10.0, "gas": 0.0}),
    )
    assert seeing.pollutant["energy_structure"] == pytest.approx(-15)
    assert seeing.shared_share_pollutant == pytest.approx(1)
    named = joint_decomposition(state(**before), state(**after), emitting_fuels=["coal"])
    assert named.pollutant == pytest.approx(seeing.pollutant)
    assert seeing.carbon == blind.carbon == named.carbon


def test_growth_counts_against_the_shared_part():
    # output grows by half at constant structure and intensity, abatement doubles
    after = state(
        gdp=150.0,
        energy_by_fuel={"coal": 75.0, "wind": 75.0},
        carbon_by_fuel={"coal": 225.0, "wind": 0.0},
        pollutant_generated=60.0,
        pollutant_emitted=15.0,
    )
    result = joint_decomposition(state(), after)
    assert result.carbon["affluence"] == pytest.approx(75)
    assert result.pollutant_change == -5
    # L(15, 20) = 5 / ln(4/3) = 17.3803; ln 1.5 = .405465; ln .5 = -.693147
    assert result.pollutant["affluence"] == pytest.approx(7.04710, abs=1e-4)
    assert result.end_of_pipe == pytest.approx(-12.04710, abs=1e-4)
    assert result.shared_share_pollutant == pytest.approx(-1.40942, abs=1e-4)


def test_a_fuel_that_comes_is_all_structure():
    before = {
        "energy_by_fuel": {"coal": 100.0, "gas": 0.0},
        "carbon_by_fuel": {"coal": 300.0, "gas": 0.0},
    }
    after = {
        "energy_by_fuel": {"coal": 50.0, "gas": 50.0},
        "carbon_by_fuel": {"coal": 150.0, "gas": 75.0},
    }
    effects = carbon_decomposition(state(**before), state(**after))
    assert effects["energy_structure"] == pytest.approx(-75)
    assert effects["carbon_factor"] == pytest.approx(0)


def test_pollution_that_ends_with_its_fuel_is_shared():
    after = state(
        energy_by_fuel={"coal": 0.0, "wind": 100.0},
        carbon_by_fuel={"coal": 0.0, "wind": 0.0},
        pollutant_generated=0.0,
        pollutant_emitted=0.0,
    )
    result = joint_decomposition(state(), after)
    assert result.carbon["energy_structure"] == pytest.approx(-150)
    assert result.pollutant["energy_structure"] == pytest.approx(-20)
    assert result.end_of_pipe == 0


def test_nothing_changed_has_no_share():
    result = joint_decomposition(state(), state())
    assert (result.shared_share_carbon, result.shared_share_pollutant) == (None, None)
    assert set(result.pollutant.values()) == {0.0}


@st.composite
def states(draw, by_fuel):
    energy = draw(st.fixed_dictionaries({"coal": positive, "gas": with_zeros, "wind": with_zeros}))
    generated = {fuel: draw(with_zeros) if energy[fuel] else 0.0 for fuel in FUELS}
    total = sum(generated.values())
    return DriverState(
        population=draw(positive),
        gdp=draw(positive),
        energy_by_fuel=energy,
        carbon_by_fuel={
            "coal": draw(positive),
            "gas": draw(with_zeros) if energy["gas"] else 0.0,
            "wind": 0.0,
        },
        pollutant_generated=total,
        pollutant_emitted=total * draw(st.sampled_from([0.0, 0.05, 0.5, 1.0])),
        generated_by_fuel=generated if by_fuel else None,
    )


@settings(max_examples=80, deadline=None)
@given(st.booleans().flatmap(lambda by_fuel: st.tuples(states(by_fuel), states(by_fuel))))
def test_joint_decomposition_closes(pair):
    before, after = pair
    result = joint_decomposition(before, after)
    c0, c1 = (sum(s.carbon_by_fuel.values()) for s in pair)
    q0, q1 = before.pollutant_emitted, after.pollutant_emitted
    assert sum(result.carbon.values()) == pytest.approx(c1 - c0, abs=1e-9 * max(c0, c1))
    assert sum(result.pollutant.values()) == pytest.approx(q1 - q0, abs=1e-9 * max(q0, q1))
    assert result.carbon_change == c1 - c0
    assert result.pollutant_change == q1 - q0
    for share, total0, total1 in (
        (result.shared_share_carbon, c0, c1),
        (result.shared_share_pollutant, q0, q1),
    ):
        assert (share is None) == (total1 >= total0 * (1 - 1e-12))
    shared = sum(result.pollutant[driver] for driver in SHARED_DRIVERS)
    own = result.pollutant["generation_intensity"] + result.end_of_pipe
    assert shared + own == pytest.approx(q1 - q0, abs=1e-9 * max(q0, q1))


@settings(max_examples=40, deadline=None)
@given(states(by_fuel=True), st.floats(0.1, 10))
def test_population_alone_moves_both_alike(before, growth):
    scale = {
        name: {fuel: growth * amount for fuel, amount in getattr(before, name).items()}
        for name in ("energy_by_fuel", "carbon_by_fuel", "generated_by_fuel")
    }
    after = dataclasses.replace(
        before,
        population=growth * before.population,
        gdp=growth * before.gdp,
        pollutant_generated=growth * before.pollutant_generated,
        pollutant_emitted=growth * before.pollutant_emitted,
        **scale,
    )
    result = joint_decomposition(before, after)
    assert result.carbon["population"] == pytest.approx(result.carbon_change, rel=1e-6, abs=1e-9)
    assert result.pollutant["population"] == pytest.approx(
        result.pollutant_change, rel=1e-6, abs=1e-9
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"population": 0.0}, "population must be positive"),
        ({"gdp": math.nan}, "gdp must be positive"),
        ({"energy_by_fuel": {"coal": 0.0, "wind": 0.0}}, "energy must be positive"),
        ({"energy_by_fuel": {"coal": 60.0, "wind": -1.0}}, "wind must be at least 0"),
        ({"carbon_by_fuel": {"coal": 150.0}}, "write 0 for none"),
        ({"carbon_by_fuel": {"coal": math.nan, "wind": 0.0}}, "coal must be at least 0"),
        ({"energy_by_fuel": {"coal": 0.0, "wind": 50.0}}, "no energy of it was used"),
        ({"pollutant_emitted": 41.0}, "emitted <= generated"),
        ({"pollutant_emitted": -1.0}, "emitted <= generated"),
        ({"pollutant_emitted": math.nan}, "emitted <= generated"),
        ({"pollutant_emitted": None}, "go together"),
        ({"generated_by_fuel": {"coal": 30.0, "wind": 0.0}}, "adds up to 30"),
    ],
)
def test_states_that_cannot_be_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        state(**changes)


def test_joint_decomposition_refuses():
    with pytest.raises(ValueError, match="differ in the fuels"):
        joint_decomposition(
            state(), state(energy_by_fuel={"coal": 50.0}, carbon_by_fuel={"coal": 150.0})
        )
    bare = state(pollutant_generated=None, pollutant_emitted=None)
    with pytest.raises(ValueError, match="both years"):
        joint_decomposition(state(), bare)
    assert carbon_decomposition(state(), bare)["population"] == 0
    with pytest.raises(ValueError, match="oil"):
        joint_decomposition(state(), state(), emitting_fuels=["oil"])
    windy = state(
        energy_by_fuel={"coal": 0.0, "wind": 100.0}, carbon_by_fuel={"coal": 0.0, "wind": 0.0}
    )
    with pytest.raises(ValueError, match="used none of the fuels"):
        joint_decomposition(state(), windy)


ENERGY = pd.DataFrame({"coal": [60.0, 0.0, 10.0], "gas": [40.0, 20.0, None]}, [2020, 2021, 2022])


def test_total_carbon_is_divided_by_energy_times_factor():
    carbon = pd.Series({2020: 100.0, 2021: 30.0, 2022: 50.0})
    found = carbon_by_fuel(ENERGY, carbon, {"coal": 3.0, "gas": 1.5})
    # 180 and 60 of 240
    assert found.loc[2020].to_dict() == {"coal": 75.0, "gas": 25.0}
    assert found.loc[2021].to_dict() == {"coal": 0.0, "gas": 30.0}
    assert found.loc[2022].isna().all()  # gas is not known
    # nothing with carbon was used: no division
    assert carbon_by_fuel(ENERGY, carbon, {"coal": 3.0, "gas": 0.0}).loc[2021].isna().all()


def test_years_have_a_state_a_fault_or_neither():
    carbon = carbon_by_fuel(ENERGY, pd.Series({2020: 100.0, 2021: 30.0}), {"coal": 3.0, "gas": 1.5})
    people, output = pd.Series({2020: 8.0, 2021: 9.0}), pd.Series({2020: 5.0, 2021: 0.0})
    states, faults = driver_states(people, output, ENERGY, carbon)
    assert faults == {2021: DriverFault.NOT_POSITIVE}
    assert states == {
        2020: DriverState(8.0, 5.0, {"coal": 60.0, "gas": 40.0}, {"coal": 75.0, "gas": 25.0})
    }
    made, out = pd.Series({2020: 5.0, 2021: 9.0}), pd.Series({2020: 6.0, 2021: 3.0})
    states, faults = driver_states(people, people, ENERGY, carbon, made, out)
    assert faults == {2020: DriverFault.MORE_EMITTED_THAN_GENERATED}
    assert (states[2021].pollutant_generated, states[2021].pollutant_emitted) == (9.0, 3.0)


def _building_factors(area, energy, carbon, year, other):
    """Five factors of each sector and fuel; a cell without energy takes the other year's CO2."""
    cells = {}
    for name, table in (("energy", energy), ("carbon", carbon)):
        for y in (year, other):
            rows = table[table["year"] == y].sort_values("buildingsector")
            cells[name, y] = rows.filter(like="fuel").to_numpy()
    used = cells["energy", year]
    factor = cells["carbon", year] / np.where(used > 0, used, 1)
    spare = cells["carbon", other] / np.where(cells["energy", other] > 0, cells["energy", other], 1)
    sector = used.sum(axis=1, keepdims=True)
    parts = [
        np.full_like(used, area[year]),
        np.full_like(used, used.sum() / area[year]),
        np.broadcast_to(sector / used.sum(), used.shape),
        used / sector,
        np.where(used > 0, factor, spare),
    ]
    return np.stack([part.ravel() for part in parts], axis=1)
