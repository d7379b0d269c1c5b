"""Everything that is shipped, or put into what is generated, is listed with its licence."""

from __future__ import annotations

import io
import re
from base64 import b64decode
from fnmatch import fnmatch
from importlib.metadata import metadata
from pathlib import Path, PurePosixPath

import pytest
from fontTools.ttLib import TTFont

from assessment.show.fonts import chinese_font, subset_css
from tests.conftest import ROOT

TEXT = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
SHIPPED, GENERATED = TEXT.split("## Put into what is generated")
PATTERNS = [
    pattern
    for row in re.findall(r"^\| (`.+?) \|", SHIPPED, re.MULTILINE)
    for pattern in re.findall(r"`([^`]+)`", row)
]
FOREIGN = {".ttf", ".otf", ".ttc", ".woff", ".woff2", ".eot", ".svg", ".ico", ".gif", ".jpg", ".js"}
OWN_SCRIPTS = {
    "assessment/desk/page/desk.js",
    "assessment/preview/page/shell.js",
    "assessment/report/templates/portal/portal.js",
}


def listed(path: str) -> bool:
    """Whether a row names a file: by its path, or by its ending alone."""
    name = PurePosixPath(path).name
    return any(fnmatch(path if "/" in pattern else name, pattern) for pattern in PATTERNS)


def shipped() -> list[str]:
    """Files that hatch puts into the sdist, and so all that it puts into the wheel."""
    from hatchling.builders.sdist import SdistBuilder

    builder = SdistBuilder(str(ROOT))
    return sorted(
        Path(found.relative_path).as_posix() for found in builder.recurse_included_files()
    )


@pytest.fixture(scope="module")
def files() -> list[str]:
    return shipped()


def test_every_shipped_file_is_listed(files: list[str]) -> None:
    assert len(files) > 300
    assert [path for path in files if not listed(path)] == []


def test_no_font_icon_or_script_of_others_is_shipped(files: list[str]) -> None:
    found = {path for path in files if PurePosixPath(path).suffix.lower() in FOREIGN}
    assert found == OWN_SCRIPTS


def test_no_row_is_out_of_date(files: list[str]) -> None:
    for pattern in set(PATTERNS) - {"PKG-INFO"}:
        matched = any(
            fnmatch(path if "/" in pattern else PurePosixPath(path).name, pattern) for path in files
        )
        assert matched, pattern


def test_fonts_are_listed_and_keep_their_licence() -> None:
    fonts = chinese_font()
    for path, licence in (
        (fonts.sans, "SIL Open Font License"),
        (fonts.serif, "SIL Open Font License"),
        (fonts.symbols, "Bitstream Vera Fonts Copyright"),
    ):
        with TTFont(path, lazy=True) as font:
            names = font["name"]
        assert f"| {names.getDebugName(16) or names.getDebugName(1)} |" in GENERATED
        assert licence in names.getDebugName(13)
    embedded = re.findall(r"base64,([^)]+)\)", subset_css("减污₂"))
    assert len(embedded) == 2
    for data in embedded:
        licence = TTFont(io.BytesIO(b64decode(data)))["name"].getDebugName(13)
        assert licence is not None
        assert re.search("Open Font License|Bitstream Vera", licence)


def test_the_wheel_carries_the_list() -> None:
    files = metadata("synergy-assessment").get_all("License-File")
    assert files is None or set(files) <= {"LICENSE", "THIRD_PARTY.md"}
    assert 'license-files = ["LICENSE", "THIRD_PARTY.md"]' in (ROOT / "pyproject.toml").read_text(
        encoding="utf-8"
    )
