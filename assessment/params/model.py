"""The parameter folder: plan, indicators, units, regions, rules, synergy framework, defaults.

Everything that a new plan changes lies here; ``params_folder.load_params`` reads it.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field, FiniteFloat, model_validator

from assessment.errors import Fault, InputError, nearest
from assessment.methods.grades import TASK_SCALE
from assessment.methods.weights import CONSISTENCY_LIMIT, InconsistentComparisonsError, ahp
from assessment.params.plan import Bearing, Frozen, Plan, Year

if TYPE_CHECKING:
    from assessment.methods.forecast import Scale

Item = TypeVar("Item")
_LONGEST_NAME = 60

PositiveFloat = Annotated[FiniteFloat, Field(gt=0)]
Share = Annotated[FiniteFloat, Field(ge=0, le=1)]
Measure = Literal[
    "annual_flow", "annual_mean", "average_annual_growth", "capability", "count",
    "cumulative_count", "index", "percentile", "rank", "ratio", "stock_end_of_year",
    "yearly_change",
]  # fmt: skip
_BY_DIFFERENCES = ("average_annual_growth", "yearly_change", "count", "cumulative_count", "rank")
_PER_CENT = 100.0
CHANGE_ERROR: dict[Literal["A", "B", "C", "D"], float] = {
    "A": 0.01,
    "B": 0.02,
    "C": 0.03,
    "D": 0.10,
}
"""Error of a year within a change, by grade, where a plan's rules do not say."""
_AGGREGATIONS = ("sum", "none", "recompute", "recompute_from_sum", "weighted", "mean")


def _known_aggregation(value: str) -> str:
    """Check how regions' figures come together; ``weighted`` and ``mean`` may say over what."""
    word, bracket, over = value.partition("(")
    if word not in _AGGREGATIONS:
        raise ValueError(f"“{value}”不是合计方法。{nearest(word, _AGGREGATIONS)}")
    if bracket and (word not in ("weighted", "mean") or len(over) < 2 or not over.endswith(")")):
        raise ValueError(f"“{value}”写法不对，括号只用于 weighted(权重) 和 mean(对象)")
    return value


Aggregation = Annotated[str, AfterValidator(_known_aggregation)]


class Ratio(Frozen):
    """An indicator that is ``scale`` times numerator over denominator."""

    rule: Literal["ratio"]
    numerator: str
    denominator: str
    scale: PositiveFloat = 1.0

    @property
    def parts(self) -> tuple[str, ...]:
        """Indicators that it is computed from."""
        return (self.numerator, self.denominator)


class Growth(Frozen):
    """Average annual growth in per cent of an indicator since a base year."""

    rule: Literal["average_annual_growth"]
    of: str
    base_year: Year

    @property
    def parts(self) -> tuple[str, ...]:
        """Indicators that it is computed from."""
        return (self.of,)


class Change(Frozen):
    """Change on the year before, in per cent."""

    rule: Literal["yearly_change"]
    of: str

    @property
    def parts(self) -> tuple[str, ...]:
        """Indicators that it is computed from."""
        return (self.of,)


class Sum(Frozen):
    """Sum of indicators in one unit; a part that does not apply to a unit counts nothing."""

    rule: Literal["sum"]
    of: Annotated[tuple[str, ...], Field(min_length=2)]

    @property
    def parts(self) -> tuple[str, ...]:
        """Indicators that it is computed from."""
        return self.of


class RollingMean(Frozen):
    """Mean of an indicator over a year and those before it, ``years`` in all."""

    rule: Literal["rolling_mean"]
    of: str
    years: Annotated[int, Field(ge=2, le=20)]

    @property
    def parts(self) -> tuple[str, ...]:
        """Indicators that it is computed from."""
        return (self.of,)


Derivation = Annotated[Ratio | Growth | Change | Sum | RollingMean, Field(discriminator="rule")]


class Indicator(Frozen):
    """One entry of the catalogue: what a figure means and how it may be used.

    ``range`` is the plausible range in the indicator's unit: outside it a value is refused.
    ``natural_limit`` is the end that a rate cannot pass (0 or 100).
    ``parts`` names the indicators (sectors, say) that should sum to this one.
    ``natural`` ones are set by natural conditions more than by what a unit does in the plan's
    time: they are never named as what holds it back.
    """

    id: str
    name: str
    short_name: str | None = None
    unit: str
    direction: Literal["higher", "lower", "context"]
    measure: Measure
    aggregation: Aggregation
    bearing: Bearing
    formula: str | None = None
    frequency: Literal["annual", "quarterly", "monthly", "event"] = "annual"
    source: str
    department: str | None = None
    in_plan: bool = False
    range: tuple[FiniteFloat | None, FiniteFloat | None] = (0.0, None)
    natural_limit: FiniteFloat | None = None
    decimals: Annotated[int, Field(ge=0, le=9)] = 2
    derive: Derivation | None = None
    parts: tuple[str, ...] = ()
    natural: bool = False
    note: str | None = None

    @property
    def label(self) -> str:
        """Short name where there is one."""
        return self.short_name or self.name

    @property
    def scale(self) -> tuple[Scale, float]:
        """The scale on which it moves by even steps, with its upper limit where it has one.

        Shares and scores with a limit keep between 0 and it, amounts fall and rise by shares;
        growth rates, which may be negative, and counts, which begin at zero, move by differences.
        """
        low, high = self.range
        if low is None or low < 0 or self.measure in _BY_DIFFERENCES:
            return "linear", 1.0
        if self.unit == "%" and high is not None and high <= _PER_CENT:
            return "logit", _PER_CENT
        if self.measure == "index" and high == 1:
            return "logit", 1.0
        return "log", 1.0


class Catalogue(Frozen):
    """All indicators, and the units that figures may come in."""

    dimensions: dict[str, dict[str, PositiveFloat]]
    spellings: dict[str, str] = {}
    indicators: tuple[Indicator, ...]

    @property
    def by_id(self) -> dict[str, Indicator]:
        """Indicators by id."""
        return {indicator.id: indicator for indicator in self.indicators}

    def factor(self, unit: str, wanted: str) -> float | None:
        """Return what turns a value in ``unit`` into ``wanted``; None if they do not convert."""
        unit, wanted = self.spellings.get(unit, unit), self.spellings.get(wanted, wanted)
        if unit == wanted:
            return 1.0
        for members in self.dimensions.values():
            if unit in members and wanted in members:
                return members[unit] / members[wanted]
        return None


class Region(Frozen):
    """One unit that is assessed, or the whole city.

    ``hosts`` names the districts whose figures may already contain a functional zone's.
    ``tile`` is (row, column) on the tile map.
    """

    id: str
    name: str
    short_name: str
    kind: Literal["city", "district", "county", "functional_zone"]
    code: str | None = None
    aliases: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    central: bool = False
    tile: tuple[int, int] | None = None
    note: str | None = None


class Regions(Frozen):
    """All regions; exactly one of them is the whole city."""

    caution: str
    regions: tuple[Region, ...]

    @model_validator(mode="after")
    def _one_city(self) -> Regions:
        if sum(region.kind == "city" for region in self.regions) != 1:
            raise ValueError("应恰有一个 kind: city（方案的整个地区，如全市）")
        return self

    @property
    def city(self) -> Region:
        """The whole city."""
        return next(region for region in self.regions if region.kind == "city")

    @property
    def units(self) -> tuple[Region, ...]:
        """All regions but the whole city."""
        return tuple(region for region in self.regions if region.kind != "city")

    @property
    def names(self) -> list[tuple[str, str]]:
        """Every accepted name of a region with its id.

        A region goes by its name, short name, aliases, id and division code (GB/T 2260), a unit
        also by a name with the city's before it (淄博市张店区).
        """
        found = []
        for region in self.regions:
            names = (region.name, region.short_name, *region.aliases)
            found += [(name, region.id) for name in (*names, region.id, region.code) if name]
            if region is not self.city:
                found += [(self.city.name + name, region.id) for name in names]
        return list(dict.fromkeys(found))

    def hint(self, text: str) -> str:
        """Name the one unit whose short name stands in a text, or its misspelt id; else list all.

        The city is never offered: taking a unit's figure for the city's is worse than no hint.
        """
        if len(text) > _LONGEST_NAME:
            return ""
        meant = [unit for unit in self.units if unit.short_name in text]
        if len(meant) == 1 and len(text) <= len(self.city.name) + len(meant[0].name):
            return f"是否想写“{meant[0].name}”？"
        if text.isascii() and text.isalpha():
            close = get_close_matches(text.lower(), [u.id for u in self.units], n=1, cutoff=0.8)
            if close:
                return f"是否想写“{close[0]}”？"
        return nearest("", [region.name for region in self.regions])


class Constant(Frozen):
    """A number of a rule, with where it comes from (a source, or 假定)."""

    value: FiniteFloat
    source: str


class GradePresetParams(Frozen):
    """A named grading scheme."""

    id: str
    title: str
    source: str
    cuts: tuple[tuple[FiniteFloat, str], ...]
    lowest: str
    target_weight: Share
    task_weight: Share
    veto: bool = False


class CapParams(Frozen):
    """An event that limits the grade.

    ``targets`` are numbers of targets, or kinds (``prohibition``); ``verdicts`` are what has to
    befall one of them; ``best`` is the best place still allowed, counted from the best word (2 is
    the second).
    """

    targets: tuple[str, ...]
    verdicts: tuple[str, ...]
    best: Annotated[int, Field(ge=2)]
    cause: str
    source: str


class GradeAlternative(Frozen):
    """Other assumptions of the grade, to tell how much hangs on those in force."""

    title: str
    task_points: dict[str, Annotated[FiniteFloat, Field(ge=0, le=1)]] = {}
    direction_credit: Annotated[FiniteFloat, Field(ge=0, le=1)] | None = None
    target_weight: Annotated[FiniteFloat, Field(ge=0, le=1)] | None = None

    @model_validator(mode="after")
    def _known(self) -> GradeAlternative:
        unknown = set(self.task_points) - set(TASK_SCALE)
        if unknown:
            raise ValueError(f"task_points 里没有 {'、'.join(sorted(unknown))} 这种状态")
        return self


class Rules(Frozen):
    """Thresholds of every judgement; each constant bears its source.

    ``veto_targets`` are numbers of targets, or kinds: one of them missed is a veto under the
    presets that have one. ``emission_factors`` are t CO2 per t standard coal, by the indicator of
    the fuel; ``reference_limits`` are limits that the plan does not set, by indicator.
    ``class_record`` is the share of targets met later, by the class they had half way.
    ``data_error`` is the relative standard error of a level, ``change_error`` the part of it that
    two years do not share, which alone is in a change. ``break_*`` hold for the monthly regression around the plan's start, ``peak_years_after`` is
    the fewest years after a highest value before a peak is spoken of.
    """

    progress_rule: Literal["linear", "statcan"] = "linear"
    faster: Constant
    on_track: Constant
    slow: Constant
    nearly_met: Constant
    near_limit: Constant
    approximate_tolerance: Constant
    probability_min_points: Constant
    class_record: dict[
        Literal["faster", "on_track", "slow", "far_behind", "reversed"], Constant
    ] = {}
    trend_min_points: Constant
    significance: Constant
    break_significance: Constant
    break_min_months: Constant
    peak_years_after: Constant
    coverage_floor: Constant
    month_share: Constant
    weight_spread: Constant
    monte_carlo_draws: Constant
    data_error: dict[Literal["A", "B", "C", "D"], Constant]
    change_error: dict[Literal["A", "B", "C", "D"], Constant] = {
        grade: Constant(value=error, source="假定:rules.yml 没有写,取工具的默认值")
        for grade, error in CHANGE_ERROR.items()
    }
    series_change_error: dict[str, Constant] = {}
    task_points: dict[
        Literal[
            "completed", "compliant", "on_schedule", "slow", "overdue", "not_started", "violated",
            "contradicted", "no_evidence",
        ],
        Constant,
    ]  # fmt: skip
    direction_credit: Constant = Constant(value=0.5, source="假定")
    grade_alternatives: tuple[GradeAlternative, ...] = ()
    external_references: dict[str, dict[Year, Constant]] = {}
    emission_factors: dict[str, Constant] = {}
    reference_limits: dict[str, Constant] = {}
    presets: Annotated[tuple[GradePresetParams, ...], Field(min_length=1)]
    veto_targets: tuple[str, ...] = ("prohibition",)
    caps: tuple[CapParams, ...] = ()
    label: str

    @property
    def points_by_status(self) -> dict[str, float]:
        """Share of its points that a task earns, by its status."""
        given = {str(status): constant.value for status, constant in self.task_points.items()}
        return {**TASK_SCALE, **given}

    @property
    def errors_by_grade(self) -> dict[str, float]:
        """Relative standard error of a figure by its quality grade."""
        return {str(grade): constant.value for grade, constant in self.data_error.items()}

    def step_error(self, indicator: str, grade: str) -> float:
        """Relative standard error of a year as far as other years do not share it.

        That of the series where one is known, else by quality grade; a figure without a grade
        has that of the lowest.
        """
        if indicator in self.series_change_error:
            return self.series_change_error[indicator].value
        return next((c.value for g, c in self.change_error.items() if g == grade),
                    self.change_error["D"].value)  # fmt: skip


class GoalpostParams(Frozen):
    """Fixed ends of an indicator's scale: ``low`` the bad one, ``high`` the good one."""

    indicator: str
    low: FiniteFloat
    high: FiniteFloat
    source: str


class Subsystem(Frozen):
    """One side of the synergy: which indicators say how well it stands."""

    id: str
    name: str
    indicators: tuple[str, ...]
    weight: PositiveFloat = 1.0


class Comparisons(Frozen):
    """How many times as important one subsystem is as another, row against column."""

    matrix: tuple[tuple[FiniteFloat, ...], ...]
    source: str

    @model_validator(mode="after")
    def _consistent(self) -> Comparisons:
        try:
            ahp(self.matrix)
        except InconsistentComparisonsError as error:
            raise ValueError(
                f"两两比较自相矛盾：一致性比率 {error.ratio:.3f}，须小于 {CONSISTENCY_LIMIT}"
            ) from None
        except ValueError:
            raise ValueError(
                "两两比较矩阵应为方阵，各数为正，对角线为 1，对称两数互为倒数（误差不过 1%）"
            ) from None
        return self


class Framework(Frozen):
    """A synergy framework: its subsystems, where it comes from, since when.

    ``comparisons`` of the subsystems give AHP weights, which only the check of sensitivity uses.
    """

    id: str
    title: str
    since: str
    source: str
    subsystems: tuple[Subsystem, ...]
    comparisons: Comparisons | None = None

    @model_validator(mode="after")
    def _one_row_each(self) -> Framework:
        given = self.comparisons
        if given is not None and len(given.matrix) != len(self.subsystems):
            raise ValueError(
                f"两两比较矩阵有 {len(given.matrix)} 行，与子系统数 {len(self.subsystems)} 不符"
            )
        return self


class Synergy(Frozen):
    """Goalposts, frameworks, and what is said about their standing."""

    disclaimer: str
    goalposts: tuple[GoalpostParams, ...]
    frameworks: tuple[Framework, ...]


class CoControlPair(Frozen):
    """A carbon series and the pollutants set against it."""

    name: str
    carbon: str
    pollutants: tuple[str, ...]


class ChapterAnalysis(Frozen):
    """What a chapter looks at beside its targets and tasks.

    ``sees_all`` marks the chapter that follows the course of every target.
    ``compared`` names, in the first chapter, what is drawn unit beside unit, ``tiles`` what the
    first page shows.
    ``subsystems`` are coupled inside the chapter; empty means the framework's own.
    """

    chapter: str
    trends: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    cocontrol: tuple[CoControlPair, ...] = ()
    subsystems: tuple[Subsystem, ...] = ()
    compared: tuple[str, ...] = ()
    tiles: tuple[str, ...] = ()
    synergy_note: str | None = None
    sees_all: bool = False


class Analyses(Frozen):
    """The chapters' analyses."""

    chapters: tuple[ChapterAnalysis, ...]


class RunDefaults(Frozen):
    """What ``build.py`` does when it is not told otherwise."""

    year: Year
    data: str
    out: str
    formats: tuple[str, ...] = ("html",)
    framework: str
    grade_preset: str
    ranking: Literal["on", "off"] = "on"
    status: Literal["自评稿", "征求意见", "正式"] = "自评稿"
    cell_seconds: Annotated[int, Field(gt=0)] = 120
    notebook_seconds: Annotated[int, Field(gt=0)] = 600
    memory_gib: PositiveFloat = 4.0


class Params(Frozen):
    """The whole parameter folder, checked."""

    plan: Plan
    catalogue: Catalogue
    regions: Regions
    rules: Rules
    synergy: Synergy
    analyses: Analyses
    run: RunDefaults

    @property
    def framework(self) -> Framework:
        """The framework in force."""
        return next(f for f in self.synergy.frameworks if f.id == self.run.framework)

    @property
    def preset(self) -> GradePresetParams:
        """The grade preset in force."""
        return next(p for p in self.rules.presets if p.id == self.run.grade_preset)

    def analysis(self, chapter_id: str) -> ChapterAnalysis:
        """Analysis of a chapter; one without an entry looks at its targets alone."""
        for analysis in self.analyses.chapters:
            if analysis.chapter == chapter_id:
                return analysis
        return ChapterAnalysis(chapter=chapter_id)

    def region(self, name: str) -> Region:
        """Find a region by any of its names (`Regions.names`).

        Raises
        ------
        InputError
            No such region, or several; names the nearest.
        """
        found = {identifier for known, identifier in self.regions.names if known == name}
        if len(found) == 1:
            return next(region for region in self.regions.regions if region.id in found)
        if found:
            raise InputError([Fault("--region", name, "对应多个区县", "请改写编号")])
        raise InputError([Fault("--region", name, "没有这个区县", self.regions.hint(name))])
