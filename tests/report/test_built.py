"""Reports as a build makes them: no figure twice, every caption true, the leadership edition."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import nbformat
import pytest
from pypdf import PdfReader

from assessment.editions import LEADERSHIP
from assessment.job.sources import Sources
from assessment.report import parts
from assessment.report.synergy_part import synergy_part
from assessment.results.model import ReportResults
from assessment.show.blocks import BLOCKS_MIME, Blocks, Figure
from tests.captions import described, numbers, stated
from tests.report.parsed import Page

UNITS = ("zhangdian", "gaoqing", "zibo")
YEAR = 2025


@pytest.fixture(scope="module")
def built(demo_reports: Path) -> Path:
    """Reports of the synthetic pack."""
    return demo_reports / str(YEAR)


@pytest.fixture(scope="module")
def figures(built: Path, demo: Sources) -> dict[str, list[Figure]]:
    """Every figure of each report, those of the chapters as the notebooks left them."""
    return {unit: _figures(built / unit, demo) for unit in UNITS}


def _figures(folder: Path, sources: Sources) -> list[Figure]:
    found: list[Blocks] = []
    for path in sorted(folder.glob("notebooks/*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                if BLOCKS_MIME in data:
                    found.append(Blocks.model_validate_json(data[BLOCKS_MIME]))
    results = _results(folder)
    found += [
        synergy_part(results),
        parts.units_part(results, sources.params),
        parts.departments_part(results),
    ]
    return [block for blocks in found for block in blocks.blocks if isinstance(block, Figure)]


def _results(folder: Path) -> ReportResults:
    return ReportResults.model_validate_json((folder / "results.json").read_bytes())


def test_no_figure_stands_twice(figures: dict[str, list[Figure]]) -> None:
    whole: dict[str, str] = {}
    drawn: dict[str, tuple[str, Figure]] = {}
    for unit, own in figures.items():
        assert len(own) > 30
        for figure in own:
            place = f"{unit} {figure.id}"
            assert whole.setdefault(figure.svg, place) == place
            drawing = re.sub(r' aria-label="[^"]*"', "", figure.svg)
            other, before = drawn.setdefault(drawing, (place, figure))
            # Lines may coincide where the figures do (nothing, in every year), and only there.
            assert before.table.rows == figure.table.rows, (place, other)


def test_a_figure_names_its_unit(figures: dict[str, list[Figure]], demo: Sources) -> None:
    for unit, own in figures.items():
        region = demo.params.region(unit)
        for figure in own:
            if region.kind == "city" and "units-" in figure.id:
                continue  # of all units
            assert region.name in figure.title or region.short_name in figure.title, figure.title


def test_every_number_of_a_caption_is_in_the_results(
    built: Path, figures: dict[str, list[Figure]], demo: Sources
) -> None:
    indicators = demo.params.catalogue.indicators
    names = [name for i in indicators for name in (i.name, i.short_name or i.name)]
    names = [name for name in names if any(sign.isdigit() for sign in name)]
    for unit, own in figures.items():
        results = json.loads((built / unit / "results.json").read_text(encoding="utf-8"))
        checked = 0
        for figure in own:
            allowed = stated(results, figure)
            for value in numbers(figure.title, names):
                assert value in allowed, (unit, figure.id, figure.title)
                checked += 1
            at_length = described(results, figure)
            for value in numbers(figure.alt, names):
                assert value in at_length, (unit, figure.id, figure.alt)
        assert checked > 80, unit


@pytest.mark.parametrize("unit", UNITS)
def test_the_leadership_edition_holds_the_conclusions_and_no_more(built: Path, unit: str) -> None:
    text = (built / unit / LEADERSHIP).read_text(encoding="utf-8")
    whole = (built / unit / "report.html").read_text(encoding="utf-8")
    assert "-shown-" not in whole  # frames that a cell shows to its writer alone
    full = Page(whole)
    page = Page(text)
    sections = {a["id"] for a in page.all("section") if "part" in a.get("class", "").split()}
    assert sections == set()
    assert "conclusions" in page.ids
    assert len(page.all("h1")) == 1
    assert "领导版" in page.text
    assert "演示数据" in page.text
    assert len(text.encode()) < 2_000_000
    policy = [a["content"] for a in page.all("meta") if "http-equiv" in a]
    assert policy == [a["content"] for a in full.all("meta") if "http-equiv" in a]
    assert page.all("script") == []
    links = {a["href"] for a in page.all("a") if not a["href"].startswith("data:")}
    assert {link for link in links if not link.startswith("#")} == {"report.html"}
    assert {link[1:] for link in links if link.startswith("#")} <= set(page.ids)
    assert LEADERSHIP in {a["href"] for a in full.all("a")}
    run = json.loads((built / unit / "run.json").read_text(encoding="utf-8"))
    assert run["files"][LEADERSHIP] == hashlib.sha256(text.encode()).hexdigest()


def test_the_portal_leads_to_it(built: Path) -> None:
    portal = Page((built.parent / "index.html").read_text(encoding="utf-8"))
    links = {a["href"] for a in portal.all("a")}
    for unit in UNITS:
        assert f"{YEAR}/{unit}/{LEADERSHIP}" in links
        assert {f"{YEAR}/{unit}/{file}" for file in ("report.pdf", "annex.pdf")} <= links
        assert f"{YEAR}/{unit}/report.docx" not in links
    # Every paragraph that a cell of the heat table or a line of the ledger opens is there.
    ledger = Page((built.parent / "portal/zibo_jwjt/2025/ledger.html").read_text(encoding="utf-8"))
    opened = links | {a["href"].removeprefix("../../../") for a in ledger.all("a")}
    for unit in UNITS:
        page = (built / unit / "report.html").read_text(encoding="utf-8")
        start = f"{YEAR}/{unit}/report.html#"
        anchors = {link.removeprefix(start) for link in opened if link.startswith(start)}
        assert len(anchors) > 8
        assert anchors <= set(Page(page).ids)


@pytest.mark.parametrize("unit", UNITS)
def test_the_annual_report_keeps_to_its_pages(built: Path, unit: str) -> None:
    files = json.loads((built / unit / "run.json").read_text(encoding="utf-8"))["files"]
    assert {"report.pdf", "annex.pdf"} <= files.keys()
    pages = len(PdfReader(built / unit / "report.pdf").pages)
    assert 20 <= pages <= 60
    assert len(PdfReader(built / unit / "annex.pdf").pages) > 60


def test_the_units_stand_on_a_map(figures: dict[str, list[Figure]], demo: Sources) -> None:
    for unit, own in figures.items():
        (drawn,) = [figure for figure in own if figure.id == "units-map"]
        rows = {str(row.cells[0].value): row for row in drawn.table.rows}
        assert set(rows) == {region.name for region in demo.params.regions.units}
        own_tile = [r.name for r in demo.params.regions.units if r.id == unit]
        assert [name for name, row in rows.items() if row.strong] == own_tile
