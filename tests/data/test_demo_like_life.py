"""The demonstration pack moves as real statistics do.

Real: CO2, SO2, NOx and generation of 51 US states' power sector in eleven-year windows of
1990-2024 (``benchmarks/data``, U.S. Energy Information Administration), measured here as the pack
is. Zibo's own series cannot be kept in the project; what was measured on them stands as numbers:
detrended logarithms of CO2 in the last eleven years of each maker have a standard deviation of
0.036-0.083 and a lag-1 autocorrelation of 0.13-0.47 (CEADs city inventory 2000-2019, Shan et al.
2022, doi 10.1016/j.scib.2022.08.024; EDGAR v8.0 2000-2023; eight counties 1997-2017, Chen et al.
2020, doi 10.1038/s41597-020-00736-3); the resident population fell from 470.9 (2021) to 463.7
(2024), and real GDP grew by 2.5 % in 2020 and 9.4 % in 2021 (the city's communiqués).
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from scipy.stats import kendalltau

from assessment.data.pack import Pack, load_pack
from assessment.params.folder import load_params

ROOT = Path(__file__).resolve().parents[2]
STATES = ROOT / "benchmarks" / "data" / "us_states_power_1990_2024.csv"
REAL = ("co2_t", "so2_t", "nox_t", "generation_mwh", "generation_nonfossil_mwh")
CARBON = ("co2_energy", "co2_industry", "co2_transport", "co2_buildings", "energy_total")
POLLUTANTS = ("so2_emis", "nox_emis", "nox_industry", "nox_transport", "pm_emis", "voc_emis")
AIR = ("pm25", "pm10", "no2_conc", "so2_conc")
COUNTED = ("cumulative_count", "count", "rank")  # what only grows, or is too small to have a course

Numbers = npt.NDArray[np.float64]


class Look(NamedTuple):
    """What is measured on many series of eleven years."""

    monotone: float
    supported: float
    strongly: float
    memory: float
    noise: float


def residuals(values: Numbers, degree: int = 1) -> Numbers:
    """Logarithms of yearly values less their straight line (or parabola)."""
    years = np.arange(len(values), dtype=float)
    logs = np.log(values)
    return np.asarray(logs - np.polyval(np.polyfit(years, logs, degree), years), dtype=float)


def look(series: Iterable[Numbers]) -> Look:
    """Measure a collection of series."""
    found = []
    for values in series:
        steps = np.diff(values)
        p = kendalltau(np.arange(len(values)), values).pvalue
        left = residuals(values) if values.min() > 0 else np.full(3, np.nan)
        found.append((
            (steps >= 0).all() or (steps <= 0).all(), p < 0.05, p < 0.001,
            (left[1:] * left[:-1]).sum() / (left * left).sum(), left.std(ddof=2),
        ))  # fmt: skip
    table = np.array(found, dtype=float)
    return Look(*table[:, :3].mean(axis=0), *np.nanmedian(table[:, 3:], axis=0))


def alike(table: pd.DataFrame) -> float:
    """Mean correlation of the columns' detrended logarithms."""
    left = [residuals(table[name].to_numpy(dtype=float)) for name in table]
    return float(np.corrcoef(left)[np.triu_indices(len(left), 1)].mean())


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(ROOT / "data" / "demo", load_params(ROOT / "params"))


@pytest.fixture(scope="module")
def courses(pack: Pack) -> dict[tuple[str, str], Numbers]:
    """Whole series by indicator and region, without counts and without breaks in between."""
    measures = {i.id: i.measure for i in load_params(ROOT / "params").catalogue.indicators}
    broken = {b.indicator for b in pack.meta.breaks}
    rows = pack.observations.query("month == 0 and state == 'value'").sort_values("year")
    found = {}
    for (indicator, region), group in rows.groupby(["indicator", "region"]):
        values = group["value"].to_numpy(dtype=float)
        if (
            measures[indicator] not in COUNTED
            and indicator not in broken
            and len(values) == 11
            and len(set(values)) > 5
        ):
            found[str(indicator), str(region)] = values
    return found


@pytest.fixture(scope="module")
def windows() -> dict[str, list[pd.DataFrame]]:
    """Eleven years of all states without a zero, by series."""
    states = pd.read_csv(STATES)
    found = {}
    for name in REAL:
        table = states.pivot_table(index="year", columns="state", values=name)
        spans = [table.loc[first : first + 10] for first in range(1990, 2015, 6)]
        found[name] = [span.loc[:, (span > 0).all()] for span in spans]
    return found


@pytest.fixture(scope="module")
def real(windows: dict[str, list[pd.DataFrame]]) -> dict[str, Look]:
    return {
        name: look(span[state].to_numpy(dtype=float) for span in spans for state in span)
        for name, spans in windows.items()
    }


def test_shares_of_trends_are_those_of_real_series(
    courses: dict[tuple[str, str], Numbers], real: dict[str, Look]
) -> None:
    ours = look(courses.values())
    assert len(courses) > 600
    assert max(one.monotone for one in real.values()) < 0.04
    assert ours.monotone <= 0.05
    for name in ("supported", "strongly", "memory"):
        of_states = [getattr(one, name) for one in real.values()]
        assert min(of_states) <= getattr(ours, name) <= max(of_states), name
    assert 0.35 <= ours.strongly <= 0.45


def test_noise_is_of_the_real_size(
    courses: dict[tuple[str, str], Numbers], real: dict[str, Look]
) -> None:
    def noise(*names: str) -> float:
        return look(values for (name, _), values in courses.items() if name in names).noise

    # A city's use of coal varies less than a state's generation.
    assert 0.02 <= noise(*CARBON) <= real["co2_t"].noise
    assert 0.05 <= noise(*POLLUTANTS) <= max(real["so2_t"].noise, real["nox_t"].noise)
    weather = [residuals(courses[name, "zibo"], 2).std(ddof=3) for name in AIR]
    assert 0.04 <= float(np.median(weather)) <= 0.09


def test_units_have_years_of_their_own(
    courses: dict[tuple[str, str], Numbers], windows: dict[str, list[pd.DataFrame]]
) -> None:
    of_states = [alike(span) for spans in windows.values() for span in spans]
    of_units = {}
    for indicator in (*CARBON, *POLLUTANTS):
        table = pd.DataFrame(
            {r: v for (i, r), v in courses.items() if i == indicator and r != "zibo"}
        )
        of_units[indicator] = alike(table)
    assert min(of_states) <= np.mean(list(of_units.values())) <= max(of_states)
    assert max(of_units.values()) < 0.5, of_units


def test_economy_and_population_are_as_published(pack: Pack) -> None:
    rows = pack.observations.query("region == 'zibo' and month == 0 and state == 'value'")
    gdp = rows[rows.indicator == "gdp_constant"].set_index("year")["value"].astype(float)
    people = rows[rows.indicator == "population"].set_index("year")["value"].astype(float)
    assert (gdp[2020] / gdp[2019] - 1) * 100 == pytest.approx(2.5, abs=1.0)
    assert (gdp[2021] / gdp[2020] - 1) * 100 == pytest.approx(9.4, abs=1.0)
    assert people[2024] == pytest.approx(463.7, rel=0.01)
    assert people[2025] < people[2024] < people[2021]


def test_what_is_reported_and_what_is_measured_part_ways(pack: Pack) -> None:
    """Three tasks are completed on paper while their target is missed; three are overdue."""
    tasks = pack.tasks[pack.tasks.year == 2025].set_index(["region", "task"])
    for region, task in (("linzi", "2.3.7"), ("gaoqing", "3.2.5"), ("zichuan", "3.3.8")):
        assert tasks.status[region, task] == "completed"
        assert tasks.has_evidence[region, task]
    values = pack.observations.query("year == 2025 and month == 0").set_index(
        ["region", "indicator"]
    )["value"]
    allotted = pack.allocations.set_index(["region", "target"])["value"]
    assert values["linzi", "integrated_energy_ports"] < allotted["linzi", "N02"]
    assert values["gaoqing", "multimodal_freight_volume"] < allotted["gaoqing", "N09"]
    assert values["zichuan", "roof_pv_new_factory"] < 50
    overdue = (("huantai", "2.3.7"), ("zhoucun", "3.2.5"), ("yiyuan", "3.2.6"))
    assert [tasks.status[one] for one in overdue] == ["on_schedule", "on_schedule", "slow"]
