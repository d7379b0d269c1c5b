"""Economy, energy, carbon, emissions, water and waste of the eleven units."""

from __future__ import annotations

import numpy as np

from demo_source.book import Book, uneven, with_city
from demo_source.profiles import ROW, UNITS, YEARS, Table, column

SHAPE = (len(UNITS), len(YEARS))
SINCE_2015 = (YEARS - 2015).astype(float)[None, :]
SINCE_2020 = (YEARS - 2020).astype(float)[None, :]
CENSUS_DROP = 0.88  # figures before the economic census stood higher
CARBON_FACTORS = (2.64, 2.08, 1.63)  # t CO2 per t standard coal: coal, oil, gas
PANDEMIC = np.where(YEARS == 2020, 0.985, 1.0)[None, :]


def _jingkai_2025(factor: float) -> Table:
    table = np.ones(SHAPE)
    table[ROW["jingkai"] - 1, -1] = factor
    return table


def _economy(book: Book) -> Table:
    growth = column("growth")
    level = column("gdp") * np.exp(growth * SINCE_2020) * PANDEMIC
    drop = np.where(YEARS < 2019, CENSUS_DROP, 1.0)
    real: Table = level * (1 + uneven("gdp", SHAPE, 0.006)) / drop
    prices = 1.0 + 0.008 * SINCE_2020
    primary = np.array([[unit.industry[0]] for unit in UNITS]) - 0.05 * SINCE_2020
    secondary = np.array([[unit.industry[1]] for unit in UNITS]) - 0.35 * SINCE_2020
    current = real * prices
    first = with_city(current * np.maximum(primary, 0.3) / 100, 2)
    second = with_city(current * secondary / 100, 2)
    third = with_city(current * (100 - np.maximum(primary, 0.3) - secondary) / 100, 2)
    people = column("population") * np.exp(0.002 * SINCE_2020 * (column("growth") / 0.05 - 0.9))
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
    total = total * (1 + uneven("energy", SHAPE, 0.008)) * _jingkai_2025(1.06)
    share = SINCE_2015 / 10
    fuels = []
    for k, fuel in enumerate(("coal", "oil", "gas", "nonfossil")):
        start = np.array([[unit.mix_2015[k]] for unit in UNITS])
        end = np.array([[unit.mix_2025[k]] for unit in UNITS])
        fuels.append(np.round(total * (start + (end - start) * share) / 100, 2))
        book.annual("energy", f"energy_{fuel}", with_city(fuels[-1], 2), "市统计局",
                    grade="C", city_grade="A")  # fmt: skip
    total_used = sum(book.values[f"energy_{f}"] for f in ("coal", "oil", "gas", "nonfossil"))
    book.annual("energy", "energy_total", np.round(total_used, 2), "市统计局",
                grade="C", city_grade="A")  # fmt: skip
    book.annual("energy", "coal_consumption", with_city(fuels[0] / 0.7143, 2), "市统计局",
                grade="B", city_grade="A")  # fmt: skip
    power = total * (0.085 + 0.0025 * SINCE_2015) * (1 + uneven("power", (len(UNITS), 1), 0.15))
    book.annual(
        "energy", "electricity_consumption", with_city(power, 2), "国网淄博供电公司", grade="A"
    )
    return fuels


def _carbon(book: Book, fuels: list[Table]) -> dict[str, Table]:
    total = sum(f * factor for f, factor in zip(fuels[:3], CARBON_FACTORS, strict=True))
    drift = {"transport": 0.02, "buildings": -0.012, "agriculture": -0.02}
    sectors = {}
    for k, (sector, rate) in enumerate(drift.items()):
        share = np.array([[unit.sectors[k]] for unit in UNITS]) * np.exp(rate * SINCE_2020)
        sectors[sector] = np.round(total * share * (1 + uneven(sector, SHAPE, 0.012)), 2)
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
        share: Table = start * np.exp(-rate * pace * SINCE_2015)
        return share * (1 + uneven(name, SHAPE, 0.03)) * _jingkai_2025(1.15)

    made = coal * 0.015 + clean * 0.0004
    enter("so2_generated", with_city(made, 0))
    enter("so2_emis", with_city(made * left(0.14, 0.161, "so2"), 0))

    decline = np.exp(-0.055 * SINCE_2015)
    made = coal * 0.0062 + clean * 0.0006
    nox = {
        "industry": made * left(0.40, 0.085, "nox"),
        "transport": sectors["transport"]
        * 1e4
        * 0.0060
        * decline
        * (1 + uneven("nox_t", SHAPE, 0.02)),
        "buildings": sectors["buildings"] * 1e4 * 0.0006 * np.exp(-0.03 * SINCE_2015),
        "agriculture": sectors["agriculture"] * 1e4 * 0.004 * np.exp(-0.02 * SINCE_2015),
    }
    agriculture = column("area") * np.array([[u.industry[0] / 5 + 0.2] for u in UNITS])
    raw_dust = coal * 0.10 + clean * 0.002
    dust = {
        "industry": raw_dust * left(0.0125, 0.085, "pm"),
        "transport": sectors["transport"] * 1e4 * 0.0001 * decline,
        "buildings": column("population") * 15 * np.exp(-0.06 * SINCE_2015)
        * (1 + uneven("pm_b", SHAPE, 0.03)),
        "agriculture": agriculture * 1.1 * np.exp(-0.05 * SINCE_2015)
        * (1 + uneven("pm_a", SHAPE, 0.05)),
    }  # fmt: skip
    for pollutant, parts, untreated in (("nox", nox, made), ("pm", dust, raw_dust)):
        tables = {sector: with_city(table, 0) for sector, table in parts.items()}
        for sector, table in tables.items():
            enter(f"{pollutant}_{sector}", table)
        total = np.round(sum(tables.values()), 0)
        enter(f"{pollutant}_emis", total)
        diffuse = sum(table for sector, table in tables.items() if sector != "industry")
        enter(f"{pollutant}_generated", np.round(with_city(untreated, 0) + diffuse, 0))
    voc = (fuels[1] * 1e4 * 0.0056 + column("gdp") * 5) * np.exp(-0.045 * SINCE_2015)
    enter("voc_emis", with_city(voc * (1 + uneven("voc", SHAPE, 0.02)), 0))

    people = column("population")
    for indicator, level, rate in (("cod_emis", 95.0, 0.042), ("nh3n_emis", 9.0, 0.068)):
        water = (people + agriculture / 60) * level * np.exp(-rate * SINCE_2015)
        enter(indicator, with_city(water * (1 + uneven(indicator, SHAPE, 0.025)), 0))


def _water_and_waste(book: Book, fuels: list[Table]) -> None:
    volume = column("population") * 62 * np.exp(0.018 * SINCE_2015)
    volume = np.round(volume * (1 + uneven("wastewater", SHAPE, 0.01)), 1)
    # Stricter discharge limits raise the use of electricity in 2019 before it falls again.
    rate = (0.40 - 0.004 * SINCE_2015 + np.where(YEARS >= 2019, 0.02, 0.0)) * (
        1 + uneven("plants", (len(UNITS), 1), 0.22) + uneven("kwh", SHAPE, 0.01)
    )
    book.annual("water_waste", "wastewater_volume", with_city(volume, 1), "市城市管理局")
    book.annual(
        "water_waste", "wastewater_electricity", with_city(volume * rate, 1), "市城市管理局"
    )
    gas = volume * 1e4 * (0.00055 - 0.00001 * SINCE_2015) + volume * rate * 1e4 * 0.00058
    book.annual("water_waste", "wastewater_ghg", with_city(gas, 0), "市生态环境局(测算)", grade="C")
    waste = fuels[0] * 0.52 * (1 + uneven("waste", SHAPE, 0.02)) + column("gdp") * 0.05
    book.annual("water_waste", "solid_waste_generation", with_city(waste, 1), "市生态环境局")
    stock = waste * 0.9 * np.exp(-0.035 * SINCE_2015)
    stock[ROW["boshan"] - 1] *= np.exp(0.09 * SINCE_2015[0])  # the one unit where it grows
    book.annual("water_waste", "legacy_bulk_solid_waste_stock", with_city(stock, 1), "市发展改革委",
                grade="C")  # fmt: skip


def enter(book: Book) -> None:
    """Enter all annual statistics."""
    _economy(book)
    fuels = _energy(book)
    sectors = _carbon(book, fuels)
    _emissions(book, fuels, sectors)
    _water_and_waste(book, fuels)
