"""Small worlds to judge: a plan of one chapter, a few indicators, a handful of figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assessment.job.inputs import (
    AllocationRow,
    JobInputs,
    PlanInfo,
    Standards,
    SubmissionRow,
    TaskRow,
)
from assessment.job.series import LevelBreak, Observation, UnitData
from assessment.params.model import (
    Catalogue,
    ChapterAnalysis,
    Constant,
    Framework,
    GoalpostParams,
    GradePresetParams,
    Indicator,
    Region,
    Rules,
    Subsystem,
)
from assessment.params.plan import PlanChapter, Section, Target, Task
from assessment.results.model import PackInfo

CITY = Region(id="yunchuan", name="云川市", short_name="全市", kind="city")
CENTRAL = Region(id="xiling", name="西岭区", short_name="西岭", kind="district", central=True)
DISTRICT = Region(id="dongshan", name="东山区", short_name="东山", kind="district")


def constant(value: float) -> Constant:
    return Constant(value=value, source="假定")


RULES = Rules(
    faster=constant(1.05),
    on_track=constant(0.95),
    slow=constant(0.60),
    nearly_met=constant(0.95),
    near_limit=constant(1.0),
    approximate_tolerance=constant(5.0),
    probability_min_points=constant(6),
    trend_min_points=constant(6),
    significance=constant(0.05),
    break_significance=constant(0.01),
    break_min_months=constant(24),
    peak_years_after=constant(3),
    coverage_floor=constant(0.80),
    month_share=constant(0.75),
    weight_spread=constant(0.25),
    monte_carlo_draws=constant(200),
    data_error={
        "A": constant(0.02), "B": constant(0.05), "C": constant(0.15), "D": constant(0.30),
    },
    change_error={
        "A": constant(0.01), "B": constant(0.02), "C": constant(0.03), "D": constant(0.10),
    },
    task_points={
        "completed": constant(1.0), "on_schedule": constant(0.75), "slow": constant(0.4),
        "not_started": constant(0.0), "no_evidence": constant(0.0),
    },
    external_references={"X02": {2025: constant(300.0)}},
    presets=(
        GradePresetParams(
            id="plain", title="九十八十六十", source="假定", cuts=((90, "优秀"), (80, "良好")),
            lowest="不合格", target_weight=0.5, task_weight=0.5, veto=True,
        ),
    ),
    label="工具建议等级",
)  # fmt: skip


def indicator(identifier: str, **more: Any) -> Indicator:
    fields: dict[str, Any] = {
        "name": identifier, "unit": "吨", "direction": "higher", "measure": "annual_flow",
        "aggregation": "sum", "bearing": "both", "source": "虚构", **more,
    }  # fmt: skip
    return Indicator(id=identifier, **fields)


def row(
    identifier: str,
    year: int,
    value: float | None,
    *,
    month: int = 0,
    series: str = "",
    grade: str = "A",
    state: str = "value",
    note: str = "",
    line: int = 2,
) -> Observation:
    return Observation(
        indicator=identifier, series=series, year=year, month=month, value=value, state=state,
        grade=grade, source="公报", note=note, given="" if value is None else f"{value:g}",
        given_unit="吨", file="observations.csv", row=line,
    )  # fmt: skip


def rows(identifier: str, values: Mapping[int, float], **more: Any) -> list[Observation]:
    return [row(identifier, year, value, **more) for year, value in values.items()]


def unit_data(
    indicators: Sequence[Indicator],
    observations: Sequence[Observation],
    *,
    breaks: Mapping[str, int] | None = None,
    primary: Mapping[str, str] | None = None,
) -> UnitData:
    return UnitData(
        Catalogue(dimensions={}, indicators=tuple(indicators)),
        observations,
        [LevelBreak(indicator=name, year=at, reason="普查") for name, at in (breaks or {}).items()],
        primary or {},
        RULES.month_share.value,
    )


def target(no: str = "N01", **more: Any) -> Target:
    fields: dict[str, Any] = {
        "indicator": "output", "kind": "numeric", "section": "1.1", "tasks": (), "value": 200.0,
        "unit": "吨", "comparison": ">=", "wording": "达到", "year": 2025, "scope": "全市",
        "district_judgement": "same_as_city", "bearing": "both", "quote": "达到",
        "departments": ("市发展改革委",), **more,
    }  # fmt: skip
    return Target(no=no, **fields)


def task(identifier: str = "1.1.1", **more: Any) -> Task:
    fields: dict[str, Any] = {
        "title": "任务", "type": "qualitative", "obligation": "required",
        "judge_at": ("city", "district"), "bearing": "both", "quote": "推进", **more,
    }  # fmt: skip
    return Task(id=identifier, **fields)


def task_row(
    identifier: str, year: int, status: str, evidence: str = "", note: str = ""
) -> TaskRow:
    return TaskRow(
        task=identifier, year=year, status=status, evidence=evidence, note=note,
        file="tasks.csv", row=2,
    )  # fmt: skip


def handed_down(no: str, year: int, value: float) -> AllocationRow:
    return AllocationRow(
        target=no, year=year, value=value, source="分解任务书", file="allocations.csv", row=3
    )


def inputs(
    *,
    year: int = 2023,
    region: Region = CITY,
    indicators: Sequence[Indicator] = (),
    observations: Sequence[Observation] = (),
    city_observations: Sequence[Observation] = (),
    targets: Sequence[Target] = (),
    tasks: Sequence[Task] = (),
    task_rows: Sequence[TaskRow] = (),
    allocations: Sequence[AllocationRow] = (),
    submissions: Sequence[SubmissionRow] = (),
    breaks: Mapping[str, int] | None = None,
    primary: Mapping[str, str] | None = None,
    analysis: ChapterAnalysis | None = None,
    subsystems: Sequence[Subsystem] = (),
    goalposts: Sequence[GoalpostParams] = (),
    sections: Sequence[Section] = (),
) -> JobInputs:
    departments = ("市发展改革委", "市生态环境局")
    section = Section(id="1.1", number="(一)", title="第一节", departments=departments,
                      tasks=tuple(tasks))  # fmt: skip
    chapter = PlanChapter(id="1", number="一", title="一章", slug="one",
                          sections=(section, *sections))  # fmt: skip
    found = [
        LevelBreak(indicator=name, year=at, reason="普查") for name, at in (breaks or {}).items()
    ]
    return JobInputs(
        plan=PlanInfo(
            id="yunchuan", title="云川市方案", short_title="方案", city="云川市", start_year=2021,
            baseline_year=2020, horizons=(2025, 2030), departments=departments,
        ),
        chapter=chapter,
        chapters=(chapter,),
        targets=tuple(targets),
        analysis=analysis or ChapterAnalysis(chapter="1"),
        catalogue=Catalogue(dimensions={}, indicators=tuple(indicators)),
        standards=Standards(
            rules=RULES,
            framework=Framework(
                id="two", title="两维", since="2023", source="假定", subsystems=tuple(subsystems)
            ),
            goalposts=tuple(goalposts),
            disclaimer="无官方公式",
        ),
        region=region,
        city=CITY,
        year=year,
        pack=PackInfo(title="虚构数据", kind="demo", cutoff="2026-03-31"),
        rows=tuple(observations),
        city_rows=tuple(city_observations),
        breaks={region.id: tuple(found), CITY.id: tuple(found)},
        primary=dict(primary or {}),
        tasks=tuple(task_rows),
        allocations=tuple(allocations),
        submissions=tuple(submissions),
    )  # fmt: skip
