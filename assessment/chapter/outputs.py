"""What cells show with pandas, matplotlib and statsmodels, as blocks of the report.

IPython asks the formatter registered here for each object that a cell shows; beside the usual HTML
or picture it puts the same content as blocks, which every edition sets in the report's look.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import count
from typing import Any

from assessment.show.blocks import BLOCKS_MIME, AnyBlock, Blocks, Figure, Table
from assessment.show.charts.own import OwnFigure, drawn_values
from assessment.show.frame_tables import Show, plain_value, records_of, table_of

_MOST_ROWS = 200
"""Rows of a frame that a report takes over; pandas itself shows fewer."""


def register(prefix: str) -> None:
    """Register what makes blocks of foreign objects; nothing happens outside Jupyter.

    Parameters
    ----------
    prefix : str
        Put before the ids of tables and figures, so that chapters keep apart.
    """
    if "IPython" not in sys.modules:
        return
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None or shell.display_formatter is None:
        return
    numbers = count(1)
    formatter = shell.display_formatter.mimebundle_formatter

    def bundle(make: Callable[[Any, str], list[AnyBlock]]) -> Callable[..., dict[str, Any]]:
        def shown(value: Any, include: Any = None, exclude: Any = None) -> dict[str, Any]:
            blocks = make(value, f"{prefix}-shown-{next(numbers)}")
            return {BLOCKS_MIME: Blocks(blocks=tuple(blocks)).model_dump_json()}

        return shown

    for module, name, make in (
        ("pandas", "DataFrame", frame_blocks),
        ("pandas", "Series", frame_blocks),
        ("pandas.io.formats.style", "Styler", lambda styler, key: frame_blocks(styler.data, key)),
        ("matplotlib.figure", "Figure", figure_blocks),
        ("statsmodels.iolib.summary", "Summary", summary_blocks),
        ("statsmodels.iolib.summary2", "Summary", summary_blocks),
    ):
        formatter.for_type_by_name(module, name, bundle(make))


def frame_blocks(frame: Any, key: str) -> list[AnyBlock]:
    """Return a data frame or series as a table.

    ``frame.attrs["title"]`` is its caption. Columns with one of the report's names for their
    figures keep them: numbers have two decimals, whole numbers none.
    """
    table = _table(key, str(frame.attrs.get("title", "")), records_of(frame.head(_MOST_ROWS)))
    if len(frame) > _MOST_ROWS:
        rest = f"只列前 {_MOST_ROWS} 行，共 {len(frame)} 行。"
        table = table.model_copy(update={"note": rest})
    return [table]


def summary_blocks(summary: Any, key: str) -> list[AnyBlock]:
    """Return the tables of a statsmodels summary; the first bears its title."""
    import pandas as pd

    found: list[AnyBlock] = []
    for number, part in enumerate(summary.tables, 1):
        title = str(getattr(summary, "title", "") or "") if number == 1 else ""
        if isinstance(part, pd.DataFrame):
            rows = records_of(part)
        else:
            lines = [[str(cell).strip() for cell in row] for row in part.data]
            width = max(map(len, lines))
            rows = [
                {str(n): line[n] if n < len(line) else "" for n in range(width)} for line in lines
            ]
            if part.data and not lines[0][0] and len(lines) > 1:  # the first line heads the others
                heads = [text or " " * n for n, text in enumerate(lines[0])]
                rows = [dict(zip(heads, line, strict=False)) for line in lines[1:]]
                found.append(_table(f"{key}-{number}", title, rows))
                continue
            shown = {name: Show("") for name in rows[0]}
            found.append(table_of(f"{key}-{number}", title, rows, shown))
            continue
        found.append(_table(f"{key}-{number}", title, rows))
    return found


def figure_blocks(drawing: Any, key: str) -> list[AnyBlock]:
    """Return a matplotlib figure; its title is that of the figure or of its axes."""
    titles = [drawing.get_suptitle(), *(axes.get_title() for axes in drawing.axes)]
    title = "；".join(dict.fromkeys(text for text in titles if text))
    labels = [
        f"{axes.get_xlabel()}—{axes.get_ylabel()}".strip("—")
        for axes in drawing.axes
        if axes.get_xlabel() or axes.get_ylabel()
    ]
    own = OwnFigure.of(drawing, key)
    alt = title or "、".join(dict.fromkeys(labels)) or "笔记本里画的图"
    rows = drawn_values(drawing)
    twin = _table(f"{key}-table", title, rows) if rows else _nothing(f"{key}-table", title)
    figure: Figure = own.with_table(twin, title=title, alt=alt)
    return [figure]


def _table(key: str, title: str, rows: list[dict[str, Any]]) -> Table:
    ready = [{str(k): _single(plain_value(v)) for k, v in row.items()} for row in rows]
    columns = (
        {
            name: Show("" if name.startswith("index") or name.isdigit() else name)
            for name in ready[0]
        }
        if ready
        else {}
    )
    return table_of(key, title, ready, columns) if ready else _nothing(key, title)


def _nothing(key: str, title: str) -> Table:
    return table_of(key, title, [], {"nothing": Show("没有数据")})


def _single(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    return value if value is None or isinstance(value, int | float | str) else str(value)
