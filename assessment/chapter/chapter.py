"""What a notebook sees: one chapter of the plan for one unit and year.

Examples
--------
>>> chapter = Chapter.open("2", region="张店区", year=2025)  # doctest: +SKIP
>>> chapter.opening()  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assessment.assess.changes import change_between
from assessment.assess.gaps import gaps_of
from assessment.assess.numeric import thresholds
from assessment.assess.score import chapter_score
from assessment.assess.synergy import agreement, co_control, coupling_years
from assessment.assess.targets import assess_targets
from assessment.assess.tasks import assess_tasks
from assessment.assess.trends import AIR_UNITS, Choice, Test, label_of, trend
from assessment.chapter import outputs
from assessment.chapter.finding import Finding
from assessment.chapter.jupyter import assist
from assessment.chapter.overview import as_page
from assessment.chapter.pandas_data import (
    annual_series,
    monthly_series,
    trend_frame,
    yearly_frame,
)
from assessment.codes import SYNERGY_INDICATOR
from assessment.errors import ContractError, Fault, InputError, nearest
from assessment.folders import find_folder
from assessment.job.hints import Hinting, Named
from assessment.job.inputs import JobInputs
from assessment.job.series import Annual, UnitData
from assessment.job.sources import open_sources
from assessment.params.model import Rules
from assessment.params.plan import Section
from assessment.results.model import (
    PARTS,
    RECORD_MIME,
    ChangeResult,
    ChapterRecord,
    ChapterScore,
    CouplingResult,
    FigureRef,
    Gap,
    Point,
    SynergyResult,
    TargetResult,
    TaskResult,
    TrendResult,
)
from assessment.results.values import Sentence, Trace
from assessment.show import charts, html
from assessment.show.blocks import Blocks, Figure, Heading, Prose, Table, annexed, show
from assessment.show.facts import plain, say
from assessment.show.formatting import listed, quoted
from assessment.show.number_formats import Quantity
from assessment.show.sentences import (
    co_change_sentence,
    coupling_sentence,
    most_urgent,
    problems_of,
    target_sentence,
    targets_sentences,
    tasks_sentence,
    trend_sentence,
)
from assessment.show.tables import (
    cocontrol_table,
    coupling_table,
    gaps_table,
    targets_table,
    tasks_table,
    trends_table,
)

if TYPE_CHECKING:
    import pandas as pd

html.register()


class Record:
    """A chapter's record as a cell output; Jupyter shows one line, the build reads it all."""

    def __init__(self, record: ChapterRecord):
        self.value = record

    def __repr__(self) -> str:
        r = self.value
        return (
            f"本章结果：目标 {len(r.targets)} 项，任务 {len(r.tasks)} 项，趋势 {len(r.trends)} 个，"
            f"图 {len(r.figures)} 幅，缺项 {len(r.gaps)} 条。"
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {"text/plain": repr(self), RECORD_MIME: self.value.model_dump_json()}


_GUIDE = {
    "chapter.opening()": "一段结论",
    "chapter.targets_part()": "本章目标的图和表",
    "chapter.section('…')": "方案的一节:责任部门、目标、任务;括号里写节号",
    "chapter.sections_part()": "还没有显示过的各节",
    "chapter.trends_part()": "趋势的图和表",
    "chapter.synergy_part()": "减污降碳协同度",
    "chapter.problems_part()": "问题与缺项",
    "chapter.add(名字, 结果, 图表文字…)": "把自己的分析放进报告和 results.json",
    "chapter.record()": "本章结果;最后一格",
    "chapter.targets['…']": "一项目标的判断;括号里写目标编号",
    "chapter.tasks": "各项任务的状态和佐证",
    "chapter.trends、chapter.coupling、chapter.synergy": "算好的趋势、耦合协调度、协同读数",
    "chapter.data.annual('…')": "一个指标的年度序列,每个点带来源",
    "chapter.data.monthly('…')": "一个指标的月度序列",
    "chapter.data.frame('…')": "几个指标的年度序列,排成 pandas 长表",
    "chapter.gaps": "缺什么数,有什么影响",
}
"""What a notebook mostly writes."""


class Chapter(Hinting):
    """One chapter of the plan, for one unit and year.

    Everything is computed from ``inputs``; nothing else is read. The parts below return blocks
    that Jupyter shows and the report prints.

    Parameters
    ----------
    inputs : JobInputs
        What the chapter may see.
    """

    _called = "chapter"

    def __init__(self, inputs: JobInputs):
        self.inputs = inputs
        self.id = inputs.chapter.id
        self._shown: set[str] = set()
        self._figures: list[FigureRef] = []
        self._analysis: dict[str, Any] = {}
        self.findings: dict[str, Finding] = {}
        # By part, so that a cell run twice in Jupyter says its piece once.
        self._messages: dict[str, tuple[Sentence, ...]] = {}
        self._extra_gaps: list[Gap] = []
        self._named: set[str] = set()
        self._see_more: Callable[[Iterable[str]], JobInputs] | None = None

    @classmethod
    def open(
        cls,
        chapter: str,
        *,
        region: str,
        year: int,
        data: str = "data/demo",
        params: str = "params",
        inputs: str = "",
    ) -> Chapter:
        """Open a chapter.

        Parameters
        ----------
        chapter : str
            Chapter id as in ``plan.yml``.
        region : str
            Unit: name, id or alias.
        year : int
            Year of assessment.
        data, params : str
            Data pack and parameter folder, relative to the working or the project folder.
        inputs : str
            A job's compiled inputs; given by ``build.py``, empty when one works by hand.

        Raises
        ------
        InputError
            Unknown chapter or unit, or faults of the folders, all of them.
        """
        outputs.register(f"c{chapter}")
        if inputs:
            return cls(JobInputs.model_validate_json(Path(inputs).read_text(encoding="utf-8")))
        sources = open_sources(find_folder(params, above=True), find_folder(data, above=True))
        known = [c.id for c in sources.params.plan.chapters]
        if chapter not in known:
            raise InputError([Fault("chapter", chapter, "方案没有这一章", nearest(chapter, known))])
        unit = sources.params.region(region).id
        opened = cls(sources.job(chapter, unit, int(year)))
        opened._see_more = lambda names: sources.job(chapter, unit, int(year), names)
        assist(entry.id for entry in sources.params.catalogue.indicators)
        return opened

    def _see(self, *indicators: str) -> None:
        """See indicators that chapters.yml does not list; by hand they are fetched when named.

        In a build they are seen already, since the notebook names them.
        """
        known = self.inputs.catalogue.by_id
        if self._see_more is None or all(name in known for name in indicators):
            return
        self._named |= set(indicators)
        self.inputs = self._see_more(self._named)
        for name in ("data", "quantities"):
            self.__dict__.pop(name, None)

    def __repr__(self) -> str:
        i = self.inputs
        return (
            f"{i.chapter.number}、{i.chapter.title}（{i.region.name}，{i.year} 年，{i.pack.title}）\n"
            f"目标 {len(self.own_targets)} 项，任务 {len(i.chapter.tasks)} 项；"
            "可用：opening() targets_part() section('…') trends_part() synergy_part() "
            "problems_part() record()"
        )

    def _repr_html_(self) -> str:
        i = self.inputs
        names = {t.no: i.catalogue.by_id[t.indicator].label for t in i.targets}
        return as_page(
            f"{i.chapter.number}、{i.chapter.title}({i.region.name},{i.year} 年,{i.pack.title})",
            {
                "节": "、".join(f"{s.id} {s.title}" for s in i.chapter.sections),
                "目标": "、".join(f"{no} {names[no]}" for no in self.own_targets),
                "看趋势的指标": "、".join(dict.fromkeys((*i.analysis.trends, *i.analysis.context))),
            },
            _GUIDE,
        )

    # ----- results -----

    @property
    def year(self) -> int:
        """Year of assessment."""
        return self.inputs.year

    @property
    def unit_name(self) -> str:
        """Name of the unit."""
        return self.inputs.region.name

    @cached_property
    def data(self) -> UnitData:
        """Series of the unit."""
        return self.inputs.data()

    @cached_property
    def own_targets(self) -> tuple[str, ...]:
        """Numbers of the chapter's own targets."""
        sections = {section.id for section in self.inputs.chapter.sections}
        return tuple(t.no for t in self.inputs.targets if t.section in sections)

    @cached_property
    def all_targets(self) -> dict[str, TargetResult]:
        """Every target that the chapter may see, judged."""
        return assess_targets(self.inputs, self.inputs.targets, self._computed)

    @cached_property
    def targets(self) -> dict[str, TargetResult]:
        """The chapter's own targets, judged."""
        return Named("目标", {no: self.all_targets[no] for no in self.own_targets})

    @cached_property
    def tasks(self) -> dict[str, TaskResult]:
        """The chapter's tasks with status and evidence."""
        return Named("任务", assess_tasks(self.inputs, self.inputs.chapter, self.all_targets))

    @cached_property
    def all_tasks(self) -> dict[str, TaskResult]:
        """Tasks of every chapter that this one may see."""
        found: dict[str, TaskResult] = {}
        for chapter in self.inputs.chapters:
            found |= assess_tasks(self.inputs, chapter, self.all_targets)
        return found

    @cached_property
    def trends(self) -> dict[str, TrendResult]:
        """Trends of the chapter's indicators, each series of an indicator apart."""
        return self._tested(self.trend_indicators, {})

    @property
    def trend_indicators(self) -> tuple[str, ...]:
        """Indicators whose trend the chapter looks at, by chapters.yml and its targets."""
        wanted = [*self.inputs.analysis.trends, *self.inputs.analysis.context]
        wanted += [
            t.indicator
            for t in self.targets.values()
            if t.kind == "directional" and t.verdict != "city_only"
        ]
        return tuple(name for name in dict.fromkeys(wanted) if name != SYNERGY_INDICATOR)

    def test_trends(
        self,
        indicators: Iterable[str],
        *,
        test: Test | None = None,
        tests: Mapping[str, Test] | None = None,
        since: Mapping[str, int] | None = None,
        leave_out: Mapping[str, Mapping[int, str]] | None = None,
    ) -> pd.DataFrame:
        """Test the trends of the chapter; sentence, figure, table, gaps and annex follow.

        Parameters
        ----------
        indicators : iterable of str
            Indicators looked at, each maker's series apart.
        test : callable, optional
            A test of yearly values (a Series by year) whose result has ``p``, and ``s`` or
            ``slope``; by default Mann and Kendall's.
        tests : mapping, optional
            By indicator: another test for it.
        since : mapping, optional
            By indicator: the first year looked at.
        leave_out : mapping, optional
            By indicator: years not used, each with the reason that the report gives.

        Returns
        -------
        DataFrame
            A row a series: years, values, change, slope with its interval, p, reading, caution.

        Raises
        ------
        InputError
            An indicator that is not looked at, a year left out without a reason, or a test
            without a name.
        """
        chosen = tuple(dict.fromkeys(indicators))
        self._see(*chosen)
        given: dict[str, Mapping[str, Any]] = {
            "tests": tests or {}, "since": since or {}, "leave_out": leave_out or {},
        }  # fmt: skip
        for what, by_name in given.items():
            for name in by_name:
                if name not in chosen:
                    hint = nearest(name, chosen)
                    raise InputError([Fault(what, name, "不在要看趋势的指标里", hint)])
        choices = {}
        for name in chosen:
            years = given["leave_out"].get(name, {})
            if not isinstance(years, Mapping) or not all(
                str(why).strip() for why in years.values()
            ):
                raise InputError(
                    [Fault("leave_out", name, "没有写原因", '写成 {2020: "疫情停产"}，原因进报告')]
                )
            choice = Choice(given["tests"].get(name, test), given["since"].get(name), years)
            try:
                label_of(choice.test)
            except ValueError:
                raise InputError(
                    [
                        Fault(
                            "test",
                            name,
                            "检验没有名字",
                            "用 def 定义，说明的第一行就是报告里的名称",
                        )
                    ]
                ) from None
            choices[name] = choice
        self.__dict__["trends"] = self._tested(chosen, choices)
        for name in ("_own_gaps", "score"):
            self.__dict__.pop(name, None)
        return trend_frame(self.trends)

    def _tested(
        self, indicators: Iterable[str], choices: Mapping[str, Choice]
    ) -> dict[str, TrendResult]:
        rules = self.inputs.standards.rules
        least, level = int(rules.trend_min_points.value), rules.significance.value
        found = {}
        for name in indicators:
            for series in self.data.series_names(name) or ("",):
                key = f"{name}@{series}" if series else name
                annual = self.data.annual(name, series or None)
                found[key] = trend(annual, self.year, least, level, choices.get(name))
        return Named("趋势", found, "别的指标，加进 test_trends 的指标里。")

    def _reported_trends(self) -> dict[str, TrendResult]:
        """Trends by their key in results.json: one that was chosen here is this chapter's own."""
        return {
            f"{key}@chapter-{self.id}" if one.chosen else key: one
            for key, one in self.trends.items()
        }

    @cached_property
    def coupling(self) -> tuple[CouplingResult, ...]:
        """Coupling of the chapter's subsystems (or the framework's) since the base year."""
        analysis, standards = self.inputs.analysis, self.inputs.standards
        base = self.inputs.plan.baseline_year
        return coupling_years(
            self.data,
            analysis.subsystems or standards.framework.subsystems,
            standards.goalposts,
            range(min(base, self.year) - 1, self.year + 1),
            base,
            standards.rules.coverage_floor.value,
        )

    @cached_property
    def synergy(self) -> SynergyResult:
        """The readings of synergy side by side."""
        analysis, standards = self.inputs.analysis, self.inputs.standards
        base = self.inputs.plan.baseline_year
        spans = [(self.year - 1, self.year)]
        if self.year > base:
            spans.append((base, self.year))
        results = co_control(self.data, analysis.cocontrol, spans, standards.rules)
        own = bool(analysis.subsystems)
        return SynergyResult(
            scope="chapter" if own else "unit",
            framework="chapter" if own else standards.framework.id,
            framework_title="本章子系统" if own else standards.framework.title,
            cocontrol=results,
            coupling=self.coupling,
            agreement=agreement(results, self.coupling, self.year),
            note=analysis.synergy_note or "",
        )

    @cached_property
    def _computed(self) -> dict[str, Annual]:
        entry = self.inputs.catalogue.by_id.get(SYNERGY_INDICATOR)
        if entry is None or self.inputs.analysis.subsystems:
            return {}
        points = tuple(
            Point(year=c.year, value=c.d, derived=True) for c in self.coupling if c.d is not None
        )
        parts = [
            self.data.annual(name)
            for subsystem in self.inputs.standards.framework.subsystems
            for name in subsystem.indicators
        ]
        breaks = {year for part in parts if part.points for year in part.breaks}
        return {SYNERGY_INDICATOR: Annual(entry, "", points, breaks=tuple(sorted(breaks)))}

    @cached_property
    def _own_gaps(self) -> tuple[Gap, ...]:
        return gaps_of(self.inputs, self.targets, self.tasks, self.trends, self.synergy)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What is not known, and what that costs; with what was noted as lacking so far."""
        return (*self._own_gaps, *self._extra_gaps)

    @cached_property
    def score(self) -> ChapterScore:
        """The chapter's line of the scorecard."""
        return chapter_score(
            self.targets.values(),
            self.tasks.values(),
            self.trends.values(),
            self.synergy,
            self.year,
        )

    # ----- parts of the chapter, in the order of the report -----

    def anchor(self, part: str) -> str:
        """Anchor of a part, unique in the report."""
        return f"c{self.id}-{part}"

    def opening(self) -> Blocks:
        """The chapter's finding in a paragraph."""
        counts, *named = targets_sentences(self.id, self.score, self.targets)
        told = (counts, tasks_sentence(self.id, self.score))
        self._messages["opening"] = (*told, *named)
        return show(Prose(sentences=told, tone="finding"))

    def targets_part(self) -> Blocks:
        """What is late or turned among the chapter's targets; all of them in the annex."""
        heading = Heading(level=3, text="目标进展", anchor=self.anchor("targets"))
        self._shown.add("targets")
        if not self.targets:
            text = say("方案没有给本章规定数量或方向目标,只看任务与支撑指标。")
            return show(heading, Prose(sentences=(text,)))
        results = list(self.targets.values())
        titles = {s.id: f"{s.number or ''}{s.title}" for s in self.inputs.chapter.sections}
        table = targets_table(self.anchor("targets-table"), "目标进展", results, titles)
        figure = charts.target_progress(
            results,
            figure_id=self.anchor("progress"),
            unit_name=self.unit_name,
            year=self.year,
            thresholds=thresholds(self.inputs.standards.rules),
        )
        late = [target_sentence(target) for target in most_urgent(results)]
        told = late or [say("本章能判断的目标没有落后的。")]
        return show(heading, Prose(sentences=tuple(told)), annexed(self.figure(figure), table))

    def section(self, section_id: str) -> Blocks:
        """One section of the plan: its owners, targets' courses and tasks, all of the annex."""
        section = self._section(section_id)
        self._shown.add(section_id)
        tasks = [task for task in self.tasks.values() if task.section == section_id]
        targets = [t for t in self.targets.values() if t.section == section_id]
        number = section.number or ""
        heading = Heading(
            level=3, text=f"{number}{section.title}", anchor=self.anchor(f"s{section_id}")
        )
        told = [target for target in targets if target.verdict != "city_only"]
        sentences = [target_sentence(target) for target in told]
        if len(told) < len(targets):
            names = [quoted(t.name) for t in targets if t.verdict == "city_only"]
            sentences.append(say(plain(f"{listed(names)}只在全市层面判断。")))
        blocks: list[Any] = [heading]
        if section.departments:
            lead = f"牵头:{section.lead};" if section.lead else ""
            owners = say(plain(f"{lead}责任部门:{listed(section.departments)}。"))
            blocks.append(Prose(sentences=(owners,), tone="note"))
        if sentences:
            blocks.append(Prose(sentences=tuple(sentences)))
        # Paths to a number stand once, in the report's part on targets.
        courses = charts.target_panels(
            [target for target in targets if target.target_value is None],
            figure_id=self.anchor(f"paths-{section_id}"),
            unit_name=self.unit_name,
            year=self.year,
        )
        blocks.append(self.figure(courses))
        blocks.append(
            tasks_table(self.anchor(f"tasks-{section_id}"), f"{section.title}的任务", tasks)
        )
        return annexed(*blocks)

    def sections_part(self) -> Blocks:
        """Every section that has not been shown yet, in the plan's order."""
        return show(
            *(self.section(s.id) for s in self.inputs.chapter.sections if s.id not in self._shown)
        )

    def trends_part(self) -> Blocks:
        """Trends of the chapter's indicators: the figure tells them, the tests support it.

        A chapter whose readings are the whole unit's has all of it in the annex.
        """
        self._shown.add("trends")
        heading = Heading(level=3, text="趋势", anchor=self.anchor("trends"))
        trends = self._reported_trends()
        results = list(trends.values())
        if not results:
            return show(heading, Prose(sentences=(say("本章没有要看趋势的指标。"),)))
        known = [(key, r) for key, r in trends.items() if r.n >= 2]
        named = [(key, r) for key, r in known if r.direction != "context"]
        # What the author chose is told in any case.
        telling = sorted(
            named or known, key=lambda item: (not item[1].chosen, not item[1].significant)
        )[: max(4, sum(r.chosen for _, r in named or known))]
        sentences = [trend_sentence(r, key) for key, r in telling]
        if not known:
            sentences = [say("各指标都不足两个年度值,看不出趋势。")]
        told = [r for r in results if r.n >= 2 and (r.breaks or r.chosen or r.unit in AIR_UNITS)]
        notes = [say(plain(c)) for c in dict.fromkeys(r.caution for r in told if r.caution)][:2]
        context = set(self.inputs.analysis.context) - set(self.inputs.analysis.trends)
        drawn = [r for r in results if r.n >= 2 and r.indicator not in context]
        figure = charts.trend_panels(
            drawn, figure_id=self.anchor("trend-panels"), unit_name=self.unit_name
        )
        drawing = self.figure(figure)
        support = annexed(
            Prose(sentences=tuple(sentences)),
            Prose(sentences=tuple(notes), tone="note") if notes else None,
            trends_table(self.anchor("trends-table"), results),
        )
        if self.synergy.note:
            return show(heading, annexed(drawing), support)
        if drawing is None:
            return show(heading, Prose(sentences=tuple(sentences)), support)
        return show(heading, Prose(sentences=(say("各指标的走向见图。"),)), drawing, support)

    def synergy_part(self) -> Blocks:
        """The readings of synergy, their agreement, and what they are not, all of the annex.

        The report tells them once, in its part on synergy.

        A chapter without emissions of its own (``synergy_note``) has no reading, and says so.
        """
        self._shown.add("synergy")
        synergy = self.synergy
        recent = [r for r in synergy.cocontrol if r.from_year == self.year - 1]
        heading = Heading(level=3, text="减污降碳协同度", anchor=self.anchor("synergy"))
        if synergy.note:
            return annexed(show(heading, Prose(sentences=(say(plain(synergy.note)),))))
        sentences = [
            co_change_sentence(self.id, synergy.cocontrol, self.year),
            coupling_sentence(self.id, synergy.coupling, self.year),
            say(plain(synergy.agreement)),
        ]
        note = say(plain(f"{self.inputs.standards.disclaimer}。"))
        opening = show(
            heading, Prose(sentences=tuple(sentences)), Prose(sentences=(note,), tone="note")
        )
        coordinates = charts.cocontrol(
            recent, figure_id=self.anchor("cocontrol"), unit_name=self.unit_name
        )
        degrees = charts.coupling_years(
            synergy.coupling, figure_id=self.anchor("coupling"), unit_name=self.unit_name
        )
        return annexed(
            opening,
            self.figure(coordinates),
            cocontrol_table(self.anchor("cocontrol-table"), synergy.cocontrol),
            self.figure(degrees),
            coupling_table(self.anchor("coupling-table"), synergy.coupling),
        )

    def problems_part(self) -> Blocks:
        """Tasks that need doing; in the annex, what is not known."""
        self._shown.add("problems")
        problems = problems_of({}, self.tasks, self.all_targets)
        sentences = tuple(p.sentence for p in problems)
        return show(
            Heading(level=3, text="问题与缺项", anchor=self.anchor("problems")),
            Prose(sentences=sentences or (say("本章没有滞后、未启动或没有佐证的任务。"),)),
            gaps_table(self.anchor("gaps"), self.gaps) if self.gaps else None,
        )

    def omit(self, part: str, *, reason: str) -> Blocks:
        """Leave a part out, and say in the report why.

        Parameters
        ----------
        part : str
            ``targets``, ``trends``, ``synergy``, ``problems`` or the number of a section.
        reason : str
            Why, as a sentence for the reader of the report.

        Raises
        ------
        InputError
            No such part.
        """
        if part in PARTS:
            title, anchor = PARTS[part], self.anchor(part)
        else:
            section = self._section(part)
            title, anchor = f"{section.number or ''}{section.title}", self.anchor(f"s{part}")
        self._shown.add(part)
        reason = reason.rstrip("。")
        text = say(plain(f"本单元不列这一部分：{reason}。"))
        self.lacking(
            Gap(kind="definition", subject=title, department="", what="不列这一部分", effect=reason)
        )
        return show(
            Heading(level=3, text=title, anchor=anchor), Prose(sentences=(text,), tone="note")
        )

    def add(
        self, name: str, result: Mapping[str, Any], *blocks: Any, messages: Iterable[Sentence] = ()
    ) -> Blocks:
        """Put an analysis of the chapter's own into its record and show it.

        Parameters
        ----------
        name : str
            Key under ``analysis`` in results.json.
        result : mapping
            Numbers and words, JSON-ready.
        *blocks : Block or Blocks
            What is shown; None is left out.
        messages : iterable of Sentence
            Findings worth repeating at the head of the report.
        """
        self._analysis[name] = dict(result)
        self._messages[f"analysis {name}"] = tuple(messages)
        return show(*(self.figure(b) if isinstance(b, Figure) else b for b in blocks))

    def finding(self, key: str, title: str, words: Mapping[str, str] | None = None) -> Finding:
        """Begin an analysis of the chapter's own; used in a ``with`` statement.

        Parameters
        ----------
        key : str
            Its name under ``analysis`` in results.json, in Latin letters.
        title : str
            Its heading in the report.
        words : mapping, optional
            The word of each code that its sentences and tables use.
        """
        return Finding(self, key, title, words)

    def register(self, finding: Finding) -> None:
        """Take a finding into the chapter's record; one of the same key is replaced."""
        for figure in finding.figures:
            self.figure(figure)
        self.findings[finding.key] = finding
        self._analysis[finding.key] = dict(finding.kept)
        self._messages[f"analysis {finding.key}"] = finding.messages
        for gap in finding.gaps:
            self.lacking(gap)

    # ----- series and frames for pandas -----

    @cached_property
    def quantities(self) -> dict[str, Quantity]:
        """How the values of each indicator are written, by id."""
        entries = self.inputs.catalogue.by_id.values()
        return {entry.id: Quantity(entry.decimals, entry.unit) for entry in entries}

    @property
    def base_year(self) -> int:
        """Base year of the plan."""
        return self.inputs.plan.baseline_year

    @property
    def rules(self) -> Rules:
        """Thresholds and reference values of ``rules.yml``."""
        return self.inputs.standards.rules

    def labels(self, indicators: Iterable[str]) -> dict[str, str]:
        """Names of indicators as the report writes them, by id."""
        names = tuple(indicators)
        self._see(*names)
        return {name: self.data.annual(name).indicator.label for name in names}

    def series(self, indicator: str, *, since: int | None = None) -> pd.Series[float]:
        """Yearly values of an indicator up to the year of assessment.

        Parameters
        ----------
        indicator : str
            Its id in the catalogue.
        since : int, optional
            First year.

        Returns
        -------
        Series
            Named by the id, indexed by ``year``; years without a value are not there.
            ``attrs`` has ``label``, ``unit`` and ``info``, the `SeriesInfo` with breaks, grades
            and source rows.

        Raises
        ------
        InputError
            No such indicator; the message names the nearest.
        """
        self._see(indicator)
        return annual_series(self.data.annual(indicator), self.year, since)

    def change(self, indicator: str, first: int, last: int) -> ChangeResult | None:
        """Change between two years with its interval; None where one is missing or the level broke.

        The rule is the one that targets and the reading of synergy go by: its ``course`` is
        ``unclear`` where the change cannot be told from the error of the figures.
        """
        rules = self.inputs.standards.rules
        return change_between(rules, self.data.annual(indicator), first, last)

    def trace(self, indicator: str, year: int | None = None) -> tuple[Trace, ...]:
        """Rows of the data pack that a year's value comes from, by default the assessed year's."""
        point = self.data.annual(indicator).at(self.year if year is None else year)
        return point.trace if point is not None else ()

    def monthly(self, indicator: str) -> pd.Series[float]:
        """Monthly values of an indicator, indexed by period; months without a value are missing.

        Raises
        ------
        InputError
            No such indicator; the message names the nearest.
        """
        self._see(indicator)
        return monthly_series(self.data, indicator, self.year)

    def frame(self, *indicators: str, since: int | None = None) -> pd.DataFrame:
        """Yearly values of several indicators, a column each, a row a year.

        ``attrs["info"]`` has the `SeriesInfo` of each column; ``frame.melt(ignore_index=False)``
        gives the long form that seaborn likes.
        """
        return yearly_frame([self.series(name, since=since) for name in indicators])

    def lacking(self, gap: Gap) -> None:
        """Note something that an analysis would have needed."""
        if gap not in self._extra_gaps:
            self._extra_gaps.append(gap)

    def figure(self, figure: Figure | None) -> Figure | None:
        """Register a figure in the record; None passes."""
        if figure is not None and all(ref.id != figure.id for ref in self._figures):
            self._figures.append(FigureRef(id=figure.id, title=figure.title, alt=figure.alt))
        return figure

    def record(self) -> Record:
        """Return everything that the chapter states.

        Raises
        ------
        ContractError
            A section of the plan, or a part that every chapter has, was not shown.
        """
        wanted = {s.id for s in self.inputs.chapter.sections}
        wanted |= PARTS.keys()
        lacking = sorted(wanted - self._shown)
        if lacking:
            raise ContractError(
                f"本章还缺：{listed(lacking)}。每节都要 section('…') 一次，"
                "并有 targets_part、trends_part、synergy_part、problems_part。"
            )
        i = self.inputs
        parts = {self.anchor(part): title for part, title in PARTS.items()}
        parts |= {self.anchor(f"s{s.id}"): f"{s.id} {s.title}" for s in i.chapter.sections}
        parts |= {self.anchor(f.key): f.title for f in self.findings.values()}
        return Record(
            ChapterRecord(
                chapter=self.id,
                title=i.chapter.title,
                region=i.region.id,
                year=i.year,
                fingerprint=i.fingerprint,
                targets=self.targets,
                tasks=self.tasks,
                trends=self._reported_trends(),
                synergy=self.synergy,
                score=self.score,
                analysis=self._analysis,
                messages=tuple(s for part in self._messages.values() for s in part),
                problems=tuple(problems_of(self.targets, self.tasks, self.all_targets)),
                gaps=self.gaps,
                figures=tuple(self._figures),
                parts=parts,
            )
        )

    def _section(self, section_id: str) -> Section:
        for section in self.inputs.chapter.sections:
            if section.id == section_id:
                return section
        known = [section.id for section in self.inputs.chapter.sections]
        raise InputError(
            [Fault("section", section_id, "本章没有这一节", nearest(section_id, known))]
        )


__all__ = ["Chapter", "Record", "Table"]
