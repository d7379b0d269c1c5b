"""Figures look as they did: small pictures of each kind against stored ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.show.charts.pictures import FOLDER, KINDS, pictures, stored

MEAN, CHANGED, STEP = 1.5, 0.002, 64
"""Grey levels that may differ on average; share of pixels that may differ by a step; the step."""


@pytest.fixture(scope="module")
def shown() -> dict[str, Image.Image]:
    return pictures()


def difference(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """Mean difference in grey levels, and the share of pixels that differ by a step."""
    apart = np.abs(np.asarray(one, dtype=float) - np.asarray(other, dtype=float))
    return float(apart.mean()), float((apart > STEP).mean())


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_looks_as_it_did(kind: str, shown: dict[str, Image.Image], tmp_path: Path) -> None:
    with Image.open(stored(kind)) as file:
        before = file.convert("L")
    now = shown[kind]
    assert now.size == before.size, kind
    mean, changed = difference(now, before)
    if mean > MEAN or changed > CHANGED:
        now.save(tmp_path / stored(kind).name)
        pytest.fail(
            f"{kind}: differs by {mean:.2f} on average and in {changed:.2%} of its pixels; "
            f"see {tmp_path}, renew with python -m tests.show.charts.pictures if it is meant"
        )


def test_the_comparison_sees_a_change(shown: dict[str, Image.Image]) -> None:
    for kind, picture in shown.items():
        moved = Image.new("L", picture.size, 255)
        moved.paste(picture, (3, 0))
        mean, changed = difference(moved, picture)
        assert mean > MEAN or changed > CHANGED, kind


def test_no_stored_picture_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {stored(kind).name for kind in KINDS}
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 600_000
