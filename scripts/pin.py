"""Pin every package that the project installs, in ``[tool.uv] constraint-dependencies``.

Run after a change of dependencies, with the lock that uv made::

    uv lock --upgrade && python scripts/pin.py
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_BLOCK = re.compile(r"constraint-dependencies = \[\n.*?\n\]\n", re.DOTALL)


def pins() -> list[str]:
    """Return ``name==version`` (with its marker) of every locked package."""
    command = ["uv", "export", "--frozen", "--no-hashes", "--no-header", "--no-annotate",
               "--all-groups", "--no-emit-workspace", "--format", "requirements.txt"]  # fmt: skip
    text = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(line.strip() for line in text.splitlines() if "==" in line)


def main() -> None:
    """Rewrite the block in pyproject.toml."""
    path = ROOT / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    lines = "\n".join(f'    "{pin.replace(chr(34), chr(39))}",' for pin in pins())
    block = f"constraint-dependencies = [\n{lines}\n]\n"
    path.write_text(_BLOCK.sub(lambda _: block, text), encoding="utf-8")


if __name__ == "__main__":
    main()
