"""What is odd in a pack, beside its own past, its months and the other regions."""

import os
from pathlib import Path
from typing import Any

import pytest

from assessment.data.pack import Pack, load_pack
from assessment.data.past import courses, is_magnitude
from assessment.errors import Fault, InputError
from assessment.params.model import Indicator
from tests.data import small

CITY, EAST, WEST = "云川市", "东山区", "西岭区"


def load(folder: Path, rows: list[dict[str, str]], **more: Any) -> Pack:
    return load_pack(small.write_pack(folder, observations=rows, **more), small.PARAMS)


def told(folder: Path, rows: list[dict[str, str]], **more: Any) -> list[Fault]:
    """Return what is found, whether it stops the pack or not."""
    try:
        return list(load(folder, rows, **more).notices)
    except InputError as error:
        return list(error.faults)


def share(value: str, year: int = 2024, **cells: str) -> dict[str, str]:
    cells = {"indicator": "sewage", "unit": "%", **cells}
    return small.observation(value=value, year=str(year), **cells)


def flow(value: str, year: int = 2024, **cells: str) -> dict[str, str]:
    cells = {"indicator": "co2_industry", "unit": "万吨", **cells}
    return small.observation(value=value, year=str(year), **cells)


def test_a_share_that_is_a_fraction_in_every_year(tmp_path: Path) -> None:
    rows = [
        *(share(f"0.{62 + n}", 2020 + n) for n in range(3)),
        *(share(f"{62 + n}", 2020 + n, region=WEST) for n in range(3)),
    ]
    (one,) = told(tmp_path, rows)
    assert one.place == "第 2 行 value 列"
    assert "3 年" in one.problem and "其他区县的中位数为 62%" in one.problem
    assert "是否把 62% 写成了 0.62？应写 62" in one.remedy


def test_all_regions_as_fractions_and_no_target(tmp_path: Path) -> None:
    found = told(tmp_path, [share("0.62"), share("0.7", region=WEST)])
    assert [one.place for one in found] == ["第 2 行 value 列", "第 3 行 value 列"]
    assert "又没有别的数可比" in found[0].problem


@pytest.mark.parametrize(
    "rows",
    [
        [share("0.4"), share("1.2", region=WEST)],  # small everywhere
        [share("0.4", 2015), share("3", 2020), share("62", 2015, region=WEST)],  # has grown since
        [share("0.4", note="管网在建"), share("62", region=WEST)],
        [share("0.4", indicator="growth"), share("6.2", indicator="growth", region=WEST)],
    ],
)
def test_a_share_that_is_small(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    assert told(tmp_path, rows) == []


def test_months_above_the_year(tmp_path: Path) -> None:
    months = [flow("10", month=str(m)) for m in range(1, 12)]
    (one,) = told(tmp_path / "a", [flow("103"), *months])
    assert one.place == "第 2 行 value 列"
    assert "小于已有 11 个月（如 observations.csv 第 3 行）之和 110 万吨" in one.problem
    # Twelve figures rounded to whole numbers may be six off.
    assert told(tmp_path / "b", [flow("105"), *months]) == []


@pytest.mark.parametrize(
    ("year", "month", "value", "fits"),
    [(2023, "2", "29", False), (2024, "2", "29", True), (2024, "4", "31", False),
     (2024, "4", "30", True), (2023, "", "366", False), (2024, "", "366", True)],
)  # fmt: skip
def test_more_days_than_the_month_has(
    tmp_path: Path, year: int, month: str, value: str, fits: bool
) -> None:
    row = small.observation(
        indicator="good_days", unit="天", year=str(year), month=month, value=value
    )
    found = told(tmp_path, [row])
    assert len(found) == (not fits)
    assert fits or "只有" in found[0].problem


def test_series_of_two_makers_are_not_compared(tmp_path: Path) -> None:
    rows = [
        flow("100", 2022, series="环境统计"),
        flow("1.2", 2022, series="部门估算"),
        flow("104", 2023, series="环境统计"),
        flow("1.3", 2023, series="部门估算"),
        flow("1.25", 2024, series="部门估算"),
    ]
    meta = small.META + "primary_series: {co2_industry: 环境统计}\n"
    pack = load(tmp_path, rows, pack=meta)
    assert pack.notices == ()
    found = courses({**pack.tables["observations"].columns, "sound": [True] * 5})
    assert found["co2_industry", "dongshan", 0, "部门估算"] == {2022: 1.2, 2023: 1.3, 2024: 1.25}


def indicator(unit: str, low: float | None) -> Indicator:
    return Indicator(id="x", name="量", unit=unit, direction="lower", measure="annual_flow",
                     aggregation="sum", bearing="both", source="", range=(low, None))  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "low", "before", "value", "found"),
    [
        ("%", 0, 0.5, 40.0, True),  # the year before was a fraction
        ("%", 0, 0.5, 4.5, False),  # began near zero
        ("%", 0, 40.0, 0.4, True),
        ("%", -30, 0.5, 6.0, False),  # a rate of growth
        ("万吨", -100, 2.0, 2000.0, True),  # a balance is no rate
    ],
)
def test_a_wrong_magnitude(unit: str, low: float, before: float, value: float, found: bool) -> None:
    assert is_magnitude(indicator(unit, low), before, value) is found


def test_a_jump_back_after_a_confirmed_exception(tmp_path: Path) -> None:
    def rows(note: str, last: str) -> list[dict[str, str]]:
        return [flow("100", 2022), flow("2", 2023, note=note), flow(last, 2024)]

    assert told(tmp_path / "a", rows("已核实：停产", "98")) == []
    assert [f.place for f in told(tmp_path / "b", rows("已核实：停产", "98000"))] == [
        "第 4 行 value 列"
    ]
    assert len(told(tmp_path / "c", rows("已核实有误", "98"))) == 2


def test_a_cumulative_count_that_falls(tmp_path: Path) -> None:
    def rows(note: str) -> list[dict[str, str]]:
        return [
            small.observation(indicator="piles", unit="辆", value=value, year=year, note=said)
            for year, value, said in (("2023", "300", ""), ("2024", "290", note))
        ]

    (one,) = told(tmp_path / "a", rows(""))
    assert "累计数 290 辆 小于以前（2023 年为 300 辆）" in one.problem
    assert "请核对或在 note 写明原因" in one.remedy
    assert told(tmp_path / "b", rows("拆除十辆")) == []


@pytest.mark.parametrize("word", ["无", "/", "见附件", "待补"])
@pytest.mark.parametrize(
    ("stem", "row", "column"),
    [("tasks", small.task, "evidence"), ("observations", small.observation, "source"),
     ("allocations", small.allocation, "source"), ("context", small.context, "source")],
)  # fmt: skip
def test_words_that_name_no_document(
    tmp_path: Path, word: str, stem: str, row: Any, column: str
) -> None:
    files = {"observations": [small.observation()], stem: [row(**{column: word})]}
    rows = files.pop("observations")
    (one,) = told(tmp_path, rows, **files)
    assert (one.file, one.place) == (f"{stem}.csv", f"第 2 行 {column} 列")
    assert f"只写了“{word}”" in one.problem


def test_a_target_tells_a_fraction_where_no_region_does(tmp_path: Path) -> None:
    plan = small.PARAMS.plan
    goal = plan.targets[0].model_copy(
        update={"no": "N02", "indicator": "sewage", "unit": "%", "value": 75.0}
    )
    params = small.PARAMS.model_copy(
        update={"plan": plan.model_copy(update={"targets": (*plan.targets, goal)})}
    )
    folder = small.write_pack(tmp_path, observations=[share("0.4"), share("1.2", region=WEST)])
    (one,) = load_pack(folder, params).notices
    assert "方案目标为 75%" in one.problem


def test_a_repeated_figure_is_called_by_its_name(tmp_path: Path) -> None:
    (one,) = told(tmp_path, [flow("10", month="3"), flow("11", month="3")])
    assert one.problem == (
        "与 第 2 行重复（东山区、2024 年、3 月、“工业二氧化碳排放量”（co2_industry））"
    )


def test_a_revision_of_what_is_not_there_is_called_by_its_name(tmp_path: Path) -> None:
    later = {
        **flow("11", 2023), "series": "", "old": "10", "who": "甲", "when": "2025-01-02",
        "why": "复核", "workbook": "",
    }  # fmt: skip
    (one,) = told(tmp_path, [flow("10")], revisions=[later])
    assert one.problem == (
        "没有要修订的数（东山区、2023 年、“工业二氧化碳排放量”（co2_industry））"
    )


def test_a_table_whose_name_is_nearly_right_is_noticed(tmp_path: Path) -> None:
    pack = load(tmp_path, [flow("10")], observation=[flow("11", 2023)])
    (one,) = pack.notices
    assert (one.file, one.problem) == ("observation.csv", "未被读取")
    assert one.remedy == "是否想写“observations.csv”？"


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_a_file_name_in_gbk_is_told_as_it_was_meant(tmp_path: Path) -> None:
    folder = small.write_pack(tmp_path, observations=[flow("10")])
    (folder / os.fsdecode("能源数据.csv".encode("gbk"))).write_text("region\n")
    (one,) = load_pack(folder, small.PARAMS).notices
    assert one.file == "能源数据.csv"
