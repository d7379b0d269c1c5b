"""Bars of a decomposition, drawn on given axes: one contribution after the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import isnan
from typing import TYPE_CHECKING, Any

from assessment.show.charts import theme
from assessment.show.formatting import number

if TYPE_CHECKING:
    import pandas as pd


def waterfall(
    axes: Any,
    steps: Mapping[str, float] | pd.Series[float],
    shared: Collection[str],
    total: str,
    decimals: int,
) -> None:
    """Draw contributions from no change to the total change, from top to bottom.

    Parameters
    ----------
    axes : matplotlib Axes
        Where to draw.
    steps : mapping or Series of str to float
        Contribution of each driver by its name, in the order drawn; NaN leaves its row empty.
    shared : collection of str
        Names of the drivers that act on carbon too; the others have the second colour.
    total : str
        Name of the last bar, the sum of the contributions.
    decimals : int
        Decimals of the numbers at the bars.
    """
    known = {name: 0.0 if isnan(size) else size for name, size in steps.items()}
    names, sizes = [*known, total], [*known.values(), sum(known.values())]
    starts = [sum(sizes[:place]) for place in range(len(known))] + [0.0]
    colors = [theme.ACCENT if name in shared else theme.OWN for name in known] + [theme.INK]
    bars = axes.barh(names, sizes, left=starts, color=colors, height=0.62)
    texts = [
        "" if isnan(size) else number(size, decimals, signed=True) for _, size in steps.items()
    ]
    texts.append(number(sizes[-1], decimals, signed=True))
    axes.bar_label(bars, texts, padding=3, color=theme.INK)
    axes.axvline(0, color=theme.SOFT, linewidth=0.7)
    reached = [*starts, *(start + size for start, size in zip(starts, sizes, strict=True))]
    room = 0.45 * (max(reached) - min(reached) or 1.0)  # for the numbers
    axes.set_xlim(min(reached) - room, max(reached) + room)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.locator_params(axis="x", nbins=4)
