"""What the reports say: no phrase that is not printed, no sentence told twice, one way to write."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import lxml.html
import pytest

UNITS = ("zhangdian", "gaoqing", "wenchanghu", "zibo")

NOT_PRINTED = (
    "不知道什么",
    "升降从哪里来",
    "多年向好、最近回头",
    "个低于最高值且超出数据误差",
    "分辨不出谁最高",
    "都降了而碳没有降",
    "”、“",
)
"""Phrases that were printed once; GB/T 15834 has no mark between quoted terms."""

LONG = 24
"""Characters from which a sentence of the body may stand once only."""

ALLOWED_TWICE = (
    # The first page says what chapters, tables and parts tell at their places.
    re.compile("年为.*目标"),
    re.compile("较上次变化"),
    re.compile("自报已完成"),
    # Two chapters may count alike.
    re.compile("^本章有 .* 项目标"),
    re.compile("协同度和等级无官方公式"),
)


def body_of(path: Path) -> list[str]:
    """The passages of a page that no fold holds, one for each paragraph, line or cell."""
    page = lxml.html.fromstring(path.read_bytes())
    for node in page.xpath(
        "//details | //svg | //nav | //footer | //*[@class='who'] | //*[@class='subtitle']"
    ):
        node.drop_tree()
    found = page.xpath("//main//p | //main//li | //main//figcaption")
    return [" ".join(node.text_content().split()) for node in found]


@pytest.mark.parametrize("unit", UNITS)
def test_no_phrase_that_is_not_printed(demo_reports: Path, unit: str) -> None:
    text = lxml.html.fromstring((demo_reports / "2025" / unit / "report.html").read_bytes())
    said = text.text_content()
    assert [phrase for phrase in NOT_PRINTED if phrase in said] == []
    assert re.findall(r"等 \d+ 家", said) == []


@pytest.mark.parametrize("unit", UNITS)
def test_no_long_sentence_stands_twice(demo_reports: Path, unit: str) -> None:
    passages = dict.fromkeys(body_of(demo_reports / "2025" / unit / "report.html"))
    sentences = [
        sentence.strip()
        for passage in passages
        for sentence in re.split("[。；]", passage)
        if len(sentence.strip()) >= LONG
    ]
    twice = [sentence for sentence, count in Counter(sentences).items() if count > 1]
    assert [
        sentence for sentence in twice if not any(one.search(sentence) for one in ALLOWED_TWICE)
    ] == []
