"""What the portal shows: every report that lies in an output folder, of whichever plan and build."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assessment.build.drafts import Draft, newest
from assessment.files import file_digest, write_atomic
from assessment.report.draft_changes import UnitChanges, changes_between, from_data
from assessment.report.portal import Portal, render_portal
from assessment.report.portal_card import Card, read_card
from assessment.report.portal_sheet import Sheet
from assessment.run.jobs import whole_digest
from assessment.run.store import Store


def portal_pages(out: Path) -> dict[str, str | bytes]:
    """Render the portal over all reports of an output folder."""
    return render_portal(portal_of(out))


def portal_of(out: Path) -> Portal:
    """Gather what the portal shows: newest year first, plans of the same year by their id."""
    store = Store(out)
    found: dict[tuple[str, int], list[Card]] = {}
    others = []
    for year, region in _reports(store):
        card = _card(store, year, region)
        if card is None:
            others.append((f"{year} {region}", f"{year}/{region}/report.html"))
        else:
            found.setdefault((card.plan, card.year), []).append(card)
    sheets = [Sheet(cards) for _, cards in sorted(found.items(), key=lambda i: (-i[0][1], i[0][0]))]
    changes = {sheet.key: list(_changes(store, sheet)) for sheet in sheets}
    return Portal(sheets, changes, others)


def _reports(store: Store) -> Iterator[tuple[int, str]]:
    cards = store.work / "portal"
    for path in sorted(cards.glob("*/*.json")):
        year, region = path.parent.name, path.stem
        if year.isdecimal() and (store.report_folder(int(year), region) / "report.html").is_file():
            yield int(year), region


def _card(store: Store, year: int, region: str) -> Card | None:
    """Read a report's card; None where another version has kept it."""
    try:
        card = read_card(json.loads(store.card(year, region).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None
    return card if (card.year, card.region) == (year, region) else None


def _changes(store: Store, sheet: Sheet) -> Iterator[UnitChanges]:
    """Tell what changed in each unit since the newest draft that holds it."""
    for card in sheet.cards:
        draft = newest(store.out, sheet.year, card.region)
        if draft is not None:
            yield _compared(store, card, draft)


def _compared(store: Store, card: Card, draft: Draft) -> UnitChanges:
    """Compare a report with its draft, or take what was found when both were the same."""
    report = store.report_folder(card.year, card.region) / "results.json"
    before = draft.folder(store.out) / card.region / "results.json"
    key = " ".join((whole_digest(), file_digest(report), file_digest(before), draft.title))
    kept = store.work / "changes" / str(card.year) / f"{card.region}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        data = json.loads(kept.read_text(encoding="utf-8"))
        if data["key"] == key:
            return from_data(data["found"])
    found = changes_between(_read(before), _read(report), card.region, draft.title)
    write_atomic(kept, json.dumps({"key": key, "found": asdict(found)}, ensure_ascii=False))
    return found


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
