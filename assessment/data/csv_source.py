"""CSV text read safely: encoding, size and shape are checked, every cell stays text.

Nothing is repaired: what cannot be read for certain is refused with its place.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from assessment.characters import invisible, no_text, plain
from assessment.characters import shown as shown
from assessment.errors import Fault, nearest
from assessment.files import MAX_BYTES, decode, is_too_large, read_bytes

_LONGEST_COMPARED = 60
_CAUSES = {
    "field larger than": "单元格过长，可能是英文双引号没有配对",
    "unexpected end of data": "英文双引号没有配对，到文件末尾也没有结束",
    "expected after": "英文双引号之后还有别的字",
    "new-line character": "单元格里有单独的回车符",
}


_ALSO_CALLED = {
    "region": ("地区", "区县", "区域", "单元", "评估单元", "行政区"),
    "year": ("年份", "年度", "年"),
    "month": ("月份", "月"),
    "indicator": ("指标", "指标名称", "指标编号"),
    "value": ("数值", "值", "指标值"),
    "unit": ("单位", "计量单位"),
    "grade": ("等级", "数据质量", "质量等级", "数据质量等级"),
    "source": ("来源", "数据来源"),
    "note": ("备注", "说明"),
    "series": ("口径",),
    "address": ("网址", "链接", "来源网址"),
    "evidence": ("佐证", "佐证材料"),
    "task": ("任务", "任务编号"),
    "status": ("状态", "任务状态", "进展状态"),
    "target": ("目标", "目标编号"),
    "department": ("部门", "责任部门", "报送部门"),
    "due": ("应报日期", "报送期限"),
    "received": ("实报日期", "收到日期"),
    "period": ("时期", "时段"),
    "item": ("事项",),
    "old": ("旧数", "原数", "原值", "原状态"),
    "who": ("修订人", "填报人"),
    "when": ("日期", "修订日期"),
    "why": ("原因", "修订原因"),
    "workbook": ("表报", "工作簿"),
    "kind": ("类别", "类型"),
    "subject": ("主题",),
    "text": ("内容", "意见"),
}
"""Chinese names of columns, as people put them in place of the English ones."""
_COLUMNS = {name: column for column, names in _ALSO_CALLED.items() for name in names}
_ROWS_SEARCHED = 8
"""The head is looked for in so many rows."""
_LEAST_COLUMNS = 4
"""In a table of so many columns, a row with one filled cell is a footnote and no entry."""


def column_of(name: str, kind: Columns) -> str:
    """Return the column that a name in a head stands for; other text as it stands.

    Examples
    --------
    >>> kind = Columns("t", ("region", "year"))
    >>> column_of("地区", kind), column_of("Year", kind), column_of("指标", kind)
    ('region', 'year', '指标')
    """
    plain_name = "".join(unicodedata.normalize("NFKC", name).lower().split())
    column = _COLUMNS.get(plain_name, plain_name)
    return column if column in kind.names else name


def suggestion(name: str, known: Sequence[str]) -> str:
    """Return the nearest known name as a hint; none for a text too long to be a name."""
    return nearest(name, known) if len(name) <= _LONGEST_COMPARED else ""


@dataclass(frozen=True)
class Finding:
    """Something found in a table, with its row as a number so that findings can be ordered.

    Attributes
    ----------
    file : str
        File name in the pack.
    row : int
        Row as a spreadsheet counts it (header = 1); 0 for the whole file.
    column : str
        Column, or empty for the whole row.
    problem, remedy : str
        As in `Fault`.
    """

    file: str
    row: int
    column: str
    problem: str
    remedy: str = ""

    def fault(self) -> Fault:
        """Return the finding as the user reads it."""
        parts = [f"第 {self.row} 行"] if self.row else []
        if self.column:
            parts.append(f"{shown(self.column)} 列")
        return Fault(self.file, " ".join(parts), self.problem, self.remedy)


@dataclass(frozen=True)
class Columns:
    """The columns of a kind of table: those it must have and those it may have."""

    stem: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All columns, the required ones first."""
        return (*self.required, *self.optional)


@dataclass
class Table:
    """A CSV file as text, column by column.

    Attributes
    ----------
    file : str
        File name in the pack.
    columns : dict of str to list of str
        Cells without surrounding white space; all columns of the kind are there and have the
        length of ``rows``. An optional column that the file lacks is empty text.
    rows : list of int
        Row of each entry as a spreadsheet counts it (header = 1).
    findings : list of Finding
        What is wrong with the file as a whole, its header, or the shape of a row.
    notes : list of Finding
        What was left out of the text, since it cannot be seen.
    readable : bool
        False if the file as a whole or its header is so faulty that no row was read.
    """

    file: str
    columns: dict[str, list[str]]
    rows: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    readable: bool = True

    def refuse(self, row: int, column: str, problem: str, remedy: str = "") -> None:
        """Record a fault."""
        self.findings.append(Finding(self.file, row, column, problem, remedy))


def _is_separator(cells: list[str], row: int) -> bool:
    """Tell whether a row is the first line by which a spreadsheet is told the separator."""
    return row == 1 and bool(cells) and cells[0].strip().lower().startswith("sep=")


def _rows_above(text: str, kind: Columns) -> list[list[str]]:
    """Return the rows above the head; none where no row looks like the head of this kind."""
    above: list[list[str]] = []
    with suppress(csv.Error):  # told by whoever reads the rows
        for row, cells in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
            known = {column_of(cell.strip(), kind) for cell in cells} & set(kind.required)
            if 2 * len(known) >= len(kind.required):
                return above
            if row > _ROWS_SEARCHED:
                break
            if not _is_separator(cells, row):
                above.append(cells)
    return []


def _header(table: Table, cells: list[str], kind: Columns, row: int) -> dict[str, int]:
    """Check the header and return the position of each column of the kind."""
    given = [cell.strip() for cell in cells]
    names = [column_of(name, kind) for name in given]
    positions: dict[str, int] = {}
    if len(names) == 1 and (found := re.search(r"[;\t\uff0c]", names[0])):
        table.refuse(
            row, "", f"列之间用“{shown(found[0])}”分隔", "请另存为以英文逗号分隔的 CSV（UTF-8）"
        )
        table.readable = False
        return positions
    for name in names:
        if name in kind.names and names.count(name) > 1 and name not in positions:
            spelled = dict.fromkeys(g for g, n in zip(given, names, strict=True) if n == name)
            said = "”“".join(map(shown, spelled))
            table.refuse(row, name, f"列“{said}”重复出现 {names.count(name)} 次", "请只留一列")
            table.readable = False
        elif name and name not in kind.names:
            known = [n for n in kind.names if n not in names] or list(kind.names)
            table.refuse(row, name, f"不认识的列“{shown(name)}”", suggestion(name, known))
        positions.setdefault(name, names.index(name))
    for name in kind.required:
        if name not in positions:
            table.refuse(row, name, f"缺少列“{name}”", "请补上此列；补齐前不检查本文件各行")
            table.readable = False
    return positions


def _is_footnote(cells: list[str], width: int) -> bool:
    """Tell whether a row is no entry but a line of text in its first cell."""
    return width >= _LEAST_COLUMNS and bool(cells[0].strip()) and not any(map(str.strip, cells[1:]))


def _fitted(table: Table, cells: list[str], width: int, row: int) -> list[str] | None:
    """Return the cells of a row if their number fits the header (empty ones beyond it may go)."""
    if len(cells) == width:
        return cells
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        return cells[:width]
    if _is_footnote(cells, width):
        # Told below, where rows of the right width are.
        return [*cells, *[""] * width][:width]
    table.refuse(
        row, "", f"有 {len(cells)} 个单元格，表头有 {width} 列",
        "请检查是否少写了逗号，或文字中的逗号没有用英文双引号括起",
    )  # fmt: skip
    return None


def _cells_with(
    text: str, find: Callable[[str], Iterable[tuple[int, str]]]
) -> Iterator[tuple[int, str, str]]:
    """Find cells with certain characters: row, column and what; once for a column and what."""
    found: dict[tuple[str, str], list[int]] = {}
    header: list[str] = []
    with suppress(csv.Error):  # told by whoever reads the rows
        for row, cells in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
            header = header or [plain(cell).strip() for cell in cells]
            for cell, column in zip_longest(cells, header[: len(cells)], fillvalue=""):
                for name in {name for _, name in find(cell)}:
                    found.setdefault((column, name), []).append(row)
    for (column, name), rows in found.items():
        yield rows[0], column, name + (f"（同列共 {len(rows)} 行）" if rows[1:] else "")


def _cause(error: csv.Error) -> str:
    said = str(error)
    known = (words for begin, words in _CAUSES.items() if begin in said)
    return next(known, "写法不合规定")


def parse(text: str, file: str, kind: Columns) -> Table:
    """Split CSV text into columns of text.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Name used in messages.
    kind : Columns
        Columns that are expected.
    """
    table = Table(file, {name: [] for name in kind.names})
    if any(no_text(text)):
        for row, column, name in _cells_with(text, no_text):
            table.refuse(row, column, f"含有{name}", "请改写；多处都有时，请重新导出为 CSV")
        table.readable = False
        return table
    if any(invisible(text)):
        for row, column, name in _cells_with(text, invisible):
            table.notes.append(Finding(file, row, column, f"有看不见的字符 {name}，已略去"))
        text = plain(text)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    row = 0
    # All cells in one list: a list for each row would be much slower to make and free. Equal
    # cells are one object: most stand in many rows.
    flat: list[str] = []
    once: dict[str, str] = {}
    header: list[str] = []
    positions: dict[str, int] = {}
    above = _rows_above(text, kind)
    if above:
        title = next((cell.strip() for cells in above for cell in cells if cell.strip()), "")
        what = f"有“{shown(title)}”等字" if title else "是空行"
        table.refuse(
            1, "", f"表头以上 {len(above)} 行{what}", "请删去这些行，使表头成为第一行"
        )  # fmt: skip
        table.readable = False
        return table
    try:
        for row, cells in enumerate(reader, 1):
            if not header:
                if _is_separator(cells, row):
                    continue
                if row > 2 or not any(cell.strip() for cell in cells):
                    break
                header = cells
                positions = _header(table, cells, kind, row)
                if not table.readable:
                    break
                unnamed = [i for i, name in enumerate(header) if not name.strip()]
                continue
            fitted = _fitted(table, cells, len(header), row) if any(map(str.strip, cells)) else None
            if fitted is None:
                continue
            if _is_footnote(fitted, len(header)):
                said = shown(fitted[0].strip())
                table.refuse(
                    row, "", f"只有第一格有字“{said}”，像是表下的注", "请删去此行；要说明的写在 note 列"
                )  # fmt: skip
                continue
            if unnamed and any(fitted[i].strip() for i in unnamed):
                table.refuse(row, "", "有数据的列没有列名", "请在表头补上列名或删去该列")
                continue
            table.rows.append(row)
            flat += [once.setdefault(cell, cell) for cell in map(str.strip, fitted)]
    except csv.Error as error:
        table.refuse(row + 1, "", f"CSV 格式有误（{_cause(error)}）", "请检查英文双引号是否成对")
    if not header:
        if not table.findings:
            table.refuse(1, "", "第一行没有列名", f"第一行应为 {','.join(kind.required)}")
        table.readable = False
    for name in kind.names:
        at = positions.get(name)
        table.columns[name] = [""] * len(table.rows) if at is None else flat[at :: len(header)]
    return table


def read_table(path: Path, kind: Columns, file: str | None = None, limit: int = MAX_BYTES) -> Table:
    """Read one CSV file as text.

    Parameters
    ----------
    path : Path
        File to read: with a byte order mark, else UTF-8, else GB18030.
    kind : Columns
        Columns that are expected.
    file : str, optional
        Name used in messages; the file's name by default.
    limit : int
        Largest size in bytes.

    Returns
    -------
    Table
        Never raises: what is wrong stands in ``findings``.
    """
    label = file or path.name
    data, problem = read_bytes(path, limit)
    remedy = "请拆分为几个文件" if problem and is_too_large(path, limit) else ""
    text = None if problem else decode(data)
    if text is None and not problem:
        problem = "编码无法识别，或文件中有损坏的字节"
        remedy = "请另存为 UTF-8（Excel 中选“CSV UTF-8”）或 GB18030"
    elif text is not None and not text.strip():
        problem, remedy = "文件为空", f"第一行应为 {','.join(kind.required)}"
    if problem:
        table = Table(label, {name: [] for name in kind.names}, readable=False)
        table.refuse(0, "", problem, remedy)
        return table
    return parse(text or "", label, kind)
