"""A document as plain data for the Typst template: text only, nothing that could be markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import inf
from typing import Any

from assessment.blocks import Block, Blocks, Cell, Figure, Heading, Prose, Row, Table
from assessment.charts import theme
from assessment.html import beside_verdict, grouped, is_matrix, trace_line
from assessment.formatting import MISSING
from assessment.inline_svg import inline_svg
from assessment.report.page import ChapterPages, Conclusions, Cover, Document, ReportPart, Strip
from assessment.report.typst.columns import TEXT_WIDTH, is_wordy, layout, stacked
from assessment.report.typst.markdown import chapter_blocks
from assessment.report.typst.words import folded, printed, spans, verdict_word
from assessment.results import VerdictChange
from assessment.verdicts import look

Data = dict[str, Any]

CHAPTERS_PART = "chapters-part"
"""Anchor of the part that the chapters belong to, where it is the last before them."""

FIGURE_HEIGHT = 520.0
"""Greatest height of a figure in points: what a page leaves beside its caption."""

_USUAL_SIDES = (960.0, 540.0)
_POINTS_PER_PIXEL = 1 / theme.PIXELS_PER_POINT
_CHINESE_NUMBER = re.compile("[一二三四五六七八九十]+")
_SIDE = re.compile(r'\s(width|height)="([\d.]+)"')
_VIEW_BOX = re.compile(r'\sviewBox="[-\d.]+[ ,]+[-\d.]+[ ,]+([\d.]+)[ ,]+([\d.]+)"')


def content(document: Document) -> Data:
    """Return all that the template sets, as JSON can hold it.

    Parameters
    ----------
    document : Document
        The report.

    Returns
    -------
    dict
        Strings, numbers, lists and dicts only. Whatever text the data hold, the template shows it
        as text.
    """
    front = document.front
    numbered = bool(front) and front[0].number == "二"
    level = 2 if front and front[-1].anchor == CHAPTERS_PART else 1
    return {
        "cover": _cover(document.cover),
        "demo": document.demo,
        "colours": {
            "ink": theme.INK, "soft": theme.SOFT, "hair": theme.HAIR, "wash": theme.WASH,
            "accent": theme.ACCENT,
        },
        "tones": {tone: shade._asdict() for tone, shade in theme.TONES.items()},
        "conclusions": {
            # The parts are counted from this page on, where they bear numbers at all.
            "title": "一、核心结论" if numbered else "核心结论",
            **_conclusions(document.conclusions, document.cover.disclaimer),
        },
        "front": [_part(part) for part in front],
        "chapters": [_chapter(chapter, level) for chapter in document.chapters],
        "back": [_part(part) for part in document.back],
    }  # fmt: skip


def numbered_title(number: str, title: str) -> str:
    """Return a title behind its number: “三、目标”, “第三章 目标”, “附件 A 目标”."""
    if not number:
        return printed(title)
    return printed(
        f"{number}、{title}" if _CHINESE_NUMBER.fullmatch(number) else f"{number} {title}"
    )


def _cover(cover: Cover) -> Data:
    imprint = (
        ("状态", cover.status),
        ("数据", f"{cover.pack_title}({cover.pack_kind_word})"),
        ("数据截至", cover.cutoff),
        ("指纹", cover.fingerprint),
    )
    return {
        "title": printed(cover.title),
        "unit": printed(cover.unit),
        "year": cover.year,
        "imprint": [[name, printed(value)] for name, value in imprint],
        "disclaimer": printed(cover.disclaimer),
    }


def _conclusions(conclusions: Conclusions, disclaimer: str) -> Data:
    return {
        "verdict": spans(conclusions.verdict),
        "messages": [spans(message) for message in conclusions.messages],
        "strips": [_strip(strip) for strip in conclusions.strips],
        "attention": [
            {
                "verdict": _look(row.verdict),
                "name": printed(row.name),
                "sentence": spans(row.sentence),
                "owners": printed(_owners(row.departments)),
            }
            for row in conclusions.attention
        ],
        "changes": [
            {"title": title, "items": [_change(change) for change in changes]}
            for title, changes in (("转好", conclusions.better), ("转差", conclusions.worse))
            if changes
        ],
        "unknown": spans(conclusions.unknown),
        "disclaimer": printed(disclaimer),
    }


def _strip(strip: Strip) -> Data:
    return {
        "title": printed(strip.title),
        "total": strip.total,
        "detail": printed(strip.detail),
        "items": [
            {"word": item.word, "shape": item.shape, "tone": item.tone, "count": item.count}
            for item in strip.items
        ],
    }


def _change(change: VerdictChange) -> Data:
    return {
        "name": printed(change.name),
        "before": _look(change.before),
        "after": _look(change.after),
    }


def _owners(departments: Sequence[str]) -> str:
    more = f"等 {len(departments)} 家" if len(departments) > 2 else ""
    return "、".join(departments[:2]) + more


def _part(part: ReportPart) -> Data:
    annex = part.number.startswith("附件")
    return {
        "title": numbered_title(part.number, part.title),
        "annex": annex,
        "blocks": _blocks(part.blocks, part.title, above=1, sources=part.sources, annex=annex),
    }


def _chapter(chapter: ChapterPages, level: int) -> Data:
    return {
        "title": numbered_title(chapter.number, chapter.title),
        "level": level,
        "blocks": _blocks(
            chapter_blocks(chapter), chapter.title, above=level, sources=False, annex=False
        ),
    }


def _blocks(blocks: Blocks, title: str, *, above: int, sources: bool, annex: bool) -> list[Data]:
    """Lay out blocks under a heading of level ``above``; no level of headings is skipped.

    A table right under a heading of the same words does not repeat them.
    """
    found: list[Data] = []
    last, heading = above, title
    for block in blocks.blocks:
        if isinstance(block, Heading):
            # One of the second level is the chapter's own title, which stands above it already.
            if block.level <= 2 or not block.text.strip():
                continue
            last = min(above + block.level - 2, last + 1)
            heading, depth, text = block.text, last - above, printed(block.text)
            found.append({"kind": "heading", "level": last, "depth": depth, "text": text})
            continue
        if isinstance(block, Table) and block.title == heading:
            block = block.model_copy(update={"title": ""})
        found.append(_block(block, sources, annex))
    return found


def _block(block: Block, sources: bool, annex: bool) -> Data:
    if isinstance(block, Prose):
        return {
            "kind": "prose",
            "tone": block.tone,
            "spans": [span for sentence in block.sentences for span in spans(sentence)],
        }
    if isinstance(block, Table):
        return _table(block, sources, annex)
    assert isinstance(block, Figure)
    return _figure(block)


def _figure(figure: Figure) -> Data:
    svg = inline_svg(figure.svg, "f", printed(figure.alt))
    width, height = _sides(svg)
    scale = min(_POINTS_PER_PIXEL, TEXT_WIDTH / width, FIGURE_HEIGHT / height)
    return {
        "kind": "figure",
        "title": printed(figure.title),
        "subtitle": printed(figure.subtitle),
        "alt": printed(figure.alt),
        "svg": svg,
        "width": round(width * scale, 2),
        "height": round(height * scale, 2),
    }


def _sides(svg: str) -> tuple[float, float]:
    """Width and height of a drawing in pixels; from its view box where it does not say."""
    root = svg[: svg.index(">")]
    sides = {name: float(value) for name, value in _SIDE.findall(root)}
    if len(sides) == 2:
        return sides["width"], sides["height"]
    box = _VIEW_BOX.search(root)
    return (float(box[1]), float(box[2])) if box else _USUAL_SIDES


def _table(table: Table, sources: bool, annex: bool) -> Data:
    matrix = is_matrix(table)
    if is_wordy(table):
        table = stacked(table)
    shape = layout(table, annex=annex, padding=1.0 if matrix else 0.0)
    rooms = [
        one / shape.size if column.align == "right" else inf
        for column, one in zip(table.columns, shape.widths, strict=True)
    ]
    summary = printed(table.summary) if table.folded else ""
    title = printed(table.title)
    return {
        "kind": "table",
        "title": title,
        "summary": summary if summary != title else "",
        "note": printed(table.note),
        "matrix": matrix,
        "size": shape.size,
        "gutter": shape.gutter,
        "widths": shape.widths,
        "columns": [
            {"label": printed(c.label), "unit": printed(c.unit), "align": c.align, "head": head}
            for c, head in zip(table.columns, shape.heads, strict=True)
        ],
        "groups": [
            {
                "name": printed(name),
                "rows": [
                    {
                        "strong": row.strong,
                        "tall": shape.is_tall(row.cells),
                        "cells": [
                            _cell(cell, sources, matrix, room)
                            for cell, room in zip(_padded(row, table), rooms, strict=True)
                        ],
                    }
                    for row in rows
                ],
            }
            for name, rows in grouped(table.rows)
        ],
    }


def _padded(row: Row, table: Table) -> tuple[Cell, ...]:
    """Cells of a row, as many as the table has columns."""
    missing = len(table.columns) - len(row.cells)
    if missing > 0:
        return (*row.cells, *[Cell(text="")] * missing)
    return row.cells[: len(table.columns)]


def _cell(cell: Cell, sources: bool, matrix: bool, room: float) -> Data | str:
    """A cell; one that is only text is only its text."""
    text = folded(printed(cell.text), room)
    lines = [printed(trace_line(trace)) for trace in cell.trace] if sources else []
    if cell.note:
        lines.insert(0, printed(cell.note))
    if cell.verdict is None:
        return {"text": text, "small": lines} if lines else text
    found = {"verdict": _look(cell.verdict, cell.text), "text": printed(beside_verdict(cell))}
    return {**found, "small": lines, "filled": matrix}


def _look(verdict: str, text: str = "") -> Data:
    """A verdict; a text that begins with its word takes the word's place."""
    _, shape, tone = look(verdict)
    return {"word": verdict_word(verdict, text), "shape": shape, "tone": tone}
