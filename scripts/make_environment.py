"""Write environment.yml from pyproject.toml, so that conda users get what uv users get.

Usage::

    python scripts/make_environment.py
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

ONLY_ON_PYPI = {"pylopdf-fonts-zh-cn", "typst", "uharfbuzz"}
"""Dependencies that conda channels do not carry for Python, or not for certain."""

CONDA_NAMES = {"jupyter-client": "jupyter_client", "jinja2": "jinja2"}

_NAME = re.compile(r"[A-Za-z0-9._-]+")


def environment(project: dict[str, object]) -> str:
    """Return the text of environment.yml.

    Parameters
    ----------
    project : dict
        Parsed ``pyproject.toml``.
    """
    table: dict[str, object] = project["project"]  # type: ignore[assignment]
    groups: dict[str, list[str]] = project["dependency-groups"]  # type: ignore[assignment]
    own: dict[str, object] = project["tool"]["uv"]["sources"]  # type: ignore[index]
    wanted: list[str] = [*groups["lab"], *table["dependencies"]]  # type: ignore[misc]
    conda, pip = [], []
    for requirement in wanted:
        match = _NAME.match(requirement)
        assert match is not None, requirement
        name = match.group().lower()
        if name in own:  # a folder of this checkout
            continue
        if name in ONLY_ON_PYPI:
            pip.append(requirement)
        else:
            conda.append(CONDA_NAMES.get(name, name) + requirement[match.end() :])
    lines = [
        "# 由 scripts/make_environment.py 从 pyproject.toml 生成,请勿手改。",
        "name: synergy-assessment",
        "channels:",
        "  - conda-forge",
        "dependencies:",
        f"  - python{table['requires-python']}",
        *(f"  - {item}" for item in sorted(conda)),
        "  - pip",
        "  - pip:",
        *(f"      - {item}" for item in sorted(pip)),
        *(f"      - -e ./{name}" for name in sorted(own)),
        "      - -e .  # the kernels import the library too, wherever they run",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (ROOT / "environment.yml").write_text(environment(project), encoding="utf-8")


if __name__ == "__main__":
    main()
