"""Yearly and monthly values as pandas objects that keep their unit, breaks and source rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assessment.job.series import Annual, UnitData
from assessment.results.model import TrendResult
from assessment.results.values import Trace

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class SeriesInfo:
    """What a series of values is: found in ``series.attrs["info"]``.

    Attributes
    ----------
    id, label, unit : str
        The indicator.
    decimals : int
        With how many decimals its values are written.
    maker : str
        Whose figures they are, where an indicator has several makers.
    breaks : tuple of int
        First years of a new level: values before and after do not compare.
    grades : mapping of int to str
        Quality grade of each year's value, A to D.
    rows : mapping of int to tuple of Trace
        Rows of the data pack that each year's value comes from.
    not_applicable : mapping of int to str
        Years for which the pack declares the indicator not applicable, with the reason.
    """

    id: str
    label: str
    unit: str
    decimals: int
    maker: str
    breaks: tuple[int, ...]
    grades: Mapping[int, str]
    rows: Mapping[int, tuple[Trace, ...]]
    not_applicable: Mapping[int, str]

    def same_level(self, first: int, last: int) -> bool:
        """Whether no known break lies between two years."""
        low, high = min(first, last), max(first, last)
        return not any(low < year <= high for year in self.breaks)

    def __deepcopy__(self, memo: object) -> SeriesInfo:
        return self  # it does not change, and pandas copies ``attrs`` at every step


class _Infos(dict[str, SeriesInfo]):
    def __deepcopy__(self, memo: object) -> _Infos:
        return self


def _info(annual: Annual) -> SeriesInfo:
    entry = annual.indicator
    return SeriesInfo(
        id=entry.id,
        label=entry.label,
        unit=entry.unit,
        decimals=entry.decimals,
        maker=annual.series,
        breaks=annual.breaks,
        grades={point.year: point.grade for point in annual.points},
        rows={point.year: point.trace for point in annual.points},
        not_applicable=dict(annual.not_applicable),
    )


def annual_series(annual: Annual, until: int, since: int | None = None) -> pd.Series[float]:
    """Return the yearly values of an indicator from ``since`` to ``until``."""
    import pandas as pd

    points = [p for p in annual.points if (since or p.year) <= p.year <= until]
    index = pd.Index([p.year for p in points], name="year", dtype="int64")
    values: pd.Series[Any] = pd.Series(
        [p.value for p in points], index=index, name=annual.indicator.id, dtype="float64"
    )
    info = _info(annual)
    values.attrs = {"label": info.label, "unit": info.unit, "info": info}
    return values


def yearly_frame(columns: Sequence[pd.Series[Any]]) -> pd.DataFrame:
    """Put yearly series side by side; a year that one lacks is missing there."""
    import pandas as pd

    frame = pd.concat(list(columns), axis=1).sort_index()
    frame.attrs = {"info": _Infos({str(c.name): c.attrs["info"] for c in columns})}
    return frame


def monthly_series(data: UnitData, indicator: str, until: int) -> pd.Series[float]:
    """Return the monthly values of an indicator up to December of ``until``."""
    import pandas as pd

    rows = [row for row in data.monthly(indicator) if row.year <= until]
    index = pd.PeriodIndex([f"{row.year}-{row.month:02d}" for row in rows], freq="M", name="month")
    values: pd.Series[Any] = pd.Series(
        [row.value for row in rows], index=index, name=indicator, dtype="float64"
    )
    if len(values):
        values = values.reindex(pd.period_range(index[0], index[-1], freq="M", name="month"))
    info = _info(data.annual(indicator))
    values.attrs = {"label": info.label, "unit": info.unit, "info": info}
    return values


_TREND_COLUMNS = (
    "name", "first_year", "last_year", "n", "change", "slope", "slope_low", "slope_high", "test",
    "p", "reading", "caution",
)  # fmt: skip


def trend_frame(trends: Mapping[str, TrendResult]) -> pd.DataFrame:
    """Return trends as a frame, a row a series by its key."""
    import pandas as pd

    rows = {key: {c: getattr(one, c) for c in _TREND_COLUMNS} for key, one in trends.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(_TREND_COLUMNS))


def without_breaks(windows: pd.DataFrame, *series: pd.Series[Any]) -> pd.DataFrame:
    """Empty the numbers of windows that cross a known break of level.

    Parameters
    ----------
    windows : DataFrame
        Columns ``start`` and ``end`` (years), and others.
    *series : Series
        Yearly series of `Chapter.series` that the windows were computed from.

    Returns
    -------
    DataFrame
        A copy with a column ``reason``, empty where the window counts; where it does not, every
        column of fractions is missing.
    """
    import pandas as pd

    infos: list[SeriesInfo] = [one.attrs["info"] for one in series]

    def reason(first: int, last: int) -> str:
        broken = [info.label for info in infos if not info.same_level(first, last)]
        return f"{'、'.join(broken)}在其间有口径断点" if broken else ""

    found = windows.copy()
    ends = zip(found["start"], found["end"], strict=True)
    found["reason"] = pd.Series([reason(*pair) for pair in ends], found.index, dtype=object)
    found.loc[found["reason"] != "", found.select_dtypes("float").columns] = float("nan")
    return found


def latest_level(series: pd.Series[Any]) -> pd.Series[Any]:
    """Return the values since the last known break of level: those that compare with the latest.

    Parameters
    ----------
    series : Series
        Yearly values of `Chapter.series`.

    Returns
    -------
    Series
        The same series, or a later part of it.
    """
    info: SeriesInfo = series.attrs["info"]
    starts = [year for year in info.breaks if len(series) and year <= series.index[-1]]
    return series[series.index >= max(starts)] if starts else series


def not_comparable(years: Sequence[int], *series: pd.Series[Any]) -> str:
    """Say in Chinese why values of some years do not compare; empty where they do.

    Parameters
    ----------
    years : sequence of int
        Years compared.
    *series : Series
        Yearly series of `Chapter.series`.

    Returns
    -------
    str
        Years without a value, or declared not applicable; where there are none, known breaks of
        level between the years.
    """
    infos: list[SeriesInfo] = [one.attrs["info"] for one in series]
    reasons: list[str] = []
    missing: dict[tuple[int, ...], list[str]] = {}
    for one, info in zip(series, infos, strict=True):
        absent = tuple(year for year in years if year not in one.index)
        said = [info.not_applicable[year] for year in absent if year in info.not_applicable]
        if said:
            reasons.append(f"{info.label}不适用（{said[0]}）")
        elif absent:
            missing.setdefault(absent, []).append(info.label)
    for absent, names in missing.items():
        reasons.append(f"缺 {'、'.join(map(str, absent))} 年的{'、'.join(names)}")
    if reasons:
        return "，".join(dict.fromkeys(reasons))
    broken = [info.label for info in infos if not info.same_level(min(years), max(years))]
    return f"{'、'.join(broken)}在其间有口径断点" if broken else ""
