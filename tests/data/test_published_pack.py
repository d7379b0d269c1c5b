"""The pack of published figures: all 328 carried over, and none taken for what it is not."""

from pathlib import Path

import pandas as pd
import pytest

from assessment.data.pack import Pack, load_pack
from assessment.params.folder import load_params

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(ROOT / "data" / "published", load_params(ROOT / "params"))


def value(pack: Pack, region: str, indicator: str, year: int, month: int = 0) -> float:
    rows = pack.observations
    found = rows[
        (rows.region == region) & (rows.indicator == indicator)
        & (rows.year == year) & (rows.month == month)
    ]  # fmt: skip
    assert len(found) == 1
    return float(found.value.iloc[0])


def test_every_published_figure_is_accounted_for(pack: Pack) -> None:
    assert len(pack.observations) + len(pack.context) == 328
    assert len(pack.observations) == 158
    assert pack.notices == ()
    assert pack.tasks.empty
    assert pack.allocations.empty
    assert (pack.observations.state == "value").all()
    assert (pack.observations.source != "").all()


def test_figures_as_printed(pack: Pack) -> None:
    assert value(pack, "zibo", "pm25", 2022) == 43
    assert value(pack, "zibo", "good_days", 2022) == 236
    assert value(pack, "zibo", "air_composite_index", 2022, 12) == 5.73
    assert value(pack, "zibo", "gdp_current", 2024) == 4884.1
    assert value(pack, "zibo", "gdp_growth", 2023) == 5.5
    assert value(pack, "boshan", "secondary_value_added", 2022) == 132.72
    assert value(pack, "zichuan", "good_days", 2015) == 118


def test_milligrams_become_micrograms(pack: Pack) -> None:
    assert value(pack, "linzi", "pm25", 2018, 2) == 72
    assert value(pack, "yiyuan", "pm10", 2018, 2) == 88
    assert value(pack, "zibo", "co_conc", 2022) == 1.3  # CO stays in mg
    rows = pack.observations
    assert ((rows.given_unit == "mg/m3") & (rows.indicator != "co_conc")).sum() == 10


def test_changes_ranks_and_sums_of_months_are_context(pack: Pack) -> None:
    items = pack.context["item"]
    assert items.str.contains("同比").sum() == 58  # 49 changes in per cent, 9 in days or points
    assert items.str.contains("改善幅度").sum() == 2
    assert items.str.contains("排名|得分").sum() == 31
    assert pack.context.period.str.contains("1-5月").sum() == 17
    assert items.str.startswith("山东省首批").sum() == 3
    assert items.str.startswith("目标:").sum() == 2
    assert items.str.contains("户籍人口|总人口").sum() == 3
    assert "population" not in set(pack.observations.indicator)
    assert not set(pack.observations.indicator) & {
        "new_energy_installed_capacity", "new_green_factories", "good_surface_water_share",
    }  # fmt: skip


def test_shares_of_2015_stay_as_printed(pack: Pack) -> None:
    shares = [value(pack, "zibo", f"{sector}_industry_share", 2015)
              for sector in ("primary", "secondary", "tertiary")]  # fmt: skip
    assert sum(shares) == pytest.approx(100.2)
    assert "100.2" in (pack.meta.note or "")


def test_biased_and_inferred_rows_say_so(pack: Pack) -> None:
    rows = pack.observations
    listed = rows[(rows.year == 2022) & (rows.month == 12) & (rows.region != "zibo")]
    assert listed.note.str.contains("最差三位").all()
    assert len(listed) == 21
    inferred = rows[rows.region.eq("gaoqing") & rows.year.isin([2022, 2023]) & rows.month.eq(0)]
    assert set(inferred.grade) == {"C"}
    assert inferred.note.str.contains("推断").all()
    assert set(rows.grade) == {"A", "B", "C"}


def test_no_unit_has_two_full_years_running_of_a_pollutant(pack: Pack) -> None:
    rows = pack.observations
    air = rows[(rows.month == 0) & rows.indicator.isin(["pm25", "pm10", "so2_conc", "no2_conc"])]
    years = air.groupby(["region", "indicator"]).year.apply(lambda s: s.sort_values().diff().eq(1))
    assert not pd.Series(years).any()


def test_good_days_without_fine_particles_are_not_good_days(pack: Pack) -> None:
    rows = pack.observations
    days = rows[(rows.indicator == "good_days") & (rows.year == 2014)]
    assert set(days.region) == {"zhoucun", "zichuan"}
