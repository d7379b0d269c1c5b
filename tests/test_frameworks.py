"""Switching the synergy framework is one line of run.yml; every shipped one computes and is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assessment.assess.comparison import compare_units
from assessment.chapter.chapter import Chapter
from assessment.errors import InputError
from assessment.job.sources import Sources, open_sources
from assessment.params.folder import load_params
from assessment.report.merge import summarise
from assessment.report.methods_annex import annex_methods
from assessment.report.synergy_part import synergy_part
from assessment.results.model import ReportResults
from assessment.show.blocks import Prose, Table

ROOT = Path(__file__).resolve().parents[1]
FRAMEWORKS = {
    "four_pursuits": ("降碳、减污、扩绿、增长", "2023", 4),
    "target_path_management": ("目标、路径、管理", "2024", 3),
    "zhejiang_2022": ("浙江", "2022-06", 4),
}


def folder(tmp_path: Path, change: Callable[[str, str], str]) -> Path:
    """Copy of the parameter folder, each file's text passed through ``change``."""
    copy = tmp_path / "params"
    shutil.copytree(ROOT / "params", copy)
    for path in copy.glob("*.yml"):
        path.write_text(change(path.name, path.read_text(encoding="utf-8")), encoding="utf-8")
    return copy


def switched(tmp_path: Path, framework: str) -> Sources:
    def change(name: str, text: str) -> str:
        if name != "run.yml":
            return text
        assert text.count("framework: four_pursuits") == 1
        return text.replace("framework: four_pursuits", f"framework: {framework}")

    return open_sources(folder(tmp_path, change), ROOT / "data/demo")


def report(sources: Sources) -> ReportResults:
    first = sources.params.plan.chapters[0].id
    chapter = Chapter(sources.job(first, "zhangdian", 2025))
    for part in (chapter.opening, chapter.targets_part, chapter.sections_part, chapter.trends_part,
                 chapter.synergy_part, chapter.problems_part):  # fmt: skip
        part()
    return summarise(
        sources.params, sources.plan_info, sources.params.region("zhangdian"), 2025,
        sources.pack_info, {first: chapter.record().value}, {}, compare_units(sources.comparison(2025)),
        (),
    )  # fmt: skip


def texts(*blocks: object) -> str:
    found = []
    for block in blocks:
        if isinstance(block, Prose):
            found.append(block.text)
        elif isinstance(block, Table):
            found += [block.note, *(cell.text for row in block.rows for cell in row.cells)]
    return "\n".join(found)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_one_line_switches_the_framework(tmp_path: Path, framework: str) -> None:
    title, since, count = FRAMEWORKS[framework]
    sources = switched(tmp_path, framework)
    results = report(sources)
    compared = results.comparison
    assert (compared.framework, compared.framework_since) == (framework, since)
    assert title in compared.framework_title
    for one in compared.index:
        assert len(one.subsystems) == count
        assert one.score is not None and 0 <= one.score <= 1
        # A subsystem without enough data has no level, and the unit then no degree.
        assert (one.d is None) == (None in one.subsystems.values())
        assert one.d is None or 0 <= one.d <= 1
    assert sum(one.d is not None for one in compared.index) >= 11
    assert compared.sensitivity.combinations == 12
    synergy = next(s for s in results.synergy.values() if s.scope == "unit")
    now = synergy.coupling[-1]
    assert [len(s.parts) > 0 for s in now.subsystems] == [True] * count
    assert None not in (now.d, now.d_modified, now.d_adjusted)

    part = texts(*synergy_part(results).blocks)
    assert title in part and f"{since} 起" in part
    assert "不是官方方法" in part and "无官方公式" in part

    tables = {
        b.id: b for b in annex_methods(results, sources.params).blocks if isinstance(b, Table)
    }
    in_force = [row for row in tables["frameworks"].rows if row.strong]
    assert len(tables["frameworks"].rows) == len(FRAMEWORKS)
    (row,) = in_force
    assert title in row.cells[0].text
    assert (row.cells[1].text, row.cells[2].text) == ("本报告采用", since)
    assert "不是官方方法" in tables["frameworks"].note
    assert all("不是官方方法" in r.cells[4].text for r in tables["frameworks"].rows)


def test_an_unknown_framework_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        switched(tmp_path, "four_pursuit")
    assert "four_pursuits" in str(error.value)


# ----- what the parameter files refuse -----


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("synergy.yml", "[1, 1, 3, 2]", "[1, 9, 3, 2]", "互为倒数"),
        ("synergy.yml", "        - [0.3333, 0.5, 1]\n", "", "方阵"),
        (
            "synergy.yml",
            "[1, 2, 3]\n        - [0.5, 1, 2]\n        - [0.3333, 0.5, 1]",
            "[1, 3, 0.3333]\n        - [0.3333, 1, 3]\n        - [3, 0.3333, 1]",
            "一致性比率 1.149",
        ),
        (
            "synergy.yml",
            "[1, 2, 3]\n        - [0.5, 1, 2]\n        - [0.3333, 0.5, 1]",
            "[1, 2]\n        - [0.5, 1]",
            "子系统数 3",
        ),
        ("rules.yml", "veto_targets: [prohibition]", "veto_targets: [Z99]", "Z99"),
        ("rules.yml", "verdicts: [violated]", "verdicts: [broken]", "broken"),
        ("rules.yml", "    best: 2\n", "    best: 9\n", "第 9 档"),
        ("rules.yml", "  energy_gas:\n", "  energy_gass:\n", "energy_gas"),
        ("rules.yml", "progress_rule: linear", "progress_rule: cubic", "statcan"),
    ],
    ids=["reciprocal", "square", "inconsistent", "too few rows", "veto", "cap", "place", "fuel",
         "rule"],
)  # fmt: skip
def test_faults_are_said_where_they_are(
    tmp_path: Path, file: str, old: str, new: str, words: str
) -> None:
    def change(name: str, text: str) -> str:
        if name != file:
            return text
        assert old in text
        return text.replace(old, new, 1)

    with pytest.raises(InputError) as error:
        load_params(folder(tmp_path, change))
    assert words in str(error.value)
    assert file in str(error.value)
