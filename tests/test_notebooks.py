"""The chapter notebooks: clean, complete, and each runs alone from where a researcher may stand."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from assessment.folders import GENERIC
from assessment.params.model import Params
from assessment.params.plan import PlanChapter
from assessment.results.model import RECORD_MIME, ChapterRecord
from assessment.run.execute import record_of
from assessment.run.jobs import notebook_name, notebook_of
from tests.conftest import ROOT

FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(path.name for path in FOLDER.glob("*.ipynb"))


def read(name: str) -> nbformat.NotebookNode:
    return nbformat.read(FOLDER / name, as_version=4)


def code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def calls(notebook: nbformat.NotebookNode) -> list[tuple[str, list[object]]]:
    """Methods of ``chapter`` that are called, with their plain arguments, in order."""
    found = []
    for cell in code(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "chapter"
            ):
                values = [a.value for a in node.args if isinstance(a, ast.Constant)]
                found.append((node.func.attr, values))
    return found


def test_one_notebook_for_each_chapter_and_the_generic_one(parameters: Params) -> None:
    wanted = [notebook_name(chapter) for chapter in parameters.plan.chapters]
    assert sorted([*wanted, GENERIC]) == NOTEBOOKS


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_clean(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    notebook = read(name)
    nbformat.validate(notebook)
    for cell in code(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None
    assert not re.search(r"/home/|/Users/|/tmp/|[A-Za-z]:\\\\", text)
    assert "execution" not in str([cell.metadata for cell in notebook.cells])
    for cell in code(notebook):
        assert not any(isinstance(node, ast.ClassDef) for node in ast.walk(ast.parse(cell.source)))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_parameters_come_first_and_then_the_chapter(name: str) -> None:
    cells = code(read(name))
    assert cells[0].metadata.tags == ["parameters"]
    given = {
        node.targets[0].id: ast.literal_eval(node.value)  # type: ignore[attr-defined]
        for node in ast.parse(cells[0].source).body
        if isinstance(node, ast.Assign)
    }
    assert {"region", "year", "data", "params", "inputs"} <= set(given)
    assert given["inputs"] == ""
    assert not Path(given["data"]).is_absolute()
    assert "Chapter.open(" in cells[1].source
    assert [i for i, cell in enumerate(cells) if "parameters" in cell.metadata.get("tags", [])] == [
        0
    ]


def test_each_section_of_the_plan_is_shown_in_its_order(parameters: Params) -> None:
    for chapter in parameters.plan.chapters:
        made = calls(read(notebook_name(chapter)))
        shown = [values[0] for name, values in made if name == "section"]
        assert shown == [section.id for section in chapter.sections], chapter.id
        order = [name for name, _ in made]
        parts = ["opening", "targets_part", "section", "trends_part", "synergy_part",
                 "problems_part", "record"]  # fmt: skip
        assert [name for name in dict.fromkeys(order) if name in parts] == parts
        assert order[-1] == "record"
        assert f'"{chapter.id}"' in code(read(notebook_name(chapter)))[1].source


def test_a_chapter_without_a_notebook_of_its_own_gets_the_generic_one(parameters: Params) -> None:
    new = PlanChapter(id="8", number="八", title="新章", slug="new", sections=())
    assert notebook_of(FOLDER, new) == FOLDER / GENERIC
    own = parameters.plan.chapters[0]
    assert notebook_of(FOLDER, own).name == notebook_name(own)


def execute(name: str, folder: Path, **parameters: object) -> ChapterRecord:
    notebook = read(name)
    cell = code(notebook)[0]
    cell.source += "".join(f"\n{key} = {value!r}" for key, value in parameters.items())
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    return record_of(notebook)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")
@pytest.mark.parametrize(
    ("name", "folder", "parameters"),
    [
        ("05_pilot_innovation.ipynb", FOLDER, {}),
        ("_chapter.ipynb", ROOT, {"chapter_id": "7", "region": "沂源县", "year": 2024}),
    ],
    ids=["its own folder, its own defaults", "the root, another unit"],
)
def test_a_notebook_runs_alone(name: str, folder: Path, parameters: dict[str, object]) -> None:
    record = execute(name, folder, **parameters)
    assert record.region == ("yiyuan" if parameters else "zhangdian")
    assert record.chapter == parameters.get("chapter_id", "5")
    assert record.tasks
    assert RECORD_MIME.endswith("+json")
