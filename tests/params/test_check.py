"""What cannot be meant in a parameter folder is refused: all of it at once, each at its place."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from assessment.errors import Fault, InputError
from assessment.params.folder import load_params
from tests.conftest import ROOT

SOUND = ROOT / "tests" / "other_plan" / "params"

Edit = tuple[str, str, str]
"""File, text, and what is put in its place."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SOUND, tmp_path / "params"))


def change(folder: Path, *edits: Edit) -> None:
    for name, old, new in edits:
        path = folder / f"{name}.yml"
        text = path.read_text(encoding="utf-8")
        assert old in text, (name, old)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refused(folder: Path) -> list[Fault]:
    with pytest.raises(InputError) as caught:
        load_params(folder)
    return list(caught.value.faults)


POWER = "value: 300\n    unit: 万千瓦\n    comparison: '>='\n    wording: 达到\n    year: 2030"
REUSED = "value: 45\n    unit: '%'\n    comparison: '>='"


def power(**fields: str) -> Edit:
    """Change the first target, of 300 万千瓦 by 2030."""
    new = POWER
    for key, (old, text) in {
        "value": ("300", fields.get("value", "300")),
        "comparison": ("'>='", fields.get("comparison", "'>='")),
        "year": ("2030", fields.get("year", "2030")),
    }.items():
        new = new.replace(f"{key}: {old}", f"{key}: {text}")
    if "period" in fields:
        new += f"\n    period: {fields['period']}"
    return "plan", POWER, new


ENERGY = "unit: 万吨标准煤\n    direction: lower\n    measure: annual_flow\n    aggregation: sum"
SCALE = "denominator: output, scale: 1}"
CASES: list[tuple[str, Edit, Sequence[str]]] = [
    # ----- closed lists -----
    ("aggregation mistyped", ("indicators", "aggregation: sum", "aggregation: summ"),
     ["第 1 个指标 aggregation", "“summ”不是合计方法", "是否想写“sum”"]),
    ("aggregation with a bracket it cannot have",
     ("indicators", "aggregation: sum", "aggregation: sum(产出)"), ["括号只用于"]),
    ("aggregation with an open bracket",
     ("indicators", "aggregation: sum", "aggregation: mean(点位"), ["括号只用于"]),
    ("measure mistyped", ("indicators", "measure: annual_flow", "measure: anual_flow"),
     ["第 1 个指标 measure", "是否想写“annual_flow”"]),
    ("measure in Chinese", ("indicators", "measure: annual_flow", "measure: 年流量"),
     ["取值不在允许范围内", "cumulative_count"]),
    ("frequency unknown", ("indicators", "bearing: both", "bearing: both\n    frequency: yearly"),
     ["第 1 个指标 frequency", "annual、quarterly、monthly、event"]),
    ("period unknown", power(period="yearly"), ["第 1 个目标 period", "standing"]),
    ("period upside down", power(period="2030-2026"), ["起始年应早于终止年"]),
    ("period of more than four figures", power(period="2026-20300"), ["起止年份"]),
    ("region kind mistyped", ("regions", "kind: county", "kind: countey"),
     ["kind", "是否想写“county”"]),
    # ----- numbers -----
    ("not a number", power(value=".nan"), ["第 1 个目标 value", "应为有限的数"]),
    ("an infinite range", ("indicators", "range: [0, 20000]", "range: [0, .inf]"),
     ["第 1 个指标 range", "应为有限的数"]),
    ("an infinite rule", ("rules", "value: 1.05", "value: -.inf"), ["faster.value", "有限的数"]),
    ("a unit's factor of zero", ("indicators", "吨: 1000,", "吨: 0,"), ["应大于 0"]),
    ("no horizons", ("plan", "  - year: 2028\n    text: 到2028年\n  - year: 2030\n    text: 到2030年",
                     "  []"), ["horizons", "不应为空"]),
    ("horizons out of order", ("plan", "year: 2028\n    text", "year: 2031\n    text"),
     ["第 2 个规划年 year", "由早到晚"]),
    # ----- years -----
    ("a year of another century", power(year="2203"), ["第 1 个目标 year", "不应大于 2100"]),
    ("a year after the last horizon", power(year="2032"), ["晚于方案最后的规划年 2030"]),
    ("a year that is the base year", power(year="2025"), ["不晚于基期 2025"]),
    ("a period that ends another year", power(period="2026-2028"), ["期间止于 2028 年"]),
    ("a base year after the plan", ("plan", "baseline_year: 2025\nhorizons",
                                    "baseline_year: 2028\nhorizons"), ["不早于最近的规划年 2028"]),
    ("a start before the base year", ("plan", "start_year: 2026", "start_year: 2020"),
     ["起始年 2020 年早于基期 2025 年"]),
    # ----- values -----
    ("per cent as a fraction", ("plan", REUSED, REUSED.replace("45", "0.45")),
     ["第 4 个目标 value", "原文是 45", "相差 100 倍"]),
    ("per cent a hundredfold", ("plan", REUSED, REUSED.replace("45", "4500")),
     ["第 4 个目标 value", "原文是 45", "相差 100 倍"]),
    ("a value out of range", power(value="300000000"), ["超出指标", "合理范围"]),
    ("a range upside down", ("indicators", "range: [0, 20000]", "range: [20000, 0]"),
     ["第 1 个指标 range", "下限 20000 不小于上限 0"]),
    ("a prohibition without a value", ("plan", "    value: 0\n    unit: 个\n", "    unit: 个\n"),
     ["第 5 个目标", "禁止类目标缺少 value"]),
    ("a numeric target without a value", ("plan", "    value: 300\n", ""), ["数值目标缺少 value"]),
    ("a fall of what should rise", power(comparison="decrease"), ["与指标", "越高越好"]),
    ("a change in a unit that fits nothing",
     ("plan", POWER, POWER.replace("'>='", "increase").replace("万千瓦", "吨")),
     ["“increase”的单位“吨”用不到指标单位“万千瓦”上", "增减百分之几写 %"]),
    ("a change of nothing", power(comparison="increase", value="0"), ["增减的幅度是 0"]),
    ("a rise below zero", power(comparison="increase", value="-3"), ["请写正数"]),
    ("a range of one number", power(comparison="between"), ["只写了一个数", "value: [低, 高]"]),
    ("two numbers that are no range", power(value="[200, 300]"), ["两个数是区间", "between"]),
    ("a range of no width", power(comparison="between", value="[300, 300]"), ["两端相同"]),
    ("about, without what it allows", power(comparison="'~='"), ["差多少算达到", "tolerance"]),
    ("a milestone after the target",
     ("plan", POWER, POWER + "\n    milestones: [{year: 2031, value: 200}]"),
     ["第 1 个目标 milestones 第 1 项 year", "节点 2031 年不早于目标年 2030"]),
    ("milestones out of order",
     ("plan", POWER,
      POWER + "\n    milestones: [{year: 2029, value: 200}, {year: 2028, value: 250}]"),
     ["节点 2028 年不晚于基期或前一个节点 2029 年"]),
    ("a reference of a numeric target", ("plan", POWER, POWER + "\n    reference: output"),
     ["只有 kind: external_reference 的目标可以有 reference"]),
    ("a reference that is not there", ("plan", POWER, POWER + "\n    reference: outpt"),
     ["“outpt”", "是否想写“output”"]),
    ("a due date that is none", ("plan", "due: 2028", "due: 2026-02-30"),
     ["due “2026-02-30”里的月或日不存在"]),
    ("a due date in words", ("plan", "due: 2028", "due: 年底前"), ["due “年底前”不是日期"]),
    ("a prohibition that only falls", (
        "plan", "comparison: '<='\n    wording: 严禁", "comparison: decrease\n    wording: 严禁"),
     ["禁止类目标不能用“decrease”"]),
    ("a comparison against the direction", power(comparison="'<='"),
     ["第 1 个目标 comparison", "越高越好", "相反"]),
    ("a ceiling written as a floor",
     ("plan", "comparison: '<='\n    wording: 不高于", "comparison: '>='\n    wording: 不高于"),
     ["第 3 个目标 comparison", "越低越好"]),
    # ----- units -----
    ("10,000 t over 100 million yuan as t over 100 million",
     ("indicators", "unit: 吨/万元", "unit: 吨/亿元"), ["应乘 10000", "scale 是 1", "scale: 10000"]),
    ("a scale that is not the units'", ("indicators", SCALE, "denominator: output, scale: 100}"),
     ["derive.scale", "应乘 1", "scale 是 100"]),
    ("a quotient of another kind", ("indicators", "unit: 吨/万元", "unit: 个"), ["量纲不同"]),
    ("a unit in no family", ("indicators", "unit: 亿元", "unit: 亿块"), ["不在 dimensions 中"]),
    ("a family's factor wrong", ("indicators", "万吨: 10000000", "万吨: 1000000"),
     ["dimensions.质量.万吨", "1 万吨是 10000 吨", "应为 10000000"]),
    # ----- names -----
    ("a bureau mistyped in an indicator",
     ("indicators", "department: 市统计局", "department: 市统记局"),
     ["第 1 个指标 department", "是否想写“市统计局”"]),
    ("a lead mistyped", ("plan", "lead: 市环境局", "lead: 市环保局"),
     ["第 1 章第 1 节 lead", "市环保局"]),
    ("a reference of no target",
     ("rules", "presets:", "external_references: {N99: {2028: {value: 1, source: 假定}}}\npresets:"),
     ["external_references.N99", "引用了不存在的“N99”"]),
    # ----- rules -----
    ("thresholds out of order", ("rules", "on_track: {value: 0.95", "on_track: {value: 0.5"),
     ["on_track.value", "次序颠倒"]),
    ("thresholds equal", ("rules", "faster: {value: 1.05", "faster: {value: 0.95"),
     ["faster.value", "次序颠倒"]),
    ("errors out of order", ("rules", "B: {value: 0.05", "B: {value: 0.5"),
     ["data_error.C.value", "次序颠倒"]),
    ("a share above one", ("rules", "coverage_floor: {value: 0.80", "coverage_floor: {value: 80"),
     ["coverage_floor.value", "不应大于 1"]),
    ("a number of draws of none", ("rules", "monte_carlo_draws: {value: 200",
                                   "monte_carlo_draws: {value: 0"), ["应大于 0"]),
    ("weights that are not one", ("rules", "task_weight: 0.4", "task_weight: 0.5"),
     ["第 1 个评级方案 task_weight", "之和是 1.1，应为 1"]),
    ("weights that fall short", ("rules", "target_weight: 0.6", "target_weight: 0.5"),
     ["之和是 0.9"]),
    ("cuts upside down", ("rules", "cuts: [[85, 好], [60, 中]]", "cuts: [[60, 好], [85, 中]]"),
     ["cuts", "由高到低"]),
    ("cuts equal", ("rules", "cuts: [[85, 好], [60, 中]]", "cuts: [[60, 好], [60, 中]]"),
     ["由高到低"]),
    ("cuts out of reach", ("rules", "cuts: [[85, 好]", "cuts: [[850, 好]"), ["0 与 100 之间"]),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "said"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_what_cannot_be_meant_is_refused(edit: Edit, said: Sequence[str], folder: Path) -> None:
    change(folder, edit)
    found = refused(folder)
    text = "\n".join(map(str, found))
    for words in said:
        assert words in text
    assert len(found) <= 2  # one cause is not told over and over
    assert "Input should" not in text


@pytest.mark.parametrize("ends", [("low: 75, high: 15", "low: 15, high: 75"),
                                  ("low: 3, high: 0.5", "low: 0.5, high: 3")])  # fmt: skip
def test_goalposts_that_call_good_what_is_bad(ends: tuple[str, str], folder: Path) -> None:
    change(folder, ("synergy", *ends))
    [fault] = refused(folder)
    assert "越低越好" in fault.problem
    assert fault.remedy == "请把两端对调"


# ----- what is no fault -----


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param(
            [("indicators", "unit: 吨/万元", "unit: 吨/亿元"),
             ("indicators", SCALE, "denominator: output, scale: 10000}"),
             ("plan", "unit: 吨/万元", "unit: 吨/亿元"), ("plan", "value: 0.9", "value: 9")],
            id="a scale that makes the quotient right",
        ),
        pytest.param([power(year="2028", period="2026-2028")], id="a period that ends that year"),
        pytest.param([("indicators", "aggregation: sum", "aggregation: weighted(产出)")],
                     id="a weighting that says by what"),
    ],
)  # fmt: skip
def test_what_can_be_meant_is_taken(edits: list[Edit], folder: Path) -> None:
    change(folder, *edits)
    load_params(folder)


def test_a_plan_without_any_prohibition_needs_no_word_on_vetoes(folder: Path) -> None:
    path = folder / "plan.yml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("  - 'no': Z01"), text.index("  - 'no': R01")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    assert {target.kind for target in load_params(folder).plan.targets} == {
        "numeric", "directional",
    }  # fmt: skip


# ----- files -----


@pytest.mark.parametrize(
    ("stray", "said"),
    [("plan.yaml", "只读 plan.yml"), ("indicator.yml", "只读 indicators.yml"),
     ("Rules.YML", "只读 rules.yml"), ("regions.txt", "只读 regions.yml")],
)  # fmt: skip
def test_a_file_that_would_not_be_read_is_told(stray: str, said: str, folder: Path) -> None:
    (folder / stray).write_text("id: x\n", encoding="utf-8")
    [fault] = refused(folder)
    assert (fault.file, fault.problem) == (stray, "这个文件不会被读取")
    assert said in fault.remedy


def test_a_file_under_another_ending_is_to_be_renamed(folder: Path) -> None:
    (folder / "rules.yml").rename(folder / "rules.yaml")
    found = refused(folder)
    assert ("rules.yaml", "请改名为 rules.yml") in [(f.file, f.remedy) for f in found]


def test_a_note_beside_the_files_is_no_fault(folder: Path) -> None:
    (folder / "说明.txt").write_text("备注", encoding="utf-8")
    (folder / "old_targets.yml").write_text("备注", encoding="utf-8")
    load_params(folder)


# ----- all at once -----


def test_faults_of_every_stage_are_told_together(folder: Path) -> None:
    change(
        folder,
        ("plan", "start_year: 2026", "start_yaer: 2026"),
        ("plan", "comparison: '<='\n    wording: 不高于", "comparison: '>='\n    wording: 不高于"),
        ("plan", "indicator: clean_power", "indicator: clean_powr"),
        ("plan", "    district_judgement: same_as_city\n    bearing: carbon",
         "    district_judgement: as_city\n    bearing: carbon"),
        ("indicators", "department: 市统计局", "department: 市统记局"),
        ("indicators", ENERGY, ENERGY.replace("sum", "summ")),
        ("indicators", "unit: 吨/万元", "unit: 吨/亿元"),
        ("regions", "kind: county", "kind: xian"),
        ("rules", "task_weight: 0.4", "task_weight: 0.5"),
        ("rules", "faster: {value: 1.05", "faster: {value: 快"),
        ("synergy", "indicators: [carbon_intensity]", "indicators: [carbon]"),
        ("chapters", "trends: [carbon,", "trends: [carbn,"),
        ("run", "framework: two_sides", "framework: two_side"),
    )  # fmt: skip
    found = refused(folder)
    text = "\n".join(map(str, found))
    for words in (
        "start_year：缺少此项", "start_yaer：不认识的键", "第 3 个目标 comparison：“>=”与",
        "clean_powr", "是否想写“same_as_city”", "市统记局", "“summ”不是合计方法", "应乘 10000",
        "“xian”", "之和是 1.1", "应为数，现为 “快”", "“carbon”", "“carbn”", "“two_side”",
    ):  # fmt: skip
        assert words in text
    files = [fault.file.removesuffix(".yml") for fault in found]
    order = ["plan", "indicators", "regions", "rules", "synergy", "chapters", "run"]
    assert list(dict.fromkeys(files)) == order
    assert len(found) == 14


@pytest.mark.parametrize("broken", ["plan", "indicators", "synergy"])
def test_a_file_that_is_no_yaml_hides_nothing_and_is_told_once(broken: str, folder: Path) -> None:
    (folder / f"{broken}.yml").write_text("a: [1\nb: 2\n", encoding="utf-8")
    change(folder, ("rules", "task_weight: 0.4", "task_weight: 0.5"),
           ("regions", "kind: county", "kind: xian"))  # fmt: skip
    found = refused(folder)
    files = sorted(fault.file for fault in found)
    assert files == sorted([f"{broken}.yml", "regions.yml", "rules.yml"])


def test_a_name_unknown_in_many_places_is_told_once(folder: Path) -> None:
    change(folder, ("plan", "departments: [市环境局, ", "departments: ["))
    found = [fault for fault in refused(folder) if fault.file == "plan.yml"]
    [fault] = [fault for fault in found if "市环境局" in fault.problem]
    assert "处" in fault.problem


@pytest.mark.parametrize(
    "kinds", [("kind: city", "kind: district"), ("kind: county", "kind: city")]
)
def test_exactly_one_region_is_the_whole(kinds: tuple[str, str], folder: Path) -> None:
    change(
        folder,
        ("regions", *kinds),
        ("regions", "kind: district\n    central", "kind: x\n    central"),
    )
    found = [fault for fault in refused(folder) if fault.file == "regions.yml"]
    assert any("恰有一个 kind: city" in fault.problem for fault in found)
    assert any("“x”" in fault.problem for fault in found)
