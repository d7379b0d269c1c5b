"""Text as it goes to paper: punctuation set, facts told apart, nothing too long to break."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from string import Formatter

from assessment.characters import fit
from assessment.results.values import Sentence
from assessment.show.typography import full_width
from assessment.show.verdict_words import look

Span = tuple[str, bool]
"""A piece of a sentence, and whether it is a number to stand out."""

WIDE_LATIN = 0.58
"""Mean width of a Latin letter or digit against a Chinese character."""

_UNBREAKABLE = re.compile(r"[\x21-\x7e\u00a1-\u024f]{22,}")
_JOINT = re.compile(r"(?<=[/_.\-])(?=[A-Za-z0-9])")
_CHUNK = re.compile(r"[^\u200b]{24}(?=[^\u200b])")
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(19|20)\d\d( 年)?")
_BRACKET = re.compile(r"(?<=\S)（")
_POINTS = re.compile(" (?=个百分点$)")
_FIGURES = re.compile(r"([^（）]{1,12})(（[^（）]*\d[^（）]*）)")
_LATIN_RUN = re.compile(r"[\x21-\x7e\u00a0-\u024f\u2212]+")


@lru_cache(maxsize=8192)
def printed(text: str) -> str:
    """Set a text for paper: full-width marks, no control characters, long codes breakable."""
    return _UNBREAKABLE.sub(_breakable, clean(text))


def clean(text: str) -> str:
    """Set the marks of a text full-width and leave out what is no character."""
    return fit(full_width(text)).replace("\r", "")


def _breakable(run: re.Match[str]) -> str:
    """Allow a break after the joints of a long name, and within what is long without a joint."""
    return _CHUNK.sub("\\g<0>\u200b", _JOINT.sub("\u200b", run[0]))


def spans(sentence: Sentence) -> list[Span]:
    """Split a sentence into plain pieces and its numbers; a year or a word does not stand out."""
    found: list[Span] = []
    for literal, field, *_ in Formatter().parse(full_width(sentence.template)):
        if literal:
            found.append((printed(literal), False))
        if field is not None:
            text = sentence.facts[int(field)].text
            stands_out = bool(_DIGIT.search(text)) and not _YEAR.fullmatch(text)
            found.append((printed(text), stands_out))
    return found


def verdict_word(verdict: str, text: str = "") -> str:
    """Return a verdict's word, or the text that begins with it (“进展偏慢—符合预期”)."""
    word = look(verdict).word
    return printed(text if text.startswith(word) else word)


def folded(text: str, room: float) -> str:
    """Break a number before its bracket or its unit where a line of ``room`` em holds not both."""
    if width(text) <= room:
        return text
    return _POINTS.sub("\n", _BRACKET.sub("\n\\g<0>", text))


def figured(text: str) -> tuple[str, ...]:
    """Split words or a number from figures in brackets behind; empty where a text is not such."""
    parts = _FIGURES.fullmatch(text)
    return parts.groups() if parts else ()


@lru_cache(maxsize=16384)
def width(text: str) -> float:
    """Estimate the width of a text on one line, in em; the widest where it has several lines."""
    return max(sum(map(_advance, line)) for line in text.split("\n"))


@lru_cache(maxsize=16384)
def longest_word(text: str) -> float:
    """Estimate the width of the longest piece that cannot be broken over lines, in em."""
    return max((width(run) for run in _LATIN_RUN.findall(text)), default=1.0)


@lru_cache(maxsize=4096)
def _advance(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF" or character in "“”‘’…—●▲■◆▼○":
        return 1.0
    return 0.0 if character == "\u200b" else WIDE_LATIN
