"""The methods handbook: one page a method, read by people and by the report's annex.

The pages are Markdown files in ``pages``, so that an installed package has them too. A page that
lacks a heading, or has one too many, is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["HEADINGS", "ORDER", "Entry", "entries", "entry", "page", "sections"]

ORDER = (
    "attainment",
    "forecast",
    "statcan",
    "mann_kendall",
    "seasonal",
    "newey_west",
    "interrupted_series",
    "change",
    "cocontrol",
    "equivalents",
    "tapio",
    "lmdi",
    "joint_decomposition",
    "coupling",
    "index",
    "weights",
    "uncertainty",
    "obstacle",
    "grades",
)
"""Names of the pages in the order a report prints them."""

HEADINGS = ("一句话", "公式", "何时不用", "算例", "怎样读", "出处")
"""Headings of every page, in order."""


@dataclass(frozen=True)
class Entry:
    """What an annex prints of a method; plain text, without markup.

    Attributes
    ----------
    name : str
        Name of the page.
    title : str
        Name of the method.
    summary : str
        One or two sentences.
    formula : str
        Lines to be printed as they stand, aligned by spaces.
    symbols : str
        What the letters of the formula mean.
    not_when : tuple of str
        Cases in which the method misleads.
    references : tuple of str
        Sources.
    """

    name: str
    title: str
    summary: str
    formula: str
    symbols: str
    not_when: tuple[str, ...]
    references: tuple[str, ...]


def page(name: str) -> str:
    """Return the Markdown of a page.

    Raises
    ------
    KeyError
        If there is no such page.
    """
    if name not in ORDER:
        raise KeyError(f"the handbook has no page {name!r}")
    return files(__name__).joinpath("pages", f"{name}.md").read_text(encoding="utf-8")


def sections(text: str) -> tuple[str, dict[str, str]]:
    """Split the Markdown of a page into its title and its sections.

    Parameters
    ----------
    text : str
        Markdown with one first-level heading, followed by `HEADINGS`.

    Returns
    -------
    title : str
        The first-level heading.
    bodies : dict of str to str
        Text by heading, in order.

    Raises
    ------
    ValueError
        If the title is missing, a heading is missing, repeated, unknown or out of order, or a
        section is empty.
    """
    first, *rest = text.strip().split("\n")
    if not first.startswith("# "):
        raise ValueError(f"a page begins with its title, not with {first!r}")
    title = first.removeprefix("# ").strip()
    headings: list[str] = []
    lines: list[list[str]] = [[]]
    fenced = False
    for line in rest:
        fenced ^= line.startswith("```")
        if line.startswith("#") and not fenced:
            headings.append(line.removeprefix("## ").strip())
            lines.append([])
        else:
            lines[-1].append(line)
    if tuple(headings) != HEADINGS or any(map(str.strip, lines[0])):
        raise ValueError(f"page {title}: the headings must be {HEADINGS}, not {tuple(headings)}")
    bodies = {
        heading: "\n".join(body).strip() for heading, body in zip(headings, lines[1:], strict=True)
    }
    empty = [heading for heading, body in bodies.items() if not body]
    if empty:
        raise ValueError(f"page {title}: nothing is written under {empty}")
    return title, bodies


def entry(name: str) -> Entry:
    """Return what an annex prints of one method.

    Raises
    ------
    KeyError
        If there is no such page.
    ValueError
        If the page does not have the form of a page.
    """
    title, bodies = sections(page(name))
    fence, _, rest = bodies["公式"].partition("\n")
    formula, closed, symbols = rest.partition("\n```")
    if fence != "```text" or not closed or not symbols.strip():
        raise ValueError(f"page {title}: a formula is a ```text block, then what its letters mean")
    return Entry(
        name=name,
        title=title,
        summary=_one_paragraph(title, bodies["一句话"]),
        formula=formula,
        symbols=_one_paragraph(title, symbols.strip()),
        not_when=_items(title, bodies["何时不用"]),
        references=_items(title, bodies["出处"]),
    )


@cache
def entries() -> tuple[Entry, ...]:
    """Return what an annex prints of every method, in the order of `ORDER`.

    Raises
    ------
    ValueError
        If a page does not have the form of a page.
    """
    return tuple(map(entry, ORDER))


def _one_paragraph(title: str, body: str) -> str:
    if "\n" in body:
        raise ValueError(f"page {title}: one paragraph on one line is needed: {body!r}")
    return body


def _items(title: str, body: str) -> tuple[str, ...]:
    lines = body.split("\n")
    if not all(line.startswith("- ") for line in lines):
        raise ValueError(f"page {title}: only items of a list are allowed here: {body!r}")
    return tuple(line.removeprefix("- ").strip() for line in lines)
