"""What a pack holds already of a year: each figure and status, what it was before, what was said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from assessment.data import schema
from assessment.data.csv_source import read_table
from assessment.data.pack import Pack
from assessment.data.revisions import NOT_REPORTED, REVISED
from assessment.data.rows import Columns

Key = tuple[object, ...]

_FIGURE = ("region", "year", "month", "indicator", "series")
_TASK = ("region", "year", "task")
_WORDS = {identifier: word for word, identifier in schema.STATUSES.items()}


@dataclass
class Held:
    """A figure or a task's status as it stands in the pack.

    Attributes
    ----------
    state : str
        ``value``, ``not_applicable`` or ``not_reported``; of a task its status.
    text : str
        As written, with its unit; of a task the word of its status.
    value : float
        In the catalogue's unit; NaN where there is none, and for a task.
    grade, source : str
        Of a figure.
    evidence : str, optional
        What proves it; None where the pack's file does not say.
    notes : set of str
        All that was given as its note or as the reason of a revision.
    earlier : list of str
        What stood before, as written, the oldest first.
    revised, why : str
        Date of the last revision and its reason; empty if there was none.
    """

    state: str
    text: str
    value: float = float("nan")
    grade: str = ""
    source: str = ""
    evidence: str | None = None
    notes: set[str] = field(default_factory=set)
    earlier: list[str] = field(default_factory=list)
    revised: str = ""
    why: str = ""

    def was(self, text: str) -> bool:
        """Tell whether something stood here before, as it does no more."""
        said = {figure(one) for one in self.earlier}
        return figure(text) in said and figure(text) != figure(self.text)


def as_text(state: str, given: str, unit: str) -> str:
    """Return a figure as a record shows it.

    Examples
    --------
    >>> as_text("value", "12", "万吨"), as_text("not_reported", "", "万吨")
    ('12 万吨', '（未报）')
    """
    if state == "not_reported":
        return NOT_REPORTED
    return f"{given} {unit}".strip() if state == "value" else given


def figure(text: str) -> tuple[object, str]:
    """Return a figure as written in a shape that can be compared: its number and its unit."""
    given, _, unit = text.partition(" ")
    number = schema.number(given)
    return (number, unit) if isinstance(number, float) else (given, "")


def _first_note(note: str) -> str:
    """Return a row's own note, without the traces of revisions below it."""
    lines = note.split("\n")
    ends = (i for i, line in enumerate(lines) if line.startswith(REVISED))
    return "\n".join(lines[: next(ends, len(lines))])


def _evidence(pack: Pack, files: Iterable[str]) -> dict[tuple[str, int], str]:
    """Return the evidence beside figures that forms brought in, by file and row."""
    found: dict[tuple[str, int], str] = {}
    for file in set(files):
        stem = file.rpartition("/")[2]
        kind = schema.REVISIONS if stem.startswith(schema.REVISIONS.stem) else schema.OBSERVATIONS
        table = read_table(pack.folder / file, kind, file)
        if table.readable:
            found |= zip(
                ((file, row) for row in table.rows), table.columns["evidence"], strict=True
            )
    return found


def _add_history(known: dict[Key, Held], pack: Pack, table: str, names: tuple[str, ...],
                 year: int) -> None:  # fmt: skip
    """Add what the pack's revisions say of each row."""
    is_task = table == "task_revisions"
    wanted = (*names, "old", "when", "why", "note")
    for *key, old, when, why, note in pack.tables[table].where("year", year, wanted):
        held = known.get(tuple(key))
        if held is None:
            continue
        held.notes |= {why, note} - {""}
        if when >= held.revised:
            held.revised, held.why = when, why
        held.earlier.append(old)
    if not is_task:
        wanted = (*names, "state", "given", "given_unit")
        for *key, state, given, unit in pack.tables[table].where("year", year, wanted):
            if held := known.get(tuple(key)):
                held.earlier.append(as_text(state, given, unit))


def figures(pack: Pack | None, year: int) -> dict[Key, Held]:
    """Return the figures of a year by region, year, month, indicator and series."""
    if pack is None:
        return {}
    rows = pack.tables["observations"]
    wanted = (
        *_FIGURE, "state", "value", "grade", "source", "note", "given", "given_unit", "file", "row",
    )  # fmt: skip
    found = list(rows.where("year", year, wanted))
    proofs = _evidence(pack, (cells[-2] for cells in found if "/" in cells[-2]))
    known: dict[Key, Held] = {}
    for cells in found:
        state, value, grade, source, note, given, unit, file, row = cells[5:]
        own = _first_note(note)
        known[tuple(cells[:5])] = Held(
            state, as_text(state, given, unit), value, grade, source, proofs.get((file, row)),
            {own} - {""},
        )  # fmt: skip
    _add_history(known, pack, "revisions", _FIGURE, year)
    # A note about a row of months stands beside some of them only.
    shared: dict[Key, set[str]] = defaultdict(set)
    for key, held in known.items():
        if key[2]:
            shared[key[0], key[1], key[3]] |= held.notes
    for key, held in known.items():
        if key[2]:
            held.notes |= shared[key[0], key[1], key[3]]
    return known


def statuses(pack: Pack | None, year: int) -> dict[Key, Held]:
    """Return the tasks' statuses of a year by region, year and task."""
    if pack is None:
        return {}
    known: dict[Key, Held] = {}
    wanted = (*_TASK, "status", "evidence", "note")
    for *key, status, evidence, note in pack.tables["tasks"].where("year", year, wanted):
        own = _first_note(note)
        known[tuple(key)] = Held(status, _WORDS[status], evidence=evidence, notes={own} - {""})
    _add_history(known, pack, "task_revisions", _TASK, year)
    return known


def keys(own: Columns, is_task: bool) -> list[Key]:
    """Return the key of each row of a form's columns."""
    return list(zip(*(own[name] for name in (_TASK if is_task else _FIGURE)), strict=True))
