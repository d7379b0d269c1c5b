"""The command line: arguments and messages, nothing else."""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from assessment import cli_data
from assessment.cli_data import CHAPTER_FAILED, INPUT_INVALID, OK
from assessment.errors import Fault, InputError, nearest, system_reason
from assessment.folders import find_folder, notebooks

if TYPE_CHECKING:
    from rich.console import Console

    from assessment.run.build import Report, Request
    from assessment.sources import Sources

COMMANDS = ("report", "check", "status", "forms", "intake", "preview")


class _Parser(argparse.ArgumentParser):
    """Parser whose messages are Chinese."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.print_usage(sys.stderr)
        words = (
            message.replace("unrecognized arguments", "不认识的参数")
            .replace("the following arguments are required", "缺少参数")
            .replace("expected at least one argument", "后面要有至少一个值")
            .replace("expected one argument", "后面要有一个值")
            .replace("invalid choice", "取值不对")
            .replace("invalid int value", "应为整数")
            .replace("argument ", "参数 ")
            .replace("choose from", "可选")
            .replace(": ", "：")
        )
        self.exit(INPUT_INVALID, f"{self.prog}：{words}\n")


def parser() -> argparse.ArgumentParser:
    """Build the command line."""
    top = _Parser(
        prog=called if (called := Path(sys.argv[0]).name) == "build.py" else "assessment",
        description="减污降碳协同增效年度评估报告生成器。不写命令就是 report。",
        add_help=True,
    )
    commands = top.add_subparsers(dest="command", metavar="命令")

    def folders(command: argparse.ArgumentParser) -> None:
        command.add_argument("--data", metavar="目录", help="数据包，默认取 run.yml")
        command.add_argument(
            "--params", metavar="目录", default="params", help="参数目录，默认 params"
        )

    def selection(command: argparse.ArgumentParser) -> None:
        command.add_argument("--region", nargs="+", metavar="区县", help="名称或编号，默认全部")
        command.add_argument("--year", nargs="+", metavar="年度", help="默认取 run.yml")
        command.add_argument("--chapter", nargs="+", metavar="章", help="章号，默认全部")
        command.add_argument("--out", metavar="目录", help="输出目录，默认取 run.yml")

    report = commands.add_parser("report", help="生成报告")
    folders(report)
    selection(report)
    report.add_argument(
        "--formats", metavar="格式", default=None, help="html、pdf、docx、xlsx，用逗号分开"
    )
    report.add_argument(
        "--jobs", type=int, metavar="N", default=None, help="同时执行几个，默认按处理器数"
    )
    report.add_argument(
        "--scheduler", metavar="地址", default="", help="dask 调度器 tcp://主机:端口"
    )
    report.add_argument("--force", action="store_true", help="全部重做")
    check = commands.add_parser("check", help="检查参数和数据，写出数据报告，不生成评估报告")
    folders(check)
    check.add_argument("--out", metavar="目录", help="数据报告放在哪里，默认取 run.yml")
    forms = commands.add_parser("forms", help="给各部门做填报表")
    folders(forms)
    forms.add_argument("--year", required=True, metavar="年度")
    forms.add_argument("--to", required=True, metavar="目录", help="填报表放在哪里")
    intake = commands.add_parser("intake", help="检查填好的表，没有问题的加进数据包")
    intake.add_argument("files", nargs="+", metavar="FILE.xlsx|FILE.zip")
    intake.add_argument("--into", required=True, metavar="目录", help="数据包")
    intake.add_argument("--params", metavar="目录", default="params", help="参数目录，默认 params")
    status = commands.add_parser("status", help="哪些是新的、哪些要重做及原因、哪些失败")
    folders(status)
    selection(status)
    preview = commands.add_parser("preview", help="在浏览器里看一章，保存即更新")
    preview.add_argument("notebook", metavar="笔记本")
    folders(preview)
    preview.add_argument("--region", metavar="区县", default="", help="默认取笔记本里的")
    preview.add_argument("--year", metavar="年度", default="", help="默认取 run.yml")
    preview.add_argument("--chapter", metavar="章", default="", help="通用笔记本看哪一章")
    preview.add_argument("--port", type=int, metavar="N", default=0, help="默认取空着的")
    preview.add_argument("--no-browser", action="store_true", help="只写出地址，不打开浏览器")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or (given[0] not in COMMANDS and given[0] not in ("-h", "--help")):
        if given and not given[0].startswith("-"):
            cli_data.print_faults(
                [Fault("命令", given[0], "没有这个命令", nearest(given[0], COMMANDS))]
            )
            return INPUT_INVALID
        given = ["report", *given]
    options = parser().parse_args(given)
    handlers: dict[str, Callable[[argparse.Namespace], int]] = {
        "report": _report,
        "check": cli_data.check,
        "status": _status,
        "forms": cli_data.forms,
        "intake": cli_data.intake,
        "preview": _preview,
    }
    try:
        status = handlers[options.command](options)
        sys.stdout.flush()
        return status
    except InputError as error:
        cli_data.print_faults(error.faults)
        return INPUT_INVALID
    except KeyboardInterrupt:
        print("已中断；做完的部分留着，下次接着做。", file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever reads what is printed has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CHAPTER_FAILED
    except Exception as error:
        why = system_reason(error) if isinstance(error, OSError) else type(error).__name__
        print(f"程序内部出错（{why}），没有做完；{_kept_traceback()}", file=sys.stderr)
        return CHAPTER_FAILED


def _kept_traceback() -> str:
    log = Path("build-error.log").absolute()
    try:
        log.write_text(traceback.format_exc(), encoding="utf-8")
    except OSError as error:
        return f"详情也写不进 {log}（{system_reason(error)}）"
    return f"详情在 {log}"


def _preview(options: argparse.Namespace) -> int:
    from assessment.preview import find_notebook, serve

    return serve(
        find_notebook(options.notebook),
        options.region,
        options.year,
        find_folder(options.params),
        find_folder(options.data) if options.data else None,
        chapter=options.chapter,
        port=options.port,
        open_browser=not options.no_browser,
    )


def _request(options: argparse.Namespace) -> tuple[Sources, Request]:
    """Turn arguments into sources and a request; every fault of them together."""
    from assessment.sources import open_params, open_sources

    params_folder = find_folder(options.params)
    params = open_params(params_folder)
    faults: list[Fault] = []
    regions: list[str] = []
    for name in options.region or [r.id for r in params.regions.regions]:
        try:
            regions.append(params.region(name).id)
        except InputError as error:
            faults.extend(error.faults)
    years, wrong = cli_data.read_years(options.year or [str(params.run.year)])
    faults += wrong
    known = [chapter.id for chapter in params.plan.chapters]
    chapters: list[str] = []
    for name in options.chapter or known:
        found = [c.id for c in params.plan.chapters if name in (c.id, c.number, c.title, c.slug)]
        if found:
            chapters.append(found[0])
        else:
            faults.append(Fault("--chapter", name, "方案没有这一章", nearest(name, known)))
    formats: tuple[str, ...] = ()
    try:
        formats = _formats(getattr(options, "formats", None), params.run.formats)
    except InputError as error:
        faults.extend(error.faults)
    data = find_folder(options.data or params.run.data)
    try:
        sources = open_sources(params_folder, data)
    except InputError as error:
        faults.extend(error.faults)
    if not faults:
        faults += cli_data.years_outside(sources.pack, years)
    if faults:
        raise InputError(faults)
    # Heavy, so only for a request that stands.
    from assessment.run.build import Request, workers_by_default

    out = Path(options.out or params.run.out)
    request = Request(
        regions=tuple(dict.fromkeys(regions)),
        years=tuple(dict.fromkeys(years)),
        chapters=tuple(dict.fromkeys(chapters)),
        data=data,
        params=params_folder,
        notebooks=notebooks(),
        out=(out if out.is_absolute() else Path.cwd() / out),
        workers=getattr(options, "jobs", None) or workers_by_default(),
        formats=formats,
        force=getattr(options, "force", False),
        scheduler=getattr(options, "scheduler", ""),
    )
    return sources, request


def _formats(given: str | None, default: Sequence[str]) -> tuple[str, ...]:
    names = [name.strip() for name in given.split(",")] if given else list(default)
    supported = ("html", "pdf", "docx", "xlsx")
    wrong = [name for name in names if name not in supported]
    if wrong:
        raise InputError(
            [
                Fault("--formats", name, "没有这个格式", f"可用：{'、'.join(supported)}")
                for name in wrong
            ]
        )
    return tuple(dict.fromkeys(names))


class _Quick:
    """What the last whole build of a selection left, looked at before anything heavy is loaded."""

    def __init__(self, options: argparse.Namespace):
        from assessment.run import manifest

        params = find_folder(options.params)
        defaults = manifest.defaults(params)
        data = find_folder(options.data or str(defaults.get("data", "")))
        self.out = Path(options.out or str(defaults.get("out", "reports"))).absolute()
        self._folders = (params, data, notebooks())
        chosen = {name: getattr(options, name) for name in ("region", "year", "chapter")}
        self._asked = json.dumps([chosen, str(params), str(data)], ensure_ascii=False)
        self._formats = getattr(options, "formats", None) or ""
        self._manifest = manifest

    def unchanged(self, *, any_format: bool = False) -> bool:
        """Whether nothing was touched since."""
        inputs = self._manifest.inputs_digest(self._folders, self.out)
        formats = None if any_format else self._formats
        return self._manifest.unchanged(self.out, self._asked, inputs, formats)

    def keep(self) -> None:
        """Remember that all is built."""
        inputs = self._manifest.inputs_digest(self._folders, self.out)
        self._manifest.keep(self.out, self._asked, inputs, self._formats)


def _report(options: argparse.Namespace) -> int:
    quick = _Quick(options)
    if not options.force and quick.unchanged():
        print(f"没有任何变化，报告都是新的。入口页：{quick.out / 'index.html'}")
        return OK
    from assessment.run.warm import warmed

    with nullcontext() if options.scheduler else warmed():
        status = _build(options)
    if status == OK:
        quick.keep()
    return status


def _build(options: argparse.Namespace) -> int:
    gc.disable()
    try:
        sources, request = _request(options)
    finally:
        gc.freeze()  # what is read lives to the end
        gc.enable()
    from rich.console import Console

    from assessment.run.build import build

    console = Console()
    if console.is_terminal:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        with Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
            TimeElapsedColumn(), console=console, transient=True,
        ) as bar:  # fmt: skip
            line = bar.add_task("准备", total=None)

            def show(text: str, done: int, total: int) -> None:
                bar.update(line, description=text, completed=done, total=total)

            report = build(sources, request, show)
    else:

        def tell(text: str, done: int, total: int) -> None:
            print(f"[{done}/{total}] {text}", flush=True)

        report = build(sources, request, tell)
    _closing(console, sources, request, report)
    return OK if report.ok else CHAPTER_FAILED


def _closing(console: Console, sources: Sources, request: Request, report: Report) -> None:
    from rich.table import Table
    from rich.text import Text

    from assessment.typography import full_width

    names = {r.id: r.name for r in sources.params.regions.regions}
    table = Table(title="生成结果", title_justify="left")
    for heading in ("年度", "单元", "章", "沿用", "失败", "用时", "结论"):
        table.add_column(heading, overflow="fold")
    for done in sorted(report.assembled, key=lambda a: (a.year, request.regions.index(a.region))):
        mine = [
            o for o in report.outcomes if (o.key.year, o.key.region) == (done.year, done.region)
        ]
        reused = sum((k.year, k.region) == (done.year, done.region) for k in report.reused)
        table.add_row(
            str(done.year),
            names[done.region],
            str(sum(o.ok for o in mine)),
            str(reused),
            str(len(done.failed)) if done.failed else "—",
            f"{sum(o.seconds for o in mine) + done.seconds:.1f} 秒",
            Text(full_width(done.verdict)),
        )
    if report.assembled:
        console.print(table)
    if report.kept:
        console.print(Text(f"{len(report.kept)} 份报告没有变化，原样保留。"))
    for (year, region), reason in report.broken.items():
        console.print(Text(f"失败：{year} 年 {names[region]} 汇编不成：{reason}"))
    for outcome in report.outcomes:
        if not outcome.ok:
            name = f"{outcome.key.year} 年 {names[outcome.key.region]} 第 {outcome.key.chapter} 章"
            console.print(Text(f"失败：{name}：{outcome.reason}"))
    console.print(Text(f"入口页：{request.out / 'index.html'}"))


def _status(options: argparse.Namespace) -> int:
    if _Quick(options).unchanged(any_format=True):
        print("没有任何变化，全部是新的")
        return OK
    from assessment.run.build import plan_jobs, why_stale
    from assessment.run.jobs import notebook_name
    from assessment.run.store import Store

    sources, request = _request(options)
    store = Store(request.out)
    names = {r.id: r.name for r in sources.params.regions.regions}
    fresh = 0
    for key, job in plan_jobs(sources, request, store).items():
        chapter = sources.params.plan.chapter(key.chapter)
        reason = why_stale(store, key, job.fingerprint, store.notebook(key, notebook_name(chapter)))
        if reason:
            print(f"{key.year} {names[key.region]} 第 {key.chapter} 章：要重做，{reason}")
        else:
            fresh += 1
    print(f"{fresh} 章是新的")
    return OK
