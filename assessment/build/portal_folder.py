"""The portal's files in the output folder; light, for the main process."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from assessment.files import file_digest, write_atomic
from assessment.run.store import Store


def write_portal(pages: Mapping[str, str | bytes], store: Store) -> list[tuple[Path, OSError]]:
    """Write the portal's pages, remove those of earlier builds that it has no more.

    Returns
    -------
    list of (Path, OSError)
        Pages that could not be written, and why.
    """
    data = {name: page.encode() if isinstance(page, str) else page for name, page in pages.items()}
    before, now = (
        store.pages,
        {name: hashlib.sha256(page).hexdigest() for name, page in data.items()},
    )
    store.save_pages({**before, **now})
    refused = []
    for name, page in data.items():
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
