"""Receipts of the forms that a pack has taken in, kept beside what they brought."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from assessment.data.pack import INTAKE
from assessment.files import read_bytes

FILE = "receipts.json"
_MOST_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class Receipt:
    """One workbook that was taken in.

    Attributes
    ----------
    form, owner, kind, region : str
        Form (``2025-D01``), name of the department or unit, ``department`` or ``unit``, region id.
    year : int
        Year of the figures.
    workbook, sha256 : str
        File name and hash of its bytes.
    who, received, due : str
        Who filled it in and when (from its cover), when it was due; ISO dates.
    added, revised, missing : int
        Rows added, rows revised, cells that were not filled in.
    """

    form: str
    owner: str
    kind: str
    region: str
    year: int
    workbook: str
    sha256: str
    who: str
    received: str
    due: str
    added: int
    revised: int
    missing: int


def write_receipts(path: Path, receipts: list[Receipt]) -> None:
    """Write receipts as JSON, the same text for the same receipts."""
    data = [asdict(receipt) for receipt in receipts]
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _receipt(entry: Any) -> Receipt | None:
    names = {field.name: field.type for field in fields(Receipt)}
    if not isinstance(entry, dict) or set(entry) != set(names):
        return None
    wanted = {name: int if kind in (int, "int") else str for name, kind in names.items()}
    if any(type(entry[name]) is not kind for name, kind in wanted.items()):
        return None
    return Receipt(**entry)


def read_receipts(folder: Path) -> tuple[Receipt, ...]:
    """Return the receipts of a pack in the order of arrival; a damaged file has none."""
    found: list[Receipt] = []
    for path in sorted((folder / INTAKE).glob(f"[0-9]*/{FILE}")):
        data, problem = read_bytes(path, _MOST_BYTES)
        if problem:
            continue
        try:
            entries = json.loads(data.decode("utf-8"))
        except (ValueError, RecursionError):
            continue
        if isinstance(entries, list):
            found += [receipt for entry in entries if (receipt := _receipt(entry))]
    return tuple(found)
