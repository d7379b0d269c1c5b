"""A build sees one state of its inputs, and what it writes appears as a whole."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assessment.build import build as engine
from assessment.report.assembly import Assembled, Assembly
from assessment.run import store
from assessment.run.stop import NotFinishedError
from tests.engine import matrix
from tests.engine.matrix import ALL, EVERY, Bench
from tests.other_plan.project import YEAR

EAST = Path(str(YEAR)) / "east"


def figure(bench: Bench) -> None:
    start = "东山区,2027,,clean_power,"
    bench.edit("pack/observations.csv", start + "102.4", start + "103.4")


def parameter(bench: Bench) -> None:
    bench.edit("params/rules.yml", "on_track: {value: 0.95", "on_track: {value: 0.9")


def notebook(bench: Bench) -> None:
    bench.edit("notebooks/02_energy_and_industry.ipynb", "chapter.opening()", "chapter.opening();")


def words(bench: Bench) -> None:
    (bench.out / EAST).mkdir(parents=True, exist_ok=True)
    (bench.out / EAST / "recommendations.txt").write_text("N01 | 我们的建议\n", encoding="utf-8")


EDITS = {
    "figure": (figure, "data/observations.csv", {"east/1", "east/2"}, {"east"}),
    "parameter": (parameter, "params/rules.yml", ALL, EVERY),
    "notebook": (
        notebook, "notebooks/02_energy_and_industry.ipynb",
        {f"{unit}/2" for unit in matrix.UNITS}, EVERY,
    ),
    "words": (words, "reports/2027/east/recommendations.txt", set(), {"east"}),
}  # fmt: skip


class Once:
    """Does something at the first step whose line has a word."""

    def __init__(self, word: str, act: Callable[[], object]) -> None:
        self._word, self._act = word, act
        self.done = False

    def __call__(self, text: str) -> None:
        if self._word in text and not self.done:
            self.done = True
            self._act()


@pytest.mark.parametrize("moment", ["已比较", "east 已汇编"], ids=["early", "late"])
@pytest.mark.parametrize("name", EDITS)
def test_an_edit_while_a_build_runs_is_told_and_done_next(
    bench: Bench, name: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit, file, _, reports = EDITS[name]
    before = {path: path.read_bytes() for path in bench.pack.iterdir()}
    executed: dict[str, bytes] = {}
    listed: list[str] = []

    def run(task: engine.Task) -> engine.Outcome:
        executed[str(task.key)] = task.notebook.read_bytes()
        return matrix._run(task)

    def assemble(job: Assembly) -> Assembled:
        listed.append(job.files["data/observations.csv"])
        return matrix._assemble(job)

    monkeypatch.setattr(engine, "run_task", run)
    monkeypatch.setattr(engine, "assemble", assemble)
    shutil.rmtree(bench.out)
    once = Once(moment, lambda: edit(bench))
    report = bench.report(once)
    assert report.ok
    if not (name == "words" and moment == "已比较"):  # not read yet, so this report has them
        assert report.moved == [file]
        assert bench.ran(bench.report(lambda _: None)).reports == reports
    assert len({executed[f"{YEAR}/{unit}/2"] for unit in matrix.UNITS}) == 1
    assert set(listed[: len(matrix.UNITS)]) == {
        hashlib.sha256(before[bench.pack / "observations.csv"]).hexdigest()
    }
    assert bench.build().reports == set()


def test_what_became_of_a_report_is_told(bench: Bench) -> None:
    assert bench.why_stale("east") == ""
    page = bench.out / EAST / "report.html"
    page.write_text("altered")
    assert bench.why_stale("east") == "report.html 被改动"
    page.unlink()
    assert bench.why_stale("east") == "report.html 缺失"
    assert bench.why_stale("west") == ""
    words(bench)
    bench.build()
    (bench.out / EAST / "recommendations.txt").write_text("N01 | 另一句\n", encoding="utf-8")
    assert bench.why_stale("east").startswith("各章、参数、数据、建议")
    shutil.rmtree(bench.out / ".build" / "reports")
    assert bench.why_stale("east") == "没有汇编过"


@pytest.mark.parametrize("name", ["figure", "parameter", "notebook"])
def test_only_what_an_edit_reaches_is_done_next(bench: Bench, name: str) -> None:
    edit, _, jobs, reports = EDITS[name]
    shutil.rmtree(bench.out)
    bench.report(Once("已汇编", lambda: edit(bench)))
    ran = bench.build()
    assert (set(ran.jobs), ran.reports) == (jobs, reports)


def test_nothing_made_while_the_program_changes_is_kept(bench: Bench) -> None:
    shutil.rmtree(bench.out)
    before: list[Path] = []

    def change() -> None:
        before.extend(bench.out.glob("[0-9]*/*/notebooks/*"))
        bench.add("lib/report/page.py", "# .")

    with pytest.raises(NotFinishedError, match=r"report/page\.py"):
        bench.report(Once("已比较", change))
    assert sorted(bench.out.glob("[0-9]*/*/notebooks/*")) == sorted(before)
    assert not list(bench.out.rglob("report.html"))
    # A chapter does not depend on how pages are made: those that were in their place stay fresh.
    assert len(bench.build().jobs) == len(ALL) - len(before)


def test_a_report_that_fails_replaces_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when one edition cannot be typeset: the others are made by then, and lie aside."""

    def fail(job: Assembly) -> Assembled:
        matrix._assemble(job)
        raise ValueError("no font")

    folder = bench.out / EAST
    before = (folder / "report.html").read_bytes()
    figure(bench)
    with monkeypatch.context() as patch:
        patch.setattr(engine, "assemble", fail)
        report = bench.report(lambda _: None)
    assert not report.ok
    assert report.broken == {(YEAR, "east"): "ValueError：no font"}
    assert (folder / "report.html").read_bytes() == before
    assert not (bench.out / ".build" / "staged").exists()
    state = json.loads((bench.out / ".build" / "reports" / f"{YEAR}" / "east.json").read_bytes())
    assert state["reason"] == "ValueError：no font"
    assert bench.why_stale("east") == "上次没有汇编成（ValueError：no font）"
    assert bench.build().reports == {"east"}


def in_use(place: Path, times: int) -> Callable[[Path, Path], Path]:
    """What Windows does while Word has a file open, so many times."""
    replace, left = Path.replace, [times]

    def refuse(made: Path, target: Path) -> Path:
        if target == place and left[0]:
            left[0] -= 1
            error = PermissionError(errno.EACCES, "Access is denied")
            error.winerror = 32  # type: ignore[attr-defined]
            raise error
        return replace(made, target)

    return refuse


def test_a_file_that_stays_in_use_is_told_and_its_report_is_done_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = bench.out / EAST / "report.html"
    before = page.read_bytes()
    figure(bench)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", in_use(page, 1000))
        patch.setattr(store, "PATIENCE_SECONDS", 0.15)
        report = bench.report(lambda _: None)
    assert [path for path, _ in report.refused] == [page]
    assert not report.ok
    assert page.read_bytes() == before
    assert bench.build().reports == {"east"}
    assert page.read_bytes() != before


def test_a_file_in_use_for_a_moment_is_waited_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = bench.out / EAST / "report.html"
    figure(bench)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", in_use(page, 2))
        assert bench.build().reports == {"east"}


def test_a_build_deletes_only_what_it_made(bench: Bench) -> None:
    own = ["index-meeting.html", ".notes.part2", "2027/east/.draft.part", "2027/east/report.pdf"]
    for name in own:
        (bench.out / name).write_text("mine")
    (bench.out / "index-old.html").mkdir()
    (bench.out / ".build" / "jobs" / ".x.1.part").write_text("left by a killed build")
    figure(bench)
    bench.build()
    assert [(bench.out / name).read_text() for name in own] == ["mine"] * 4
    assert (bench.out / "index-old.html").is_dir()
    assert not (bench.out / ".build" / "jobs" / ".x.1.part").exists()


def test_a_folder_in_the_place_of_a_page_is_told(bench: Bench) -> None:
    index = bench.out / "index.html"
    index.unlink()
    index.mkdir()
    report = bench.report(lambda _: None)
    assert [path for path, _ in report.refused] == [index]
    assert not report.ok


def test_what_does_not_belong_to_the_pack_is_not_read(bench: Bench) -> None:
    bench.remember()
    (bench.pack / "notes.txt").symlink_to("/dev/zero")  # reading it would never end
    (bench.pack / "big.csv").symlink_to("/dev/zero")
    (bench.pack / "observations_more.csv").mkdir()
    assert bench.unchanged()


def test_an_unreadable_table_is_left_to_the_checks(bench: Bench) -> None:
    bench.remember()
    table = bench.pack / "context.csv"
    table.unlink(missing_ok=True)
    table.symlink_to("/proc/self/mem")  # a file that no one can read from its beginning
    assert not bench.unchanged()


def test_a_name_that_is_no_text_is_looked_at(bench: Bench) -> None:
    bench.remember()
    shutil.copy(bench.pack / "tasks.csv", bench.pack / "tasks\udcff.csv")
    assert not bench.unchanged()
