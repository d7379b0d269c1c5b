"""Whole builds of a copy of the project, as a user starts them: real notebooks, real packs."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import nbformat
import pytest
from nbclient import NotebookClient

from assessment.job.sources import Sources
from assessment.params.model import Params
from assessment.results.model import schema
from assessment.run.execute import record_of
from assessment.run.jobs import notebook_name
from tests.conftest import ROOT
from tests.sentences import check_sentences

DEMO = ("--region", "张店区", "--year", "2025")
REAL = ("--region", "淄博市", "临淄区", "--year", "2022", "--data", "data/published")
PARTS = ("assessment", "notebooks", "params", "data/demo", "data/published")


class Project:
    """A copy of the project that a test may change."""

    def __init__(self, folder: Path):
        self.folder = folder
        for part in PARTS:
            shutil.copytree(ROOT / part, folder / part)
        shutil.copy(ROOT / "build.py", folder)

    def run(self, *arguments: str | Path, seed: str = "0") -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ, "PYTHONPATH": str(self.folder), "PYTHONHASHSEED": seed,
            "COLUMNS": "200",
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "build.py", *map(str, arguments)],
            cwd=self.folder, env=environment, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert "Traceback" not in done.stdout + done.stderr, done.stdout + done.stderr
        return done


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("项目") / "work shop")


@pytest.fixture(scope="module")
def demo_out(project: Project) -> Path:
    """The synthetic pack's report, built once."""
    out = project.folder / "out-demo"
    done = project.run(*DEMO, "--out", out, seed="1")
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="module")
def real_out(project: Project) -> Path:
    """Two reports from published figures, built once."""
    out = project.folder / "out-real"
    done = project.run(*REAL, "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture
def demo_copy(demo_out: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo_out, tmp_path / "out"))


def loaded(folder: Path) -> dict[str, Any]:
    def refuse(text: str) -> None:
        raise AssertionError(f"{text} is no JSON")

    text = (folder / "results.json").read_text(encoding="utf-8")
    results: dict[str, Any] = json.loads(text, parse_constant=refuse)
    return results


def page(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def names(params: Params) -> list[str]:
    """Names that may stand in a sentence and hold a digit."""
    found = [n for i in params.catalogue.indicators for n in (i.name, i.short_name or i.name)]
    for chapter in params.plan.chapters:
        found += [task.title for task in chapter.tasks]
        found += [section.title for section in chapter.sections]
    return found


def plain_width(text: str) -> str:
    """Text with full-width punctuation made narrow: a page is typeset, a plan is typed."""
    return unicodedata.normalize("NFKC", text)


class Scan(HTMLParser):
    """Everything that would make a browser ask for something, every anchor, every text."""

    def __init__(self, text: str):
        super().__init__()
        self.requests: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._style = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"
        for name, given in attrs:
            value = given or ""
            if name == "id":
                self.ids.append(value)
            if name in ("src", "srcset", "data", "poster", "background", "action", "formaction"):
                self._ask(value)
            if name in ("href", "xlink:href"):
                if tag == "a":
                    self.links.append(value)
                else:
                    self._ask(value)
            if name == "style":
                self._css(value)

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        if self._style:
            self._css(data)
        else:
            self.words.append(data)

    def _ask(self, value: str) -> None:
        if value and not value.startswith(("#", "data:")):
            self.requests.append(value)

    def _css(self, text: str) -> None:
        for value in re.findall(r"url\(\s*['\"]?([^'\")]+)", text):
            self._ask(value)
        assert "@import" not in text


# ----- what a report is -----


def test_all_outputs_are_there(demo_out: Path, parameters: Params) -> None:
    folder = demo_out / "2025" / "zhangdian"
    assert {p.name for p in folder.iterdir()} >= {
        "report.html", "leadership.html", "results.json", "run.json", "recommendations.txt", "notebooks",
    }  # fmt: skip
    for chapter in parameters.plan.chapters:
        notebook = nbformat.read(folder / "notebooks" / notebook_name(chapter), as_version=4)
        assert record_of(notebook).chapter == chapter.id
    assert (demo_out / "index.html").is_file()
    assert not list(demo_out.rglob("*.part*"))


@pytest.mark.parametrize("unit", ["demo", "zibo", "linzi"])
def test_results_are_valid_whole_and_each_sentence_is_true(
    demo_out: Path, real_out: Path, parameters: Params, unit: str
) -> None:
    folder = demo_out / "2025" / "zhangdian" if unit == "demo" else real_out / "2022" / unit
    results = loaded(folder)
    jsonschema.validate(results, schema())
    plan = parameters.plan
    assert set(results["targets"]) == {t.no for t in plan.targets}
    assert set(results["tasks"]) == {t.id for c in plan.chapters for t in c.tasks}
    for key in ("region", "year", "pack", "trends", "synergy", "scores", "gaps", "messages"):
        assert key in results
    assert set(results["scores"]["chapters"]) == {c.id for c in plan.chapters}
    count = check_sentences(results, names(parameters))
    assert count > (100 if unit == "demo" else 10)
    assert 1 <= len(results["messages"]) <= 5


def test_run_json_seals_the_report(demo_out: Path) -> None:
    folder = demo_out / "2025" / "zhangdian"
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    there = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    assert set(run["files"]) == there.keys() - {"run.json"}
    for name, digest in run["files"].items():
        assert hashlib.sha256(there[name].read_bytes()).hexdigest() == digest
    assert run["fingerprint"] in page(folder)
    assert run["failed"] == {}
    assert len(run["fingerprints"]) == 7
    assert "data/tasks.csv" in run["inputs"]
    assert "params/plan.yml" in run["inputs"]


@pytest.mark.parametrize("unit", ["demo", "zibo", "linzi"])
def test_a_page_asks_for_nothing_and_its_links_lead_somewhere(
    demo_out: Path, real_out: Path, project: Project, unit: str
) -> None:
    folder = demo_out / "2025" / "zhangdian" if unit == "demo" else real_out / "2022" / unit
    text = page(folder)
    scan = Scan(text)
    assert scan.requests == []
    assert len(scan.ids) == len(set(scan.ids))
    for link in scan.links:
        if link.startswith("#"):
            assert link[1:] in scan.ids, link
    assert str(project.folder) not in text
    assert "Traceback" not in text
    portal = Scan((folder.parents[1] / "index.html").read_text(encoding="utf-8"))
    assert portal.requests == []
    assert f"{folder.parent.name}/{folder.name}/report.html" in {
        link.split("#")[0] for link in portal.links
    }


def test_demo_data_say_so_and_real_data_do_not(demo_out: Path, real_out: Path) -> None:
    for path in (demo_out / "index.html", demo_out / "2025" / "zhangdian" / "report.html"):
        assert "演示数据" in "".join(Scan(path.read_text(encoding="utf-8")).words)
    for unit in ("zibo", "linzi"):
        assert "演示数据" not in page(real_out / "2022" / unit)


def test_the_report_has_every_section_target_and_task(demo_out: Path, parameters: Params) -> None:
    words = plain_width("".join(Scan(page(demo_out / "2025" / "zhangdian")).words))
    for chapter in parameters.plan.chapters:
        assert chapter.title in words
        for section in chapter.sections:
            assert plain_width(section.title) in words
        for task in chapter.tasks:
            assert task.id in words
    for target in parameters.plan.targets:
        assert f"{target.no} " in words


# ----- published figures: nothing that is not known -----


@pytest.mark.parametrize("unit", ["zibo", "linzi"])
def test_nothing_is_judged_without_data(real_out: Path, published: Sources, unit: str) -> None:
    results = loaded(real_out / "2022" / unit)
    frame = published.pack.observations
    held = frame[(frame["region"] == unit) & (frame["year"] <= 2022) & frame["value"].notna()]
    known = set(held["indicator"])
    not_judged = {"insufficient_data", "not_applicable", "contribution_only", "city_only"}
    for target in results["targets"].values():
        if target["indicator"] not in known and not all(p["derived"] for p in target["points"]):
            raise AssertionError(target["no"])
        if not target["points"]:
            assert target["verdict"] in not_judged, target["no"]
            assert (target["ratio"], target["gap"], target["probability"]) == (None, None, None)
    assert {t["status"] for t in results["tasks"].values()} <= {
        "task_not_reported", "city_only", "units_only",
    }  # fmt: skip
    for index in results["comparison"]["index"]:
        assert (index["score"], index["rank"], index["rank_low"]) == (None, None, None)
    for trend in results["trends"].values():
        assert trend["indicator"] in known or all(p["derived"] for p in trend["points"])
        assert trend["n"] == len(trend["points"])
        if trend["n"] <= 4:
            assert not trend["significant"]
            assert trend["p"] is None
    assert results["scores"]["grade"]["score"] is None
    assert results["scores"]["grade"]["word"] == "不评级"


@pytest.mark.parametrize("unit", ["zibo", "linzi"])
def test_each_figure_is_a_row_of_the_pack(real_out: Path, published: Sources, unit: str) -> None:
    results = loaded(real_out / "2022" / unit)
    frame = published.pack.observations
    rows = {(r.file, r.row): r for r in frame.itertuples()}
    seen = 0
    for result in (*results["targets"].values(), *results["trends"].values()):
        for point in (*result["points"], *result.get("before_break", ())):
            if not point["derived"]:
                row = rows[point["trace"][0]["file"], point["trace"][0]["row"]]
                assert (row.region, row.indicator, row.year) == (
                    unit, result["indicator"], point["year"],
                )  # fmt: skip
                assert row.value == point["value"]
                assert point["trace"][0]["source"] == row.source
                seen += 1
    assert seen > 0


@pytest.mark.parametrize("unit", ["zibo", "linzi"])
def test_the_gap_annex_lists_what_is_missing(real_out: Path, unit: str) -> None:
    results = loaded(real_out / "2022" / unit)
    text = page(real_out / "2022" / unit)
    annex = plain_width(text[text.index('id="annex-d"') : text.index('id="annex-e"')])
    missing = [t for t in results["targets"].values() if t["verdict"] == "insufficient_data"]
    assert missing
    for target in missing:
        assert plain_width(f"{target['no']} {target['name']}") in annex
    subjects = {gap["subject"] for gap in results["gaps"]}
    assert any("任务" in subject for subject in subjects)
    assert "数据不足" in text


# ----- the same again -----


def test_two_builds_are_byte_for_byte_the_same(
    project: Project, demo_out: Path, tmp_path: Path
) -> None:
    out = tmp_path / "再来一次"
    done = project.run(*DEMO, "--out", out, "--jobs", "1", seed="2")
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("report.html", "leadership.html", "results.json"):
        first, second = (f / "2025" / "zhangdian" / name for f in (demo_out, out))
        assert first.read_bytes() == second.read_bytes(), name
    assert (demo_out / "index.html").read_bytes() == (out / "index.html").read_bytes()


def ran(done: subprocess.CompletedProcess[str]) -> set[str]:
    """Chapters that were executed, as the progress lines tell."""
    return set(re.findall(r"^\[\d+/\d+\] \d+/\w+/(\w+) (?:完成|失败)", done.stdout, re.MULTILINE))


def test_a_second_build_reuses_everything(project: Project, demo_copy: Path) -> None:
    folder = demo_copy / "2025" / "zhangdian"
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file()}
    quick = project.run(*DEMO, "--out", demo_copy)
    assert (quick.returncode, ran(quick)) == (0, set())
    # Also where the shortcut is not taken.
    shutil.rmtree(demo_copy / ".build" / "manifest")
    close = project.run(*DEMO, "--out", demo_copy, seed="3")
    assert (close.returncode, ran(close)) == (0, set())
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file()} == before
    status = project.run("status", *DEMO, "--out", demo_copy)
    assert status.returncode == 0
    assert "要重做" not in status.stdout


def test_a_corrected_cell_asks_for_the_chapters_that_see_it(
    project: Project, demo: Sources, demo_copy: Path, tmp_path: Path
) -> None:
    pack = Path(shutil.copytree(project.folder / "data" / "demo", tmp_path / "demo"))
    path = pack / "observations_targets.csv"
    text = path.read_text(encoding="utf-8")
    found = re.search(r"^张店区,2024,,pesticide_use,([\d.]+),", text, re.MULTILINE)
    assert found
    start, end = found.span(1)
    path.write_text(text[:start] + "1.5" + text[end:], encoding="utf-8")
    status = project.run("status", *DEMO, "--data", pack, "--out", demo_copy)
    stale = {
        chapter: why
        for chapters, why in re.findall(r"第 ([\d、]+) 章：要重做，(.+)", status.stdout)
        for chapter in chapters.split("、")
    }
    seen = {
        str(n) for n in range(1, 8)
        if "pesticide_use" in {o.indicator for o in demo.job(str(n), "zhangdian", 2025).rows}
    }  # fmt: skip
    assert {"1", "3"} <= seen < {"1", "2", "3", "4", "5", "6", "7"}
    assert set(stale) == seen
    assert all("数据变了" in why for why in stale.values())
    other = project.run("status", "--region", "沂源县", "--year", "2025", "--data", pack,
                        "--out", demo_copy)  # fmt: skip
    assert "沂源县 第 1、2、3、4、5、6、7 章：要重做，没有做过" in other.stdout


def test_a_later_build_says_what_changed_since_the_draft(
    project: Project, demo_copy: Path, tmp_path: Path
) -> None:
    folder = demo_copy / "2025" / "zhangdian"
    assert project.run("keep", "--year", "2025", "--out", demo_copy).returncode == 0
    draft = demo_copy / "drafts" / "2025" / "01-自评稿"
    kept = {path: path.read_bytes() for path in draft.rglob("*") if path.is_file()}
    assert kept[draft / "zhangdian" / "report.html"] == (folder / "report.html").read_bytes()
    pack = Path(shutil.copytree(project.folder / "data" / "demo", tmp_path / "demo"))
    text = (pack / "observations_targets.csv").read_text(encoding="utf-8")
    found = re.search(r"^张店区,2025,,multimodal_freight_volume,([\d.]+),万吨,", text, re.MULTILINE)
    assert found
    (pack / "revisions.csv").write_text(
        "region,year,month,indicator,series,old,value,unit,grade,source,note,who,when,why,workbook\n"
        f"张店区,2025,,multimodal_freight_volume,,{found[1]} 万吨,400,万吨,B,市交通运输局核定,,"
        "李工,2026-04-10,漏报一家<企业>,表.xlsx\n",
        encoding="utf-8",
    )
    done = project.run(*DEMO, "--data", pack, "--out", demo_copy)
    assert done.returncode == 0, done.stdout + done.stderr
    told = "".join(
        Scan((demo_copy / "portal/zibo_jwjt/2025/changes.html").read_text(encoding="utf-8")).words
    )
    assert re.search(
        rf"多式联运货运量\s*万吨\s*2025\s*{found[1]}\s*400.0\s*修订：原为 {found[1]} 万吨"
        "（2026-04-10，李工：漏报一家<企业>）", told,
    )  # fmt: skip
    assert re.search(r"N09 多式联运货运量\s*▼ 未完成\s*● 完成", told)
    assert "评级得分" in told
    assert "对策建议" in told
    index = Scan((demo_copy / "index.html").read_text(encoding="utf-8"))
    assert "portal/zibo_jwjt/2025/changes.html#unit-zhangdian" in index.links
    assert {path: path.read_bytes() for path in draft.rglob("*") if path.is_file()} == kept
    assert project.run("verify", draft, folder).returncode == 0


def test_the_evaluators_recommendations_survive(project: Project, demo_copy: Path) -> None:
    folder = demo_copy / "2025" / "zhangdian"
    path = folder / "recommendations.txt"
    drafts = [line for line in path.read_text(encoding="utf-8").splitlines() if "|" in line]
    assert all(line.startswith("# ") for line in drafts)
    numbers = [line.removeprefix("# ").split("|")[0].strip() for line in drafts]
    own = f"{numbers[0]} | 由<b>市局</b>督办{{甲}}。"
    note = "不带竖线的一行,也留着"
    text = "\n".join([own, note, *drafts[1:]]) + "\n"
    # Saved by a Chinese Windows editor.
    path.write_bytes(text.encode("gb18030"))
    done = project.run(*DEMO, "--out", demo_copy)
    assert (done.returncode, ran(done)) == (0, set())
    found = {r["target"]: r for r in loaded(folder)["recommendations"]}
    assert (found[numbers[0]]["text"], found[numbers[0]]["edited"]) == (
        "由<b>市局</b>督办{甲}。", True,
    )  # fmt: skip
    assert found[numbers[1]]["edited"] is False
    assert "由&lt;b&gt;市局&lt;/b&gt;督办{甲}。" in page(folder)
    kept = path.read_text(encoding="utf-8").splitlines()
    assert own in kept
    assert note in kept
    again = project.run(*DEMO, "--out", demo_copy)
    assert again.returncode == 0
    assert path.read_text(encoding="utf-8").splitlines() == kept


def test_a_portal_over_demo_and_real_reports_says_demo(project: Project, demo_copy: Path) -> None:
    done = project.run("--region", "临淄区", "--year", "2022", "--data", "data/published",
                       "--chapter", "7", "--out", demo_copy)  # fmt: skip
    assert (done.returncode, ran(done)) == (0, {"7"})
    portal = (demo_copy / "index.html").read_text(encoding="utf-8")
    earlier = "portal/zibo_jwjt/2022/index.html"
    assert "2025/zhangdian/report.html" in portal
    assert earlier in Scan(portal).links
    other = (demo_copy / earlier).read_text(encoding="utf-8")
    assert "../../../2022/linzi/report.html" in other
    # Years are told beside each other: one of demonstration data marks them all.
    for text in (portal, other):
        assert "演示数据" in "".join(Scan(text).words)
    assert "演示数据" not in page(demo_copy / "2022" / "linzi")


# ----- what fails is contained -----


def rewrite(path: Path, *, drop_record: bool = False, add: str = "") -> None:
    notebook = nbformat.read(path, as_version=4)
    if drop_record:
        notebook.cells = [c for c in notebook.cells if "chapter.record()" not in c.source]
    if add:
        notebook.cells.insert(4, nbformat.v4.new_code_cell(add))
    nbformat.write(notebook, path)


def test_failing_chapters_are_contained_and_only_they_are_done_again(
    project: Project, demo_copy: Path, parameters: Params
) -> None:
    notebooks = project.folder / "notebooks"
    names_ = {c.id: notebook_name(c) for c in parameters.plan.chapters}
    kept = {i: (notebooks / names_[i]).read_bytes() for i in ("3", "5", "6")}
    folder = demo_copy / "2025" / "zhangdian"
    untouched = (folder / "notebooks" / names_["4"]).read_bytes()
    rewrite(notebooks / names_["3"], add="raise ValueError('数据里有一处<b>说不通</b>')")
    rewrite(notebooks / names_["5"], drop_record=True)
    # A chapter without a notebook of its own is run with the generic one.
    (notebooks / names_["6"]).unlink()
    try:
        done = project.run(*DEMO, "--out", demo_copy)
        assert done.returncode == 1
        assert ran(done) == {"3", "5", "6"}
        assert "失败：2025 年 张店区 第 3 章" in done.stdout
        results = loaded(folder)
        assert set(results["failed_chapters"]) == {"3", "5"}
        assert "ValueError" in results["failed_chapters"]["3"]
        assert "没有返回本章结果" in results["failed_chapters"]["5"]
        assert set(results["scores"]["chapters"]) == {"1", "2", "4", "6", "7"}
        assert not any(t["chapter"] in ("3", "5") for t in results["targets"].values())
        jsonschema.validate(results, schema())
        check_sentences(results, names(parameters))
        assert results["verdict"]["template"].startswith("有 {0} 章没有生成")
        text = page(folder)
        assert "本章没有生成" in text
        assert "说不通" in text
        assert "<b>说不通" not in text
        assert "Traceback" not in text
        logs = {path.name for path in (demo_copy / ".build" / "failures").iterdir()}
        assert logs == {"2025-zhangdian-3.txt", "2025-zhangdian-5.txt"}
        portal = (demo_copy / "index.html").read_text(encoding="utf-8")
        assert "有章节没有算出" in portal
    finally:
        for i in ("3", "5"):
            (notebooks / names_[i]).write_bytes(kept[i])
    again = project.run(*DEMO, "--out", demo_copy)
    (notebooks / names_["6"]).write_bytes(kept["6"])
    assert again.returncode == 0, again.stdout
    assert ran(again) == {"3", "5"}
    results = loaded(folder)
    assert results["failed_chapters"] == {}
    assert len(results["tasks"]) == 142
    assert (folder / "notebooks" / names_["4"]).read_bytes() == untouched
    assert list((demo_copy / ".build" / "failures").iterdir()) == []


def test_a_report_that_cannot_be_written_does_not_stop_the_others(
    project: Project, real_out: Path, tmp_path: Path
) -> None:
    out = Path(shutil.copytree(real_out, tmp_path / "out"))
    for unit in ("zibo", "linzi"):
        (out / "2022" / unit / "results.json").unlink()
    (out / "2022" / "linzi" / "results.json").mkdir()
    done = project.run(*REAL, "--out", out)
    assert (done.returncode, ran(done)) == (1, set())
    assert "临淄区 汇编不成" in done.stdout and "2022/linzi 已汇编" not in done.stdout
    assert loaded(out / "2022" / "zibo")["region"]["id"] == "zibo"
    (out / "2022" / "linzi" / "results.json").rmdir()
    assert project.run(*REAL, "--out", out).returncode == 0
    assert loaded(out / "2022" / "linzi")["region"]["id"] == "linzi"


NASTY = '<img src=x onerror="alert(1)"><script>alert(2)</script>{0}{x}'


def test_markup_in_data_is_text_and_packs_are_never_mixed(project: Project, tmp_path: Path) -> None:
    pack = Path(shutil.copytree(project.folder / "data" / "published", tmp_path / "pack"))
    quoted = NASTY.replace('"', '""')
    air = pack / "observations_air.csv"
    lines = air.read_text(encoding="utf-8").splitlines()
    changed = 0
    for i, line in enumerate(lines):
        if line.startswith("临淄区,2022,") and line.endswith(","):
            lines[i] = f'{line}"{quoted}"'
            changed += 1
        elif line.startswith("临淄区,2022,") and line.endswith('"'):
            lines[i] = f'{line[:-1]}{quoted}"'
            changed += 1
    assert changed
    air.write_text("\n".join(lines) + "\n", encoding="utf-8")
    head = pack / "pack.yml"
    text = head.read_text(encoding="utf-8")
    title = re.search(r"^title: (.+)$", text, re.MULTILINE)
    assert title
    head.write_text(text.replace(title[0], f"title: '{title[1]}{NASTY}'"), encoding="utf-8")
    out = tmp_path / "out"
    one = ("--region", "临淄区", "--year", "2022", "--out", out)
    done = project.run(*one, "--data", pack, "--chapter", "4")
    assert (done.returncode, ran(done)) == (0, {"4"})
    folder = out / "2022" / "linzi"
    for written in (page(folder), (out / "index.html").read_text(encoding="utf-8")):
        assert "<img src=x" not in written
        assert "<script>alert" not in written
        assert "&lt;script&gt;alert(2)&lt;/script&gt;" in written
    assert NASTY in loaded(folder)["pack"]["title"]
    assert set(loaded(folder)["failed_chapters"]) == {"1", "2", "3", "5", "6", "7"}

    # The other pack now: what was made from the first one must not stand beside it.
    done = project.run(*one, "--data", "data/published", "--chapter", "5")
    assert (done.returncode, ran(done)) == (0, {"5"})
    results = loaded(folder)
    assert set(results["scores"]["chapters"]) == {"5"}
    assert "alert" not in page(folder)


def test_an_executed_notebook_can_be_run_again_by_hand(project: Project, real_out: Path) -> None:
    path = real_out / "2022" / "linzi" / "notebooks" / "02_synergy_prevention_pattern.ipynb"
    assert str(project.folder) not in path.read_text(encoding="utf-8")
    before = nbformat.read(path, as_version=4)
    after = copy.deepcopy(before)
    NotebookClient(
        after, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    assert record_of(after) == record_of(before)
