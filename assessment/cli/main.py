"""The command line: arguments and messages, nothing else."""

from __future__ import annotations

import argparse
import gc
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any, NoReturn

from assessment import console
from assessment.build.opening import Look, Wanted, open_steady
from assessment.characters import shown, visible
from assessment.cli import data as cli_data
from assessment.cli import filed, plans
from assessment.cli.data import CHAPTER_FAILED, INPUT_INVALID, OK
from assessment.editions import formats
from assessment.errors import Fault, InputError, nearest, system_reason
from assessment.folders import find_folder
from assessment.run.stop import NotFinishedError, Stopped, open_streams, stoppable

if TYPE_CHECKING:
    from assessment.build.request import Report, Request
    from assessment.job.sources import Sources

COMMANDS = (
    "report", "check", "status", "keep", "verify", "forms", "intake", "preview", "desk", "init",
)  # fmt: skip


_SILENT_SECONDS = 1.5
"""After this time it is said what is being done."""

_SAID = (
    (r"argument (.+?): (.+)", "参数 {0}：{1}"),
    (r"unrecognized arguments: (.+)", "不认识的参数：{0}"),
    (r"the following arguments are required: (.+)", "缺少参数：{0}"),
    (r"expected at least one argument", "后面要有至少一个值"),
    (r"expected one argument", "后面要有一个值"),
    (r"invalid int value: (.+)", "应为整数，现为 {0}"),
    (r"invalid choice: (.+) \(choose from (.+)\)", "取值不对：{0}（可选 {1}）"),
    (r"ignored explicit argument (.+)", "后面不带值，现有 {0}"),
    (r"ambiguous option: (.+) could match (.+)", "{0} 可以是 {1}，请写全"),
)
"""What argparse says, and the same in Chinese."""

_NAMED = re.compile(r"(  (?:  )?[^ ].*?)  +([^ ].*)")
_HEADING = re.compile(r"(?<=^[^ :]{2}):$")


def _chinese(message: str) -> str:
    for pattern, words in _SAID:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return words.format(*map(_chinese, found.groups()))
    return message


class _Help(argparse.RawDescriptionHelpFormatter):
    """Chinese headings, and columns that hold where a character is as wide as two."""

    def __init__(self, prog: str):
        super().__init__(prog, max_help_position=40)

    def format_help(self) -> str:
        lines = super().format_help().splitlines()
        named = [found for line in lines if (found := _NAMED.fullmatch(line))]
        room = max((console.width(found[1]) for found in named), default=0)
        return "".join(
            f"{found[1]}{' ' * (room - console.width(found[1]))}  {found[2]}\n"
            if (found := _NAMED.fullmatch(line))
            else f"{_HEADING.sub('：', line)}\n"
            for line in lines
        )

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class _Once(argparse.Action):
    """Keeps a value, and refuses another one rather than letting the last one win in silence."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        if getattr(namespace, self.dest) not in (self.default, values):
            raise argparse.ArgumentError(self, "只能写一个值，现在写了几次")
        setattr(namespace, self.dest, values)


class _Union(argparse.Action):
    """Gathers the values of an option that is given several times, each of them once."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        before = getattr(namespace, self.dest) or []
        setattr(namespace, self.dest, list(dict.fromkeys([*before, *values])))


class _Parser(argparse.ArgumentParser):
    """Parser whose help and messages are Chinese."""

    def __init__(self, **settings: Any):
        super().__init__(formatter_class=_Help, add_help=False, **settings)
        self.register("action", None, _Once)
        self.values = self.add_argument_group("参数")
        self.options = self.add_argument_group("选项")
        self.options.add_argument("-h", "--help", action="help", help="显示这段说明")

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        console.complain(f"{self.prog}：{shown(_chinese(message), 400)}")
        self.exit(INPUT_INVALID)


def _folders(command: _Parser) -> None:
    command.options.add_argument("--data", metavar="目录", help="数据包，默认取 run.yml")
    _params(command)


def _params(command: _Parser) -> None:
    command.options.add_argument(
        "--params", metavar="目录", default="params", help="参数目录，默认 params"
    )


def _selection(command: _Parser) -> None:
    for name, what, words in (
        ("--region", "区县", "名称或编号，默认全部"),
        ("--year", "年度", "默认取 run.yml"),
        ("--chapter", "章", "章号，默认全部"),
    ):
        command.options.add_argument(
            name, nargs="+", action=_Union, metavar=what, help=f"{words}；可写几个"
        )
    command.options.add_argument("--out", metavar="目录", help="输出目录，默认取 run.yml")


def parser() -> argparse.ArgumentParser:
    """Build the command line."""
    top = _Parser(
        prog=called if (called := Path(sys.argv[0]).name) == "build.py" else "assessment",
        usage="%(prog)s [命令] [选项]",
        description="减污降碳协同增效年度评估报告生成器。不写命令就是 report。\n"
        "一个命令有哪些选项：命令后面加 --help。",
    )
    commands = top.add_subparsers(prog=top.prog, title="命令", dest="command", metavar="命令")

    def add(name: str, what: str, needed: str = "") -> _Parser:
        return commands.add_parser(name, help=what, usage=f"%(prog)s {needed}[选项]")

    report = add("report", "生成报告")
    _folders(report)
    _selection(report)
    report.options.add_argument(
        "--formats", nargs="+", action=_Union, metavar="格式",
        help=f"{'、'.join(formats())}，用逗号或空格分开",
    )  # fmt: skip
    report.options.add_argument(
        "--jobs", type=int, metavar="N", help="同时执行几个，默认按处理器数"
    )
    report.options.add_argument(
        "--scheduler", metavar="地址", default="", help="dask 调度器 tcp://或 tls://主机:端口"
    )
    report.options.add_argument("--force", action="store_true", help="全部重做")
    check = add("check", "检查参数和数据，写出数据报告，不生成评估报告")
    _folders(check)
    check.options.add_argument("--out", metavar="目录", help="数据报告放在哪里，默认取 run.yml")
    forms = add("forms", "给各部门做填报表", "--year 年度 --to 目录 ")
    _folders(forms)
    forms.options.add_argument("--year", required=True, metavar="年度", help="填哪一年的数")
    forms.options.add_argument("--to", required=True, metavar="目录", help="填报表放在哪里")
    intake = add("intake", "检查填好的表，没有问题的加进数据包", "FILE.xlsx ... --into 目录 ")
    intake.values.add_argument("files", nargs="+", action="extend", metavar="FILE.xlsx|FILE.zip")
    intake.options.add_argument("--into", required=True, metavar="目录", help="数据包")
    _params(intake)
    status = add("status", "哪些是新的、哪些要重做及原因、哪些失败")
    _folders(status)
    _selection(status)
    keep = add(
        "keep",
        "留下这一年的稿，以后各次生成写明改了什么",
        "--year 年度 ",
    )
    keep.options.add_argument("--year", required=True, metavar="年度", help="留哪一年的稿")
    keep.options.add_argument("--out", metavar="目录", help="报告所在的目录，默认取 run.yml")
    _params(keep)
    verify = add("verify", "归档的报告是不是当初生成的，哪个文件被改过", "DIR ... ")
    verify.values.add_argument(
        "folders",
        nargs="+",
        metavar="DIR",
        help="一份报告的目录，或一稿的目录（里面有 draft.json）",
    )
    preview = add("preview", "在浏览器里看一章，保存即更新", "笔记本 ")
    preview.values.add_argument("notebook", metavar="笔记本")
    _folders(preview)
    for name, what, words in (
        ("--region", "区县", "默认取笔记本里的"),
        ("--year", "年度", "默认取 run.yml"),
        ("--chapter", "章", "通用笔记本看哪一章"),
    ):
        preview.options.add_argument(name, metavar=what, default="", help=words)
    desk = add("desk", "工作台：在浏览器里发表、收表、出稿、定稿")
    for command in (preview, desk):
        command.options.add_argument(
            "--port", type=int, metavar="N", default=0, help="默认取空着的"
        )
        command.options.add_argument(
            "--no-browser", action="store_true", help="只写出地址，不打开浏览器"
        )
    init = add(
        "init",
        "方案表：写出空表，或由填好的表生成参数目录",
        "--template FILE.xlsx | --from FILE.xlsx --to 目录 ",
    )
    init.options.add_argument("--template", metavar="FILE.xlsx", help="写出方案表")
    init.options.add_argument(
        "--params", metavar="目录", help="把这个参数目录写成方案表，不写就是空表"
    )
    init.options.add_argument("--from", dest="source", metavar="FILE.xlsx", help="填好的方案表")
    init.options.add_argument(
        "--to", metavar="目录", help="参数写到哪里；已有参数的，只改方案表里有的"
    )
    return top


def _parsed(given: Sequence[str]) -> argparse.Namespace:
    """Parse arguments; files of intake may stand on both sides of an option."""
    top = parser()
    options, rest = top.parse_known_args(given)
    if options.command == "intake" and not any(word.startswith("-") for word in rest):
        options.files += rest
    elif rest:
        top.error(f"unrecognized arguments: {' '.join(rest)}")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    open_streams()
    console.prepare()
    with stoppable():
        return _run(list(sys.argv[1:] if arguments is None else arguments))


def _run(given: list[str]) -> int:
    if not given or (given[0] not in COMMANDS and given[0] not in ("-h", "--help")):
        if given and not given[0].startswith("-"):
            fault = Fault("命令", shown(given[0]), "没有这个命令", nearest(given[0], COMMANDS))
            console.print_faults([fault])
            return INPUT_INVALID
        given = ["report", *given]
    options = _parsed(given)
    handlers: dict[str, Callable[[argparse.Namespace], int]] = {
        "report": _report,
        "check": cli_data.check,
        "status": _status,
        "keep": filed.keep,
        "verify": filed.verify,
        "forms": cli_data.forms,
        "intake": cli_data.intake,
        "preview": _preview,
        "desk": _desk,
        "init": plans.init,
    }
    try:
        return handlers[options.command](options)
    except InputError as error:
        console.print_faults(error.faults)
        return INPUT_INVALID
    except KeyboardInterrupt as told:
        console.complain("已中断；做完的部分留着，下次接着做。")
        return told.status if isinstance(told, Stopped) else 130
    except NotFinishedError as error:
        console.complain(f"{error}；做完的部分留着，再运行一次接着做。")
        return CHAPTER_FAILED
    except BrokenPipeError:  # whoever reads what is printed has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CHAPTER_FAILED
    except Exception as error:
        why = system_reason(error) if isinstance(error, OSError) else type(error).__name__
        console.complain(f"程序内部出错（{why}），没有做完；{_kept_traceback()}")
        return CHAPTER_FAILED


def _kept_traceback() -> str:
    log = Path("build-error.log").absolute()
    try:
        log.write_text(traceback.format_exc(), encoding="utf-8", errors="backslashreplace")
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


def _desk(options: argparse.Namespace) -> int:
    from assessment.desk import serve

    return serve(options.port, open_browser=not options.no_browser)


def _wanted(options: argparse.Namespace) -> Wanted:
    return Wanted(
        regions=options.region or (),
        years=options.year or (),
        chapters=options.chapter or (),
        data=options.data or "",
        params=options.params,
        out=options.out or "",
        formats=getattr(options, "formats", None) or (),
        jobs=getattr(options, "jobs", None) or 0,
        scheduler=getattr(options, "scheduler", ""),
        force=getattr(options, "force", False),
    )


def _report(options: argparse.Namespace) -> int:
    wanted = _wanted(options)
    quick = Look(wanted)
    if not options.force and quick.unchanged():
        console.say(f"没有任何变化，报告都是新的。入口页：{quick.folders.out / 'index.html'}")
        return OK
    from assessment.run.pool import server_processes
    from assessment.run.warm import warmed
    from warmkernel import adopting

    with adopting(server_processes), nullcontext() if options.scheduler else warmed():
        return _build(wanted, quick)


def _say_reading() -> None:
    with suppress(OSError):  # whoever reads what is printed has seen enough
        console.say("正在读参数和数据……")


def _opened(wanted: Wanted, quick: Look) -> tuple[Sources, Request]:
    """Read what is wanted; where that takes its time, say so."""
    patience = Timer(_SILENT_SECONDS, _say_reading)
    patience.daemon = True
    patience.start()
    gc.disable()
    try:
        return open_steady(wanted, quick)
    finally:
        patience.cancel()
        gc.freeze()  # what is read lives to the end
        gc.enable()


def _build(wanted: Wanted, quick: Look) -> int:
    sources, request = _opened(wanted, quick)
    from assessment.build.build import build

    if sys.stdout.isatty():
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        with Progress(
            TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(),
            TimeElapsedColumn(), transient=True,
        ) as bar:  # fmt: skip
            line = bar.add_task("准备", total=None)

            def show(text: str, done: int, total: int) -> None:
                bar.update(line, description=visible(text), completed=done, total=total)

            report = build(sources, request, show)
    else:

        def tell(text: str, done: int, total: int) -> None:
            console.say(f"[{done}/{total}] {text}")

        report = build(sources, request, tell)
    _closing(sources, request, report)
    if not report.ok:
        return CHAPTER_FAILED
    if not report.moved:
        quick.keep(report.there)
    return OK


def _closing(sources: Sources, request: Request, report: Report) -> None:
    """Say what was built: a line a report, short enough for 80 columns; words are in the report."""
    from assessment.build.closing import closing

    end = closing(sources.params, request, report)
    if end.made:
        rows = [(one.unit, one.chapters, one.behind, one.worst, one.path) for one in end.made]
        head, *lines = console.aligned([("单元", "章", "落后", "最差的章", "报告"), *rows])
        console.say(head)
        console.say_all(lines, "都在入口页里")
    if end.kept:
        console.say(f"{end.kept} 份报告没有变化，原样保留。")
    console.say_all(end.failed, "运行 status 看全部")
    console.say_all(end.left_out, "预览那一章可以看到全部")
    for line in (*end.refused, end.moved):
        if line:
            console.say(line)
    console.say(f"入口页：{request.out / 'index.html'}")


def _status(options: argparse.Namespace) -> int:
    from assessment.build.due import due

    wanted = _wanted(options)
    found = due(*_opened(wanted, Look(wanted)))
    console.say_all(found.lines, "要全部，在命令后面加 > 状态.txt")
    console.say(f"{found.fresh} 章、{found.whole} 份报告是新的")
    return OK
