"""Read the power sector of many regions with the library's own methods, all at once.

The table has the columns state, year, co2_t, so2_t, nox_t (tonnes), generation_mwh and
generation_nonfossil_mwh, one region and year a row, as the U.S. Energy Information
Administration publishes for the states. It stays where it is: nothing is copied into a pack.

Usage::

    python examples/us_states_power.py TABLE.csv [--format csv|md] [--break YEAR[:COLUMN[:STATE]]]

One line a region goes to standard output; counts over all regions and the seconds taken go to
standard error. ``--break`` names a year from which figures are on another level (of one column,
of one region, or of all); it may be given again and again. No trend and no comparison crosses it.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TextIO

import numpy as np
import pandas as pd

from assessment.methods.breaks import pettitt
from assessment.methods.cochange import CoChange, CoControl, cocontrol
from assessment.methods.coupling import coupling_coordination
from assessment.methods.decomposition import lmdi
from assessment.methods.decoupling import tapio, tapio_windows
from assessment.methods.trends import hamed_rao, mann_kendall, theil_sen

CARBON = "co2_t"
POLLUTANTS = {"so2": "so2_t", "nox": "nox_t"}
OUTPUT, CLEAN = "generation_mwh", "generation_nonfossil_mwh"
AMOUNTS = (CARBON, *POLLUTANTS.values(), OUTPUT, CLEAN)
LEVEL = 0.05
LONG = 20
"""Fewest years for the test corrected for autocorrelation."""

WINDOW = 5
"""Years of a decoupling window."""


@dataclass(frozen=True)
class Break:
    """A known change of level: its first year, and which column and region (all where empty)."""

    year: int
    column: str = ""
    state: str = ""


@dataclass(frozen=True)
class Reading:
    """What one region's figures say; None where they say nothing.

    ``*_reading`` and ``*_elasticity`` are the co-change with CO2 over the whole span, and
    ``*_years`` the year-to-year pairs that fall, of those that can be read. ``*_trend`` is
    Hamed-Rao's verdict (Mann-Kendall's below 20 years), ``*_plain`` Mann-Kendall's, ``*_slope``
    Theil-Sen's, per cent of the median a year. ``*_shared`` is the share of the pollutant's fall
    that came with output, fossil share and carbon per fossil MWh; the rest is its own.
    """

    state: str
    years: str
    co2_change: float | None
    so2_change: float | None
    nox_change: float | None
    co2_trend: str
    co2_plain: str
    co2_slope: float | None
    co2_turn: int | None
    so2_trend: str
    so2_plain: str
    so2_slope: float | None
    nox_trend: str
    nox_plain: str
    nox_slope: float | None
    so2_reading: str
    so2_elasticity: float | None
    so2_years: str
    nox_reading: str
    nox_elasticity: float | None
    nox_years: str
    tapio: str
    tapio_elasticity: float | None
    tapio_windows: str
    so2_shared: float | None
    nox_shared: float | None
    naive: float | None


def read(path: Path) -> pd.DataFrame:
    """Read the table, and refuse what cannot be.

    Raises
    ------
    ValueError
        If a column is missing, a region and year occur twice, an amount is missing, negative or
        no number, or more clean power is given than power.
    """
    table = pd.read_csv(path)
    missing = [name for name in ("state", "year", *AMOUNTS) if name not in table]
    if missing:
        raise ValueError(f"{path.name} 缺列:{'、'.join(missing)}")
    if table.duplicated(["state", "year"]).any():
        raise ValueError(f"{path.name} 有重复的地区和年份")
    table[list(AMOUNTS)] = table[list(AMOUNTS)].apply(pd.to_numeric, errors="coerce")
    amounts = table[list(AMOUNTS)].to_numpy(dtype=float)
    if not np.isfinite(amounts).all() or (amounts < 0).any():
        raise ValueError(f"{path.name} 有缺值、负值或不是数字的格;零照写 0")
    if (table[CLEAN] > table[OUTPUT]).any():
        raise ValueError(f"{path.name} 有的行非化石发电多于总发电")
    return table.sort_values(["state", "year"])


def readings(table: pd.DataFrame, breaks: Sequence[Break] = ()) -> Iterator[Reading]:
    """Read every region."""
    for state, rows in table.groupby("state", sort=True):
        yield _region(str(state), rows.set_index("year"), breaks)


def _region(state: str, rows: pd.DataFrame, breaks: Sequence[Break]) -> Reading:
    starts = {name: _start(state, name, rows, breaks) for name in AMOUNTS}
    first, last = int(max(starts.values())), int(rows.index[-1])
    carbon = rows[CARBON]
    found: dict[str, object] = {"state": state, "years": f"{first}-{last}"}
    falls = []
    for key, name in (("co2", CARBON), *POLLUTANTS.items()):
        series = rows.loc[starts[name] :, name]
        trend, plain, slope = _trend(series)
        found |= {f"{key}_trend": trend, f"{key}_plain": plain, f"{key}_slope": slope}
        before, after = (float(rows[name].loc[year]) for year in (first, last))
        change = (after - before) / before if before else None
        found[f"{key}_change"] = change
        falls.append(None if change is None else -change)
    for key, name in POLLUTANTS.items():
        whole = _pair(rows[name], carbon, first, last)
        own = max(starts[name], starts[CARBON])
        yearly = [
            _pair(rows[name], carbon, year - 1, year)
            for year in rows.index
            if year > own and year - 1 in rows.index
        ]
        known = [one for one in yearly if one.quadrant is not None]
        found |= {
            f"{key}_reading": str(whole.reading),
            f"{key}_elasticity": whole.elasticity if whole.reading.is_synergy else None,
            f"{key}_years": f"{sum(o.reading.is_synergy for o in known)}/{len(known)}",
            f"{key}_shared": _shared(rows, first, last, name),
        }
    since = rows.loc[max(starts[CARBON], starts[OUTPUT]) :]
    whole_span = tapio(
        *(float(rows[name].loc[year]) for name in (CARBON, OUTPUT) for year in (first, last))
    )
    windows = tapio_windows(since[CARBON], since[OUTPUT], WINDOW)
    states = Counter(str(one) for one in windows["state"])
    turn = pettitt(rows.loc[starts[CARBON] :, CARBON])
    at = None if turn.index is None or turn.p >= LEVEL else turn.index
    found |= {
        "tapio": str(whole_span.state),
        "tapio_elasticity": whole_span.elasticity,
        "tapio_windows": f"{states['strong_decoupling']}/{len(windows)}",
        "co2_turn": None if at is None else int(rows.loc[starts[CARBON] :].index[at]),
        "naive": None if None in falls else float(np.mean([f for f in falls if f is not None])),
    }
    return Reading(**found)  # type: ignore[arg-type]


def _start(state: str, column: str, rows: pd.DataFrame, breaks: Sequence[Break]) -> int:
    """First year of the last level of a column."""
    cuts = [
        b.year
        for b in breaks
        if b.column in ("", column) and b.state in ("", state) and b.year <= rows.index[-1]
    ]
    return int(rows.index[rows.index >= max(cuts, default=rows.index[0])][0])


def _trend(series: pd.Series[float]) -> tuple[str, str, float | None]:
    """Return the corrected verdict, the plain one, and the slope in per cent of the median."""
    values = series.to_numpy(dtype=float)
    if values.size < 3:
        return "too_few", "too_few", None
    plain = mann_kendall(values)
    line = theil_sen(series.index.to_numpy(dtype=float), values)
    middle = float(np.median(values))
    slope = line.slope / middle * 100 if middle else None
    if not plain.can_be_significant:
        return "untestable", "untestable", slope
    said = _word(plain.p, plain.s)
    # the correction needs equal steps
    if values.size < LONG or np.ptp(np.diff(series.index)) > 0:
        return said, said, slope
    try:
        corrected = hamed_rao(values)
    except ValueError:
        return "no_corrected_test", said, slope
    return _word(corrected.p, corrected.s), said, slope


def _word(p: float, s: int) -> str:
    return "unclear" if p >= LEVEL else "falling" if s < 0 else "rising"


def _pair(pollutant: pd.Series[float], carbon: pd.Series[float], a: int, b: int) -> CoControl:
    return cocontrol(*(float(series[year]) for series in (pollutant, carbon) for year in (a, b)))


def _shared(rows: pd.DataFrame, first: int, last: int, name: str) -> float | None:
    """Share of a pollutant's fall that CO2 shared; None where it did not fall or has no path.

    ``Q = G · (F/G) · (C/F) · (Q/C)`` with generation G and its fossil part F. The full joint form
    asks for population, output and the pollutant before abatement, which such tables lack: all
    that is the pollutant's own (scrubbers, low-sulphur coal, and coal giving way to gas beyond
    its carbon) lies in Q/C.
    """
    factors = []
    for year in (first, last):
        output, clean, carbon, own = (
            float(rows[column].loc[year]) for column in (OUTPUT, CLEAN, CARBON, name)
        )
        fossil = output - clean
        if fossil <= 0 or carbon <= 0:
            return None
        factors.append([[output, fossil / output, carbon / fossil, own / carbon]])
    found = lmdi(*factors)
    if found.total_change >= 0:
        return None
    return float(found.additive[:3].sum()) / found.total_change + 0.0


def sample_scale(table: pd.DataFrame) -> str:
    """Say what a coupling degree on the sample's own minimum and maximum would do.

    Levels are CO2 and SO2 per MWh in the last year, 1 for the region with the least and 0 for
    the one with the most; then the region with the most SO2 is left out.
    """
    last = table[table["year"] == table["year"].max()].set_index("state")
    rates = last[[CARBON, POLLUTANTS["so2"]]].div(last[OUTPUT], axis=0).dropna()
    worst = rates[POLLUTANTS["so2"]].idxmax()
    whole, less = _degrees(rates), _degrees(rates.drop(index=worst))
    moved = (less - whole).abs().dropna()
    names = dict(zip(("小于 .5", "至少 .8"), (whole < 0.5, whole >= 0.8), strict=True))
    shares = "、".join(f"{word} {int(hit.sum())} 个" for word, hit in names.items())
    return (
        f"按样本最大最小值作标尺的协调度 D:{shares};去掉二氧化硫最高的一个地区,"
        f"其余的 D 中位数变动 {moved.median():.3f},最大 {moved.max():.3f},"
        f"跨一级(.1)以上 {int((moved >= 0.1).sum())} 个"
    )


def _degrees(rates: pd.DataFrame) -> pd.Series[float]:
    levels = (rates.max() - rates) / (rates.max() - rates.min())
    degrees = [coupling_coordination(row, [0.5, 0.5]).d for row in levels.to_numpy().tolist()]
    return pd.Series(degrees, index=rates.index, dtype="float64")


def write(found: Sequence[Reading], form: str, file: TextIO) -> None:
    """Write one line a region, as CSV or Markdown."""
    names = [field.name for field in fields(Reading)]
    rows = [[_shown(value) for value in asdict(one).values()] for one in found]
    if form == "csv":
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
        return
    for row in (names, ["---"] * len(names), *rows):
        file.write("| " + " | ".join(row) + " |\n")


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def summary(found: Sequence[Reading]) -> list[str]:
    """Count the classes over all regions, and how the readings agree."""
    lines = [f"地区 {len(found)}"]
    for key in POLLUTANTS:
        pairs = [getattr(one, f"{key}_reading") for one in found]
        shares = [s for one in found if (s := getattr(one, f"{key}_shared")) is not None]
        elastic = [e for one in found if (e := getattr(one, f"{key}_elasticity")) is not None]
        lines += [
            f"{key} 与二氧化碳:{_counts(pairs)}",
            f"{key} 交叉弹性中位数 {_median(elastic)}({len(elastic)} 个同降的地区)",
            f"{key} 减量中随二氧化碳一起减的份额,中位数 {_median(shares)}({len(shares)} 个地区),"
            f"小于零 {sum(s < 0 for s in shares)} 个,过半 {sum(s > 0.5 for s in shares)} 个",
        ]
    for key in ("co2", *POLLUTANTS):
        said = [getattr(one, f"{key}_trend") for one in found]
        plain = [getattr(one, f"{key}_plain") for one in found]
        slopes = [s for one in found if (s := getattr(one, f"{key}_slope")) is not None]
        lines.append(
            f"{key} 走向:{_counts(said)};不计自相关:{_counts(plain)};"
            f"斜率中位数 {_median(slopes)} %/年"
        )
    turns = [one.co2_turn for one in found if one.co2_turn is not None]
    lines.append(
        f"co2 有突变点(Pettitt)的 {len(turns)} 个"
        + (f",年份中位数 {np.median(turns):.0f}" if turns else "")
    )
    lines.append(f"脱钩(全期):{_counts([one.tapio for one in found])}")
    falls = {str(c) for c in CoChange if c.is_synergy}
    both = [o for o in found if o.so2_reading in falls]
    apart = sum(o.co2_trend != "falling" for o in both)
    rising = [o for o in found if (o.co2_change or 0.0) > 0]
    praised = [o for o in rising if (o.naive or 0.0) > 0.5]
    same = [k for o in found for k in POLLUTANTS if getattr(o, f"{k}_reading") == "both_rise"]
    lines += [
        f"两端相比 SO2 同降而二氧化碳的走向检验不支持下降:{apart} 个",
        f"二氧化碳不降反升 {len(rising)} 个,其中三种排放的平均降幅过半的 {len(praised)} 个",
        f"同增而弹性为正的组数 {len(same)}",
    ]
    return lines


def _counts(words: Sequence[str]) -> str:
    return "、".join(f"{word} {n}" for word, n in Counter(words).most_common())


def _median(values: Sequence[float]) -> str:
    return f"{np.median(values):.2f}" if values else "—"


def _break(text: str) -> Break:
    year, column, state = (*text.split(":"), "", "")[:3]
    if column and column not in AMOUNTS:
        raise argparse.ArgumentTypeError(f"没有 {column} 这一列,可用的有 {'、'.join(AMOUNTS)}")
    return Break(int(year), column, state)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="各地区电力行业的几种读法")
    parser.add_argument("table", type=Path)
    parser.add_argument("--format", choices=("csv", "md"), default="csv")
    parser.add_argument("--break", dest="breaks", type=_break, action="append", default=[])
    given = parser.parse_args(arguments)
    begun = time.perf_counter()
    try:
        table = read(given.table)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    found = list(readings(table, given.breaks))
    write(found, given.format, sys.stdout)
    for line in [*summary(found), sample_scale(table)]:
        print(line, file=sys.stderr)
    print(f"用时 {time.perf_counter() - begun:.1f} 秒", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
