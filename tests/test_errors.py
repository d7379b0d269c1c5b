"""What the system refuses is told in Chinese."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assessment import console
from assessment.cli import data as cli_data
from assessment.cli.main import main
from assessment.errors import Fault, InputError, system_reason
from assessment.files import read_bytes
from assessment.params.yaml_source import read_yaml


def refusal(number: int) -> OSError:
    return OSError(number, os.strerror(number))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (13, "正在 Excel 里打开"),
        (2, "没有这个文件"),
        (21, "是目录"),
        (20, "不是目录"),
        (28, "磁盘空间不足"),
        (30, "只读"),
        (22, "不合规定"),
    ],
)
def test_what_the_system_says_is_chinese(number: int, words: str) -> None:
    assert words in system_reason(refusal(number))
    assert refusal(number).strerror not in system_reason(refusal(number))


def test_what_is_rare_keeps_the_systems_words() -> None:
    assert system_reason(refusal(71)) == os.strerror(71)
    assert system_reason(TimeoutError()) == "TimeoutError"


def test_readers_say_why_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.yml"
    path.write_text("a: 1\n", encoding="utf-8")

    def refuse(*_: object, **__: object) -> None:
        raise refusal(13)

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(Path, "read_text", refuse)
    assert "正在 Excel 里打开" in read_bytes(path)[1]
    with pytest.raises(InputError, match="正在 Excel 里打开"):
        read_yaml(path)


def test_a_full_disk_is_named_even_where_no_log_can_be_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise refusal(28)

    monkeypatch.setattr(cli_data, "check", refuse)
    monkeypatch.setattr(Path, "write_text", refuse)
    assert main(["check"]) == 1
    said = capsys.readouterr().err
    assert "磁盘空间不足" in said
    assert "Traceback" not in said


def test_every_fault_is_printed_where_no_terminal_folds_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console.print_faults([Fault("表.xlsx", str(number), "不对") for number in range(450)])
    said = capsys.readouterr().err
    assert said.count("- 表.xlsx") == 450
    assert "另有" not in said
