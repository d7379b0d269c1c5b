import math

import pytest

from assessment.show.blocks import Figure, Table
from tests.chapter.analyses.seen import UNITS, changed, checked, given, opened, sentences_of
from tests.notebook_cells import run_findings


def run(chapter, **constants):
    done = run_findings("02", chapter.inputs, "decoupling", **constants)
    return checked(done, "decoupling"), done


def rows(finding, indicator, kind="1 年的窗口"):
    table = finding.kept["tables"]["table"]
    return [row for row in table if (row["indicator"], row["kind"]) == (indicator, kind)]


def test_zhangdian_by_hand():
    found, _ = run(opened("2", "张店区"))
    period = found.kept["period"]["co2_energy"]
    gdp, carbon = (
        [given("张店区")(name, year) for year in (2020, 2024, 2025)]
        for name in ("gdp_constant", "co2_energy")
    )
    growth, change = gdp[2] / gdp[0] - 1, carbon[2] / carbon[0] - 1
    whole = abs(math.log(carbon[2] / carbon[0])) > 1.96 * math.sqrt(2) * 0.03  # grade C
    assert (period["state"] == "unclear") is not whole
    if whole:
        assert period["elasticity"] == pytest.approx(change / growth)
    assert found.kept["gdp"] == pytest.approx(growth)
    tally = {(t["indicator"], t["state"]): t["times"] for t in found.kept["tally"].values()}
    windows = rows(found, "co2_energy")
    assert (windows[0]["start"], windows[0]["end"]) == (2024, 2025)
    last_step = carbon[2] / carbon[1]
    clear = abs(math.log(last_step)) > 1.96 * math.sqrt(2) * 0.03  # figures of grade C
    assert (windows[0]["elasticity"] is not None) is clear
    assert sum(n for (name, _), n in tally.items() if name == "co2_energy") == 5
    assert found.kept["index"]["co2_energy"] == pytest.approx(100 * carbon[2] / carbon[0])
    (figure,) = found.figures
    assert f"CO₂排放量 {100 * carbon[2] / carbon[0]:.0f}" in figure.title


def test_an_edited_window_is_followed_by_sentence_and_table():
    found, _ = run(opened("2", "张店区"), WINDOW=2)
    texts = [s.text for s in sentences_of(found)]
    assert "按 2 年的窗口看：" in texts[1]
    table = next(b for b in found.blocks.blocks if isinstance(b, Table))
    assert {row.group for row in table.rows} == {"方案期", "2 年的窗口"}
    assert {row["end"] - row["start"] for row in rows(found, "co2_energy", "2 年的窗口")} == {2}


def test_an_edited_start_is_followed_by_the_caption():
    found, _ = run(opened("2", "张店区"), START=1)
    assert "2020 年为 1，" in found.figures[0].title


def test_all_states_are_counted():
    values = {2020: 100.0, 2021: 85.0, 2022: 88.0, 2023: 97.0, 2024: 80.0, 2025: 68.0}
    found, _ = run(changed(opened("2", "张店区"), {"co2_energy": values}))
    text = sentences_of(found)[1].text
    assert "CO₂排放量强脱钩 3 次、" in text and "分辨不出 1 次" in text


def test_the_census_break_is_not_crossed():
    found, _ = run(opened("2", "张店区"))
    for indicator in found.kept["period"]:
        broken = [w for w in rows(found, indicator) if w["end"] == 2019]
        assert [w["elasticity"] for w in broken] == [None]
        assert "断点" in broken[0]["reason"]
        others = [w for w in rows(found, indicator) if w["end"] != 2019]
        assert all(w["elasticity"] is not None or w["state"] == "unclear" for w in others)
    assert any("到 2019 年的窗口跨过口径断点" in s.text for s in sentences_of(found))


def test_a_break_within_the_plan_leaves_the_period_undefined():
    found, _ = run(changed(opened("2", "张店区"), {}, breaks=(("so2_emis", 2023),)))
    period = found.kept["period"]["so2_emis"]
    assert period["state"] == "undefined" and period["elasticity"] is None
    assert "SO₂" not in sentences_of(found)[0].text
    assert "so2_emis" not in found.kept["index"]


def test_windows_of_a_year_are_all_of_one_year():
    found, _ = run(changed(opened("2", "张店区"), {"co2_energy": {2023: None}}, keep=True))
    ends = [w["end"] for w in rows(found, "co2_energy")]
    assert 2023 not in ends and 2024 not in ends
    assert all(w["end"] - w["start"] == 1 for w in rows(found, "co2_energy"))


def test_both_falling_is_not_decoupling_of_growth():
    chapter = changed(
        opened("2", "张店区"),
        {"gdp_constant": {2020: 100.0, 2024: 90.0, 2025: 80.0},
         "co2_energy": {2020: 100.0, 2024: 80.0, 2025: 50.0}},
    )  # fmt: skip
    found, _ = run(chapter)
    # 50 % over 20 %
    assert found.kept["period"]["co2_energy"]["state"] == "recessive_decoupling"
    assert "GDP（不变价）下降 20.0%" in sentences_of(found)[0].text


def test_a_standstill_of_output_is_undefined():
    found, _ = run(
        changed(opened("2", "张店区"), {"gdp_constant": {2020: 100.0, 2024: 100.0, 2025: 100.0}})
    )
    period = found.kept["period"]["co2_energy"]
    assert period["state"] == "undefined" and "增长近于零" in period["reason"]


@pytest.mark.parametrize("year", [2015, 2019, 2020, 2025])
def test_units_of_the_demo_pack(year):
    for unit in UNITS[year % 5 :: 4]:
        run(opened("2", unit, year))


def test_published_pack_has_no_table_and_asks_for_data():
    found, chapter = run(opened("2", "张店区", 2024, "data/published"))
    assert not any(isinstance(block, Table | Figure) for block in found.blocks.blocks)
    assert {gap.department for gap in chapter.gaps} >= {"市统计局", "市生态环境局"}
