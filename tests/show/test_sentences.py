"""Sentences on one thing: the unit of a pace, the direction in words, what is not comparable."""

from __future__ import annotations

import pytest

from assessment.assess.score import chapter_score
from assessment.assess.synergy import coupling_years
from assessment.assess.targets import assess_targets
from assessment.assess.trends import trend
from assessment.params.model import GoalpostParams, Subsystem
from assessment.params.plan import Target
from assessment.report.parts import outlook_part
from assessment.results.model import (
    ChangeResult,
    CoControlResult,
    SynergyResult,
    TargetResult,
    TaskResult,
)
from assessment.show.sentences import (
    co_change_sentence,
    coupling_sentence,
    most_urgent,
    problems_of,
    target_sentence,
    tasks_sentence,
    trend_sentence,
)
from tests.assess.cases import RULES, indicator, inputs, rows, target, unit_data

AIR = indicator("output", name="浓度", unit="μg/m³", direction="lower", decimals=1)
VOLUME = indicator("output", name="运量", unit="万吨", decimals=0)
SHARE = indicator("output", name="占比", unit="%", measure="ratio", decimals=1)


def judged(entry: object, aim: Target, values: dict[int, float], year: int = 2023) -> TargetResult:
    case = inputs(year=year, indicators=[entry], targets=[aim],  # type: ignore[list-item]
                  observations=rows("output", values))  # fmt: skip
    return assess_targets(case, case.targets)["N01"]


def test_a_linear_pace_is_in_the_indicators_unit() -> None:
    # 48 to 40 in 17 years is 0.47 a year, of which nobody speaks in per cent.
    aim = target(unit="μg/m³", value=40.0, comparison="<=", year=2040)
    text = target_sentence(judged(AIR, aim, {2020: 60, 2023: 48})).text
    assert "往后每年需 −0.5 μg/m³" in text
    assert "还差 8.0 μg/m³" in text


def test_the_pace_of_a_share_is_in_percentage_points() -> None:
    aim = target(unit="%", value=50.0)
    text = target_sentence(judged(SHARE, aim, {2020: 10, 2023: 12})).text
    assert "还差 38.0 个百分点" in text
    assert "往后每年需 +19.0 个百分点" in text


def test_a_growing_target_is_spoken_of_in_per_cent() -> None:
    # 100 -> 104 by 2025 from 101 in 2023: (104 / 101) ** 0.5 - 1 = 1.47 % a year.
    aim = target(unit="万吨", value=104.0, pace="growth")
    text = target_sentence(judged(VOLUME, aim, {2020: 100, 2023: 101})).text
    assert "往后每年需 +1.5%" in text


def test_the_outlook_reads_a_growth_pace_as_per_cent() -> None:
    from tests.report.test_merge import aims, report

    def cells(pace: str) -> list[str]:
        blocks = outlook_part(report(aims(400, pace=pace))).blocks
        table = next(block for block in blocks if block.kind == "table" and block.id == "outlook")
        return [cell.text for cell in table.rows[0].cells]  # type: ignore[union-attr]

    # 100 -> 163 in three years: 21 a year, or 17.7 %; 163 -> 400 in two: 118.5, or 56.7 %.
    assert cells("linear")[3:5] == ["+21.00", "+118.50"]
    assert cells("growth")[3:5] == ["+17.7%", "+56.7%"]


def test_the_most_urgent_are_those_behind_before_those_slow() -> None:
    values = {2020: 100, 2023: 163}
    found = [
        judged(VOLUME, target(unit="万吨", value=aim), values).model_copy(update={"no": name})
        for name, aim in (("slow", 250.0), ("behind", 400.0), ("far", 900.0), ("fine", 205.0))
    ]
    assert [t.no for t in most_urgent(found)] == ["far", "behind", "slow"]
    problems = problems_of({t.no: t for t in found}, {}, {})
    assert len(problems) == 3


@pytest.mark.parametrize("status", ["task_slow", "task_not_started"])
@pytest.mark.parametrize("obligation", ["required", "encouraged", "prohibition"])
def test_every_task_counted_as_late_is_among_the_problems(status: str, obligation: str) -> None:
    task = TaskResult(
        id="t1", title="绿色设计", chapter="2", section="2.1", departments=(),
        obligation=obligation, bearing="both", due=None, status=status, evidence="", note="",
        points=0.0, previous_status="task_slow",
    )  # fmt: skip
    synergy = SynergyResult(
        scope="chapter", framework="f", framework_title="f", cocontrol=(), coupling=(), agreement=""
    )
    score = chapter_score([], [task], [], synergy, 2024)
    assert "1 项滞后、到期未完成、未启动或发现违反" in tasks_sentence("2", score).text
    (problem,) = problems_of({}, {"t1": task}, {})
    assert problem.kind == "推进"
    assert problem.sentence.text.endswith("不扣分。") == (obligation == "encouraged")


def test_a_break_is_a_problem_of_definition() -> None:
    case = inputs(
        indicators=[VOLUME], targets=[target(unit="万吨")],
        observations=rows("output", {2020: 100, 2023: 163}), breaks={"output": 2022},
    )  # fmt: skip
    (problem,) = problems_of(assess_targets(case, case.targets), {}, {})
    assert (problem.kind, "2022" in problem.sentence.text) == ("口径", True)


def test_a_trend_in_words() -> None:
    entry = indicator("so2", name="二氧化硫", direction="lower", decimals=0)

    def said(values: list[float]) -> str:
        known = dict(zip(range(2016, 2016 + len(values)), values, strict=True))
        annual = unit_data([entry], rows("so2", known)).annual("so2")
        return trend_sentence(trend(annual, max(known)), "so2").text

    falling = said([100, 95, 90, 85, 80, 75, 70, 65])
    assert "由 2016 年的 100 吨降到 2023 年的 65 吨" in falling
    assert "每年约 −5.0," in falling
    assert "p<0.001" in falling
    assert "检验不支持单一走向" in said([100, 95, 101, 94, 102, 96])
    short = said([100, 90, 80, 70])
    assert "检验" not in short
    assert "p" not in short.replace("Mann", "")


def test_coupling_is_not_compared_across_a_break() -> None:
    pair = [indicator("co2"), indicator("so2")]
    figures = [*rows("co2", {2022: 60, 2023: 50}), *rows("so2", {2022: 20, 2023: 60})]
    ends = [GoalpostParams(indicator="co2", low=100, high=0, source="假定"),
            GoalpostParams(indicator="so2", low=0, high=100, source="假定")]  # fmt: skip
    parts = [Subsystem(id="c", name="降碳", indicators=("co2",)),
             Subsystem(id="p", name="减污", indicators=("so2",))]  # fmt: skip

    def said(breaks: dict[str, int]) -> str:
        data = unit_data(pair, figures, breaks=breaks)
        results = coupling_years(data, parts, ends, [2022, 2023], 2020, 0.8)
        return coupling_sentence("1", results, 2023).text

    # D = (0.4 * 0.2) ** (1 / 4) = 0.532 in 2022 and (0.5 * 0.6) ** (1 / 4) = 0.740 in 2023.
    assert "0.740" in said({})
    assert "高于上年的 0.532" in said({})
    assert "不与上年比较" in said({"co2": 2023})
    assert "高于" not in said({"co2": 2023})
    assert "算不出来" in coupling_sentence("1", [], 2023).text


def change(name: str, pollutant: float, carbon: float, quadrant: int) -> CoControlResult:
    return CoControlResult(
        pair="能源", pollutant=name, pollutant_name=name, carbon="co2", carbon_name="碳",
        from_year=2022, to_year=2023, pollutant_from=1, pollutant_to=1, carbon_from=1,
        carbon_to=1, pollutant_reduction=pollutant, carbon_reduction=carbon, quadrant=quadrant,
        reading="synergy",
    )  # fmt: skip


def test_rising_together_is_never_called_synergy() -> None:
    both = co_change_sentence("1", [change("甲", -0.1, -0.05, 3)], 2023).text
    assert "碳上升 5.0%" in both
    assert "甲上升 10.0%" in both
    assert "与碳同增" in both
    assert "协同" not in both


def test_pollutants_that_part_ways_are_told_apart() -> None:
    text = co_change_sentence(
        "1", [change("甲", 0.1, 0.05, 1), change("乙", -0.02, 0.05, 2)], 2023
    ).text  # fmt: skip
    assert "甲与碳同降" in text
    assert "乙没有随碳下降" in text
    assert "无法判断" in co_change_sentence("1", [], 2023).text


def test_the_ratio_is_named_after_the_rule_that_made_it() -> None:
    aim = target(unit="万吨", value=200.0, year=2030)
    given = {2020: 100.0, 2023: 115.0}
    assert "进度为应有进度的 50%" in target_sentence(judged(VOLUME, aim, given)).text
    rules = RULES.model_copy(update={"progress_rule": "statcan"})
    case = inputs(year=2023, indicators=[VOLUME], targets=[aim], observations=rows("output", given))
    standards = case.standards.model_copy(update={"rules": rules})
    case = case.model_copy(update={"standards": standards})
    text = target_sentence(assess_targets(case, case.targets)["N01"]).text
    # (1.15 ** (1 / 3) - 1) / (2 ** .1 - 1)
    assert "年均增速为所需增速的 66%" in text
    assert "应有进度" not in text


def test_quotation_marks_within_a_name_are_single() -> None:
    named = indicator("output", name="“两高”替代量", unit="万吨", decimals=0)
    aim = target(unit="万吨", value=104.0)
    text = target_sentence(judged(named, aim, {2020: 100, 2023: 101})).text
    assert text.startswith("“‘两高’替代量”")


def test_a_target_within_the_tolerance_asks_for_no_pace() -> None:
    aim = target(unit="%", value=50.0, strength="approximate")
    text = target_sentence(judged(SHARE, aim, {2020: 10, 2023: 46})).text
    assert "还差 4.0 个百分点,在“左右”的容差之内" in text
    assert "每年需" not in text


def test_a_change_of_carbon_within_its_error_is_no_synergy() -> None:
    unclear = ChangeResult(
        from_year=2022, to_year=2023, course="unclear", change=-1, low=-3, high=1, probability=0.8
    )
    results = [
        change(name, 0.1, 0.01, 1).model_copy(
            update={"quadrant": None, "reading": "carbon_unclear", "carbon_change": unclear}
        )
        for name in ("甲", "乙")
    ]
    text = co_change_sentence("1", results, 2023).text
    assert "变化 −1.0%(分辨不出),甲下降 10.0%、乙下降 10.0%,碳的变化分辨不出,不判协同。" in text


def test_a_change_that_rounds_to_nothing_is_not_said_to_be_nought() -> None:
    text = co_change_sentence("1", [change("甲", 0.1, -0.0003, 4)], 2023).text
    assert "碳上升 不到 0.1%" in text
    assert "0.0%" not in text.replace("10.0%", "")
