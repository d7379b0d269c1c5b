"""The command line: arguments and messages, nothing else."""

from __future__ import annotations

import argparse
import errno
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
from assessment.run.stop import NotFinishedError, Stopped, open_streams, stoppable

if TYPE_CHECKING:
    from rich.console import Console

    from assessment.run.build import Report, Request
    from assessment.run.snapshot import Snapshot
    from assessment.sources import Sources

MOST_READINGS = 5
"""How often inputs are read that somebody is changing."""

MOST_NAMED = 8
"""How many files are named that were changed while a build ran."""

COMMANDS = ("report", "check", "status", "verify", "forms", "intake", "preview")


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
        "--scheduler",
        metavar="地址",
        default="",
        help="dask 调度器 tcp://主机:端口 或 tls://主机:端口",
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
    intake.add_argument("files", nargs="+", metavar="FILE.xlsx")
    intake.add_argument("--into", required=True, metavar="目录", help="数据包")
    intake.add_argument("--params", metavar="目录", default="params", help="参数目录，默认 params")
    status = commands.add_parser("status", help="哪些是新的、哪些要重做及原因、哪些失败")
    folders(status)
    selection(status)
    verify = commands.add_parser("verify", help="归档的报告是不是当初生成的，哪个文件被改过")
    verify.add_argument("folders", nargs="+", metavar="DIR", help="一份报告的目录，里面有 run.json")
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
    open_streams()
    with stoppable():
        return _run(list(sys.argv[1:] if arguments is None else arguments))


def _run(given: list[str]) -> int:
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
        "verify": _verify,
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
    except KeyboardInterrupt as told:
        print("已中断；做完的部分留着，下次接着做。", file=sys.stderr)
        return told.status if isinstance(told, Stopped) else 130
    except NotFinishedError as error:
        print(f"{error}；做完的部分留着，再运行一次接着做。", file=sys.stderr)
        return CHAPTER_FAILED
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


def _request(options: argparse.Namespace, seen: Snapshot) -> tuple[Sources, Request]:
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
        self._formats = getattr(options, "formats", None) or ""
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
        print(f"没有任何变化，报告都是新的。入口页：{quick.folders.out / 'index.html'}")
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
    if not report.ok:
        return CHAPTER_FAILED
    if not report.moved:
        quick.keep(report.there)
    return OK


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
    for path, error in report.refused:
        console.print(Text(f"写不进：{path}（{system_reason(error)}）。{_way_out(path, error)}"))
    if report.moved:
        console.print(
            Text(f"生成途中有文件变了，报告用的是变之前的，再运行一次就更新：{_some(report.moved)}")
        )
    console.print(Text(f"入口页：{request.out / 'index.html'}"))


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
    from assessment.run.build import plan_jobs, why_stale
    from assessment.run.jobs import notebook_name
    from assessment.run.reports import Reports
    from assessment.run.store import Store

    quick = _Quick(options)
    sources, request = _steady(options, quick)
    store = Store(request.out)
    names = {r.id: r.name for r in sources.params.regions.regions}
    chapters = fresh = 0
    jobs = plan_jobs(sources, request, store)
    stale_units = set()
    for key, job in jobs.items():
        chapter = sources.params.plan.chapter(key.chapter)
        reason = why_stale(store, key, job.fingerprint, store.notebook(key, notebook_name(chapter)))
        if reason:
            stale_units.add((key.year, key.region))
            print(f"{key.year} {names[key.region]} 第 {key.chapter} 章：要重做，{reason}")
        else:
            chapters += 1
    reports = Reports(sources, request, store, jobs, {})
    for year in request.years:
        for region in request.regions:
            if reason := reports.why_stale((year, region)):
                print(f"{year} {names[region]} 报告：要重新汇编，{reason}")
            elif (year, region) in stale_units:
                print(f"{year} {names[region]} 报告：要重新汇编，有的章要重做")
            else:
                fresh += 1
    for name in store.altered_pages():
        print(f"入口页 {name}：要重写，缺失或被改动")
    print(f"{chapters} 章、{fresh} 份报告是新的")
    return OK


def _verify(options: argparse.Namespace) -> int:
    from assessment.run.verify import verify

    found = []
    faults: list[Fault] = []
    for given in options.folders:
        try:
            found.append((given, verify(Path(given))))
        except InputError as error:
            faults += error.faults
    for given, seen in found:
        if seen.ok:
            print(f"{given}：{seen.same} 个文件都与生成时相同")
        else:
            print(f"{given}：与生成时不同，{seen.same} 个文件相同")
        for word, names in (
            ("被改动", seen.differing), ("缺失", seen.missing), ("生成时没有", seen.extra),
        ):  # fmt: skip
            for name in names:
                print(f"  {word}：{name}")
        print(f"  封面上的指纹应为 {seen.fingerprint}；run.json 的 SHA-256 是 {seen.record}")
    if found:
        print(
            "run.json 自己有没有被改，要拿上面的指纹与纸质报告的封面对、SHA-256 与归档时记下的对。"
        )
    if faults:
        raise InputError(faults)
    return OK if all(seen.ok for _, seen in found) else CHAPTER_FAILED
