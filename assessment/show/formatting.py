"""Numbers as they are read, formatted in one place so that they are the same everywhere."""

from __future__ import annotations

from math import floor, log10

MINUS = "\N{MINUS SIGN}"
MISSING = "—"


def number(value: float | None, decimals: int = 2, *, signed: bool = False) -> str:
    """Format a number with fixed decimals; None is a dash; zero bears no sign.

    Examples
    --------
    >>> number(-3.14159)
    '−3.14'
    >>> number(2, 1, signed=True)
    '+2.0'
    """
    if value is None:
        return MISSING
    text = f"{abs(value):.{decimals}f}"
    if float(text) == 0:
        return text
    if value < 0:
        return MINUS + text
    return "+" + text if signed else text


def pace_decimals(slope: float | None, decimals: int) -> int:
    """Return the decimals that show a change a year with its three leading figures.

    Parameters
    ----------
    slope : float or None
        The change; the ends of its interval are written with as many decimals.
    decimals : int
        Those of the values themselves; the change gets at most one more.

    Examples
    --------
    >>> pace_decimals(-4505.17, 0), pace_decimals(24.05, 2), pace_decimals(-0.148, 3)
    (0, 1, 3)
    """
    wanted = 2 - floor(log10(abs(slope))) if slope else decimals
    return min(max(wanted, 0), decimals + 1)


def change_of(reduction: float | None) -> float | None:
    """Return the change that a reduction is: what is printed is a change, a fall negative.

    Examples
    --------
    >>> change_of(0.015)
    -0.015
    """
    return None if reduction is None else 0.0 - reduction


def named(name: str, unit: str) -> str:
    """Return a name with its unit in brackets, or alone where the quantity has none.

    Examples
    --------
    >>> named("综合指数", "—")
    '综合指数'
    """
    return name if unit in ("", MISSING) else f"{name}({unit})"


def percent(share: float | None, decimals: int = 1, *, signed: bool = False) -> str:
    """Format a share (0.1) as per cent (10.0%); None is a dash."""
    if share is None:
        return MISSING
    return number(share * 100, decimals, signed=signed) + "%"


def probability(p: float | None) -> str:
    """Format a p value with three decimals, never as zero."""
    if p is None:
        return MISSING
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def quoted(text: str) -> str:
    """Set text in quotation marks; marks within it become single ones.

    Examples
    --------
    >>> quoted("“两高”项目")
    '“‘两高’项目”'
    """
    return "“" + text.translate({0x201C: 0x2018, 0x201D: 0x2019}) + "”"


def years(first: int, last: int) -> str:
    """Format a span of years."""
    return f"{first} 年" if first == last else f"{first}–{last} 年"


def listed(names: list[str] | tuple[str, ...], limit: int = 99) -> str:
    """Join names the Chinese way; beyond ``limit`` the rest are counted."""
    shown = "、".join(names[:limit])
    return shown if len(names) <= limit else f"{shown}另 {len(names) - limit} 项"
