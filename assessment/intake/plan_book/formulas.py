"""How an indicator follows from others, as people write it: 碳排放 ÷ GDP."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assessment.errors import nearest
from assessment.params.units import UnitTable

_ROLLING = re.compile(r"(.+?)\s*的?\s*(\d+)\s*年(?:滑动|移动)平均(?:值|数)?")
_GROWTH = re.compile(r"(.+?)\s*自\s*(\d{4})\s*年(?:以来|起)?的?年均(?:增速|增长率?)")
_CHANGE = re.compile(r"(.+?)\s*比上年")
FORMS = "甲 ÷ 乙；甲 + 乙；甲 的 3 年滑动平均；甲 自 2020 年的年均增速；甲 比上年"


class UnreadableError(Exception):
    """A formula that cannot be read: what is wrong, and what to do."""

    def __init__(self, problem: str, remedy: str = ""):
        self.problem = problem
        self.remedy = remedy
        super().__init__(problem)


def derivation(
    text: str,
    unit: str,
    ids: Mapping[str, str],
    units: Mapping[str, str],
    families: Mapping[str, Mapping[str, float]],
    spellings: Mapping[str, str],
) -> dict[str, Any]:
    """Read a formula as a ``derive`` entry; the scale of a quotient follows from the units.

    Parameters
    ----------
    text, unit : str
        The formula, and the unit of what it gives.
    ids, units : mapping
        Id and unit of each indicator by its names.
    families, spellings : mapping
        As in the catalogue.

    Raises
    ------
    UnreadableError
        It is none of `FORMS`, names no indicator, or the units do not fit.
    """

    def one(name: str) -> str:
        name = name.strip()
        if name not in ids:
            raise UnreadableError(f"算法里没有“{name}”这个指标", nearest(name, list(ids)))
        return ids[name]

    text = text.strip()
    if "÷" in text:
        above, _, below = (part.strip() for part in text.partition("÷"))
        found: dict[str, Any] = {
            "rule": "ratio", "numerator": one(above), "denominator": one(below),
        }  # fmt: skip
        table = UnitTable(families, spellings)
        scale = table.scale_of_ratio(units.get(above, ""), units.get(below, ""), unit)
        if scale is None:
            quotient = f"{units.get(above)} ÷ {units.get(below)}"
            raise UnreadableError(f"{quotient} 得不出“{unit}”，量纲不同", "请改单位或算法")
        number = float(scale)
        return {**found, "scale": int(number) if number.is_integer() else number}
    if "+" in text or "＋" in text:
        return {"rule": "sum", "of": [one(part) for part in re.split(r"[+＋]", text)]}
    if rolling := _ROLLING.fullmatch(text):
        return {"rule": "rolling_mean", "of": one(rolling[1]), "years": int(rolling[2])}
    if growth := _GROWTH.fullmatch(text):
        return {"rule": "average_annual_growth", "of": one(growth[1]), "base_year": int(growth[2])}
    if change := _CHANGE.fullmatch(text):
        return {"rule": "yearly_change", "of": one(change[1])}
    raise UnreadableError(f"“{text}”不是能读的算法", f"写 {FORMS}")


def formula(derive: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Write a ``derive`` entry as `derivation` reads it."""
    rule = derive["rule"]
    if rule == "ratio":
        return f"{names[derive['numerator']]} ÷ {names[derive['denominator']]}"
    if rule == "sum":
        return " + ".join(names[part] for part in derive["of"])
    of = names[derive["of"]]
    if rule == "rolling_mean":
        return f"{of} 的 {derive['years']} 年滑动平均"
    if rule == "average_annual_growth":
        return f"{of} 自 {derive['base_year']} 年的年均增速"
    return f"{of} 比上年"
