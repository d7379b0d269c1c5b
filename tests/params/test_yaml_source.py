"""YAML read strictly: bounded, without what can grow, every fault told in Chinese with its line."""

from __future__ import annotations

import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest

from assessment.errors import InputError
from assessment.params.model import RunDefaults
from assessment.params.yaml_source import MAX_BYTES, line_of, load_model, read_yaml, removed
from assessment.run import manifest
from tests.conftest import ROOT


def read(folder: Path, text: str | bytes) -> object:
    path = folder / "run.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_yaml(path)


def faults(folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(folder, text)
    return [str(fault) for fault in caught.value.faults]


def nested_aliases(levels: int = 9) -> str:
    lines = ["a0: &a0 [甲, 甲, 甲, 甲, 甲, 甲, 甲, 甲, 甲]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


def test_nested_aliases_cost_nothing_and_are_refused(tmp_path: Path) -> None:
    tracemalloc.start()
    began = time.perf_counter()
    said = faults(tmp_path, nested_aliases())
    assert time.perf_counter() - began < 1
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
    assert said == [
        "run.yml 第 1 行第 5 列：不接受 YAML 的锚点（&）。"
        "请把内容直接写出来；以 & 或 * 开头的文字请加引号"
    ]
    assert manifest.defaults(tmp_path) == {}
    assert line_of(tmp_path / "run.yml", ["a1"]) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: *b\n", "第 1 行第 4 列：不接受 YAML 的别名"),
        ("a: &b 1\n", "第 1 行第 4 列：不接受 YAML 的锚点"),
        ("a: 1\n<<: {b: 2}\n", "第 2 行第 1 列：不接受合并键"),
        ("a: !!python/object:os.system x\n", "第 1 行第 4 列：不接受标记 !!python/object:os.sys"),
        ("a: !重要 事\n", "第 1 行第 5 列：YAML 格式有误（不认识的 ! 标记）"),
        ("a: !note 事\n", "第 1 行第 4 列：不接受标记 !note"),
        ("a: !!set {b}\n", "第 1 行第 4 列：不接受标记 !!set"),
        ("? [a, b]\n: 1\n", "第 1 行第 3 列：键不能是列表"),
        ("a: !!float 甲\n", "第 1 行第 4 列：“甲”是不能识别的值"),
        ("a: 010\n", "第 1 行第 4 列：“010”是不能识别的数"),
        ("a: 1:30\n", "第 1 行第 4 列：“1:30”是不能识别的数"),
        ("a: 1:30.5\n", "第 1 行第 4 列：“1:30.5”是不能识别的数"),
        ("[" * 21, "嵌套过深"),
        ("- " * 50_000 + "a", "嵌套过深"),
        ("a: 甲\nb: \x1b[31m\n", "第 2 行：含有控制字符 U+001B"),
        ('a: 甲\nb: "\\e[31m"\n', "第 2 行第 4 列：文字中有控制字符 U+001B"),
        ('a: "\\uE123"\n', "第 1 行第 4 列：文字中有只有某种字体才认识的自造字符 U+E123"),
        ("甲: 1\n".encode() + "乙: 2\n".encode("gb18030"), "第 2 行：不是 UTF-8"),
        (b"a: " + b"x" * MAX_BYTES, "超过 4 MB 的上限"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_what_is_refused_is_told_with_its_line(
    tmp_path: Path, text: str | bytes, says: str
) -> None:
    (said,) = faults(tmp_path, text)
    assert says in said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: b: c\n", "第 1 行第 5 列：YAML 格式有误（此处不应有冒号）"),
        ("a: 1\nb 2\nc: 3\n", "第 3 行第 1 列：YAML 格式有误（缺少冒号"),
        ("a: [1, 2\nb: 3\n", "第 2 行第 2 列：YAML 格式有误（方括号没有配对"),
        ("a: {b: 2\nc: 3\n", "YAML 格式有误（花括号没有配对"),
        ('a: "甲\nb: 3\n', "YAML 格式有误（引号没有配对"),
        ("a:\n\tb: 1\n", "第 2 行第 1 列：YAML 格式有误（不能以此字符开头）"),
        ("a: @甲\n", "第 1 行第 4 列：YAML 格式有误（不能以此字符开头）"),
        ('a: "\\q"\n', "YAML 格式有误（双引号中的反斜杠写法不对）"),
        ("a: 1\n b: 2\n", "第 2 行第 3 列：YAML 格式有误（此处不应有冒号）"),
        ("a:\n  - 1\n b: 2\n", "第 3 行第 2 列：YAML 格式有误（此处应为一个键"),
        ("a: - 1\n", "第 1 行第 4 列：YAML 格式有误（此处不应有列表项）"),
        ("a: 1\n---\nb: 2\n", "YAML 格式有误（文件中有不止一份内容"),
        ("a: %甲\n", "YAML 格式有误（不能以此字符开头）"),
        ("a: !x!y 1\n", "YAML 格式有误（不认识的 ! 标记）"),
        ("a: 1\n}\n", "YAML 格式有误（"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_a_wrong_form_is_explained_in_chinese(tmp_path: Path, text: str, says: str) -> None:
    (said,) = faults(tmp_path, text)
    assert says in said
    cause = said.partition("（")[2].partition("）")[0]
    assert not any(word.isascii() and word.isalpha() and len(word) > 3 for word in cause.split())


def test_all_repeated_keys_are_told(tmp_path: Path) -> None:
    said = faults(tmp_path, "a: 1\nb: {c: 1, c: 2}\na: 3\n")
    assert [line.partition("。")[0] for line in said] == [
        "run.yml 第 2 行第 11 列：键“c”重复出现",
        "run.yml 第 3 行第 1 列：键“a”重复出现",
    ]


def test_a_long_text_never_fills_a_message(tmp_path: Path) -> None:
    path = tmp_path / "run.yml"
    for text in (
        f"data: [{'甲' * 500_000}]\n",
        f"year: {'1' * 500_000}\n",
        f"{'键' * 500_000}: 1\n",
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError) as caught:
            load_model(RunDefaults, path)
        assert all(len(str(fault)) < 400 for fault in caught.value.faults)


def test_characters_that_cannot_be_seen_are_left_out_and_told(tmp_path: Path) -> None:
    text = 'a: 张\u200b店\nb: "\\u202E甲\\uFEFF"\n'
    assert read(tmp_path, "\ufeff" + text) == {"a": "张店", "b": "甲"}
    assert [str(fault) for fault in removed(tmp_path / "run.yml")] == [
        "run.yml 第 1 行：有看不见的字符 U+200B，已略去",
        "run.yml 第 2 行：有看不见的字符 U+202E，已略去",
        "run.yml 第 2 行：有看不见的字符 U+FEFF，已略去",
    ]


def test_sound_values_are_what_they_look_like(tmp_path: Path) -> None:
    text = "a: 2025-12-31\nb: -3\nc: 0.5\nd: true\ne: =\nf: 1e3\ng: ~\nh: .inf\ni: 0\n"
    assert read(tmp_path, text) == {
        "a": "2025-12-31", "b": -3, "c": 0.5, "d": True, "e": "=", "f": "1e3", "g": None,
        "h": float("inf"), "i": 0,
    }  # fmt: skip


def test_the_quick_look_at_a_build_imports_nothing_heavy() -> None:
    code = "import sys, assessment.run.manifest as m; m.defaults; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"pydantic", "rich", "pandas", "numpy"} & set(done.stdout.split())
