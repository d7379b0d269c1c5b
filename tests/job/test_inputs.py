"""A job's fingerprint: it changes when something the job can see changes, and only then."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from assessment.data.meta import Break
from assessment.job.inputs import ComparisonInputs, JobInputs
from assessment.job.sources import Sources, closure, open_sources
from assessment.params.model import Params
from tests.conftest import ROOT
from tests.packs import with_frames

CHAPTER, REGION, YEAR = "2", "zhangdian", 2024
"""Chapter 2 judges the city's figures too, has allocations, and does not see every chapter."""

Change = Callable[[Sources], Sources]


def with_frame(name: str, edit: Callable[[pd.DataFrame], None]) -> Change:
    def change(sources: Sources) -> Sources:
        frame = getattr(sources.pack, name).copy()
        edit(frame)
        return Sources(sources.params, with_frames(sources.pack, **{name: frame}))

    return change


def cell(name: str, column: str, value: Any, **where: Any) -> Change:
    def edit(frame: pd.DataFrame) -> None:
        mask = pd.Series(True, index=frame.index)
        for key, wanted in where.items():
            mask &= frame[key] == wanted
        found = frame.index[mask]
        assert len(found), f"nothing to change: {where}"
        assert frame.loc[found[0], column] != value
        frame.loc[found[0], column] = value

    return with_frame(name, edit)


def observed(value: Any, column: str = "value", **where: Any) -> Change:
    return cell("observations", column, value, **where)


def with_meta(**update: Any) -> Change:
    def change(sources: Sources) -> Sources:
        meta = sources.pack.meta.model_copy(update=update)
        return Sources(sources.params, dataclasses.replace(sources.pack, meta=meta))

    return change


def with_params(edit: Callable[[Params], dict[str, Any]]) -> Change:
    def change(sources: Sources) -> Sources:
        return Sources(sources.params.model_copy(update=edit(sources.params)), sources.pack)

    return change


def with_break(indicator: str, region: str) -> Change:
    def change(sources: Sources) -> Sources:
        new = Break(indicator=indicator, region=region, year=2022, reason="区划调整")
        return with_meta(breaks=(*sources.pack.meta.breaks, new))(sources)

    return change


def a_rule(params: Params) -> dict[str, Any]:
    rules = params.rules
    slow = rules.slow.model_copy(update={"value": 0.5})
    return {"rules": rules.model_copy(update={"slow": slow})}


def a_chapters_text(chapter_id: str) -> Change:
    def edit(params: Params) -> dict[str, Any]:
        chapters = tuple(
            c.model_copy(update={"title": c.title + "(修订)"}) if c.id == chapter_id else c
            for c in params.plan.chapters
        )
        return {"plan": params.plan.model_copy(update={"chapters": chapters})}

    return with_params(edit)


def a_targets_value(no: str) -> Change:
    def edit(params: Params) -> dict[str, Any]:
        targets = tuple(
            t.model_copy(update={"value": 1.0}) if t.no == no else t for t in params.plan.targets
        )
        return {"plan": params.plan.model_copy(update={"targets": targets})}

    return with_params(edit)


def an_indicators_name(name: str) -> Change:
    def edit(params: Params) -> dict[str, Any]:
        entries = tuple(
            i.model_copy(update={"name": i.name + "(新)"}) if i.id == name else i
            for i in params.catalogue.indicators
        )
        return {"catalogue": params.catalogue.model_copy(update={"indicators": entries})}

    return with_params(edit)


def a_regions_note(identifier: str) -> Change:
    def edit(params: Params) -> dict[str, Any]:
        regions = tuple(
            r.model_copy(update={"note": "新注"}) if r.id == identifier else r
            for r in params.regions.regions
        )
        return {"regions": params.regions.model_copy(update={"regions": regions})}

    return with_params(edit)


def a_framework(in_force: bool) -> Change:
    def edit(params: Params) -> dict[str, Any]:
        frameworks = tuple(
            f.model_copy(update={"title": f.title + "(修订)"})
            if (f.id == params.run.framework) is in_force else f
            for f in params.synergy.frameworks
        )  # fmt: skip
        return {"synergy": params.synergy.model_copy(update={"frameworks": frameworks})}

    return with_params(edit)


def a_run_default(params: Params) -> dict[str, Any]:
    return {"run": params.run.model_copy(update={"out": "elsewhere", "status": "正式"})}


def own(**more: Any) -> dict[str, Any]:
    return {"region": REGION, **more}


SEEN: dict[str, Change] = {
    "own figure": observed(1.25, **own(indicator="energy_total", year=2023)),
    "own grade": observed("D", "grade", **own(indicator="energy_total", year=2023)),
    "own source": observed("公报", "source", **own(indicator="energy_total", year=2023)),
    "part of a derived indicator": observed(1.25, **own(indicator="energy_nonfossil", year=2023)),
    "the city's figure of a target": observed(
        1.25, region="zibo", indicator="new_energy_installed_capacity", year=2023
    ),
    "own task": cell("tasks", "note", "改了", **own(task="2.1.1", year=2024)),
    "own task a year ago": cell("tasks", "note", "改了", **own(task="2.1.1", year=2023)),
    "own allocation": cell("allocations", "value", 1.25, **own(target="N01")),
    "own break": with_break("energy_total", REGION),
    "a break everywhere": with_break("*", "*"),
    "the city's break": with_break("new_energy_installed_capacity", "zibo"),
    "judged series": with_meta(primary_series={"energy_total": "甲"}),
    "pack title": with_meta(title="另一个数据包"),
    "pack cut-off": with_meta(cutoff="2027-01-01"),
    "a rule's constant": with_params(a_rule),
    "own chapter's text": a_chapters_text(CHAPTER),
    "own target": a_targets_value("N01"),
    "used indicator": an_indicators_name("coal_share"),
    "own region": a_regions_note(REGION),
    "framework in force": a_framework(in_force=True),
}

UNSEEN: dict[str, Change] = {
    "another unit's figure": observed(1.25, region="linzi", indicator="energy_total", year=2023),
    "a later year": observed(1.25, **own(indicator="energy_total", year=2025)),
    "another chapter's indicator": observed(1.25, **own(indicator="pesticide_use", year=2023)),
    "the city's figure of no target": observed(
        1.25, region="zibo", indicator="electricity_consumption", year=2023
    ),
    "another unit's task": cell("tasks", "note", "改了", region="linzi", task="2.1.1", year=2024),
    "another chapter's task": cell("tasks", "note", "改了", **own(task="3.1.1", year=2024)),
    "a later task": cell("tasks", "note", "改了", **own(task="2.1.1", year=2025)),
    "another unit's allocation": cell("allocations", "value", 1.25, region="linzi", target="N01"),
    "another chapter's allocation": cell("allocations", "value", 1.25, **own(target="N05")),
    "a submission": cell("submissions", "note", "改了", year=2024),
    "another unit's break": with_break("energy_total", "linzi"),
    "another indicator's break": with_break("pesticide_use", REGION),
    "another indicator's judged series": with_meta(primary_series={"pesticide_use": "甲"}),
    "another chapter's text": a_chapters_text("3"),
    "another chapter's target": a_targets_value("N05"),
    "unused indicator": an_indicators_name("pesticide_use"),
    "another region": a_regions_note("linzi"),
    "framework not in force": a_framework(in_force=False),
    "run defaults": with_params(a_run_default),
}


@pytest.fixture(scope="module")
def some(demo: Sources) -> Sources:
    """Three units and a few years of the synthetic pack: enough to see and not to see."""
    frame = demo.pack.observations
    kept = frame[frame["region"].isin(["zibo", REGION, "linzi"]) & (frame["year"] >= 2020)]
    return Sources(demo.params, with_frames(demo.pack, observations=kept))


def job(sources: Sources) -> JobInputs:
    return sources.job(CHAPTER, REGION, YEAR)


@pytest.mark.parametrize("what", SEEN)
def test_what_a_job_sees_changes_its_fingerprint(some: Sources, what: str) -> None:
    assert job(SEEN[what](some)).fingerprint != job(some).fingerprint


@pytest.mark.parametrize("what", UNSEEN)
def test_what_a_job_does_not_see_leaves_its_fingerprint(some: Sources, what: str) -> None:
    assert job(UNSEEN[what](some)).fingerprint == job(some).fingerprint


def test_the_chapter_that_sees_all_sees_the_other_chapters_and_submissions(some: Sources) -> None:
    def whole(sources: Sources) -> str:
        return sources.job("1", REGION, YEAR).fingerprint

    for what in ("another chapter's text", "another chapter's task", "another chapter's target",
                 "a submission"):  # fmt: skip
        assert whole(UNSEEN[what](some)) != whole(some), what
    for what in ("another unit's figure", "another unit's task", "another region", "a later year"):
        assert whole(UNSEEN[what](some)) == whole(some), what


def test_digests_are_those_of_the_document(some: Sources) -> None:
    words = frozenset({"nox_emis", "no such indicator"})
    for chapter in some.params.plan.chapters:
        for region in ("zibo", REGION, "gaoqing"):  # the last one has no figures here
            for year in (2019, 2023, YEAR):
                inputs = some.job(chapter.id, region, year, words)
                assert some.digests(chapter.id, region, year, words) == inputs.digests


def test_jobs_differ_by_chapter_unit_and_year(some: Sources) -> None:
    jobs = [
        some.job(c, r, y).fingerprint
        for c in ("5", "6") for r in (REGION, "zibo") for y in (2024, 2025)
    ]  # fmt: skip
    assert len(set(jobs)) == 8


def test_a_job_read_back_is_the_same_job(some: Sources) -> None:
    # The figures were never validated one by one; they must be what the model says all the same.
    for region in (REGION, "zibo"):
        inputs = some.job("1", region, YEAR)
        again = JobInputs.model_validate_json(inputs.model_dump_json())
        assert again == inputs
        assert again.fingerprint == inputs.fingerprint
    comparison = some.comparison(YEAR)
    assert ComparisonInputs.model_validate_json(comparison.model_dump_json()) == comparison
    assert some.comparison_digest(YEAR) == comparison.fingerprint


def test_a_job_sees_no_more_than_its_unit_and_years(demo: Sources) -> None:
    inputs = job(demo)
    assert {o.year for o in inputs.rows} == set(range(2015, YEAR + 1))
    assert {t.year for t in inputs.tasks} <= set(range(2015, YEAR + 1))
    assert {s.id for s in inputs.chapters} == {CHAPTER}
    assert set(inputs.breaks) == {REGION, "zibo"}
    targets = {t.indicator for t in inputs.targets}
    assert {o.indicator for o in inputs.city_rows} <= closure(demo.params.catalogue, targets)
    assert demo.job(CHAPTER, "zibo", YEAR).city_rows == ()


_SCRIPT = """
import json, sys
from pathlib import Path
from assessment.job.sources import open_sources
sources = open_sources(Path(sys.argv[1]), Path(sys.argv[2]))
found = {c: sources.job(c, "linzi", 2022).fingerprint for c in ("1", "2", "4")}
found["city"] = sources.job("1", "zibo", 2022).fingerprint
found["comparison"] = sources.comparison(2022).fingerprint
print(json.dumps(found))
"""


def in_another_process(params: Path, data: Path, seed: str) -> dict[str, str]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(params), str(data)],
        capture_output=True, text=True, check=True, env=environment, timeout=120,
    )  # fmt: skip
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_fingerprints_are_the_same_in_every_process_and_place(tmp_path: Path) -> None:
    params, data = ROOT / "params", ROOT / "data" / "published"
    first = in_another_process(params, data, "1")
    moved = tmp_path / "另一个 目录"
    shutil.copytree(params, moved / "参数")
    # Files of another age, written in another order, beside files that no one reads.
    (moved / "数据").mkdir()
    for path in sorted(data.iterdir(), reverse=True):
        (moved / "数据" / path.name).write_bytes(path.read_bytes())
    (moved / "数据" / "说明.txt").write_text("不读", encoding="utf-8")
    for seed in ("2", "3", "4"):
        assert in_another_process(moved / "参数", moved / "数据", seed) == first


def test_swapping_other_units_rows_leaves_the_fingerprint(tmp_path: Path) -> None:
    data = tmp_path / "pack"
    shutil.copytree(ROOT / "data" / "published", data)
    before = open_sources(ROOT / "params", data).job("4", "linzi", 2022).fingerprint
    path = data / "observations_air.csv"
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    others = [i for i, line in enumerate(lines) if not line.startswith("临淄区")]
    assert len(others) > 2
    a, b = others[0], others[-1]
    lines[a], lines[b] = lines[b], lines[a]
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    shutil.copytree(data, tmp_path / "swapped")
    after = open_sources(ROOT / "params", tmp_path / "swapped").job("4", "linzi", 2022).fingerprint
    assert after == before
