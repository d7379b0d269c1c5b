"""Text from data made fit for an office file."""

from __future__ import annotations

import re

from assessment.characters import fit

_BREAK = re.compile(r"(?<=[\u2e80-\uffee])\s*[\r\n]+\s*(?=[\u2e80-\uffee])|\s*[\r\n\t]+\s*")


def clean(text: str) -> str:
    """Return text with no character that XML forbids, on one line.

    Between two Chinese characters a line break leaves nothing behind, otherwise a space.
    """
    return _BREAK.sub(lambda gap: " " if not _between_chinese(gap) else "", fit(text))


def _between_chinese(gap: re.Match[str]) -> bool:
    before, after = gap.string[gap.start() - 1 : gap.start()], gap.string[gap.end() : gap.end() + 1]
    return bool(before and after) and before > "\u2e7f" and after > "\u2e7f"
