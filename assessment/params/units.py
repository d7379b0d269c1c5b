"""Arithmetic of units: what a quotient of two indicators is in the unit that a third declares.

Units are those of the catalogue's families (``dimensions``), written with a slash where they are
quotients (``吨/万元``), and with a Chinese multiplier before a unit that is in no family (``亿立方米``
is 100 million ``立方米``). Factors are exact fractions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

_MULTIPLIERS = {
    "十亿": 10**9, "百亿": 10**10, "百万": 10**6, "千万": 10**7, "十万": 10**5,
    "亿": 10**8, "万": 10**4, "千": 10**3,
}  # fmt: skip

_PURE = {"%": Fraction(1, 100), "‰": Fraction(1, 1000), "—": Fraction(1)}


@dataclass(frozen=True)
class Quantity:
    """A unit as a factor times base units, each with its power."""

    factor: Fraction
    powers: tuple[tuple[str, int], ...]

    def over(self, other: Quantity) -> Quantity:
        """Quotient of two units."""
        powers = Counter(dict(self.powers))
        powers.subtract(dict(other.powers))
        kept = tuple(sorted((base, power) for base, power in powers.items() if power))
        return Quantity(self.factor / other.factor, kept)


class UnitTable:
    """The catalogue's units.

    Parameters
    ----------
    dimensions : mapping
        Families of units that convert, each unit with its factor.
    spellings : mapping
        Other spellings, and what each stands for.
    """

    def __init__(self, dimensions: Mapping[str, Mapping[str, float]], spellings: Mapping[str, str]):
        self._spellings = dict(spellings)
        self._known = {name: members for members in dimensions.values() for name in members}

    def _split(self, name: str) -> tuple[Fraction, str]:
        """Take the multiplier off a unit; the base is the same for 吨, 万吨 and 亿吨."""
        for text in sorted(_MULTIPLIERS, key=len, reverse=True):
            rest = name.removeprefix(text)
            if rest and rest != name:
                return Fraction(_MULTIPLIERS[text]), rest
        return Fraction(1), name

    def _single(self, name: str) -> Quantity:
        name = self._spellings.get(name, name)
        if name in _PURE:
            return Quantity(_PURE[name], ())
        members = self._known.get(name)
        if members is None:
            factor, base = self._split(name)
            members = self._known.get(base)
            if members is None:
                return Quantity(factor, ((base, 1),))
            name = base
        else:
            factor = Fraction(1)
        # One unit stands for its family: the plainest, so that 亿立方米 meets 立方米.
        first = next(iter(members))
        scale, base = self._split(first)
        ratio = Fraction(str(members[name])) / Fraction(str(members[first]))
        return Quantity(factor * ratio * scale, ((base, 1),))

    def quantity(self, name: str) -> Quantity:
        """Read a unit, simple or a quotient (``万吨``, ``吨/亿元``)."""
        name = self._spellings.get(name, name)
        top, slash, bottom = name.partition("/")
        return self._single(top).over(self._single(bottom)) if slash else self._single(name)

    def written(self, name: str) -> Quantity:
        """Read a unit by its Chinese multipliers alone, without the catalogue's factors."""
        top, slash, bottom = name.partition("/")
        parts = [Quantity(factor, ((base, 1),)) for factor, base in map(self._split, (top, bottom))]
        return parts[0].over(parts[1]) if slash else parts[0]

    def scale_of_ratio(self, numerator: str, denominator: str, unit: str) -> Fraction | None:
        """Return what a quotient of figures has to be multiplied by to be in ``unit``.

        Returns
        -------
        Fraction or None
            None where the quotient is of another kind than ``unit``.

        Examples
        --------
        >>> units = UnitTable({"质量": {"吨": 1, "万吨": 10000}, "货币": {"亿元": 1}}, {})
        >>> units.scale_of_ratio("万吨", "亿元", "吨/亿元")
        Fraction(10000, 1)
        """
        given = self.quantity(numerator).over(self.quantity(denominator))
        wanted = self.quantity(unit)
        return given.factor / wanted.factor if given.powers == wanted.powers else None
