"""What a chapter and a report state, as typed records: the content of results.json.

Field names are the ones that facts point to; ``schema()`` gives the JSON Schema.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from assessment.params.plan import Frozen
from assessment.results.values import Sentence, Trace

RECORD_MIME = "application/vnd.assessment.record+json"
"""Media type of a chapter's record in its executed notebook."""


PARTS = {
    "targets": "目标进展",
    "trends": "趋势",
    "synergy": "减污降碳协同度",
    "problems": "问题与缺项",
}
"""What every chapter shows beside its sections, by the anchor of its heading."""


class Point(Frozen):
    """A value of a year, in the indicator's unit; ``trace`` is empty for the tool's own figures."""

    year: int
    value: float
    grade: str = ""
    derived: bool = False
    trace: tuple[Trace, ...] = ()


class Step(Frozen):
    """One line of how a verdict was reached: the rule, its threshold, where that comes from.

    ``verdict`` is the class of another milestone, where the line is about one.
    """

    rule: str
    verdict: str = ""
    threshold: float | None = None
    source: str = ""


def _nothing(value: object) -> bool:
    return value is None or value == "" or value == ()


class ChangeResult(Frozen):
    """A change between two years with its 95 % interval, in the indicator's unit.

    ``course`` is unclear where the interval holds zero; ``probability`` that of the sign.
    """

    from_year: int
    to_year: int
    course: Literal["up", "down", "unclear"]
    change: float
    low: float
    high: float
    probability: float


class TargetResult(Frozen):
    """The course of one target for one unit in one year.

    ``ratio`` is progress over the schedule of ``progress_rule``; ``progress_score`` the published
    score of the Statistics Canada rule, -5 to 5; ``completion`` the completion rate in per cent;
    ``gap`` what is still to do, in the plan's unit (positive = short of it); paces are per year,
    and fractions where ``pace`` is growth. ``expected`` is what the drift of the last five years
    comes to in the target year, with its 95 % interval, ``probability`` that of meeting the target
    so. ``step`` is the change on the year before. ``within_error`` says that the last change of a target
    of direction is smaller than the error of its figures. ``reason`` says in Chinese why there is
    no class, or what the class is not. ``target_band`` are the two ends where a range is asked for
    (``target_value`` is then the one to come to); ``asked`` is the change that ``target_value``
    comes from, in Chinese; ``course`` are the milestones (year, value) before ``target_year``.
    These three are not written where there is nothing to tell.
    """

    no: str
    indicator: str
    name: str
    chapter: str
    section: str
    kind: str
    unit: str
    decimals: int
    departments: tuple[str, ...]
    quote: str
    wording: str
    target_value: float | None
    target_band: tuple[float, float] | None = Field(None, exclude_if=_nothing)
    asked: str = Field("", exclude_if=_nothing)
    course: tuple[tuple[int, float], ...] = Field((), exclude_if=_nothing)
    target_year: int | None
    target_origin: Literal["plan", "allocation", "reference", "none"]
    pace: Literal["linear", "growth"] = "linear"
    baseline: Point | None
    previous: Point | None
    latest: Point | None
    judged: Point | None
    verdict: str
    verdict_also: str | None = None
    previous_verdict: str
    progress_rule: Literal["linear", "statcan"] = "linear"
    ratio: float | None = None
    progress_score: float | None = None
    completion: float | None = None
    completion_basis: Literal["change", "level"] | None = None
    gap: float | None = None
    observed_pace: float | None = None
    required_pace: float | None = None
    probability: float | None = None
    expected: float | None = None
    expected_low: float | None = None
    expected_high: float | None = None
    mean_change: float | None = None
    last_change: float | None = None
    step: ChangeResult | None = None
    within_error: bool = False
    preliminary: bool = False
    share_of_city: float | None = None
    estimated: bool = False
    reason: str = ""
    steps: tuple[Step, ...] = ()
    points: tuple[Point, ...] = ()
    breaks: tuple[int, ...] = ()
    note: str = ""


class TaskResult(Frozen):
    """Status and evidence of one task. ``points`` is None where it leaves the weight out.

    ``reported`` is the status that was handed in, ``status`` what it comes to when held against
    the date it is due and the figures of the targets it belongs to: ``against`` are the numbers of
    those that contradict it.
    """

    id: str
    title: str
    chapter: str
    section: str
    departments: tuple[str, ...]
    obligation: str
    bearing: str
    due: int | None
    status: str
    evidence: str
    note: str
    points: float | None
    previous_status: str
    reported: str = ""
    against: tuple[str, ...] = ()
    trace: tuple[Trace, ...] = ()


class LeftOut(Frozen):
    """A year that the chapter's author left out of a trend on purpose, and why."""

    year: int
    reason: str


class TrendResult(Frozen):
    """Trend of one series since its last known level break.

    ``slope`` and its interval are Theil-Sen's, per year; ``ols_*`` the least-squares reading with
    Newey-West errors. ``p`` is that of ``test``: Mann-Kendall's, from 20 values the larger of it and
    Hamed-Rao's, unless the chapter's notebook names another; None where nothing can be tested.
    ``since`` and ``left_out`` are the notebook's choice too.
    """

    indicator: str
    series: str
    name: str
    unit: str
    decimals: int
    direction: str
    first_year: int
    last_year: int
    n: int
    points: tuple[Point, ...]
    before_break: tuple[Point, ...] = ()
    breaks: tuple[int, ...] = ()
    change: float | None = None
    change_percent: float | None = None
    slope: float | None = None
    slope_low: float | None = None
    slope_high: float | None = None
    s: float | None = None
    tau: float | None = None
    p: float | None = None
    p_method: str = ""
    significant: bool | None = None
    ols_slope: float | None = None
    ols_low: float | None = None
    ols_high: float | None = None
    ols_p: float | None = None
    ols_lags: int | None = None
    missing_years: tuple[int, ...] = ()
    test: str = "Mann–Kendall"
    since: int | None = None
    left_out: tuple[LeftOut, ...] = ()
    reading: Literal["falling", "rising", "flat", "unclear", "insufficient"]
    caution: str = ""

    @property
    def chosen(self) -> bool:
        """Whether the chapter's author chose a test, a first year or years to leave out."""
        return bool(self.left_out) or self.since is not None or self.test != "Mann–Kendall"


class CoControlResult(Frozen):
    """Co-control coordinates of one pollutant against carbon between two years.

    Reductions are relative (0.1 = ten per cent less); ``pollutant_change`` and ``carbon_change``
    say whether each can be told from its error. There is a quadrant, and an elasticity, only
    where both can. ``broken``
    names the series whose level broke between the years, which forbids the comparison.
    """

    pair: str
    pollutant: str
    pollutant_name: str
    carbon: str
    carbon_name: str
    from_year: int
    to_year: int
    pollutant_from: float | None
    pollutant_to: float | None
    carbon_from: float | None
    carbon_to: float | None
    pollutant_reduction: float | None = None
    carbon_reduction: float | None = None
    pollutant_change: ChangeResult | None = None
    carbon_change: ChangeResult | None = None
    quadrant: int | None = None
    elasticity: float | None = None
    reading: str
    reason: str = ""
    broken: tuple[str, ...] = ()


class SubsystemResult(Frozen):
    """Level of one subsystem in one year, 0 to 1, and what went into it."""

    id: str
    name: str
    level: float | None
    coverage: float
    parts: dict[str, float | None]


class CouplingResult(Frozen):
    """Coupling coordination of one year; None where a subsystem has no level.

    ``d`` is the standard degree, ``d_modified`` that of 2021, ``d_adjusted`` that with k = 2; the
    three are not comparable with each other. ``deltas`` are the subsystems' changes on the year
    before, ``deltas_from_base`` those since the base year.
    ``broken`` names the indicators whose level broke since the year before: the degree then
    does not compare with that year's.
    """

    year: int
    subsystems: tuple[SubsystemResult, ...]
    c: float | None = None
    t: float | None = None
    d: float | None = None
    d_modified: float | None = None
    d_adjusted: float | None = None
    grade: int | None = None
    grade_name: str = ""
    order_synergy: float | None = None
    order_synergy_from_base: float | None = None
    deltas: tuple[float, ...] = ()
    deltas_from_base: tuple[float, ...] = ()
    clipped: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    reason: str = ""


class SynergyResult(Frozen):
    """The readings of synergy side by side, and whether they agree."""

    scope: Literal["unit", "chapter"]
    framework: str
    framework_title: str
    cocontrol: tuple[CoControlResult, ...]
    coupling: tuple[CouplingResult, ...]
    agreement: str
    note: str = ""


class Gap(Frozen):
    """Something that is not known, and what that costs."""

    kind: Literal["data", "evidence", "definition", "reference"]
    subject: str
    department: str
    what: str
    effect: str


class Contradiction(Frozen):
    """A task reported completed while the figures of targets it belongs to are not reached."""

    task: str
    title: str
    departments: tuple[str, ...]
    targets: tuple[str, ...]
    sentence: Sentence


class Problem(Frozen):
    """Something that needs doing; 推进 / 数据 / 口径."""

    kind: Literal["推进", "数据", "口径"]
    subject: str
    departments: tuple[str, ...]
    sentence: Sentence


class ChapterScore(Frozen):
    """One line of the scorecard. Shares are 0-1."""

    targets_total: int
    targets_judged: int
    targets_good: int
    targets_slow: int
    targets_behind: int
    targets_insufficient: int
    tasks_total: int
    tasks_reported: int
    tasks_done: int
    tasks_on_schedule: int
    tasks_behind: int
    tasks_compliant: int = 0
    tasks_overdue: int = 0
    tasks_contradicted: int = 0
    tasks_without_evidence: int
    tasks_points: float | None
    evidence_share: float | None
    synergy: float | None
    synergy_grade: str
    synergy_reading: str
    completeness: float


class FigureRef(Frozen):
    """A figure that the chapter shows, by its caption."""

    id: str
    title: str
    alt: str


class ChapterRecord(Frozen):
    """Everything that a chapter states for one unit and year.

    ``parts`` are the anchors of what it must show, with what each is called.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    chapter: str
    title: str
    region: str
    year: int
    fingerprint: str
    targets: dict[str, TargetResult]
    tasks: dict[str, TaskResult]
    trends: dict[str, TrendResult]
    synergy: SynergyResult
    score: ChapterScore
    analysis: dict[str, Any]
    messages: tuple[Sentence, ...]
    problems: tuple[Problem, ...]
    gaps: tuple[Gap, ...]
    figures: tuple[FigureRef, ...]
    parts: dict[str, str] = {}


class PackInfo(Frozen):
    """The data pack that a report stands on."""

    title: str
    kind: Literal["official", "published", "demo"]
    cutoff: str
    note: str = ""


class UnitInfo(Frozen):
    """The unit that a report is about."""

    id: str
    name: str
    kind: str


class DepartmentResult(Frozen):
    """What a department leads and how that stands, and where it co-operates. Shares are 0-1."""

    name: str
    targets: tuple[str, ...]
    tasks: tuple[str, ...]
    cooperates_targets: tuple[str, ...] = ()
    cooperates_tasks: tuple[str, ...] = ()
    verdicts: dict[str, int]
    task_statuses: dict[str, int]
    evidence_share: float | None
    submission: Literal["on_time", "late", "not_received", "not_recorded"]
    days_late: int | None = None


class Attention(Frozen):
    """A target that needs attention: its owner, the pace it asks for, whether it was late before."""

    target: str
    name: str
    verdict: str
    departments: tuple[str, ...]
    sentence: Sentence
    since: Literal["this_year", "before", ""] = ""


class Tile(Frozen):
    """An indicator of the first page, in its own unit.

    ``change`` is against the year before; ``within_error`` says that it is smaller than the error
    of the two figures. ``aim`` is the target, or the limit where there is none. ``place`` counts
    from the best among ``units`` units with a value, None where nothing is ranked.
    """

    indicator: str
    name: str
    unit: str
    decimals: int
    direction: str
    value: float
    previous: float | None
    change: float | None
    within_error: bool
    aim: float | None
    aim_origin: Literal["target", "limit", "none"]
    aim_year: int | None
    place: int | None
    units: int
    points: tuple[Point, ...]


class Wanted(Frozen):
    """Targets that lack figures, by the department that leads them."""

    department: str
    count: int
    targets: tuple[str, ...]
    sentence: Sentence


class VerdictChange(Frozen):
    """A target whose class differs from the year before, judged on the same data."""

    target: str
    name: str
    before: str
    after: str
    better: bool


class Recommendation(Frozen):
    """A line of advice: what, who, by when, which indicator it moves."""

    target: str
    text: str
    departments: tuple[str, ...]
    deadline: str
    indicator: str
    edited: bool = False


class IndexResult(Frozen):
    """Composite index of a unit with the interval of its score and rank (5-95 %).

    ``within`` are the names of the districts whose figures may already contain this zone's: it
    has a score and no rank.
    """

    region: str
    name: str
    score: float | None
    score_low: float | None = None
    score_high: float | None = None
    rank: float | None = None
    rank_low: float | None = None
    rank_high: float | None = None
    coverage: float
    subsystems: dict[str, float | None]
    d: float | None = None
    grade_name: str = ""
    within: tuple[str, ...] = Field((), exclude_if=_nothing)


class ComparedSeries(Frozen):
    """One indicator over the years in every unit (region id to points)."""

    indicator: str
    name: str
    unit: str
    decimals: int
    direction: str
    points: dict[str, tuple[Point, ...]]


class Weighting(Frozen):
    """One way to weigh the indicators; ``weights`` is empty where ``reason`` says why."""

    id: Literal["framework", "equal", "entropy", "critic", "ahp"]
    weights: dict[str, float] = {}
    reason: str = ""
    source: str = ""
    consistency_ratio: float | None = None


class IndexVariant(Frozen):
    """Score and rank of a unit under one weighting and one aggregation."""

    weighting: str
    aggregation: Literal["arithmetic", "geometric", "non_compensatory"]
    score: float | None
    rank: int | None = None


class ScoreDriver(Frozen):
    """Sobol indices of one source of a score's variance: alone, and in any way involved."""

    source: str
    first: float
    total: float


class UnitSensitivity(Frozen):
    """What other choices make of one unit's score and rank; ranks are None where there are none."""

    region: str
    name: str
    variants: tuple[IndexVariant, ...]
    rank_best: int | None = None
    rank_worst: int | None = None
    score_least: float | None = None
    score_most: float | None = None
    drivers: tuple[ScoreDriver, ...] = ()


class Sensitivity(Frozen):
    """Whether scores and ranks survive the choices behind them.

    ``weights_year`` is the year whose figures entropy and CRITIC weights are taken from;
    ``combinations`` counts the weightings that could be had times the aggregations.
    """

    weights_year: int | None = None
    combinations: int = 0
    weightings: tuple[Weighting, ...] = ()
    units: tuple[UnitSensitivity, ...] = ()


class Comparison(Frozen):
    """The units of one year side by side.

    Ranks run over units that do not overlap: the whole city and the functional zones stand
    outside.
    """

    year: int
    framework: str
    framework_title: str
    framework_since: str = ""
    framework_source: str = ""
    ranking: Literal["on", "off"]
    index: tuple[IndexResult, ...]
    cocontrol: dict[str, tuple[CoControlResult, ...]]
    series: tuple[ComparedSeries, ...]
    city_sums: tuple[CitySum, ...]
    caution: str
    sensitivity: Sensitivity = Sensitivity()


class CitySum(Frozen):
    """The city's figure beside the sum of its units; the difference is shown, not spread."""

    indicator: str
    name: str
    unit: str
    decimals: int
    city: float | None
    units_sum: float | None
    units_counted: int
    difference: float | None


class GradeVariant(Frozen):
    """The grade under another of the stated assumptions."""

    title: str
    score: float | None
    word: str


class GradeResult(Frozen):
    """The tool's own suggested grade.

    Scores are out of 100; ``score_low`` and ``score_high`` are the range over the assumptions in
    force and those of ``variants``. ``cuts`` are the preset's words from best to worst with the score each
    begins at; ``causes`` are the vetoes, else the caps that changed the word.
    """

    preset: str
    preset_title: str
    score: float | None
    score_low: float | None = None
    score_high: float | None = None
    variants: tuple[GradeVariant, ...] = ()
    targets_score: float | None
    tasks_score: float | None
    word: str
    vetoed: bool
    capped: bool = False
    causes: tuple[str, ...] = ()
    cuts: tuple[tuple[float, str], ...] = ()
    target_weight: float = 0.5
    task_weight: float = 0.5
    targets_coverage: float = 0.0
    tasks_coverage: float = 0.0
    coverage: float
    coverage_floor: float = 0.8
    reason: str
    label: str


class Scores(Frozen):
    """Scorecard by chapter, composite index, suggested grade."""

    chapters: dict[str, ChapterScore]
    index: IndexResult | None
    grade: GradeResult


class ReportResults(Frozen):
    """Everything that a report states: results.json."""

    version: Literal[1] = 1
    plan: str
    plan_title: str
    region: UnitInfo
    year: int
    status: str
    pack: PackInfo
    tally: dict[str, int]
    verdict: Sentence
    messages: tuple[Sentence, ...]
    counts: dict[str, int]
    task_counts: dict[str, int]
    attention: tuple[Attention, ...]
    wanted: tuple[Wanted, ...] = ()
    changes: tuple[VerdictChange, ...]
    unknown: Sentence
    targets: dict[str, TargetResult]
    tasks: dict[str, TaskResult]
    trends: dict[str, TrendResult]
    synergy: dict[str, SynergyResult]
    analysis: dict[str, dict[str, Any]]
    scores: Scores
    departments: tuple[DepartmentResult, ...]
    contradictions: tuple[Contradiction, ...] = ()
    tiles: tuple[Tile, ...] = ()
    problems: tuple[Problem, ...]
    recommendations: tuple[Recommendation, ...]
    gaps: tuple[Gap, ...]
    comparison: Comparison
    failed_chapters: dict[str, str]
    chapter_titles: dict[str, str]
    chapter_messages: dict[str, tuple[Sentence, ...]]
    disclaimer: str


Comparison.model_rebuild()


def schema() -> dict[str, Any]:
    """Return the JSON Schema of results.json."""
    return ReportResults.model_json_schema(mode="serialization")
