"""The real parameters, the demonstration pack, and the same pack without its last year."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from assessment.data.pack import Pack, load_pack
from assessment.intake import intake, layout, write_forms
from assessment.intake.run import IntakeReport
from assessment.params.folder import load_params
from assessment.params.model import Params
from tests.intake import people

ROOT = Path(__file__).resolve().parents[2]
YEAR = 2025
FINANCE = "市财政局"

Send = Callable[..., IntakeReport]


@pytest.fixture(scope="session")
def params() -> Params:
    return load_params(ROOT / "params")


@pytest.fixture(scope="session")
def demo(params: Params) -> Pack:
    return load_pack(ROOT / "data" / "demo", params)


def without_year(source: Path, target: Path, year: int) -> Path:
    """Copy a pack without the rows of a year."""
    target.mkdir(parents=True)
    shutil.copy(source / "pack.yml", target)
    for path in source.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            kept = [r for r in reader if path.stem == "allocations" or r["year"] != str(year)]
        with (target / path.name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, reader.fieldnames or [])
            writer.writeheader()
            writer.writerows(kept)
    return target


@pytest.fixture(scope="session")
def earlier(params: Params, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack folder that ends the year before; copied by whoever changes it."""
    room = tmp_path_factory.mktemp("earlier")
    return without_year(ROOT / "data" / "demo", room / "pack", YEAR)


@pytest.fixture(scope="session")
def earlier_pack(earlier: Path, params: Params) -> Pack:
    return load_pack(earlier, params)


@pytest.fixture
def pack_folder(earlier: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(earlier, tmp_path / "pack"))


@pytest.fixture(scope="session")
def forms(
    params: Params, earlier_pack: Pack, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Empty forms by owner."""
    written = write_forms(params, earlier_pack, YEAR, tmp_path_factory.mktemp("forms"))
    return {owner.name: path for owner, path in zip(layout.owners(params), written, strict=True)}


@pytest.fixture(scope="session")
def answers(demo: Pack, params: Params) -> people.Answers:
    return people.Answers(demo, params, YEAR)


@pytest.fixture
def empty_pack(tmp_path: Path) -> Path:
    """A pack with nothing but its head."""
    folder = tmp_path / "empty"
    folder.mkdir()
    shutil.copy(ROOT / "data" / "demo" / "pack.yml", folder)
    return folder


@pytest.fixture
def filled(forms: dict[str, Path], answers: people.Answers, params: Params) -> openpyxl.Workbook:
    return people.fill(forms[FINANCE], answers, params)


@pytest.fixture
def send(empty_pack: Path, tmp_path: Path, params: Params) -> Send:
    count = iter(range(100))

    def _send(*books: openpyxl.Workbook | bytes) -> IntakeReport:
        files = []
        for book in books:
            path = tmp_path / f"{next(count)}.xlsx"
            path.write_bytes(book if isinstance(book, bytes) else people.saved(book))
            files.append(path)
        return intake(files, empty_pack, params, year=YEAR)

    return _send
