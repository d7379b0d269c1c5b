"""A panel: years or values mapped onto a part of the sheet, with its axes and lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor
from typing import Final, NamedTuple

from matplotlib.ticker import MaxNLocator

from assessment.results.model import Point
from assessment.show.charts import theme
from assessment.show.charts.canvas import Canvas
from assessment.show.charts.labels import Box, even_years, text_width, wrap
from assessment.show.formatting import number

HEAD_PITCH: Final = 14.0
GUTTER: Final = 12.0
"""Points from one line of a head to the next, and between two panels."""


@dataclass(frozen=True)
class Scale:
    """Ends of an axis and its ticks; ``zero`` tells whether the axis starts at zero."""

    low: float
    high: float
    ticks: tuple[float, ...]

    @property
    def zero(self) -> bool:
        """Whether zero is on the axis."""
        return self.low <= 0 <= self.high

    @property
    def decimals(self) -> int:
        """Decimals that the ticks need."""
        step = abs(self.ticks[1] - self.ticks[0]) if len(self.ticks) > 1 else 1.0
        return next((d for d in range(6) if abs(step * 10**d - round(step * 10**d)) < 1e-6), 6)

    def labels(self) -> list[str]:
        """Ticks as they are read."""
        return [number(tick, self.decimals) for tick in self.ticks]


def amount_scale(values: Iterable[float], bins: int = 4) -> Scale:
    """Choose an axis for amounts: from zero unless that would hide how they differ.

    Raises
    ------
    ValueError
        No value.
    """
    found = list(values)
    if not found:
        raise ValueError("an axis needs a value")
    low, high = min(found), max(found)
    if max(-low, high) < 1e-4:  # nothing but zeros, or what no reader could tell from zero
        low, high = min(low, 0.0), 1.0
    if low > 0 and high - low >= 0.2 * high:
        low = 0.0
    elif high < 0 and high - low >= 0.2 * -low:
        high = 0.0
    least = 0.1 * max(-low, high)
    if high - low < least:  # an axis that is too fine makes much of nothing
        middle = (low + high) / 2
        low, high = middle - least / 2, middle + least / 2
    room = (high - low) * 0.03
    low = low if low == 0 else low - room
    high = high if high == 0 else high + room
    ticks = MaxNLocator(nbins=bins, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    kept = [float(tick) for tick in ticks]
    reach = 0.4 * (kept[1] - kept[0])
    # An end that reaches little beyond a tick needs no further tick, and no empty strip for it.
    if len(kept) > 2 and high - kept[-2] < reach:
        kept.pop()
    if len(kept) > 2 and kept[1] - low < reach:
        kept.pop(0)
    return Scale(min(low, kept[0]), max(high, kept[-1]), tuple(kept))


def runs(points: Sequence[Point], breaks: Collection[int] = ()) -> list[list[Point]]:
    """Split points where a year is missing or the level breaks: no line joins across.

    Parameters
    ----------
    points : sequence of Point
        In the order of their years.
    breaks : collection of int
        First years of a new level.
    """
    found: list[list[Point]] = []
    for before, point in zip((None, *points), points, strict=False):
        if before is None or point.year != before.year + 1 or point.year in breaks:
            found.append([])
        found[-1].append(point)
    return found


@dataclass(frozen=True)
class Panel:
    """A plot area on a sheet, in points, and the values at its edges."""

    canvas: Canvas
    area: Box
    x: tuple[float, float]
    y: tuple[float, float]

    def px(self, value: float) -> float:
        """Place of a value on the horizontal axis."""
        low, high = self.x
        return self.area.left + (value - low) / (high - low) * (self.area.right - self.area.left)

    def py(self, value: float) -> float:
        """Place of a value on the vertical axis."""
        low, high = self.y
        return self.area.bottom + (value - low) / (high - low) * (self.area.top - self.area.bottom)

    def line(
        self, xs: Sequence[float], ys: Sequence[float], color: str = theme.INK,
        width: float = 1.0, dashes: tuple[float, ...] | None = None,
    ) -> None:  # fmt: skip
        """Draw a polyline through values."""
        self.canvas.line([self.px(x) for x in xs], [self.py(y) for y in ys], color, width, dashes)

    def dots(
        self, xs: Sequence[float], ys: Sequence[float], color: str = theme.INK,
        size: float = 4.0, marker: str = "o", hollow: bool = False,
    ) -> None:  # fmt: skip
        """Draw marks at values."""
        self.canvas.dots(
            [self.px(x) for x in xs], [self.py(y) for y in ys], color, size, marker, hollow
        )

    def grid(self, scale: Scale, labels: Sequence[str] | None = None) -> None:
        """Draw the hair lines of the vertical axis and write its ticks on the left."""
        for tick, label in zip(scale.ticks, labels or scale.labels(), strict=True):
            y = self.py(tick)
            color = theme.PALE if tick == 0 else theme.HAIR
            self.canvas.line([self.area.left, self.area.right], [y, y], color, 0.6)
            self.canvas.text(self.area.left - 5, y, label, color=theme.SOFT, anchor="right")

    def years(self, years: Sequence[int] | None = None) -> None:
        """Write years under the panel; without ``years`` as many as there is room for."""
        room = self.area.right - self.area.left
        shown = even_years(ceil(self.x[0]), floor(self.x[1]), room) if years is None else years
        for year in shown:
            x = self.px(year)
            self.canvas.text(x, self.area.bottom - 10, str(year), color=theme.SOFT, anchor="center")

    def series(
        self, points: Sequence[Point], color: str = theme.INK, width: float = 1.4,
        breaks: Collection[int] = (), size: float = 4.0,
    ) -> None:  # fmt: skip
        """Draw points of years with lines between neighbours; a missing year stays a gap."""
        for run in runs(points, breaks):
            if len(run) > 1:
                self.line([p.year for p in run], [p.value for p in run], color, width)
        if size:
            self.dots([p.year for p in points], [p.value for p in points], color, size)

    def break_marks(self, breaks: Collection[int], label: str = "") -> None:
        """Mark where the level breaks, between the years of the two levels."""
        marks = [year for year in sorted(breaks) if self.x[0] < year <= self.x[1]]
        ends: list[float] = []
        for year in marks:
            x = self.px(year - 0.5)
            self.canvas.line([x, x], [self.area.bottom, self.area.top], theme.PALE, 0.8, (1.5, 2))
            for shift in (-1.6, 1.6):
                self.canvas.line(
                    [x + shift - 1.5, x + shift + 1.5],
                    [self.area.bottom - 3, self.area.bottom + 3], theme.SOFT, 0.9,
                )  # fmt: skip
            width = text_width(label, theme.LABEL)
            if label and all(abs(x - end) > width + 6 for end in ends):
                left = min(max(x - width / 2, 2), self.canvas.width - width - 2)
                self.canvas.text(left, self.area.top + 7, label, color=theme.SOFT)
                ends.append(x)


def tick_room(labels: Iterable[str]) -> float:
    """Points that the ticks of a vertical axis take."""
    return max((text_width(label, theme.LABEL) for label in labels), default=0.0) + 6


def gaps(points: Sequence[Point]) -> list[int]:
    """Years between the first and the last point that have none."""
    return [
        year
        for before, after in pairwise(points)
        for year in range(before.year + 1, after.year)
    ]  # fmt: skip


class Cell(NamedTuple):
    """Place of one of several panels.

    Attributes
    ----------
    left, top : float
        Its upper left corner.
    body : float
        Where heads end in its row.
    head : tuple of str
        Lines of its head.
    """

    left: float
    top: float
    body: float
    head: tuple[str, ...]

    @property
    def below_head(self) -> float:
        """Middle of the first line under the panel's own head."""
        return self.top - HEAD_PITCH * len(self.head) - 8


def lay_out(
    names: Sequence[str], columns: int, body: float, width: float
) -> tuple[list[Cell], float, float]:
    """Place small multiples from left to right and from the top down.

    Parameters
    ----------
    names : sequence of str, shape (n,)
        Heads, broken into two lines where they are too long for one.
    columns : int
        Panels side by side.
    body : float
        Height of a panel under its head.
    width : float
        Width of the sheet.

    Returns
    -------
    cells : list of Cell, shape (n,)
    cell_width : float
    height : float
        Of the sheet; every panel's foot lies ``body`` under the longest head of its row.
    """
    cell_width = (width + GUTTER) / columns - GUTTER
    heads = [tuple(wrap(name, theme.HEAD, cell_width - 4)) for name in names]
    rows = [heads[start : start + columns] for start in range(0, len(heads), columns)]
    heights = [body + HEAD_PITCH * max(map(len, row)) for row in rows]
    total = sum(heights)
    cells = []
    for index, head in enumerate(heads):
        line, place = divmod(index, columns)
        top = total - sum(heights[:line])
        foot = top - heights[line]
        cells.append(Cell(place * (cell_width + GUTTER), top, foot + body, head))
    return cells, cell_width, total


def write_head(canvas: Canvas, cell: Cell) -> None:
    """Write the name over a panel."""
    for line, text in enumerate(cell.head):
        canvas.text(cell.left + 2, cell.top - 8 - HEAD_PITCH * line, text, theme.HEAD)
