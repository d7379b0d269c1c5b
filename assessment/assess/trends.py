"""Trend of a series since its last known level break."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from assessment.job.series import Annual
from assessment.methods.regression import ols_trend
from assessment.methods.trends import (
    AUTOCORRELATION_FROM,
    MannKendall,
    hamed_rao,
    mann_kendall,
    theil_sen,
)
from assessment.results.model import TrendResult

Reading = Literal["falling", "rising", "flat", "unclear", "insufficient"]

LEAST_POINTS = 6
"""Fewest yearly values for a test, unless the rules say otherwise."""

SIGNIFICANCE = 0.05
"""Level of the test, unless the rules say otherwise."""

_LEAST_FOR_OLS = 5
AIR_UNITS = ("μg/m³", "mg/m³")
"""Units of concentrations in air, whose course the weather shapes too."""


def trend(
    annual: Annual, year: int, least: int = LEAST_POINTS, significance: float = SIGNIFICANCE
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
    """
    entry = annual.indicator
    seen = [point for point in annual.points if point.year <= year]
    last = seen[-1].year if seen else year
    points = annual.segment(last) if seen else ()
    before = tuple(point for point in seen if point not in points)
    breaks = tuple(b for b in annual.breaks if seen and seen[0].year < b <= last)
    first = points[0].year if points else year
    held = {point.year for point in points}
    missing = tuple(y for y in range(first, year + 1) if y not in held)
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
        reading="insufficient",
        caution=_caution(annual, len(points), breaks, missing, least),
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
        p, method, note = _long_test(years, values, test) if testable else (None, test.method, "")
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
            reading = "falling" if test.s < 0 else "rising"
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
