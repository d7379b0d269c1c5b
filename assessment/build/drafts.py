"""Drafts that were handed over: kept under ``drafts/`` of the output folder, never overwritten.

A draft is a year's reports as they lay there: ``drafts/2025/01-自评稿/zhangdian/…`` with all
editions, and ``draft.json``, which has the digest of each report's ``run.json``. It is named by its
number and by the status on the covers, not by the day, so that the same reports give the same draft.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assessment.build.locked import locked
from assessment.build.verify import RECORD, verify
from assessment.characters import shown
from assessment.errors import Fault, InputError, system_reason
from assessment.files import file_digest
from assessment.run.store import Store

FOLDER = "drafts"
"""Where drafts lie in the output folder."""

MARK = "draft.json"
"""What a draft says of itself."""


@dataclass(frozen=True)
class Draft:
    """A year's reports as they were handed over.

    Attributes
    ----------
    year : int
        The year that is assessed.
    number : int
        1 for the first draft of the year.
    kind : str
        自评稿, 征求意见 or 正式, as it is printed on the covers.
    cutoff : str
        Until when the data were taken.
    reports : mapping of str to str
        SHA-256 of ``run.json`` by unit.
    """

    year: int
    number: int
    kind: str
    cutoff: str
    reports: Mapping[str, str]

    @property
    def name(self) -> str:
        """Name of its folder."""
        return f"{self.number:02d}-{self.kind}"

    @property
    def title(self) -> str:
        """What a reader calls it."""
        return f"第 {self.number} 稿（{self.kind}）"

    def folder(self, out: Path) -> Path:
        """Where it lies in an output folder."""
        return out / FOLDER / str(self.year) / self.name


def read_draft(folder: Path) -> Draft | None:
    """Read what a draft says of itself; None where the folder holds none."""
    try:
        data = json.loads((folder / MARK).read_text(encoding="utf-8"))
        draft = Draft(**data)
        sound = all(isinstance(one, str) for pair in draft.reports.items() for one in pair)
        named = isinstance(draft.kind, str) and isinstance(draft.cutoff, str)
        counted = isinstance(draft.year, int) and isinstance(draft.number, int)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    return draft if sound and named and counted else None


def drafts(out: Path, year: int) -> list[Draft]:
    """List the drafts of a year, the first one first."""
    found = (read_draft(folder) for folder in (out / FOLDER / str(year)).glob("*-*"))
    return sorted((one for one in found if one), key=lambda draft: draft.number)


def newest(out: Path, year: int, region: str) -> Draft | None:
    """Return the newest draft of a year that holds a unit."""
    return next((one for one in reversed(drafts(out, year)) if region in one.reports), None)


def keep(out: Path, year: int) -> tuple[Draft, bool]:
    """Keep the reports of a year as a draft.

    Parameters
    ----------
    out : Path
        The output folder.
    year : int
        The year whose reports are kept, all units that have one.

    Returns
    -------
    draft : Draft
        The draft that holds them.
    new : bool
        Whether it was kept now; not where the newest draft holds the same reports already.

    Raises
    ------
    InputError
        There are no reports, one is not as it was built, their covers do not bear the same status,
        or the folder cannot be written.
    """
    place = f"{out}/{year}"
    if not any((out / str(year)).glob(f"*/{RECORD}")):
        raise InputError([Fault("--year", place, "没有这一年的报告", "先生成报告，再留稿")])
    with locked(out):
        reports = sorted(path.parent for path in (out / str(year)).glob(f"*/{RECORD}"))
        kind, cutoff = _said(reports)
        digests = {folder.name: file_digest(folder / RECORD) for folder in reports}
        before = drafts(out, year)
        if before and (before[-1].kind, before[-1].reports) == (kind, digests):
            return before[-1], False
        draft = Draft(year, _last_number(out, year) + 1, kind, cutoff, digests)
        try:
            _copy(Store(out), draft, reports)
        except OSError as error:
            why = f"写不进（{system_reason(error)}）"
            raise InputError([Fault(str(draft.folder(out)), "", why, "排除以后再留稿")]) from None
        return draft, True


def _last_number(out: Path, year: int) -> int:
    """Return the highest number of a folder, also of one that cannot be read: it stays there."""
    names = (folder.name.partition("-")[0] for folder in (out / FOLDER / str(year)).glob("*-*"))
    return max((int(name) for name in names if name.isdecimal()), default=0)


def _said(reports: list[Path]) -> tuple[str, str]:
    """Return status and cut-off date of reports that are as they were built."""
    faults: list[Fault] = []
    said: dict[str, list[str]] = {}
    cutoffs = []
    for folder in reports:
        try:
            seen = verify(folder)
            if seen.differing or seen.missing:
                names = "、".join(seen.differing + seen.missing)
                faults.append(
                    Fault(str(folder), "", f"与生成时不同：{names}", "再生成一次，然后留稿")
                )
                continue
            results: Any = json.loads((folder / "results.json").read_text(encoding="utf-8"))
            said.setdefault(str(results["status"]), []).append(folder.name)
            cutoffs.append(str(results["pack"]["cutoff"]))
        except InputError as error:
            faults += error.faults
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            faults.append(Fault(str(folder), "results.json", "不能读取", "再生成一次，然后留稿"))
    if not faults and len(said) > 1:
        words = "；".join(f"{kind}：{'、'.join(units)}" for kind, units in said.items())
        remedy = "按 run.yml 的 status 把这一年全部再生成一次"
        faults = [Fault("封面", "", f"各份报告的状态不一样（{shown(words, 200)}）", remedy)]
    if faults:
        raise InputError(faults)
    return next(iter(said)), max(cutoffs)


def _copy(store: Store, draft: Draft, reports: list[Path]) -> None:
    """Put a draft in its place whole: a folder that is there is never written into."""
    place = draft.folder(store.out)
    staged = store.staged(place)
    try:
        for folder in reports:
            for name in (*_files(folder), RECORD):
                copy = staged / folder.name / name
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(folder / name, copy)
        text = json.dumps(asdict(draft), ensure_ascii=False, indent=1)
        (staged / MARK).write_text(text + "\n", encoding="utf-8")
        place.parent.mkdir(parents=True, exist_ok=True)
        staged.rename(place)
    finally:
        shutil.rmtree(store.staging, ignore_errors=True)


def _files(folder: Path) -> Iterator[str]:
    yield from json.loads((folder / RECORD).read_text(encoding="utf-8"))["files"]
