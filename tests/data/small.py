"""A small fictitious city, its catalogue and a pack of it, for tests of the data pack."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from assessment.params.model import Catalogue, Indicator, Params, Ratio, Region, Regions
from assessment.params.plan import Horizon, Plan, PlanChapter, Section, Target, Task

OBSERVATIONS = ["region", "year", "month", "indicator", "value", "unit", "grade", "source", "note"]
TASKS = ["region", "year", "task", "status", "evidence", "note"]
ALLOCATIONS = ["region", "target", "year", "value", "unit", "source", "note"]
SUBMISSIONS = ["department", "year", "due", "received", "note"]
CONTEXT = ["region", "period", "item", "value", "unit", "source", "address", "note"]

META = """\
title: 云川市演示数据
kind: demo
cutoff: "2025-12-31"
"""


def _indicator(identifier: str, name: str, unit: str, **more: Any) -> Indicator:
    fields: dict[str, Any] = {
        "direction": "higher", "measure": "annual_flow", "aggregation": "sum", "bearing": "both",
        "source": "虚构", **more,
    }  # fmt: skip
    return Indicator(id=identifier, name=name, unit=unit, **fields)


def params() -> Params:
    """Return the parts of the parameters that a pack is checked against."""
    catalogue = Catalogue(
        dimensions={
            "质量": {"千克": 1.0, "吨": 1000.0, "万吨": 10_000_000.0},
            "浓度": {"μg/m³": 1.0, "mg/m³": 1000.0},
            "百分比": {"%": 1.0},
            "百分点": {"百分点": 1.0},
            "辆": {"辆": 1.0},
            "天": {"天": 1.0},
        },
        spellings={"µg/m3": "μg/m³", "ug/m3": "μg/m³"},
        indicators=(
            _indicator("co2", "二氧化碳排放量", "万吨", parts=("co2_industry", "co2_transport")),
            _indicator("co2_industry", "工业二氧化碳排放量", "万吨"),
            _indicator("co2_transport", "交通二氧化碳排放量", "万吨"),
            _indicator("pm25", "细颗粒物年均浓度", "μg/m³", measure="annual_mean",
                aggregation="mean", range=(1, 500)),
            _indicator("straw", "秸秆综合利用率", "%", aggregation="weighted", range=(40, 100)),
            _indicator("sewage", "污水收集率", "%", aggregation="weighted", range=(0, 100)),
            _indicator("growth", "增加值增速", "%", aggregation="recompute", range=(-30, 40)),
            _indicator("buses", "更新公交车数", "辆"),
            _indicator("piles", "充电车位累计数", "辆", measure="cumulative_count"),
            _indicator("good_days", "优良天数", "天", measure="count", range=(0, 366)),
            _indicator("buses_clean", "更新新能源公交车数", "辆"),
            _indicator(
                "buses_share", "更新公交车中新能源占比", "%", aggregation="recompute",
                measure="ratio", range=(0, 100), natural_limit=100,
                derive=Ratio(
                    rule="ratio", numerator="buses_clean", denominator="buses", scale=100
                ),
            ),
        ),
    )  # fmt: skip
    regions = Regions(
        caution="",
        regions=(
            Region(id="yunchuan", name="云川市", short_name="全市", kind="city"),
            Region(id="xiling", name="西岭区", short_name="西岭", kind="district"),
            Region(
                id="dongshan", name="东山区", short_name="东山", kind="district",
                aliases=("东山新城区",),
            ),
            Region(id="nangang", name="南港新区", short_name="南港", kind="functional_zone"),
        ),
    )  # fmt: skip
    tasks = tuple(
        Task(
            id=identifier, title="任务", type="qualitative", obligation="required",
            judge_at=("city", "district"), bearing="both", quote="",
        )
        for identifier in ("2.1.1", "2.1.2", "2.1.10")
    )  # fmt: skip
    plan = Plan(
        id="yunchuan", title="云川市方案", short_title="方案", city="云川市", start_year=2021,
        baseline_year=2020, horizons=(Horizon(year=2025, text="到2025年"),),
        departments=("市生态环境局", "市住房城乡建设局"),
        chapters=(
            PlanChapter(
                id="2", number="二", title="章", slug="two",
                sections=(Section(id="2.1", title="节", tasks=tasks),),
            ),
        ),
        targets=(
            Target(
                no="N01", indicator="co2", kind="numeric", section="2.1", tasks=(), value=100.0,
                unit="万吨", comparison="<=", wording="不高于", year=2025, scope="全市",
                district_judgement="allocated_or_contribution", bearing="both", quote="",
            ),
        ),
    )  # fmt: skip
    return Params.model_construct(plan=plan, catalogue=catalogue, regions=regions)


PARAMS = params()


def observation(**cells: str) -> dict[str, str]:
    """Return a sound row of observations with some cells changed."""
    return {
        "region": "东山区", "year": "2024", "month": "", "indicator": "pm25", "value": "41.5",
        "unit": "μg/m³", "grade": "A", "source": "公报", "note": "", **cells,
    }  # fmt: skip


def task(**cells: str) -> dict[str, str]:
    """Return a sound row of tasks with some cells changed."""
    return {
        "region": "东山区", "year": "2024", "task": "2.1.1", "status": "已完成",
        "evidence": "验收文件", "note": "", **cells,
    }  # fmt: skip


def allocation(**cells: str) -> dict[str, str]:
    """Return a sound row of allocations with some cells changed."""
    return {
        "region": "东山区", "target": "N01", "year": "2025", "value": "20", "unit": "万吨",
        "source": "分解文件", "note": "", **cells,
    }  # fmt: skip


def submission(**cells: str) -> dict[str, str]:
    """Return a sound row of submissions with some cells changed."""
    return {
        "department": "市生态环境局", "year": "2024", "due": "2025-03-01",
        "received": "2025-02-27", "note": "", **cells,
    }  # fmt: skip


def context(**cells: str) -> dict[str, str]:
    """Return a sound row of context with some cells changed."""
    return {
        "region": "云川市", "period": "近十年", "item": "煤炭消费量累计削减", "value": "约三成",
        "unit": "", "source": "报道", "address": "", "note": "", **cells,
    }  # fmt: skip


def table(rows: list[dict[str, str]], header: list[str] | None = None) -> str:
    """Return rows as CSV text."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, header or list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def write_pack(folder: Path, **files: str | bytes | list[dict[str, str]]) -> Path:
    """Write a pack: ``pack`` is the text of pack.yml, each other name a table.

    A pack without ``pack`` or ``observations`` gets a sound one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {"pack": META, "observations": [observation()], **files}
    for stem, content in files.items():
        path = folder / (f"{stem}.yml" if stem == "pack" else f"{stem}.csv")
        if isinstance(content, list):
            content = table(content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return folder
