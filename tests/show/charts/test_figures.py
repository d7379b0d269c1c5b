"""What every figure keeps: words inside the sheet and apart, same bytes, twin, alternative text."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from assessment.show import charts
from assessment.show.blocks import Figure
from tests.show.charts import samples
from tests.show.charts.extents import outside, overlaps, words

WHO = {"unit_name": "张店区"}
LONG = "新增和更新出租车中新能源及清洁能源车辆占比"

MANY_TARGETS = [
    samples.target(no="N01"),
    samples.target((99.1, 99.2, 99.3, 99.3, 99.4, 99.4, 99.5, 99.6, 99.7, 99.8), no="N02",
                   name=LONG, unit="%", aim=99.8, due=2024, verdict="met", ratio=None,
                   completion=100.0, breaks=(2021,)),
    samples.target((None,) * 9 + (3.2,), no="N03", name="营造林", aim=None, due=None, ratio=None,
                   gap=None, verdict="insufficient_data", reason="缺基期"),
    samples.target((10, 20, 40, 80, 120, 200, 250, 300, 330, 370), no="N04", name="装机容量",
                   unit="万千瓦", decimals=0, aim=600, due=2030, verdict="faster", ratio=2.6),
    samples.target((1210, 1225, 1190, 1240, 1180, 1200, 1210, 1222, 1230, 1245), no="N05",
                   name="煤炭消费量", unit="万吨", decimals=0, aim=1100, verdict="reversed",
                   ratio=-0.8),
    samples.target((), no="N06", name="没有数的指标", verdict="city_only", ratio=None),
    samples.target((80, 80, 80, 80, 80, 80, 80, 80, 80, 100), no="N07", name="每年都应达到",
                   unit="%", aim=80, due=None, verdict="standing_met", ratio=None),
]  # fmt: skip

MANY_TRENDS = [
    samples.trend(),
    samples.trend((1.2, 3.0, 4.1, 7.0, 8.8), start=2020, name="单位地区生产总值二氧化碳排放降低率",
                  unit="%", slope=1.9, low=1.1, high=2.8, p=0.03, reading="rising"),
    samples.trend((1210, 1225, 1190, 1240, 1180), start=2020, before=(1500, 1490, 1480),
                  name="煤炭消费量", unit="万吨", decimals=0, slope=-5, low=-30, high=15, p=0.48,
                  significant=False, reading="unclear", breaks=(2020,)),
    samples.trend((41.3,), start=2024, name="再生水利用率", unit="%", slope=None, low=None,
                  high=None, p=None, significant=None, reading="insufficient"),
]  # fmt: skip

COUPLINGS = [
    samples.coupling(2020, (0.40, 0.50, None, 0.50), None),
    samples.coupling(2021, (0.50, 0.55, 0.56, 0.54), 0.58),
    samples.coupling(2022, (0.55, 0.56, 0.56, 0.55), 0.61),
    samples.coupling(2023, (0.60, 0.60, 0.60, 0.60), 0.66),
]

POLLUTANTS = [
    samples.co(0.30, 0.12),
    samples.co(0.18, 0.12, name="NOₓ", key="nox"),
    samples.co(0.17, 0.12, name="颗粒物", key="pm"),
    samples.co(-0.04, 0.12, name="VOCs", key="voc"),
]

Draw = Callable[[], Figure | None]

FIGURES: dict[str, Draw] = {
    "path": lambda: charts.target_path(samples.target(), **WHO, year=2024),
    "path at the target": lambda: charts.target_path(MANY_TARGETS[1], **WHO, year=2024),
    "path of one point": lambda: charts.target_path(MANY_TARGETS[2], **WHO, year=2024),
    "standing": lambda: charts.target_path(MANY_TARGETS[6], **WHO, year=2024),
    "courses": lambda: charts.target_panels(MANY_TARGETS, **WHO, year=2024),
    "two courses": lambda: charts.target_panels(MANY_TARGETS[:2], **WHO, year=2024),
    "progress": lambda: charts.target_progress(MANY_TARGETS, **WHO, year=2024),
    "trends": lambda: charts.trend_panels(MANY_TRENDS, **WHO),
    "trend": lambda: charts.trend_panels(MANY_TRENDS[:1], **WHO),
    "trend of one point": lambda: charts.trend_panels(MANY_TRENDS[3:], **WHO),
    "co-control": lambda: charts.cocontrol(POLLUTANTS, **WHO),
    "co-control, all rise": lambda: charts.cocontrol([samples.co(-0.5, -0.02)], **WHO),
    "units": lambda: charts.cocontrol_units(samples.comparison(), "linzi", "so2"),
    "units, near": lambda: charts.cocontrol_units(samples.comparison(near=True), "linzi", "so2"),
    "coupling": lambda: charts.coupling_years(COUPLINGS, **WHO),
    "coupling, no degree": lambda: charts.coupling_years(COUPLINGS[:1], **WHO),
    "ranks": lambda: charts.rank_intervals(samples.comparison(), "linzi"),
    "scores": lambda: charts.rank_intervals(samples.comparison(ranking="off"), "linzi"),
    "multiples": lambda: charts.unit_multiples(samples.comparison(), "linzi", "pm25"),
    "multiples, near": lambda: charts.unit_multiples(
        samples.comparison(near=True), "linzi", "pm25"
    ),
    "tiles": lambda: charts.tile_map(samples.comparison(), samples.regions(), "linzi"),
    "score tiles": lambda: charts.tile_map(
        samples.comparison(), samples.regions(), "linzi", show="score"
    ),
    "departments": lambda: charts.department_bars(samples.departments(), **WHO, year=2024),
}  # fmt: skip

every_figure = pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES.keys())


def drawn(draw: Draw) -> Figure:
    figure = draw()
    assert figure is not None
    return figure


@every_figure
def test_no_word_leaves_the_sheet_or_covers_another(draw: Draw) -> None:
    found, size = words(drawn(draw).svg)
    assert len(found) > 3
    assert outside(found, size) == []
    assert overlaps(found) == []


@every_figure
def test_bytes_are_the_same_and_nothing_is_logged(
    draw: Draw, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        first, second = drawn(draw), drawn(draw)
    assert first.model_dump_json() == second.model_dump_json()
    assert caplog.records == []


@every_figure
def test_svg_stands_alone_and_reaches_nothing_outside(draw: Draw) -> None:
    figure = drawn(draw)
    root = ElementTree.fromstring(figure.svg)
    assert root.attrib["aria-label"] == figure.alt
    assert all(name in root.attrib["font-family"] for name in ("Noto Sans SC", "DejaVu Sans"))
    assert not re.search(
        r"<style|<metadata|<script|url\(|https?:(?!//www.w3.org/2000/svg)", figure.svg
    )
    ids = {e.attrib["id"] for e in root.iter() if "id" in e.attrib}
    links = {v[1:] for e in root.iter() for k, v in e.attrib.items() if k == "href"}
    assert links == ids
    smallest = min(float(size) for size in re.findall(r"font-size: ([\d.]+)px", figure.svg))
    assert smallest >= 9


@every_figure
def test_words_are_complete(draw: Draw) -> None:
    figure = drawn(draw)
    assert figure.title
    assert "\uff1b" in figure.subtitle  # what is drawn; unit; years
    assert figure.title in figure.alt
    assert not re.search("[\u4e00-\u9fff][,;:]", figure.title + figure.subtitle + figure.alt)
    rows = figure.table.rows
    assert rows
    assert all(len(row.cells) == len(figure.table.columns) for row in rows)
    assert figure.table.id != figure.id


def test_two_units_never_share_bytes() -> None:
    names = list(samples.UNITS)
    compared = samples.comparison(near=True)
    for draw in (
        lambda unit: charts.cocontrol_units(compared, unit, "so2"),
        lambda unit: charts.unit_multiples(compared, unit, "pm25"),
        lambda unit: charts.rank_intervals(compared, unit),
        lambda unit: charts.tile_map(compared, samples.regions(), unit),
        lambda unit: charts.target_path(samples.target(), unit_name=samples.UNITS[unit], year=2024),
        lambda unit: charts.trend_panels([samples.trend()], unit_name=samples.UNITS[unit]),
    ):
        svgs = {figure.svg for unit in names if (figure := draw(unit)) is not None}
        assert len(svgs) == len(names)


def test_ids_of_two_figures_do_not_clash() -> None:
    def ids(figure: Figure | None) -> set[str]:
        assert figure is not None
        return set(re.findall(r' id="([^"]+)"', figure.svg))

    one = ids(charts.target_path(samples.target(no="N01"), **WHO, year=2024))
    two = ids(charts.target_path(samples.target(no="N02"), **WHO, year=2024))
    assert one and not one & two


def test_callers_settings_do_not_reach_a_figure() -> None:
    import matplotlib as mpl

    plain = drawn(FIGURES["courses"])
    with mpl.rc_context({"font.size": 20, "lines.linewidth": 9, "svg.fonttype": "path",
                         "lines.marker": "x", "font.family": ["serif"]}):  # fmt: skip
        assert drawn(FIGURES["courses"]).svg == plain.svg


def test_nothing_to_draw_is_none() -> None:
    empty = samples.comparison(unscored=list(samples.UNITS))
    nothing = empty.model_copy(update={"cocontrol": {}, "series": ()})
    assert charts.target_path(samples.target(()), **WHO, year=2024) is None
    assert charts.target_path(samples.target(), **WHO, year=2014) is None
    assert charts.target_panels([samples.target(())], **WHO, year=2024) is None
    assert charts.target_progress([], **WHO, year=2024) is None
    assert charts.target_progress(MANY_TARGETS[5:], **WHO, year=2024) is None
    assert charts.trend_panels([samples.trend(())], **WHO) is None
    assert charts.trend_panels([samples.trend()], **WHO, year=2014) is None
    assert charts.cocontrol([samples.co(None, 0.1)], **WHO) is None
    assert charts.cocontrol_units(nothing, "linzi", "so2") is None
    assert charts.coupling_years([samples.coupling(2020, (None,) * 4, None)], **WHO) is None
    assert charts.rank_intervals(nothing, "linzi") is None
    assert charts.unit_multiples(nothing, "linzi", "pm25") is None
    assert charts.tile_map(nothing, samples.regions(), "linzi") is None
    assert charts.department_bars(samples.departments()[2:]) is None
