"""A sheet in points on which a figure is drawn, and its SVG.

Artists are put on matplotlib's figure itself, without axes: an axes costs some 20 ms for its ticks
and spines, which would make a page of small multiples the slowest part of a report.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from io import StringIO
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform

from assessment.show.charts import theme
from assessment.show.charts.labels import Box
from assessment.show.charts.words import full_width

Anchor = Literal["left", "center", "right"]

_MIDDLE = 0.36
"""Half the height of figures and of Chinese signs over the baseline, in ems."""

_HEAD = re.compile(r"^.*?<svg[^>]*>.*?</metadata>\s*<defs>\s*<style.*?</style>\s*</defs>", re.S)
_GROUP_ID = re.compile(r'<g id="[a-zA-Z][a-zA-Z0-9.]*_\d+"( ?/)?>')
_LONE = re.compile(r"<g>(<(?:text|path)\b[^<]*(?:/>|>[^<]*</text>))</g>")
_TAG = re.compile(r"<[^>]+>")
_DECIMALS = re.compile(r"(\d\d\.\d|\b\d\.\d\d)\d+")
"""More than a tenth of a point of a place, or a hundredth of what is small, is not to be seen."""
_ZEROS = re.compile(r"(?<=\d)\.0+(?!\d)|(?<=\.[1-9])0+(?!\d)")
_ROTATE = re.compile(r' transform="rotate\(-?0 [^)]*\)"')
_FONT = re.compile(r"; font-family: [^;\"]*|font-family: [^;\"]*; ")


class _Line(Text):
    """A line of text on its base line; SVG's own anchors place it, so nothing is measured.

    Measuring each text glyph by glyph took a quarter of the time of all figures.
    """

    def draw(self, renderer: RendererBase) -> None:
        x, y = self.get_position()
        _, height = renderer.get_canvas_width_height()
        context = renderer.new_gc()
        context.set_foreground(self.get_color())
        font = self.get_fontproperties()
        renderer.draw_text(context, x, height - y, self.get_text(), font, 0, mtext=self)
        context.restore()


class Canvas:
    """A sheet; the origin is at its lower left, lengths are points, later marks cover earlier.

    Parameters
    ----------
    width, height : float
        Size in points.
    name : str
        Name that keeps the ids of one figure apart from another's on the same page.
    """

    def __init__(self, width: float, height: float, name: str) -> None:
        self.width = width
        self.height = height
        self.name = name
        self._figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        self._figure.patch.set_visible(False)
        self._artists = 0

    @property
    def bounds(self) -> Box:
        """The sheet less a thin margin."""
        return Box(1, 1, self.width - 1, self.height - 1)

    def _add(self, artist: Artist) -> None:
        artist.set_zorder(self._artists)
        self._artists += 1
        self._figure.add_artist(artist)

    def line(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        color: str = theme.INK,
        width: float = 1.0,
        dashes: tuple[float, ...] | None = None,
    ) -> None:
        """Draw a polyline."""
        self._add(
            Line2D(
                list(xs),
                list(ys),
                color=color,
                linewidth=width,
                marker="None",
                linestyle="-" if dashes is None else (0, dashes),
                solid_capstyle="butt" if len(xs) == 2 else "round",
                dash_capstyle="butt",
                solid_joinstyle="round",
                transform=IdentityTransform(),
            )
        )

    def dots(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        color: str = theme.INK,
        size: float = 4.0,
        marker: str = "o",
        hollow: bool = False,
    ) -> None:
        """Draw marks of one kind."""
        if not len(xs):
            return
        line_marker = marker in "_|"
        self._add(
            Line2D(
                list(xs),
                list(ys),
                linestyle="None",
                marker=marker,
                markersize=size,
                markerfacecolor="#ffffff" if hollow else color,
                markeredgecolor=color,
                markeredgewidth=1.3 if hollow or line_marker else 0.0,
                transform=IdentityTransform(),
            )
        )

    def area(
        self, corners: Sequence[tuple[float, float]], color: str, edge: str | None = None
    ) -> None:
        """Fill a polygon."""
        self._add(
            Polygon(
                list(corners),
                closed=True,
                facecolor=color,
                edgecolor=edge or "none",
                linewidth=1.2 if edge else 0.0,
                joinstyle="miter",
                transform=IdentityTransform(),
            )
        )

    def rectangle(
        self, left: float, bottom: float, right: float, top: float,
        color: str, edge: str | None = None,
    ) -> None:  # fmt: skip
        """Fill a rectangle."""
        corners = [(left, bottom), (right, bottom), (right, top), (left, top)]
        self.area(corners, color, edge)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = theme.LABEL,
        color: str = theme.INK,
        anchor: Anchor = "left",
    ) -> None:
        """Write a line of text; ``y`` is the middle of its height."""
        self._add(
            _Line(
                x,
                y - _MIDDLE * size,
                full_width(text),
                color=color,
                verticalalignment="baseline",
                horizontalalignment=anchor,
                fontproperties=theme.font(size),
                parse_math=False,
                transform=IdentityTransform(),
            )
        )

    def svg(self, alt: str) -> str:
        """Return the drawing as an SVG element that names itself by ``alt``."""
        return svg_of(self._figure, self.name, alt)


def svg_of(figure: Figure, name: str, alt: str) -> str:
    """Return a figure of matplotlib as an SVG element.

    Text stays text; bytes are the same in every run.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Its canvas is replaced.
    name : str
        Name that keeps the ids of one figure apart from another's on the same page.
    alt : str
        What is drawn, for those who cannot see it.
    """
    FigureCanvasSVG(figure)
    settings: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": name,
        "svg.id": None,
        "path.simplify": False,
        "path.snap": False,
        "agg.path.chunksize": 0,
    }
    buffer = StringIO()
    with mpl.rc_context(settings):
        figure.savefig(buffer, format="svg", dpi=72, metadata={"Date": None})
    width, height = figure.get_size_inches() * 72
    return _root(width, height, alt) + _slim(buffer.getvalue())


def _root(width: float, height: float, alt: str) -> str:
    pixels = theme.PIXELS_PER_POINT
    families = ",".join(f"'{family}'" for family in theme.FAMILIES)
    kind = "wide" if width > theme.SINGLE else "single"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart chart-{kind}" role="img" '
        f'width="{width * pixels:.0f}" height="{height * pixels:.0f}" '
        f'viewBox="0 0 {width:g} {height:g}" style="max-width:100%;height:auto" '
        f'font-family="{families},sans-serif" stroke-linejoin="round" '
        f'aria-label="{escape(alt, quote=True)}">'
    )


def _short(tag: str) -> str:
    return _ZEROS.sub("", _DECIMALS.sub(r"\1", tag))


def _slim(svg: str) -> str:
    """Leave out what no reader needs: head, names of groups, decimals that are not to be seen.

    Matplotlib's style sheet goes too: in a page it would reach every element of every figure.
    """
    body = _HEAD.sub("", svg, count=1).replace("xlink:href", "href")
    body = _TAG.sub(lambda tag: _short(" ".join(tag[0].split())), body)
    body = re.sub(r">\s+<", "><", body)
    body = _FONT.sub(
        "", _ROTATE.sub("", _GROUP_ID.sub(lambda group: "" if group[1] else "<g>", body))
    )
    body = body.replace("<g></g>", "")
    for _ in range(2):
        body = _LONE.sub(r"\1", body)
    return body.strip()
