"""Every preset of the parameter folder on one small world: cuts, veto, caps, what leaves the weight out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from assessment.assess.grading import grade_of
from assessment.assess.score import stands_for
from assessment.params.folder import load_params
from assessment.params.model import CapParams, Params, Rules
from assessment.report.grade_part import grade_blocks
from assessment.results.model import GradeResult, Point, TargetResult, TaskResult

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def params() -> Params:
    return load_params(ROOT / "params")


def with_preset(params: Params, preset: str, **rules: Any) -> Params:
    changed: Rules = params.rules.model_copy(update=rules)
    run = params.run.model_copy(update={"grade_preset": preset})
    return params.model_copy(update={"run": run, "rules": changed})


def aim(no: str, verdict: str, **more: Any) -> TargetResult:
    fields: dict[str, Any] = {
        "indicator": "x", "name": "某指标", "chapter": "1", "section": "1.1", "kind": "numeric",
        "unit": "个", "decimals": 0, "departments": (), "quote": "", "wording": "",
        "target_value": 100.0, "target_year": 2025, "target_origin": "plan", "baseline": None,
        "previous": None, "latest": None, "judged": None, "previous_verdict": verdict, **more,
    }  # fmt: skip
    return TargetResult(no=no, verdict=verdict, **fields)


def duty(name: str, status: str, obligation: str = "required") -> TaskResult:
    return TaskResult(
        id=name, title=name, chapter="1", section="1.1", departments=(), obligation=obligation,
        bearing="both", due=None, status=status, evidence="文件", note="", points=None,
        previous_status=status,
    )  # fmt: skip


def graded(
    params: Params, targets: Sequence[TargetResult], tasks: Sequence[TaskResult]
) -> GradeResult:
    return grade_of(params, {t.no: t for t in targets}, {t.id: t for t in tasks})


def targets(completion: float) -> list[TargetResult]:
    """One target that counts in full, one with the given completion, one that is not asked."""
    return [
        aim("N01", "met"),
        aim("N02", "not_met", completion=completion),
        aim("N03", "not_applicable"),
    ]


ON = [duty("1", "task_completed"), duty("2", "task_on_schedule")]
"""(1 + .75) / 2 = 87.5."""


@pytest.mark.parametrize(
    ("preset", "score", "word"),
    [
        # targets (1 + .9) / 2 = 95, tasks 87.5
        ("co2_2014", 0.5 * 95 + 0.5 * 87.5, "优秀"),
        ("air_2014", 0.5 * 95 + 0.5 * 87.5, "优秀"),
        ("energy", 0.4 * 95 + 0.6 * 87.5, "完成"),
    ],
)
def test_each_preset_by_hand(params: Params, preset: str, score: float, word: str) -> None:
    found = graded(with_preset(params, preset), targets(90), ON)
    assert found.score == pytest.approx(score)
    assert (found.word, found.vetoed, found.capped, found.coverage) == (word, False, False, 1.0)
    assert found.targets_score == pytest.approx(95)
    assert found.tasks_score == pytest.approx(87.5)


@pytest.mark.parametrize(
    ("preset", "completion", "word"),
    # tasks 87.5; targets (100 + c) / 2
    [
        ("co2_2014", 40, "合格"),  # 78.75
        ("air_2014", 40, "良好"),
        ("energy", 40, "完成"),  # 80.5
        ("co2_2014", 0, "合格"),  # 68.75
        ("air_2014", 0, "合格"),
        ("energy", 0, "基本完成"),  # 72.5
    ],
)
def test_the_same_figures_under_other_cuts(
    params: Params, preset: str, completion: float, word: str
) -> None:
    assert graded(with_preset(params, preset), targets(completion), ON).word == word


def test_the_range_is_that_over_the_other_assumptions(params: Params) -> None:
    found = graded(with_preset(params, "co2_2014"), targets(50), ON)
    assert found.score == pytest.approx((75 + 87.5) / 2)  # 81.25, 良好
    by_title = {variant.title: variant for variant in found.variants}
    # (1 + .5) / 2 for the tasks; then (1 + 1) / 2; then .7 × 75 + .3 × 87.5.
    lower, higher, _, heavier = (by_title[a.title] for a in params.rules.grade_alternatives)
    assert (lower.score, lower.word) == (pytest.approx(75), "合格")
    assert higher.score == pytest.approx(87.5)
    assert heavier.score == pytest.approx(78.75)
    assert (found.score_low, found.score_high) == (pytest.approx(75), pytest.approx(87.5))
    (sentence,) = next(b for b in grade_blocks(found).blocks if b.kind == "prose").sentences
    assert "换用其他假定为 75.0 至 87.5,等级也可能是合格" in sentence.text


def test_partial_credit_is_the_share_of_what_was_asked(params: Params) -> None:
    near = aim("N02", "standing_not_met").model_copy(
        update={"target_value": 80.0, "judged": Point(year=2025, value=78.4)}
    )
    far = aim("N03", "far_behind").model_copy(update={"ratio": 0.18})
    half = aim("R01", "mean_right", kind="directional")
    found = graded(params, [near, far, half], ON)
    assert found.targets_score == pytest.approx((0.98 + 0.18 + 0.5) / 3 * 100)


def test_no_achievement_bears_no_weight(params: Params) -> None:
    """The tool's own index, and a direction of what was nothing before, move no score."""
    nothing = Point(year=2024, value=0.0)
    own = aim("R01", "right_direction", kind="directional", indicator="synergy_degree")
    zero = aim("R02", "right_direction", kind="directional", judged=nothing, previous=nothing)
    real = aim("R03", "right_direction", kind="directional", judged=Point(year=2025, value=1.0))
    assert [stands_for(one) for one in (own, zero, real, aim("N01", "met"))] == [
        "own_index", "zero", "direction", "figures",
    ]  # fmt: skip
    before = graded(params, targets(50), ON)
    assert graded(params, [*targets(50), own, zero], ON).score == before.score
    assert graded(params, [*targets(50), real], ON).targets_score == pytest.approx(250 / 3)


BREACH = aim("Z01", "violated", kind="prohibition")


@pytest.mark.parametrize(("preset", "worst"), [("co2_2014", "不合格"), ("energy", "未完成")])
def test_a_breach_is_a_veto_where_the_preset_has_one(
    params: Params, preset: str, worst: str
) -> None:
    found = graded(with_preset(params, preset), [*targets(100), BREACH], ON)
    assert (found.word, found.vetoed, found.capped, found.reason) == (worst, True, False, "veto")
    assert found.causes == ("Z01 某指标",)


def test_a_breach_is_a_cap_where_the_preset_has_no_veto(params: Params) -> None:
    many = [aim(f"N{n:02d}", "met") for n in range(30)]
    done = [duty("1", "task_completed")]
    free = graded(with_preset(params, "air_2014", caps=()), [*many, BREACH], done)
    assert (free.word, free.capped) == ("优秀", False)
    found = graded(with_preset(params, "air_2014"), [*many, BREACH], done)
    assert (found.word, found.capped, found.vetoed, found.reason) == ("良好", True, False, "cap")
    assert "禁止类" in found.causes[0]
    assert "Z01" in found.causes[0]
    assert found.score == free.score


def test_a_cap_never_lifts(params: Params) -> None:
    poor = [aim("N01", "not_met", completion=0.0), BREACH]
    found = graded(with_preset(params, "air_2014"), poor, [duty("1", "task_slow")])
    assert (found.word, found.capped, found.reason) == ("不合格", False, "")


def test_vetoes_are_data(params: Params) -> None:
    missed = targets(90)  # N02 is missed
    named = with_preset(params, "co2_2014", veto_targets=("N02",))
    assert graded(named, missed, ON).word == "不合格"
    assert graded(named, [*targets(90)[:1], BREACH], ON).vetoed is False
    none = with_preset(params, "co2_2014", veto_targets=())
    assert graded(none, [*missed, BREACH], ON).vetoed is False


def test_late_is_not_missed(params: Params) -> None:
    named = with_preset(params, "co2_2014", veto_targets=("N02",))
    late = [aim("N01", "met"), aim("N02", "far_behind", ratio=0.5)]
    assert graded(named, late, ON).vetoed is False


def test_a_cap_on_a_named_target(params: Params) -> None:
    cap = CapParams(targets=("N02",), verdicts=("not_met",), best=3, cause="未完成", source="假定")
    found = graded(with_preset(params, "air_2014", caps=(cap,)), targets(99), ON)
    assert (found.word, found.capped) == ("合格", True)


@pytest.mark.parametrize("preset", ["co2_2014", "air_2014", "energy"])
def test_encouraged_tasks_lift_and_never_sink(params: Params, preset: str) -> None:
    scheme = with_preset(params, preset)
    plain = graded(scheme, targets(90), ON)
    for status in ("task_not_started", "task_no_evidence", "task_slow", "task_not_reported"):
        same = graded(scheme, targets(90), [*ON, duty("9", status, "encouraged")])
        assert (same.score, same.coverage) == (plain.score, plain.coverage)
    lifted = graded(scheme, targets(90), [*ON, duty("9", "task_completed", "encouraged")])
    assert lifted.tasks_score == pytest.approx((1 + 0.75 + 1) / 3 * 100)


@pytest.mark.parametrize("preset", ["co2_2014", "air_2014", "energy"])
def test_not_applicable_leaves_the_weight_out(params: Params, preset: str) -> None:
    scheme = with_preset(params, preset)
    one = graded(scheme, targets(90), ON)
    more = graded(
        scheme,
        [*targets(90), aim("N04", "city_only"), aim("N05", "contribution_only")],
        [*ON, duty("8", "not_applicable"), duty("7", "city_only")],
    )
    assert (one.score, one.coverage) == (more.score, more.coverage)


def test_below_four_fifths_there_is_nograde_of(params: Params) -> None:
    lacking = [aim(f"N{n:02d}", "insufficient_data") for n in range(5, 8)]
    found = graded(params, [*targets(90), *lacking], ON)
    # targets 2 of 5, tasks 2 of 2
    assert found.coverage == pytest.approx(0.7)
    assert (found.score, found.word, found.reason) == (None, "不评级", "coverage")
    text = grade_blocks(found).blocks[0].text  # type: ignore[union-attr]
    assert "不足 80%" in text
    assert "70%" in text


def test_what_is_printed(params: Params) -> None:
    found = graded(with_preset(params, "air_2014"), [*targets(100), BREACH], ON)
    prose, table = grade_blocks(found).blocks
    assert "工具建议等级" in prose.text  # type: ignore[union-attr]
    assert "非正式考核结果" in prose.text  # type: ignore[union-attr]
    text = " ".join(cell.text for row in table.rows for cell in row.cells)  # type: ignore[union-attr]
    for words in (
        "大气十条考核式",
        "90 分起优秀",
        "以下不合格",
        "占 50%",
        "资料覆盖",
        "由什么决定",
    ):
        assert words in text
