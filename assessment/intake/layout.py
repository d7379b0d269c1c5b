"""Who is asked for what: the form of each department and unit, derived from the plan.

The same layout writes a form and reads it back, so that a form needs no map of its own. A figure is
asked of the department that the catalogue names; a task of the city of the department that leads its
section (the first one printed); a task of a unit of the unit itself. Rates that follow from their
parts, and what the tool computes, are not asked for.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from assessment.data.csv_source import shown
from assessment.errors import Fault
from assessment.params.model import Indicator, Params
from assessment.params.plan import Section, Target, Task

FORM_VERSION = "1"
COMPUTED = "本工具测算"
COVER, GUIDE, MEANINGS = "封面", "填报说明", "指标说明"
ANNUAL, MONTHLY, TASKS, REMARKS = "年度数据", "月度数据", "任务进展", "意见与建议"
IDENTITY = "_form"
PROPERTY = "form_"

MARK = "编号"
ANNUAL_HEAD = (
    "指标", "区县", "计量单位", "上年值", "本年值", "数据性质", "来源", "佐证材料", "说明", MARK,
)  # fmt: skip
MONTHLY_HEAD = (
    "指标", "区县", "计量单位", *(f"{month}月" for month in range(1, 13)),
    "数据性质", "来源", "佐证材料", "说明", MARK,
)  # fmt: skip
TASK_HEAD = (
    MARK,
    "所在节",
    "任务",
    "角色",
    "请提供的佐证",
    "上年状态",
    "本年状态",
    "佐证材料",
    "说明",
)
REMARK_HEAD = ("序号", "类别", "涉及的指标或任务编号", "内容")
HEADS = {
    ANNUAL: ANNUAL_HEAD, MONTHLY: MONTHLY_HEAD, TASKS: TASK_HEAD, REMARKS: REMARK_HEAD,
}  # fmt: skip
REMARK_KINDS = ("说明", "异议", "建议")
REMARK_ROWS = 30
HEAD_ROW = 3
LEADS, HELPS = "牵头", "配合"
LED = "由牵头部门填"

OFFICIAL, REPORTED, ESTIMATED = "官方统计或通报", "部门报表", "测算"
NATURES = (OFFICIAL, REPORTED, ESTIMATED)

COVER_FIELDS = {
    "填报单位": 6,
    "评估年度": 7,
    "应报日期": 8,
    "填报人": 10,
    "审核人": 11,
    "填报日期": 12,
}
DEMO = "演示数据"
"""Printed on every sheet of a form that is made of a demonstration pack."""


def titles(sheet: str, year: int) -> tuple[str, str]:
    """Return the title of a sheet and the line under it."""
    return {
        ANNUAL: (
            f"{year} 年度数据",
            "只填黄色的格。每个数都要有数据性质与来源；部门报表请写佐证材料。",
        ),
        MONTHLY: (
            f"{year} 年月度数据", "有月度数据的请填；只填黄色的格。累计数请不要填在这里。",
        ),
        TASKS: (
            f"{year} 年度任务进展",
            "“已完成”必须写佐证材料（文件、日期、发文单位）；其他状态请写说明。",
        ),
        REMARKS: (
            "意见与建议", "对数据的说明、对上年评估的异议、对工作的建议；会原样列入报告附件。",
        ),
        MEANINGS: ("指标说明", "含义、单位、范围与来源；合理范围之外的数不予受理。"),
    }[sheet]  # fmt: skip


def marked(title: str, demo: bool) -> str:
    """Return a title that says so if its form is of a demonstration pack."""
    return f"{title}（{DEMO}）" if demo else title


COVER_COLUMN = 3
"""Where the cover's answers stand: rows by label, all in column C."""

_BAD_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Owner:
    """Who fills a form: a department (all regions' figures) or a unit (its own tasks).

    Attributes
    ----------
    code : str
        ``D01`` to ``D18`` or ``U01`` to ``U11``, in the plan's order.
    name : str
        As the plan or ``regions.yml`` prints it.
    kind : str
        ``department`` or ``unit``.
    region : str
        The unit's id; for a department the city's.
    """

    code: str
    name: str
    kind: Literal["department", "unit"]
    region: str


@dataclass(frozen=True)
class Asked:
    """One task in a form: whether the owner leads it or only helps."""

    task: Task
    section: Section
    role: str


@dataclass(frozen=True)
class Identity:
    """Which form this is; ``digest`` stands for all that the plan asks of anybody."""

    plan: str
    digest: str
    year: int
    owner: str
    name: str
    version: str = FORM_VERSION

    @property
    def id(self) -> str:
        """Short name of the form, fit for a file name."""
        return f"{self.year}-{self.owner}"

    def entries(self) -> dict[str, str]:
        """Return the identity as text, as a form carries it."""
        return {
            "plan": self.plan, "digest": self.digest, "year": str(self.year),
            "owner": self.owner, "name": self.name, "version": self.version,
        }  # fmt: skip


def owners(params: Params) -> tuple[Owner, ...]:
    """Return everybody who gets a form: departments as the plan prints them, then units."""
    city = params.regions.city.id
    departments = [
        Owner(f"D{number:02d}", name, "department", city)
        for number, name in enumerate(params.plan.departments, 1)
    ]
    units = [
        Owner(f"U{number:02d}", unit.name, "unit", unit.id)
        for number, unit in enumerate(params.regions.units, 1)
    ]
    return (*departments, *units)


def name_faults(params: Params) -> list[Fault]:
    """Refuse names that no file may bear: with a path, a control character, or too long."""
    faults = []
    for owner in owners(params):
        name = owner.name
        if (
            _BAD_NAME.search(name) or name.startswith((".", " ")) or name.endswith((".", " "))
            or _RESERVED.fullmatch(name) or not 0 < len(name) <= 60
        ):  # fmt: skip
            file = "regions.yml" if owner.kind == "unit" else "plan.yml"
            faults.append(
                Fault(
                    file, "name", f"名称“{shown(name)}”不能用作文件名",
                    r'不能含 \ / : * ? " < > |，不能以点开头，不超过 60 个字',
                )
            )  # fmt: skip
    return faults


def file_name(owner: Owner, year: int) -> str:
    """Return the name of an owner's workbook."""
    return f"{owner.code}_{owner.name}_{year}年度.xlsx"


def targets_of(params: Params, indicator: str) -> tuple[Target, ...]:
    """Return the plan's targets on an indicator."""
    return tuple(target for target in params.plan.targets if target.indicator == indicator)


def is_asked(indicator: Indicator) -> bool:
    """Tell whether a figure is asked for: not one that follows from others."""
    return indicator.derive is None and indicator.source != COMPUTED


def indicators_of(params: Params, owner: Owner) -> tuple[Indicator, ...]:
    """Return the figures asked of an owner, in the catalogue's order."""
    if owner.kind == "unit":
        return ()
    first = params.plan.departments[0]
    return tuple(
        indicator
        for indicator in params.catalogue.indicators
        if is_asked(indicator) and (indicator.department or first) == owner.name
    )


def regions_of(params: Params, indicator: str) -> tuple[str, ...]:
    """Return the regions whose figure is asked for: the city alone where only it is judged."""
    targets = targets_of(params, indicator)
    if targets and all(target.district_judgement == "city_only" for target in targets):
        return (params.regions.city.id,)
    return tuple(region.id for region in params.regions.regions)


def annual_rows(params: Params, owner: Owner) -> tuple[tuple[Indicator, str], ...]:
    """Return the yearly figures asked of an owner: indicator and region."""
    return tuple(
        (indicator, region)
        for indicator in indicators_of(params, owner)
        for region in regions_of(params, indicator.id)
    )


def monthly_rows(params: Params, owner: Owner) -> tuple[tuple[Indicator, str], ...]:
    """Return the figures asked month by month."""
    return tuple(row for row in annual_rows(params, owner) if row[0].frequency == "monthly")


def task_title(task: Task) -> str:
    """Return a task as a form prints it: its title and when it is due."""
    return f"{task.title}（{task.due_text}）" if task.due_text else task.title


def task_rows(params: Params, owner: Owner) -> tuple[Asked, ...]:
    """Return the tasks in an owner's form, in the plan's order."""
    first = params.plan.departments[0]
    judged = "district" if owner.kind == "unit" else "city"
    rows = []
    for chapter in params.plan.chapters:
        for section in chapter.sections:
            named = section.departments or (first,)
            if owner.kind == "department" and owner.name not in named:
                continue
            role = LEADS if owner.kind == "unit" or named[0] == owner.name else HELPS
            rows += [
                Asked(task, section, role) for task in section.tasks if judged in task.judge_at
            ]
    return tuple(rows)


def digest(params: Params) -> str:
    """Return what stands for all questions of all forms; a changed note leaves it as it is."""
    asked = [
        [
            owner.code, owner.name, owner.region,
            [[indicator.id, indicator.unit, region] for indicator, region in annual_rows(params, owner)],
            [[indicator.id, region] for indicator, region in monthly_rows(params, owner)],
            [[row.task.id, row.role, row.task.quote] for row in task_rows(params, owner)],
        ]
        for owner in owners(params)
    ]  # fmt: skip
    text = json.dumps([FORM_VERSION, params.plan.id, asked], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def identity(params: Params, owner: Owner, year: int, plan_digest: str | None = None) -> Identity:
    """Return the identity of an owner's form for a year."""
    return Identity(params.plan.id, plan_digest or digest(params), year, owner.code, owner.name)


def column_letter(number: int) -> str:
    """Return the letters of a 1-based column.

    Examples
    --------
    >>> column_letter(1), column_letter(27)
    ('A', 'AA')
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


_CELL = " 单元格 "


def place(sheet: str, row: int = 0, column: int = 0, name: str = "") -> str:
    """Return a place in a workbook as a message says it."""
    where = f"工作表“{shown(sheet)}”"
    if row and column:
        where += f"{_CELL}{column_letter(column)}{row}"
    elif row:
        where += f" 第 {row} 行"
    return f"{where}（{name}）" if name else where


def together(faults: Iterable[Fault]) -> list[Fault]:
    """Join findings that differ in nothing but their cell, at the place of the first."""
    groups: dict[Fault, list[str]] = {}
    for fault in faults:
        where, _, cell = fault.place.rpartition(_CELL)
        key = replace(fault, place=where) if where else fault
        groups.setdefault(key, []).append(cell)
    return [
        replace(fault, place=f"{fault.place}{_CELL}{'、'.join(cells)}")
        if cells[0] != fault.place
        else fault
        for fault, cells in groups.items()
    ]
