"""Tell at once that nothing has changed since the last build, before anything heavy is loaded.

A manifest keeps, for one request, the digest of everything that the build read and the size and
time of everything it wrote. It only ever saves work: where in doubt, the build looks closely.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from assessment.errors import InputError
from assessment.run.versions import PACKAGES
from assessment.yaml_source import read_yaml

_PACKAGE = Path(__file__).resolve().parents[1]
_SUFFIXES = {".py", ".j2", ".css", ".md", ".typ", ".yml", ".csv", ".ipynb", ".txt"}


def defaults(params: Path) -> dict[str, Any]:
    """Run defaults as they stand in ``run.yml``, unchecked; empty where it cannot be read."""
    try:
        found = read_yaml(params / "run.yml")
    except InputError:
        return {}
    return found if isinstance(found, dict) else {}


def _files(folders: Iterable[Path]) -> Iterable[Path]:
    for folder in folders:
        yield from sorted(p for p in folder.rglob("*") if p.suffix in _SUFFIXES and p.is_file())


def inputs_digest(folders: Sequence[Path], out: Path) -> str:
    """Digest of what a build reads: folders, this package, package versions, evaluators' edits."""
    digest = hashlib.sha256()
    edits = sorted(out.glob("*/*/recommendations.txt"))
    for path in (*_files((*folders, _PACKAGE)), *edits):
        digest.update(str(path).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for name in PACKAGES:
        try:
            digest.update(f"{name}={version(name)};".encode())
        except PackageNotFoundError:
            digest.update(f"{name}=?;".encode())
    return digest.hexdigest()


def _place(out: Path, request: str) -> Path:
    name = hashlib.sha256(request.encode()).hexdigest()[:16]
    return out / ".build" / "manifest" / f"{name}.json"


def _outputs(out: Path) -> dict[str, list[int]]:
    found = {}
    for path in sorted(out.rglob("*")):
        inside = path.relative_to(out)
        if path.is_file() and inside.parts[0] != ".build":
            stat = path.stat()
            found[inside.as_posix()] = [stat.st_size, stat.st_mtime_ns]
    return found


def unchanged(out: Path, request: str, inputs: str, formats: str | None) -> bool:
    """Whether this request was built whole from these inputs and nothing was touched since."""
    try:
        kept = json.loads(_place(out, request).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if kept.get("inputs") != inputs or formats not in (None, kept.get("formats")):
        return False
    return bool(kept.get("outputs") == _outputs(out))


def keep(out: Path, request: str, inputs: str, formats: str) -> None:
    """Remember a request that was built whole."""
    from assessment.run.store import write_atomic

    for stale in (out / ".build" / "manifest").glob("*.json"):
        stale.unlink()
    content = {"inputs": inputs, "formats": formats, "outputs": _outputs(out)}
    write_atomic(_place(out, request), json.dumps(content))
