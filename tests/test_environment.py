"""The conda environment and the ignored files are what pyproject.toml and the rules say."""

import subprocess
import tomllib
from pathlib import Path

import pytest

from scripts.make_environment import ONLY_ON_PYPI, environment

ROOT = Path(__file__).resolve().parents[1]


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_environment_is_in_step() -> None:
    assert (ROOT / "environment.yml").read_text(encoding="utf-8") == environment(project())


@pytest.mark.parametrize(
    "name", ["jupyter", "papermill", "pandas", "seaborn", "nbconvert", "statsmodels"]
)
def test_environment_names_the_packages_as_conda_packages(name: str) -> None:
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    conda = lines[: lines.index("  - pip:")]
    assert any(line.startswith(f"  - {name}>=") for line in conda)
    assert name not in ONLY_ON_PYPI


def test_every_dependency_is_pinned() -> None:
    table = project()
    pinned = {pin.split("==")[0] for pin in table["tool"]["uv"]["constraint-dependencies"]}
    wanted = [*table["project"]["dependencies"], *table["dependency-groups"]["tests"]]
    names = {item.split(">=")[0].lower() for item in wanted if isinstance(item, str)}
    assert names - set(table["tool"]["uv"]["sources"]) <= pinned


def test_environment_installs_the_packages_of_the_checkout() -> None:
    """Before the project, which asks for them by name."""
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    assert [line.split("#")[0].strip() for line in lines[-2:]] == ["- -e ./warmkernel", "- -e ."]


def test_lock_is_not_tracked() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "uv.lock", "reports"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    assert listed.stdout.split() == ["reports/README.md"]


def test_the_first_command_installs_no_tools_of_development() -> None:
    """What a build needs and no more; tests and documents are named by their own commands."""
    table = project()
    assert table["tool"]["uv"]["default-groups"] == []
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = text.split("## 两条命令")[1].split("\n## ")[0].split("```")[1::2]
    lines = [line for block in blocks for line in block.splitlines()[1:]]
    assert lines == ["pip install uv", "uv run build.py", "uv run --group tests pytest"]
