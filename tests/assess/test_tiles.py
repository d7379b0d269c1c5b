"""The tiles of the first page, from figures worked by hand."""

from types import SimpleNamespace
from typing import Any

import pytest

from assessment.assess.tiles import tiles_of
from assessment.params.model import Params
from assessment.report.first_page import tile_views
from assessment.results.model import ComparedSeries, Comparison, Point

FIGURES = {
    "a": {2023: 40.0, 2024: 44.0, 2025: 40.0},
    "b": {2025: 38.0},
    "c": {2025: 40.0},
    "d": {2024: 30.0},
    "city": {2025: 20.0},
}


def _tiles(parameters: Params, *, ranking: Any = "on", region: str = "a", grade: str = "A") -> Any:
    series = ComparedSeries(
        indicator="pm25",
        name="PM2.5",
        unit="μg/m³",
        decimals=1,
        direction="lower",
        points={
            unit: tuple(Point(year=y, value=v, grade=grade) for y, v in own.items())
            for unit, own in FIGURES.items()
        },
    )
    comparison = Comparison(
        year=2025, framework="", framework_title="", ranking=ranking, index=(), cocontrol={},
        series=(series,), city_sums=(), caution="",
    )  # fmt: skip
    return tiles_of(["pm25", "absent"], comparison, {}, parameters.rules, region, "city")


def test_a_tile_has_change_limit_and_place(parameters: Params) -> None:
    (tile,) = _tiles(parameters)
    assert tile.change == pytest.approx(-4.0)
    assert (tile.aim, tile.aim_origin) == (35, "limit")
    # b is better; c has the same value; d has none of the year; the city is not ranked.
    assert (tile.place, tile.units) == (2, 3)
    (view,) = tile_views(SimpleNamespace(tiles=(tile,), year=2025))  # type: ignore[arg-type]
    assert view.value.text == "40.0"
    assert [line.text for line in view.lines] == [
        "较 2024 年下降 9.1%", "限值 35", "3 个单元中由好到差第 2",
    ]  # fmt: skip


def test_a_change_within_the_error_is_none_and_no_place_without_ranking(parameters: Params) -> None:
    (tile,) = _tiles(parameters, ranking="off", grade="C")
    assert tile.within_error and tile.place is None
    (view,) = tile_views(SimpleNamespace(tiles=(tile,), year=2025))  # type: ignore[arg-type]
    assert view.lines[0].text == "较 2024 年基本持平"
    assert _tiles(parameters, region="d") == ()
    (lone,) = _tiles(parameters, region="b")
    (view,) = tile_views(SimpleNamespace(tiles=(lone,), year=2025))  # type: ignore[arg-type]
    assert view.lines[0].text == "缺 2024 年的数"
    (city,) = _tiles(parameters, region="city")
    assert city.place is None
