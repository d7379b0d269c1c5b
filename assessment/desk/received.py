"""Filled forms on the desk: kept as they came, taken in, and what became of each.

A file lies in the folder of received ones before anything is done with it, and what became of it
is noted after the pack has it. Whatever ends the desk in between, the file is still there and
counts as not yet taken in; taking it in again finds it in the pack and adds nothing twice.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from assessment.desk.choice import Choice
from assessment.desk.notes import change_note, read_note
from assessment.errors import Fault, InputError, system_reason
from assessment.files import file_digest, write_atomic
from assessment.intake import intake
from assessment.intake.layout import together
from assessment.intake.returns import FOLDER as RETURNED

FOLDER = "收到的表"
KINDS = (".xlsx", ".zip")
MOST_BYTES = 200 * 1024 * 1024
"""Largest file that may be dropped; the guard of the forms holds each of them to less."""

_NOTE = "received.json"
_BAD = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_LONGEST_NAME = 120


def put(choice: Choice, name: str, data: bytes) -> str:
    """Keep a file that was dropped, whole, and return the name it lies under.

    The same file again counts as not yet taken in; another one of the same name gets a number.

    Raises
    ------
    InputError
        It is no form, or cannot be written.
    """
    clean = _BAD.sub("_", name)
    stem, kind = Path(clean).stem[:_LONGEST_NAME], Path(clean).suffix.lower()
    if kind not in KINDS or clean.startswith((".", "~$")):
        remedy = "填报表另存为 .xlsx 再放上来；佐证材料另行存档"
        raise InputError([Fault(clean, "", "不是填报表（只收 .xlsx 和 .zip），没有收", remedy)])
    folder = choice.folder / FOLDER
    digest = hashlib.sha256(data).hexdigest()
    number = 1
    while True:
        path = folder / (f"{stem}{kind}" if number == 1 else f"{stem}_{number}{kind}")
        if not path.exists() or file_digest(path) == digest:
            break
        number += 1
    try:
        write_atomic(path, data)
        change_note(choice.folder / _NOTE, lambda note: note.pop(path.name, None))
    except OSError as error:
        why = f"没有存下来（{system_reason(error)}）"
        raise InputError([Fault(clean, "", why, "腾出空间或检查权限，再放一次")]) from None
    return path.name


def waiting(choice: Choice) -> list[Path]:
    """Files that lie there and are not yet taken in."""
    note = read_note(choice.folder / _NOTE)
    return [
        path
        for path in sorted((choice.folder / FOLDER).glob("*"))
        if path.suffix in KINDS and not path.name.startswith(".") and path.name not in note
    ]


def set_aside(choice: Choice, name: str) -> None:
    """Leave a file out: it stays in its folder and is not taken in."""
    if name in {path.name for path in waiting(choice)}:
        change_note(
            choice.folder / _NOTE,
            lambda note: note.update({name: {"when": _now(), "books": [], "aside": True}}),
        )


def take_in(choice: Choice, tell: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Take in what waits, as ``intake`` does, and note what became of it.

    Raises
    ------
    InputError
        Another desk is doing it.
    """
    folder = choice.folder / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=0):
            files = waiting(choice)
            if not files:
                return {"taken": 0, "refused": 0, "unchanged": 0, "faults": []}
            tell(f"正在检查 {len(files)} 个文件", 0, 0)
            report = intake(
                files, choice.pack, choice.open_params(), year=choice.year,
                returns=choice.folder / RETURNED,
            )  # fmt: skip
            books: dict[str, list[dict[str, Any]]] = {path.name: [] for path in files}
            for book in report.workbooks:
                returned = [
                    path.name
                    for path in report.returned
                    if book.owner and path.name.startswith(f"退回单_{book.owner}_{choice.year}")
                ]
                source = book.file.partition("/")[0]
                books.setdefault(source, []).append(
                    {
                        "file": book.file, "owner": book.owner, "form": book.form,
                        "status": book.status, "added": book.added, "revised": book.revised,
                        "missing": book.missing,
                        "faults": _told(report.faults, book.file),
                        "notices": _told(report.notices, book.file),
                        "gaps": _told(report.gaps, book.file),
                        "returned": returned[-1] if returned and book.status == "refused" else "",
                    }
                )  # fmt: skip
            when = _now()
            change_note(
                choice.folder / _NOTE,
                lambda note: note.update(
                    {name: {"when": when, "books": found} for name, found in books.items()}
                ),
            )
    except Timeout:
        what = "另一个工作台正在收这一年的表"
        raise InputError([Fault(FOLDER, "", what, "等它收完，再按一次")]) from None
    ends = [book.status for book in report.workbooks]
    known = {book.file for book in report.workbooks}
    return {
        "taken": ends.count("accepted"),
        "refused": ends.count("refused"),
        "unchanged": ends.count("unchanged"),
        "faults": [
            {"where": f"{f.file} {f.place}".strip(), "problem": f.problem, "remedy": f.remedy}
            for f in (*together([f for f in report.faults if f.file not in known]), *report.failed)
        ],
    }


def files(choice: Choice) -> list[dict[str, Any]]:
    """What became of every file, the latest first."""
    note = read_note(choice.folder / _NOTE)
    found = [
        {"file": name, **said}
        for name, said in note.items()
        if isinstance(said, dict) and isinstance(said.get("books"), list)
    ]
    return sorted(found, key=lambda one: str(one.get("when", "")), reverse=True)


def reports_of(choice: Choice) -> dict[str, dict[str, Any]]:
    """What became of the last form of each owner."""
    found: dict[str, dict[str, Any]] = {}
    for one in reversed(files(choice)):
        for book in one["books"]:
            if book["owner"] and (book["status"] != "unchanged" or book["owner"] not in found):
                found[book["owner"]] = {**book, "when": one["when"]}
    return found


def returned(choice: Choice, name: str) -> Path:
    """Return a form that is to be sent back.

    Raises
    ------
    InputError
        There is none of this name.
    """
    for path in (choice.folder / RETURNED).glob("*.xlsx"):
        if path.name == name:
            return path
    raise InputError([Fault(RETURNED, name, "没有这份退回单", "请重新收一次表")])


def _told(faults: tuple[Fault, ...], file: str) -> list[dict[str, str]]:
    return [
        {"where": fault.place, "problem": fault.problem, "remedy": fault.remedy}
        for fault in together([fault for fault in faults if fault.file == file])
    ]


def _now() -> str:
    return datetime.now().isoformat(timespec="seconds")
