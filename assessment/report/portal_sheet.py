"""A year of a plan as the portal shows it: indicators by units, what is systemic, who owns it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from assessment.codes import BEHIND, NOT_JUDGED
from assessment.report.portal_card import Card, Item
from assessment.show.html import element_id


@dataclass(frozen=True)
class Row:
    """An indicator or task in all units of a sheet.

    Attributes
    ----------
    item : Item
        What it is, as the first unit that has it says.
    cells : mapping of str to Item
        How it stands, by unit.
    behind, slow, judged, better, worse : int
        How many units it is so in; the whole city is not counted among them.
    """

    item: Item
    cells: Mapping[str, Item]
    behind: int
    slow: int
    judged: int
    better: int
    worse: int

    @property
    def lead(self) -> str:
        """Department that leads it; empty where the plan names none."""
        return self.item.departments[0] if self.item.departments else ""

    @property
    def is_systemic(self) -> bool:
        """Whether it is behind in most of the units that can be judged, and in more than one."""
        return self.behind > 1 and self.behind * 2 > self.judged


@dataclass(frozen=True)
class Bureau:
    """A department and what it has to do with."""

    name: str
    leads: tuple[Row, ...]
    shares: tuple[Row, ...]

    @property
    def behind(self) -> int:
        """How many times, counted by units, what it leads is behind."""
        return sum(row.behind for row in self.leads)


class Sheet:
    """The reports of one plan and year.

    Parameters
    ----------
    cards : sequence of Card
        Those of the reports, at least one, all of the same plan and year.
    """

    def __init__(self, cards: Sequence[Card]):
        self.cards = sorted(cards, key=lambda card: (not card.is_city, card.place))
        first = self.cards[0]
        self.plan, self.year, self.title = first.plan, first.year, first.title
        self.chapters = dict(first.chapters)
        #: Units that are counted: all but the whole city, which repeats them.
        self.units = [card for card in self.cards if not card.is_city] or self.cards
        self.city = next((card for card in self.cards if card.is_city), None)

    @property
    def key(self) -> tuple[str, int]:
        """Plan and year."""
        return self.plan, self.year

    @cached_property
    def rows(self) -> list[Row]:
        """Every item, the one that is behind in most units first, then by the plan's order."""
        found: dict[tuple[str, str], dict[str, Item]] = {}
        for card in self.cards:
            for item in card.items:
                found.setdefault((item.kind, item.no), {})[card.region] = item
        counted = {card.region for card in self.units}
        rows = [_row(cells, counted) for cells in found.values()]
        return sorted(rows, key=lambda row: (-row.behind, -row.slow))

    @property
    def targets(self) -> list[Row]:
        """Rows of targets; tasks stand in the ledger only."""
        return [row for row in self.rows if row.item.kind == "target"]

    @property
    def systemic(self) -> list[Row]:
        """Targets that are behind in most of the units."""
        return [row for row in self.targets if row.is_systemic]

    def ledger(self, cards: Iterable[Card] | None = None) -> list[tuple[Card, Item]]:
        """Every late item with its unit: what is behind in most units first."""
        wanted = list(self.cards if cards is None else cards)
        return [
            (card, item)
            for row in self.rows
            for card in wanted
            if (item := row.cells.get(card.region)) and item.is_late
        ]

    @cached_property
    def bureaus(self) -> list[Bureau]:
        """Departments, the one whose items are behind most often first."""
        leads: dict[str, list[Row]] = {}
        shares: dict[str, list[Row]] = {}
        for row in self.rows:
            for place, name in enumerate(row.item.departments):
                (shares if place else leads).setdefault(name, []).append(row)
        found = [
            Bureau(name, tuple(leads.get(name, ())), tuple(shares.get(name, ())))
            for name in sorted({*leads, *shares})
        ]
        return sorted(found, key=lambda bureau: -bureau.behind)

    @cached_property
    def bureau_files(self) -> dict[str, str]:
        """File name of each department's page, unlike any other, also where case is not told."""
        files: dict[str, str] = {}
        taken: Counter[str] = Counter()
        for name in sorted(bureau.name for bureau in self.bureaus):
            slug = element_id(name).strip(".-")[:60] or "-"
            taken[slug.casefold()] += 1
            number = taken[slug.casefold()]
            files[name] = f"{slug}.html" if number == 1 else f"{slug}~{number}.html"
        return files

    @cached_property
    def counts(self) -> dict[str, dict[str, int]]:
        """Counts of each unit's targets: behind now and a year ago, slow, better, worse."""
        return {card.region: _counts(card) for card in self.cards}


def _counts(card: Card) -> dict[str, int]:
    targets = [item for item in card.items if item.kind == "target"]
    return {
        "behind": sum(item.is_behind for item in targets),
        "before": sum(item.before in BEHIND for item in targets),
        "slow": sum(item.is_slow for item in targets),
        "judged": sum(item.verdict not in NOT_JUDGED for item in targets),
        "better": sum(item.turn == "better" for item in targets),
        "worse": sum(item.turn == "worse" for item in targets),
    }


def _row(cells: Mapping[str, Item], counted: set[str]) -> Row:
    own = [item for region, item in cells.items() if region in counted]
    return Row(
        item=next(iter(cells.values())),
        cells=cells,
        behind=sum(item.is_behind for item in own),
        slow=sum(item.is_slow for item in own),
        judged=sum(item.verdict not in NOT_JUDGED for item in own),
        better=sum(item.turn == "better" for item in own),
        worse=sum(item.turn == "worse" for item in own),
    )
