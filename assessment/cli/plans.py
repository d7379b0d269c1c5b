"""The command ``init``: an empty plan workbook, one of existing parameters, parameters from one."""

from __future__ import annotations

import argparse
from pathlib import Path

from assessment.cli.data import OK
from assessment.console import say, say_all
from assessment.errors import Fault, InputError, system_reason
from assessment.folders import find_folder


def init(options: argparse.Namespace) -> int:
    """Write a plan workbook, or a parameter folder from a filled one."""
    asked = [name for name in ("template", "source") if getattr(options, name)]
    if len(asked) != 1:
        what = "两个只能写一个" if asked else "没有写要做什么"
        remedy = (
            "空表或现有参数的表用 --template 方案.xlsx；由表生成参数用 --from 方案.xlsx --to 目录"
        )
        raise InputError([Fault("--template / --from", "", what, remedy)])
    return _template(options) if options.template else _from(options)


def _template(options: argparse.Namespace) -> int:
    from assessment.files import write_atomic
    from assessment.intake.plan_book import write_plan_book
    from assessment.params.folder import load_params

    path = Path(options.template).absolute()
    if path.suffix.lower() != ".xlsx":
        raise InputError([Fault("--template", path.name, "不是 .xlsx", "请写 方案.xlsx")])
    if path.exists():
        raise InputError(
            [Fault("--template", path.name, "已有这个文件", "请换一个名字，免得盖掉填好的表")]
        )
    params = load_params(find_folder(options.params)) if options.params else None
    try:
        write_atomic(path, write_plan_book(params))
    except OSError as error:
        why = f"无法写入（{system_reason(error)}）"
        raise InputError([Fault("--template", str(path), why, "请检查目录与权限")]) from None
    what = f"“{params.plan.short_title}”的方案表" if params else "空的方案表，每张表有例子"
    say(f"写好{what}：{path}")
    return OK


def _from(options: argparse.Namespace) -> int:
    from assessment.intake.plan_book import make_params, read_plan_book

    if not options.to:
        raise InputError([Fault("--to", "", "没有写参数放在哪里", "请加 --to 目录")])
    folder = Path(options.to).absolute()
    try:
        made = make_params(read_plan_book(Path(options.source)), folder)
    except OSError as error:
        why = f"无法写入（{system_reason(error)}）"
        raise InputError([Fault("--to", str(folder), why, "请检查目录与权限")]) from None
    say_all([f"提醒：{notice}" for notice in made.notices])
    say(f"写好 {len(made.written)} 个参数文件，{len(made.kept)} 个不变：{folder}")
    say(f"接着：把数据放进数据包，运行 build.py check --params {options.to}，看它把方案读成什么。")
    return OK
