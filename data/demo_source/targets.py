"""Figures of the plan's own indicators, and of what they are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demo_source.book import Book, uneven, wander, with_city
from demo_source.profiles import CITY, IDS, ROW, UNITS, YEARS, Table, column

SHAPE = (len(UNITS), len(YEARS))
CITY_ONLY = (CITY,)
DEVELOPMENT, INDUSTRY, TRANSPORT = "市发展改革委", "市工业和信息化局", "市交通运输局"
HOUSING, FARMING, ECOLOGY = "市住房城乡建设局", "市农业农村局", "市生态环境局"

# Shares of the units in what is counted by project or plant, in the order of profiles.UNITS.
SHARES = {
    "industry": (0.13, 0.10, 0.07, 0.07, 0.19, 0.14, 0.07, 0.07, 0.11, 0.04, 0.01),
    "fields": (0.03, 0.10, 0.06, 0.07, 0.13, 0.13, 0.22, 0.20, 0.02, 0.02, 0.02),
    "sun": (0.06, 0.12, 0.08, 0.07, 0.15, 0.13, 0.17, 0.12, 0.05, 0.04, 0.01),
    "people": (0.21, 0.13, 0.08, 0.08, 0.13, 0.10, 0.07, 0.10, 0.06, 0.03, 0.01),
}


@dataclass(frozen=True)
class Sum:
    """A quantity: the city's path, split by shares; the city is the sum of the units.

    Attributes
    ----------
    noise : float
        Standard deviation of the logarithms of a unit's yearly figures; of those of its yearly
        additions, where ``grows``.
    grows : bool
        What a year adds stays: capacity, sites.
    """

    indicator: str
    first: int
    path: tuple[float, ...]
    shares: str
    office: str
    grade: str = "B"
    noise: float = 0.13
    grows: bool = False


@dataclass(frozen=True)
class Rate:
    """A rate: the city's path, with units scattered about it."""

    indicator: str
    first: int
    path: tuple[float, ...]
    scatter: float
    ceiling: float
    office: str
    grade: str = "B"


SUMS = (
    Sum("new_energy_installed_capacity", 2015,
        (26, 38, 62, 98, 142, 188, 246, 318, 392, 455, 506), "sun", DEVELOPMENT, "A", noise=0.22, grows=True),
    Sum("integrated_energy_ports", 2020, (0, 14, 33, 55, 76, 92), "people", DEVELOPMENT, noise=0.22, grows=True),
    Sum("new_green_factories", 2020, (0, 9, 21, 36, 52, 63), "industry", INDUSTRY, noise=0.22, grows=True),
    Sum("multimodal_freight_volume", 2015,
        (640, 735, 802, 941, 1012, 1150, 1268, 1251, 1392, 1547, 1608), "industry", TRANSPORT),
    Sum("new_charging_facilities", 2020, (0, 0.52, 1.24, 2.15, 3.27, 4.35), "people", DEVELOPMENT, noise=0.22, grows=True),
    Sum("shallow_geothermal_area", 2015,
        (171, 166, 203, 214, 256, 281, 274, 322, 331, 371, 388), "people", HOUSING, "C"),
    Sum("green_product_uptake", 2018,
        (98000, 112000, 105000, 131000, 142000, 160000, 214000, 236000),
        "people", DEVELOPMENT, "C"),
    Sum("scattered_coal_consumption", 2015,
        (96, 104, 93, 66, 58, 35, 38, 27.4, 18.2, 22.6, 19.1), "fields", HOUSING, "C"),
    Sum("coal_boilers_within_heat_network", 2015,
        (2850, 2400, 1780, 1160, 720, 410, 290, 205, 130, 75, 40), "people", ECOLOGY, noise=0.3),
    Sum("pesticide_use", 2015,
        (5540, 5710, 5430, 5590, 5180, 5230, 5080, 4890, 5060, 4790, 4700), "fields", FARMING),
    Sum("fertiliser_use", 2015,
        (116800, 117900, 111200, 108900, 102700, 101200, 99600, 94100, 95300, 91400, 90800),
        "fields", FARMING, "A"),
    Sum("renewable_generation", 2015,
        (4.1, 5.6, 8.4, 12.6, 17.8, 23.4, 31.2, 35.1, 46.1, 51.3, 59.4),
        "sun", "国网淄博供电公司", "A", noise=0.18),
)  # fmt: skip

RATES = (
    Rate("nev_new_sales_share", 2015,
         (0.8, 1.3, 1.9, 4.5, 4.2, 5.6, 13.8, 24.6, 31.2, 40.3, 46.1), 7, 100, "公安交管注册登记"),
    Rate("building_renewable_substitution", 2018,
         (2.2, 2.6, 3.1, 3.8, 4.6, 5.7, 6.8, 6.1), 3.6, 60, HOUSING, "C"),
    Rate("roof_pv_new_public", 2019, (8, 17, 15, 31, 29, 43, 46), 14, 100, HOUSING),
    Rate("roof_pv_new_factory", 2019, (7, 12, 16, 20, 24, 28, 31), 19, 100, HOUSING, "C"),
    Rate("new_bulk_solid_waste_utilisation", 2015,
         (41.5, 39.2, 42.8, 45.9, 44.1, 48, 47.2, 52.6, 56.3, 55.1, 58.6), 14, 96, DEVELOPMENT),
    Rate("nev_share_special_vehicles", 2018,
         (3, 5.2, 7.1, 13, 17, 27, 25, 41), 8, 100, TRANSPORT),
    Rate("straw_utilisation_rate", 2015,
         (92.2, 90.4, 92.6, 91.1, 93.9, 93, 92.4, 95.2, 94.1, 94.9, 94.3), 2.5, 99.5, FARMING),
    Rate("sludge_utilisation_rate", 2015,
         (87, 84.4, 88.2, 86.6, 89, 90, 87.9, 92.2, 90.8, 93.6, 92.3), 3.5, 100, "市城市管理局"),
    Rate("good_surface_water_share", 2015,
         (46, 42, 53, 49, 61, 66, 60, 79, 84, 77, 82), 10, 100, ECOLOGY, "A"),
    Rate("green_coverage_rate", 2015,
         (39.7, 39.5, 40.2, 39.8, 40.6, 40.2, 39.9, 40.9, 40.6, 41.4, 41.0), 0.0, 60, HOUSING),
)  # fmt: skip

# Figures that only the whole city (or the central district) has.
CITY_PATHS = (
    ("nev_charging_capacity_vehicles", 2020, (1.6, 3.1, 4.9, 6.8, 8.7, 10.6), DEVELOPMENT, "C"),
    ("pilot_city", 2021, (0, 0, 0, 1, 1), ECOLOGY, "A"),
    ("renewable_power_consumption_weight", 2018,
     (6.2, 7.4, 8.9, 10.8, 12.6, 14.1, 15.9, 17.3), DEVELOPMENT, "B"),
    ("charging_provincial_rank", 2021, (9, 8, 6, 5, 4), DEVELOPMENT, "B"),
    ("green_loan_balance", 2018,
     (118, 150, 208, 284, 371, 468, 582, 690), "人民银行淄博市分行", "A"),
)  # fmt: skip


def _years(first: int, path: tuple[float, ...]) -> Table:
    return np.array([np.nan] * (first - 2015) + list(path))


def _sums(book: Book) -> None:
    for item in SUMS:
        share = np.array(SHARES[item.shares])[:, None]
        share = share * (1 + uneven(item.indicator, (len(UNITS), 1), 0.15))
        path = _years(item.first, item.path)[None, :]
        noise = np.exp(wander(item.indicator, item.noise, 0.1))
        if item.grows:
            added = np.diff(path, prepend=0.0) * noise
            units = share / share.sum() * np.cumsum(np.nan_to_num(added), axis=1)
        else:
            units = share / share.sum() * path * noise
        # The city ends where its path ends, whatever the units' years were.
        units = units * path[0, -1] / units[:, -1].sum()
        decimals = book.decimals(item.indicator)
        table = with_city(units, decimals, overlap=False)
        book.annual(
            "targets", item.indicator, table, item.office, first=item.first, grade=item.grade
        )


def _rates(book: Book) -> None:
    weight = column("population") / column("population").sum()
    for item in RATES:
        place = uneven(item.indicator, (len(UNITS), 1), item.scatter)
        if item.indicator == "green_coverage_rate":
            place = column("green") - 41.5
        path = _years(item.first, item.path)[None, :]
        # Differences between units widen with the level, so that no early rate falls below zero.
        widened = (place - (weight * place).sum()) * np.minimum(1.0, path / path[0, -1])
        years = wander(item.indicator, max(0.4 * item.scatter, 1.0), 0.0) * np.minimum(
            1.0, path / path[0, -1]
        )
        units = path + widened + years - (weight * years).sum(axis=0)
        units = np.round(np.clip(units, 0.0, item.ceiling), book.decimals(item.indicator))
        if item.indicator == "roof_pv_new_factory":
            units[ROW["jingkai"] - 1, 4:] = (12.5, 16.0, 18.2, 15.1, 13.4, 11.8, 9.6)  # falls back
        city = np.round((weight * units).sum(axis=0), book.decimals(item.indicator))
        if item.indicator == "straw_utilisation_rate":
            book.hole("wenchanghu", item.indicator, 2025, 0, "不适用", "辖区当年无规模种植秸秆")
        book.annual("targets", item.indicator, np.vstack([city, units]), item.office,
                    first=item.first, grade=item.grade)  # fmt: skip


def _forest(book: Book) -> None:
    # A survey a year, each with an error of its own.
    survey = np.exp(wander("forest survey", 0.012))
    cover = column("forest") * (1 + 0.002 * (YEARS - 2015))[None, :]
    units = np.round(cover * survey, 2)
    city = np.round((column("area") * units).sum(axis=0) / column("area").sum(), 2)
    book.annual("targets", "forest_coverage_rate", np.vstack([city, units]), "市自然资源和规划局")
    stock = column("area") * column("forest") / 100 * 0.31 * np.exp(0.006 * (YEARS - 2015))[None, :]
    stock = stock * survey * np.exp(wander("forest stock", 0.03))
    book.annual("targets", "forest_carbon_sink", with_city(stock, 1), "市自然资源和规划局")


def _vehicles(book: Book) -> None:
    """Enter numerators and denominators of the standing ratios; no city-level rate is given."""
    path = {
        "new_buses": ("nev", 3.2, (30, 45, 58, 66, 75, 84, 92, 97, 100, 99, 100)),
        "new_taxis": ("clean", 4.0, (55, 58, 60, 62, 64, 66, 68, 71, 73, 75, 76.5)),
        "new_official_cars": ("nev", 1.3, (8, 12, 18, 26, 35, 48, 70, 84, 95, 98.5, 100)),
    }
    for name, (kind, level, share) in path.items():
        total = np.round(column("population") * level / 4 * (1 + uneven(name, SHAPE, 0.5)) + 1)
        if name == "new_buses":
            total[ROW["boshan"] - 1, -1] = 0
        if name == "new_taxis":
            total[ROW["wenchanghu"] - 1, :] = 0
        rate = np.array(share)[None, :] + uneven(f"{name} rate", SHAPE, 3.0)
        rate = np.where(np.array(share)[None, :] >= 100, 100.0, np.clip(rate, 0, 100))
        part = np.floor(total * rate / 100 + 1e-9)
        office = "市机关事务局" if name == "new_official_cars" else TRANSPORT
        for suffix, table in (("total", total), (kind, part)):
            book.annual("targets", f"{name}_{suffix}", with_city(table, 0, overlap=False), office)


def _counts(book: Book) -> None:
    """Enter the rare counts: projects, pilots, prohibited cases."""
    projects = np.floor(np.abs(uneven("two high", SHAPE, 3.4)) * (column("energy") > 200))
    projects[ROW["boshan"] - 1, -1] = 3
    compliant = projects.copy()
    compliant[ROW["boshan"] - 1, -1] = 2
    none = np.zeros(SHAPE)
    case, capacity, refining = none.copy(), none.copy(), none.copy()
    case[ROW["zhoucun"] - 1, YEARS == 2023] = 1
    capacity[ROW["zichuan"] - 1, YEARS == 2024] = 12.5
    refining[ROW["linzi"] - 1, YEARS == 2022] = 120
    parks, logistics, firms = none.copy(), none.copy(), none.copy()
    for unit, start in (("linzi", 2023), ("gaoxin", 2026)):
        parks[ROW[unit] - 1, start <= YEARS] = 1
    for unit, start in (("linzi", 2021), ("zhangdian", 2021), ("huantai", 2022), ("gaoxin", 2023),
                        ("zichuan", 2024), ("yiyuan", 2024), ("linzi", 2025)):  # fmt: skip
        logistics[ROW[unit] - 1, start <= YEARS] += 1
    for unit, start in (("linzi", 2023), ("linzi", 2024), ("huantai", 2023), ("zichuan", 2024),
                        ("gaoxin", 2024), ("zhangdian", 2025), ("yiyuan", 2025)):  # fmt: skip
        firms[ROW[unit] - 1, start <= YEARS] += 1
    for indicator, table, office, first, grade in (
        ("two_high_projects_new", projects, DEVELOPMENT, 2021, "A"),
        ("two_high_projects_compliant", compliant, DEVELOPMENT, 2021, "A"),
        ("high_pollution_fuel_substitution_cases", case, DEVELOPMENT, 2021, "B"),
        ("new_capacity_prohibited_industries", capacity, INDUSTRY, 2021, "B"),
        ("new_captive_coal_units", none, DEVELOPMENT, 2021, "B"),
        ("new_refining_capacity", refining, DEVELOPMENT, 2015, "B"),
        ("pilot_parks", parks, ECOLOGY, 2021, "A"),
        ("pilot_enterprises", firms, ECOLOGY, 2021, "A"),
        ("green_logistics_parks", logistics, TRANSPORT, 2020, "B"),
    ):
        both = with_city(table, book.decimals(indicator), overlap=False)
        book.annual("targets", indicator, both, office, first=first, grade=grade)
    _pilots(book, firms)


def _pilots(book: Book, firms: Table) -> None:
    """What the pilot firms report; units without one are not applicable."""
    age = np.cumsum(firms > 0, axis=1)
    cut = -np.round(np.where(firms > 0, 2.5 + 3.1 * age + uneven("pilots", SHAPE, 0.8), 0), 1)
    tonnes = np.round(firms * age * (21000 + uneven("pilot carbon", SHAPE, 4000)), 0)
    dirt = np.round(firms * age * (150 + uneven("pilot dirt", SHAPE, 30)), 0)
    share = firms.sum(axis=0)
    city_cut = np.round((cut * firms).sum(axis=0) / np.maximum(share, 1), 1)
    for region in IDS:
        for year in YEARS[YEARS >= 2023]:
            if not firms[ROW[region] - 1, year == YEARS].any():
                book.hole(
                    region, "pilot_enterprise_reduction", int(year), 0, "不适用", "辖区无试点企业"
                )
    book.annual("targets", "pilot_enterprise_reduction", np.vstack([city_cut, cut]), ECOLOGY,
                first=2023, grade="D", city_grade="C")  # fmt: skip
    for indicator, table in (
        ("pilot_co2_reduction", tonnes),
        ("pilot_pollutant_reduction", dirt),
    ):
        book.annual("targets", indicator, with_city(table, 0, overlap=False), ECOLOGY,
                    first=2023, grade="C")  # fmt: skip


def _city_only(book: Book) -> None:
    for indicator, first, path, office, grade in CITY_PATHS:
        table = np.tile(_years(first, path), (len(UNITS) + 1, 1))
        book.annual(
            "targets", indicator, table, office, first=first, grade=grade, regions=CITY_ONLY
        )
    travel = _years(2018, (61.5, 63.0, 62.1, 65.2, 66.4, 68.3, 69.5, 70.6))
    table = np.tile(travel, (len(UNITS) + 1, 1))
    for region in IDS:
        if region != "zhangdian":
            for year in range(2020, 2026):
                book.hole(region, "green_travel_share", year, 0, "不适用", "不含中心城区")
    book.annual("targets", "green_travel_share", table, TRANSPORT, first=2018, grade="C",
                regions=(CITY, "zhangdian"))  # fmt: skip
    book.annual("targets", "green_travel_share", table, TRANSPORT, first=2020,
                regions=tuple(r for r in IDS if r != "zhangdian"))  # fmt: skip
    supply = _years(2015, (316, 317.5, 312, 310.2, 306.1, 306.8, 303.5, 304.1, 299.6, 300.3, 297.2))
    units = supply[None, :] + uneven("supply", (len(UNITS), 1), 6) + 305 * wander("supply", 0.018)
    running = tuple(unit.id for unit in UNITS if unit.coal_power)
    for unit in UNITS:
        for year in range(2020, 2026):
            if not unit.coal_power:
                book.hole(
                    unit.id, "coal_power_supply_consumption", year, 0, "不适用", "辖区无煤电机组"
                )
    both = np.vstack([supply, units])
    indicator = "coal_power_supply_consumption"
    book.annual("targets", indicator, both, DEVELOPMENT, grade="A", regions=(CITY, *running))
    book.annual("targets", indicator, both, DEVELOPMENT, first=2020,
                regions=tuple(r for r in IDS if r not in running))  # fmt: skip


def _money(book: Book) -> None:
    path = np.array((9200, 10400, 12100, 14600, 16300, 15800, 18900, 22400, 26100, 28700, 27300))
    share = column("population") / column("population").sum() * (1 + uneven("money", SHAPE, 0.2))
    table = with_city(share * path[None, :] * np.exp(wander("money", 0.12)), 0, overlap=False)
    table[0] = np.round(table[0] * 1.4)  # the city's own budget comes on top
    book.annual("targets", "synergy_funding", table, "市财政局", grade="B")


def enter(book: Book) -> None:
    """Enter the plan's indicators and their components."""
    _sums(book)
    _rates(book)
    _forest(book)
    _vehicles(book)
    _counts(book)
    _city_only(book)
    _money(book)
