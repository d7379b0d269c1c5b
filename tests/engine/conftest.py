"""One project for all tests of the engine: the library and the fictitious plan, copied once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.matrix import ALL, EVERY, Bench
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


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A bench on which everything has been built once."""
    with pytest.MonkeyPatch.context() as patch:
        bench = Bench(tmp_path_factory.mktemp("matrix") / "work", patch)
        first = bench.build()
        assert (set(first.jobs), first.reports) == (ALL, EVERY)
        yield bench


@pytest.fixture
def bench(built: Bench, tmp_path: Path) -> Iterator[Bench]:
    """The built bench; what a test changes in it is put back."""
    small = ("params", "pack", "notebooks", "out")
    for name in small:
        shutil.copytree(built.folder / name, tmp_path / name)
    with pytest.MonkeyPatch.context() as patch:
        built._patch = patch
        yield built
    for name in small:
        shutil.rmtree(built.folder / name)
        shutil.copytree(tmp_path / name, built.folder / name)
    built.restore()
