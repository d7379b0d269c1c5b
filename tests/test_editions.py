"""An edition of another package is found by its entry point, and by nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assessment.cli.main import main
from tests.conftest import ROOT

PLUGIN = """
from assessment.editions import Edition

ODT = Edition("report.odt", "ODT", "odt_edition:render")


def render(document, results):
    return f"{document} {results}".encode()
"""


def test_an_edition_of_another_package(tmp_path: Path) -> None:
    (tmp_path / "odt_edition.py").write_text(PLUGIN, encoding="utf-8")
    info = tmp_path / "odt_edition-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odt-edition\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[assessment.editions]\nodt = odt_edition:ODT\n")
    said = subprocess.run(
        [sys.executable, "-c",
         "from assessment.editions import editions, formats, names\n"
         "print(formats(), names()['report.odt'], editions()['odt'].render('甲', '乙').decode())"],
        cwd=ROOT, env={"PYTHONPATH": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
        capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    assert said.stdout == "('html', 'pdf', 'docx', 'xlsx', 'odt') ODT 甲 乙\n"


def test_an_unknown_format_is_refused_with_those_that_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["report", "--formats", "odt"]) == 2
    assert "可用：html、pdf、docx、xlsx" in capsys.readouterr().err
