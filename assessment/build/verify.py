"""Whether a filed report folder is what was built: each file against the digests in run.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from assessment.errors import Fault, InputError
from assessment.files import file_digest

RECORD = "run.json"


@dataclass(frozen=True)
class Verified:
    """What was found in a report folder.

    Attributes
    ----------
    same : int
        How many files are as they were built.
    differing, missing, extra : tuple of str
        Files that are not, by what is wrong with them.
    fingerprint : str
        The one printed on the cover of the report that was built.
    record : str
        SHA-256 of ``run.json``, which cannot tell of itself.
    """

    same: int
    differing: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    fingerprint: str
    record: str

    @property
    def ok(self) -> bool:
        """Whether the folder is what was built."""
        return not (self.differing or self.missing or self.extra)


def verify(folder: Path) -> Verified:
    """Compare the files of a report folder with the digests that were taken when it was built.

    Raises
    ------
    InputError
        It is no report folder, or its record has no digests.
    """
    record = _record(folder)
    files: dict[str, str] = record["files"]
    there = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file() or path.is_symlink()
    }
    there.pop(RECORD, None)
    known = sorted(files.keys() & there.keys())
    differing = tuple(name for name in known if file_digest(there[name]) != files[name])
    return Verified(
        same=len(known) - len(differing),
        differing=differing,
        missing=tuple(sorted(files.keys() - there.keys())),
        extra=tuple(sorted(there.keys() - files.keys())),
        fingerprint=str(record.get("fingerprint", "")),
        record=file_digest(folder / RECORD),
    )


def _record(folder: Path) -> dict[str, Any]:
    place = str(folder)
    if not (folder / RECORD).is_file():
        remedy = f"应是一份报告的目录，里面有 {RECORD}，如 reports/2025/zhangdian"
        raise InputError([Fault(place, "", "不是报告目录", remedy)])
    try:
        record: Any = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise InputError([Fault(place, RECORD, "不能读取，或已损坏")]) from None
    record = record if isinstance(record, dict) else {}
    files = record.get("files")
    if not isinstance(files, dict) or not files:
        why = "没有记下各文件的摘要，无从核对"
        raise InputError([Fault(place, RECORD, why, "这是旧版程序做的，或已被改动")])
    if not all(isinstance(value, str) and _is_inside(name) for name, value in files.items()):
        raise InputError([Fault(place, RECORD, "摘要不合格式", "已被改动")])
    found: dict[str, Any] = record
    return found


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts
