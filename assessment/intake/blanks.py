"""Cells that were not filled in, told in one line a sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from assessment.data.schema import STATUSES
from assessment.errors import Fault
from assessment.intake import layout

_NAMED = 3
_MOST_RANGES = 12


@dataclass(frozen=True)
class Blank:
    """A cell that was not filled in.

    Attributes
    ----------
    sheet, row, column : str, int, int
        Where it is.
    what, which : str
        The figure that is wanted, and for which region and month; 任务 and the task's number.
    key : tuple
        Indicator, region and month of the figure; the task alone.
    beside : tuple of str
        Columns of the row that were filled in all the same.
    asked : bool
        False for a month of a row of which nothing need be filled in.
    """

    sheet: str
    row: int
    column: int
    what: str
    which: str
    key: tuple[object, ...]
    beside: tuple[str, ...] = ()
    asked: bool = True


def listed(names: Sequence[str], most: int = _NAMED) -> str:
    """Return the first of some names, and whether there are more.

    Examples
    --------
    >>> listed(["甲", "乙"]), listed(["甲", "乙", "丙"], 2)
    ('甲、乙', '甲、乙等')
    """
    said = "、".join(names[:most])
    if len(names) <= most:
        return said
    return said + (" 等" if said[-1].isascii() else "等")


def _runs(cells: Sequence[tuple[int, int]], along: int) -> list[str]:
    found: list[list[tuple[int, int]]] = []
    for cell in cells:
        last = found[-1][-1] if found else (0, 0)
        steps = (cell[0] - last[0], cell[1] - last[1])
        if steps[along] == 1 and steps[1 - along] == 0:
            found[-1].append(cell)
        else:
            found.append([cell])
    names = [[f"{layout.column_letter(column)}{row}" for row, column in run] for run in found]
    return [run[0] + (f":{run[-1]}" if len(run) > 1 else "") for run in names]


def ranges(cells: Collection[tuple[int, int]]) -> list[str]:
    """Return cells, given by row and column, as a spreadsheet names them, joined down or across.

    Examples
    --------
    >>> ranges([(4, 5), (5, 5), (7, 5)]), ranges([(4, 5), (4, 6), (4, 7)])
    (['E4:E5', 'E7'], ['E4:G4'])
    """
    down, across = _runs(sorted(cells, key=lambda cell: cell[::-1]), 0), _runs(sorted(cells), 1)
    return min(down, across, key=len)


def _named(blanks: Sequence[Blank]) -> str:
    if blanks[0].sheet == layout.TASKS:
        return f"任务 {listed([blank.which for blank in blanks])}"
    counts = Counter(blank.what for blank in blanks)
    names = [f"“{what}”{count} 格" for what, count in counts.items()]
    return listed(names) + (f" {len(names)} 项" if len(names) > _NAMED else "")


def _told(file: str, blanks: Sequence[Blank]) -> Fault:
    first = blanks[0]
    is_task = first.sheet == layout.TASKS
    lacks = "没有选状态" if is_task else "没有填"
    remedy = f"请选 {'、'.join(STATUSES)}" if is_task else "请补报，或在“说明”写明原因"
    columns = dict.fromkeys(column for blank in blanks for column in blank.beside)
    rest = f"，而写了{'、'.join(columns)}，此行没有收入" if columns else ""
    if len(blanks) == 1:
        said = f"任务 {first.which} " if is_task else f"“{first.what}”（{first.which}）"
        place = layout.place(first.sheet, first.row, first.column)
        return Fault(file, place, said + lacks + rest, remedy)
    cells = listed(ranges([(blank.row, blank.column) for blank in blanks]), _MOST_RANGES)
    what = f"{len(blanks)} 格{lacks}（{cells}）{rest}：{_named(blanks)}"
    return Fault(file, layout.place(first.sheet), what, remedy)


def told(file: str, blanks: Iterable[Blank]) -> list[Fault]:
    """Return one finding a sheet: how many cells, which, and the first by name.

    Cells in rows that hold something else are told apart: what stands beside them is not taken in.
    """
    groups: dict[tuple[str, bool], list[Blank]] = {}
    for blank in blanks:
        if not blank.asked:
            continue
        groups.setdefault((blank.sheet, bool(blank.beside)), []).append(blank)
    return [_told(file, group) for group in groups.values()]
