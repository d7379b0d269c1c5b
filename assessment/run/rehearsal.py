"""Draw and show one small block of each kind, in the process that kernels are forked from.

What a first figure and a first table load (fonts, glyphs, compiled templates), and every method,
is then shared by all kernels. Nothing of it reaches a report.
"""

import importlib
import pkgutil

import seaborn

from assessment import methods
from assessment.show import html
from assessment.show.blocks import Cell, Column, Figure, Heading, Prose, Row, Table, show
from assessment.show.charts.canvas import Canvas
from assessment.show.charts.own import OwnFigure
from assessment.show.facts import plain, say

_TEXT = "区县 2025 年 PM₂.₅ 与 CO₂ 同降 12.3%(微克/立方米)●▲"


def rehearse() -> None:
    """Do it."""
    html.register()
    for module in pkgutil.iter_modules(methods.__path__, f"{methods.__name__}."):
        importlib.import_module(module.name)
    canvas = Canvas(200, 100, "rehearsal")
    canvas.line([0, 100], [0, 50], dashes=(2, 1))
    canvas.dots([10, 20], [10, 20], marker="^")
    canvas.area([(0, 0), (10, 0), (10, 10)], "#ffffff")
    for size in (9.0, 10.0, 10.5):
        canvas.text(10, 50, _TEXT, size)
    table = Table(
        id="rehearsal",
        title=_TEXT,
        columns=(Column(key="a", label=_TEXT),),
        rows=(Row(cells=(Cell(text=_TEXT),)),),
    )
    drawing = canvas.svg(_TEXT)
    figure = Figure(
        id="rehearsal-figure", title=_TEXT, subtitle="", alt=_TEXT, svg=drawing, table=table
    )
    prose = Prose(sentences=(say(plain(_TEXT)),))
    blocks = show(Heading(level=3, text=_TEXT, anchor="rehearsal-head"), prose, table, figure)
    blocks._repr_mimebundle_()
    own = OwnFigure("rehearsal-own")
    with own as axes:
        seaborn.lineplot(x=[2024, 2025], y=[1.0, 2.0], marker="o", errorbar=None, ax=axes)
        axes.set(xlabel=_TEXT, title=_TEXT)
    own.with_table(table, title=_TEXT, alt=_TEXT)


rehearse()
