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
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from assessment.results.model import RECORD_MIME, ChapterRecord
from assessment.run.jobs import JobKey
from assessment.run.store import write_atomic
from assessment.run.warm import PRELOAD
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
    """How a job ended; ``reason`` is a readable sentence, ``details`` the traceback."""

    key: JobKey
    ok: bool
    seconds: float
    reason: str = ""
    details: str = ""


_own: list[Template] = []
"""The template of this process, where it needs one."""


def _ensure_template() -> None:
    """Start a template for this process where none was handed down (a worker elsewhere)."""
    if SOCKET_VARIABLE not in os.environ and not _own:
        _own.append(Template(PRELOAD))
        _own[0].__enter__()
        atexit.register(_own[0].__exit__, None, None, None)


def record_of(notebook: NotebookNode) -> ChapterRecord:
    """Read the record that a chapter returned.

    Raises
    ------
    LookupError
        No record, or more than one.
    pydantic.ValidationError
        The record is not valid.
    """
    found = [
        output["data"][RECORD_MIME]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if RECORD_MIME in output.get("data", {})
    ]
    if len(found) != 1:
        raise LookupError(f"{len(found)} records")
    return ChapterRecord.model_validate_json(found[0])


def _readable(error: Exception) -> str:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    if isinstance(error, PapermillExecutionError):
        value = _ANSI.sub("", str(error.evalue)).strip().splitlines()
        where = f"第 {error.cell_index} 格" if error.cell_index is not None else ""
        return f"笔记本{where}出错：{error.ename}：{value[0] if value else ''}"
    if isinstance(error, CellTimeoutError):
        return "有一格超过时限，已停止"
    # Before its first answer, the client says it in these words.
    if isinstance(error, DeadKernelError) or str(error).startswith("Kernel died"):
        return "内核中途退出（可能是内存不足或被终止）"
    if isinstance(error, LookupError):
        return "笔记本运行完了，但没有返回本章结果（最后应有 chapter.record()）"
    if isinstance(error, ValidationError):
        return f"本章结果不合格式（{error.error_count()} 处）"
    return f"{type(error).__name__}：{str(error)[:200]}"


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
    try:
        _ensure_template()
        notebook = _execute(task, clock)
        record = record_of(notebook)
        if (record.chapter, record.region, record.year) != (
            task.key.chapter,
            task.key.region,
            task.key.year,
        ):
            raise LookupError("record of another job")
        write_atomic(task.output, json.dumps(notebook, ensure_ascii=False, sort_keys=True) + "\n")
        return Outcome(task.key, True, time.perf_counter() - started)
    except Exception as error:
        late = isinstance(error, TimeoutError) and clock.is_over
        return Outcome(
            task.key,
            False,
            time.perf_counter() - started,
            "整本笔记本超过时限，已停止" if late else _readable(error),
            _ANSI.sub("", "".join(traceback.format_exception(error))),
        )


def _execute(task: Task, clock: _Clock) -> NotebookNode:
    """Go papermill's steps one by one.

    Its `execute_notebook` lays out the whole notebook as indented text, which takes longer than
    starting the kernel, and changes the working folder of the whole process.
    """
    from papermill.engines import papermill_engines
    from papermill.execute import raise_for_execution_errors, remove_error_markers
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    parameters = {**task.parameters, "inputs": str(task.inputs)}
    notebook = load_notebook_node(str(task.notebook))
    notebook = parameterize_notebook(notebook, parameters, kernel_name=task.kernel)
    notebook = papermill_engines.execute_notebook_with_engine(
        None,
        remove_error_markers(notebook),
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


def read_notebook(content: bytes) -> NotebookNode:
    """Read an executed notebook without validating it again; what outputs hold stays plain."""
    from nbformat import NotebookNode

    raw = json.loads(content)
    node: Any = NotebookNode
    cells = [
        node({**cell, "outputs": [node(output) for output in cell.get("outputs", ())]})
        for cell in raw["cells"]
    ]
    notebook: NotebookNode = node({**raw, "cells": cells})
    return notebook
