"""Where words go: how wide they are, and how they keep apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from math import hypot
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle in points."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: Box) -> bool:
        """Whether two rectangles share an area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def inside(self, other: Box) -> bool:
        """Whether this rectangle lies within another."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.bottom >= other.bottom
            and self.top <= other.top
        )


def text_width(text: str, size: float) -> float:
    """Estimate the width of a text in points: full-width signs one em, capitals .66, others .57."""
    ems = 0.0
    for sign in text:
        if unicodedata.east_asian_width(sign) in "WF":
            ems += 1.0
        elif sign.isupper() or sign in "%−+—–…≥≤":
            ems += 0.92 if sign in "%MW—…" else 0.68
        else:
            ems += 0.57
    return ems * size


def fit(text: str, size: float, width: float) -> str:
    """Shorten a text with an ellipsis until it takes no more than ``width`` points."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text + "…"


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move positions on a line as little as need be so that they stand ``gap`` apart.

    Parameters
    ----------
    wanted : sequence of float, shape (n,)
        Where each label would stand, in any order.
    gap : float
        Least distance between neighbours; less where ``high - low`` cannot hold them all.
    low, high : float
        The first and last place there is.

    Returns
    -------
    list of float, shape (n,)
        In the order of ``wanted``; the order along the line is kept.

    Notes
    -----
    Least-squares isotonic regression by pooling, on positions less their rank times the gap.
    """
    count = len(wanted)
    if count > 1:
        gap = min(gap, (high - low) / (count - 1))
    order = sorted(range(count), key=lambda index: wanted[index])
    pools: list[tuple[float, int]] = []
    for rank, index in enumerate(order):
        pools.append((wanted[index] - rank * gap, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (first, many), (second, more) = pools[-2:]
            pools[-2:] = [((first * many + second * more) / (many + more), many + more)]
    levels = [level for level, size in pools for _ in range(size)]
    top = high - (count - 1) * gap
    placed = [0.0] * count
    for rank, index in enumerate(order):
        placed[index] = min(max(levels[rank], low), max(top, low)) + rank * gap
    return placed


class Placed(NamedTuple):
    """Where a label stands: its left end, the middle of its height, whether it needs a leader."""

    left: float
    middle: float
    leader: bool


def place(
    points: Sequence[tuple[float, float]],
    texts: Sequence[str],
    size: float,
    bounds: Box,
    taken: Sequence[Box] = (),
) -> list[Placed]:
    """Find a free place for the label of each point, near it where there is one.

    Parameters
    ----------
    points : sequence of (x, y), shape (n,)
        In points.
    texts : sequence of str, shape (n,)
        Labels on one line each.
    size : float
        Size of type in points.
    bounds : Box
        No label leaves it.
    taken : sequence of Box
        Where other words stand already.

    Returns
    -------
    list of Placed, shape (n,)
        No two overlap, and none covers a point, as long as ``bounds`` has the room.
    """
    marks = [Box(x - 3, y - 3, x + 3, y + 3) for x, y in points]
    layout = _Layout(points, [text_width(text, size) for text in texts], 1.25 * size, bounds,
                     [*taken, *marks])  # fmt: skip
    crowds = _crowds(points, 2.2 * layout.height)
    for members in crowds:
        # The first label of a crowd stands by its point, the others in a column beside it: names
        # strewn among marks that all but touch would not tell which is whose.
        for index in members[: 1 if len(members) > 4 else None]:
            layout.near(index)
    for members in crowds:
        if len(members) > 4:
            layout.column(members[1:])
    for members in crowds:
        for index in members:
            if index not in layout.placed and not layout.near(index):
                layout.far(index)
    return [layout.placed[index] for index in range(len(points))]


def _crowds(points: Sequence[tuple[float, float]], reach: float) -> list[list[int]]:
    """Group points that are within reach of one another, directly or by way of others."""
    groups: list[list[int]] = []
    for index, (x, y) in enumerate(points):
        close = [
            group
            for group in groups
            if any(hypot(x - points[i][0], y - points[i][1]) <= reach for i in group)
        ]
        groups = [group for group in groups if group not in close]
        groups.append(sorted([*(i for group in close for i in group), index]))
    return sorted(groups)


class _Layout:
    """Labels placed so far, and what they must not cover."""

    def __init__(
        self,
        points: Sequence[tuple[float, float]],
        widths: Sequence[float],
        height: float,
        bounds: Box,
        taken: Sequence[Box],
    ) -> None:
        self.points = points
        self.widths = widths
        self.height = height
        self.bounds = bounds
        self.taken = list(taken)
        self.placed: dict[int, Placed] = {}

    def box(self, index: int, left: float, middle: float) -> Box:
        half = self.height / 2
        return Box(left, middle - half, left + self.widths[index], middle + half)

    def free(self, box: Box) -> bool:
        return box.inside(self.bounds) and not any(box.overlaps(other) for other in self.taken)

    def put(self, index: int, left: float, middle: float, leader: bool) -> None:
        self.taken.append(self.box(index, left, middle))
        self.placed[index] = Placed(left, middle, leader)
        if leader:
            on_way = self._on_way(index, left, middle)[3:]  # the first lie on the point's mark
            self.taken += [Box(x - 1, y - 1, x + 1, y + 1) for x, y in on_way]

    def near(self, index: int) -> bool:
        """Place a label by its point: beside, above, below, at the corners."""
        (x, y), width, up = self.points[index], self.widths[index], self.height
        lefts = (x + 6, x - 6 - width)
        spots = [(left, y) for left in lefts]
        spots += [(x - width / 2, y + 0.9 * up), (x - width / 2, y - 0.9 * up)]
        spots += [(left, y + side * 0.7 * up) for side in (1, -1) for left in lefts]
        for left, middle in spots:
            if self.free(self.box(index, left, middle)):
                self.put(index, left, middle, False)
                return True
        return False

    def column(self, members: Sequence[int]) -> bool:
        """Place labels under one another beside their points, in the order of the points."""
        xs = [self.points[index][0] for index in members]
        ys = [self.points[index][1] for index in members]
        half = self.height / 2
        middles = spread(ys, self.height, self.bounds.bottom + half, self.bounds.top - half)
        for offset in range(22, 300, 8):
            for right in (True, False):
                lefts = [
                    max(xs) + offset if right else min(xs) - offset - self.widths[index]
                    for index in members
                ]
                spots = list(zip(members, lefts, middles, strict=True))
                if all(self._reachable(index, left, middle) for index, left, middle in spots):
                    for index, left, middle in spots:
                        self.put(index, left, middle, True)
                    return True
        return False

    def _reachable(self, index: int, left: float, middle: float) -> bool:
        """Whether a label is free and its leader crosses no other words."""
        if not self.free(self.box(index, left, middle)):
            return False
        on_way = self._on_way(index, left, middle)
        words = [self.box(other, at.left, at.middle) for other, at in self.placed.items()]
        return not any(
            word.left <= px <= word.right and word.bottom <= py <= word.top
            for word in words
            for px, py in on_way
        )

    def _on_way(self, index: int, left: float, middle: float) -> list[tuple[float, float]]:
        """Places along the leader from a point to its label, which it stops short of."""
        x, y = self.points[index]
        end = left - 2 if left > x else left + self.widths[index] + 2
        return [(x + (end - x) * k / 12, y + (middle - y) * k / 12) for k in range(13)]

    def far(self, index: int) -> None:
        """Place a label where there is room, the nearest first, with a leader."""
        (x, y), width = self.points[index], self.widths[index]
        rings = int((self.bounds.top - self.bounds.bottom) / (self.height / 2)) + 1
        for ring in range(2, 2 * rings):
            reach = ring * self.height / 2
            for aside in (1.0, 0.5, 0.0):
                for up in (1.0, -1.0, 0.5, -0.5, 0.0):
                    if max(aside, abs(up)) < 1.0:
                        continue
                    for left in (x + 6 + aside * reach, x - 6 - width - aside * reach):
                        if self.free(self.box(index, left, y + up * reach)):
                            self.put(index, left, y + up * reach, True)
                            return
        left = min(max(x + 6, self.bounds.left), self.bounds.right - width)
        self.put(index, left, y, False)


def wrap(text: str, size: float, width: float, lines: int = 2) -> list[str]:
    """Break a text into lines of at most ``width`` points; the last one is shortened if need be."""
    found: list[str] = []
    rest = text
    while rest and len(found) < lines - 1:
        end = len(rest)
        while end > 1 and text_width(rest[:end], size) > width:
            end -= 1
        found.append(rest[:end])
        rest = rest[end:]
    return [*found, fit(rest, size, width)] if rest else found


def thin(positions: Sequence[float], widths: Sequence[float], first: Sequence[int]) -> list[int]:
    """Choose labels on an axis that do not touch.

    Parameters
    ----------
    positions, widths : sequence of float, shape (n,)
        Middles and widths in points, from left to right.
    first : sequence of int
        Indices that are taken before the others, in this order.

    Returns
    -------
    list of int
        Chosen indices, rising.
    """
    chosen: list[int] = []
    for index in (*first, *range(len(positions) - 1, -1, -1)):
        free = all(
            abs(positions[index] - positions[other]) >= (widths[index] + widths[other]) / 2 + 6
            for other in chosen
        )
        if free and index not in chosen:
            chosen.append(index)
    return sorted(chosen)


def even_years(first: int, last: int, room: float) -> list[int]:
    """Years to be written on an axis with ``room`` points, the last one always among them."""
    span = last - first
    if span <= 0:
        return [last]
    least = next((step for step in range(1, span) if room * step / span >= 32), span)
    # A step that divides the span writes the first year too.
    step = next((step for step in range(least, 2 * least) if span % step == 0), least)
    years = list(range(last, first - 1, -step))[::-1]
    if room * (years[0] - first) / span >= 30:
        years.insert(0, first)
    return years
