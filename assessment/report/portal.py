"""The portal: what is systemic, every late item, each department's own; pages that open from a folder.

Pages read without scripts. The one script they have only narrows, sorts and pages what already
stands there; it lies in the page, whose policy allows no other.
"""

from __future__ import annotations

import base64
import hashlib
import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from assessment.report.css import css_string, font_families
from assessment.report.draft_changes import UnitChanges
from assessment.report.portal_card import Card, Item
from assessment.report.portal_ledger import ledger_row, ledger_workbook
from assessment.report.portal_marks import heat_cell, quantity, shades, slope, sparkline, text
from assessment.report.portal_sheet import Bureau, Row, Sheet
from assessment.show.fonts import subset_css
from assessment.show.formatting import MISSING, listed, number
from assessment.show.html import element_id, environment, stylesheet, verdict_html
from assessment.show.verdict_words import look

UNITS_ON_A_PAGE = 150
"""Units beyond this number go to further pages: a browser then paints the first in time."""

FIRST = "index.html"
"""The page that is opened."""

_NAMED_UNITS = 6


@dataclass(frozen=True)
class Portal:
    """What the portal is made from.

    Attributes
    ----------
    sheets : sequence of Sheet
        Plans and years; the first one is on the page that is opened.
    changes : mapping
        By plan and year: what changed in each unit since the newest draft.
    others : sequence of (str, str)
        Reports that another version has made: what they are and their address.
    """

    sheets: Sequence[Sheet]
    changes: Mapping[tuple[str, int], Sequence[UnitChanges]]
    others: Sequence[tuple[str, str]] = ()


def render_portal(
    portal: Portal, *, units_on_a_page: int = UNITS_ON_A_PAGE, fonts: bool = True
) -> dict[str, str | bytes]:
    """Render the portal.

    Parameters
    ----------
    portal : Portal
        What its pages show.
    units_on_a_page : int, optional
        Units beyond this number go to further pages.
    fonts : bool, optional
        Embed the characters of each page.

    Returns
    -------
    dict of str to str or bytes
        File name, from the output folder on, to page or workbook; ``index.html`` is the first.
    """
    if not portal.sheets:
        return {FIRST: _fonts_of(_empty(portal)) if fonts else _empty(portal)}
    files: dict[str, str | bytes] = {}
    for sheet in portal.sheets:
        files |= render_sheet(portal, sheet, units_on_a_page=units_on_a_page, fonts=fonts)
    return files


def render_sheet(
    portal: Portal, sheet: Sheet, *, units_on_a_page: int = UNITS_ON_A_PAGE, fonts: bool = True
) -> dict[str, str | bytes]:
    """Render the pages of one plan and year; see `render_portal`."""
    files = _Pages(portal, sheet, units_on_a_page).render()
    if not fonts:
        return files
    return {
        name: _fonts_of(page) if isinstance(page, str) else page for name, page in files.items()
    }


def _fonts_of(page: str) -> str:
    return page.replace("/*fonts*/", subset_css(page), 1)


def _empty(portal: Portal) -> str:
    return environment().get_template("portal/empty.html.j2").render(
        others=portal.others, style=_style(), families=font_families(), print_style="",
    )  # fmt: skip


@cache
def script() -> Markup:
    """Return the pages' script."""
    return stylesheet("portal/portal.js")


@cache
def script_policy() -> Markup:
    """Return the part of a page's policy that allows its script, by its digest, and no other."""
    digest = base64.b64encode(hashlib.sha256(str(script()).encode()).digest()).decode()
    return Markup(f" script-src 'sha256-{digest}';")


def _style() -> Markup:
    return stylesheet("blocks/blocks.css", "page/page.css", "portal/portal.css")


class _Pages:
    """The pages of one sheet."""

    def __init__(self, portal: Portal, sheet: Sheet, units_on_a_page: int):
        self.portal = portal
        self.sheet = sheet
        self.same_plan = [one for one in portal.sheets if one.plan == sheet.plan]
        # The city comes first and stands on every page: what is said of it is what units are held to.
        parted = sheet.units if sheet.city else sheet.cards
        self.parts = [
            ([sheet.city] if sheet.city and sheet.city not in parted else [])
            + parted[at : at + units_on_a_page]
            for at in range(0, len(parted), units_on_a_page)
        ]
        self.changes = {one.region: one for one in portal.changes.get(sheet.key, ())}
        self.draft = next((one.draft for one in self.changes.values()), "")

    def index(self, part: int = 0) -> str:
        """Return the file name of the first page, or of a further part of the units."""
        return _index(self.portal, self.sheet, part)

    def other(self, name: str) -> str:
        """Return the file name of another page."""
        return f"{_folder(self.sheet)}/{name}"

    def ledger(self, part: int = 0) -> str:
        """Return the file name of the ledger of a part of the units."""
        return self.other("ledger.html" if not part else f"ledger-{part + 1}.html")

    def render(self) -> dict[str, str | bytes]:
        """Render all pages."""
        files: dict[str, str | bytes] = {}
        for part, cards in enumerate(self.parts):
            files[self.index(part)] = self._index_page(part, cards)
            files[self.ledger(part)] = self._ledger_page(part, cards)
        files[self.other("ledger.xlsx")] = ledger_workbook(self.sheet)
        for bureau in self.sheet.bureaus:
            name = self.other(self.sheet.bureau_files[bureau.name])
            files[name] = self._bureau_page(bureau, name)
        files[self.other("bureaus.html")] = self._bureaus_page()
        if self.changes:
            files[self.other("changes.html")] = self._changes_page()
        return files

    def _page(self, template: str, name: str, part: int = 0, **content: Any) -> str:
        link = _linker(name)
        plans: dict[str, tuple[str, list[tuple[int, str, bool]]]] = {}
        for sheet in self.portal.sheets:
            _, years = plans.setdefault(sheet.plan, (sheet.title, []))
            years.append((sheet.year, link(_index(self.portal, sheet)), sheet is self.sheet))
        is_ledger = template == "ledger"
        view = self.ledger if is_ledger else self.index
        pages = [
            ("总览", self.index()), ("台账", self.ledger()), ("责任部门", self.other("bureaus.html")),
        ]  # fmt: skip
        if self.changes:
            pages.append((f"与{self.draft}相比", self.other("changes.html")))
        packs = list(dict.fromkeys(card.pack for card in self.sheet.cards))
        disclaimers = list(dict.fromkeys(card.disclaimer for card in self.sheet.cards))
        parted = template in ("index", "ledger") and len(self.parts) > 1
        title = f"{self.sheet.title} {self.sheet.year}"
        return (
            environment()
            .get_template(f"portal/{template}.html.j2")
            .render(
                sheet=self.sheet,
                title=title,
                demo=self._is_demo(),
                plans=list(plans.values()),
                views=[(word, link(page), page == name) for word, page in pages],
                parts=[
                    (f"{own[-1].short_name}止", link(view(at)), at == part)
                    for at, own in enumerate(self.parts)
                ]
                if parted
                else [],
                others=[(word, link(address)) for word, address in self.portal.others],
                bureaus={
                    bureau: link(self.other(file))
                    for bureau, file in self.sheet.bureau_files.items()
                },
                ledger=link(self.ledger()),
                note=f"{'。'.join(disclaimers)}。数据包:{'、'.join(packs)}。",
                style=_style(),
                print_style=stylesheet("page/print.css")
                + _running_head(title, self._is_demo())
                + _chosen(len(content.get("maps", ()))),
                families=font_families(),
                script=script() if template in ("index", "ledger") else "",
                script_policy=script_policy() if template in ("index", "ledger") else "",
                **content,
            )
        )

    def _is_demo(self) -> bool:
        """Years are told beside each other, so one of demonstration data marks all of its plan."""
        return any(card.demo for one in self.same_plan for card in one.cards)

    def _lines(
        self, rows: Iterable[Row], cards: Sequence[Card], link: Callable[[str], str]
    ) -> list[tuple[Row, Markup]]:
        pages = {card.region: link(f"{card.folder}/report.html") for card in cards}
        return [
            (
                row,
                Markup("").join(
                    heat_cell(row.cells.get(card.region), pages[card.region]) for card in cards
                ),
            )
            for row in rows
        ]

    def _index_page(self, part: int, cards: Sequence[Card]) -> str:
        sheet, name = self.sheet, self.index(part)
        link = _linker(name)
        targets = sheet.targets
        urgent = [row for row in targets if row.behind or row.slow or _city_is_late(sheet, row)]
        calm = [row for row in targets if row not in urgent]
        years = sorted(one.year for one in self.same_plan)
        return self._page(
            "index", name, part,
            city=sheet.city,
            city_href=link(f"{sheet.city.folder}/report.html") if sheet.city else "",
            systemic=sheet.systemic,
            systemic_title=_systemic_title(sheet),
            calls=_calls(sheet),
            trouble=[card for card in sheet.cards if card.failed],
            shown=cards,
            urgent=self._lines(urgent, cards, link),
            calm=self._lines(calm, cards, link),
            maps=_maps(sheet, cards),
            placed=all(card.tile for card in cards if not card.is_city),
            courses=self._courses(years),
            counted=years,
            draft=self.draft,
            lines=[self._unit_line(card, link) for card in cards],
        )  # fmt: skip

    def _unit_line(self, card: Card, link: Callable[[str], str]) -> dict[str, Any]:
        counts = self.sheet.counts[card.region]
        most = max(max(one["before"], one["behind"]) for one in self.sheet.counts.values())
        turned = {
            way: [_turned(item) for item in card.items if item.turn == way]
            for way in ("worse", "better")
        }
        changed = self.changes.get(card.region)
        page = self.other("changes.html")
        return {
            "card": card,
            "href": link(f"{card.folder}/report.html"),
            "counts": counts,
            "slope": slope(counts["before"], counts["behind"], most),
            **turned,
            "changes": changed.summary if changed else "",
            "changes_href": f"{link(page)}#{element_id(card.region, 'unit')}",
            "editions": [
                (link(f"{card.folder}/{file}"), word) for file, word in card.editions.items()
            ],
        }

    def _courses(self, years: Sequence[int]) -> list[dict[str, Any]]:
        """Lines of the table of years: the whole city's values, and units behind each year."""
        city = self.sheet.city
        if city is None:
            return []
        behind = {
            one.year: {row.item.no: row.behind for row in one.targets} for one in self.same_plan
        }
        lines = []
        for row in self.sheet.targets:
            item = row.cells.get(city.region)
            if item is None or item.value is None or len(item.points) < 2:
                continue
            lines.append({
                "name": item.name,
                "unit": "" if item.unit in ("", MISSING) else item.unit,
                "base": number(item.points[0][1], item.decimals),
                "spark": sparkline(item.points),
                "last": number(item.last, item.decimals),
                "now": number(item.value, item.decimals),
                "change": MISSING if item.last is None
                else number(item.value - item.last, item.decimals, signed=True),
                "verdict": verdict_html(item.verdict),
                "counts": [behind[year].get(item.no, MISSING) for year in years],
            })  # fmt: skip
        return lines

    def _ledger_page(self, part: int, cards: Sequence[Card]) -> str:
        name = self.ledger(part)
        link = _linker(name)
        entries = self.sheet.ledger(cards)
        items = [item for _, item in entries]
        tones = {"bad": "落后", "fair": "偏慢"}
        options = {
            "item": _options((item.no, item.name) for item in items),
            "unit": _options((card.region, card.name) for card, _ in entries),
            "chapter": sorted(_options((item.chapter, self.sheet.chapters.get(item.chapter, item.chapter)) for item in items)),
            "lead": _options((one, one) for item in items for one in item.departments[:1]),
            "department": _options((one, one) for item in items for one in item.departments),
            "verdict": [
                *((tone, word) for tone, word in tones.items()),
                *_options((item.verdict, look(item.verdict).word) for item in items),
            ],
            "turn": [("worse", "转差"), ("better", "转好"), ("same", "未变")],
        }  # fmt: skip
        targets = sum(item.kind == "target" for item in items)
        return self._page(
            "ledger", name, part,
            rows=[
                ledger_row(card, item, link(f"{card.folder}/report.html"), self.sheet.chapters)
                for card, item in entries
            ],
            options=options,
            summary=f"没有达到要求的目标 {targets} 项次、滞后的任务 {len(items) - targets} 项次。",
            workbook=link(self.other("ledger.xlsx")),
        )  # fmt: skip

    def _bureau_page(self, bureau: Bureau, name: str) -> str:
        link = _linker(name)
        targets = [row for row in bureau.leads if row.item.kind == "target"]
        behind = [row for row in targets if row.behind]
        if behind:
            worst = listed([f"“{row.item.name}”在 {row.behind} 个单元落后" for row in behind], 3)
            finding = f"牵头 {len(targets)} 项指标,其中 {len(behind)} 项有单元落后:{worst}。"
        else:
            finding = f"牵头 {len(targets)} 项指标,没有单元落后。"
        tasks = [
            (item.name, f"{link(card.folder)}/report.html#{item.anchor}", card.name,
             look(item.verdict).word, "牵头" if bureau.name in item.departments[:1] else "参加")
            for row in (*bureau.leads, *bureau.shares) if row.item.kind == "task"
            for card in self.sheet.cards if (item := row.cells.get(card.region))
        ]  # fmt: skip
        shares = [row for row in bureau.shares if row.item.kind == "target"]
        # Thousands of columns are no table: beyond a page's units the ledger has them one by one.
        cards = self.sheet.cards if len(self.parts) == 1 else []
        return self._page(
            "bureau", name,
            bureau=bureau,
            finding=finding,
            cards=cards,
            leads=self._lines(targets, cards, link),
            shares=self._lines(shares, cards, link),
            tasks=tasks,
        )  # fmt: skip

    def _bureaus_page(self) -> str:
        return self._page("bureaus", self.other("bureaus.html"), list=self.sheet.bureaus)

    def _changes_page(self) -> str:
        name = self.other("changes.html")
        link = _linker(name)
        names = {card.region: card for card in self.sheet.cards}
        units = [
            (names[one.region], link(f"{names[one.region].folder}/report.html"), one)
            for one in self.changes.values()
            if one.region in names
        ]
        return self._page(
            "changes", name,
            draft=self.draft,
            changed=[unit for unit in units if unit[2]],
            same=[card.name for card, _, one in units if not one],
            without=[card.name for card in self.sheet.cards if card.region not in self.changes],
        )  # fmt: skip


def _folder(sheet: Sheet) -> str:
    return f"portal/{element_id(sheet.plan)}/{sheet.year}"


def _index(portal: Portal, sheet: Sheet, part: int = 0) -> str:
    if part:
        return f"{_folder(sheet)}/units-{part + 1}.html"
    return FIRST if sheet is portal.sheets[0] else f"{_folder(sheet)}/{FIRST}"


def _linker(page: str) -> Callable[[str], str]:
    """Return what makes an address in the output folder relative to a page."""
    here = posixpath.dirname(page) or "."

    def link(address: str) -> str:
        return quote(posixpath.relpath(address, here))

    return link


def _options(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return list(dict.fromkeys(pairs))


def _city_is_late(sheet: Sheet, row: Row) -> bool:
    item = row.cells.get(sheet.city.region) if sheet.city else None
    return item is not None and (item.is_behind or item.is_slow)


def _turned(item: Item) -> str:
    return f"{item.name}({look(item.before).word}→{look(item.verdict).word})"


def _systemic_title(sheet: Sheet) -> str:
    count = len(sheet.systemic)
    if len(sheet.units) < 2:
        return "落后的指标"
    if not count:
        return f"{len(sheet.units)} 个单元没有普遍落后的指标"
    leads = {row.lead for row in sheet.systemic if row.lead}
    by = f",由 {len(leads)} 个单位牵头" if leads else ""
    return f"过半单元落后的指标有 {count} 项{by}"


def _calls(sheet: Sheet) -> list[Markup]:
    """Say which departments lead most of what is behind, and where most got worse."""
    lines = []
    total = sum(row.behind for row in sheet.targets)
    behind = [(one, sum(r.behind for r in one.leads if r.item.kind == "target")) for one in sheet.bureaus]  # fmt: skip
    first = [pair for pair in behind if pair[1]][:3]
    if first:
        said = "、".join(f"{bureau.name} {count} 项次" for bureau, count in first)
        lines.append(text(f"全部落后的 {total} 项次中,牵头单位居前的是:{said}。"))
    worse = sorted(sheet.units, key=lambda card: -sheet.counts[card.region]["worse"])
    named = [card for card in worse if sheet.counts[card.region]["worse"]][:_NAMED_UNITS]
    better = sum(sheet.counts[card.region]["better"] for card in sheet.units)
    if named or better:
        count = sum(sheet.counts[card.region]["worse"] for card in sheet.units)
        most = "、".join(
            f"{card.short_name} {sheet.counts[card.region]['worse']} 项" for card in named
        )
        where = f",最多的是{most}" if named else ""
        lines.append(text(f"比上年转差 {count} 项次、转好 {better} 项次{where}。"))
    return lines


def _maps(sheet: Sheet, cards: Sequence[Card]) -> list[dict[str, Any]]:
    """Maps of the units, one for each measure that most of them have."""
    units = [card for card in cards if not card.is_city]
    if len(units) < 2:
        return []
    maps = [
        _map("落后项数", "项", 0, units, [float(sheet.counts[c.region]["behind"]) for c in units])
    ]
    for place, measure in enumerate(units[0].measures):
        values = [c.measures[place].value if place < len(c.measures) else None for c in units]
        if sum(value is not None for value in values) * 2 > len(units):
            maps.append(_map(measure.name, measure.unit, measure.decimals, units, values))
    return maps


def _map(
    name: str, unit: str, decimals: int, units: Sequence[Card], values: Sequence[float | None]
) -> dict[str, Any]:
    known = [(value, card) for value, card in zip(values, units, strict=True) if value is not None]
    (high, top), (low, bottom) = max(known, key=lambda v: v[0]), min(known, key=lambda v: v[0])
    if high == low:
        finding = f"{name}:各单元相同,{quantity(high, decimals, unit)}"
    else:
        finding = (
            f"{name}:最高{top.short_name} {quantity(high, decimals, unit)},"
            f"最低{bottom.short_name} {quantity(low, decimals, unit)}"
        )
    return {
        "name": name,
        "finding": finding,
        "tiles": [
            (card, number(value, decimals), shade)
            for card, value, shade in zip(units, values, shades(values), strict=True)
        ],
    }


def _chosen(maps: int) -> Markup:
    """Style that shows the map whose button is chosen."""
    rules = (f".portal:has(#m{n}:checked) .m{n} {{ display: block; }}" for n in range(1, maps + 1))
    return Markup(" ".join(rules))


def _running_head(title: str, demo: bool) -> Markup:
    boxes = Markup("@top-left {{ content: {}; }}").format(css_string(title))
    if demo:
        boxes += Markup(" @top-right {{ content: {}; }}").format(
            css_string("演示数据 不是真实统计")
        )
    return Markup("@page {{ size: A4 landscape; {} }}").format(boxes)
