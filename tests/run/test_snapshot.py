"""What a build reads, looked at before anything is loaded."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assessment.build.closing import way_out
from assessment.data.pack import _KINDS
from assessment.data.pack_files import STEMS, pack_files
from assessment.files import MAX_BYTES
from assessment.params.folder import FILES
from assessment.run.snapshot import Folders, take


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    for name in ("params", "pack", "notebooks", "out"):
        (tmp_path / name).mkdir()
    for stem in FILES:
        (tmp_path / "params" / f"{stem}.yml").write_text("a: 1\n")
    (tmp_path / "pack" / "pack.yml").write_text("title: x\n")
    (tmp_path / "pack" / "observations.csv").write_text("region\n")
    return Folders(*(tmp_path / name for name in ("params", "pack", "notebooks", "out")))


def test_the_kinds_of_tables_are_listed_once() -> None:
    assert [kind.columns.stem for kind in _KINDS] == list(STEMS)


def test_all_that_is_read_is_looked_at(folders: Folders) -> None:
    batch = folders.data / "intake" / "0001"
    batch.mkdir(parents=True)
    (folders.data / "intake" / ".0002").mkdir()
    for path in (
        batch / "observations.csv", batch / "receipt.json", folders.data / "TASKS_a.csv",
        folders.data / "notes.txt", folders.data / "intake" / ".0002" / "tasks.csv",
    ):  # fmt: skip
        path.write_text("")
    names = [path.relative_to(folders.data).as_posix() for path in pack_files(folders.data)]
    assert names == ["TASKS_a.csv", "intake/0001/observations.csv", "observations.csv", "pack.yml"]
    seen = take(folders).inputs()
    assert {name for name in seen if name.startswith("params/")} == {
        f"params/{stem}.yml" for stem in FILES
    }


def test_a_change_that_is_taken_back_counts(folders: Folders) -> None:
    path = folders.data / "observations.csv"
    seen = take(folders)
    content, stat = path.read_bytes(), path.stat()
    path.write_text("other")
    path.write_bytes(content)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert seen.touched() == ["data/observations.csv"]
    assert seen.touched("params") == []


@pytest.mark.parametrize("change", ["add", "remove"])
def test_a_file_that_comes_or_goes_counts(folders: Folders, change: str) -> None:
    path = folders.data / "tasks.csv"
    if change == "remove":
        path.write_text("")
    seen = take(folders)
    path.unlink() if change == "remove" else path.write_text("")
    assert seen.touched() == ["data/tasks.csv"]


def test_a_file_that_is_too_large_is_not_read(folders: Folders) -> None:
    with (folders.data / "tasks.csv").open("wb") as file:
        file.truncate(MAX_BYTES * 200)  # 40 GB of nothing
    seen = take(folders)
    assert not seen.whole
    assert seen.digests["data/tasks.csv"] == ""


def test_the_user_is_told_which_program_to_close(tmp_path: Path) -> None:
    refused = PermissionError(13, "Access is denied")
    assert "Word 或 WPS" in way_out(tmp_path / "report.docx", refused)
    assert "Excel 或 WPS" in way_out(tmp_path / "annex.xlsx", refused)
    assert "移走" in way_out(tmp_path, IsADirectoryError(21, "Is a directory"))
