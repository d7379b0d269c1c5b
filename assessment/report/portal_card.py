"""What the portal shows of one report: its items, each with class, change and place in the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from assessment.codes import BEHIND, OPEN_TASKS, SLOW
from assessment.editions import names as edition_names
from assessment.report.assembly import Assembly
from assessment.results.model import ReportResults, TargetResult, TaskResult
from assessment.show.html import element_id
from assessment.show.sentences import target_sentence

Turn = Literal["better", "worse", ""]
"""How a class stands to that of the year before."""

_WENT_WELL = ("task_completed", "task_on_schedule")


@dataclass(frozen=True)
class Item:
    """A target, or a task that is late, of one unit in one year.

    Attributes
    ----------
    no, name : str
        Its number in the plan and what it is called.
    kind : {"target", "task"}
        What it is.
    chapter : str
        Id of its chapter.
    departments : sequence of str
        Departments in charge, the lead first.
    verdict, before : str
        Its class, and that of the year before by the same data.
    turn : {"better", "worse", ""}
        Whether the class is a better or a worse one than the year before.
    says : str
        One sentence: value, aim, gap.
    anchor : str
        Id of its paragraph in the report; empty where the page has none.
    value, last, aim, gap, completion : float or None
        This year's and last year's value, target value, what is still to do, completion in per cent.
    basis : str
        What the completion is a share of: ``change`` or ``level``.
    unit : str
        Unit of the values.
    decimals : int
        Decimals of the values.
    points : sequence of (year, value)
        Values from the base year on.
    """

    no: str
    name: str
    kind: str
    chapter: str
    departments: tuple[str, ...]
    verdict: str
    before: str
    turn: Turn
    says: str
    anchor: str = ""
    value: float | None = None
    last: float | None = None
    aim: float | None = None
    gap: float | None = None
    completion: float | None = None
    basis: str = ""
    unit: str = ""
    decimals: int = 2
    points: tuple[tuple[int, float], ...] = ()

    @property
    def is_behind(self) -> bool:
        """Whether it calls for action first."""
        return self.verdict in BEHIND

    @property
    def is_slow(self) -> bool:
        """Whether it calls for attention."""
        return self.verdict in SLOW

    @property
    def is_late(self) -> bool:
        """Whether it belongs into the ledger."""
        return self.is_behind or self.is_slow or self.verdict in OPEN_TASKS


@dataclass(frozen=True)
class Measure:
    """A quantity by which units are shown side by side on the map."""

    name: str
    unit: str
    decimals: int
    value: float | None


@dataclass(frozen=True)
class Card:
    """A report's part in the portal.

    Attributes
    ----------
    plan, title : str
        Id of the plan and the title of its reports.
    year : int
        Year assessed.
    region, name, short_name : str
        The unit.
    is_city : bool
        Whether it is the whole of the plan's area.
    place : int
        Where it stands among the units.
    tile : (int, int) or None
        Row and column on the tile map.
    demo : bool
        Whether it stands on the demonstration pack.
    pack, disclaimer : str
        Title of the pack; what the reading of synergy is not.
    verdict : str
        The verdict in one sentence.
    failed : sequence of str
        Chapters that could not be made, by title.
    editions : mapping of str to str
        Files beside the page, and what a reader calls them.
    chapters : mapping of str to str
        Number and title of each chapter of the plan, by id.
    items : sequence of Item
        All targets, and the tasks that are late.
    measures : sequence of Measure
        What the units are compared by.
    """

    plan: str
    title: str
    year: int
    region: str
    name: str
    short_name: str
    is_city: bool
    place: int
    tile: tuple[int, int] | None
    demo: bool
    pack: str
    disclaimer: str
    verdict: str
    failed: tuple[str, ...]
    editions: Mapping[str, str]
    chapters: Mapping[str, str]
    items: tuple[Item, ...]
    measures: tuple[Measure, ...]

    @property
    def folder(self) -> str:
        """Folder of the report in the output folder."""
        return f"{self.year}/{self.region}"


def read_card(data: Mapping[str, Any]) -> Card:
    """Make a card of what was kept of it.

    Raises
    ------
    KeyError, TypeError
        It was kept by another version.
    """
    if set(data) != {field.name for field in fields(Card)}:
        raise KeyError("another version")
    items = [
        Item(**{
            **item,
            "departments": tuple(item["departments"]),
            "points": tuple((year, value) for year, value in item["points"]),
        })
        for item in data["items"]
    ]  # fmt: skip
    tile = data["tile"]
    return Card(**{
        **data,
        "items": tuple(items),
        "failed": tuple(data["failed"]),
        "measures": tuple(Measure(**measure) for measure in data["measures"]),
        "tile": None if tile is None else (tile[0], tile[1]),
    })  # fmt: skip


def card_of(job: Assembly, results: ReportResults, page: str, files: Mapping[str, str]) -> Card:
    """Take from a report what the portal shows of it.

    Parameters
    ----------
    job : Assembly
        What the report is assembled from.
    results : ReportResults
        What it states.
    page : str
        The page, whose paragraphs are linked.
    files : mapping
        Files made beside it.
    """
    regions = job.params.regions.regions
    region = next(one for one in regions if one.id == job.region)
    turns: dict[str, Turn] = {
        change.target: "better" if change.better else "worse" for change in results.changes
    }
    targets = [
        _target(one, turns.get(one.no, ""), _anchor(page, one)) for one in results.targets.values()
    ]
    tasks = [
        _task(one, _anchor(page, one)) for one in results.tasks.values() if one.status in OPEN_TASKS
    ]
    return Card(
        plan=results.plan,
        title=f"{job.plan.short_title}年度评估报告",
        year=results.year,
        region=region.id,
        name=region.name,
        short_name=region.short_name,
        is_city=region.kind == "city",
        place=regions.index(region),
        tile=region.tile,
        demo=results.pack.kind == "demo",
        pack=results.pack.title,
        disclaimer=results.disclaimer,
        verdict=results.verdict.text,
        failed=tuple(results.chapter_titles[key] for key in results.failed_chapters),
        editions={file: name for file, name in edition_names().items() if file in files},
        chapters={one.id: f"{one.number} {one.title}" for one in job.params.plan.chapters},
        items=(*targets, *tasks),
        measures=_measures(results),
    )


def _target(result: TargetResult, turn: Turn, anchor: str) -> Item:
    now = result.judged or result.latest
    return Item(
        no=result.no,
        name=result.name,
        kind="target",
        chapter=result.chapter,
        departments=result.departments,
        verdict=result.verdict,
        before=result.previous_verdict,
        turn=turn,
        says=target_sentence(result, named=False).text,
        anchor=anchor,
        value=now.value if now else None,
        last=result.previous.value if result.previous else None,
        aim=result.target_value,
        gap=result.gap,
        completion=result.completion,
        basis=result.completion_basis or "",
        unit=result.unit,
        decimals=result.decimals,
        points=tuple((point.year, point.value) for point in result.points),
    )


def _task(result: TaskResult, anchor: str) -> Item:
    due = f"{result.due} 年底前完成。" if result.due else ""
    return Item(
        no=result.id,
        name=result.title,
        kind="task",
        chapter=result.chapter,
        departments=result.departments,
        verdict=result.status,
        before=result.previous_status,
        turn="worse" if result.previous_status in _WENT_WELL else "",
        says=due + result.note,
        anchor=anchor,
    )


def _anchor(page: str, item: TargetResult | TaskResult) -> str:
    """Return the id of an item's section in the page, or of its chapter."""
    chapter = f"chapter-{item.chapter}"
    section = element_id(f"c{item.chapter}-s{item.section}", chapter)
    return next((one for one in (section, chapter) if f'id="{one}"' in page), "")


def _measures(results: ReportResults) -> tuple[Measure, ...]:
    found = []
    for series in results.comparison.series:
        points = series.points.get(results.region.id, ())
        value = next((point.value for point in points if point.year == results.year), None)
        found.append(Measure(series.name, series.unit, series.decimals, value))
    return tuple(found)
