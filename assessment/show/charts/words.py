"""Chinese punctuation: full-width between Chinese signs, whatever the source was typed with."""

from __future__ import annotations

import re

_CHINESE = "\u2e80-\u2fff\u3007-\u9fff\uf900-\ufaff\u3001\u3002\u201c\u201d\u300a\u300b"
_HAS_CHINESE = re.compile(f"[{_CHINESE}]")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_SIGNS = {",": "\uff0c", ";": "\uff1b", ":": "\uff1a", "?": "\uff1f", "!": "\uff01"}
_MARKS = re.compile(r"(?<!\d)[,;:?!]|,(?!\d{3}(?!\d))|[;?!]|:(?!\d)")


def full_width(text: str) -> str:
    """Give a Chinese text its full-width punctuation.

    Parameters
    ----------
    text : str
        One text; one without any Chinese sign is left alone.

    Returns
    -------
    str
        Commas, colons and the like are full-width unless they are part of a figure (``1,200``,
        ``12:30``); brackets are where what is in them, or before them, is Chinese.

    Examples
    --------
    >>> full_width("p = 0.02")
    'p = 0.02'
    """
    if not _HAS_CHINESE.search(text):
        return text
    text = _BRACKETS.sub(_bracket, text)
    return _MARKS.sub(lambda match: _SIGNS[match[0]], text)


def _bracket(match: re.Match[str]) -> str:
    before = match.string[max(match.start() - 1, 0) : match.start()]
    after = match.string[match.end() : match.end() + 1]
    if _HAS_CHINESE.search(match[1] + before + after):
        return f"\uff08{match[1]}\uff09"
    return match[0]
