"""Drawings as PNG, for editions that cannot show SVG everywhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import typst

from assessment.show.fonts import chinese_font
from assessment.show.inline_svg import inline_svg

RESOLUTION = 200.0
"""Pixels per inch on paper."""

_VIEW_BOX = re.compile(r'<svg[^>]*?\sviewBox="\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)')
_WIDTH = re.compile(r'<svg[^>]*?\swidth="([\d.]+)')
_HEIGHT = re.compile(r'<svg[^>]*?\sheight="([\d.]+)')
_POINTS_PER_PIXEL = 0.75


@dataclass(frozen=True)
class Raster:
    """A drawing as PNG; ``width`` and ``height`` in points on paper."""

    png: bytes
    width: float
    height: float


def rasterise(svgs: Sequence[str], width: float, height: float) -> tuple[Raster, ...]:
    """Draw SVG as PNG, all in one run.

    Parameters
    ----------
    svgs : sequence of str
        SVG documents; equal ones are drawn once.
    width, height : float
        Space in points. A drawing is made smaller until it fits, and never larger than it is.

    Returns
    -------
    tuple of Raster
        One for each SVG, in order, on white.

    Raises
    ------
    ValueError
        A text is no SVG, or has no size.
    """
    unique = dict.fromkeys(svgs)
    if not unique:
        return ()
    sizes = [_fitted(svg, width, height) for svg in unique]
    pages = [
        f'#page[#image(bytes(sys.inputs.at("{n}")), format: "svg", width: {w:.2f}pt, '
        f"height: {h:.2f}pt)]"
        for n, (w, h) in enumerate(sizes)
    ]
    source = "#set page(width: auto, height: auto, margin: 0pt, fill: white)\n" + "\n".join(pages)
    # Cleaned like the drawings of a page: no outside address reaches the compiler.
    inputs = {str(n): _cleaned(svg) for n, svg in enumerate(unique)}
    drawn = typst.compile(
        source.encode(),
        format="png",
        ppi=RESOLUTION,
        sys_inputs=inputs,
        font_paths=_fonts(),
    )
    images = drawn if isinstance(drawn, list) else [drawn]
    rasters = {
        svg: Raster(image, *size)
        for svg, size, image in zip(unique, sizes, images, strict=True)
        if image is not None
    }
    return tuple(rasters[svg] for svg in svgs)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=list(chinese_font().folders),
    )


def _cleaned(svg: str) -> str:
    root = inline_svg(svg, "figure", "")
    return root.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)


def _fitted(svg: str, width: float, height: float) -> tuple[float, float]:
    box = _VIEW_BOX.search(svg)
    given = (_WIDTH.search(svg), _HEIGHT.search(svg))
    if box:
        ratio = float(box[2]) / float(box[1])
        own = float(given[0][1]) * _POINTS_PER_PIXEL if given[0] else float(box[1])
    elif given[0] and given[1]:
        own = float(given[0][1]) * _POINTS_PER_PIXEL
        ratio = float(given[1][1]) / float(given[0][1])
    else:
        raise ValueError("the SVG states neither a viewBox nor a width and a height")
    own = min(own, width, height / ratio)
    return own, own * ratio
