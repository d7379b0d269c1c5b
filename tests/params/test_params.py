"""The parameter folder: the plan is whole, and what is wrong with a copy is said where it is."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from assessment.errors import Fault, InputError
from assessment.params.folder import load_params
from assessment.params.model import Params, Ratio

FOLDER = Path(__file__).resolve().parents[2] / "params"

# The plan's numbers: number, value, unit, year, and the words of the plan that hold the number.
NUMBERS = [
    ("N01", 500, "万千瓦", 2025, "500万千瓦"),
    ("N02", 90, "座", 2025, "90座"),
    ("N03", 10, "%", 2025, "10%以上"),
    ("N04", 70, "%", 2025, "70%以上"),
    ("N05", 50, "家", 2025, "50家以上"),
    ("N06", 100, "%", None, "达到100%"),
    ("N07", 80, "%", None, "达到80%"),
    ("N08", 10, "%/年", 2025, "年均增长10%"),
    ("N09", 1850, "万吨", 2025, "1850万吨"),
    ("N10", 8, "个", 2025, "8个"),
    ("N11", 50, "%", 2030, "50%左右"),
    ("N12", 100, "%", 2025, "100%新能源化"),
    ("N13", 4, "万个", 2025, "4万个以上"),
    ("N14", 11, "万辆", 2025, "11万辆"),
    ("N15", 10, "%", 2025, "达到10%"),
    ("N16", 50, "%", 2025, "力争达到50%"),
    ("N17", 50, "%", 2025, "力争达到50%"),
    ("N18", 60, "%", 2025, "达到60%"),
    ("N19", 1, "个", None, "争“1”"),
    ("N20", 2, "个", None, "保“2”"),
    ("N21", 6, "家", None, "推“6”"),
]


@pytest.fixture(scope="module")
def params() -> Params:
    return load_params(FOLDER)


def test_the_plan_is_whole(params: Params) -> None:
    plan = params.plan
    numbered = [s for c in plan.chapters for s in c.sections if s.number]
    assert len(plan.chapters) == 7
    assert len(numbered) == 24
    assert [len(c.tasks) for c in plan.chapters] == [11, 34, 39, 20, 14, 14, 10]
    assert len(plan.targets) == 46
    assert len(plan.departments) == 18
    assert [h.year for h in plan.horizons] == [2025, 2030]
    kinds = [target.kind for target in plan.targets]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "numeric": 21, "external_reference": 3, "prohibition": 4, "directional": 18,
    }  # fmt: skip


@pytest.mark.parametrize(("no", "value", "unit", "year", "words"), NUMBERS)
def test_every_number_of_the_plan(
    params: Params, no: str, value: float, unit: str, year: int | None, words: str
) -> None:
    target = next(target for target in params.plan.targets if target.no == no)
    assert (target.value, target.unit, target.year) == (value, unit, year)
    assert words in target.quote


def test_numeric_targets_are_the_numbers_and_no_others(params: Params) -> None:
    numeric = [target.no for target in params.plan.targets if target.kind == "numeric"]
    assert numeric == [row[0] for row in NUMBERS]


def test_every_task_and_target_quotes_the_plan(params: Params) -> None:
    tasks = [task for chapter in params.plan.chapters for task in chapter.tasks]
    assert all(task.quote.strip() for task in tasks)
    assert all(target.quote.strip() and target.wording for target in params.plan.targets)
    # Each target's words stand in the tasks it is tied to (the plan's sentence was split there).
    for target in params.plan.targets:
        quotes = "".join(task.quote for task in tasks if task.id in target.tasks)
        assert target.tasks
        for piece in target.quote.strip("。,").split(",")[-1:]:
            assert piece in quotes, target.no


def test_task_and_target_point_at_each_other(params: Params) -> None:
    tasks = {task.id: task for chapter in params.plan.chapters for task in chapter.tasks}
    for target in params.plan.targets:
        assert any(target.indicator in tasks[no].indicators for no in target.tasks), target.no


def test_departments_are_those_printed(params: Params) -> None:
    for chapter in params.plan.chapters:
        for section in chapter.sections:
            printed = section.departments_as_printed or ""
            assert all(department in printed for department in section.departments), section.id
            assert section.departments or section.id == "1.0"


def test_every_due_is_a_horizon_or_open(params: Params) -> None:
    tasks = [task for chapter in params.plan.chapters for task in chapter.tasks]
    assert {task.due for task in tasks} == {None, 2025, 2030}


def test_catalogue_is_complete(params: Params) -> None:
    catalogue = params.catalogue
    assert {t.indicator for t in params.plan.targets} == {
        i.id for i in catalogue.indicators if i.in_plan
    }
    wanted = {
        "pm25", "co2_energy", "co2_intensity", "gdp_constant", "co_conc", "good_days",
        "heavy_pollution_days", "gdp_current", "energy_coal", "energy_nonfossil", "coal_share",
        "gdp_per_capita", "gdp_growth", "so2_generated", "co2_agriculture", "nox_agriculture",
        "pm_agriculture", "so2_intensity", "pm_emission_intensity", "green_coverage_rate",
        "forest_coverage_rate", "wastewater_volume", "new_buses_total", "new_taxis_clean",
        "new_official_cars_nev", "two_high_projects_compliant", "tertiary_industry_share",
        "synergy_funding", "pilot_co2_reduction", "pilot_pollutant_reduction",
    }  # fmt: skip
    assert wanted <= set(catalogue.by_id)
    for indicator in catalogue.indicators:
        low, high = indicator.range
        assert low is not None, indicator.id
        assert high is not None, indicator.id
        assert low < high, indicator.id
        assert any(indicator.unit in members for members in catalogue.dimensions.values())
        assert indicator.source
        assert indicator.department in params.plan.departments, indicator.id


def test_units_convert_exactly_within_a_family_only(params: Params) -> None:
    factor = params.catalogue.factor
    assert factor("mg/m3", "µg/m3") == 1000
    assert factor("万吨", "吨") == 10000
    assert factor("千克", "吨") == 0.001
    assert factor("兆瓦", "万千瓦") == 0.1
    assert factor("吉瓦", "万千瓦") == 100
    assert factor("万千瓦时", "亿千瓦时") == 0.0001
    assert factor("亿元", "万元") == 10000
    for one, other in (
        ("百分点", "%"), ("%", "—"), ("个", "家"), ("座", "个"), ("辆", "台"),
        ("万千瓦", "万千瓦时"),
        ("吨", "吨标准煤"), ("吨", "吨二氧化碳当量"), ("%/年", "%"), ("万吨", "万吨/年"),
    ):  # fmt: skip
        assert factor(one, other) is None, (one, other)


def test_ratios_of_units_give_the_indicators_unit(params: Params) -> None:
    """10,000 t over 100 million yuan is t over 10,000 yuan, and so on: checked by hand."""
    catalogue = params.catalogue
    expected = {
        ("万吨", "亿元", "吨/万元"): 1, ("万吨标准煤", "亿元", "吨标准煤/万元"): 1,
        ("吨", "亿元", "吨/亿元"): 1, ("亿元", "万人", "万元/人"): 1,
        ("万千瓦时", "万立方米", "千瓦时/立方米"): 1,
    }  # fmt: skip
    for indicator in catalogue.indicators:
        if isinstance(indicator.derive, Ratio):
            top = catalogue.by_id[indicator.derive.numerator].unit
            bottom = catalogue.by_id[indicator.derive.denominator].unit
            if top == bottom:
                assert (indicator.unit, indicator.derive.scale) == ("%", 100), indicator.id
            else:
                assert indicator.derive.scale == expected[top, bottom, indicator.unit]


def test_regions(params: Params) -> None:
    regions = params.regions
    assert len(regions.units) == 11
    assert regions.city.id == "zibo"
    zones = {unit.id for unit in regions.units if unit.kind == "functional_zone"}
    assert zones == {unit.id for unit in regions.units if unit.hosts}
    assert [unit.id for unit in regions.units if unit.central] == ["zhangdian"]
    tiles = [unit.tile for unit in regions.units]
    assert None not in tiles
    assert len(set(tiles)) == 11
    assert params.region("文昌湖").id == "wenchanghu"


def test_rules_name_their_sources(params: Params) -> None:
    rules = params.rules
    for preset, cuts in (("co2_2014", (90, 80, 60)), ("air_2014", (90, 70, 60)),
                         ("energy", (95, 80, 60))):  # fmt: skip
        found = next(p for p in rules.presets if p.id == preset)
        assert tuple(cut for cut, _ in found.cuts) == cuts
        assert found.target_weight + found.task_weight == 1
    assert "非正式考核结果" in rules.label
    assert not rules.external_references["X01"]
    for number in ("X02", "X03"):
        assert "假定" in rules.external_references[number][2025].source
    assert [rules.task_points[status].value for status in
            ("completed", "on_schedule", "slow", "not_started", "no_evidence")] == [
        1, 0.75, 0.4, 0, 0,
    ]  # fmt: skip


def test_goalposts_point_the_right_way(params: Params) -> None:
    for goalpost in params.synergy.goalposts:
        indicator = params.catalogue.by_id[goalpost.indicator]
        assert (goalpost.high > goalpost.low) == (indicator.direction == "higher"), indicator.id
        # A sum would rank units by their size.
        assert indicator.aggregation != "sum", indicator.id


def test_frameworks_do_not_count_an_indicator_twice(params: Params) -> None:
    assert "无官方公式" in params.synergy.disclaimer
    assert [s.name for s in params.framework.subsystems] == ["降碳", "减污", "扩绿", "增长"]
    for framework in params.synergy.frameworks:
        used = [name for subsystem in framework.subsystems for name in subsystem.indicators]
        assert len(used) == len(set(used)), framework.id
        assert framework.since
        assert framework.source
    for chapter in params.analyses.chapters:
        used = [name for subsystem in chapter.subsystems for name in subsystem.indicators]
        assert len(used) == len(set(used)), chapter.chapter


def test_every_chapter_has_its_analysis(params: Params) -> None:
    assert [a.chapter for a in params.analyses.chapters] == list("1234567")
    assert [a.chapter for a in params.analyses.chapters if a.sees_all] == ["1", "6", "7"]
    assert [a.chapter for a in params.analyses.chapters if a.synergy_note] == ["5", "6", "7"]
    assert [a.chapter for a in params.analyses.chapters if a.subsystems] == ["2", "3", "4"]


# ----- broken copies -----


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "params"))


def edit(path: Path, change: Callable[[str], str]) -> None:
    text = path.read_text(encoding="utf-8")
    changed = change(text)
    assert changed != text
    path.write_text(changed, encoding="utf-8")


def faults(folder: Path) -> list[Fault]:
    with pytest.raises(InputError) as caught:
        load_params(folder)
    return list(caught.value.faults)


def line(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(i for i, found in enumerate(lines, 1) if text in found)


def test_unknown_key(copy: Path) -> None:
    edit(copy / "run.yml", lambda text: text.replace("ranking:", "rankings:"))
    [fault] = faults(copy)
    assert fault.file == "run.yml"
    assert fault.place == f"第 {line(copy / 'run.yml', 'rankings')} 行 rankings"
    assert fault.problem == "不认识的键"


def test_wrong_type(copy: Path) -> None:
    edit(copy / "rules.yml", lambda text: text.replace("value: 1.05", "value: 快"))
    [fault] = faults(copy)
    assert fault.place == f"第 {line(copy / 'rules.yml', 'value: 快')} 行 faster.value"
    assert fault.problem.startswith("应为数")


def test_wrong_choice_names_the_choices(copy: Path) -> None:
    edit(copy / "run.yml", lambda text: text.replace("status: 自评稿", "status: 草稿"))
    [fault] = faults(copy)
    assert "征求意见" in fault.problem
    assert "status" in fault.place


def test_dangling_reference(copy: Path) -> None:
    edit(
        copy / "plan.yml",
        lambda text: text.replace("indicator: non_fossil_share", "indicator: nonfossil_share"),
    )
    [fault] = faults(copy)
    place = line(copy / "plan.yml", "indicator: nonfossil_share")
    assert fault.place == f"第 {place} 行 第 3 个目标 indicator"
    assert fault.problem == "引用了不存在的“nonfossil_share”"
    assert "non_fossil_share" in fault.remedy


def test_goalpost_that_a_framework_lacks(copy: Path) -> None:
    edit(
        copy / "synergy.yml",
        lambda text: text.replace("- indicator: gdp_growth", "- indicator: gdp_constant"),
    )
    [fault] = faults(copy)
    assert "gdp_growth" in fault.problem
    assert fault.place.endswith("第 1 个框架第 4 个子系统 indicators")


def test_repeated_key(copy: Path) -> None:
    edit(copy / "run.yml", lambda text: text + "year: 2024\n")
    [fault] = faults(copy)
    last = len((copy / "run.yml").read_text(encoding="utf-8").splitlines())
    assert fault.place.startswith(f"第 {last} 行")
    assert "键“year”重复出现" in fault.problem


def test_broken_yaml(copy: Path) -> None:
    edit(copy / "regions.yml", lambda text: text.replace("tile: [2, 1]", "tile: [2, 1"))
    [fault] = faults(copy)
    assert fault.file == "regions.yml"
    assert fault.place.startswith("第 ")
    assert "YAML 格式有误" in fault.problem


def test_unit_that_does_not_fit_the_target(copy: Path) -> None:
    edit(
        copy / "plan.yml",
        lambda text: text.replace("value: 500\n    unit: 万千瓦", "value: 5\n    unit: 吉瓦"),
    )
    [fault] = faults(copy)
    assert fault.place.endswith("第 1 个目标 unit")
    assert "吉瓦" in fault.problem


def test_missing_file_and_all_faults_at_once(copy: Path) -> None:
    (copy / "chapters.yml").unlink()
    edit(copy / "run.yml", lambda text: text.replace("year: 2025", "year: 二〇二五"))
    edit(copy / "synergy.yml", lambda text: text.replace("disclaimer:", "disclaim:"))
    found = faults(copy)
    assert [fault.file for fault in found] == [
        "synergy.yml",
        "synergy.yml",
        "chapters.yml",
        "run.yml",
    ]
    assert {fault.problem for fault in found if fault.file == "synergy.yml"} == {
        "缺少此项",
        "不认识的键",
    }


def test_files_say_what_is_assumed() -> None:
    for path in sorted(FOLDER.glob("*.yml")):
        head = path.read_text(encoding="utf-8").split("\n\n")[0]
        assert head.startswith("# "), path.name
        assert yaml.safe_load(path.read_text(encoding="utf-8")), path.name
