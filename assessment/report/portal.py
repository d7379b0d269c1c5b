"""The portal: every unit and year on one page that opens from a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment
from markupsafe import Markup

from assessment.report.assembly import Portal, PortalEntry
from assessment.report.css import css_string, font_families
from assessment.show.fonts import subset_css
from assessment.show.html import element_id, environment, stylesheet

UNITS_ON_A_PAGE = 50


@dataclass(frozen=True)
class _Unit:
    id: str
    name: str
    entries: tuple[PortalEntry, ...]


def page_name(number: int) -> str:
    """Return the file name of a page of the portal, counted from 1."""
    return "index.html" if number == 1 else f"index-{number}.html"


def render_portal(
    portal: Portal, *, units_on_a_page: int = UNITS_ON_A_PAGE, fonts_text: str | None = None
) -> dict[str, str]:
    """Render the portal.

    Parameters
    ----------
    portal : Portal
        What its pages show.
    units_on_a_page : int, optional
        Units beyond this number go to further pages.
    fonts_text : str, optional
        Text whose characters are embedded; that of all pages by default.

    Returns
    -------
    dict of str to str
        File name to page; ``index.html`` is the first. They switch year and unit without script.

    Raises
    ------
    ValueError
        An entry has another number of cells than there are chapters, or an address that leaves
        the folder.
    """
    for entry in portal.entries:
        if entry.cells and len(entry.cells) != len(portal.chapters):
            raise ValueError(
                f"{entry.name} {entry.year}: {len(entry.cells)} cells for"
                f" {len(portal.chapters)} chapters"
            )
        for href in (entry.href, *(address for address, _ in entry.editions)):
            if ":" in href or href.startswith(("/", "\\")):
                raise ValueError(f"the address of a report must be relative: {href!r}")
    units = _units(portal.entries)
    pages = [units[i : i + units_on_a_page] for i in range(0, len(units), units_on_a_page)] or [[]]
    rendered = {
        page_name(number): _page(environment(), portal, pages, number)
        for number in range(1, len(pages) + 1)
    }
    fonts = subset_css("".join(rendered.values()) if fonts_text is None else fonts_text)
    return {name: html.replace("/*fonts*/", fonts, 1) for name, html in rendered.items()}


def _units(entries: Sequence[PortalEntry]) -> list[_Unit]:
    by_unit: dict[str, list[PortalEntry]] = {}
    for entry in entries:
        by_unit.setdefault(entry.region_id, []).append(entry)
    return [
        _Unit(region_id, own[0].name, tuple(sorted(own, key=lambda entry: -entry.year)))
        for region_id, own in by_unit.items()
    ]


def _page(env: Environment, portal: Portal, pages: Sequence[Sequence[_Unit]], number: int) -> str:
    units = pages[number - 1]
    shown = [entry for unit in units for entry in unit.entries]
    years = sorted({entry.year for entry in shown}, reverse=True)
    return env.get_template("portal/portal.html.j2").render(
        title=portal.title,
        chapters=portal.chapters,
        demo=portal.demo,
        note=portal.note,
        units=[(element_id(unit.id, "unit"), unit) for unit in units],
        years=[(year, [entry for entry in shown if entry.year == year]) for year in years],
        pages=[
            (page_name(n), own[0].name if own else "", own[-1].name if own else "", n == number)
            for n, own in enumerate(pages, 1)
        ],
        style=stylesheet("blocks/blocks.css", "page/page.css", "portal/portal.css"),
        print_style=stylesheet("page/print.css") + _running_head(portal.title, portal.demo),
        families=font_families(),
    )


def _running_head(title: str, demo: bool) -> Markup:
    boxes = Markup("@top-left {{ content: {}; }}").format(css_string(title))
    if demo:
        boxes += Markup(" @top-right {{ content: {}; }}").format(
            css_string("演示数据 不是真实统计")
        )
    return Markup("@page {{ size: A4 landscape; {} }}").format(boxes)
