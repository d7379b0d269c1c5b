"""People who fill forms in: a program that copies a pack's figures into them."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from assessment.data.pack import Pack
from assessment.data.schema import STATUSES
from assessment.intake import layout
from assessment.params.model import Params

NATURES = {"A": "官方统计或通报", "B": "部门报表", "C": "测算", "D": "部门报表"}
WORDS = {identifier: word for word, identifier in STATUSES.items()}
PROOF = "报表存档，2026-01-10，本单位"
ANNUAL = {name: column for column, name in enumerate(layout.ANNUAL_HEAD, 1)}
MONTHLY = {name: column for column, name in enumerate(layout.MONTHLY_HEAD, 1)}
TASK = {name: column for column, name in enumerate(layout.TASK_HEAD, 1)}


class Answers:
    """What a pack says for a year, ready to be copied into forms."""

    def __init__(self, pack: Pack, params: Params, year: int):
        self.regions = {region.name: region.id for region in params.regions.regions}
        data = pack.observations[pack.observations["year"] == year]
        self.figures = {
            (row.indicator, row.region, row.month): row for row in data.itertuples(index=False)
        }
        tasks = pack.tasks[pack.tasks["year"] == year]
        self.tasks = {(row.task, row.region): row for row in tasks.itertuples(index=False)}
        said = pack.submissions[pack.submissions["year"] == year]
        self.received = dict(zip(said["department"], said["received"], strict=True))


def value_of(row: Any) -> Any:
    """Return a figure as a person types it."""
    return {"value": row.value, "not_applicable": "不适用", "not_reported": None}[row.state]


def _describe(sheet: Worksheet, row: int, at: dict[str, int], figure: Any) -> None:
    if figure.state == "value":
        sheet.cell(row, at["数据性质"]).value = NATURES[figure.grade]
        sheet.cell(row, at["来源"]).value = figure.source
        if figure.grade == "B":
            sheet.cell(row, at["佐证材料"]).value = PROOF
    if figure.note:
        sheet.cell(row, at["说明"]).value = figure.note


def _annual(sheet: Worksheet, answers: Answers) -> None:
    for row in range(layout.HEAD_ROW + 1, sheet.max_row + 1):
        code = sheet.cell(row, ANNUAL[layout.MARK]).value
        region = answers.regions[sheet.cell(row, ANNUAL["区县"]).value]
        figure = answers.figures.get((code, region, 0))
        if figure is not None:
            sheet.cell(row, ANNUAL["本年值"]).value = value_of(figure)
            _describe(sheet, row, ANNUAL, figure)


def _monthly(sheet: Worksheet, answers: Answers) -> None:
    for row in range(layout.HEAD_ROW + 1, sheet.max_row + 1):
        code = sheet.cell(row, MONTHLY[layout.MARK]).value
        region = answers.regions[sheet.cell(row, MONTHLY["区县"]).value]
        for month in range(1, 13):
            figure = answers.figures.get((code, region, month))
            if figure is not None:
                sheet.cell(row, MONTHLY[f"{month}月"]).value = value_of(figure)
                _describe(sheet, row, MONTHLY, figure)


def _tasks(sheet: Worksheet, answers: Answers, region: str) -> None:
    for row in range(layout.HEAD_ROW + 1, sheet.max_row + 1):
        task = answers.tasks.get((sheet.cell(row, TASK[layout.MARK]).value, region))
        if task is not None and sheet.cell(row, TASK["角色"]).value == layout.LEADS:
            sheet.cell(row, TASK["本年状态"]).value = WORDS[task.status]
            sheet.cell(row, TASK["佐证材料"]).value = task.evidence or None
            sheet.cell(row, TASK["说明"]).value = task.note or None


def fill(path: Path, answers: Answers, params: Params) -> openpyxl.Workbook:
    """Fill a form in and return it, not yet saved."""
    book = openpyxl.load_workbook(path)
    cover = book[layout.COVER]
    owner = cover.cell(layout.COVER_FIELDS["填报单位"], layout.COVER_COLUMN).value
    cover.cell(layout.COVER_FIELDS["填报人"], layout.COVER_COLUMN).value = "王小明"
    received = answers.received.get(owner, "2026-01-20")
    cover.cell(layout.COVER_FIELDS["填报日期"], layout.COVER_COLUMN).value = received
    if layout.ANNUAL in book.sheetnames:
        _annual(book[layout.ANNUAL], answers)
    if layout.MONTHLY in book.sheetnames:
        _monthly(book[layout.MONTHLY], answers)
    if layout.TASKS in book.sheetnames:
        _tasks(book[layout.TASKS], answers, answers.regions.get(owner, params.regions.city.id))
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    """Return a workbook's bytes."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


Planter = Callable[[openpyxl.Workbook], tuple[str, str]]
