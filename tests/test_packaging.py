"""The wheel, made from the sdist, does elsewhere what the checkout does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from assessment import __version__
from tests.conftest import ROOT

UV = shutil.which("uv")
SHIPPED = "assessment/_shipped"
LARGEST_WHEEL = 2_000_000


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command that knows nothing of the checkout, and return what it says."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    # Where nbconvert's own templates were installed with the dependencies.
    environment["JUPYTER_PATH"] = str(Path(sys.prefix) / "share" / "jupyter")
    done = subprocess.run(
        command, cwd=cwd, env=environment, text=True, encoding="utf-8", capture_output=True,
        timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def files_below(*folders: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
        if ".ipynb_checkpoints" not in path.parts
    }


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, unpacked."""
    folder = tmp_path_factory.mktemp("sdist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, cwd=ROOT)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return folder / f"synergy_assessment-{__version__}"


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that the source distribution makes."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=sdist)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def kernels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of warmkernel, which the other one needs."""
    folder = tmp_path_factory.mktemp("warmkernel")
    here = ROOT / "warmkernel"
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=here)
    (made,) = folder.glob("*.whl")
    return made


@dataclass(frozen=True)
class Place:
    """An environment with the wheel and what it needs, and an empty folder to work in."""

    bin: Path
    empty: Path


@pytest.fixture(scope="module")
def place(wheel: Path, kernels: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    if UV is None:
        pytest.skip("uv is not on the path")
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder / "venv", symlinks=os.name == "posix")
    # A plain path: the .pth files in there, the checkout's among them, are not read again.
    ours = sysconfig.get_path("purelib")
    variables = {"base": str(folder / "venv"), "platbase": str(folder / "venv")}
    theirs = Path(sysconfig.get_path("purelib", "venv", variables))
    (theirs / "dependencies.pth").write_text(f"{ours}\n")
    scripts = Path(sysconfig.get_path("scripts", "venv", variables))
    python = scripts / Path(sys.executable).name
    run(UV, "pip", "install", "-q", "--offline", "--no-deps", "--python", python, wheel, kernels,
        cwd=folder)  # fmt: skip
    (folder / "empty").mkdir()
    return Place(scripts, folder / "empty")


def test_the_wheel_has_all_that_is_needed_and_no_more(wheel: Path, sdist: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if ".dist-info/" not in name}
    wanted = files_below("assessment")
    brought = files_below("params", "notebooks", "data/demo", "data/published")
    assert names == wanted | {f"{SHIPPED}/{name}" for name in brought}
    assert wheel.stat().st_size < LARGEST_WHEEL
    assert (sdist / "build.py").is_file()
    assert (sdist / "tests" / "other_plan" / "params" / "plan.yml").is_file()


def test_the_demo_report_from_the_wheel(place: Place) -> None:
    python = place.bin / Path(sys.executable).name
    where = "import assessment, assessment.folders as f; print(assessment.__file__, f.project())"
    package, project = run(python, "-c", where, cwd=place.empty).split()
    assert not Path(package).is_relative_to(ROOT)
    assert Path(project) == Path(package).parent / "_shipped"
    selection = ["--region", "张店区", "--chapter", "1"]
    said = run(python, "-m", "assessment", *selection, "--formats", "html", cwd=place.empty)
    assert re.search(r"\[[12]/3\] 2025/zhangdian/1 完成", said)
    report = place.empty / "reports" / "2025" / "zhangdian" / "report.html"
    assert "演示数据" in report.read_text(encoding="utf-8")
    assert [path.name for path in place.empty.iterdir()] == ["reports"]
    said = run(place.bin / "assessment", "status", *selection, cwd=place.empty)
    assert said == "1 章、1 份报告是新的\n"


def test_the_warm_provisioner_is_known_from_the_wheel(place: Place) -> None:
    code = (
        "from jupyter_client.provisioning import KernelProvisionerFactory as F; "
        "print(F.instance().provisioners['warm'].load().__module__)"
    )
    python = place.bin / Path(sys.executable).name
    assert run(python, "-c", code, cwd=place.empty).strip() == "warmkernel.provisioner"


def test_warmkernel_alone_runs_a_plain_notebook(kernels: Path, place: Place) -> None:
    with zipfile.ZipFile(kernels) as packed:
        names = [name for name in packed.namelist() if ".dist-info/" not in name]
    assert names and all(name.startswith("warmkernel/") for name in names)
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("import pandas as pd; int(pd.Series([1, 2]).sum())")],
        metadata={"kernelspec": {"name": "warm", "display_name": "warm"}},
    )
    nbformat.write(notebook, place.empty / "plain.ipynb")
    python = place.bin / Path(sys.executable).name
    run(python, "-c",
        "import papermill, warmkernel\n"
        "with warmkernel.Template(preload=['pandas']):\n"
        "    papermill.execute_notebook('plain.ipynb', 'out.ipynb', kernel_name=warmkernel.kernel_name,"
        " progress_bar=False)\n", cwd=place.empty)  # fmt: skip
    (cell,) = [
        c for c in nbformat.read(place.empty / "out.ipynb", 4).cells if c.cell_type == "code"
    ]
    assert cell.outputs[0].data["text/plain"] == "3"


def test_own_folders_come_before_those_of_the_wheel(place: Place) -> None:
    own = place.empty.parent / "own"
    other = ROOT / "tests" / "other_plan"
    shutil.copytree(other / "params", own / "params")
    shutil.copytree(other / "pack", own / "tests" / "other_plan" / "pack")
    said = run(place.bin / "assessment", "check", cwd=own)
    assert "方案 3 章" in said
