"""The plan as it was read: every target and task as a sentence, and what follows from defaults.

Whoever wrote the parameters sees here whether they say what the plan says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assessment.assess.targets import assess_targets
from assessment.codes import SYNERGY_INDICATOR
from assessment.job.sources import Sources
from assessment.params.asks import LEVELS, YEARLY, asked_words, form_of
from assessment.params.model import Indicator, Params
from assessment.params.plan import Section, Target, Task
from assessment.results.model import Point, TargetResult
from assessment.show.formatting import number
from assessment.show.verdict_words import look

_COMPARED = {">=": "不低于", "<=": "不高于", "=": "等于", "~=": "约为"}
_DIRECTED = {
    "increase": "上升", "decrease": "下降", "increase_every_year": "逐年上升",
    "decrease_to_zero": "降到零", "minimise": "尽量少", ">=": "上升", "<=": "下降",
}  # fmt: skip
_UNITS = {
    "same_as_city": "各单元与全市用同一要求",
    "allocated_or_contribution": "各单元按下达的分解值判断，没有下达的只列贡献",
    "contribution_only": "各单元只列贡献，不判断",
    "city_only": "只判全市",
    "city_only_or_central_districts": "只判全市与中心城区",
    "city_only_show_proxy": "只判全市，各单元另列代理指标",
}
_OBLIGED = {"required": "", "encouraged": "鼓励，做得好才计分", "prohibition": "禁止"}


@dataclass(frozen=True)
class ReadTarget:
    """One target as it was read, with how the whole city stands by it today.

    Attributes
    ----------
    no, name, aim : str
        Number, indicator, and what is asked for by when.
    base, latest, verdict : str
        Figure of the baseline year, the latest figure, and the class; — where there is none.
    units : str
        How units are judged.
    defaults : tuple of str
        What the parameters do not say, and what is taken for it.
    """

    no: str
    name: str
    aim: str
    base: str
    latest: str
    verdict: str
    units: str
    defaults: tuple[str, ...]

    @property
    def short(self) -> tuple[str, str, str, str]:
        """Number, name, what is asked for, and how it stands: a line of a terminal."""
        return self.no, self.name, self.aim.partition("，")[0], self.verdict.partition("（")[0]

    @property
    def sentence(self) -> str:
        """All of it as one sentence."""
        base = f"，基期 {self.base}" if self.base != "—" else ""
        latest = f"，最新 {self.latest}" if self.latest != "—" else "，没有数据"
        return f"{self.no} {self.name}：{self.aim}{base}{latest}，现在判为“{self.verdict}”。{self.units}。"


@dataclass(frozen=True)
class ReadTask:
    """One task as it was read: who, by when, where it is judged."""

    id: str
    title: str
    who: str
    due: str
    where: str
    defaults: tuple[str, ...]


@dataclass(frozen=True)
class ReadPlan:
    """The plan as it was read, for a year; ``defaults`` are those of the whole plan."""

    year: int
    targets: tuple[ReadTarget, ...]
    tasks: tuple[ReadTask, ...]
    defaults: tuple[str, ...]


def read_back(sources: Sources, year: int) -> ReadPlan:
    """Say how a plan is read, and how the whole city stands by it in a year."""
    params = sources.params
    judged: dict[str, TargetResult] = {}
    for chapter in params.plan.chapters:
        inputs = sources.job(chapter.id, params.regions.city.id, year)
        judged.update(assess_targets(inputs, params.plan.targets_of(chapter.id)))
    entries = params.catalogue.by_id
    return ReadPlan(
        year,
        tuple(
            _target(params, target, entries[target.indicator], judged[target.no])
            for target in params.plan.targets
        ),
        tuple(
            _task(section, task)
            for chapter in params.plan.chapters
            for section in chapter.sections
            for task in section.tasks
        ),
        tuple(_assumed(params)),
    )


def _target(params: Params, target: Target, entry: Indicator, found: TargetResult) -> ReadTarget:
    def figure(point: Point | None) -> str:
        return "—" if point is None else f"{_amount(point.value, entry)}（{point.year} 年）"

    return ReadTarget(
        target.no,
        entry.label,
        _aim(params, target, entry, found),
        figure(found.baseline),
        figure(found.latest),
        _verdict(found),
        _UNITS[target.district_judgement],
        tuple(_taken(params, target, entry)),
    )


def _verdict(found: TargetResult) -> str:
    if found.indicator == SYNERGY_INDICATOR:
        return "由本工具测算，见报告"
    return look(found.verdict).word + (f"（{found.reason}）" if found.reason else "")


def _amount(value: float, entry: Indicator) -> str:
    unit = entry.unit if entry.unit.startswith("%") else f" {entry.unit}"
    return number(value, entry.decimals) + unit


def _when(params: Params, target: Target) -> str:
    if target.years is not None:
        return f"{target.years[0]}—{target.years[1]} 年"
    if target.period in ("annual", "standing") or target.kind == "prohibition":
        return "每年"
    if target.year is not None:
        return f"到 {target.year} 年"
    return f"到 {params.plan.horizons[0].year} 年" if target.kind == "numeric" else ""


def _aim(params: Params, target: Target, entry: Indicator, found: TargetResult) -> str:
    """What is asked for, by when, in the plan's own unit."""
    when = _when(params, target)
    if target.kind == "directional":
        return f"{when}{_DIRECTED.get(target.comparison, target.wording)}"
    if target.kind == "external_reference":
        outside = params.catalogue.by_id.get(target.reference or "")
        against = outside.label if outside else " rules.yml 里的外部参照值"
        now = "" if found.target_value is None else f"（{_amount(found.target_value, entry)}）"
        return f"{when}{_COMPARED.get(target.comparison, '')}{against}{now}"
    form = form_of(target, entry.unit) or "level"
    baseline_year = target.baseline_year or params.plan.baseline_year
    unit = target.unit if target.unit.startswith("%") else f" {target.unit}"
    if target.band is not None:
        asked = f"在 {target.band[0]:g} 至 {target.band[1]:g}{unit} 之间"
    elif form in LEVELS:
        total = "合计" if target.years and entry.measure == "annual_flow" else ""
        asked = f"{total}{_COMPARED[target.comparison]} {target.number:g}{unit}"
    else:
        assert target.number is not None
        asked = asked_words(target, form, target.number, baseline_year)
        if found.target_value is not None and found.target_year in (target.year, None):
            what = "当年" if form in YEARLY else ""
            asked += f"（{what}合 {_amount(found.target_value, entry)}）"
    if target.strength == "aspirational":
        asked = f"力争{asked}"
    if target.approximate and target.tolerance is not None:
        points = " 个百分点" if target.unit.startswith("%") else unit
        asked += f"，差 {target.tolerance:g}{points}以内算达到"
    for stop in target.milestones:
        asked += f"，{stop.year} 年 {stop.value:g}{unit}"
    if target.standard is not None:
        asked += f"，基期已达到 {target.standard:g} {entry.unit} 的只要求保持"
    if target.kind == "prohibition":
        asked += "，做不到即判违反"
    return f"{when}{asked}"


def _taken(params: Params, target: Target, entry: Indicator) -> Iterator[str]:
    """What the parameters leave out, and what is taken for it."""
    scheduled = target.kind == "numeric" and target.period not in ("annual", "standing")
    if scheduled and target.baseline_year is None:
        yield f"没有写 baseline_year，取方案的基期 {params.plan.baseline_year} 年"
    if scheduled and target.year is None and target.years is None:
        yield f"没有写 year，取第一个规划年 {params.plan.horizons[0].year} 年"
    if target.approximate and target.tolerance is None:
        rule = params.rules.approximate_tolerance
        yield f"没有写 tolerance，“左右”取 rules.yml 的 {rule.value:g}（{rule.source}）"
    counts = entry.measure in ("cumulative_count", "count")
    if scheduled and counts and target.baseline_value is None:
        yield "累计数，基期没有数的从零起算"
    if not target.departments:
        yield "没有写 departments，缺数时找不到人"


def _task(section: Section, task: Task) -> ReadTask:
    who = section.lead or (section.departments[0] if section.departments else "")
    others = [name for name in section.departments if name != who]
    helped = f"，{'、'.join(others)}配合" if section.lead and others else ""
    if not section.lead and others:
        helped = f"等 {len(others) + 1} 家"
    city, district = "city" in task.judge_at, "district" in task.judge_at
    where = "全市与各单元" if city and district else "全市" if city else "各单元"
    obliged = _OBLIGED[task.obligation]
    defaults = []
    if task.due is None:
        defaults.append("没有写 due，每年看进展")
    if not section.departments:
        defaults.append(f"第 {section.id} 节没有写 departments，不知道向谁要")
    return ReadTask(
        task.id,
        task.title + (f"（{obliged}）" if obliged else ""),
        (who + helped) or "—",
        task.due_text or "没有时限",
        where,
        tuple(defaults),
    )


def _assumed(params: Params) -> Iterator[str]:
    """What of the rules and scales is an assumption."""
    assumed = [
        name
        for name in type(params.rules).model_fields
        if "假定" in str(getattr(getattr(params.rules, name), "source", ""))
    ]
    if assumed:
        yield f"rules.yml 有 {len(assumed)} 个阈值的来源写的是假定：{'、'.join(assumed)}"
    posts = [g.indicator for g in params.synergy.goalposts if "假定" in g.source]
    if posts:
        names = params.catalogue.by_id
        yield (
            f"synergy.yml 有 {len(posts)} 个标尺的两端是假定："
            + "、".join(names[name].label for name in posts)
        )
    if all("假定" in preset.source for preset in params.rules.presets):
        yield "评级方案都是假定，不是正式的考核办法"
