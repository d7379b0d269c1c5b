"""What several analyses share: whether two years can be compared, and what was lacking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np

from assessment.chapter.chapter import Chapter
from assessment.job.series import Annual
from assessment.results.model import Gap
from assessment.results.values import Fact, Value
from assessment.show.facts import fact
from assessment.show.formatting import listed, number, percent


class FactAt(Protocol):
    """Makes a fact from a value and its path below the analysis."""

    def __call__(
        self,
        value: Value,
        *path: str | int,
        decimals: int = 2,
        signed: bool = False,
        text: str | None = None,
    ) -> Fact:
        """Return the fact."""
        ...


def facts_of(chapter: Chapter, name: str) -> FactAt:
    """Return a maker of facts whose paths start at ``/analysis/<chapter>/<name>``."""

    def make(
        value: Value,
        *path: str | int,
        decimals: int = 2,
        signed: bool = False,
        text: str | None = None,
    ) -> Fact:
        return fact(
            value, "analysis", chapter.id, name, *path, decimals=decimals, signed=signed, text=text
        )

    return make


def size(value: float) -> str:
    """Text of a share (0.1) without its sign: “10.0%”."""
    return percent(abs(value))


def turn(value: float) -> str:
    """Chinese word for the sign of a change."""
    return "上升" if value > 0 else "下降" if value < 0 else "持平"


def amount(value: float, decimals: int, unit: str, *, signed: bool = False) -> str:
    """Text of a number with its unit."""
    text = number(value, decimals, signed=signed)
    return f"{text}%" if unit.startswith("%") else f"{text} {unit}"


def not_comparable(series: Iterable[Annual], first: int, last: int) -> str:
    """Say in Chinese why two years cannot be compared; empty where they can.

    A year without a value, and a known break of level between the years, both forbid it.
    """
    seen = list(series)
    missing: dict[tuple[int, ...], list[str]] = {}
    reasons = []
    for one in seen:
        absent = tuple(year for year in (first, last) if one.value(year) is None)
        said = [one.not_applicable[year] for year in absent if year in one.not_applicable]
        if said:
            reasons.append(f"{one.indicator.label}不适用({said[0]})")
        elif absent:
            missing.setdefault(absent, []).append(one.indicator.label)
    for years, names in missing.items():
        reasons.append(f"缺 {'、'.join(map(str, years))} 年的{listed(names, 4)}")
    if reasons:
        return ",".join(dict.fromkeys(reasons))
    broken = [one.indicator.label for one in seen if not one.same_level(first, last)]
    return f"{listed(broken, 4)}在其间有口径断点" if broken else ""


def note_lacking(
    chapter: Chapter, subject: str, series: Sequence[Annual], years: Sequence[int], effect: str
) -> None:
    """Put into the chapter's gaps what an analysis lacked, a line a department.

    What the pack declares not applicable is not lacking.
    """
    wanted: dict[str, dict[tuple[int, ...], list[str]]] = {}
    for one in dict.fromkeys(one.indicator.id for one in series):
        annual = next(each for each in series if each.indicator.id == one)
        absent = tuple(
            year
            for year in sorted(set(years))
            if annual.value(year) is None and year not in annual.not_applicable
        )
        if absent:
            entry = annual.indicator
            items = wanted.setdefault(entry.department or entry.source, {})
            items.setdefault(absent, []).append(entry.label)
    for owner, items in wanted.items():
        what = ";".join(
            f"缺 {'、'.join(map(str, absent))} 年的{'、'.join(names)}"
            for absent, names in items.items()
        )
        chapter.lacking(
            Gap(kind="data", subject=subject, department=owner, what=what, effect=effect)
        )


def json_ready(value: Any) -> Any:
    """Turn dataclass fields, tuples and NumPy scalars into what JSON has."""
    if isinstance(value, dict):
        return {str(key): json_ready(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_ready(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value
