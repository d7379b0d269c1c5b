"""Every method refuses what is no number with a ValueError, in whatever place it is given."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from assessment.methods import (
    breaks,
    cochange,
    coupling,
    coverage,
    decomposition,
    decoupling,
    direction,
    forecast,
    goalposts,
    grades,
    index,
    pace,
    peak,
    regression,
    seasonal,
    trends,
    verdicts,
    weights,
)

T = list(range(2005, 2025))
Y = [
    9.0,
    8.8,
    9.1,
    8.4,
    8.2,
    8.3,
    7.9,
    7.6,
    7.7,
    7.2,
    7.1,
    6.9,
    7.0,
    6.4,
    6.1,
    6.3,
    5.8,
    5.9,
    5.2,
    5,
]
MONTHLY = [10 + i % 12 + (i * 7) % 5 - i * 0.1 for i in range(60)]
UNITS = [[0.5, 0.6], [0.3, 0.4], [0.2, 0.9]]
SPAN = {"baseline_year": 2020, "year": 2022, "target_year": 2025}
WAY = {"baseline": 1.0, "value": 2.0, "target": 3.0}

COMPLETE: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "interrupted_series": (breaks.interrupted_series, {"t": T, "y": Y, "at": 2015.0}),
    "pettitt": (breaks.pettitt, {"y": Y}),
    "since_last_break": (breaks.since_last_break, {"t": T, "y": Y, "breaks": [2015.0]}),
    "air_equivalents": (cochange.air_equivalents, {"emissions_t": {"SO2": 1.0}, "voc": 0.95}),
    "cocontrol": (cochange.cocontrol, {"p0": 10.0, "p1": 9.0, "c0": 20.0, "c1": 18.0}),
    "coupling": (coupling.coupling_coordination, {"u": [0.5, 0.7], "weights": [0.4, 0.6]}),
    "coupling grade": (coupling.grade, {"d": 0.5}),
    "obstacle_degree": (coupling.obstacle_degree, {"values": [0.5, 0.6], "weights": [0.5, 0.5]}),
    "order": (coupling.order_parameter_synergy, {"u0": [0.5, 0.6], "u1": [0.6, 0.7]}),
    "weighted_gap": (coupling.weighted_gap, {"values": [0.5, 0.6], "weights": [0.5, 0.5]}),
    "covered": (coverage.covered, {"coverage": 0.5, "coverage_floor": 0.8}),
    "lmdi": (decomposition.lmdi, {"factors0": [[1.0, 2.0]], "factors1": [[2.0, 2.0]]}),
    "log_mean": (decomposition.log_mean, {"a": [1.0, 2.0], "b": [2.0, 3.0]}),
    "tapio": (
        decoupling.tapio,
        {"e0": 10.0, "e1": 9.0, "g0": 100.0, "g1": 110.0, "low": 0.8, "high": 1.2}
        | {"standstill": 0.0005},
    ),
    "directional": (
        direction.judge_directional,
        {"series": [(2020, 3.0), (2021, 2.0)], "year": 2021, "direction": "decrease"},
    ),
    "forecast": (forecast.forecast, {"t": T, "y": Y, "year": 2030, "limit": 100.0}),
    "score_targets": (
        grades.score_targets,
        {"completions": [0.5, 0.6], "weights": [1.0, 2.0], "completion_floor": 0.1},
    ),
    "score_tasks": (
        grades.score_tasks,
        {"statuses": ["completed", "slow"], "weights": [1.0, 2.0], "encouraged": [False] * 2},
    ),
    "aggregate": (
        index.aggregate,
        {"u": [0.5, 0.6], "weights": [0.5, 0.5], "method": "geometric", "zero_floor": 0.01},
    ),
    "observed_pace": (
        pace.observed_pace,
        {"baseline": 1.0, "value": 2.0, "baseline_year": 2020, "year": 2022},
    ),
    "required_pace": (
        pace.required_pace,
        {"value": 1.0, "target": 2.0, "year": 2020, "target_year": 2022},
    ),
    "progress, growth": (pace.progress_ratio_growth, WAY | SPAN),
    "progress, linear": (pace.progress_ratio_linear, WAY | SPAN),
    "peak": (
        peak.read_peak,
        {"years": T, "values": Y, "errors": [0.05] * 20, "significance": 0.05}
        | {"years_after": 3, "least": 5},
    ),
    "ols_trend": (regression.ols_trend, {"t": T, "y": Y}),
    "prediction": (regression.prediction, {"t": T, "y": Y, "at": 2030.0, "level": 0.95}),
    "hamed_rao": (trends.hamed_rao, {"y": Y}),
    "mann_kendall": (trends.mann_kendall, {"y": Y}),
    "theil_sen": (trends.theil_sen, {"t": T, "y": Y, "level": 0.95}),
    "meets": (verdicts.meets, {"value": 1.0, "target": 1.0, "direction": "higher"}),
    "ahp": (weights.ahp, {"comparison_matrix": [[1.0, 2.0], [0.5, 1.0]]}),
    "critic": (weights.critic, {"matrix": UNITS}),
    "entropy": (weights.entropy, {"matrix": UNITS}),
    "unit_sum": (weights.unit_sum, {"weights": [1.0, 2.0]}),
}
"""Methods that need every number, with arguments that they take."""

WITH_GAPS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "above_or_below": (goalposts.above_or_below, {"values": [1.0, 2.0, 3.0], "reference": 2.0}),
    "distance": (goalposts.distance_to_reference, {"values": [1.0, 3.0], "reference": 2.0}),
    "categorical": (goalposts.sample_categorical, {"values": [1.0, 2.0, 3.0]}),
    "minmax": (goalposts.sample_minmax, {"values": [1.0, 2.0, 3.0]}),
    "percentile": (goalposts.sample_percentile, {"values": [1.0, 2.0, 3.0]}),
    "sample rank": (goalposts.sample_rank, {"values": [1.0, 2.0, 3.0]}),
    "zscore": (goalposts.sample_zscore, {"values": [1.0, 2.0, 3.0]}),
    "composite": (
        index.composite,
        {"u": [0.5, 0.6], "weights": [0.5, 0.5], "method": "arithmetic"},
    ),
    "outranking": (index.outranking, {"u": UNITS, "weights": [0.5, 0.5]}),
    "copeland": (index.copeland, {"u": UNITS, "weights": [0.5, 0.5]}),
    "rank": (index.rank, {"scores": [0.5, 0.6]}),
    "seasonal": (seasonal.seasonal_mann_kendall, {"y": MONTHLY}),
    "correlated": (seasonal.correlated_seasonal_mann_kendall, {"y": MONTHLY}),
    "seasonal slope": (seasonal.seasonal_sen_slope, {"y": MONTHLY}),
}
"""Methods whose first argument may have gaps."""

NO_NUMBER = (math.inf, -math.inf, 10**400, "3")
MISSING = (math.nan, None)
EDGES = (1e300, -1e300, 1e150, -1e150, 5e-324, -5e-324, 0.0)
TAKES_NONE = {("air_equivalents", "voc"), ("aggregate", "zero_floor"), ("coupling", "weights")}
TAKES_NONE |= {("score_targets", "completions")}


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a number stands in an argument; of a list its ends."""
    if isinstance(value, dict):
        for key in value:
            yield from _places(value[key], (*path, key))
    elif isinstance(value, list | tuple):
        for at in {0, len(value) - 1}:
            yield from _places(value[at], (*path, at))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path


def _with(value: Any, path: tuple[Any, ...], wrong: object) -> Any:
    if not path:
        return wrong
    first, *rest = path
    changed = list(value) if isinstance(value, tuple) else copy.copy(value)
    changed[first] = _with(value[first], tuple(rest), wrong)
    return tuple(changed) if isinstance(value, tuple) else changed


def _numbers(result: Any) -> Iterator[float]:
    if is_dataclass(result):
        for field in fields(result):
            yield from _numbers(getattr(result, field.name))
    elif isinstance(result, np.ndarray | list | tuple):
        for value in np.asarray(result, dtype=object).ravel():
            yield from _numbers(value) if not isinstance(value, float) else (value,)
    elif isinstance(result, float):
        yield result


COUNTS = {"years_after", "least"}
"""Whole numbers that the library itself gives."""


@pytest.mark.parametrize("name", [*COMPLETE, *WITH_GAPS])
def test_what_is_no_number_is_refused_wherever_it_stands(name: str) -> None:
    method, arguments = (COMPLETE | WITH_GAPS)[name]
    method(**arguments)
    for place in _places({k: v for k, v in arguments.items() if k not in COUNTS}):
        gap = name in WITH_GAPS and place[0] == next(iter(arguments))
        for wrong in NO_NUMBER if gap else (*NO_NUMBER, *MISSING):
            if wrong is None and (name, place[0]) in TAKES_NONE:
                continue
            with pytest.raises(ValueError):
                method(**_with(arguments, place, wrong))
                pytest.fail(f"{place} took {str(wrong)[:9]}")


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", COMPLETE)
def test_at_the_edge_of_what_can_be_computed_no_result_is_without_a_number(name: str) -> None:
    method, arguments = COMPLETE[name]
    for place in _places({k: v for k, v in arguments.items() if k not in COUNTS}):
        for edge in EDGES:
            try:
                result = method(**_with(arguments, place, edge))
            except ValueError:
                continue
            assert not any(map(math.isnan, _numbers(result))), (place, edge, result)
