"""Tasks with their evidence, allocated targets, and when the departments' forms came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from demo_source.book import SEED, uneven
from demo_source.profiles import CITY, NAMES, UNITS
from demo_source.targets import SHARES

if TYPE_CHECKING:
    from assessment.params.plan import Plan, Section, Task

Rows = list[tuple[str, ...]]

TASK_YEARS = (2023, 2024, 2025)
DONE, GOING, SLOW, IDLE, NONE = "已完成", "按序推进", "进展滞后", "未启动", "不适用"
COAL_POWER_TASKS = ("2.3.10", "2.3.11", "2.3.12", "2.3.14")
CEMENT_TASKS, CEMENT_UNITS = ("4.1.3",), ("zichuan", "boshan", "zhoucun", "yiyuan")
REASONS = (
    "项目前期手续未办结",
    "配套资金未到位",
    "牵头部门与属地分工未明确",
    "技术方案调整后重新报批",
)
OFFICES = {
    "发展改革委": "发展和改革局",
    "住房城乡建设局": "住房和城乡建设局",
    "自然资源和规划局": "自然资源局",
}
# Where a status must agree with the figures: (region, task, year).
AGREED = {
    ("boshan", "2.2.1", 2025): (SLOW, "1个新建项目煤耗替代未落实"),
    ("zhoucun", "2.2.2", 2023): (SLOW, "发现1个项目以兰炭替代,已责令整改"),
    ("zichuan", "2.2.4", 2024): (SLOW, "发现未经置换的水泥产能,已立案"),
    ("jingkai", "3.3.8", 2023): (GOING, ""),
    ("jingkai", "3.3.8", 2024): (SLOW, "新建厂房荷载不足"),
    ("jingkai", "3.3.8", 2025): (SLOW, "覆盖率低于基期"),
    # Reported as completed although the target that the task belongs to is missed.
    ("linzi", "2.3.7", 2025): (DONE, ""),
    ("gaoqing", "3.2.5", 2025): (DONE, ""),
    ("zichuan", "3.3.8", 2025): (DONE, ""),
    # Due in 2025 and not completed.
    ("huantai", "2.3.7", 2025): (GOING, ""),
    ("zhoucun", "3.2.5", 2025): (GOING, ""),
    ("yiyuan", "3.2.6", 2025): (SLOW, "园区用地指标未落实"),
} | {
    (CITY, task, 2025): (status, "")
    for status, tasks in (
        (DONE, ("2.3.6", "2.3.7", "2.5.6", "3.1.6", "3.2.11", "5.1.1", "5.1.2", "5.3.1")),
        (SLOW, ("2.3.8", "3.2.4", "3.2.5", "3.2.6", "3.2.12", "3.3.7", "4.4.3", "5.2.1")),
    )
    for task in tasks
}  # fmt: skip


def _issuer(region: str, section: Section) -> str:
    lead = section.lead or "市生态环境局"
    if region == CITY or not lead.startswith("市"):
        return lead
    name = NAMES[region]
    if lead == "市生态环境局":
        office = next(unit.office for unit in UNITS if unit.id == region)
        return f"市生态环境局{office}分局"
    return name + OFFICES.get(lead[1:], lead[1:])


def _evidence(region: str, section: Section, task: Task, year: int) -> str:
    draw = uneven(f"evidence {region} {task.id} {year}", (3,), 1.0)
    number = 1 + int((draw[0] + 1) * 160)
    month, day = 2 + int((draw[1] + 1) * 5.4), 1 + int((draw[2] + 1) * 13.9)
    return (
        f"(演示)演示文〔{year}〕{number}号,{year}-{month:02d}-{day:02d},{_issuer(region, section)}"
    )


def _applies(region: str, task: str) -> str:
    """Why a task does not apply to a region; empty if it does."""
    unit = next((unit for unit in UNITS if unit.id == region), None)
    if unit is None:
        return ""
    if task in COAL_POWER_TASKS and not unit.coal_power:
        return "辖区无煤电机组"
    if task in CEMENT_TASKS and region not in CEMENT_UNITS:
        return "辖区无水泥企业"
    return ""


def _standing(task: Task, latent: float, worst: int) -> int:
    """Place on the ladder 0 idle .. 3 done; no task falls back by chance."""
    if task.obligation == "prohibition":
        return 2
    place = int(np.searchsorted((0.40, 0.60, 1.02), latent))
    return max(min(place, 2 if task.due == 2030 else 3), worst)


def tasks(plan: Plan) -> Rows:
    """Return rows of ``tasks.csv``: city and units, 2023 to 2025, where the task is judged."""
    rows: Rows = []
    diligence = {CITY: 0.78} | {unit.id: unit.diligence for unit in UNITS}
    sections = [section for chapter in plan.chapters for section in chapter.sections]
    for region, base in diligence.items():
        level = "city" if region == CITY else "district"
        for section, task in ((s, t) for s in sections for t in s.tasks if level in t.judge_at):
            reason, place = _applies(region, task.id), 0
            draw = uneven(f"task {task.id}", (1,), 0.30) + uneven(f"{region} {task.id}", (1,), 0.3)
            for year in TASK_YEARS:
                place = _standing(task, base + 0.13 * (year - 2023) + float(draw[0]), place)
                status, note = (IDLE, SLOW, GOING, DONE)[place], ""
                chance = uneven(f"chance {region} {task.id} {year}", (2,), 1.0)
                if status in (IDLE, SLOW):
                    note = REASONS[int((chance[1] + 1) * 1.999)]
                if reason:
                    status, note = NONE, reason
                status, note = AGREED.get((region, task.id, year), (status, note))
                shown = status == DONE or (status in (GOING, SLOW) and chance[0] < 0.84)
                evidence = _evidence(region, section, task, year) if shown else ""
                rows.append((NAMES[region], str(year), task.id, status, evidence, note))
    return rows


def allocations(plan: Plan) -> Rows:
    """Return rows of ``allocations.csv``; one unit was given no logistics park."""
    basis = {"N01": "sun", "N02": "people", "N05": "industry", "N09": "industry",
             "N10": "industry", "N13": "people"}  # fmt: skip
    rows: Rows = []
    for target in plan.targets:
        if target.no not in basis or target.value is None:
            continue
        for unit, share in zip(UNITS, SHARES[basis[target.no]], strict=True):
            value = target.value * share
            whole = target.unit in {"座", "家", "个"}
            text = f"{round(value)}" if whole else f"{value:.2f}"
            if float(text) > 0:
                rows.append(
                    (unit.name, target.no, "2025", text, target.unit,
                     f"演示数据(种子{SEED});(演示)分解任务书〔2023〕3号", "")
                )  # fmt: skip
    return rows


def submissions(plan: Plan) -> Rows:
    """Return rows of ``submissions.csv``; one department was late for 2025."""
    rows: Rows = []
    for year in TASK_YEARS:
        for department in plan.departments:
            day = 18 + int((uneven(f"received {department} {year}", (1,), 1.0)[0] + 1) * 6.4)
            received, note = f"{year + 1}-01-{day:02d}", ""
            if year == 2025 and department == "市城市管理局":
                received, note = "2026-02-27", "逾期27天,已催报2次"
            rows.append((department, str(year), f"{year + 1}-01-31", received, note))
    return rows
