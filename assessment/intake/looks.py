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
_SHARED = re.compile(
    rb"""<(?:[^<>\s/:]+:)?c\s([^<>]*\bt\s*=\s*["']s["'][^<>]*)>\s*<(?:[^<>\s/:]+:)?v[^<>]*>\s*(\d{1,9})"""
)
_INLINE = re.compile(
    rb"<(?:[^<>\s/:]+:)?c\s([^<>]*)>\s*(<(?:[^<>\s/:]+:)?is[\s>].*?</(?:[^<>\s/:]+:)?is>)", re.S
)
_OFF = {"0", "false"}


@dataclass(frozen=True)
class Looks:
    """What changes the sense of a cell: formats and shared texts of a workbook, by their number.

    Attributes
    ----------
    per_cent : frozenset of int
        Formats that show a hundred times the value and a per-cent sign.
    struck : frozenset of int
        Formats that strike the cell's text out.
    struck_texts : frozenset of int
        Shared texts of which a part is struck out.
    """

    per_cent: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()
    struck_texts: frozenset[int] = frozenset()


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


class _Texts:
    """Walks texts made of runs, ``sharedStrings.xml`` or one cell's own: which hold struck runs."""

    def __init__(self) -> None:
        self.struck: set[int] = set()
        self._number = -1
        self._run_is_struck = self._in_text = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name in ("si", "is"):
            self._number += 1
        elif name == "r":
            self._run_is_struck = False
        elif name == "strike":
            self._run_is_struck = attributes.get("val", "1") not in _OFF
        self._in_text = name == "t"

    def text(self, text: str) -> None:
        if self._in_text and self._run_is_struck and text.strip():
            self.struck.add(self._number)

    def end(self, name: str) -> None:
        self._in_text = False
        if name.rpartition(":")[2] == "r":
            self._run_is_struck = False


def looks_of(styles: bytes, texts: bytes = b"") -> Looks:
    """Return what shows per cents or is struck out, from ``styles.xml`` and ``sharedStrings.xml``."""
    walk, of_texts = _Styles(), _Texts()
    if styles:
        _walk(styles, walk.start, walk.end)
    if b"strike" in texts:
        _walk(texts, of_texts.start, of_texts.end, of_texts.text)
    return Looks(
        frozenset(walk.found["per_cent"]),
        frozenset(walk.found["struck"]),
        frozenset(of_texts.struck),
    )


def cells_of(sheet: bytes, wanted: Looks) -> tuple[set[str], set[str]]:
    """Return a sheet's cells that show per cents, and those struck out, whole or in part."""
    per_cent: set[str] = set()
    struck: set[str] = set()
    if sheet.startswith((b"\xff\xfe", b"\xfe\xff")):
        sheet = sheet.decode("utf-16", "replace").encode()
    if wanted.struck_texts:
        for cell in _SHARED.finditer(sheet):
            if int(cell[2]) in wanted.struck_texts and (at := _REFERENCE.search(cell[1])):
                struck.add(at[1].decode())
    if b"strike" in sheet:
        for cell in _INLINE.finditer(sheet):
            own = _Texts()
            _walk(re.sub(rb"(</?)[^<>\s/:]+:", rb"\1", cell[2]), own.start, own.end, own.text)
            if own.struck and (at := _REFERENCE.search(cell[1])):
                struck.add(at[1].decode())
    if not wanted.per_cent and not wanted.struck:
        return per_cent, struck
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
