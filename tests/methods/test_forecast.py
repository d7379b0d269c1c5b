import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assessment.methods.forecast import forecast
from assessment.params.folder import load_params
from benchmarks import backtest

YEARS = list(range(2010, 2021))


def test_by_hand():
    # Steps -.1 five times, then -.2 five times: drift -.2, mean -.15, variance 10 * .05^2 / 9.
    x = np.cumsum([5.0] + [-0.1] * 5 + [-0.2] * 5)
    found = forecast(YEARS, np.exp(x), 2025)
    assert found is not None
    assert found.expected == pytest.approx(math.exp(x[-1] - 1.0))
    error = math.sqrt(10 * 0.05**2 / 9 * (5 + 25 / 5))
    margin = 2.262157 * error  # Student's t, 9 degrees of freedom, 97.5 %
    assert found.low == pytest.approx(math.exp(x[-1] - 1.0 - margin), rel=1e-6)
    assert found.high == pytest.approx(math.exp(x[-1] - 1.0 + margin), rel=1e-6)
    assert found.probability(found.expected, "lower") == pytest.approx(0.5)
    assert found.probability(found.high, "higher") == pytest.approx(0.025)


@pytest.mark.parametrize("factor", [1e-3, 7.0, 1e9])
def test_the_unit_does_not_matter(factor):
    rng = np.random.default_rng(1)
    y = np.exp(np.cumsum(rng.normal(-0.05, 0.04, 11)))
    one, other = forecast(YEARS, y, 2024), forecast(YEARS, y * factor, 2024)
    assert one is not None and other is not None
    assert other.high == pytest.approx(one.high * factor)
    assert other.probability(y[-1] * 0.9 * factor, "lower") == pytest.approx(
        one.probability(y[-1] * 0.9, "lower")
    )


def test_a_missing_year_counts_as_two_steps():
    rng = np.random.default_rng(2)
    x = np.cumsum(rng.normal(-0.03, 0.05, 11))
    keep = [i for i in range(11) if i != 3]
    found = forecast([YEARS[i] for i in keep], np.exp(x[keep]), 2022)
    assert found is not None and found.steps == 9
    assert found.expected == pytest.approx(math.exp(x[-1] + 2 * (x[-1] - x[5]) / 5))


def test_shares_keep_their_bounds():
    found = forecast(YEARS, [90, 91, 93, 92, 94, 95, 96, 95, 97, 98, 99], 2030, "logit", 100)
    assert found is not None
    assert 0 < found.low < found.expected < found.high < 100
    assert found.probability(100, "higher") == 0.0


@pytest.mark.parametrize(
    ("years", "values", "year", "scale"),
    [
        (YEARS[:5], [5, 4, 4.5, 3, 2], 2020, "log"),  # four steps
        (YEARS, [3.0] * 11, 2025, "log"),  # nothing tells the error
        (YEARS, np.exp(-0.1 * np.arange(11)), 2025, "log"),  # an exact exponential
        (YEARS, [5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5], 2025, "log"),  # a zero
        (YEARS, [5, 4, 3, 2, 1, 2, 1, 2, 3, 4, 5], 2020, "log"),  # not ahead
    ],
)
def test_nothing_is_said(years, values, year, scale):
    assert forecast(years, values, year, scale) is None


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_no_number_is_refused(bad):
    with pytest.raises(ValueError):
        forecast(YEARS, [5, 4, 3, 2, 1, bad, 1, 2, 3, 4, 5], 2025)


def test_the_back_test_on_a_part_of_the_states():
    """Short form of ``python -m benchmarks.backtest``, whose bounds are those of the handbook."""
    table = {
        key: series
        for key, series in backtest.read(backtest.STATES).items()
        if key[1] in ("CA", "IL", "NJ", "NV", "OH", "TX", "WY", "GA")
    }
    found = list(backtest.cases(table))
    used = backtest.score(found, backtest.WAYS[backtest.USED])
    line = backtest.score(found, backtest.WAYS["straight line"])
    assert used.brier < 0.17 < line.brier
    assert min(used.coverage.values()) > 0.85


def test_the_record_of_the_classes_is_that_of_the_back_test():
    found = list(backtest.cases(backtest.read(backtest.STATES)))
    record = {name: share for name, _, share in backtest.record_of_classes(found)}
    told = load_params(Path("params")).rules.class_record
    assert {name: one.value for name, one in told.items()} == pytest.approx(record, abs=0.005)


def test_the_last_line_is_json(tmp_path):
    path = tmp_path / "city.csv"
    years = range(2000, 2024)
    rng = np.random.default_rng(3)
    values = 1000 * np.exp(np.cumsum(rng.normal(-0.02, 0.05, len(years))))
    path.write_text("unit,year,co2\n" + "".join(
        f"A,{y},{v:.3f}\n" for y, v in zip(years, values, strict=True)
    ))  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.backtest", str(path)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(json.loads(done.stdout.splitlines()[-1])) == {
        "brier", "brier_climatology", "coverage", "bins",
    }  # fmt: skip
