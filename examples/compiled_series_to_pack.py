"""Turn a long table of compiled series into a data pack.

The table has the columns region, year, month, indicator, value, unit, source_title, note, one
figure a row, with the sources' own names of indicators. ``MAPPED`` says which of them are
indicators of the catalogue, and under which series where several makers give the same thing; all
other rows are kept as context (monthly means of O3 and CO among them: the catalogue's are
percentiles of daily values, which is not the same thing).

Usage::

    python examples/compiled_series_to_pack.py TABLE.csv FOLDER

The pack is written to FOLDER, which must not exist yet.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from pathlib import Path

MAPPED: dict[str, tuple[str, str]] = {
    "CO2排放量(CEADs城市清单)": ("co2_energy", "CEADs"),
    "CO2排放量(EDGAR v8.0格点汇总)": ("co2_energy", "EDGAR"),
    "CO2排放量(CEADs县级,夜间灯光降尺度)": ("co2_energy", "CEADs县级"),
    "地区生产总值": ("gdp_current", "主口径"),
    "地区生产总值(另一口径)": ("gdp_current", "另一口径"),
    "第一产业增加值": ("primary_value_added", ""),
    "第二产业增加值": ("secondary_value_added", ""),
    "第三产业增加值": ("tertiary_value_added", ""),
    "年末常住人口": ("population", ""),
    "PM2.5平均浓度": ("pm25", ""),
    "PM10平均浓度": ("pm10", ""),
    "SO2平均浓度": ("so2_conc", ""),
    "NO2平均浓度": ("no2_conc", ""),
}

PACK = """\
title: 汇编序列(外部)
kind: published
cutoff: '2024-12-31'
note: 第三方汇编的序列,未经核实;县级二氧化碳由夜间灯光降尺度得到,过于平滑。
primary_series:
  co2_energy: CEADs
  gdp_current: 主口径
breaks:
  - indicator: gdp_current
    region: '*'
    year: 2019
    reason: 第四次经济普查修订,2018 与 2019 年之间水平下移
  - indicator: primary_value_added
    region: '*'
    year: 2019
    reason: 第四次经济普查修订
  - indicator: secondary_value_added
    region: '*'
    year: 2019
    reason: 第四次经济普查修订
  - indicator: tertiary_value_added
    region: '*'
    year: 2019
    reason: 第四次经济普查修订
"""

OBSERVATIONS = (
    "region", "year", "month", "indicator", "value", "unit", "grade", "source", "note", "series",
)  # fmt: skip
CONTEXT = ("region", "period", "item", "value", "unit", "source", "address", "note")


def convert(rows: Iterable[dict[str, str]]) -> tuple[list[list[str]], list[list[str]]]:
    """Part rows into observations and context, in the pack's columns."""
    observations, context = [], []
    for row in rows:
        found = MAPPED.get(row["indicator"])
        if found is None:
            month = f"-{int(row['month']):02d}" if row["month"] else ""
            context.append(
                [
                    row["region"], row["year"] + month, row["indicator"], row["value"],
                    row["unit"], row["source_title"], "", row["note"],
                ]
            )  # fmt: skip
            continue
        indicator, series = found
        observations.append(
            [
                row["region"], row["year"], row["month"], indicator, row["value"], row["unit"],
                "C", row["source_title"], row["note"], series,
            ]
        )  # fmt: skip
    return observations, context


def write(path: Path, header: tuple[str, ...], rows: list[list[str]]) -> None:
    """Write a CSV as UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main(table: Path, folder: Path) -> None:
    """Convert a table into a pack."""
    with table.open(encoding="utf-8-sig", newline="") as file:
        observations, context = convert(csv.DictReader(file))
    folder.mkdir(parents=True)
    (folder / "pack.yml").write_text(PACK, encoding="utf-8")
    write(folder / "observations.csv", OBSERVATIONS, observations)
    write(folder / "context.csv", CONTEXT, context)
    print(f"{len(observations)} 个数进入指标,{len(context)} 个作为背景")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
