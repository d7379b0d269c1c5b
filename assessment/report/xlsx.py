"""The workbook: every table of a report with numbers as numbers, and where they come from."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

import xlsxwriter

from assessment.report.legible import clean
from assessment.report.numbered import DEMO_MARK, all_parts
from assessment.report.page import Cover, Document
from assessment.report.xlsx_groups import TableGroup, group_sheet, prose_sheet, table_groups
from assessment.report.xlsx_records import record_sheets, without_empty_columns
from assessment.report.xlsx_sheet import Sheet, SheetCell
from assessment.results.model import ReportResults
from assessment.show.charts.theme import ACCENT, SOFT, TONES, WASH
from assessment.show.typography import full_width
from assessment.show.verdict_words import Tone

CONTENTS = "目录"
HEAD_ROW = 3
"""Row of the head, counted from 0; title, mark and way back stand above it."""

_FORMULA_STARTS = ("=", "+", "-", "@")
_FONT = "宋体"
_DEMO_INK = "#b3420e"
_NARROWEST, _WIDEST = 6.0, 42.0
_HEAD_LIMIT = 250
_LINE = 14.0
"""Height of a line in points."""
_LINES = 6
"""Lines of a row that are shown; a longer text is read by widening its column."""
_PAPER_WIDTH = 240.0
"""Characters across a page in landscape that can still be read."""


def render_xlsx(document: Document, results: ReportResults) -> bytes:
    """Write a report's tables as a workbook.

    Parameters
    ----------
    document : Document
        The report; tables with the same columns share a sheet, and so do the tables of figures.
    results : ReportResults
        What the report states; each kind of record has a sheet with all that is known of it.

    Returns
    -------
    bytes
        An XLSX file without formulas, macros or outside links. The same input gives the same bytes.
    """
    groups = table_groups(all_parts(document))
    sheets = [without_empty_columns(s) for s in record_sheets(results, document.conclusions)]
    sheets.append(prose_sheet(document.chapters))
    taken = [CONTENTS, *(sheet.name for sheet in sheets)]
    placed: list[tuple[TableGroup, str]] = []
    for group in groups:
        sheet = group_sheet(group, taken)
        taken.append(sheet.name)
        sheets.append(sheet)
        placed.append((group, sheet.name))
    book = _Book(document)
    book.contents(_contents(sheets, placed))
    for sheet in sheets:
        book.sheet(sheet)
    return book.data()


def _contents(
    sheets: Sequence[Sheet], placed: Sequence[tuple[TableGroup, str]]
) -> list[tuple[str, str, str, str, int, str]]:
    """Return number, title, part, sheet, rows and note of every table."""
    of_groups = {name for _, name in placed}
    rows = [
        ("总表", sheet.title, "", sheet.name, len(sheet.rows), "".join(sheet.notes))
        for sheet in sheets
        if sheet.name not in of_groups
    ]
    for kind in ("表", "图", "附表", "附图"):
        found = [
            (member.number, member.title, member.part, name, len(member.table.rows), member.note)
            for group, name in placed
            for member in group.members
            if member.number.partition(" ")[0] == kind
        ]
        rows += sorted(found, key=lambda row: int(row[0].split()[1]))
    return rows


class _Book:
    def __init__(self, document: Document) -> None:
        self.cover = document.cover
        self.demo = document.demo
        self.out = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(self.out, options)
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.book.set_properties(_properties(self.cover))

    def data(self) -> bytes:
        self.book.close()
        return self.out.getvalue()

    def _format(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            base = {"font_name": _FONT, "font_size": 10, "valign": "top"}
            self.formats[key] = self.book.add_format({**base, **properties})
        return self.formats[key]

    def contents(self, rows: Sequence[tuple[str, str, str, str, int, str]]) -> None:
        page = self.book.add_worksheet(CONTENTS)
        heads = ("编号", "内容", "章节", "工作表", "行数", "说明")
        self._top(page, self._name, heads, back=False)
        text, count = self._format(text_wrap=True), self._format(num_format="0", align="center")
        link = self._format(font_color=ACCENT, underline=1)
        for line, (number, title, part, sheet, length, note) in enumerate(rows, HEAD_ROW + 1):
            for column, words in ((0, number), (1, title), (2, part), (5, note)):
                self._write(page, line, column, words, text)
            page.write_url(line, 3, f"internal:'{sheet}'!A1", link, sheet)
            page.write_number(line, 4, length, count)
            _set_height(page, line, ((title, 52.0), (part, 30.0), (note, 60.0)))
        widths = (8.0, 52.0, 30.0, 30.0, 7.0, 60.0)
        self._finish(page, len(rows), widths, 1)

    @cached_property
    def _name(self) -> str:
        cover = self.cover
        return full_width(clean(f"{cover.unit} {cover.year} 年 {cover.title}:数据附表"))

    def sheet(self, sheet: Sheet) -> None:
        page = self.book.add_worksheet(sheet.name)
        heads = [column.head for column in sheet.columns]
        sources = [column.of_source for column in sheet.columns]
        numeric = [
            any(isinstance(row[column].value, int | float) for row in sheet.rows)
            for column in range(len(heads))
        ]
        self._top(page, sheet.title, heads, back=True, sources=sources, numeric=numeric)
        widths = [
            _width(head, [row[column] for row in sheet.rows]) + _after_number(numeric, column)
            for column, head in enumerate(heads)
        ]
        for line, row in enumerate(sheet.rows, HEAD_ROW + 1):
            for column, cell in enumerate(row):
                self._cell(page, line, column, cell, after_number=_after_number(numeric, column))
            texts = [cell.value if isinstance(cell.value, str) else "" for cell in row]
            _set_height(page, line, list(zip(texts, widths, strict=True)))
        line = HEAD_ROW + len(sheet.rows) + 2
        for note in sheet.notes:
            self._write(page, line, 0, note, self._format(font_color=SOFT))
            line += 1
        _set_height(page, HEAD_ROW, list(zip(heads, widths, strict=True)))
        self._finish(page, len(sheet.rows), widths, sheet.frozen)

    def _top(
        self,
        page: Any,
        title: str,
        heads: Sequence[str],
        *,
        back: bool,
        sources: Sequence[bool] = (),
        numeric: Sequence[bool] = (),
    ) -> None:
        self._write(page, 0, 0, title, self._format(bold=True, font_size=14, font_color=ACCENT))
        page.set_row(0, 22)
        cover = self.cover
        data = f"{cover.pack_words},数据截至 {cover.cutoff}"
        line = f"{cover.unit} {cover.year} 年 · {cover.status} · {data}。{cover.disclaimer}"
        if self.demo:
            mark = self._format(bold=True, font_color=_DEMO_INK)
            self._write(page, 1, 0, f"{DEMO_MARK} · {line}", mark)
        else:
            self._write(page, 1, 0, line, self._format(font_color=SOFT))
        if back:
            link = self._format(font_color=ACCENT, underline=1)
            page.write_url(2, 0, f"internal:'{CONTENTS}'!A1", link, "返回目录")
        for column, head in enumerate(heads):
            of_source = bool(sources) and sources[column]
            look = self._format(
                align="right" if numeric and numeric[column] else "left",
                bold=True,
                text_wrap=True,
                valign="bottom",
                bottom=1,
                bg_color=WASH,
                font_color=SOFT if of_source else "#1f2933",
                **({"indent": 1} if _after_number(numeric, column) else {}),
            )
            self._write(page, HEAD_ROW, column, head, look)

    def _cell(
        self, page: Any, line: int, column: int, cell: SheetCell, *, after_number: bool
    ) -> None:
        properties = _tone(cell.tone) if cell.tone else {}
        if cell.strong:
            properties |= {"bold": True, "bg_color": WASH}
        if isinstance(cell.value, str):
            look = {"text_wrap": True, **properties}
            if after_number:
                look["indent"] = 1
            if cell.value.startswith(_FORMULA_STARTS):
                look["quote_prefix"] = True  # stays text when somebody edits the cell
            page.write_string(line, column, cell.value, self._format(**look))
        elif cell.value is not None:
            look = {"num_format": cell.number_format, **properties}
            page.write_number(line, column, cell.value, self._format(**look))
        elif properties:
            page.write_blank(line, column, None, self._format(**properties))

    def _write(self, page: Any, line: int, column: int, text: str, look: Any) -> None:
        page.write_string(line, column, full_width(clean(text)), look)

    def _finish(self, page: Any, rows: int, widths: Sequence[float], frozen: int) -> None:
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        page.freeze_panes(HEAD_ROW + 1, frozen)
        page.autofilter(HEAD_ROW, 0, HEAD_ROW + rows, len(widths) - 1)
        page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        page.hide_gridlines(1)
        page.set_paper(9)
        page.set_landscape()
        page.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        pages = max(1, round(sum(widths) / _PAPER_WIDTH))
        page.fit_to_pages(pages, 0)
        page.repeat_rows(HEAD_ROW)
        if pages > 1:
            page.repeat_columns(0, frozen - 1)
        mark = f"&R&B{DEMO_MARK}" if self.demo else ""
        page.set_header(f"&L{self._name.replace('&', '&&')[: _HEAD_LIMIT - len(mark)]}{mark}")
        page.set_footer("&L&A&R第 &P 页\N{FULLWIDTH COMMA}共 &N 页")


def _after_number(numeric: Sequence[bool], column: int) -> bool:
    """Tell whether a column of text stands right of one of numbers, and must keep its distance."""
    return bool(numeric) and column > 0 and numeric[column - 1] and not numeric[column]


def _set_height(page: Any, line: int, cells: Sequence[tuple[str, float]]) -> None:
    """Make a row as high as its longest text needs: not every program does it by itself."""
    lines = max((math.ceil(_length(text) / (width - 1)) for text, width in cells), default=1)
    if lines > 1:
        page.set_row(line, min(lines, _LINES) * _LINE)


def _tone(tone: Tone) -> dict[str, Any]:
    shade = TONES[tone]
    return {"bg_color": shade.fill, "font_color": shade.ink}


def _width(head: str, cells: Sequence[SheetCell]) -> float:
    """Return a width for a column: that of its longest text, within bounds."""
    texts = [_shown_length(cell) for cell in cells]
    longest = max([*texts, min(_length(head), 12.0)], default=0.0)
    return min(max(longest + 2, _NARROWEST), _WIDEST)


def _shown_length(cell: SheetCell) -> float:
    if isinstance(cell.value, str):
        return _length(cell.value)
    return 0.0 if cell.value is None else 9.0


def _length(text: str) -> float:
    return sum(2.0 if sign > "\u2e7f" else 1.0 for sign in text)


def _properties(cover: Cover) -> dict[str, Any]:
    try:
        created = datetime.fromisoformat(cover.cutoff).replace(tzinfo=None)
    except ValueError:
        created = datetime(2000, 1, 1)
    return {
        "title": full_width(clean(f"{cover.unit} {cover.year} 年 {cover.title}:数据附表"))[:255],
        "subject": full_width(clean(cover.status))[:255],
        "author": clean(cover.unit)[:255],
        "keywords": clean(cover.fingerprint)[:255],
        "comments": full_width(clean(cover.disclaimer))[:255],
        "created": created,
    }
