"""What fingerprints leave out is not imported by what they are of."""

from __future__ import annotations

import subprocess
import sys

import pytest

from assessment.run import jobs
from tests.conftest import ROOT

_LOADED = (
    "import sys, {modules}; "
    "print(*(n for n in sys.modules if n.startswith('assessment.')), sep='\\n')"
)


def rooms(*modules: str) -> set[str]:
    """Folders and files at the top of the package that importing these modules loads."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED.format(modules=", ".join(modules))],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    tops = {name.split(".")[1] for name in done.stdout.split()}
    return {top if (ROOT / "assessment" / top).is_dir() else f"{top}.py" for top in tops}


@pytest.mark.parametrize(
    ("modules", "left_out"),
    [
        (("assessment.chapter.chapter", "assessment.chapter.outputs"), jobs._NOT_IN_NOTEBOOKS),
        (("assessment.report.assemble", "assessment.editions"), jobs._NOT_IN_REPORTS),
    ],
    ids=["notebooks", "reports"],
)
def test_nothing_left_out_is_imported(modules: tuple[str, ...], left_out: set[str]) -> None:
    assert not rooms(*modules) & left_out


def test_names_left_out_exist() -> None:
    assert all((ROOT / "assessment" / name).exists() for name in jobs._NOT_IN_NOTEBOOKS)


@pytest.mark.parametrize(
    "modules",
    [
        "assessment.build.preload",
        "assessment.cli.main, assessment.job.sources, assessment.build.build",
    ],
    ids=["workers", "main process"],
)
def test_the_start_does_without_what_only_notebooks_need(modules: str) -> None:
    heavy = {"pandas", "scipy", "statsmodels", "seaborn", "IPython"}
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, {modules}; print(*sys.modules)"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert not heavy & set(done.stdout.split())
