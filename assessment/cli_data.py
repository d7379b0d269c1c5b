"""The commands on data: check a pack, make forms, take filled forms in."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assessment.errors import Fault, InputError, system_reason
from assessment.folders import find_folder

if TYPE_CHECKING:
    from assessment.data.pack import Pack

OK, CHAPTER_FAILED, INPUT_INVALID = 0, 1, 2
"""Exit status of every command."""

OPEN = "~$"
"""How the file begins that a spreadsheet keeps beside a workbook while that is open."""

_SHOWN_FAULTS = 200
_ENDS = {"accepted": "已收入", "refused": "退回", "unchanged": "没有新内容"}


def print_faults(faults: Sequence[Fault], title: str = "") -> None:
    """Print every fault on standard error: a table on a terminal, plain lines elsewhere."""
    title = title or f"输入有 {len(faults)} 处问题，没有生成任何东西"
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(title=title, title_justify="left")
        for heading in ("文件", "位置", "问题", "怎么办"):
            table.add_column(heading, overflow="fold")
        for fault in faults[:_SHOWN_FAULTS]:
            cells = (fault.file, fault.place, fault.problem, fault.remedy)
            table.add_row(*(Text(cell) for cell in cells))
        Console(stderr=True).print(table)
        if len(faults) > _SHOWN_FAULTS:
            more = f"……另有 {len(faults) - _SHOWN_FAULTS} 条；要全部，在命令后面加 2> 问题.txt"
            print(more, file=sys.stderr)
    else:
        print(title, file=sys.stderr)
        for fault in faults:
            print(f"- {fault}", file=sys.stderr)


def read_years(texts: Iterable[str]) -> tuple[list[int], list[Fault]]:
    """Return the years that were asked for, and those that are none."""
    years: list[int] = []
    faults: list[Fault] = []
    for text in texts:
        if text.isdecimal() and 1990 <= int(text) <= 2100:
            years.append(int(text))
        else:
            faults.append(Fault("--year", text, "年度应为 1990 到 2100 的整数"))
    return years, faults


def years_outside(pack: Pack, years: Iterable[int]) -> list[Fault]:
    """Refuse years that a pack has nothing of; the one after its last may still be reported."""
    held = {
        *pack.tables["observations"].columns["year"],
        *pack.tables["tasks"].columns["year"],
    }
    if not held:
        return []
    what = f"数据包没有这一年（有 {min(held)}–{max(held)} 年）"
    return [
        Fault("--year", str(year), what) for year in years if not min(held) <= year <= max(held) + 1
    ]


def check(options: argparse.Namespace) -> int:
    """Validate parameters and data, and write the readable data report."""
    from assessment.intake import data_report
    from assessment.run.store import write_atomic
    from assessment.sources import open_params, open_sources

    params_folder = find_folder(options.params)
    params = open_params(params_folder)
    sources = open_sources(params_folder, find_folder(options.data or params.run.data))
    pack = sources.pack
    print(
        f"参数与数据都没有问题：方案 {len(params.plan.chapters)} 章、"
        f"{sum(len(c.tasks) for c in params.plan.chapters)} 项任务、"
        f"{len(params.plan.targets)} 项目标；数据包“{pack.meta.title}”"
        f"{len(pack.tables['observations'])} 个数、{len(pack.tables['tasks'])} 条任务进展。"
    )
    for notice in pack.notices:
        print(f"提醒：{notice}")
    path = Path(options.out or params.run.out).absolute() / "data_report.html"
    try:
        write_atomic(path, data_report(params, pack))
    except OSError as error:
        why = f"无法写入（{system_reason(error)}）"
        raise InputError([Fault("--out", str(path), why, "请检查目录与权限")]) from None
    print(f"数据报告：{path}")
    return OK


def forms(options: argparse.Namespace) -> int:
    """Write the forms that departments and units fill in."""
    from assessment.data.pack import load_pack
    from assessment.intake import write_forms
    from assessment.params_folder import load_params

    params = load_params(find_folder(options.params))
    years, faults = read_years([options.year])
    try:
        folder = find_folder(options.data or params.run.data)
        pack = load_pack(folder, params, allow_empty=True)
        faults += years_outside(pack, years)
    except InputError as error:
        faults += error.faults
    if faults:
        raise InputError(faults)
    made = write_forms(params, pack, years[0], Path(options.to))
    print(f"做好 {len(made)} 份填报表，在 {Path(options.to).absolute()}")
    return OK


def _workbooks(names: Iterable[str]) -> list[Path]:
    """Return the files that are named; the shell of Windows leaves patterns to the program."""
    found: list[Path] = []
    for path in map(Path, names):
        is_pattern = bool(set(path.name) & set("*?")) and not path.exists()
        found += (sorted(path.parent.glob(path.name)) if is_pattern else []) or [path]
    for path in dict.fromkeys(found):
        if path.name.startswith(OPEN):
            print(f"{path.name}：跳过，是表格打开时的临时文件；表还开着的，请先保存并关闭")
    return [path for path in dict.fromkeys(found) if not path.name.startswith(OPEN)]


def intake(options: argparse.Namespace) -> int:
    """Take filled forms in; what has faults is sent back and nothing of it is added."""
    from assessment.intake import intake as take_in
    from assessment.intake.layout import together
    from assessment.intake.returns import FOLDER
    from assessment.params_folder import load_params

    params = load_params(find_folder(options.params))
    files = _workbooks(options.files)
    # A faulty form goes back as a copy in a folder beside the first file that was given.
    room = files[0].absolute().parent if files else None
    if room is not None and room.name != FOLDER:
        room /= FOLDER
    report = take_in(files, find_folder(options.into), params, returns=room)
    for book in report.workbooks:
        counts = f"新增 {book.added} 条，修订 {book.revised} 条，未填 {book.missing} 格"
        tail = f"（{counts}）" if book.status == "accepted" else ""
        print(f"{book.file}：{_ENDS[book.status]}{tail}")
    for notice in together(report.notices):
        print(f"请说明：{notice}")
    for gap in report.gaps:
        print(f"未填：{gap}")
    if any(book.missing for book in report.workbooks if book.status == "accepted"):
        print("收入以后还缺什么、向谁要：运行 check，看数据报告。")
    if report.faults:
        title = f"有 {len(report.faults)} 处问题，有问题的表一条也没有收入"
        print_faults(together(report.faults), title)
        for path in report.returned:
            print(f"退回单：{path}（标好了要改的格，可直接发给填表人）")
        if report.failed:
            print_faults(report.failed, "有退回单没有写成")
        return INPUT_INVALID
    return OK
