"""The short form of ``benchmarks/soak.py``; kernels and templates are in ``test_containment``."""

import pytest

from benchmarks.soak import Blow, Soak
from tests.other_plan.project import Project


@pytest.fixture(scope="module")
def work(project: Project) -> Soak:
    return Soak(project.folder, seed=20271122)


@pytest.mark.parametrize(
    "blow", [Blow("main", "SIGTERM", "notebook"), Blow("worker", "SIGKILL", "")]
)
def test_a_disturbed_build(work: Soak, blow: Blow) -> None:
    made = work.round(blow)
    while made is None:  # it had ended before
        made = work.round(blow)
    assert made.faults == ()
