import math

import pytest

from assessment.methods.decomposition import SHARED_DRIVERS
from assessment.show.blocks import Figure, Table
from tests.chapter.analyses.seen import UNITS, changed, checked, given, opened, sentences_of
from tests.notebook_cells import run_findings

DRIVERS = (*SHARED_DRIVERS, "carbon_factor", "generation_intensity", "end_of_pipe")


def run(chapter, **constants):
    return checked(run_findings("02", chapter.inputs, "drivers", **constants), "drivers")


def effects(finding, period=True):
    main, last = finding.kept["main"], {}
    for row in finding.kept.get("tables", {}).get("table", ()):
        if row["end"] - row["start"] == 1:
            last[row["indicator"]] = row
    return main if period else last


def sum_of(item):
    return sum(item[driver] or 0.0 for driver in DRIVERS)


def test_zhangdian_by_hand():
    chapter = opened("2", "张店区")
    found, pack = run(chapter), given("张店区")
    carbon, so2 = effects(found)["co2_energy"], effects(found)["so2_emis"]
    out = [pack("so2_emis", year) for year in (2020, 2025)]
    people = [pack("population", year) for year in (2020, 2025)]
    output = [pack("gdp_constant", year) for year in (2020, 2025)]
    assert carbon["change"] == pytest.approx(pack("co2_energy", 2025) - pack("co2_energy", 2020))
    # population, the same factor in every row, does not depend on how CO2 is divided by fuel
    # only by way of the weights
    mean = (pack("co2_energy", 2020) + pack("co2_energy", 2025)) / 2
    assert carbon["population"] == pytest.approx(mean * math.log(people[1] / people[0]), rel=0.02)
    assert so2["change"] == out[1] - out[0]
    weight = (out[1] - out[0]) / math.log(out[1] / out[0])
    assert so2["population"] == pytest.approx(weight * math.log(people[1] / people[0]))
    assert so2["affluence"] == pytest.approx(
        weight * math.log((output[1] / people[1]) / (output[0] / people[0]))
    )
    made = [chapter.data.annual("so2_generated").value(year) for year in (2020, 2025)]
    assert so2["end_of_pipe"] == pytest.approx(
        weight * math.log((out[1] / made[1]) / (out[0] / made[0]))
    )
    (figure,) = found.figures
    shared, own = (f"{so2[name]:+.0f}".replace("-", "−") for name in ("shared", "own"))
    assert f"SO₂排放量共同因素 {shared} 吨、自有因素 {own} 吨" in figure.title
    assert "末端治理不减二氧化碳，不算协同" in sentences_of(found)[1].text


def test_everything_closes_and_own_drivers_stay_apart():
    for unit in UNITS[::3]:
        found = run(opened("2", unit))
        for period in (True, False):
            for item in effects(found, period).values():
                assert item["shared"] is not None, (unit, item["reason"])
                assert sum_of(item) == pytest.approx(item["change"], abs=1e-6)
                shared = sum(item[name] for name in SHARED_DRIVERS)
                assert item["shared"] == pytest.approx(shared)
                assert item["own"] == pytest.approx(item["change"] - shared)


def test_the_division_by_fuel_adds_up_to_the_total_whatever_the_factors():
    """The sum of the effects is the change of the given total, not of energy times factors."""
    found = run(
        changed(opened("2", "临淄区"), {"co2_energy": {2020: 5000.0, 2024: 4100.0, 2025: 4000.0}})
    )
    carbon = effects(found)["co2_energy"]
    assert carbon["change"] == -1000.0
    assert sum_of(carbon) == pytest.approx(-1000.0)


def test_default_factors_by_hand():
    # IPCC 2006: 94.6, 73.3 and 56.1 t CO2/TJ; 1 t of standard coal is 29.3076 GJ
    found = run(opened("2", "张店区"))
    assert found.kept["factors"] == pytest.approx(
        {
            "energy_coal": 94.6 * 29.3076 / 1000,
            "energy_oil": 73.3 * 29.3076 / 1000,
            "energy_gas": 56.1 * 29.3076 / 1000,
            "energy_nonfossil": 0.0,
        },
        abs=1e-5,
    )
    table = next(b for b in found.blocks.blocks if isinstance(b, Table))
    assert "煤品能源消费量 2.772（" in table.note


def without_gas(chapter):
    standards = chapter.inputs.standards
    known = dict(standards.rules.emission_factors)
    del known["energy_gas"]
    rules = standards.rules.model_copy(update={"emission_factors": known})
    inputs = chapter.inputs.model_copy(
        update={"standards": standards.model_copy(update={"rules": rules})}
    )
    return type(chapter)(inputs)


def test_without_a_factor_nothing_is_divided():
    found = run(without_gas(opened("2", "张店区")))
    for item in effects(found).values():
        assert item["shared"] is None
        assert item["reason"] == "参数没有给出天然气能源消费量的排放因子"
    assert not any(isinstance(block, Figure | Table) for block in found.blocks.blocks)


def test_a_break_of_any_series_forbids_the_period_but_not_the_last_year():
    found = run(changed(opened("2", "张店区"), {}, breaks=(("energy_coal", 2023),)))
    assert "断点" in effects(found)["co2_energy"]["reason"]
    assert effects(found, period=False)["co2_energy"]["shared"]
    assert found.messages == ()


def test_more_emitted_than_generated_is_a_contradiction_not_a_crash():
    found = run(changed(opened("2", "张店区"), {"so2_generated": {2025: 10.0}}, keep=True))
    assert effects(found)["so2_emis"]["shared"] is None
    assert "2025 年排放量大于产生量，数据矛盾" in sentences_of(found)[1].text
    assert effects(found)["nox_emis"]["shared"]


def test_no_share_where_the_emission_rose():
    found = run(opened("2", "桓台县"))  # CO2 rises in this unit
    assert effects(found)["co2_energy"]["shared_share"] is None
    assert "协同贡献率" not in sentences_of(found)[0].text
    assert "CO₂排放量上升" in sentences_of(found)[0].text


def test_no_share_of_a_fall_within_rounding():
    # two tonnes of SO2 become one
    chapter = changed(opened("2", "文昌湖"), {"so2_emis": {2020: 2.0, 2025: 1.0}}, keep=True)
    found = run(chapter)
    assert effects(found)["so2_emis"]["change"] == -1
    assert effects(found)["so2_emis"]["shared_share"] is None
    # a fuel without consumption
    assert chapter.data.annual("energy_coal").value(2025) == 0
    assert effects(found)["co2_energy"]["shared"] is not None


def test_an_edited_threshold_is_followed_by_sentence_and_table():
    pack = given("临淄区")
    cuts = {n: pack(n, 2020) - pack(n, 2025) for n in ("co2_energy", "so2_emis", "nox_emis")}
    assert all(cut > 10 for cut in cuts.values())
    usual = run(opened("2", "临淄区"))
    assert all(effects(usual)[name]["shared_share"] is not None for name in cuts)
    found = run(opened("2", "临淄区"), LEAST=1_000_000)
    assert not any("协同贡献率 " in s.text for s in sentences_of(found)[:3])
    table = next(b for b in found.blocks.blocks if isinstance(b, Table))
    assert [row.cells[-1].text for row in table.rows[:3]] == ["—", "—", "—"]


def test_an_edited_list_of_pollutants_is_followed_by_the_figure():
    found = run(opened("2", "张店区"), GENERATED={"nox_emis": "nox_generated"})
    assert "SO₂" not in found.figures[0].title
    assert set(effects(found)) == {"co2_energy", "nox_emis"}


@pytest.mark.parametrize("year", [2015, 2018, 2020, 2021])
def test_other_years(year):
    for unit in ("全市", "博山区", "文昌湖"):
        run(opened("2", unit, year))


@pytest.mark.parametrize("unit", ["全市", "张店区"])
def test_published_pack_draws_nothing(unit):
    found = run(opened("2", unit, 2024, "data/published"))
    assert not any(isinstance(block, Figure) for block in found.blocks.blocks)
    assert all(item["shared"] is None for item in effects(found).values())
    assert found.messages == () and found.gaps
