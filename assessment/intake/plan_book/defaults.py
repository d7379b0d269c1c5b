"""What a plan workbook does not say: rules, goalposts, synergy framework, chapters, run.

Rules and thresholds are those that come with the tool; goalposts are assumed, and say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assessment.folders import project
from assessment.intake.plan_book.columns import COMPARISONS
from assessment.intake.plan_book.reading import Row
from assessment.params.yaml_source import read_yaml

SUMMED = ("annual_flow", "stock_end_of_year", "count", "cumulative_count")
"""Measures whose figures of units add up to the whole, unless the workbook says otherwise."""

LETTERS = {"numeric": "N", "external_reference": "X", "prohibition": "Z", "directional": "R"}
PERIODS = {"每年": "annual", "常年": "standing", "annual": "annual", "standing": "standing"}
CAUTION = "各单元之间如有范围重叠，相加之前先核实有无重复；全市数单独报送，不由各单元相加。"
_OF_THE_CITY = ("external_references", "emission_factors", "reference_limits", "caps")
_FRAMEWORK = "two_sides"


def words_of(comparison: str) -> str:
    """The workbook's word for a comparison."""
    return next((word for word, code in COMPARISONS.items() if code == comparison), comparison)


def rules() -> dict[str, Any]:
    """The tool's rules, without what names indicators or targets of its own plan."""
    shipped = read_yaml(project() / "params" / "rules.yml")
    return {key: value for key, value in shipped.items() if key not in _OF_THE_CITY}


def _goalpost(entry: Mapping[str, Any], targets: Sequence[Mapping[str, Any]]) -> Any:
    """Ends of an indicator's scale from its natural limit, target and plausible range."""
    if entry.get("direction") not in ("higher", "lower"):
        return None
    rising = entry["direction"] == "higher"
    low, high = entry["range"]
    bad = low if rising else high
    good, of = entry.get("natural_limit"), "自然极限"
    aims = [
        (target["value"], target["no"])
        for target in targets
        if target["indicator"] == entry["id"] and isinstance(target.get("value"), int | float)
        and target["unit"] == entry.get("unit") and target["comparison"] in (">=", "<=", "=", "~=")
    ]  # fmt: skip
    if good is None and aims:
        best = max(aims) if rising else min(aims)
        good, of = best[0], f"目标 {best[1]}"
    if good is None:
        good, of = (high, "合理范围的上限") if rising else (low, "合理范围的下限")
    if bad is None or good is None or good == bad or (good > bad) != rising:
        return None
    source = f"假定：好的一端取{of}，差的一端取合理范围的{'下' if rising else '上'}限"
    return {"indicator": entry["id"], "low": bad, "high": good, "source": source}


def synergy(
    plan: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, Any], tuple[str, str] | None]:
    """Goalposts and a framework of two sides, and what is missing for one."""
    posts = {}
    for entry in entries:
        post = _goalpost(entry, plan["targets"])
        if post is not None:
            posts[entry["id"]] = post
    sides = {
        "carbon": ("降碳", [e["id"] for e in entries if e["bearing"] in ("carbon", "both")]),
        "pollution": ("减污", [e["id"] for e in entries if e["bearing"] == "pollution"]),
    }
    subsystems = [
        {"id": side, "name": name, "indicators": [i for i in ids if i in posts]}
        for side, (name, ids) in sides.items()
    ]
    lacking = [str(s["name"]) for s in subsystems if not s["indicators"]]
    missing = None
    if lacking:
        missing = (
            f"协同度缺{'、'.join(lacking)}一面：没有一项属于它的指标有标尺",
            "至少各有一项指标写了合理范围的差的一端，就有标尺",
        )
    return {
        "disclaimer": "协同度和等级无官方公式，按工具建议的方法算出，不是正式考核结果",
        "goalposts": list(posts.values()),
        "frameworks": [
            {
                "id": _FRAMEWORK, "title": "降碳、减污两面", "since": str(plan.get("start_year", "")),
                "source": "假定：由指标表的“属于”分出", "subsystems": subsystems,
            }
        ],
    }, missing  # fmt: skip


def chapters(plan: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Each chapter looks at its own indicators; the first sees all and compares the units."""
    flows = [
        e for e in entries if e.get("measure") == "annual_flow" and e.get("direction") == "lower"
    ]
    carbon = [e["id"] for e in flows if e["bearing"] == "carbon"]
    pollutants = [e["id"] for e in flows if e["bearing"] == "pollution"]
    found = []
    for place, chapter in enumerate(plan["chapters"]):
        sections = {section["id"] for section in chapter["sections"]}
        names = [t["indicator"] for t in plan["targets"] if t["section"] in sections]
        for section in chapter["sections"]:
            for task in section["tasks"]:
                names += task.get("indicators", [])
        entry: dict[str, Any] = {"chapter": chapter["id"], "trends": list(dict.fromkeys(names))}
        if place == 0:
            targeted = [t["indicator"] for t in plan["targets"]]
            entry["compared"] = list(dict.fromkeys(targeted))[:4]
            entry["sees_all"] = True
            if carbon and pollutants:
                entry["cocontrol"] = [
                    {"name": "碳与污染物", "carbon": carbon[0], "pollutants": pollutants}
                ]
        found.append(entry)
    return {"chapters": found}


def run(row: Row | None, plan: Mapping[str, Any]) -> dict[str, Any]:
    """What a build does when it is not told otherwise."""
    shipped = read_yaml(project() / "params" / "run.yml")
    asked = {} if row is None else {key: row.get(key) for key in ("year", "data") if row.get(key)}
    return {
        **shipped,
        "year": plan.get("start_year", shipped["year"]),
        "data": "data",
        "framework": _FRAMEWORK,
        **asked,
    }
