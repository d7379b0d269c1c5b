"""What a cell of a filled form holds, as the text that the pack's rules read."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from assessment.characters import no_text, plain
from assessment.data.csv_source import shown
from assessment.data.schema import Problem, iso_date, number
from assessment.data.words import NOT_APPLICABLE, means_nothing, proves_nothing, says_nothing
from assessment.intake.layout import ESTIMATED, NATURES, OFFICIAL
from assessment.show.typography import full_width

LONGEST_TEXT = 2000
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?"
)
_DIGITS_ONLY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIALS = range(32874, 73416)
"""Days since 1899-12-30 of the years 1990 to 2100, as a spreadsheet counts them."""
_DAY_ZERO = date(1899, 12, 30)
_PER_CENT = {"%", "百分点", "个百分点"}
_WITH_REST = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?)\s*(\D.*)", re.DOTALL)
_SPACED = re.compile(r"[+-]?[\d.]+(\s+[\d.]+)+")
_MULTIPLE = re.compile(r"(万亿|千万|百万|亿|万|千)?(.*)", re.DOTALL)
_MULTIPLES = {None: 0, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}


def without_unseen(text: str) -> str:
    r"""Return text without characters that nobody sees, such as zero-width spaces.

    Examples
    --------
    >>> without_unseen(" 3\u200b53.4\xa0")
    '353.4'
    """
    return plain(text).replace("\xa0", " ").strip()


def squeezed(text: str) -> str:
    """Return text as it is compared with what was printed: widths and spaces make no difference."""
    return "".join(full_width(unicodedata.normalize("NFKC", text)).split())


def written(number: float) -> str:
    """Return a number as text, in the 15 digits that a spreadsheet computes with.

    Examples
    --------
    >>> written(12.0), written(353.40000000000003), written(1e22)
    ('12', '353.4', '1e+22')
    """
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    rounded = float(f"{number:.15g}")
    return repr(rounded if math.isfinite(rounded) else number)


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
    return without_unseen(str(value))


def figure_text(value: Any, unit: str, per_cent: bool = False) -> str | Problem:
    """Return a cell that should hold a number in a unit; what else it holds is told by that unit.

    Parameters
    ----------
    value : object
        The cell.
    unit : str
        The row's unit; it stands in a locked cell.
    per_cent : bool
        The cell has a format of per cents: it shows a hundred times what it holds.
    """
    if per_cent and isinstance(value, int | float) and not isinstance(value, bool):
        return _shown_per_cent(float(value), unit)
    text = number_text(value)
    if isinstance(text, Problem) or text in ("", NOT_APPLICABLE) or means_nothing(text):
        return text
    if marks := "".join(c for c in text if unicodedata.category(c) == "No"):
        # Folding would turn 353.4① into 353.41.
        what = f"“{shown(text)}”中有角标或带圈的字符“{shown(marks)}”"
        return Problem(what, "请删去，只写数字；要说明的写在“说明”")
    if not isinstance(number(text), Problem):
        return text
    return _not_plain(text, unit) or text


def _shown_per_cent(value: float, unit: str) -> str | Problem:
    if not math.isfinite(value):
        return Problem("不是有限的数", "请核对")
    percent = written(float(Decimal(repr(value)) * 100))
    if unit in _PER_CENT:
        return percent
    what = f"是百分数格式的格，显示为 {percent}%，而本行单位是“{unit}”"
    return Problem(what, f"请把格式改为“常规”，按“{unit}”填数")


def _not_plain(text: str, unit: str) -> Problem | None:
    """Say what a person wrote with a number, and what is right in a row of this unit."""
    said = f"“{shown(text)}”"
    folded = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()
    if _SPACED.fullmatch(folded):
        return Problem(f"{said}中间有空格", "请核对并去掉空格")
    found = _WITH_REST.fullmatch(folded)
    if found is None:
        return None
    digits, rest = found[1].replace(",", ""), found[2].strip()
    if rest == unicodedata.normalize("NFKC", unit):
        if unit == "%":
            return Problem(f"{said}带有百分号", f"只写数字，应写 {digits}")
        return Problem(f"{said}带有单位“{unit}”", f"只写数字，应写 {digits}")
    if rest == "%":
        what = f"{said}带有百分号，而本行单位是“{unit}”"
        return Problem(what, f"请按“{unit}”填数，单位不用改")
    own, given = _MULTIPLE.fullmatch(unit), _MULTIPLE.fullmatch(rest)
    assert own is not None
    assert given is not None
    if given[1] and given[2] in ("", own[2]):
        power = _MULTIPLES[given[1]] - _MULTIPLES[own[1]]
        scaled = format(Decimal(digits).scaleb(power).normalize(), "f")
        if given[2] or not own[1]:
            return Problem(f"{said}带有“{shown(rest)}”", f"本行单位是“{unit}”，应写 {scaled}")
        remedy = f"本行单位是“{unit}”，请按它填数：指 {digits} {given[1]}{own[2]}的，应写 {scaled}"
        return Problem(f"{said}带有“{shown(rest)}”", remedy)
    if rest.startswith((",", ".")):
        # Digits alone, set in another way.
        return None
    what = f"{said}中数字后有“{shown(rest)}”"
    return Problem(what, f"本行单位是“{unit}”，只写按它计的数字；要说明的写在“说明”")


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


def said_text(value: Any) -> str | Problem:
    """Return a cell that should hold text; a word such as 无 is no text."""
    text = plain_text(value)
    return "" if isinstance(text, str) and says_nothing(text) else text


def proof_text(value: Any) -> str | Problem:
    """Return a cell that should name documents; one that names none is empty."""
    text = plain_text(value)
    return "" if isinstance(text, str) and proves_nothing(text) else text


def date_text(value: Any) -> str | Problem:
    """Return a date: a date, one written out (2026-01-20, 2026/1/20, 20260120), or its serial."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if math.isfinite(value) and int(value) in _SERIALS:
            return (_DAY_ZERO + timedelta(days=int(value))).isoformat()
        value = written(float(value)) if math.isfinite(value) else ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = plain_text(value)
    if isinstance(text, Problem):
        return text
    text = unicodedata.normalize("NFKC", text)
    if found := _DATE.fullmatch(text) or _DIGITS_ONLY.fullmatch(text):
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
