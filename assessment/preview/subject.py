"""Find out which chapter, unit and year a notebook is to be previewed for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assessment.errors import Fault, InputError, nearest, system_reason
from assessment.folders import find_folder
from assessment.job.sources import Sources, open_sources
from assessment.params.model import RunDefaults
from assessment.params.plan import PlanChapter
from assessment.params.yaml_source import load_model
from assessment.preview.messages import Subject
from assessment.run.jobs import JobKey, notebook_name, notebook_of, notebook_parameters


@dataclass(frozen=True)
class Chosen:
    """A chapter of one unit and year, with the data that it is computed from."""

    key: JobKey
    data: Path
    sources: Sources
    parameters: dict[str, str | int]

    @property
    def heading(self) -> str:
        """Chapter, unit and year as they are read."""
        params = self.sources.params
        chapter = params.plan.chapter(self.key.chapter)
        unit = params.region(self.key.region).name
        return f"{chapter.number}、{chapter.title} · {unit} · {self.key.year} 年"


def choose(subject: Subject) -> Chosen:
    """Read parameters and data, and find the chapter, unit and year of a subject.

    What is not asked for is taken from the notebook's own parameters (unit, chapter) or from
    ``run.yml`` (year, data).

    Raises
    ------
    InputError
        Faults of the folders, of the notebook's name, of unit or year.
    """
    own = _parameters(subject.notebook)
    pack = subject.data
    if pack is None:  # the rest of the folder is read again only where it has changed
        pack = find_folder(load_model(RunDefaults, subject.params / "run.yml").data, above=True)
    sources = open_sources(subject.params, pack)
    params = sources.params
    chapter = _chapter(subject, sources, own)
    units = [region.id for region in params.regions.units]
    names = {n for r in params.regions.regions for n in (r.id, r.name, r.short_name, *r.aliases)}
    default = own.get("region")
    name = subject.region or (default if default in names else units[0])
    region = params.region(str(name))
    year = subject.year or str(params.run.year)
    if not year.isdigit() or not 1990 <= int(year) <= 2100:
        raise InputError([Fault("--year", year, "年度应为 1990 到 2100 的整数")])
    parameters: dict[str, str | int] = {"region": region.name, "year": int(year)}
    if "chapter_id" in own:
        parameters["chapter_id"] = chapter.id
    return Chosen(JobKey(int(year), region.id, chapter.id), pack, sources, parameters)


def _parameters(notebook: Path) -> dict[str, Any]:
    try:
        whole = "cells" in json.loads(notebook.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError([Fault(str(notebook), "", f"打不开（{system_reason(error)}）")]) from None
    except (ValueError, TypeError):
        whole = False
    if not whole:
        raise InputError([Fault(notebook.name, "", "不是笔记本，或者只存了一半")])
    return notebook_parameters(notebook)


def _chapter(subject: Subject, sources: Sources, own: dict[str, Any]) -> PlanChapter:
    """Return the chapter a notebook is named for, or that it is told by its parameter."""
    plan = sources.params.plan
    named = {notebook_name(chapter): chapter for chapter in plan.chapters}
    if subject.notebook.name in named:
        return named[subject.notebook.name]
    if "chapter_id" not in own:
        hint = nearest(subject.notebook.name, list(named))
        problem = "文件名不是方案里哪一章的笔记本，也没有 chapter_id 参数"
        raise InputError([Fault(subject.notebook.name, "", problem, hint)])
    known = [chapter.id for chapter in plan.chapters]
    if subject.chapter:
        for chapter in plan.chapters:
            if subject.chapter in (chapter.id, chapter.number, chapter.title, chapter.slug):
                return chapter
        raise InputError(
            [Fault("--chapter", subject.chapter, "方案没有这一章", nearest(subject.chapter, known))]
        )
    folder = subject.notebook.parent
    unserved = [c for c in plan.chapters if notebook_of(folder, c) == subject.notebook]
    return next(
        (c for c in plan.chapters if c.id == str(own["chapter_id"])),
        (unserved or list(plan.chapters))[0],
    )
