"""The prose cells of a notebook as blocks, and their Markdown as HTML or as plain paragraphs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from markupsafe import Markup

from assessment.results.values import Sentence
from assessment.show.blocks import (
    AnyBlock,
    Blocks,
    Cell,
    Column,
    Figure,
    Heading,
    Markdown,
    Prose,
    Row,
    Table,
)
from assessment.show.facts import plain
from assessment.show.typography import full_width


class _Renderer(RendererHTML):
    """Markdown without anything that loads or leads out of the page: HTML in it is shown as text."""

    def text(self, tokens: Sequence[Token], place: int, *_: Any) -> str:
        return str(Markup.escape(full_width(tokens[place].content)))

    def link_open(self, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
        inside = str(tokens[place].attrGet("href") or "").startswith("#")
        tokens[place].meta["inside"] = inside
        env.setdefault("links", []).append(inside)
        return self.renderToken(tokens, place, options, env) if inside else ""

    def link_close(self, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
        return self.renderToken(tokens, place, options, env) if env["links"].pop() else ""

    def image(self, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
        token = tokens[place]
        alt = token.content
        if not str(token.attrGet("src") or "").startswith("data:image/"):
            return str(Markup.escape(alt))
        return str(Markup('<img src="{}" alt="{}">').format(token.attrGet("src"), alt))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer)
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser.enable("table").enable("strikethrough")


def markdown_html(block: Markdown) -> Markup:
    """Return prose as HTML: no foreign HTML, no address but places of the same page."""
    return Markup(_parser().render(block.source, {}))


def prose_cell(source: str, attachments: Mapping[str, Mapping[str, str]] = {}) -> list[AnyBlock]:
    """Return the blocks of a prose cell.

    Parameters
    ----------
    source : str
        Its Markdown.
    attachments : mapping, optional
        Pictures that it brings, by name: media type to data in base 64.

    Returns
    -------
    list of Block
        Headings and tables as such, what stands between them as `Markdown`. A heading of the
        first level repeats the chapter's title and is left out.
    """
    for name, bundle in attachments.items():
        for media, data in bundle.items():
            source = source.replace(f"attachment:{name}", f"data:{media};base64,{data}")
    lines = source.splitlines()
    found: list[AnyBlock] = []
    between: list[str] = []

    def close() -> None:
        text = "\n".join(between).strip("\n")
        if text.strip():
            found.append(Markdown(source=text))
        between.clear()

    last = 0
    for node in SyntaxTreeNode(_parser().parse(source)).children:
        first, end = node.map or (last, last)
        if node.type in ("heading", "table"):
            between.extend(lines[last:first])
            close()
            if node.type == "table":
                found.append(_table(node))
            elif (level := int(node.tag[1])) > 1:
                text = _text(node)
                found.append(Heading(level=min(level + 1, 6), text=text, anchor=text))
        else:
            between.extend(lines[last:end])
        last = end
    close()
    return found


def paragraphs(block: Markdown) -> list[Prose]:
    """Return prose as plain paragraphs, for editions that cannot set Markdown.

    Emphasis and links become plain text, pictures their alternative text; items of lists bear a
    mark or their number.
    """
    tree = SyntaxTreeNode(_parser().parse(block.source))
    return [
        Prose(sentences=(Sentence(template=plain(text)),))
        for node in tree.children
        for text in _paragraphs(node)
        if text.strip()
    ]


def flat(blocks: Blocks) -> Iterator[Heading | Prose | Table | Figure]:
    """Yield blocks with Markdown as plain paragraphs, for editions that cannot set it."""
    for block in blocks.blocks:
        if isinstance(block, Markdown):
            yield from paragraphs(block)
        else:
            yield block


def _paragraphs(node: SyntaxTreeNode, depth: int = 0) -> Iterator[str]:
    if node.type in ("bullet_list", "ordered_list"):
        first = int(node.attrs.get("start", 1) or 1)
        for number, item in enumerate(node.children, first):
            mark = "· " if node.type == "bullet_list" else f"{number}. "
            own = "".join(_text(c) for c in item.children if not c.type.endswith("_list"))
            yield "\u3000" * depth + mark + own
            for child in item.children:
                if child.type.endswith("_list"):
                    yield from _paragraphs(child, depth + 1)
    elif node.type == "blockquote":
        for child in node.children:
            yield from _paragraphs(child, depth)
    else:
        yield _text(node)


def _table(node: SyntaxTreeNode) -> Table:
    head, *body = node.children
    heads = head.children[0].children
    columns = tuple(
        Column(key=str(n), label=_text(cell), align=_align(cell)) for n, cell in enumerate(heads)
    )
    rows = tuple(
        Row(cells=tuple(Cell(text=_text(cell)) for cell in row.children))
        for part in body
        for row in part.children
    )
    return Table(id="prose-table", title="", columns=columns, rows=rows)


def _align(cell: SyntaxTreeNode) -> Any:
    style = str(cell.attrs.get("style", ""))
    return next((side for side in ("right", "center") if side in style), "left")


def _text(node: SyntaxTreeNode) -> str:
    if node.type == "softbreak":
        return " "
    if node.type == "hardbreak":
        return "\n"
    if node.type == "image":
        return str(node.content)
    if node.children:
        return "".join(_text(child) for child in node.children)
    return str(node.content).rstrip("\n") if node.content else ""
