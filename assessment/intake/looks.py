"""What a sheet shows beside its values: formats of cells, comments, pictures, text boxes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assessment.intake.layout import column_letter
from assessment.intake.sheet_scan import Floating, safe_parser

RETURNED_BY = "退回单"
"""Author of the comments that this tool writes into a form that is sent back."""

_BUILT_IN_PER_CENTS = {9, 10}
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_CELL = re.compile(rb"<(?:[^<>\s/:]+:)?c\s([^<>]*)>")
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3}[0-9]{1,7})["']""")
_STYLE = re.compile(rb"""\bs\s*=\s*["']([0-9]{1,6})["']""")
_OFF = {"0", "false"}


@dataclass(frozen=True)
class Looks:
    """Cell formats of a workbook, by their number, that change what a cell says.

    Attributes
    ----------
    per_cent : frozenset of int
        Formats that show a hundred times the value and a per-cent sign.
    struck : frozenset of int
        Formats that strike the cell's text out.
    """

    per_cent: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()


class _Styles:
    """Walks ``styles.xml``: fonts, number formats, and the formats made of them."""

    def __init__(self) -> None:
        self.within: list[str] = []
        self.struck_fonts: set[int] = set()
        self.per_cents = set(_BUILT_IN_PER_CENTS)
        self.fonts = self.formats = 0
        self.found: dict[str, set[int]] = {"per_cent": set(), "struck": set()}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        inside = self.within[-1] if self.within else ""
        self.within.append(name)
        if name == "font" and inside == "fonts":
            self.fonts += 1
        elif name == "strike" and self.within[-3:-1] == ["fonts", "font"]:
            if attributes.get("val", "1") not in _OFF:
                self.struck_fonts.add(self.fonts - 1)
        elif name == "numFmt" and inside == "numFmts":
            if "%" in _NOT_SHOWN.sub("", attributes.get("formatCode", "")):
                self.per_cents.add(int(attributes.get("numFmtId", "0")))
        elif name == "xf" and inside == "cellXfs":
            if int(attributes.get("numFmtId", "0")) in self.per_cents:
                self.found["per_cent"].add(self.formats)
            if int(attributes.get("fontId", "0")) in self.struck_fonts:
                self.found["struck"].add(self.formats)
            self.formats += 1

    def end(self, _: str) -> None:
        self.within.pop()


def _walk(
    data: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None] | None = None,
) -> None:
    parser = safe_parser()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.Parse(data, True)


def looks_of(styles: bytes) -> Looks:
    """Return which cell formats show per cents or strike out, from ``styles.xml``."""
    walk = _Styles()
    _walk(styles, walk.start, walk.end)
    return Looks(*(frozenset(walk.found[name]) for name in ("per_cent", "struck")))


def cells_of(sheet: bytes, wanted: Looks) -> tuple[set[str], set[str]]:
    """Return a sheet's cells that show per cents, and those that are struck out."""
    per_cent: set[str] = set()
    struck: set[str] = set()
    if not wanted.per_cent and not wanted.struck:
        return per_cent, struck
    if sheet.startswith((b"\xff\xfe", b"\xfe\xff")):
        sheet = sheet.decode("utf-16", "replace").encode()
    for cell in _CELL.finditer(sheet):
        style, reference = _STYLE.search(cell[1]), _REFERENCE.search(cell[1])
        if style is None or reference is None:
            continue
        if int(style[1]) in wanted.per_cent:
            per_cent.add(reference[1].decode())
        if int(style[1]) in wanted.struck:
            struck.add(reference[1].decode())
    return per_cent, struck


class _Drawing:
    """Walks a drawing: what is anchored where, and the text in it."""

    def __init__(self) -> None:
        self.found: list[Floating] = []
        self._at: dict[str, str] = {}
        self._field = ""
        self._from = False
        self._kind = ""
        self._text: list[str] = []

    def start(self, name: str, _: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name.endswith("Anchor"):
            self._at, self._kind, self._text = {}, "", []
        elif name == "from":
            self._from = True
        elif name in ("pic", "graphicFrame", "sp") and not self._kind:
            self._kind = {"pic": "图片", "sp": "图形"}.get(name, "图表")
        self._field = name

    def text(self, text: str) -> None:
        if self._from and self._field in ("row", "col"):
            self._at[self._field] = self._at.get(self._field, "") + text.strip()
        elif self._field == "t":
            self._text.append(text)

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "from":
            self._from = False
        elif name.endswith("Anchor") and self._kind:
            row, column = (int(self._at.get(part) or 0) + 1 for part in ("row", "col"))
            text = "".join(self._text).strip()
            kind = "文本框" if text and self._kind == "图形" else self._kind
            self.found.append(Floating(kind, f"{column_letter(column)}{row}", text))
        self._field = ""


def floating(drawing: bytes) -> list[Floating]:
    """Return what lies on a sheet, from its drawing."""
    walk = _Drawing()
    _walk(drawing, walk.start, walk.end, walk.text)
    return walk.found


class _Comments:
    """Walks a sheet's comments; those of this tool's own hand are left out."""

    def __init__(self) -> None:
        self.cells: list[str] = []
        self._authors: list[str] = []
        self._is_author = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self._is_author = name == "author"
        if self._is_author:
            self._authors.append("")
        elif name == "comment":
            number = attributes.get("authorId", "")
            known = number.isascii() and number.isdigit() and int(number) < len(self._authors)
            if not known or self._authors[int(number)] != RETURNED_BY:
                self.cells.append(attributes.get("ref", ""))

    def text(self, text: str) -> None:
        if self._is_author:
            self._authors[-1] += text

    def end(self, _: str) -> None:
        self._is_author = False


def commented(comments: bytes) -> list[str]:
    """Return the cells that somebody commented on, from a sheet's comments."""
    walk = _Comments()
    _walk(comments, walk.start, walk.end, walk.text)
    return walk.cells
