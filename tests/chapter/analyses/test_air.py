import math

import numpy as np
import pytest

from assessment.chapter.analyses.air import air
from assessment.chapter.analyses.air_months import read_months
from assessment.show.blocks import Figure, Prose
from tests.chapter.analyses.seen import UNITS, changed, check, opened


def items(chapter):
    return {item["indicator"]: item for item in chapter.results["air"]["items"]}


def months(first, last, value):
    return {(y, m): value(y, m) for y in range(first, last + 1) for m in range(1, 13)}


def falling(y, m):
    """Season of +-20, two less each year."""
    return 80 - 2 * (y - 2015) + 20 * math.cos(2 * math.pi * (m - 1) / 12)


def test_a_steady_fall_by_hand():
    read = read_months(months(2015, 2020, falling), 2020, 2023, 6)
    # six years: 15 pairs in each of 12 months, all of them falling
    assert read.test is not None and read.slope is not None
    assert read.test.s == -12 * 15
    assert read.slope.slope == pytest.approx(-2.0)
    assert read.reading == "falling"
    assert read.missing == ()


def test_the_season_alone_is_no_trend():
    flat = months(2015, 2022, lambda y, m: 50 + 20 * math.cos(2 * math.pi * (m - 1) / 12))
    read = read_months(flat, 2022, 2023, 6)
    assert read.reading == "unclear"
    assert read.slope is not None and read.slope.slope == pytest.approx(0.0)


def test_too_few_years_are_not_tested():
    read = read_months(months(2018, 2022, falling), 2022, 2023, 6)
    assert read.test is None and read.slope is None
    assert read.reading == "untested"
    assert "5 年" in read.reason


def test_a_missing_month_is_neither_filled_nor_decomposed():
    values = months(2015, 2025, falling)
    del values[2024, 3]
    read = read_months(values, 2025, 2023, 6)
    assert read.missing == ("2024-03",)
    assert read.parts is None and read.interrupted is None
    assert math.isnan(read.months["2024-03"])
    assert read.complete_years == 10
    assert read.reading == "falling"


def test_months_that_the_year_still_owes_count_as_missing():
    values = {key: value for key, value in months(2015, 2025, falling).items() if key < (2025, 11)}
    read = read_months(values, 2025, 2023, 6)
    assert read.missing == ("2025-11", "2025-12")
    # nothing is missing inside, so the months that are there may be decomposed
    assert read.parts is not None


def test_windows_at_the_plan_s_start_are_of_equal_length():
    noise = np.random.default_rng(3).normal(0, 1, 132)
    values = months(
        2015, 2025, lambda y, m: falling(y, m) + noise[(y - 2015) * 12 + m - 1] - 6 * (y >= 2023)
    )
    read = read_months(values, 2025, 2023, 6)
    assert read.interrupted is not None
    assert (read.interrupted.before, read.interrupted.after) == (36, 36)
    assert read.interrupted.level.low < -6 < read.interrupted.level.high
    early = read_months(values, 2023, 2023, 6).interrupted
    assert early is not None and (early.before, early.after) == (12, 12)


def test_a_flattening_fall_is_not_read_from_the_whole_past():
    """With all the years before, the curve itself would look like a jump at the date."""
    noise = np.random.default_rng(5).normal(0, 1, 132)

    def value(y, m):
        t = y - 2015 + (m - 1) / 12
        return 30 + 60 * math.exp(-t / 3) + noise[(y - 2015) * 12 + m - 1]

    found = read_months(months(2015, 2025, value), 2025, 2023, 6).interrupted
    assert found is not None
    assert found.level.p > 0.01


def test_no_series_after_the_start_means_no_comparison():
    read = read_months(months(2015, 2022, falling), 2022, 2023, 6)
    assert read.interrupted is None
    assert "后 0 个月" in read.interrupted_reason
    with pytest.raises(ValueError, match="no monthly value"):
        read_months(months(2015, 2022, falling), 2014, 2023, 6)


def test_zhangdian_by_hand():
    chapter = opened("4", "张店区")
    blocks = air(chapter)
    check(chapter, blocks)
    found = items(chapter)["pm25"]
    assert (found["n"], found["missing"], found["reading"]) == (132, [], "falling")
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
    january = [rows[y, 1] for y in range(2015, 2026)]
    assert (found["highest_month"], found["highest"]) == (1, pytest.approx(np.mean(january)))
    means = chapter.results["air"]["means"]["items"]["pm25"]
    assert means["now"] == pytest.approx((44.1 + 43.2 + 41.2) / 3)
    assert found["interrupted"]["before"] == found["interrupted"]["after"] == 36
    assert len([b for b in blocks.blocks if isinstance(b, Figure)]) == 2


def test_ozone_without_a_trend_is_not_given_one():
    chapter = opened("4", "张店区")
    blocks = air(chapter)
    assert items(chapter)["o3_8h_90"]["reading"] == "unclear"
    ozone = [b for b in blocks.blocks if isinstance(b, Figure)][1]
    assert "看不出单一走向" in ozone.title
    assert "升" not in ozone.title and "降" not in ozone.title


def test_the_lake_s_missing_ozone_months_stay_missing():
    chapter = opened("4", "文昌湖")
    blocks = air(chapter)
    check(chapter, blocks)
    found = items(chapter)["o3_8h_90"]
    assert found["missing"] == ["2024-03", "2024-04", "2024-08", "2024-09"]
    assert "interrupted" not in found
    assert "trend_strength" not in found
    assert chapter.results["air"]["means"]["items"]["o3_8h_90"]["now"] is None
    assert any("月值" in gap.subject and "2024-03" in gap.what for gap in chapter.missed)
    ozone = [b for b in blocks.blocks if isinstance(b, Figure)][1]
    blank = [row for row in ozone.table.rows if row.cells[0].text == "2024-03"]
    assert blank[0].cells[1].value is None


def test_months_before_a_known_break_are_not_used():
    chapter = changed(opened("4", "张店区"), {}, breaks=(("pm25", 2019),))
    check(chapter, air(chapter))
    found = items(chapter)["pm25"]
    assert (found["first"], found["n"]) == ("2019-01", 84)
    # 2018 lies before the break, so the mean up to 2020 does not exist
    assert chapter.results["air"]["means"]["items"]["pm25"]["before"] is None


def test_the_first_year_of_the_plan_is_not_judged():
    chapter = opened("4", "张店区", 2023)
    check(chapter, air(chapter))
    found = items(chapter)["pm25"]["interrupted"]
    assert found["after"] == 12 < 24  # the rule's fewest months a side
    assert "不作判断" in found["word"]


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_and_the_caution(unit):
    chapter = opened("4", unit)
    blocks = air(chapter)
    check(chapter, blocks)
    cautions = [b.text for b in blocks.blocks if isinstance(b, Prose) and b.tone == "caution"]
    assert any("气象" in text and "不能算作方案的效果" in text for text in cautions)


@pytest.mark.parametrize("year", [2022, 2023, 2024])
def test_the_published_pack(year):
    chapter = opened("4", "张店区", year, "data/published")
    blocks = air(chapter)
    sentences = check(chapter, blocks)
    assert "数据不足" in sentences[0].text
    assert {gap.department for gap in chapter.missed} == {"市生态环境局"}
    assert not [b for b in blocks.blocks if isinstance(b, Figure)]
