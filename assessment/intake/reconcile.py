"""The city's figure against the sum of the units', with the zones' overlap.

A zone may be counted inside its host district or beside it. What the units can sum to is therefore
a stretch: from the units without those zones to all of them. A city figure inside the stretch is
explained by the overlap; one outside is shown as it stands, never spread over the units.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from assessment.data.rows import Columns
from assessment.params.model import Params

_SLACK = 1e-9


@dataclass(frozen=True)
class Difference:
    """A city figure and what the units sum to.

    Attributes
    ----------
    indicator : str
        Its id.
    year : int
        Year of the figures (whole years only).
    city : float
        What is given for the city, in the catalogue's unit.
    least, most : float
        Sum of the units without the zones that have a host, and of all units.
    missing : tuple of str
        Units (ids) without a value; then the sums are only of those that have one.
    """

    indicator: str
    year: int
    city: float
    least: float
    most: float
    missing: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """``equal``, ``overlap`` (inside the stretch), ``incomplete``, ``below`` or ``above``."""
        slack = _SLACK * max(abs(self.city), abs(self.most), 1.0)
        if self.missing:
            return "incomplete"
        if abs(self.city - self.most) <= slack:
            return "equal"
        if self.least - slack <= self.city <= self.most + slack:
            return "overlap"
        return "below" if self.city < self.least else "above"

    @property
    def gap(self) -> float:
        """City minus the sum of all units."""
        return self.city - self.most


def differences(columns: Columns, params: Params, year: int) -> tuple[Difference, ...]:
    """Compare every city figure of a year that may be summed with its units' sum.

    Parameters
    ----------
    columns : dict of str to list
        Observations; where a key stands twice, the first counts.
    params : Params
        Catalogue and regions.
    year : int
        Year to compare.
    """
    found: dict[str, dict[str, tuple[str, float]]] = defaultdict(dict)
    rows = zip(columns["indicator"], columns["region"], columns["year"], columns["month"],
               columns["state"], columns["value"], columns["sound"], strict=True)  # fmt: skip
    for indicator, region, given, month, state, value, sound in rows:
        if given == year and month == 0 and sound:
            found[indicator].setdefault(region, (state, value))
    city = params.regions.city.id
    units = params.regions.units
    result = []
    for indicator in params.catalogue.indicators:
        values = found.get(indicator.id, {})
        if indicator.aggregation != "sum" or values.get(city, ("", 0.0))[0] != "value":
            continue
        given = {u.id: values[u.id] for u in units if u.id in values}
        summed = {u: value for u, (state, value) in given.items() if state == "value"}
        if not summed:
            continue
        missing = tuple(
            u.id for u in units if given.get(u.id, ("not_reported", 0.0))[0] == "not_reported"
        )
        zones = {u.id for u in units if u.hosts}
        result.append(
            Difference(
                indicator.id, year, values[city][1],
                sum(value for unit, value in summed.items() if unit not in zones),
                sum(summed.values()), missing,
            )
        )  # fmt: skip
    return tuple(result)
