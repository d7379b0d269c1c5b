"""Placing words and axes: invariants and hand-worked cases."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.show.charts.labels import (
    Box,
    even_years,
    fit,
    place,
    spread,
    text_width,
    thin,
    wrap,
)
from assessment.show.charts.panel import amount_scale, runs
from assessment.show.charts.theme import TONES
from assessment.show.charts.words import full_width
from assessment.show.verdict_words import LOOKS
from tests.show.charts import samples
from tests.show.charts.extents import width

some = settings(max_examples=60, deadline=None)


def test_spread_moves_two_labels_apart_by_the_same_amount() -> None:
    # 50 and 52, ten apart: mean 51 stays, so 46 and 56
    assert spread([50, 52], 10, 0, 100) == pytest.approx([46, 56])
    assert spread([52, 50], 10, 0, 100) == pytest.approx([56, 46])
    assert spread([99, 99], 10, 0, 100) == pytest.approx([90, 100])
    assert spread([10, 60], 10, 0, 100) == [10, 60]


@some
@given(st.lists(st.floats(0, 100), min_size=1, max_size=9))
def test_spread_keeps_distance_order_and_bounds(wanted: list[float]) -> None:
    placed = spread(wanted, 11, 0, 100)
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    ordered = [placed[i] for i in order]
    assert all(b - a >= 11 - 1e-6 for a, b in pairwise(ordered))
    assert ordered[0] >= -1e-6
    assert ordered[-1] <= 100 + 1e-6


@some
@given(
    st.lists(
        st.tuples(st.floats(180, 190), st.floats(150, 155)), min_size=11, max_size=11, unique=True
    )
)
def test_names_of_units_on_one_spot_never_overlap(points: list[tuple[float, float]]) -> None:
    names = list(samples.UNITS.values())
    placed = place(points, names, 9, Box(0, 0, 400, 320))
    boxes = [
        Box(at.left, at.middle - 4.5, at.left + width(name, 9), at.middle + 4.5)
        for at, name in zip(placed, names, strict=True)
    ]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    assert all(box.inside(Box(0, 0, 400, 320)) for box in boxes)


@pytest.mark.parametrize(
    "text",
    ["目标 1180.5", "−12.5%", "PM₂.₅年均浓度", "WWMM—%", "p = 0.002", "文昌湖省级旅游度假区"],
)
def test_estimated_width_is_close_to_the_fonts(text: str) -> None:
    real = width(text, 9)
    assert real * 0.97 <= text_width(text, 9) <= real * 1.25


def test_fit_and_wrap_stay_within_their_width() -> None:
    name = "新增和更新出租车中新能源及清洁能源车辆占比"
    assert fit(name, 9, 90) == name[:9] + "…"
    assert fit("短", 9, 90) == "短"
    assert wrap(name, 10, 200) == [name[:20], name[20:]]
    assert wrap("短", 10, 200) == ["短"]
    assert wrap(name * 2, 10, 100)[-1].endswith("…")


def test_thin_keeps_what_matters_first() -> None:
    assert thin([0, 10, 20, 30], [8, 8, 8, 8], [1]) == [1, 3]
    assert thin([0, 50], [8, 8], []) == [0, 1]


def test_years_on_an_axis_end_with_the_last_and_begin_with_the_first_where_they_can() -> None:
    assert even_years(2015, 2024, 130) == [2015, 2018, 2021, 2024]
    assert even_years(2015, 2025, 110) == [2015, 2020, 2025]
    assert even_years(2015, 2025, 400) == list(range(2015, 2026))
    assert even_years(2024, 2024, 100) == [2024]


def test_scale_starts_at_zero_for_amounts_only_where_it_can_be_read() -> None:
    assert amount_scale([40, 58]).low == 0
    assert not amount_scale([98.5, 99.3]).zero
    assert amount_scale([-5, 8]).zero
    assert amount_scale([0.0, 0.0]).labels()[0] == "0.0"
    assert amount_scale([50.0, 100.0], 3).ticks == (0, 50, 100)
    flat = amount_scale([3.0, 3.0])
    assert flat.high - flat.low >= 0.3  # a tenth of the value: nothing is made of nothing
    with pytest.raises(ValueError, match="value"):
        amount_scale([])


@some
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8))
def test_scale_holds_every_value(values: list[float]) -> None:
    scale = amount_scale(values)
    assert scale.low <= min(values)
    assert max(values) <= scale.high
    assert 2 <= len(scale.ticks) <= 8
    assert len(set(scale.labels())) == len(scale.ticks)


def test_runs_split_at_gaps_and_breaks() -> None:
    points = samples.points(2015, (1, 2, None, 4, 5, 6))
    assert [[p.year for p in run] for run in runs(points, {2019})] == [
        [2015, 2016],
        [2018],
        [2019, 2020],
    ]


def test_punctuation_is_full_width_in_chinese_only() -> None:
    comma, left, right = "\uff0c", "\uff08", "\uff09"
    assert full_width("为 0.608,10 个单元") == f"为 0.608{comma}10 个单元"
    assert full_width("共 1,200 吨") == "共 1,200 吨"
    assert full_width("下降(1.1 至 2.8)") == f"下降{left}1.1 至 2.8{right}"
    assert full_width("p = 0.02, n = 5") == "p = 0.02, n = 5"
    assert full_width("12:30 到") == "12:30 到"


def _luminance(color: str) -> float:
    shares = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_words_on_a_tone_can_be_read() -> None:
    for shade in TONES.values():
        pair = sorted((_luminance(shade.fill), _luminance(shade.ink)))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5
    assert {look.tone for look in LOOKS.values()} <= TONES.keys()
