"""A notebook gets an indicator by naming it, and its fingerprint knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat import write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from assessment.chapter.chapter import Chapter
from assessment.errors import InputError
from assessment.job.sources import Sources
from assessment.run.jobs import notebook_words

UNLISTED = "renewable_generation"


def test_words_are_text_constants_of_the_code(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    cells = [
        new_markdown_cell("pm25"),
        new_code_cell('# so2_emis\nchapter.series("co2_energy")\nnames = ["o3", f"{x}_y"]'),
        new_code_cell('%matplotlib inline\nchapter.frame("gdp_constant")'),
    ]
    write(new_notebook(cells=cells), path)
    words = notebook_words(path)
    assert {"co2_energy", "o3", "gdp_constant"} <= words
    assert not {"pm25", "so2_emis"} & words


def test_what_is_named_is_seen_and_changes_the_digest(demo: Sources) -> None:
    plain = demo.job("5", "zhangdian", 2025)
    named = demo.job("5", "zhangdian", 2025, [UNLISTED, "no indicator"])
    assert UNLISTED not in plain.catalogue.by_id
    assert UNLISTED in named.catalogue.by_id
    assert {row.indicator for row in named.rows} - {row.indicator for row in plain.rows} >= {
        UNLISTED
    }
    assert plain.digests != named.digests
    assert demo.job("5", "zhangdian", 2025, ["no indicator"]).digests == plain.digests


def test_by_hand_it_is_fetched_when_it_is_asked_for(demo: Sources) -> None:
    chapter = Chapter.open("5", region="张店区", year=2025)
    assert chapter.series(UNLISTED).index.max() == 2025
    built = Chapter(demo.job("5", "zhangdian", 2025))
    with pytest.raises(InputError, match="在笔记本里原样写出"):
        built.series(UNLISTED)
