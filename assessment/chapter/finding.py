"""A finding: numbers that are kept, sentences, tables and figures made of nothing else.

Examples
--------
>>> with chapter.finding("decoupling", "与经济增长脱钩") as out:  # doctest: +SKIP
...     out.keep(change=-0.015, years=10)
...     out.say("{years:d} 年里二氧化碳{change:升降%}。")
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from assessment.chapter.gaps import missing_values
from assessment.errors import FindingError, nearest
from assessment.results.model import Gap, TargetResult
from assessment.results.values import Fact, Sentence, Trace
from assessment.show.blocks import Block, Blocks, Figure, Heading, Place, Prose, Tone
from assessment.show.charts.own import OwnFigure
from assessment.show.charts.theme import SINGLE, WIDE
from assessment.show.facts import plain, pointer
from assessment.show.frame_tables import Record, Show, plain_value, records_of, table_of
from assessment.show.number_formats import FormatError, Quantity, read_as
from assessment.show.sentences import target_sentence
from assessment.show.verdict_words import LOOKS

if TYPE_CHECKING:
    import pandas as pd

    from assessment.job.series import UnitData

__all__ = ["Finding", "Show"]

# Doubled braces come first: they are braces of the text, not places for numbers.
_PLACE = re.compile(r"\{\{|\}\}|\{([^{}:]+)(?::([^{}]*))?\}")
_STEP = re.compile(r"\.?([^.\[\]]+)|\[([^\[\]]+)\]")


class Host(Protocol):
    """What a finding needs of its chapter."""

    id: str

    @property
    def unit_name(self) -> str:
        """Name of the unit."""

    @property
    def data(self) -> UnitData:
        """Series of the unit."""

    @property
    def quantities(self) -> Mapping[str, Quantity]:
        """How the values of each indicator are written."""

    @property
    def all_targets(self) -> Mapping[str, TargetResult]:
        """Every target that the chapter may see, judged."""

    def anchor(self, part: str) -> str:
        """Anchor of a part, unique in the report."""

    def register(self, finding: Finding) -> None:
        """Take the finding into the chapter's record."""


class Pieces(str):
    """Part of a sentence, made for several keys; its places are filled where it is said."""


class Finding:
    """One analysis of a chapter, as the report shows it.

    A number is printed only from what was kept: ``{name:format}`` in a sentence, a title or a
    note is looked up there and nowhere else, and every cell of a table is kept by itself. What
    was kept stands in results.json under ``/analysis/<chapter>/<key>``.

    Made by `Chapter.finding`; at the end of the ``with`` block it shows itself.

    Parameters
    ----------
    chapter : Chapter
        Whose finding it is.
    key : str
        Its name in results.json, in Latin letters.
    title : str
        Its heading in the report.
    words : mapping, optional
        The word of each code, for ``{state:词}`` and for tables; verdicts have theirs already.
    """

    def __init__(
        self, chapter: Host, key: str, title: str, words: Mapping[str, str] | None = None
    ) -> None:
        self.key = key
        self.title = title
        self._chapter = chapter
        own = {str(code): word for code, word in (words or {}).items()}
        self._words = {code: look.word for code, look in LOOKS.items()} | own
        # What the report sets beside other readings needs the words too.
        self._kept: dict[str, Any] = {"words": own} if own else {}
        self._blocks: list[Block] = [
            Heading(level=3, text=title, anchor=chapter.anchor(key)),
        ]
        self._messages: list[Sentence] = []
        self._gaps: list[Gap] = []
        self._shown = False

    # ----- keeping -----

    def keep(self, **values: Any) -> None:
        """Keep numbers and words for sentences; pandas objects are kept by their index.

        Parameters
        ----------
        **values
            Numbers, text, None, lists and dictionaries of them, Series, DataFrames.

        Raises
        ------
        FindingError
            A name is taken by another value, or a value can't be kept.
        """
        for name, value in values.items():
            try:
                ready = plain_value(value)
            except TypeError as error:
                raise FindingError(self.key, name, f"不能记下：{error}") from None
            if name in self._kept and self._kept[name] != ready:
                raise FindingError(self.key, name, "已经记下另一个值，换一个名字")
            self._kept[name] = ready

    @property
    def kept(self) -> Mapping[str, Any]:
        """What was kept so far, as in results.json."""
        return self._kept

    # ----- saying -----

    def say(
        self, template: str, *, finding: bool = False, tone: Tone = "normal", **pieces: str
    ) -> None:
        """Say a sentence; sentences of one tone in a row make one paragraph.

        Parameters
        ----------
        template : str
            ``{name}``, ``{name[key]}`` and ``{name:format}`` are filled from what was kept; for
            the formats see `assessment.show.number_formats`.
        finding : bool, optional
            Worth repeating at the head of the report.
        tone : {"normal", "note", "caution", "finding"}, optional
            How the paragraph is set.
        **pieces
            Parts of the sentence: from `each`, filled like the template; any other text as it is.

        Raises
        ------
        FindingError
            A name that was not kept, or a format that does not suit it.
        """
        sentence = self._say(template, tone, pieces)
        if finding:
            self._messages.append(sentence)

    def target(self, no: str) -> None:
        """Say how a target of the plan stands; its numbers are those of the target itself."""
        self._add(target_sentence(self._chapter.all_targets[no]), "normal")

    def note(self, template: str, **pieces: str) -> None:
        """Say how the finding is to be read, set apart and smaller."""
        self._say(template, "note", pieces)

    def caution(self, template: str, **pieces: str) -> None:
        """Warn of what the finding does not show."""
        self._say(template, "caution", pieces)

    def each(
        self, template: str | Callable[[Any], str], keys: Iterable[Any], sep: str = "、"
    ) -> Pieces:
        """Say the same of several keys: ``[*]`` stands for the key.

        A function makes the template of a key, where not quite the same is said of each.

        Examples
        --------
        >>> out.each("{name[*]}{change[*]:升降%}", change.index)  # doctest: +SKIP
        """
        said = [(key, template(key) if callable(template) else template) for key in keys]
        return Pieces(sep.join(text.replace("[*]", f"[{key}]") for key, text in said))

    def paragraph(self) -> None:
        """Begin a new paragraph."""
        self._blocks.append(Prose(sentences=()))

    # ----- tables and figures -----

    def table(
        self,
        frame: pd.DataFrame | pd.Series[Any] | Iterable[Record],
        title: str = "",
        columns: Mapping[str, Show | str] | None = None,
        *,
        key: str = "table",
        group: str | Callable[[Record], str] = "",
        strong: Callable[[Record], bool] | None = None,
        trace: Mapping[str, str] | None = None,
        note: str = "",
        summary: str = "",
    ) -> None:
        """Show a table whose every cell is kept.

        Parameters
        ----------
        frame : DataFrame, Series or iterable of mapping
            Its rows; an index that says something is its first column.
        title : str, optional
            Its caption, filled like a sentence; by default the finding's heading.
        columns : mapping, optional
            Which columns are shown, in which order, with their label or `Show`. By default all,
            under their own names.
        key : str, optional
            Its name in results.json, where a finding has several tables.
        group, strong
            See `assessment.show.frame_tables.table_of`.
        trace : mapping, optional
            By column: the indicator whose yearly values it holds, so that each leads back to its
            file and row. The frame then has a column or index ``year``.
        note, summary : str, optional
            Below the table; the line that it opens under. Filled like a sentence.

        Raises
        ------
        FindingError
            Another table has this key, or a column is not there.
        """
        import pandas as pd

        records = (
            records_of(frame)
            if isinstance(frame, pd.DataFrame | pd.Series)
            else [{str(k): plain_value(v) for k, v in record.items()} for record in frame]
        )
        shown = {k: Show(c) if isinstance(c, str) else c for k, c in (columns or {}).items()}
        if not shown and records:
            shown = {name: Show(name) for name in records[0]}
        tables = self._kept.setdefault("tables", {})
        if key in tables:
            raise FindingError(self.key, key, "已有一张同名的表：给 key 另一个名字")
        for name in shown:
            if records and name not in records[0]:
                hint = nearest(name, list(records[0]))
                raise FindingError(self.key, name, f"表里没有这一列。{hint}")
        for name, indicator in (trace or {}).items():
            how = shown[name]
            if how.trace is None:
                shown[name] = Show(**{**vars(how), "trace": self._tracer(indicator)})
        tables[key] = records
        try:
            table = table_of(
                self._chapter.anchor(f"{self.key}-{key}"),
                self._text(title) or self.title,
                records,
                shown,
                group=group,
                strong=strong,
                quantities=self._quantities,
                words=self._words,
                summary=self._text(summary),
                note=self._text(note),
            )
        except FormatError as error:
            raise FindingError(self.key, key, str(error)) from None
        self._blocks.append(table)

    @contextmanager
    def figure(
        self,
        title: str,
        *,
        alt: str,
        data: pd.DataFrame | pd.Series[Any] | Iterable[Record],
        columns: Mapping[str, Show | str] | None = None,
        below: str = "",
        key: str = "figure",
        wide: bool = False,
        height: float = 220.0,
        rows: int = 1,
        cols: int = 1,
        **subplots: Any,
    ) -> Iterator[Any]:
        """Draw a figure with seaborn or matplotlib, in the report's look.

        Parameters
        ----------
        title : str
            What the figure shows, as a sentence; filled from what was kept. The unit's name is put
            before it where it does not name the unit.
        alt : str
            What is drawn, for those who cannot see it; filled likewise.
        data : DataFrame, Series or iterable of mapping
            The figures drawn: the table beside the figure.
        columns : mapping, optional
            Columns of that table, as for `table`.
        below : str, optional
            Units, years, source.
        key : str, optional
            Its name, where a finding has several figures.
        wide : bool, optional
            Over the whole width of the page.
        height : float, optional
            In points.
        rows, cols : int, optional
            Several panels; then an array of axes is given.
        **subplots
            Passed to `matplotlib.figure.Figure.subplots`.

        Yields
        ------
        Axes or array of Axes
            To draw on.
        """
        own = OwnFigure(
            self._chapter.anchor(f"{self.key}-{key}"), WIDE if wide else SINGLE, height,
            rows=rows, cols=cols, **subplots,
        )  # fmt: skip
        with own as axes:
            yield axes
        before = len(self._blocks)
        self.table(data, title, columns, key=f"{key}_data")
        twin = self._blocks.pop(before)
        self._blocks.append(
            own.with_table(
                twin,  # type: ignore[arg-type]
                title=self._naming_the_unit(self._text(title)),
                alt=self._text(alt),
                below=self._text(below),
            )
        )

    def show(self, *blocks: Block | Blocks | None) -> None:
        """Add blocks made elsewhere, such as a standing figure of the report; None is left out."""
        for block in blocks:
            if isinstance(block, Blocks):
                self._blocks.extend(block.blocks)
            elif block is not None:
                self._blocks.append(block)

    # ----- what is not known -----

    def lacking(self, subject: str, what: str, effect: str, department: str = "") -> None:
        """Note figures that this finding lacks; they stand in the chapter's list of gaps.

        Parameters
        ----------
        subject, what : str
            What they are about, and what is missing.
        effect : str
            What can't be said without them.
        department : str, optional
            Whom to ask.
        """
        self._gaps.append(
            Gap(kind="data", subject=subject, department=department, what=what, effect=effect)
        )

    def need(self, *indicators: str, years: Iterable[int], effect: str, subject: str = "") -> None:
        """Note which yearly values are missing, a line a department.

        Parameters
        ----------
        *indicators : str
            Ids of what the finding is computed from.
        years : iterable of int
            Years that it can't do without.
        effect : str
            What can't be said without them.
        subject : str, optional
            What they are for; by default the finding's heading.
        """
        series = [self._chapter.data.annual(name) for name in indicators]
        self._gaps.extend(missing_values(subject or self.title, series, tuple(years), effect))

    # ----- inside -----

    @property
    def blocks(self) -> Blocks:
        """What is shown."""
        kept = [b for b in self._blocks if not (isinstance(b, Prose) and not b.sentences)]
        return Blocks(blocks=tuple(kept))

    @property
    def messages(self) -> tuple[Sentence, ...]:
        """Sentences worth repeating at the head of the report."""
        return tuple(self._messages)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures."""
        return tuple(block for block in self._blocks if isinstance(block, Figure))

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What it lacks."""
        return tuple(self._gaps)

    @property
    def _quantities(self) -> Mapping[str, Quantity]:
        return self._chapter.quantities

    def _tracer(self, indicator: str) -> Callable[[Record], Sequence[Trace]]:
        annual = self._chapter.data.annual(indicator)

        def rows(record: Record) -> Sequence[Trace]:
            point = annual.at(int(record["year"]))
            return point.trace if point is not None else ()

        return rows

    def _say(self, template: str, tone: Tone, pieces: Mapping[str, str]) -> Sentence:
        sentence = self._sentence(template, pieces)
        self._add(sentence, tone)
        return sentence

    def _add(self, sentence: Sentence, tone: Tone) -> None:
        last = self._blocks[-1]
        if isinstance(last, Prose) and last.tone == tone:
            self._blocks[-1] = last.model_copy(update={"sentences": (*last.sentences, sentence)})
        else:
            place: Place = "annex" if tone == "note" else "body"
            self._blocks.append(Prose(sentences=(sentence,), tone=tone, place=place))

    def _text(self, template: str) -> str:
        return self._sentence(template, {}).text if template else ""

    def _naming_the_unit(self, title: str) -> str:
        name = self._chapter.unit_name
        return title if name in title else f"{name}：{title}"

    def _sentence(self, template: str, pieces: Mapping[str, str]) -> Sentence:
        for name, piece in pieces.items():
            text = piece if isinstance(piece, Pieces) else plain(piece)
            template = template.replace(f"{{{name}}}", text)
        facts: list[Fact] = []

        def place(match: re.Match[str]) -> str:
            if match.group(1) is None:
                return match.group()
            facts.append(self._fact(match.group(1).strip(), match.group(2) or ""))
            return f"{{{len(facts) - 1}}}"

        return Sentence(template=_PLACE.sub(place, template), facts=tuple(facts))

    def _fact(self, name: str, wanted: str) -> Fact:
        steps = [first or second for first, second in _STEP.findall(name)]
        value: Any = self._kept
        for depth, step in enumerate(steps):
            known = value if isinstance(value, Mapping) else dict(enumerate(value or ()))
            at: Any = step
            if not isinstance(value, Mapping) and step.lstrip("-").isdigit():
                at = int(step) % max(len(known), 1)
                steps[depth] = str(at)
            if at not in known:
                where = f"“{name}”" if depth else f"“{step}”"
                hint = nearest(step, [str(k) for k in known])
                raise FindingError(self.key, name, f"{where}没有用 keep 记下。{hint}")
            value = known[at]
        try:
            text = read_as(value, wanted, quantities=self._quantities, words=self._words)
        except (FormatError, TypeError, ValueError) as error:
            raise FindingError(self.key, name, str(error)) from None
        return Fact(
            text=text,
            value=value,
            pointer=pointer("analysis", self._chapter.id, self.key, *steps),
        )

    def __enter__(self) -> Finding:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            return
        self._chapter.register(self)
        show_in_notebook(self)
        self._shown = True

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        if self._shown:
            return {"text/plain": "（已显示在上面）"}
        return self.blocks._repr_mimebundle_(**options)


def show_in_notebook(finding: Finding) -> None:
    """Show a finding below its cell; nothing happens outside Jupyter."""
    import sys

    if "IPython" not in sys.modules:
        return
    from IPython.core.getipython import get_ipython
    from IPython.display import display

    if get_ipython() is not None:
        display(finding)  # type: ignore[no-untyped-call]
