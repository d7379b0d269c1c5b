"""The evaluator's own wording of recommendations, kept in a text file beside the report.

The file is drafted once; a line that the evaluator writes survives every later build.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from assessment.characters import fit
from assessment.data.csv_source import decode
from assessment.results import ReportResults
from assessment.run.store import write_atomic

FILE = "recommendations.txt"

_HEAD = """\
# 对策建议。每行一条:目标编号,竖线,文字。
# 以 # 开头的是按差距自动拟的稿,每次生成都会更新;去掉 # 并改写,就以你写的为准,不会再被改动。
"""


def digest(folder: Path) -> str:
    """Digest of the lines that the evaluator has taken over."""
    lines = [f"{number}|{text}" for number, text in sorted(read(folder).items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read(folder: Path) -> dict[str, str]:
    """Read the lines that the evaluator has taken over, by target number."""
    lines = {}
    for line in (_text(folder / FILE) or "").splitlines():
        number, bar, text = line.partition("|")
        if bar and not line.lstrip().startswith("#") and text.strip():
            lines[number.strip()] = text.strip()
    return lines


def write_draft(folder: Path, results: ReportResults) -> None:
    """Renew the drafted lines; what the evaluator wrote stays word for word.

    A file that cannot be read as text is left alone.
    """
    path = folder / FILE
    before = _text(path)
    if before is None:
        return
    kept = [
        line for line in before.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    taken = {line.partition("|")[0].strip() for line in kept}
    drafts = [
        f"# {item.target} | {item.text}"
        for item in results.recommendations
        if item.target not in taken
    ]
    text = _HEAD + "\n".join([*kept, *drafts]) + "\n"
    if not path.is_file() or path.read_bytes() != text.encode():
        write_atomic(path, text)


def _text(path: Path) -> str | None:
    """Text of a file in UTF-8 or a Chinese Windows encoding; None where it is neither."""
    text = decode(path.read_bytes()) if path.is_file() else ""
    return text and fit(text)
