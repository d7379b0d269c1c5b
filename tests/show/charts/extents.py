"""Where the words of an SVG stand, measured with the fonts' own advance widths."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple
from xml.etree import ElementTree

from fontTools.ttLib import TTFont

from assessment.show.fonts import chinese_font

SVG = "{http://www.w3.org/2000/svg}"


class Words(NamedTuple):
    text: str
    left: float
    bottom: float
    right: float
    top: float


@cache
def _advances() -> list[tuple[dict[int, str], dict[str, tuple[int, int]], int]]:
    found = []
    for path in (chinese_font().sans, chinese_font().symbols):
        with TTFont(path) as font:
            found.append((font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm))
    return found


def width(text: str, size: float) -> float:
    """Width in points; a sign that neither font has is an error."""
    total = 0.0
    for sign in text:
        for cmap, metrics, em in _advances():
            if ord(sign) in cmap:
                total += metrics[cmap[ord(sign)]][0] / em
                break
        else:
            raise AssertionError(f"no font has {sign!r}")
    return total * size


def words(svg: str) -> tuple[list[Words], tuple[float, float]]:
    """Every text with its box (y upwards from the top edge), and the size of the sheet."""
    root = ElementTree.fromstring(svg)
    _, _, across, down = map(float, root.attrib["viewBox"].split())
    found = []
    for element in root.iter(f"{SVG}text"):
        style = element.attrib["style"]
        size = float(re.search(r"font-size: ([\d.]+)px", style)[1])  # type: ignore[index]
        anchor = re.search(r"text-anchor: (\w+)", style)[1]  # type: ignore[index]
        x, y = float(element.attrib["x"]), float(element.attrib["y"])
        text = element.text or ""
        wide = width(text, size)
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        found.append(Words(text, left, y + 0.12 * size, left + wide, y - 0.76 * size))
    return found, (across, down)


def overlaps(found: list[Words]) -> list[tuple[str, str]]:
    """Pairs of texts that share an area."""
    return [
        (a.text, b.text)
        for i, a in enumerate(found)
        for b in found[i + 1 :]
        if a.left < b.right and b.left < a.right and a.top < b.bottom and b.top < a.bottom
    ]


def outside(found: list[Words], size: tuple[float, float]) -> list[str]:
    """Texts that leave the sheet."""
    return [
        w.text for w in found if w.left < 0 or w.top < 0 or w.right > size[0] or w.bottom > size[1]
    ]
