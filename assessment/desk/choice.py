"""What a desk works on: a data pack, a plan and a year; and where the year's papers lie.

Every request of the page says which of these it shows, so that two tabs with two packs never take
each other's forms in. On disk stays only what a new tab begins with.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from assessment.data.pack import load_pack
from assessment.data.pack_files import HEAD
from assessment.errors import Fault, InputError, nearest, system_reason
from assessment.files import write_atomic
from assessment.folders import as_given, project
from assessment.job.sources import Sources, open_params, open_sources
from assessment.params.model import Params

ROOM = "工作台"
"""Folder, below the one in which the desk was opened, with what it keeps."""

_CHOSEN = "choice.json"
_PLAN = "plan.yml"
_BAD_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]|^[. ]|[. ]$')
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Choice:
    """A data pack, a parameter folder and a year."""

    pack: Path
    params: Path
    year: int

    @property
    def folder(self) -> Path:
        """Where forms, filled forms and notes of this pack and year lie."""
        return Path.cwd() / ROOM / as_given(self.pack).strip("/").replace("/", "_") / str(self.year)

    def open_params(self) -> Params:
        """Parameters, read once as long as nobody changes them."""
        return open_params(self.params)

    def open(self) -> Sources:
        """Parameters and pack; a pack without any figure yet is a pack.

        Raises
        ------
        InputError
            With every fault of both.
        """
        try:
            return open_sources(self.params, self.pack)
        except InputError:
            params = self.open_params()
            return Sources(params, load_pack(self.pack, params, allow_empty=True))


def packs() -> dict[str, Path]:
    """Data packs that the desk knows, by the name that commands know them by."""
    here = Path.cwd()
    return _with(HEAD, here, here / "data", project() / "data")


def plans() -> dict[str, Path]:
    """Parameter folders that the desk knows."""
    here = Path.cwd()
    return _with(_PLAN, here, project())


def _with(file: str, *places: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for place in places:
        for path in sorted(place.glob(f"[!.]*/{file}")):
            folder = path.parent.resolve()
            found.setdefault(as_given(folder), folder)
    return found


def choose(pack: str, params: str, year: str) -> Choice:
    """Find what a request names.

    Raises
    ------
    InputError
        A name that the desk does not know, or no year.
    """
    faults = []
    for what, name, known in (("数据包", pack, packs()), ("方案", params, plans())):
        if name not in known:
            faults.append(
                Fault(what, name, "没有这个目录", nearest(name, list(known)) or "请在第 1 步另选")
            )
    if not (year.isdecimal() and 1990 <= int(year) <= 2100):
        faults.append(Fault("年度", year, "应为 1990 到 2100 的整数", "请在第 1 步改"))
    if faults:
        raise InputError(faults)
    return Choice(packs()[pack], plans()[params], int(year))


def remembered() -> dict[str, str]:
    """What was chosen last, as far as it is still there; else the defaults of ``run.yml``."""
    try:
        kept = json.loads((Path.cwd() / ROOM / _CHOSEN).read_text(encoding="utf-8"))
        choose(kept["pack"], kept["params"], kept["year"])
        return {name: kept[name] for name in ("pack", "params", "year")}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InputError):
        pass
    params = next(iter(plans()), "")
    year, pack = date.today().year - 1, next(iter(packs()), "")
    try:
        run = open_params(plans()[params]).run
        year, pack = run.year, run.data if run.data in packs() else pack
    except (InputError, KeyError):
        pass
    return {"pack": pack, "params": params, "year": str(year)}


def remember(choice: Choice) -> None:
    """Keep what a new tab begins with."""
    kept = {
        "pack": as_given(choice.pack), "params": as_given(choice.params), "year": str(choice.year),
    }  # fmt: skip
    write_atomic(Path.cwd() / ROOM / _CHOSEN, json.dumps(kept, ensure_ascii=False))


def make_pack(name: str, title: str, cutoff: str) -> str:
    """Begin a pack of official figures: a folder with its ``pack.yml``, and return its name.

    Raises
    ------
    InputError
        A name that no folder may bear or that is taken, or a date that is none.
    """
    faults = []
    if _BAD_NAME.search(name) or not 0 < len(name) <= _LONGEST_NAME:
        faults.append(
            Fault("目录名", name, "不能用作目录名", r'不要写 \ / : * ? " < > |，60 字以内')
        )
    elif (Path.cwd() / name).exists():
        faults.append(Fault("目录名", name, "已有同名的目录", "换一个名字"))
    if not title.strip():
        faults.append(Fault("标题", "", "没有写", "写明是哪个市的什么数据"))
    try:
        date.fromisoformat(cutoff)
    except ValueError:
        faults.append(Fault("数据截止日", cutoff, "不是日期", "写成 2026-03-31 这样"))
    if faults:
        raise InputError(faults)
    head: dict[str, Any] = {"title": title.strip(), "kind": "official", "cutoff": cutoff}
    try:
        write_atomic(
            Path.cwd() / name / HEAD, yaml.safe_dump(head, allow_unicode=True, sort_keys=False)
        )
    except OSError as error:
        why = f"无法写入（{system_reason(error)}）"
        raise InputError([Fault("目录名", name, why, "请检查磁盘与权限")]) from None
    return name
