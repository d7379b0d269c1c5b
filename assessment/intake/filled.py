"""A form as it came back: where each of its rows stands, and what is wrong with it so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assessment.data.csv_source import Finding, Table
from assessment.data.schema import Problem
from assessment.errors import Fault
from assessment.intake import layout
from assessment.intake.blanks import Blank
from assessment.intake.layout import Identity, Owner

_WORDS = {
    "note": "“说明”", "unit": "“计量单位”", "value": "填数的格", "source": "“来源”",
    "grade": "“数据性质”", "evidence": "“佐证材料”",
}  # fmt: skip
_COLUMN = re.compile(
    r" ?(?<![A-Za-z_])(note|unit|value|source|grade|evidence)(?![A-Za-z_])(?: 列)? ?"
)


@dataclass(frozen=True)
class Remark:
    """What an owner wants said: an explanation, an objection, a proposal, or help with a task."""

    kind: str
    subject: str
    text: str
    row: int


@dataclass
class Filled:
    """A form as it came back.

    Attributes
    ----------
    file : str
        The workbook, as messages name it.
    sha256 : str
        Hash of its bytes.
    owner : Owner, optional
        Whose form it is; None if that could not be told.
    identity : Identity, optional
        Which form it is.
    who, received : str
        Who filled it in, and when (ISO date), from the cover.
    observations : list of Table
        Rows of figures, in the shape of the pack's ``observations*.csv``; a month of the monthly
        sheet is a table of its own, so that file and row name one cell.
    tasks : list of Table
        Rows of tasks, in the shape of ``tasks*.csv``.
    remarks : list of Remark
        What the last sheet says, and evidence that helpers hand in.
    faults, notices : list of Fault
        What stops the workbook; what asks for a note.
    gaps : list of Blank
        Cells that are not filled in.
    places : dict of str to (str, dict)
        For each table (by its ``file``) its sheet, and the column of each of its cells.
    data : bytes
        The workbook itself, if it could be read.
    spots : dict of Fault to (str, int, int)
        Sheet, row and column of what was found; zeros where it is about a whole sheet.
    last : dict of (str, str) to (int, object)
        For each figure (indicator and region) its row in the yearly sheet, and what stands there
        as last year's value.
    hollow : set of (str, int)
        Rows of months that hold a note and no figure: they withdraw what the pack has, and add
        nothing to it.
    notes, proofs : dict of (str, int) to str
        What is written under 说明 and 佐证材料 beside a row of a table.
    """

    file: str
    sha256: str
    owner: Owner | None = None
    identity: Identity | None = None
    who: str = ""
    received: str = ""
    observations: list[Table] = field(default_factory=list)
    tasks: list[Table] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notices: list[Fault] = field(default_factory=list)
    gaps: list[Blank] = field(default_factory=list)
    places: dict[str, tuple[str, dict[str, int]]] = field(default_factory=dict)
    data: bytes = field(default=b"", repr=False)
    spots: dict[Fault, tuple[str, int, int]] = field(default_factory=dict)
    last: dict[tuple[str, str], tuple[int, object]] = field(default_factory=dict)
    notes: dict[tuple[str, int], str] = field(default_factory=dict)
    hollow: set[tuple[str, int]] = field(default_factory=set)
    proofs: dict[tuple[str, int], str] = field(default_factory=dict)

    def refuse(self, sheet: str, row: int, column: int, problem: Problem) -> None:
        """Record what stops the workbook."""
        self.faults.append(self._found(sheet, row, column, problem.what, problem.remedy))

    def notice(self, sheet: str, row: int, column: int, problem: Problem) -> None:
        """Record what asks for a note."""
        self.notices.append(self._found(sheet, row, column, problem.what, problem.remedy))

    def _found(self, sheet: str, row: int, column: int, what: str, remedy: str) -> Fault:
        where = layout.place(sheet, row, column) if sheet else ""
        fault = Fault(self.file, where, what, remedy)
        self.spots[fault] = (sheet, row, column)
        return fault

    def fault(self, finding: Finding) -> Fault:
        """Return a finding about one of this form's tables as a fault at its cell."""
        sheet, columns = self.places[finding.file]
        column = columns.get(finding.column, columns[""])
        remedy = _COLUMN.sub(lambda found: _WORDS[found[1]], finding.remedy)
        return self._found(sheet, finding.row, column, finding.problem, remedy)

    def evidence(self, label: str, row: int) -> str:
        """Return the evidence given with a row of figures."""
        return self.proofs.get((label, row), "")

    def origin(self, label: str, row: int) -> str:
        """Return the cell that a row of a table comes from."""
        sheet, columns = self.places[label]
        return f"{self.file}!{sheet}!{layout.column_letter(columns[''])}{row}"
