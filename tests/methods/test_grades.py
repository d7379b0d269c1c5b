import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.methods.grades import (
    Cap,
    GradePreset,
    PartScore,
    TaskStatus,
    combined_coverage,
    grade,
    score_targets,
    score_tasks,
    task_points,
)

CO2_2014 = GradePreset(
    "co2_2014", ((90, "优秀"), (80, "良好"), (60, "合格"), (0, "不合格")), 50, 50, veto=True
)
AIR_2014 = GradePreset(
    "air_2014",
    ((90, "优秀"), (70, "良好"), (60, "合格"), (0, "不合格")),
    veto=False,
    combination="lower",
)
ENERGY = GradePreset(
    "energy",
    ((95, "超额完成"), (80, "完成"), (60, "基本完成"), (0, "未完成")),
    target_weight=40,
    task_weight=60,
    completion_floor=0.5,
)
STATUSES: tuple[TaskStatus, ...] = (
    "completed", "on_schedule", "slow", "not_started", "no_evidence", "not_applicable",
)  # fmt: skip
statuses = st.sampled_from(STATUSES)


@pytest.mark.parametrize(
    ("preset", "score", "word"),
    [
        (CO2_2014, 100, "优秀"), (CO2_2014, 90, "优秀"), (CO2_2014, 89.99, "良好"),
        (CO2_2014, 80, "良好"), (CO2_2014, 79.99, "合格"), (CO2_2014, 60, "合格"),
        (CO2_2014, 59.99, "不合格"), (CO2_2014, 0, "不合格"),
        (AIR_2014, 90, "优秀"), (AIR_2014, 79.99, "良好"), (AIR_2014, 70, "良好"),
        (AIR_2014, 69.99, "合格"), (AIR_2014, 60, "合格"), (AIR_2014, 59.99, "不合格"),
        (ENERGY, 95, "超额完成"), (ENERGY, 94.99, "完成"), (ENERGY, 80, "完成"),
        (ENERGY, 79.99, "基本完成"), (ENERGY, 60, "基本完成"), (ENERGY, 59.99, "未完成"),
    ],
)  # fmt: skip
def test_thresholds_of_the_three_presets(preset: GradePreset, score: float, word: str) -> None:
    result = grade(preset, score, score)
    assert (result.word, result.reason) == (word, None)
    assert result.score == pytest.approx(score)


def test_parts_are_weighed_as_the_preset_says() -> None:
    # Targets 100, tasks 70: 50 + 35; the lower of the two; 40 + 42.
    assert grade(CO2_2014, 100, 70).score == pytest.approx(85)
    assert grade(AIR_2014, 100, 70).score == pytest.approx(70)
    assert grade(ENERGY, 100, 70).score == pytest.approx(82)


def test_a_grade_is_judged_before_rounding() -> None:
    assert grade(CO2_2014, 89.96, 89.96).word == "良好"
    # Three targets at 90 % come to 89.99999999999999 in floating point: that must not cost a grade.
    score = score_targets([0.9] * 3, [0.1] * 3).score
    assert score is not None
    assert score < 90
    assert grade(CO2_2014, score, score).word == "优秀"


def test_a_missed_binding_target_is_a_veto_whatever_the_score() -> None:
    result = grade(CO2_2014, 99, 99, vetoes=["能耗强度"], caps=[Cap("良好", "事件")])
    assert (result.word, result.vetoed, result.capped) == ("不合格", True, False)
    assert (result.reason, result.causes) == ("veto", ("能耗强度",))
    assert result.score == pytest.approx(99)
    without = grade(AIR_2014, 99, 99, vetoes=["PM2.5"])
    assert (without.word, without.vetoed, without.causes) == ("优秀", False, ())


def test_caps_limit_and_never_raise() -> None:
    capped = grade(CO2_2014, 95, 95, caps=[Cap("良好", "重大事件"), Cap("优秀", "提醒")])
    assert (capped.word, capped.capped, capped.reason) == ("良好", True, "cap")
    assert capped.causes == ("重大事件",)
    low = grade(CO2_2014, 65, 65, caps=[Cap("良好", "重大事件")])
    assert (low.word, low.capped, low.reason, low.causes) == ("合格", False, None, ())
    both = grade(CO2_2014, 95, 95, caps=[Cap("良好", "a"), Cap("合格", "b")])
    assert both.word == "合格"
    with pytest.raises(ValueError, match="no word '完成'"):
        grade(CO2_2014, 95, 95, caps=[Cap("完成", "a")])


def test_below_four_fifths_reported_there_is_no_grade() -> None:
    result = grade(CO2_2014, 95, 95, vetoes=["x"], coverage=0.79)
    assert (result.score, result.word, result.reason) == (None, None, "coverage")
    assert (result.vetoed, result.causes) == (True, ("x",))
    assert grade(CO2_2014, 95, 95, coverage=0.8).word == "优秀"
    assert grade(CO2_2014, 95, 95, coverage=0.1 + 0.1 + 0.6 - 1e-16).word == "优秀"


def test_a_part_without_a_score_gives_no_grade() -> None:
    result = grade(CO2_2014, None, 95)
    assert (result.word, result.reason) == (None, "part_missing")
    tasks_only = GradePreset("tasks", CO2_2014.cuts, 0, 100)
    assert grade(tasks_only, None, 95).score == pytest.approx(95)


def test_impossible_scores_and_presets_are_refused() -> None:
    with pytest.raises(ValueError, match="score must lie"):
        grade(CO2_2014, 101, 50)
    with pytest.raises(ValueError, match="coverage must lie"):
        grade(CO2_2014, 50, 50, coverage=1.2)
    with pytest.raises(ValueError, match="sum to 100"):
        GradePreset("p", CO2_2014.cuts, 50, 60)
    with pytest.raises(ValueError, match="fall"):
        GradePreset("p", ((80, "a"), (90, "b"), (0, "c")))
    with pytest.raises(ValueError, match="down to 0"):
        GradePreset("p", ((80, "a"), (60, "b")))
    with pytest.raises(ValueError, match="word of its own"):
        GradePreset("p", ((80, "a"), (0, "a")))
    with pytest.raises(ValueError, match="completion floor"):
        GradePreset("p", CO2_2014.cuts, completion_floor=1.5)


@pytest.mark.parametrize(
    ("status", "points", "encouraged"),
    [
        ("completed", 1.0, 1.0),
        ("on_schedule", 0.75, 0.75),
        ("slow", 0.4, 0.4),
        ("not_started", 0.0, None),
        ("no_evidence", 0.0, None),
        ("not_applicable", None, None),
    ],
)
def test_points_by_status(
    status: TaskStatus, points: float | None, encouraged: float | None
) -> None:
    assert task_points(status) == points
    assert task_points(status, encouraged=True) == encouraged


def test_points_follow_the_scale_given() -> None:
    assert task_points("slow", scale={"slow": 0.5}) == 0.5
    with pytest.raises(ValueError, match="no points"):
        task_points("completed", scale={"slow": 0.5})
    with pytest.raises(ValueError, match="must lie"):
        task_points("slow", scale={"slow": 5})


def test_targets_by_hand() -> None:
    # Full, half, over-fulfilled (counts as full), falling back (counts as none): weights 1 2 1 1
    result = score_targets([1.0, 0.5, 1.7, -0.3], [1, 2, 1, 1])
    assert result == PartScore(score=60.0, coverage=1.0, applicable_weight=5)
    # Below half nothing: 1 + 0 + 1 of 5
    assert score_targets([1.0, 0.49, 1.7, -0.3], [1, 2, 1, 1], 0.5).score == pytest.approx(40)
    assert score_targets([1.0, 0.5, 1.7, -0.3], [1, 2, 1, 1], 0.5).score == pytest.approx(60)


def test_missing_is_not_the_same_as_not_applicable() -> None:
    missing = score_targets([1.0, None], [3, 1])
    assert (missing.score, missing.coverage) == (100.0, 0.75)
    not_applicable = score_targets([1.0, "not_applicable"], [3, 1])
    assert (not_applicable.score, not_applicable.coverage) == (100.0, 1.0)
    assert score_targets([None, None], [1, 1]) == PartScore(None, 0.0, 2)
    assert score_targets(["not_applicable"], [1]) == PartScore(None, 0.0, 0)
    with pytest.raises(ValueError, match="not finite"):
        score_targets([float("nan")], [1])
    with pytest.raises(ValueError, match="do not fit"):
        score_targets([1.0], [1, 1])
    with pytest.raises(ValueError, match="at least 0"):
        score_targets([1.0], [-1])


def test_tasks_by_hand() -> None:
    # 1 + .75 + .4 + 0 + 0 of 5; not applicable leaves its weight out.
    result = score_tasks(STATUSES, [1] * 6, [False] * 6)
    assert result.score == pytest.approx(43)
    assert (result.coverage, result.applicable_weight) == (1.0, 5)


def test_without_evidence_is_a_result_and_silence_is_not() -> None:
    shown = score_tasks(["completed", "no_evidence"], [1, 1], [False, False])
    assert (shown.score, shown.coverage) == (50.0, 1.0)
    silent = score_tasks(["completed", None], [1, 1], [False, False])
    assert (silent.score, silent.coverage) == (100.0, 0.5)


def test_encouraged_tasks_lift_by_hand() -> None:
    # Obligatory mean .75. Encouraged: completed lifts to 1.75 / 2; slow and not started stay out.
    states: list[TaskStatus | None] = ["on_schedule", "completed", "slow", "not_started", None]
    result = score_tasks(states, [1] * 5, [False, True, True, True, True])
    assert result.score == pytest.approx(87.5)
    assert (result.coverage, result.applicable_weight) == (1.0, 1)
    alone = score_tasks(["completed"], [1], [True])
    assert alone == PartScore(None, 0.0, 0)


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.tuples(statuses, st.integers(1, 5)), min_size=1, max_size=6),
    st.lists(st.tuples(statuses, st.integers(1, 5)), max_size=4),
)
def test_encouraged_tasks_never_sink(
    obligatory: list[tuple[TaskStatus, int]], encouraged: list[tuple[TaskStatus, int]]
) -> None:
    tasks = [*obligatory, *encouraged]
    marks = [False] * len(obligatory) + [True] * len(encouraged)
    plain = score_tasks(
        [s for s, _ in obligatory], [w for _, w in obligatory], [False] * len(obligatory)
    )
    lifted = score_tasks([s for s, _ in tasks], [w for _, w in tasks], marks)
    assert lifted.coverage == plain.coverage
    assert (lifted.score is None) == (plain.score is None)
    if plain.score is not None and lifted.score is not None:
        assert plain.score - 1e-9 <= lifted.score <= 100 + 1e-9


@settings(deadline=None, max_examples=80)
@given(
    st.lists(
        st.tuples(st.sampled_from(STATUSES[:4]), st.integers(1, 5), st.booleans()),
        min_size=1, max_size=7,
    ),
    st.integers(0, 6),
)  # fmt: skip
def test_a_task_that_advances_never_lowers_the_score(
    tasks: list[tuple[TaskStatus, int, bool]], place: int
) -> None:
    place %= len(tasks)
    weights, marks = [w for _, w, _ in tasks], [e for _, _, e in tasks]
    before = score_tasks([s for s, _, _ in tasks], weights, marks)
    after = score_tasks(
        ["completed" if i == place else s for i, (s, _, _) in enumerate(tasks)], weights, marks
    )
    if before.score is not None and after.score is not None:
        assert after.score >= before.score - 1e-9


@settings(deadline=None, max_examples=80)
@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100))
def test_a_better_score_never_gets_a_worse_word(a: float, b: float, tasks: float) -> None:
    low, high = sorted((a, b))
    for preset in (CO2_2014, AIR_2014, ENERGY):
        words = [grade(preset, score, tasks).word for score in (low, high)]
        places = [preset.words.index(str(word)) for word in words]
        assert places[1] <= places[0]


def test_coverage_of_both_parts() -> None:
    targets, tasks = PartScore(100, 0.5, 4), PartScore(80, 1.0, 9)
    # 40 * .5 + 60 * 1 of 100
    assert combined_coverage(ENERGY, targets, tasks) == pytest.approx(0.8)
    nothing = PartScore(None, 0.0, 0)
    assert combined_coverage(ENERGY, nothing, tasks) == pytest.approx(1.0)
    assert combined_coverage(ENERGY, nothing, nothing) == 0.0


def test_district_from_parts_to_grade() -> None:
    targets = score_targets([1.0, 0.9, "not_applicable"], [2, 2, 1])
    tasks = score_tasks(["completed", "on_schedule", "slow"], [1, 2, 1], [False, False, True])
    # Targets 95; tasks (1 + 1.5) / 3 = 83.33; half and half 89.17
    result = grade(
        CO2_2014, targets.score, tasks.score, coverage=combined_coverage(CO2_2014, targets, tasks)
    )
    assert result.score == pytest.approx(89.1666667)
    assert result.word == "良好"
