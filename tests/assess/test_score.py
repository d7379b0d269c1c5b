"""The scorecard's line of a chapter: what counts as there, and what the pairs say together."""

from __future__ import annotations

from typing import Any

import pytest

from assessment.assess.score import chapter_score
from assessment.results.model import ChapterScore, CoControlResult, SynergyResult, TrendResult


def trend(n: int, last_year: int) -> TrendResult:
    return TrendResult(
        indicator="pm25", series="", name="细颗粒物", unit="μg/m³", decimals=0, direction="lower",
        first_year=2020, last_year=last_year, n=n, points=(), reading="insufficient",
    )  # fmt: skip


def pair(quadrant: int | None, first: int = 2023) -> CoControlResult:
    return CoControlResult(
        pair="碳", pollutant="so2", pollutant_name="二氧化硫", carbon="co2", carbon_name="碳",
        from_year=first, to_year=2024, pollutant_from=1, pollutant_to=1, carbon_from=1, carbon_to=1,
        quadrant=quadrant, reading="undefined",
    )  # fmt: skip


def score(trends: list[TrendResult], pairs: list[CoControlResult] | None = None) -> ChapterScore:
    more: dict[str, Any] = {"cocontrol": tuple(pairs or ()), "coupling": ()}
    synergy = SynergyResult(
        scope="chapter", framework="two", framework_title="两面", agreement="", **more
    )
    return chapter_score([], [], trends, synergy, 2024)


@pytest.mark.parametrize(
    ("trends", "share"),
    [
        ([trend(1, 2024)], 1.0),  # one figure, of the year assessed, is the year's figure
        ([trend(0, 2024)], 0.0),
        ([trend(9, 2023)], 0.0),  # however many there are, none is this year's
        ([trend(9, 2025)], 0.0),
        ([trend(1, 2024), trend(9, 2023)], 0.5),
        ([], 0.0),
    ],
)
def test_a_series_is_complete_where_it_has_the_years_figure(
    trends: list[TrendResult], share: float
) -> None:
    assert score(trends).completeness == share


@pytest.mark.parametrize(
    ("pairs", "reading"),
    [
        ([pair(1), pair(1)], "synergy"),
        ([pair(1), pair(3)], "mixed"),
        ([pair(None), pair(4)], "only_pollutant_falls"),
        ([pair(None)], "undefined"),
        ([pair(2, first=2020)], "undefined"),
    ],
)
def test_pairs_of_the_last_year_are_read_together(
    pairs: list[CoControlResult], reading: str
) -> None:
    assert score([], pairs).synergy_reading == reading
