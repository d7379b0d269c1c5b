"""Rows of the pack, and the numbers' small unevenness."""

from __future__ import annotations

import csv
import math
import zlib
from collections import defaultdict
from pathlib import Path

import numpy as np

from demo_source.profiles import CITY, IDS, NAMES, OVERLAP, ROW, YEARS, Table

SEED = 20250605
RECALL = 0.6  # how much of a year's deviation is left a year later
HEADER = ("region", "year", "month", "indicator", "value", "unit", "grade", "source", "note")


def uneven(name: str, shape: tuple[int, ...], size: float) -> Table:
    """Return unevenness in [-size, size] that depends on the name alone.

    Notes
    -----
    One generator a name: a new indicator leaves all others as they were. Uniform numbers only,
    the one stream numpy does not change between versions.
    """
    generator = np.random.default_rng([SEED, zlib.crc32(name.encode())])
    return size * (2.0 * generator.random(shape) - 1.0)


def wander(name: str, size: float, together: float = 0.25) -> Table:
    """Return logarithms of what years do to units: this year's resembles last year's.

    Parameters
    ----------
    name : str
        Whose noise it is.
    size : float
        Its standard deviation; 0.03 is about 3 per cent.
    together : float
        Share of its variance that all units have in common.

    Returns
    -------
    ndarray, shape (11, 11)
        Units by years; first-order autoregression with coefficient 0.6.
    """
    early = 8  # years before the first, so that it is no quieter than the others
    draws = uneven(f"{name} wander", (len(IDS) + 1, early + len(YEARS)), math.sqrt(3.0))
    noise = np.zeros_like(draws)
    noise[:, 0] = draws[:, 0]
    for k in range(1, draws.shape[1]):
        noise[:, k] = RECALL * noise[:, k - 1] + math.sqrt(1.0 - RECALL**2) * draws[:, k]
    common, own = noise[:1, early:], noise[1:, early:]
    return np.asarray(size * (math.sqrt(together) * common + math.sqrt(1.0 - together) * own))


def with_city(units: Table, decimals: int, *, overlap: bool = True) -> Table:
    """Put the city above the units: their sum, less what zones and hosts both report.

    Returns
    -------
    ndarray, shape (12, n)
        Rounded; row 0 is the city.
    """
    rounded = np.round(units, decimals)
    city = rounded.sum(axis=0) - (OVERLAP @ rounded if overlap else 0.0)
    return np.vstack([np.round(city, decimals), rounded])


class Book:
    """Observations by file; knows each indicator's unit and decimals."""

    def __init__(self, units: dict[str, tuple[str, int]]):
        self.units = units
        self.values: dict[str, Table] = {}
        self.rows: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        self.holes: dict[tuple[str, str, int, int], tuple[str, str]] = {}
        self.grades: dict[tuple[str, str, int], str] = {}

    def decimals(self, indicator: str) -> int:
        """Decimals an indicator is written with."""
        return self.units[indicator][1]

    def hole(
        self, region: str, indicator: str, year: int, month: int, value: str, note: str
    ) -> None:
        """Write ``value`` (empty or 不适用) with a note in place of a number."""
        self.holes[region, indicator, year, month] = (value, note)

    def annual(
        self,
        file: str,
        indicator: str,
        table: Table,
        office: str,
        *,
        first: int = 2015,
        grade: str = "B",
        city_grade: str | None = None,
        regions: tuple[str, ...] = (CITY, *IDS),
    ) -> None:
        """Enter an annual table, shape (12, 11), from a first year on."""
        self.values[indicator] = table
        for region in regions:
            for k, year in enumerate(YEARS):
                if year >= first:
                    mark = (city_grade or grade) if region == CITY else grade
                    mark = self.grades.get((region, indicator, int(year)), mark)
                    value = float(table[ROW[region], k])
                    self.write(file, region, int(year), 0, indicator, value, mark, office)

    def write(
        self,
        file: str,
        region: str,
        year: int,
        month: int,
        indicator: str,
        value: float,
        grade: str,
        office: str,
    ) -> None:
        """Enter one value, or the hole that was dug in its place."""
        unit, decimals = self.units[indicator]
        text, note = f"{value + 0.0:.{decimals}f}", ""
        source = f"演示数据(种子{SEED});{office}"
        if (region, indicator, year, month) in self.holes:
            text, note = self.holes[region, indicator, year, month]
            grade = source = ""
        shown = str(month) if month else ""
        self.rows[file].append(
            (NAMES[region], str(year), shown, indicator, text, unit, grade, source, note)
        )

    def save(self, folder: Path) -> None:
        """Write ``observations_<file>.csv`` for each file."""
        for file, rows in self.rows.items():
            save_csv(folder / f"observations_{file}.csv", HEADER, rows)


def save_csv(path: Path, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Write a CSV file: UTF-8, LF."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
