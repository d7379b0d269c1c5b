"""Cells that several parts of the report use."""

from __future__ import annotations

from assessment.show.blocks import Cell
from assessment.show.formatting import number, percent


def share_cell(value: float | None, decimals: int = 0) -> Cell:
    """A share (0-1) as per cent."""
    return Cell(text=percent(value, decimals), value=value)


def number_cell(value: float | None, decimals: int, *, signed: bool = False) -> Cell:
    """A number with fixed decimals."""
    return Cell(text=number(value, decimals, signed=signed), value=value)
