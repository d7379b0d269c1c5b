"""Co-control coordinates and tax-law equivalents."""

import csv
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.methods.cochange import (
    AIR_EQUIVALENT_KG,
    EQUIVALENT_KG,
    WATER_EQUIVALENT_KG,
    CoChange,
    air_equivalents,
    cocontrol,
)
from tests.vectors import vector

amounts = st.floats(0.01, 1e6)
VECTOR_NAMES = {"CODcr": "COD", "total_P": "TP"}
SWAPPED = {
    CoChange.SYNERGY_POLLUTANT_FASTER: CoChange.SYNERGY_CARBON_FASTER,
    CoChange.SYNERGY_CARBON_FASTER: CoChange.SYNERGY_POLLUTANT_FASTER,
    CoChange.ONLY_CARBON_FALLS: CoChange.ONLY_POLLUTANT_FALLS,
    CoChange.ONLY_POLLUTANT_FALLS: CoChange.ONLY_CARBON_FALLS,
}


@pytest.mark.parametrize(
    ("emissions", "x", "y", "quadrant", "elasticity", "reading"),
    [
        ((100, 80, 50, 45), 0.2, 0.1, 1, 2.0, CoChange.SYNERGY_POLLUTANT_FASTER),
        ((100, 95, 50, 40), 0.05, 0.2, 1, 0.25, CoChange.SYNERGY_CARBON_FASTER),
        ((100, 90, 50, 45), 0.1, 0.1, 1, 1.0, CoChange.SYNERGY_EQUAL),
        ((100, 110, 50, 40), -0.1, 0.2, 2, -0.5, CoChange.ONLY_CARBON_FALLS),
        ((100, 120, 50, 55), -0.2, -0.1, 3, 2.0, CoChange.BOTH_RISE),
        ((100, 70, 50, 55), 0.3, -0.1, 4, -3.0, CoChange.ONLY_POLLUTANT_FALLS),
        ((100, 0, 50, 25), 1.0, 0.5, 1, 2.0, CoChange.SYNERGY_POLLUTANT_FASTER),
    ],
)
def test_hand_worked_points(emissions, x, y, quadrant, elasticity, reading):
    point = cocontrol(*emissions)
    assert point.pollutant_reduction == pytest.approx(x)
    assert point.carbon_reduction == pytest.approx(y)
    assert point.quadrant == quadrant
    assert point.elasticity == pytest.approx(elasticity)
    assert point.reading is reading


def test_two_rises_have_the_elasticity_of_synergy_and_are_none():
    falling, rising = cocontrol(100, 80, 50, 45), cocontrol(100, 120, 50, 55)
    assert falling.elasticity == pytest.approx(rising.elasticity)
    assert falling.reading.is_synergy
    assert not rising.reading.is_synergy


@pytest.mark.parametrize(
    ("emissions", "x", "y"),
    [
        ((0, 5, 50, 45), None, 0.1),
        ((0, 0, 50, 45), None, 0.1),
        ((100, 80, 0, 3), 0.2, None),
        ((100, 100, 50, 45), 0.0, 0.1),
        ((100, 80, 50, 50), 0.2, 0.0),
        ((0.1 + 0.2, 0.3, 50, 45), 0.0, 0.1),
    ],
)
def test_zero_base_and_zero_change_are_undefined(emissions, x, y):
    point = cocontrol(*emissions)
    assert point.reading is CoChange.UNDEFINED
    assert point.quadrant is None
    assert point.elasticity is None
    assert point.pollutant_reduction == (None if x is None else pytest.approx(x))
    assert point.carbon_reduction == (None if y is None else pytest.approx(y))


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
@pytest.mark.parametrize("place", range(4))
def test_bad_amounts_are_refused(place, bad):
    emissions = [100.0, 80.0, 50.0, 45.0]
    emissions[place] = bad
    with pytest.raises(ValueError, match=("p0", "p1", "c0", "c1")[place]):
        cocontrol(*emissions)


@settings(max_examples=60, deadline=None)
@given(amounts, amounts, amounts, amounts)
def test_synergy_if_and_only_if_both_fall(p0, p1, c0, c1):
    reading = cocontrol(p0, p1, c0, c1).reading
    clear = abs(p1 - p0) > 1e-9 * p0 and abs(c1 - c0) > 1e-9 * c0
    if clear:
        assert reading.is_synergy == (p1 < p0 and c1 < c0)
        assert (reading is CoChange.BOTH_RISE) == (p1 > p0 and c1 > c0)


@settings(max_examples=60, deadline=None)
@given(amounts, amounts, amounts, amounts)
def test_exchanging_the_emissions_mirrors_the_point(p0, p1, c0, c1):
    point, mirrored = cocontrol(p0, p1, c0, c1), cocontrol(c0, c1, p0, p1)
    assert mirrored.reading is SWAPPED.get(point.reading, point.reading)
    assert mirrored.pollutant_reduction == point.carbon_reduction
    if point.elasticity is not None:
        assert mirrored.elasticity * point.elasticity == pytest.approx(1)


@settings(max_examples=40, deadline=None)
@given(amounts, amounts, amounts, amounts, st.integers(-20, 20))
def test_units_do_not_matter(p0, p1, c0, c1, power):
    assert cocontrol(p0, p1, c0, c1) == cocontrol(p0 * 2.0**power, p1 * 2.0**power, c0, c1)


def test_equivalents_worked_by_hand():
    # 95 t SO2 and 19 t NOx at .95 kg, 21.8 t soot at 2.18 kg, 16.7 t CO at 16.7 kg
    counted = air_equivalents({"SO2": 95, "NOx": 19, "soot": 21.8, "CO": 16.7})
    assert counted.by_pollutant == pytest.approx(
        {"SO2": 100_000, "NOx": 20_000, "soot": 10_000, "CO": 1_000}
    )
    assert counted.total == pytest.approx(131_000)
    assert counted.left_out == ()
    assert counted.assumed == ()


def test_vocs_are_left_out_unless_a_value_is_assumed():
    emissions = {"SO2": 95.0, "VOCs": 9.5, "CO2": 1e6}
    by_law = air_equivalents(emissions)
    assert by_law.total == pytest.approx(100_000)
    assert by_law.left_out == ("VOCs", "CO2")
    assumed = air_equivalents(emissions, voc=0.95)
    assert assumed.total == pytest.approx(110_000)
    assert assumed.left_out == ("CO2",)
    assert assumed.assumed == ("VOCs",)


def test_a_value_that_is_not_the_laws_is_marked():
    assert air_equivalents({"SO2": 1.0}, values={"SO2": 1.9}).assumed == ("SO2",)


def test_water_is_not_counted_among_air():
    assert air_equivalents({"COD": 10.0}).left_out == ("COD",)
    water = air_equivalents({"COD": 10.0, "NH3-N": 0.8}, values=WATER_EQUIVALENT_KG)
    assert water.total == pytest.approx(11_000)


def test_nothing_to_count_is_zero():
    assert air_equivalents({}).total == 0


@pytest.mark.parametrize("bad", [-1.0, math.nan])
def test_bad_emissions_are_refused(bad):
    with pytest.raises(ValueError, match="SO2"):
        air_equivalents({"SO2": bad})


@pytest.mark.parametrize("bad", [0.0, -0.95, math.nan])
def test_bad_equivalent_values_are_refused(bad):
    with pytest.raises(ValueError, match="VOCs"):
        air_equivalents({"SO2": 1.0}, voc=bad)


def test_values_quoted_from_the_law():
    quoted = {"SO2": 0.95, "NOx": 0.95, "CO": 16.7, "general_dust": 4.0, "soot": 2.18}
    assert quoted.items() <= AIR_EQUIVALENT_KG.items()
    quoted = {"COD": 1.0, "NH3-N": 0.8, "TP": 0.25, "SS": 4.0}
    assert quoted.items() <= WATER_EQUIVALENT_KG.items()


def test_whole_table_of_the_law():
    with vector("pollutant_equivalents_EPT_law.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 21
    tables = {"air": AIR_EQUIVALENT_KG, "water": WATER_EQUIVALENT_KG}
    for row in rows:
        name = VECTOR_NAMES.get(row["pollutant"], row["pollutant"])
        assert tables[row["medium"]][name] == float(row["equivalent_value_kg"])
        assert EQUIVALENT_KG[name] == float(row["equivalent_value_kg"])
