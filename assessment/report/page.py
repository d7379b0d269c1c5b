"""What a report page is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nbformat import NotebookNode

from assessment.blocks import Blocks, Sentence
from assessment.results import Attention, ReportResults, VerdictChange
from assessment.verdicts import LOOKS

SHOWN_ATTENTION = 3
"""Rows under 最需要关注 on the first screen."""


@dataclass(frozen=True)
class ReportPart:
    """A part before or behind the chapters.

    Attributes
    ----------
    anchor, number, title : str
        Id in the page, printed number (may be empty), heading.
    blocks : Blocks
        What it says.
    sources : bool
        Print each cell's source under it, as an annex does.
    """

    anchor: str
    number: str
    title: str
    blocks: Blocks
    sources: bool = False


@dataclass(frozen=True)
class ChapterPages:
    """A chapter: its executed notebook, or, where it failed, blocks that say so.

    A heading of the first level in the notebook repeats the chapter's title and is left out.
    """

    anchor: str
    number: str
    title: str
    notebook: NotebookNode | None = None
    blocks: Blocks = field(default_factory=Blocks)


@dataclass(frozen=True)
class Cover:
    """What the cover says."""

    title: str
    unit: str
    year: int
    status: str
    pack_title: str
    pack_kind: str
    cutoff: str
    fingerprint: str
    disclaimer: str

    @property
    def pack_kind_word(self) -> str:
        """Kind of the data pack as it is read."""
        words = {"official": "正式数据", "published": "公开数据", "demo": "演示数据"}
        return words.get(self.pack_kind, self.pack_kind)


@dataclass(frozen=True)
class Conclusions:
    """The page that is read first, and often alone.

    Attributes
    ----------
    verdict : Sentence
        The verdict in one sentence.
    messages : tuple of Sentence
        Three to five sentences.
    counts, task_counts : mapping of str to int
        Targets and tasks by verdict, best first, without zeros.
    attention : tuple of Attention
        The targets that most need attention, worst first.
    changes : tuple of VerdictChange
        Targets whose class differs from the year before.
    unknown : Sentence
        What is not known.
    """

    verdict: Sentence
    messages: tuple[Sentence, ...]
    counts: Mapping[str, int]
    task_counts: Mapping[str, int]
    attention: tuple[Attention, ...]
    changes: tuple[VerdictChange, ...]
    unknown: Sentence

    @classmethod
    def of(cls, results: ReportResults) -> Conclusions:
        """Take the conclusions from a report's results."""
        return cls(
            verdict=results.verdict,
            messages=results.messages,
            counts=in_order(results.counts),
            task_counts=in_order(results.task_counts),
            attention=results.attention[:SHOWN_ATTENTION],
            changes=results.changes,
            unknown=results.unknown,
        )

    @property
    def better(self) -> tuple[VerdictChange, ...]:
        """Changes for the better."""
        return tuple(change for change in self.changes if change.better)

    @property
    def worse(self) -> tuple[VerdictChange, ...]:
        """Changes for the worse."""
        return tuple(change for change in self.changes if not change.better)


_TONES = ("best", "good", "fair", "bad", "unknown", "none")


def in_order(counts: Mapping[str, int]) -> dict[str, int]:
    """Sort counts by verdict from best to not judged, and leave out zeros.

    Raises
    ------
    KeyError
        No such verdict.
    """
    verdicts = list(LOOKS)
    ranked = sorted(counts, key=lambda v: (_TONES.index(LOOKS[v].tone), verdicts.index(v)))
    return {verdict: counts[verdict] for verdict in ranked if counts[verdict]}
