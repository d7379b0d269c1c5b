"""The parameter folder: plan, indicators, units, regions, rules, synergy framework, defaults.

Everything that a new plan changes lies here; ``load_params`` checks each file and then what the
files say of each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, FiniteFloat, model_validator

from assessment.errors import Fault, InputError, nearest
from assessment.methods.weights import CONSISTENCY_LIMIT, InconsistentComparisonsError, ahp
from assessment.plan import Bearing, Frozen, Plan
from assessment.verdicts import LOOKS
from assessment.yaml_source import Model, line_of, load_model

Item = TypeVar("Item")


class Ratio(Frozen):
    """An indicator that is ``scale`` times numerator over denominator."""

    rule: Literal["ratio"]
    numerator: str
    denominator: str
    scale: FiniteFloat = 1.0

    @property
    def parts(self) -> tuple[str, ...]:
        """Indicators that it is computed from."""
        return (self.numerator, self.denominator)


class Growth(Frozen):
    """Average annual growth in per cent of an indicator since a base year."""

    rule: Literal["average_annual_growth"]
    of: str
    base_year: int

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


Derivation = Annotated[Ratio | Growth | Change, Field(discriminator="rule")]


class Indicator(Frozen):
    """One entry of the catalogue: what a figure means and how it may be used.

    ``range`` is the plausible range in the indicator's unit: outside it a value is refused.
    ``natural_limit`` is the end that a rate cannot pass (0 or 100).
    ``parts`` names the indicators (sectors, say) that should sum to this one.
    """

    id: str
    name: str
    short_name: str | None = None
    unit: str
    direction: Literal["higher", "lower", "context"]
    measure: str
    aggregation: str
    bearing: Bearing
    formula: str | None = None
    frequency: str = "annual"
    source: str
    department: str | None = None
    in_plan: bool = False
    range: tuple[float | None, float | None] = (0.0, None)
    natural_limit: float | None = None
    decimals: int = 2
    derive: Derivation | None = None
    parts: tuple[str, ...] = ()
    note: str | None = None

    @property
    def label(self) -> str:
        """Short name where there is one."""
        return self.short_name or self.name


class Catalogue(Frozen):
    """All indicators, and the units that figures may come in."""

    dimensions: dict[str, dict[str, float]]
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
            raise ValueError("regions 中应恰有一个 kind: city(全市)")
        return self

    @property
    def city(self) -> Region:
        """The whole city."""
        return next(region for region in self.regions if region.kind == "city")

    @property
    def units(self) -> tuple[Region, ...]:
        """All regions but the whole city."""
        return tuple(region for region in self.regions if region.kind != "city")


class Constant(Frozen):
    """A number of a rule, with where it comes from (a source, or 假定)."""

    value: FiniteFloat
    source: str


class GradePresetParams(Frozen):
    """A named grading scheme."""

    id: str
    title: str
    source: str
    cuts: tuple[tuple[float, str], ...]
    lowest: str
    target_weight: float
    task_weight: float
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


class Rules(Frozen):
    """Thresholds of every judgement; each constant bears its source.

    ``veto_targets`` are numbers of targets, or kinds: one of them missed is a veto under the
    presets that have one. ``emission_factors`` are t CO2 per t standard coal, by the indicator of
    the fuel; ``reference_limits`` are limits that the plan does not set, by indicator.
    ``break_*`` hold for the monthly regression around the plan's start, ``peak_years_after`` is
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
    task_points: dict[
        Literal["completed", "on_schedule", "slow", "not_started", "no_evidence"], Constant
    ]
    external_references: dict[str, dict[int, Constant]] = {}
    emission_factors: dict[str, Constant] = {}
    reference_limits: dict[str, Constant] = {}
    presets: tuple[GradePresetParams, ...]
    veto_targets: tuple[str, ...] = ("prohibition",)
    caps: tuple[CapParams, ...] = ()
    label: str

    @property
    def errors_by_grade(self) -> dict[str, float]:
        """Relative standard error of a figure by its quality grade."""
        return {str(grade): constant.value for grade, constant in self.data_error.items()}


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
    weight: FiniteFloat = 1.0


class Comparisons(Frozen):
    """How many times as important one subsystem is as another, row against column."""

    matrix: tuple[tuple[float, ...], ...]
    source: str

    @model_validator(mode="after")
    def _consistent(self) -> Comparisons:
        try:
            ahp(self.matrix)
        except InconsistentComparisonsError as error:
            raise ValueError(
                f"两两比较自相矛盾:一致性比率 {error.ratio:.3f},须小于 {CONSISTENCY_LIMIT}"
            ) from None
        except ValueError:
            raise ValueError(
                "两两比较矩阵应为方阵,各数为正,对角线为 1,对称两数互为倒数(误差不过 1%)"
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
                f"两两比较矩阵有 {len(given.matrix)} 行,与子系统数 {len(self.subsystems)} 不符"
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
    ``compared`` names, in the first chapter, what is drawn unit beside unit.
    ``subsystems`` are coupled inside the chapter; empty means the framework's own.
    """

    chapter: str
    trends: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    cocontrol: tuple[CoControlPair, ...] = ()
    subsystems: tuple[Subsystem, ...] = ()
    compared: tuple[str, ...] = ()
    synergy_note: str | None = None
    sees_all: bool = False


class Analyses(Frozen):
    """The chapters' analyses."""

    chapters: tuple[ChapterAnalysis, ...]


class RunDefaults(Frozen):
    """What ``build.py`` does when it is not told otherwise."""

    year: int
    data: str
    out: str
    formats: tuple[Literal["html", "pdf", "docx", "xlsx"], ...] = ("html",)
    framework: str
    grade_preset: str
    ranking: Literal["on", "off"] = "on"
    status: Literal["自评稿", "征求意见", "正式"] = "自评稿"
    cell_seconds: int = 120
    notebook_seconds: int = 600
    memory_gib: float = 4.0


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
        """Find a region by id, name or alias.

        Raises
        ------
        InputError
            No such region; names the nearest.
        """
        for region in self.regions.regions:
            if name in (region.id, region.name, region.short_name, *region.aliases):
                return region
        known = [n for r in self.regions.regions for n in (r.name, r.id)]
        raise InputError([Fault("--region", name, "没有这个区县", nearest(name, known))])


FILES: dict[str, type[Frozen]] = {
    "plan": Plan,
    "indicators": Catalogue,
    "regions": Regions,
    "rules": Rules,
    "synergy": Synergy,
    "chapters": Analyses,
    "run": RunDefaults,
}


def _repeated(names: Iterator[str] | list[str]) -> list[str]:
    seen: set[str] = set()
    return [name for name in names if name in seen or seen.add(name)]  # type: ignore[func-returns-value]


class _CrossCheck:
    """Collects what the files of a folder say of each other that cannot be."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.faults: list[Fault] = []

    def add(self, stem: str, location: list[str | int], problem: str, remedy: str = "") -> None:
        label = f"{stem}.yml"
        line = line_of(self.folder / label, location)
        key = ".".join(map(str, location))
        self.faults.append(Fault(label, f"第 {line} 行 {key}" if line else key, problem, remedy))

    def known(self, stem: str, location: list[str | int], name: str, names: list[str]) -> None:
        if name not in names:
            self.add(stem, location, f"引用了不存在的“{name}”", nearest(name, names))


def _derived_from_itself(catalogue: Catalogue, name: str) -> bool:
    entries, seen, waiting = catalogue.by_id, set[str](), [name]
    while waiting:
        entry = entries.get(waiting.pop())
        for part in entry.derive.parts if entry and entry.derive else ():
            if part == name:
                return True
            if part not in seen:
                seen.add(part)
                waiting.append(part)
    return False


def _cross_check(folder: Path, params: Params) -> list[Fault]:
    check = _CrossCheck(folder)
    plan, catalogue = params.plan, params.catalogue
    indicators = [indicator.id for indicator in catalogue.indicators]
    sections = [section.id for chapter in plan.chapters for section in chapter.sections]
    tasks = [task.id for chapter in plan.chapters for task in chapter.tasks]
    chapters = [chapter.id for chapter in plan.chapters]
    for stem, names, what in (
        ("indicators", indicators, "指标编号"),
        ("plan", sections, "节编号"),
        ("plan", tasks, "任务编号"),
        ("plan", chapters, "章编号"),
        ("plan", [target.no for target in plan.targets], "目标编号"),
        ("regions", [region.id for region in params.regions.regions], "区县编号"),
    ):
        for name in _repeated(list(names)):
            check.add(stem, [name], f"{what}“{name}”重复")
    for i, target in enumerate(plan.targets):
        check.known("plan", ["targets", i, "indicator"], target.indicator, indicators)
        check.known("plan", ["targets", i, "section"], target.section, sections)
        for task in target.tasks:
            check.known("plan", ["targets", i, "tasks"], task, tasks)
        for department in target.departments:
            check.known("plan", ["targets", i, "departments"], department, list(plan.departments))
        if target.kind == "numeric" and target.value is None:
            check.add("plan", ["targets", i, "value"], "数值目标缺少 value")
        found = catalogue.by_id.get(target.indicator)
        if found and catalogue.factor(target.unit, found.unit) != 1.0:
            check.add(
                "plan", ["targets", i, "unit"],
                f"目标单位“{target.unit}”与指标单位“{found.unit}”不一致",
            )  # fmt: skip
    for c, chapter in enumerate(plan.chapters):
        for s, section in enumerate(chapter.sections):
            place: list[str | int] = ["chapters", c, "sections", s]
            for department in section.departments:
                check.known("plan", [*place, "departments"], department, list(plan.departments))
            for t, task_item in enumerate(section.tasks):
                for name in task_item.indicators:
                    check.known("plan", [*place, "tasks", t, "indicators"], name, indicators)
    for i, indicator in enumerate(catalogue.indicators):
        if indicator.derive is not None:
            for name in indicator.derive.parts:
                check.known("indicators", ["indicators", i, "derive"], name, indicators)
            if _derived_from_itself(catalogue, indicator.id):
                check.add(
                    "indicators", ["indicators", i, "derive"],
                    f"“{indicator.id}”经推算又要用到它自己", "请改掉其中一环",
                )  # fmt: skip
        for name in indicator.parts:
            check.known("indicators", ["indicators", i, "parts"], name, indicators)
    goalposts = [goalpost.indicator for goalpost in params.synergy.goalposts]
    for i, goalpost in enumerate(params.synergy.goalposts):
        check.known("synergy", ["goalposts", i, "indicator"], goalpost.indicator, indicators)
        if goalpost.low == goalpost.high:
            check.add("synergy", ["goalposts", i], "low 与 high 相同,无法归一化")
    for f, framework in enumerate(params.synergy.frameworks):
        for s, subsystem in enumerate(framework.subsystems):
            for name in subsystem.indicators:
                check.known(
                    "synergy", ["frameworks", f, "subsystems", s, "indicators"], name, goalposts
                )
    for a, analysis in enumerate(params.analyses.chapters):
        check.known("chapters", ["chapters", a, "chapter"], analysis.chapter, chapters)
        for key in ("trends", "context", "compared"):
            for name in getattr(analysis, key):
                check.known("chapters", ["chapters", a, key], name, indicators)
        for p, pair in enumerate(analysis.cocontrol):
            for name in (pair.carbon, *pair.pollutants):
                check.known("chapters", ["chapters", a, "cocontrol", p], name, indicators)
        for s, subsystem in enumerate(analysis.subsystems):
            for name in subsystem.indicators:
                check.known("chapters", ["chapters", a, "subsystems", s], name, goalposts)
    for fuel in params.rules.emission_factors:
        check.known("rules", ["emission_factors", fuel], fuel, indicators)
    for name in params.rules.reference_limits:
        check.known("rules", ["reference_limits", name], name, indicators)
    judged = [name for target in plan.targets for name in (target.no, target.kind)]
    for name in params.rules.veto_targets:
        check.known("rules", ["veto_targets"], name, judged)
    for i, cap in enumerate(params.rules.caps):
        for name in cap.targets:
            check.known("rules", ["caps", i, "targets"], name, judged)
        for name in cap.verdicts:
            check.known("rules", ["caps", i, "verdicts"], name, list(LOOKS))
        for preset in params.rules.presets:
            if cap.best > len(preset.cuts) + 1:
                check.add("rules", ["caps", i, "best"],
                          f"评级方案“{preset.id}”没有第 {cap.best} 档")  # fmt: skip
    check.known(
        "run", ["framework"], params.run.framework, [f.id for f in params.synergy.frameworks]
    )
    check.known("run", ["grade_preset"], params.run.grade_preset,
                [p.id for p in params.rules.presets])  # fmt: skip
    return check.faults


def load_params(folder: Path) -> Params:
    """Load and check a parameter folder.

    Parameters
    ----------
    folder : Path
        Folder with ``plan.yml``, ``indicators.yml``, ``regions.yml``, ``rules.yml``,
        ``synergy.yml``, ``chapters.yml`` and ``run.yml``.

    Raises
    ------
    InputError
        Every fault of every file, each with file, line and key.
    """
    if not folder.is_dir():
        raise InputError([Fault("--params", str(folder), "参数目录不存在", "请检查路径")])
    loaded: dict[str, Frozen] = {}
    faults: list[Fault] = []
    for stem, model in FILES.items():
        try:
            loaded[stem] = load_model(model, folder / f"{stem}.yml")
        except InputError as error:
            faults.extend(error.faults)
    if faults:
        raise InputError(faults)
    params = Params(
        plan=loaded["plan"],
        catalogue=loaded["indicators"],
        regions=loaded["regions"],
        rules=loaded["rules"],
        synergy=loaded["synergy"],
        analyses=loaded["chapters"],
        run=loaded["run"],
    )
    faults = _cross_check(folder, params)
    if faults:
        raise InputError(faults)
    return params


__all__ = ["Model", "Params", "load_params"]
