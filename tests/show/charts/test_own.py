"""A researcher's own figure, drawn with seaborn."""

from __future__ import annotations

import math

import matplotlib as mpl
import pandas as pd
import pytest
import seaborn as sns

from assessment.job.sources import Sources
from assessment.show.blocks import Figure
from assessment.show.charts import OwnFigure, theme
from assessment.show.charts.drivers import waterfall
from assessment.show.charts.own import label_ends
from assessment.show.inline_svg import inline_svg

FRAME = pd.DataFrame(
    {"年份": [2023, 2024, 2025] * 2, "数值": [3.0, 2.5, None, 1.0, 1.26, 1.5], "指标": ["甲"] * 3 + ["乙"] * 3}
)  # fmt: skip


def drawn(name: str = "own") -> Figure:
    own = OwnFigure(name)
    with own as axes:
        sns.lineplot(FRAME, x="年份", y="数值", hue="指标", ax=axes)
    return own.block(FRAME, title="甲降乙升", alt="两条线", decimals={"数值": 1})


def test_the_same_bytes_again_and_other_ids_for_another_name() -> None:
    assert drawn() == drawn()
    assert inline_svg(drawn().svg, "own", "x") != inline_svg(drawn("other").svg, "other", "x")


def test_it_wears_the_look_and_leaves_no_trace() -> None:
    before = dict(mpl.rcParams)
    svg = drawn().svg
    assert dict(mpl.rcParams) == before
    assert theme.ACCENT in svg
    assert ">甲</text>" in svg
    assert "<style" not in svg


def test_an_error_while_drawing_leaves_no_trace_either() -> None:
    before = dict(mpl.rcParams)
    with pytest.raises(KeyError), OwnFigure("own"):
        raise KeyError
    assert dict(mpl.rcParams) == before


def test_it_may_be_drawn_on_again() -> None:
    before = dict(mpl.rcParams)
    own = OwnFigure("own")
    for _ in range(2):
        with own as axes:
            axes.plot([1, 2], [3, 4])
    assert dict(mpl.rcParams) == before


def test_the_twin_has_what_was_drawn_and_says_what_is_missing() -> None:
    table = drawn().table
    assert [column.label for column in table.columns] == ["年份", "数值", "指标"]
    assert [row.cells[1].text for row in table.rows] == [
        "3.0",
        "2.5",
        "数据不足",
        "1.0",
        "1.3",
        "1.5",
    ]
    assert [row.cells[0].text for row in table.rows[:3]] == ["2023", "2024", "2025"]


def test_a_frame_of_the_units_series(demo: Sources) -> None:
    inputs = demo.job("2", "zhangdian", 2025)
    data = inputs.data()
    frame = data.frame("so2_intensity")
    series = data.annual("so2_intensity")
    assert list(frame["value"]) == [point.value for point in series.points]
    assert list(frame["year"]) == [point.year for point in series.points]
    assert frame["level"].nunique() == len(series.breaks) + 1
    assert set(data.frame()["indicator"]) > {"so2_intensity"}


def test_names_at_the_ends_of_lines_stand_apart() -> None:
    with OwnFigure("ends") as axes:
        for end in (1.0, 5.0, 5.01):
            axes.plot([2020, 2025], [3.0, end])
        label_ends(axes, ["低", "中", "高"])
    heights = {text.get_text(): text.xy[1] for text in axes.texts}
    assert heights["低"] == 1.0 and heights["中"] == 5.0
    assert heights["高"] - heights["中"] > 0.1
    colors = [text.get_color() for text in axes.texts]
    assert colors == [line.get_color() for line in axes.get_lines()]


def test_bars_of_a_waterfall_follow_each_other_to_the_total() -> None:
    with OwnFigure("waterfall") as axes:
        waterfall(axes, {"人口": 2.0, "能耗": -7.0, "因子": math.nan}, ["人口", "能耗"], "合计", 1)
    bars = [(bar.get_x(), bar.get_width()) for bar in axes.patches]
    assert bars == [(0.0, 2.0), (2.0, -7.0), (-5.0, 0.0), (0.0, -5.0)]
    assert [text.get_text() for text in axes.texts] == ["+2.0", "−7.0", "", "−5.0"]
    low, high = axes.get_xlim()
    assert low < -5.0 and high > 2.0
