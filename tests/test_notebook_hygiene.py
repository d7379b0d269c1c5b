"""What must not be in a notebook is found and said; the project's own have none of it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from assessment.chapter.chapter import Chapter, Record
from assessment.job.sources import Sources
from assessment.run.jobs import notebook_words
from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "check_notebooks", ROOT / "scripts" / "check_notebooks.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


check = _load()

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a notebook of a parameters cell and some others; a text is a code cell."""

    def write(*cells: Any, name: str = "a.ipynb", tagged: bool = True) -> Path:
        first = new_code_cell('region = "东山区"')
        first.metadata.tags = ["parameters"] if tagged else []
        rest = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
        path = tmp_path / name
        nbformat.write(new_notebook(cells=[first, *rest]), path)
        return path

    return write


def ruff(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ruff", *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip


def test_the_projects_notebooks_have_no_fault() -> None:
    assert len(NOTEBOOKS) >= 8
    assert check.faults(NOTEBOOKS) == []


def test_the_projects_notebooks_are_linted_and_formatted() -> None:
    for arguments in (("check", "--no-cache"), ("format", "--check", "--no-cache")):
        done = ruff(*arguments, "notebooks")
        assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_sees_into_notebooks(write: Write) -> None:
    path = write("import os\nx = {  'a':1 }")
    config = ("--config", ROOT / "pyproject.toml", "--no-cache")
    assert "F401" in ruff("check", *config, path).stdout
    assert ruff("format", "--check", *config, path).returncode == 1


def test_a_sound_notebook_has_no_fault(write: Write) -> None:
    path = write(
        new_markdown_cell(
            "见 `docs/researchers.md` 与 GB/T 2260、吨/万元、https://example.org/a/b"
        ),
        "import math\nfrom pathlib import Path",
        "total = 0\nfor number in range(3):\n    total += number\ntotal",
        "def double(value, times=total):\n    factor = 2\n    return value * factor\n",
        "[double(x) for x in range(total) if x]",
        "table = {}\ntable['a'] = 1\n(lambda y: y + total)(1)",
        "with open('a') as out, open('b') as (other, _):\n    for row in out:\n        other.add(row)",
        "with open('c') as out:\n    for row in out:\n        print(row)",
        "try:\n    math.log(0)\nexcept ValueError as error:\n    print(error, Path('data/demo'))",
    )
    assert check.faults([path]) == []


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        pytest.param(
            ["value = 1", "value + other", "other = 2"],
            ["第 3 格用到“other”,第 4 格才定义"],
            id="used before it is defined",
        ),
        pytest.param(["valeu + 1"], ["第 2 格用到“valeu”,哪里都没有定义"], id="defined nowhere"),
        pytest.param(
            ["def f():\n    return later", "later = 1"],
            ["第 2 格用到“later”,第 3 格才定义"],
            id="used inside a function",
        ),
        pytest.param(
            ["value = 1", "value = 2", "value"],
            ["第 3 格重新定义了第 2 格定义的“value”"],
            id="defined again",
        ),
        pytest.param(
            ["value = 1", "for value in range(3):\n    print(value)", "value"],
            ["第 3 格重新定义了第 2 格定义的“value”"],
            id="a loop over a name of another cell",
        ),
        pytest.param(
            ["with open('a') as out:\n    pass", "out.read()"],
            ["第 3 格用到“out”,哪里都没有定义"],
            id="used after its with",
        ),
        pytest.param(
            ["value = 1", "value += 1"],
            ["第 3 格改动了第 2 格定义的“value”"],
            id="counted up",
        ),
        pytest.param(
            ["table = {}", "table['a'] = 1"],
            ["第 3 格改动了第 2 格定义的“table”"],
            id="changed in place",
        ),
        pytest.param(
            ["open('/home/me/data.csv')"], ["第 2 格写了绝对路径“/home/me/data.csv”"], id="a path"
        ),
        pytest.param([r"open('D:\\data\\a.csv')"], ["第 2 格写了绝对路径"], id="a path on Windows"),
        pytest.param(
            [new_markdown_cell("数据在 ~/lab/data/ 里")], ["第 2 格写了绝对路径"], id="in prose"
        ),
        pytest.param(
            [new_code_cell("1", outputs=[new_output("stream", text="1")])],
            ["第 2 格带着输出或执行次数"],
            id="outputs",
        ),
        pytest.param(
            [new_code_cell("1", execution_count=4)], ["第 2 格带着输出或执行次数"], id="a count"
        ),
        pytest.param(
            ["chapter = 1", "chapter.trends_part();"], ["不会显示(末尾有分号)"], id="silent"
        ),
        pytest.param(
            ["chapter = 1", "if chapter:\n    chapter.section('2.1')"],
            ["第 3 格的 chapter.section(…) 不会显示(不在最后一行)"],
            id="indented",
        ),
        pytest.param(["%matplotlib inline"], ["第 2 格有 % 或 ! 命令"], id="a magic"),
        pytest.param(["a = = 1"], ["第 2 格第 1 行不是 Python"], id="not Python"),
    ],
)
def test_a_fault_is_said(write: Write, cells: list[Any], said: list[str]) -> None:
    found = check.faults([write(*cells)])
    assert len(found) == len(said)
    for fault, words in zip(found, said, strict=True):
        assert words in fault


def test_no_parameters_cell(write: Write) -> None:
    assert check.faults([write("1", tagged=False)]) == [
        "a.ipynb:没有带 parameters 标签的格;build.py 不能给它单元和年度"
    ]
    late = new_code_cell("year = 2027", metadata={"tags": ["parameters"]})
    assert "只在第一个代码格(第 1 格),现在在第 [1, 2] 格" in check.faults([write(late)])[0]


def test_numbers_typed_into_prose(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    text = "PM2.5 和 CO2 自 2020 年以来，第 2.1 节的“126”试点减了 12.5%，见 `x[3]`，共 7 项。"
    cells = [
        new_markdown_cell(text),
        new_markdown_cell("第 3 格，共 9 项。", metadata={"tags": ["guide"]}),
        new_code_cell("year = 2025", metadata={"tags": ["parameters"]}),
    ]
    nbformat.write(new_notebook(cells=cells), path)
    said = check.faults([path])
    assert [fault.split("“")[1].split("”")[0] for fault in said] == ["12.5", "7"]


def test_a_function_that_two_notebooks_have_alike(write: Write) -> None:
    one = write("def factor(a):\n    return 2 * a\nfit = 1", name="a.ipynb")
    other = write("def factor(a):\n    return 2*a\nfit = 2", name="b.ipynb")
    third = write("def factor(a):\n    return 3 * a\nfit = 3", name="c.ipynb")
    assert check.faults([one, other, third]) == [
        "b.ipynb:函数“factor”在 a.ipynb 里也有,一模一样;两本笔记本都要用的放进 assessment/"
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_running_all_cells_again_gives_the_same(path: Path, demo: Sources) -> None:
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    named = path.name.split("_")[0]
    inputs = demo.job(str(int(named)) if named else "2", "linzi", 2024, notebook_words(path))
    space: dict[str, Any] = {"chapter": Chapter(inputs)}
    imports = [line for line in cells[1].source.splitlines() if line.startswith(("import", "from"))]
    exec("\n".join(imports), space)
    records = []
    for _ in range(2):
        for cell in cells[2:-1]:
            exec(cell.source, space)
        record = eval(cells[-1].source, space)
        assert isinstance(record, Record)
        records.append(record.value)
    assert records[0] == records[1]
