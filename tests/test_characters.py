"""Characters that are no text: which they are, and that no edition gets one of them."""

from __future__ import annotations

import io
import sys
import unicodedata
from xml.etree import ElementTree

import pytest

from assessment.characters import fit, invisible, no_text, plain, shown, visible

EVERY = [chr(number) for number in range(sys.maxunicode + 1)]


def of(*categories: str) -> list[str]:
    return [c for c in EVERY if unicodedata.category(c) in categories]


def test_what_is_no_text() -> None:
    refused = {c for c in EVERY if any(no_text(c))}
    assert refused >= set(of("Cc", "Cs", "Co")) - set("\t\r\n")
    noncharacters = {c for c in EVERY if ord(c) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(c) <= 0xFDEF}
    assert refused - set(of("Cc", "Cs", "Co")) == noncharacters | {"\ufffd"}
    assert not refused & set("μg/m³ CO₂ 𠮷 😀 ㎡ ① 〇 · — “”　\u00a0")


def test_what_is_taken_out_is_never_text() -> None:
    taken = {c for c in EVERY if plain(c) != c}
    assert {unicodedata.category(c) for c in taken} <= {"Cf", "Zl", "Zp", "Mn", "Cn"}
    assert taken >= set("\ufeff\u200b\u200c\u200d\u2060\u00ad\u202a\u202e\u2066\u2069\u200e\u061c")
    assert {c for c in taken if plain(c)} == {"\u2028", "\u2029"}
    assert not any(any(no_text(c)) for c in taken)
    assert [name for _, name in invisible("张\u200b店\ufeff")] == ["U+200B", "U+FEFF"]


def test_xml_holds_what_is_fit() -> None:
    for start in range(0, len(EVERY), 4096):
        text = fit("".join(EVERY[start : start + 4096]))
        if start == 0:
            text = text.replace("&", "").replace("<", "").replace("\r", "")
        read = ElementTree.parse(io.BytesIO(f"<a>{text}</a>".encode())).getroot().text or ""
        assert read == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\x00", "NUL 字节"),
        ("a\x1b", "控制字符 U+001B"),
        ("a\x85", "控制字符 U+0085"),
        ("a\ufffd", "原来的字已经丢失"),
        ("a\uf06d", "某种字体才认识的自造字符 U+F06D"),
        ("a\U0010ffff", "不是文字的编码 U+10FFFF"),
    ],
)
def test_what_is_no_text_is_named(text: str, words: str) -> None:
    ((place, said),) = no_text(text)
    assert place == 1
    assert words in said


def test_a_text_is_shown_without_doing_anything() -> None:
    safe = visible("".join(EVERY))
    assert not any(
        unicodedata.category(c) in ("Cc", "Cs", "Co", "Zl", "Zp") or unicodedata.bidirectional(c)
        in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        for c in safe
    )  # fmt: skip
    assert shown("区" * 50) == "区" * 40 + "……"
    assert "μg/m³ 二〇二五　年".encode("gbk", "legible").decode("gbk") == "μg/m3 二〇二五　年"
