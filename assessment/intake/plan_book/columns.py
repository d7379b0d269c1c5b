"""The sheets of a plan workbook: each column with its meaning, its choices and an example.

A column is named here once; writing and reading both go by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "number", "year", "names", "yes", "choice", "milestones", "whole"]

MARK = "例"
"""What stands in the first column of a row that is an example and is not read."""

HEAD_ROW = 4
"""Row of the column names; the title, a note and the explanations stand above."""

COMPARISONS = {
    "不低于": ">=", "不高于": "<=", "等于": "=", "约": "~=", "区间": "between", "下降": "decrease",
    "上升": "increase", "逐年上升": "increase_every_year", "降到零": "decrease_to_zero",
    "尽量少": "minimise",
}  # fmt: skip
BEARINGS = {"降碳": "carbon", "减污": "pollution", "两者": "both", "支撑": "enabling"}
KINDS = {"全市": "city", "区": "district", "县": "county", "功能区": "functional_zone"}
DIRECTIONS = {"越高越好": "higher", "越低越好": "lower", "不分好坏": "context"}
MEASURES = {
    "全年合计": "annual_flow", "全年平均": "annual_mean", "比率": "ratio", "年末存量": "stock_end_of_year",
    "累计个数": "cumulative_count", "当年个数": "count", "年均增速": "average_annual_growth",
    "比上年变化": "yearly_change", "位次": "rank", "指数": "index", "能力": "capability",
    "百分位数": "percentile",
}  # fmt: skip
FREQUENCIES = {"每年": "annual", "每季": "quarterly", "每月": "monthly", "发生时": "event"}
TARGET_KINDS = {
    "数值": "numeric", "禁止": "prohibition", "外部参照": "external_reference", "方向": "directional",
}  # fmt: skip
STRENGTHS = {"必须": "firm", "力争": "aspirational", "左右": "approximate", "推得": "derived"}
JUDGED = {
    "与全市同一要求": "same_as_city",
    "按分解值，没有的列贡献": "allocated_or_contribution",
    "只列贡献": "contribution_only",
    "只判全市": "city_only",
    "只判全市与中心城区": "city_only_or_central_districts",
    "只判全市，另列代理指标": "city_only_show_proxy",
}
TASK_TYPES = {
    "定量": "quantitative",
    "定性": "qualitative",
    "两者都有": "mixed",
    "禁止": "prohibition",
}
OBLIGATIONS = {"必须": "required", "鼓励": "encouraged", "禁止": "prohibition"}
LEVELS = {"全市与各单元": ("city", "district"), "只判全市": ("city",), "只判各单元": ("district",)}


@dataclass(frozen=True)
class Column:
    """A column of a sheet.

    Attributes
    ----------
    key : str
        Key of the parameters that it holds.
    head, help : str
        What stands above it.
    kind : str
        How its cells are read.
    choices : mapping
        Words to choose from, each with its code.
    needed : bool
        Every row has to have it.
    """

    key: str
    head: str
    help: str
    kind: Kind = "text"
    choices: Mapping[str, object] = field(default_factory=dict)
    needed: bool = False
    width: float = 14


@dataclass(frozen=True)
class Sheet:
    """A sheet: what it holds, its columns, and examples (cells by key)."""

    name: str
    stem: str
    note: str
    columns: tuple[Column, ...]
    examples: tuple[Mapping[str, object], ...] = ()

    def column(self, key: str) -> int:
        """1-based column of a key; the first one holds the mark."""
        return next(n for n, c in enumerate(self.columns, 2) if c.key == key)


PLAN = Sheet(
    "方案", "plan", "一份方案一行。",
    (
        Column("title", "方案名称", "全称，不带书名号", needed=True, width=40),
        Column("short_title", "简称", "页眉用，不写就用全称", width=18),
        Column("city", "地区", "整个地区的名称，如 某某市", needed=True),
        Column("start_year", "起始年", "方案从哪一年开始执行", "year", needed=True, width=9),
        Column("baseline_year", "基期", "目标从哪一年的数算起", "year", needed=True, width=9),
        Column("horizons", "规划年", "方案展望的年份，几个用顿号分开", "names", needed=True),
        Column("year", "评估年", "先出哪一年的报告，不写取起始年", "year", width=9),
        Column("data", "数据包", "数据放在哪个目录，不写是 data", width=18),
        Column("note", "说明", "印在报告附录里", width=40),
    ),
    ({"title": "云川市减污降碳协同增效实施方案", "short_title": "云川方案", "city": "云川市",
      "start_year": 2026, "baseline_year": 2025, "horizons": ("2028", "2030"), "year": 2027,
      "data": "data/yunchuan"},),
)  # fmt: skip

REGIONS = Sheet(
    "单位", "regions", "整个地区一行（级别写全市），其下每个评估单元一行。",
    (
        Column("name", "名称", "全称", needed=True, width=20),
        Column("short_name", "简称", "图表里用；不写就去掉末字"),
        Column("kind", "级别", "从列表选", "choice", KINDS, needed=True, width=10),
        Column("id", "编号", "小写字母与数字，用作网页目录名；不写就自动编"),
        Column("code", "区划代码", "六位，没有就不写", width=11),
        Column("aliases", "别名", "数据里可能出现的别的写法，用顿号分开", "names", width=20),
        Column("central", "中心城区", "是 或空", "yes", width=9),
        Column("hosts", "所在区县", "功能区的数含在哪个区县里，用顿号分开", "names", width=18),
        Column("tile_row", "示意图行", "在示意图上的第几行，从 0 起", "whole", width=9),
        Column("tile_column", "示意图列", "在示意图上的第几列，从 0 起", "whole", width=9),
        Column("note", "说明", "", width=30),
    ),
    (
        {"name": "云川市", "short_name": "全市", "kind": "city", "id": "whole"},
        {"name": "东山区", "kind": "district", "id": "east", "central": True,
         "tile_row": 0, "tile_column": 1},
        {"name": "南溪县", "kind": "county", "id": "south", "tile_row": 1, "tile_column": 0},
    ),
)  # fmt: skip

DEPARTMENTS = Sheet(
    "部门",
    "departments",
    "责任部门，照方案写，一行一个。",
    (Column("name", "部门", "全称", needed=True, width=30),),
    ({"name": "市环境局"}, {"name": "市能源局"}),
)

INDICATORS = Sheet(
    "指标", "indicators", "方案的指标，以及算它们要用的指标。写了算法的不必报数。",
    (
        Column("name", "名称", "全称", needed=True, width=32),
        Column("short_name", "简称", "图表里用，不写就用全称"),
        Column("unit", "单位", "如 万吨、%、μg/m³", needed=True, width=12),
        Column("direction", "方向", "从列表选", "choice", DIRECTIONS, needed=True, width=11),
        Column("measure", "口径", "从列表选", "choice", MEASURES, needed=True, width=11),
        Column("bearing", "属于", "从列表选，不写是两者", "choice", BEARINGS, width=9),
        Column("department", "部门", "向谁要数，写部门表里的", width=18),
        Column("source", "来源", "数从哪份资料来，不写就是部门", width=18),
        Column("derive", "算法", "能由别的指标算出的写：甲 ÷ 乙；甲 + 乙；甲 的 3 年滑动平均；"
               "甲 自 2020 年的年均增速；甲 比上年", width=30),
        Column("low", "合理下限", "低于它的数拒收，不写是 0", "number", width=9),
        Column("high", "合理上限", "高于它的数拒收，比率不写是 100", "number", width=9),
        Column("natural_limit", "自然极限", "比率越不过的一端（100 或 0）", "number", width=9),
        Column("decimals", "小数位", "印几位小数，不写是 2", "whole", width=8),
        Column("aggregation", "合计办法", "不写时：合计、存量、个数相加（sum），其余不加（none）", width=11),
        Column("frequency", "频次", "多久报一次，不写是每年", "choice", FREQUENCIES, width=8),
        Column("formula", "含义与算法", "印在填报表里", width=30),
        Column("id", "编号", "小写字母、数字与下划线；不写就自动编", width=18),
        Column("note", "说明", "", width=30),
    ),
    (
        {"name": "地区生产总值（不变价）", "short_name": "GDP", "unit": "亿元", "direction": "context",
         "measure": "annual_flow", "department": "市环境局", "id": "gdp"},
        {"name": "能源活动二氧化碳排放量", "short_name": "碳排放", "unit": "万吨", "direction": "lower",
         "measure": "annual_flow", "bearing": "carbon", "department": "市能源局", "id": "carbon"},
        {"name": "万元产值碳排放", "unit": "吨/万元", "direction": "lower", "measure": "ratio",
         "bearing": "carbon", "derive": "碳排放 ÷ GDP", "high": 10, "id": "carbon_intensity"},
        {"name": "细颗粒物年均浓度", "short_name": "PM2.5", "unit": "μg/m³", "direction": "lower",
         "measure": "annual_mean", "bearing": "pollution", "department": "市环境局",
         "low": 5, "high": 100, "decimals": 1, "id": "pm25"},
    ),
)  # fmt: skip

TASKS = Sheet(
    "章节任务", "chapters", "照方案的次序，一行一项任务；章、节与上一行相同的可以空着。",
    (
        Column("chapter", "章", "章名", width=20),
        Column("section", "节", "节名", width=20),
        Column("section_id", "节号", "如 1.1，不写就按章与次序编", width=8),
        Column("departments", "责任部门", "节后所列，用顿号分开；只在节的第一行写", "names", width=28),
        Column("lead", "牵头", "牵头部门，不写就没有", width=16),
        Column("title", "任务", "一句话", needed=True, width=40),
        Column("due", "时限", "2025、2024-06、2024Q2、2024-06-30，不写就没有", width=11),
        Column("indicators", "指标", "看哪些指标，用顿号分开", "names", width=24),
        Column("type", "类型", "不写时：有指标的定量，没有的定性", "choice", TASK_TYPES, width=10),
        Column("obligation", "要求", "不写是必须", "choice", OBLIGATIONS, width=8),
        Column("judge_at", "判到哪里", "不写是全市与各单元", "choice", LEVELS, width=13),
        Column("bearing", "属于", "不写是两者", "choice", BEARINGS, width=8),
        Column("quote", "原文", "方案的原话，不写就用任务", width=40),
        Column("id", "编号", "不写就按章、节、次序编（1.1.1）", width=9),
    ),
    (
        {"chapter": "总体要求", "section": "主要目标", "departments": ("市环境局", "市能源局"),
         "lead": "市能源局", "title": "降低万元产值碳排放", "due": 2030,
         "indicators": ("万元产值碳排放",), "quote": "到2030年,万元产值碳排放比2025年下降18%。"},
        {"title": "改善空气质量", "due": "2028-06", "indicators": ("PM2.5",),
         "quote": "持续改善空气质量。"},
    ),
)  # fmt: skip

TARGETS = Sheet(
    "目标", "targets", "一行一个目标。比某年下降百分之几的：比较选下降，单位写 %。",
    (
        Column("indicator", "指标", "指标表里的名称、简称或编号", needed=True, width=26),
        Column("comparison", "比较", "从列表选", "choice", COMPARISONS, needed=True, width=10),
        Column("value", "数值", "区间写低的一端；方向类不写", "number", width=9),
        Column("value_high", "数值（高）", "只有区间写", "number", width=9),
        Column("unit", "单位", "不写同指标；增减写 %、百分点、%/年 或指标的单位", width=11),
        Column("year", "目标年", "到哪一年", "year", width=8),
        Column("period", "期间", "每年都要做到写 每年；合计写起止年，如 2026-2030", width=12),
        Column("baseline_year", "基期", "比哪一年，不写取方案的", "year", width=8),
        Column("baseline_value", "基期值", "方案写了的才写；累计下降率从 0 起的写 0", "number", width=8),
        Column("tolerance", "容差", "“左右”差多少算达到，单位同目标", "number", width=8),
        Column("milestones", "节点", "以前的节点，如 2026：95；2028：80", "milestones", width=20),
        Column("standard", "达标线", "基期已达到这条线的单元只要求保持", "number", width=8),
        Column("reference", "参照指标", "外部参照：与全市哪个指标的数比", width=18),
        Column("strength", "力度", "不写是必须", "choice", STRENGTHS, width=8),
        Column("district_judgement", "各单元怎样判", "不写时：可相加的按分解值，其余与全市同一要求",
               "choice", JUDGED, width=24),
        Column("section", "节", "节名或节号；不写取所列任务的节", width=16),
        Column("tasks", "任务", "任务或其编号，用顿号分开", "names", width=24),
        Column("departments", "责任部门", "不写取指标的部门", "names", width=18),
        Column("quote", "原文", "方案的原话", width=40),
        Column("kind", "类型", "不写时：有数值的是数值，没有的是方向", "choice", TARGET_KINDS, width=9),
        Column("wording", "用词", "方案的比较词，不写就用“比较”", width=14),
        Column("scope", "范围", "不写是整个地区", width=10),
        Column("bearing", "属于", "不写同指标", "choice", BEARINGS, width=8),
        Column("pace", "进度", "直线 或 等速", "choice", {"直线": "linear", "等速": "growth"}, width=8),
        Column("no", "编号", "N 数值、X 参照、Z 禁止、R 方向；不写就自动编", width=8),
        Column("note", "说明", "", width=30),
    ),
    (
        {"indicator": "万元产值碳排放", "comparison": "decrease", "value": 18, "unit": "%",
         "year": 2030, "tasks": ("降低万元产值碳排放",),
         "quote": "到2030年,万元产值碳排放比2025年下降18%。"},
        {"indicator": "PM2.5", "comparison": "<=", "value": 30, "year": 2028,
         "tasks": ("改善空气质量",), "quote": "到2028年,细颗粒物降到30微克/立方米以下。"},
    ),
)  # fmt: skip

SHEETS = (PLAN, REGIONS, DEPARTMENTS, INDICATORS, TASKS, TARGETS)
