"""Air quality by month: chapter 4."""

import numpy as np
import pytest

from assessment.chapter.finding import Finding
from assessment.show.blocks import Figure, Prose, Table
from tests.chapter.analyses.seen import UNITS, Seen, changed, checked, given, opened, sentences_of
from tests.notebook_cells import run_findings


def run(chapter: Seen, **constants: object) -> Finding:
    return checked(run_findings("04", chapter.inputs, "air", **constants), "air")


def figures_of(finding: Finding) -> list[Figure]:
    return [b for b in finding.blocks.blocks if isinstance(b, Figure)]


def test_zhangdian_by_hand():
    chapter = opened("4", "张店区")
    finding = run(chapter)
    found = finding.kept["air"]["pm25"]
    assert (found["n"], found["missing"], found["direction"]) == (132, 0, "falling")
    # pairs of one month over eleven years: 55 in each of the twelve
    rows = {(r.year, r.month): r.value for r in chapter.data.monthly("pm25")}
    slopes = [
        (rows[b, m] - rows[a, m]) / (b - a)
        for m in range(1, 13)
        for a in range(2015, 2026)
        for b in range(a + 1, 2026)
    ]
    assert len(slopes) == 12 * 55
    assert found["slope"] == pytest.approx(np.median(slopes))
    season = finding.kept["season"]["pm25"]
    january = [rows[y, 1] for y in range(2015, 2026)]
    assert (season["highest"], season["most"]) == (1, pytest.approx(np.mean(january)))
    mean = sum(given("张店区")("pm25", year) for year in (2023, 2024, 2025)) / 3
    assert finding.kept["means"]["pm25"]["now"] == pytest.approx(mean)
    start = finding.kept["starts"]["pm25"]
    assert start["before"] == start["after"] == 36
    pm25, ozone = figures_of(finding)
    assert len(pm25.table.rows) == 132
    assert pm25.svg.count("<text") > 132  # the heat map has its numbers
    # ozone without a trend is not given one
    assert finding.kept["air"]["o3_8h_90"]["direction"] == "unclear"
    assert ozone.title.endswith("看不出单一走向")
    assert "升" not in ozone.title and "降" not in ozone.title


def test_the_lake_s_missing_ozone_months_stay_missing():
    finding = run(opened("4", "文昌湖"))
    assert finding.kept["air"]["o3_8h_90"]["missing"] == 4
    start = finding.kept["starts"]["o3_8h_90"]
    assert start["reason"] == "missing_months" and "level" not in start
    assert finding.kept["means"]["o3_8h_90"]["now"] is None
    (gap,) = finding.gaps
    assert "月值" in gap.subject and "2024-03、2024-04、2024-08、2024-09" in gap.what
    ozone = figures_of(finding)[1]
    blank = [row for row in ozone.table.rows if row.cells[0].text == "2024 年 3 月"]
    assert blank[0].cells[1].value is None


def test_months_before_a_known_break_are_not_used():
    finding = run(changed(opened("4", "张店区"), {}, breaks=(("pm25", 2019),)))
    found = finding.kept["air"]["pm25"]
    assert (found["first"], found["n"]) == ("2019-01", 84)
    # 2018 lies before the break, so the mean up to 2020 does not exist
    assert finding.kept["means"]["pm25"]["before"] is None


def test_the_first_year_of_the_plan_is_not_judged():
    finding = run(opened("4", "张店区", 2023))
    start = finding.kept["starts"]["pm25"]
    assert start["after"] == 12 < 24  # the rule's fewest months a side
    assert start["reading"] == "few"
    assert any("每侧不足 24 个月，不作判断" in s.text for s in sentences_of(finding))


def test_an_edited_list_and_start_are_followed_by_everything():
    finding = run(opened("4", "张店区"), TOLD=["no2_conc"], AIR=["no2_conc"], LEAST_YEARS=20)
    text = "".join(s.text for s in sentences_of(finding))
    assert "只有 11 年有月值，不足 20 年不作检验" in text and "PM2.5" not in text
    (drawn,) = figures_of(finding)
    assert drawn.title.endswith("只有 11 年有月值，不足 20 年不作检验")
    (table, _) = [b for b in finding.blocks.blocks if isinstance(b, Table)]
    assert [cell.text for cell in table.rows[0].cells][3:6] == ["—", "—", "—"]


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_and_the_caution(unit):
    finding = run(opened("4", unit))
    cautions = [
        b.text for b in finding.blocks.blocks if isinstance(b, Prose) and b.tone == "caution"
    ]
    assert any("气象" in text and "不能算作方案的效果" in text for text in cautions)


@pytest.mark.parametrize("year", [2022, 2023, 2024])
def test_the_published_pack(year):
    finding = run(opened("4", "张店区", year, "data/published"))
    assert "数据不足" in sentences_of(finding)[0].text
    assert {gap.department for gap in finding.gaps} == {"市生态环境局"}
    assert not figures_of(finding)
