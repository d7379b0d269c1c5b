"""Tasks reported completed while the figure of their target is not reached: asked about at once.

The rule is the report's own (`assessment.assess.tasks`), on the pack as it would be with the forms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assessment.assess.targets import assess_targets
from assessment.assess.tasks import assess_tasks
from assessment.data.csv_source import Finding
from assessment.data.pack import Pack
from assessment.data.rows import Columns, Rows
from assessment.job.sources import Sources
from assessment.params.model import Params
from assessment.results.model import TargetResult
from assessment.show.sentences import value_fact

_FIGURE = ("region", "year", "month", "indicator", "series")
_TASK = ("region", "year", "task")


def contradictions(
    observations: Columns, tasks: Columns, pack: Pack, params: Params, year: int
) -> Iterator[Finding]:
    """Ask about tasks that forms report completed and figures do not bear out.

    Parameters
    ----------
    observations, tasks : dict of str to list
        Rows of all forms, in the shape of `columns.observations` and `columns.tasks`. Their
        figures count before the pack's; a cell left empty takes no figure away.
    pack : Pack
        What is known already.
    params : Params
        Plan, catalogue, regions and rules.
    year : int
        The year of the forms.
    """
    said = [place for place, sound in enumerate(tasks["sound"]) if sound]
    given = [
        place
        for place, sound in enumerate(observations["sound"])
        if sound and observations["state"][place] != "not_reported"
    ]
    sources = Sources(
        params,
        replace(
            pack,
            tables={
                **pack.tables,
                "observations": _with(pack.tables["observations"], observations, given, _FIGURE),
                "tasks": _with(pack.tables["tasks"], tasks, said, _TASK),
            },
        ),
    )
    plan = {task.id: (c, task) for c in params.plan.chapters for task in c.tasks}
    asked: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for place in said:
        chapter, task = plan[tasks["task"][place]]
        if tasks["status"][place] == "completed" and tasks["year"][place] == year:
            asked[tasks["region"][place], chapter.id][task.id] = place
    for (region, chapter_id), places in asked.items():
        measured = {name for task in places for name in plan[task][1].indicators}
        inputs = sources.job(chapter_id, region, year)
        wanted = [target for target in inputs.targets if target.indicator in measured]
        if not wanted:
            continue
        judged = assess_targets(inputs, wanted)
        found = assess_tasks(inputs, inputs.chapter, judged)
        for task_id, place in places.items():
            if found[task_id].status == "task_contradicted":
                figures = "；".join(_figure(judged[no]) for no in found[task_id].against)
                yield Finding(
                    tasks["file"][place], tasks["row"][place], "status",
                    f"任务 {task_id} 报已完成，而{figures}", "请核实状态或数值",
                )  # fmt: skip


def _with(rows: Rows, own: Columns, places: Sequence[int], key: Sequence[str]) -> Rows:
    """Put a form's rows in the place of those with the same key."""
    new = set(zip(*([own[name][place] for place in places] for name in key), strict=True))
    old = zip(*(rows.columns[name] for name in key), strict=True)
    kept = [place for place, known in enumerate(old) if known not in new]
    return Rows(
        {
            name: [column[place] for place in kept] + [own[name][place] for place in places]
            for name, column in rows.columns.items()
        }
    )


def _figure(target: TargetResult) -> str:
    """Say where a target's figure stands and what is asked for."""
    text = f"“{target.name}”"
    value, aim = target.judged, target.target_value
    if value is not None:
        shown = value_fact(target, "judged", value=value.value).text
        text += f" {value.year} 年为 {shown}"
    if aim is not None:
        asked = value_fact(target, "target_value", value=aim, trim=not target.asked)
        text += f"，目标 {asked.text}"
    counted = not target.unit.startswith("%") and target.target_band is None
    if value is not None and aim is not None and counted and 0 <= value.value < aim:
        # Rounded down: what is short of the whole is never called 100 %.
        text += f"（{int(100 * value.value / aim)}%）"
    return text
