"""What a cell of a filled form holds, as the text that the pack's rules read."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Any

from assessment.characters import no_text, plain
from assessment.data.csv_source import shown
from assessment.data.schema import Problem, iso_date, number
from assessment.intake.layout import ESTIMATED, NATURES, OFFICIAL

LONGEST_TEXT = 2000
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


def written(number: float) -> str:
    """Return a number as text that gives the same number back.

    Examples
    --------
    >>> written(12.0), written(0.1), written(1e22)
    ('12', '0.1', '1e+22')
    """
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(number)


def number_text(value: Any) -> str | Problem:
    """Return a cell that should hold a number (or 不适用, or nothing) as text.

    A number stays the number it is; text is left to the pack's rules, which refuse what only might
    be a number. A date or TRUE is refused: the spreadsheet made it of something else.
    """
    if isinstance(value, bool):
        return Problem(f"是逻辑值 {str(value).upper()}", "应为数字")
    if isinstance(value, int | float):
        if not math.isfinite(value):
            return Problem("不是有限的数", "请核对")
        return written(float(value))
    if isinstance(value, datetime | date | time | timedelta):
        return Problem(
            f"是日期或时间（{value}）", "表格软件可能把数字自动改成了日期，请把格式改为“常规”后重填"
        )
    return str(value).strip()


def figure_text(value: Any, unit: str) -> str | Problem:
    """Return a cell that should hold a number; one with its own unit behind it is refused as that."""
    text = number_text(value)
    if isinstance(text, str) and unit not in ("", "%") and text.endswith(unit):
        bare = text.removesuffix(unit).strip()
        if isinstance(number(bare), float):
            return Problem(f"“{shown(text)}”带有单位“{unit}”", f"只写数字，应写 {bare}")
    return text


def plain_text(value: Any) -> str | Problem:
    """Return a cell that should hold text; numbers and dates are written out."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return written(float(value)) if math.isfinite(value) else ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    text = plain(str(value)).strip().replace("\r\n", "\n").replace("\r", "\n")
    if found := next(no_text(text), None):
        return Problem(f"文字中有{found[1]}", "请重新输入")
    if len(text) > LONGEST_TEXT:
        return Problem(f"文字有 {len(text)} 个字", f"不超过 {LONGEST_TEXT} 个字，详情请另附文件")
    return text


def date_text(value: Any) -> str | Problem:
    """Return a date, given as a date or written out (2026-01-20, 2026/1/20, 2026年1月20日)."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = plain_text(value)
    if isinstance(text, Problem):
        return text
    text = unicodedata.normalize("NFKC", text)
    if found := _DATE.fullmatch(text):
        text = f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"
    said = iso_date(text)
    return Problem(said.what) if isinstance(said, Problem) else said


def quality(nature: str, evidence: str) -> str | Problem:
    """Return the quality grade of a figure from where it comes and what proves it.

    Returns
    -------
    str
        A official statistics, B a department's report with evidence, C an estimate, D a report
        without evidence.

    References
    ----------
    The grades of the evaluation's data: 官方统计/通报、部门报表有佐证、测算、无佐证.
    """
    if nature == OFFICIAL:
        return "A"
    if nature == ESTIMATED:
        return "C"
    if nature in NATURES:
        return "B" if evidence else "D"
    if not nature:
        return Problem("没有选数据性质", f"请选 {'、'.join(NATURES)}")
    return Problem(f"数据性质“{shown(nature)}”不在列表中", f"请选 {'、'.join(NATURES)}")
