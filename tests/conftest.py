"""What several test modules share: the project's own folders, loaded once."""

from pathlib import Path

import pytest
from filelock import FileLock

from assessment.cli.main import main
from assessment.job.sources import Sources, open_sources
from assessment.params.model import Params

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def demo() -> Sources:
    """The parameters and the synthetic pack."""
    return open_sources(ROOT / "params", ROOT / "data" / "demo")


@pytest.fixture(scope="session")
def published() -> Sources:
    """The parameters and the pack of published figures."""
    return open_sources(ROOT / "params", ROOT / "data" / "published")


@pytest.fixture(scope="session")
def parameters(demo: Sources) -> Params:
    """The project's parameters."""
    return demo.params


@pytest.fixture(scope="session")
def demo_reports(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Reports of 2025 of three units and the city, with the portal; not to be changed.

    They are built once, by the first of the test processes that asks for them.
    """
    shared = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        shared = shared.parent
    out = shared / "demo_reports"
    with FileLock(shared / "demo_reports.lock"):
        if not (out / "index.html").exists():
            units = ("zhangdian", "gaoqing", "wenchanghu", "zibo")
            assert (
                main(["report", "--region", *units, "--formats", "html,pdf", "--out", str(out)])
                == 0
            )
    return out
