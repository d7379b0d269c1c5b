"""Monthly air quality with season and trend, and the annual figures made of it."""

from __future__ import annotations

from calendar import monthrange

import numpy as np

from demo_source.book import Book, uneven, wander
from demo_source.profiles import CITY, IDS, ROW, UNITS, YEARS, Table, column

OFFICE = "市生态环境局"
WINTER = np.array([1.62, 1.38, 1.08, 0.88, 0.76, 0.68, 0.60, 0.58, 0.72, 0.98, 1.26, 1.46])
SUMMER = np.array([0.42, 0.58, 0.80, 1.00, 1.16, 1.28, 1.12, 1.06, 1.02, 0.78, 0.54, 0.40])
# Yearly means of the city, 2015-2025.
LEVELS = {
    "pm25": (75, 72, 64, 57, 56, 51, 47, 44, 43.5, 41.5, 40),
    "pm10": (136, 130, 118, 105, 103, 90, 81, 76, 77, 72, 69),
    "so2_conc": (72, 56, 40, 25, 19, 16, 14, 14, 13, 12, 11),
    "no2_conc": (52, 50, 46, 42, 41, 38, 35, 33, 33, 31, 30),
    "o3_8h_90": (139, 143, 149, 153, 158, 150, 147, 152, 150, 148, 146),
    "co_conc": (2.3, 2.2, 2.0, 1.8, 1.7, 1.5, 1.4, 1.2, 1.2, 1.1, 1.1),
}
# Standards of the composite index (GB 3095-2012 grade II; HJ 663-2013).
STANDARDS = {
    "pm25": 35, "pm10": 70, "so2_conc": 60, "no2_conc": 40, "co_conc": 4, "o3_8h_90": 160,
}  # fmt: skip
SHARPNESS = {"pm25": 1.0, "pm10": 0.75, "so2_conc": 0.9, "no2_conc": 0.6, "co_conc": 0.6}


def _good_and_bad_years(pollutant: str) -> Table:
    """Logarithms of what a year's weather does to all units, shape (1, 11): winds and inversions.

    What a still winter does to one pollutant it does to the others; ozone follows the summer.
    """
    size = 0.03 if pollutant == "o3_8h_90" else 0.055
    name = "summer" if pollutant == "o3_8h_90" else "winter"
    return uneven(f"{name} of the year", (1, len(YEARS)), size * np.sqrt(3.0))


def _months(pollutant: str) -> Table:
    """Monthly values, shape (12 regions, 11 years, 12 months), rounded as printed."""
    level = np.array(LEVELS[pollutant])[None, :, None]
    if pollutant == "o3_8h_90":
        season, place = SUMMER, 1.0 + 0.25 * (column("air") - 1.0)
    else:
        season = 1.0 + SHARPNESS[pollutant] * (WINTER - 1.0)
        place = column("air")
        if pollutant == "no2_conc":
            place = place * (1.0 + 0.08 * (column("population") > 60))
    months_differ = 0.08 if pollutant == "o3_8h_90" else 0.14
    weather = 1.0 + uneven(f"{pollutant} weather", (1, len(YEARS), 12), months_differ)
    local = 1.0 + uneven(pollutant, (len(UNITS), len(YEARS), 12), 0.07)
    years = np.exp(_good_and_bad_years(pollutant) + wander(f"{pollutant} air", 0.055, 0.0))
    units = level * season * (place * years)[:, :, None] * weather * local
    decimals = 1 if pollutant == "co_conc" else 0
    units = np.round(units, decimals)
    return np.concatenate([np.round(units.mean(axis=0, keepdims=True), decimals), units])


def _good_days(months: dict[str, Table]) -> Table:
    length = np.array([[monthrange(int(y), m)[1] for m in range(1, 13)] for y in YEARS], float)
    dusty = 1.0 / (1.0 + np.exp(-(months["pm25"] - 68.0) / 13.0))
    ozone = 1.0 / (1.0 + np.exp(-(months["o3_8h_90"] - 182.0) / 16.0))
    days: Table = np.round(length[None] * (1.0 - dusty) * (1.0 - 0.85 * ozone))
    return days


def _annual_of(pollutant: str, months: Table) -> Table:
    year: Table = months.mean(axis=2)
    if pollutant == "o3_8h_90":  # a percentile of the year lies among the summer months'
        year = months[:, :, 4:9].mean(axis=2) * 1.04
    elif pollutant == "co_conc":
        year = np.sort(months, axis=2)[:, :, -3:].mean(axis=2)
    return np.asarray(np.round(year, 1), dtype=float)


def _index(values: dict[str, Table]) -> Table:
    return np.round(sum(values[p] / limit for p, limit in STANDARDS.items()), 2)


def _dig_holes(book: Book) -> None:
    note = "监测设备故障,当月有效数据不足"
    for month in (3, 4, 8, 9):
        book.hole("wenchanghu", "o3_8h_90", 2024, month, "", note)
        book.hole("wenchanghu", "air_composite_index", 2024, month, "", "当月缺臭氧,不能计算")
        book.hole("wenchanghu", "good_days", 2024, month, "", "当月缺臭氧,不能判定优良天数")
    for indicator in ("o3_8h_90", "air_composite_index", "good_days", "aqi_good_days_share"):
        book.hole("wenchanghu", indicator, 2024, 0, "", "有效月份不足75%,不计全年值")
    book.hole("gaoqing", "so2_conc", 2016, 2, "", note)


def enter(book: Book) -> None:
    """Enter monthly and annual air quality."""
    _dig_holes(book)
    months = {pollutant: _months(pollutant) for pollutant in LEVELS}
    annual = {pollutant: _annual_of(pollutant, table) for pollutant, table in months.items()}
    months["air_composite_index"], annual["air_composite_index"] = _index(months), _index(annual)
    months["good_days"] = _good_days(months)
    annual["good_days"] = months["good_days"].sum(axis=2)
    length = np.array([366 if y % 4 == 0 else 365 for y in YEARS], float)
    annual["aqi_good_days_share"] = np.round(annual["good_days"] / length * 100, 1)
    worst = np.maximum(months["pm25"] - 62.0, 0.0).sum(axis=2)
    annual["heavy_pollution_days"] = np.round(worst / 9.0)
    for indicator, table in months.items():
        for region in (CITY, *IDS):
            for k, year in enumerate(YEARS):
                for month in range(1, 13):
                    value = float(table[ROW[region], k, month - 1])
                    book.write(
                        "air_monthly", region, int(year), month, indicator, value, "A", OFFICE
                    )
    for indicator, table in annual.items():
        book.annual("air_annual", indicator, table, OFFICE, grade="A")
