"""What a notebook stands on: a chapter that says all it must, once, and nothing twice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assessment.chapter.chapter import Chapter
from assessment.errors import ContractError, InputError
from assessment.folders import as_given, find_folder
from assessment.job.sources import Sources, open_sources
from assessment.params.model import ChapterAnalysis, GoalpostParams, Subsystem
from assessment.params.plan import Section
from assessment.results.model import RECORD_MIME, ChapterRecord, Gap, TargetResult
from assessment.show.blocks import BLOCKS_MIME, Blocks, Prose
from assessment.show.facts import say
from tests.assess.cases import (
    CITY,
    DISTRICT,
    indicator,
    inputs,
    row,
    rows,
    target,
    task,
    task_row,
)
from tests.conftest import ROOT

OUTPUT = indicator("output", name="装机容量", measure="stock_end_of_year")
SHARE = indicator("share", name="占比", unit="%", measure="ratio")


def small(**more: object) -> Chapter:
    fields: dict[str, object] = {
        "indicators": [OUTPUT, SHARE],
        "observations": [*rows("output", {2020: 100, 2022: 110, 2023: 120})],
        "targets": [target("N01"), target("N02", indicator="share", unit="%")],
        "tasks": [task("1.1.1"), task("1.1.2"), task("1.1.3", judge_at=("city",))],
        "task_rows": [task_row("1.1.1", 2023, "completed", "验收文件")],
        "analysis": ChapterAnalysis(chapter="1", trends=("output",)),
        "sections": [Section(id="1.2", title="第二节", tasks=())],
        "region": DISTRICT,
        **more,
    }
    return Chapter(inputs(**fields))  # type: ignore[arg-type]


def shown(chapter: Chapter) -> Chapter:
    chapter.opening()
    chapter.targets_part()
    chapter.sections_part()
    chapter.trends_part()
    chapter.synergy_part()
    chapter.problems_part()
    return chapter


def test_a_chapter_that_shows_less_than_the_plan_has_failed() -> None:
    chapter = small()
    chapter.targets_part()
    chapter.section("1.1")
    with pytest.raises(ContractError) as caught:
        chapter.record()
    said = str(caught.value)
    for missing in ("1.2", "trends", "synergy", "problems"):
        assert missing in said
    assert "1.1、" not in said


def test_the_record_is_whole_and_valid() -> None:
    chapter = shown(small())
    bundle = chapter.record()._repr_mimebundle_()
    record = ChapterRecord.model_validate_json(bundle[RECORD_MIME])
    assert (record.chapter, record.region, record.year) == ("1", "dongshan", 2023)
    assert list(record.targets) == ["N01", "N02"]
    assert list(record.tasks) == ["1.1.1", "1.1.2", "1.1.3"]
    assert list(record.trends) == ["output"]
    assert record.fingerprint == chapter.inputs.fingerprint
    assert record.messages
    assert record.gaps


def test_cells_run_twice_say_their_piece_once() -> None:
    once = shown(small()).record().value
    chapter = shown(shown(small()))
    gap = Gap(kind="data", subject="甲", department="乙", what="丙", effect="丁")
    for _ in range(2):
        chapter.lacking(gap)
        chapter.add("mine", {"n": 1}, messages=[say("一句话。")])
    twice = chapter.record().value
    assert [m.text for m in twice.messages] == [*(m.text for m in once.messages), "一句话。"]
    assert twice.gaps == (*once.gaps, gap)
    assert twice.figures == once.figures
    assert twice.analysis == {"mine": {"n": 1}}


def test_what_an_analysis_lacks_is_recorded_also_after_the_problems_were_shown() -> None:
    chapter = shown(small())
    gap = Gap(kind="data", subject="甲", department="乙", what="丙", effect="丁")
    chapter.lacking(gap)
    assert chapter.record().value.gaps[-1] == gap


def test_the_line_of_the_scorecard() -> None:
    # Target N02 and task 1.1.2 have nothing, task 1.1.3 is the city's, the one trend is up to date.
    score = shown(small()).score
    assert (score.targets_total, score.targets_judged, score.targets_insufficient) == (2, 1, 1)
    # 120 where 160 is due: a third of the way, far behind.
    assert (score.targets_good, score.targets_slow, score.targets_behind) == (0, 0, 1)
    assert (score.tasks_total, score.tasks_reported, score.tasks_done) == (2, 1, 1)
    assert (score.tasks_points, score.evidence_share) == (1.0, 1.0)
    assert score.completeness == pytest.approx(3 / 5)
    city = shown(small(region=CITY)).score
    assert city.tasks_total == 3


def test_makers_have_a_trend_each() -> None:
    figures = [
        *rows("output", {2021: 1, 2022: 2}, series="甲库"),
        *rows("output", {2022: 9, 2023: 8}, series="乙库"),
    ]
    trends = small(observations=figures, primary={"output": "乙库"}).trends
    assert list(trends) == ["output@乙库", "output@甲库"]
    assert [p.value for p in trends["output@乙库"].points] == [9, 8]
    assert [p.value for p in trends["output@甲库"].points] == [1, 2]


def test_the_rules_say_how_many_years_a_test_needs() -> None:
    falling = rows("output", {2014 + i: 100.0 - 5 * i for i in range(10)})
    case = small(observations=falling).inputs
    rules = case.standards.rules

    def significant(least: float) -> bool | None:
        changed = rules.model_copy(
            update={"trend_min_points": rules.trend_min_points.model_copy(update={"value": least})}
        )
        standards = case.standards.model_copy(update={"rules": changed})
        chapter = Chapter(case.model_copy(update={"standards": standards}))
        return chapter.trends["output"].significant

    assert significant(10) is True
    assert significant(11) is None


def test_nothing_known_is_said_and_nothing_is_made_up() -> None:
    chapter = shown(small(observations=[], task_rows=[]))
    record = chapter.record().value
    assert {t.verdict for t in record.targets.values()} == {"insufficient_data"}
    assert {t.status for t in record.tasks.values()} == {"task_not_reported", "city_only"}
    assert record.trends["output"].reading == "insufficient"
    assert record.figures == ()
    assert record.score.completeness == 0.0
    subjects = " ".join(gap.subject for gap in record.gaps)
    for name in ("N01", "N02", "装机容量", "第一节的任务"):
        assert name in subjects


def test_markup_and_braces_in_data_are_only_text() -> None:
    nasty = "<script>alert(1)</script>{x}{0}"
    figures = [
        row("output", 2023, None, state="not_applicable", note=nasty),
        *rows("share", {2020: 1, 2023: 5}),
    ]
    chapter = small(
        indicators=[OUTPUT, SHARE.model_copy(update={"name": nasty})],
        observations=figures,
        task_rows=[
            task_row("1.1.1", 2023, "completed", nasty, nasty),
            task_row("1.1.2", 2023, "slow"),
        ],
        tasks=[task("1.1.1", title=nasty), task("1.1.2", title=nasty)],
        sections=[Section(id="1.2", title=nasty, departments=(nasty,), tasks=())],
    )
    parts = [
        chapter.opening(), chapter.targets_part(), chapter.sections_part(), chapter.trends_part(),
        chapter.synergy_part(), chapter.problems_part(),
    ]  # fmt: skip
    chapter.record()
    page = "".join(part._repr_mimebundle_()["text/html"] for part in parts)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{x}{0}" in page


def test_blocks_come_with_html_text_and_their_data() -> None:
    bundle = small().opening()._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain", BLOCKS_MIME}
    again = Blocks.model_validate_json(bundle[BLOCKS_MIME])
    assert isinstance(again.blocks[0], Prose)
    assert again.text == bundle["text/plain"]


def test_an_unknown_section_chapter_or_unit_names_the_nearest() -> None:
    with pytest.raises(InputError, match="没有这一节"):
        small().section("9.9")
    data = str(ROOT / "data" / "published")
    with pytest.raises(InputError, match="没有这一章"):
        Chapter.open("11", region="张店区", year=2022, data=data)
    with pytest.raises(InputError, match="张店区"):
        Chapter.open("1", region="张店县", year=2022, data=data)


def test_folders_are_found_from_a_notebooks_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "notebooks")
    assert find_folder("data/demo", above=True) == ROOT / "data" / "demo"
    monkeypatch.chdir(ROOT)
    assert find_folder("params") == ROOT / "params"
    assert find_folder("no/such/folder") == ROOT / "no/such/folder"


@pytest.mark.parametrize("folder", ["data/demo", "params", "."])
def test_a_folder_is_written_as_it_is_found_again(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for here in (ROOT, ROOT / "notebooks", tmp_path):
        monkeypatch.chdir(here)
        for wanted in ((ROOT / folder).resolve(), own):
            assert find_folder(as_given(wanted), above=True) == wanted
    assert as_given(own) == "own"
    assert as_given(ROOT / "data" / "demo") == "data/demo"


def test_a_changed_pack_is_read_again(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(ROOT / "data" / "published", pack)

    def title() -> str:
        chapter = Chapter.open("1", region="淄博市", year=2022, data=str(pack),
                               params=str(ROOT / "params"))  # fmt: skip
        return chapter.inputs.pack.title

    before = title()
    head = pack / "pack.yml"
    text = head.read_text(encoding="utf-8")
    head.write_text(text.replace(before, before + "(第二版)"), encoding="utf-8")
    assert title() == before + "(第二版)"
    assert open_sources(ROOT / "params", pack) is open_sources(ROOT / "params", pack)


def test_own_targets_and_all_that_the_first_chapter_sees(demo: Sources) -> None:
    first, second = (Chapter(demo.job(c, "linzi", 2024)) for c in ("1", "2"))
    assert list(first.targets) == ["R01"]
    assert len(first.all_targets) == 46
    assert set(second.all_targets) == set(second.targets)
    for no, result in second.targets.items():
        assert first.all_targets[no] == result
    assert set(second.tasks) < set(first.all_tasks)


def test_the_synergy_degree_is_the_tools_own_figure(demo: Sources) -> None:
    chapter = Chapter(demo.job("1", "linzi", 2024))
    degrees = {c.year: c.d for c in chapter.coupling}
    result = chapter.targets["R01"]
    assert {p.year: p.value for p in result.points} == {y: d for y, d in degrees.items() if d}
    assert all(p.derived for p in result.points)


def test_the_synergy_degree_inherits_the_breaks_of_what_it_is_made_of() -> None:
    degree = indicator("synergy_degree", name="协同度", unit="指数", measure="index")
    pair = [indicator("co2"), indicator("so2")]
    aim = target("R01", indicator="synergy_degree", kind="directional", value=None, unit="指数",
                 comparison="increase", year=None, period="standing")  # fmt: skip
    figures = [
        *rows("co2", {2021: 90, 2022: 80, 2023: 40}), *rows("so2", {2021: 5, 2022: 10, 2023: 50}),
    ]  # fmt: skip

    def judged(breaks: dict[str, int]) -> TargetResult:
        return small(
            indicators=[degree, *pair],
            observations=figures,
            targets=[aim],
            analysis=ChapterAnalysis(chapter="1"),
            subsystems=[
                Subsystem(id="c", name="降碳", indicators=("co2",)),
                Subsystem(id="p", name="减污", indicators=("so2",)),
            ],
            goalposts=[
                GoalpostParams(indicator="co2", low=100, high=0, source="假定"),
                GoalpostParams(indicator="so2", low=0, high=100, source="假定"),
            ],
            breaks=breaks,
        ).targets["R01"]

    assert judged({}).verdict == "right_direction"
    assert judged({"co2": 2022}).verdict == "right_direction"
    broken = judged({"co2": 2023})
    assert (broken.verdict, broken.last_change) == ("insufficient_data", None)
    assert "断点" in broken.reason


def test_a_part_left_out_is_said_with_its_reason() -> None:
    chapter = small()
    blocks = chapter.omit("synergy", reason="本单元没有自己的子系统。").blocks
    assert [block.kind for block in blocks] == ["heading", "prose"]
    assert isinstance(blocks[1], Prose)
    assert blocks[1].text == "本单元不列这一部分：本单元没有自己的子系统。"
    assert [gap.effect for gap in chapter.gaps if gap.kind == "definition"] == [
        "本单元没有自己的子系统"
    ]
    with pytest.raises(InputError):
        chapter.omit("synergie", reason="写错了")
