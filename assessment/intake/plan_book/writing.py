"""Writing a plan workbook: an empty one with examples, or one of existing parameters."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from assessment.intake.form_sheets import Sheet as Writer
from assessment.intake.form_sheets import formats
from assessment.intake.plan_book.columns import (
    DEPARTMENTS,
    HEAD_ROW,
    INDICATORS,
    MARK,
    PLAN,
    REGIONS,
    SHEETS,
    TARGETS,
    TASKS,
    Column,
    Sheet,
)
from assessment.intake.plan_book.formulas import formula
from assessment.params.model import Params
from assessment.params.plan import Target

_ROOM = 400
"""Rows of a sheet that offer lists."""

_GUIDE = (
    "从左到右逐张填：方案、单位、部门、指标、章节任务、目标。带 * 的列每行都要填，其余不填就按默认。",
    f"第一列写着“{MARK}”的行是例子，不读；看懂以后整行删去。列名和工作表名请勿改动，列可以变宽、变窄。",
    "填好以后运行：build.py init --from 方案.xlsx --to 目录。有错会逐格说明，改好再运行。",
    "原文照方案抄录，便于读者核对。评价的阈值、协同度的标尺由程序按默认写出，注明“假定”，在目录里再改。",
)


def write_plan_book(params: Params | None = None) -> bytes:
    """Return a plan workbook.

    Parameters
    ----------
    params : Params, optional
        Parameters to write; an empty workbook with examples without them.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    looks = formats(book)
    guide = Writer(book.add_worksheet("说明"), looks)
    guide.sheet.hide_gridlines(2)
    guide.sheet.set_column(0, 0, 110)
    guide.text(1, 1, "方案表", "title")
    for row, line in enumerate(_GUIDE, 3):
        guide.text(row, 1, line, "wrap")
        guide.sheet.set_row(row - 1, 34)
    rows = _examples() if params is None else _rows(params)
    for sheet in SHEETS:
        _sheet(
            Writer(book.add_worksheet(sheet.name), looks), sheet, rows[sheet.name], params is None
        )
    book.close()
    return target.getvalue()


def _sheet(
    writer: Writer, sheet: Sheet, rows: Sequence[Mapping[str, object]], example: bool
) -> None:
    looks = writer.formats
    writer.text(1, 1, sheet.name, "title")
    writer.text(2, 1, sheet.note, "subtitle")
    writer.sheet.set_row(2, 62)
    writer.sheet.set_column(0, 0, 6)
    writer.text(HEAD_ROW, 1, "标记", "head")
    for place, column in enumerate(sheet.columns, 2):
        writer.sheet.set_column(place - 1, place - 1, column.width)
        writer.text(HEAD_ROW - 1, place, column.help, "wrap")
        head = f"{column.head} *" if column.needed else column.head
        writer.text(HEAD_ROW, place, head, "head_input" if column.needed else "head")
        last = HEAD_ROW + max(_ROOM, len(rows))
        if column.kind == "choice":
            writer.choose(HEAD_ROW + 1, last, place, tuple(column.choices))
        if sheet is not DEPARTMENTS and column.key in ("department", "lead"):
            source = f"={DEPARTMENTS.name}!$B${HEAD_ROW + 1}:$B${HEAD_ROW + _ROOM}"
            writer.sheet.data_validation(
                HEAD_ROW, place - 1, last - 1, place - 1,
                {"validate": "list", "source": source, "error_type": "warning"},
            )  # fmt: skip
    for number, row in enumerate(rows, HEAD_ROW + 1):
        if example:
            writer.text(number, 1, MARK, "label")
        for place, column in enumerate(sheet.columns, 2):
            value = _written(column, row.get(column.key))
            if isinstance(value, float):
                writer.value(number, place, value, "number")
            elif value:  # as it stands: a plan's own words keep their punctuation
                writer.sheet.write_string(number - 1, place - 1, value, looks["entry"])
            else:
                writer.text(number, place, "", "entry")
    writer.sheet.freeze_panes(HEAD_ROW, 2)


def _written(column: Column, value: object) -> str | float:
    """A value as its cell shows it."""
    if value is None:
        return ""
    if column.kind == "choice":
        return next((word for word, code in column.choices.items() if code == value), str(value))
    if column.kind == "yes":
        return "是" if value else ""
    if column.kind == "milestones":
        stops: Any = value
        return "；".join(f"{stop.year}：{stop.value:g}" for stop in stops)
    if isinstance(value, tuple | list):
        return "、".join(map(str, value))
    return float(value) if isinstance(value, int | float) else str(value)


def _examples() -> dict[str, list[Mapping[str, object]]]:
    return {sheet.name: list(sheet.examples) for sheet in SHEETS}


def _rows(params: Params) -> dict[str, list[Mapping[str, object]]]:
    plan = params.plan
    names = {i.id: i.label for i in params.catalogue.indicators}
    doubled = [label for label in names.values() if list(names.values()).count(label) > 1]
    names = {i: (i if label in doubled else label) for i, label in names.items()}
    first: Mapping[str, object] = {
        **plan.model_dump(include={"title", "short_title", "city", "start_year", "baseline_year",
                                   "note"}),
        "horizons": [horizon.year for horizon in plan.horizons],
        "year": params.run.year,
        "data": params.run.data,
    }  # fmt: skip
    return {
        PLAN.name: [first],
        REGIONS.name: [
            {
                **region.model_dump(),
                "hosts": [next(r.name for r in params.regions.regions if r.id == host)
                          for host in region.hosts],
                "tile_row": region.tile[0] if region.tile else None,
                "tile_column": region.tile[1] if region.tile else None,
            }
            for region in params.regions.regions
        ],
        DEPARTMENTS.name: [{"name": name} for name in plan.departments],
        INDICATORS.name: [
            {
                **entry.model_dump(),
                "low": entry.range[0],
                "high": entry.range[1],
                "derive": formula(entry.derive.model_dump(), names) if entry.derive else None,
            }
            for entry in params.catalogue.indicators
        ],
        TASKS.name: list(_tasks(params, names)),
        TARGETS.name: [_target(target, names) for target in plan.targets],
    }  # fmt: skip


def _tasks(params: Params, names: Mapping[str, str]) -> list[Mapping[str, object]]:
    found: list[Mapping[str, object]] = []
    for chapter in params.plan.chapters:
        for section in chapter.sections:
            for place, task in enumerate(section.tasks):
                first = place == 0
                found.append({
                    **task.model_dump(),
                    "chapter": chapter.title if first else None,
                    "section": section.title if first else None,
                    "section_id": section.id if first else None,
                    "departments": section.departments if first else None,
                    "lead": section.lead if first else None,
                    "due": task.due_on or (None if task.due is None else str(task.due)),
                    "indicators": [names[name] for name in task.indicators],
                })  # fmt: skip
    return found


def _target(target: Target, names: Mapping[str, str]) -> Mapping[str, object]:
    low, high = target.value if isinstance(target.value, tuple) else (target.value, None)
    return {
        **target.model_dump(),
        "indicator": names[target.indicator],
        "reference": names.get(target.reference or ""),
        "value": low,
        "value_high": high,
        "milestones": target.milestones or None,
    }
