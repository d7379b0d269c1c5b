"""Jobs on a dask scheduler's workers: the same bytes, and a lost worker loses nothing."""

from __future__ import annotations

import pytest

from tests.engine.cluster import cluster
from tests.engine.runs import Room, room, soon, started
from tests.other_plan.project import Project

FILES = ("report.html", "results.json", "index.html")
ASKED = ("--region", "东山区", "西岭区")

pytest.importorskip("distributed")


def test_same_bytes_with_a_worker_lost_half_way(project: Project, place: Room) -> None:
    environment = {**place.environment, "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "30s"}
    with (
        room() as local,
        started(project.folder, local, *ASKED, "--jobs", "2") as reference,
        cluster(place.folder / "dask", project.folder, 2, environment) as made,
    ):
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
