"""A document as plain data for the Typst template: text only, nothing that could be markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assessment.report.numbered import DEMO_MARK, conclusions_heading, heading, is_annex
from assessment.report.page import (
    SINCE,
    ChapterPages,
    Conclusions,
    Cover,
    Document,
    ReportPart,
    Strip,
)
from assessment.report.printed import clean, printed, spans
from assessment.report.typst.laid_out import laid_out, verdict_look
from assessment.results.model import VerdictChange
from assessment.show.charts import theme
from assessment.show.formatting import MISSING

Data = dict[str, Any]

CHAPTERS_PART = "chapters-part"
"""Anchor of the part that the chapters belong to, where it is the last before them."""


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
    level = 2 if front and front[-1].anchor == CHAPTERS_PART else 1
    return {
        "cover": _cover(document.cover),
        "demo": DEMO_MARK if document.demo else "",
        "colours": {
            "ink": theme.INK, "soft": theme.SOFT, "hair": theme.HAIR, "wash": theme.WASH,
            "accent": theme.ACCENT,
        },
        "tones": {tone: shade._asdict() for tone, shade in theme.TONES.items()},
        "conclusions": document.conclusions
        and {
            "title": conclusions_heading(document),
            **_conclusions(document.conclusions, document.cover.disclaimer),
        },
        "front": [_part(part) for part in front],
        "chapters": [_chapter(chapter, level) for chapter in document.chapters],
        "back": [_part(part) for part in document.back],
    }  # fmt: skip


def _cover(cover: Cover) -> Data:
    imprint = (
        ("状态", cover.status),
        ("数据", cover.pack_words),
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
        "tiles": [
            {
                "name": printed(tile.name),
                "unit": printed(tile.unit),
                "value": spans(tile.value),
                "lines": [spans(line) for line in tile.lines],
                "spark": tile.spark,
                "alt": clean(tile.alt),
            }
            for tile in conclusions.tiles
        ],
        "decisions": [spans(one) for one in conclusions.decisions],
        "contradictions": [spans(one.sentence) for one in conclusions.contradictions],
        "attention_title": printed(conclusions.attention_title),
        "attention": [
            {
                "verdict": verdict_look(row.verdict),
                "name": printed(row.name),
                "sentence": spans(row.sentence),
                "owners": printed(_owners(row.departments)),
                "since": SINCE[row.since],
            }
            for row in conclusions.attention
        ],
        "changes": [
            {"title": title, "items": [_change(change) for change in changes]}
            for title, changes in (("转好", conclusions.better), ("转差", conclusions.worse))
            if changes
        ],
        "unchanged": printed(conclusions.unchanged),
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
        "before": verdict_look(change.before),
        "after": verdict_look(change.after),
    }


def _owners(departments: Sequence[str]) -> str:
    more = f"等 {len(departments)} 个单位" if len(departments) > 2 else ""
    return "、".join(departments[:2]) + more


def _part(part: ReportPart) -> Data:
    annex = is_annex(part)
    return {
        "title": printed(heading(part.number, part.title)).strip() or MISSING,
        "annex": annex,
        "blocks": laid_out(part.blocks, above=1, sources=part.sources, annex=annex),
    }


def _chapter(chapter: ChapterPages, level: int) -> Data:
    return {
        "title": printed(heading(chapter.number, chapter.title)).strip() or MISSING,
        "level": level,
        "blocks": laid_out(chapter.blocks, above=level),
    }
