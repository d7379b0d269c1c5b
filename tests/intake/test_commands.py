"""The commands on forms as they are typed: what they say, write and leave alone."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assessment.cli.main import main
from assessment.intake import forms as forms_module
from assessment.intake import layout
from assessment.params.model import Params
from tests.intake import people
from tests.intake.conftest import ROOT, YEAR

PARAMS = ["--params", str(ROOT / "params")]

Said = tuple[int, str, str]
Type = Callable[..., Said]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Type:
    def run(*arguments: str | Path) -> Said:
        status = main([*map(str, arguments), *PARAMS])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.mark.parametrize("year", ["2040", "2012", "²⁰²²", "今年", "20255"])
def test_forms_for_a_year_that_the_pack_cannot_be_about_are_refused(
    year: str, typed: Type, earlier: Path, tmp_path: Path
) -> None:
    status, _, err = typed("forms", "--year", year, "--data", earlier, "--to", tmp_path / "to")
    assert status == 2
    assert f"--year {year}" in err
    assert not (tmp_path / "to").exists()


def test_a_wrong_year_and_a_wrong_pack_are_told_together(typed: Type, tmp_path: Path) -> None:
    _, _, err = typed("forms", "--year", "今年", "--data", tmp_path / "none", "--to", tmp_path)
    assert "--year 今年" in err
    assert "数据目录不存在" in err


def test_forms_for_a_pack_that_has_no_figures_yet(
    typed: Type, empty_pack: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "to"
    status, _, _ = typed("forms", "--year", YEAR, "--data", empty_pack, "--to", folder)
    assert status == 0
    assert len(list(folder.iterdir())) == 29


def test_a_form_that_may_be_filled_in_is_not_overwritten(
    typed: Type, earlier: Path, forms: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "to"
    folder.mkdir()
    filled = folder / forms["市财政局"].name
    filled.write_bytes(b"filled in")
    shutil.copy(forms["市教育局"], folder)
    call = ("forms", "--year", YEAR, "--data", earlier, "--to", folder)
    status, _, err = typed(*call)
    assert status == 2
    assert "1 份" in err
    assert filled.name in err
    assert filled.read_bytes() == b"filled in"
    assert len(list(folder.iterdir())) == 2

    filled.unlink()
    assert typed(*call)[0] == 0
    assert len(list(folder.iterdir())) == 29
    assert typed(*call)[0] == 0


def test_a_folder_that_cannot_be_written_is_told_in_chinese(
    typed: Type, earlier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    call = ("forms", "--year", YEAR, "--data", earlier, "--to")
    assert "已有同名的文件" in typed(*call, tmp_path / "file")[2]

    def full(*_: object) -> None:
        raise forms_module.FileCreateError(OSError(28, "No space left on device"))

    monkeypatch.setattr(forms_module, "_write", full)
    status, _, err = typed(*call, tmp_path / "to")
    assert status == 2
    assert "磁盘空间不足" in err
    assert "No space" not in err


def test_a_data_report_that_cannot_be_written_is_an_input_fault(
    typed: Type, earlier: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    status, _, err = typed("check", "--data", earlier, "--out", tmp_path / "file" / "deeper")
    assert status == 2
    assert "--out" in err
    assert "不是目录" in err


def test_a_pattern_that_the_shell_leaves_is_matched_and_open_files_are_passed_over(
    typed: Type, forms: dict[str, Path], empty_pack: Path, tmp_path: Path
) -> None:
    room = tmp_path / "收到的表"
    room.mkdir()
    for owner in ("市财政局", "市教育局"):
        shutil.copy(forms[owner], room)
    (room / "~$表.xlsx").write_bytes(b"open")
    status, out, err = typed("intake", room / "*.xlsx", "--into", empty_pack)
    assert status == 2
    assert out.count("：退回\n") == 2
    assert "~$表.xlsx：跳过" in out
    assert "~$" not in err
    _, _, err = typed("intake", room / "没有*.xlsx", room, "--into", empty_pack)
    assert "没有*.xlsx" in err
    assert "收到的表/*.xlsx" in err


def test_the_same_fault_in_many_cells_is_one_line(
    typed: Type, forms: dict[str, Path], answers: people.Answers, params: Params,
    empty_pack: Path, tmp_path: Path,
) -> None:  # fmt: skip
    book = people.fill(forms["市财政局"], answers, params)
    for row in range(layout.HEAD_ROW + 1, layout.HEAD_ROW + 13):
        book[layout.ANNUAL].cell(row, people.ANNUAL["来源"]).value = None
    path = tmp_path / "表.xlsx"
    path.write_bytes(people.saved(book))
    status, _, err = typed("intake", path, "--into", empty_pack)
    assert status == 2
    assert err.count("没有写来源") == 1
    numbers = [row for row in range(4, 16) if f"G{row}" in err]
    assert f"有 {len(numbers)} 处问题" in err
    assert len(numbers) > 8


def test_a_batch_is_told_in_any_encoding_and_holds_nothing_unseen(
    forms: dict[str, Path], answers: people.Answers, params: Params, pack_folder: Path,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    book = people.fill(forms["市财政局"], answers, params)
    cell = book[layout.ANNUAL].cell(layout.HEAD_ROW + 1, people.ANNUAL["来源"])
    before = str(cell.value)
    cell.value = f"\ufeff{before}\u200b"
    path = tmp_path / "μg每m³🙂.xlsx"
    path.write_bytes(people.saved(book))
    out = io.TextIOWrapper(io.BytesIO(), encoding="gbk")
    monkeypatch.setattr(sys, "stdout", out)
    assert main(["intake", str(path), "--into", str(pack_folder), *PARAMS]) == 0
    said = out.buffer.getvalue().decode("gbk")  # type: ignore[attr-defined]
    assert said.startswith(r"μg每m3\U0001f642.xlsx：已收入（新增")
    (batch,) = (pack_folder / "intake").iterdir()
    added = "".join(path.read_text(encoding="utf-8-sig") for path in batch.glob("*.csv"))
    assert before in added
    assert not {"\ufeff", "\u200b"} & set(added)
