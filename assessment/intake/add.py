"""What was accepted goes into the pack: written aside, read back, then renamed into place at once.

A batch is one folder, ``intake/0001``. It is written under a hidden name, which the pack's reader
passes over, and appears by a single rename of the folder: whatever stops the program before that
leaves the pack as it was.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from assessment.data import schema
from assessment.data.pack import INTAKE, Pack
from assessment.intake.examine import Change, Examined
from assessment.intake.filled import Filled
from assessment.intake.forms import due_date
from assessment.intake.receipts import FILE, Receipt, write_receipts
from assessment.params.model import Params
from assessment.show.csv_download import inert

_STATUS = {identifier: word for word, identifier in schema.STATUSES.items()}
_FORMULA = ("=", "+", "-", "@")
Cells = dict[str, str]


class BusyError(Exception):
    """Somebody else is adding to the pack."""


@dataclass(frozen=True)
class Batch:
    """Rows to be added, by file name, and the receipts that go with them."""

    tables: dict[str, list[Cells]]
    receipts: tuple[Receipt, ...]


def _observation(found: Examined, form: Filled, i: int, params: Params) -> Cells:
    own = found.observations
    unit = own["given_unit"][i]
    if unit.startswith(_FORMULA):
        # Spellings such as "-" would not be inert.
        unit = params.catalogue.by_id[own["indicator"][i]].unit
    label, row = own["file"][i], own["row"][i]
    return {
        "region": params.region(own["region"][i]).name,
        "year": str(own["year"][i]),
        "month": str(own["month"][i] or ""),
        "indicator": own["indicator"][i],
        "value": own["given"][i],
        "unit": unit,
        "grade": own["grade"][i],
        "source": inert(own["source"][i]),
        "note": inert(own["note"][i]),
        "series": inert(own["series"][i]),
        "evidence": inert(form.evidence(label, row)),
        "origin": inert(form.origin(label, row)),
    }


def _task(found: Examined, form: Filled, i: int, params: Params) -> Cells:
    own = found.tasks
    return {
        "region": params.region(own["region"][i]).name,
        "year": str(own["year"][i]),
        "task": own["task"][i],
        "status": _STATUS[own["status"][i]],
        "evidence": inert(own["evidence"][i]),
        "note": inert(own["note"][i]),
        "origin": inert(form.origin(own["file"][i], own["row"][i])),
    }


def _told(form: Filled, change: Change) -> Cells:
    owner = form.owner.name if form.owner else ""
    return {
        "old": inert(change.old),
        "who": inert(f"{owner} {form.who}".strip()),
        "when": form.received,
        "why": inert(change.why),
        "workbook": inert(form.file),
    }


def _submission(form: Filled, pack: Pack | None, year: int, due: str) -> list[Cells]:
    assert form.owner is not None
    if form.owner.kind != "department":
        return []
    if pack is not None:
        data = pack.submissions
        mine = data[(data["department"] == form.owner.name) & (data["year"] == year)]
        if (mine["received"] != "").any():
            return []
    return [
        {
            "department": form.owner.name, "year": str(year), "due": due,
            "received": form.received, "note": "",
        }
    ]  # fmt: skip


def _remarks(form: Filled, pack: Pack | None, year: int, params: Params) -> list[Cells]:
    assert form.owner is not None
    is_unit = form.owner.kind == "unit"
    region, department = (form.owner.region, "") if is_unit else ("", form.owner.name)
    known: set[tuple[str, ...]] = set()
    if pack is not None:
        data = pack.remarks[pack.remarks["year"] == year]
        columns = ("region", "department", "kind", "subject", "text")
        known = set(zip(*(data[name] for name in columns), strict=True))
    rows = []
    for remark in form.remarks:
        text, subject = inert(remark.text), inert(remark.subject)
        if (region, department, remark.kind, subject, text) not in known:
            rows.append(
                {
                    "region": params.region(region).name if region else "",
                    "department": department, "year": str(year), "kind": remark.kind,
                    "subject": subject, "text": text, "who": inert(form.who),
                    "when": form.received,
                }
            )  # fmt: skip
    return rows


def collect(
    found: Examined, accepted: Sequence[Filled], pack: Pack | None, params: Params,
    known: Iterable[Receipt],
) -> Batch:  # fmt: skip
    """Gather what accepted forms add; a form that adds nothing new after an earlier one is left out.

    Parameters
    ----------
    found : Examined
        What was examined.
    accepted : sequence of Filled
        The forms to be added.
    pack : Pack, optional
        The pack as it is; None for an empty one.
    params : Params
        Plan, catalogue and regions.
    known : iterable of Receipt
        Receipts of the pack so far.
    """
    tables: dict[str, list[Cells]] = {}
    receipts: list[Receipt] = []
    earlier = {receipt.form for receipt in known}
    for form in accepted:
        assert form.owner is not None and form.identity is not None
        year, labels = form.identity.year, set(form.places)
        due = due_date(pack, form.owner, year)
        rows: dict[str, list[Cells]] = {
            "observations": [
                _observation(found, form, i, params)
                for i in found.added["observations"]
                if found.observations["file"][i] in labels
            ],
            "tasks": [
                _task(found, form, i, params)
                for i in found.added["tasks"]
                if found.tasks["file"][i] in labels
            ],
            "revisions": [],
            "task_revisions": [],
            "remarks": _remarks(form, pack, year, params),
        }
        for change in found.changed:
            columns = getattr(found, change.kind)
            if columns["file"][change.at] not in labels:
                continue
            told = _told(form, change)
            if change.kind == "observations":
                cells = _observation(found, form, change.at, params)
                rows["revisions"].append({**cells, **told})
            else:
                rows["task_revisions"].append({**_task(found, form, change.at, params), **told})
        if form.identity.id in earlier and not any(rows.values()):
            continue
        rows["submissions"] = _submission(form, pack, year, due)
        name = f"intake_{form.identity.id}_{form.sha256[:8]}"
        tables |= {f"{kind}_{name}.csv": cells for kind, cells in rows.items() if cells}
        receipts.append(
            Receipt(
                form=form.identity.id, owner=form.owner.name, kind=form.owner.kind,
                region=form.owner.region, year=year, workbook=form.file, sha256=form.sha256,
                who=form.who, received=form.received, due=due,
                added=len(rows["observations"]) + len(rows["tasks"]),
                revised=len(rows["revisions"]) + len(rows["task_revisions"]),
                missing=len(form.gaps),
            )
        )  # fmt: skip
    return Batch(tables, tuple(receipts))


def table_text(name: str, rows: list[Cells]) -> str:
    """Return rows as CSV in the columns of their kind of table."""
    kinds = sorted(schema.KINDS, key=lambda kind: -len(kind.stem))
    kind = next(kind for kind in kinds if name.startswith(kind.stem))
    columns = [c for c in kind.names if c in kind.required or any(row.get(c) for row in rows)]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({column: row.get(column, "") for column in columns} for row in rows)
    return out.getvalue()


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _number(room: Path) -> int:
    taken = [int(p.name) for p in room.iterdir() if p.name.isascii() and p.name.isdigit()]
    return max(taken, default=0) + 1


def stage(batch: Batch, folder: Path) -> Path:
    """Write a batch under a hidden name; nothing of it is seen yet.

    Returns
    -------
    Path
        The hidden folder, ``intake/.0001``.
    """
    room = folder / INTAKE
    room.mkdir(exist_ok=True)
    aside = room / f".{_number(room):04d}"
    if aside.exists():
        # What an interrupted intake left behind.
        shutil.rmtree(aside)
    aside.mkdir()
    try:
        for name, rows in batch.tables.items():
            _write(aside / name, table_text(name, rows))
        write_receipts(aside / FILE, list(batch.receipts))
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return aside


def commit(aside: Path) -> Path:
    """Let a staged batch appear, all of it at once.

    Returns
    -------
    Path
        The batch's folder, ``intake/0001``.
    """
    final = aside.with_name(aside.name.lstrip("."))
    aside.rename(final)
    return final


def lock(folder: Path) -> FileLock:
    """Return the lock that keeps two intakes into one pack apart."""
    return FileLock(folder / ".intake.lock", timeout=0)


__all__ = ["Batch", "BusyError", "Timeout", "collect", "commit", "lock", "stage", "table_text"]
