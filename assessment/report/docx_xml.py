"""WordprocessingML for text: runs, paragraphs, fields and bookmarks, as strings that are parsed once.

One parse of the whole body takes a tenth of the time of python-docx's calls cell by cell.
"""

from __future__ import annotations

import re
import string
from xml.sax.saxutils import escape, quoteattr

from assessment.report.legible import clean
from assessment.results.values import Sentence
from assessment.show.typography import full_width

_SUBSCRIPT = "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089\u2093"
_PLAIN = str.maketrans(_SUBSCRIPT, "0123456789x")
_PIECES = re.compile(
    rf"(?P<low>[{_SUBSCRIPT}]+(?:\.[{_SUBSCRIPT}]+)*)|(?P<wide>[\u201c\u201d\u2018\u2019\u2014\u2026]+)"
)
_IN_DATE = re.compile(r"(?<=\b(?:19|20)\d\d)-(?=\d\d\b)|(?<=\b(?:19|20)\d\d-\d\d)-(?=\d\d\b)")
"""A hyphen within a date, at which no line ends."""

_YEAR = re.compile(r"(19|20)\d\d( 年)?")
_FORMATTER = string.Formatter()


def attribute(text: str) -> str:
    """Return text as a quoted attribute value."""
    return quoteattr(clean(text))


def runs(text: str, properties: str = "") -> str:
    """Return text as runs.

    Parameters
    ----------
    text : str
        Plain text; its marks are set full-width.
    properties : str
        Content of ``w:rPr`` behind ``w:rFonts``.

    Returns
    -------
    str
        Runs. Subscript digits, which the fonts of official papers lack, become plain digits set
        as subscripts; Chinese quotes and dashes are told to take the Chinese font.
    """
    text = full_width(clean(text))
    out = []
    end = 0
    for piece in _PIECES.finditer(text):
        out.append(_run(text[end : piece.start()], properties))
        if piece["low"]:
            low = piece["low"].translate(_PLAIN)
            out.append(_run(low, f'{properties}<w:vertAlign w:val="subscript"/>'))
        else:
            out.append(_run(piece["wide"], f'<w:rFonts w:hint="eastAsia"/>{properties}'))
        end = piece.end()
    out.append(_run(text[end:], properties))
    return "".join(out)


def _run(text: str, properties: str) -> str:
    if not text:
        return ""
    inside = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    pieces = (f'<w:t xml:space="preserve">{escape(p)}</w:t>' for p in _IN_DATE.split(text))
    return f"<w:r>{inside}{'<w:noBreakHyphen/>'.join(pieces)}</w:r>"


def sentence_runs(sentence: Sentence, *, bold: bool = False) -> str:
    """Return a sentence as runs; ``bold`` sets its facts in bold, but for years."""
    out = []
    for words, place, _, _ in _FORMATTER.parse(full_width(sentence.template)):
        out.append(runs(words))
        if place is not None:
            text = sentence.facts[int(place)].text
            out.append(runs(text, "<w:b/>" if bold and not _YEAR.fullmatch(text) else ""))
    return "".join(out)


def paragraph(content: str, style: str = "", properties: str = "") -> str:
    """Return a paragraph of runs; ``properties`` is what stands behind ``w:pStyle``."""
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    inside = f"<w:pPr>{style}{properties}</w:pPr>" if style or properties else ""
    return f"<w:p>{inside}{content}</w:p>"


def field(instruction: str, shown: str, properties: str = "") -> str:
    """Return a field that Word fills; ``shown`` stands there until then."""
    inside = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    text = f'<w:r>{inside}<w:t xml:space="preserve">{escape(shown)}</w:t></w:r>'
    return f"<w:fldSimple w:instr={quoteattr(f' {instruction} ')}>{text}</w:fldSimple>"


def field_mark(kind: str) -> str:
    """Return a mark of a field over several paragraphs: ``begin``, ``separate`` or ``end``."""
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def field_code(instruction: str) -> str:
    """Return the instruction of a field over several paragraphs."""
    return f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'


def bookmark(name: str, number: int, content: str) -> str:
    """Return runs with a bookmark around them."""
    return (
        f"<w:bookmarkStart w:id={quoteattr(str(number))} w:name={quoteattr(name)}/>"
        f'{content}<w:bookmarkEnd w:id="{number}"/>'
    )
