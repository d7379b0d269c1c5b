"""The process that runs a previewed chapter; replaced by a new one when the library changes."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock, Thread

import nbformat
from nbformat import NotebookNode

from assessment.errors import InputError
from assessment.files import write_atomic
from assessment.preview.messages import (
    Edited,
    Opened,
    Outcome,
    Refused,
    Seen,
    Subject,
    Trouble,
    Unchanged,
)
from assessment.preview.subject import Chosen, choose
from assessment.report.exporter import ChapterPages, Cover, render_report
from assessment.results.model import ChapterRecord
from assessment.run.execute import Limits, Task, run_task
from assessment.run.execute import Outcome as Ran
from assessment.run.jobs import notebook_digest, notebook_words
from assessment.run.warm import PRELOAD
from assessment.show.reading import read_chapter, read_notebook, record_of
from warmkernel import SOCKET_VARIABLE, Template, kernel_name

_FAILED = re.compile(r'Exception encountered at "In \[(\d+)\]":\n-*\n?(.*)', re.DOTALL)


class Bench:
    """Runs one subject's chapter again and again.

    Parameters
    ----------
    subject : Subject
        What is previewed.
    folder : Path
        Place for the inputs and the executed notebook; private.

    Raises
    ------
    InputError
        The subject cannot be previewed.
    """

    def __init__(self, subject: Subject, folder: Path):
        self.subject = subject
        self.folder = folder
        self.chosen = choose(subject)
        self._last: tuple[str, str] | None = None
        self._output = folder / "chapter.ipynb"
        # What the process before this one made: while the cells run, its page is made once more,
        # so that templates and fonts are ready when they are needed.
        self._warming = Thread(target=self._warm_up, daemon=True)

    def forget(self) -> None:
        """Run the notebook next time, whatever has changed."""
        self._last = None

    def _warm_up(self) -> None:
        with suppress(OSError, ValueError, LookupError):
            executed = read_notebook(self._output.read_bytes())
            chapter_page(self.chosen, executed, record_of(executed))

    @property
    def opened(self) -> Opened:
        """What was found."""
        return Opened(self.chosen.heading, self.subject.params, self.chosen.data)

    def run(self) -> Outcome:
        """Run the notebook if anything that it depends on has changed, and make its page."""
        try:
            self.chosen = choose(self.subject)
        except InputError as error:
            self._last = None
            lines = tuple(str(fault) for fault in error.faults)
            return Trouble(f"输入有 {len(lines)} 处问题", lines)
        key = self.chosen.key
        words = notebook_words(self.subject.notebook)
        inputs = self.chosen.sources.job(key.chapter, key.region, key.year, words)
        state = (notebook_digest(self.subject.notebook), inputs.fingerprint)
        if state == self._last:
            return Unchanged()
        self._last = None
        place = self.folder / "inputs.json"
        write_atomic(place, inputs.model_dump_json())
        if self._warming.ident is None:
            self._warming.start()
        run = self.chosen.sources.params.run
        ran = run_task(
            Task(
                key=key,
                notebook=self.subject.notebook,
                inputs=place,
                output=self._output,
                parameters=self.chosen.parameters,
                kernel=kernel_name,
                limits=Limits(run.cell_seconds, run.notebook_seconds, run.memory_gib),
            )
        )
        self._warming.join()
        if not ran.ok:
            return trouble_of(ran, self.subject.notebook)
        self._last = state
        executed = read_notebook(self._output.read_bytes())
        page = chapter_page(self.chosen, executed, record_of(executed))
        return Seen(page, _seconds(executed), ran.left_out)


def chapter_page(chosen: Chosen, executed: NotebookNode, record: ChapterRecord) -> str:
    """Return a report that holds one chapter and nothing else."""
    params, pack = chosen.sources.params, chosen.sources.pack_info
    chapter = params.plan.chapter(record.chapter)
    cover = Cover(
        title=f"{params.plan.short_title}年度评估报告",
        unit=params.region(record.region).name,
        year=record.year,
        status=params.run.status,
        pack_title=pack.title,
        pack_kind=pack.kind,
        cutoff=pack.cutoff,
        fingerprint=record.fingerprint[:12],
        disclaimer=params.synergy.disclaimer,
    )
    pages = ChapterPages(
        anchor=f"chapter-{chapter.id}",
        number=f"第{chapter.number}章",
        title=chapter.title,
        blocks=read_chapter(executed).blocks,
    )
    return render_report([], [pages], [], cover, demo=pack.kind == "demo")


def trouble_of(ran: Ran, notebook: Path) -> Trouble:
    """Say which cell failed and why, from the reason and the traceback that papermill left."""
    found = _FAILED.search(ran.details)
    if found is None:
        return Trouble(ran.reason, details=ran.details)
    cells = nbformat.read(notebook, as_version=4).cells
    code = [(n, cell.source) for n, cell in enumerate(cells, 1) if cell.cell_type == "code"]
    # papermill puts a cell of its own, which counts, behind that of the parameters.
    tagged = [n for n, c in enumerate(cells, 1) if "parameters" in c.metadata.get("tags", [])]
    before = sum(n <= tagged[0] for n, _ in code) if tagged else 0
    executed = int(found[1])
    place = executed - 1 if executed <= before else executed - 2
    traceback = found[2].strip()
    if not 0 <= place < len(code):
        return Trouble(ran.reason, _last_paragraph(traceback), details=traceback)
    cell, source = code[place]
    said = (*_last_paragraph(traceback), *_places(traceback))
    return Trouble(f"第 {cell} 格出错", said, cell, source, traceback)


def _last_paragraph(traceback: str) -> tuple[str, ...]:
    """Return the exception's own message, which may have several lines."""
    lines = traceback.splitlines()
    for start in range(len(lines) - 1, -1, -1):
        if re.match(r"[A-Za-z_][\w.]*(Error|Exception|Warning|Interrupt)?: ", lines[start]):
            return tuple(line for line in lines[start:] if line.strip())
    return tuple(lines[-1:])


def _places(traceback: str) -> tuple[str, ...]:
    """Return the line of the cell, and the last line of this library, that the error came by."""
    lines = re.findall(r"^ *Cell In\[\d+\], line (\d+)", traceback, re.MULTILINE)
    found = [f"在这一格的第 {lines[0]} 行"] if lines else []
    root = Path(__file__).resolve().parents[2]
    for name, line in re.findall(r"^ *File (.+?):(\d+)", traceback, re.MULTILINE)[::-1]:
        ours = Path(name).is_relative_to(root / "assessment")
        if ours and Path(name).name != "hints.py":  # where a wrong name is answered, not written
            found.append(f"在 {Path(name).relative_to(root).as_posix()} 的第 {line} 行")
            break
    return tuple(found)


def _seconds(executed: NotebookNode) -> float:
    """Time that the cells took, as papermill measured it."""
    spans = (cell.metadata.get("papermill", {}).get("duration") for cell in executed.cells)
    return float(sum(span for span in spans if span))


class Kernels:
    """Where kernels are forked from: third-party libraries at first, then this library as well."""

    def __init__(self) -> None:
        self._plain = os.environ.get(SOCKET_VARIABLE)
        self._lock = Lock()
        self._template: Template | None = None

    def warm(self) -> None:
        """Begin to import this library into a template, unless that was done."""
        if self._template is None and self._plain is not None:
            self._template = Template(PRELOAD)
            Thread(target=self._move_to, args=(self._template,), daemon=True).start()

    def renew(self) -> None:
        """Fork no more kernels from a template that has the library as it was."""
        with self._lock:
            template, self._template = self._template, None
            if self._plain is not None:
                os.environ[SOCKET_VARIABLE] = self._plain
            if template is not None:
                template.close()

    def _move_to(self, template: Template) -> None:
        with self._lock:
            if template is not self._template:
                return
            template.start()
        with suppress(RuntimeError):
            template.status()
        with self._lock:
            if template is self._template and template.socket is not None:
                os.environ[SOCKET_VARIABLE] = str(template.socket)


def loaded_files() -> set[Path]:
    """Files of the modules that this process has imported."""
    modules = tuple(sys.modules.values())
    return {Path(file) for module in modules if (file := getattr(module, "__file__", None))}


def work(pipe: Connection, subject: Subject, folder: Path) -> None:
    """Open a subject, then run it whenever asked, until the other end of the pipe is closed."""
    try:
        bench = Bench(subject, folder)
    except InputError as error:
        pipe.send(Refused(error.faults))
        return
    kernels = Kernels()
    try:
        pipe.send(bench.opened)
        while True:
            asked = pipe.recv()
            if isinstance(asked, Edited):
                goes_on = all(file.suffix == ".py" for file in asked.files)
                goes_on = goes_on and loaded_files().isdisjoint(asked.files)
                if goes_on:
                    kernels.renew()
                    bench.forget()
                pipe.send(goes_on)
            else:
                pipe.send(bench.run())
                kernels.warm()
    except (EOFError, OSError):
        pass
    finally:
        kernels.renew()
