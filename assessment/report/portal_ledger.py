"""The ledger (台账): every late item as a row of the page and of a workbook."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import xlsxwriter
from markupsafe import Markup, escape

from assessment.report.legible import clean
from assessment.report.portal_card import Card, Item, Turn
from assessment.report.portal_marks import TURNS, text
from assessment.report.portal_sheet import Sheet
from assessment.show.formatting import number
from assessment.show.html import verdict_html
from assessment.show.typography import full_width
from assessment.show.verdict_words import COMPLETION, look

_TONES = ("bad", "fair", "good", "best", "unknown", "none")
_TURN_ORDER: dict[Turn, int] = {"worse": 0, "": 1, "better": 2}

_COLUMNS: tuple[tuple[str, float], ...] = (
    ("单元", 14), ("编号", 7), ("指标或任务", 30), ("章", 18), ("类别", 12), ("上年类别", 12),
    ("比上年", 8), ("现值", 11), ("目标", 11), ("还差", 11), ("计量单位", 14), ("完成率(%)", 9),
    ("完成率的口径", 12), ("情况", 60), ("牵头单位", 20), ("其他单位", 40),
)  # fmt: skip


def ledger_row(card: Card, item: Item, page: str, chapters: Mapping[str, str]) -> Markup:
    """Return a row of the ledger; what the filters ask for stands in its ``data-`` attributes.

    Parameters
    ----------
    card, item : Card, Item
        The unit and what is late there.
    page : str
        Address of the unit's report.
    chapters : mapping
        Titles of the chapters, by id.
    """
    tone = look(item.verdict).tone
    lead = escape(item.departments[0] if item.departments else "")
    place = list(chapters).index(item.chapter) if item.chapter in chapters else ""
    title = escape(chapters.get(item.chapter, item.chapter).partition(" ")[0])
    done = "" if item.completion is None else repr(item.completion)
    cells = (
        f'<th scope="row"><a href="{escape(page)}#{escape(item.anchor)}">{escape(card.name)}</a></th>',
        f"<td>{text(item.name)}</td>",
        f'<td data-key="{_TONES.index(tone)}">{_mark(item.verdict)}</td>',
        f'<td class="right{"" if done else " blank"}" data-key="{done}" data-label="完成率 %">'
        f"{number(item.completion, 0) if done else ''}</td>",
        f'<td data-key="{_TURN_ORDER[item.turn]}">{" ".join(TURNS[item.turn]).strip()}</td>',
        f'<td class="says">{escape(full_width(item.says))}</td>',
        f'<td data-label="牵头">{lead}</td>',
        f'<td data-key="{place}" data-label="章">{title}</td>',
    )
    data = {
        "item": item.no, "unit": card.region, "chapter": item.chapter, "lead": lead,
        "department": "|".join(item.departments), "class": f"{tone}|{item.verdict}",
        "turn": item.turn or "same",
    }  # fmt: skip
    attributes = " ".join(f'data-{name}="{escape(value)}"' for name, value in data.items())
    return Markup(f"<tr {attributes}>{''.join(cells)}</tr>")


_mark = cache(verdict_html)


def ledger_workbook(sheet: Sheet) -> bytes:
    """Return the ledger of all units as a workbook: one table, its head on every printed page."""
    out = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    title = full_width(f"{sheet.title} {sheet.year} 年:台账")
    if any(card.demo for card in sheet.cards):
        title += "(演示数据,不是真实统计)"
    with xlsxwriter.Workbook(out, options) as book:
        # The year's end, not the clock: the same ledger gives the same bytes.
        book.set_properties({"title": clean(title)[:255], "created": datetime(sheet.year, 12, 31)})
        plain = {"valign": "top", "text_wrap": True, "font_size": 10}
        cell = book.add_format(plain)
        head = book.add_format({**plain, "bold": True, "bottom": 1, "bg_color": "#E9EDF0"})
        page = book.add_worksheet("台账")
        page.write_string(
            0, 0, clean(full_width(title)), book.add_format({"bold": True, "font_size": 13})
        )
        for column, (name, width) in enumerate(_COLUMNS):
            page.set_column(column, column, width, cell)
            page.write_string(1, column, name, head)
        last = 1
        for last, (card, item) in enumerate(sheet.ledger(), start=2):
            for column, value in enumerate(_values(card, item, sheet.chapters)):
                if isinstance(value, str):
                    page.write_string(last, column, clean(full_width(value))[:32767], cell)
                elif value is not None:
                    page.write_number(last, column, value, cell)
        page.autofilter(1, 0, last, len(_COLUMNS) - 1)
        page.freeze_panes(2, 1)
        page.repeat_rows(1)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_footer("&C&P / &N")
    return out.getvalue()


def _values(card: Card, item: Item, chapters: Mapping[str, str]) -> tuple[Any, ...]:
    digits = item.decimals + 2
    rounded = (
        None if one is None else round(one, digits) for one in (item.value, item.aim, item.gap)
    )
    turned = TURNS[item.turn][1].removeprefix("比上年") or "未变"
    return (
        card.name, item.no, item.name, chapters.get(item.chapter, item.chapter),
        look(item.verdict).word, look(item.before).word if item.before else "", turned,
        *rounded, item.unit,
        None if item.completion is None else round(item.completion, 1),
        "" if item.completion is None else COMPLETION[item.basis or None], item.says,
        "".join(item.departments[:1]), "、".join(item.departments[1:]),
    )  # fmt: skip
