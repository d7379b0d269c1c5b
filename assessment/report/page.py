"""What a report page is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assessment.report.first_page import TileView, decisions_of, tile_views
from assessment.results.model import Attention, Contradiction, ReportResults, VerdictChange
from assessment.results.values import Sentence
from assessment.show.blocks import Blocks
from assessment.show.verdict_words import LOOKS, Tone, look

SINCE = {"this_year": "本年新增", "before": "上年已落后", "": ""}
"""Since when a target is late."""

SHOWN_CLASSES = 5
"""Classes in a strip of counts; where there are more, those of one colour go together."""

TONE_SHAPES: dict[Tone, str] = {
    "best": "●", "good": "■", "fair": "◆", "bad": "▼", "unknown": "○", "none": "–",
}  # fmt: skip
"""Shape of a tone where several verdicts are taken together."""


@dataclass(frozen=True)
class ReportPart:
    """A part before or behind the chapters.

    Attributes
    ----------
    anchor, number, title : str
        Id in the page (that of an annex begins with ``annex``), printed number (may be empty),
        heading.
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
    """A chapter: what its executed notebook shows, or, where it failed, blocks that say so."""

    anchor: str
    number: str
    title: str
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

    @property
    def pack_words(self) -> str:
        """Title of the data pack, with its kind where the title does not say it."""
        kind = self.pack_kind_word
        return self.pack_title if kind in self.pack_title else f"{self.pack_title}({kind})"


@dataclass(frozen=True)
class StripItem:
    """Some classes of one tone, counted together under one word."""

    word: str
    shape: str
    tone: Tone
    count: int


@dataclass(frozen=True)
class Strip:
    """Counts by class; ``detail`` names the classes where items take several together."""

    title: str
    total: int
    items: tuple[StripItem, ...]
    detail: str = ""


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
        Every target that is behind or slow, worst first; where none can be judged, the
        departments whose figures are wanted.
    attention_title : str
        What they stand under.
    changes : tuple of VerdictChange
        Targets whose class differs from the year before.
    unknown : Sentence
        What is not known.
    tiles : tuple of TileView
        The few indicators that a reader looks for first.
    contradictions : tuple of Contradiction
        Tasks reported done that the figures contradict.
    decisions : tuple of Sentence
        What is asked of the reader, at most three.
    """

    verdict: Sentence
    messages: tuple[Sentence, ...]
    counts: Mapping[str, int]
    task_counts: Mapping[str, int]
    attention: tuple[Attention, ...]
    changes: tuple[VerdictChange, ...]
    unknown: Sentence
    attention_title: str = "落后和偏慢的指标"
    tiles: tuple[TileView, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    decisions: tuple[Sentence, ...] = ()

    @classmethod
    def of(cls, results: ReportResults) -> Conclusions:
        """Take the conclusions from a report's results."""
        if not results.attention and results.wanted:
            wanted = tuple(
                Attention(
                    target="",
                    name=item.department,
                    verdict="insufficient_data",
                    departments=(),
                    sentence=item.sentence,
                )
                for item in results.wanted
            )
            results = results.model_copy(update={"attention": wanted})
            title = "最需要补的数"
        else:
            title = cls.attention_title
        return cls(
            verdict=results.verdict,
            messages=results.messages,
            counts=in_order(results.counts),
            task_counts=in_order(results.task_counts),
            attention=results.attention,
            changes=results.changes,
            unknown=results.unknown,
            attention_title=title,
            tiles=tile_views(results),
            contradictions=results.contradictions,
            decisions=decisions_of(results),
        )

    @property
    def strips(self) -> tuple[Strip, ...]:
        """Counts as strips of at most :data:`SHOWN_CLASSES` items, targets before tasks."""
        both = (("指标", self.counts, _TARGET_TONES), ("任务", self.task_counts, _TASK_TONES))
        return tuple(_strip(title, counts, words) for title, counts, words in both if counts)

    @property
    def unchanged(self) -> str:
        """What is said where no class changed: that none did, or that none can be compared."""
        if any(look(verdict).tone not in ("unknown", "none") for verdict in self.counts):
            return "没有指标改变等级。"
        return "本年没有能判断的指标,无从与上年比较。"

    @property
    def better(self) -> tuple[VerdictChange, ...]:
        """Changes for the better."""
        return tuple(change for change in self.changes if change.better)

    @property
    def worse(self) -> tuple[VerdictChange, ...]:
        """Changes for the worse."""
        return tuple(change for change in self.changes if not change.better)


@dataclass(frozen=True)
class Document:
    """A report before it is typeset: every edition is made from this.

    Attributes
    ----------
    cover : Cover
        What the cover says.
    conclusions : Conclusions, optional
        The page that is read first; the annex volume has none.
    front, chapters, back : tuple
        Parts before the chapters, the chapters, parts behind them.
    demo : bool
        Whether every page is marked 演示数据.
    """

    cover: Cover
    conclusions: Conclusions | None
    front: tuple[ReportPart, ...]
    chapters: tuple[ChapterPages, ...]
    back: tuple[ReportPart, ...]
    demo: bool


_TONES: tuple[Tone, ...] = ("best", "good", "fair", "bad", "unknown", "none")
_TARGET_TONES = ("达到要求", "符合进度", "偏慢", "落后", "数据不足", "不判定")
_TASK_TONES = ("已完成", "按序推进", "滞后", "未启动", "无佐证或未报", "不判定")


def _strip(title: str, counts: Mapping[str, int], words: Sequence[str]) -> Strip:
    total = sum(counts.values())
    if len(counts) <= SHOWN_CLASSES:
        items = tuple(StripItem(*look(verdict), count) for verdict, count in counts.items())
        return Strip(title, total, items)
    items = tuple(
        _together([verdict for verdict in counts if look(verdict).tone == tone], word, tone, counts)
        for tone, word in zip(_TONES, words, strict=True)
    )
    detail = "、".join(f"{look(verdict).word} {count}" for verdict, count in counts.items())
    return Strip(title, total, tuple(item for item in items if item.count), detail)


def _together(
    verdicts: Sequence[str], word: str, tone: Tone, counts: Mapping[str, int]
) -> StripItem:
    """Count classes together; a class that is alone keeps its own word and shape."""
    if len(verdicts) == 1:
        return StripItem(*look(verdicts[0]), counts[verdicts[0]])
    return StripItem(word, TONE_SHAPES[tone], tone, sum(counts[verdict] for verdict in verdicts))


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
