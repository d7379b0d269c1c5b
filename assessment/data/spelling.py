"""One spelling for what people and spreadsheets write in several: numbers, dates, units.

Packs and forms both read through these functions. Only the spelling changes, never the meaning:
what could mean two things is returned as it stands, and the rule of its cell refuses it.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Context, Decimal

from assessment.params import Catalogue

_DIGITS = Context(prec=15)
_PLAIN = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")
_DATE = re.compile(
    r"([0-9]{4})\s*(?:([-/.])\s*([0-9]{1,2})\s*\2\s*([0-9]{1,2})"
    r"|年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*日?)(?:\s+0{1,2}:00(?::00)?)?"
)
_SERIAL_START = date(1899, 12, 30)
_SERIALS = range(32874, 73415)
"""Serial days of spreadsheets from 1990 to 2100."""
_POWERS = {"10^4": "万", "10⁴": "万", "10^8": "亿", "10⁸": "亿"}
_WIDE: dict[int, int | str] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x2212: "-",
    0x3000: " ",
}
"""Full-width signs and the typographic minus; marks such as ① and ² are no digits of a number."""
_LONGEST = 60


def folded(text: str) -> str:
    """Return text with full-width letters, digits and signs as the usual ones."""
    return unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()


def normalise_number(text: str) -> str:
    """Return a number as a person would have typed it; other text as it stands.

    Full-width digits, thousands separators in groups of three, and the tail that binary arithmetic
    leaves after the fifteenth significant digit go.

    Examples
    --------
    >>> normalise_number("353.40000000000003"), normalise_number("1,234.50")
    ('353.4', '1234.50')
    >>> normalise_number("12,5"), normalise_number("353.4①")
    ('12,5', '353.4①')
    """
    if len(text) > _LONGEST:
        return text
    plain = text.translate(_WIDE).strip()
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _PLAIN.fullmatch(plain):
        return text
    if "." in plain and len(plain.lstrip("+-0.").replace(".", "")) > 15:
        short = Decimal(plain).normalize(_DIGITS)
        return format(short, "f")
    return plain


def parse_date(value: str | float | date) -> str | None:
    """Return a date in ISO form (2026-01-31); None for what is no date.

    Parameters
    ----------
    value : str, float or date
        2026-1-31, 2026/1/31, 2026.1.31, 2026年1月31日, a date, or the serial day by which a
        spreadsheet holds a date (a number, not text).
    """
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        whole = not isinstance(value, bool) and value == value and value in _SERIALS
        return (_SERIAL_START + timedelta(days=int(value))).isoformat() if whole else None
    found = _DATE.fullmatch(folded(value)) if len(value) <= _LONGEST else None
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[3] or found[5]), int(found[4] or found[6])).isoformat()
    except ValueError:
        return None


def _unit_key(unit: str) -> str:
    for power, word in _POWERS.items():
        unit = unit.replace(power, word)
    key = re.sub(r"\s", "", folded(unit)).replace("^", "")
    bracketed = re.fullmatch(r"[(\[](.+)[)\]]", key)
    return bracketed[1] if bracketed else key


def normalise_unit(catalogue: Catalogue, unit: str) -> str:
    """Return a unit in a spelling that the catalogue has; an unknown one as it stands.

    Brackets around it, full-width and composed characters (㎍/㎥), "^" and 10^4 for 万 are
    differences of spelling; capital letters are not (MW, mW).
    """
    if unit in catalogue.spellings or len(unit) > _LONGEST or not unit:
        return unit
    if any(unit in members for members in catalogue.dimensions.values()):
        return unit
    wanted = _unit_key(unit)
    known = [member for members in catalogue.dimensions.values() for member in members]
    found = {catalogue.spellings.get(n, n) for n in (*known, *catalogue.spellings)
             if n and _unit_key(n) == wanted}  # fmt: skip
    return found.pop() if len(found) == 1 else unit
