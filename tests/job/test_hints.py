"""What a notebook is told: what there is, what completes, and the nearest name to a wrong one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from assessment.chapter.chapter import _GUIDE, Chapter
from assessment.chapter.overview import as_page
from assessment.errors import InputError
from assessment.job import hints
from assessment.job.hints import Hinting, Named
from assessment.job.series import UnitData
from assessment.job.sources import Sources


@pytest.fixture(scope="module")
def chapter(demo: Sources) -> Chapter:
    return Chapter(demo.job("2", "zhangdian", 2025))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("target_part", "chapter 没有“target_part”。是否想写“targets_part”？"),
        ("problem", "chapter 没有“problem”。是否想写“problems_part”？"),
        ("zzzz", "chapter 没有“zzzz”。可用的有："),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(chapter: Chapter, wrong: str, said: str) -> None:
    with pytest.raises(AttributeError, match=re.escape(said)):
        getattr(chapter, wrong)
    with pytest.raises(AttributeError, match=r"chapter\.data 没有“anual”。是否想写“annual”"):
        chapter.data.anual  # type: ignore[attr-defined]  # noqa: B018
    assert not hasattr(chapter, "_ipython_display_")  # what protocols ask is answered plainly


def test_an_error_inside_a_property_is_not_hidden() -> None:
    class Broken(Hinting):
        _called = "broken"

        @property
        def part(self) -> int:
            return [].size  # type: ignore[attr-defined,no-any-return]

    with pytest.raises(AttributeError, match="'list' object has no attribute 'size'"):
        Broken().part  # noqa: B018


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("chapter.targets['N99']", "目标 “N99”：这里没有。可用的有："),
        ("chapter.tasks['2.1.l']", "是否想写“2.1."),
        (
            "chapter.trends['energy_totals']",
            "是否想写“energy_total”？别的指标，加进 test_trends 的指标里",
        ),
        (
            "chapter.data.annual('coal_consumtion')",
            "是否想写“coal_consumption”？指标编号要在笔记本里原样写出（不要拼接），或写进 chapters.yml 这一章的 trends 或 context。",
        ),
        ("chapter.section('2.9')", "本章没有这一节。可用的有：2.1、2.2"),
    ],
)
def test_an_unknown_number_says_what_to_do(chapter: Chapter, code: str, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        eval(code, {"chapter": chapter})


def test_what_a_chapter_shows_of_itself(chapter: Chapter) -> None:
    page = chapter._repr_html_()
    for words in ("张店区，2025 年，演示数据", "2.3 推动能源绿色低碳转型", "N01 新能源装机容量"):
        assert words in page
    assert "目标 13 项，任务 34 项" in repr(chapter)


def test_the_guide_names_what_there_is_and_omits_no_part(chapter: Chapter) -> None:
    text = " ".join(_GUIDE)
    named = set(re.findall(r"chapter\.(\w+)", text))
    assert named <= set(dir(chapter))
    assert set(re.findall(r"chapter\.data\.(\w+)", text)) <= set(dir(chapter.data))
    assert {name for name in dir(chapter) if name.endswith("_part")} <= named


def test_text_of_a_pack_is_not_markup() -> None:
    page = as_page("<b>甲", {"乙": "<script>", "丙": ""}, {"f('<i>')": "<img>"})
    assert not re.search(r"<(script|img|i)>|<b>甲", page)
    assert "丙" not in page


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, chapter: Chapter) -> Iterator[InteractiveShell]:
    shell = InteractiveShell.instance()
    # As in a kernel, where the classes are made once the shell is there.
    for kind in (Chapter, UnitData):
        hints.Hinting.__init_subclass__.__func__(kind)  # type: ignore[attr-defined]
    shell.user_ns["chapter"] = chapter
    shell.Completer.use_jedi = False
    yield shell
    InteractiveShell.clear_instance()


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        ("chapter.tar", {".targets", ".targets_part"}),
        ("chapter.data.", {".annual", ".monthly"}),
        ('chapter.targets["N', {"N01", "N02", "N03", "N04"}),
        ('chapter.targets["N01"].verd', {".verdict"}),
    ],
)
def test_completion(shell: InteractiveShell, written: str, offered: set[str]) -> None:
    with provisionalcompleter():
        found = {found.text for found in shell.Completer.completions(written, len(written))}
    assert offered <= found
    assert not any(name.startswith("._") for name in found)


def test_named_things_are_a_plain_mapping_otherwise() -> None:
    things = Named("物", {"a": 1})
    assert things == {"a": 1}
    assert things.get("b") is None
    with pytest.raises(InputError, match="本章没有物"):
        Named[int]("物", {})["a"]
