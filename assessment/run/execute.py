"""Run one notebook with papermill and hold it to its contract."""

from __future__ import annotations

import atexit
import json
import math
import os
import re
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from assessment.errors import NoRecordError
from assessment.files import write_atomic
from assessment.results.model import PARTS, ChapterRecord
from assessment.run.jobs import JobKey
from assessment.run.warm import PRELOAD
from assessment.show.reading import own_cells, read_chapter, record_of
from warmkernel import SOCKET_VARIABLE, Template

if TYPE_CHECKING:
    from nbformat import NotebookNode

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Limits:
    """How long a cell and a notebook may take, in seconds, and a kernel's memory in GiB."""

    cell: int
    notebook: int
    memory: float


@dataclass(frozen=True)
class Task:
    """A job with where its inputs lie and its notebook goes.

    ``folder`` is the working folder of the kernel where the notebook does not lie there itself.
    """

    key: JobKey
    notebook: Path
    inputs: Path
    output: Path
    parameters: dict[str, str | int]
    kernel: str
    limits: Limits
    folder: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """How a job ended.

    Attributes
    ----------
    key, ok, seconds
        Which job, whether it ended well, how long it took.
    reason : str
        Why it failed, in a sentence.
    details : str
        The traceback.
    left_out : tuple of str
        What cells showed that the report does not have, a sentence each.
    """

    key: JobKey
    ok: bool
    seconds: float
    reason: str = ""
    details: str = ""
    left_out: tuple[str, ...] = ()


_own: list[Template] = []
"""The template of this process, where it needs one."""


def _ensure_template() -> None:
    """Start a template for this process where none was handed down (a worker elsewhere)."""
    if SOCKET_VARIABLE not in os.environ and not _own:
        _own.append(Template(PRELOAD))
        _own[0].__enter__()
        atexit.register(_own[0].__exit__, None, None, None)


_MUCH = 32 * 2**20
"""Characters of output from which a cell that ran out of time is told by its output."""


class ChapterFailedError(Exception):
    """A chapter that did not come about; its message is the reason."""


def _readable(error: Exception, at: str, printed: int) -> str:
    """Say why a notebook failed.

    Parameters
    ----------
    error : Exception
        What was raised.
    at : str
        The cell that was running, in words; may be empty.
    printed : int
        Characters that it had put out.
    """
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    if isinstance(error, ChapterFailedError):
        return str(error)
    if isinstance(error, PapermillExecutionError):
        value = _ANSI.sub("", str(error.evalue)).strip().splitlines()
        return f"笔记本{at or '有一格'}出错：{error.ename}：{value[0] if value else ''}"
    if isinstance(error, CellTimeoutError | DeadKernelError) and printed > _MUCH:
        return f"{at or '有一格'}输出了 {printed // 2**20} MB，多到收不完，已停止"
    if isinstance(error, CellTimeoutError):
        return f"{at or '有一格'}超过时限，已停止"
    # Before its first answer, the client says it in these words.
    if isinstance(error, DeadKernelError) or str(error).startswith("Kernel died"):
        return f"{at}运行时内核中途退出（可能是内存不足或被终止）"
    if isinstance(error, NoRecordError) and error.count:
        return f"笔记本返回了 {error.count} 份本章结果，只应在最后一格写一次 chapter.record()"
    if isinstance(error, NoRecordError):
        return "笔记本运行完了，但没有返回本章结果（最后一格应是 chapter.record()，后面不加分号）"
    if isinstance(error, ValidationError):
        return f"本章结果不合格式（{error.error_count()} 处）"
    return f"{type(error).__name__}：{str(error)[:200]}"


def _where(notebook: NotebookNode) -> tuple[str, int]:
    """Return the last cell that was begun, in words, and how much it put out."""
    at, size = "", 0
    for place, cell in own_cells(notebook):
        # At the end papermill calls every cell completed, those never begun as well.
        if cell.metadata.get("papermill", {}).get("start_time"):
            size = sum(len(str(output.get("text", ""))) for output in cell.get("outputs", ()))
            line = next(iter(str(cell.source).strip().splitlines()), "")
            at = f"第 {place} 格（{line[:40]}）"
    return at, size


def _check_parameters(notebook: NotebookNode) -> None:
    """Refuse a notebook that would run with its own parameters instead of those given."""
    cells = list(own_cells(notebook))
    if any("parameters" in cell.metadata.get("tags", ()) for _, cell in cells):
        return
    like = next((n for n, c in cells if re.search(r"^region\s*(:.*)?=", c.source, re.M)), None)
    which = f"第 {like} 格像是参数格，但标签丢了" if like else "没有参数格"
    raise ChapterFailedError(
        f"笔记本{which}：给参数格加上标签 parameters，否则给它的单元和年度不起作用"
    )


def _check_exit(notebook: NotebookNode) -> None:
    """Tell a notebook that left early, which papermill takes for a good end."""
    for place, cell in own_cells(notebook):
        for output in cell.get("outputs", ()):
            if output["output_type"] == "error" and output.get("ename") == "SystemExit":
                raise ChapterFailedError(f"第 {place} 格用 sys.exit 退出，后面的格没有执行")


def _written(notebook: NotebookNode, anchor: str) -> str:
    """Say in which cell a part is called that was not shown; empty where it is in none."""
    part = anchor.partition("-")[2]
    call = f"{part}_part(" if part in PARTS else f'section("{part.removeprefix("s")}"'
    places = [n for n, cell in own_cells(notebook) if call in cell.source.replace("'", '"')]
    return f"（写在第 {places[0]} 格）" if places else ""


def _check_shown(notebook: NotebookNode, record: ChapterRecord) -> tuple[str, ...]:
    """Hold what was shown against what the chapter must show; return what was left out."""
    reading = read_chapter(notebook)
    missing = [
        title + _written(notebook, anchor)
        for anchor, title in record.parts.items()
        if anchor not in reading.anchors
    ]
    if missing:
        raise ChapterFailedError(
            f"本章没有显示：{'、'.join(missing)}。写了却没有显示的，看那一格：末尾有分号、"
            "写在 if 或 for 里面、或不在最后一行，都不显示；确实不要的写 chapter.omit(…, reason=…)"
        )
    return tuple(map(str, reading.left_out))


class _Clock:
    """Tells each cell how long it may take: its own limit, or what is left of the notebook's."""

    def __init__(self, limits: Limits) -> None:
        self._cell = limits.cell
        self._end = time.monotonic() + limits.notebook

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    def left(self, _: object) -> int:
        if self.is_over:
            raise TimeoutError
        return min(self._cell, math.ceil(self._end - time.monotonic()))


def run_task(task: Task) -> Outcome:
    """Execute a job's notebook; the output appears whole or not at all."""
    os.environ["WARMKERNEL_MEMORY_MB"] = str(int(task.limits.memory * 1024))
    started = time.perf_counter()
    clock = _Clock(task.limits)
    running: list[NotebookNode] = []
    try:
        _ensure_template()
        notebook = _execute(task, clock, running)
        _check_exit(notebook)
        record = record_of(notebook)
        if (record.chapter, record.region, record.year) != (
            task.key.chapter,
            task.key.region,
            task.key.year,
        ):
            raise ChapterFailedError(
                f"笔记本返回的是 {record.year} 年 {record.region} 第 {record.chapter} 章的结果："
                "参数格之后不要再给 region、year、inputs 赋值"
            )
        left_out = _check_shown(notebook, record)
        write_atomic(task.output, json.dumps(notebook, ensure_ascii=False, sort_keys=True) + "\n")
        return Outcome(task.key, True, time.perf_counter() - started, left_out=left_out)
    except Exception as error:
        late = isinstance(error, TimeoutError) and clock.is_over
        at, printed = _where(running[0]) if running else ("", 0)
        return Outcome(
            task.key,
            False,
            time.perf_counter() - started,
            f"整本笔记本超过时限，停在{at}" if late else _readable(error, at, printed),
            _ANSI.sub("", "".join(traceback.format_exception(error))),
        )


def _execute(task: Task, clock: _Clock, running: list[NotebookNode]) -> NotebookNode:
    """Go papermill's steps one by one.

    ``running`` takes the notebook as it is filled. papermill's `execute_notebook` lays out the whole notebook as indented text, which takes longer than
    starting the kernel, and changes the working folder of the whole process.
    """
    from papermill.engines import papermill_engines
    from papermill.execute import raise_for_execution_errors, remove_error_markers
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    parameters = {**task.parameters, "inputs": str(task.inputs)}
    notebook = load_notebook_node(str(task.notebook))
    _check_parameters(notebook)
    notebook = parameterize_notebook(notebook, parameters, kernel_name=task.kernel)
    notebook = remove_error_markers(notebook)
    running.append(notebook)
    notebook = papermill_engines.execute_notebook_with_engine(
        None,
        notebook,
        kernel_name=task.kernel,
        kernel_manager_class="warmkernel.manager.WarmKernelManager",
        progress_bar=False,
        autosave_cell_every=0,
        timeout_func=clock.left,
        start_timeout=60,
        resources={"metadata": {"path": str(task.folder or task.notebook.parent)}},
    )
    raise_for_execution_errors(notebook, None)
    executed: NotebookNode = notebook
    _make_repeatable(executed, task.parameters)
    return executed


def _make_repeatable(notebook: NotebookNode, parameters: Mapping[str, str | int]) -> None:
    """Leave out the compiled inputs, which are gone after the build: a reader runs it by hand."""
    notebook.metadata.papermill.parameters = dict(parameters)
    for cell in notebook.cells:
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell.source = "\n".join(
                f"{name} = {json.dumps(value, ensure_ascii=False)}"
                for name, value in parameters.items()
            )
