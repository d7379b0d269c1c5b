"""What came of a build, in the words in which it is told at its end."""

from __future__ import annotations

import errno
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assessment.build.request import Report, Request
from assessment.codes import CHAPTERS
from assessment.errors import system_reason
from assessment.params.model import Params
from assessment.show.verdict_words import look

MOST_NAMED = 8
"""How many files are named that were changed while a build ran."""


@dataclass(frozen=True)
class Made:
    """A report that was assembled.

    Attributes
    ----------
    unit : str
        Year and name.
    chapters, behind, worst : str
        Chapters that are there of all; how many are behind; shape and word of the worst.
    path : str
        The report, from the output folder on.
    """

    unit: str
    chapters: str
    behind: str
    worst: str
    path: str


@dataclass(frozen=True)
class Closing:
    """The end of a build: reports made, how many stayed as they were, and sentences on the rest."""

    made: tuple[Made, ...]
    kept: int
    failed: tuple[str, ...]
    left_out: tuple[str, ...]
    refused: tuple[str, ...]
    moved: str


def closing(params: Params, request: Request, report: Report) -> Closing:
    """Say what was built; the words of each report are in the report."""
    names = {region.id: region.name for region in params.regions.regions}
    made = []
    for done in sorted(report.assembled, key=lambda a: (a.year, request.regions.index(a.region))):
        counts = Counter(verdict for verdict, *_ in done.cells.values())
        word = look(next((v for v in CHAPTERS if counts[v]), "insufficient_data"))
        made.append(
            Made(
                f"{done.year} {names[done.region]}",
                f"{len(done.cells) - len(done.failed)}/{len(done.cells)}",
                f"{counts[CHAPTERS[0]]} 章" if counts[CHAPTERS[0]] else "—",
                f"{word.shape} {word.word}",
                f"{done.year}/{done.region}/report.html",
            )
        )
    broken = (
        f"失败：{year} 年 {names[region]} 汇编不成：{reason}"
        for (year, region), reason in report.broken.items()
    )
    failed = (
        f"失败：{key.year} 年 {names[key.region]} 第 {key.chapter} 章：{outcome.reason}"
        for outcome in report.outcomes
        if not outcome.ok and (key := outcome.key)
    )
    left_out = (
        f"{outcome.key.year} 年 {names[outcome.key.region]} 第 {outcome.key.chapter} 章：{what}"
        for outcome in report.outcomes
        for what in outcome.left_out
    )
    refused = (
        f"写不进：{path}（{system_reason(error)}）。{way_out(path, error)}"
        for path, error in report.refused
    )
    moved = "生成途中有文件变了，报告用的是变之前的，再运行一次就更新："
    return Closing(
        made=tuple(made),
        kept=len(report.kept),
        failed=(*broken, *failed),
        left_out=tuple(left_out),
        refused=tuple(refused),
        moved=moved + _some(report.moved) if report.moved else "",
    )


_OPENED_WITH = {
    ".docx": "Word 或 WPS", ".xlsx": "Excel 或 WPS", ".pdf": "PDF 阅读器", ".html": "浏览器",
    ".ipynb": "Jupyter", ".txt": "记事本",
}  # fmt: skip


def way_out(path: Path, error: OSError) -> str:
    """Say what to do about an output that cannot be replaced."""
    if path.is_dir():
        return "把这个目录移走，再运行一次"
    if isinstance(error, PermissionError) or error.errno == errno.EBUSY:
        program = _OPENED_WITH.get(path.suffix, "别的程序")
        return f"在 {program} 里关闭它（没有打开的话，检查权限），再运行一次；别的文件已是新的"
    return "排除以后再运行一次"


def _some(names: Sequence[str]) -> str:
    shown = "、".join(names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else f"{shown} 等 {len(names)} 个"
