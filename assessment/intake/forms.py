"""Forms for the departments and units: one workbook each, in the plan's order."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from assessment.data.pack import Pack
from assessment.data.schema import STATUSES
from assessment.errors import Fault, InputError, system_reason
from assessment.intake import form_sheets, front_sheets, layout
from assessment.intake.blanks import listed
from assessment.intake.form_sheets import LastYear, Sheet
from assessment.intake.layout import Owner
from assessment.params.model import Params

_STATUS_WORDS = {identifier: word for word, identifier in STATUSES.items()}


def due_date(pack: Pack | None, owner: Owner, year: int) -> str:
    """Return when a form is due: what the pack says, else the day of the year before, else 31 March.

    Returns
    -------
    str
        ISO date.
    """
    if pack is not None:
        data = pack.submissions
        mine = data[data["department"] == owner.name] if owner.kind == "department" else data
        for given in (year, year - 1):
            found = mine.loc[mine["year"] == given, "due"]
            if len(found):
                due = str(found.max())
                moved = f"{int(due[:4]) + year - given}{due[4:]}"
                return moved if moved[5:] != "02-29" else f"{moved[:4]}-02-28"
    return f"{year + 1}-03-31"


def last_values(pack: Pack | None, year: int) -> LastYear:
    """Return what forms show of the year before: by indicator and region a value, a word or nothing."""
    if pack is None:
        return lambda indicator, region: ""
    data = pack.observations
    data = data[(data["year"] == year - 1) & (data["month"] == 0)]
    words = {"not_applicable": "不适用", "not_reported": "未报"}
    known: dict[tuple[str, str], str | float] = {}
    rows = zip(data["indicator"], data["region"], data["series"], data["state"], data["value"],
               strict=True)  # fmt: skip
    for indicator, region, series, state, value in rows:
        primary = pack.meta.primary_series.get(indicator)
        if primary is None or primary == series:
            known[indicator, region] = float(value) if state == "value" else words[state]
    return lambda indicator, region: known.get((indicator, region), "")


def _last_statuses(pack: Pack | None, year: int) -> LastYear:
    if pack is None:
        return lambda task, region: ""
    data = pack.tasks[pack.tasks["year"] == year - 1]
    rows = zip(data["task"], data["region"], data["status"], strict=True)
    known = {(task, region): _STATUS_WORDS[status] for task, region, status in rows}
    return lambda task, region: known.get((task, region), "")


def _write(
    path: Path, params: Params, pack: Pack | None, owner: Owner, year: int, key: str
) -> None:
    identity = layout.identity(params, owner, year, key)
    options = {
        "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(path, options) as book:
        looks = form_sheets.formats(book)
        demo = pack is not None and pack.meta.kind == "demo"
        # A form is the same file whenever it is made.
        created = datetime(year, 12, 31)
        book.set_properties({"title": f"{owner.name} {year} 年度报送表", "created": created})
        for name, text in identity.entries().items():
            book.set_custom_property(layout.PROPERTY + name, text, "text")

        def add(name: str) -> Sheet:
            sheet = book.add_worksheet(name)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            if name in {layout.MEANINGS, layout.ANNUAL, layout.MONTHLY, layout.TASKS}:
                sheet.repeat_rows(layout.HEAD_ROW - 1)
            if demo:
                sheet.set_header(f"&R{layout.DEMO}")
            return Sheet(sheet, looks, demo)

        front_sheets.cover(add(layout.COVER), params, owner, identity, due_date(pack, owner, year))
        front_sheets.guide(add(layout.GUIDE), params, owner)
        if layout.annual_rows(params, owner):
            front_sheets.meanings(add(layout.MEANINGS), params, owner, year)
            last = last_values(pack, year)
            form_sheets.annual(add(layout.ANNUAL), params, owner, year, last)
        if layout.monthly_rows(params, owner):
            form_sheets.monthly(add(layout.MONTHLY), params, owner, year)
        if layout.task_rows(params, owner):
            statuses = _last_statuses(pack, year)
            form_sheets.tasks(add(layout.TASKS), params, owner, year, statuses)
        form_sheets.remarks(add(layout.REMARKS), year)
        hidden = book.add_worksheet(layout.IDENTITY)
        for row, (name, text) in enumerate(identity.entries().items()):
            hidden.write_string(row, 0, name)
            hidden.write_string(row, 1, text)
        hidden.very_hidden()
        hidden.protect()


def _put(made: Sequence[Path], folder: Path) -> None:
    """Move workbooks into a folder; not one of them if another of its name lies there."""
    new = [path for path in made if not (folder / path.name).exists()]
    others = [
        path.name
        for path in made
        if path not in new and (folder / path.name).read_bytes() != path.read_bytes()
    ]
    if others:
        what = (
            f"已有 {len(others)} 份同名而内容不同的表（{listed(others)}），可能已经填过，没有覆盖"
        )
        raise InputError([Fault("--to", str(folder), what, "换一个目录，或先移走这些表")])
    for path in new:
        path.replace(folder / path.name)


def write_forms(params: Params, pack: Pack | None, year: int, folder: Path) -> list[Path]:
    """Write a workbook for every department and every unit.

    Parameters
    ----------
    params : Params
        Plan, catalogue and regions.
    pack : Pack, optional
        Data of the years before: the forms show last year's values and statuses.
    year : int
        Year that is asked about.
    folder : Path
        Where to; made if it is not there. A workbook that is there already stays.

    Returns
    -------
    list of Path
        The workbooks, departments as the plan prints them, then units.

    Raises
    ------
    InputError
        A name that no file may bear, a year out of range, a folder that cannot be written, or one
        that has other workbooks of these names, which may be filled in; then nothing is written.
    """
    faults = layout.name_faults(params)
    if not 1990 <= year <= 2100:
        faults.append(Fault("--year", str(year), "年份超出范围", "应在 1990 至 2100 之间"))
    if faults:
        raise InputError(faults)
    key = layout.digest(params)
    made: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".forms-") as room:
            for owner in layout.owners(params):
                path = Path(room) / layout.file_name(owner, year)
                _write(path, params, pack, owner, year, key)
                made.append(path)
            _put(made, folder)
    except (OSError, FileCreateError) as error:
        cause = error if isinstance(error, OSError) else error.args[0]
        why = f"无法写入（{system_reason(cause)}）"
        raise InputError([Fault("--to", str(folder), why, "请检查目录与权限")]) from None
    except ValueError:
        raise InputError([Fault("--to", "", "目录名不合规定", "请检查路径")]) from None
    return [folder / path.name for path in made]


__all__ = ["due_date", "last_values", "write_forms"]
