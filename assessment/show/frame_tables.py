"""Tables from data frames and records: one small way for every table of the report.

A column says its label, its unit and how its values are read; a number keeps the value behind it,
a code its word, and a value of an indicator the file and row that it comes from.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assessment.results.values import Trace, Value
from assessment.show.blocks import Cell, Column, Place, Row, Table
from assessment.show.number_formats import Quantity, read_as

if TYPE_CHECKING:
    import pandas as pd

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Show:
    """How a column is shown.

    Parameters
    ----------
    label : str
        Its head.
    format : str or callable, optional
        How its values are read, see `assessment.show.number_formats`, or the maker of that from
        a record; without one, text as it is and numbers with two decimals.
    unit : str, optional
        Unit under the head.
    text : callable, optional
        Makes the text of a cell from its record, in place of ``format``.
    verdict : str or callable, optional
        Column with, or maker of, the verdict code whose colour and shape the cell takes.
    note : str or callable, optional
        Column with, or maker of, a note on the cell.
    trace : callable, optional
        Makes, from a record, the rows of the pack that the value comes from.
    missing : str, optional
        What stands where there is no value.
    align : {"left", "right", "center"}, optional
        By default numbers stand right and words left.
    """

    label: str
    format: str | Callable[[Record], str] = ""
    unit: str = ""
    text: Callable[[Record], str] | None = None
    verdict: str | Callable[[Record], str | None] | None = None
    note: str | Callable[[Record], str] = ""
    trace: Callable[[Record], Sequence[Trace]] | None = None
    missing: str = "—"
    align: str = ""


def records_of(frame: pd.DataFrame | pd.Series[Any]) -> list[dict[str, Any]]:
    """Return a frame's rows as records; what its index says comes first.

    An index that only counts the rows is left out. Values that are missing are None, NumPy's
    numbers are Python's.
    """
    import pandas as pd

    if isinstance(frame, pd.Series):
        frame = frame.to_frame(frame.name or "value")
    if not (isinstance(frame.index, pd.RangeIndex) and frame.index.name is None):
        names = [name or f"index{i or ''}" for i, name in enumerate(frame.index.names)]
        frame = frame.reset_index(names=names)
    columns = [str(name) for name in frame.columns]
    return [
        dict(zip(columns, map(plain_value, line), strict=True))
        for line in frame.itertuples(index=False, name=None)
    ]


def plain_value(value: Any) -> Any:
    """Return what JSON can hold of a value: numbers, text, None, lists and dictionaries of them.

    Raises
    ------
    TypeError
        It is none of these and cannot be made one.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain_value(item) for item in value]
    if hasattr(value, "item") and not hasattr(value, "index"):  # a NumPy number
        return plain_value(value.item())
    import pandas as pd

    if value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, pd.DataFrame):
        # Line by line, since a row as a Series would turn its whole numbers into fractions.
        lines = value.itertuples(index=False, name=None)
        return {
            str(key): plain_value(dict(zip(value.columns, line, strict=True)))
            for key, line in zip(value.index, lines, strict=True)
        }
    if isinstance(value, pd.Series):
        return {_key(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, pd.Period | pd.Timestamp):
        return str(value) if isinstance(value, pd.Period) else value.strftime("%Y-%m-%d")
    if hasattr(value, "tolist"):
        return plain_value(value.tolist())
    raise TypeError(f"{type(value).__name__} is no number, text or list of them")


def _key(key: Any) -> str:
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def table_of(
    table_id: str,
    title: str,
    records: Iterable[Record],
    columns: Mapping[str, Show | str],
    *,
    group: str | Callable[[Record], str] = "",
    strong: Callable[[Record], bool] | None = None,
    quantities: Mapping[str, Quantity] | None = None,
    words: Mapping[str, str] | None = None,
    summary: str = "",
    note: str = "",
    place: Place = "annex",
) -> Table:
    """Make a table.

    Parameters
    ----------
    table_id : str
        Anchor of the table, unique in the report.
    title : str
        Its caption.
    records : iterable of mapping
        A row each; `records_of` makes them from a frame.
    columns : mapping
        By key of the records, in the order of the table: how the column is shown, or its label.
    group : str or callable, optional
        Column with, or maker of, the heading that rows stand under.
    strong : callable, optional
        Tells the rows that are set off, such as the assessed unit's.
    quantities, words : mapping, optional
        What formats of the columns refer to.
    summary, note : str, optional
        Line that says what is in a long table; note below it.
    place : Place, optional
        Whether the report tells it or its annex does.

    Returns
    -------
    Table
        Each cell with its text and the value behind it.

    Raises
    ------
    KeyError
        A record lacks a column.
    FormatError
        A column's format does not suit a value.
    """
    shown = {key: Show(how) if isinstance(how, str) else how for key, how in columns.items()}
    held = list(records)
    rows = tuple(
        Row(
            group=_made(group, record) or "",
            strong=bool(strong and strong(record)),
            cells=tuple(
                _cell(record, key, how, quantities or {}, words or {}) for key, how in shown.items()
            ),
        )
        for record in held
    )
    heads = tuple(
        Column(
            key=key,
            label=how.label,
            unit=how.unit,
            align=how.align or ("right" if _is_number(how, [r[key] for r in held]) else "left"),
        )
        for key, how in shown.items()
    )
    return Table(
        id=table_id,
        title=title,
        columns=heads,
        rows=rows,
        summary=summary,
        note=note,
        place=place,
    )


def _made(what: str | Callable[[Record], Any] | None, record: Record) -> Any:
    if callable(what):
        return what(record)
    return record[what] if what else ""


def _cell(
    record: Record,
    key: str,
    how: Show,
    quantities: Mapping[str, Quantity],
    words: Mapping[str, str],
) -> Cell:
    value: Value = record[key]
    if how.text is not None:
        text = how.text(record)
    elif value is None:
        text = how.missing
    else:
        wanted = how.format(record) if callable(how.format) else how.format
        text = read_as(value, wanted, quantities=quantities, words=words)
    return Cell(
        text=text,
        value=value,
        verdict=_made(how.verdict, record) or None,
        trace=tuple(how.trace(record)) if how.trace and value is not None else (),
        note=_made(how.note, record) or "",
    )


def _is_number(how: Show, values: Sequence[Value]) -> bool:
    if how.format in ("词", "年", "月") or how.text is not None:
        return False
    known = [value for value in values if value is not None]
    return bool(known) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in known
    )
