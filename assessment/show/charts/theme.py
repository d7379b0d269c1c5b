"""One look for every figure: colours, sizes, fonts."""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from matplotlib.font_manager import FontProperties

from assessment.show.fonts import SANS, SYMBOLS, register_matplotlib

INK: Final = "#1f2933"
"""What a figure is about, and its words."""
SOFT: Final = "#52606d"
"""Second voice: axes, notes, required paths."""
PALE: Final = "#a9b5c0"
"""Marks that give context."""
HAIR: Final = "#dde3e8"
"""Grid lines and rules."""
WASH: Final = "#f1f4f6"
"""Grounds."""
ACCENT: Final = "#0b5c66"
"""The one accent."""
ACCENT_PALE: Final = "#d3e5e7"
"""Intervals around what bears the accent."""
OWN: Final = "#b9770e"
"""The second quantity where two kinds must be told apart."""

SERIES: Final = (ACCENT, "#0072b2", "#8a5a00", "#7a4d8c", SOFT, "#4b7a2f")
"""Lines of one panel that are all of the same weight; each bears its name at its end."""

RAMP: Final = ("#eef4f5", "#d3e5e7", "#a5cbd0", "#5f9fa8", "#0b5c66")
"""From low to high where a colour stands for an amount."""


class Shade(NamedTuple):
    """Fill of a tone and the colour of words on it."""

    fill: str
    ink: str


TONES: Final[dict[str, Shade]] = {
    "best": Shade("#0072b2", "#ffffff"),
    "good": Shade("#a8d0e8", INK),
    "fair": Shade("#e69f00", INK),
    "bad": Shade("#b3420e", "#ffffff"),
    "unknown": Shade("#c9d0d6", INK),
    "none": Shade("#e9edf0", INK),
}
"""Colours of `assessment.show.verdict_words.Look.tone`; a tone never stands without a word and a shape."""

MARKERS: Final[dict[str, str]] = {
    "●": "o",
    "▲": "^",
    "■": "s",
    "◆": "D",
    "▼": "v",
    "✕": "X",
    "○": "o",
    "–": "_",
}
"""Matplotlib's marker for each shape of `assessment.show.verdict_words`."""

FAMILIES: Final = (SANS, SYMBOLS)
"""Fonts of a figure; the second has the subscripts that the first lacks (PM₂.₅, CO₂)."""

LABEL: Final = 9.0
HEAD: Final = 10.0
VALUE: Final = 10.5
"""Sizes of type in points."""

WIDE: Final = 619.2
SINGLE: Final = 446.4
"""Widths in points: of small multiples and tables of marks, and of one panel."""

PIXELS_PER_POINT: Final = 1.55
"""A wide figure takes 960 pixels: 60 characters of 16."""


@cache
def font(size: float) -> FontProperties:
    """Return the figure font in a size, whatever rcParams say."""
    register_matplotlib()
    return FontProperties(family=list(FAMILIES), size=size)
