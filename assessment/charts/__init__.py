"""Figures of the report, drawn from results; each returns None where it would be empty."""

from assessment.charts.air import monthly_air
from assessment.charts.cochange import cocontrol, cocontrol_units
from assessment.charts.coupling import coupling_years
from assessment.charts.courses import target_panels
from assessment.charts.departments import department_bars
from assessment.charts.drivers import waterfall
from assessment.charts.own import OwnFigure
from assessment.charts.progress import target_progress
from assessment.charts.targets import target_path
from assessment.charts.tiles import tile_map
from assessment.charts.trends import trend_panels
from assessment.charts.units import rank_intervals, unit_multiples

__all__ = [
    "OwnFigure",
    "cocontrol",
    "cocontrol_units",
    "coupling_years",
    "department_bars",
    "monthly_air",
    "rank_intervals",
    "target_panels",
    "target_path",
    "target_progress",
    "tile_map",
    "trend_panels",
    "unit_multiples",
    "waterfall",
]
