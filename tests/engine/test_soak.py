"""The short form of ``benchmarks/soak.py``; kernels and templates are in ``test_containment``."""

from benchmarks.soak import soak
from tests.other_plan.project import Project


def test_main_and_a_worker_killed(project: Project) -> None:
    rounds = soak(project.folder, 2, seed=20271122)
    assert [made.role for made in rounds] == ["main", "worker"]
    assert [fault for made in rounds for fault in made.faults] == []
