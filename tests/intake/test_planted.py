"""Every planted fault is found at its cell, and nothing else is said."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from assessment.data.pack import Pack
from assessment.errors import Fault
from assessment.intake import layout
from assessment.intake.blanks import told
from assessment.intake.examine import examine
from assessment.intake.filled import Filled
from assessment.intake.read_form import read_form
from assessment.params.model import Params
from tests.intake import people, planted
from tests.intake.conftest import YEAR
from tests.packs import with_frames

OWNER = "市交通运输局"
FILE = "表.xlsx"


@pytest.fixture(scope="module")
def clean(forms: dict[str, Path], answers: people.Answers, params: Params) -> bytes:
    return people.saved(people.fill(forms[OWNER], answers, params))


@pytest.fixture(scope="module")
def small_pack(earlier_pack: Pack) -> Pack:
    """The years before, without months: all that these faults are compared with."""
    data = earlier_pack.observations
    kept = data[(data["month"] == 0) & (data["year"] >= 2020)]
    return with_frames(earlier_pack, observations=kept)


def examined(data: bytes, pack: Pack, params: Params) -> Filled:
    form = read_form(data, FILE, params, YEAR, layout.digest(params))
    examine([form], pack, params, YEAR)
    return form


def places(faults: list[Fault]) -> list[str]:
    return [fault.place for fault in faults]


def place(sheet: str, cell: str) -> str:
    where = cell if cell.startswith("第") else f"单元格 {cell}"
    return f"工作表“{sheet}” {where}" if cell else f"工作表“{sheet}”"


def test_a_clean_form_has_no_fault(clean: bytes, small_pack: Pack, params: Params) -> None:
    form = examined(clean, small_pack, params)
    assert (form.faults, form.notices, form.gaps) == ([], [], [])


@pytest.mark.parametrize("kind", planted.KINDS, ids=lambda kind: kind.name)
def test_a_planted_fault_is_found_at_its_cell_and_none_is_invented(
    kind: planted.Kind, clean: bytes, small_pack: Pack, params: Params
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(clean))
    sheet, cell, words = kind.plant(book)
    form = examined(people.saved(book), small_pack, params)
    found, others = form.faults, [*form.notices, *told(FILE, form.gaps)]
    if not kind.stops:
        found, others = others, found
    assert [(fault.file, fault.place) for fault in found] == [(FILE, place(sheet, cell))], found
    assert words in f"{found[0].problem}。{found[0].remedy}"
    assert found[0].remedy
    assert others == []


def test_a_soft_finding_with_a_note_is_settled(
    clean: bytes, small_pack: Pack, params: Params
) -> None:
    for plant in (planted.falling, planted.odd, planted.small_city):
        book = openpyxl.load_workbook(io.BytesIO(clean))
        sheet, cell, _ = plant(book)
        row = book[sheet][cell].row
        book[sheet].cell(row, people.ANNUAL["说明"]).value = "口径调整，见附件"
        form = examined(people.saved(book), small_pack, params)
        assert (form.faults, form.notices) == ([], []), plant


def test_a_verified_jump_is_let_in(clean: bytes, small_pack: Pack, params: Params) -> None:
    book = openpyxl.load_workbook(io.BytesIO(clean))
    sheet, cell, _ = planted.tenfold(book)
    book[sheet].cell(book[sheet][cell].row, people.ANNUAL["说明"]).value = "已核实：新建专用线投用"
    assert examined(people.saved(book), small_pack, params).faults == []


def test_a_small_per_cent_without_a_past_is_asked_about(
    clean: bytes, small_pack: Pack, params: Params
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(clean))
    sheet, cell, _ = planted.fraction(book)
    data = small_pack.observations
    young = with_frames(small_pack, observations=data[data["indicator"] != planted.SALES])
    form = examined(people.saved(book), young, params)
    assert form.faults == []
    assert places(form.notices) == [place(sheet, cell)]
    assert "是否把" in form.notices[0].remedy


def test_a_formula_with_its_value_is_read_and_asked_about(
    clean: bytes, small_pack: Pack, params: Params
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(clean))
    row = planted.row_of(book, planted.FREIGHT, "桓台县")
    cell = book[layout.ANNUAL].cell(row, people.ANNUAL["本年值"])
    number = cell.value
    cell.value = "=200+1"
    source = zipfile.ZipFile(io.BytesIO(people.saved(book)))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            content = source.read(name).replace(
                b"<f>200+1</f><v></v>", f"<f>200+1</f><v>{number}</v>".encode()
            )
            content = content.replace(b"<f>200+1</f><v />", f"<f>200+1</f><v>{number}</v>".encode())
            target.writestr(name, content)
    form = examined(stream.getvalue(), small_pack, params)
    assert form.faults == []
    assert places(form.notices) == [place(layout.ANNUAL, cell.coordinate)]
    assert "公式" in form.notices[0].problem


@pytest.mark.parametrize(
    ("held", "shows", "read"),
    [(0.499, "0.0%", "49.9"), (1, "0%", "100"), (0.07, '0.00%;[Red]-0.00%', "7"),
     (49.9, '0.0"%"', "49.9"), (49.9, "0.0\\%", "49.9")],
)  # fmt: skip
def test_a_per_cent_is_read_as_its_cell_shows_it(
    held: float, shows: str, read: str, clean: bytes, params: Params
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(clean))
    row = planted.row_of(book, planted.SALES, "桓台县")
    cell = book[layout.ANNUAL].cell(row, people.ANNUAL["本年值"])
    cell.value, cell.number_format = held, shows
    form = read_form(people.saved(book), FILE, params, YEAR, layout.digest(params))
    assert form.faults == []
    table = next(t for t in form.observations if t.file.endswith("“年度数据”"))
    assert table.columns["value"][table.rows.index(row)] == read


def test_a_per_cent_in_a_row_of_tonnes_is_asked_about(
    clean: bytes, small_pack: Pack, params: Params
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(clean))
    row = planted.row_of(book, planted.FREIGHT, "桓台县")
    cell = book[layout.ANNUAL].cell(row, people.ANNUAL["本年值"])
    cell.value, cell.number_format = 2.105, "0.0%"
    (fault,) = examined(people.saved(book), small_pack, params).faults
    assert fault.problem == "是百分数格式的格，显示为 210.5%，而本行单位是“万吨”"
