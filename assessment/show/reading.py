"""An executed chapter notebook, read once: one sequence of blocks for every edition.

What is read: blocks of the project, prose cells, Markdown outputs; tables and figures of pandas,
matplotlib and statsmodels come as blocks too (`assessment.chapter.outputs`). What is not taken over
is named with its cell.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from assessment.results.files import only_record
from assessment.results.model import RECORD_MIME, ChapterRecord
from assessment.show.blocks import BLOCKS_MIME, AnyBlock, Blocks, Heading
from assessment.show.markdown import prose_cell

if TYPE_CHECKING:
    from nbformat import NotebookNode

UNSEEN_TAGS = frozenset({"guide", "parameters", "injected-parameters"})
"""Cells that are for the one who works in the notebook."""


class Left(StrEnum):
    """What a cell showed that the report does not have."""

    PRINTED = "printed"
    HTML = "html"
    WIDGET = "widget"
    PICTURE = "picture"
    TEXT = "text"


LEFT_WORDS = {
    Left.PRINTED: "打印的文字（print 或警告）",
    Left.HTML: "网页片段（HTML）",
    Left.WIDGET: "交互控件",
    Left.PICTURE: "图片",
    Left.TEXT: "单独的一个值",
}
"""What each is called."""


@dataclass(frozen=True)
class LeftOut:
    """Something that a cell showed and the report does not have.

    Attributes
    ----------
    cell : int
        Place of the cell, counted from 1 over all cells as in the notebook's file.
    kind : Left
        What it was.
    line : str
        First line of the cell.
    """

    cell: int
    kind: Left
    line: str

    def __str__(self) -> str:
        return f"第 {self.cell} 格（{self.line}）：{LEFT_WORDS[self.kind]}没有进报告"


@dataclass(frozen=True)
class Reading:
    """What an executed notebook shows.

    Attributes
    ----------
    blocks : Blocks
        In order, prose cells among them.
    left_out : tuple of LeftOut
        What was shown and is not among them.
    """

    blocks: Blocks
    left_out: tuple[LeftOut, ...]

    @property
    def anchors(self) -> frozenset[str]:
        """Anchors of the headings that are shown."""
        return frozenset(b.anchor for b in self.blocks.blocks if isinstance(b, Heading))


def read_chapter(notebook: NotebookNode) -> Reading:
    """Read what a notebook shows, cells for the one who works in it left out.

    Prose without a heading that stands before an analysis introduces it: it comes below the
    heading that the analysis shows.
    """
    blocks: list[AnyBlock] = []
    waiting: list[AnyBlock] = []
    left: list[LeftOut] = []
    for place, cell in own_cells(notebook):
        if UNSEEN_TAGS & set(cell.get("metadata", {}).get("tags", ())):
            continue
        if cell["cell_type"] == "markdown":
            prose = prose_cell(cell["source"], cell.get("attachments", {}))
            if any(isinstance(block, Heading) for block in prose):
                blocks += waiting
                waiting = []
            waiting += prose
        kinds = []
        for output in cell.get("outputs", ()):
            shown, kind = _shown(output)
            if shown and waiting:
                above = isinstance(shown[0], Heading) and not isinstance(waiting[0], Heading)
                shown = [*shown[:above], *waiting, *shown[above:]]
                waiting = []
            blocks += shown
            if kind is not None:
                kinds.append(kind)
        line = next(iter(str(cell["source"]).strip().splitlines()), "")[:40]
        left += [LeftOut(place, kind, line) for kind in dict.fromkeys(kinds)]
    return Reading(Blocks(blocks=(*blocks, *waiting)), tuple(left))


def own_cells(notebook: NotebookNode) -> Iterator[tuple[int, Any]]:
    """Yield a notebook's cells with their places, without the one that papermill puts in."""
    place = 0
    for cell in notebook["cells"]:
        if "injected-parameters" not in cell.get("metadata", {}).get("tags", ()):
            place += 1
            yield place, cell


def _shown(output: Mapping[str, Any]) -> tuple[list[AnyBlock], Left | None]:
    """Return the blocks of an output, or what it is where it has none."""
    if output["output_type"] == "stream":
        return [], Left.PRINTED if str(output.get("text", "")).strip() else None
    data = output.get("data", {})
    if BLOCKS_MIME in data:
        return list(Blocks.model_validate_json(data[BLOCKS_MIME]).blocks), None
    if RECORD_MIME in data or not data:
        return [], None
    if "text/markdown" in data:
        return prose_cell("".join(data["text/markdown"])), None
    if any(media.startswith("application/vnd.jupyter.widget") for media in data):
        return [], Left.WIDGET
    if any(media.startswith("image/") for media in data):
        return [], Left.PICTURE
    return [], Left.HTML if "text/html" in data else Left.TEXT


def record_of(notebook: NotebookNode) -> ChapterRecord:
    """Read the record that a chapter returned; see `assessment.read_results` for files.

    Raises
    ------
    NoRecordError
        There is none, or more than one.
    pydantic.ValidationError
        The record is not valid.
    """
    return only_record(notebook["cells"])


def read_notebook(content: bytes) -> NotebookNode:
    """Read an executed notebook without validating it again; what outputs hold stays plain."""
    from nbformat import NotebookNode

    raw = json.loads(content)
    node: Any = NotebookNode
    cells = [
        node({**cell, "outputs": [node(output) for output in cell.get("outputs", ())]})
        for cell in raw["cells"]
    ]
    notebook: NotebookNode = node({**raw, "cells": cells})
    return notebook
