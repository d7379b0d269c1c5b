"""Everything wrong with a pack is found at its place, and nothing else is."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.data.pack import load_pack
from assessment.errors import Fault, InputError
from tests.data import small

FILL = "\uff11\uff12.\uff13"  # full-width 12.3


def faults(folder: Path, **files: Any) -> list[Fault]:
    """Return the faults of a pack; none if it loads."""
    try:
        load_pack(small.write_pack(folder, **files), small.PARAMS)
    except InputError as error:
        return list(error.faults)
    return []


def only(folder: Path, **files: Any) -> Fault:
    found = faults(folder, **files)
    assert len(found) == 1, found
    return found[0]


# Cells to change in a sound row; the column of the fault; what the message must say.
OBSERVATION_FAULTS: list[tuple[dict[str, str], str, str]] = [
    ({"region": "东山县"}, "region", "是否想写“东山区”"),
    ({"region": ""}, "region", "没有写区县"),
    ({"indicator": "pm2.5"}, "indicator", "是否想写“pm25”"),
    ({"indicator": "细颗粒物浓度"}, "indicator", "是否想写“细颗粒物年均浓度”"),
    ({"year": "2024.0"}, "year", "四位整数"),
    ({"year": ""}, "year", "四位整数"),
    ({"year": "1989"}, "year", "1990 至 2100"),
    ({"year": "2101"}, "year", "1990 至 2100"),
    ({"month": "0"}, "month", "1 至 12"),
    ({"month": "13"}, "month", "1 至 12"),
    ({"month": "1-5"}, "month", "context.csv"),
    ({"value": "12,5"}, "value", "逗号"),
    ({"value": "3.5万"}, "value", "应写 35000"),
    ({"value": "0.2亿元"}, "value", "应写 20000000"),
    ({"value": "65%"}, "value", "应写 65"),
    ({"value": "\uff16\uff15\uff05"}, "value", "应写 65"),
    ({"value": "12吨"}, "value", "单位写在 unit 列"),
    ({"value": "3千瓦"}, "value", "单位写在 unit 列"),
    ({"value": "5百分点"}, "value", "单位写在 unit 列"),
    ({"value": "nan"}, "value", "不是有限的数"),
    ({"value": "-inf"}, "value", "不是有限的数"),
    ({"value": "1e999"}, "value", "过大"),
    ({"value": "1e-999"}, "value", "过小"),
    ({"value": "1" * 41}, "value", "过长"),
    ({"value": "0x1A"}, "value", ""),
    ({"value": "1_000"}, "value", ""),
    ({"value": "—"}, "value", "请留空"),
    ({"value": "#DIV/0!"}, "value", "错误值"),
    ({"value": "=A1+1"}, "value", "公式"),
    ({"value": "约40"}, "value", "不是数字"),
    ({"value": "-3"}, "value", "负数"),
    ({"value": "500.5"}, "value", "1 至 500"),
    ({"value": "0.99"}, "value", "1 至 500"),
    ({"value": "41.5", "unit": "mg/m³"}, "value", "1 至 500"),
    ({"unit": "吨"}, "unit", "应为“μg/m³”"),
    ({"unit": ""}, "unit", "没有写单位"),
    ({"indicator": "sewage", "value": "60", "unit": "百分点"}, "unit", "百分点"),
    ({"indicator": "straw", "value": "0.92", "unit": "%"}, "value", "是否把 92% 写成了 0.92"),
    ({"grade": "E"}, "grade", "A、B、C 或 D"),
    ({"grade": "a"}, "grade", "A、B、C 或 D"),
    ({"grade": ""}, "grade", "没有写数据质量等级"),
    ({"source": ""}, "source", "没有写来源"),
    ({"value": ""}, "note", "没有数值而没有说明"),
    ({"value": "不适用"}, "note", "“不适用”而没有说明"),
    ({"value": "不适用", "note": "没有机组", "unit": "吨"}, "unit", "应为“μg/m³”"),
]


@pytest.mark.parametrize(("cells", "column", "says"), OBSERVATION_FAULTS)
def test_a_fault_of_an_observation(
    tmp_path: Path, cells: dict[str, str], column: str, says: str
) -> None:
    rows = [
        small.observation(year="2020"),
        small.observation(**cells),
        small.observation(year="2021"),
    ]
    fault = only(tmp_path, observations=rows)
    assert (fault.file, fault.place) == ("observations.csv", f"第 3 行 {column} 列")
    assert says in str(fault)


OTHER_FAULTS: list[tuple[str, dict[str, str], str, str]] = [
    ("tasks", {"task": "2.1.11"}, "task", "可用的有：2.1.1、2.1.2、2.1.10"),
    ("tasks", {"status": "完成"}, "status", "已完成"),
    ("tasks", {"status": ""}, "status", "没有写任务状态"),
    ("tasks", {"evidence": ""}, "evidence", "没有佐证"),
    ("tasks", {"region": "北山区"}, "region", "东山区"),
    ("allocations", {"target": "N02"}, "target", "可用的有：N01"),
    ("allocations", {"unit": "μg/m³"}, "unit", "应为“万吨”"),
    ("allocations", {"value": ""}, "value", "不是数字"),
    ("allocations", {"value": "-1"}, "value", "负数"),
    ("allocations", {"source": ""}, "source", "没有写来源"),
    ("allocations", {"year": "25"}, "year", "四位整数"),
    ("submissions", {"department": "市生态环境"}, "department", "市生态环境局"),
    ("submissions", {"due": "20250301"}, "due", "2025-03-31"),
    ("submissions", {"due": ""}, "due", "没有写日期"),
    ("submissions", {"received": "2025-02-30"}, "received", "没有 2025-02-30 这一天"),
    ("context", {"region": "北山"}, "region", "没有“北山”"),
    ("context", {"item": ""}, "item", "没有写事项"),
    ("context", {"value": ""}, "value", "没有写数值"),
    ("context", {"source": ""}, "source", "没有写来源"),
]
SOUND = {
    "tasks": small.task, "allocations": small.allocation, "submissions": small.submission,
    "context": small.context,
}  # fmt: skip


@pytest.mark.parametrize(("stem", "cells", "column", "says"), OTHER_FAULTS)
def test_a_fault_of_another_table(
    tmp_path: Path, stem: str, cells: dict[str, str], column: str, says: str
) -> None:
    fault = only(tmp_path, **{stem: [SOUND[stem](**cells)]})
    assert (fault.file, fault.place) == (f"{stem}.csv", f"第 2 行 {column} 列")
    assert says in str(fault)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "键值表"),
        ("- a\n", "键值表"),
        (small.META.replace("kind: demo", "kind: real"), "kind"),
        (small.META.replace("kind: demo\n", ""), "kind"),
        (small.META + "titel: x\n", "不认识的键"),
        (small.META + "kind: demo\n", "重复"),
        (small.META.replace("2025-12-31", "2025-13-31"), "2025-13-31"),
        (small.META.replace("云川市演示数据", "' '"), "标题为空"),
        (small.META + "breaks: [{indicator: x, region: '*', year: 2019, reason: r}]\n", "“x”"),
        (small.META + "breaks: [{indicator: '*', region: 东山, year: 1066, reason: r}]\n", "1066"),
        (
            small.META + "breaks: [{indicator: '*', region: 东山, year: 2019, why: r}]\n",
            "不认识的键",
        ),
        (small.META + "primary_series: {pm26: 甲}\n", "是否想写“pm25”"),
        (small.META + "primary_series: {pm25: 甲}\n", "没有“甲”这一口径"),
        ("title: [\n", "YAML"),
        ("title: 0b_\n", "不能识别"),
        ("[" * 50_000, "嵌套过深"),
        ("- " * 50_000 + "a", "嵌套过深"),
    ],
)
def test_a_broken_head(tmp_path: Path, text: str, says: str) -> None:
    found = faults(tmp_path, pack=text)
    assert {fault.file for fault in found} == {"pack.yml"}
    assert any(says in str(fault) for fault in found)


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_pack(tmp_path, small.PARAMS)
    assert [fault.file for fault in caught.value.faults] == ["pack.yml", "observations*.csv"]


def test_a_header_without_rows(tmp_path: Path) -> None:
    fault = only(tmp_path, observations=",".join(small.OBSERVATIONS) + "\n")
    assert fault == Fault("observations.csv", "", fault.problem, "请填入数据")
    assert "只有表头" in fault.problem


def test_a_header_without_rows_beside_rows(tmp_path: Path) -> None:
    header = ",".join(small.OBSERVATIONS) + "\n"
    assert faults(tmp_path, observations_2=header, tasks=",".join(small.TASKS) + "\n") == []


def test_columns(tmp_path: Path) -> None:
    text = small.table([small.observation()]).replace("grade", "Grde", 1)
    found = faults(tmp_path, observations=text)
    assert [f.place for f in found] == ["第 1 行 Grde 列", "第 1 行 grade 列"]
    assert "是否想写“grade”" in found[0].remedy


def test_a_file_as_such(tmp_path: Path) -> None:
    assert "NUL" in only(tmp_path, tasks=b"region\0").problem
    assert "编码" in only(tmp_path, tasks=b"\xff\xff\xff").problem


def test_duplicates_name_both_rows(tmp_path: Path) -> None:
    rows = [
        small.observation(),
        small.observation(month="1"),
        small.observation(indicator="细颗粒物年均浓度", region="dongshan", value="43"),
    ]
    fault = only(tmp_path, observations=rows)
    assert fault.place == "第 4 行"
    assert "第 2 行" in fault.problem
    assert "第 2 行与第 4 行" in fault.remedy


def test_duplicates_across_files(tmp_path: Path) -> None:
    fault = only(tmp_path, observations_2=[small.observation()])
    assert (fault.file, fault.place) == ("observations_2.csv", "第 2 行")
    assert "observations.csv 第 2 行" in fault.problem


@pytest.mark.parametrize("stem", ["tasks", "allocations", "submissions"])
def test_duplicates_of_other_tables(tmp_path: Path, stem: str) -> None:
    fault = only(tmp_path, **{stem: [SOUND[stem](), SOUND[stem](note="又一次")]})
    assert (fault.file, fault.place) == (f"{stem}.csv", "第 3 行")


def test_two_series_need_a_primary_one(tmp_path: Path) -> None:
    rows = [small.observation(series="国控"), small.observation(series="省控")]
    fault = only(tmp_path, observations=rows)
    assert (fault.file, fault.place) == ("pack.yml", "primary_series.pm25")
    assert "“国控”、“省控”" in fault.problem
    assert (
        faults(tmp_path, observations=rows, pack=small.META + "primary_series: {pm25: 省控}") == []
    )


def test_a_share_whose_part_is_above_the_whole(tmp_path: Path) -> None:
    rows = [
        small.observation(indicator="buses", value="10", unit="辆"),
        small.observation(indicator="buses_clean", value="11", unit="辆"),
        small.observation(indicator="buses", value="10", unit="辆", year="2023"),
        small.observation(indicator="buses_clean", value="10", unit="辆", year="2023"),
    ]
    fault = only(tmp_path, observations=rows)
    assert fault.place == "第 3 行 value 列"
    assert "observations.csv 第 2 行" in fault.problem


def test_a_fraction_among_percentages(tmp_path: Path) -> None:
    rows = [
        small.observation(indicator="sewage", value=value, unit="%", year=str(2020 + i))
        for i, value in enumerate(["61", "0.65", "66", "1", "70"])
    ]
    found = faults(tmp_path, observations=rows)
    assert [f.place for f in found] == ["第 3 行 value 列", "第 5 行 value 列"]
    assert "是否把 65% 写成了 0.65" in found[0].remedy


def test_all_faults_of_all_files_in_reading_order(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        pack=small.META + "extra: 1\n",
        observations=[
            small.observation(grade="X", year="24"),
            small.observation(),
            small.observation(),
        ],
        observations_b=[small.observation(region="无此区")],
        tasks=[small.task(evidence="")],
        submissions="department,year\n",
    )
    assert [(f.file, f.place) for f in found] == [
        ("pack.yml", "第 4 行 extra"),
        ("observations.csv", "第 2 行 year 列"),
        ("observations.csv", "第 2 行 grade 列"),
        ("observations.csv", "第 4 行"),
        ("observations_b.csv", "第 2 行 region 列"),
        ("tasks.csv", "第 2 行 evidence 列"),
        ("submissions.csv", "第 1 行 due 列"),
        ("submissions.csv", "第 1 行 received 列"),
        ("submissions.csv", "第 1 行 note 列"),
    ]


def test_a_link_out_of_the_pack_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text(small.table([small.task()]), encoding="utf-8")
    folder = small.write_pack(tmp_path / "pack")
    try:
        (folder / "tasks.csv").symlink_to(outside)
    except OSError:
        pytest.skip("links cannot be made here")
    fault = only(folder)
    assert fault.file == "tasks.csv"
    assert "数据包之外" in fault.problem
    (folder / "tasks.csv").unlink()
    (folder / "tasks.csv").symlink_to(folder / "absent")
    assert "失效" in only(folder).problem


def test_a_link_inside_the_pack_and_to_the_pack(tmp_path: Path) -> None:
    folder = small.write_pack(tmp_path / "pack")
    (folder / "files").mkdir()
    (folder / "observations.csv").rename(folder / "files" / "o.csv")
    try:
        (folder / "observations.csv").symlink_to(folder / "files" / "o.csv")
        (tmp_path / "link").symlink_to(folder)
    except OSError:
        pytest.skip("links cannot be made here")
    assert len(load_pack(tmp_path / "link", small.PARAMS).observations) == 1


def test_a_long_nonsense_name_is_shortened(tmp_path: Path) -> None:
    fault = only(tmp_path, observations=[small.observation(region="区\t" * 5000)])
    assert len(str(fault)) < 200
    assert "\t" not in str(fault)
    assert r"\t" in str(fault)


# -- whatever comes ---------------------------------------------------------------------------

CELLS = st.one_of(
    st.sampled_from(
        ["", "东山区", "2024", "13", "pm25", "1e5", "-1", "%", "μg/m³", "A", "不适用", "已完成",
         "N01", "2025-01-01", "=1+1", "<script>", "1,000", "nan", "1e999", "0e999", FILL, '"']
    ),
    st.text(max_size=12),
)  # fmt: skip


def loads_or_refuses(folder: Path) -> None:
    try:
        load_pack(folder, small.PARAMS)
    except InputError as error:
        assert error.faults
        assert all(fault.file and fault.problem for fault in error.faults)
        str(error).encode("utf-8")


@settings(max_examples=60, deadline=None)
@given(
    stem=st.sampled_from(["pack", "observations", "tasks", "submissions"]),
    data=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)),
)
def test_any_bytes_load_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, stem: str, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    loads_or_refuses(small.write_pack(folder, **{stem: data}))


@settings(max_examples=60, deadline=None)
@given(data=st.data(), stem=st.sampled_from(["observations", *SOUND]))
def test_any_cells_load_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, stem: str
) -> None:
    sound = SOUND.get(stem, small.observation)()
    row = st.fixed_dictionaries({name: st.just(cell) | CELLS for name, cell in sound.items()})
    rows = data.draw(st.lists(row, min_size=1, max_size=6))
    folder = tmp_path_factory.mktemp("cells")
    loads_or_refuses(small.write_pack(folder, **{stem: small.table(rows)}))


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_every_planted_fault_is_found_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    rows = [
        small.observation(region=region, year=str(year), value=f"{40 + year % 7}")
        for region in ("东山区", "西岭区", "云川市")
        for year in range(2015, 2025)
    ]
    # Faults that need no other row, and that no row beside the changed one can bring about.
    planted = data.draw(
        st.dictionaries(
            st.integers(0, len(rows) - 1), st.sampled_from(OBSERVATION_FAULTS), max_size=8
        )
    )
    for index, (cells, _, _) in planted.items():
        rows[index] = {**rows[index], **cells}
    twins = data.draw(st.sets(st.integers(0, len(rows) - 1).filter(lambda i: i not in planted)))
    expected = {f"第 {index + 2} 行 {column} 列" for index, (_, column, _) in planted.items()}
    for index in sorted(twins):
        rows.append(dict(rows[index]))
        expected.add(f"第 {len(rows) + 1} 行")
    found = faults(tmp_path_factory.mktemp("planted"), observations=rows)
    assert sorted(fault.place for fault in found) == sorted(expected)
