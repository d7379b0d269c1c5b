"""Tables as people write their heads: in Chinese, below a title, above footnotes."""

from pathlib import Path

import pytest

from assessment.data.csv_source import parse
from assessment.data.pack import load_pack
from assessment.data.schema import KINDS, OBSERVATIONS, TASKS
from assessment.errors import InputError
from tests.data import small

CHINESE = {
    "observations": "地区,年份,月份,指标,数值,计量单位,数据质量等级,来源,备注",
    "tasks": "单元,年度,任务编号,状态,佐证材料,说明",
    "allocations": "区县,目标编号,年份,数值,单位,来源,备注",
    "submissions": "责任部门,年度,应报日期,实报日期,备注",
    "context": "地区,时期,事项,数值,单位,数据来源,网址,备注",
}
SOUND = {
    "observations": small.observation(), "tasks": small.task(), "allocations": small.allocation(),
    "submissions": small.submission(), "context": small.context(),
}  # fmt: skip


def in_chinese(stem: str) -> str:
    rows = small.table([SOUND[stem]]).split("\n", 1)[1]
    return f"{CHINESE[stem]}\n{rows}"


def test_heads_in_chinese_hold_the_same_rows(tmp_path: Path) -> None:
    files = {stem: in_chinese(stem) for stem in CHINESE}
    chinese = load_pack(small.write_pack(tmp_path / "a", **files), small.PARAMS)
    english = load_pack(
        small.write_pack(tmp_path / "b", **{stem: [row] for stem, row in SOUND.items()}),
        small.PARAMS,
    )
    for stem in CHINESE:
        assert chinese.tables[stem].columns == english.tables[stem].columns


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.stem)
def test_capitals_and_spaces(kind: object) -> None:
    assert isinstance(kind, type(OBSERVATIONS))
    head = ",".join(f" {name.upper()} " for name in kind.names)
    table = parse(f"{head}\n{','.join('一' for _ in kind.names)}\n", "t.csv", kind)
    assert table.findings == []
    assert all(cells == ["一"] for cells in table.columns.values())


def test_a_column_under_both_its_names() -> None:
    table = parse("region,地区,year,task,status,evidence,note\n", "t.csv", TASKS)
    assert [f.problem for f in table.findings] == ["列“region”“地区”重复出现 2 次"]


def test_the_line_that_names_the_separator() -> None:
    table = parse("sep=,\n" + in_chinese("observations"), "t.csv", OBSERVATIONS)
    assert (table.findings, table.rows) == ([], [3])
    table = parse("sep=;\n" + in_chinese("tasks").replace(",", ";"), "t.csv", TASKS)
    assert [(f.row, f.problem) for f in table.findings] == [(2, "列之间用“;”分隔")]


@pytest.mark.parametrize(
    ("above", "said"),
    [("云川市 2024 年数据,,,,,,,,\n", "1 行有“云川市 2024 年数据”等字"),
     ("云川市数据\n单位：吨,,,,,,,,\n,,,,,,,,\n", "3 行有“云川市数据”等字"),
     (",,,,,,,,\n", "1 行是空行")],
)  # fmt: skip
def test_a_title_above_the_head_is_told_once(tmp_path: Path, above: str, said: str) -> None:
    text = above + small.table([small.observation()])
    with pytest.raises(InputError) as caught:
        load_pack(small.write_pack(tmp_path, observations=text), small.PARAMS)
    (fault,) = caught.value.faults
    assert fault.problem == f"表头以上 {said}"
    assert fault.remedy == "请删去这些行，使表头成为第一行"


@pytest.mark.parametrize("below", ["注：本表为快报数", "注：本表为快报数,,,,,,,,"])
def test_a_footnote_is_told_once(tmp_path: Path, below: str) -> None:
    text = small.table([small.observation()]) + f"\n{below}\n"
    with pytest.raises(InputError) as caught:
        load_pack(small.write_pack(tmp_path, observations=text), small.PARAMS)
    (fault,) = caught.value.faults
    assert (fault.place, fault.problem) == (
        "第 4 行", "只有第一格有字“注：本表为快报数”，像是表下的注"
    )  # fmt: skip
