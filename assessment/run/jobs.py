"""Which jobs a build has: one for each chapter of each unit and year."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assessment.files import file_digest
from assessment.folders import GENERIC
from assessment.params.plan import PlanChapter
from assessment.run.snapshot import PACKAGE, code_files
from assessment.run.versions import PACKAGES

_NOT_IN_REPORTS = {"intake", "preview", "desk", "cli", "console.py", "loopback.py", "__main__.py"}
_NOT_IN_NOTEBOOKS = _NOT_IN_REPORTS | {"build", "run", "report", "handbook"}


@dataclass(frozen=True, order=True)
class JobKey:
    """Year, unit and chapter of a job."""

    year: int
    region: str
    chapter: str

    def __str__(self) -> str:
        return f"{self.year}/{self.region}/{self.chapter}"


@dataclass(frozen=True)
class Fingerprint:
    """What a job depends on, part by part, so that a change can be named."""

    data: str
    params: str
    notebook: str
    library: str
    packages: str

    @property
    def whole(self) -> str:
        """One digest of all parts."""
        return hashlib.sha256("|".join(astuple(self)).encode()).hexdigest()


@dataclass(frozen=True)
class Job:
    """One chapter of one unit and year, ready to run."""

    key: JobKey
    notebook: Path
    inputs_json: Path
    fingerprint: Fingerprint


def notebook_name(chapter: PlanChapter) -> str:
    """File name of a chapter's own notebook: two digits and the slug."""
    number = f"{int(chapter.id):02d}" if chapter.id.isdigit() else chapter.id
    return f"{number}_{chapter.slug}.ipynb"


def notebook_of(folder: Path, chapter: PlanChapter) -> Path:
    """The chapter's own notebook, or the generic one."""
    own = folder / notebook_name(chapter)
    return own if own.is_file() else folder / GENERIC


@dataclass(frozen=True)
class _Cell:
    kind: str
    tags: tuple[str, ...]
    source: str


def _cells(path: Path) -> tuple[_Cell, ...]:
    """Cells of a notebook, without what it takes to validate one; none if it cannot be read."""
    stat = path.stat()
    return _read_cells(path, (stat.st_mtime_ns, stat.st_size, stat.st_ino))


@lru_cache(maxsize=64)
def _read_cells(path: Path, stamp: object) -> tuple[_Cell, ...]:
    with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
        return tuple(
            _Cell(
                cell["cell_type"], tuple(cell["metadata"].get("tags", ())), "".join(cell["source"])
            )
            for cell in json.loads(path.read_bytes())["cells"]
        )
    return ()


def notebook_digest(path: Path) -> str:
    """Digest of a notebook's cells: code, text and tags, not outputs or execution counts."""
    cells = _cells(path)
    if not cells:  # of an older format, or none at all
        return file_digest(path)
    parts = [f"{cell.kind}\x1f{','.join(cell.tags)}\x1f{cell.source}" for cell in cells]
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()


def notebook_words(path: Path) -> frozenset[str]:
    """Every text constant in a notebook's code: the ids of indicators that it reads are there.

    What a chapter may see is sliced by them, so that a notebook gets an indicator by naming it.
    """
    return _words_of(_cells(path))


@lru_cache(maxsize=64)
def _words_of(cells: tuple[_Cell, ...]) -> frozenset[str]:
    found = set()
    for cell in cells:
        if cell.kind != "code":
            continue
        try:
            tree = ast.parse(cell.source)
        except SyntaxError:  # a magic, or a fault that running it will tell
            found |= set(re.findall(r"\w+", cell.source))
            continue
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    return frozenset(found)


def notebook_parameters(path: Path) -> dict[str, Any]:
    """Parameters of a notebook with their defaults, read from its cell tagged ``parameters``.

    Empty where there is no such cell or it cannot be parsed: running it will say why.
    """
    found: dict[str, Any] = {}
    for cell in _cells(path):
        if "parameters" not in cell.tags:
            continue
        try:
            statements = ast.parse(cell.source).body
        except SyntaxError:
            continue
        for statement in statements:
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                with contextlib.suppress(ValueError):
                    found[statement.targets[0].id] = ast.literal_eval(statement.value)
    return found


def digest_files(root: Path, files: Iterable[Path]) -> str:
    """Digest of files by their names below ``root`` and their bytes."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


_ROOT = PACKAGE


@lru_cache(maxsize=1)
def library_digest() -> str:
    """Digest of the part of this package that notebooks stand on."""
    return digest_files(_ROOT, code_files(_ROOT, _NOT_IN_NOTEBOOKS))


@lru_cache(maxsize=1)
def whole_digest() -> str:
    """Digest of the part of this package that a report is made by."""
    return digest_files(_ROOT, code_files(_ROOT, _NOT_IN_REPORTS))


@lru_cache(maxsize=1)
def package_versions() -> dict[str, str]:
    """Versions of the packages that matter."""
    return {name: version(name) for name in PACKAGES}


def packages_digest() -> str:
    """Digest of the versions."""
    text = ";".join(f"{name}={number}" for name, number in package_versions().items())
    return hashlib.sha256(text.encode()).hexdigest()


def keys(years: Sequence[int], regions: Sequence[str], chapters: Sequence[str]) -> list[JobKey]:
    """Every job of a build, unit by unit, so that reports are finished early."""
    return [JobKey(y, r, c) for y in years for r in regions for c in chapters]
