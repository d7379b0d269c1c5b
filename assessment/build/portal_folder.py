"""The portal over every report that lies in an output folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from assessment.editions import names as edition_names
from assessment.files import file_digest, write_atomic
from assessment.job.sources import Sources
from assessment.report.assembly import Portal, PortalCell, PortalEntry
from assessment.run.store import Store
from assessment.show.verdict_words import look


def portal_of(sources: Sources, out: Path) -> Portal:
    """Gather what the portal shows; reports of earlier builds in the folder stay listed."""
    store = Store(out)
    cards = store.work / "portal"
    plan = sources.params.plan
    names = {region.id: region.name for region in sources.params.regions.regions}
    entries = []
    # One report from the demo pack is enough: its line stands on the same page.
    demo = sources.pack.meta.kind == "demo"
    for year_folder in sorted(cards.iterdir(), reverse=True) if cards.is_dir() else []:
        for region, name in names.items():
            card = store.card(int(year_folder.name), region)
            if card.is_file():
                data = json.loads(card.read_text(encoding="utf-8"))
                demo = demo or bool(data.get("demo"))
                entries.append(_entry(data, name, [chapter.id for chapter in plan.chapters]))
    order = list(names)
    entries.sort(key=lambda entry: (order.index(entry.region_id), -entry.year))
    return Portal(
        entries,
        title=f"{plan.short_title}年度评估报告",
        chapters=[f"{chapter.number} {chapter.title}" for chapter in plan.chapters],
        demo=demo,
        note=f"{sources.params.synergy.disclaimer}。数据包:{sources.pack.meta.title}。",
    )


def write_portal(pages: Mapping[str, str], store: Store) -> list[tuple[Path, OSError]]:
    """Write the portal's pages, remove those of earlier builds that it has no more.

    Returns
    -------
    list of (Path, OSError)
        Pages that could not be written, and why.
    """
    before, now = (
        store.pages,
        {name: hashlib.sha256(page.encode()).hexdigest() for name, page in pages.items()},
    )
    store.save_pages({**before, **now})
    refused = []
    for name, page in pages.items():
        path = store.out / name
        try:
            write_atomic(store.staged(path), page)
            store.put(path)
        except OSError as error:
            refused.append((path, error))
    for name in before.keys() - now.keys():
        if file_digest(store.out / name) == before[name]:
            with suppress(OSError):
                (store.out / name).unlink()
    store.save_pages(now)
    return refused


def _entry(data: dict[str, Any], name: str, chapters: Sequence[str]) -> PortalEntry:
    cells = []
    for chapter in chapters:
        verdict, words, *short = data["cells"].get(chapter, ("insufficient_data", "未生成"))
        _, shape, tone = look(verdict)
        cells.append(PortalCell(words, shape, tone, *short))
    folder = f"{data['year']}/{data['region']}"
    return PortalEntry(
        region_id=data["region"],
        name=name,
        year=data["year"],
        href=f"{folder}/report.html",
        verdict=data["verdict"],
        cells=tuple(cells),
        failed=tuple(data["failed"]),
        late=tuple(data["late"]),
        changes=tuple(data.get("changes", (0, 0))),
        editions=tuple(
            (f"{folder}/{file}", name)
            for file, name in edition_names().items()
            if file in data["files"]
        ),
    )
