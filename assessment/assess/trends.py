"""Trend of a series since its last known level break."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from assessment.job.series import Annual
from assessment.methods.regression import ols_trend
from assessment.methods.trends import (
    AUTOCORRELATION_FROM,
    MannKendall,
    hamed_rao,
    mann_kendall,
    theil_sen,
)
from assessment.results.model import LeftOut, TrendResult

Reading = Literal["falling", "rising", "flat", "unclear", "insufficient"]

LEAST_POINTS = 6
"""Fewest yearly values for a test, unless the rules say otherwise."""

SIGNIFICANCE = 0.05
"""Level of the test, unless the rules say otherwise."""

_LEAST_FOR_OLS = 5
AIR_UNITS = ("μg/m³", "mg/m³")
"""Units of concentrations in air, whose course the weather shapes too."""


Test = Callable[[Any], Any]
"""A test of yearly values, a Series by year: its result has ``p``, and ``s`` or ``slope``."""


@dataclass(frozen=True)
class Choice:
    """What an author chooses for the trend of one series.

    Attributes
    ----------
    test : callable or None
        In place of Mann and Kendall's test.
    since : int or None
        First year looked at.
    left_out : mapping of int to str
        Years not used, each with the reason.
    """

    test: Test | None = None
    since: int | None = None
    left_out: Mapping[int, str] = field(default_factory=dict)


_LABELS = {"mann_kendall": "Mann–Kendall", "hamed_rao": "Hamed–Rao"}


def label_of(test: Test | None) -> str:
    """Name of a test in the report: of one's own, the first line of its docstring, or its name.

    Raises
    ------
    ValueError
        The test has no name.
    """
    if test is None or test is mann_kendall:
        return "Mann–Kendall"
    name = str(getattr(test, "__name__", type(test).__name__))
    if name == "<lambda>":
        raise ValueError("a test needs a name")
    if name in _LABELS:
        return _LABELS[name]
    lines = (getattr(test, "__doc__", None) or "").strip().splitlines()
    return lines[0].rstrip("。.") if lines else name


def trend(
    annual: Annual,
    year: int,
    least: int = LEAST_POINTS,
    significance: float = SIGNIFICANCE,
    choice: Choice | None = None,
) -> TrendResult:
    """Read the trend of a yearly series up to ``year``.

    Only the points since the last known level break count; a gap in the years is kept as a gap.
    There is no test below ``least`` points, nor, whatever that is, where even a perfect order
    could not reach five per cent (four points or fewer). From 20 yearly values without a gap the
    test corrected for autocorrelation (Hamed-Rao) must support a direction too.

    Parameters
    ----------
    annual : Annual
        Yearly series.
    year : int
        Year of assessment.
    least : int
        Fewest points for a test (the rules' ``trend_min_points``).
    significance : float
        Level of the test (the rules' ``significance``).
    choice : Choice, optional
        Another test, a later first year, years left out: what the author of a chapter chose. A
        test that refuses the series leaves it untested, and the caution says why.
    """
    choice = choice or Choice()
    entry = annual.indicator
    annual = replace(
        annual,
        points=tuple(
            point
            for point in annual.points
            if point.year not in choice.left_out
            and (choice.since is None or point.year >= choice.since)
        ),
    )
    seen = [point for point in annual.points if point.year <= year]
    last = seen[-1].year if seen else year
    points = annual.segment(last) if seen else ()
    before = tuple(point for point in seen if point not in points)
    breaks = tuple(b for b in annual.breaks if seen and seen[0].year < b <= last)
    first = points[0].year if points else year
    held = {point.year for point in points} | set(choice.left_out)
    missing = tuple(y for y in range(first, year + 1) if y not in held)
    left_out = tuple(
        LeftOut(year=when, reason=why)
        for when, why in sorted(choice.left_out.items())
        if when <= year
    )
    result = TrendResult(
        indicator=entry.id,
        series=annual.series,
        name=entry.label,
        unit=entry.unit,
        decimals=entry.decimals,
        direction=entry.direction,
        first_year=first,
        last_year=last,
        n=len(points),
        points=points,
        before_break=before,
        breaks=breaks,
        missing_years=missing,
        test=label_of(choice.test),
        since=choice.since,
        left_out=left_out,
        reading="insufficient",
        caution=_chosen(choice) + _caution(annual, len(points), breaks, missing, least),
    )
    if len(points) < 2:
        return result
    years = [point.year for point in points]
    values = [point.value for point in points]
    change = values[-1] - values[0]
    update: dict[str, object] = {
        "change": change,
        "change_percent": change / abs(values[0]) * 100 if values[0] else None,
    }
    reading: Reading = "unclear"
    if len(points) >= 3:
        test = mann_kendall(values)
        line = theil_sen(years, values)
        testable = test.can_be_significant and len(points) >= least
        p: float | None = None
        method: str = test.method
        note, falls = "", test.s < 0
        if testable and choice.test in (None, mann_kendall):
            p, method, note = _long_test(years, values, test)
        elif testable and choice.test is not None:
            p, falls, note = _own_test(choice.test, years, values, line.slope)
            method = str(getattr(choice.test, "__name__", result.test))
        significant = None if p is None else p < significance
        update |= {
            "slope": line.slope,
            "slope_low": line.low,
            "slope_high": line.high,
            "s": float(test.s),
            "tau": test.tau_b,
            "p": p,
            "p_method": method,
            "significant": significant,
            "caution": result.caution + note,
        }
        if significant:
            reading = "falling" if falls else "rising"
        elif len(set(values)) == 1:
            reading = "flat"
        elif not testable and len(points) >= least:
            update["caution"] = result.caution + "多数年份数值相同,怎样排列都达不到显著,不作检验。"
    elif change == 0:
        reading = "flat"
    if len(points) >= _LEAST_FOR_OLS and len(set(values)) > 1:
        fit = ols_trend(years, values)
        update |= {
            "ols_slope": fit.slope,
            "ols_low": fit.low,
            "ols_high": fit.high,
            "ols_p": fit.p,
            "ols_lags": fit.lags,
        }
    return result.model_copy(update={**update, "reading": reading})


def _own_test(
    test: Test, years: Sequence[int], values: Sequence[float], slope: float
) -> tuple[float | None, bool, str]:
    """Return p of a chosen test, whether it says a fall, and why there is none."""
    if test is hamed_rao and len(values) < AUTOCORRELATION_FROM:
        least = f"至少要 {AUTOCORRELATION_FROM} 个年度值，只有 {len(values)} 个"
        return None, False, f"它{least}，不作检验。"
    if test is hamed_rao and years[-1] - years[0] >= len(years):
        return None, False, "它要求年份相连，其间有缺，不作检验。"
    import pandas as pd

    try:
        found = test(pd.Series(values, index=pd.Index(years, name="year"), dtype="float64"))
        p = float(found.p)
    except ValueError as error:
        return None, False, f"它做不了（{error}）。"
    if not 0 <= p <= 1:
        return None, False, "它没有给出 p 值，不作检验。"
    return p, float(getattr(found, "s", getattr(found, "slope", slope))) < 0, ""


def _chosen(choice: Choice) -> str:
    """Say what was chosen."""
    said = f"只看 {choice.since} 年以来。" if choice.since is not None else ""
    years = "、".join(f"{when} 年（{why}）" for when, why in sorted(choice.left_out.items()))
    said += f"不含 {years}。" if years else ""
    label = label_of(choice.test)
    return said if label == "Mann–Kendall" else f"{said}用 {label} 检验。"


def _long_test(
    years: Sequence[int], values: Sequence[float], test: MannKendall
) -> tuple[float, str, str]:
    """Return the larger p of the plain and the corrected test of a long series, and what to say."""
    if len(years) < AUTOCORRELATION_FROM or years[-1] - years[0] >= len(years):
        return test.p, test.method, ""
    try:
        corrected = hamed_rao(values)
    except ValueError:
        return test.p, test.method, "自相关的订正不成立,p 未计入自相关。"
    note = f"年值达 {AUTOCORRELATION_FROM} 个,另按 Hamed–Rao 计入自相关,取较大的 p。"
    if corrected.p > test.p:
        return corrected.p, "hamed_rao", note
    return test.p, test.method, note


def _caution(
    annual: Annual, n: int, breaks: tuple[int, ...], missing: tuple[int, ...], least: int
) -> str:
    parts = []
    if n < 2:
        parts.append(f"只有 {n} 个年度值,看不出趋势。")
    elif n <= 4:
        parts.append(f"只有 {n} 个年度值,任何检验都达不到 5% 的显著水平,不作显著性判断。")
    elif n < least:
        parts.append(f"只有 {n} 个年度值,不足 {least} 个不作检验。")
    if breaks:
        parts.append(f"{breaks[-1]} 年起口径或水平有已知断点,只看其后的数据。")
    if missing and n:
        shown = "、".join(str(y) for y in missing[:6])
        parts.append(f"缺 {shown} 年的数据,图上留空,不补。")
    if annual.indicator.unit in AIR_UNITS and n >= 2:
        parts.append("浓度的升降含有气象条件的影响。")
    return "".join(parts)
