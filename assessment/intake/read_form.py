"""Forms read back: first which form it is, then its sheets, each row by its code."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any

from assessment.data.csv_source import shown
from assessment.data.schema import Problem
from assessment.errors import Fault
from assessment.intake import front_sheets, layout
from assessment.intake.blanks import listed, ranges
from assessment.intake.cells import date_text, plain_text, said_text, squeezed
from assessment.intake.filled import Filled
from assessment.intake.guard import RefusedError, column_number
from assessment.intake.headings import heading_problems
from assessment.intake.layout import Identity, Owner
from assessment.intake.looks import RETURNED_BY
from assessment.intake.read_rows import read_figures, read_remarks, read_tasks
from assessment.intake.workbook import Workbook, read_workbook
from assessment.params.model import Params

_SAY_IT = "要说明的请写在“说明”列或“意见与建议”"
_MOST = 20
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_YEAR = re.compile(r"(\d{4})年?度?")
_WORDS = re.compile(r"[\u3400-\u9fff]+")
_NAMES = ("plan", "digest", "year", "owner", "name", "version")


def _carried(book: Workbook) -> Iterator[dict[str, str]]:
    """Return the identities that a workbook carries: in the hidden sheet, in its properties."""
    if sheet := book.sheets.get(layout.IDENTITY):
        found = {str(sheet.cell(row, 1)): str(sheet.cell(row, 2)) for row in range(1, 12)}
        if any(name in found for name in _NAMES):
            yield {name: found.get(name, "") for name in _NAMES}
    found = {
        name.removeprefix(layout.PROPERTY): text
        for name, text in book.properties.items()
        if name.startswith(layout.PROPERTY)
    }
    if found:
        yield {name: found.get(name, "") for name in _NAMES}


def _refused_identity(
    found: list[dict[str, str]], expected: Identity, owners: set[str]
) -> Problem | None:
    """Say why a workbook is none of this year's forms of this plan."""
    if not found:
        return Problem("不是本工具发出的表单（没有表单编号）", "请用 forms 命令发出的表单填报")
    if len(found) == 2 and found[0] != found[1]:
        return Problem("表单编号前后不一致，可能被改动", "请用原表单重新填报")
    entries = found[0]
    if entries["plan"] != expected.plan:
        return Problem(
            f"是另一方案（{shown(entries['plan'])}）的表单", f"应为 {expected.plan} 的表单"
        )
    if entries["year"] != str(expected.year):
        return Problem(
            f"是 {shown(entries['year'])} 年度的表单",
            f"本次收 {expected.year} 年度的表单；收别的年度，先改 run.yml 的 year",
        )
    if entries["version"] != expected.version:
        return Problem(f"是第 {shown(entries['version'])} 版表单", f"应为第 {expected.version} 版")
    if entries["digest"] != expected.digest:
        return Problem("发表单之后方案或指标目录有改动", "请用 forms 命令重新发表单，再粘贴数据")
    if entries["owner"] not in owners:
        return Problem(f"没有编号为“{shown(entries['owner'])}”的填报单位", "请用原表单填报")
    return None


def _year_said(text: str) -> str:
    """Return the year that the cover says, however it is written: 2025, 2025年, 2025 年度."""
    found = _YEAR.fullmatch(squeezed(text))
    return found[1] if found else text


def _read_cover(form: Filled, book: Workbook, owner: Owner, year: int) -> None:
    sheet = book.sheets.get(layout.COVER)
    if sheet is None:
        form.refuse(layout.COVER, 0, 0, Problem("缺少此工作表", "请用原表单填报"))
        return
    at, column = layout.COVER_FIELDS, layout.COVER_COLUMN
    for label, ours in (("填报单位", owner.name), ("评估年度", f"{year} 年")):
        said = plain_text(sheet.cell(at[label], column))
        same = isinstance(said, str) and (
            squeezed(said) in ("", squeezed(ours)) or _year_said(said) == _year_said(ours)
        )
        if not same:
            words = said.what if isinstance(said, Problem) else f"{label}改成了“{shown(said)}”"
            remedy = f"这是“{ours}”的表单，别的请用它自己的表单；误改的请写回“{ours}”"
            form.refuse(layout.COVER, at[label], column, Problem(words, remedy))
    who = said_text(sheet.cell(at["填报人"], column))
    if isinstance(who, Problem) or not who:
        problem = who if isinstance(who, Problem) else Problem("没有写填报人", "此格必填，请写姓名")
        form.refuse(layout.COVER, at["填报人"], column, problem)
    else:
        form.who = who
    received = date_text(sheet.cell(at["填报日期"], column))
    if isinstance(received, str) and not f"{year}-12" < received < f"{year + 6}":
        what = f"填报日期 {received} 与 {year} 年度不符"
        received = Problem(what, f"{year} 年度的表应在该年结束时或以后填报，请核对年份")
    if isinstance(received, Problem):
        remedy = received.remedy or f"应为 {year + 1}-01-20 这样的日期"
        form.refuse(layout.COVER, at["填报日期"], column, Problem(received.what, remedy))
    else:
        form.received = received


def _read_beside_cover(form: Filled, book: Workbook, params: Params) -> None:
    """Tell of what was written on the cover beside its own cells."""
    sheet = book.sheets.get(layout.COVER)
    if sheet is None:
        return
    assert form.owner is not None and form.identity is not None
    printed: dict[tuple[int, int], set[str]] = {}
    for demo in (True, False):
        texts = front_sheets.cover_texts(params, form.owner, form.identity, "", demo)
        for at, (text, _) in texts.items():
            printed.setdefault(at, set()).add(squeezed(text))
    answers = {(row, layout.COVER_COLUMN) for row in layout.COVER_FIELDS.values()}
    found = [
        ((row, column), str(cell))
        for row, cells in enumerate(sheet.rows, 1)
        for column, cell in enumerate(cells, 1)
        if cell != "" and (row, column) not in answers
        and squeezed(str(cell)) not in printed.get((row, column), set())
    ]  # fmt: skip
    if found:
        named = "、".join(
            f"{layout.column_letter(column)}{row}“{shown(text)}”"
            for (row, column), text in found[:5]
        )
        named += f" 等 {len(found)} 格" if len(found) > 5 else ""
        problem = Problem(f"封面上另写了字（{named}），未读取", _SAY_IT)
        form.notice(layout.COVER, *found[0][0], problem)


def _read_over_sheets(form: Filled, book: Workbook) -> None:
    """Tell of comments, pictures and text boxes: none of them is read."""
    for name, sheet in book.sheets.items():
        matches = (_CELL.fullmatch(reference) for reference in sheet.scan.comments)
        cells = [(int(match[2]), column_number(match[1])) for match in matches if match]
        if cells:
            named = f"（{listed(ranges(cells), _MOST)}）" if len(cells) > 1 else ""
            form.notice(name, *min(cells), Problem(f"有批注{named}，未读取", _SAY_IT))
        for one in sheet.scan.floating[:_MOST]:
            match = _CELL.fullmatch(one.cell)
            at = (int(match[2]), column_number(match[1])) if match else (0, 0)
            said = f"“{shown(one.text)}”" if one.text else ""
            form.notice(name, *at, Problem(f"有{one.kind}{said}，未读取", _SAY_IT))
        if len(sheet.scan.floating) > _MOST:
            what = f"共有 {len(sheet.scan.floating)} 个图片、图形或文本框，都未读取"
            form.notice(name, 0, 0, Problem(what, _SAY_IT))


def _other_name(file: str, owner: Owner, owners: Iterable[Owner]) -> Problem | None:
    """Say that the file bears the name of another owner: one form may have been filled for another."""
    words = set(_WORDS.findall(PurePath(file).stem))
    others = [other.name for other in owners if other.name in words]
    if not others or owner.name in words:
        return None
    what = f"文件名写的是“{others[0]}”，而这是“{owner.name}”的表单"
    remedy = f"报的是{owner.name}的数，请改文件名；是{others[0]}的数，请填在它自己的表单里"
    return Problem(what, remedy)


def _is_empty(form: Filled) -> bool:
    """Tell whether nothing at all was filled in of what is asked; being asked nothing is not that."""
    tables = (*form.observations, *form.tasks)
    return (
        any(gap.asked for gap in form.gaps)
        and not form.remarks
        and not any(table.rows for table in tables)
    )


def _unread_sheets(form: Filled, book: Workbook, expected: set[str]) -> None:
    for name in book.sheets:
        if name not in expected:
            problem = Problem("不是表单的工作表，未读取", "要报的数请填在表单原有的工作表里")
            form.notice(name, 0, 0, problem)


def read_form(data: bytes, file: str, params: Params, year: int, digest: str) -> Filled:
    """Read a form that came back; nothing is raised for what is in the file.

    Parameters
    ----------
    data : bytes
        The workbook.
    file : str
        Name used in messages.
    params : Params
        Plan, catalogue and regions.
    year : int
        Year whose forms are taken in.
    digest : str
        What `layout.digest` gives for the parameters.

    Returns
    -------
    Filled
        Rows as text, with what is wrong so far. A workbook that is not one of this year's forms of
        this plan has a fault and no rows.
    """
    form = Filled(file, hashlib.sha256(data).hexdigest())
    try:
        book = read_workbook(data)
    except RefusedError as refusal:
        form.faults.append(Fault(file, "", refusal.problem, refusal.remedy))
        return form
    owners = {owner.code: owner for owner in layout.owners(params)}
    found = list(_carried(book))
    expected = Identity(params.plan.id, digest, year, "", "")
    if problem := _refused_identity(found, expected, set(owners)):
        form.refuse("", 0, 0, problem)
        return form
    form.owner = owner = owners[found[0]["owner"]]
    form.identity = layout.identity(params, owner, year, digest)
    form.data = data
    if problem := _other_name(file, owner, owners.values()):
        form.refuse("", 0, 0, problem)
    _read_cover(form, book, owner, year)
    _read_beside_cover(form, book, params)
    _read_over_sheets(form, book)

    wanted: dict[str, Any] = {}
    if layout.annual_rows(params, owner):
        wanted[layout.ANNUAL] = lambda sheet: read_figures(form, sheet, params, monthly=False)
    if layout.monthly_rows(params, owner):
        wanted[layout.MONTHLY] = lambda sheet: read_figures(form, sheet, params, monthly=True)
    if layout.task_rows(params, owner):
        wanted[layout.TASKS] = lambda sheet: read_tasks(form, sheet, params)
    wanted[layout.REMARKS] = lambda sheet: read_remarks(form, sheet, params)
    known = {*wanted, layout.COVER, layout.GUIDE, layout.MEANINGS, layout.IDENTITY, RETURNED_BY}
    stopped = len(form.faults)
    for name, read in wanted.items():
        if name in book.sheets:
            read(book.sheets[name])
        else:
            head = layout.HEADS[name]
            renamed = [
                other
                for other, sheet in book.sheets.items()
                if other not in known and not list(heading_problems(sheet.rows, head))
            ]
            known.update(renamed)
            what = f"此工作表改名为“{shown(renamed[0])}”" if renamed else "缺少此工作表"
            remedy = f"请改回“{name}”" if renamed else "请用原表单填报，不要删改工作表"
            form.refuse(name, 0, 0, Problem(what, remedy))
    if len(form.faults) == stopped and _is_empty(form):
        form.refuse(
            "",
            0,
            0,
            Problem(
                f"应填的 {sum(gap.asked for gap in form.gaps)} 格全是空的",
                "不算已报，也不登记收到日期；请填好再发来",
            ),
        )
    _unread_sheets(form, book, known)
    return form
