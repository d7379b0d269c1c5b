"""Tables of text turned into columns with meaning, one function per kind of table.

Each function returns plain columns (lists of one length) and leaves what it refuses in the sheet.
A name or number that was refused has the filler "", 0 or -1, which no sound row can have.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from assessment.data.csv_source import shown
from assessment.data.rows import Columns
from assessment.data.schema import (
    STATUSES,
    Names,
    Problem,
    Sheet,
    convert,
    exact_factor,
    fraction_question,
    grade,
    iso_date,
    month,
    number,
    observed,
    optional_date,
    unit_problem,
    year,
)
from assessment.data.spelling import normalise_number, normalise_unit
from assessment.data.words import proves_nothing, says_nothing
from assessment.params.asks import LEVELS, form_of
from assessment.params.model import Indicator, Params

OBSERVATION_COLUMNS = (
    "region", "year", "month", "indicator", "series", "value", "state", "grade", "source",
    "address", "note", "given", "given_unit", "file", "row",
)  # fmt: skip
TASK_COLUMNS = (
    "region", "year", "task", "status", "evidence", "note", "file", "row", "has_evidence",
)  # fmt: skip
ALLOCATION_COLUMNS = ("region", "target", "year", "value", "source", "note", "file", "row")
SUBMISSION_COLUMNS = ("department", "year", "due", "received", "note", "file", "row")
CONTEXT_COLUMNS = (
    "region", "period", "item", "value", "unit", "source", "address", "note", "file", "row",
)  # fmt: skip


@dataclass(frozen=True)
class Vocabulary:
    """The names that a pack may use, taken from the parameters."""

    region: Names
    indicator: Names
    task: Names
    target: Names
    department: Names
    status: Names
    indicators: dict[str, Indicator]
    regions: tuple[str, ...]
    tasks: tuple[str, ...]
    targets: tuple[str, ...]


def vocabulary(params: Params) -> Vocabulary:
    """Collect the names that a pack may use."""
    regions = params.regions.regions
    indicators = params.catalogue.indicators
    tasks = tuple(task.id for chapter in params.plan.chapters for task in chapter.tasks)
    targets = tuple(target.no for target in params.plan.targets)
    statuses = [*STATUSES.items(), *((name, name) for name in STATUSES.values())]
    return Vocabulary(
        region=Names(
            "区县",
            params.regions.names,
            hint=params.regions.hint,
        ),
        indicator=Names(
            "指标",
            [(name, i.id) for i in indicators for name in (i.name, i.id)],
            [*(i.name for i in indicators), *(i.id for i in indicators)],
        ),
        task=Names("任务", [(task, task) for task in tasks]),
        target=Names("目标编号", [(target, target) for target in targets]),
        department=Names("责任部门", [(name, name) for name in params.plan.departments]),
        status=Names("任务状态", statuses, list(STATUSES)),
        indicators=params.catalogue.by_id,
        regions=tuple(region.id for region in regions),
        tasks=tasks,
        targets=targets,
    )  # fmt: skip


def _range_problem(value: float, given: str, indicator: Indicator) -> Problem | None:
    """Say that a value in the indicator's unit is outside what is plausible for it."""
    low, high = indicator.range
    below = low is not None and value < low
    if not below and not (high is not None and value > high):
        return None
    ends = f"{'不限' if low is None else f'{low:g}'} 至 {'不限' if high is None else f'{high:g}'}"
    expected = f"“{indicator.label}”的合理范围是 {ends}（单位 {indicator.unit}）"
    if value < 0 and low is not None and low >= 0:
        return Problem(f"{given} 为负数", f"{expected}，请核对正负号")
    if indicator.unit == "%" and 0 < value <= 1:
        asked = fraction_question(value, given)
        return Problem(f"{given} 超出合理范围", f"{asked}；{expected}")
    return Problem(f"{given} 超出合理范围", f"{expected}，请核对数值与单位")


class _Converter:
    """Turns values as given into a wanted unit, each pair of units looked up once."""

    def __init__(self, params: Params):
        self._catalogue = params.catalogue
        self._known: dict[tuple[str, str], Any] = {}

    def __call__(self, value: float, given: str, unit: str, wanted: str) -> float | Problem:
        sizes = self.sizes(unit, wanted)
        if isinstance(sizes, Problem):
            return sizes
        if sizes[0] == sizes[1]:
            return value
        converted = convert(given, sizes)
        if not math.isfinite(converted):
            return Problem(f"“{given}”换算成 {wanted} 后过大", "请核对数值与单位")
        return converted

    def sizes(self, unit: str, wanted: str) -> Any:
        """Return the sizes of both units, or why they do not convert."""
        pair = (unit, wanted)
        if pair not in self._known:
            found = exact_factor(self._catalogue, unit, wanted)
            self._known[pair] = found or unit_problem(self._catalogue, unit, wanted)
        return self._known[pair]


def _respell(sheet: Sheet, params: Params) -> None:
    """Put numbers and units into the spelling that all that follows reads."""
    sheet.respell("value", normalise_number)
    sheet.respell("unit", lambda unit: normalise_unit(params.catalogue, unit))


def _place(sheet: Sheet) -> Columns:
    return {"file": [sheet.table.file] * len(sheet), "row": list(sheet.table.rows)}


def _need_source(sheet: Sheet, i: int, source: str, remedy: str) -> None:
    """Refuse a row whose source names no document."""
    if proves_nothing(source):
        what = f"来源只写了“{shown(source)}”，等于没有写" if source else "没有写来源"
        sheet.refuse(i, "source", Problem(what, remedy))


def observations(sheet: Sheet, names: Vocabulary, params: Params) -> Columns:
    """Read observations: names to ids, values to the catalogue's unit, one row at a time."""
    _respell(sheet, params)
    indicators = sheet.read("indicator", names.indicator, "")
    read: Columns = {
        "region": sheet.read("region", names.region, ""),
        "year": sheet.read("year", year, 0),
        "month": sheet.read("month", month, -1),
        "indicator": indicators,
        "series": sheet.text("series"),
        "grade": sheet.read("grade", grade, "?"),
        "source": sheet.text("source"),
        "address": sheet.text("address"),
        "note": sheet.text("note"),
        "given": sheet.text("value"),
        "given_unit": sheet.text("unit"),
    }
    pairs = sheet.read("value", observed, ("refused", math.nan))
    values, states = [value for _, value in pairs], [state for state, _ in pairs]
    into = _Converter(params)
    rows = zip(states, read["given"], read["given_unit"], indicators, read["grade"],
               read["source"], read["note"], strict=True)  # fmt: skip
    for i, (state, given, unit, identifier, quality, source, note) in enumerate(rows):
        indicator = names.indicators.get(identifier)
        if state == "value":
            _need_source(sheet, i, source, "每个数都要写明来源，如公报、年鉴、报表的名称")
            if not quality:
                sheet.refuse(i, "grade", Problem("没有写数据质量等级", "应为 A、B、C 或 D"))
            if indicator is None:
                continue
            converted = into(values[i], given, unit, indicator.unit)
            if isinstance(converted, Problem):
                sheet.refuse(i, "unit", converted)
            elif problem := _range_problem(converted, given, indicator):
                sheet.refuse(i, "value", problem)
            else:
                values[i] = converted
        elif state != "refused":
            if says_nothing(note):
                said = "没有数值" if state == "not_reported" else "写了“不适用”"
                only = f"（只写了“{shown(note)}”）" if note else ""
                sheet.refuse(i, "note", Problem(f"{said}而没有说明{only}", "请在 note 写明原因"))
            if unit and indicator is not None:
                sizes = into.sizes(unit, indicator.unit)
                if isinstance(sizes, Problem):
                    sheet.refuse(i, "unit", sizes)
    return {**read, "value": values, "state": states, **_place(sheet), "sound": sheet.sound()}


def tasks(sheet: Sheet, names: Vocabulary, params: Params) -> Columns:
    """Read the standing of tasks; what is said to be done must have evidence."""
    evidence = sheet.text("evidence")
    proves = [not proves_nothing(text) for text in evidence]
    statuses = sheet.read("status", names.status, "")
    for i, status in enumerate(statuses):
        if status == "completed" and not proves[i]:
            only = f"（只写了“{shown(evidence[i])}”）" if evidence[i] else ""
            sheet.refuse(
                i, "evidence",
                Problem(f"状态为已完成而没有佐证{only}", "请写明文件、日期与发文单位，或改状态"),
            )  # fmt: skip
    return {
        "region": sheet.read("region", names.region, ""),
        "year": sheet.read("year", year, 0),
        "task": sheet.read("task", names.task, ""),
        "status": statuses,
        "evidence": evidence,
        "note": sheet.text("note"),
        "has_evidence": proves,
        **_place(sheet),
        "sound": sheet.sound(),
    }


def allocations(sheet: Sheet, names: Vocabulary, params: Params) -> Columns:
    """Read targets handed down to regions, in the unit of the plan's target."""
    _respell(sheet, params)
    plan_targets = {target.no: target for target in params.plan.targets}
    targets = sheet.read("target", names.target, "")
    values = sheet.read("value", number, math.nan)
    given, units, sources = sheet.text("value"), sheet.text("unit"), sheet.text("source")
    into = _Converter(params)
    for i, no in enumerate(targets):
        _need_source(sheet, i, sources[i], "请写明下达文件")
        if not no or math.isnan(values[i]):
            continue
        target = plan_targets[no]
        converted = into(values[i], given[i], units[i], target.unit)
        if isinstance(converted, Problem):
            sheet.refuse(i, "unit", converted)
        elif form_of(target, names.indicators[target.indicator].unit) in LEVELS and (
            problem := _range_problem(converted, given[i], names.indicators[target.indicator])
        ):
            sheet.refuse(i, "value", problem)
        else:
            values[i] = converted
    return {
        "region": sheet.read("region", names.region, ""),
        "target": targets,
        "year": sheet.read("year", year, 0),
        "value": values,
        "source": sources,
        "note": sheet.text("note"),
        **_place(sheet),
        "sound": sheet.sound(),
    }


def submissions(sheet: Sheet, names: Vocabulary, params: Params) -> Columns:
    """Read when departments' forms were due and came in."""
    return {
        "department": sheet.read("department", names.department, ""),
        "year": sheet.read("year", year, 0),
        "due": sheet.read("due", iso_date, ""),
        "received": sheet.read("received", optional_date, ""),
        "note": sheet.text("note"),
        **_place(sheet),
        "sound": sheet.sound(),
    }


def context(sheet: Sheet, names: Vocabulary, params: Params) -> Columns:
    """Read figures that map to nothing in the catalogue; their values stay text."""
    columns: Columns = {"region": sheet.read("region", names.region, "")}
    for i, source in enumerate(sheet.text("source")):
        _need_source(sheet, i, source, "请写明出自哪份材料")
    for name, what in (("item", "事项"), ("value", "数值")):
        for i, cell in enumerate(sheet.text(name)):
            if not cell:
                sheet.refuse(i, name, Problem(f"没有写{what}", "此列不能为空"))
    for name in ("period", "item", "value", "unit", "source", "address", "note"):
        columns[name] = sheet.text(name)
    return {**columns, **_place(sheet), "sound": sheet.sound()}
