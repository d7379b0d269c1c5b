"""Tables of the Word edition: three rules, repeated head, whole rows, verdicts with their colour."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, inf, sqrt

from assessment.report.docx_styles import ACCENT, TEXT_WIDTH
from assessment.report.docx_xml import attribute, paragraph, runs
from assessment.report.footnotes import notes_below
from assessment.report.printed import figured
from assessment.report.stacked import is_wordy, stacked
from assessment.show.blocks import Cell, Column, Row, Table
from assessment.show.charts.theme import TONES, WASH
from assessment.show.html import beside_verdict, grouped, is_matrix, trace_line
from assessment.show.typography import full_width
from assessment.show.verdict_words import Tone, look

_CHUNKS = re.compile(r"[\u2e80-\uffee]|[^\s\u2e80-\uffee]+")
_PADDING = 80
"""Left and right margins of a cell together, in twentieths of a point."""

_EASY = 5.4
"""Characters in a line below which a longer text is tiring to read; the first column has more."""

_TOWER = 5.0
"""Lines of a row as it is as a rule beyond which smaller type is better."""

_GAP = 120
"""Distance of a text from a column of numbers before it, in twentieths of a point."""


_VERDICT = 5.7
"""Characters that a verdict of four characters takes with its shape."""

_LONG = 100
"""Rows beyond which a table of an annex is set in the smallest type."""

_WORD = 8.0
"""Characters that a column holds at least of a word or formula that no line break divides."""

_FIGURES = 11.0
"""Characters that figures in brackets may take to stay on one line."""

_YEAR = re.compile(r"(?<=\d)\((?=(?:19|20)\d\d\)$)")


@dataclass(frozen=True)
class _Size:
    style: str
    points: float


_ORDINARY = _Size("TableText", 10.5)
_SMALL = _Size("TableSmall", 9)
_FINE = _Size("TableFine", 7.5)


def table_xml(table: Table, *, annex: bool = False, sources: bool = False) -> str:
    """Return a table without its caption.

    Parameters
    ----------
    table : Table
        The table; its title is also the alternative text.
    annex : bool
        Set in small type.
    sources : bool
        Print each cell's source under it.
    """
    if is_wordy(table):
        table = stacked(table)
    sizes: tuple[_Size, ...] = (_SMALL, _FINE) if annex else (_ORDINARY, _SMALL, _FINE)
    if annex and len(table.rows) > _LONG:
        sizes = (_FINE,)
    signs = notes_below(table)
    needs = [_needs(table, index, signs) for index in range(len(table.columns))]
    fitting = [one for one in sizes if _fits(needs, one)] or sizes[-1:]
    size = next((one for one in fitting if _lines(needs, one) <= _TOWER), fitting[0])
    widths = _widths(needs, size)
    layout = _Layout(table.columns, widths, size, signs, sources, is_matrix(table))
    rows = [layout.head()]
    last = table.rows[-1] if table.rows and (table.note or signs) else None
    for group, members in grouped(table.rows):
        if group:
            rows.append(layout.group(group))
        rows += [layout.row(row, stays=row is last) for row in members]
    return grid(table.title, widths, rows)


def grid(title: str, widths: Sequence[int], rows: Sequence[str], *, head: bool = True) -> str:
    """Return rows as a table of fixed widths in the report's table style."""
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="ReportTable"/><w:tblW w:w="{sum(widths)}" '
        f'w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/><w:tblLook '
        f'w:val="{"0020" if head else "0000"}" w:firstRow="{int(head)}" w:lastRow="0" '
        f'w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={attribute(full_width(title))}/></w:tblPr>"
        f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def row_xml(cells: str, *, head: bool = False) -> str:
    """Return a row that no page break divides; a head row is repeated on every page."""
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>"


def cell_xml(content: str, width: int, *, fill: str = "", span: int = 1) -> str:
    """Return a cell of paragraphs; ``fill`` is a colour such as ``#0b5c66``."""
    merged = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{_hex(fill)}"/>' if fill else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{merged}{shade}</w:tcPr>{content}</w:tc>'
    )


def verdict_cell(verdict: str, width: int, style: str) -> str:
    """Return a cell with a verdict's shape, word and colour."""
    word, shape, tone = look(verdict)
    ink, ground = _colours(tone)
    return cell_xml(paragraph(runs(f"{shape} {word}", ink), style, ground), width)


def _colours(tone: Tone) -> tuple[str, str]:
    """Return the properties of a run and of its paragraph; the ground is no higher than the text."""
    shade = TONES[tone]
    ground = f'<w:shd w:val="clear" w:color="auto" w:fill="{_hex(shade.fill)}"/>'
    return f'<w:color w:val="{_hex(shade.ink)}"/>', ground


def shaded_cell(text: str, width: int, style: str, tone: Tone) -> str:
    """Return a cell in the colours of a tone."""
    shade = TONES[tone]
    content = runs(text, f'<w:color w:val="{_hex(shade.ink)}"/>')
    return cell_xml(paragraph(content, style), width, fill=shade.fill)


def _hex(color: str) -> str:
    return color.removeprefix("#").upper()


@dataclass(frozen=True)
class _Layout:
    """What all rows of a table have in common."""

    columns: Sequence[Column]
    widths: Sequence[int]
    size: _Size
    signs: Mapping[str, str]
    sources: bool
    filled: bool
    """Whether a verdict colours its whole cell, as in a scorecard."""

    def head(self) -> str:
        cells = (
            cell_xml(
                paragraph(
                    runs(_label(column), "<w:b/>"),
                    self.size.style,
                    f"<w:keepNext/>{self._place_of_head(index)}",
                ),
                self.widths[index],
            )
            for index, column in enumerate(self.columns)
        )
        return row_xml("".join(cells), head=True)

    def group(self, name: str) -> str:
        content = runs(name, f'<w:b/><w:color w:val="{ACCENT}"/>')
        text = paragraph(content, self.size.style, "<w:keepNext/>")
        return row_xml(cell_xml(text, sum(self.widths), span=len(self.widths)))

    def row(self, row: Row, *, stays: bool) -> str:
        """Return a row; one that stays is not parted from what is below the table."""
        keep = "<w:keepNext/>" if stays else ""
        return row_xml(
            "".join(
                self._cell(cell, index, row.strong, keep) for index, cell in enumerate(row.cells)
            )
        )

    def _cell(self, cell: Cell, index: int, strong: bool, keep: str) -> str:
        width, style = self.widths[index], self.size.style
        sign = self.signs.get(cell.note, "")
        notes = [cell.note] if cell.note and not sign else []
        ink = ground = fill = ""
        if self.sources:
            notes += [trace_line(trace) for trace in cell.trace]
        if cell.verdict:
            word, shape, tone = look(cell.verdict)
            label = f"{shape} {cell.text if cell.text.startswith(word) else word}"
            notes = [note for note in (beside_verdict(cell), *notes) if note]
            colour, ground = _colours(tone)
            content = runs(label, colour) + _superscript(sign, colour)
            if self.filled:
                ink, ground, fill = colour, "", TONES[tone].fill
        else:
            bold = "<w:b/>" if strong else ""
            room = (width - _PADDING) / self.size.points / 20
            lines = (runs(line, bold) for line in _folded(_shown(cell), room))
            content = "<w:r><w:br/></w:r>".join(lines) + _superscript(sign)
            fill = WASH if strong else ""
        text = paragraph(content, style, keep + ground + self._place(index))
        more = "".join(paragraph(runs(note, ink), "TableNote", keep) for note in notes)
        return cell_xml(text + more, width, fill=fill)

    def _place_of_head(self, index: int) -> str:
        """Return alignment of a head, and an indent that makes its lines about as long."""
        place, label = self._place(index), full_width(_label(self.columns[index]))
        em = self.size.points * 20
        room = (self.widths[index] - _PADDING) / em
        lines = ceil(_measure(label) / room)
        even = max(ceil(_measure(label) / lines) + 0.4, _chunk(label)) if lines > 1 else room
        if even >= room or self.columns[index].align == "center":
            return place
        spare = round((room - even) * em)
        if self.columns[index].align == "right":
            return f'<w:ind w:left="{spare}"/>{place}'
        left = _GAP if place else 0
        return f'<w:ind w:left="{left}" w:right="{max(spare - left, 0)}"/>'

    def _place(self, index: int) -> str:
        """Return alignment; a text right of a column of numbers keeps its distance."""
        align = self.columns[index].align
        if align != "left":
            return f'<w:jc w:val="{align}"/>'
        after_numbers = index > 0 and self.columns[index - 1].align == "right"
        return f'<w:ind w:left="{_GAP}"/>' if after_numbers else ""


def _folded(text: str, room: float) -> list[str]:
    """Split a text into its lines, or what is in brackets off where a line holds not both."""
    if "\n" in text:
        return [line.strip() for line in text.split("\n") if line.strip()]
    text = full_width(text)
    return [text] if _measure(text) <= room else list(figured(text) or (text,))


def _superscript(sign: str, properties: str = "") -> str:
    return runs(sign, f'{properties}<w:vertAlign w:val="superscript"/>') if sign else ""


@dataclass(frozen=True)
class _Need:
    """Width in characters that a column needs at least, as a rule, and to break nothing."""

    least: float
    typical: float
    whole: float


def _needs(table: Table, index: int, signs: Mapping[str, str]) -> _Need:
    column = table.columns[index]
    head = full_width(_label(column))
    label = _measure(head)
    easy = _EASY + 1.6 if index == 0 else _EASY
    least = max(min(label, max(2.0, label / 2 + 0.5), _EASY), min(_chunk(head), _WORD))
    widths = [min(label, _WORD)]
    for row in table.rows:
        cell = row.cells[index]
        sign = 0.7 if cell.note in signs else 0.0
        if cell.verdict:
            word = look(cell.verdict).word
            shown = cell.text if cell.text.startswith(word) else word
            width = _measure(shown) + 1.6 + sign
            needed = min(width, _VERDICT)
        else:
            text = full_width(_shown(cell))
            width = _measure(text) + sign
            folded = max(map(_measure, figured(text)), default=inf)
            if folded <= _FIGURES:
                needed = folded + sign
            elif column.align != "right":
                needed = max(min(_chunk(text) + sign, _WORD), min(width, easy))
            else:  # a number is not divided, nor is what stands behind it but for a year
                pieces = text.split(" (") if _YEAR.search(cell.text) else [text]
                lengths = {piece: _measure(piece) for piece in pieces}
                needed = max(n if n <= _WORD else _chunk(piece) for piece, n in lengths.items())
        note = cell.note if cell.note and cell.note not in signs else ""
        least = max(least, needed)
        widths.append(width + _measure(note) * 0.8)
    if index and column.align == "left" and table.columns[index - 1].align == "right":
        least, widths = least + 0.7, [width + 0.7 for width in widths]
    # What one long text in a column of dashes needs counts too.
    typical = sqrt(sum(widths) / len(widths) * max(widths))
    return _Need(least, typical, max(*widths, least))


def _label(column: Column) -> str:
    return f"{column.label}({column.unit})" if column.unit else column.label


def _shown(cell: Cell) -> str:
    """Return a cell's text; a year behind a number may go to the next line."""
    return _YEAR.sub(" (", cell.text)


@lru_cache(maxsize=4096)
def _measure(text: str) -> float:
    """Return the width of a text in Chinese characters."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.52 for sign in text)


def _chunk(text: str) -> float:
    """Return the width of the longest piece that a line break cannot divide."""
    return max((_measure(piece) for piece in _CHUNKS.findall(text)), default=0.0)


def _fits(needs: Sequence[_Need], size: _Size) -> bool:
    return sum(_scaled(need.least, size) for need in needs) <= TEXT_WIDTH


def _lines(needs: Sequence[_Need], size: _Size) -> float:
    """Estimate the lines of a row as it is as a rule."""
    widths = _widths(needs, size)
    return max(_scaled(n.typical, size) / w for n, w in zip(needs, widths, strict=True))


def _scaled(characters: float, size: _Size) -> float:
    return (characters + 0.3) * size.points * 20 + _PADDING


def _widths(needs: Sequence[_Need], size: _Size) -> list[int]:
    """Share the width of the text so that columns of long texts have about as many lines each."""
    least = [_scaled(need.least, size) for need in needs]
    whole = [_scaled(need.whole, size) for need in needs]
    typical = [_scaled(need.typical, size) for need in needs]

    def shared(lines: float) -> list[float]:
        return [min(max(a, m / lines), w) for a, m, w in zip(least, typical, whole, strict=True)]

    if sum(least) >= TEXT_WIDTH:
        wanted = least
    elif sum(whole) <= TEXT_WIDTH:
        wanted = whole
    else:
        few, many = 1e-3, 1e3  # more lines make narrower columns: bisect to fill the width
        for _ in range(40):
            middle = (few * many) ** 0.5
            few, many = (middle, many) if sum(shared(middle)) > TEXT_WIDTH else (few, middle)
        wanted = shared(many)
    widths = [int(width * TEXT_WIDTH / sum(wanted)) for width in wanted]
    widths[0] += TEXT_WIDTH - sum(widths)
    return widths
