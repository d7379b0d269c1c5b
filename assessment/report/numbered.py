"""The blocks of a report in order, tables and figures with the numbers that their captions bear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assessment.report.page import ChapterPages, Document, ReportPart, blocks_of
from assessment.show.blocks import Block, Blocks, Figure, Heading, Table

_CHINESE_NUMBER = re.compile("[一二三四五六七八九十]+")

CONCLUSIONS = "核心结论"

DEMO_MARK = "演示数据 不是真实统计"
"""What every page and sheet says where the figures are not real."""


@dataclass(frozen=True)
class NumberedBlock:
    """A block; ``number`` counts tables and figures each from 1, and is 0 for other blocks."""

    block: Block
    number: int = 0


@dataclass(frozen=True)
class NumberedPart:
    """A part or chapter of the report.

    Attributes
    ----------
    anchor, heading : str
        Id, and the heading with its number.
    kind : str
        ``part``, ``chapter`` or ``annex``.
    sources : bool
        Print each cell's source under it.
    blocks : tuple of NumberedBlock
        What it says, in order, without headings of its own level.
    """

    anchor: str
    heading: str
    kind: str
    sources: bool
    blocks: tuple[NumberedBlock, ...]


def numbered_parts(document: Document) -> tuple[NumberedPart, ...]:
    """Return the parts and chapters of a report in order, with tables and figures numbered."""
    counts = {"table": 0, "figure": 0}

    def numbered(blocks: Blocks) -> Iterator[NumberedBlock]:
        for block in blocks.blocks:
            if isinstance(block, Heading) and block.level <= 2:
                continue  # repeats the heading of the part
            if isinstance(block, Table | Figure):
                counts[block.kind] += 1
                yield NumberedBlock(block, counts[block.kind])
            else:
                yield NumberedBlock(block)

    def part(one: ReportPart | ChapterPages) -> NumberedPart:
        if isinstance(one, ChapterPages):
            kind, sources, blocks = "chapter", False, blocks_of(one)
        else:
            kind = "annex" if one.number.startswith("附件") else "part"
            sources, blocks = one.sources, one.blocks
        name = heading(one.number, one.title)
        return NumberedPart(one.anchor, name, kind, sources, tuple(numbered(blocks)))

    parts = [part(one) for one in document.front]
    parts += [part(one) for one in document.chapters]
    parts += [part(one) for one in document.back]
    return tuple(parts)


def heading(number: str, title: str) -> str:
    """Return a heading with its number, as it is printed."""
    if not number:
        return title
    return f"{number}、{title}" if _CHINESE_NUMBER.fullmatch(number) else f"{number} {title}"


def conclusions_heading(document: Document) -> str:
    """Return the heading of the conclusions; they are part one where the next is part two."""
    first = document.front[0].number if document.front else ""
    return heading("一" if first == "二" else "", CONCLUSIONS)
