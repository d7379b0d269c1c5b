"""What came later: revisions of figures and of tasks' standing, receipts, and remarks.

A revision never overwrites: the first row stays in its file, the revision is a row of its own with
what was, who, when and why, and whoever loads the pack gets the newest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assessment.data.checks import named
from assessment.data.columns import Vocabulary, observations, tasks
from assessment.data.csv_source import Finding, shown
from assessment.data.rows import Columns
from assessment.data.schema import STATUSES, Problem, Sheet, iso_date, number, year
from assessment.data.words import says_nothing
from assessment.params.model import Params

_WORDS = {identifier: word for word, identifier in STATUSES.items()}
NOT_REPORTED = "（未报）"
REVISED = "修订：原为 "
_WHO = ("old", "who", "when", "why", "workbook")
REVISION_COLUMNS = (
    "region", "year", "month", "indicator", "series", "value", "state", "grade", "source",
    "address", "note", "given", "given_unit", *_WHO, "file", "row",
)  # fmt: skip
TASK_REVISION_COLUMNS = (
    "region", "year", "task", "status", "evidence", "note", *_WHO, "file", "row",
    "has_evidence",
)  # fmt: skip
REMARK_COLUMNS = (
    "region", "department", "year", "kind", "subject", "text", "who", "when", "file", "row",
)  # fmt: skip
_VALUE_CELLS = (
    "value", "state", "grade", "source", "address", "given", "given_unit", "file", "row", "sound",
)  # fmt: skip
_TASK_CELLS = ("status", "evidence", "has_evidence", "file", "row", "sound")


def _told(sheet: Sheet) -> Columns:
    """Read who revised what, when and why."""
    for name, what in (("who", "修订人"), ("why", "修订原因")):
        for i, cell in enumerate(sheet.text(name)):
            if says_nothing(cell):
                only = f"（只写了“{shown(cell)}”）" if cell else ""
                sheet.refuse(i, name, Problem(f"没有写{what}{only}", "此列不能为空"))
    when = sheet.read("when", iso_date, "")
    return {**{name: sheet.text(name) for name in _WHO}, "when": when}


def revisions(sheet: Sheet, names: Vocabulary, params: Params) -> Columns:
    """Read revisions of figures: an observation each, with what it replaces."""
    told = _told(sheet)
    return {**observations(sheet, names, params), **told, "sound": sheet.sound()}


def task_revisions(sheet: Sheet, names: Vocabulary, params: Params) -> Columns:
    """Read revisions of tasks' standing."""
    told = _told(sheet)
    return {**tasks(sheet, names, params), **told, "sound": sheet.sound()}


def remarks(sheet: Sheet, names: Vocabulary, params: Params) -> Columns:
    """Read what departments and units want said; one of region and department may be empty."""
    for i, text in enumerate(sheet.text("text")):
        if not text:
            sheet.refuse(i, "text", Problem("没有写内容", "此列不能为空"))
    return {
        "region": sheet.read("region", lambda text: names.region(text) if text else "", ""),
        "department": sheet.read(
            "department", lambda text: names.department(text) if text else "", ""
        ),
        "year": sheet.read("year", year, 0),
        "kind": sheet.text("kind"),
        "subject": sheet.text("subject"),
        "text": sheet.text("text"),
        "who": sheet.text("who"),
        "when": sheet.read("when", lambda text: iso_date(text) if text else "", ""),
        "file": [sheet.table.file] * len(sheet),
        "row": list(sheet.table.rows),
        "sound": sheet.sound(),
    }


def _stood(standing: Columns, at: int) -> str:
    """Return what stands in a row, as a record of its revision shows it."""
    if "value" not in standing:
        return _WORDS[standing["status"][at]]
    state, given, unit = (standing[name][at] for name in ("state", "given", "given_unit"))
    return str(NOT_REPORTED if state == "not_reported" else given) + (
        f" {unit}" if state == "value" and unit else ""
    )


def _agree(old: str, stood: str) -> bool:
    """Tell whether the old value of a revision is the one that stood; units may be left out."""
    if not old or old == stood:
        return True
    if old in STATUSES and stood in STATUSES:
        return old == stood
    said, _, unit = old.partition(" ")
    was, _, own_unit = stood.partition(" ")
    numbers = number(said), number(was)
    if isinstance(numbers[0], float) and isinstance(numbers[1], float):
        # In another unit the same figure has another number: that is not compared.
        return math.isclose(numbers[0], numbers[1], rel_tol=1e-12) or unit not in ("", own_unit)
    # What is no number is written in several ways: 未报, 不适用 with a unit.
    return not any(isinstance(one, float) for one in numbers)


def apply(
    standing: Columns, later: Columns, key: Sequence[str], labels: Mapping[str, str]
) -> Iterator[Finding]:
    """Put revisions in the place of what they revise, the oldest first; `standing` is changed.

    Parameters
    ----------
    standing : dict of str to list
        Observations or tasks.
    later : dict of str to list
        Their revisions, in the order in which they arrived; that of their dates comes first.
    key : sequence of str
        Columns that name a row.
    labels : mapping
        Names of what has an id, as messages quote them.

    Yields
    ------
    Finding
        A revision of what is not there.
    """
    if not later["row"]:
        return
    cells = _VALUE_CELLS if "value" in later else _TASK_CELLS
    known = {
        values: i
        for i, values in reversed(list(enumerate(zip(*(standing[n] for n in key), strict=True))))
    }
    for i in sorted(range(len(later["row"])), key=lambda i: later["when"][i]):
        if not later["sound"][i]:
            continue
        at = known.get(tuple(later[name][i] for name in key))
        if at is None:
            said = named({name: later[name][i] for name in key}, labels)
            yield Finding(
                later["file"][i], later["row"][i], "",
                f"没有要修订的数（{said}）", "请核对区县、年月与编号",
            )  # fmt: skip
            continue
        old, when, who, why = (later[name][i] for name in ("old", "when", "who", "why"))
        stood = _stood(standing, at)
        if not _agree(old, stood):
            yield Finding(
                later["file"][i], later["row"][i], "old",
                f"写的旧数“{shown(old)}”与当时的“{shown(stood)}”不符", "应写修订以前的那个数",
            )  # fmt: skip
            continue
        old = stood
        trace = f"{REVISED}{old}（{when}，{who}：{why}）"
        note = "" if later["note"][i] == why else later["note"][i]
        earlier = [part for part in standing["note"][at].split("\n") if part.startswith(REVISED)]
        standing["note"][at] = "\n".join(part for part in (note, trace, *earlier) if part)
        for name in cells:
            standing[name][at] = later[name][i]


def settled(submissions: Columns) -> Columns:
    """Drop announcements (received empty) of what another row says has come in."""
    received: set[tuple[Any, Any]] = set()
    keys = list(zip(submissions["department"], submissions["year"], strict=True))
    for key, date in zip(keys, submissions["received"], strict=True):
        if date:
            received.add(key)
    kept = [i for i, key in enumerate(keys) if submissions["received"][i] or key not in received]
    return {name: [cells[i] for i in kept] for name, cells in submissions.items()}
