"""Forms in a zip: names in either encoding, what is no form told, tricks refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from assessment.intake import archive, intake
from assessment.intake.archive import is_archive, unpack
from assessment.intake.guard import RefusedError
from assessment.params.model import Params
from tests.intake import people
from tests.intake.conftest import YEAR

NAME = "收到的表/D13_市财政局_2025年度.xlsx"


def packed(*entries: tuple[str | bytes, bytes]) -> bytes:
    """Return a zip; a name given as bytes is written as it is, without saying in what encoding."""
    stream = io.BytesIO()
    raw: dict[bytes, bytes] = {}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for number, (name, data) in enumerate(entries):
            if isinstance(name, bytes):
                place = bytes([65 + number]) * len(name)
                raw[place], name = name, place.decode()
            target.writestr(name, data)
    packed = stream.getvalue()
    for place, name in raw.items():
        packed = packed.replace(place, name)
    return packed


@pytest.mark.parametrize(
    "name", [NAME, NAME.encode("gb18030"), NAME.encode(), NAME.replace("/", "\\")]
)
def test_names_are_read_in_either_encoding(name: str | bytes) -> None:
    assert unpack(packed((name, b"PK"))) == ({NAME: b"PK"}, [])


def test_what_is_no_form_is_named_and_litter_is_passed_over() -> None:
    data = packed(
        ("a.xlsx", b"1"), ("佐证.pdf", b"2"), ("b/旧表.xls", b"3"), ("__MACOSX/._a.xlsx", b"4"),
        ("~$a.xlsx", b"5"), (".DS_Store", b"6"), ("b/Thumbs.db", b"7"),
    )  # fmt: skip
    assert unpack(data) == ({"a.xlsx": b"1"}, ["佐证.pdf", "b/旧表.xls"])


@pytest.mark.parametrize(
    "name", ["../a.xlsx", "/a.xlsx", "b/../../a.xlsx", "C:\\a.xlsx", "..\\a.xlsx"]
)
def test_a_name_that_leads_out_is_refused(name: str) -> None:
    with pytest.raises(RefusedError, match="带有路径"):
        unpack(packed((name, b"PK")))


def test_a_bomb_is_not_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_TOTAL", 1000)
    with pytest.raises(RefusedError, match="过大"):
        unpack(packed(("a.xlsx", bytes(600)), ("b.xlsx", bytes(600))))
    assert len(unpack(packed(("a.xlsx", bytes(600)), ("b.xlsx", bytes(400))))[0]) == 2


def test_too_many_none_two_of_a_name_and_damage() -> None:
    many = [(f"{i}.xlsx", b"") for i in range(archive.MAX_FORMS + 1)]
    with pytest.raises(RefusedError, match="超过 200 份"):
        unpack(packed(*many))
    with pytest.raises(RefusedError, match=r"没有 \.xlsx"):
        unpack(packed(("a.pdf", b"")))
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = packed(("a.xlsx", b"1"), ("a.xlsx", b"2"))
    with pytest.raises(RefusedError, match=r"有两个“a\.xlsx”"):
        unpack(twice)
    with pytest.raises(RefusedError, match="已损坏"):
        unpack(packed(("a.xlsx", bytes(range(250)) * 9))[:-40])


def test_a_workbook_is_no_archive(filled: openpyxl.Workbook) -> None:
    assert not is_archive(people.saved(filled))
    assert not is_archive(b"PK damaged")
    assert is_archive(packed(("a.xlsx", b"")))


def test_a_zip_of_forms_is_taken_in(
    filled: openpyxl.Workbook, empty_pack: Path, tmp_path: Path, params: Params
) -> None:
    good = people.saved(filled)
    path = tmp_path / "收表.zip"
    path.write_bytes(
        packed(
            (NAME.encode("gb18030"), good), ("再发/市财政局.xlsx", good), ("空.xlsx", b""),
            ("佐证.pdf", b"%PDF"),
        )
    )  # fmt: skip
    report = intake([path], empty_pack, params, year=YEAR)
    assert [(book.file, book.status) for book in report.workbooks] == [
        (f"收表.zip/{NAME}", "accepted"), ("收表.zip/再发/市财政局.xlsx", "unchanged"),
        ("收表.zip/空.xlsx", "refused"),
    ]  # fmt: skip
    (fault,) = report.faults
    assert fault.file == "收表.zip/空.xlsx"
    assert "有 1 个文件不是 .xlsx（佐证.pdf），未读取" in report.notices[0].problem
    assert report.batch is not None


def test_a_zip_that_is_refused_says_so(empty_pack: Path, tmp_path: Path, params: Params) -> None:
    path = tmp_path / "收表.zip"
    path.write_bytes(packed(("../a.xlsx", b"")))
    report = intake([path], empty_pack, params, year=YEAR)
    assert [book.status for book in report.workbooks] == ["refused"]
    assert report.faults[0].file == "收表.zip"
