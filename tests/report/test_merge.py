"""From records to results.json: what the first page says, and that each number is a cell."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from assessment.chapter.chapter import Chapter
from assessment.params.model import (
    Analyses,
    ChapterAnalysis,
    CoControlPair,
    GoalpostParams,
    Params,
    Region,
    Regions,
    Subsystem,
    Synergy,
)
from assessment.params.plan import Horizon, Plan, Target
from assessment.report.merge import summarise
from assessment.report.page import Conclusions
from assessment.results.model import Comparison, IndexResult, ReportResults
from tests.assess.cases import (
    CITY,
    DISTRICT,
    RULES,
    indicator,
    inputs,
    rows,
    target,
    task,
    task_row,
)
from tests.sentences import check_sentences

OUTPUT = indicator("output", name="装机{容量}", measure="stock_end_of_year")
CO2, SO2 = indicator("co2", name="二氧化碳"), indicator("so2", name="二氧化硫")
ANALYSIS = ChapterAnalysis(
    chapter="1",
    trends=("output", "co2"),
    cocontrol=(CoControlPair(name="能源", carbon="co2", pollutants=("so2",)),),
)
SUBSYSTEMS = (
    Subsystem(id="c", name="降碳", indicators=("co2",)),
    Subsystem(id="p", name="减污", indicators=("so2",)),
)
GOALPOSTS = (
    GoalpostParams(indicator="co2", low=1000, high=0, source="假定"),
    GoalpostParams(indicator="so2", low=100, high=0, source="假定"),
)
FIGURES = {
    "output": {2020: 100, 2022: 150, 2023: 163},
    "co2": {2020: 900, 2021: 890, 2022: 870, 2023: 850},
    "so2": {2020: 90, 2021: 80, 2022: 75, 2023: 60},
}
TASKS = [task("1.1.1"), task("1.1.2"), task("1.1.3")]
REPORTED = [task_row("1.1.1", 2023, "completed", "文件"), task_row("1.1.2", 2023, "on_schedule"),
            task_row("1.1.3", 2023, "slow")]  # fmt: skip


def aims(*values: float, **more: Any) -> list[Target]:
    """Targets that 163 in 2023 meets more or less: the larger the value, the further behind."""
    return [target(f"N{n:02d}", value=value, **more) for n, value in enumerate(values, start=1)]


def index(region: str, rank: float | None, score: float | None = 0.5) -> IndexResult:
    return IndexResult(
        region=region, name=region, score=score,
        score_low=None if score is None else score - 0.1,
        score_high=None if score is None else score + 0.1,
        rank=rank, rank_low=rank, rank_high=None if rank is None else rank + 1,
        coverage=1.0, subsystems={},
    )  # fmt: skip


def comparison(*found: IndexResult, ranking: str = "on") -> Comparison:
    return Comparison.model_validate(
        {
            "year": 2023, "framework": "two", "framework_title": "两维", "ranking": ranking,
            "index": found, "cocontrol": {}, "series": (), "city_sums": (), "caution": "慎重",
        }
    )  # fmt: skip


def report(
    targets: Sequence[Target] = (),
    *,
    region: Region = DISTRICT,
    figures: dict[str, dict[int, float]] | None = None,
    compared: Comparison | None = None,
    failed: dict[str, str] | None = None,
    edited: dict[str, str] | None = None,
    reported: Sequence[Any] = REPORTED,
) -> ReportResults:
    held = FIGURES if figures is None else figures
    case = inputs(
        region=region,
        indicators=[OUTPUT, CO2, SO2],
        observations=[o for name, values in held.items() for o in rows(name, values)],
        targets=targets,
        tasks=TASKS,
        task_rows=reported,
        analysis=ANALYSIS,
        subsystems=SUBSYSTEMS,
        goalposts=GOALPOSTS,
    )
    chapter = Chapter(case)
    for part in (chapter.opening, chapter.targets_part, chapter.sections_part, chapter.trends_part,
                 chapter.synergy_part, chapter.problems_part):  # fmt: skip
        part()
    plan = Plan(
        id="p", title="云川市方案", short_title="方案", city="云川市", start_year=2021,
        baseline_year=2020, horizons=(Horizon(year=2025, text="到2025年"),),
        departments=case.plan.departments, chapters=(case.chapter,), targets=tuple(targets),
    )  # fmt: skip
    run = {
        "year": 2023, "data": "d", "out": "o", "framework": "two", "grade_preset": "plain",
    }  # fmt: skip
    params = Params(
        plan=plan,
        catalogue=case.catalogue,
        regions=Regions(caution="慎重", regions=(CITY, DISTRICT)),
        rules=RULES,
        synergy=Synergy(disclaimer="无官方公式", goalposts=GOALPOSTS, frameworks=()),
        analyses=Analyses(chapters=(ANALYSIS,)),
        run=run,  # type: ignore[arg-type]
    )
    record = chapter.record().value
    missing = failed or {}
    return summarise(
        params, case.plan, region, 2023, case.pack,
        {} if "1" in missing else {"1": record}, missing,
        compared or comparison(index("dongshan", 1), index("xiling", 2), index("yunchuan", None)),
        (), edited,
    )  # fmt: skip


def dumped(results: ReportResults) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(results.model_dump(mode="json")))
    return document


@pytest.mark.parametrize(
    ("values", "more"),
    [
        ([200, 210, 400, 900], {}),
        ([200, 900], {"region": CITY}),
        ([200], {"figures": {}, "reported": []}),
        ([200], {"failed": {"1": "笔记本出错", "2": "笔记本出错"}}),
        ([], {}),
    ],
    ids=["mixed", "city", "nothing known", "nothing built", "no targets"],
)
def test_every_number_of_every_sentence_is_a_cell(values: list[float], more: Any) -> None:
    results = report(aims(*values), **more)
    count = check_sentences(dumped(results), [])
    assert count >= len(values)
    assert results.verdict.text.endswith("。")


def test_names_with_braces_are_read_as_they_are_written() -> None:
    results = report(aims(900))
    assert "装机{容量}" in results.attention[0].name


@pytest.mark.parametrize(
    ("values", "words"),
    # 163 in 2023: on course for 205, slow for 250, far behind for 900.
    [
        ([205, 205, 205, 205, 205], "总体达到要求"),
        ([205, 205, 205, 205, 250], "总体达到要求"),
        ([205, 205, 205, 205, 900], "多数达到要求,有落后项"),
        ([205, 205, 205, 250, 250], "多数达到要求,部分偏慢"),
        ([205, 205, 900, 900, 900], "达到要求与落后的各占一部分"),
        ([205, 900, 900, 900, 900], "多数没有达到要求"),
    ],
)
def test_the_verdict_in_words(values: list[float], words: str) -> None:
    results = report(aims(*values))
    assert f"东山区 2023 年{words}:" in results.verdict.text
    assert ("落后" in results.verdict.text) is (900 in values)
    assert results.tally["total"] == sum(results.counts.values()) == len(values)
    assert results.tally["judged"] == len(values)


def test_tasks_that_lag_are_not_left_out() -> None:
    late = [REPORTED[0], task_row("1.1.2", 2023, "not_started"), REPORTED[2]]
    told = [message.text for message in report(aims(200), reported=late).messages]
    assert "任务方面,自报完成 1 项,0 项按序推进,1 项进展滞后,1 项未启动。" in told


def test_without_data_there_is_no_verdict_and_no_grade() -> None:
    results = report(aims(200, 300), figures={}, reported=[])
    assert "不下总评" in results.verdict.text
    grade = results.scores.grade
    assert (grade.score, grade.word) == (None, "不评级")
    assert results.attention == ()
    assert results.tally["insufficient"] == 2
    assert "2 项目标缺数据" in results.unknown.text


def test_where_nothing_can_be_judged_the_page_says_what_is_known_and_what_is_wanted() -> None:
    held = {"output": {2021: 120}, "co2": {2020: 900}}
    results = report(aims(200, 300, 400, 500), figures=held, reported=[])
    assert results.messages[0].text == (
        "没有 2023 年的全年数;手头最近的是装机{容量} 120.00 吨(2021 年)、"
        "二氧化碳 900.00 吨(2020 年)。"
    )
    assert "没有报送进展的有 3 项" in results.messages[1].text
    (wanted,) = results.wanted
    assert (wanted.count, len(wanted.targets)) == (4, 4)
    shown = Conclusions.of(results)
    assert shown.attention_title == "最需要补的数"
    assert "无从与上年比较" in shown.unchanged
    assert [row.name for row in shown.attention] == [wanted.department]
    assert check_sentences(dumped(results), []) > 4


def test_what_is_wanted_does_not_hide_what_needs_attention() -> None:
    shown = Conclusions.of(report(aims(900)))
    assert shown.attention_title == "落后和偏慢的指标"
    assert shown.unchanged == "没有指标改变等级。"
    assert [row.target for row in shown.attention] == ["N01"]


def test_a_chapter_that_is_missing_is_said_first() -> None:
    results = report(aims(200), failed={"2": "笔记本出错"})
    assert results.verdict.text.startswith("有 1 章没有生成")
    assert results.failed_chapters == {"2": "笔记本出错"}


def test_all_that_needs_attention_is_told_worst_first() -> None:
    results = report(aims(250, 400, 900, 205, 300, 500))
    assert [a.target for a in results.attention] == ["N03", "N06", "N02", "N05", "N01"]
    assert [a.verdict for a in results.attention[:3]] == ["far_behind"] * 3
    assert {a.since for a in results.attention} <= {"before", "this_year"}
    assert all("“" not in a.sentence.text for a in results.attention)


def test_only_a_change_of_class_between_two_judged_years_is_a_change() -> None:
    # 2022: 150 where 140 is due (faster); 2023: 163 where 160 is due (on track): the same rank.
    assert report(aims(200)).changes == ()
    falling = {**FIGURES, "output": {2020: 100, 2022: 150, 2023: 120}}
    (change,) = report(aims(200), figures=falling).changes
    assert (change.before, change.after, change.better) == ("faster", "far_behind", False)
    rising = {**FIGURES, "output": {2020: 100, 2022: 101, 2023: 180}}
    assert report(aims(200), figures=rising).changes[0].better is True
    unknown = {**FIGURES, "output": {2020: 100, 2023: 120}}
    assert report(aims(200), figures=unknown).changes == ()


def test_a_rank_is_said_with_its_interval_or_not_at_all() -> None:
    ranked = " ".join(m.text for m in report(aims(205)).messages)
    assert "在 2 个单元中居第 1–2 位之间" in ranked
    assert "区间 0.40–0.60" in ranked
    off = comparison(index("dongshan", None), index("xiling", None), ranking="off")
    for results in (report(aims(205), compared=off), report(aims(205), region=CITY)):
        assert not any("位之间" in m.text for m in results.messages)
    zone = index("dongshan", None).model_copy(update={"within": ("西岭",)})
    (said,) = (
        m.text
        for m in report(aims(205), compared=comparison(zone, index("xiling", 1))).messages
        if "综合指数" in m.text
    )
    assert said == ("综合指数 0.50(90% 区间 0.40–0.60);功能区的数可能已含在西岭之内,不参与排名。")
    none = comparison(index("dongshan", None, None), index("xiling", 1))
    assert not any("综合指数" in m.text for m in report(aims(205), compared=none).messages)


def test_the_grade_before_a_target_is_due_counts_what_is_due_by_now() -> None:
    # For 250: 63 of 150 done, 90 due, R = 0.7; tasks (1 + 0 + 0.4) / 3.
    grade = report(aims(205, 250)).scores.grade
    assert grade.targets_score == pytest.approx((1 + 0.7) / 2 * 100)
    assert grade.tasks_score == pytest.approx(1.4 / 3 * 100)
    assert grade.score == pytest.approx((85 + 140 / 3) / 2)
    assert grade.label == "工具建议等级"


def test_a_breach_of_a_prohibition_is_a_veto() -> None:
    rule = target("Z01", kind="prohibition", comparison="=", value=0.0, year=None,
                  period="standing")  # fmt: skip
    grade = report([*aims(205), rule]).scores.grade
    assert (grade.vetoed, grade.word) == (True, "不合格")


def test_the_evaluators_own_wording_stays() -> None:
    results = report(aims(250, 900), edited={"N01": "改由市局督办。"})
    found = {r.target: r for r in results.recommendations}
    assert (found["N01"].text, found["N01"].edited) == ("改由市局督办。", True)
    assert found["N02"].edited is False
    assert "市发展改革委" in found["N02"].text
    assert found["N02"].deadline == "2025 年底"


def test_the_schema_describes_the_results() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    from assessment.results.model import schema

    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(dumped(report(aims(205, 900))), schema())
