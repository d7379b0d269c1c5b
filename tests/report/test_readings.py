"""Readings of synergy side by side, and whether a rank survives: what the parts print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assessment.assess.comparison import compare_units
from assessment.job.sources import open_sources
from assessment.report.sensitivity_part import sensitivity_part
from assessment.report.synergy_part import _readings_table
from assessment.results.model import (
    CoControlResult,
    Comparison,
    CouplingResult,
    ReportResults,
    SubsystemResult,
    SynergyResult,
)
from assessment.show.blocks import Cell, Prose, Row, Table
from tests.sentences import check_sentences

ROOT = Path(__file__).resolve().parents[2]


def read(
    pollutant: str, p: float | None, c: float | None, quadrant: int | None, els: float | None,
    reading: str,
) -> CoControlResult:  # fmt: skip
    return CoControlResult(
        pair="能源", pollutant=pollutant, pollutant_name=pollutant, carbon="co2_energy",
        carbon_name="二氧化碳", from_year=2024, to_year=2025, pollutant_from=1, pollutant_to=1,
        carbon_from=1, carbon_to=1, pollutant_reduction=p, carbon_reduction=c, quadrant=quadrant,
        elasticity=els, reading=reading,
    )  # fmt: skip


COCHANGE = (
    read("同降", 0.2, 0.1, 1, 2.0, "synergy_pollutant_faster"),
    read("只降碳", -0.2, 0.1, 2, -2.0, "only_carbon_falls"),
    read("同增", -0.3, -0.1, 3, 3.0, "both_rise"),
    read("只减污", 0.2, -0.1, 4, -2.0, "only_pollutant_falls"),
    read("缺数", None, None, None, None, "undefined"),
)
LEVELS = tuple(
    SubsystemResult(id=name, name=name, level=0.5, coverage=1.0, parts={})
    for name in ("降碳", "减污")
)
COUPLING = (
    CouplingResult(year=2024, subsystems=LEVELS, d=0.7, d_modified=0.65, d_adjusted=0.6,
                   grade_name="中级协调"),
    CouplingResult(
        year=2025, subsystems=LEVELS, d=0.72, d_modified=0.64, d_adjusted=0.6,
        grade_name="中级协调", order_synergy=-0.02, deltas=(0.05, -0.008),
        order_synergy_from_base=0.1, deltas_from_base=(0.2, 0.05),
    ),
)  # fmt: skip


def synergy() -> SynergyResult:
    return SynergyResult(
        scope="unit", framework="f", framework_title="框架", cocontrol=COCHANGE,
        coupling=COUPLING, agreement="两种读法不一致。",
    )  # fmt: skip


def results(analysis: dict[str, Any]) -> ReportResults:
    return ReportResults.model_construct(year=2025, analysis=analysis)


def rows(table: Table, group: str) -> list[Row]:
    return [row for row in table.rows if row.group.startswith(group)]


def test_elasticity_is_printed_only_where_both_fall() -> None:
    table = _readings_table(results({}), synergy())
    found = {row.cells[0].text: row.cells for row in rows(table, "同步变化")}
    assert "交叉弹性 2.00" in found["同降"][2].text
    for name in ("只降碳", "同增", "只减污", "缺数"):
        assert "弹性" not in found[name][2].text
        assert found[name][2].value is None
    # the sign pair comes first, in words
    assert found["同降"][2].text.startswith("污染物降 20.0%,碳降 10.0%;交叉弹性")
    assert found["只降碳"][2].text == "污染物增 20.0%,碳降 10.0%"
    assert found["缺数"][2].text == "数据不足"


def test_three_versions_each_against_its_own_last_year() -> None:
    table = _readings_table(results({}), synergy())
    cells = [row.cells for row in rows(table, "耦合协调")]
    assert [c[2].value for c in cells] == [0.72, 0.64, 0.6]
    assert [c[1].text for c in cells] == ["中级协调,较上年上升", "较上年下降", "与上年持平"]
    assert "两种读法不一致" in table.note


def test_order_parameters_stand_beside_their_changes() -> None:
    year, base = (row.cells for row in rows(_readings_table(results({}), synergy()), "有序度"))
    assert "降碳 +0.050、减污 −0.008" in year[2].text
    assert "有子系统退步" in year[1].text
    assert "降碳 +0.200、减污 +0.050" in base[2].text
    assert "都进步" in base[1].text


ANALYSIS: dict[str, Any] = {
    "2": {
        "decoupling": {
            "words": {"strong_decoupling": "强脱钩"},
            "name": {"co2_energy": "CO₂"},
            "error": 0.15,
            "carbon": {
                "0": {"indicator": "co2_energy", "start": 2020, "end": 2025, "elasticity": -0.3,
                      "state": "strong_decoupling", "delta_e": -0.1, "delta_g": 0.33, "reason": ""},
            },
        },
        "drivers": {
            "words": {"not_positive": "缺数据"},
            "first": 2020, "last": 2025,
            "name": {"co2_energy": "CO₂", "so2_emis": "SO₂", "nox_emis": "NOx"},
            "tables": {
                "table": [
                    {"indicator": "co2_energy", "start": 2020, "end": 2025, "reason": "",
                     "shared": -90.0, "shared_share": 0.9, "end_of_pipe": None,
                     "end_of_pipe_share": None},
                    {"indicator": "so2_emis", "start": 2020, "end": 2025, "reason": "",
                     "shared": -6.0, "shared_share": 0.06, "end_of_pipe": -78.0,
                     "end_of_pipe_share": 0.78},
                    {"indicator": "nox_emis", "start": 2020, "end": 2025,
                     "reason": "not_positive", "shared": None},
                    {"indicator": "so2_emis", "start": 2020, "end": 2023, "reason": "",
                     "shared": -1.0, "shared_share": 0.5, "end_of_pipe": -1.0,
                     "end_of_pipe_share": 0.5},
                ]
            },
        },
    }
}  # fmt: skip


def test_decoupling_and_joint_decomposition_are_listed_where_present() -> None:
    bare = _readings_table(results({}), synergy())
    assert not rows(bare, "与经济") and not rows(bare, "联合分解")
    full = _readings_table(results(ANALYSIS), synergy())
    (carbon,) = rows(full, "与经济")
    assert carbon.cells[1].text == "强脱钩"
    shares = {row.cells[0].text: row.cells for row in rows(full, "联合分解")}
    assert "协同贡献率 90.0%" in shares["CO₂"][2].text
    assert "末端治理占 78.0%,不算协同" in shares["SO₂"][2].text
    assert shares["NOx"][1] == Cell(text="数据不足", note="缺数据")


# ----- whether a rank survives -----


@pytest.fixture(scope="module")
def compared() -> Comparison:
    return compare_units(open_sources(ROOT / "params", ROOT / "data/demo").comparison(2025))


def test_each_table_follows_a_sentence_on_the_unit(compared: Comparison) -> None:
    blocks = sensitivity_part(compared, "zhangdian").blocks
    assert [type(b) for b in blocks] == [Prose, Table, Prose, Table]
    document = {"comparison": json.loads(compared.model_dump_json())}
    sentences = [s for b in blocks if isinstance(b, Prose) for s in b.sentences]
    for sentence in sentences:
        assert sentence.facts
    assert check_sentences({**document, "said": [s.model_dump() for s in sentences]}, []) >= 2
    unit = next(u for u in compared.sensitivity.units if u.region == "zhangdian")
    assert f"第 {unit.rank_best}–{unit.rank_worst} 位" in sentences[0].text
    for table in (blocks[1], blocks[3]):
        assert isinstance(table, Table) and table.place == "annex"
    variants, drivers = blocks[1], blocks[3]
    assert isinstance(variants, Table) and isinstance(drivers, Table)
    assert "有多重要" in variants.note
    assert "假定" in variants.note
    assert len(drivers.rows) == 12


def test_without_ranks_there_is_no_rank_in_any_cell(compared: Comparison) -> None:
    inputs = open_sources(ROOT / "params", ROOT / "data/demo").comparison(2025)
    off = compare_units(inputs.model_copy(update={"ranking": "off"}))
    for unit in ("zhangdian", "city"):
        for block in sensitivity_part(off, unit).blocks:
            if isinstance(block, Prose):
                assert "位" not in block.text.replace("单位", "")
            elif isinstance(block, Table):
                texts = [block.summary, *(row.group for row in block.rows)]
                texts += [cell.text for row in block.rows for cell in row.cells]
                assert not any("第" in text or "位次" in text for text in texts)


def test_nothing_is_shown_where_no_unit_has_a_score() -> None:
    poor = Comparison(
        year=2025, framework="f", framework_title="框架", ranking="on", index=(), cocontrol={},
        series=(), city_sums=(), caution="",
    )  # fmt: skip
    assert sensitivity_part(poor, "zhangdian").blocks == ()
