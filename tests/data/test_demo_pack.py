"""The demonstration pack: regenerated to the byte, whole, consistent, and with its defects."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from assessment.data.pack import Pack, load_pack
from assessment.params.folder import load_params
from assessment.params.model import Params

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "data" / "demo"


@pytest.fixture(scope="module")
def params() -> Params:
    return load_params(ROOT / "params")


@pytest.fixture(scope="module")
def pack(params: Params) -> Pack:
    return load_pack(DEMO, params)


@pytest.fixture(scope="module")
def annual(pack: Pack) -> pd.Series:
    """Annual values by indicator, region and year."""
    rows = pack.observations.query("month == 0 and state == 'value'")
    return rows.set_index(["indicator", "region", "year"])["value"].sort_index()


def years_of(annual: pd.Series, indicator: str, region: str = "zibo") -> pd.Series:
    return pd.Series(annual.loc[indicator, region], dtype=float)


def by_region(annual: pd.Series, indicator: str) -> pd.DataFrame:
    rows = pd.DataFrame(annual.loc[indicator].rename("value").reset_index())
    return rows.pivot_table(index="year", columns="region", values="value")


def state(pack: Pack, region: str, indicator: str, year: int, month: int = 0) -> str:
    rows = pack.observations
    found = rows[
        (rows.region == region) & (rows.indicator == indicator)
        & (rows.year == year) & (rows.month == month)
    ]  # fmt: skip
    assert len(found) == 1
    if found.state.iloc[0] != "value":
        assert found.note.iloc[0]
    return str(found.state.iloc[0])


def test_regenerated_to_the_byte(tmp_path: Path) -> None:
    script = [sys.executable, str(ROOT / "data" / "make_demo.py"), str(tmp_path)]
    subprocess.run(script, check=True, timeout=60)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in DEMO.iterdir()}
    assert made.keys() == kept.keys()
    assert [name for name in made if made[name] != kept[name]] == []
    assert sum(map(len, kept.values())) < 6_000_000
    assert not any(b"\r" in content for content in kept.values())


def test_loads_without_a_notice(pack: Pack) -> None:
    assert pack.notices == ()
    assert pack.meta.kind == "demo"
    assert "虚构" in pack.meta.title


def test_every_indicator_is_there_itself_or_in_its_parts(pack: Pack, params: Params) -> None:
    given = set(pack.observations.indicator)
    derived = {i.id for i in params.catalogue.indicators if i.derive is not None}
    # The degree of synergy is what the tool computes; nobody reports it.
    assert {i.id for i in params.catalogue.indicators} - derived - given == {"synergy_degree"}
    assert not derived & given
    ends = pack.observations.query("state == 'value'").groupby("indicator").year.max()
    assert (ends == 2025).all()


def test_units_and_years(pack: Pack, params: Params) -> None:
    assert set(pack.observations.region) == {region.id for region in params.regions.regions}
    assert set(pack.observations.year) == set(range(2015, 2026))
    monthly = pack.observations.query("month > 0")
    assert monthly.groupby(["region", "indicator"]).size().eq(132).all()
    assert monthly.indicator.nunique() == 8


def test_the_city_is_the_sum_less_what_is_reported_twice(annual: pd.Series) -> None:
    """Zones report part of their figures a second time through their hosts."""
    twice = {"gaoxin": 0.3, "jingkai": 0.2, "wenchanghu": 0.5}
    for indicator, slack in (("gdp_constant", 0.02), ("energy_coal", 0.02), ("so2_emis", 2.0)):
        table = by_region(annual, indicator)
        units = table.drop(columns="zibo")
        expected = units.sum(axis=1) - sum(units[zone] * part for zone, part in twice.items())
        assert np.allclose(table["zibo"], expected, atol=slack), indicator
        assert (units.sum(axis=1) > table["zibo"]).all()
    ports = by_region(annual, "integrated_energy_ports")
    assert (ports.drop(columns="zibo").sum(axis=1) == ports["zibo"]).all()


def test_sectors_and_fuels_add_up(annual: pd.Series, params: Params) -> None:
    checked = [i for i in params.catalogue.indicators if i.parts]
    assert {i.id for i in checked} == {
        "co2_energy", "nox_emis", "pm_emis", "energy_total", "gdp_current",
    }  # fmt: skip
    for indicator in checked:
        total = sum(annual.loc[part] for part in indicator.parts)
        assert np.allclose(total, annual.loc[indicator.id], atol=1e-6), indicator.id


def test_annual_air_agrees_with_the_months(pack: Pack, annual: pd.Series) -> None:
    monthly = pack.observations.query("month > 0 and state == 'value'")
    means = monthly.groupby(["indicator", "region", "year"])["value"]
    for indicator in ("pm25", "pm10", "so2_conc", "no2_conc"):
        whole = means.mean().loc[indicator][means.count().loc[indicator] == 12]
        assert np.allclose(whole, annual.loc[indicator].reindex(whole.index), atol=0.051)
    days = means.sum().loc["good_days"]
    reported = annual.loc["good_days"]
    assert (days.reindex(reported.index) == reported).all()
    assert reported.max() <= 366
    # HJ 663: the index is the sum of each pollutant over its grade II limit, by hand for one row.
    parts = {"pm25": 35, "pm10": 70, "so2_conc": 60, "no2_conc": 40, "co_conc": 4, "o3_8h_90": 160}
    by_hand = sum(annual.loc[p, "zibo", 2025] / limit for p, limit in parts.items())
    assert annual.loc["air_composite_index", "zibo", 2025] == pytest.approx(by_hand, abs=0.005)


def test_levels_are_those_of_such_a_city(annual: pd.Series) -> None:
    for indicator, low, high in (
        ("gdp_constant", 3100, 5000), ("population", 455, 475), ("energy_total", 3900, 4500),
        ("co2_energy", 8900, 10000), ("pm25", 40, 80),
    ):  # fmt: skip
        assert years_of(annual, indicator).between(low, high).all(), indicator


def test_targets_end_in_every_way(annual: pd.Series) -> None:
    names = annual.loc[:, "zibo", 2025].index
    value = {str(name): float(annual.loc[name, "zibo", 2025]) for name in names}
    assert value["new_energy_installed_capacity"] >= 500
    assert value["new_green_factories"] >= 50
    share = value["energy_nonfossil"] / value["energy_total"] * 100
    assert 9.5 <= share < 10  # narrowly not
    assert 57 <= value["new_bulk_solid_waste_utilisation"] < 60
    assert value["multimodal_freight_volume"] < 0.9 * 1850  # clearly not
    assert value["roof_pv_new_factory"] < 0.7 * 50  # far behind
    falling = years_of(annual, "building_renewable_substitution")
    assert falling[2025] < falling[2024]
    back = years_of(annual, "roof_pv_new_factory", "jingkai")
    assert back[2025] < back[2020]


def test_pollution_and_carbon_part_ways(annual: pd.Series) -> None:
    def change(indicator: str, region: str, start: int) -> float:
        course = years_of(annual, indicator, region)
        return float(course[2025] - course[start])

    assert change("co2_energy", "linzi", 2020) < 0
    assert change("nox_emis", "linzi", 2020) < 0
    assert change("co2_energy", "huantai", 2020) > 0  # end-of-pipe and more energy
    assert change("nox_emis", "huantai", 2020) < 0
    for indicator in ("co2_energy", "nox_emis", "so2_emis", "pm_emis"):
        assert change(indicator, "jingkai", 2024) > 0


def test_defects_of_observations(pack: Pack, annual: pd.Series) -> None:
    for year in (2017, 2018):
        assert state(pack, "boshan", "voc_emis", year) == "not_reported"
    assert state(pack, "zhoucun", "building_renewable_substitution", 2025) == "not_reported"
    missing = [m for m in range(1, 13) if state(pack, "wenchanghu", "o3_8h_90", 2024, m) != "value"]
    assert len(missing) / 12 > 0.25
    assert state(pack, "wenchanghu", "o3_8h_90", 2024) == "not_reported"
    assert state(pack, "gaoqing", "so2_conc", 2016, 2) == "not_reported"
    assert state(pack, "gaoqing", "so2_conc", 2016) == "value"
    assert state(pack, "wenchanghu", "coal_consumption", 2025) == "not_applicable"
    assert state(pack, "gaoqing", "coal_power_supply_consumption", 2025) == "not_applicable"
    assert annual.loc["new_buses_total", "boshan", 2025] == 0
    assert annual.loc["new_buses_nev", "boshan", 2025] == 0
    assert annual.loc["two_high_projects_new", "gaoqing", 2025] == 0
    assert {"C", "D"} <= set(pack.observations.grade)
    assert annual.loc["gdp_constant", "zibo", 2019] < annual.loc["gdp_constant", "zibo", 2018]
    broken = {(b.indicator, b.region, b.year) for b in pack.meta.breaks}
    assert ("gdp_constant", "*", 2019) in broken
    assert ("co2_intensity", "*", 2019) in broken


def test_one_prohibited_case_a_year(annual: pd.Series) -> None:
    def cases(indicator: str) -> dict[tuple[str, int], float]:
        table = annual.loc[indicator].drop(index="zibo", level="region")
        return {key: float(value) for key, value in table[table > 0].items()}

    assert cases("high_pollution_fuel_substitution_cases") == {("zhoucun", 2023): 1}
    assert cases("new_capacity_prohibited_industries") == {("zichuan", 2024): 12.5}
    new, right = annual.loc["two_high_projects_new"], annual.loc["two_high_projects_compliant"]
    assert set((new - right)[new > right].index) == {("boshan", 2025), ("zibo", 2025)}


def test_tasks_are_reported_where_they_are_judged(pack: Pack, params: Params) -> None:
    tasks = [task for chapter in params.plan.chapters for task in chapter.tasks]
    assert set(pack.tasks.task) == {task.id for task in tasks}
    for level, region in (("city", "zibo"), ("district", "zhangdian")):
        rows = pack.tasks[pack.tasks.region == region]
        expected = {task.id for task in tasks if level in task.judge_at}
        assert set(rows.task) == expected
        assert len(rows) == 3 * len(expected)
    assert set(pack.tasks.status) == {
        "completed", "on_schedule", "slow", "not_started", "not_applicable",
    }  # fmt: skip
    bare = pack.tasks[(pack.tasks.status == "on_schedule") & ~pack.tasks.has_evidence]
    assert len(bare) > 50
    assert pack.tasks[pack.tasks.evidence != ""].evidence.str.startswith("(演示)").all()


def test_allocations_and_the_late_form(pack: Pack, params: Params) -> None:
    allocated = {
        target.no for target in params.plan.targets
        if target.district_judgement == "allocated_or_contribution"
    }  # fmt: skip
    assert set(pack.allocations.target) == allocated
    assert "zibo" not in set(pack.allocations.region)
    assert len(pack.allocations[pack.allocations.target == "N10"]) < 11
    late = pack.submissions[pack.submissions.received > pack.submissions.due]
    assert list(zip(late.department, late.year, strict=True)) == [("市城市管理局", 2025)]
