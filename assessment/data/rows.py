"""Rows of a pack in canonical order, held column by column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

Columns = dict[str, list[Any]]
"""Lists of one length, by name."""

_TYPES = {
    "year": "int64", "month": "int64", "row": "int64", "value": "float64", "has_evidence": "bool",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Rows:
    """
    One kind of table of a pack.

    A build takes a few rows of one unit at a time, many times over; a frame is for those who look
    at the whole.
    """

    columns: Columns
    _places: dict[str, Mapping[Any, Sequence[int]]] = field(
        default_factory=dict, init=False, repr=False
    )

    def __len__(self) -> int:
        return len(self.columns["row"])

    def places(self, name: str) -> Mapping[Any, Sequence[int]]:
        """Return where each value of a column stands."""
        if name not in self._places:
            found: dict[Any, list[int]] = {}
            for place, value in enumerate(self.columns[name]):
                found.setdefault(value, []).append(place)
            self._places[name] = found
        return self._places[name]

    def where(self, name: str, value: object, names: Iterable[str]) -> Iterator[tuple[Any, ...]]:
        """Return some columns of the rows that have a value."""
        places = self.places(name).get(value, ())
        columns = [self.columns[wanted] for wanted in names]
        return zip(*([column[place] for place in places] for column in columns), strict=True)

    def records(
        self, name: str, value: object, names: Sequence[str] = ()
    ) -> Iterator[dict[str, Any]]:
        """Return the rows that have a value, as mappings; all columns unless some are named."""
        wanted = names or tuple(self.columns)
        for values in self.where(name, value, wanted):
            yield dict(zip(wanted, values, strict=True))

    @cached_property
    def frame(self) -> pd.DataFrame:
        """All rows as a frame: int64, float64 and bool columns, the others text.

        Values of context (which has periods) stay text.
        """
        from pandas import DataFrame, Series  # takes as long to import as a pack to read

        types = _TYPES | {"value": "str"} if "period" in self.columns else _TYPES
        return DataFrame(
            {
                name: Series(column, dtype=types.get(name, "str"))
                for name, column in self.columns.items()
            }
        )


def in_order(
    columns: Columns, names: Iterable[str], order: Mapping[str, Sequence[Any]], by: Sequence[str]
) -> Rows:
    """
    Put rows in canonical order.

    Parameters
    ----------
    columns : dict of str to list
        Columns of one length.
    names : iterable of str
        Columns that are kept, in order.
    order : mapping of str to sequence
        Order of the values of some columns; the others are ordered by value.
    by : sequence of str
        Columns that order the rows, the most important first.
    """
    places = list(range(len(columns["row"])))
    for name in reversed(by):
        rank = {value: i for i, value in enumerate(order.get(name) or sorted(set(columns[name])))}
        places.sort(key=[rank[value] for value in columns[name]].__getitem__)
    return Rows({name: [columns[name][place] for place in places] for name in names})
