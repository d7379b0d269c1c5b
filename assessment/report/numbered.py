"""Numbers of tables and figures, given once, and the headings of parts as they are printed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from assessment.report.page import ChapterPages, Document, ReportPart
from assessment.show.blocks import AnyBlock, Blocks, Figure, Heading, Place, Table

_CHINESE_NUMBER = re.compile("[一二三四五六七八九十]+")

CONCLUSIONS = "核心结论"

DEMO_MARK = "演示数据 不是真实统计"
"""What every page and sheet says where the figures are not real."""

Part = TypeVar("Part", ReportPart, ChapterPages)


def with_numbers(document: Document) -> Document:
    """Return a report whose tables and figures bear their numbers, each kind counted from 1.

    Those of the annex are counted apart; whatever stands in an annex is of it.

    Headings of the second level and above repeat those of their parts and are left out.
    """
    counts: Counter[tuple[str, Place]] = Counter()

    def numbered(block: AnyBlock, part: Part) -> AnyBlock:
        if isinstance(block, Heading):
            return block
        if is_annex(part):
            block = block.model_copy(update={"place": "annex"})
        if not isinstance(block, Table | Figure):
            return block
        counts[block.kind, block.place] += 1
        return block.model_copy(update={"number": counts[block.kind, block.place]})

    def parts(given: Sequence[Part]) -> tuple[Part, ...]:
        return tuple(
            replace(
                part,
                blocks=Blocks(
                    blocks=tuple(
                        numbered(block, part)
                        for block in part.blocks.blocks
                        if not (isinstance(block, Heading) and block.level <= 2)
                    )
                ),
            )
            for part in given
        )

    return replace(
        document,
        front=parts(document.front),
        chapters=parts(document.chapters),
        back=parts(document.back),
    )


def all_parts(document: Document) -> tuple[ReportPart | ChapterPages, ...]:
    """Return the parts and chapters of a report in order."""
    return (*document.front, *document.chapters, *document.back)


def is_annex(part: ReportPart | ChapterPages) -> bool:
    """Tell whether a part is an annex, which is set smaller."""
    return isinstance(part, ReportPart) and part.anchor.startswith("annex")


def heading(number: str, title: str) -> str:
    """Return a heading with its number, as it is printed."""
    if not number:
        return title
    return f"{number}、{title}" if _CHINESE_NUMBER.fullmatch(number) else f"{number} {title}"


def conclusions_heading(document: Document) -> str:
    """Return the heading of the conclusions; they are part one where the next is part two."""
    first = document.front[0].number if document.front else ""
    return heading("一" if first == "二" else "", CONCLUSIONS)
