"""Back-test of forecasts and classes on real yearly series.

Usage::

    python -m benchmarks.backtest [TABLE.csv]

The table has a column of units, a column ``year`` and a column for each quantity; where it has
``co2_t`` and ``generation_mwh``, their quotient is a quantity too, and the columns of generation
are none. Without a table, that of the US states in ``benchmarks/data`` is taken.

Every year t of every series that goes on for ten years more poses four targets: 10, 20, 30 and 40
per cent below the value of t, due at t + 10. Each way is shown the eleven years up to t + 5 at
most, and says how likely the target is to be met and between which values t + 10 will lie. Only
targets not yet met at t + 5 count. The last line is JSON: Brier score of the way that the reports
use and of the base rate, coverage of its 95 % intervals by quantity, and by tenths of what was
said: mean said, share met, cases.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import stats

from assessment.methods.attainment import attain
from assessment.methods.forecast import forecast
from assessment.methods.regression import prediction

STATES = Path(__file__).parent / "data" / "us_states_power_1990_2024.csv"
CUTS = (0.1, 0.2, 0.3, 0.4)
HALF_WAY, DUE, WINDOW = 5, 10, 11

Told = tuple[Callable[[float], float], float, float]
"""Probability of a value at most the given one, and the ends of the 95 % interval."""

Series = Mapping[int, float]


class Case(NamedTuple):
    """One series as it stood half way, and how it went on."""

    quantity: str
    base: float
    years: tuple[int, ...]
    values: tuple[float, ...]
    outcome: float


def read(path: Path) -> dict[tuple[str, str], dict[int, float]]:
    """Read the series of a table by quantity and unit."""
    found: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            unit, year = next(iter(row.values())), int(row["year"])
            numbers = {}
            for name, text in list(row.items())[1:]:
                if name != "year":
                    try:
                        numbers[name] = float(text)
                    except (TypeError, ValueError):
                        continue
            power = numbers.pop("generation_mwh", 0.0)
            numbers.pop("generation_nonfossil_mwh", None)
            if power and "co2_t" in numbers:
                numbers["co2_per_mwh"] = numbers["co2_t"] / power
            for name, value in numbers.items():
                if math.isfinite(value):
                    found[name, unit][year] = value
    return found


def cases(table: Mapping[tuple[str, str], Series]) -> Iterator[Case]:
    """Yield every series as it stood half way to a target."""
    for (quantity, _), series in sorted(table.items()):
        for start in sorted(series):
            now, due = start + HALF_WAY, start + DUE
            if now not in series or due not in series:
                continue
            years = tuple(y for y in sorted(series) if now - WINDOW < y <= now)
            values = tuple(series[y] for y in years)
            if min(values) > 0:  # on logarithms there is nothing to say of a zero
                yield Case(quantity, series[start], years, values, series[due])


def drift_of_five(case: Case) -> Told | None:
    """The way of the reports."""
    due = case.years[-1] + DUE - HALF_WAY
    ahead = forecast(case.years, case.values, due)
    if ahead is None:
        return None
    return lambda goal: ahead.probability(goal, "lower"), ahead.low, ahead.high


def walk(*, drift: bool) -> Callable[[Case], Told | None]:
    """Random walk on logarithms, with the drift of all years or with none."""

    def tell(case: Case) -> Told | None:
        steps = np.diff(np.log(case.values))
        n = len(steps)
        if n < 5 or np.ptp(steps) < 1e-12:
            return None
        ahead = DUE - HALF_WAY
        centre = math.log(case.values[-1]) + (ahead * float(steps.mean()) if drift else 0.0)
        spread = float(np.sqrt((steps**2).mean()) if not drift else steps.std(ddof=1))
        error = spread * math.sqrt(ahead + (ahead**2 / n if drift else 0.0))
        return _student(centre, error, n - drift, log=True)

    return tell


def line(*, log: bool) -> Callable[[Case], Told | None]:
    """Least-squares line continued, with its prediction interval."""

    def tell(case: Case) -> Told | None:
        values = np.log(case.values) if log else np.asarray(case.values)
        if len(values) < 6 or np.ptp(values) == 0:
            return None
        ahead = prediction(case.years, values, case.years[-1] + DUE - HALF_WAY)
        if ahead.se <= 0:
            return None
        return _student(ahead.value, ahead.se, len(values) - 2, log=log)

    return tell


def _student(centre: float, error: float, freedom: int, *, log: bool) -> Told:
    margin = float(stats.t.ppf(0.975, freedom)) * error
    low, high = centre - margin, centre + margin

    def below(goal: float) -> float:
        at = math.log(goal) if log else goal
        return float(stats.t.cdf((at - centre) / error, freedom))

    return (below, math.exp(low), math.exp(high)) if log else (below, low, high)


WAYS: dict[str, Callable[[Case], Told | None]] = {
    "straight line": line(log=False),
    "straight line on logs": line(log=True),
    "walk on logs, no drift": walk(drift=False),
    "walk on logs, drift of all years": walk(drift=True),
    "walk on logs, drift of five years": drift_of_five,
}
USED = "walk on logs, drift of five years"


class Score(NamedTuple):
    """What came of one way."""

    said: np.ndarray
    met: np.ndarray
    coverage: dict[str, float]

    @property
    def brier(self) -> float:
        """Mean square of what was said less what came."""
        return float(((self.said - self.met) ** 2).mean())

    def share_met(self, low: float, high: float) -> tuple[float, float, int]:
        """Mean said, share met and count of the cases said to lie between two probabilities."""
        chosen = (self.said >= low) & (self.said <= high)
        if not chosen.any():
            return math.nan, math.nan, 0
        return float(self.said[chosen].mean()), float(self.met[chosen].mean()), int(chosen.sum())

    def bins(self) -> list[list[float]]:
        """Mean said, share met and count by tenths."""
        tenth = np.minimum((self.said * 10).astype(int), 9)
        return [
            [float(self.said[tenth == i].mean()), float(self.met[tenth == i].mean()), int(n)]
            for i in range(10)
            if (n := (tenth == i).sum())
        ]


def score(found: Sequence[Case], way: Callable[[Case], Told | None]) -> Score:
    """Hold a way against what came."""
    said, met = [], []
    held: dict[str, list[bool]] = defaultdict(list)
    for case in found:
        told = way(case)
        if told is None:
            continue
        below, low, high = told
        held[case.quantity].append(low <= case.outcome <= high)
        for cut in CUTS:
            goal = case.base * (1 - cut)
            if case.values[-1] > goal:
                said.append(below(goal))
                met.append(case.outcome <= goal)
    coverage = {name: float(np.mean(inside)) for name, inside in held.items()}
    return Score(np.array(said), np.array(met, dtype=float), coverage)


def record_of_classes(found: Sequence[Case]) -> list[tuple[str, int, float]]:
    """Return for each class half way how many targets had it and which share was met later."""
    came: dict[str, list[bool]] = defaultdict(list)
    for case in found:
        now = case.years[-1]
        start = now - HALF_WAY
        for cut in CUTS:
            goal = case.base * (1 - cut)
            if case.values[-1] <= goal:
                continue
            judged = attain(
                list(zip(case.years, case.values, strict=True)),
                year=now, target=goal, target_year=start + DUE, baseline_year=start,
                baseline_value=case.base, direction="lower",
            )  # fmt: skip
            came[judged.verdict.value].append(case.outcome <= goal)
    order = ("faster", "on_track", "slow", "far_behind", "reversed")
    return [(name, len(came[name]), float(np.mean(came[name]))) for name in order if came[name]]


def main() -> None:
    """Print the tables."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else STATES
    found = list(cases(read(path)))
    if not found:
        sys.exit(f"{path.name}: no series goes on for {DUE} years without zeros")
    scores = {name: score(found, way) for name, way in WAYS.items()}
    used = scores[USED]
    rate = float(used.met.mean()) if len(used.met) else math.nan
    print(f"{path.name}: {len(found)} series as they stood, {len(used.met)} targets not yet met\n")
    quantities = list(used.coverage)
    print(f"{'way':36}{'Brier':>7}{'said >= .8':>12}{'met':>7}{'said <= .05':>13}{'met':>7}"
          + "".join(f"{name:>13}" for name in quantities))  # fmt: skip
    for name, one in scores.items():
        high, low = one.share_met(0.8, 1.0), one.share_met(0.0, 0.05)
        print(f"{name:36}{one.brier:7.3f}{high[0]:12.2f}{high[1]:7.2f}{low[0]:13.3f}{low[1]:7.3f}"
              + "".join(f"{one.coverage[q]:13.1%}" for q in quantities))  # fmt: skip
    print(f"{'base rate':36}{rate * (1 - rate):7.3f}\n")
    print("class half way        cases   later met")
    for name, count, share in record_of_classes(found):
        print(f"{name:18}{count:9d}{share:12.0%}")
    print()
    figures = {
        "brier": round(used.brier, 4),
        "brier_climatology": round(rate * (1 - rate), 4),
        "coverage": {name: round(share, 4) for name, share in used.coverage.items()},
        "bins": [[round(said, 4), round(met, 4), n] for said, met, n in used.bins()],
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
