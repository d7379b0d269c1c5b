"""Forms against the pack's rules, each other and the past: what stops them, what asks for a note."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from assessment.csv_twin import inert
from assessment.data import columns
from assessment.data.checks import ObservationChecks, duplicates
from assessment.data.columns import Vocabulary
from assessment.data.csv_source import Finding
from assessment.data.pack import Pack
from assessment.data.past import trend_findings
from assessment.data.rows import Columns, Rows
from assessment.data.schema import STATUSES, Problem, Sheet
from assessment.errors import Fault
from assessment.intake import layout
from assessment.intake.blanks import listed, ranges
from assessment.intake.filled import Filled
from assessment.intake.forms import last_values
from assessment.intake.reconcile import Difference, differences
from assessment.params import Params

_OBSERVED = (*columns.OBSERVATION_COLUMNS, "sound")
_TASKED = (*columns.TASK_COLUMNS, "sound")
_WORDS = {identifier: word for word, identifier in STATUSES.items()}
_LEAST_SHARE = 0.05
_MANY = 6


@dataclass(frozen=True)
class Change:
    """A value or status that the pack already has, and what a form makes of it.

    Attributes
    ----------
    kind : str
        ``observations`` or ``tasks``.
    at : int
        Position of the form's row in the examined columns.
    old : str
        What stands in the pack, as written.
    """

    kind: str
    at: int
    old: str


@dataclass
class Examined:
    """Forms after all four layers.

    Attributes
    ----------
    forms : list of Filled
        The forms, with all faults and notices found.
    observations, tasks : dict of str to list
        Their rows, in the shape of `columns.observations` and `columns.tasks`.
    added, changed : list
        Positions of rows that the pack does not have yet; rows that differ from the pack's.
    differences : tuple of Difference
        City figures against sums.
    """

    forms: list[Filled]
    observations: Columns
    tasks: Columns
    added: dict[str, list[int]] = field(default_factory=lambda: {"observations": [], "tasks": []})
    changed: list[Change] = field(default_factory=list)
    differences: tuple[Difference, ...] = ()
    pack_faults: list[Fault] = field(default_factory=list)


def columns_of(rows: Rows) -> Columns:
    """Return a pack's rows as a form's are; every row of a pack that loaded is sound."""
    return {**rows.columns, "sound": [True] * len(rows)}


def _joined(parts: Iterable[Columns], names: Sequence[str]) -> Columns:
    parts = list(parts)
    return {name: [cell for part in parts for cell in part[name]] for name in names}


def _read(
    form: Filled, kind: str, names: Vocabulary, params: Params, series: dict[str, str]
) -> Columns:
    """Read a form's tables by the pack's rules: the first two layers."""
    parts = []
    rule: Any = columns.observations if kind == "observations" else columns.tasks
    for table in getattr(form, kind):
        if kind == "observations":
            table.columns["series"] = [series.get(code, "") for code in table.columns["indicator"]]
        sheet = Sheet(table)
        parts.append(rule(sheet, names, params))
        form.faults += map(form.fault, sheet.findings)
    return _joined(parts, _OBSERVED if kind == "observations" else _TASKED)


def primary_series(pack: Pack | None) -> dict[str, str]:
    """Return the series that a form's figure belongs to: the one that counts in the pack."""
    if pack is None:
        return {}
    data = pack.observations
    found = data.groupby("indicator")["series"].first().to_dict()
    return {**{str(k): str(v) for k, v in found.items()}, **pack.meta.primary_series}


class _Sorter:
    """Puts findings to the form whose row they are about."""

    def __init__(self, forms: Sequence[Filled]):
        self.owners = {label: form for form in forms for label in form.places}

    def stop(self, finding: Finding) -> bool:
        form = self.owners.get(finding.file)
        if form is None:
            return False
        form.faults.append(form.fault(finding))
        return True

    def ask(self, finding: Finding) -> None:
        form = self.owners.get(finding.file)
        if form is not None:
            form.notices.append(form.fault(finding))


def examine(forms: Sequence[Filled], pack: Pack | None, params: Params, year: int) -> Examined:
    """Check forms in four layers; all that is found goes to the forms.

    Parameters
    ----------
    forms : sequence of Filled
        Forms as read.
    pack : Pack, optional
        What is known already; None for an empty pack.
    params : Params
        Plan, catalogue and regions.
    year : int
        The year of the forms.
    """
    names = columns.vocabulary(params)
    series = primary_series(pack)
    own = _joined((_read(f, "observations", names, params, series) for f in forms), _OBSERVED)
    tasks = _joined((_read(f, "tasks", names, params, {}) for f in forms), _TASKED)
    old = columns_of(pack.tables["observations"]) if pack else {name: [] for name in _OBSERVED}
    found = Examined(list(forms), own, tasks)
    sorter = _Sorter(forms)
    for finding in (
        *duplicates(own, {"region": "", "year": 0, "month": -1, "indicator": "", "series": None}),
        *duplicates(tasks, {"region": "", "year": 0, "task": ""}),
    ):
        sorter.stop(finding)
    fresh = range(len(own["row"]))
    # The forms' rows come first: where the pack has the same key, the form's counts.
    both = _joined((own, old), _OBSERVED)
    place = {(own["file"][i], own["row"][i]): i for i in fresh}
    primary = pack.meta.primary_series if pack else {}
    breaks = pack.meta.breaks if pack else ()

    def stop(finding: Finding) -> None:
        """Stop a form, and keep its row out of what follows: one fault is told once."""
        if not sorter.stop(finding):
            found.pack_faults.append(finding.fault())
        elif (i := place.get((finding.file, finding.row))) is not None:
            own["sound"][i] = both["sound"][i] = False

    for finding in list(ObservationChecks(both, params, primary).faults()):
        stop(finding)
    odd = list(trend_findings(both, fresh, breaks, params))
    for finding, stops in odd:
        if stops:
            stop(finding)
        else:
            sorter.ask(finding)
    notes = {
        (file, row): note
        for file, row, note in zip(both["file"], both["row"], both["note"], strict=True)
    }
    for finding in ObservationChecks(both, params, primary).notices():
        if not notes.get((finding.file, finding.row)):
            sorter.ask(finding)
    found.differences = differences(both, params, year)
    _ask_for_sums(found, both, params, sorter, year)
    _ask_about_last_year(forms, pack, year)
    _ask_about_repetition(found, pack, year)
    _compare(found, pack, sorter, year)
    for form in forms:
        form.faults[:] = _unique(form.faults)
        form.notices[:] = _unique(form.notices)
    return found


def _unique(faults: list[Fault]) -> list[Fault]:
    return list(dict.fromkeys(faults))


def _ask_for_sums(
    found: Examined, both: Columns, params: Params, sorter: _Sorter, year: int
) -> None:
    """Ask for a note where the city's figure cannot be the units' sum, overlap or not."""
    city = params.regions.city.id
    at = {
        both["indicator"][i]: i
        for i in range(len(found.observations["row"]))
        if both["region"][i] == city and both["month"][i] == 0 and both["year"][i] == year
    }
    units = {indicator.id: indicator for indicator in params.catalogue.indicators}
    for difference in found.differences:
        i = at.get(difference.indicator)
        far = abs(difference.gap) > _LEAST_SHARE * max(abs(difference.most), abs(difference.city))
        if i is None or both["note"][i] or difference.verdict != "below" or not far:
            continue
        unit = units[difference.indicator].unit
        problem = (
            f"全市 {difference.city:.10g} {unit}，而各单元之和为 {difference.most:.10g}，"
            f"不计功能区为 {difference.least:.10g}"
        )
        remedy = "差额不能由功能区重复统计解释，请核对或在“说明”写明原因"
        sorter.ask(Finding(both["file"][i], both["row"][i], "value", problem, remedy))


def _ask_about_last_year(forms: Sequence[Filled], pack: Pack | None, year: int) -> None:
    """Tell of last year's values that were changed in a form: they are not read."""
    known = last_values(pack, year)
    column = layout.ANNUAL_HEAD.index("上年值") + 1
    for form in forms:
        changed = []
        for key, (row, cell) in form.last.items():
            was = known(*key)
            if "" in (was, cell) or str(cell).strip() == str(was):
                continue
            numbers = isinstance(was, float) and isinstance(cell, int | float)
            if not (numbers and math.isclose(float(str(cell)), float(was))):
                changed.append((row, column))
        if changed:
            named = listed(ranges(changed), 12)
            what = f"{len(changed)} 格上年值与数据包的不同（{named}），没有收入"
            problem = Problem(what, "要改上年的数，请用上年度的表报修订")
            form.notice(layout.ANNUAL, 0, 0, problem)


def _ask_about_repetition(found: Examined, pack: Pack | None, year: int) -> None:
    """Ask about forms most of whose figures are last year's."""
    known, own = last_values(pack, year), found.observations
    for form in found.forms:
        mine = [
            (own["value"][i] == known(own["indicator"][i], own["region"][i]))
            for i in range(len(own["row"]))
            if own["file"][i] in form.places and own["state"][i] == "value"
            and own["month"][i] == 0 and own["value"][i] and not own["note"][i]
        ]  # fmt: skip
        if sum(mine) >= _MANY and 2 * sum(mine) > len(mine):
            what = f"{len(mine)} 个数中有 {sum(mine)} 个与上年完全相同"
            problem = Problem(what, "请核对是否照抄了上年；确实未变的请在“说明”写明")
            form.notice(layout.ANNUAL, 0, 0, problem)


_FIGURE = ("region", "year", "month", "indicator", "series")
_TASK = ("region", "year", "task")


def _compare(found: Examined, pack: Pack | None, sorter: _Sorter, year: int) -> None:
    """Tell new rows from known ones and from revisions; a revision needs its reason."""
    own, tasks = found.observations, found.tasks
    known: dict[Any, Any] = {}
    standing: dict[Any, Any] = {}
    newest: dict[Any, str] = {}
    rows: Iterable[Any]
    key: Any
    if pack is not None:
        values = ("state", "value", "grade", "given", "given_unit")
        known = {
            tuple(cells[:5]): cells[5:]
            for cells in pack.tables["observations"].where("year", year, (*_FIGURE, *values))
        }
        standing = {
            tuple(cells[:3]): cells[3:]
            for cells in pack.tables["tasks"].where("year", year, (*_TASK, "status", "evidence"))
        }
        for kind, names in (("revisions", _FIGURE), ("task_revisions", _TASK)):
            for *cells, when in pack.tables[kind].where("year", year, (*names, "when")):
                newest[tuple(cells)] = max(when, newest.get(tuple(cells), ""))
    rows = zip(
        own["region"], own["year"], own["month"], own["indicator"], own["series"], strict=True
    )
    for i, key in enumerate(rows):
        if not own["sound"][i]:
            continue
        before = known.get(key)
        if before is None:
            found.added["observations"].append(i)
            continue
        state, value, grade, given, unit = before
        same = state == own["state"][i] and (state != "value" or value == own["value"][i])
        if same and grade == own["grade"][i]:
            continue
        old = f"{given} {unit}".strip() or "（未报）"
        what = f"与已收的数不同（原为 {old}），属于修订"
        if same:
            what = f"数与已收的相同（{old}），而数据质量由 {grade} 级改为 {own['grade'][i]} 级，属于修订"
        asks = what if state != "not_reported" else ""
        _revise(found, own, i, "observations", old, asks, sorter, newest.get(key, ""))
    rows = zip(tasks["region"], tasks["year"], tasks["task"], strict=True)
    for i, key in enumerate(rows):
        if not tasks["sound"][i]:
            continue
        stood = standing.get(key)
        if stood is None:
            found.added["tasks"].append(i)
        elif stood != (tasks["status"][i], inert(tasks["evidence"][i])):
            old = _WORDS[stood[0]]
            what = f"与已收的状态不同（原为 {old}），属于修订"
            if stood[0] == tasks["status"][i]:
                what = f"状态与已收的相同（{old}），而佐证材料不同，属于修订"
            _revise(found, tasks, i, "tasks", old, what, sorter, newest.get(key, ""))


def _revise(found: Examined, own: Columns, i: int, kind: str, old: str, asks: str,
            sorter: _Sorter, revised: str) -> None:  # fmt: skip
    """Record a revision; it needs its reason if it asks so, and may not be older than the last."""
    label, row = own["file"][i], own["row"][i]
    if asks and not sorter.owners[label].notes.get((label, row)):
        sorter.stop(Finding(label, row, "note", asks, "请在 note 写明修订原因"))
    received = sorter.owners[label].received
    if received and received < revised:
        older = f"此项已于 {revised} 修订，晚于本表填报日期 {received}"
        sorter.stop(Finding(label, row, "", older, "请用最新的数填报，并更新填报日期"))
    found.changed.append(Change(kind, i, old))
