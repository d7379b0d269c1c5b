"""Text from data made fit for an office file."""

from __future__ import annotations

import re

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile(r"(?<=[\u2e80-\uffee])\s*[\r\n]+\s*(?=[\u2e80-\uffee])|\s*[\r\n\t]+\s*")


def clean(text: str) -> str:
    """Return text with no character that XML forbids, on one line.

    Between two Chinese characters a line break leaves nothing behind, otherwise a space.
    """
    text = _ILLEGAL.sub("", text)
    return _BREAK.sub(lambda gap: " " if not _between_chinese(gap) else "", text)


def _between_chinese(gap: re.Match[str]) -> bool:
    before, after = gap.string[gap.start() - 1 : gap.start()], gap.string[gap.end() : gap.end() + 1]
    return bool(before and after) and before > "\u2e7f" and after > "\u2e7f"
