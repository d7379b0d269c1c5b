"""The short form of ``benchmarks/soak.py``: each kind of process killed once."""

from benchmarks.soak import ROLES, soak
from tests.other_plan.project import Project


def test_each_kind_of_process_killed_once(project: Project) -> None:
    rounds = soak(project.folder, len(ROLES), seed=20271122)
    assert {made.role for made in rounds} == set(ROLES)
    assert [fault for made in rounds for fault in made.faults] == []
