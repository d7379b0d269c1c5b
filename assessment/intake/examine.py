"""Forms against the pack's rules, each other and the past: what stops them, what asks for a note."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assessment.data import columns
from assessment.data.checks import ObservationChecks, duplicates, labels_of
from assessment.data.columns import Vocabulary
from assessment.data.csv_source import Finding, shown
from assessment.data.pack import Pack
from assessment.data.past import trend_findings
from assessment.data.rows import Columns, Rows
from assessment.data.schema import STATUSES, Problem, Sheet
from assessment.errors import Fault
from assessment.intake import layout, standing
from assessment.intake.blanks import Blank, listed, ranges
from assessment.intake.contradictions import contradictions
from assessment.intake.filled import Filled
from assessment.intake.forms import last_values
from assessment.intake.reconcile import Difference, differences
from assessment.intake.standing import Held, Key
from assessment.params.model import Params
from assessment.show.csv_download import inert

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
    why : str
        The reason that is kept with the revision.
    """

    kind: str
    at: int
    old: str
    why: str


@dataclass(frozen=True)
class Standing:
    """Figures and tasks that the pack holds of the year, by their keys."""

    figures: dict[Key, Held]
    tasks: dict[Key, Held]


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
    held = Standing(standing.figures(pack, year), standing.statuses(pack, year))
    series = primary_series(pack)
    own = _joined((_read(f, "observations", names, params, series) for f in forms), _OBSERVED)
    tasks = _joined((_read(f, "tasks", names, params, {}) for f in forms), _TASKED)
    old = columns_of(pack.tables["observations"]) if pack else {name: [] for name in _OBSERVED}
    found = Examined(list(forms), own, tasks)
    sorter = _Sorter(forms)
    named = labels_of(params)
    for finding in (
        *duplicates(
            own, {"region": "", "year": 0, "month": -1, "indicator": "", "series": None}, named
        ),
        *duplicates(tasks, {"region": "", "year": 0, "task": ""}, named),
    ):
        sorter.stop(finding)
    fresh = range(len(own["row"]))
    # The forms' rows come first: where the pack has the same key, the form's counts.
    both = _joined((own, old), _OBSERVED)
    both["note"][: len(fresh)] = [
        _note_of_value(own, i, held.figures.get(key))
        for i, key in enumerate(standing.keys(own, is_task=False))
    ]
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
    for finding in contradictions(own, tasks, pack, params, year) if pack else ():
        sorter.ask(finding)
    _ask_about_last_year(forms, pack, year)
    _ask_about_repetition(found, pack, year)
    _compare(found, held, sorter, _labels(params))
    kept = _kept(held.figures, series, year)
    for form in forms:
        _keep_known(form, kept, is_task=False)
        owner = form.owner.region if form.owner else ""
        mine: dict[Key, Held] = {
            (task,): one for (region, _, task), one in held.tasks.items() if region == owner
        }
        _keep_known(form, mine, is_task=True)
    for form in forms:
        form.gaps[:] = [gap for gap in form.gaps if gap.asked]
        form.faults[:] = _unique(form.faults)
        form.notices[:] = _unique(form.notices)
    return found


def _note_of_value(own: Columns, i: int, before: Held | None) -> str:
    """Return a row's note; empty where it was written of another value that the pack holds."""
    note = str(own["note"][i])
    if before is not None and not _is_new(note, before):
        same = own["state"][i] == before.state and (
            own["state"][i] != "value" or own["value"][i] == before.value
        )
        if not same:
            return ""
    return note


def _labels(params: Params) -> dict[Key, str]:
    """Return the names of indicators and regions by their ids."""
    names: dict[Key, str] = {(i.id,): i.label for i in params.catalogue.indicators}
    return names | {(region.id,): region.name for region in params.regions.regions}


def _kept(figures: dict[Key, Held], series: dict[str, str], year: int) -> dict[Key, Held]:
    """Return the figures that a pack holds, as a form's gaps name them."""
    return {
        (indicator, region, month): one
        for (region, when, month, indicator, line), one in figures.items()
        if when == year and one.state != "not_reported" and series.get(str(indicator), "") == line
    }


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


def _keep_known(form: Filled, kept: dict[tuple[object, ...], Held], is_task: bool) -> None:
    """Say of cells left empty that what the pack holds stays; they are no gaps."""
    mine = [gap for gap in form.gaps if (gap.sheet == layout.TASKS) == is_task]
    held = [gap for gap in mine if gap.key in kept]
    if not held:
        return
    told = set(held)
    form.gaps[:] = [gap for gap in form.gaps if gap not in told]
    for sheet in dict.fromkeys(gap.sheet for gap in held):
        here = [gap for gap in held if gap.sheet == sheet]
        first = next((gap for gap in here if not gap.beside), here[0])
        cells = [(gap.row, gap.column) for gap in here]
        which = listed(ranges(cells), 12)
        if is_task:
            what = f"{len(cells)} 项任务没有选状态（{which}），仍用已收的状态"
            remedy = "不用补报；状态有变的请另选，并在“说明”写明原因"
        else:
            was = f"原为 {kept[first.key].text}"
            was += f"（{first.which}）等" if len(cells) > 1 else f"（{first.which}）"
            what = f"{len(cells)} 格空着（{which}），而已经收过数，仍用已收的（{was}）"
            remedy = "不用补报；要撤回某个数，请让该格空着，并在“说明”写撤回的原因"
        at = cells[0] if len(cells) == 1 else (0, 0)
        form.notice(sheet, *at, Problem(what, remedy))


def _compare(found: Examined, held: Standing, sorter: _Sorter, names: Mapping[Key, str]) -> None:
    """Tell new rows from known ones and from revisions; a revision needs a reason of its own."""
    own, tasks = found.observations, found.tasks
    for i, key in enumerate(standing.keys(own, is_task=False)):
        if not own["sound"][i]:
            continue
        before = held.figures.get(key)
        if before is None:
            label, row = own["file"][i], own["row"][i]
            if (label, row) not in sorter.owners[label].hollow:
                found.added["observations"].append(i)
            continue
        state, value, grade = own["state"][i], own["value"][i], own["grade"][i]
        label, row = own["file"][i], own["row"][i]
        now = standing.as_text(state, own["given"][i], own["given_unit"][i])
        proof = sorter.owners[label].evidence(label, row)
        same = state == before.state and (state != "value" or value == before.value)
        if state == "not_reported" and not same and not _is_new(own["note"][i], before):
            # Emptied, with the note of last time still beside it: nothing is withdrawn by that.
            form = sorter.owners[label]
            sheet, at = form.places[label]
            gap = (key[3], key[0], key[2])
            which = names[key[0],] + (f"，{key[2]}月" if key[2] else "")
            form.gaps.append(Blank(sheet, row, at["value"], names[key[3],], which, gap))
            continue
        corrected = [
            what
            for what, is_new in (
                ("来源", state == "value" and inert(own["source"][i]) != before.source),
                ("佐证材料", before.evidence is not None and inert(proof) != before.evidence),
                ("说明", _is_new(own["note"][i], before)),
            )
            if is_new
        ]
        if same and grade == before.grade and not corrected:
            continue
        what = f"与已收的数不同（原为 {before.text}），属于修订"
        if same:
            what = f"数与已收的相同（{before.text}），而数据质量由 {before.grade} 级改为 {grade} 级，属于修订"
        asks = what if before.state != "not_reported" else ""
        if same and (grade == before.grade or {grade, before.grade} == {"B", "D"}):
            # The number stands and who reports it: evidence is put right without a reason.
            asks = ""
        default = "补报" if before.state == "not_reported" else f"更正{'、'.join(corrected)}"
        name = f"“{names[key[3],]}”（{names[key[0],]}{f' {key[2]} 月' if key[2] else ''}）"
        _revise(found, own, i, before, now, (asks, default, name), sorter)
    for i, key in enumerate(standing.keys(tasks, is_task=True)):
        if not tasks["sound"][i]:
            continue
        before = held.tasks.get(key)
        if before is None:
            found.added["tasks"].append(i)
        elif (before.state, before.evidence) != (tasks["status"][i], inert(tasks["evidence"][i])):
            what = f"与已收的状态不同（原为 {before.text}），属于修订"
            if before.state == tasks["status"][i]:
                what = ""
            now, name = _WORDS[tasks["status"][i]], f"任务 {key[2]} "
            _revise(found, tasks, i, before, now, (what, "更正佐证材料", name), sorter)
        elif _is_new(tasks["note"][i], before):
            found.changed.append(Change("tasks", i, before.text, "更正说明"))


def _is_new(note: str, before: Held) -> bool:
    return bool(note) and inert(note) not in before.notes


def _revise(found: Examined, own: Columns, i: int, before: Held, now: str,
            said: tuple[str, str, str], sorter: _Sorter) -> None:  # fmt: skip
    """Record a revision; it needs a new reason if it asks so, and no old copy may undo the last.

    ``said`` holds what asks for a reason, the reason where none is needed, and the row's name.
    """
    asks, default, name = said
    label, row = own["file"][i], own["row"][i]
    form = sorter.owners[label]
    note = form.notes.get((label, row), "")
    is_new = _is_new(note, before)
    received = form.received
    if received and received < before.revised:
        older = f"此项已于 {before.revised} 修订，晚于本表填报日期 {received}"
        sorter.stop(Finding(label, row, "", older, "请用最新的数填报，并更新填报日期"))
    elif received and received == before.revised and before.was(now):
        what = (
            f"{name}已于 {before.revised} 由 {now} 改为 {before.text}（{shown(before.why)}），"
            f"本表填报日期不晚于那次，又是改前的 {now}"
        )
        remedy = "多半是旧表重发，请在最新的表上改；确要改回的，写新的填报日期和新的“说明”"
        sorter.stop(Finding(label, row, "", what, remedy))
    elif asks and not is_new:
        remedy = "请在 note 写明修订原因"
        if note:
            asks += f"；“说明”还是上次的“{shown(note)}”"
            remedy = "请在 note 改写这次修订的原因"
        sorter.stop(Finding(label, row, "note", asks, remedy))
    kind = "observations" if own is found.observations else "tasks"
    found.changed.append(Change(kind, i, before.text, note if is_new else default or note))
