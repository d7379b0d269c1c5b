"""Reports on the desk: what is due, the build, what lies in the output folder, the draft's state."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

from assessment.build.build import build
from assessment.build.closing import closing
from assessment.build.drafts import FOLDER as DRAFTS
from assessment.build.drafts import MARK, drafts, keep
from assessment.build.due import due
from assessment.build.opening import Look, Wanted, open_steady
from assessment.build.verify import verify
from assessment.desk.choice import Choice
from assessment.desk.notes import change_note, read_note
from assessment.editions import names as edition_names
from assessment.errors import Fault, InputError, system_reason
from assessment.files import Stamp, file_digest, stamp_of, write_atomic
from assessment.folders import RECOMMENDATIONS
from assessment.params.model import RunDefaults
from assessment.run.jobs import notebook_name
from assessment.run.snapshot import PACKAGE, code_files
from assessment.run.store import Store

_NOTE = "build.json"
_STATUS_LINE = re.compile(r"^status:[^\n]*$", re.MULTILINE)

STATUSES: tuple[str, ...] = get_args(RunDefaults.model_fields["status"].annotation)
"""What a draft may be, in the order of the year."""


def program() -> dict[Path, Stamp]:
    """Stamps of the program's files."""
    return {path: stamp_of(path) for path in code_files(PACKAGE)}


def wanted(choice: Choice, regions: Sequence[str] = (), formats: Sequence[str] = ()) -> Wanted:
    """Return what the command line would be told for the same."""
    return Wanted(
        regions=regions, years=(str(choice.year),), data=str(choice.pack),
        params=str(choice.params), formats=formats,
    )  # fmt: skip


def out_of(choice: Choice) -> Path:
    """Output folder of a choice's reports."""
    return Path.cwd() / choice.open_params().run.out


def what_is_due(choice: Choice) -> dict[str, Any]:
    """Return what a build would do again and why, and what the last build of this desk made."""
    asked = wanted(choice)
    found = due(*open_steady(asked, Look(asked)))
    return {**asdict(found), "last": read_note(choice.folder / _NOTE)}


def make(
    choice: Choice,
    regions: Sequence[str],
    formats: Sequence[str],
    started_from: dict[Path, Stamp],
    tell: Callable[[str, int, int], None],
    halted: Callable[[], bool],
) -> dict[str, Any]:
    """Build as ``report`` does.

    Raises
    ------
    InputError
        The input is invalid, another build is under way, or the program was changed since the
        desk was opened: what it holds in memory is no more what lies on disk.
    """
    tell("正在看哪些要重做", 0, 0)
    if program() != started_from:
        what = "程序的文件在打开工作台以后变了"
        raise InputError([Fault("程序", "", what, "关掉工作台，再打开")])
    asked = wanted(choice, regions, formats)
    look = Look(asked)
    if look.unchanged():
        return {"nothing": True}
    sources, request = open_steady(asked, look)
    report = build(sources, request, tell, halted)
    if report.ok and not report.moved:
        look.keep(report.there)
    end = {**asdict(closing(sources.params, request, report)), "ok": report.ok}
    change_note(choice.folder / _NOTE, lambda note: note.update(end))
    return end


def reports(choice: Choice) -> dict[str, Any]:
    """Return the reports of the year that lie there, with their editions."""
    params, out = choice.open_params(), out_of(choice)
    store = Store(out)
    found = []
    for region in params.regions.regions:
        state = store.report_state(choice.year, region.id)
        if state is None:
            continue
        try:
            card = json.loads(store.card(choice.year, region.id).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            card = {}
        folder = f"{choice.year}/{region.id}"
        there = [name for name in state.outputs if (out / folder / name).is_file()]
        editions = {"report.html": "网页", **edition_names()}
        found.append(
            {
                "name": region.name, "verdict": card.get("verdict", ""), "reason": state.reason,
                "editions": [
                    {"path": f"{folder}/{name}", "name": editions[name]}
                    for name in editions if name in there
                ],
            }
        )  # fmt: skip
    return {
        "reports": found, "portal": "index.html" in store.pages, "out": str(out),
        "drafts": [
            {
                "title": draft.title, "cutoff": draft.cutoff, "reports": len(draft.reports),
                "folder": str(draft.folder(out)), "digest": file_digest(draft.folder(out) / MARK),
                "pages": [
                    {
                        "name": region.name,
                        "path": f"{DRAFTS}/{choice.year}/{draft.name}/{region.id}/report.html",
                    }
                    for region in params.regions.regions if region.id in draft.reports
                ],
            }
            for draft in drafts(out, choice.year)
        ],
        "status": params.run.status, "statuses": STATUSES, "ranking": params.run.ranking,
    }  # fmt: skip


def readable(choice: Choice, path: str) -> Path | None:
    """Return a file of the output that a build has made; None for anything else."""
    params, out = choice.open_params(), out_of(choice)
    store = Store(out)
    if path in store.pages:
        return out / path
    parts = path.split("/")
    if parts[0] == DRAFTS:
        return _in_draft(out, parts[1:])
    regions = {region.id for region in params.regions.regions}
    if len(parts) < 3 or not parts[0].isdecimal() or parts[1] not in regions:
        return None
    year, region, name = int(parts[0]), parts[1], "/".join(parts[2:])
    state = store.report_state(year, region)
    notebooks = {f"notebooks/{notebook_name(chapter)}" for chapter in params.plan.chapters}
    if state is None or name not in {*state.outputs, *notebooks, RECOMMENDATIONS}:
        return None
    return out / str(year) / region / name


def _in_draft(out: Path, parts: Sequence[str]) -> Path | None:
    """Return a file of a draft's report: one of those that lie in its folder."""
    if len(parts) != 4 or not parts[0].isdecimal():
        return None
    year, name, region, file = parts
    for draft in drafts(out, int(year)):
        if draft.name == name and region in draft.reports:
            folder = draft.folder(out) / region
            return next((p for p in folder.iterdir() if p.name == file and p.is_file()), None)
    return None


def keep_draft(choice: Choice) -> dict[str, Any]:
    """Keep the year's reports as a draft, as ``keep`` does.

    Raises
    ------
    InputError
        They are not whole, or do not bear one status.
    """
    draft, new = keep(out_of(choice), choice.year)
    return {"draft": draft.title, "new": new, "reports": len(draft.reports)}


def set_status(choice: Choice, status: str) -> None:
    """Write into ``run.yml`` what state the drafts are in.

    Raises
    ------
    InputError
        No such state, or the file cannot be written.
    """
    path = choice.params / "run.yml"
    if status not in STATUSES:
        raise InputError([Fault("run.yml", "status", f"没有“{status}”", "、".join(STATUSES))])
    try:
        text = path.read_text(encoding="utf-8")
        line = f"status: {status}"
        changed, count = _STATUS_LINE.subn(line, text)
        write_atomic(path, changed if count else f"{text.rstrip()}\n{line}\n")
    except (OSError, ValueError) as error:
        why = system_reason(error) if isinstance(error, OSError) else "不是 UTF-8"
        raise InputError([Fault("run.yml", "", f"写不进（{why}）", "检查权限")]) from None


def verified(choice: Choice) -> dict[str, Any]:
    """Hold the year's reports against what was built, as ``verify`` does."""
    params, store = choice.open_params(), Store(out_of(choice))
    lines = []
    for region in params.regions.regions:
        folder = store.report_folder(choice.year, region.id)
        if not (folder / "run.json").is_file():
            continue
        seen = verify(folder)
        changed = [*seen.differing, *seen.missing, *seen.extra]
        lines.append(
            {
                "name": region.name, "ok": seen.ok, "same": seen.same, "changed": changed,
                "record": seen.record, "fingerprint": seen.fingerprint,
            }
        )  # fmt: skip
    return {"checked": lines}
