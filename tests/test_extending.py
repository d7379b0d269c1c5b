"""A chapter, an indicator, a method: each added as the researchers' guide says, word by word."""

from __future__ import annotations

import json
import re
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from assessment.chapter.chapter import Chapter
from assessment.job.sources import open_sources
from assessment.results.model import TrendResult
from tests.conftest import ROOT
from tests.other_plan.project import UNIT, YEAR, Project, copy_project, insert

GUIDE = (ROOT / "docs" / "researchers.md").read_text(encoding="utf-8")
OWN = "02_energy_and_industry.ipynb"
ANOTHER = "03_treatment_and_organisation.ipynb"

_SNIPPET = re.compile(r"<!-- (\w+)(?:: ([^\n]+?))? -->\n```\w+\n(.*?)```", re.DOTALL)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return copy_project(tmp_path / "project")


def snippets(*places: str) -> list[tuple[str, str, str]]:
    """What the guide says to do, where, with which text; those whose place begins so."""
    found = [match.groups(default="") for match in _SNIPPET.finditer(GUIDE)]
    chosen = [found for found in found if found[1].startswith(places)]
    assert chosen
    return chosen


def follow(project: Project, *places: str) -> None:
    """Do what the guide says."""
    for verb, place, text in snippets(*places):
        name, _, old = place.partition(": ")
        path = project.folder / name
        if verb == "append":
            path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
        elif verb == "replace":
            project.edit(name, old, text.strip())
        elif verb == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def results(project: Project) -> dict[str, Any]:
    path = project.folder / "reports" / str(YEAR) / "east" / "results.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def trend_of(project: Project) -> TrendResult:
    """The new indicator's trend, as chapter 2 sees it."""
    sources = open_sources(project.folder / "params", project.folder / "data" / "pack")
    return Chapter(sources.job("2", "east", YEAR)).trends["charging_piles"]


def test_notebooks_of_ones_own_with_a_method_a_figure_and_prose(project: Project) -> None:
    follow(project, "assessment/methods/", "tests/methods/")
    tested = project.run(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/methods/test_momentum.py"
    )
    assert tested.returncode == 0, tested.stdout
    own, another = project.notebooks / OWN, project.notebooks / ANOTHER
    for path in (own, another):
        shutil.copy(project.notebooks / "_chapter.ipynb", path)
        assert 'chapter_id = "2"' in path.read_text(encoding="utf-8").replace('\\"', '"')
    insert(own, "chapter.trends_part", new_markdown_cell("## 储能\n\n由研究者写的一段。\n第二行。"))
    insert(another, "chapter.trends_part", new_markdown_cell("第三章自己的一段。"))
    for kind in ("cell", "figure"):
        (text,) = [text for verb, _, text in _SNIPPET.findall(GUIDE) if verb == kind]
        insert(own, "chapter.trends_part", new_code_cell(text.rstrip()))
    insert(
        own, "chapter.opening", new_code_cell("import seaborn as sns", metadata={"tags": ["guide"]})
    )
    linted = project.run(
        "-m", "ruff", "check", "--no-cache", "--config", str(ROOT / "pyproject.toml"),
        "assessment/methods/momentum.py", f"notebooks/{OWN}",
    )  # fmt: skip
    assert linted.returncode == 0, linted.stdout

    done = project.build("--region", UNIT)
    assert done.returncode == 0, done.stdout + done.stderr
    page = project.page()
    assert "由研究者写的一段。" in page
    place = page.index("由研究者写的一段。")
    assert page.index('id="chapter-2"') < place < page.index('id="chapter-3"')
    # Each served its own chapter, not the one that its parameters cell names.
    assert page.index('id="chapter-3"') < page.index("第三章自己的一段。")
    values = [
        float(row.split(",")[4])
        for row in (project.folder / "data/pack/observations.csv").read_text("utf-8").splitlines()
        if row.startswith("东山区,") and ",carbon," in row
    ]
    changes = [after - before for before, after in pairwise(values)]
    wanted = sum(changes[-3:]) / 3 - sum(changes[:-3]) / 3
    assert results(project)["analysis"]["2"]["momentum"]["speed"] == pytest.approx(wanted)
    assert "碳排放的势头" in page
    assert '"/analysis/2/momentum/speed"' in page
    drawn = page[page.index('-energy_and_carbon-figure">') :]
    assert "能源消费" in drawn[: drawn.index("</figure>")]


def test_an_indicator_is_parameters_only(project: Project) -> None:
    follow(project, "params/")
    silent = trend_of(project)
    assert (silent.n, silent.reading) == (0, "insufficient")
    follow(project, "data/")
    told = trend_of(project)
    assert (told.n, told.last_year) == (5, YEAR)
    done = project.build("--region", UNIT, "--chapter", "2")
    assert done.returncode == 0, done.stderr
    page = project.page()
    assert "公共充电桩" in page
    assert "845" in page
