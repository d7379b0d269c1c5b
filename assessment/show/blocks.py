"""What a chapter shows: headings, prose, tables and figures as typed blocks.

A cell of a notebook returns blocks; Jupyter shows them as HTML, and the report in each of its
editions is typeset from the same blocks, so that a page never differs from the notebook.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from assessment.params.plan import Frozen
from assessment.results.values import Sentence, Trace, Value

BLOCKS_MIME = "application/vnd.assessment.blocks+json"
"""Media type of the blocks in an executed notebook. The value is their JSON as one string: kernel, nbclient and
nbconvert walk through and copy whatever is nested."""


Tone = Literal["normal", "note", "caution", "finding"]
"""How a paragraph is set."""

Place = Literal["body", "annex"]
"""Where a block belongs: what the report tells, or what supports it.

The page folds what is of the annex behind what it supports; the print editions set it in a volume
of its own.
"""


class Heading(Frozen):
    """A heading; ``level`` 2 is a chapter, 3 a section, 4 a part of one."""

    kind: Literal["heading"] = "heading"
    level: int
    text: str
    anchor: str


class Prose(Frozen):
    """A paragraph; a sentence that stands elsewhere too is of the annex here."""

    kind: Literal["prose"] = "prose"
    sentences: tuple[Sentence, ...]
    tone: Tone = "normal"
    place: Place = "body"

    @property
    def text(self) -> str:
        """The paragraph as it is read."""
        return "".join(sentence.text for sentence in self.sentences)


class Markdown(Frozen):
    """Paragraphs, lists and quotations as a researcher wrote them in a prose cell.

    Headings and tables of such a cell are blocks of their own. It says how a thing is done, and
    is of the annex.
    """

    kind: Literal["markdown"] = "markdown"
    source: str
    place: Place = "annex"

    @property
    def text(self) -> str:
        """The Markdown itself."""
        return self.source


class Column(Frozen):
    """A column of a table."""

    key: str
    label: str
    unit: str = ""
    align: Literal["left", "right", "center"] = "left"


class Cell(Frozen):
    """One cell: what is read, the value behind it, the verdict, where it comes from."""

    text: str
    value: Value = None
    verdict: str | None = None
    trace: tuple[Trace, ...] = ()
    note: str = ""


class Row(Frozen):
    """A row; rows of one ``group`` stand under its name. ``strong`` marks the assessed unit."""

    cells: tuple[Cell, ...]
    group: str = ""
    strong: bool = False


class Table(Frozen):
    """A table, which heads its rows with the first column; ``summary`` says what is in a long one.

    ``number`` is the number it bears in a report, the same in each edition; 0 outside of one.
    """

    kind: Literal["table"] = "table"
    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    summary: str = ""
    note: str = ""
    place: Place = "body"
    number: int = 0

    @property
    def label(self) -> str:
        """Its kind and number as they are printed; those of the annex are counted apart."""
        return _label("表", self.place, self.number)

    @model_validator(mode="after")
    def _each_row_fills_the_columns(self) -> Self:
        for number, row in enumerate(self.rows, start=1):
            if len(row.cells) != len(self.columns):
                found = f"{len(row.cells)} cells for {len(self.columns)} columns"
                raise ValueError(f"table {self.id}, row {number}: {found}")
        return self


class Figure(Frozen):
    """A figure: its title states the finding and is its caption; ``alt`` says what is drawn.

    ``number`` is the number it bears in a report, the same in each edition; 0 outside of one.
    """

    kind: Literal["figure"] = "figure"
    id: str
    title: str
    subtitle: str
    alt: str
    svg: str
    table: Table
    place: Place = "body"
    number: int = 0

    @property
    def label(self) -> str:
        """Its kind and number as they are printed; those of the annex are counted apart."""
        return _label("图", self.place, self.number)


def _label(kind: str, place: Place, number: int) -> str:
    return f"{'附' if place == 'annex' else ''}{kind} {number}" if number else ""


AnyBlock = Heading | Prose | Markdown | Table | Figure


def is_annex(block: AnyBlock) -> bool:
    """Tell whether a block is of the annex; a heading goes with what stands under it."""
    return not isinstance(block, Heading) and block.place == "annex"


Block = Annotated[AnyBlock, Field(discriminator="kind")]


_as_html: list[Callable[[Blocks], str]] = []


def show_as(as_html: Callable[[Blocks], str]) -> None:
    """Register what makes HTML of blocks where Jupyter shows them."""
    _as_html[:] = [as_html]


class Blocks(Frozen):
    """A run of blocks, as one cell of a notebook returns them."""

    blocks: tuple[Block, ...] = ()

    def __add__(self, other: Blocks) -> Blocks:
        return Blocks(blocks=(*self.blocks, *other.blocks))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        shown = {"text/html": _as_html[0](self)} if _as_html else {}
        return {**shown, "text/plain": self.text, BLOCKS_MIME: self.model_dump_json()}

    @property
    def text(self) -> str:
        """Plain text of the blocks."""
        parts = []
        for block in self.blocks:
            if isinstance(block, Heading):
                parts.append("#" * block.level + " " + block.text)
            elif isinstance(block, Prose | Markdown):
                parts.append(block.text)
            else:
                parts.append(block.title)
        return "\n".join(parts)

    def __repr__(self) -> str:
        return self.text

    __str__ = __repr__


def annexed(*blocks: AnyBlock | Blocks | None) -> Blocks:
    """Join blocks that support what is told elsewhere; headings stay what they are."""
    joined = show(*blocks).blocks
    return Blocks(
        blocks=tuple(
            block if isinstance(block, Heading) else block.model_copy(update={"place": "annex"})
            for block in joined
        )
    )


def show(*blocks: AnyBlock | Blocks | None) -> Blocks:
    """Join blocks, in order; None is left out."""
    joined: list[AnyBlock] = []
    for block in blocks:
        if isinstance(block, Blocks):
            joined.extend(block.blocks)
        elif block is not None:
            joined.append(block)
    return Blocks(blocks=tuple(joined))
