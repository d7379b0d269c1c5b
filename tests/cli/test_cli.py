"""Bad input: refused before anything runs, everything at once, in Chinese, with file and row."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assessment import console
from assessment.build.opening import Look, open_request
from assessment.build.request import Report, Request
from assessment.cli.main import COMMANDS, _closing, _parsed, _wanted, main
from assessment.job.sources import Sources
from assessment.report.assembly import Assembled
from assessment.run.execute import Outcome
from assessment.run.jobs import JobKey
from tests.conftest import ROOT

HEAD = "region,year,month,indicator,value,unit,grade,source,note"
META = 'title: 试验数据\nkind: published\ncutoff: "2025-12-31"\n'
GOOD = "张店区,2023,,pm25,41,μg/m³,A,公报,"


class Said:
    """What a command printed and how it ended."""

    def __init__(self, status: int, out: str, err: str):
        self.status, self.out, self.err = status, out, err


Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    place = tmp_path / "here"
    place.mkdir()
    monkeypatch.chdir(place)

    def call(*arguments: str | Path) -> Said:
        try:
            status = main([str(a) for a in arguments])
        except SystemExit as ended:
            status = int(ended.code or 0)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err + captured.out
        assert list(place.iterdir()) == []
        return Said(status, captured.out, captured.err)

    return call


def pack(folder: Path, *rows: str, head: str = HEAD, meta: str = META) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pack.yml").write_text(meta, encoding="utf-8")
    text = "\n".join([head, *rows]) + "\n"
    (folder / "observations.csv").write_text(text, encoding="utf-8")
    return folder


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """An output folder that must stay as it is."""
    out = tmp_path / "out"
    (out / "2022" / "linzi").mkdir(parents=True)
    (out / "index.html").write_text("旧的", encoding="utf-8")
    (out / "2022" / "linzi" / "report.html").write_text("旧的", encoding="utf-8")
    return out


PUBLISHED = ROOT / "data" / "published"

ARGUMENTS = [
    (["--region", "张店县"], ["--region 张店县", "没有这个区县", "张店区"]),
    (["--region", "zhangdain"], ["没有这个区县", "zhangdian"]),
    (["--region", ""], ["没有这个区县"]),
    (["--year", "1890"], ["--year 1890"]),
    (["--year", "今年"], ["--year 今年"]),
    (["--year", "²⁰²²"], ["--year ²⁰²²"]),
    (["--year", "2022.5"], ["--year 2022.5"]),
    (["--year", "2050"], ["数据包没有这一年"]),
    (["--chapter", "8"], ["--chapter 8", "没有这一章"]),
    (["--formats", "pptx"], ["--formats pptx"]),
    (["--data", "no/such/pack"], ["数据目录不存在", "no/such/pack"]),
    (["--params", "no/such/params"], ["参数目录不存在", "no/such/params"]),
    (["--regoin", "张店区"], ["不认识的参数", "--regoin"]),
    (["--region"], ["--region", "至少一个值"]),
    (["--jobs", "两个"], ["参数 --jobs：应为整数，现为 '两个'"]),
    (["--force=1"], ["参数 --force：后面不带值，现有 '1'"]),
    (["--for"], ["--for 可以是 --formats, --force，请写全"]),
    (["--year", "2022", "--params", "a", "--params", "b"], ["参数 --params：只能写一个值"]),
    (["--region", "argument invalid choice: 1"], ["--region argument invalid choice: 1：没有"]),
    (["张店区"], ["没有这个命令"]),
    (["reprot"], ["没有这个命令", "report"]),
]


@pytest.mark.parametrize(("arguments", "words"), ARGUMENTS, ids=lambda a: " ".join(a)[:24])
def test_a_wrong_argument(run: Run, built: Path, arguments: list[str], words: list[str]) -> None:
    before = snapshot(built)
    rest = ["--out", str(built)]
    if "--data" not in arguments:
        rest += ["--data", str(PUBLISHED)]
    said: Said = run(*arguments, *rest)
    assert said.status == 2
    for word in words:
        assert word in said.err, word
    assert snapshot(built) == before


def test_all_wrong_arguments_are_told_at_once(run: Run, tmp_path: Path) -> None:
    bad = pack(tmp_path / "bad", GOOD, GOOD)
    said: Said = run(
        "report", "--region", "张店县", "临淄县", "--year", "今年", "--chapter", "9", "--data", bad,
        "--formats", "pptx",
    )  # fmt: skip
    assert said.status == 2
    for word in ("张店县", "临淄县", "今年", "--chapter 9", "observations.csv 第 3 行", "pptx"):
        assert word in said.err, word


@pytest.mark.parametrize(
    ("once", "again"),
    [
        (["--region", "张店区", "临淄区"], ["--region", "张店区", "--region", "临淄区"]),
        (["--region", "张店区"], ["--region", "张店区", "张店区", "--region", "张店区"]),
        (["--year", "2022", "2023"], ["--year", "2022", "--year", "2023", "2022"]),
        (["--chapter", "3", "4"], ["--chapter", "3", "--chapter", "4"]),
        (["--formats", "html,pdf"], ["--formats", "html", "--formats", "pdf", "html"]),
        (["--formats", "html,pdf"], ["--formats", "html", "pdf"]),
    ],
    ids=lambda words: " ".join(words),
)
def test_values_given_together_or_one_by_one_are_the_same(
    once: list[str], again: list[str]
) -> None:
    asked = []
    for words in (once, again):
        options = _parsed(["report", "--data", str(PUBLISHED), *words])
        wanted = _wanted(options)
        asked.append(open_request(wanted, Look(wanted).seen)[1])
    one, other = (dataclasses.replace(request, seen=None) for request in asked)
    assert one == other
    name = once[0].strip("-") + ("" if once[0] == "--formats" else "s")
    assert len(getattr(one, name)) == len(set(once[1].split(",") + once[2:]))


def test_files_on_both_sides_of_an_option_are_all_taken() -> None:
    given = ["intake", "一.xlsx", "--into", "pack", "二.xlsx", "三.xlsx"]
    assert _parsed(given).files == ["一.xlsx", "二.xlsx", "三.xlsx"]


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=str)
def test_help_is_chinese_and_fits_a_screen(run: Run, command: list[str]) -> None:
    said: Said = run(*command, "--help")
    assert said.status == 0
    assert said.out.startswith("用法：")
    for word in ("usage", "options", "positional", "show this", "选项:"):
        assert word not in said.out
    assert max(map(console.width, said.out.splitlines())) <= 80
    named = [line for line in said.out.splitlines() if line.startswith("  -")]
    columns = {
        console.width(found[0]) for line in named if (found := re.match("  [^ ].*?  +", line))
    }
    assert len(columns) == 1


@pytest.mark.parametrize("command", ["check", "status", "report", "forms"])
def test_a_pack_that_run_yml_names_wrongly_is_told_as_that(
    run: Run, tmp_path: Path, command: str
) -> None:
    bad = edited(tmp_path / "bad", run=("data: data/demo", "data: data/dem"))
    more = ["--year", "2025", "--to", tmp_path / "to"] if command == "forms" else []
    said: Said = run(command, "--params", bad, *more)
    assert said.status == 2
    assert "run.yml data：没有这个目录" in said.err
    assert "请改 run.yml 的 data，或在命令后面加 --data 目录" in said.err


def closing(published: Sources, units: int, *, failed: int = 0) -> tuple[Request, Report]:
    regions = [region.id for region in published.params.regions.regions]
    chapters = [chapter.id for chapter in published.params.plan.chapters]
    cells = dict.fromkeys(chapters, ("chapter_met", "达到要求", "3 项"))
    cells |= {
        chapters[1]: ("chapter_behind", "落后 2 项", "2"),
        chapters[2]: ("chapter_slow", "", ""),
    }
    years = range(2001, 2001 + -(-units // len(regions)))
    keys = [(year, region) for year in years for region in regions][:units]
    report = Report()
    for year, region in keys:
        report.assembled.append(
            Assembled(region, year, 1.0, cells, chapters[:failed], {}, {}, "", "")
        )
        for chapter in chapters[:failed]:
            report.outcomes.append(Outcome(JobKey(year, region, chapter), False, 1.0, "超时", ""))
    request = Request(tuple(regions), tuple(years), tuple(chapters), *[Path("x")] * 4, workers=1)
    return request, report


def test_twelve_units_fit_a_screen(published: Sources, capsys: pytest.CaptureFixture[str]) -> None:
    request, report = closing(published, 12, failed=0)
    _closing(published, request, report)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 14
    assert max(map(console.width, lines)) <= 80
    assert lines[2].split() == ["2001", "张店区", "7/7", "1", "章", "▼", "落后",
                                "2001/zhangdian/report.html"]  # fmt: skip


def test_closing_lines_are_bounded_on_a_terminal_and_whole_in_a_file(
    published: Sources, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    request, report = closing(published, 1200, failed=1)
    _closing(published, request, report)
    assert len(capsys.readouterr().out.splitlines()) == 1 + 1200 + 1200 + 1
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    _closing(published, request, report)
    said = capsys.readouterr().out
    assert len(said.splitlines()) == 1 + 41 + 41 + 1
    assert "……另有 1160 条；都在入口页里" in said
    assert "6/7" in said


def test_an_output_folder_that_is_a_file(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("不是目录", encoding="utf-8")
    for out in (place, place / "deeper"):
        said: Said = run("--data", PUBLISHED, "--region", "临淄区", "--year", "2022",
                         "--out", out)  # fmt: skip
        assert said.status == 2
        assert "--out" in said.err
    assert place.read_text(encoding="utf-8") == "不是目录"


FAULTY = [
    ("张店县,2023,,pm25,41,μg/m³,A,公报,", ["张店县", "张店区"]),
    ("张店区,2022,,pm25,41,吨,A,公报,", ["吨"]),
    ("张店区,2021,,pm25,四十一,μg/m³,A,公报,", ["四十一"]),
    ("张店区,2020,,pm25,-41,μg/m³,A,公报,", ["负数"]),
    ("张店区,2023,,straw_utilisation_rate,0.95,%,A,公报,", ["95%"]),
    ("张店区,2019,,pm2.5,41,μg/m³,A,公报,", ["pm2.5"]),
    ("张店区,二〇一九,,pm25,41,μg/m³,A,公报,", ["二〇一九"]),
    ("张店区,2018,13,pm25,41,μg/m³,A,公报,", ["13"]),
    (GOOD, ["第 2 行重复"]),
]


@pytest.mark.parametrize("command", ["check", "report"])
def test_every_fault_of_a_pack_in_one_table(
    run: Run, built: Path, tmp_path: Path, command: str
) -> None:
    bad = pack(tmp_path / "bad", GOOD, *(line for line, _ in FAULTY))
    before = snapshot(built)
    rest = ["--out", str(built)] if command == "report" else []
    said: Said = run(command, "--data", bad, *rest)
    assert said.status == 2
    assert f"输入有 {len(FAULTY)} 处问题" in said.err
    told = {line.split("行")[0]: line for line in said.err.splitlines() if line.startswith("- ")}
    for number, (_, words) in enumerate(FAULTY, start=3):
        line = told[f"- observations.csv 第 {number} "]
        for word in words:
            assert word in line
    assert snapshot(built) == before


@pytest.mark.parametrize("command", ["check", "report"])
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda p: pack(p), ["observations.csv", "没有数据行"]),
        (lambda p: pack(p, head="", meta=META), ["observations.csv"]),
        (
            lambda p: pack(p, "张店区,2023,,pm25,41,μg/m³,A,", head=HEAD.replace(",source", "")),
            ["observations.csv", "source"],
        ),
        (lambda p: pack(p, GOOD, meta="title: [\n"), ["pack.yml", "YAML 格式有误"]),
        (lambda p: pack(p, GOOD, meta=META + "kinds: x\n"), ["pack.yml 第 4 行", "不认识的键"]),
        (lambda p: pack(p, GOOD, meta=META + "title: 又\n"), ["pack.yml", "重复出现"]),
        (lambda p: p.mkdir() or p, ["pack.yml", "observations*.csv"]),
    ],
    ids=["empty", "no header", "missing column", "broken yaml", "unknown key", "twice", "nothing"],
)
def test_a_pack_that_cannot_be_used(
    run: Run,
    built: Path,
    tmp_path: Path,
    command: str,
    make: Callable[[Path], Path],
    words: list[str],
) -> None:
    bad = make(tmp_path / "bad")
    before = snapshot(built)
    rest = ["--out", str(built)] if command == "report" else []
    said: Said = run(command, "--data", bad, *rest)
    assert said.status == 2
    for word in words:
        assert word in said.err
    assert snapshot(built) == before


def edited(folder: Path, **edits: tuple[str, str]) -> Path:
    shutil.copytree(ROOT / "params", folder)
    for stem, (old, new) in edits.items():
        path = folder / f"{stem}.yml"
        text = path.read_text(encoding="utf-8")
        assert old in text, (stem, old)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize("command", ["check", "report"])
def test_broken_parameters_are_told_file_by_file(
    run: Run, built: Path, tmp_path: Path, command: str
) -> None:
    bad = edited(
        tmp_path / "bad",
        rules=("faster:\n", "faster: [\n"),
        run=("year: 2025\n", "year: 今年\n"),
        regions=("kind: city\n", "kind: town\n"),
    )
    before = snapshot(built)
    rest = ["--out", str(built)] if command == "report" else []
    said: Said = run(command, "--params", bad, "--data", PUBLISHED, *rest)
    assert said.status == 2
    assert "输入有 4 处问题" in said.err
    for word in ("rules.yml 第", "YAML 格式有误", "run.yml 第 4 行 year", "regions.yml 第", "town"):
        assert word in said.err, word
    assert snapshot(built) == before


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({"run": ("framework: four_pursuits", "framework: four_pursuit")}, ["four_pursuits"]),
        ({"run": ("cell_seconds: 120", "cell_second: 120")}, ["cell_second", "不认识的键"]),
        ({"rules": ("value: 1.05", "value: .inf")}, ["rules.yml", "faster"]),
        ({"rules": ("value: 0.95", "value: .nan")}, ["rules.yml", "on_track"]),
        ({"rules": ("value: 1.05", "value: 快")}, ["rules.yml", "应为数"]),
    ],
    ids=["unknown framework", "mistyped key", "infinite", "no number", "text"],
)
def test_a_wrong_parameter(
    run: Run, tmp_path: Path, edit: dict[str, tuple[str, str]], words: list[str]
) -> None:
    bad = edited(tmp_path / "bad", **edit)
    said: Said = run("check", "--params", bad, "--data", PUBLISHED)
    assert said.status == 2
    for word in words:
        assert word in said.err, said.err


def test_an_indicator_derived_from_itself_is_refused(run: Run, tmp_path: Path) -> None:
    bad = edited(tmp_path / "bad")
    path = bad / "indicators.yml"
    text = path.read_text(encoding="utf-8")
    old = "numerator: energy_nonfossil"
    assert text.count(old) == 1
    path.write_text(text.replace(old, "numerator: non_fossil_share"), encoding="utf-8")
    said: Said = run("check", "--params", bad, "--data", PUBLISHED)
    assert said.status == 2
    assert "non_fossil_share" in said.err
    assert "indicators.yml" in said.err


def test_a_sound_pack_is_counted(run: Run, tmp_path: Path) -> None:
    good = pack(tmp_path / "good", GOOD, "淄博市,2023,,pm25,40,μg/m³,A,公报,")
    out = tmp_path / "out"
    said: Said = run("check", "--data", good, "--out", out)
    assert (said.status, said.err) == (0, "")
    assert [path.name for path in out.iterdir()] == ["data_report.html"]
    assert "试验数据" in said.out
    assert "2 个数" in said.out


def test_status_tells_what_was_never_made(run: Run, tmp_path: Path) -> None:
    said: Said = run("status", "--data", PUBLISHED, "--region", "linzi", "--year", "2022",
                     "--chapter", "三", "4", "--out", tmp_path / "none")  # fmt: skip
    assert said.status == 0
    assert said.out.count("没有做过") == 1
    assert "临淄区 第 3、4 章" in said.out
    assert not (tmp_path / "none").exists()


_SCRIPT = """
import json, sys
from assessment import console
from assessment.cli.main import COMMANDS, _closing, _parsed, _wanted, main
from assessment.report.assembly import Assembled
from assessment.run.execute import Outcome
from assessment.run.jobs import JobKey
from assessment.build.request import Report, Request
from assessment.job.sources import Sources
status = main(sys.argv[1:])
print(json.dumps([status, sorted({name.split(".")[0] for name in sys.modules})]))
"""


def test_a_reader_who_has_seen_enough_is_no_fault(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "build.py"), "status", "--data", str(ROOT / "data/demo")]
    command += ["--params", str(ROOT / "params"), "--out", str(tmp_path / "out")]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        assert process.stderr.read() == ""
    assert not (tmp_path / "build-error.log").exists()


def test_a_closed_output_is_no_fault(tmp_path: Path) -> None:
    script = 'exec "$0" "$@" >&-'
    command = [sys.executable, str(ROOT / "build.py"), "status", "--data", str(ROOT / "data/demo")]
    command += ["--params", str(ROOT / "params"), "--out", str(tmp_path / "out")]
    command += ["--region", "张店区", "--chapter", "2"]
    done = subprocess.run(
        ["sh", "-c", script, *command], cwd=tmp_path, stderr=subprocess.PIPE, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_bad_input_starts_no_kernel_and_writes_nothing(tmp_path: Path) -> None:
    bad = pack(tmp_path / "bad", GOOD, GOOD)
    runtime, out = tmp_path / "runtime", tmp_path / "out"
    runtime.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, "report", "--data", str(bad), "--out", str(out)],
        capture_output=True, text=True, cwd=tmp_path, timeout=120,
        env={**os.environ, "JUPYTER_RUNTIME_DIR": str(runtime), "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    status, modules = json.loads(done.stdout.splitlines()[-1])
    assert status == 2
    assert "与 第 2 行重复" in done.stderr
    assert "Traceback" not in done.stderr
    assert not {"papermill", "nbclient", "ipykernel"} & set(modules)
    assert list(runtime.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad", "runtime"]
