"""Hold the sentences of a results.json to its figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

_PLACE = re.compile(r"\{(\d+)\}")
_YEAR = re.compile(r"(?<!\d)(19|20)\d\d(?!\d)")
_NUMBER = re.compile(r"\d")
METHOD_WORDS = ("90% 区间",)
"""Numbers that belong to a method and are no finding."""


def sentences(node: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every sentence below a node, with its place."""
    if isinstance(node, dict):
        if set(node) == {"template", "facts"}:
            yield place, node
            return
        for key, value in node.items():
            yield from sentences(value, f"{place}/{key}")
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from sentences(value, f"{place}/{i}")


def resolve(document: Any, pointer: str) -> Any:
    """Follow a JSON Pointer (RFC 6901); raises where it leads nowhere."""
    assert pointer.startswith("/"), pointer
    node = document
    for part in pointer[1:].split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        node = node[int(key)] if isinstance(node, list) else node[key]
    return node


def loose_numbers(template: str, names: Iterable[str]) -> str:
    """What is left of a sentence around a number that is neither fact, nor year, nor name."""
    rest = _PLACE.sub("", template)
    for name in (*METHOD_WORDS, *sorted(names, key=len, reverse=True)):
        rest = rest.replace(name, "")
    rest = _YEAR.sub("", rest)
    return rest if _NUMBER.search(rest) else ""


def check_sentences(results: dict[str, Any], names: Iterable[str]) -> int:
    """Assert that every number of every sentence is a cell of the results; return how many."""
    known = {name for name in names if _NUMBER.search(name)}
    count = 0
    for place, sentence in sentences(results):
        facts, template = sentence["facts"], sentence["template"]
        used = {int(n) for n in _PLACE.findall(template.replace("{{", "").replace("}}", ""))}
        assert used == set(range(len(facts))), (place, template)
        for fact in facts:
            found = resolve(results, fact["pointer"])
            assert found == fact["value"], (place, fact, found)
            assert type(found) is type(fact["value"]), (place, fact)
            assert fact["text"], (place, fact)
            count += 1
        assert not loose_numbers(template, known), (place, template)
    return count
