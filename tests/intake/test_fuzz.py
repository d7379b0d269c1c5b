"""Whatever stands in the cells of a form, a report comes out and no traceback."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.exceptions import IllegalCharacterError

from assessment.intake import intake, layout
from assessment.params.model import Params
from tests.intake import people
from tests.intake.conftest import YEAR

CELL = st.one_of(
    st.none(), st.booleans(), st.dates(date(1901, 1, 1), date(2100, 1, 1)),
    st.integers(-(10**18), 10**18), st.floats(),
    st.text(max_size=12),
    st.sampled_from(["不适用", "=1/0", "=A1", "１２", "1e400", "1.2.3", "万", "-", "%", "'=1", "已完成",
                     "官方统计或通报", "测算", "市", "A" * 5000, "已核实"]),
)  # fmt: skip
SHEETS = (layout.COVER, layout.ANNUAL, layout.TASKS, layout.REMARKS, layout.IDENTITY)
EDITS = st.lists(
    st.tuples(st.sampled_from(SHEETS), st.integers(1, 20), st.integers(1, 12), CELL), max_size=12
)


@pytest.fixture(scope="module")
def form(forms: dict[str, Path], answers: people.Answers, params: Params) -> bytes:
    return people.saved(people.fill(forms["市财政局"], answers, params))


@given(edits=EDITS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_form_ends_in_a_traceback(
    edits: list[tuple[str, int, int, Any]], form: bytes, params: Params,
    tmp_path_factory: pytest.TempPathFactory, empty_pack: Path,
) -> None:  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(form))
    for sheet, row, column, value in edits:
        try:
            book[sheet].cell(row, column).value = value
        except (IllegalCharacterError, ValueError):
            continue
    room = tmp_path_factory.mktemp("fuzz")
    (room / "pack").mkdir()
    (room / "pack" / "pack.yml").write_bytes((empty_pack / "pack.yml").read_bytes())
    path = room / "form.xlsx"
    path.write_bytes(people.saved(book))
    report = intake([path], room / "pack", params, year=YEAR)
    status = report.workbooks[0].status
    assert status == ("refused" if report.faults else "accepted")
    assert (report.batch is None) == bool(report.faults)
    assert all(fault.problem and "\n" not in str(fault.place) for fault in report.faults)
