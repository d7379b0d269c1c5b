"""The evaluator's own wording of recommendations, kept in a text file beside the report.

The file is drafted once; a line that the evaluator writes survives every later build.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from assessment.characters import fit
from assessment.files import decode
from assessment.folders import RECOMMENDATIONS
from assessment.results.model import ReportResults

_HEAD = """\
# 对策建议。每行一条:目标编号,竖线,文字。
# 以 # 开头的是按差距自动拟的稿,每次生成都会更新;去掉 # 并改写,就以你写的为准,不会再被改动。
"""


def load(folder: Path) -> bytes:
    """Read a report's file; no bytes where there is none."""
    path = folder / RECOMMENDATIONS
    return path.read_bytes() if path.is_file() else b""


def digest(words: Mapping[str, str]) -> str:
    """Digest of the lines that the evaluator has taken over."""
    lines = [f"{number}|{text}" for number, text in sorted(words.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read(content: bytes) -> dict[str, str]:
    """Find the lines that the evaluator has taken over, by target number.

    The text is in UTF-8 or a Chinese Windows encoding; where it is neither, there are none.
    """
    lines = {}
    for line in fit(decode(content) or "").splitlines():
        number, bar, text = line.partition("|")
        if bar and not line.lstrip().startswith("#") and text.strip():
            lines[number.strip()] = text.strip()
    return lines


def draft(content: bytes, results: ReportResults) -> bytes:
    """Renew the drafted lines of a file; what the evaluator wrote stays word for word.

    A file that cannot be read as text stays as it is.
    """
    before = decode(content)
    if before is None:
        return content
    kept = [
        line for line in before.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    taken = {line.partition("|")[0].strip() for line in kept}
    drafts = [
        f"# {item.target} | {item.text}"
        for item in results.recommendations
        if item.target not in taken
    ]
    return (_HEAD + "\n".join([*kept, *drafts]) + "\n").encode()
