"""Whether a filed report is what was built."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from assessment.build.verify import verify
from assessment.cli.main import main


@pytest.fixture
def filed(tmp_path: Path) -> Path:
    """A report folder as a build leaves it."""
    folder = tmp_path / "filed"
    (folder / "notebooks").mkdir(parents=True)
    for name in ("report.html", "report.pdf", "notebooks/01_a.ipynb"):
        (folder / name).write_text(name)
    files = {
        name: hashlib.sha256(name.encode()).hexdigest()
        for name in ("report.html", "report.pdf", "notebooks/01_a.ipynb")
    }
    record = {"files": files, "fingerprint": "0123456789ab"}
    (folder / "run.json").write_text(json.dumps(record))
    return folder


def test_what_was_not_touched_is_the_same(filed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(filed)]) == 0
    said = capsys.readouterr().out
    assert "3 个文件都与生成时相同" in said
    assert "0123456789ab" in said
    assert hashlib.sha256((filed / "run.json").read_bytes()).hexdigest() in said


def test_every_difference_is_named(filed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (filed / "report.html").write_text("report.htmL")
    (filed / "notebooks" / "01_a.ipynb").unlink()
    (filed / "notebooks" / "note.txt").write_text("")
    found = verify(filed)
    assert (found.same, found.differing) == (1, ("report.html",))
    assert (found.missing, found.extra) == (("notebooks/01_a.ipynb",), ("notebooks/note.txt",))
    assert main(["verify", str(filed)]) == 1
    said = capsys.readouterr().out
    assert "被改动：report.html" in said
    assert "缺失：notebooks/01_a.ipynb" in said
    assert "生成时没有：notebooks/note.txt" in said


@pytest.mark.parametrize(
    "record",
    [
        None, "", "[]", "{}", '{"files": []}', '{"files": {}}', '{"files": {"../x": "0"}}',
        '{"files": {"/etc/passwd": "0"}}', '{"files": {"a": 1}}', "[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_report_folder_is_refused(
    filed: Path, record: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    (filed / "run.json").unlink()
    if record is not None:
        (filed / "run.json").write_text(record)
    assert main(["verify", str(filed)]) == 2
    assert str(filed) in capsys.readouterr().err


def test_one_folder_that_is_none_does_not_hide_another(
    filed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(tmp_path / "none"), str(filed)]) == 2
    assert "3 个文件都与生成时相同" in capsys.readouterr().out
