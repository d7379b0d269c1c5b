"""The readings of synergy: co-change of pollution and carbon, coupling of subsystems."""

from __future__ import annotations

from collections.abc import Sequence

from assessment.assess.changes import change_between
from assessment.job.series import Annual, UnitData
from assessment.methods.cochange import CoChange, cocontrol
from assessment.methods.coupling import (
    GRADE_NAMES,
    coupling_coordination,
    order_parameter_synergy,
)
from assessment.methods.goalposts import Goalpost, normalise
from assessment.methods.index import composite
from assessment.params.model import CoControlPair, GoalpostParams, Rules, Subsystem
from assessment.results.model import CoControlResult, CouplingResult, SubsystemResult


def co_control(
    data: UnitData,
    pairs: Sequence[CoControlPair],
    spans: Sequence[tuple[int, int]],
    rules: Rules,
) -> tuple[CoControlResult, ...]:
    """Co-control coordinates of every pair over every span of years.

    A span that crosses a known break of either series, or lacks a year, is undefined and says so.

    Parameters
    ----------
    data : UnitData
        Series of the unit.
    pairs : sequence of CoControlPair
        A carbon series and its pollutants.
    spans : sequence of (int, int)
        First and last years.
    rules : Rules
        Errors of a change, which decide whether it is one.
    """
    results = []
    for pair in pairs:
        carbon = data.annual(pair.carbon)
        results += [
            _coordinates(rules, pair, data.annual(pollutant), carbon, *span)
            for span in dict.fromkeys(spans)
            for pollutant in pair.pollutants
        ]
    return tuple(results)


def _coordinates(
    rules: Rules, pair: CoControlPair, pollutant: Annual, carbon: Annual, start: int, end: int
) -> CoControlResult:
    result = CoControlResult(
        pair=pair.name,
        pollutant=pollutant.indicator.id,
        pollutant_name=pollutant.indicator.label,
        carbon=carbon.indicator.id,
        carbon_name=carbon.indicator.label,
        from_year=start,
        to_year=end,
        pollutant_from=pollutant.value(start),
        pollutant_to=pollutant.value(end),
        carbon_from=carbon.value(start),
        carbon_to=carbon.value(end),
        reading="undefined",
    )
    lacking = [text for series in (pollutant, carbon) if (text := _lacking(series, start, end))]
    broken = [s.indicator.label for s in (pollutant, carbon) if not s.same_level(start, end)]
    if lacking:
        return result.model_copy(update={"reason": ",".join(lacking)})
    if broken:
        reason = f"{'、'.join(broken)}在其间有口径断点"
        return result.model_copy(update={"reason": reason, "broken": tuple(broken)})
    p0, p1 = result.pollutant_from, result.pollutant_to
    c0, c1 = result.carbon_from, result.carbon_to
    assert p0 is not None and p1 is not None and c0 is not None and c1 is not None
    changes = [change_between(rules, series, start, end) for series in (pollutant, carbon)]
    clear = [change is not None and change.course != "unclear" for change in changes]
    read = cocontrol(p0, p1, c0, c1, pollutant_clear=clear[0], carbon_clear=clear[1])
    undefined = read.reading is CoChange.UNDEFINED
    reason = "有一方基数为零,弹性无意义" if undefined else ""
    return result.model_copy(
        update={
            "pollutant_change": changes[0],
            "carbon_change": changes[1],
            "pollutant_reduction": read.pollutant_reduction,
            "carbon_reduction": read.carbon_reduction,
            "quadrant": read.quadrant,
            "elasticity": read.elasticity,
            "reading": str(read.reading),
            "reason": reason,
        }
    )


def _lacking(series: Annual, start: int, end: int) -> str:
    absent = [year for year in (start, end) if series.value(year) is None]
    if not absent:
        return ""
    reasons = {series.not_applicable[year] for year in absent if year in series.not_applicable}
    if reasons:
        return f"{series.indicator.label}不适用({'、'.join(sorted(reasons))})"
    why = f"({series.lacks_maker})" if series.lacks_maker else ""
    return f"缺 {'、'.join(map(str, absent))} 年的{series.indicator.label}{why}"


def subsystem_levels(
    data: UnitData,
    subsystems: Sequence[Subsystem],
    goalposts: Sequence[GoalpostParams],
    year: int,
    coverage_floor: float,
) -> tuple[tuple[SubsystemResult, ...], tuple[str, ...]]:
    """Levels of the subsystems in one year on fixed goalposts, and which indicators were clipped."""
    ends = {g.indicator: Goalpost(g.low, g.high) for g in goalposts}
    clipped: list[str] = []
    levels = []
    for subsystem in subsystems:
        parts: dict[str, float | None] = {}
        for name in subsystem.indicators:
            value = data.annual(name).value(year)
            if value is None:
                parts[name] = None
                continue
            normalised = normalise(value, ends[name])
            parts[name] = normalised.u
            if normalised.clipped:
                clipped.append(name)
        whole = composite(list(parts.values()), [1.0] * len(parts), "arithmetic", coverage_floor)
        levels.append(
            SubsystemResult(
                id=subsystem.id,
                name=subsystem.name,
                level=whole.score,
                coverage=whole.coverage,
                parts=parts,
            )
        )
    return tuple(levels), tuple(dict.fromkeys(clipped))


def coupling_years(
    data: UnitData,
    subsystems: Sequence[Subsystem],
    goalposts: Sequence[GoalpostParams],
    years: Sequence[int],
    base_year: int,
    coverage_floor: float,
) -> tuple[CouplingResult, ...]:
    """Coupling coordination of each year, with the order-parameter synergy beside it.

    A year in which any subsystem lacks enough indicators has no degree. The order-parameter
    synergy is a change, and is not taken across a known break of any indicator.
    """
    total = sum(subsystem.weight for subsystem in subsystems)
    weights = [subsystem.weight / total for subsystem in subsystems]
    seen: dict[int, list[float]] = {}
    results = []
    for year in years:
        levels, clipped = subsystem_levels(data, subsystems, goalposts, year, coverage_floor)
        lacking = [level.name for level in levels if level.level is None]
        if lacking or len(levels) < 2:
            reason = f"{'、'.join(lacking)}的指标不足" if lacking else "子系统少于两个"
            results.append(CouplingResult(year=year, subsystems=levels, reason=reason))
            continue
        u = [level.level for level in levels if level.level is not None]
        seen[year] = u
        standard = coupling_coordination(u, weights)
        modified = coupling_coordination(u, weights, version="wang2021")
        adjusted = coupling_coordination(u, weights, version="k_adjusted")
        broken = _broken(data, levels, year - 1, year)
        before = None if broken else seen.get(year - 1)
        order = order_parameter_synergy(before, u) if before else None
        level = year > base_year and not _broken(data, levels, base_year, year)
        base = seen.get(base_year) if level else None
        since = order_parameter_synergy(base, u) if base else None
        results.append(
            CouplingResult(
                year=year,
                subsystems=levels,
                c=standard.c,
                t=standard.t,
                d=standard.d,
                d_modified=modified.d,
                d_adjusted=adjusted.d,
                grade=standard.grade,
                grade_name=GRADE_NAMES[standard.grade - 1],
                order_synergy=order.value if order else None,
                order_synergy_from_base=since.value if since else None,
                deltas=order.deltas if order else (),
                deltas_from_base=since.deltas if since else (),
                clipped=clipped,
                broken=broken,
            )
        )
    return tuple(results)


def _broken(
    data: UnitData, levels: Sequence[SubsystemResult], first: int, last: int
) -> tuple[str, ...]:
    """Name the indicators in use whose level broke between two years."""
    used = [name for level in levels for name, u in level.parts.items() if u is not None]
    return tuple(n for n in dict.fromkeys(used) if not data.annual(n).same_level(first, last))


def agreement(
    cocontrol_results: Sequence[CoControlResult], coupling: Sequence[CouplingResult], year: int
) -> str:
    """Say in Chinese whether the readings of the last year agree."""
    last = [r for r in cocontrol_results if r.to_year == year and r.from_year == year - 1]
    read = [r for r in last if r.reading != "undefined"]
    degrees = {c.year: c for c in coupling}
    now, before = degrees.get(year), degrees.get(year - 1)
    broken = now is not None and bool(now.broken)
    rising = None if broken or not (now and before) else _rising(before.d, now.d)
    if not read and rising is None:
        return "资料不足,各种读法都得不出结论。"
    if not read:
        text = "排放资料不足,只有耦合协调度可读;它不能代替排放的同降,也不说明因果。"
    else:
        text = _together(read, rising, broken)
    if rising is None or now is None or before is None:
        return text
    return text + _versions(before, now, rising)


def _rising(before: float | None, now: float | None) -> bool | None:
    if before is None or now is None:
        return None
    return round(now, 3) > round(before, 3)


def _together(read: Sequence[CoControlResult], rising: bool | None, broken: bool) -> str:
    both = [r for r in read if r.quadrant == 1]
    unclear = sum(r.quadrant is None for r in read)
    share = f"{len(read)} 组污染物与二氧化碳的对照中 {len(both)} 组同降"
    share += f"、{unclear} 组分辨不出" if unclear else ""
    if rising is None:
        why = "在其间有口径断点" if broken else "资料不足"
        return f"{share};耦合协调度{why},无法互相印证。"
    if len(both) == len(read):
        return (
            f"{share},耦合协调度同时上升,两种读法方向一致。"
            if rising
            else f"{share},但耦合协调度没有上升,两种读法不一致:排放在同降,综合水平没有跟上。"
        )
    if not both:
        return (
            f"{share},耦合协调度却在上升,两种读法不一致:综合水平的提高不是来自排放的同降。"
            if rising
            else f"{share},耦合协调度也没有上升,两种读法都不支持“协同”。"
        )
    return f"{share},耦合协调度{'上升' if rising else '没有上升'},结论因污染物而异。"


def _versions(before: CouplingResult, now: CouplingResult, rising: bool) -> str:
    """Where the other versions of the degree, or the order parameters, say otherwise."""
    text = ""
    others = (
        ("修正的协调度(2021)", before.d_modified, now.d_modified),
        ("带调节系数的协调度", before.d_adjusted, now.d_adjusted),
    )
    against = [name for name, a, b in others if _rising(a, b) not in (None, rising)]
    if against:
        turned = "没有上升" if rising else "上升"
        text += f"但{'与'.join(against)}{turned},几种公式不一致。"
    falling = [s.name for s, d in zip(now.subsystems, now.deltas, strict=False) if d < 0]
    if falling:
        text += f"较上年{'、'.join(falling)}退步,有序度协同因此不为正。"
    return text
