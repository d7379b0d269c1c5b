"""A figure of a researcher's own, drawn with seaborn or matplotlib, in the report's look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.figure import Figure as Drawing

from assessment.show.blocks import Cell, Column, Figure, Row, Table
from assessment.show.charts import theme
from assessment.show.charts.canvas import svg_of
from assessment.show.charts.twin import block
from assessment.show.fonts import register_matplotlib
from assessment.show.formatting import number

if TYPE_CHECKING:
    import pandas as pd

_STYLE: dict[Any, Any] = {
    "font.family": list(theme.FAMILIES),
    "font.size": theme.LABEL,
    "axes.titlesize": theme.HEAD,
    "axes.labelsize": theme.LABEL,
    "axes.labelcolor": theme.SOFT,
    "axes.edgecolor": theme.HAIR,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.unicode_minus": False,
    "axes.prop_cycle": cycler(color=theme.SERIES),
    "grid.color": theme.HAIR,
    "grid.linewidth": 0.6,
    "text.color": theme.INK,
    "xtick.color": theme.SOFT,
    "ytick.color": theme.SOFT,
    "legend.frameon": False,
    "legend.fontsize": theme.LABEL,
    "figure.constrained_layout.use": True,
}


class OwnFigure:
    """Axes to draw on, then a block for the report.

    Parameters
    ----------
    name : str
        Id of the figure, unique in the report: ``chapter.anchor("…")``.
    width, height : float, optional
        Size in points; a wide one is ``theme.WIDE``.

    Examples
    --------
    >>> import pandas as pd
    >>> own = OwnFigure("chapter-2-emissions")
    >>> with own as axes:
    ...     _ = axes.plot([2023, 2024, 2025], [3.0, 2.5, 2.4])
    >>> table = pd.DataFrame({"年份": [2023, 2024, 2025], "排放量": [3.0, 2.5, 2.4]})
    >>> own.block(table, title="排放量三年间降了两成", alt="排放量 2023 至 2025 年").id
    'chapter-2-emissions'
    """

    def __init__(
        self,
        name: str,
        width: float = theme.SINGLE,
        height: float = 220.0,
        *,
        rows: int = 1,
        cols: int = 1,
        **subplots: Any,
    ) -> None:
        register_matplotlib()
        self.name = name
        self._subplots = {"nrows": rows, "ncols": cols, **subplots}
        with mpl.rc_context(_STYLE):
            self.drawing = Drawing(figsize=(width / 72, height / 72), dpi=72)
            self.drawing.patch.set_visible(False)

    @classmethod
    def of(cls, drawing: Drawing, name: str) -> OwnFigure:
        """Take a figure that was drawn elsewhere, such as by ``plt.subplots``."""
        register_matplotlib()
        own = cls.__new__(cls)
        own.name, own.drawing, own._subplots = name, drawing, {}
        return own

    def __enter__(self) -> Any:
        self._settings = mpl.rc_context(_STYLE)  # serves once; a figure may be drawn on again
        self._settings.__enter__()
        return self.drawing.subplots(**self._subplots)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._settings.__exit__(kind, error, traceback)

    def with_table(self, table: Table, *, title: str, alt: str, below: str = "") -> Figure:
        """Return the figure with a table of the figures drawn.

        Parameters
        ----------
        table : Table
            The figures drawn.
        title : str
            The finding, as a sentence.
        alt : str
            What is drawn, for those who cannot see it.
        below : str, optional
            Units, source, years.
        """
        with mpl.rc_context(_STYLE):
            svg = svg_of(self.drawing, self.name, alt)
        return block(self.name, svg, title, below, alt, table.columns, table.rows)

    def block(
        self,
        table: pd.DataFrame,
        *,
        title: str,
        alt: str,
        below: str = "",
        decimals: Mapping[str, int] | int = 2,
    ) -> Figure:
        """Return the figure with its table twin.

        Parameters
        ----------
        table : DataFrame
            The figures drawn; its columns head the table. A missing value is 数据不足.
        title : str
            The finding, as a sentence.
        alt : str
            What is drawn, for those who cannot see it.
        below : str, optional
            Units, source, years.
        decimals : int or mapping, optional
            Decimals of the columns with fractions.
        """
        with mpl.rc_context(_STYLE):
            svg = svg_of(self.drawing, self.name, alt)
        names = [str(name) for name in table.columns]
        numeric = {name for name in names if table[name].dtype.kind == "f"}
        columns = tuple(
            Column(key=name, label=name, align="right" if name in numeric else "left")
            for name in names
        )
        places = {
            name: decimals if isinstance(decimals, int) else decimals.get(name, 2)
            for name in numeric
        }
        rows = tuple(
            Row(cells=tuple(_cell(line[name], places.get(name)) for name in names))
            for line in table.to_dict("records")
        )
        return block(self.name, svg, title, below, alt, columns, rows)


def drawn_values(drawing: Drawing) -> list[dict[str, Any]]:
    """Return the points of the lines that a figure has, for the table beside it."""
    rows: list[dict[str, Any]] = []
    for axes in drawing.axes:
        horizontal, vertical = axes.get_xlabel() or "横轴", axes.get_ylabel() or "纵轴"
        for line in axes.get_lines():
            label = str(line.get_label())
            name = "" if label.startswith("_") else label
            for x, y in zip(line.get_xdata(), line.get_ydata(), strict=False):  # type: ignore[arg-type]
                rows.append({"线": name, horizontal: x, vertical: y})
    return rows


def _cell(value: Any, decimals: int | None) -> Cell:
    from pandas import isna  # whoever calls this has it; reports are assembled without

    if isna(value):
        return Cell(text="数据不足")
    if decimals is None:
        return Cell(text=str(value))
    return Cell(text=number(float(value), decimals), value=float(value))


def label_ends(axes: Any, names: Sequence[str]) -> None:
    """Write the name of each line at its end, in its colour, no two over each other.

    Parameters
    ----------
    axes : Axes
        Axes with lines, after everything is drawn.
    names : sequence of str
        A name for each line, in the order in which they were drawn.
    """
    lines = [line for line in axes.get_lines() if len(line.get_xdata())]
    ends = [(line.get_ydata()[-1], line.get_xdata()[-1], line.get_color()) for line in lines]
    low, high = axes.get_ylim()
    step = 1.25 * theme.LABEL * (high - low) / axes.get_window_extent().height
    reached = -float("inf")
    for (y, x, color), name in sorted(zip(ends, names, strict=True), key=lambda end: end[0][0]):
        reached = max(y, reached + step)
        axes.annotate(
            name, (x, reached), xytext=(5, 0), textcoords="offset points", color=color,
            va="center", annotation_clip=False,
        )  # fmt: skip
