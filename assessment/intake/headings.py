"""The heading of a form's sheet against what it should be: what was added, taken out or renamed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from assessment.data.csv_source import shown
from assessment.data.schema import Problem
from assessment.intake.cells import squeezed
from assessment.intake.layout import HEAD_ROW, column_letter

_RESTORE = "请放回原来的次序"


def _texts(cells: Sequence[object]) -> list[str]:
    return [squeezed(str(cell)) for cell in cells]


def _called(column: int, name: str) -> str:
    return f"{column_letter(column)} 列" + (f"“{shown(name)}”" if name else "（没有列名）")


def _shifted(rows: Sequence[Sequence[object]], head: Sequence[str]) -> Problem:
    """Say that the row of the heading holds something else, and where the heading went."""
    for number, cells in enumerate(rows, 1):
        if _texts(cells)[: len(head)] == list(head):
            remedy = "请删去多出的行" if number > HEAD_ROW else "请补回删去的行，或用原表单填报"
            return Problem(f"列名在第 {number} 行，应在第 {HEAD_ROW} 行", remedy)
    return Problem(f"第 {HEAD_ROW} 行不是原表单的列名", "请用原表单填报，不要增删行列")


def heading_problems(
    rows: Sequence[Sequence[object]], head: Sequence[str]
) -> Iterator[tuple[int, Problem]]:
    """Say what is wrong with the row of column names, one problem for each cause.

    Parameters
    ----------
    rows : sequence of sequence
        Cells of the sheet from A1 on.
    head : sequence of str
        Column names that the sheet must have; what stands to their right is not looked at.

    Yields
    ------
    (int, Problem)
        Column (1-based) and what is wrong there.
    """
    cells = rows[HEAD_ROW - 1] if len(rows) >= HEAD_ROW else []
    found = _texts(cells)
    while found and not found[-1]:
        found.pop()
    if found[: len(head)] == list(head):
        return
    matcher = SequenceMatcher(None, list(head), found, autojunk=False)
    if sum(block.size for block in matcher.get_matching_blocks()) * 2 < len(head):
        yield 1, _shifted(rows, head)
        return
    extra: dict[int, str] = {}
    missing: dict[str, int] = {}
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "replace" and end - start == last - first:
            for column, name in enumerate(head[start:end], first + 1):
                said = f"列名为“{shown(found[column - 1])}”" if found[column - 1] else "没有列名"
                yield column, Problem(said, f"应为“{name}”；请写回原来的列名")
        elif kind != "equal":
            missing |= {name: at for at, name in enumerate(head[start:end], start + 1)}
            if start < len(head):
                extra |= {column: found[column - 1] for column in range(first + 1, last + 1)}
    for column, name in list(extra.items()):
        if name in missing:
            del extra[column]
            at = column_letter(missing.pop(name))
            yield column, Problem(f"“{name}”列应在 {at} 列", _RESTORE)
    if extra:
        named = "、".join(_called(column, name) for column, name in extra.items())
        remedy = "请删去；其中要说明的写在“说明”列，或写进“意见与建议”"
        yield min(extra), Problem(f"多出 {len(extra)} 列：{named}", remedy)
    if missing:
        named = "、".join(f"“{name}”" for name in missing)
        what = f"缺少 {len(missing)} 列：{named}"
        yield min(missing.values()), Problem(what, "请用原表单填报，不要删列")
