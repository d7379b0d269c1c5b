"""False-positive rates of the trend tests, and coverage of probabilities and of rank intervals.

Usage::

    python -m benchmarks.trend_simulation [REPETITIONS]

Series without any trend, independent or with first-order autocorrelation, are drawn again and
again; a test at five per cent should speak in five of a hundred. The attainment probability is
checked by its calibration: of the targets said to be met with a probability between .8 and 1,
that share should be met. The intervals of score and rank are in ``benchmarks.rank_simulation``.
"""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray

from assessment.methods.regression import ols_trend
from assessment.methods.trends import hamed_rao, mann_kendall
from benchmarks import rank_simulation

LENGTHS = (5, 8, 11, 20, 60)
CORRELATIONS = (0.0, 0.3, 0.6)
LEVEL = 0.05


def series(rng: np.random.Generator, n: int, rho: float) -> NDArray[np.float64]:
    """Stationary first-order autoregressive series without a trend."""
    noise = rng.standard_normal(n)
    drawn = np.empty(n)
    drawn[0] = noise[0] / np.sqrt(1 - rho**2)
    for i in range(1, n):
        drawn[i] = rho * drawn[i - 1] + noise[i]
    return drawn


def false_positives(repetitions: int, seed: int = 1) -> list[tuple[int, float, str, float]]:
    """Share of trendless series in which each test finds a trend."""
    rows = []
    for n in LENGTHS:
        for rho in CORRELATIONS:
            rng = np.random.default_rng([seed, n, int(rho * 10)])
            found = {"Mann-Kendall": 0, "OLS + Newey-West": 0, "Hamed-Rao": 0}
            tried = dict.fromkeys(found, 0)
            for _ in range(repetitions):
                y = series(rng, n, rho)
                found["Mann-Kendall"] += mann_kendall(y).p < LEVEL
                tried["Mann-Kendall"] += 1
                found["OLS + Newey-West"] += ols_trend(np.arange(n), y).p < LEVEL
                tried["OLS + Newey-West"] += 1
                if n >= 20:
                    try:
                        found["Hamed-Rao"] += hamed_rao(y).p < LEVEL
                        tried["Hamed-Rao"] += 1
                    except ValueError:
                        continue
            rows += [(n, rho, name, found[name] / tried[name]) for name in found if tried[name]]
    return rows


def main(repetitions: int) -> None:
    """Print all tables as Markdown."""
    print(f"{repetitions} series a cell\n")
    print("| n | autocorrelation | test | share found at 5 % |\n| --- | --- | --- | --- |")
    for n, rho, name, share in false_positives(repetitions):
        print(f"| {n} | {rho} | {name} | {share:.3f} |")
    print("\nintervals of score and rank\n")
    rank_simulation.report(repetitions)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
