"""What people and spreadsheets write in several ways is read as one; what is unclear is not."""

from datetime import date
from pathlib import Path

import pytest

from assessment.data.columns import vocabulary
from assessment.data.pack import load_pack
from assessment.data.schema import Problem
from assessment.data.spelling import normalise_number, normalise_unit, parse_date
from tests.data import small


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("353.40000000000003", "353.4"), ("0.30000000000000004", "0.3"),
        ("29.999999999999996", "30"), ("１２.３", "12.3"), ("\u22125", "-5"),
        ("1,234.5", "1234.5"), ("1，234，567", "1234567"), ("12.30", "12.30"),
        ("12,5", "12,5"), ("0,123", "0,123"), ("1,23,456", "1,23,456"), ("约40", "约40"),
    ],
)  # fmt: skip
def test_numbers(text: str, want: str) -> None:
    assert normalise_number(text) == want


@pytest.mark.parametrize(
    "value",
    ["2026/1/31", "2026-1-31", "2026.1.31", "2026年1月31日", "2026-01-31 0:00:00", 46053,
     46053.0, date(2026, 1, 31)],
)  # fmt: skip
def test_dates(value: str | float | date) -> None:
    assert parse_date(value) == "2026-01-31"


@pytest.mark.parametrize("value", ["2026/2/30", "31/1/2026", "20260131", "2026/1-31", 12.0, True])
def test_what_is_no_date(value: str | float) -> None:
    assert parse_date(value) is None


@pytest.mark.parametrize(
    ("unit", "want"),
    [("㎍/㎥", "μg/m³"), ("μg/m^3", "μg/m³"), ("﹪", "%"), ("（万吨）", "万吨"), ("10^4吨", "万吨"),
     ("千克当量", "千克当量"), ("MG/m³", "MG/m³")],
)  # fmt: skip
def test_units(unit: str, want: str) -> None:
    assert normalise_unit(small.PARAMS.catalogue, unit) == want


def test_the_city_before_a_units_name_is_the_unit() -> None:
    region = vocabulary(small.PARAMS).region
    assert region("云川市东山区") == region("云川市东山") == "dongshan"


@pytest.mark.parametrize("text", ["云川市北山区", "云川区", "云川市区", "北山区"])
def test_no_hint_leads_from_a_unit_to_the_city_or_another_unit(text: str) -> None:
    found = vocabulary(small.PARAMS).region(text)
    assert isinstance(found, Problem)
    assert "是否想写" not in found.remedy


def test_a_pack_as_a_spreadsheet_writes_it(tmp_path: Path) -> None:
    rows = [small.observation(year="2024年", month="1月", value="４１.50")]
    sent = [small.submission(due="2026/1/31", received="2026年1月20日")]
    pack = load_pack(small.write_pack(tmp_path, observations=rows, submissions=sent), small.PARAMS)
    assert list(pack.observations[["year", "month", "value"]].iloc[0]) == [2024, 1, 41.5]
    assert list(pack.submissions[["due", "received"]].iloc[0]) == ["2026-01-31", "2026-01-20"]
