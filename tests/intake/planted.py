"""Faults as people make them: each is planted in a filled form and says where it must be found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from assessment.intake import layout
from tests.intake.people import ANNUAL, MONTHLY, TASK

Found = tuple[str, str, str]
"""Sheet, cell, and words that the message must have."""

BUSES, CLEAN_BUSES = "new_buses_total", "new_buses_nev"
FREIGHT, SALES, PARKS = "multimodal_freight_volume", "nev_new_sales_share", "green_logistics_parks"
TAXIS, CLEAN_TAXIS = "new_taxis_total", "new_taxis_nev"


@dataclass(frozen=True)
class Kind:
    """A kind of fault: how it is planted, where it shows, and whether it stops the workbook."""

    name: str
    plant: Callable[[Workbook], Found]
    stops: bool = True


def row_of(book: Workbook, code: str, region: str, sheet: str = layout.ANNUAL) -> int:
    """Return the row of a figure."""
    at = ANNUAL if sheet == layout.ANNUAL else MONTHLY
    page = book[sheet]
    for row in range(layout.HEAD_ROW + 1, page.max_row + 1):
        if (page.cell(row, at[layout.MARK]).value, page.cell(row, at["区县"]).value) == (
            code, region,
        ):  # fmt: skip
            return row
    raise KeyError((code, region))


def task_row(sheet: Worksheet, status: str) -> int:
    """Return the first row of a task with a status."""
    rows = range(layout.HEAD_ROW + 1, sheet.max_row + 1)
    return next(r for r in rows if sheet.cell(r, TASK["本年状态"]).value == status)


def annual(column: str, value: Any, words: str, code: str = FREIGHT, region: str = "桓台县",
           at: str = "") -> Callable[[Workbook], Found]:  # fmt: skip
    """Plant a value in a column of the yearly sheet; the fault shows there or in column ``at``."""

    def plant(book: Workbook) -> Found:
        row = row_of(book, code, region)
        book[layout.ANNUAL].cell(row, ANNUAL[column]).value = value
        letter = layout.column_letter(ANNUAL[at or column])
        return layout.ANNUAL, f"{letter}{row}", words

    return plant


def task(status: str, column: str, value: Any, words: str) -> Callable[[Workbook], Found]:
    """Plant a value beside a task."""

    def plant(book: Workbook) -> Found:
        sheet = book[layout.TASKS]
        row = task_row(sheet, status)
        sheet.cell(row, TASK[column]).value = value
        return layout.TASKS, f"{layout.column_letter(TASK[column])}{row}", words

    return plant


def cover(field: str, value: Any, words: str) -> Callable[[Workbook], Found]:
    """Plant a value on the cover."""

    def plant(book: Workbook) -> Found:
        row = layout.COVER_FIELDS[field]
        book[layout.COVER].cell(row, layout.COVER_COLUMN).value = value
        return layout.COVER, f"{layout.column_letter(layout.COVER_COLUMN)}{row}", words

    return plant


def error_value(book: Workbook) -> Found:
    row = row_of(book, FREIGHT, "高青县")
    cell = book[layout.ANNUAL].cell(row, ANNUAL["本年值"])
    cell.value, cell.data_type = "#DIV/0!", "e"
    return layout.ANNUAL, cell.coordinate, "错误值"


def tenfold(book: Workbook) -> Found:
    row = row_of(book, FREIGHT, "临淄区")
    cell = book[layout.ANNUAL].cell(row, ANNUAL["本年值"])
    cell.value = cell.value * 10
    return layout.ANNUAL, cell.coordinate, "请核对单位与小数点"


def more_than_the_whole(book: Workbook) -> Found:
    row, whole = row_of(book, CLEAN_BUSES, "周村区"), row_of(book, BUSES, "周村区")
    sheet = book[layout.ANNUAL]
    cell = sheet.cell(row, ANNUAL["本年值"])
    cell.value = sheet.cell(whole, ANNUAL["本年值"]).value + 1
    return layout.ANNUAL, cell.coordinate, "不能超过 100%"


def fraction(book: Workbook) -> Found:
    row = row_of(book, SALES, "沂源县")
    cell = book[layout.ANNUAL].cell(row, ANNUAL["本年值"])
    cell.value = cell.value / 100
    return layout.ANNUAL, cell.coordinate, "是否把"


def repeated_row(book: Workbook) -> Found:
    row = row_of(book, FREIGHT, "沂源县")
    sheet = book[layout.ANNUAL]
    for name in ("指标", layout.MARK):
        sheet.cell(row, ANNUAL[name]).value = sheet.cell(row - 12, ANNUAL[name]).value
    return layout.ANNUAL, f"{layout.column_letter(ANNUAL[layout.MARK])}{row}", "重复"


def merged(book: Workbook) -> Found:
    row = row_of(book, FREIGHT, "周村区")
    sheet = book[layout.ANNUAL]
    letter = layout.column_letter(ANNUAL["说明"])
    sheet.merge_cells(f"{letter}{row}:{letter}{row + 1}")
    return layout.ANNUAL, f"{letter}{row}", "合并单元格"


def remark_without_kind(book: Workbook) -> Found:
    book[layout.REMARKS]["D4"] = "请核实上年数"
    return layout.REMARKS, "B4", "没有选类别"


def monthly_text(book: Workbook) -> Found:
    row = row_of(book, FREIGHT, "淄博市", layout.MONTHLY)
    sheet = book[layout.MONTHLY]
    for name, value in (("1月", 130.5), ("2月", "约120"), ("数据性质", "测算"), ("来源", "推算"),
                        ("说明", "其余各月没有统计")):  # fmt: skip
        sheet.cell(row, MONTHLY[name]).value = value
    return layout.MONTHLY, f"{layout.column_letter(MONTHLY['2月'])}{row}", "不是数字"


def hidden_row(book: Workbook) -> Found:
    row = row_of(book, FREIGHT, "博山区")
    book[layout.ANNUAL].row_dimensions[row].hidden = True
    return layout.ANNUAL, f"第 {row} 行", "隐藏"


def outside(book: Workbook) -> Found:
    row = row_of(book, FREIGHT, "博山区")
    cell = book[layout.ANNUAL].cell(row, len(layout.ANNUAL_HEAD) + 2)
    cell.value = "这里另有说明"
    return layout.ANNUAL, cell.coordinate, "表外"


def falling(book: Workbook) -> Found:
    row = row_of(book, PARKS, "张店区")
    cell = book[layout.ANNUAL].cell(row, ANNUAL["本年值"])
    cell.value = 0
    return layout.ANNUAL, cell.coordinate, "累计数"


def odd(book: Workbook) -> Found:
    row = row_of(book, FREIGHT, "高青县")
    cell = book[layout.ANNUAL].cell(row, ANNUAL["本年值"])
    cell.value = cell.value * 2.5
    return layout.ANNUAL, cell.coordinate, "变化幅度"


def small_city(book: Workbook) -> Found:
    row = row_of(book, FREIGHT, "淄博市")
    sheet = book[layout.ANNUAL]
    cell = sheet.cell(row, ANNUAL["本年值"])
    cell.value = 1000.5
    return layout.ANNUAL, cell.coordinate, "各单元之和"


def commented(book: Workbook) -> Found:
    row = row_of(book, FREIGHT, "博山区")
    cell = book[layout.ANNUAL].cell(row, ANNUAL["本年值"])
    cell.comment = Comment("初步数", "王小明")
    return layout.ANNUAL, cell.coordinate, "批注"


def copied(book: Workbook) -> Found:
    sheet = book[layout.ANNUAL]
    for row in range(layout.HEAD_ROW + 1, sheet.max_row + 1):
        before = sheet.cell(row, ANNUAL["上年值"]).value
        if before not in (None, "不适用", "未报"):
            sheet.cell(row, ANNUAL["本年值"]).value = before
    return layout.ANNUAL, "", "与上年完全相同"


def last_year(book: Workbook) -> Found:
    row = row_of(book, FREIGHT, "博山区")
    cell = book[layout.ANNUAL].cell(row, ANNUAL["上年值"])
    cell.value += 50
    return layout.ANNUAL, "", f"1 格上年值与数据包的不同（{cell.coordinate}）"


def task_not_applicable(book: Workbook) -> Found:
    sheet = book[layout.TASKS]
    row = task_row(sheet, "按序推进")
    sheet.cell(row, TASK["本年状态"]).value, sheet.cell(row, TASK["说明"]).value = "不适用", None
    return layout.TASKS, f"{layout.column_letter(TASK['说明'])}{row}", "没有说明"


def renamed(book: Workbook) -> Found:
    book[layout.TASKS].title = "任务进展（改）"
    return layout.TASKS, "", "改名为“任务进展（改）”"


VALUE = "本年值"
FIGURES: dict[str, tuple[str, Any, str]] = {
    "full-width comma": (VALUE, "１２３，４", "逗号"),
    "unit in the cell": (VALUE, "210.5 万吨", "只写数字，应写 210.5"),
    "wan": (VALUE, "0.02万", "指 0.02 万吨的，应写 0.02"),
    "yi": (VALUE, "1.5亿", "指 1.5 亿吨的，应写 15000"),
    "decimal comma": (VALUE, "234,5", "逗号"),
    "date": (VALUE, date(2026, 3, 4), "日期"),
    "true": (VALUE, True, "逻辑值"),
    "formula without value": (VALUE, "=SUM(D4:D5)", "公式"),
    "dash": (VALUE, "—", "不是数字"),
    "words": (VALUE, "同上年", "不是数字"),
    "nothing to say": (VALUE, "暂无数据", "没有数据请留空"),
    "negative": (VALUE, -210.5, "负数"),
    "no source": ("来源", None, "没有写来源"),
    "nothing said of its nature": ("数据性质", None, "没有选数据性质"),
    "unknown nature": ("数据性质", "听说", "不在列表中"),
    "another unit": ("计量单位", "公里", "不能换算"),
    "no unit": ("计量单位", None, "没有写单位"),
    "unknown region": ("区县", "../../etc/passwd", "没有"),
    "unknown code": (layout.MARK, "freight", "本表不问"),
    "code removed": (layout.MARK, None, "没有编号"),
    "name moved": ("指标", "另一指标", "不符"),
    "long text": ("来源", "长" * 5000, "5000 个字"),
}
"""Faults that any row with a figure may have: column, what is there, words of the message."""

KINDS = (
    *(Kind(name, annual(*fault)) for name, fault in FIGURES.items()),
    Kind("per cent sign", annual(VALUE, "40.2%", "百分号", SALES)),
    Kind("points", annual(VALUE, "3.2个百分点", "个百分点", SALES)),
    Kind("error value", error_value),
    Kind("out of range", annual(VALUE, 140.0, "合理范围", SALES)),
    Kind("fraction for a per cent", fraction),
    Kind("wrong magnitude", tenfold),
    Kind("part above the whole", more_than_the_whole),
    Kind("not applicable without a reason", annual(VALUE, "不适用", "没有说明", at="说明")),
    Kind("task not applicable without a reason", task_not_applicable),
    Kind("row twice", repeated_row),
    Kind("merged cells", merged),
    Kind("words in a month", monthly_text),
    Kind("done without evidence", task("已完成", "佐证材料", None, "没有佐证")),
    Kind("unknown status", task("按序推进", "本年状态", "差不多了", "任务状态")),
    Kind("unknown task", task("按序推进", layout.MARK, "9.9.9", "本表不问")),
    Kind("nobody signed", cover("填报人", None, "没有写填报人")),
    Kind("no date", cover("填报日期", "年后", "日期")),
    Kind("sheet renamed", renamed),
    Kind("date before the year's end", cover("填报日期", date(2025, 1, 5), "请核对年份")),
    Kind("date long ago", cover("填报日期", date(2019, 1, 5), "不符")),
    Kind("another unit on the cover", cover("填报单位", "市统计局", "改成了“市统计局”")),
    Kind("another year on the cover", cover("评估年度", "2019 年", "改成了“2019 年”")),
    Kind("far too small", annual(VALUE, 0.01, "0 分之一（", region="临淄区")),
    Kind("remark without kind", remark_without_kind),
    Kind("nothing filled in", annual(VALUE, None, "没有填"), stops=False),
    Kind("task left out", task("按序推进", "本年状态", None, "没有选状态"), stops=False),
    Kind("hidden row", hidden_row, stops=False),
    Kind("comment", commented, stops=False),
    Kind("last year copied", copied, stops=False),
    Kind("last year's value changed", last_year, stops=False),
    Kind("beside the table", outside, stops=False),
    Kind("cumulative count falls", falling, stops=False),
    Kind("unlike its past", odd, stops=False),
    Kind("city less than its units", small_city, stops=False),
)
