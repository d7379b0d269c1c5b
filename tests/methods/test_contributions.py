"""Contributions of parts to the change of a total."""

import pandas as pd
import pytest

from assessment.methods.contributions import contributions

YEARS = [2020, 2025]
PARTS = pd.DataFrame({"industry": [70.0, 50.0], "transport": [20.0, 24.0]}, YEARS)


def test_by_hand():
    found = contributions(PARTS, pd.Series([100.0, 80.0], YEARS), 2020, 2025)
    assert list(found.index) == ["industry", "transport", "rest", "total"]
    assert found.change.tolist() == [-20.0, 4.0, -4.0, -20.0]
    assert found.share.tolist() == pytest.approx([1.0, -0.2, 0.2, 1.0])
    assert found.relative.tolist() == pytest.approx([-2 / 7, 0.2, -0.4, -0.2])


def test_a_difference_within_rounding_is_no_rest():
    total = pd.Series([90.02, 74.0], YEARS)
    assert "rest" in contributions(PARTS, total, 2020, 2025).index
    assert list(contributions(PARTS, total, 2020, 2025, rounding=0.03).index) == [
        "industry", "transport", "total",
    ]  # fmt: skip


def test_a_total_that_stood_still_has_no_shares():
    found = contributions(PARTS, pd.Series([100.0, 100.0], YEARS), 2020, 2025)
    assert found.share.isna().all()
    assert found.loc["total", "change"] == 0.0


def test_a_part_that_was_nothing_has_no_relative_change():
    parts = PARTS.assign(farming=[0.0, 2.0])
    found = contributions(parts, parts.sum(axis=1), 2020, 2025)
    assert pd.isna(found.loc["farming", "relative"])
    assert found.loc["farming", "share"] == pytest.approx(2.0 / -14.0)


def test_a_year_that_is_not_there():
    with pytest.raises(KeyError):
        contributions(PARTS, pd.Series([100.0, 80.0], YEARS), 2020, 2024)
