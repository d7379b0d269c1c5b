"""One sheet of a form that came back: its shape looked at, its cells read, its rows each met once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from assessment.characters import invisible, plain
from assessment.data.csv_source import shown
from assessment.data.schema import Problem
from assessment.intake import layout
from assessment.intake.blanks import Blank, listed, ranges
from assessment.intake.cells import plain_text
from assessment.intake.filled import Filled
from assessment.intake.guard import column_number
from assessment.intake.headings import heading_problems
from assessment.intake.workbook import Grid

_MOST = 20
_RANGE = re.compile(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")
_ERROR = Problem("是表格软件的错误值（如 #DIV/0!）", "请改正公式后粘贴为数值")
_NO_VALUE = Problem("是没有算出值的公式", "请在表格软件中重新计算后粘贴为数值")


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
            self._outside(len(head))
            self._commented()

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

    def _commented(self) -> None:
        matches = (_RANGE.fullmatch(reference) for reference in self.sheet.scan.comments)
        cells = [(int(match[2]), column_number(match[1])) for match in matches if match]
        if cells:
            named = f"（{listed(ranges(cells), _MOST)}）" if len(cells) > 1 else ""
            problem = Problem(f"有批注{named}，未读取", "要说明的请写在“说明”列")
            self.form.notice(self.sheet.name, *min(cells), problem)

    def __iter__(self) -> Any:
        """Yield the row numbers that hold something."""
        for row in range(layout.HEAD_ROW + 1, len(self.sheet.rows) + 1):
            if any(self.sheet.cell(row, column) != "" for column in self.at.values()):
                yield row

    def refuse(self, row: int, name: str, problem: Problem) -> None:
        """Record a fault of a cell."""
        self.form.refuse(self.sheet.name, row, self.at[name], problem)

    def blank(self, row: int, name: str, what: str, which: str, beside: tuple[str, ...]) -> None:
        """Record a cell that was not filled in, though others beside it may be."""
        self.form.gaps.append(Blank(self.sheet.name, row, self.at[name], what, which, beside))

    def read(self, row: int, name: str, rule: Callable[[Any], str | Problem]) -> str | None:
        """Read a cell by a rule; None if it is refused, with the fault recorded."""
        column = self.at[name]
        value = self.sheet.cell(row, column)
        reference = f"{layout.column_letter(column)}{row}"
        if reference in self.sheet.scan.errors:
            self.refuse(row, name, _ERROR)
            return None
        computed = self.sheet.scan.formulas.get(reference)
        if computed is False or (computed is True and value == ""):
            self.refuse(row, name, _NO_VALUE)
            return None
        hidden = {code for _, code in invisible(value)} if isinstance(value, str) else set()
        found = rule(plain(value) if hidden else value)
        if isinstance(found, Problem):
            self.refuse(row, name, found)
            return None
        if hidden and name in self.inputs:
            problem = Problem(f"有看不见的字符 {'、'.join(sorted(hidden))}，已略去")
            self.form.notice(self.sheet.name, row, column, problem)
        if computed and name in self.inputs:
            problem = Problem(f"是公式，已按算得的 {shown(found)} 读取", "请粘贴为数值")
            self.form.notice(self.sheet.name, row, column, problem)
        return found

    def text(self, row: int, name: str) -> str:
        """Read text; a refused one reads as empty."""
        return self.read(row, name, plain_text) or ""


class Expected:
    """The rows that a sheet must have: each once, none else."""

    def __init__(self, rows: Rows, keys: Sequence[tuple[str, ...]]):
        self._rows = rows
        self._left = dict.fromkeys(keys)
        self._known = set(keys)
        self._refused = 0

    def meets(self, row: int, key: tuple[str, ...], mark: str) -> bool:
        """Tell whether a row is one of the sheet's; if not, a fault is recorded."""
        if key in self._left:
            del self._left[key]
            return True
        self._refused += 1
        said = shown("、".join(key))
        if key in self._known:
            self._rows.refuse(row, mark, Problem(f"与上面的行重复（{said}）", "同一项只能有一行"))
        elif not key[0]:
            self._rows.refuse(row, mark, Problem("此行没有编号", "请用原表单填报，不要增加行"))
        else:
            self._rows.refuse(row, mark, Problem(f"本表不问这一项（{said}）", "请用原表单填报"))
        return False

    def unplaced(self) -> None:
        """Count a row that was refused before it could be told which it is."""
        self._refused += 1

    def missing(self, say: Callable[[tuple[str, ...]], str]) -> None:
        """Record the rows that are not there, if no refused row can be one of them."""
        left = list(self._left)
        if len(left) <= self._refused:
            return
        count = "一" if len(left) == 1 else f" {len(left)} "
        named = listed([say(key) for key in left], _MOST)
        problem = Problem(f"缺少{count}行（{named}）", "请用原表单填报，不要删行")
        self._rows.form.refuse(self._rows.sheet.name, 0, 0, problem)
