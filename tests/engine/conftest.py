"""One project for all tests of the engine: the library and the fictitious plan, copied once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.runs import Room, room
from tests.other_plan.project import Project, copy_project


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Not to be changed but for its notebooks, by `notebooks`."""
    return copy_project(tmp_path_factory.mktemp("engine") / "project")


@pytest.fixture
def notebooks(project: Project) -> Iterator[Path]:
    """The project's notebooks; what a test changes in them is put back."""
    before = {path: path.read_bytes() for path in project.notebooks.iterdir()}
    yield project.notebooks
    for path in project.notebooks.iterdir():
        if path not in before:
            path.unlink()
    for path, content in before.items():
        path.write_bytes(content)


@pytest.fixture
def params(project: Project) -> Iterator[Path]:
    """The project's ``run.yml``, to be added to."""
    path = project.folder / "params" / "run.yml"
    before = path.read_bytes()
    yield path
    path.write_bytes(before)


@pytest.fixture
def place() -> Iterator[Room]:
    with room() as made:
        yield made
