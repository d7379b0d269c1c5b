"""Whether scores and ranks survive the choices behind them: two tables of the annex."""

from __future__ import annotations

from typing import Final

from assessment.results.model import (
    Comparison,
    IndexResult,
    IndexVariant,
    ScoreDriver,
    UnitSensitivity,
)
from assessment.results.values import Fact, Sentence
from assessment.show.blocks import Block, Blocks, Cell, Column, Prose, Row, Table, show
from assessment.show.facts import fact, plain, say
from assessment.show.formatting import number, percent

WEIGHTINGS: Final = {
    "framework": "框架权重", "equal": "等权", "entropy": "熵权", "critic": "CRITIC", "ahp": "AHP",
}  # fmt: skip
AGGREGATIONS: Final = {
    "arithmetic": "算术平均", "geometric": "几何平均", "non_compensatory": "非补偿(MPI)",
}  # fmt: skip
SOURCES: Final = {
    "data": "数据误差", "weights": "权重", "normalisation": "标尺", "aggregation": "合成方法",
}  # fmt: skip


def sensitivity_part(comparison: Comparison, region: str) -> Blocks:
    """Two tables of the annex, each after a sentence on the unit of the report.

    Parameters
    ----------
    comparison : Comparison
        With its sensitivity; nothing is shown where no unit has a score.
    region : str
        The unit of the report.
    """
    units = comparison.sensitivity.units
    if not any(unit.score_most is not None for unit in units):
        return show()
    place = next((i for i, unit in enumerate(units) if unit.region == region), None)
    blocks: list[Block] = []
    if place is not None:
        blocks.append(Prose(sentences=(_rank_sentence(comparison, place),)))
    blocks.append(_variants_table(comparison, region))
    if place is not None and units[place].drivers:
        blocks.append(Prose(sentences=(_driver_sentence(units[place], place),)))
    if any(unit.drivers for unit in units):
        blocks.append(_drivers_table(comparison, region))
    return show(*blocks)


def _rank_sentence(comparison: Comparison, place: int) -> Sentence:
    found, unit = comparison.sensitivity, comparison.sensitivity.units[place]
    base = ("comparison", "sensitivity", "units", place)
    name = plain(unit.name)
    if unit.score_least is None or unit.score_most is None:
        return say(f"{name}的资料不足,没有得分可供检验。")
    facts: dict[str, Fact] = {
        "n": fact(found.combinations, "comparison", "sensitivity", "combinations"),
        "s0": fact(unit.score_least, *base, "score_least"),
        "s1": fact(unit.score_most, *base, "score_most"),
    }
    head = f"换用 {{n}} 种权重与合成方法的组合,{name}的得分在 {{s0}} 至 {{s1}} 之间"
    if unit.rank_best is None or unit.rank_worst is None:
        return say(head + "。", **facts)
    facts["a"] = fact(unit.rank_best, *base, "rank_best")
    if unit.rank_best == unit.rank_worst:
        return say(head + ",都居第 {a} 位:位次经得起换方法。", **facts)
    facts["b"] = fact(unit.rank_worst, *base, "rank_worst")
    at = next(i for i, one in enumerate(comparison.index) if one.region == unit.region)
    index: IndexResult = comparison.index[at]
    text = head + ",位次在第 {a}–{b} 位之间,随方法而变,不能只报一个位次"
    if index.rank_low is not None and index.rank_high is not None:
        low, high = index.rank_low, index.rank_high
        facts["lo"] = fact(low, "comparison", "index", at, "rank_low", decimals=0)
        facts["hi"] = fact(high, "comparison", "index", at, "rank_high", decimals=0)
        inside = low <= unit.rank_best and unit.rank_worst <= high
        text += (
            ";没有超出上面的模拟区间(第 {lo}–{hi} 位)"
            if inside
            else ";而且超出上面的模拟区间(第 {lo}–{hi} 位)"
        )
    return say(text + "。", **facts)


def _variants_table(comparison: Comparison, region: str) -> Table:
    found = comparison.sensitivity
    had = [weighting for weighting in found.weightings if weighting.weights]
    rows = []
    for unit in found.units:
        group = unit.name
        if unit.rank_best is not None and unit.rank_worst is not None:
            span = (
                f"{unit.rank_best}"
                if unit.rank_best == unit.rank_worst
                else f"{unit.rank_best}–{unit.rank_worst}"
            )
            group += f":第 {span} 位"
        held: dict[tuple[str, str], IndexVariant] = {
            (v.weighting, v.aggregation): v for v in unit.variants
        }
        rows += [
            Row(
                group=group,
                strong=unit.region == region,
                cells=(
                    Cell(text=word),
                    *(_variant(held.get((weighting.id, key))) for weighting in had),
                ),
            )
            for key, word in AGGREGATIONS.items()
        ]
    return Table(
        id="index-variants",
        title="换一种权重或合成方法",
        columns=(
            Column(key="aggregation", label="合成方法"),
            *(Column(key=w.id, label=WEIGHTINGS[w.id], align="right") for w in had),
        ),
        rows=tuple(rows),
        place="annex",
        summary=f"{found.combinations} 种权重与合成方法的组合下,各单元的得分"
        + ("与位次" if comparison.ranking == "on" else ""),
        note=_variants_note(comparison),
    )


def _variant(variant: IndexVariant | None) -> Cell:
    if variant is None or variant.score is None:
        return Cell(text="数据不足")
    place = f"(第 {variant.rank})" if variant.rank is not None else ""
    return Cell(text=number(variant.score, 2) + place, value=variant.score)


def _variants_note(comparison: Comparison) -> str:
    found = comparison.sensitivity
    parts = []
    if any(w.id in ("entropy", "critic") and w.weights for w in found.weightings):
        parts.append(
            f"熵权与 CRITIC 权重由 {found.weights_year} 年各单元的数据算出,方案期内不变;"
            "它们只说指标能不能区分单元,不说指标有多重要,参加比较的单元变了就跟着变。"
        )
    for weighting in found.weightings:
        if weighting.id == "ahp" and weighting.consistency_ratio is not None:
            ratio = number(weighting.consistency_ratio, 3)
            parts.append(f"AHP 权重({weighting.source};一致性比率 {ratio})。")
        elif weighting.reason:
            parts.append(f"{WEIGHTINGS[weighting.id]}没有算:{weighting.reason}。")
    return "".join(parts) + "正文的综合指数只用框架权重。"


def _driver_sentence(unit: UnitSensitivity, place: int) -> Sentence:
    order = sorted(range(len(unit.drivers)), key=lambda j: -unit.drivers[j].total)

    def share(j: int) -> Fact:
        total = unit.drivers[j].total
        path = ("comparison", "sensitivity", "units", place, "drivers", j, "total")
        return fact(total, *path, text=percent(max(total, 0.0), 0))

    first, second = order[:2]
    return say(
        f"{plain(unit.name)}得分的不确定,最主要来自{SOURCES[unit.drivers[first].source]}"
        f"(总指数 {{a}}),其次是{SOURCES[unit.drivers[second].source]}({{b}})。",
        a=share(first),
        b=share(second),
    )


def _drivers_table(comparison: Comparison, region: str) -> Table:
    units = comparison.sensitivity.units
    return Table(
        id="score-drivers",
        title="得分的不确定来自哪里",
        columns=(
            Column(key="unit", label="单元"),
            *(Column(key=key, label=word, align="right") for key, word in SOURCES.items()),
        ),
        rows=tuple(
            Row(cells=(Cell(text=unit.name, value=unit.region), *_drivers(unit)),
                strong=unit.region == region)
            for unit in units
        ),
        place="annex",
        summary="各单元得分的方差由数据、权重、标尺、合成方法各占多少(Sobol 指数)",
        note="一阶 / 总:单独解释的份额,连同与其他来源共同作用的份额;抽样误差使小的份额略有出入,"
        "负值记零。误差幅度是参数中的假定值,份额随之而变。",
    )  # fmt: skip


def _drivers(unit: UnitSensitivity) -> list[Cell]:
    held: dict[str, ScoreDriver] = {driver.source: driver for driver in unit.drivers}
    cells = []
    for source in SOURCES:
        driver = held.get(source)
        if driver is None:
            cells.append(Cell(text="数据不足"))
            continue
        first, total = (percent(max(x, 0.0), 0) for x in (driver.first, driver.total))
        cells.append(Cell(text=f"{first} / {total}", value=driver.total))
    return cells
