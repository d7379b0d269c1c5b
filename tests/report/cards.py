"""Reports as the portal sees them, made up: many units and years without running a notebook."""

from __future__ import annotations

import random
from collections.abc import Sequence

from assessment.report.portal_card import Card, Item, Measure, Turn
from assessment.report.portal_sheet import Sheet

CHAPTERS = {str(n): f"{word} 第{word}章的题目" for n, word in enumerate("一二三四五六七", 1)}
BUREAUS = tuple(f"市{word}局" for word in ("交通运输", "发展改革", "生态环境", "住房城乡建设", "农业农村", "水利"))  # fmt: skip
_CLASSES = ("met", "on_track", "faster", "slow", "not_met", "reversed", "insufficient_data", "city_only")  # fmt: skip


def item(no: str = "N01", verdict: str = "met", turn: Turn = "", **changes: object) -> Item:
    """A target; another field by its name."""
    given: dict[str, object] = {
        "no": no, "name": f"指标{no}", "kind": "target", "chapter": "2", "departments": BUREAUS[:2],
        "verdict": verdict, "before": "slow", "turn": turn, "says": f"2025 年为 1.0,{no}。",
        "anchor": "chapter-2", "completion": 62.4, "basis": "change", "value": 1.0, "last": 1.5,
        "aim": 3.0, "gap": 2.0, "unit": "万吨", "decimals": 1,
        "points": ((2020, 0.5), (2024, 1.5), (2025, 1.0)),
    }  # fmt: skip
    return Item(**given | changes)  # type: ignore[arg-type]


def card(region: str = "a", items: Sequence[Item] = (), **changes: object) -> Card:
    """A report; another field by its name."""
    given: dict[str, object] = {
        "plan": "plan", "title": "甲市方案年度评估报告", "year": 2025, "region": region,
        "name": f"{region}区", "short_name": region, "is_city": region == "city", "place": 1,
        "tile": None, "demo": False, "pack": "甲市数据", "disclaimer": "非官方考核",
        "verdict": f"{region}的结论。", "failed": (), "editions": {"leadership.html": "领导版"},
        "chapters": CHAPTERS, "items": tuple(items),
        "measures": (Measure("PM2.5", "μg/m³", 1, 40.0),),
    }  # fmt: skip
    return Card(**given | changes)  # type: ignore[arg-type]


def many(units: int, years: Sequence[int], *, targets: int = 46, tasks: int = 8) -> list[Sheet]:
    """The sheets of a plan in many units: the newest year first."""
    draw = random.Random(7)
    sheets = []
    for year in sorted(years, reverse=True):
        cards = []
        for place in range(units + 1):
            region = f"u{place:04}" if place else "city"
            items = [_target(draw, n, year) for n in range(targets)]
            items += [_task(draw, n) for n in draw.sample(range(140), tasks)]
            cards.append(
                card(
                    region,
                    items,
                    year=year,
                    place=place,
                    name=f"第{place:04}区" if place else "全市",
                    short_name=f"{place:04}" if place else "全市",
                    measures=tuple(
                        Measure(f"量{n}", "吨", 1, draw.uniform(0, 90)) for n in range(8)
                    ),
                )
            )
        sheets.append(Sheet(cards))
    return sheets


def _target(draw: random.Random, n: int, year: int) -> Item:
    turns: tuple[Turn, ...] = ("better", "worse", "", "", "")
    values = [draw.uniform(10, 90) for _ in range(2020, year + 1)]
    return item(
        f"N{n:02}", draw.choice(_CLASSES), draw.choice(turns), name=f"第 {n} 项指标的名称",
        chapter=str(n % 7 + 1), anchor=f"chapter-{n % 7 + 1}",
        departments=(BUREAUS[n % 6], BUREAUS[(n + 1) % 6]), completion=draw.uniform(0, 120),
        value=values[-1], last=values[-2] if len(values) > 1 else None,
        points=tuple(zip(range(2020, year + 1), values, strict=True)),
        says=f"{year} 年为 {values[-1]:.1f} 万吨,目标 95 万吨(2025 年),还差 12 万吨,未完成。",
    )  # fmt: skip


def _task(draw: random.Random, n: int) -> Item:
    return item(
        f"3.1.{n}", draw.choice(("task_slow", "task_not_started")), name=f"推进第 {n} 项任务",
        kind="task", chapter=str(n % 7 + 1), completion=None, value=None, last=None, aim=None,
        gap=None, points=(), unit="", before="task_on_schedule",
        says="2025 年底前完成。", departments=(BUREAUS[n % 6],),
    )  # fmt: skip
