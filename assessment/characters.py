"""Characters that are no text: what is taken out at the door, what is refused, what is shown how.

Found by trial with every control, format and special character in every edition: Word and Excel
(XML) cannot hold U+0000-001F but for tab and line ends, nor surrogates, U+FFFE and U+FFFF; a PDF
for all readers (PDF/UA) is refused for U+007F, U+FEFF and U+FFFE. Bidirectional controls make a
line read otherwise than it is written; escape sequences drive a terminal.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator

LONGEST_SHOWN = 40

LEGIBLE = "legible"
"""Way to encode what an encoding lacks: the plain form of a sign (³ as 3), or its number."""

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"
_INVISIBLE = re.compile(
    f"[\u00ad\u034f\u180e\u200b-\u200d\u2028\u2029\u2060-\u2064\ufeff\ufff9-\ufffb{_BIDI}]"
    "|[\U000e0000-\U000e007f]"
)
# Two sets, since one with characters on both sides of U+FFFF is searched ten times slower.
_NO_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffd-\uffff]"
    "|[\U00010000-\U0010ffff](?<=["
    + "".join(
        chr(plane + 0xFFFE) + chr(plane + 0xFFFF) for plane in range(0x10000, 0xF0000, 0x10000)
    )
    + "\U000f0000-\U0010ffff])"
)
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_NOT_SHOWN = re.compile(f"[\t\r\n]|{_INVISIBLE.pattern}|{_NO_TEXT.pattern}")


def plain(text: str) -> str:
    """Take out characters that cannot be seen and mean nothing in Chinese.

    Zero-width characters, byte order marks, soft hyphens and bidirectional controls go without
    loss; the separators of lines and paragraphs become spaces.
    """
    if text.isascii():
        return text
    return _INVISIBLE.sub(lambda found: " " if found[0] in "\u2028\u2029" else "", text)


def fit(text: str) -> str:
    """Take out what an edition cannot hold, for texts that came in by another door than a pack."""
    return _UNFIT.sub("", plain(text))


def invisible(text: str) -> Iterator[tuple[int, str]]:
    """Find what `plain` takes out: the place of each, and its name such as ``U+FEFF``."""
    return ((found.start(), code(found[0])) for found in _INVISIBLE.finditer(text))


def no_text(text: str) -> Iterator[tuple[int, str]]:
    """Find what is no text: the place of each, and words such as ``控制字符 U+001B``.

    Tab and line ends are text.
    """
    return ((found.start(), _kind(found[0])) for found in _NO_TEXT.finditer(text))


def visible(text: str) -> str:
    r"""Return a text as a terminal may show it: what is not seen is written out.

    Examples
    --------
    >>> visible("报告\x1b[31m\u202e")
    '报告\\x1b[31m\\u202e'
    """
    return _NOT_SHOWN.sub(lambda found: ascii(found[0])[1:-1], text)


def shown(text: str, longest: int = LONGEST_SHOWN) -> str:
    """Return a text as a message may quote it: shortened, invisible characters written out."""
    return visible(text if len(text) <= longest else text[:longest] + "……")


def code(character: str) -> str:
    """Name a character by its number in Unicode."""
    return f"U+{ord(character):04X}"


def _kind(character: str) -> str:
    number = ord(character)
    if not number:
        return "NUL 字节"
    if number < 0xA0:
        return f"控制字符 {code(character)}"
    if number == 0xFFFD:
        return "替代乱码的符号 U+FFFD（原来的字已经丢失）"
    if 0xE000 <= number <= 0xF8FF or (number >= 0xF0000 and number & 0xFFFE != 0xFFFE):
        return f"只有某种字体才认识的自造字符 {code(character)}"
    return f"不是文字的编码 {code(character)}"


def _legible(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    out = []
    for character in error.object[error.start : error.end]:
        simple = unicodedata.normalize("NFKC", character)
        try:
            simple.encode(error.encoding)
        except UnicodeError:
            simple = ascii(character)[1:-1]
        out.append(simple)
    return "".join(out), error.end


codecs.register_error(LEGIBLE, _legible)
