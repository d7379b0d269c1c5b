"""CSV text read safely."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.characters import plain
from assessment.data.csv_source import Columns, Table, parse, read_table
from assessment.files import decode

KIND = Columns("t", ("region", "value"), ("series",))


def problems(table: Table) -> list[tuple[int, str, str]]:
    return [(f.row, f.column, f.problem) for f in table.findings]


def read(folder: Path, data: bytes, **more: int) -> Table:
    path = folder / "t.csv"
    path.write_bytes(data)
    return read_table(path, KIND, **more)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le-bom", "utf-16-be-bom"]
)
def test_every_encoding_that_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    text = "region,value\n张店区,1\n淄川区,2\n"
    if encoding == "utf-16-le-bom":
        data = b"\xff\xfe" + text.encode("utf-16-le")
    elif encoding == "utf-16-be-bom":
        data = b"\xfe\xff" + text.encode("utf-16-be")
    else:
        data = text.encode(encoding)
    table = read(tmp_path, data)
    assert table.findings == []
    assert table.columns["region"] == ["张店区", "淄川区"]
    assert table.columns["series"] == ["", ""]
    assert table.rows == [2, 3]


def test_characters_that_only_gb18030_has() -> None:
    # 𠮷 (U+20BB7) is four bytes in GB18030 and not in GBK.
    assert decode("𠮷㐂㙍,一二三".encode("gb18030")) == "𠮷㐂㙍,一二三"


def test_damaged_utf8_is_not_read_as_something_else(tmp_path: Path) -> None:
    sound = "region,value\n东山新城区,1\n西岭,2\n南港新区,3\n".encode()
    at = sound.index("山".encode())
    damaged = sound[:at] + sound[at + 1 :]
    assert len(damaged.decode("gb18030")) > 0  # valid by chance, and not what was meant
    table = read(tmp_path, damaged)
    assert not table.readable
    assert "编码" in table.findings[0].problem


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    text = 'region,value\n"两\n行",1\n\n  ,  \n乙,2\r\n丙,3\r丁,4\n'
    table = parse(text, "t.csv", KIND)
    assert table.findings == []
    assert list(zip(table.columns["region"], table.rows, strict=True)) == [
        ("两\n行", 2), ("乙", 5), ("丙", 6), ("丁", 7),
    ]  # fmt: skip


def test_cells_stay_text_without_surrounding_space() -> None:
    table = parse("region,value\n =1+1 ,\u3000007\u00a0\n<b>x</b>,1e5\n", "t.csv", KIND)
    assert table.columns["region"] == ["=1+1", "<b>x</b>"]
    assert table.columns["value"] == ["007", "1e5"]


@pytest.mark.parametrize("row", ["甲", "甲,1,2", "甲,1,,2"])
def test_ragged_row_is_named_and_the_others_are_read(row: str) -> None:
    table = parse(f"region,value\n乙,1\n{row}\n丙,2\n", "t.csv", KIND)
    assert [(r, c) for r, c, _ in problems(table)] == [(3, "")]
    assert table.columns["region"] == ["乙", "丙"]
    assert table.readable


def test_empty_columns_beyond_the_table_do_no_harm() -> None:
    table = parse("region,value,,\n甲,1,,\n乙,2,,,,\n", "t.csv", KIND)
    assert table.findings == []
    assert table.columns["value"] == ["1", "2"]


def test_data_in_a_column_without_a_name() -> None:
    table = parse("region,value,\n甲,1,\n乙,2,漏了列名\n", "t.csv", KIND)
    assert [(r, c) for r, c, _ in problems(table)] == [(3, "")]


def test_header_faults_name_the_column() -> None:
    table = parse("region,valve\n甲,1\n", "t.csv", KIND)
    found = {(f.column, f.problem): f.remedy for f in table.findings}
    assert "是否想写“value”" in found["valve", "不认识的列“valve”"]
    assert ("value", "缺少列“value”") in found
    assert len(found) == 2
    assert not table.readable


def test_repeated_column() -> None:
    table = parse("region,value,value\n甲,1,2\n", "t.csv", KIND)
    assert problems(table) == [(1, "value", "列“value”重复出现 2 次")]
    assert table.rows == []


@pytest.mark.parametrize("separator", [";", "\t", "\uff0c"])
def test_other_separator(separator: str) -> None:
    table = parse(f"region{separator}value\n甲{separator}1\n", "t.csv", KIND)
    assert len(table.findings) == 1
    assert "分隔" in table.findings[0].problem


def test_nul_byte_and_control_characters() -> None:
    table = parse("region,value\n甲,1\n乙\0,2\n", "t.csv", KIND)
    assert problems(table) == [(3, "region", "含有NUL 字节")]
    assert parse("region,value\n甲,\x1b[31m\n", "t.csv", KIND).findings[0].row == 2


def test_what_cannot_be_seen_is_left_out_and_told_by_column() -> None:
    text = 'region,value\n"甲\n\u200b",1\n乙\ufeff,\u202e2\n丙\u200b,3\n丁\u2028戊,4\n'
    table = parse(text, "t.csv", KIND)
    assert table.findings == []
    assert table.columns["region"] == ["甲", "乙", "丙", "丁 戊"]
    assert table.columns["value"] == ["1", "2", "3", "4"]
    assert [(note.row, note.column, note.problem) for note in table.notes] == [
        (2, "region", "有看不见的字符 U+200B（同列共 2 行），已略去"),
        (3, "region", "有看不见的字符 U+FEFF，已略去"),
        (3, "value", "有看不见的字符 U+202E，已略去"),
        (5, "region", "有看不见的字符 U+2028，已略去"),
    ]


def test_every_column_with_what_is_no_text_is_told() -> None:
    table = parse("region,value\n甲\uf06d,1\n乙\uf06d,\ufffd\n", "t.csv", KIND)
    assert problems(table) == [
        (2, "region", "含有只有某种字体才认识的自造字符 U+F06D（同列共 2 行）"),
        (3, "value", "含有替代乱码的符号 U+FFFD（原来的字已经丢失）"),
    ]
    assert not table.readable


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ('"甲,1\n', "英文双引号没有配对，到文件末尾也没有结束"),
        ('"甲"乙,1\n', "英文双引号之后还有别的字"),
        ("甲" * 140_000 + ",1\n", "单元格过长"),
        ("甲,1\r乙,2\n", None),
    ],
    ids=["open", "behind", "long", "return"],
)
def test_what_breaks_a_csv_is_told_in_chinese(row: str, cause: str | None) -> None:
    said = [problem for _, _, problem in problems(parse(f"region,value\n{row}", "t.csv", KIND))]
    assert [cause in problem for problem in said] == [True] if cause else said == []


@pytest.mark.parametrize("tail", ['"甲,1', '"甲"乙,1'])
def test_broken_quotes(tail: str) -> None:
    table = parse(f"region,value\n甲,1\n{tail}\n", "t.csv", KIND)
    assert [(r, c) for r, c, _ in problems(table)] == [(3, "")]
    assert table.rows == [2]


def test_empty_files(tmp_path: Path) -> None:
    assert [f.problem for f in read(tmp_path, b"").findings] == ["文件为空"]
    assert [f.problem for f in read(tmp_path, b"\xef\xbb\xbf \n").findings] == ["文件为空"]
    assert [f.problem for f in read(tmp_path, b"\nregion,value\n").findings] == [
        "表头以上 1 行是空行"
    ]


def test_size_guard(tmp_path: Path) -> None:
    data = "region,value\n甲,1\n".encode()
    assert read(tmp_path, data, limit=len(data)).findings == []
    table = read(tmp_path, data, limit=len(data) - 1)
    assert "上限" in table.findings[0].problem
    assert table.rows == []


def test_a_file_above_200_mb_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with path.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024 + 1)
    assert "200 MB 的上限" in read_table(path, KIND).findings[0].problem


def test_no_regular_file(tmp_path: Path) -> None:
    (tmp_path / "t.csv").mkdir()
    assert read_table(tmp_path / "t.csv", KIND).findings[0].problem == "是目录，不是文件"
    assert "无法读取" in read_table(tmp_path / "absent.csv", KIND).findings[0].problem


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_table(data: bytes) -> None:
    text = decode(data)
    if text is not None:
        table = parse(text, "t.csv", KIND)
        assert {len(cells) for cells in table.columns.values()} == {len(table.rows)}


TEXT = st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"], exclude_characters="\ufffd")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.text(TEXT, max_size=8)] * 2), max_size=8))
def test_what_a_writer_writes_is_read(rows: list[tuple[str, str]]) -> None:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    text = "region,value\n" + "".join(f"{quoted(a)},{quoted(b)}\n" for a, b in rows)
    table = parse(text, "t.csv", KIND)
    kept = [row for a, b in rows if any(row := (plain(a).strip(), plain(b).strip()))]
    assert table.findings == []
    assert list(zip(table.columns["region"], table.columns["value"], strict=True)) == kept
