"""Forms on their way: made, handed out, and what came back of each department and unit."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

from assessment.build.opening import years_outside
from assessment.desk.choice import Choice
from assessment.desk.notes import change_note, read_note
from assessment.desk.received import reports_of
from assessment.errors import Fault, InputError
from assessment.intake import write_forms
from assessment.intake.coverage import punctuality
from assessment.intake.layout import file_name, owners
from assessment.intake.receipts import read_receipts

FOLDER = "填报表"
_HANDED = "handed.json"


def make_forms(choice: Choice) -> int:
    """Write the forms of the year, as ``forms`` does; those that are there stay.

    Raises
    ------
    InputError
        As `write_forms`; or the pack has nothing near this year.
    """
    sources = choice.open()
    if faults := years_outside(sources.pack, [choice.year], "年度"):
        raise InputError(faults)
    return len(write_forms(sources.params, sources.pack, choice.year, choice.folder / FOLDER))


def form(choice: Choice, code: str) -> Path:
    """Return an owner's form that was made.

    Raises
    ------
    InputError
        There is none.
    """
    for owner in owners(choice.open_params()):
        path = choice.folder / FOLDER / file_name(owner, choice.year)
        if owner.code == code and path.is_file():
            return path
    raise InputError([Fault(FOLDER, code, "没有这份表", "请先做填报表")])


def forms_zip(choice: Choice) -> bytes:
    """Pack all forms that were made."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((choice.folder / FOLDER).glob("*.xlsx")):
            archive.write(path, path.name)
    return stream.getvalue()


def hand_out(choice: Choice, codes: list[str], *, handed: bool) -> None:
    """Note that forms were handed out today, or take that back."""
    known = {owner.code for owner in owners(choice.open_params())}
    today = date.today().isoformat()

    def change(note: dict[str, Any]) -> None:
        for code in known.intersection(codes):
            if handed:
                note.setdefault(code, today)
            else:
                note.pop(code, None)

    change_note(choice.folder / _HANDED, change)


def overview(choice: Choice) -> dict[str, Any]:
    """Return for each department and unit: its form, when it was handed out, what came back."""
    sources = choice.open()
    handed = read_note(choice.folder / _HANDED)
    receipts = read_receipts(choice.pack)
    latest = reports_of(choice)
    today = date.today()
    rows = []
    punctual = punctuality(sources.params, sources.pack, choice.year, receipts)
    for owner, one in zip(owners(sources.params), punctual, strict=True):
        name = file_name(owner, choice.year)
        left = (today - date.fromisoformat(one.due)).days
        last = latest.get(owner.name)
        if last and last["status"] == "refused":
            state, word = "returned", f"退回，{len(last['faults'])} 处请改正"
        elif one.received:
            late = f"，逾期 {one.days} 天" if one.days and one.days > 0 else ""
            state, word = "taken", f"已收{late}"
        elif one.has_data:
            state, word = "taken", "有数据，未登记收到日期"
        elif left > 0:
            state, word = "late", f"逾期 {left} 天未报"
        else:
            state, word = "waiting", "未到期"
        rows.append(
            {
                "code": owner.code, "name": owner.name, "kind": owner.kind, "form": name,
                "made": (choice.folder / FOLDER / name).is_file(),
                "handed": str(handed.get(owner.code, "")), "due": one.due,
                "received": one.received, "state": state, "word": word, "last": last,
            }
        )  # fmt: skip
    return {"owners": rows, "folder": str(choice.folder / FOLDER)}
