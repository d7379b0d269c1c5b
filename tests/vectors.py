"""Where the larger published test vectors lie, when they are at hand."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1].parent / "shared" / "vectors"


def vector(name: str) -> Path:
    """Return the path of a vector file, or skip the test with the reason."""
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"published vectors are not beside this checkout: {name}")
    return path
