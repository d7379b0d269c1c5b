"""Jobs: what makes one stale, and that the reason is named."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import nbformat
import pytest

from assessment.build.build import why_stale
from assessment.files import file_digest, write_atomic
from assessment.params.model import Params
from assessment.report import recommendations
from assessment.results.model import Recommendation, ReportResults
from assessment.run.jobs import Fingerprint, JobKey, keys, notebook_digest, notebook_name
from assessment.run.store import JobState, Store

KEY = JobKey(2024, "linzi", "2")
PRINT = Fingerprint("d", "p", "n", "l", "k")


def written(path: Path, *sources: str, **cell: object) -> Path:
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source, **cell) for source in sources]
    nbformat.write(notebook, path)
    return path


def test_outputs_and_counts_do_not_change_a_notebooks_digest(tmp_path: Path) -> None:
    bare = notebook_digest(written(tmp_path / "a.ipynb", "x = 1"))
    output = nbformat.v4.new_output("stream", text="1")
    run = written(tmp_path / "b.ipynb", "x = 1", outputs=[output], execution_count=7)
    assert notebook_digest(run) == bare


def test_text_order_and_tags_do(tmp_path: Path) -> None:
    digests = {
        notebook_digest(written(tmp_path / f"{n}.ipynb", *sources, **more))
        for n, (sources, more) in enumerate(
            [
                (("x = 1", "y = 2"), {}),
                (("y = 2", "x = 1"), {}),
                (("x = 1\ny = 2",), {}),
                (("x = 1", "y = 2  # why"), {}),
                (("x = 1", "y = 2"), {"metadata": {"tags": ["guide"]}}),
            ]
        )
    }
    assert len(digests) == 5


def test_a_notebook_that_changed_is_read_again(tmp_path: Path) -> None:
    path = written(tmp_path / "a.ipynb", "x = 1")
    before = notebook_digest(path)
    written(path, "x = 2, 3")
    assert notebook_digest(path) != before


def test_why_a_job_must_run(tmp_path: Path) -> None:
    store, output = Store(tmp_path), tmp_path / "2.ipynb"
    assert why_stale(store, KEY, PRINT, output) == "没有做过"
    output.write_text("成果", encoding="utf-8")
    store.save_job(KEY, JobState(PRINT, True, 1.0, output=file_digest(output)))
    assert why_stale(store, KEY, PRINT, output) == ""
    reasons = {
        part: why_stale(store, KEY, dataclasses.replace(PRINT, **{part: "x"}), output)
        for part in ("data", "params", "notebook", "library", "packages")
    }
    assert all(reasons.values())
    assert len(set(reasons.values())) == 5
    two = why_stale(store, KEY, dataclasses.replace(PRINT, data="x", library="x"), output)
    assert reasons["data"] in two
    assert reasons["library"] in two
    output.write_text("被改过", encoding="utf-8")
    assert "改动" in why_stale(store, KEY, PRINT, output)
    store.save_job(KEY, JobState(PRINT, False, 1.0, reason="第 3 格出错"))
    assert "第 3 格出错" in why_stale(store, KEY, PRINT, output)


@pytest.mark.parametrize("damage", ["", "{", "[]", "{}", '{"ok": true}', '"x"', "null"])
def test_a_damaged_state_is_no_state(tmp_path: Path, damage: str) -> None:
    store = Store(tmp_path)
    store.save_job(KEY, JobState(PRINT, True, 1.0))
    (state,) = (path for path in store.work.rglob("2.json"))
    state.write_text(damage, encoding="utf-8")
    assert why_stale(store, KEY, PRINT, tmp_path / "none") == "没有做过"


def test_jobs_come_unit_by_unit_and_chapters_have_names(parameters: Params) -> None:
    made = keys([2024, 2025], ["a", "b"], ["1", "2"])
    assert [str(k) for k in made[:4]] == ["2024/a/1", "2024/a/2", "2024/b/1", "2024/b/2"]
    assert len(set(made)) == 8
    assert len({notebook_name(chapter) for chapter in parameters.plan.chapters}) == 7


def test_a_write_is_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file.json"
    write_atomic(path, "旧")
    (tmp_path / "deep" / "folder").mkdir()
    with pytest.raises(OSError):
        write_atomic(tmp_path / "deep" / "folder", "新")
    assert sorted(p.name for p in path.parent.iterdir()) == ["file.json", "folder"]
    write_atomic(path, "新")
    assert path.read_text(encoding="utf-8") == "新"


# ----- the evaluator's own lines -----


def drafts(*lines: tuple[str, str]) -> ReportResults:
    found = tuple(
        Recommendation(target=no, text=text, departments=(), deadline="2025 年底", indicator="x")
        for no, text in lines
    )
    return ReportResults.model_construct(recommendations=found)


def test_a_line_taken_over_stays_and_the_drafts_are_renewed() -> None:
    first = recommendations.draft(b"", drafts(("N01", "甲"), ("N02", "乙")))
    assert recommendations.read(first) == {}
    own = first.decode().replace("# N01 | 甲", "N01 | 我写的 | 有竖线").encode()
    assert recommendations.read(own) == {"N01": "我写的 | 有竖线"}
    second = recommendations.draft(own, drafts(("N01", "甲"), ("N02", "新的乙")))
    assert recommendations.read(second) == {"N01": "我写的 | 有竖线"}
    lines = second.decode().splitlines()
    assert "N01 | 我写的 | 有竖线" in lines
    assert "# N02 | 新的乙" in lines
    assert not any("甲" in line for line in lines)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_file_of_any_windows_editor_is_kept_word_for_word(encoding: str) -> None:
    content = "N01 | 由市局督办,务必完成。\r\n自己的备注\r\n".encode(encoding)
    assert recommendations.read(content) == {"N01": "由市局督办,务必完成。"}
    kept = recommendations.draft(content, drafts(("N01", "甲"))).decode().splitlines()
    assert "N01 | 由市局督办,务必完成。" in kept
    assert "自己的备注" in kept


def test_a_file_that_is_no_text_is_left_alone() -> None:
    content = b"\xff\xff\x00\x81\xfe"
    assert recommendations.read(content) == {}
    assert recommendations.draft(content, drafts(("N01", "甲"))) == content
