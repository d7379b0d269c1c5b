"""The two volumes of a report in print: the annual report, and the annex that supports it.

One code of a block (`assessment.show.blocks.Place`) decides for every edition: the page folds what
is of the annex where it stands, the print editions set it in a volume of its own. Both volumes are
cut from one numbered document, so that every block is in exactly one of them and a table is called
by one number everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from assessment.report.numbered import heading, is_annex
from assessment.report.page import ChapterPages, Document, ReportPart
from assessment.show import blocks as block_kinds
from assessment.show.blocks import AnyBlock, Blocks, Figure, Heading, Place, Prose, Table
from assessment.show.facts import plain, say
from assessment.show.formatting import listed

ANNEX = "附卷"
"""What the volume is called."""

Part = TypeVar("Part", ReportPart, ChapterPages)


def annual_report(document: Document) -> Document:
    """Return what is told, each part with a line on what the annex volume has for it."""
    return replace(
        document,
        front=_told(document.front),
        chapters=_told(document.chapters),
        back=_told([part for part in document.back if not is_annex(part)]),
    )


def annex_volume(document: Document) -> Document:
    """Return what supports it, under the same headings, then the annexes."""
    cover = document.cover
    return replace(
        document,
        cover=replace(cover, title=f"{cover.title}({ANNEX})"),
        conclusions=None,
        front=_supporting(document.front),
        chapters=_supporting(document.chapters),
        back=_supporting(document.back),
    )


def of_place(blocks: Sequence[AnyBlock], place: Place) -> tuple[AnyBlock, ...]:
    """Return the blocks of a place, with those headings that something of it stands under."""
    kept: list[AnyBlock] = []
    for block in reversed(blocks):
        if isinstance(block, Heading):
            below = kept[-1] if kept else None
            empty = below is None or (isinstance(below, Heading) and below.level <= block.level)
            if empty:
                continue
        elif block.place != place:
            continue
        kept.append(block)
    return tuple(reversed(kept))


def _told(parts: Iterable[Part]) -> tuple[Part, ...]:
    found: list[Part] = []
    for part in parts:
        told = list(of_place(part.blocks.blocks, "body"))
        if where := _numbers(part):
            told.append(_note(f"见{ANNEX}:{where}。"))
        found.append(replace(part, blocks=Blocks(blocks=tuple(told))))
    return tuple(found)


def _supporting(parts: Iterable[Part]) -> tuple[Part, ...]:
    found: list[Part] = []
    for part in parts:
        held = list(of_place(part.blocks.blocks, "annex"))
        if not held:
            continue
        if not is_annex(part):
            held.insert(0, _note(f"支持正文“{heading(part.number, part.title)}”。"))
        found.append(replace(part, blocks=Blocks(blocks=tuple(held))))
    return tuple(found)


def _note(text: str) -> Prose:
    return Prose(sentences=(say(plain(text)),), tone="note")


def _numbers(part: ReportPart | ChapterPages) -> str:
    """Name the tables and figures of the annex that stand in a part: 附表 3–9、附图 1."""
    held = [block for block in part.blocks.blocks if block_kinds.is_annex(block)]
    runs = []
    for kind, label in ((Table, "附表"), (Figure, "附图")):
        numbers = [block.number for block in held if isinstance(block, kind)]
        if numbers:
            last = f"–{numbers[-1]}" if len(numbers) > 1 else ""
            runs.append(f"{label} {numbers[0]}{last}")
    return listed(runs)
