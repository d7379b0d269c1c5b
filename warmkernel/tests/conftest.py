"""One template for all tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import warmkernel
from support import PRELOAD, soon


@pytest.fixture(scope="session", autouse=True)
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Private Jupyter and IPython folders."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("IPYTHONDIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            patch.setenv(name, str(home / name.lower()))
        patch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
        for name in (warmkernel.SOCKET_VARIABLE, "JUPYTER_PATH", "WARMKERNEL_MEMORY_MB"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
def shared(surroundings: None) -> Iterator[warmkernel.Template]:
    with warmkernel.Template(PRELOAD) as template:
        yield template


@pytest.fixture
def template(shared: warmkernel.Template) -> Iterator[warmkernel.Template]:
    """The shared template; afterwards no kernel and no file of one may be left."""
    yield shared
    assert shared.socket is not None
    assert soon(lambda: shared.status().kernels == (), 1)
    assert sorted(path.name for path in shared.socket.parent.iterdir()) == ["kernels", "s"]


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A kernelspec and no template: each process starts its own."""
    warmkernel.ensure_kernelspec(tmp_path / "share")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    monkeypatch.delenv(warmkernel.SOCKET_VARIABLE, raising=False)
    yield tmp_path / "share"
    from warmkernel.shared import close_own_templates

    close_own_templates()
