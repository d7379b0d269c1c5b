"""What the eleven units are like: invented, but different from each other in kind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.float64]

YEARS = np.arange(2015, 2026)
CITY = "zibo"


@dataclass(frozen=True)
class Unit:
    """Profile of one unit; absolute figures are those of 2020.

    Attributes
    ----------
    population, gdp, energy : float
        10,000 persons, 100 million yuan, 10,000 t of standard coal.
    growth : float
        Yearly growth of real GDP.
    energy_growth : tuple of float
        Yearly growth of energy use up to 2020 and after it.
    mix_2015, mix_2025 : tuple of float
        Shares of coal, oil, gas and non-fossil energy, per cent.
    industry : tuple of float
        Shares of the primary and secondary sector in GDP in 2020, per cent.
    sectors : tuple of float
        Shares of transport, buildings and agriculture in CO2; industry is the rest.
    abatement : float
        Speed of the end-of-pipe cuts, 1 = the city's.
    air : float
        PM2.5 against the city's mean.
    overlap : float
        Share of a functional zone's figures that its host district reports as well.
    """

    id: str
    name: str
    office: str
    population: float
    gdp: float
    growth: float
    energy: float
    energy_growth: tuple[float, float]
    mix_2015: tuple[float, float, float, float]
    mix_2025: tuple[float, float, float, float]
    industry: tuple[float, float]
    sectors: tuple[float, float, float]
    abatement: float
    air: float
    area: float
    forest: float
    green: float
    diligence: float
    overlap: float = 0.0
    coal_power: bool = True


UNITS = (
    Unit("zhangdian", "张店区", "张店", 100, 880, 0.055, 360, (0.005, -0.010),
         (58, 22, 14, 6), (40, 24, 26, 10), (0.6, 34), (0.16, 0.22, 0.003),
         1.0, 1.02, 244, 14, 41.5, 0.82),
    Unit("zichuan", "淄川区", "淄川", 62, 330, 0.045, 480, (0.000, -0.020),
         (84, 6, 6, 4), (68, 8, 14, 10), (3.2, 55), (0.07, 0.09, 0.008),
         1.05, 1.02, 960, 38, 39.5, 0.66),
    Unit("boshan", "博山区", "博山", 39, 230, 0.035, 260, (-0.010, -0.025),
         (80, 6, 9, 5), (66, 8, 15.5, 10.5), (3.8, 49), (0.08, 0.12, 0.008),
         0.9, 0.94, 698, 55, 40.5, 0.58),
    Unit("zhoucun", "周村区", "周村", 36, 250, 0.048, 220, (0.000, -0.012),
         (74, 9, 12, 5), (57, 11, 22, 10), (2.6, 50), (0.11, 0.13, 0.010),
         0.95, 1.06, 216, 18, 40.0, 0.63),
    Unit("linzi", "临淄区", "临淄", 63, 690, 0.050, 1500, (0.020, -0.012),
         (62, 32, 4, 2), (52.3, 31.8, 7.4, 8.5), (2.9, 66), (0.05, 0.035, 0.004),
         1.05, 1.08, 664, 20, 42.0, 0.76),
    Unit("huantai", "桓台县", "桓台", 49, 480, 0.062, 720, (0.020, 0.032),
         (66, 27, 5, 2), (62, 24, 6, 8), (3.5, 60), (0.06, 0.06, 0.008),
         1.35, 1.10, 509, 10, 41.0, 0.74),
    Unit("gaoqing", "高青县", "高青", 32, 170, 0.060, 95, (0.030, 0.020),
         (60, 18, 12, 10), (36, 17, 16, 31), (20.5, 39), (0.15, 0.17, 0.090),
         0.85, 1.08, 831, 14, 38.5, 0.70, 0.0, False),
    Unit("yiyuan", "沂源县", "沂源", 51, 240, 0.052, 230, (0.020, 0.010),
         (77, 8, 7, 8), (61, 9, 12, 18), (13.5, 44), (0.10, 0.12, 0.050),
         0.95, 0.82, 1636, 62, 43.5, 0.72),
    Unit("gaoxin", "高新区", "高新", 28, 380, 0.072, 260, (0.030, 0.008),
         (60, 15, 19, 6), (42, 15, 31, 12), (0.5, 58), (0.10, 0.12, 0.002),
         1.10, 1.03, 121, 12, 42.5, 0.85, 0.3),
    Unit("jingkai", "经济开发区", "经开", 19, 120, 0.050, 240, (0.010, -0.005),
         (76, 10, 10, 4), (66, 11, 15, 8), (1.2, 62), (0.07, 0.07, 0.004),
         0.80, 1.05, 100, 15, 38.0, 0.55, 0.2, False),
    Unit("wenchanghu", "文昌湖省级旅游度假区", "文昌湖", 5, 16, 0.042, 9, (0.010, 0.000),
         (0, 38, 46, 16), (0, 33, 38, 29), (5.0, 40), (0.30, 0.34, 0.040),
         0.9, 0.92, 117, 30, 44.0, 0.60, 0.5, False),
)  # fmt: skip

IDS = tuple(unit.id for unit in UNITS)
NAMES = {CITY: "淄博市"} | {unit.id: unit.name for unit in UNITS}
ROW = {CITY: 0} | {unit.id: i + 1 for i, unit in enumerate(UNITS)}
OVERLAP = np.array([unit.overlap for unit in UNITS])


def column(name: str) -> Table:
    """Return one attribute of all units, shape (11, 1)."""
    return np.array([[float(getattr(unit, name))] for unit in UNITS])
