"""The documentation's pages, as the desk shows them beside its messages."""

from __future__ import annotations

import re
from html import escape
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt

from assessment.folders import project

_PAGE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer"><title>{title}</title>
<link rel="stylesheet" href="../desk.css"></head><body class="help"><main>{body}</main></body></html>
"""


def anchor(heading: str) -> str:
    """Return a heading's anchor as the usual sites make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def help_page(name: str) -> str | None:
    """Return a page of ``docs/`` as HTML; None where there is none of this name."""
    known: dict[str, Path] = {path.stem: path for path in (project() / "docs").glob("*.md")}
    if name not in known:
        return None
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(known[name].read_text(encoding="utf-8"))
    title = name
    for token, inside in pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", anchor(inside.content))
            title = inside.content if token.tag == "h1" else title
        if token.type == "table_open":
            token.attrSet("tabindex", "0")
    return _PAGE.format(
        title=escape(title), body=reader.renderer.render(tokens, reader.options, {})
    )
