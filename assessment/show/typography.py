"""Punctuation marks as Chinese is set: full-width among Chinese, half-width inside numbers."""

from __future__ import annotations

import re

_CHINESE = r"\u3400-\u4dbf\u4e00-\u9fff"
_CLOSING = r"\u201d\u2019\u300b\u300d\u3011\uff09"
_HAS_CHINESE = re.compile(f"[{_CHINESE}]")
_MARK = re.compile(r"(?<![A-Za-z0-9])([,;:]) ?|([,;:])(?: |(?![A-Za-z0-9/\\]))")
_QUESTION = re.compile(rf"(?<=[{_CHINESE}{_CLOSING}])[?!]")
_ROUND = re.compile(r"\(([^()]*)\)")
_BETWEEN_QUOTED = "\u201d\u3001\u201c"
_ENDINGS = "\u3002\uff01\uff1f\uff1b\uff1a.!?;:"
_FULL = {mark: chr(ord(mark) + 0xFEE0) for mark in ",;:?!()"}


def full_width(text: str) -> str:
    r"""Set the marks of a Chinese text full-width.

    Parameters
    ----------
    text : str
        Plain text, or the template of a sentence; one without Chinese comes back as it is.

    Returns
    -------
    str
        The text with ``, ; : ? !`` full-width unless they stand inside a number, a time, an
        address or a Latin word, and round brackets full-width where Chinese stands in them or
        right before them; no mark between quoted terms.

    References
    ----------
    GB/T 15834-2011, 标点符号用法, 4.5.3.5: 标有引号的并列成分之间通常不用顿号.

    Examples
    --------
    >>> full_width("共 1,234 个,同比(2024 年)增") == "共 1,234 个\uff0c同比\uff082024 年\uff09增"
    True
    """
    if not _HAS_CHINESE.search(text):
        return text
    text = _MARK.sub(lambda match: _FULL[match[1] or match[2]], text)
    while (outer := _ROUND.sub(_brackets, text)) != text:  # from the inner pair outwards
        text = outer
    text = _QUESTION.sub(lambda match: _FULL[match[0]], text)
    return text.replace(_BETWEEN_QUOTED, _BETWEEN_QUOTED.replace("\u3001", ""))


def _brackets(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1 : match.start()]
    if _HAS_CHINESE.search(match[1]) or _HAS_CHINESE.search(before):
        return f"{_FULL['(']}{match[1]}{_FULL[')']}"
    return match[0]


def paragraphs(text: str) -> list[str]:
    r"""Split a hand-wrapped text into its paragraphs.

    A line goes on with the one before where that does not end a sentence or a clause, or where
    it is indented itself.

    Examples
    --------
    >>> paragraphs("甲乙\n丙丁。\n1. 一;\n   二。") == ["甲乙丙丁。", "1. 一;二。"]
    True
    """
    found: list[str] = []
    for line in filter(str.strip, text.splitlines()):
        goes_on = found and (line[0].isspace() or found[-1][-1] not in _ENDINGS)
        if goes_on:
            joint = " " if found[-1][-1].isascii() and line.strip()[0].isascii() else ""
            found[-1] += joint + line.strip()
        else:
            found.append(line.strip())
    return found
