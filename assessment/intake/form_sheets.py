"""The sheets of a form, drawn with XlsxWriter: text as text, inputs tinted, the rest locked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from assessment.data.schema import STATUSES
from assessment.data.words import NOT_APPLICABLE
from assessment.intake import layout
from assessment.intake.layout import Owner
from assessment.params.model import Indicator, Params
from assessment.show.typography import full_width

INK, MUTED, HAIR = "#1F2A30", "#66727A", "#C9D1D5"
INPUT, HEAD, ACCENT = "#FFF8E1", "#E7EEF1", "#0B5D6B"
FONT = "Microsoft YaHei"
LastYear = Callable[[str, str], str | float]
_PROMPT = 250


@dataclass(frozen=True)
class Sheet:
    """A worksheet being written, with the formats of the whole form."""

    sheet: Worksheet
    formats: dict[str, Format]
    demo: bool = False

    def text(self, row: int, column: int, text: str, look: str = "text") -> None:
        """Write text that stays text whatever it begins with; row and column 1-based."""
        if text:
            self.sheet.write_string(row - 1, column - 1, full_width(text), self.formats[look])
        else:
            self.sheet.write_blank(row - 1, column - 1, None, self.formats[look])

    def value(self, row: int, column: int, value: str | float, look: str) -> None:
        """Write a number or text."""
        if isinstance(value, float):
            self.sheet.write_number(row - 1, column - 1, value, self.formats[look])
        else:
            self.text(row, column, value, look)

    def head(self, names: tuple[str, ...], widths: tuple[float, ...], inputs: set[str]) -> None:
        """Write the row of column names and set the widths."""
        for column, (name, width) in enumerate(zip(names, widths, strict=True), 1):
            self.sheet.set_column(column - 1, column - 1, width)
            self.text(layout.HEAD_ROW, column, name, "head_input" if name in inputs else "head")
        self.sheet.set_row(layout.HEAD_ROW - 1, 24)

    def title(self, name: str, year: int) -> None:
        """Write the title of a sheet and one line under it."""
        title, subtitle = layout.titles(name, year)
        self.text(1, 1, layout.marked(title, self.demo), "title")
        self.text(2, 1, subtitle, "subtitle")
        self.sheet.set_row(0, 28)
        self.sheet.set_row(1, 18)

    def choose(self, first: int, last: int, column: int, options: tuple[str, ...]) -> None:
        """Offer a list in a column of rows."""
        self.sheet.data_validation(
            first - 1, column - 1, last - 1, column - 1,
            {
                "validate": "list", "source": list(options), "error_title": "请从列表中选择",
                "error_message": "、".join(options),
            },
        )  # fmt: skip

    def protect(self, frozen: tuple[int, int]) -> None:
        """Lock what is no input; widths, filters and copying stay free."""
        self.sheet.freeze_panes(*frozen)
        self.sheet.hide_gridlines(2)
        self.sheet.protect(
            "", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": False}
        )


def formats(book: xlsxwriter.Workbook) -> dict[str, Format]:
    """Return the formats of a form."""
    base: dict[str, Any] = {
        "font_name": FONT,
        "font_size": 10,
        "font_color": INK,
        "valign": "vcenter",
    }
    line = {"bottom": 1, "bottom_color": HAIR}
    entry = {**base, "bg_color": INPUT, "border": 1, "border_color": HAIR, "locked": False}
    looks: dict[str, dict[str, Any]] = {
        "plain": base,
        "wrap": {**base, "text_wrap": True, "valign": "top"},
        "title": {**base, "font_size": 16, "bold": True},
        "subtitle": {**base, "font_color": MUTED},
        "section": {**base, "font_size": 12, "bold": True, "font_color": ACCENT},
        "label": {**base, "font_color": MUTED},
        "head": {**base, "bold": True, "bg_color": HEAD, "text_wrap": True, "bottom": 2,
                 "bottom_color": ACCENT},
        "head_input": {**base, "bold": True, "bg_color": "#FFE9A8", "text_wrap": True, "bottom": 2,
                       "bottom_color": ACCENT},
        "text": {**base, **line, "text_wrap": True},
        "code": {**base, **line, "font_color": MUTED, "font_size": 9, "num_format": "@"},
        "last": {**base, **line, "font_color": MUTED, "num_format": "#,##0.########", "align": "right"},
        "last_text": {**base, **line, "font_color": MUTED, "align": "right"},
        "number": {**entry, "num_format": "General", "align": "right"},
        "entry": {**entry, "text_wrap": True, "num_format": "@"},
        "choice": {**entry},
        "date": {**entry, "num_format": "yyyy-mm-dd", "align": "left"},
        "closed": {**base, **line, "font_color": MUTED, "bg_color": "#F2F4F5"},
    }  # fmt: skip
    looks["name"] = {**looks["text"], "bold": True}
    looks["repeated"] = {**looks["text"], "font_color": MUTED}
    rule = {"top": 1, "top_color": MUTED}
    looks |= {f"{name}_first": {**look, **rule} for name, look in looks.items()}
    return {name: book.add_format(look) for name, look in looks.items()}


def _limits(indicator: Indicator) -> str:
    low, high = indicator.range
    if low is None and high is None:
        return "不限"
    if high is None:
        return f"不小于 {low:g}"
    return f"{'不限' if low is None else f'{low:g}'} 至 {high:g}"


def _prompt(indicator: Indicator) -> str:
    parts = [
        f"单位：{indicator.unit}；合理范围：{_limits(indicator)}",
        f"含义：{indicator.formula or indicator.name}",
        f"没有数请留空、不适用请写“{NOT_APPLICABLE}”，并在“说明”写原因。",
    ]
    return "\n".join(parts)[:_PROMPT]


def _number_rule(sheet: Sheet, indicator: Indicator, rows: tuple[int, int], columns: tuple[int, int],
                 prompt: bool) -> None:  # fmt: skip
    """Let in a number within the plausible range, or 不适用."""
    cell = f"{layout.column_letter(columns[0])}{rows[0]}"
    low, high = indicator.range
    tests = [f"ISNUMBER({cell})"]
    tests += [f"{cell}>={low!r}"] if low is not None else []
    tests += [f"{cell}<={high!r}"] if high is not None else []
    rule: dict[str, Any] = {
        "validate": "custom",
        "value": f'=OR({cell}="{NOT_APPLICABLE}",AND({",".join(tests)}))',
        "error_title": "请核对数值与单位",
        "error_message": f"应为数字，单位 {indicator.unit}，合理范围 {_limits(indicator)}；"
        f"或“{NOT_APPLICABLE}”",
    }
    if prompt:
        rule |= {
            "input_title": full_width(indicator.label)[:32],
            "input_message": full_width(_prompt(indicator)),
        }
    sheet.sheet.data_validation(rows[0] - 1, columns[0] - 1, rows[1] - 1, columns[1] - 1, rule)


def _groups(rows: tuple[tuple[Indicator, str], ...]) -> list[tuple[Indicator, int, int]]:
    """Return each indicator with its first and last row in the sheet."""
    found: list[tuple[Indicator, int, int]] = []
    for row, (indicator, _) in enumerate(rows, layout.HEAD_ROW + 1):
        if found and found[-1][0].id == indicator.id:
            found[-1] = (indicator, found[-1][1], row)
        else:
            found.append((indicator, row, row))
    return found


def _figures(sheet: Sheet, params: Params, rows: tuple[tuple[Indicator, str], ...],
             head: tuple[str, ...], last: LastYear | None) -> None:  # fmt: skip
    """Write one row a figure and region; a rule parts the indicators."""
    names = {region.id: region.name for region in params.regions.regions}
    firsts = {first for _, first, _ in _groups(rows)}
    looks = {"数据性质": "choice", "来源": "entry", "佐证材料": "entry", "说明": "entry"}
    for row, (indicator, region) in enumerate(rows, layout.HEAD_ROW + 1):
        first = "_first" if row in firsts else ""
        for column, name in enumerate(head, 1):
            if name == "指标":
                sheet.text(row, column, indicator.name, "name_first" if first else "repeated")
            elif name == "区县":
                sheet.text(row, column, names[region], "text" + first)
            elif name == "计量单位":
                sheet.text(row, column, indicator.unit, "text" + first)
            elif name == layout.MARK:
                sheet.text(row, column, indicator.id, "code" + first)
            elif name == "上年值":
                value = last(indicator.id, region) if last else ""
                look = "last" if isinstance(value, float) else "last_text"
                sheet.value(row, column, value, look + first)
            else:
                sheet.text(row, column, "", looks.get(name, "number") + first)
    end = layout.HEAD_ROW + len(rows)
    nature = head.index("数据性质") + 1
    sheet.choose(layout.HEAD_ROW + 1, end, nature, layout.NATURES)
    sheet.sheet.autofilter(layout.HEAD_ROW - 1, 0, end - 1, len(head) - 1)


def annual(sheet: Sheet, params: Params, owner: Owner, year: int, last: LastYear) -> None:
    """Write the sheet of yearly figures: one row a figure and region."""
    rows = layout.annual_rows(params, owner)
    sheet.title(layout.ANNUAL, year)
    sheet.head(
        layout.ANNUAL_HEAD, (34, 22, 14, 13, 15, 16, 30, 30, 30, 28),
        {"本年值", "数据性质", "来源", "佐证材料", "说明"},
    )  # fmt: skip
    _figures(sheet, params, rows, layout.ANNUAL_HEAD, last)
    at = layout.ANNUAL_HEAD.index("本年值") + 1
    for indicator, first, final in _groups(rows):
        _number_rule(sheet, indicator, (first, final), (at, at), prompt=True)
    sheet.protect((layout.HEAD_ROW, 2))


def monthly(sheet: Sheet, params: Params, owner: Owner, year: int) -> None:
    """Write the sheet of monthly figures: twelve months in a row."""
    rows = layout.monthly_rows(params, owner)
    sheet.title(layout.MONTHLY, year)
    sheet.head(
        layout.MONTHLY_HEAD, (30, 22, 12, *(8.5,) * 12, 16, 26, 26, 26, 24),
        {*(f"{month}月" for month in range(1, 13)), "数据性质", "来源", "佐证材料", "说明"},
    )  # fmt: skip
    _figures(sheet, params, rows, layout.MONTHLY_HEAD, None)
    at = layout.MONTHLY_HEAD.index("1月") + 1
    for indicator, first, final in _groups(rows):
        _number_rule(sheet, indicator, (first, final), (at, at + 11), prompt=False)
    sheet.protect((layout.HEAD_ROW, 2))


def tasks(sheet: Sheet, params: Params, owner: Owner, year: int, last: LastYear) -> None:
    """Write the sheet of tasks: status and evidence; where another department leads, evidence."""
    rows = layout.task_rows(params, owner)
    sheet.title(layout.TASKS, year)
    sheet.head(
        layout.TASK_HEAD, (9, 22, 46, 8, 34, 12, 14, 40, 30), {"本年状态", "佐证材料", "说明"}
    )
    for row, asked in enumerate(rows, layout.HEAD_ROW + 1):
        task, leads = asked.task, asked.role == layout.LEADS
        wanted = "；".join(item.item for item in task.evidence)
        title = layout.task_title(task)
        sheet.text(row, 1, task.id, "code")
        sheet.text(row, 2, asked.section.title)
        sheet.text(row, 3, title)
        sheet.text(row, 4, asked.role)
        sheet.text(row, 5, wanted)
        sheet.text(row, 6, str(last(task.id, owner.region)))
        sheet.text(row, 7, "" if leads else layout.LED, "choice" if leads else "closed")
        for column in (8, 9):
            sheet.text(row, column, "", "entry")
        lines = max(
            -(-len(title) // 22), -(-len(wanted) // 16), -(-len(asked.section.title) // 10), 1
        )
        sheet.sheet.set_row(row - 1, 16 * lines + 4)
        if leads:
            sheet.choose(row, row, 7, tuple(STATUSES))
    end = layout.HEAD_ROW + len(rows)
    sheet.sheet.autofilter(layout.HEAD_ROW - 1, 0, end - 1, len(layout.TASK_HEAD) - 1)
    sheet.protect((layout.HEAD_ROW, 3))


def remarks(sheet: Sheet, year: int) -> None:
    """Write the sheet for what fits nowhere else: explanations, objections, proposals."""
    sheet.title(layout.REMARKS, year)
    sheet.head(layout.REMARK_HEAD, (7, 12, 30, 90), set(layout.REMARK_HEAD[1:]))
    end = layout.HEAD_ROW + layout.REMARK_ROWS
    for row in range(layout.HEAD_ROW + 1, end + 1):
        sheet.text(row, 1, str(row - layout.HEAD_ROW), "code")
        sheet.text(row, 2, "", "choice")
        for column in (3, 4):
            sheet.text(row, column, "", "entry")
    sheet.choose(layout.HEAD_ROW + 1, end, 2, layout.REMARK_KINDS)
    sheet.protect((layout.HEAD_ROW, 0))
