"""What the figures say: titles, twins and marks against the results they are drawn from."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from assessment.methods.verdicts import DEFAULT_THRESHOLDS
from assessment.results.values import Value
from assessment.show import charts
from assessment.show.blocks import Figure
from assessment.show.charts.twin import counted
from assessment.show.tables import targets_table
from tests.show.charts import samples
from tests.show.charts.extents import words
from tests.show.charts.test_figures import COUPLINGS, MANY_TARGETS, MANY_TRENDS, POLLUTANTS, WHO


def column(figure: Figure | None, key: str) -> list[Value]:
    assert figure is not None
    index = [c.key for c in figure.table.columns].index(key)
    return [row.cells[index].value for row in figure.table.rows]


def texts(figure: Figure | None) -> list[str]:
    assert figure is not None
    return [word.text for word in words(figure.svg)[0]]


def lines(figure: Figure | None, color: str) -> list[list[tuple[float, float]]]:
    """Polylines of a colour, as the points of the sheet."""
    assert figure is not None
    found = re.findall(rf'<path d="([^"]+)"[^>]*fill: none[^>]*stroke: {color}[;"]', figure.svg)
    return [
        [(float(x), float(y)) for x, y in re.findall(r"[ML] ([\d.]+) ([\d.]+)", path)]
        for path in found
    ]


def test_path_title_alt_and_twin() -> None:
    figure = charts.target_path(samples.target(), **WHO, year=2024)
    assert figure is not None
    assert "40.2 微克/立方米" in figure.title
    assert "进展偏慢" in figure.title
    assert "还差 2.2" in figure.title
    for said in ("58.0", "38.0", "72%", "缺 2018 年"):
        assert said in figure.alt
    assert column(figure, "observed")[:4] == [58.0, 55.0, 52.0, 46.0]
    # 44.5 in 2020 to 38.0 in 2025: 1.3 a year
    required = dict(zip(column(figure, "year"), column(figure, "required"), strict=True))
    assert required[2021] == pytest.approx(43.2)
    assert required[2024] == pytest.approx(39.3)
    assert required[2025] == 38.0
    assert required[2019] is None
    assert {"40.2", "目标 38.0"} <= set(texts(figure))


def test_missing_year_is_a_gap_in_the_line() -> None:
    figure = charts.target_path(samples.target(), **WHO, year=2024)
    observed = [line for line in lines(figure, "#1f2933") if len(line) > 2]
    assert [len(line) for line in observed] == [3, 6]


def test_break_is_a_gap_with_a_mark() -> None:
    whole = charts.target_path(samples.target(), **WHO, year=2024)
    broken = charts.target_path(samples.target(breaks=(2022,)), **WHO, year=2024)
    observed = [line for line in lines(broken, "#1f2933") if len(line) > 2]
    # 2019-2021 and 2022-2024 instead of 2019-2024
    assert [len(line) for line in observed] == [3, 3, 3]
    assert "口径变化" in texts(broken)
    assert "口径变化" not in texts(whole)


def test_later_points_are_left_out() -> None:
    figure = charts.target_path(samples.target(), **WHO, year=2022)
    assert column(figure, "observed")[-3:] == [None, None, None]
    assert "42.0" in texts(figure)
    assert "40.2" not in texts(figure)


def test_one_point_is_a_dot_without_a_line() -> None:
    figure = charts.target_path(MANY_TARGETS[2], **WHO, year=2024)
    assert [line for line in lines(figure, "#1f2933") if len(line) > 1] == []
    assert "3.2" in texts(figure)
    assert figure is not None
    assert "缺基期" in figure.title


def test_axis_says_when_it_does_not_start_at_zero() -> None:
    cut = charts.target_path(MANY_TARGETS[1], **WHO, year=2024)
    whole = charts.target_path(samples.target(), **WHO, year=2024)
    assert cut is not None
    assert whole is not None
    assert "纵轴不从零起" in cut.subtitle
    assert "纵轴不从零起" not in whole.subtitle
    assert "0" in texts(whole)


def test_panels_name_what_they_leave_out() -> None:
    figure = charts.target_panels(MANY_TARGETS, **WHO, year=2024)
    assert figure is not None
    assert "没有数的指标" in figure.subtitle
    assert set(column(figure, "target")) == {
        t.name for t in MANY_TARGETS if t.name != "没有数的指标"
    }
    alone = charts.target_panels([MANY_TARGETS[0], MANY_TARGETS[5]], **WHO, year=2024)
    assert alone is not None
    assert "chart-single" in alone.svg


def test_progress_is_ordered_and_unknown_comes_last() -> None:
    figure = charts.target_progress(MANY_TARGETS, **WHO, year=2024)
    shares = column(figure, "share")
    assert shares == [260.0, 100.0, 72.0, -80.0, None]
    assert column(figure, "basis")[1] == "完成率"
    verdicts = [row.cells[3].verdict for row in figure.table.rows] if figure else []
    assert verdicts[:2] == ["faster", "met"]
    # 260 % and -80 % lie beyond the axis: the mark says so, the number is printed whole
    assert {"260% 快于预期", "−80% 倒退", "»", "«"} <= set(texts(figure))
    assert figure is not None
    assert "2 项不到" in figure.title
    assert "1 项数据不足" in figure.title
    assert "1 项达标" in figure.subtitle  # measured by no schedule: counted, not drawn
    assert "每年都应达到" not in texts(figure)


def test_trend_line_and_interval() -> None:
    figure = charts.trend_panels([samples.trend()], **WHO)
    assert figure is not None
    # median year 2019.5 is 2020 without 2018; median value 44.5; -1.9 a year
    assert column(figure, "trend")[0] == pytest.approx(44.5 + 5 * 1.9)
    assert column(figure, "trend")[-1] == pytest.approx(44.5 - 4 * 1.9)
    for said in ("−1.90", "−2.40", "−1.30", "0.002", "40.2"):
        assert said in figure.alt
    assert "95% 区间" in figure.subtitle
    plain = charts.trend_panels([samples.trend(low=None, high=None)], **WHO)
    assert plain is not None
    assert "区间" not in plain.subtitle


def test_trend_does_not_cross_a_break() -> None:
    figure = charts.trend_panels(MANY_TRENDS[2:3], **WHO)
    assert column(figure, "trend")[:3] == [None, None, None]
    observed = [line for line in lines(figure, "#1f2933") if len(line) > 2]
    assert [len(line) for line in observed] == [5]


def test_trend_columns_are_few() -> None:
    with pytest.raises(ValueError, match="columns"):
        charts.trend_panels(MANY_TRENDS, **WHO, columns=4)
    with pytest.raises(ValueError, match="columns"):
        charts.target_panels(MANY_TARGETS, **WHO, year=2024, columns=0)


def test_cocontrol_axes_are_equal_and_quadrants_named() -> None:
    figure = charts.cocontrol(POLLUTANTS, **WHO)
    assert {"协同减排", "只降碳", "同增", "只减污"} <= set(texts(figure))
    assert column(figure, "pollutant") == pytest.approx([-30, -18, -17, 4])
    assert column(figure, "quadrant") == ["协同减排"] * 3 + ["只降碳"]
    # the two axes through zero, and the same distance for ten per cent on both
    across, up = lines(figure, "#52606d")[:2]
    assert across[1][0] - across[0][0] == pytest.approx(up[0][1] - up[1][1], abs=0.02)
    assert figure is not None
    assert "4 种污染物中 3 种" in figure.title


def test_city_is_not_among_the_units() -> None:
    compared = samples.comparison()
    for figure in (
        charts.rank_intervals(compared, "linzi"),
        charts.unit_multiples(compared, "linzi", "pm25"),
        charts.cocontrol_units(compared, "linzi", "so2"),
    ):
        assert figure is not None
        assert len(figure.table.rows) == 11
        assert "全市" not in texts(figure)
        assert [row.cells[0].text for row in figure.table.rows if row.strong] == ["临淄区"]
    off = charts.rank_intervals(samples.comparison(ranking="off"), "linzi", omit=["zibo"])
    assert "全市" not in texts(off)


def test_a_zone_within_a_district_has_a_row_and_no_rank() -> None:
    compared = samples.comparison()
    zone = {"rank": None, "rank_low": None, "rank_high": None, "within": ("张店",)}
    index = tuple(
        one.model_copy(update=zone) if one.region == "gaoxin" else one for one in compared.index
    )
    compared = compared.model_copy(update={"index": index})
    own = next(one for one in index if one.region == "gaoxin")
    figure = charts.rank_intervals(compared, "gaoxin", omit=["zibo"])
    assert figure is not None
    assert figure.title.startswith(f"{own.name} 2024 年综合指数 {own.score:.2f}，区间 ")
    assert f"不参与排名：{own.name}。" in figure.alt
    assert "在张店之内" in figure.svg
    assert list(column(figure, "rank")).count(None) == 2  # and one without data
    assert own.name not in figure.alt.partition("未计分")[2].partition("。")[0]


def test_ranking_off_removes_every_rank() -> None:
    figure = charts.rank_intervals(samples.comparison(ranking="off"), "linzi", omit=["zibo"])
    assert figure is not None
    everything = figure.title + figure.subtitle + figure.alt + figure.svg
    assert "名次" not in everything + "".join(c.label for c in figure.table.columns)
    assert column(figure, "unit")[:9] == list(samples.UNITS.values())[:9]  # the plan's order
    ranked = charts.rank_intervals(samples.comparison(), "linzi")
    assert ranked is not None
    assert "名次区间 4–7" in ranked.title


def test_unscored_unit_is_named_as_unknown() -> None:
    figure = charts.rank_intervals(samples.comparison(), "linzi")
    assert "数据不足" in texts(figure)
    assert figure is not None
    assert "未计分" in figure.alt
    assert column(figure, "unit")[-1] == "经济开发区"
    tiles = charts.tile_map(samples.comparison(), samples.regions(), "linzi")
    assert "数据不足" in texts(tiles)


def test_tiles_say_the_ends_and_rank_nothing_where_ranking_is_off() -> None:
    ranked = charts.tile_map(samples.comparison(), samples.regions(), "linzi")
    assert ranked is not None
    assert ranked.title == (
        "临淄区 2024 年耦合协调度为 0.620\uff0c"
        "10 个单元在 0.500\uff08文昌湖省级旅游度假区\uff09至 0.700\uff08张店区\uff09之间"
    )
    values = [value for value in column(ranked, "value") if value is not None]
    assert values == sorted(values, reverse=True)  # type: ignore[type-var]
    city = charts.tile_map(samples.comparison(), samples.regions(), "zibo")
    assert city is not None
    assert "粗框" not in city.subtitle
    off = charts.tile_map(samples.comparison(ranking="off"), samples.regions(), "linzi")
    assert column(off, "unit") == [region.name for region in samples.regions() if region.tile]


def test_tiles_of_one_known_unit_make_no_range() -> None:
    alone = samples.comparison(unscored=[name for name in samples.UNITS if name != "boshan"])
    figure = charts.tile_map(alone, samples.regions(), "linzi")
    assert figure is not None
    assert figure.title == "2024 年只有博山区算得出耦合协调度\uff0c为 0.660"


def test_classes_that_are_lists_are_quoted_when_counted() -> None:
    assert counted(["完成", "总体向好,有反复", "完成"]) == "2 项完成、1 项“总体向好,有反复”"


def test_figures_of_the_city_say_what_the_units_span() -> None:
    ranks = charts.rank_intervals(samples.comparison(), "zibo", omit=["zibo"])
    assert ranks is not None
    assert ranks.title == (
        "2024 年 10 个单元的综合指数在 0.50\uff08文昌湖省级旅游度假区\uff09"
        "至 0.70\uff08张店区\uff09之间"
    )
    multiples = charts.unit_multiples(samples.comparison(), "nowhere", "pm25", omit=["zibo"])
    assert multiples is not None
    assert multiples.title.startswith("2024 年PM₂.₅年均浓度\uff0c各单元在 41.0")


def test_multiples_are_ordered_by_value() -> None:
    figure = charts.unit_multiples(samples.comparison(), "linzi", "pm25")
    latest = column(figure, "2024")
    assert latest == sorted(latest, reverse=True)  # type: ignore[type-var]
    assert latest[0] == 41.0 + 25.0


def test_coupling_grades_and_levels() -> None:
    figure = charts.coupling_years(COUPLINGS, **WHO)
    assert column(figure, "d") == [None, 0.58, 0.61, 0.66]
    assert column(figure, "s2") == [None, 0.56, 0.56, 0.60]
    assert {"初级协调", "优质协调", "极度失调", "0.660"} <= set(texts(figure))
    assert figure is not None
    assert "2020 年不计算" in figure.alt
    assert "+0.080" in figure.title  # 0.66 - 0.58


def test_departments_count_by_tone() -> None:
    figure = charts.department_bars(samples.departments(), **WHO, year=2024)
    assert column(figure, "department") == ["市发展改革委", "市生态环境局"]  # most behind first
    assert column(figure, "target-bad") == [2, 0]
    assert column(figure, "task-best") == [0, 9]
    assert column(figure, "task-unknown") == [3, 0]
    assert "迟报 5 天" in texts(figure)
    with pytest.raises(ValueError, match="no such"):
        charts.department_bars(
            [samples.departments()[0].model_copy(update={"verdicts": {"splendid": 1}})]
        )


def test_progress_counts_as_reached_what_the_rule_judges_so() -> None:
    def counted(ratio: float, bound: float) -> str:
        figure = charts.target_progress(
            [samples.target(ratio=ratio)], **WHO, year=2024,
            thresholds=replace(DEFAULT_THRESHOLDS, on_track=bound),
        )  # fmt: skip
        assert figure is not None
        return figure.title

    assert "1 项达到应有进度的 90%" in counted(0.92, 0.90)
    assert "0 项达到应有进度的 95%" in counted(0.92, 0.95)
    # a bound that binary fractions miss by a hair is reached, as it is in the judgement
    assert "1 项达到" in counted(0.1 + 0.2 + 0.65 - 2e-16, 0.95)
    assert "1 项达到" in counted(0.95 - 1e-12, 0.95)


def test_the_two_completion_rates_have_two_names() -> None:
    def read(basis: str) -> tuple[str, str]:
        due = samples.target(ratio=None).model_copy(
            update={"completion": 80.0, "completion_basis": basis}
        )
        figure = charts.target_progress([due], **WHO, year=2030)
        table = targets_table("t", "题", [due])
        place = [c.key for c in table.columns].index("completion")
        return column(figure, "basis")[0], table.rows[0].cells[place].note

    assert read("change") == ("增量完成率", "")
    assert read("level") == ("目标完成率", "目标完成率")


def test_progress_names_what_the_rule_s_ratio_is_a_share_of() -> None:
    read = samples.target(ratio=0.5).model_copy(update={"progress_rule": "statcan"})
    figure = charts.target_progress([read], **WHO, year=2024)
    assert figure is not None
    assert column(figure, "basis") == ["所需增速"]
    assert "应有进度" not in figure.title + figure.subtitle + figure.alt
    linear = charts.target_progress([samples.target(ratio=0.5)], **WHO, year=2024)
    assert linear is not None
    assert "0 项达到应有进度的 95%" in linear.title
