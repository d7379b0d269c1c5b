"""What is not known, whom to ask, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assessment.job.inputs import JobInputs
from assessment.results.model import Gap, SynergyResult, TargetResult, TaskResult, TrendResult


def gaps_of(
    inputs: JobInputs,
    targets: Mapping[str, TargetResult],
    tasks: Mapping[str, TaskResult],
    trends: Mapping[str, TrendResult],
    synergy: SynergyResult,
) -> tuple[Gap, ...]:
    """List everything that the chapter would have needed and did not have."""
    entries = inputs.catalogue.by_id
    gaps: list[Gap] = []
    for target in targets.values():
        if target.verdict != "insufficient_data":
            continue
        entry = entries[target.indicator]
        no_reference = target.kind == "external_reference" and target.target_value is None
        gaps.append(
            Gap(
                kind="reference" if no_reference else "data",
                subject=f"{target.no} {target.name}",
                department=entry.department or (target.departments or ("",))[0],
                what=target.reason or "数据不足",
                effect="目标无法判断",
            )
        )
    unreported = [task for task in tasks.values() if task.status == "task_not_reported"]
    for section in inputs.chapter.sections:
        missing = [task.id for task in unreported if task.section == section.id]
        if missing:
            gaps.append(
                Gap(
                    kind="evidence",
                    subject=f"{section.title}的任务",
                    department=section.lead or (section.departments or ("",))[0],
                    what=f"{len(missing)} 项任务没有报送 {inputs.year} 年进展({'、'.join(missing)})",
                    effect="任务无法评价",
                )
            )
    for task in tasks.values():
        if task.status == "task_no_evidence":
            gaps.append(
                Gap(
                    kind="evidence",
                    subject=f"{task.id} {task.title}",
                    department=(task.departments or ("",))[0],
                    what="没有佐证材料",
                    effect="不能认定进展",
                )
            )
    for result in trends.values():
        owed = [year for year in result.missing_years if year > result.last_year]
        if result.n < 2 or owed:
            entry = entries[result.indicator]
            what = (
                "一年数据都没有" if result.n == 0
                else f"只有 {result.n} 个可用年度值" if result.n < 2
                else f"缺 {_span(owed)} 年数据"
            )  # fmt: skip
            gaps.append(
                Gap(
                    kind="data",
                    subject=entry.name,
                    department=entry.department or entry.source,
                    what=what,
                    effect="看不出趋势" if result.n < 2 else "趋势不含最近一年",
                )
            )
        elif result.missing_years:
            entry = entries[result.indicator]
            gaps.append(
                Gap(
                    kind="data",
                    subject=entry.name,
                    department=entry.department or entry.source,
                    what=f"缺 {'、'.join(map(str, result.missing_years))} 年数据",
                    effect="趋势图留空,不补",
                )
            )
    for read in synergy.cocontrol:
        if read.reading == "undefined" and read.from_year == inputs.year - 1:
            gaps.append(
                Gap(
                    kind="definition" if read.broken else "data",
                    subject=f"{read.pollutant_name}与{read.carbon_name}的对照",
                    department=entries[read.pollutant].department or entries[read.pollutant].source,
                    what=read.reason or "无法计算",
                    effect="这一组的协同无法判断",
                )
            )
    last = synergy.coupling[-1] if synergy.coupling else None
    if last is not None and last.d is None:
        lacking = [
            entries[name].label
            for subsystem in last.subsystems
            for name, u in subsystem.parts.items()
            if u is None
        ]
        gaps.append(
            Gap(
                kind="data",
                subject="耦合协调度",
                department="",
                what=f"缺 {'、'.join(dict.fromkeys(lacking))}",
                effect="算不出本年的耦合协调度",
            )
        )
    return tuple(gaps)


def _span(years: Sequence[int]) -> str:
    if len(years) == years[-1] - years[0] + 1:
        return f"{years[0]}–{years[-1]}"
    return "、".join(map(str, years))
