"""One sheet of a form that came back: its shape looked at, its cells read, its rows each met once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from assessment.data.csv_source import shown
from assessment.data.schema import Problem
from assessment.intake import layout
from assessment.intake.blanks import Blank, listed, ranges
from assessment.intake.cells import figure_text, plain_text, said_text, squeezed
from assessment.intake.filled import Filled
from assessment.intake.guard import column_number
from assessment.intake.headings import heading_problems
from assessment.intake.sheet_scan import CELL_PICTURE
from assessment.intake.workbook import Grid

_MOST = 20
_FEW = 4
_RANGE = re.compile(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")
_ERROR = Problem("是表格软件的错误值（如 #DIV/0!）", "请改正公式后粘贴为数值")
_UNIT_NOTE = re.compile(r"[（(]?(?:计量)?单位\s*[:：]\s*(.+?)\s*[)）]?")
_PROSE = {"来源", "佐证材料", "说明", "内容", "涉及的指标或任务编号"}
_NO_VALUE = Problem("是没有算出值的公式", "请在表格软件中重新计算后粘贴为数值")


_IN_WORDS = "请用文字写明，图片请另附"


class Rows:
    """The rows of one sheet of a form, after its shape was looked at.

    Parameters
    ----------
    form : Filled
        The form; faults go there.
    sheet : Grid
        The sheet.
    head : sequence of str
        Column names that the sheet must have.
    inputs : set of str
        Columns that are filled in.
    """

    def __init__(self, form: Filled, sheet: Grid, head: Sequence[str], inputs: set[str]):
        self.form, self.sheet, self.inputs = form, sheet, inputs
        self.at = {name: column for column, name in enumerate(head, 1)}
        self.sound = self._head_stands(head)
        if self.sound:
            self._merged()
            self._hidden()
            self._above()
            self._outside(len(head))

    def _head_stands(self, head: Sequence[str]) -> bool:
        problems = list(heading_problems(self.sheet.rows, head))
        for column, problem in problems:
            self.form.refuse(self.sheet.name, layout.HEAD_ROW, column, problem)
        return not problems

    def _merged(self) -> None:
        found = [
            match
            for reference in self.sheet.scan.merged
            if (match := _RANGE.fullmatch(reference))
            and int(match[4] or match[2]) > layout.HEAD_ROW
        ]
        if found:
            named = listed([match[0] for match in found], _MOST)
            problem = Problem(f"有合并单元格（{named}）", "请取消合并，每格各填各的")
            at = int(found[0][2]), column_number(found[0][1])
            self.form.refuse(self.sheet.name, *at, problem)

    def _hidden(self) -> None:
        rows = [
            row
            for row in sorted(self.sheet.scan.hidden_rows)
            if row > layout.HEAD_ROW
            and any(self.sheet.cell(row, self.at[name]) != "" for name in self.inputs)
        ]
        if rows:
            which = (
                f"第 {listed([str(row) for row in rows], _MOST)} 行" if len(rows) > 1 else "此行"
            )
            what = f"{which}被隐藏或筛掉，其中的数据已读取"
            problem = Problem(what, "请取消隐藏与筛选，核对后再报")
            self.form.notice(self.sheet.name, rows[0], 0, problem)
        for first, last in self.sheet.scan.hidden_columns:
            for name in self.inputs:
                if first <= self.at[name] <= last:
                    problem = Problem(f"“{name}”列被隐藏", "请取消隐藏，核对后再报")
                    self.form.notice(self.sheet.name, layout.HEAD_ROW, self.at[name], problem)

    def _outside(self, width: int) -> None:
        cells = [
            (row, column)
            for row, cells in enumerate(self.sheet.rows, 1)
            for column, cell in enumerate(cells[width:], width + 1)
            if cell != "" and row >= layout.HEAD_ROW
        ]
        if cells:
            named = f"（{listed(ranges(cells), _MOST)}）" if len(cells) > 1 else ""
            problem = Problem(f"表外的格中有内容{named}，未读取", "要说明的请写在“说明”列")
            self.form.notice(self.sheet.name, *cells[0], problem)

    def _above(self) -> None:
        """Tell of notes above the heading; one that names another unit is asked about."""
        assert self.form.identity is not None
        title, subtitle = layout.titles(self.sheet.name, self.form.identity.year)
        printed = {(1, 1): {title, layout.marked(title, True)}, (2, 1): {subtitle}}
        notes: dict[str, list[tuple[int, int]]] = {}
        for row, cells in enumerate(self.sheet.rows[: layout.HEAD_ROW - 1], 1):
            for column, cell in enumerate(cells, 1):
                expected = {squeezed(text) for text in printed.get((row, column), ())}
                if cell != "" and squeezed(str(cell)) not in expected:
                    notes.setdefault(str(cell), []).append((row, column))
        for text, at in notes.items():
            said = f"表头上方写有“{shown(text)}”（{listed(ranges(at), _MOST)}），未读取"
            remedy = "要说明的请写在“说明”列"
            if named := _UNIT_NOTE.fullmatch(text):
                column = self.at.get("计量单位", 0)
                rows = range(layout.HEAD_ROW + 1, len(self.sheet.rows) + 1)
                units = dict.fromkeys(
                    str(cell) for row in rows if (cell := self.sheet.cell(row, column)) != ""
                )
                others = [unit for unit in units if squeezed(unit) != squeezed(named[1])]
                if column and others:
                    said += f"；“计量单位”列写的是{listed([f'“{unit}”' for unit in others])}"
                    said += "，数按该列的单位读取"
                    remedy = f"请核对各数的单位；是按“{shown(named[1])}”填的，请换算后再报"
            self.form.notice(self.sheet.name, *at[0], Problem(said, remedy))

    def __iter__(self) -> Any:
        """Yield the row numbers that hold something."""
        for row in range(layout.HEAD_ROW + 1, len(self.sheet.rows) + 1):
            if any(self.sheet.cell(row, column) != "" for column in self.at.values()):
                yield row

    def refuse(self, row: int, name: str, problem: Problem) -> None:
        """Record a fault of a cell."""
        self.form.refuse(self.sheet.name, row, self.at[name], problem)

    def blank(self, row: int, name: str, what: str, which: str, key: tuple[object, ...],
              beside: tuple[str, ...], asked: bool = True) -> None:  # fmt: skip
        """Record a cell that was not filled in, though others beside it may be."""
        blank = Blank(self.sheet.name, row, self.at[name], what, which, key, beside, asked)
        self.form.gaps.append(blank)

    def read(self, row: int, name: str, rule: Callable[[Any], str | Problem]) -> str | None:
        """Read a cell by a rule; None if it is refused, with the fault recorded."""
        column = self.at[name]
        value = self.sheet.cell(row, column)
        reference = f"{layout.column_letter(column)}{row}"
        if reference in self.sheet.scan.errors:
            self.refuse(row, name, _ERROR)
            return None
        if reference in self.sheet.scan.pictures or CELL_PICTURE.match(str(value)):
            return self._unread(row, name, Problem("是单元格图片，程序不读图片，未读取", _IN_WORDS))
        if reference in self.sheet.scan.struck and name in self.inputs and value != "":
            what = f"“{shown(str(plain_text(value)))}”上有删除线，未读取"
            remedy = "有效的请去掉删除线再报，作废的请删去"
            self.form.notice(self.sheet.name, row, column, Problem(what, remedy))
            return "" if name in _PROSE else None
        computed = self.sheet.scan.formulas.get(reference)
        if computed is False or (computed is True and value == ""):
            self.refuse(row, name, _NO_VALUE)
            return None
        found = rule(value)
        if isinstance(found, Problem):
            self.refuse(row, name, found)
            return None
        if computed and name in self.inputs:
            problem = Problem(f"是公式，已按算得的 {shown(found)} 读取", "请粘贴为数值")
            self.form.notice(self.sheet.name, row, column, problem)
        return found

    def _unread(self, row: int, name: str, problem: Problem) -> str | None:
        """Tell of a cell whose content is not read: text is missed, a number or choice is refused."""
        if name in _PROSE:
            self.form.notice(self.sheet.name, row, self.at[name], problem)
            return ""
        self.refuse(row, name, problem)
        return None

    def figure(self, row: int, name: str, unit: str) -> str | None:
        """Read a number in the row's unit; None if it is refused, with the fault recorded."""
        reference = f"{layout.column_letter(self.at[name])}{row}"
        per_cent = reference in self.sheet.scan.per_cent
        return self.read(row, name, partial(figure_text, unit=unit, per_cent=per_cent))

    def text(self, row: int, name: str) -> str:
        """Read text; a refused one reads as empty."""
        return self.read(row, name, plain_text) or ""

    def said(self, row: int, name: str) -> str:
        """Read text that is to say something: 无 and the like read as empty."""
        return self.read(row, name, said_text) or ""


class Expected:
    """The rows that a sheet must have: each once, none else.

    Parameters
    ----------
    rows : Rows
        The sheet.
    names : mapping of tuple to str
        The rows by their key (code, and region where there is one), as a message calls them.
    """

    def __init__(self, rows: Rows, names: Mapping[tuple[str, ...], str]):
        self._rows = rows
        self._names = dict(names)
        self._left = dict.fromkeys(names)
        self._codes = {key[0] for key in names}
        self._refused = 0
        self._misnamed: list[tuple[int, int, Problem]] = []
        self._notes: list[int] = []

    def is_note(self, row: int) -> bool:
        """Tell whether a row holds one line of text and nothing else: a footnote, a subheading."""
        sheet = self._rows.sheet
        filled = [column for column in self._rows.at.values() if sheet.cell(row, column) != ""]
        if filled != [1] or str(sheet.cell(row, 1)) in self._codes:
            return False
        self._notes.append(row)
        return True

    def meets(self, row: int, key: tuple[str, ...], mark: str) -> bool:
        """Tell whether a row is one of the sheet's; if not, a fault is recorded."""
        if key in self._left:
            del self._left[key]
            return True
        self._refused += 1
        if key in self._names:
            said = self._names[key]
            self._rows.refuse(row, mark, Problem(f"与上面的行重复（{said}）", "同一项只能有一行"))
        elif not key[0]:
            self._rows.refuse(row, mark, Problem("此行没有编号", "请用原表单填报，不要增加行"))
        else:
            what = f"本表不问这一项（{shown(key[0])}）"
            self._rows.refuse(row, mark, Problem(what, "请用原表单填报"))
        return False

    def is_named(self, row: int, column: str, name: str) -> bool:
        """Tell whether a row bears the name that goes with its code; if not, that is recorded."""
        text = self._rows.text(row, column)
        if squeezed(text) == squeezed(name):
            return True
        said = f"写的是“{shown(text)}”" if text else "空着"
        what = f"“{column}”{said}，而按编号应为“{shown(name)}”，与编号不符"
        problem = Problem(what, "请写回原来的名称；编号被改动的，请改回编号")
        self._misnamed.append((row, self._rows.at[column], problem))
        return False

    def unplaced(self) -> None:
        """Count a row that was refused before it could be told which it is."""
        self._refused += 1

    def close(self) -> None:
        """Record what concerns the sheet as a whole: rows mixed up, missing, or beside the form."""
        form, sheet = self._rows.form, self._rows.sheet.name
        if len(self._misnamed) < _FEW:
            for row, column, problem in self._misnamed:
                form.refuse(sheet, row, column, problem)
        else:
            cells = [(row, column) for row, column, _ in self._misnamed]
            which = listed(ranges(cells), _MOST)
            what = f"{len(cells)} 行的名称与编号不符（{which}；如第 {cells[0][0]} 行{self._misnamed[0][2].what}）"
            remedy = "多半是排序时没有带上“编号”列；请撤销排序，或把数粘贴到原表单里再报"
            form.refuse(sheet, 0, 0, Problem(what, remedy))
        if self._notes:
            which = listed([f"A{row}" for row in self._notes], _MOST)
            text = shown(str(self._rows.sheet.cell(self._notes[0], 1)))
            what = f"有 {len(self._notes)} 行不是表单的行（{which}“{text}”），未读取"
            form.notice(sheet, self._notes[0], 1, Problem(what, "要说明的请写在“说明”列"))
        left = list(self._left)
        if len(left) <= self._refused:
            return
        count = "一" if len(left) == 1 else f" {len(left)} "
        named = listed([self._names[key] for key in left], _MOST)
        problem = Problem(f"缺少{count}行（{named}）", "请用原表单填报，不要删行")
        form.refuse(sheet, 0, 0, problem)
