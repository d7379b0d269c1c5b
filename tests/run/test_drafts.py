"""Drafts are kept whole, never overwritten, and told from what was changed since."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from assessment.build.drafts import drafts, keep, newest
from assessment.cli.main import main
from assessment.errors import InputError


def write_report(out: Path, unit: str, *, status: str = "自评稿", value: float = 1.0) -> Path:
    """A report as a build leaves it."""
    folder = out / "2025" / unit
    (folder / "notebooks").mkdir(parents=True, exist_ok=True)
    results = {"status": status, "pack": {"cutoff": "2026-03-31"}, "value": value}
    made = {
        "results.json": json.dumps(results, ensure_ascii=False), "report.html": f"页 {value}",
        "report.pdf": "印", "notebooks/01_a.ipynb": "{}",
    }  # fmt: skip
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    digests = {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in made}
    record = json.dumps({"files": digests, "fingerprint": "0123456789ab"})
    (folder / "run.json").write_text(record)
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An output folder with two reports."""
    for unit in ("zhangdian", "linzi"):
        write_report(tmp_path / "reports", unit)
    return tmp_path / "reports"


def said_of(call: pytest.ExceptionInfo[InputError]) -> str:
    return " ".join(f"{fault}" for fault in call.value.faults)


def test_a_draft_holds_every_edition_and_the_next_one_stands_beside_it(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = ["keep", "--year", "2025", "--out", str(out)]
    assert main(ask) == 0
    first = out / "drafts" / "2025" / "01-自评稿"
    assert "第 1 稿（自评稿）" in capsys.readouterr().out
    assert (first / "linzi" / "report.pdf").read_text(encoding="utf-8") == "印"
    before = {p: p.read_bytes() for p in first.rglob("*") if p.is_file()}
    assert len(before) == 2 * 5 + 1

    assert main(ask) == 0  # nothing has changed: no draft of the same
    assert "不另留稿" in capsys.readouterr().out
    assert [draft.number for draft in drafts(out, 2025)] == [1]

    for unit in ("zhangdian", "linzi"):
        write_report(out, unit, status="征求意见", value=2.0)
    second, new = keep(out, 2025)
    assert (new, second.name, second.cutoff) == (True, "02-征求意见", "2026-03-31")
    assert {p: p.read_bytes() for p in first.rglob("*") if p.is_file()} == before
    found = newest(out, 2025, "linzi")
    assert found == second
    assert newest(out, 2025, "boshan") is None
    assert newest(out, 2024, "linzi") is None


def test_a_damaged_draft_is_not_written_over(out: Path) -> None:
    keep(out, 2025)
    mark = out / "drafts" / "2025" / "01-自评稿" / "draft.json"
    mark.write_text("[" * 100_000)
    draft, new = keep(out, 2025)
    assert (draft.number, new) == (2, True)
    assert mark.read_text().startswith("[[")


def test_what_cannot_be_handed_over_is_refused(out: Path) -> None:
    with pytest.raises(InputError) as none:
        keep(out, 2024)
    assert "没有这一年的报告" in said_of(none)

    (out / "2025" / "linzi" / "report.html").write_text("改")
    with pytest.raises(InputError) as altered:
        keep(out, 2025)
    assert "report.html" in said_of(altered)
    assert "zhangdian" not in said_of(altered)

    write_report(out, "linzi", status="正式")
    with pytest.raises(InputError) as mixed:
        keep(out, 2025)
    assert "正式" in said_of(mixed)
    assert "自评稿" in said_of(mixed)

    with FileLock(out / ".build" / "lock"), pytest.raises(InputError) as busy:
        keep(out, 2025)
    assert "正在写" in said_of(busy)
    assert not (out / "drafts").exists()
    assert main(["keep", "--year", "二五", "--out", str(out)]) == 2


def test_a_filed_copy_is_verified_against_what_was_kept(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft, _ = keep(out, 2025)
    filed = tmp_path / "档案"
    shutil.copytree(draft.folder(out), filed)
    assert main(["verify", str(filed)]) == 0
    said = capsys.readouterr().out
    assert said.count("4 个文件都与生成时相同") == 2
    assert hashlib.sha256((filed / "draft.json").read_bytes()).hexdigest() in said

    # Somebody changes a page and its digest in the record: only the draft still knows better.
    page, record = filed / "linzi" / "report.html", filed / "linzi" / "run.json"
    page.write_text("改")
    run = json.loads(record.read_text())
    run["files"]["report.html"] = hashlib.sha256(page.read_bytes()).hexdigest()
    record.write_text(json.dumps(run))
    for folder in (filed, filed / "linzi"):
        assert main(["verify", str(folder)]) == 1
        assert "被改动：run.json" in capsys.readouterr().out
    assert main(["verify", str(filed / "zhangdian")]) == 0

    (filed / "note.txt").write_text("")
    shutil.rmtree(filed / "linzi")
    assert main(["verify", str(filed)]) == 2
    assert "note.txt" in capsys.readouterr().out
    (filed / "draft.json").write_text("{}")
    assert main(["verify", str(filed)]) == 2
