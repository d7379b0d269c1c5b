"""Reading a parameter folder: each file by its model, then what the files say of each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assessment.codes import VERDICTS
from assessment.editions import formats
from assessment.errors import Fault, InputError, nearest
from assessment.params.model import (
    Analyses,
    Catalogue,
    Params,
    Regions,
    Rules,
    RunDefaults,
    Synergy,
)
from assessment.params.plan import Frozen, Plan
from assessment.params.yaml_source import line_of, load_model

FILES: dict[str, type[Frozen]] = {
    "plan": Plan,
    "indicators": Catalogue,
    "regions": Regions,
    "rules": Rules,
    "synergy": Synergy,
    "chapters": Analyses,
    "run": RunDefaults,
}


def _repeated(names: Iterator[str] | list[str]) -> list[str]:
    seen: set[str] = set()
    return [name for name in names if name in seen or seen.add(name)]  # type: ignore[func-returns-value]


class _CrossCheck:
    """Collects what the files of a folder say of each other that cannot be."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.faults: list[Fault] = []

    def add(self, stem: str, location: list[str | int], problem: str, remedy: str = "") -> None:
        label = f"{stem}.yml"
        line = line_of(self.folder / label, location)
        key = ".".join(map(str, location))
        self.faults.append(Fault(label, f"第 {line} 行 {key}" if line else key, problem, remedy))

    def known(self, stem: str, location: list[str | int], name: str, names: list[str]) -> None:
        if name not in names:
            self.add(stem, location, f"引用了不存在的“{name}”", nearest(name, names))


def _derived_from_itself(catalogue: Catalogue, name: str) -> bool:
    entries, seen, waiting = catalogue.by_id, set[str](), [name]
    while waiting:
        entry = entries.get(waiting.pop())
        for part in entry.derive.parts if entry and entry.derive else ():
            if part == name:
                return True
            if part not in seen:
                seen.add(part)
                waiting.append(part)
    return False


def _cross_check(folder: Path, params: Params) -> list[Fault]:
    check = _CrossCheck(folder)
    plan, catalogue = params.plan, params.catalogue
    indicators = [indicator.id for indicator in catalogue.indicators]
    sections = [section.id for chapter in plan.chapters for section in chapter.sections]
    tasks = [task.id for chapter in plan.chapters for task in chapter.tasks]
    chapters = [chapter.id for chapter in plan.chapters]
    for stem, names, what in (
        ("indicators", indicators, "指标编号"),
        ("plan", sections, "节编号"),
        ("plan", tasks, "任务编号"),
        ("plan", chapters, "章编号"),
        ("plan", [target.no for target in plan.targets], "目标编号"),
        ("regions", [region.id for region in params.regions.regions], "区县编号"),
    ):
        for name in _repeated(list(names)):
            check.add(stem, [name], f"{what}“{name}”重复")
    for i, target in enumerate(plan.targets):
        check.known("plan", ["targets", i, "indicator"], target.indicator, indicators)
        check.known("plan", ["targets", i, "section"], target.section, sections)
        for task in target.tasks:
            check.known("plan", ["targets", i, "tasks"], task, tasks)
        for department in target.departments:
            check.known("plan", ["targets", i, "departments"], department, list(plan.departments))
        if target.kind == "numeric" and target.value is None:
            check.add("plan", ["targets", i, "value"], "数值目标缺少 value")
        found = catalogue.by_id.get(target.indicator)
        if found and catalogue.factor(target.unit, found.unit) != 1.0:
            check.add(
                "plan", ["targets", i, "unit"],
                f"目标单位“{target.unit}”与指标单位“{found.unit}”不一致",
            )  # fmt: skip
    for c, chapter in enumerate(plan.chapters):
        for s, section in enumerate(chapter.sections):
            place: list[str | int] = ["chapters", c, "sections", s]
            for department in section.departments:
                check.known("plan", [*place, "departments"], department, list(plan.departments))
            for t, task_item in enumerate(section.tasks):
                for name in task_item.indicators:
                    check.known("plan", [*place, "tasks", t, "indicators"], name, indicators)
    for i, indicator in enumerate(catalogue.indicators):
        if indicator.derive is not None:
            for name in indicator.derive.parts:
                check.known("indicators", ["indicators", i, "derive"], name, indicators)
            if _derived_from_itself(catalogue, indicator.id):
                check.add(
                    "indicators", ["indicators", i, "derive"],
                    f"“{indicator.id}”经推算又要用到它自己", "请改掉其中一环",
                )  # fmt: skip
        for name in indicator.parts:
            check.known("indicators", ["indicators", i, "parts"], name, indicators)
    goalposts = [goalpost.indicator for goalpost in params.synergy.goalposts]
    for i, goalpost in enumerate(params.synergy.goalposts):
        check.known("synergy", ["goalposts", i, "indicator"], goalpost.indicator, indicators)
        if goalpost.low == goalpost.high:
            check.add("synergy", ["goalposts", i], "low 与 high 相同，无法归一化")
    for f, framework in enumerate(params.synergy.frameworks):
        for s, subsystem in enumerate(framework.subsystems):
            for name in subsystem.indicators:
                check.known(
                    "synergy", ["frameworks", f, "subsystems", s, "indicators"], name, goalposts
                )
    for a, analysis in enumerate(params.analyses.chapters):
        check.known("chapters", ["chapters", a, "chapter"], analysis.chapter, chapters)
        for key in ("trends", "context", "compared"):
            for name in getattr(analysis, key):
                check.known("chapters", ["chapters", a, key], name, indicators)
        for p, pair in enumerate(analysis.cocontrol):
            for name in (pair.carbon, *pair.pollutants):
                check.known("chapters", ["chapters", a, "cocontrol", p], name, indicators)
        for s, subsystem in enumerate(analysis.subsystems):
            for name in subsystem.indicators:
                check.known("chapters", ["chapters", a, "subsystems", s], name, goalposts)
    for fuel in params.rules.emission_factors:
        check.known("rules", ["emission_factors", fuel], fuel, indicators)
    for name in params.rules.reference_limits:
        check.known("rules", ["reference_limits", name], name, indicators)
    judged = [name for target in plan.targets for name in (target.no, target.kind)]
    for name in params.rules.veto_targets:
        check.known("rules", ["veto_targets"], name, judged)
    for i, cap in enumerate(params.rules.caps):
        for name in cap.targets:
            check.known("rules", ["caps", i, "targets"], name, judged)
        for name in cap.verdicts:
            check.known("rules", ["caps", i, "verdicts"], name, list(VERDICTS))
        for preset in params.rules.presets:
            if cap.best > len(preset.cuts) + 1:
                check.add("rules", ["caps", i, "best"],
                          f"评级方案“{preset.id}”没有第 {cap.best} 档")  # fmt: skip
    check.known(
        "run", ["framework"], params.run.framework, [f.id for f in params.synergy.frameworks]
    )
    for name in params.run.formats:
        check.known("run", ["formats"], name, list(formats()))
    check.known("run", ["grade_preset"], params.run.grade_preset,
                [p.id for p in params.rules.presets])  # fmt: skip
    return check.faults


def load_params(folder: Path) -> Params:
    """Load and check a parameter folder.

    Parameters
    ----------
    folder : Path
        Folder with ``plan.yml``, ``indicators.yml``, ``regions.yml``, ``rules.yml``,
        ``synergy.yml``, ``chapters.yml`` and ``run.yml``.

    Raises
    ------
    InputError
        Every fault of every file, each with file, line and key.
    """
    if not folder.is_dir():
        raise InputError([Fault("--params", str(folder), "参数目录不存在", "请检查路径")])
    loaded: dict[str, Frozen] = {}
    faults: list[Fault] = []
    for stem, model in FILES.items():
        try:
            loaded[stem] = load_model(model, folder / f"{stem}.yml")
        except InputError as error:
            faults.extend(error.faults)
    if faults:
        raise InputError(faults)
    params = Params(
        plan=loaded["plan"],
        catalogue=loaded["indicators"],
        regions=loaded["regions"],
        rules=loaded["rules"],
        synergy=loaded["synergy"],
        analyses=loaded["chapters"],
        run=loaded["run"],
    )
    faults = _cross_check(folder, params)
    if faults:
        raise InputError(faults)
    return params
