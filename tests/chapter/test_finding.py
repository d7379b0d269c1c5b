"""What a finding says, tabulates and compares."""

from __future__ import annotations

import pandas as pd
import pytest

from assessment.chapter.pandas_data import latest_level, not_comparable
from assessment.show.blocks import Table
from assessment.show.frame_tables import Show
from tests.chapter.analyses.seen import changed, given, opened


@pytest.fixture(scope="module")
def chapter():
    return opened("1", "张店区")


def only_table(out):
    (table,) = [block for block in out.blocks.blocks if isinstance(block, Table)]
    return table


def test_the_format_of_a_cell_may_depend_on_its_row(chapter):
    frame = pd.DataFrame({"indicator": ["pm25", "co2_energy"], "value": [41.23, 681.5]})
    with chapter.finding("formats", "写法") as out:
        out.table(frame, columns={"value": Show("值", lambda row: row["indicator"])})
    assert [row.cells[0].text for row in only_table(out).rows] == ["41.2 μg/m³", "681.50 万吨"]


def test_verdicts_have_their_words_and_a_findings_own_come_first(chapter):
    with chapter.finding("verdicts", "判断", words={"met": "达到"}) as out:
        out.keep(one="faster", other="met")
        out.say("{one:词}、{other:词}。")
    assert out.blocks.blocks[-1].sentences[0].text == "快于预期、达到。"


def test_a_target_stands_as_in_its_section(chapter):
    with chapter.finding("targets", "目标") as out:
        out.target("N11")
    (sentence,) = out.blocks.blocks[-1].sentences
    share = given("张店区")("nev_new_sales_share", 2025)
    assert sentence.text.startswith(f"“新能源新车占比”2025 年为 {share:.1f}%")
    assert all(fact.pointer.startswith("/targets/N11/") for fact in sentence.facts)


def test_each_may_be_said_otherwise(chapter):
    with chapter.finding("each", "逐项") as out:
        out.keep(share={"a": 0.1, "b": 0.2})
        tails = {"a": "（自然）", "b": ""}
        out.say("{each}。", each=out.each(lambda key: "{share[*]:%}" + tails[key], tails))
    assert out.blocks.blocks[-1].sentences[0].text == "10.0%（自然）、20.0%。"


def test_a_missing_value_comes_from_no_row(chapter):
    frame = pd.DataFrame({"value": [681.5, None]})
    traced = Show("值", ".1f", trace=lambda row: chapter.trace("co2_energy"))
    with chapter.finding("traces", "来源") as out:
        out.table(frame, columns={"value": traced})
    assert [bool(row.cells[0].trace) for row in only_table(out).rows] == [True, False]
    assert chapter.trace("co2_energy", 1990) == ()


def test_the_latest_level_begins_at_the_last_break_that_has_values(chapter):
    values = {"pm25": {2018: 4.0, 2020: 3.0, 2022: 2.0, 2024: 1.0}}
    assert list(latest_level(changed(chapter, values).series("pm25")).index) == [
        2018, 2020, 2022, 2024,
    ]  # fmt: skip
    broken = changed(chapter, values, breaks=(("pm25", 2019), ("pm25", 2021), ("pm25", 2025)))
    assert list(latest_level(broken.series("pm25")).index) == [2022, 2024]
    assert latest_level(changed(chapter, {"pm25": {}}).series("pm25")).empty


def test_why_years_do_not_compare(chapter):
    values = {"pm25": {2020: 3.0, 2025: 2.0}, "so2_emis": {2025: 9.0}}
    other = changed(chapter, values, breaks=(("pm25", 2020), ("pm25", 2023)))
    pm25, so2 = other.series("pm25"), other.series("so2_emis")
    assert not_comparable([2020], pm25) == ""
    assert not_comparable([2025, 2020], pm25) == "PM2.5在其间有口径断点"
    assert not_comparable([2020, 2025], pm25, so2) == "缺 2020 年的SO₂排放量"
