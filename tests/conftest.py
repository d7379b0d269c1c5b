"""What several test modules share: the project's own folders, loaded once."""

from pathlib import Path

import pytest

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
