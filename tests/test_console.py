"""What is printed: harmless in a terminal, whole in a file, whatever its encoding."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assessment import console
from assessment.cli.main import main
from assessment.errors import Fault
from tests.cli.test_cli import GOOD, META, pack
from tests.conftest import ROOT

HOSTILE = "\x1b]0;x\x07\x1b[31m红\u202e倒\u2066\u200e\x9b2J\x85\r\n假行\x00\ud800\ufeff"
RAW = set(HOSTILE) - set("]0;x[31m红倒2J假行\n")


class Terminal(io.TextIOWrapper):
    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def isatty(self) -> bool:
        return True

    @property
    def shown(self) -> str:
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Terminal]:
    """Make a terminal of standard output and error; once a test runs, pytest sets its own."""

    def begin() -> Terminal:
        both = Terminal()
        monkeypatch.setattr(sys, "stdout", both)
        monkeypatch.setattr(sys, "stderr", both)
        return both

    return begin


def test_control_characters_are_written_out(terminal: Callable[[], Terminal]) -> None:
    screen = terminal()
    console.say(HOSTILE)
    console.print_faults([Fault(HOSTILE, HOSTILE, HOSTILE, HOSTILE)], HOSTILE)
    assert not RAW & set(screen.shown)
    assert len(screen.shown.splitlines()) == 3
    assert r"\x1b[31m红\u202e倒\u2066\u200e\x9b2J\x85\r\n假行\x00\ud800\ufeff" in screen.shown


def test_a_terminal_is_shown_the_first_of_many(terminal: Callable[[], Terminal]) -> None:
    screen = terminal()
    console.say_all([f"第 {n} 条" for n in range(1200)], "见入口页")
    lines = screen.shown.splitlines()
    assert lines[-2:] == ["第 39 条", "……另有 1160 条；见入口页"]


def test_a_pack_cannot_drive_the_terminal(terminal: Callable[[], Terminal], tmp_path: Path) -> None:
    screen = terminal()
    title = r'title: "\e[31m红"' + "\n"
    bad = pack(tmp_path / "bad", GOOD, meta=META.replace("title: 试验数据\n", title))
    name = "observations\x1b[2J\u202e.csv"
    try:
        (bad / name).write_text("region\n", encoding="utf-8")
    except OSError:
        pytest.skip("no such file name here")
    assert main(["check", "--data", str(bad), "--out", str(tmp_path / "out")]) == 2
    assert main(["report", "--region", "\x1b[2J", "--data", str(bad)]) == 2
    assert main(["\x1b[2J"]) == 2
    assert "\x1b" not in screen.shown
    assert r"observations\x1b[2J\u202e.csv" in screen.shown


def test_columns_hold_where_characters_are_wide() -> None:
    rows = [("单元", "章"), ("沂源县", "7/7"), ("文昌湖省级旅游度假区", "6/7")]
    lines = console.aligned(rows)
    assert [console.width(line[: line.rindex(" ") + 1]) for line in lines] == [22, 22, 22]


COMMANDS: dict[str, Callable[[Path], list[str]]] = {
    "check": lambda at: ["check", "--data", str(at / "pack"), "--out", str(at / "out")],
    "status": lambda at: ["status", "--data", str(at / "pack"), "--year", "2023",
                          "--out", str(at / "out")],
    "help": lambda _: ["report", "--help"],
    "fault": lambda at: ["check", "--data", str(at / "pack"), "--formats", "μg/m³"],
}  # fmt: skip
SHELLS = {
    "GBK": {"PYTHONIOENCODING": "gbk"},
    "strict GBK": {"PYTHONIOENCODING": "gbk:strict"},
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "western": {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"},
}


def ran(arguments: list[str], **settings: str) -> subprocess.CompletedProcess[bytes]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHON"))}
    return subprocess.run(
        [sys.executable, str(ROOT / "build.py"), *arguments], capture_output=True, timeout=120,
        env={**kept, **settings}, cwd=ROOT,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("command", "shell"),
    [("check", "GBK"), ("status", "C"), ("help", "western"), ("fault", "strict GBK")],
)
def test_every_encoding_takes_what_is_printed(tmp_path: Path, command: str, shell: str) -> None:
    note = "张店区,2023,3,pm25,41,μg/m³,A,公报🙂³,"
    pack(tmp_path / "pack", GOOD, note, meta=META.replace("试验", "PM₂.₅ ³🙂"))
    done = ran(COMMANDS[command](tmp_path), **SHELLS[shell])
    assert done.returncode == (2 if command == "fault" else 0), done.stderr
    encoding = "gbk" if "GBK" in shell else "utf-8"
    out, err = done.stdout.decode(encoding), done.stderr.decode(encoding)
    assert "Traceback" not in err
    words = {"check": "PM2.5 3\\U0001f642数据", "status": "要重做，没有做过", "help": "用法：", "fault": "不认识的参数：--formats μg/m3"}  # fmt: skip
    assert words[command] in out + err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_loses_nothing_of_what_is_said(tmp_path: Path) -> None:
    pack(tmp_path / "pack", GOOD)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, str(ROOT / "build.py"), *COMMANDS["check"](tmp_path)],
            stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False,
        )  # fmt: skip
    assert done.returncode == 0
    assert "磁盘空间不足" in done.stderr
    assert "参数与数据都没有问题" in done.stderr
    assert "数据报告：" in done.stderr
