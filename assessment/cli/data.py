"""The commands on data: check a pack, make forms, take filled forms in."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from assessment.build.opening import data_folder, read_years, years_outside
from assessment.console import aligned, print_faults, say, say_all
from assessment.errors import Fault, InputError, system_reason
from assessment.folders import find_folder

if TYPE_CHECKING:
    from assessment.intake.read_back import ReadPlan
    from assessment.params.model import Params

OK, CHAPTER_FAILED, INPUT_INVALID = 0, 1, 2
"""Exit status of every command."""

OPEN = "~$"
"""How the file begins that a spreadsheet keeps beside a workbook while that is open."""

_ENDS = {"accepted": "已收入", "refused": "退回", "unchanged": "没有新内容"}


def check(options: argparse.Namespace) -> int:
    """Validate parameters and data, and write the readable data report."""
    from assessment.data.pack import load_pack
    from assessment.files import write_atomic
    from assessment.intake import data_report
    from assessment.intake.read_back import read_back
    from assessment.job.sources import Sources
    from assessment.params.folder import read_params

    read = read_params(find_folder(options.params))
    faults, params = list(read.faults), read.params
    if params is None:
        raise InputError(faults)
    try:
        pack = load_pack(data_folder(options.data or "", params), params)
    except InputError as error:
        faults += error.faults
    if faults:
        raise InputError(faults)
    plan = read_back(Sources(params, pack), params.run.year)
    say(
        f"参数与数据都没有问题：方案 {len(params.plan.chapters)} 章、"
        f"{sum(len(c.tasks) for c in params.plan.chapters)} 项任务、"
        f"{len(params.plan.targets)} 项目标；数据包“{pack.meta.title}”"
        f"{len(pack.tables['observations'])} 个数、{len(pack.tables['tasks'])} 条任务进展。"
    )
    _say_plan(plan, params)
    notices = [f"提醒：{notice}" for notice in pack.notices]
    path = Path(options.out or params.run.out).absolute() / "data_report.html"
    try:
        write_atomic(path, data_report(params, pack, plan=plan))
    except OSError as error:
        why = f"无法写入（{system_reason(error)}）"
        named = ("--out", str(path)) if options.out else ("run.yml", f"out {path}")
        raise InputError([Fault(*named, why, "请检查目录与权限")]) from None
    say_all(notices, "全部在数据报告里")
    say(f"数据报告：{path}")
    return OK


def _say_plan(plan: ReadPlan, params: Params) -> None:
    """Read the plan back in short."""
    say(f"读作（{params.regions.city.short_name} {plan.year} 年；请与方案原文对照）：")
    say_all(aligned(target.short for target in plan.targets), "全部在数据报告里")
    dated = sum(task.due != "没有时限" for task in plan.tasks)
    assumed = sum(len(target.defaults) for target in plan.targets)
    assumed += sum(len(task.defaults) for task in plan.tasks)
    say(f"任务 {len(plan.tasks)} 项，{dated} 项有时限；没有写而按默认的 {assumed} 处。")


def forms(options: argparse.Namespace) -> int:
    """Write the forms that departments and units fill in."""
    from assessment.data.pack import load_pack
    from assessment.intake import write_forms
    from assessment.params.folder import load_params

    params = load_params(find_folder(options.params))
    years, faults = read_years([options.year])
    try:
        folder = data_folder(options.data or "", params)
        pack = load_pack(folder, params, allow_empty=True)
        faults += years_outside(pack, years)
    except InputError as error:
        faults += error.faults
    if faults:
        raise InputError(faults)
    made = write_forms(params, pack, years[0], Path(options.to))
    say(f"做好 {len(made)} 份填报表，在 {Path(options.to).absolute()}")
    return OK


def _workbooks(names: Iterable[str]) -> list[Path]:
    """Return the files that are named; the shell of Windows leaves patterns to the program."""
    found: list[Path] = []
    for path in map(Path, names):
        is_pattern = bool(set(path.name) & set("*?")) and not path.exists()
        found += (sorted(path.parent.glob(path.name)) if is_pattern else []) or [path]
    for path in dict.fromkeys(found):
        if path.name.startswith(OPEN):
            say(f"{path.name}：跳过，是表格打开时的临时文件；表还开着的，请先保存并关闭")
    return [path for path in dict.fromkeys(found) if not path.name.startswith(OPEN)]


def intake(options: argparse.Namespace) -> int:
    """Take filled forms in; what has faults is sent back and nothing of it is added."""
    from assessment.intake import intake as take_in
    from assessment.intake.layout import together
    from assessment.intake.returns import FOLDER
    from assessment.params.folder import load_params

    params = load_params(find_folder(options.params))
    files = _workbooks(options.files)
    # A faulty form goes back as a copy in a folder beside the first file that was given.
    room = files[0].absolute().parent if files else None
    if room is not None and room.name != FOLDER:
        room /= FOLDER
    report = take_in(files, find_folder(options.into), params, returns=room)
    lines = []
    for book in report.workbooks:
        counts = f"新增 {book.added} 条，修订 {book.revised} 条，未填 {book.missing} 格"
        tail = f"（{counts}）" if book.status == "accepted" else ""
        lines.append(f"{book.file}：{_ENDS[book.status]}{tail}")
    say_all(lines)
    say_all([f"请说明：{notice}" for notice in together(report.notices)])
    say_all([f"未填：{gap}" for gap in report.gaps])
    if any(book.missing for book in report.workbooks if book.status == "accepted"):
        say("收入以后还缺什么、向谁要：运行 check，看数据报告。")
    if report.faults:
        title = f"有 {len(report.faults)} 处问题，有问题的表一条也没有收入"
        print_faults(together(report.faults), title)
        for path in report.returned:
            say(f"退回单：{path}（标好了要改的格，可直接发给填表人）")
        if report.failed:
            print_faults(report.failed, "有退回单没有写成")
        return INPUT_INVALID
    return OK
