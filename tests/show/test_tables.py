"""What a cell of a table says, and what stands beside it."""

from __future__ import annotations

from assessment.assess.trends import trend
from assessment.results.model import CoControlResult, TargetResult
from assessment.show.charts import cocontrol
from assessment.show.sentences import co_change_sentence
from assessment.show.tables import cocontrol_table, targets_table, trends_table
from tests.assess.cases import indicator, rows, unit_data


def cells(entry_unit: str, values: dict[int, float]) -> dict[str, str]:
    entry = indicator("x", unit=entry_unit, decimals=1)
    annual = unit_data([entry], rows("x", values)).annual("x")
    table = trends_table("t", [trend(annual, max(values))])
    return {c.key: cell.text for c, cell in zip(table.columns, table.rows[0].cells, strict=True)}


def test_a_rate_changes_by_points_and_anything_else_by_per_cent() -> None:
    # a doubling of a share from 34 to 68 % is no change "by 100 %"
    assert cells("%", {2020: 34.0, 2021: 68.0})["change"] == "+34.0 个百分点"
    assert cells("吨", {2020: 34.0, 2021: 68.0})["change"] == "+100.0%"
    # from below zero a ratio would have the wrong sign
    assert cells("%", {2020: -5.4, 2021: -11.7})["change"] == "−6.3 个百分点"
    assert cells("吨", {2021: 5.0})["change"] == "—"


def test_no_p_is_printed_where_nothing_was_tested() -> None:
    few = cells("吨", {2020: 5.0, 2021: 4.0, 2022: 3.0, 2023: 2.0, 2024: 1.0})
    assert few["p"] == "不作检验"
    tied = cells("吨", dict.fromkeys(range(2014, 2024), 0.0) | {2020: 120.0})
    assert (tied["n"], tied["p"]) == ("10", "不作检验")


def test_a_fall_is_negative_in_table_chart_and_words() -> None:
    result = CoControlResult(
        pair="能源", pollutant="so2", pollutant_name="二氧化硫", carbon="co2",
        carbon_name="二氧化碳", from_year=2023, to_year=2024, pollutant_from=100,
        pollutant_to=80, carbon_from=100, carbon_to=101.5, pollutant_reduction=0.2,
        carbon_reduction=-0.015, quadrant=4, elasticity=None, reading="only_pollutant_falls",
    )  # fmt: skip
    cells = cocontrol_table("c", [result]).rows[0].cells
    assert [cell.text for cell in cells[2:4]] == ["−20.0%", "+1.5%"]
    assert [cell.value for cell in cells[2:4]] == [-0.2, 0.015]
    drawn = cocontrol([result], unit_name="某区")
    assert drawn is not None
    assert drawn.table is not None
    assert [cell.value for cell in drawn.table.rows[0].cells[1:3]] == [-20.0, 1.5]
    assert "污染物 −20.0%、碳 +1.5%" in drawn.alt
    words = co_change_sentence("2", [result], 2024).text
    assert ("下降 20.0%" in words, "上升 1.5%" in words) == (True, True)


def test_two_classes_of_one_target_are_explained() -> None:
    sure = TargetResult(
        no="N01", indicator="x", name="绿色出行", chapter="2", section="2.1", kind="number",
        unit="%", decimals=1, departments=(), quote="", wording="", target_value=70.0,
        target_year=2025, target_origin="plan", baseline=None, previous=None, latest=None,
        judged=None, verdict="met", previous_verdict="met",
    )  # fmt: skip
    assert "两类" not in targets_table("t", "题", [sure]).note
    doubtful = sure.model_copy(update={"verdict_also": "not_met"})
    assert (
        "数据为测算值,按其误差也可能属于后一类" in targets_table("t", "题", [sure, doubtful]).note
    )


def test_changes_a_year_are_written_with_the_same_few_figures() -> None:
    steep = cells("吨", {2015 + n: 90000.0 - 4505.17 * n for n in range(8)})
    assert (steep["slope"], steep["ols"]) == ("−4505", "−4505")
    flat = cells("吨", {2015 + n: 50.0 - 0.25 * n for n in range(8)})
    assert flat["slope"].count(".") == 1
    assert len(flat["slope"].split(".")[1]) == 2  # one more than the values have
