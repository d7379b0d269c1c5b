import pandas as pd
import pytest

from assessment.methods.statcan import statcan_progress
from tests.vectors import vector

# Statistics Canada, Canadian Indicator Framework: 1-1-1, 4-1-1, 3-9-1 (17 years), 5-2-1.
QUOTED = [
    ("lower", 14.5, 2015, 10.4, 2023, 7.25, 2030, None,
     0.9010899546976208, 2.1506954374096354, "moderate_progress"),
    ("higher", 79.3, 2016, 81.954805055328, 2021, None, 2030, 100.0,
     0.006607696899221471, 1.3194330745388791, "moderate_progress"),
    ("higher", 89.3, 2017, 92.8, 2021, 90.0, 2025, None,
     9.89004807601919, 5.0, "target_achieved"),
    ("lower", 12.1, 2018, 12.1, 2018, 11.495, 2026, None, None, None, "not_available"),
]  # fmt: skip


def optional(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def check(result, value, score, status):
    assert result.status == status
    for got, expected in ((result.progress_value, value), (result.score, score)):
        assert got is None if expected is None else got == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("row", QUOTED, ids=["target", "limit", "achieved", "one point"])
def test_quoted_series(row):
    direction, base, base_year, now, year, target, target_year, limit, *expected = row
    result = statcan_progress(
        base_value=base,
        base_year=base_year,
        current_value=now,
        current_year=year,
        direction=direction,
        target=target,
        target_year=target_year,
        limit=limit,
    )
    check(result, *expected)


def test_all_published_series():
    table = pd.read_csv(vector("progress_statcan_cif.csv"))
    table = table[table["current_value"].notna()]
    assert len(table) >= 100
    for row in table.itertuples():
        result = statcan_progress(
            base_value=row.base_value,
            base_year=int(row.base_year),
            current_value=row.current_value,
            current_year=int(row.current_year),
            direction="higher" if row.direction == 1 else "lower",
            target=optional(row.target),
            target_year=int(row.target_year),
            limit=optional(row.limit),
        )
        check(result, optional(row.progress_value), optional(row.score), row.status)


def status(base, now, target=None, limit=None, direction="higher"):
    return statcan_progress(
        base_value=base,
        base_year=2015,
        current_value=now,
        current_year=2016,
        direction=direction,
        target=target,
        limit=limit,
    )


def test_zero_is_replaced():
    assert status(0.0, 0.002).progress_value == pytest.approx(1.0)
    assert status(8.0, 4.0, target=0.0, direction="lower").status == "substantial_progress"


def test_what_has_no_value():
    assert status(-1.0, 1.0).status == "not_available"
    assert status(5.0, 4.0, target=-5.0).status == "target_achieved"
    assert status(5.0, 4.0, target=5.0).status == "not_available"
    assert status(5.0, 6.0, target=-5.0, direction="lower").status == "not_available"


def test_fall_to_zero():
    assert status(5.0, 0.0, direction="lower").score == 5.0
    assert status(5.0, 0.0).progress_value == -1.0


def test_held_at_the_limit():
    assert status(100.0, 100.0, limit=100.0).score == 5.0
    assert status(100.0, 100.0).status == "limited_progress"
    assert status(10.0, 10.1, limit=4.0, direction="higher").status == "moderate_progress"
