"""What is there and what is missing: by department, unit and chapter, and what each gap costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assessment.data.pack import Pack
from assessment.intake import layout
from assessment.intake.forms import due_date
from assessment.intake.receipts import Receipt
from assessment.params.model import Indicator, Params

_TASKS = "tasks"


@dataclass
class Coverage:
    """How much of what is asked is there.

    Attributes
    ----------
    name : str
        Department, unit or chapter.
    asked, given, not_applicable, not_reported : int
        Figures (or tasks): asked for; with a value or status; 不适用; empty with a reason. What is
        left is missing without a word.
    """

    name: str
    asked: int = 0
    given: int = 0
    not_applicable: int = 0
    not_reported: int = 0

    @property
    def missing(self) -> int:
        """Asked for and neither there nor explained."""
        return self.asked - self.given - self.not_applicable - self.not_reported

    @property
    def share(self) -> float | None:
        """Share of what applies that is there, 0 to 1; None if nothing applies."""
        applies = self.asked - self.not_applicable
        return self.given / applies if applies else None

    def count(self, state: str | None) -> None:
        """Count one thing asked for, with what the pack says of it."""
        self.asked += 1
        if state == "value":
            self.given += 1
        elif state == "not_applicable":
            self.not_applicable += 1
        elif state == "not_reported":
            self.not_reported += 1


@dataclass(frozen=True)
class Gap:
    """A figure that is not there, for some regions, and what the report cannot say without it.

    Attributes
    ----------
    indicator : Indicator
        What is missing.
    department : str
        Who is asked for it.
    regions : tuple of str
        Where it is missing, ids in order.
    reasons : tuple of str
        Reasons given, if any.
    costs : tuple of str
        Statements of the report that fall away.
    """

    indicator: Indicator
    department: str
    regions: tuple[str, ...]
    reasons: tuple[str, ...]
    costs: tuple[str, ...]


@dataclass(frozen=True)
class Punctuality:
    """When somebody's form was due and came in.

    Attributes
    ----------
    name, due, received : str
        Department or unit; ISO dates, ``received`` empty where none is known.
    days : int, optional
        Days late (negative: early); None if no receipt is known.
    note : str
        As the pack says.
    has_data : bool
        Whether the pack has figures or tasks of theirs for the year, receipt or not.
    """

    name: str
    due: str
    received: str
    days: int | None
    note: str = ""
    has_data: bool = False

    @property
    def is_late(self) -> bool:
        """Late, or neither a receipt nor anything of theirs is there."""
        return self.days > 0 if self.days is not None else not self.has_data


def _states(pack: Pack, year: int) -> dict[tuple[str, str], tuple[str, str]]:
    data = pack.observations
    data = data[(data["year"] == year) & (data["month"] == 0)]
    found: dict[tuple[str, str], tuple[str, str]] = {}
    rows = zip(data["indicator"], data["region"], data["series"], data["state"], data["note"],
               strict=True)  # fmt: skip
    for indicator, region, series, state, note in rows:
        if pack.meta.primary_series.get(indicator, series) == series:
            found[indicator, region] = (state, note)
    return found


def chapters_of(params: Params, indicator: str) -> tuple[str, ...]:
    """Return the chapters (ids) that a figure is about, by its targets, tasks and analyses."""
    found = []
    for chapter in params.plan.chapters:
        analysis = params.analysis(chapter.id)
        if (
            any(target.indicator == indicator for target in params.plan.targets_of(chapter.id))
            or any(indicator in task.indicators for task in chapter.tasks)
            or indicator in (*analysis.trends, *analysis.context)
        ):
            found.append(chapter.id)
    return tuple(found)


def coverage(params: Params, pack: Pack, year: int) -> dict[str, list[Coverage]]:
    """Count what is there of what is asked.

    Returns
    -------
    dict of str to list of Coverage
        ``departments`` (figures), ``units`` (figures about each region), ``chapters`` (figures),
        ``department_tasks``, ``unit_tasks`` (tasks by who reports them).
    """
    states = _states(pack, year)
    tasks = pack.tasks[pack.tasks["year"] == year]
    standing = {
        (task, region): "not_applicable" if status == "not_applicable" else "value"
        for task, region, status in zip(
            tasks["task"], tasks["region"], tasks["status"], strict=True
        )
    }
    units = {region.id: Coverage(region.name) for region in params.regions.regions}
    chapters = {
        chapter.id: Coverage(f"{chapter.number}、{chapter.title}")
        for chapter in params.plan.chapters
    }
    chapter_of = {i.id: chapters_of(params, i.id) for i in params.catalogue.indicators}
    found: dict[str, list[Coverage]] = defaultdict(list)
    for owner in layout.owners(params):
        if owner.kind == "department":
            mine = Coverage(owner.name)
            for indicator, region in layout.annual_rows(params, owner):
                state = states.get((indicator.id, region), (None, ""))[0]
                for one in (mine, units[region], *(chapters[c] for c in chapter_of[indicator.id])):
                    one.count(state)
            found["departments"].append(mine)
        done = Coverage(owner.name)
        for row in layout.task_rows(params, owner):
            if row.role == layout.LEADS:
                done.count(standing.get((row.task.id, owner.region)))
        found["department_tasks" if owner.kind == "department" else "unit_tasks"].append(done)
    found["units"] = list(units.values())
    found["chapters"] = list(chapters.values())
    return found


def open_tasks(
    params: Params, pack: Pack, year: int
) -> tuple[tuple[Coverage, tuple[str, ...]], ...]:
    """Return who has tasks without a status, how many are asked for, and which are missing."""
    tasks = pack.tasks[pack.tasks["year"] == year]
    standing = set(zip(tasks["task"], tasks["region"], strict=True))
    found = []
    for owner in layout.owners(params):
        asked = [row.task.id for row in layout.task_rows(params, owner) if row.role == layout.LEADS]
        missing = tuple(task for task in asked if (task, owner.region) not in standing)
        if missing:
            found.append((Coverage(owner.name, len(asked), len(asked) - len(missing)), missing))
    return tuple(found)


def _uses(params: Params) -> dict[str, list[str]]:
    """Return for each indicator what is said with it, first of all its targets."""
    uses: dict[str, list[str]] = defaultdict(list)
    labels = {indicator.id: indicator.label for indicator in params.catalogue.indicators}
    for target in params.plan.targets:
        uses[target.indicator].append(f"目标 {target.no}“{labels[target.indicator]}”的判定")
    for analysis in params.analyses.chapters:
        number = params.plan.chapter(analysis.chapter).number
        for name in analysis.trends:
            uses[name].append(f"第{number}章“{labels[name]}”的趋势")
        for pair in analysis.cocontrol:
            for name in (pair.carbon, *pair.pollutants):
                uses[name].append(f"第{number}章“{pair.name}”的协同分析")
        for subsystem in analysis.subsystems:
            for name in subsystem.indicators:
                uses[name].append(f"第{number}章“{subsystem.name}”子系统的耦合协调度")
    for subsystem in params.framework.subsystems:
        for name in subsystem.indicators:
            uses[name].append(f"协同指数的“{subsystem.name}”分项")
    return uses


def costs(params: Params) -> dict[str, tuple[str, ...]]:
    """Return for each indicator the statements of the report that fall away without it.

    What follows from it (a rate from its parts, a growth from its series) falls away with it.
    """
    uses = _uses(params)
    direct = {name: list(said) for name, said in uses.items()}
    for indicator in params.catalogue.indicators:
        for part in indicator.derive.parts if indicator.derive is not None else ():
            direct.setdefault(part, [])
            direct[part] += uses.get(indicator.id, [])
    return {name: tuple(dict.fromkeys(said)) for name, said in direct.items()}


def gaps(params: Params, pack: Pack, year: int) -> tuple[Gap, ...]:
    """Return the figures that are not there, those that cost most statements first."""
    states = _states(pack, year)
    lost = costs(params)
    found = []
    for owner in layout.owners(params):
        for indicator in layout.indicators_of(params, owner):
            where = [
                (region, states.get((indicator.id, region), (None, "")))
                for region in layout.regions_of(params, indicator.id)
            ]
            out = [
                (region, note) for region, (state, note) in where if state in (None, "not_reported")
            ]
            if out:
                reasons = tuple(dict.fromkeys(note for _, note in out if note))
                regions = tuple(region for region, _ in out)
                found.append(
                    Gap(indicator, owner.name, regions, reasons, lost.get(indicator.id, ()))
                )
    return tuple(sorted(found, key=lambda gap: (-len(gap.costs), -len(gap.regions))))


def _days(due: str, received: str) -> int | None:
    return (date.fromisoformat(received) - date.fromisoformat(due)).days if received else None


def punctuality(
    params: Params, pack: Pack, year: int, receipts: Iterable[Receipt]
) -> tuple[Punctuality, ...]:
    """Return when each department's and unit's form came in, in the plan's order.

    A department's first receipt counts, whatever came later; a unit's is in the pack's receipts.
    """
    data = pack.submissions[pack.submissions["year"] == year]
    said = {
        department: (due, received, note)
        for department, due, received, note in zip(
            data["department"], data["due"], data["received"], data["note"], strict=True
        )
    }
    first: dict[str, tuple[str, str, str]] = {}
    for receipt in receipts:
        if receipt.year == year:
            first.setdefault(receipt.owner, (receipt.due, receipt.received, ""))
    figures = {indicator for indicator, _ in _states(pack, year)}
    tasks = pack.tasks[pack.tasks["year"] == year]
    standing = set(zip(tasks["task"], tasks["region"], strict=True))
    found = []
    for owner in layout.owners(params):
        has_data = any(i.id in figures for i in layout.indicators_of(params, owner)) or any(
            (row.task.id, owner.region) in standing
            for row in layout.task_rows(params, owner)
            if row.role == layout.LEADS
        )
        default = (due_date(pack, owner, year), "", "")
        due, received, note = said.get(owner.name) or first.get(owner.name) or default
        found.append(Punctuality(owner.name, due, received, _days(due, received), note, has_data))
    return tuple(found)
