"""Monthly series: their gaps, decomposition and annual means.

A missing month stays missing: the decomposition refuses the series, and an annual mean says how
many months it stands on.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from statsmodels.tsa.seasonal import STL

from assessment.methods.series import Floats

MONTHS = 12


@dataclass(frozen=True)
class Decomposition:
    """Additive parts of a monthly series: observed = trend + seasonal + residual.

    `trend_strength` and `seasonal_strength` lie in [0, 1]: one minus the residual's share of the
    variance of the part plus residual. None where that variance is zero.
    """

    trend: pd.Series
    seasonal: pd.Series
    residual: pd.Series
    trend_strength: float | None
    seasonal_strength: float | None


def full_months(monthly: pd.Series) -> pd.Series:
    """Return a monthly series on every month of its years, NaN where a month is missing.

    Parameters
    ----------
    monthly : Series
        Values indexed by a monthly PeriodIndex or by a DatetimeIndex.

    Returns
    -------
    Series
        From January of the first year to December of the last, monthly PeriodIndex.

    Raises
    ------
    ValueError
        If the index is of another kind, empty, or names a month twice.
    """
    index = monthly.index
    if isinstance(index, pd.DatetimeIndex):
        index = index.to_period("M")
    if not isinstance(index, pd.PeriodIndex) or index.freqstr != "M":
        raise ValueError("a monthly series is indexed by months (PeriodIndex with freq 'M')")
    if index.empty:
        raise ValueError("the monthly series is empty")
    if index.has_duplicates:
        twice = sorted({str(month) for month in index[index.duplicated()]})
        raise ValueError(f"months given twice: {', '.join(twice)}")
    months = pd.period_range(f"{index.min().year}-01", f"{index.max().year}-12", freq="M")
    return pd.Series(monthly.to_numpy(dtype=np.float64), index=index).reindex(months)


def missing_months(monthly: pd.Series) -> list[str]:
    """Name the months (``"2023-07"``) missing between the first and the last value.

    Raises
    ------
    ValueError
        As `full_months`.
    """
    full = full_months(monthly)
    first, last = full.first_valid_index(), full.last_valid_index()
    inside = full.loc[first:last] if first is not None else full
    return [str(month) for month in inside.index[inside.isna()]]


def decompose(monthly: pd.Series, smoother: int = 7, robust: bool = True) -> Decomposition:
    """Split a monthly series without gaps into trend, season and residual by STL.

    Parameters
    ----------
    monthly : Series
        Values indexed by months, at least two years.
    smoother : int
        Length of the seasonal smoother, odd, at least 7.
    robust : bool
        Give outlying months little weight.

    Returns
    -------
    Decomposition

    Raises
    ------
    ValueError
        If a month within the series is missing, there are fewer than 24 months, or as
        `full_months`.

    Notes
    -----
    ``statsmodels.tsa.seasonal.STL``.

    References
    ----------
    Cleveland et al. 1990, Journal of Official Statistics 6:3; strengths: Wang, Smith and Hyndman
    2006, Data Mining and Knowledge Discovery 13:335.
    """
    gaps = missing_months(monthly)
    if gaps:
        raise ValueError(f"no decomposition with missing months: {', '.join(gaps)}")
    values = full_months(monthly).dropna()
    if values.size < 2 * MONTHS:
        raise ValueError(f"{values.size} months; at least {2 * MONTHS} are needed")
    fit = STL(values.to_numpy(), period=MONTHS, seasonal=smoother, robust=robust).fit()

    def strength(part: Floats) -> float | None:
        together = float(np.var(part + fit.resid))
        return max(0.0, 1 - float(np.var(fit.resid)) / together) if together > 0 else None

    trend, seasonal, residual = (
        pd.Series(part, index=values.index) for part in (fit.trend, fit.seasonal, fit.resid)
    )
    return Decomposition(trend, seasonal, residual, strength(fit.trend), strength(fit.seasonal))


def annual_means(monthly: pd.Series, min_share: float = 0.75) -> pd.DataFrame:
    """Average months to years, withholding the mean of a year with too few months.

    Parameters
    ----------
    monthly : Series
        Values indexed by months; missing months absent or NaN.
    min_share : float
        Smallest share of the 12 months a mean may stand on, in (0, 1].

    Returns
    -------
    DataFrame, indexed by year
        `mean` (plain mean of the months present, NaN where withheld), `months` (number present),
        `share` (of 12).

    Raises
    ------
    ValueError
        If `min_share` is out of range, or as `full_months`.
    """
    if not 0 < min_share <= 1:
        raise ValueError(f"min_share must lie in (0, 1], not {min_share}")
    full = full_months(monthly)
    years = full.groupby(pd.PeriodIndex(full.index).year)
    table = pd.DataFrame({"mean": years.mean(), "months": years.count()})
    table.index.name = "year"
    table["share"] = table["months"] / MONTHS
    table["mean"] = table["mean"].where(table["share"] >= min_share)
    return table


def three_year_means(annual: pd.Series) -> pd.Series:
    """Average each year with the two before it, to quieten the weather.

    Parameters
    ----------
    annual : Series
        Values indexed by year (int), years increasing.

    Returns
    -------
    Series
        Indexed by the last of the three years; NaN unless all three years are present.

    Raises
    ------
    ValueError
        If years do not strictly increase.
    """
    years = [int(year) for year in annual.index]
    if any(later <= earlier for earlier, later in pairwise(years)):
        raise ValueError("years must be strictly increasing")
    if not years:
        return annual.astype(np.float64)
    full = annual.astype(np.float64).reindex(range(years[0], years[-1] + 1))
    return full.rolling(3, min_periods=3).mean().reindex(years)
