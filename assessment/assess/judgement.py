"""What a target asks of a unit, and a verdict with the figures it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from assessment.job.series import Annual
from assessment.methods.verdicts import Reason
from assessment.params.model import Indicator, Rules
from assessment.params.plan import Target
from assessment.results.model import Step

_REASONS = {
    Reason.NO_BASELINE: "缺基期({baseline} 年)数据",
    Reason.TOO_FEW_POINTS: "可用数据不足两年",
    Reason.BEFORE_BASELINE: "评估年早于基期",
    Reason.NO_VALUE_THIS_YEAR: "缺 {year} 年数据",
    Reason.NO_VALUE_IN_TARGET_YEAR: "缺目标年({due} 年)数据",
    Reason.BASELINE_EQUALS_TARGET: "基期已等于目标值",
    Reason.BASELINE_BEYOND_TARGET: "基期已超过目标值",
    Reason.GROWTH_UNDEFINED: "增长率无意义(基期或本年为零)",
    Reason.MISSING_YEARS: "年份不连续,无法逐年判断",
}


WITHIN_TOLERANCE = "“左右”的容差"
"""Rule of a step by which a target counts as reached within the tolerance of 左右."""


@dataclass(frozen=True)
class Aim:
    """What a target asks of this unit: the plan's number, or one handed down.

    ``band`` are the two ends where a range is asked for; ``asked`` says in Chinese what change the
    value comes from, ``tolerance`` what "about" allows, in the unit of the value; ``base`` is the
    plan's own figure of the baseline year; ``course`` are the milestones (year, value) on the way.
    """

    value: float | None
    year: int | None
    origin: Literal["plan", "allocation", "reference", "none"]
    verdict: str | None = None
    reason: str = ""
    steps: tuple[Step, ...] = ()
    band: tuple[float, float] | None = None
    asked: str = ""
    tolerance: float | None = None
    base: float | None = None
    course: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True)
class Case:
    """A target made ready to be judged: everything that its verdict depends on.

    Attributes
    ----------
    target : Target
        The plan's target.
    aim : Aim
        What it asks of this unit.
    annual : Annual
        The series that is compared with it; running totals where it is a total over years.
    year : int
        Year assessed.
    baseline_year : int
        The target's, or else the plan's.
    rules : Rules
        Thresholds in force.
    """

    target: Target
    aim: Aim
    annual: Annual
    year: int
    baseline_year: int
    rules: Rules


@dataclass(frozen=True)
class Judgement:
    """A verdict with the figures it stands on."""

    verdict: str
    reason: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()


def way(target: Target, entry: Indicator) -> Literal["higher", "lower"]:
    """Which way is good."""
    if target.comparison in ("<=", "decrease", "decrease_to_zero", "minimise"):
        return "lower"
    if target.comparison in (">=", "increase", "increase_every_year"):
        return "higher"
    return "lower" if entry.direction == "lower" else "higher"


def absent(annual: Annual, year: int) -> Judgement | None:
    """Judge a year without a value that the data say does not apply."""
    if annual.at(year) is None and year in annual.not_applicable:
        return Judgement("not_applicable", annual.not_applicable[year])
    return None


def reason_text(
    reason: Reason | None, year: int, baseline: int | None, due: int | None, broken: bool
) -> str:
    """Say in Chinese why there is no class."""
    if reason is None:
        return ""
    text = _REASONS[reason].format(year=year, baseline=baseline, due=due)
    return f"{text}(其间有口径断点,断点前的数据不用)" if broken else text
