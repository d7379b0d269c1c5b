"""Blocks as HTML: for Jupyter's display and, through the same templates, for the report."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from assessment.results.values import Sentence, Trace
from assessment.show.blocks import (
    AnyBlock,
    Block,
    Blocks,
    Cell,
    Column,
    Figure,
    Row,
    Table,
    is_annex,
    show_as,
)
from assessment.show.csv_download import table_csv
from assessment.show.formatting import MISSING
from assessment.show.inline_svg import inline_svg
from assessment.show.markdown import markdown_html
from assessment.show.typography import full_width
from assessment.show.verdict_words import look

TEMPLATES = (
    Path(__file__).parent / "templates",
    Path(__file__).parents[1] / "report" / "templates",
)
"""Templates of blocks, and those of pages."""

_NAMED = 3
"""Tables and figures that the line of a fold names."""

_WORDY = 30
"""Characters in a row of a table beyond which it is one of sentences."""

_CHINESE_NUMBER = re.compile("[一二三四五六七八九十]+")
_YEAR = re.compile(r"(19|20)\d\d( 年)?")
_NOT_IN_ID = re.compile(r"[^\w.-]+")


def element_id(name: str, prefix: str = "") -> str:
    """Return an id that is safe in HTML, in CSS and in a link; a prefix keeps chapters apart."""
    clean = _NOT_IN_ID.sub("-", name)
    return clean if not prefix or clean.startswith(f"{prefix}-") else f"{prefix}-{clean}"


def sentence_html(sentence: Sentence) -> Markup:
    """Return a sentence with each fact marked by its place in results.json."""
    facts = (
        Markup('<b class="fact{}" data-pointer="{}">{}</b>').format(
            " year" if _YEAR.fullmatch(fact.text) else "", fact.pointer, full_width(fact.text)
        )
        for fact in sentence.facts
    )
    return Markup(escape(full_width(sentence.template))).format(*facts)


def verdict_html(verdict: str, text: str = "") -> Markup:
    """Return a verdict as shape, word and colour; the shape is silent for a screen reader.

    Parameters
    ----------
    verdict : str
        Its name in :data:`assessment.show.verdict_words.LOOKS`.
    text : str, optional
        Shown instead of the word where it begins with it (“进展偏慢—符合预期”).

    Raises
    ------
    KeyError
        No such verdict.
    """
    word, shape, tone = look(verdict)
    label = text if text.startswith(word) else word
    return Markup('<span class="v v-{}"><span aria-hidden="true">{}</span> {}</span>').format(
        tone, shape, full_width(label)
    )


def reference(trace: Trace) -> str:
    """Return where a figure comes from: file and row, who gave it, how good it is."""
    grade = trace.grade and f"等级 {trace.grade}"
    parts = (f"{trace.file} 第 {trace.row} 行", trace.source, grade)
    return " · ".join(part for part in parts if part)


def as_given(trace: Trace) -> str:
    """Return a figure as it was given, without a dash for the unit of what has none."""
    return trace.given.removesuffix(f" {MISSING}")


def trace_line(trace: Trace) -> str:
    """Return all that is known of where a figure comes from, as one line."""
    parts = (reference(trace), trace.given and f"原报 {as_given(trace)}", trace.note)
    return " · ".join(part for part in parts if part)


def cell_html(cell: Cell, sources: bool) -> Markup:
    """Return what stands in a cell of a table.

    A report has many thousands of them, hence no template.

    Parameters
    ----------
    cell : Cell
        Its text or verdict, note and origin.
    sources : bool
        Print where it comes from under it; otherwise that shows on pointing at it.
    """
    text = _text(cell.text)
    if cell.verdict:
        beside = _text(beside_verdict(cell))
        text = verdict_html(cell.verdict, cell.text)
        text += beside and Markup(' <span class="beside">{}</span>').format(beside)
    elif cell.trace and not sources:
        title = _text("\n".join(map(reference, cell.trace)))
        text = Markup('<span title="{}">{}</span>').format(title, text)
    if cell.note:
        text += Markup("<small>{}</small>").format(_text(cell.note))
    if sources:
        for trace in cell.trace:
            text += Markup('<small class="source">{}</small>').format(_text(trace_line(trace)))
    return text


def row_html(
    row: Row, columns: tuple[Column, ...], sources: bool, labelled: bool = False
) -> Markup:
    """Return a row of a table; its first cell heads it, the others may bear their columns' heads."""
    parts = []
    for place, (cell, column) in enumerate(zip(row.cells, columns, strict=True)):
        align = "" if column.align == "left" else f" class={column.align}"
        tag, scope = ("td", "") if place else ("th", " scope=row")
        if labelled and place:
            align += f' data-label="{_text(column.label)}"'
        parts.append(f"<{tag}{scope}{align}>{cell_html(cell, sources)}</{tag}>")
    return Markup("".join(parts))


def csv_link(table: Table) -> str:
    """Return a table as a ``data:`` address of a CSV file that spreadsheets open rightly."""
    data = base64.b64encode(table_csv(table).encode("utf-8-sig")).decode("ascii")
    return f"data:text/csv;charset=utf-8;base64,{data}"


def grouped(rows: tuple[Row, ...]) -> list[tuple[str, list[Row]]]:
    """Split rows into runs of one group, in order."""
    groups: list[tuple[str, list[Row]]] = []
    for row in rows:
        if not groups or groups[-1][0] != row.group:
            groups.append((row.group, []))
        groups[-1][1].append(row)
    return groups


def is_matrix(table: Table) -> bool:
    """Tell whether verdicts fill a table, as in a scorecard, rather than stand in one column."""
    columns = {i for row in table.rows for i, cell in enumerate(row.cells) if cell.verdict}
    return len(columns - {0}) >= 2


def is_wordy(table: Table) -> bool:
    """Tell whether a table is of sentences, whose columns would be towers on a narrow screen."""
    words = sum(len(cell.text) for row in table.rows for cell in row.cells)
    sides = {column.align for column in table.columns}
    return len(table.columns) > 2 and sides == {"left"} and words > _WORDY * len(table.rows)


def beside_verdict(cell: Cell) -> str:
    """Return what a verdict's cell says that the verdict itself does not."""
    return "" if cell.verdict and cell.text.startswith(look(cell.verdict).word) else cell.text


def _text(text: str) -> Markup:
    return escape(full_width(text))


def _finalize(value: object) -> object:
    """Set Chinese marks in plain text; markup, which has been through here, stays."""
    return full_width(value) if type(value) is str else value


@cache
def environment() -> Environment:
    """Return the Jinja environment of every page; it escapes all text by default."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    env.filters |= {
        "sentence": sentence_html,
        "verdict": verdict_html,
        "look": look,
        "reference": reference,
        "trace_line": trace_line,
        "csv_link": csv_link,
        "grouped": grouped,
        "element_id": element_id,
        "row": row_html,
        "svg": inline_svg,
        "markdown_html": markdown_html,
    }
    env.tests |= {
        "matrix": is_matrix,
        "wordy": is_wordy,
        "chinese_number": _CHINESE_NUMBER.fullmatch,
    }
    return env


@cache
def stylesheet(*names: str) -> Markup:
    """Return style sheets of the templates folder, joined, for a ``<style>`` element."""
    paths = (next(f / name for f in TEMPLATES if (f / name).is_file()) for name in names)
    sheets = (path.read_text(encoding="utf-8") for path in paths)
    return Markup("".join(sheets))


def block_html(block: Block, *, prefix: str = "", sources: bool = False) -> Markup:
    """Return one block as HTML.

    Parameters
    ----------
    block : Block
        Heading, prose, table or figure.
    prefix : str, optional
        Put before every id.
    sources : bool, optional
        Print each cell's source under it, as in an annex; otherwise it is a small reference.
    """
    macro = getattr(environment().get_template("blocks/blocks.html.j2").module, block.kind)
    return Markup(macro(block, prefix, sources))


def blocks_markup(blocks: Blocks, *, prefix: str = "", sources: bool = False) -> Markup:
    """Return blocks as HTML for a page that brings its own style; see :func:`block_html`.

    What is of the annex is folded behind what it supports, a run of such blocks under one line.
    """
    found = []
    for folded, run in groupby(blocks.blocks, is_annex):
        together = list(run)
        html = Markup("\n").join(
            block_html(block, prefix=prefix, sources=sources) for block in together
        )
        if folded:
            html = Markup('<details class="fold"><summary>{}</summary>\n{}\n</details>').format(
                full_width(_contents(together)), html
            )
        found.append(html)
    return Markup("\n").join(found)


def _contents(blocks: Sequence[AnyBlock]) -> str:
    """Say what is folded: its tables and figures, the first of them by their names."""
    named = [
        f"{block.label} {block.summary or block.title}".strip()
        if isinstance(block, Table)
        else f"{block.label} {block.title}".strip()
        for block in blocks
        if isinstance(block, Table | Figure)
    ]
    if not named:
        return "说明"
    more = f"等 {len(named)} 件" if len(named) > _NAMED else ""
    return ";".join(named[:_NAMED]) + more


def blocks_html(blocks: Blocks) -> str:
    """Return blocks as HTML for Jupyter, with a style that reaches nothing else."""
    style = stylesheet("blocks/blocks.css", "blocks/jupyter.css")
    return (
        f'<div class="blocks in-jupyter">\n<style>{style}</style>\n{blocks_markup(blocks)}\n</div>'
    )


def register() -> None:
    """Make Jupyter show blocks as HTML."""
    show_as(blocks_html)
