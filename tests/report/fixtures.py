"""An invented report of one district, with everything that a real one has; no figure is real."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode

from assessment.report.page import ChapterPages, Conclusions, Cover, ReportPart
from assessment.results.model import RECORD_MIME, Attention, ReportResults, VerdictChange
from assessment.results.values import Fact, Sentence, Trace
from assessment.show.blocks import (
    BLOCKS_MIME,
    Blocks,
    Cell,
    Column,
    Figure,
    Heading,
    Place,
    Prose,
    Row,
    Table,
    show,
)
from assessment.show.reading import read_chapter
from assessment.show.verdict_words import look

TITLES = (
    ("一", "总体要求"), ("二", "努力构建减污降碳协同防控新格局"),
    ("三", "突出重点领域减污降碳协同增效"),
    ("四", "协同推进环境治理路径"), ("五", "开展减污降碳协同创新试点"), ("六", "强化支撑保障"),
    ("七", "加强组织实施"),
)  # fmt: skip

SVG = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1"
 width="680" height="300" viewBox="0 0 680 300" font-family="Noto Sans SC, DejaVu Sans">
<metadata><a href="http://example.org/">made by</a></metadata>
<title>fig</title>
<defs><clipPath id="area"><path d="M40 10H600V270H40z"/></clipPath>
<style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style></defs>
<g fill="none" stroke="#d5dbe1"><path d="M40 70H600M40 170H600"/>
<path d="M40 270H600" stroke="#1f2933"/></g>
<g clip-path="url(#area)" fill="none">
<path d="M40 40.1234567 L600 230" stroke="#52606d" stroke-dasharray="4 4"/>
<path id="line" d="M40 40L133 62L227 90L320 88L413 121L507 138L600 150"
 stroke="#0b5c66" stroke-width="2.5"/>
<path d="M585 230H615" stroke="#1f2933" stroke-width="4"/></g>
<g font-size="13" fill="#1f2933"><text x="608" y="154" fill="#0b5c66">实际 41.2</text>
<text x="608" y="246">目标 37</text><text x="30" y="288">2019</text>
<text x="584" y="288">2025</text>
<text x="0" y="75" fill="#52606d">50</text><text x="0" y="175" fill="#52606d">40</text>
<text x="45" y="28" fill="#52606d">μg/m³</text></g>
<g fill="none"><use xlink:href="#line" stroke-opacity="0"/></g>
</svg>"""


def fact(text: str, pointer: str = "/targets/N01/latest/value", value: Any = 1.0) -> Fact:
    return Fact(text=text, value=value, pointer=pointer)


def say(template: str, *texts: str) -> Sentence:
    return Sentence(template=template, facts=tuple(fact(text) for text in texts))


def para(template: str, *texts: str, tone: Any = "normal") -> Prose:
    return Prose(sentences=(say(template, *texts),), tone=tone)


def verdict(name: str, text: str | None = None) -> Cell:
    return Cell(text=look(name).word if text is None else text, verdict=name)


def value(text: str, number: float, row: int = 12) -> Cell:
    trace = Trace(
        file="observations.csv", row=row, source="张店区统计局", grade="A", given=f"{text} 万吨"
    )
    return Cell(text=text, value=number, trace=(trace,))


COLUMNS = (
    Column(key="verdict", label="结论"),
    Column(key="name", label="指标"),
    Column(key="base", label="2020 年", unit="基期", align="right"),
    Column(key="last", label="2024 年", align="right"),
    Column(key="now", label="2025 年", align="right"),
    Column(key="target", label="目标", unit="2025 年", align="right"),
    Column(key="gap", label="差距", unit="计划单位", align="right"),
    Column(key="who", label="责任部门"),
)

_TARGETS = (
    ("要素", "met", "优良天数比例", "66.1", "69.8", "70.4", "70.0", "0", "市生态环境局张店分局"),
    ("要素", "not_met", "PM₂.₅ 年均浓度(μg/m³)", "52.0", "42.9", "41.2", "37.0", "4.2",
     "市生态环境局张店分局"),
    ("要素", "nearly_met", "地表水优良比例(%)", "60.0", "75.0", "78.3", "80.0", "1.7", "区水利局"),
    ("能源", "not_met", "光伏装机容量(万千瓦)", "18.6", "31.2", "38.4", "52.0", "13.6",
     "区发展改革局"),
    ("能源", "met", "非化石能源消费占比(%)", "4.8", "8.8", "10.3", "10.0", "0", "区发展改革局"),
    ("能源", "insufficient_data", "煤炭消费量(万吨)", "—", "—", "—", "—", "—", "区发展改革局"),
    ("交通", "standing_met", "新增公交新能源占比(%)", "96.0", "100.0", "100.0", "100.0", "0",
     "区交通运输局"),
    ("交通", "not_met", "充电桩(个)", "1200", "2400", "2810", "4000", "1190", "区住房城乡建设局"),
)  # fmt: skip


def targets_table(
    name: str = "targets", title: str = "指标完成情况", place: Place = "body"
) -> Table:
    rows = tuple(
        Row(
            group=group,
            cells=(
                verdict(course),
                Cell(text=label),
                *(
                    value(n, float(n), row) if n != "—" else Cell(text=n)
                    for row, n in enumerate(numbers, 2)
                ),
                Cell(text=who),
            ),
        )
        for group, course, label, *numbers, who in _TARGETS
    )
    return Table(
        id=name, title=title, columns=COLUMNS, rows=rows, place=place,
        summary="八项指标的基期、上年、本年、目标与差距",
        note="差距以计划的单位计,正数为尚差;“—”为无数据。",
    )  # fmt: skip


def scorecard() -> Table:
    lines = (
        ("not_met", "2/5 完成", "task_on_schedule", "14/16 佐证", "synergy_pollutant_faster",
         "0.41", "met", "92%"),
        ("nearly_met", "4/6", "task_on_schedule", "28/31", "only_carbon_falls", "0.18",
         "nearly_met", "86%"),
        ("met", "6/7", "task_completed", "30/30", "synergy_equal", "0.52", "met", "97%"),
        ("not_met", "1/5", "task_slow", "19/27", "only_pollutant_falls", "—", "slow", "71%"),
        ("insufficient_data", "0/1", "task_not_started", "1/5", "undefined", "—", "not_met", "40%"),
        ("not_applicable", "", "task_on_schedule", "12/14", "undefined", "—", "nearly_met", "83%"),
        ("not_applicable", "", "task_completed", "9/9", "not_applicable", "", "met", "100%"),
    )  # fmt: skip
    rows = []
    for (number, title), (a, x, b, y, c, z, d, w) in zip(TITLES, lines, strict=True):
        cells = [verdict(a, x), verdict(b, y), verdict(c, z), verdict(d, w)]
        rows.append(Row(cells=(Cell(text=f"{number} {title}"), *cells)))
    return Table(
        id="scorecard", title="分章记分卡",
        columns=tuple(Column(key=k, label=k) for k in ("章", "指标", "任务", "协同", "数据完整度")),
        rows=tuple(rows), note="数字为达序时的项数、有佐证的任务、协同度和有数据的份额。",
    )  # fmt: skip


def twin(name: str) -> Table:
    numbers = ((2019, 54.0), (2020, 52.0), (2021, 48.5), (2022, 48.7), (2023, 44.6), (2024, 42.9))
    rows = tuple(
        Row(cells=(Cell(text=str(year), value=year), value(f"{number:.1f}", number, year - 2000)))
        for year, number in numbers
    )
    return Table(
        id=name, title="PM₂.₅ 年均浓度",
        columns=(Column(key="year", label="年份"),
                 Column(key="value", label="浓度", unit="μg/m³", align="right")),
        rows=rows,
    )  # fmt: skip


def figure(name: str) -> Figure:
    return Figure(
        id=name,
        title="PM₂.₅ 五年降了五分之一,仍比 2025 年目标高 4.2 μg/m³",
        subtitle="年均浓度,μg/m³,2019—2025 年;虚线为序时进度,短横为目标。来源:市生态环境局",
        alt="折线图:PM₂.₅ 年均浓度由 2019 年的 54 降到 2025 年的 41.2,高于目标 37。",
        svg=SVG, table=twin(f"{name}-table"),
    )  # fmt: skip


def notebook(number: str, title: str, figures: int = 2, tables: int = 2) -> NotebookNode:
    """An executed chapter, with all that must not reach the report."""

    def cell(blocks: Blocks, *others: Any) -> NotebookNode:
        data = {
            BLOCKS_MIME: blocks.model_dump_json(),
            "text/html": "<p>from the notebook</p>",
            "text/plain": "plain",
        }
        output = nbformat.v4.new_output("execute_result", data=data, execution_count=1)
        return nbformat.v4.new_code_cell("chapter.show()", outputs=[*others, output])

    stream = nbformat.v4.new_output("stream", name="stderr", text="a warning")
    html = nbformat.v4.new_output("display_data", data={"text/html": "<script>alert(1)</script>"})
    record = nbformat.v4.new_output(
        "display_data", data={RECORD_MIME: f'{{"chapter": "{number}"}}'}
    )
    markdown = nbformat.v4.new_markdown_cell
    lead = para("本章 {0} 项指标中 {1} 项完成。较基期(2020 年)PM₂.₅ 下降 {2},碳排放强度下降 {3}。"
                "两者同降,且降污快于降碳。", "5", "2", "20.8%", "13.1%")  # fmt: skip
    caution = para("趋势里含天气的影响;{0} 个点不足以判断显著性。", "4", tone="caution")
    return nbformat.v4.new_notebook(
        cells=[
            markdown(f"# {number} {title}"),
            nbformat.v4.new_code_cell("year = 2025", metadata={"tags": ["parameters"]}),
            markdown("## 指标与趋势\n\n先看**结果**,再看原因。见[数据附件](#annex)。"),
            cell(show(para("全年没有一项指标倒退。", tone="finding"), lead), stream, html),
            *(cell(show(figure(f"air-{n}"))) for n in range(figures)),
            cell(show(caution)),
            markdown("## 任务清单"),
            *(
                cell(show(targets_table(f"tasks-{n}", "任务进展", "annex" if n else "body")))
                for n in range(tables)
            ),
            markdown("## 协同分析"),
            cell(
                show(Heading(level=4, text="末端治理不算协同", anchor="end-of-pipe"), lead), record
            ),
        ]
    )


def results() -> ReportResults:
    """The parts of results.json that the first screen shows."""
    changes = (
        ("N01", "优良天数比例", "slow", "met", True),
        ("N12", "充电桩", "on_track", "not_met", False),
    )
    return ReportResults.model_construct(
        verdict=say(
            "污染和碳排放同降,但 {0} 项目标中有 {1} 项未完成,差距集中在光伏、充电桩和 PM₂.₅。",
            "21", "4",
        ),
        messages=(
            say("PM₂.₅ 年均 {0} μg/m³,同比(2024 年)降 {1},距 2025 年目标还差 {2}。", "41.2", "4.0%",
                "4.2"),
            say("单位 GDP 碳排放较基期(2020 年)降 {0},快于序时要求的 {1}。", "13.1%", "12.0%"),
            say("减污与降碳同向:污染物降 {0}、碳排放降 {1},属协同减排。", "20.8%", "6.4%"),
            say("{0} 项任务中 {1} 项已完成,{2} 项无佐证。", "132", "58", "9"),
        ),
        counts={"not_met": 4, "met": 8, "nearly_met": 3, "standing_met": 2, "insufficient_data": 3,
                "not_applicable": 1, "reversed": 0},
        task_counts={"task_completed": 58, "task_on_schedule": 47, "task_slow": 14,
                     "task_not_started": 4, "task_no_evidence": 9},
        attention=(
            Attention(target="N07", name="光伏装机容量", verdict="not_met",
                      departments=("区发展改革局",),
                      sentence=say("差 {0} 万千瓦;要在 2026 年补齐,须年增 {1},近年为 {2}。", "13.6",
                                   "13.6", "7.2")),
            Attention(target="N12", name="充电桩", verdict="not_met",
                      departments=("区住房城乡建设局", "区发展改革局"),
                      sentence=say("差 {0} 个;须年增 {1} 个,近年为 {2} 个。", "1 190", "1 190",
                                   "410")),
            Attention(target="N02", name="PM₂.₅ 年均浓度", verdict="not_met",
                      departments=("市生态环境局张店分局",),
                      sentence=say("高 {0} μg/m³;须年降 {1},近年为 {2}。", "4.2", "4.2", "2.2")),
            Attention(target="N05", name="地表水优良比例", verdict="slow",
                      departments=("区水利局",),
                      sentence=say("差 {0} 个百分点。", "1.7")),
        ),
        changes=tuple(
            VerdictChange(target=no, name=name, before=before, after=after, better=better)
            for no, name, before, after, better in changes
        ),
        unknown=say("{0} 项指标缺数据,主要是煤炭消费;{1} 项任务没有佐证,按 0 分计。", "3", "9"),
    )  # fmt: skip


COVER = Cover(
    title="减污降碳协同增效年度评估报告", unit="张店区", year=2025, status="自评稿",
    pack_title="演示数据包", pack_kind="demo", cutoff="2026-03-31", fingerprint="3f9a1c77e0b2",
    disclaimer="无官方公式;工具建议方法,非正式考核结果。",
)  # fmt: skip


def chapters(figures: int = 2, tables: int = 2) -> list[ChapterPages]:
    """Seven chapters, the sixth of which failed."""
    pages = [
        ChapterPages(
            f"ch{n}", number, title, read_chapter(notebook(number, title, figures, tables)).blocks
        )
        for n, (number, title) in enumerate(TITLES, 1)
    ]
    failed = show(para("本章没有算出:数据表缺少“年份”一列。补齐后重新运行即可。", tone="caution"))
    pages[5] = ChapterPages("ch6", *TITLES[5], blocks=failed)
    return pages


def front() -> Sequence[ReportPart]:
    return (
        ReportPart("scores", "", "总体记分卡", show(scorecard())),
        ReportPart("targets", "", "目标指标完成情况", show(
            para("{0} 项指标按计划的顺序列出。", "8"), targets_table())),
    )  # fmt: skip


def back() -> Sequence[ReportPart]:
    return (
        ReportPart("problems", "", "主要问题", show(para("光伏并网排队是主因。"))),
        ReportPart(
            "annex", "附件 A", "数据", show(targets_table(title="指标数据与来源")), sources=True
        ),
    )


def conclusions() -> Conclusions:
    return Conclusions.of(results())
