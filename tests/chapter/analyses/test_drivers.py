import math

import pytest

from assessment.chapter.analyses.drivers import drivers
from assessment.methods.decomposition import SHARED_DRIVERS
from assessment.show.blocks import Figure
from tests.chapter.analyses.seen import UNITS, changed, check, opened


def items(chapter, span="period"):
    found = chapter.results["drivers"]["spans"][span]["items"]
    return {item["indicator"]: item for item in found}


def test_zhangdian_by_hand():
    chapter = opened("2", "张店区")
    blocks = drivers(chapter)
    check(chapter, blocks)
    found = items(chapter)
    carbon, so2 = found["co2_energy"], found["so2_emis"]
    assert carbon["change"] == pytest.approx(681.51 - 754.0)
    # population, the same factor in every row, does not depend on how CO2 is divided by fuel
    # only by way of the weights; 100.00 to 100.20 of about 717 (the mean of 754.0 and 681.5)
    assert carbon["drivers"]["population"] == pytest.approx(717 * math.log(1.002), rel=0.01)
    assert so2["change"] == 587 - 1735
    weight = (587 - 1735) / math.log(587 / 1735)
    assert so2["drivers"]["population"] == pytest.approx(weight * math.log(100.2 / 100.0))
    assert so2["drivers"]["affluence"] == pytest.approx(
        weight * math.log((1152.27 / 100.2) / (864.64 / 100.0))
    )
    made = [chapter.data.annual("so2_generated").value(year) for year in (2020, 2025)]
    assert so2["end_of_pipe"] == pytest.approx(
        weight * math.log((587 / made[1]) / (1735 / made[0]))
    )
    assert so2["end_of_pipe_is_synergy"] is False
    assert len([b for b in blocks.blocks if isinstance(b, Figure)]) == 3


def test_everything_closes_and_own_drivers_stay_apart():
    for unit in UNITS:
        chapter = opened("2", unit)
        check(chapter, drivers(chapter))
        for span in ("period", "last_year"):
            for item in items(chapter, span).values():
                assert item["drivers"], (unit, item["reason"])
                scale = max(1.0, item["from"])
                assert sum(item["drivers"].values()) == pytest.approx(
                    item["to"] - item["from"], abs=1e-9 * scale
                )
                shared = sum(item["drivers"][name] for name in SHARED_DRIVERS)
                assert item["shared"] == pytest.approx(shared)
                assert "end_of_pipe" not in SHARED_DRIVERS


def test_the_division_by_fuel_adds_up_to_the_total_whatever_the_factors():
    """The sum of the effects is the change of the given total, not of energy times factors."""
    chapter = changed(
        opened("2", "临淄区"), {"co2_energy": {2020: 5000.0, 2024: 4100.0, 2025: 4000.0}}
    )
    check(chapter, drivers(chapter))
    assert items(chapter)["co2_energy"]["change"] == -1000.0
    assert sum(items(chapter)["co2_energy"]["drivers"].values()) == pytest.approx(-1000.0)


def test_default_factors_by_hand():
    # IPCC 2006: 94.6, 73.3 and 56.1 t CO2/TJ; 1 t of standard coal is 29.3076 GJ
    chapter = opened("2", "张店区")
    drivers(chapter)
    factors = chapter.results["drivers"]["factors"]
    assert factors == pytest.approx(
        {
            "energy_coal": 94.6 * 29.3076 / 1000,
            "energy_oil": 73.3 * 29.3076 / 1000,
            "energy_gas": 56.1 * 29.3076 / 1000,
            "energy_nonfossil": 0.0,
        },
        abs=1e-5,
    )


def test_without_a_factor_nothing_is_divided():
    chapter = opened("2", "张店区")
    standards = chapter.inputs.standards
    known = dict(standards.rules.emission_factors)
    del known["energy_gas"]
    rules = standards.rules.model_copy(update={"emission_factors": known})
    inputs = chapter.inputs.model_copy(
        update={"standards": standards.model_copy(update={"rules": rules})}
    )
    poorer = type(chapter)(inputs)
    check(poorer, drivers(poorer))
    for item in items(poorer).values():
        assert item["drivers"] == {}
        assert "排放因子" in item["reason"]


def test_a_break_of_any_series_forbids_the_period_but_not_the_last_year():
    chapter = changed(opened("2", "张店区"), {}, breaks=(("energy_coal", 2023),))
    check(chapter, drivers(chapter))
    assert "断点" in items(chapter)["co2_energy"]["reason"]
    assert items(chapter, "last_year")["co2_energy"]["drivers"]


def test_more_emitted_than_generated_is_a_contradiction_not_a_crash():
    chapter = changed(opened("2", "张店区"), {"so2_generated": {2025: 10.0}}, keep=True)
    check(chapter, drivers(chapter))
    assert "矛盾" in items(chapter)["so2_emis"]["reason"]
    assert items(chapter)["nox_emis"]["drivers"]


def test_no_share_where_the_emission_rose():
    chapter = opened("2", "桓台县")  # CO2 rises in this unit
    sentences = check(chapter, drivers(chapter))
    assert items(chapter)["co2_energy"]["shared_share"] is None
    assert "协同贡献率" not in sentences[0].text


def test_no_share_of_a_fall_within_rounding():
    chapter = opened("2", "文昌湖")  # two tonnes of SO2 become one
    check(chapter, drivers(chapter))
    assert items(chapter)["so2_emis"]["change"] == -1
    assert items(chapter)["so2_emis"]["shared_share"] is None


def test_a_fuel_without_consumption():
    chapter = opened("2", "文昌湖")
    check(chapter, drivers(chapter))
    assert chapter.data.annual("energy_coal").value(2025) == 0
    assert items(chapter)["co2_energy"]["drivers"]


@pytest.mark.parametrize("year", [2015, 2018, 2020, 2021])
def test_other_years(year):
    for unit in ("全市", "博山区", "文昌湖"):
        chapter = opened("2", unit, year)
        check(chapter, drivers(chapter))


@pytest.mark.parametrize("unit", ["全市", "张店区"])
def test_published_pack_draws_nothing(unit):
    chapter = opened("2", unit, 2024, "data/published")
    blocks = drivers(chapter)
    check(chapter, blocks)
    assert not any(isinstance(block, Figure) for block in blocks.blocks)
    assert all(not item["drivers"] for item in items(chapter).values())
    assert chapter.told == []
