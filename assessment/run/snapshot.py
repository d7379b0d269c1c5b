"""What a build reads, as it lay there when the build began; light, for the look before loading.

A report is made of one state of its inputs. Files are digested before they are parsed; whether
they were touched since is asked of the file system, so that a file changed and changed back counts.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from assessment.data.pack_files import pack_files
from assessment.files import MAX_BYTES, Stamp, file_digest, stamp_of
from assessment.folders import RECOMMENDATIONS

PACKAGE = Path(__file__).resolve().parents[1]
CODE = {".py", ".j2", ".css", ".js", ".md", ".typ"}
"""Suffixes of the files that the program consists of."""


def code_files(root: Path, but: Collection[str] = ()) -> Iterator[Path]:
    """List the files of a package, without some entries at its top."""
    for entry in os.scandir(root):
        if entry.name in but or entry.name in ("_shipped", "__pycache__"):
            continue
        if entry.is_dir():
            yield from code_files(Path(entry.path))
        elif os.path.splitext(entry.name)[1] in CODE:  # noqa: PTH122 (run for every result)
            yield Path(entry.path)


@dataclass(frozen=True)
class Folders:
    """Where a build reads and writes."""

    params: Path
    data: Path
    notebooks: Path
    out: Path

    def files(self) -> dict[str, Path]:
        """List the files that are read, by a name that tells what they belong to."""
        found = {
            "params": (self.params, sorted(self.params.glob("*.yml"))),
            "data": (self.data, _listed(self.data)),
            "notebooks": (self.notebooks, sorted(self.notebooks.glob("*.ipynb"))),
            "assessment": (PACKAGE, sorted(code_files(PACKAGE))),
            "reports": (self.out, sorted(self.out.glob(f"*/*/{RECOMMENDATIONS}"))),
        }
        return {
            _name(f"{kind}/{path.relative_to(folder).as_posix()}"): path
            for kind, (folder, paths) in found.items()
            for path in paths
        }


def _listed(pack: Path) -> list[Path]:
    try:
        return pack_files(pack)
    except OSError:  # the checks of the pack say what is wrong
        return []


def _name(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


@dataclass(frozen=True)
class Snapshot:
    """Files of some folders with their stamps and digests; a digest is empty if unreadable."""

    folders: Folders
    stamps: dict[str, Stamp | None]
    digests: dict[str, str]

    @property
    def whole(self) -> bool:
        """Whether all could be read; if not, the checks say what is wrong."""
        return all(self.digests.values())

    def touched(self, *kinds: str) -> list[str]:
        """Files of some kinds (all if none is named) that are not the ones looked at."""
        now = _stamps(self.folders.files())
        names = sorted({*now, *self.stamps})
        return [
            name
            for name in names
            if (not kinds or name.split("/")[0] in kinds) and now.get(name) != self.stamps.get(name)
        ]

    def program_touched(self) -> bool:
        """Whether the program's files are not the ones looked at; asked after each result."""
        now = {
            _name(f"assessment/{p.relative_to(PACKAGE).as_posix()}"): p for p in code_files(PACKAGE)
        }
        before = {n: s for n, s in self.stamps.items() if n.startswith("assessment/")}
        return _stamps(now) != before

    def inputs(self) -> dict[str, str]:
        """Digests of the data pack's and the parameters' files by name."""
        return {n: d for n, d in self.digests.items() if n.startswith(("data/", "params/"))}


def take(folders: Folders) -> Snapshot:
    """Look at all that a build would read."""
    files = folders.files()
    stamps = _stamps(files)
    digests = {}
    for name, path in files.items():
        stamp = stamps[name]
        # Larger files are refused by the checks, without being read.
        digests[name] = "" if stamp is None or stamp[2] > MAX_BYTES else file_digest(path)
    return Snapshot(folders, stamps, digests)


def _stamps(files: dict[str, Path]) -> dict[str, Stamp | None]:
    found: dict[str, Stamp | None] = {}
    for name, path in files.items():
        try:
            found[name] = stamp_of(path)
        except OSError:
            found[name] = None
    return found
