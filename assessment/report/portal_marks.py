"""Small marks of the portal as HTML: a cell of the heat table, a line over the years, a slope.

A page has thousands of them, hence no templates.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from markupsafe import Markup, escape

from assessment.report.portal_card import Item, Turn
from assessment.show.formatting import MISSING, number
from assessment.show.typography import full_width
from assessment.show.verdict_words import COMPLETION, look

TURNS: dict[Turn, tuple[str, str]] = {"better": ("↑", "比上年转好"), "worse": ("↓", "比上年转差"), "": ("", "")}  # fmt: skip
"""Arrow and words of a change of class: up is better, whatever the figure itself does."""

_WIDE, _HIGH, _ROOM = 72.0, 22.0, 3.0
STEPS = 5
"""Shades of the map."""


def completion(item: Item) -> str:
    """Return a completion with what it is a share of; empty where there is none."""
    if item.completion is None:
        return ""
    return f"{COMPLETION[item.basis or None]} {number(item.completion, 0)}%"


def heat_cell(item: Item | None, href: str) -> Markup:
    """Return a cell of the heat table: shape of the class, completion, arrow, link, words."""
    if item is None:
        return Markup('<td class="h-none"></td>')
    tone, said, shown = _standing(item.verdict, item.turn, completion(item), _rounded(item))
    if tone == "none":
        return Markup(f'<td class="h-none" title="{said}">–</td>')
    if not item.anchor:
        return Markup(f'<td class="h-{tone}" title="{said}">{shown}</td>')
    place = f"{_escaped(href)}#{_escaped(item.anchor)}"
    link = f'<a href="{place}" aria-label="{said}" title="{said}">{shown}</a>'
    return Markup(f'<td class="h-{tone}">{link}</td>')


@cache
def _standing(verdict: str, turn: Turn, completed: str, rounded: str) -> tuple[str, Markup, Markup]:
    """Tone, words and marks of a cell; there are few, and thousands of cells."""
    word, shape, tone = look(verdict)
    arrow, turned = TURNS[turn]
    said = text(",".join(filter(None, (word, completed, turned))))
    return tone, said, Markup("{}<b>{}</b>{}").format(shape, rounded, arrow)


def _rounded(item: Item) -> str:
    return "" if item.completion is None else number(item.completion, 0)


_escaped = lru_cache(maxsize=4096)(escape)


def sparkline(points: Sequence[tuple[int, float]]) -> Markup:
    """Return a line over the years, the last value marked; empty for fewer than two values."""
    if len(points) < 2:
        return Markup("")
    years = [year for year, _ in points]
    values = [value for _, value in points]
    low, high = min(values), max(values)
    across = (_WIDE - 2 * _ROOM) / (years[-1] - years[0])
    up = (_HIGH - 2 * _ROOM) / ((high - low) or 1.0)
    middle = 0.0 if high > low else (_HIGH / 2 - _ROOM)
    places = [
        (_ROOM + (year - years[0]) * across, _HIGH - _ROOM - middle - (value - low) * up)
        for year, value in points
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = places[-1]
    return Markup(
        '<svg class="spark" viewBox="0 0 {:.0f} {:.0f}" aria-hidden="true">'
        '<polyline points="{}"/><circle cx="{:.1f}" cy="{:.1f}" r="2.2"/></svg>'
    ).format(_WIDE, _HIGH, line, x, y)


def slope(before: int, now: int, most: int) -> Markup:
    """Return a slope between two counts, a rise of what is behind drawn as a rise."""
    scale = (_HIGH - 2 * _ROOM) / (most or 1)
    y0, y1 = (_HIGH - _ROOM - count * scale for count in (before, now))
    way = "up" if now > before else "down" if now < before else "level"
    return Markup(
        '<svg class="slope {}" viewBox="0 0 48 {:.0f}" aria-hidden="true">'
        '<line x1="4" y1="{:.1f}" x2="44" y2="{:.1f}"/><circle cx="44" cy="{:.1f}" r="2.4"/></svg>'
    ).format(way, _HIGH, y0, y1, y1)


def shades(values: Sequence[float | None]) -> list[str]:
    """Return a shade for each value, the darker the higher; what is missing has one of its own."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    span = (high - low) or 1.0
    return [
        "s-none" if value is None else f"s{min(int((value - low) / span * STEPS), STEPS - 1)}"
        for value in values
    ]


def quantity(value: float | None, decimals: int, unit: str) -> str:
    """Return a value with its unit."""
    text = number(value, decimals)
    if value is None or unit in ("", MISSING, "指数"):
        return text
    return f"{text}{'' if unit == '%' else ' '}{unit}"


@lru_cache(maxsize=4096)
def text(words: str) -> Markup:
    """Return words as HTML, their marks set."""
    return escape(full_width(words))
