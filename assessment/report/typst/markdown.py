"""A chapter as blocks, the prose that its notebook has between the cells included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import mistune

from assessment.report.page import ChapterPages
from assessment.results.values import Sentence
from assessment.show.blocks import (
    BLOCKS_MIME,
    Block,
    Blocks,
    Cell,
    Column,
    Heading,
    Prose,
    Row,
    Table,
    show,
)

Token = dict[str, Any]


def chapter_blocks(chapter: ChapterPages) -> Blocks:
    """All blocks of a chapter in order, prose cells among them.

    Parameters
    ----------
    chapter : ChapterPages
        A chapter, executed or failed.

    Returns
    -------
    Blocks
        What :func:`assessment.report.page.blocks_of` gives, with the headings, paragraphs, lists
        and tables of the notebook's prose cells in their places. Emphasis and links become plain
        text, pictures their alternative text; HTML is left as the text it is.
    """
    found: list[Blocks] = []
    if chapter.notebook is not None:
        for cell in chapter.notebook.cells:
            if cell.cell_type == "markdown":
                found.append(prose_blocks(cell.source))
            for output in cell.get("outputs", []):
                if BLOCKS_MIME in output.get("data", {}):
                    found.append(Blocks.model_validate_json(output["data"][BLOCKS_MIME]))
    return show(*found, chapter.blocks)


def prose_blocks(source: str) -> Blocks:
    """Read Markdown as blocks; a heading of the first level, the chapter's own title, is left out."""
    tokens = _parser()(source)
    return show(*_blocks([t for t in tokens if isinstance(t, dict)]))


@cache
def _parser() -> mistune.Markdown:
    return mistune.create_markdown(renderer=None, plugins=["table"])


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    for token in tokens:
        kind, children = token["type"], token.get("children", [])
        if kind == "heading":
            level = token["attrs"]["level"]
            if level > 1:
                text = _text(children)
                yield Heading(level=min(level + 1, 6), text=text, anchor=text)
        elif kind == "list":
            yield from _items(token)
        elif kind == "block_quote":
            yield from _blocks(children)
        elif kind == "table":
            yield _table(token)
        elif (text := _text([token])).strip():
            yield _prose(text)


def _items(token: Token, depth: int = 0) -> Iterator[Prose]:
    ordered = token["attrs"].get("ordered", False)
    first = token["attrs"].get("start", 1) or 1
    for number, item in enumerate(token["children"], first):
        mark = f"{number}. " if ordered else "· "
        own = [c for c in item["children"] if c["type"] != "list"]
        yield _prose("\u3000" * depth + mark + _text(own))
        for child in item["children"]:
            if child["type"] == "list":
                yield from _items(child, depth + 1)


def _table(token: Token) -> Table:
    head, *body = token["children"]
    columns = tuple(
        Column(
            key=str(n), label=_text(cell["children"]), align=cell["attrs"].get("align") or "left"
        )
        for n, cell in enumerate(head["children"])
    )
    rows = tuple(
        Row(cells=tuple(Cell(text=_text(cell["children"])) for cell in row["children"]))
        for part in body
        for row in part["children"]
    )
    return Table(id="prose-table", title="", columns=columns, rows=rows)


def _text(tokens: Sequence[Token]) -> str:
    parts = []
    for token in tokens:
        if token["type"] in ("softbreak", "linebreak"):
            parts.append("\n" if token["type"] == "linebreak" else " ")
        elif "children" in token:
            parts.append(_text(token["children"]))
        else:
            parts.append(token.get("raw", ""))
    return "".join(parts)


def _prose(text: str) -> Prose:
    template = text.strip("\n").replace("{", "{{").replace("}", "}}")
    return Prose(sentences=(Sentence(template=template),))
