"""A project of its own in a folder: the library, the generic notebook, the fictitious plan."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from tests.conftest import ROOT

UNIT, YEAR = "东山区", 2027


@dataclass(frozen=True)
class Project:
    """A copy that may be changed; ``environment`` makes every process import its library."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        paths = filter(None, (str(self.folder), os.environ.get("PYTHONPATH")))
        return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}

    @property
    def notebooks(self) -> Path:
        return self.folder / "notebooks"

    def build(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``build.py`` as a user would, here."""
        return self.run("build.py", *arguments)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments], cwd=self.folder, env=self.environment, text=True,
            capture_output=True, encoding="utf-8", timeout=300, check=False,
        )  # fmt: skip

    def page(self, region: str = "east") -> str:
        path = self.folder / "reports" / str(YEAR) / region / "report.html"
        return path.read_text(encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text that occurs in a file of the project."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name}: {old}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def copy_project(folder: Path) -> Project:
    """Copy the library and the fictitious plan into a folder, as a project of its own."""
    shutil.copytree(ROOT / "assessment", folder / "assessment")
    shutil.copy(ROOT / "build.py", folder)
    (folder / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "_chapter.ipynb", folder / "notebooks")
    shutil.copytree(ROOT / "tests" / "other_plan" / "params", folder / "params")
    shutil.copytree(ROOT / "tests" / "other_plan" / "pack", folder / "data" / "pack")
    project = Project(folder)
    project.edit("params/run.yml", "data: tests/other_plan/pack", "data: data/pack")
    return project


def insert(notebook: Path, before: str, *cells: Any) -> None:
    """Put cells into a notebook before the first cell whose source begins with a text."""
    content = nbformat.read(notebook, as_version=4)
    place = next(i for i, cell in enumerate(content.cells) if cell.source.startswith(before))
    content.cells[place:place] = cells
    nbformat.write(content, notebook)


def rewrite(notebook: Path, begins: str, source: str) -> None:
    """Give the first cell whose source begins with a text another source."""
    content = nbformat.read(notebook, as_version=4)
    next(cell for cell in content.cells if cell.source.startswith(begins)).source = source
    nbformat.write(content, notebook)
