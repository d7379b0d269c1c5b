"""Run a notebook's cells in this process, on inputs of a test's own."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

from assessment.chapter.chapter import Chapter
from assessment.job.inputs import JobInputs

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


def sources_of(name: str) -> list[str]:
    """Code cells of a notebook, in order; ``name`` is the beginning of its file name."""
    (path,) = NOTEBOOKS.glob(f"{name}*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def run_findings(name: str, inputs: JobInputs, *keys: str, **values: Any) -> Chapter:
    """Run the cells of a notebook that its findings need, and return the chapter.

    Parameters
    ----------
    name : str
        Beginning of the notebook's file name, such as ``02``.
    inputs : JobInputs
        What the chapter sees.
    *keys : str
        Findings wanted; the cells before each since the last standing part are run with it,
        without those that show another finding.
    **values
        Replaced constants of the cells, such as ``WINDOW=3``.
    """
    chapter = Chapter(inputs)
    scope: dict[str, Any] = {"chapter": chapter}
    run: list[str] = []
    for source in sources_of(name):
        if "Chapter.open" in source:
            imports = [line for line in source.splitlines() if re.match(r"import |from ", line)]
            exec("\n".join(imports), scope)
        elif source.startswith("chapter."):
            run = []
        else:
            found = re.findall(r'chapter\.finding\(\s*"(\w+)"', source)
            if set(found) & set(keys) or not found:
                run.append(source)
            if set(found) & set(keys):
                for cell in run:
                    exec(_replaced(cell, values), scope)
                run = []
    return chapter


def _replaced(source: str, values: dict[str, Any]) -> str:
    lines = source.splitlines()
    for node in reversed(ast.parse(source).body):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name in values:
                lines[node.lineno - 1 : node.end_lineno] = [f"{name} = {values[name]!r}"]
    return "\n".join(lines)
