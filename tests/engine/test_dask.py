"""Jobs on a dask scheduler's workers: the same bytes, and a lost worker loses nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assessment.run.cluster import faults, seen
from tests.engine.cluster import cluster
from tests.engine.runs import Room, room, soon, started
from tests.other_plan.project import Project

FILES = ("report.html", "results.json", "index.html")
ASKED = ("--region", "东山区", "西岭区")

Client = pytest.importorskip("distributed").Client


def test_same_bytes_with_a_worker_lost_half_way(project: Project, place: Room) -> None:
    environment = {**place.environment, "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "30s"}
    with (
        room() as local,
        started(project.folder, local, *ASKED, "--jobs", "2") as reference,
        cluster(place.folder / "dask", project.folder, 1, environment) as made,
    ):
        made.add_worker(threads=2)  # as dask starts them where nothing is said
        address = ("--scheduler", made.address)
        with started(project.folder, place, *ASKED, *address) as run:
            two_done = soon(
                lambda: run.text.count("完成") >= 2 or run.process.poll() is not None, 120
            )
            assert two_done, run.text
            assert run.process.poll() is None, run.text
            made.workers[0].kill()
            assert run.wait() == 0, run.text
            assert run.text.count("完成") == 6
            assert "Traceback" not in run.text
        assert reference.wait() == 0, reference.text
        assert place.digests(*FILES) == local.digests(*FILES)
        assert len(place.digests("report.html")) == 2


def test_no_scheduler_there(project: Project, place: Room) -> None:
    with started(project.folder, place, "--scheduler", "tcp://127.0.0.1:9") as run:
        assert run.wait(60) == 2
        assert "连不上调度器" in run.text
        assert "Traceback" not in run.text


def test_no_worker_there(project: Project, place: Room) -> None:
    with (
        cluster(place.folder / "dask", project.folder, 0, place.environment) as made,
        started(project.folder, place, *ASKED, "--scheduler", made.address) as run,
    ):
        assert run.wait(60) == 2
        assert "没有 worker" in run.text
        assert "dask worker tcp://" in run.text
        assert "Traceback" not in run.text


def test_a_worker_of_another_version_is_refused(
    project: Project, place: Room, tmp_path: Path
) -> None:
    shutil.copytree(project.folder / "assessment", tmp_path / "assessment")
    with (tmp_path / "assessment" / "facts.py").open("a", encoding="utf-8") as file:
        file.write("# another version\n")
    with cluster(place.folder / "dask", project.folder, 1, place.environment) as made:
        made.add_worker(library=tmp_path)
        with Client(made.address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        with started(project.folder, place, *ASKED, "--scheduler", made.address) as run:
            assert run.wait(60) == 2
            assert run.text.count("版本与本机不同") == 1
            assert "Traceback" not in run.text
            assert not list(place.out.rglob("*.ipynb"))


def test_every_worker_is_told_what_it_lacks() -> None:
    version, _ = seen(())
    found = faults(
        {
            "tcp://a:1": (version, []),
            "tcp://b:1": (version, ["/srv/reports"]),
            "tcp://c:1": ("older", ["/srv/reports"]),
            "tcp://d:1": ModuleNotFoundError("No module named 'assessment'"),
        }
    )
    assert [fault.place for fault in found] == ["tcp://b:1", "tcp://c:1", "tcp://c:1", "tcp://d:1"]
    assert "看不到目录 /srv/reports" in found[0].problem
    assert "没有本程序" in found[3].problem
