"""The command line: arguments and messages, nothing else."""

from __future__ import annotations

import argparse
import errno
import gc
import json
import os
import re
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from assessment import console
from assessment.characters import shown, visible
from assessment.cli import data as cli_data
from assessment.cli.data import CHAPTER_FAILED, INPUT_INVALID, OK
from assessment.codes import CHAPTERS
from assessment.editions import formats
from assessment.errors import Fault, InputError, nearest, system_reason
from assessment.folders import find_folder, notebooks
from assessment.run.stop import NotFinishedError, Stopped, open_streams, stoppable
from assessment.show.verdict_words import look

if TYPE_CHECKING:
    from assessment.build.build import Report, Request
    from assessment.job.sources import Sources
    from assessment.run.snapshot import Snapshot

MOST_READINGS = 5
"""How often inputs are read that somebody is changing."""

MOST_NAMED = 8
"""How many files are named that were changed while a build ran."""

COMMANDS = ("report", "check", "status", "verify", "forms", "intake", "preview")


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
    verify = add("verify", "归档的报告是不是当初生成的，哪个文件被改过", "DIR ... ")
    verify.values.add_argument(
        "folders", nargs="+", metavar="DIR", help="一份报告的目录，里面有 run.json"
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
    preview.options.add_argument("--port", type=int, metavar="N", default=0, help="默认取空着的")
    preview.options.add_argument(
        "--no-browser", action="store_true", help="只写出地址，不打开浏览器"
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
        "verify": _verify,
        "forms": cli_data.forms,
        "intake": cli_data.intake,
        "preview": _preview,
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


def _request(options: argparse.Namespace, seen: Snapshot) -> tuple[Sources, Request]:
    """Turn arguments into sources and a request; every fault of them together."""
    from assessment.job.sources import open_params, open_sources

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
            faults.append(Fault("--chapter", shown(name), "方案没有这一章", nearest(name, known)))
    wanted: tuple[str, ...] = ()
    try:
        wanted = _formats(getattr(options, "formats", None), params.run.formats)
    except InputError as error:
        faults.extend(error.faults)
    try:
        data = cli_data.data_folder(options.data, params)
        sources = open_sources(params_folder, data)
    except InputError as error:
        faults.extend(error.faults)
    if not faults:
        faults += cli_data.years_outside(
            sources.pack, years, "--year" if options.year else "run.yml year"
        )
    if faults:
        raise InputError(faults)
    # Heavy, so only for a request that stands.
    from assessment.build.build import Request, workers_by_default

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
        formats=wanted,
        force=getattr(options, "force", False),
        scheduler=getattr(options, "scheduler", ""),
        seen=seen,
    )
    return sources, request


def _steady(options: argparse.Namespace, quick: _Quick) -> tuple[Sources, Request]:
    """Read parameters and data that nobody changes meanwhile, so that the digests are theirs."""
    for _ in range(MOST_READINGS):
        found = _request(options, quick.seen)
        touched = quick.seen.touched("params", "data")
        if not touched:
            return found
        quick.look()
    why = "正在被别的程序改动，读了几次都不一样"
    raise InputError([Fault(name, "", why, "等它改完再生成") for name in touched])


def _formats(given: Sequence[str] | None, default: Sequence[str]) -> tuple[str, ...]:
    names = [name.strip() for text in given for name in text.split(",")] if given else default
    supported = formats()
    wrong = [name for name in names if name not in supported]
    if wrong:
        raise InputError(
            [
                Fault("--formats", shown(name), "没有这个格式", f"可用：{'、'.join(supported)}")
                for name in wrong
            ]
        )
    return tuple(dict.fromkeys(names))


class _Quick:
    """What a command would read, looked at before anything heavy is loaded.

    And whether it is what the last whole build of the same selection read.
    """

    def __init__(self, options: argparse.Namespace):
        from assessment.run import manifest, snapshot

        params = find_folder(options.params)
        defaults = manifest.defaults(params)
        data = find_folder(options.data or str(defaults.get("data", "")))
        out = Path(options.out or str(defaults.get("out", "reports"))).absolute()
        chosen = {name: getattr(options, name) for name in ("region", "year", "chapter")}
        self._asked = json.dumps([chosen, str(params), str(data)], ensure_ascii=False)
        self._formats = ",".join(getattr(options, "formats", None) or ())
        self._manifest, self._take = manifest, snapshot.take
        self.folders = snapshot.Folders(params, data, notebooks(), out)
        self.look()

    def look(self) -> None:
        """Look at the files as they are now."""
        self.seen = self._take(self.folders)

    def unchanged(self) -> bool:
        """Whether nothing was touched since."""
        return self._manifest.unchanged(self.seen, self._asked, self._formats)

    def keep(self, there: dict[str, list[int]]) -> None:
        """Remember that all is built."""
        self._manifest.keep(self.seen, self._asked, self._formats, there)


def _report(options: argparse.Namespace) -> int:
    quick = _Quick(options)
    if not options.force and quick.unchanged():
        console.say(f"没有任何变化，报告都是新的。入口页：{quick.folders.out / 'index.html'}")
        return OK
    from assessment.run.pool import server_processes
    from assessment.run.warm import warmed
    from warmkernel import adopting

    with adopting(server_processes), nullcontext() if options.scheduler else warmed():
        return _build(options, quick)


def _build(options: argparse.Namespace, quick: _Quick) -> int:
    gc.disable()
    try:
        sources, request = _steady(options, quick)
    finally:
        gc.freeze()  # what is read lives to the end
        gc.enable()
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
    names = {r.id: r.name for r in sources.params.regions.regions}
    rows = []
    for done in sorted(report.assembled, key=lambda a: (a.year, request.regions.index(a.region))):
        counts = Counter(verdict for verdict, *_ in done.cells.values())
        word = look(next((v for v in CHAPTERS if counts[v]), "insufficient_data"))
        rows.append((
            f"{done.year} {names[done.region]}",
            f"{len(done.cells) - len(done.failed)}/{len(done.cells)}",
            f"{counts[CHAPTERS[0]]} 章" if counts[CHAPTERS[0]] else "—",
            f"{word.shape} {word.word}",
            f"{done.year}/{done.region}/report.html",
        ))  # fmt: skip
    if rows:
        head, *lines = console.aligned([("单元", "章", "落后", "最差的章", "报告"), *rows])
        console.say(head)
        console.say_all(lines, "都在入口页里")
    if report.kept:
        console.say(f"{len(report.kept)} 份报告没有变化，原样保留。")
    console.say_all(
        [
            *(
                f"失败：{year} 年 {names[region]} 汇编不成：{reason}"
                for (year, region), reason in report.broken.items()
            ),
            *(
                f"失败：{key.year} 年 {names[key.region]} 第 {key.chapter} 章：{outcome.reason}"
                for outcome in report.outcomes
                if not outcome.ok and (key := outcome.key)
            ),
        ],
        "运行 status 看全部",
    )
    console.say_all(
        [
            f"{outcome.key.year} 年 {names[outcome.key.region]} 第 {outcome.key.chapter} 章：{what}"
            for outcome in report.outcomes
            for what in outcome.left_out
        ],
        "预览那一章可以看到全部",
    )
    for path, error in report.refused:
        console.say(f"写不进：{path}（{system_reason(error)}）。{_way_out(path, error)}")
    if report.moved:
        console.say(
            f"生成途中有文件变了，报告用的是变之前的，再运行一次就更新：{_some(report.moved)}"
        )
    console.say(f"入口页：{request.out / 'index.html'}")


_OPENED_WITH = {
    ".docx": "Word 或 WPS", ".xlsx": "Excel 或 WPS", ".pdf": "PDF 阅读器", ".html": "浏览器",
    ".ipynb": "Jupyter", ".txt": "记事本",
}  # fmt: skip


def _way_out(path: Path, error: OSError) -> str:
    """What to do about an output that cannot be replaced."""
    if path.is_dir():
        return "把这个目录移走，再运行一次"
    if isinstance(error, PermissionError) or error.errno == errno.EBUSY:
        program = _OPENED_WITH.get(path.suffix, "别的程序")
        return f"在 {program} 里关闭它（没有打开的话，检查权限），再运行一次；别的文件已是新的"
    return "排除以后再运行一次"


def _some(names: Sequence[str]) -> str:
    shown = "、".join(names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else f"{shown} 等 {len(names)} 个"


def _status(options: argparse.Namespace) -> int:
    from assessment.build.build import plan_jobs, why_stale
    from assessment.build.reports import Reports
    from assessment.run.jobs import notebook_name
    from assessment.run.store import Store

    quick = _Quick(options)
    sources, request = _steady(options, quick)
    store = Store(request.out)
    names = {r.id: r.name for r in sources.params.regions.regions}
    fresh = whole = 0
    stale: dict[tuple[int, str, str], list[str]] = {}
    jobs = plan_jobs(sources, request, store)
    for key, job in jobs.items():
        chapter = sources.params.plan.chapter(key.chapter)
        reason = why_stale(store, key, job.fingerprint, store.notebook(key, notebook_name(chapter)))
        if reason:
            stale.setdefault((key.year, key.region, reason), []).append(key.chapter)
        else:
            fresh += 1
    lines = [
        f"{year} {names[region]} 第 {'、'.join(chapters)} 章：要重做，{reason}"
        for (year, region, reason), chapters in stale.items()
    ]
    units = {(year, region) for year, region, _ in stale}
    reports = Reports(sources, request, store, jobs, {})
    for year in request.years:
        for region in request.regions:
            why = reports.why_stale((year, region))
            if not why and (year, region) in units:
                why = "有的章要重做"
            if why:
                lines.append(f"{year} {names[region]} 报告：要重新汇编，{why}")
            else:
                whole += 1
    lines += [f"入口页 {name}：要重写，缺失或被改动" for name in store.altered_pages()]
    console.say_all(lines, "要全部，在命令后面加 > 状态.txt")
    console.say(f"{fresh} 章、{whole} 份报告是新的")
    return OK


def _verify(options: argparse.Namespace) -> int:
    from assessment.build.verify import verify

    found = []
    faults: list[Fault] = []
    for given in options.folders:
        try:
            found.append((given, verify(Path(given))))
        except InputError as error:
            faults += error.faults
    for given, seen in found:
        if seen.ok:
            console.say(f"{given}：{seen.same} 个文件都与生成时相同")
        else:
            console.say(f"{given}：与生成时不同，{seen.same} 个文件相同")
        for word, names in (
            ("被改动", seen.differing), ("缺失", seen.missing), ("生成时没有", seen.extra),
        ):  # fmt: skip
            for name in names:
                console.say(f"  {word}：{name}")
        console.say(f"  封面上的指纹应为 {seen.fingerprint}；run.json 的 SHA-256 是 {seen.record}")
    if found:
        console.say(
            "run.json 自己有没有被改，要拿上面的指纹与纸质报告的封面对、SHA-256 与归档时记下的对。"
        )
    if faults:
        raise InputError(faults)
    return OK if all(seen.ok for _, seen in found) else CHAPTER_FAILED
