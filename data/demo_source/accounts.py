"""Economy, energy, carbon, emissions, water and waste of the eleven units."""

from __future__ import annotations

import numpy as np

from demo_source.book import Book, uneven, wander, with_city
from demo_source.profiles import ROW, UNITS, YEARS, Table, column

FUELS = ("coal", "oil", "gas", "nonfossil")
SHAPE = (len(UNITS), len(YEARS))
SINCE_2015 = (YEARS - 2015).astype(float)[None, :]
SINCE_2020 = (YEARS - 2020).astype(float)[None, :]
CENSUS_DROP = 0.88  # figures before the economic census stood higher
CARBON_FACTORS = (2.64, 2.08, 1.63)  # t CO2 per t standard coal: coal, oil, gas
# Yearly growth of real GDP from 2016 on, and the population against 2020: up to 2023 and 2024 the
# published ones of Zibo (city's statistical communiqués), the years after them invented.
GROWTH = np.array((7.7, 7.4, 6.1, 3.5, 2.5, 9.4, 4.7, 5.5, 5.6, 4.9)) / 100
PEOPLE = np.array(
    (0.9865, 0.9960, 1.0006, 0.9992, 0.9981, 1.0, 1.0007, 1.0001, 0.9933, 0.9853, 0.9790)
)
CLOSURE = 0.87  # energy that zichuan has left after its cement line stopped in 2022
RETROFIT = 0.75  # NOx that linzi has left after its refineries got catalytic reduction in 2023
REVISION = 1.45  # the statistics of discharges count farms and villages from 2020 on


def _since(year: int, unit: str, factor: float) -> Table:
    """Factor of one unit from a year on, one everywhere else."""
    table = np.ones(SHAPE)
    table[ROW[unit] - 1, year <= YEARS] = factor
    return table


def _slowing(rate: float) -> Table:
    """Logarithm of a level that falls at a rate a year up to 2020 and far more slowly after it."""
    years = np.minimum(SINCE_2015, 5.0) + 0.22 * np.maximum(SINCE_2020, 0.0)
    return np.asarray(-rate * years)


def _economy(book: Book) -> Table:
    course = np.concatenate([[0.0], np.cumsum(np.log1p(GROWTH))])
    course = (course - course[YEARS == 2020])[None, :]
    faster = (column("growth") - 0.05) * SINCE_2020
    drop = np.where(YEARS < 2019, CENSUS_DROP, 1.0)
    real: Table = column("gdp") * np.exp(course + faster + wander("gdp", 0.014, 0.0)) / drop
    prices = np.exp(0.012 * SINCE_2020 + 0.012 * np.sin(SINCE_2015))
    primary = np.array([[unit.industry[0]] for unit in UNITS]) - 0.05 * SINCE_2020
    primary = primary * np.exp(wander("primary", 0.04))
    secondary = np.array([[unit.industry[1]] for unit in UNITS]) - 0.25 * SINCE_2020
    secondary = secondary * np.exp(wander("secondary", 0.022))
    current = real * prices
    first = with_city(current * np.maximum(primary, 0.3) / 100, 2)
    second = with_city(current * secondary / 100, 2)
    third = with_city(current * (100 - np.maximum(primary, 0.3) - secondary) / 100, 2)
    moving = 0.006 * SINCE_2020 * (column("growth") / 0.05 - 1.05)
    people = column("population") * PEOPLE * np.exp(moving + wander("people", 0.004, 0.0))
    for indicator, table in (
        ("gdp_constant", with_city(real, 2)),
        ("gdp_current", np.round(first + second + third, 2)),
        ("primary_value_added", first),
        ("secondary_value_added", second),
        ("tertiary_value_added", third),
        ("industrial_value_added", with_city(current * secondary / 100 * 0.88, 2)),
        ("population", with_city(people, 2)),
    ):
        book.annual("economy", indicator, table, "市统计局", grade="A")
    return real


def _energy(book: Book) -> list[Table]:
    before = np.array([[unit.energy_growth[0]] for unit in UNITS])
    after = np.array([[unit.energy_growth[1]] for unit in UNITS])
    total = column("energy") * np.exp(np.where(SINCE_2020 < 0, before, after) * SINCE_2020)
    total = total * np.exp(wander("energy", 0.042, 0.35)) * _since(2022, "zichuan", CLOSURE)
    total = total * _since(2025, "jingkai", 1.06)
    shares = []
    for k, fuel in enumerate(FUELS):
        start = np.array([[unit.mix_2015[k]] for unit in UNITS])
        end = np.array([[unit.mix_2025[k]] for unit in UNITS])
        bend = np.exp(uneven(f"{fuel} bend", (len(UNITS), 1), 0.5))
        share = start + (end - start) * (SINCE_2015 / 10) ** bend
        shares.append(share * np.exp(wander(fuel, 0.03 if fuel == "coal" else 0.09)))
    fuels = [np.round(total * share / sum(shares), 2) for share in shares]
    for k, fuel in enumerate(FUELS):
        book.annual("energy", f"energy_{fuel}", with_city(fuels[k], 2), "市统计局",
                    grade="C", city_grade="A")  # fmt: skip
    total_used = sum(book.values[f"energy_{f}"] for f in FUELS)
    book.annual("energy", "energy_total", np.round(total_used, 2), "市统计局",
                grade="C", city_grade="A")  # fmt: skip
    book.annual("energy", "coal_consumption", with_city(fuels[0] / 0.7143 * np.exp(wander("heat value", 0.008)), 2), "市统计局",
                grade="B", city_grade="A")  # fmt: skip
    power = total * (0.085 + 0.0012 * SINCE_2015) * (1 + uneven("power", (len(UNITS), 1), 0.15))
    power = power * np.exp(wander("power", 0.04))
    book.annual(
        "energy", "electricity_consumption", with_city(power, 2), "国网淄博供电公司", grade="A"
    )
    return fuels


def _carbon(book: Book, fuels: list[Table]) -> dict[str, Table]:
    total = sum(f * factor for f, factor in zip(fuels[:3], CARBON_FACTORS, strict=True))
    drift = {"transport": 0.008, "buildings": -0.012, "agriculture": -0.02}
    sectors = {}
    for k, (sector, rate) in enumerate(drift.items()):
        share = np.array([[unit.sectors[k]] for unit in UNITS]) * np.exp(rate * SINCE_2020)
        sectors[sector] = np.round(total * share * np.exp(wander(sector, 0.05)), 2)
    sectors = {"industry": np.round(total - sum(sectors.values()), 2)} | sectors
    for sector, table in sectors.items():
        book.annual("carbon", f"co2_{sector}", with_city(table, 2), "市生态环境局(测算)",
                    grade="C", city_grade="B")  # fmt: skip
    book.annual("carbon", "co2_energy",
                np.round(sum(book.values[f"co2_{sector}"] for sector in sectors), 2),
                "市生态环境局(测算)", grade="C", city_grade="B")  # fmt: skip
    return sectors


def _emissions(book: Book, fuels: list[Table], sectors: dict[str, Table]) -> None:
    coal, clean = fuels[0] * 1e4, (fuels[1] + fuels[2]) * 1e4
    pace, office = column("abatement"), "市生态环境局"

    def enter(indicator: str, table: Table) -> None:
        book.annual("emissions", indicator, table, office)

    def left(start: float, rate: float, name: str) -> Table:
        share: Table = start * np.exp(pace * _slowing(rate) + wander(name, 0.12, 0.1))
        return share * _since(2025, "jingkai", 1.25)

    made = (coal * 0.015 + clean * 0.0004) * np.exp(wander("sulphur", 0.03))
    enter("so2_generated", with_city(made, 0))
    enter("so2_emis", with_city(made * left(0.14, 0.161, "so2"), 0))

    decline = np.exp(_slowing(0.065))
    made = coal * 0.0062 + clean * 0.0006
    nox = {
        "industry": made * left(0.40, 0.085, "nox") * _since(2023, "linzi", RETROFIT),
        "transport": sectors["transport"]
        * 1e4
        * 0.0060
        * decline
        * np.exp(wander("nox_t", 0.09, 0.1)),
        "buildings": sectors["buildings"] * 1e4 * 0.0006 * np.exp(wander("nox_b", 0.10)),
        "agriculture": sectors["agriculture"] * 1e4 * 0.004 * np.exp(wander("nox_a", 0.09)),
    }
    agriculture = column("area") * np.array([[u.industry[0] / 5 + 0.2] for u in UNITS])
    raw_dust = coal * 0.10 + clean * 0.002
    dust = {
        "industry": raw_dust * left(0.0125, 0.085, "pm"),
        "transport": sectors["transport"] * 1e4 * 0.0001 * decline
        * np.exp(wander("pm_t", 0.11)),
        "buildings": column("population") * 15 * np.exp(_slowing(0.06) + wander("pm_b", 0.12, 0.1)),
        "agriculture": agriculture * 1.1 * np.exp(_slowing(0.03) + wander("pm_a", 0.12)),
    }  # fmt: skip
    for pollutant, parts, untreated in (("nox", nox, made), ("pm", dust, raw_dust)):
        tables = {sector: with_city(table, 0) for sector, table in parts.items()}
        for sector, table in tables.items():
            enter(f"{pollutant}_{sector}", table)
        total = np.round(sum(tables.values()), 0)
        enter(f"{pollutant}_emis", total)
        diffuse = sum(table for sector, table in tables.items() if sector != "industry")
        enter(f"{pollutant}_generated", np.round(with_city(untreated, 0) + diffuse, 0))
    voc = (fuels[1] * 1e4 * 0.0056 + column("gdp") * 5) * np.exp(_slowing(0.045))
    enter("voc_emis", with_city(voc * np.exp(wander("voc", 0.11)), 0))

    people = column("population")
    revised = np.where(YEARS >= 2020, REVISION, 1.0)[None, :]
    for indicator, level, rate in (("cod_emis", 95.0, 0.042), ("nh3n_emis", 9.0, 0.068)):
        water = (people + agriculture / 60) * level * revised * np.exp(_slowing(rate))
        enter(indicator, with_city(water * np.exp(wander(indicator, 0.10)), 0))


def _water_and_waste(book: Book, fuels: list[Table]) -> None:
    volume = column("population") * 62 * np.exp(0.009 * SINCE_2015 + wander("wastewater", 0.05))
    volume = np.round(volume, 1)
    # Stricter discharge limits raise the use of electricity in 2019 before it falls again.
    rate = (0.40 - 0.004 * SINCE_2015 + np.where(YEARS >= 2019, 0.02, 0.0)) * (
        1 + uneven("plants", (len(UNITS), 1), 0.22) + wander("kwh", 0.05)
    )
    book.annual("water_waste", "wastewater_volume", with_city(volume, 1), "市城市管理局")
    book.annual(
        "water_waste", "wastewater_electricity", with_city(volume * rate, 1), "市城市管理局"
    )
    gas = volume * 1e4 * (0.00055 - 0.00001 * SINCE_2015) + volume * rate * 1e4 * 0.00058
    book.annual("water_waste", "wastewater_ghg", with_city(gas, 0), "市生态环境局(测算)", grade="C")
    waste = fuels[0] * 0.52 * np.exp(wander("waste", 0.09)) + column("gdp") * 0.05
    book.annual("water_waste", "solid_waste_generation", with_city(waste, 1), "市生态环境局")
    stock = column("energy") * 0.29 + column("gdp") * 0.045
    stock = stock * np.exp(-0.015 * SINCE_2015 + wander("stock", 0.08))
    stock[ROW["boshan"] - 1] *= np.exp(0.07 * SINCE_2015[0])  # the one unit where it grows
    book.annual("water_waste", "legacy_bulk_solid_waste_stock", with_city(stock, 1), "市发展改革委",
                grade="C")  # fmt: skip


def enter(book: Book) -> None:
    """Enter all annual statistics."""
    _economy(book)
    fuels = _energy(book)
    sectors = _carbon(book, fuels)
    _emissions(book, fuels, sectors)
    _water_and_waste(book, fuels)
