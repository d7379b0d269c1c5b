"""Chinese marks, and the paragraphs of a note that somebody wrapped by hand."""

import pytest

from assessment.show.typography import full_width, paragraphs


def test_marks_are_full_width_but_in_numbers() -> None:
    assert full_width("共 1,234 个,同比(2024 年)增") == (
        "共 1,234 个\uff0c同比\uff082024 年\uff09增"
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("一句,\n还没完。\n第二句。", ["一句,还没完。", "第二句。"]),
        ("缺陷:\n1. 甲;\n   乙。\n2. 丙。", ["缺陷:", "1. 甲;乙。", "2. 丙。"]),
        ("from the\nyearbook\n\n", ["from the yearbook"]),
        ("", []),
    ],
    ids=["wrapped", "list with an indented line", "Latin", "nothing"],
)
def test_paragraphs(written: str, read: list[str]) -> None:
    assert paragraphs(written) == read
