"""Figures of the report, drawn from results; each returns None where it would be empty."""

from assessment.show.charts.cochange import cocontrol, cocontrol_units
from assessment.show.charts.coupling import coupling_years
from assessment.show.charts.courses import target_panels
from assessment.show.charts.departments import department_bars
from assessment.show.charts.own import OwnFigure
from assessment.show.charts.progress import target_progress
from assessment.show.charts.targets import target_path
from assessment.show.charts.tiles import tile_map
from assessment.show.charts.trends import trend_panels
from assessment.show.charts.units import rank_intervals, unit_multiples

__all__ = [
    "OwnFigure",
    "cocontrol",
    "cocontrol_units",
    "coupling_years",
    "department_bars",
    "rank_intervals",
    "target_panels",
    "target_path",
    "target_progress",
    "tile_map",
    "trend_panels",
    "unit_multiples",
]
