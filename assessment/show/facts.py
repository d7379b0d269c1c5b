"""Sentences whose numbers are cells of results.json."""

from __future__ import annotations

import re

from assessment.results.values import Fact, Sentence, Value
from assessment.show.formatting import number

# Doubled braces come first: they are braces of the text, not places for facts.
_NAME = re.compile(r"\{\{|\}\}|\{(\w+)\}")


def pointer(*parts: str | int) -> str:
    """Build a JSON Pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def fact(
    value: Value,
    *parts: str | int,
    decimals: int = 2,
    signed: bool = False,
    text: str | None = None,
) -> Fact:
    """A number and where it stands in results.json.

    Parameters
    ----------
    value : number or str
        The value as stored.
    *parts : str or int
        Path from the root of results.json.
    decimals, signed
        How it is read; ``text`` overrides both.
    """
    if text is None:
        if value is None or isinstance(value, str):
            text = value or "—"
        elif isinstance(value, int):
            text = number(float(value), 0, signed=signed)
        else:
            text = number(value, decimals, signed=signed)
    return Fact(text=text, value=value, pointer=pointer(*parts))


def say(template: str, **facts: Fact) -> Sentence:
    """Write a sentence; ``{name}`` is replaced by the fact of that name.

    Text that comes from data goes in as a fact too, or through :func:`plain`, never into the
    template, so that a brace in a name cannot be read as a place for a fact.
    """
    used: list[Fact] = []

    def place(match: re.Match[str]) -> str:
        if match.group(1) is None:
            return match.group()
        used.append(facts[match.group(1)])
        return f"{{{len(used) - 1}}}"

    return Sentence(template=_NAME.sub(place, template), facts=tuple(used))


def plain(text: str) -> str:
    """Make text from data safe inside a template."""
    return text.replace("{", "{{").replace("}", "}}")
