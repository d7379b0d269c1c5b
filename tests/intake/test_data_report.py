"""The data report: what is missing, from whom, and what it costs."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from assessment.data.pack import Pack
from assessment.errors import Fault
from assessment.intake import data_report
from assessment.intake.coverage import costs, coverage, gaps, punctuality
from assessment.intake.receipts import Receipt
from assessment.params.model import Params
from tests.intake.conftest import YEAR
from tests.packs import with_frames


def without(pack: Pack, indicator: str, regions: tuple[str, ...] = ()) -> Pack:
    data = pack.observations
    out = (data["indicator"] == indicator) & (data["year"] == YEAR)
    if regions:
        out &= data["region"].isin(regions)
    return with_frames(pack, observations=data[~out])


def test_coverage_adds_up(demo: Pack, params: Params) -> None:
    found = coverage(params, demo, YEAR)
    for name in ("departments", "units"):
        # 96 figures for 12 regions and 5 for the city alone; see the pack's note.
        assert sum(one.asked for one in found[name]) == 96 * 12 + 5
        assert sum(one.not_reported for one in found[name]) == 1
        assert sum(one.not_applicable for one in found[name]) == 20
        assert sum(one.missing for one in found[name]) == 0
    assert sum(one.given + one.not_applicable for one in found["unit_tasks"]) == 11 * 120
    assert sum(one.asked for one in found["department_tasks"]) == 66


def test_a_gap_names_its_department_its_regions_and_its_costs(demo: Pack, params: Params) -> None:
    known = {gap.indicator.id for gap in gaps(params, demo, YEAR)}
    pack = without(demo, "new_buses_total", ("zhangdian", "boshan"))
    (gap,) = (g for g in gaps(params, pack, YEAR) if g.indicator.id not in known)
    assert (gap.indicator.id, gap.department) == ("new_buses_total", "市交通运输局")
    assert gap.regions == ("zhangdian", "boshan")
    # The share of clean buses (N06) has these buses as its denominator.
    assert any("目标 N06" in cost for cost in gap.costs)


def test_every_target_is_a_cost_of_something(params: Params) -> None:
    said = " ".join(cost for lost in costs(params).values() for cost in lost)
    assert all(f"目标 {target.no}“" in said for target in params.plan.targets)


def test_who_is_late(demo: Pack, params: Params) -> None:
    receipt = Receipt("2025-U01", "张店区", "unit", "zhangdian", YEAR, "x", "y", "z",
                      "2026-02-05", "2026-01-31", 1, 0, 0)  # fmt: skip
    found = {one.name: one for one in punctuality(params, demo, YEAR, [receipt])}
    assert (found["市城市管理局"].days, found["市城市管理局"].is_late) == (27, True)
    assert (found["张店区"].days, found["市统计局"].days) == (5, -10)
    assert found["淄川区"].days is None
    assert not found["淄川区"].is_late
    empty = with_frames(
        demo, tasks=demo.tasks[demo.tasks["region"] != "zichuan"].reset_index(drop=True)
    )
    found = {one.name: one for one in punctuality(params, empty, YEAR, [])}
    assert found["淄川区"].is_late


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "br"}:
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"src", "href"}]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_asks_for_nothing_else(demo: Pack, params: Params) -> None:
    page = data_report(params, without(demo, "pm25"), YEAR)
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    assert all(link.startswith("#") for link in reader.links)
    assert not re.search(r"https?:|url\(|@import|<script", page)
    assert params.catalogue.by_id["pm25"].label in page
    assert "市城市管理局" in page
    assert page == data_report(params, without(demo, "pm25"), YEAR)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=y>', "{{ 7*7 }}"]
)
def test_text_from_outside_is_escaped(text: str, demo: Pack, params: Params) -> None:
    remarks = demo.remarks.reindex(range(1)).assign(
        region="zichuan", department="", year=YEAR, kind=text, subject=text, text=text, who=text,
        when="", file="", row=2,
    )  # fmt: skip
    page = data_report(
        params, with_frames(demo, remarks=remarks), YEAR, [Fault(text, text, text, text)]
    )
    assert "<script" not in page
    assert "<img" not in page
    assert '<td class="">49</td>' not in page


def test_an_empty_year(demo: Pack, params: Params) -> None:
    page = data_report(params, demo, 2029)
    assert "覆盖率 0.0%" in page
