"""Write docs/data_dictionary.md from the indicator catalogue and the tables of a data pack.

Usage::

    python scripts/make_data_dictionary.py [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from assessment.data.schema import ALLOCATIONS, CONTEXT, OBSERVATIONS, STATUSES, SUBMISSIONS, TASKS
from assessment.params.folder import load_params
from assessment.params.model import Growth, Indicator, Params, Ratio, RollingMean, Sum
from assessment.show.typography import full_width

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "data_dictionary.md"

DIRECTIONS = {"higher": "越高越好", "lower": "越低越好", "context": "不分好坏"}
MEASURES = {
    "annual_flow": "全年合计",
    "annual_mean": "全年平均",
    "average_annual_growth": "年均增速",
    "capability": "能力",
    "count": "当年个数",
    "cumulative_count": "累计个数",
    "index": "指数",
    "percentile": "百分位数",
    "rank": "位次",
    "ratio": "比率",
    "stock_end_of_year": "年末存量",
    "yearly_change": "比上年变化",
}
PACK = (
    (OBSERVATIONS, "指标的数。没有的写空,不能填 0;本单元没有这件事的写“不适用”并说明"),
    (TASKS, f"任务进展。status 只能是:{'、'.join(STATUSES)}"),
    (ALLOCATIONS, "市里下达给各单元的分解值(可以没有)"),
    (SUBMISSIONS, "各部门的应报、实报日期(可以没有)"),
    (CONTEXT, "对不上指标目录、又值得列出的公开数字(可以没有)"),
)
COLUMNS = {
    "region": "单元:名称、简称、别名或编号",
    "year": "年度",
    "month": "月份 1–12;全年值留空",
    "indicator": "指标编号或名称,见下",
    "value": "数值,不带千分位,不写“约”",
    "unit": "计量单位;同族单位可换算,写错即退回",
    "grade": "数据质量:A 统计或监测,B 部门报表有佐证,C 测算,D 无佐证",
    "source": "哪份文件、哪个部门",
    "note": "说明",
    "series": "同一指标有两种来源时,各自的名字",
    "address": "网址",
    "evidence": "佐证材料",
    "origin": "从哪张表的哪一格来(填报程序写)",
    "task": "任务编号",
    "status": "进展",
    "target": "目标编号",
    "department": "部门,与方案里写的一样",
    "due": "应报日期,如 2026-01-31",
    "received": "实报日期",
    "period": "时段,照原文",
    "item": "事项,照原文",
}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a Markdown table as lines."""
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    return [
        *lines,
        *(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows),
    ]


def _range(indicator: Indicator) -> str:
    low, high = indicator.range
    return f"{'' if low is None else f'{low:g}'}–{'' if high is None else f'{high:g}'}"


def _derived(indicator: Indicator) -> str:
    rule = indicator.derive
    if rule is None:
        parts = "、".join(f"`{part}`" for part in indicator.parts)
        return f"分项:{parts}" if parts else ""
    if isinstance(rule, Ratio):
        scale = f" × {rule.scale:g}" if rule.scale != 1 else ""
        return f"`{rule.numerator}` ÷ `{rule.denominator}`{scale}"
    if isinstance(rule, Growth):
        return f"`{rule.of}` 自 {rule.base_year} 年的年均增速"
    if isinstance(rule, Sum):
        return " + ".join(f"`{part}`" for part in rule.of)
    if isinstance(rule, RollingMean):
        return f"`{rule.of}` 的 {rule.years} 年滑动平均"
    return f"`{rule.of}` 比上年"


def _row(indicator: Indicator) -> list[str]:
    return [
        f"`{indicator.id}`",
        indicator.name,
        indicator.unit,
        DIRECTIONS[indicator.direction],
        MEASURES[indicator.measure],
        indicator.aggregation,
        _range(indicator),
        indicator.department or indicator.source,
        _derived(indicator),
    ]


def dictionary(params: Params) -> str:
    """Return the text of the data dictionary."""
    head = (
        "编号",
        "名称",
        "单位",
        "方向",
        "口径",
        "合计办法",
        "合理范围",
        "部门或来源",
        "推算或分项",
    )
    entries = params.catalogue.indicators
    lines = [
        "# 数据字典",
        "",
        "由 `scripts/make_data_dictionary.py` 从 `params/indicators.yml` 生成,请勿手改。",
        "",
        "## 数据包的文件",
        "",
        "一个数据包是一个目录:`pack.yml`(标题、种类、截止日期、已知的口径断点)和下面的 CSV"
        "(编码 UTF-8 或 GB18030)。同一种表可以分成几个文件,如 `observations_air.csv`。",
    ]
    for columns, about in PACK:
        rows = [(f"`{name}`", "必需", COLUMNS[name]) for name in columns.required]
        rows += [(f"`{name}`", "可以没有", COLUMNS[name]) for name in columns.optional]
        lines += ["", f"### {columns.stem}*.csv", "", f"{about}。", ""]
        lines += table(("列", "", "内容"), rows)
    lines += ["", f"## 方案内的指标({sum(e.in_plan for e in entries)} 项)", ""]
    lines += table(head, (_row(entry) for entry in entries if entry.in_plan))
    lines += ["", f"## 其他指标({sum(not e.in_plan for e in entries)} 项)", ""]
    lines += table(head, (_row(entry) for entry in entries if not entry.in_plan))
    lines += ["", "## 计量单位", "", "同一行里的可以换算,不同行的不能。", ""]
    lines += table(
        ("类别", "单位"),
        ((name, "、".join(units)) for name, units in params.catalogue.dimensions.items()),
    )
    return "\n".join(map(full_width, lines)) + "\n"


def main() -> int:
    """Write the file; with ``--check`` say whether it is in step."""
    text = dictionary(load_params(ROOT / "params"))
    if "--check" in sys.argv[1:]:
        same = TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text
        print("一致" if same else "docs/data_dictionary.md 与参数不一致,请重新生成")
        return 0 if same else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
