"""Cover, contents and conclusions of the Word edition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assessment.report.docx_styles import TEXT_WIDTH
from assessment.report.docx_table import cell_xml, grid, row_xml, shaded_cell, verdict_cell
from assessment.report.docx_xml import (
    field,
    field_code,
    field_mark,
    paragraph,
    runs,
    sentence_runs,
)
from assessment.report.first_page import TileView
from assessment.report.page import SINCE, Conclusions, Cover, Strip
from assessment.results.model import Attention, VerdictChange
from assessment.results.values import Sentence
from assessment.show.verdict_words import look

_PAGE_BREAK = '<w:r><w:br w:type="page"/></w:r>'
_TABLE = "TableText"
_SHOWN_OWNERS = 2
_HINT = "页码由 Word 填写:打开时选“是”更新域,或点目录后按 F9。更新后本行消失。"


def cover_xml(cover: Cover, mark: str) -> Iterator[str]:
    """Return the cover; ``mark`` says that the data are not real."""
    if mark:
        yield paragraph(runs(mark), "DemoMark")
    yield paragraph(runs(cover.title), "Title")
    yield paragraph(runs(f"{cover.unit} {cover.year} 年"), "CoverUnit")
    items = (
        ("状态", cover.status),
        ("数据", cover.pack_words),
        ("数据截至", cover.cutoff),
        ("指纹", cover.fingerprint),
    )
    for label, text in items:
        yield paragraph(runs(f"{label}:{text}"), "CoverItem")
    if cover.disclaimer:
        yield paragraph(runs(cover.disclaimer), "CoverItem", '<w:spacing w:before="600"/>')
    yield paragraph(_PAGE_BREAK, "CoverItem")


def contents_xml(headings: Sequence[tuple[int, str, str]]) -> Iterator[str]:
    """Return the contents as a field, filled with the headings until Word numbers their pages.

    Parameters
    ----------
    headings : sequence of tuple of int, str, str
        Level, text and bookmark of each heading.

    Notes
    -----
    The line on page numbers is part of the field's result: it goes when the field is renewed.
    """
    yield paragraph(runs("目录"), "TOCHeading")
    opening = field_mark("begin") + field_code(r'TOC \o "1-2" \h \z \u') + field_mark("separate")
    yield paragraph(opening + runs(_HINT), "TableNote")
    opening = ""
    for level, text, mark in headings:
        page = field(rf"PAGEREF {mark} \h", " ")
        link = (
            f'<w:hyperlink w:anchor="{mark}" w:history="1">{runs(text)}<w:r><w:tab/></w:r>'
            f"{page}</w:hyperlink>"
        )
        yield paragraph(opening + link, f"TOC{level}")
        opening = ""
    yield paragraph(field_mark("end") + _PAGE_BREAK, "Note")


def conclusions_xml(conclusions: Conclusions, disclaimer: str) -> Iterator[str]:
    """Return the page that is read first, without its heading."""
    yield paragraph(sentence_runs(conclusions.verdict, bold=True), "KeyJudgement")
    if conclusions.tiles:
        yield _tiles(conclusions.tiles)
    if conclusions.attention:
        yield paragraph(runs(conclusions.attention_title), "KeyHeading")
        yield _attention(conclusions.attention_title, conclusions.attention)
    for title, sentences in (
        ("请决定", conclusions.decisions),
        (
            "自报已完成、指标却没有达到的任务",
            [one.sentence for one in conclusions.contradictions],
        ),
        ("要点", conclusions.messages),
    ):
        if sentences:
            yield paragraph(runs(title), "KeyHeading")
        for sentence in sentences:
            yield paragraph(sentence_runs(sentence, bold=True), "KeyMessage")
    for strip in conclusions.strips:
        yield from _strip(strip)
    for word, changes in (("转好", conclusions.better), ("转差", conclusions.worse)):
        if changes:
            yield _changes(f"与上年相比{word}", changes)
    if not conclusions.changes:
        yield _led("与上年相比:", runs(conclusions.unchanged))
    yield _led("未掌握的情况:", sentence_runs(conclusions.unknown, bold=True))
    if disclaimer:
        yield paragraph(runs(disclaimer), "TableNote")


def _tiles(tiles: Sequence[TileView]) -> str:
    """A line a tile: the courses, which a clerk cannot edit, are left to the other editions."""
    widths = [2500, 1900, 4444]
    rows = [
        row_xml(
            _text(runs(tile.name, "<w:b/>"), widths[0])
            + _text(sentence_runs(tile.value, bold=True) + runs(f" {tile.unit}"), widths[1])
            + _text(runs(";").join(map(sentence_runs, tile.lines)), widths[2])
        )
        for tile in tiles
    ]
    return grid("主要指标", widths, _rows(("指标", "本年", "变化、目标与位次"), widths, rows))


def _led(head: str, content: str) -> str:
    return paragraph(runs(head, "<w:b/>") + content, "KeyChange")


def _strip(strip: Strip) -> Iterator[str]:
    first = 1400
    width = (TEXT_WIDTH - first) // len(strip.items)
    name = paragraph(runs(f"{strip.title} {strip.total} 项", "<w:b/>"), _TABLE)
    cells = [cell_xml(name, first)]
    for item in strip.items:
        cells.append(
            shaded_cell(f"{item.shape} {item.word} {item.count}", width, _TABLE, item.tone)
        )
    widths = [first, *[width] * len(strip.items)]
    yield grid(f"{strip.title}按结论计数", widths, [row_xml("".join(cells))], head=False)
    yield paragraph(runs(strip.detail), "TableNote")


def _rows(head: Sequence[str], widths: Sequence[int], rows: Sequence[str]) -> list[str]:
    cells = (
        cell_xml(paragraph(runs(text, "<w:b/>"), _TABLE, "<w:keepNext/>"), width)
        for text, width in zip(head, widths, strict=True)
    )
    return [row_xml("".join(cells), head=True), *rows]


def _text(content: str, width: int) -> str:
    return cell_xml(paragraph(content, _TABLE), width)


def _attention(title: str, items: Sequence[Attention]) -> str:
    owned = any(item.departments for item in items)  # or the sentences name whom to ask
    widths = [1500, 5044, 2300] if owned else [1500, 7344]
    head = ("判断", "事项与所需速度", "责任部门") if owned else ("判断", "缺什么,向谁要")
    rows = [
        row_xml(
            verdict_cell(item.verdict, widths[0], _TABLE)
            + _text(
                _named(item.name, item.sentence)
                + (runs(f" {SINCE[item.since]}") if item.since else ""),
                widths[1],
            )
            + (_text(runs(_owners(item.departments)), widths[2]) if owned else "")
        )
        for item in items
    ]
    return grid(title, widths, _rows(head, widths, rows))


def _named(name: str, sentence: Sentence) -> str:
    return runs(name, "<w:b/>") + runs(" ") + sentence_runs(sentence)


def _owners(departments: Sequence[str]) -> str:
    shown = "、".join(departments[:_SHOWN_OWNERS])
    return shown if len(departments) <= _SHOWN_OWNERS else f"{shown}等 {len(departments)} 个单位"


def _changes(word: str, changes: Sequence[VerdictChange]) -> str:
    items = ";".join(
        f"{change.name}({_mark(change.before)} → {_mark(change.after)})" for change in changes
    )
    return _led(f"{word} {len(changes)} 项:", runs(f"{items}。"))


def _mark(verdict: str) -> str:
    word, shape, _ = look(verdict)
    return f"{shape} {word}"
