"""Tables of the Word edition: three rules, repeated head, whole rows, verdicts with their colour."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from assessment.blocks import Cell, Column, Row, Table
from assessment.charts.theme import TONES
from assessment.html import beside_verdict, grouped, trace_line
from assessment.report.docx_styles import TEXT_WIDTH
from assessment.report.docx_xml import attribute, paragraph, runs
from assessment.typography import full_width
from assessment.verdicts import look

_CHUNKS = re.compile(r"[\u2e80-\uffee]|[^\s\u2e80-\uffee]+")
_PADDING = 80
"""Left and right margins of a cell together, in twentieths of a point."""

_LONGEST = 30.0
"""Characters beyond which a longer text asks for no wider column."""

_EASY = 6.0
"""Characters in a line below which a longer text is tiring to read; the first column has more."""

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
    sizes = (_SMALL, _FINE) if annex else (_ORDINARY, _SMALL, _FINE)
    needs = [_needs(table, index) for index in range(len(table.columns))]
    size = next((one for one in sizes if _fits(needs, one)), sizes[-1])
    widths = _widths(needs, size)
    rows = [_head(table.columns, widths, size)]
    for group, members in grouped(table.rows):
        if group:
            rows.append(_group(group, widths, size))
        rows += [_row(row, table.columns, widths, size, sources) for row in members]
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


def verdict_cell(verdict: str, width: int, style: str, text: str = "", more: str = "") -> str:
    """Return a cell with a verdict's shape, word and colour; ``text`` may extend the word."""
    word, shape, tone = look(verdict)
    label = text if text.startswith(word) else word
    shade = TONES[tone]
    ink = f'<w:color w:val="{_hex(shade.ink)}"/>'
    return cell_xml(
        paragraph(runs(f"{shape} {label}", ink), style) + more, width, fill=shade.fill
    )


def _hex(color: str) -> str:
    return color.removeprefix("#").upper()


def _head(columns: Sequence[Column], widths: Sequence[int], size: _Size) -> str:
    cells = []
    for column, width in zip(columns, widths, strict=True):
        text = paragraph(runs(_label(column), "<w:b/>"), size.style, f"<w:keepNext/>{_jc(column)}")
        cells.append(cell_xml(text, width))
    return row_xml("".join(cells), head=True)


def _group(name: str, widths: Sequence[int], size: _Size) -> str:
    text = paragraph(runs(name, '<w:b/><w:color w:val="0B5C66"/>'), size.style, "<w:keepNext/>")
    return row_xml(cell_xml(text, sum(widths), span=len(widths)))


def _row(
    row: Row, columns: Sequence[Column], widths: Sequence[int], size: _Size, sources: bool
) -> str:
    cells = [
        _cell(cell, column, width, size, row.strong, sources)
        for cell, column, width in zip(row.cells, columns, widths, strict=True)
    ]
    return row_xml("".join(cells))


def _cell(
    cell: Cell, column: Column, width: int, size: _Size, strong: bool, sources: bool
) -> str:
    notes = [cell.note] if cell.note else []
    if sources:
        notes += [trace_line(trace) for trace in cell.trace]
    if cell.verdict:
        notes = [beside_verdict(cell), *notes]
        ink = f'<w:color w:val="{_hex(TONES[look(cell.verdict).tone].ink)}"/>'
        more = "".join(paragraph(runs(note, ink), "TableNote") for note in notes if note)
        return verdict_cell(cell.verdict, width, size.style, cell.text, more)
    text = paragraph(runs(_shown(cell), "<w:b/>" if strong else ""), size.style, _jc(column))
    more = "".join(paragraph(runs(note), "TableNote") for note in notes)
    return cell_xml(text + more, width, fill="#f1f4f6" if strong else "")


def _jc(column: Column) -> str:
    return "" if column.align == "left" else f'<w:jc w:val="{column.align}"/>'


@dataclass(frozen=True)
class _Need:
    """Width in characters that a column needs at least, and where nothing is broken."""

    least: float
    natural: float


def _needs(table: Table, index: int) -> _Need:
    column = table.columns[index]
    label = _measure(full_width(_label(column)))
    easy = _EASY + 2 if index == 0 else _EASY
    least, natural = [min(label, max(2.0, label / 2 + 0.5), _EASY)], [min(label, 8.0)]
    for row in table.rows:
        cell = row.cells[index]
        if cell.verdict:
            width = _measure(look(cell.verdict).word) + 1.6
            least.append(min(width, _EASY))
        else:
            text = full_width(_shown(cell))
            width = min(_measure(text), _LONGEST)
            whole = width if column.align == "right" and width <= 8 and " " not in text else 0.0
            least.append(max(min(_chunk(text), 12.0), min(width, easy) if not whole else whole))
            if column.align == "right" and not whole:
                least[-1] = min(_chunk(text), 12.0)
        natural.append(width)
    return _Need(max(least), max(*natural, *least))


def _label(column: Column) -> str:
    return f"{column.label}({column.unit})" if column.unit else column.label


def _shown(cell: Cell) -> str:
    """Return a cell's text; a year behind a number may go to the next line."""
    return _YEAR.sub(" (", cell.text)


def _measure(text: str) -> float:
    """Return the width of a text in Chinese characters."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.52 for sign in text)


def _chunk(text: str) -> float:
    """Return the width of the longest piece that a line break cannot divide."""
    return max((_measure(piece) for piece in _CHUNKS.findall(text)), default=0.0)


def _fits(needs: Sequence[_Need], size: _Size) -> bool:
    return all(a <= b for a, b in zip(_least(needs, size), _widths(needs, size), strict=True))


def _least(needs: Sequence[_Need], size: _Size) -> list[int]:
    return [round((need.least + 0.3) * size.points * 20) + _PADDING for need in needs]


def _widths(needs: Sequence[_Need], size: _Size) -> list[int]:
    """Share the width of the text: what is needed at least, then what is left to long columns."""
    least = _least(needs, size)
    left = TEXT_WIDTH - sum(least)
    if left < 0:
        widths = [width * TEXT_WIDTH // sum(least) for width in least]
    else:
        wishes = [need.natural - need.least for need in needs]
        total = sum(wishes) or float(len(needs))
        shares = wishes if sum(wishes) else [1.0] * len(needs)
        widths = [width + int(left * s / total) for width, s in zip(least, shares, strict=True)]
    widths[0] += TEXT_WIDTH - sum(widths)
    return widths
