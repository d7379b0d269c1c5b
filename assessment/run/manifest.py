"""Tell at once that nothing has changed since the last build, before anything heavy is loaded.

A manifest keeps, for one request, the digest of everything that the build read and the size and
times of everything it wrote. It only ever saves work: where in doubt, the build looks closely.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from assessment.errors import InputError
from assessment.files import stamp_of
from assessment.params.yaml_source import read_yaml
from assessment.run.snapshot import Snapshot
from assessment.run.versions import PACKAGES


def defaults(params: Path) -> dict[str, Any]:
    """Run defaults as they stand in ``run.yml``, unchecked; empty where it cannot be read."""
    try:
        found = read_yaml(params / "run.yml")
    except InputError:
        return {}
    return found if isinstance(found, dict) else {}


def inputs_digest(seen: Snapshot) -> str:
    """Digest of what a build reads: its files, this package and the versions of others.

    The evaluators' words lie among the outputs, which are looked at one by one.
    """
    digest = hashlib.sha256()
    for name, value in seen.digests.items():
        if not name.startswith("reports/"):
            digest.update(f"{name}\0{value};".encode())
    for name in PACKAGES:
        try:
            digest.update(f"{name}={version(name)};".encode())
        except PackageNotFoundError:
            digest.update(f"{name}=?;".encode())
    return digest.hexdigest()


def _place(out: Path, request: str) -> Path:
    name = hashlib.sha256(request.encode("utf-8", "backslashreplace")).hexdigest()[:16]
    return out / ".build" / "manifest" / f"{name}.json"


def outputs(out: Path) -> dict[str, list[int]]:
    """Stamps of all files of an output folder but the build's own."""
    found = {}
    for path in sorted(out.rglob("*")):
        inside = path.relative_to(out)
        if inside.parts[0] != ".build" and path.is_file():
            found[inside.as_posix()] = list(stamp_of(path))
    return found


def unchanged(seen: Snapshot, request: str, formats: str) -> bool:
    """Whether this request was built whole from what was seen and nothing was touched since."""
    out = seen.folders.out
    try:
        kept = json.loads(_place(out, request).read_text(encoding="utf-8"))
        if not seen.whole or kept["inputs"] != inputs_digest(seen) or kept["formats"] != formats:
            return False
        return bool(kept["outputs"] == outputs(out))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def forget(out: Path) -> None:
    """Take back what is kept: something is about to be written."""
    for stale in (out / ".build" / "manifest").glob("*.json"):
        stale.unlink()


def keep(seen: Snapshot, request: str, formats: str, there: dict[str, list[int]]) -> None:
    """Remember a request that was built whole from what was seen; ``there`` is what lay there."""
    from assessment.files import write_atomic

    forget(seen.folders.out)
    content = {"inputs": inputs_digest(seen), "formats": formats, "outputs": there}
    write_atomic(_place(seen.folders.out, request), json.dumps(content))
