"""What changed in a report since a draft: figures with who and why, classes, scores, ranks, advice.

Both sides are results.json as data: a draft may have been made by an earlier version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from assessment.data.revisions import REVISED
from assessment.show.formatting import MISSING, number
from assessment.show.verdict_words import LOOKS

Results = Mapping[str, Any]


class FigureChange(NamedTuple):
    """A value that is another one now.

    Attributes
    ----------
    name, unit : str
        The indicator.
    year : int
        Of the value.
    before, after : str
        As they are read; a dash where there was or is none.
    why : str
        Who revised it, when and why; else the source of the new value.
    derived : bool
        Whether it is computed: it changed because others did.
    """

    name: str
    unit: str
    year: int
    before: str
    after: str
    why: str
    derived: bool


class WordChange(NamedTuple):
    """A class, score, rank or sentence that is another one now."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class UnitChanges:
    """What changed in one unit's report since the newest draft; false where nothing did.

    Attributes
    ----------
    region, draft : str
        The unit, and what the draft is called.
    figures : sequence of FigureChange
        Values, the reported ones before the computed ones.
    verdicts, scores, sentences, recommendations : sequence of WordChange
        Classes of targets and statuses of tasks; scores, grades and ranks; what the first page
        says; lines of advice.
    problem : str
        Why the two could not be compared.
    """

    region: str
    draft: str
    figures: tuple[FigureChange, ...] = ()
    verdicts: tuple[WordChange, ...] = ()
    scores: tuple[WordChange, ...] = ()
    sentences: tuple[WordChange, ...] = ()
    recommendations: tuple[WordChange, ...] = ()
    problem: str = ""

    def __bool__(self) -> bool:
        return any(
            (self.figures, self.verdicts, self.scores, self.sentences, self.recommendations,
             self.problem)
        )  # fmt: skip

    @property
    def summary(self) -> str:
        """Count what changed, in a few words; empty where nothing did."""
        if self.problem:
            return "不能比较"
        counts = (
            (sum(not one.derived for one in self.figures), "个数"), (len(self.verdicts), "项结论"),
            (len(self.scores), "个得分或位次"), (len(self.recommendations), "条建议"),
        )  # fmt: skip
        said = "、".join(f"{count} {word}" for count, word in counts if count)
        return said or ("算出的数与文字" if self else "")


def changes_between(before: Results, after: Results, region: str, draft: str) -> UnitChanges:
    """Compare a report with the draft of it.

    Parameters
    ----------
    before, after : mapping
        results.json of the draft and of the report.
    region : str
        The unit.
    draft : str
        What the draft is called.

    Returns
    -------
    UnitChanges
        With a ``problem`` where one of them cannot be read.
    """
    try:
        if before["plan"] != after["plan"]:
            return UnitChanges(region, draft, problem="这一稿评的是另一个方案")
        return UnitChanges(
            region=region,
            draft=draft,
            figures=_figures(before, after),
            verdicts=tuple(_verdicts(before, after)),
            scores=tuple(_scores(before, after)),
            sentences=tuple(_words("总的结论", _text(before["verdict"]), _text(after["verdict"]))),
            recommendations=tuple(_advice(before, after)),
        )
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return UnitChanges(region, draft, problem="这一稿由另一版程序生成,或已损坏,不能逐项比较")


def _figures(before: Results, after: Results) -> tuple[FigureChange, ...]:
    old, new = _points(before), _points(after)
    found = []
    for key in [*new, *(key for key in old if key not in new)]:
        series, point = new.get(key, (None, None))
        was_series, was = old.get(key, (None, None))
        if point and was and point["value"] == was["value"]:
            continue
        told = series or was_series or {}
        decimals = told["decimals"]
        told_before, told_after = _told(was, decimals), _told(point, decimals)
        if told_before == told_after:  # unlike, but not as it is printed
            told_before, told_after = _told(was, decimals + 3), _told(point, decimals + 3)
        derived = bool((point or was or {})["derived"])
        found.append(
            FigureChange(
                name=_series_name(told),
                unit=told["unit"],
                year=key[2],
                before=told_before,
                after=told_after,
                why="由别的数算出" if derived else _why(point),
                derived=derived,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.derived, one.name, -one.year)))


def _told(point: Mapping[str, Any] | None, decimals: int) -> str:
    return MISSING if point is None else number(point["value"], decimals)


def _series_name(series: Mapping[str, Any]) -> str:
    return f"{series['name']}({series['series']})" if series.get("series") else str(series["name"])


def _points(
    results: Results,
) -> dict[tuple[str, str, int], tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Values of a report by indicator, series and year; a year stands there once."""
    found: dict[tuple[str, str, int], tuple[Mapping[str, Any], Mapping[str, Any]]] = {}
    for series in [*results["targets"].values(), *results["trends"].values()]:
        for point in [*series.get("before_break", ()), *series["points"]]:
            key = (series["indicator"], series.get("series") or "", point["year"])
            found.setdefault(key, (series, point))
    return found


def _why(point: Mapping[str, Any] | None) -> str:
    """Return who revised a value, when and why, as its note says; else where it comes from."""
    if point is None:
        return "本稿没有这个数"
    for trace in point["trace"]:
        for line in str(trace["note"]).split("\n"):
            if line.startswith(REVISED):
                return line
    sources = [str(trace["source"]) for trace in point["trace"] if trace["source"]]
    return f"来源:{sources[0]}" if sources else "没有写明"


def _verdicts(before: Results, after: Results) -> Iterator[WordChange]:
    for part, field, named in (("targets", "verdict", "name"), ("tasks", "status", "title")):
        old, new = before[part], after[part]
        for no in [*new, *(no for no in old if no not in new)]:
            pair = [_word(side[no][field]) if no in side else MISSING for side in (old, new)]
            name = (new.get(no) or old[no])[named]
            yield from _words(f"{no} {name}", *pair)


def _word(verdict: str) -> str:
    return f"{LOOKS[verdict].shape} {LOOKS[verdict].word}" if verdict in LOOKS else str(verdict)


def _scores(before: Results, after: Results) -> Iterator[WordChange]:
    old, new = before["scores"], after["scores"]
    grades = [side["grade"] for side in (old, new)]
    yield from _words("建议等级", *(one["word"] or MISSING for one in grades))
    yield from _words("评级得分", *(number(one["score"], 1) for one in grades))
    indices = [side["index"] or {} for side in (old, new)]
    yield from _words("综合指数", *(number(one.get("score"), 3) for one in indices))
    yield from _words("耦合协调度", *(number(one.get("d"), 3) for one in indices))
    if after["comparison"]["ranking"] == "on":
        yield from _words("位次", *(number(one.get("rank"), 0) for one in indices))
    titles = {**before["chapter_titles"], **after["chapter_titles"]}
    for chapter, title in titles.items():
        failed = [chapter in side["failed_chapters"] for side in (before, after)]
        yield from _words(title, *("没有算出" if one else "已算出" for one in failed))


def _advice(before: Results, after: Results) -> Iterator[WordChange]:
    old, new = ({one["target"]: one for one in side["recommendations"]} for side in (before, after))
    for no in [*new, *(no for no in old if no not in new)]:
        name = (after["targets"].get(no) or before["targets"].get(no) or {"name": no})["name"]
        yield from _words(
            name, *(side[no]["text"] if no in side else MISSING for side in (old, new))
        )


def _text(sentence: Mapping[str, Any]) -> str:
    return str(sentence["template"]).format(*(fact["text"] for fact in sentence["facts"]))


def _words(what: str, before: str, after: str) -> Iterator[WordChange]:
    if before != after:
        yield WordChange(what, before, after)


def from_data(data: Mapping[str, Sequence[Any]]) -> UnitChanges:
    """Make changes of what was kept of them."""
    words = ("verdicts", "scores", "sentences", "recommendations")
    return UnitChanges(
        region=str(data["region"]),
        draft=str(data["draft"]),
        figures=tuple(FigureChange(*one) for one in data["figures"]),
        problem=str(data["problem"]),
        **{name: tuple(WordChange(*one) for one in data[name]) for name in words},
    )
