"""Figures as small grey pictures; run as a module, it renews the stored ones.

python -m tests.show.charts.pictures
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from assessment.report.rasterise import rasterise
from tests.show.charts.test_figures import FIGURES, drawn

FOLDER = Path(__file__).with_name("baselines")
SHADES = 16
_WIDTH = 400

KINDS = (
    "path", "standing", "courses", "progress", "trends", "co-control", "units", "coupling",
    "ranks", "scores", "multiples", "tiles", "departments",
)  # fmt: skip
"""Samples of which a picture is stored, one of each kind of figure."""


def pictures() -> dict[str, Image.Image]:
    """Draw a picture of each kind."""
    rasters = rasterise([drawn(FIGURES[kind]).svg for kind in KINDS], 300, 600)
    return {kind: _small(raster.png) for kind, raster in zip(KINDS, rasters, strict=True)}


def _small(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png)).convert("L")
    height = round(image.height * _WIDTH / image.width)
    return image.resize((_WIDTH, height), Image.Resampling.LANCZOS)


def stored(kind: str) -> Path:
    """Where the picture of a kind is kept."""
    return FOLDER / f"{kind.replace(' ', '-')}.png"


def main() -> None:
    """Renew the stored pictures."""
    FOLDER.mkdir(exist_ok=True)
    for kind, picture in pictures().items():
        palette = picture.quantize(SHADES, dither=Image.Dither.NONE)
        palette.save(stored(kind), optimize=True)


if __name__ == "__main__":
    main()
