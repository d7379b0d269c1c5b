"""What is saved is told apart, and what does not matter is not heard of."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from assessment.preview.watch import Change, Kind, Watched, changes


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    for name in ("notebooks", "params", "data/pack", "assessment/methods"):
        (tmp_path / name).mkdir(parents=True)
    return Watched(
        notebook=tmp_path / "notebooks" / "02_x.ipynb",
        params=tmp_path / "params",
        data=tmp_path / "data" / "pack",
        library=tmp_path / "assessment",
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("notebooks/02_x.ipynb", "notebook"),
        ("notebooks/03_y.ipynb", None),
        ("notebooks/.ipynb_checkpoints/02_x.ipynb", None),
        ("params/plan.yml", "params"),
        ("params/.plan.yml.swp", None),
        ("data/pack/observations.csv", "data"),
        ("data/pack/pack.yml", "data"),
        ("data/other/observations.csv", None),
        ("assessment/methods/peak.py", "library"),
        ("assessment/report/templates/page/page.css", "library"),
        ("assessment/methods/__pycache__/peak.cpython-312.pyc", None),
        ("assessment/preview/server.py", None),
        ("assessment/cli/main.py", None),
    ],
)
def test_kinds(watched: Watched, tmp_path: Path, name: str, kind: Kind | None) -> None:
    assert watched.kind(tmp_path / name) == kind


def test_no_folder_is_watched_twice(tmp_path: Path) -> None:
    watched = Watched(
        tmp_path / "a.ipynb", tmp_path / "params", tmp_path / "data", tmp_path / "lib"
    )
    assert watched.folders == (tmp_path,)


def test_what_is_saved_together_is_told_at_once(watched: Watched, tmp_path: Path) -> None:
    stop, heard = threading.Event(), threading.Event()
    found: list[frozenset[Change]] = []

    def listen() -> None:
        for saved in changes(watched, stop):
            found.append(saved)
            heard.set()

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        for attempt in range(100):  # until the watch has begun
            watched.notebook.write_text(str(attempt))
            if heard.wait(0.1):
                break
        assert found[-1] == {("notebook", watched.notebook)}
        time.sleep(0.5)
        found.clear()
        heard.clear()
        (tmp_path / "notebooks" / "other.ipynb").write_text("")
        assert not heard.wait(0.5)
        temporary = watched.params / "new"  # as editors save: written aside, then moved
        temporary.write_text("a: 1")
        temporary.rename(watched.params / "plan.yml")
        watched.notebook.write_text("again")
        assert heard.wait(20)
        time.sleep(0.5)
        plan = watched.params / "plan.yml"
        assert frozenset().union(*found) == {("params", plan), ("notebook", watched.notebook)}
    finally:
        stop.set()
        thread.join(20)
