"""Another city's plan is a parameter folder and a pack: no code, and nothing of the first city."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assessment.build.build import Report, Request, build
from assessment.cli.main import main
from assessment.codes import SYNERGY_INDICATOR
from assessment.folders import GENERIC
from assessment.job.sources import Sources, open_sources
from assessment.results.model import ReportResults
from assessment.run.jobs import notebook_of
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "other_plan"
YEAR = 2027


@pytest.fixture(scope="module")
def other() -> Sources:
    return open_sources(FOLDER / "params", FOLDER / "pack")


@pytest.fixture(scope="module")
def built(other: Sources, tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, Path]:
    """All reports of the fictitious plan, and the portal over them."""
    out = tmp_path_factory.mktemp("other") / "reports"
    request = Request(
        regions=tuple(region.id for region in other.params.regions.regions),
        years=(YEAR,),
        chapters=tuple(chapter.id for chapter in other.params.plan.chapters),
        data=FOLDER / "pack",
        params=FOLDER / "params",
        notebooks=ROOT / "notebooks",
        out=out,
        workers=2,
    )
    report = build(other, request, lambda *_: None)
    return report, out


def results(out: Path, region: str) -> ReportResults:
    path = out / str(YEAR) / region / "results.json"
    return ReportResults.model_validate_json(path.read_bytes())


def test_every_chapter_falls_to_the_generic_notebook(other: Sources) -> None:
    chapters = other.params.plan.chapters
    assert len(chapters) == 3
    assert {notebook_of(ROOT / "notebooks", chapter).name for chapter in chapters} == {GENERIC}


def test_it_is_built_whole(built: tuple[Report, Path]) -> None:
    report, out = built
    assert report.ok, [outcome.details for outcome in report.outcomes if not outcome.ok]
    assert len(report.outcomes) == 12
    for region in ("whole", "east", "west", "south"):
        found = results(out, region)
        assert found.failed_chapters == {}
        assert set(found.targets) == {"N01", "N02", "N03", "N04", "R01", "Z01"}
        page = (out / str(YEAR) / region / "report.html").read_text(encoding="utf-8")
        assert "云川协同计划" in page
        assert "演示数据" in page
    assert "东山区" in (out / "index.html").read_text(encoding="utf-8")


def test_it_judges_by_its_own_figures(built: tuple[Report, Path]) -> None:
    _, out = built
    east, south = (results(out, region) for region in ("east", "south"))
    # 74.7 in 2025, 102.4 in 2027, 150 handed down for 2030: 27.7 of the 30.12 due by then.
    assert east.targets["N01"].target_value == 150
    assert east.targets["N01"].ratio == pytest.approx(27.7 / (75.3 * 2 / 5), rel=1e-6)
    assert east.targets["N01"].verdict == "slow"
    # The county handed in no share of reused water for 2027, and nothing was handed down to it.
    assert south.targets["N04"].verdict == "insufficient_data"
    assert south.targets["N01"].verdict == "contribution_only"
    # Its pollutants fall; the rise of its carbon is smaller than what can be told.
    reads = [r for r in south.synergy["1"].cocontrol if r.from_year == YEAR - 1]
    assert reads
    assert {r.reading for r in reads} == {"carbon_unclear"}
    assert {r.quadrant for r in reads} == {None}


def test_the_comparison_shows_what_the_plan_asks_to_compare(built: tuple[Report, Path]) -> None:
    comparison = results(built[1], "east").comparison
    shown = [series.indicator for series in comparison.series]
    assert shown == ["carbon", "nitrogen_oxides", "fine_particles", "carbon_intensity"]
    assert sum(i.rank is not None for i in comparison.index) == 3


def _names(sources: Sources) -> Iterator[str]:
    params = sources.params
    yield from (params.plan.title, params.plan.short_title, params.plan.city)
    yield from params.plan.departments
    for chapter in params.plan.chapters:
        yield chapter.title
        for section in chapter.sections:
            yield section.title
            yield from (task.title for task in section.tasks)
    for region in params.regions.regions:
        yield from (region.name, *region.aliases)
    for indicator in params.catalogue.indicators:
        yield from (indicator.name, indicator.id)
    for framework in params.synergy.frameworks:
        yield framework.title


def test_nothing_of_the_first_plan_is_in_the_output(
    built: tuple[Report, Path], demo: Sources, other: Sources
) -> None:
    own = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted(FOLDER.rglob("*")) if path.is_file()
        and path.suffix in (".yml", ".csv")
    )  # fmt: skip
    foreign = {name for name in _names(demo) if len(name) > 2 and name not in own} | {"淄博"}
    foreign -= {demo.params.catalogue.by_id[SYNERGY_INDICATOR].name}  # the tool's own measure
    assert len(foreign) > 300
    out = built[1]
    written = [*out.glob("*.html"), *out.glob(f"{YEAR}/*/*.html"), *out.glob(f"{YEAR}/*/*.json")]
    assert len(written) == 1 + 4 * 4
    for path in written:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            text = json.dumps(json.loads(text), ensure_ascii=False)
        assert {name for name in foreign if name in text} == set(), path.name


Edit = Callable[[Path], None]


def _replace(file: str, old: str, new: str) -> Edit:
    def edit(folder: Path) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        pytest.param(
            lambda folder: (folder / "regions.yml").unlink(),
            ["regions.yml", "文件不存在"],
            id="a file forgotten",
        ),
        pytest.param(
            _replace("plan.yml", "indicator: clean_power", "indicator: clean_powr"),
            ["plan.yml 第 22 行 第 1 个目标 indicator", "clean_powr", "是否想写“clean_power”"],
            id="a target of an unknown indicator",
        ),
        pytest.param(
            _replace("plan.yml", "section: '2.1'", "section: '2.9'"),
            ["plan.yml 第 24 行 第 1 个目标 section", "2.9"],
            id="a target of an unknown section",
        ),
        pytest.param(
            _replace("plan.yml", "departments: [市能源局]", "departments: [市能源厅]"),
            ["plan.yml 第 35 行 第 1 个目标 departments", "市能源厅", "是否想写“市能源局”"],
            id="a department that the plan does not list",
        ),
        pytest.param(
            _replace("plan.yml", "unit: 万千瓦", "unit: 万吨"),
            ["plan.yml 第 27 行 第 1 个目标 unit", "目标单位“万吨”与指标单位“万千瓦”不一致"],
            id="a unit that is not the indicator's",
        ),
        pytest.param(
            _replace("plan.yml", "start_year: 2026", "start_yaer: 2026"),
            ["plan.yml", "start_year", "缺少此项", "start_yaer", "不认识的键"],
            id="a key mistyped",
        ),
        pytest.param(
            _replace("chapters.yml", "trends: [carbon,", "trends: [carbn,"),
            ["chapters.yml 第 5 行 第 1 章 trends", "carbn", "是否想写“carbon”"],
            id="a trend of an unknown indicator",
        ),
        pytest.param(
            _replace("chapters.yml", "compared: [carbon_intensity", "compared: [intensity"),
            ["chapters.yml 第 7 行 第 1 章 compared", "是否想写“carbon_intensity”"],
            id="a comparison of an unknown indicator",
        ),
        pytest.param(
            _replace("synergy.yml", "indicators: [carbon_intensity]", "indicators: [carbon]"),
            ["synergy.yml", "第 1 个子系统", "引用了不存在的“carbon”"],
            id="a subsystem's indicator without goalposts",
        ),
        pytest.param(
            _replace("run.yml", "framework: two_sides", "framework: two_side"),
            ["run.yml 第 4 行 framework", "是否想写“two_sides”"],
            id="a framework that is not there",
        ),
        pytest.param(
            _replace("regions.yml", "kind: city", "kind: district"),
            ["regions.yml", "恰有一个 kind: city"],
            id="no city",
        ),
    ],
)
def test_check_leads_the_way(
    edit: Edit, said: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "params"
    shutil.copytree(FOLDER / "params", folder)
    pack = str(FOLDER / "pack")
    assert main(["check", "--params", str(folder), "--data", pack]) == 0
    edit(folder)
    capsys.readouterr()
    assert main(["check", "--params", str(folder), "--data", pack]) == 2
    error = capsys.readouterr().err
    for words in said:
        assert words in error
