"""Results to draw, made by hand: small numbers that a test can name."""

from __future__ import annotations

from collections.abc import Sequence

from assessment.params.model import Region
from assessment.results.model import (
    CoControlResult,
    ComparedSeries,
    Comparison,
    CouplingResult,
    DepartmentResult,
    IndexResult,
    Point,
    SubsystemResult,
    TargetResult,
    TrendResult,
)
from assessment.results.values import Trace

UNITS = {
    "zhangdian": "张店区",
    "zichuan": "淄川区",
    "boshan": "博山区",
    "zhoucun": "周村区",
    "linzi": "临淄区",
    "huantai": "桓台县",
    "gaoqing": "高青县",
    "yiyuan": "沂源县",
    "gaoxin": "高新区",
    "jingkai": "经济开发区",
    "wenchanghu": "文昌湖省级旅游度假区",
}


def points(start: int, values: Sequence[float | None]) -> tuple[Point, ...]:
    return tuple(
        Point(
            year=start + i,
            value=value,
            trace=(Trace(file="observations.csv", row=i + 2, source="市生态环境局"),),
        )
        for i, value in enumerate(values)
        if value is not None
    )


PM25 = (58.0, 55.0, 52.0, None, 46.0, 44.5, 43.1, 42.0, 41.3, 40.2)


def target(
    values: Sequence[float | None] = PM25,
    *,
    no: str = "N01",
    name: str = "PM₂.₅年均浓度",
    unit: str = "微克/立方米",
    decimals: int = 1,
    aim: float | None = 38.0,
    due: int | None = 2025,
    base: int | None = 2020,
    verdict: str = "slow",
    ratio: float | None = 0.72,
    completion: float | None = None,
    gap: float | None = 2.2,
    breaks: tuple[int, ...] = (),
    reason: str = "",
) -> TargetResult:
    given = points(2015, values)
    last = given[-1] if given else None
    return TargetResult(
        no=no, indicator="pm25", name=name, chapter="4", section="4.1", kind="numeric", unit=unit,
        decimals=decimals, departments=(), quote="", wording="<=", target_value=aim,
        target_year=due, target_origin="plan", previous=None, latest=last, judged=last,
        baseline=next((p for p in given if p.year == base), None), verdict=verdict,
        previous_verdict="slow", ratio=ratio, completion=completion, gap=gap, points=given,
        breaks=breaks, reason=reason,
    )  # fmt: skip


def trend(
    values: Sequence[float | None] = PM25,
    *,
    start: int = 2015,
    before: Sequence[float] = (),
    name: str = "PM₂.₅年均浓度",
    unit: str = "微克/立方米",
    decimals: int = 1,
    slope: float | None = -1.9,
    low: float | None = -2.4,
    high: float | None = -1.3,
    p: float | None = 0.002,
    significant: bool | None = True,
    reading: str = "falling",
    breaks: tuple[int, ...] = (),
) -> TrendResult:
    given = points(start, values)
    return TrendResult(
        indicator="pm25", series="annual", name=name, unit=unit, decimals=decimals,
        direction="down", first_year=start, last_year=start + len(values) - 1, n=len(given),
        points=given, before_break=points(start - len(before), before), breaks=breaks,
        slope=slope, slope_low=low, slope_high=high, p=p, significant=significant,
        reading=reading,  # type: ignore[arg-type]
    )  # fmt: skip


def co(
    pollutant: float | None,
    carbon: float | None,
    *,
    name: str = "SO₂",
    key: str = "so2",
    carbon_name: str = "CO₂",
) -> CoControlResult:
    quadrant = None
    if pollutant is not None and carbon is not None:
        quadrant = {(True, True): 1, (False, True): 2, (False, False): 3, (True, False): 4}[
            pollutant > 0, carbon > 0
        ]
    return CoControlResult(
        pair=f"{key}-co2", pollutant=key, pollutant_name=name, carbon="co2",
        carbon_name=carbon_name, from_year=2020, to_year=2024, pollutant_from=None,
        pollutant_to=None, carbon_from=None, carbon_to=None, pollutant_reduction=pollutant,
        carbon_reduction=carbon, quadrant=quadrant, reading="",
    )  # fmt: skip


def coupling(year: int, levels: Sequence[float | None], d: float | None) -> CouplingResult:
    names = ("降碳", "减污", "扩绿", "增长")
    return CouplingResult(
        year=year,
        subsystems=tuple(
            SubsystemResult(id=f"s{i}", name=name, level=level, coverage=1.0, parts={})
            for i, (name, level) in enumerate(zip(names, levels, strict=True))
        ),
        d=d,
        grade_name="" if d is None else "初级协调",
    )


def comparison(
    *, ranking: str = "on", near: bool = False, unscored: Sequence[str] = ("jingkai",)
) -> Comparison:
    index, cocontrol, series = [], {}, {}
    for i, (region, name) in enumerate(UNITS.items()):
        score = None if region in unscored else 0.7 - 0.02 * i
        ranked = score is not None and ranking == "on"
        index.append(
            IndexResult(
                region=region, name=name, score=score, coverage=0.9, subsystems={},
                score_low=None if score is None else score - 0.04,
                score_high=None if score is None else score + 0.03,
                rank=i + 1 if ranked else None, rank_low=max(1, i) if ranked else None,
                rank_high=min(11, i + 3) if ranked else None,
                d=score, grade_name="" if score is None else "初级协调",
            )
        )  # fmt: skip
        apart = 0.0004 if near else 0.03
        cocontrol[region] = (co(0.18 + apart * i, 0.12 - apart * i * (-1) ** i),)
        step = 0.01 if near else 2.5
        series[region] = points(2015, [50.0 - k + step * i for k in range(10)])
    city = IndexResult(region="zibo", name="全市", score=0.6, coverage=1.0, subsystems={})
    cocontrol["zibo"] = (co(0.2, 0.1),)
    series["zibo"] = points(2015, [45.0 - k for k in range(10)])
    return Comparison(
        year=2024, framework="four", framework_title="降碳、减污、扩绿、增长",
        ranking=ranking,  # type: ignore[arg-type]
        index=(*index, city), cocontrol=cocontrol,
        series=(
            ComparedSeries(
                indicator="pm25", name="PM₂.₅年均浓度", unit="微克/立方米", decimals=1,
                direction="down", points=series,
            ),
        ),
        city_sums=(), caution="",
    )  # fmt: skip


def regions() -> list[Region]:
    return [
        Region(id=region, name=name, short_name=name[:3], kind="district", tile=(i // 3, i % 3))
        for i, (region, name) in enumerate(UNITS.items())
    ]


def departments() -> list[DepartmentResult]:
    return [
        DepartmentResult(
            name=name, targets=(), tasks=(), verdicts=verdicts, task_statuses=tasks,
            evidence_share=None, submission="late" if late else "on_time", days_late=late,
        )
        for name, verdicts, tasks, late in (
            ("市生态环境局", {"faster": 2, "slow": 1}, {"task_completed": 9, "slow": 1}, None),
            ("市发展改革委", {"far_behind": 2}, {"task_no_evidence": 3}, 5),
            ("市教育局", {}, {}, None),
        )
    ]  # fmt: skip
