"""What vehicles, charging, straw and sinks did: the activities behind the sectors."""

from __future__ import annotations

from typing import Any, Final

from assessment.chapter.analyses.spans import FactAt, amount
from assessment.chapter.chapter import Chapter
from assessment.params.model import Ratio
from assessment.results.values import Sentence
from assessment.show.blocks import Cell, Column, Row, Table
from assessment.show.facts import plain, say
from assessment.show.formatting import number
from assessment.show.tables import verdict_cell

GROUPS: Final = {
    "车辆与充电": (
        "nev_share_new_buses",
        "nev_share_new_taxis",
        "nev_share_official_cars",
        "nev_share_special_vehicles",
        "nev_new_sales_share",
        "new_charging_facilities",
        "nev_charging_capacity_vehicles",
    ),
    "秸秆": ("straw_utilisation_rate",),
    "生态": ("forest_carbon_sink", "green_coverage_rate", "forest_coverage_rate"),
}
"""Indicators by group, as far as the chapter sees them."""

SAID: Final = (
    "nev_new_sales_share", "new_charging_facilities", "straw_utilisation_rate",
    "forest_carbon_sink", "green_coverage_rate",
)  # fmt: skip
"""Those that get a clause of their own."""


def activity_table(chapter: Chapter) -> tuple[Table | None, dict[str, Any]]:
    """Collect the activities' figures, and the table that shows them.

    Parameters
    ----------
    chapter : Chapter
        Its catalogue decides which of `GROUPS` are shown.

    Returns
    -------
    Table or None
        None where the chapter sees none of them.
    dict
        By indicator: value of the base year, of the year before and of the year, the counts
        behind a rate, and the verdict of its target.
    """
    visible = chapter.inputs.catalogue.by_id
    results = {target.indicator: target for target in chapter.targets.values()}
    base, year = chapter.inputs.plan.baseline_year, chapter.year
    found: dict[str, Any] = {}
    rows = []
    for group, names in GROUPS.items():
        for name in (n for n in names if n in visible):
            entry, annual = visible[name], chapter.data.annual(name)
            target = results.get(name)
            value, before, start = (annual.value(y) for y in (year, year - 1, base))
            counts = None
            if isinstance(entry.derive, Ratio):
                parts = (entry.derive.numerator, entry.derive.denominator)
                pair = [chapter.data.annual(part).value(year) for part in parts]
                counts = pair if None not in pair else None
            same = annual.same_level(base, year)
            found[name] = {
                "name": entry.label,
                "unit": entry.unit,
                "decimals": entry.decimals,
                "year": year,
                "base_year": base,
                "base": start if same else None,
                "before": before,
                "value": value,
                "change": None if start is None or value is None or not same else value - start,
                "counts": counts,
                "target": target.no if target else None,
                "verdict": target.verdict if target else None,
                "reason": annual.not_applicable.get(year, "" if value is not None else "数据不足"),
            }
            point = annual.at(year)
            said = "不适用" if year in annual.not_applicable else "数据不足"
            rows.append(
                Row(
                    group=group,
                    cells=(
                        Cell(text=f"{entry.label}({entry.unit})", value=name),
                        _value(start if same else None, entry.decimals),
                        _value(before, entry.decimals),
                        Cell(
                            text=said if value is None else number(value, entry.decimals),
                            value=value,
                            trace=point.trace if point else (),
                            note=annual.not_applicable.get(year, ""),
                        ),
                        Cell(text=f"{counts[0]:.0f}/{counts[1]:.0f}" if counts else "—"),
                        verdict_cell(target.verdict, target.verdict_also, target.reason)
                        if target
                        else Cell(text="—"),
                    ),
                )
            )
    if not rows:
        return None, found
    table = Table(
        id=chapter.anchor("activities-table"),
        title="车辆与充电、秸秆、碳汇",
        columns=(
            Column(key="indicator", label="指标"),
            Column(key="base", label=f"{base} 年", align="right"),
            Column(key="before", label=f"{year - 1} 年", align="right"),
            Column(key="value", label=f"{year} 年", align="right"),
            Column(key="counts", label="分子/分母", align="right"),
            Column(key="verdict", label="目标判断"),
        ),
        rows=tuple(rows),
        note="分子/分母为当年数量(辆);森林蓄积量是碳汇的代理,不折算为二氧化碳,也不与排放相抵。",
    )
    return table, found


def activity_sentences(at: FactAt, found: dict[str, Any]) -> list[Sentence]:
    """Say how the chief activities moved since the base year.

    Parameters
    ----------
    at : FactAt
        Maker of facts of the analysis.
    found : dict
        As :func:`activity_table` returns it, under ``activities``.
    """
    sentences, missing = [], []
    for name in (n for n in SAID if n in found):
        one = found[name]
        if one["change"] is None:
            missing.append(one["name"])
            continue
        path = ("activities", name)
        facts = {
            "y0": at(one["base_year"], *path, "base_year", text=str(one["base_year"])),
            "y1": at(one["year"], *path, "year", text=str(one["year"])),
        }
        for key in ("base", "value"):
            facts[key] = at(
                one[key], *path, key, text=amount(one[key], one["decimals"], one["unit"])
            )
        verb = "升到" if one["change"] > 0 else "降到" if one["change"] < 0 else "仍为"
        sentences.append(
            say(
                f"{plain(one['name'])}由 {{y0}} 年的 {{base}}{verb} {{y1}} 年的 {{value}}。",
                **facts,
            )
        )
    if missing:
        sentences.append(say(f"数据不足,看不出变化的:{plain('、'.join(missing))}。"))
    return sentences


def _value(value: float | None, decimals: int) -> Cell:
    return Cell(text=number(value, decimals), value=value)
