"""What each table holds: its columns, and the rule of each kind of cell.

A rule takes the text of a cell and returns its meaning or a `Problem`. Rules never guess: text that
only might be a number is refused with the form that would be right.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TypeVar

from assessment.data.csv_source import Columns, Finding, Table, shown, suggestion
from assessment.data.spelling import folded, normalise_number, normalise_unit, parse_date
from assessment.data.words import NOT_APPLICABLE, means_nothing
from assessment.params.model import Catalogue

OBSERVATIONS = Columns(
    "observations",
    ("region", "year", "month", "indicator", "value", "unit", "grade", "source", "note"),
    ("series", "address", "evidence", "origin"),
)
TASKS = Columns("tasks", ("region", "year", "task", "status", "evidence", "note"), ("origin",))
ALLOCATIONS = Columns(
    "allocations", ("region", "target", "year", "value", "unit", "source", "note")
)
SUBMISSIONS = Columns("submissions", ("department", "year", "due", "received", "note"))
CONTEXT = Columns(
    "context", ("region", "period", "item", "value", "unit", "source", "address", "note")
)
REVISIONS = Columns(
    "revisions",
    ("region", "year", "month", "indicator", "series", "old", "value", "unit", "grade", "source",
     "note", "who", "when", "why", "workbook"),
    ("address", "evidence", "origin"),
)  # fmt: skip
TASK_REVISIONS = Columns(
    "task_revisions",
    ("region", "year", "task", "old", "status", "evidence", "note", "who", "when", "why",
     "workbook"),
    ("origin",),
)  # fmt: skip
REMARKS = Columns(
    "remarks", ("region", "department", "year", "kind", "subject", "text", "who", "when")
)
KINDS = (
    OBSERVATIONS, TASKS, ALLOCATIONS, SUBMISSIONS, CONTEXT, REVISIONS, TASK_REVISIONS, REMARKS,
)  # fmt: skip

FIRST_YEAR, LAST_YEAR = 1990, 2100
STATUSES = {
    "已完成": "completed",
    "按序推进": "on_schedule",
    "进展滞后": "slow",
    "未启动": "not_started",
    "不适用": "not_applicable",
}

Meaning = TypeVar("Meaning")
_LONGEST_NUMBER = 40
_HINTS_PER_COLUMN = 50
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_MULTIPLES = {"万": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}
_PREFIXES = {"十": 1, "百": 2, "千": 3, "十万": 5, **_MULTIPLES}
_QUALIFIED = re.compile(r"([^()]+)\(([^()]+)\)")
_SCALED = re.compile(r"(.*?)(万亿|千万|百万|亿|万)(.*)", re.DOTALL)
_TRAILING = re.compile(r"([+-]?[0-9.]+)([^0-9.,].*)", re.DOTALL)
_NOT_FINITE = {"nan", "inf", "infinity"}
_DATE_SHAPE = re.compile(
    r"[0-9]{4}([-/.])[0-9]{1,2}\1[0-9]{1,2}|[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日"
)
_EXACT = Context(prec=60)


UNKNOWN = "没有“"
"""How it is told that a name is not known."""


@dataclass(frozen=True)
class Problem:
    """Why a cell is refused, and what is expected."""

    what: str
    remedy: str = ""


class Names:
    """What a name in a cell stands for.

    Parameters
    ----------
    what : str
        What is named, for messages.
    pairs : iterable of (name, id)
        Every accepted name. One that stands for two ids is refused.
    offered : sequence of str, optional
        Names that a mistyped one is compared with; all by default.
    hint : callable, optional
        Says what a mistyped name may mean, in place of that comparison.
    """

    def __init__(
        self,
        what: str,
        pairs: Iterable[tuple[str, str]],
        offered: Sequence[str] | None = None,
        hint: Callable[[str], str] | None = None,
    ):
        self.what = what
        self._ids: dict[str, str] = {}
        self._ambiguous: set[str] = set()
        for name, identifier in pairs:
            if self._ids.setdefault(name, identifier) != identifier:
                self._ambiguous.add(name)
        self._offered = list(offered or self._ids)
        self._hint = hint or (lambda text: suggestion(text, self._offered))
        self._hints = 0

    def __call__(self, text: str) -> str | Problem:
        """Return the id that a name stands for."""
        if text in self._ids and text not in self._ambiguous:
            return self._ids[text]
        if text in self._ambiguous:
            return Problem(f"“{shown(text)}”对应多个{self.what}", "请改写编号")
        if not text:
            return Problem(f"没有写{self.what}", "此列不能为空")
        # Looking for the nearest of many names is slow: a column of nonsense gets no more hints.
        self._hints += 1
        hint = self._hint(text) if self._hints <= _HINTS_PER_COLUMN else ""
        return Problem(f"{UNKNOWN}{shown(text)}”这个{self.what}", hint)


def year(text: str) -> int | Problem:
    """Read a year, 1990 to 2100."""
    given, text = text, folded(text).removesuffix("年").strip()
    if not re.fullmatch("[0-9]{4}", text):
        return Problem(f"年份“{shown(given)}”不是四位整数", "应为四位数字，如 2024")
    if not FIRST_YEAR <= int(text) <= LAST_YEAR:
        return Problem(f"年份 {text} 超出范围", f"应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间")
    return int(text)


def month(text: str) -> int | Problem:
    """Read a month; empty means the whole year and gives 0."""
    if not text:
        return 0
    plain = folded(text).removesuffix("月").strip()
    if re.fullmatch("0?[1-9]|1[0-2]", plain):
        return int(plain)
    return Problem(
        f"月份“{shown(text)}”不在 1 至 12 之间",
        "全年数请留空；累计数（如 1-5 月）请放入 context.csv",
    )


def iso_date(text: str) -> str | Problem:
    """Read a date such as 2025-03-31 or 2025/3/31; returns it in ISO form."""
    if found := parse_date(text):
        return found
    expected = "应为 2025-03-31 这样的日期"
    if _DATE_SHAPE.fullmatch(folded(text)):
        return Problem(f"没有 {shown(text)} 这一天", expected)
    return Problem(f"日期“{shown(text)}”格式不对" if text else "没有写日期", expected)


def optional_date(text: str) -> str | Problem:
    """Read a date that may be empty."""
    return iso_date(text) if text else ""


def grade(text: str) -> str | Problem:
    """Read a quality grade of data; may be empty (whether it must be there is the row's rule)."""
    if text in ("", "A", "B", "C", "D"):
        return text
    return Problem(f"数据质量等级“{shown(text)}”不认识", "应为大写字母 A、B、C 或 D")


def text_cell(text: str) -> str:
    """Keep text as it stands; whoever prints it escapes it."""
    return text


def _plain(number: Decimal) -> str:
    return format(number.normalize(_EXACT), "f")


def _number_problem(text: str) -> Problem:
    """Say why text is no number, and what it should look like."""
    said = f"“{shown(text)}”"
    folded = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()
    if folded.lower().lstrip("+-") in _NOT_FINITE:
        return Problem(f"{said}不是有限的数", "没有数据请留空并在 note 说明原因")
    if means_nothing(text):
        return Problem(
            f"{said}不是数字", f"没有数据请留空、不适用请写“{NOT_APPLICABLE}”，都在 note 说明原因"
        )
    if text.startswith("#"):
        return Problem(f"{said}是表格软件的错误值", "请改正公式后重新导出")
    if text.startswith(("=", "@")):
        return Problem(f"{said}是公式", "请粘贴为数值")
    if len(text) > _LONGEST_NUMBER:
        return Problem(f"{said}过长", f"一个数不超过 {_LONGEST_NUMBER} 个字符")
    bare = folded.replace(",", "") if _THOUSANDS.fullmatch(folded) else folded
    if folded.endswith("%") and _NUMBER.fullmatch(bare := folded[:-1].strip()):
        return Problem(f"{said}带有百分号", f"应写 {bare}，并在 unit 列写 %")
    if _NUMBER.fullmatch(bare):
        why = "有千位分隔符" if bare != folded else "有全角或非标准字符"
        return Problem(f"{said}{why}", f"应写 {bare}")
    if scaled := _SCALED.fullmatch(folded):
        digits, multiple, rest = scaled[1].strip(), scaled[2], scaled[3].strip()
        digits = digits.replace(",", "") if _THOUSANDS.fullmatch(digits) else digits
        if _NUMBER.fullmatch(digits):
            full = _plain(Decimal(digits).scaleb(_MULTIPLES[multiple], _EXACT))
            return Problem(
                f"{said}带有“{multiple}{shown(rest)}”",
                f"应写 {full}；若 unit 列的单位已含“{multiple}”，应写 {digits}",
            )
    if "," in folded:
        return Problem(f"{said}含有逗号", "小数点请用“.”，不要写千位分隔符")
    if trailing := _TRAILING.fullmatch(folded):
        return Problem(
            f"{said}中数字后有“{shown(trailing[2].strip())}”", "此列只写数字，单位写在 unit 列"
        )
    return Problem(f"{said}不是数字", "应为半角数字，如 12.3")


def fraction_question(value: float, given: str) -> str:
    """Ask whether per cents were given as a fraction, as a cell of per-cent format holds them."""
    percent = f"{value * 100:.10g}"
    return f"是否把 {percent}% 写成了 {given}？应写 {percent}，单元格不要用百分数格式"


def number(text: str) -> float | Problem:
    """Read a finite number written in ASCII digits."""
    text = normalise_number(text)
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return _number_problem(text)
    value = float(text)
    if not math.isfinite(value):
        return Problem(f"“{shown(text)}”过大", "超出可表示的范围，请核对")
    if value == 0.0 and re.search("[1-9]", re.split("[eE]", text)[0]):
        return Problem(f"“{shown(text)}”过小", "超出可表示的范围，请核对")
    return value


def observed(text: str) -> tuple[str, float] | Problem:
    """Read a value: a number, 不适用, or nothing; returns the state and the number."""
    if not text:
        return "not_reported", math.nan
    if text == NOT_APPLICABLE:
        return "not_applicable", math.nan
    found = number(text)
    return found if isinstance(found, Problem) else ("value", found)


def exact_factor(catalogue: Catalogue, unit: str, wanted: str) -> tuple[Decimal, Decimal] | None:
    """Return the two sizes whose quotient turns ``unit`` into ``wanted``; None if none does."""
    unit = normalise_unit(catalogue, unit)
    unit = catalogue.spellings.get(unit, unit)
    wanted = catalogue.spellings.get(wanted, wanted)
    if unit == wanted:
        return Decimal(1), Decimal(1)
    for members in catalogue.dimensions.values():
        if unit in members and wanted in members:
            return Decimal(repr(members[unit])), Decimal(repr(members[wanted]))
    return None


def convert(text: str, sizes: tuple[Decimal, Decimal]) -> float:
    """Convert a number as written by a quotient of sizes, rounding once, at the end."""
    product = _EXACT.multiply(Decimal(text), sizes[0])
    return float(_EXACT.divide(product, sizes[1]))


def _what_differs(catalogue: Catalogue, unit: str, wanted: str) -> Problem | None:
    """Say what a unit has beside one that would convert: words in brackets, or a multiple."""
    said = f"单位“{shown(unit)}”不能换算成“{wanted}”"
    if (found := _QUALIFIED.fullmatch(folded(unit))) and exact_factor(catalogue, found[1], wanted):
        what = f"{said}：比“{found[1]}”多了“{shown(found[2])}”"
        return Problem(
            what,
            f"口径相同的，请写“{found[1]}”，并在 note 写明{shown(found[2])}；不同的，请按本指标的口径填数",
        )
    for prefix, power in sorted(_PREFIXES.items(), key=lambda pair: -len(pair[0])):
        rest = unit.removeprefix(prefix)
        if rest != unit and rest and (sizes := exact_factor(catalogue, rest, wanted)):
            factor = _plain(_EXACT.divide(sizes[0].scaleb(power, _EXACT), sizes[1]))
            return Problem(said, f"1 {shown(unit)} = {factor} {wanted}，请换算后写“{wanted}”")
    return None


def unit_problem(catalogue: Catalogue, unit: str, wanted: str) -> Problem:
    """Say that a unit does not convert into the one that is wanted."""
    if not unit:
        return Problem("没有写单位", f"应为“{wanted}”")
    points = {"百分点", "个百分点", "%"}
    if unit in points and wanted in points:
        return Problem(f"单位“{unit}”与“{wanted}”不能换算", f"百分数与百分点不同，应为“{wanted}”")
    if len(unit) <= _LONGEST_NUMBER and (problem := _what_differs(catalogue, unit, wanted)):
        return problem
    spelled = catalogue.spellings.get(wanted, wanted)
    same = [
        member
        for members in catalogue.dimensions.values()
        if spelled in members
        for member in members
        if member not in (wanted, spelled)
    ]
    others = f"（或能换算的 {'、'.join(same)}）" if same else ""
    return Problem(f"单位“{shown(unit)}”不能换算成“{wanted}”", f"应为“{wanted}”{others}")


class Sheet:
    """A table being checked: reads columns by rule and remembers what is wrong where."""

    def __init__(self, table: Table):
        self.table = table
        self.findings = list(table.findings)
        self._faulty: set[int] = set()

    def __len__(self) -> int:
        return len(self.table.rows)

    def refuse(self, index: int, column: str, problem: Problem) -> None:
        """Record a fault of the row at a position."""
        self._faulty.add(index)
        self.findings.append(
            Finding(
                self.table.file, self.table.rows[index], column, problem.what, problem.remedy
            )
        )  # fmt: skip

    def read(
        self, column: str, rule: Callable[[str], Meaning | Problem], filler: Meaning
    ) -> list[Meaning]:
        """Read a column by a rule; a refused cell is recorded and gives the filler."""
        cells = self.table.columns[column]
        meaning: dict[str, Meaning] = {}
        refused: dict[str, Problem] = {}
        for cell in dict.fromkeys(cells):
            found = rule(cell)
            if isinstance(found, Problem):
                refused[cell] = found
                meaning[cell] = filler
            else:
                meaning[cell] = found
        if refused:
            for index, cell in enumerate(cells):
                if cell in refused:
                    self.refuse(index, column, refused[cell])
        return list(map(meaning.__getitem__, cells))

    def respell(self, column: str, rule: Callable[[str], str]) -> None:
        """Put a column into one spelling, each different cell once."""
        cells = self.table.columns[column]
        spelled = {cell: rule(cell) for cell in dict.fromkeys(cells)}
        self.table.columns[column] = list(map(spelled.__getitem__, cells))

    def text(self, column: str) -> list[str]:
        """Return a column as it stands."""
        return self.table.columns[column]

    def sound(self) -> list[bool]:
        """Tell for each row whether nothing was found wrong with it so far."""
        return [index not in self._faulty for index in range(len(self))]
