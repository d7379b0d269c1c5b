"""The tables of a report gathered for the workbook: those of the same columns on one sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from assessment.report.numbered import heading
from assessment.report.page import ChapterPages, ReportPart
from assessment.report.xlsx_sheet import (
    SOURCE_HEADS,
    Sheet,
    SheetCell,
    SheetColumn,
    number_cell,
    sheet_name,
    shown_number,
    source_cells,
    text_cell,
    verdict_cell,
)
from assessment.show.blocks import Cell, Column, Figure, Heading, Prose, Row, Table
from assessment.show.markdown import flat

_ALIKE = 0.6
"""Share of the fewer columns that two tables must have in common to stand on one sheet."""

ColumnKey = tuple[str, str, int]
"""Label, unit, and which column of that label and unit it is."""


@dataclass(frozen=True)
class Member:
    """A table of the report, or a figure's table.

    Attributes
    ----------
    number : str
        As its caption has it: ``表 3`` or ``图 4``.
    title, part, note : str
        Its title, where it stands, what is said of it.
    table : Table
        The table.
    """

    number: str
    title: str
    part: str
    note: str
    table: Table


@dataclass
class TableGroup:
    """Tables with the same columns, or nearly; ``columns`` is all they have."""

    twins: bool
    members: list[Member] = field(default_factory=list)
    columns: dict[ColumnKey, Column] = field(default_factory=dict)

    def takes(self, columns: Sequence[ColumnKey]) -> bool:
        """Tell whether a table with these columns belongs here."""
        common = len(self.columns.keys() & set(columns))
        return columns[0] in self.columns and common >= _ALIKE * min(
            len(self.columns), len(columns)
        )

    @property
    def name(self) -> str:
        """What its members have in common, in a word."""
        first = self.members[0]
        if self.twins:
            more = f" 等 {len(self.members)} 幅" if len(self.members) > 1 else ""
            return first.number + more
        titles = Counter(member.title for member in self.members)
        ending = _common_ending(list(titles)).lstrip("的")
        return ending if len(ending) > 1 else titles.most_common(1)[0][0]


def _common_ending(titles: Sequence[str]) -> str:
    shortest = min(titles, key=len)
    starts = range(len(shortest))
    endings = (shortest[start:] for start in starts)
    return next((e for e in endings if all(title.endswith(e) for title in titles)), "")


def table_groups(parts: Sequence[ReportPart | ChapterPages]) -> list[TableGroup]:
    """Gather the tables of a report, then the tables of its figures."""
    tables: list[TableGroup] = []
    twins: list[TableGroup] = []
    for part in parts:
        title = heading(part.number, part.title)
        for block in part.blocks.blocks:
            if isinstance(block, Table):
                member = Member(block.label, block.title, title, block.note, block)
                _add(tables, member, twins=False)
            elif isinstance(block, Figure):
                member = Member(block.label, block.title, title, block.subtitle, block.table)
                _add(twins, member, twins=True)
    return [*tables, *twins]


def _add(groups: list[TableGroup], member: Member, *, twins: bool) -> None:
    keys = _keys(member.table.columns)
    if not keys:
        return
    group = next((group for group in groups if group.takes(keys)), None)
    if group is None:
        group = TableGroup(twins)
        groups.append(group)
    group.members.append(member)
    for key, column in zip(keys, member.table.columns, strict=True):
        group.columns.setdefault(key, column)


def _keys(columns: Sequence[Column]) -> list[ColumnKey]:
    seen: Counter[tuple[str, str]] = Counter()
    keys = []
    for column in columns:
        keys.append((column.label, column.unit, seen[column.label, column.unit]))
        seen[column.label, column.unit] += 1
    return keys


@dataclass(frozen=True)
class _Line:
    """A row of a table, its cells by column."""

    member: Member
    row: Row
    cells: dict[ColumnKey, Cell]


Written = Callable[[_Line], Sequence[SheetCell]]


def group_sheet(group: TableGroup, taken: Collection[str]) -> Sheet:
    """Lay a group out as a sheet.

    Parameters
    ----------
    group : TableGroup
        Its tables stand below each other, with number and title in the first columns where there
        are several.
    taken : collection of str
        Names of the other sheets.

    Returns
    -------
    Sheet
        Numbers are numbers. What a report says beside a number, a note, and where it comes from
        have columns of their own.
    """
    lines = [
        _Line(member, row, dict(zip(_keys(member.table.columns), row.cells, strict=True)))
        for member in group.members
        for row in member.table.rows
    ]
    several = len(group.members) > 1
    columns: list[SheetColumn] = []
    writers: list[Written] = []
    sources: list[tuple[str, ColumnKey]] = []
    if several:
        columns += [SheetColumn("编号"), SheetColumn("题目"), SheetColumn("章节")]
        writers.append(_member_cells)
    if any(line.row.group for line in lines):
        columns.append(SheetColumn("组"))
        writers.append(lambda line: [text_cell(line.row.group)])
    frozen = (1 if several else 0) + (1 if len(columns) in (1, 4) else 0) or 1
    for key, column in group.columns.items():
        head = f"{column.label}({column.unit})" if column.unit else column.label
        found = [line.cells[key] for line in lines if key in line.cells]
        columns.append(SheetColumn(head))
        writers.append(_main(key, column))
        for ending, needed, write in _COMPANIONS:
            if any(needed(cell) for cell in found):
                columns.append(SheetColumn(f"{head}·{ending}"))
                writers.append(_companion(key, needed, write))
        if any(cell.trace for cell in found):
            sources.append((head, key))
    for head, key in sources:
        columns += [SheetColumn(f"{head}·{name}", of_source=True) for name in SOURCE_HEADS]
        writers.append(_sources(key))
    first = group.members[0]
    title = (
        f"{group.name}({len(group.members)} 张表)" if several else f"{first.number} {first.title}"
    )
    if group.twins and several:
        title = "图的数据:" + "、".join(member.number for member in group.members)
    return Sheet(
        name=sheet_name(group.name, taken),
        title=title,
        columns=tuple(columns),
        rows=tuple(tuple(cell for write in writers for cell in write(line)) for line in lines),
        frozen=frozen,
        notes=tuple(dict.fromkeys(member.note for member in group.members if member.note)),
    )


def _member_cells(line: _Line) -> Sequence[SheetCell]:
    return [
        text_cell(line.member.number),
        text_cell(line.member.title),
        text_cell(line.member.part),
    ]


def _main(key: ColumnKey, column: Column) -> Written:
    def write(line: _Line) -> Sequence[SheetCell]:
        cell = line.cells.get(key)
        if cell is None:
            return [SheetCell()]
        if cell.verdict:
            return [verdict_cell(cell.verdict, cell.text)]
        shown = shown_number(cell)
        if shown is not None and isinstance(cell.value, int | float):
            return [SheetCell(cell.value, shown.number_format, strong=line.row.strong)]
        if column.align == "right" and cell.text == "—":
            return [SheetCell()]
        return [text_cell(cell.text, strong=line.row.strong)]

    return write


def _sources(key: ColumnKey) -> Written:
    def write(line: _Line) -> Sequence[SheetCell]:
        cell = line.cells.get(key)
        if cell is None or not cell.trace:
            return [SheetCell()] * len(SOURCE_HEADS)
        return source_cells(cell.trace)

    return write


def _companion(
    key: ColumnKey, needed: Callable[[Cell], bool], content: Callable[[Cell], SheetCell]
) -> Written:
    def write(line: _Line) -> Sequence[SheetCell]:
        cell = line.cells.get(key)
        return [content(cell) if cell is not None and needed(cell) else SheetCell()]

    return write


def _says_more(cell: Cell) -> bool:
    shown = shown_number(cell)
    return cell.verdict is None and shown is not None and not shown.alone


def _hides_number(cell: Cell) -> bool:
    number = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    return cell.verdict is None and number and shown_number(cell) is None


def _value(cell: Cell) -> SheetCell:
    if not isinstance(cell.value, int | float):
        return SheetCell()
    size = abs(cell.value)
    form = "General" if size >= 1 or not size else "0.0000" if size >= 1e-3 else "0.0E+00"
    return number_cell(cell.value, form)


_COMPANIONS: tuple[tuple[str, Callable[[Cell], bool], Callable[[Cell], SheetCell]], ...] = (
    ("报告文字", _says_more, lambda cell: text_cell(cell.text)),
    ("数值", _hides_number, _value),
    ("备注", lambda cell: bool(cell.note), lambda cell: text_cell(cell.note)),
)
"""Columns beside a column: their heads, which cells need them, what stands there."""


def prose_sheet(chapters: Sequence[ChapterPages]) -> Sheet:
    """Return what the chapters say in words, a paragraph a row, under its heading."""
    rows = []
    for chapter in chapters:
        title, under = heading(chapter.number, chapter.title), ""
        for block in flat(chapter.blocks):
            if isinstance(block, Heading):
                under = block.text
            elif isinstance(block, Prose):
                rows.append((text_cell(title), text_cell(under), text_cell(block.text)))
    columns = tuple(SheetColumn(head) for head in ("章", "小节", "文字"))
    return Sheet("分章文字", "分章文字", columns, tuple(rows))
