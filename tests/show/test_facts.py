"""Sentences and their numbers: the place they name, the text they read, data text untouched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.show.facts import fact, plain, pointer, say


def test_pointers_escape_as_the_standard_says() -> None:
    # RFC 6901: ~ is ~0 and / is ~1, the tilde first.
    assert pointer("targets", "N01", "judged", "value") == "/targets/N01/judged/value"
    assert pointer("trends", "co2@a/b~1", 0) == "/trends/co2@a~1b~01/0"
    assert pointer() == ""


@pytest.mark.parametrize(
    ("value", "more", "text"),
    [
        (3, {}, "3"),
        (-2.345, {"decimals": 1}, "−2.3"),
        (2.0, {"signed": True}, "+2.00"),
        (0.0, {"signed": True}, "0.00"),
        (None, {}, "—"),
        ("中级协调", {}, "中级协调"),
        (2024, {"text": "2024"}, "2024"),
    ],
)
def test_how_a_fact_is_read(value: float | str | None, more: dict[str, object], text: str) -> None:
    assert fact(value, "a", **more).text == text  # type: ignore[arg-type]


def test_a_sentence_keeps_its_facts_in_order_of_use() -> None:
    a, b, unused = fact(1, "a"), fact(2, "b"), fact(3, "c")
    sentence = say("{b} 大于 {a},{b} 仍是 {b}。", a=a, b=b, unused=unused)
    assert sentence.text == "2 大于 1,2 仍是 2。"
    assert [f.pointer for f in sentence.facts] == ["/b", "/a", "/b", "/b"]


def test_a_fact_without_a_value_for_it_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("有 {n} 项。")


@pytest.mark.parametrize("text", ["{x}", "{0}", "{", "}", "}{", "{{n}}", "{{{n}}}", "a{n}b", "{n"])
def test_braces_in_data_are_only_text(text: str) -> None:
    assert say(plain(text)).text == text
    assert say(f"“{plain(text)}”有 {{n}} 项。", n=fact(7, "n")).text == f"“{text}”有 7 项。"


@given(st.text(alphabet="{}n0 一", max_size=12))
def test_any_text_of_data_comes_out_as_it_went_in(text: str) -> None:
    sentence = say(f"{plain(text)} {{n}} {plain(text)}", n=fact(7, "n"))
    assert sentence.text == f"{text} 7 {text}"
    assert len(sentence.facts) == 1
