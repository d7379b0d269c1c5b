"""Words in the place of a number, a source, evidence or a reason that say nothing, and 已核实."""

from __future__ import annotations

import re

from assessment.data.spelling import folded

CONFIRMED = "已核实"
CONFIRM = f"“{CONFIRMED}：原因”"
"""What a note must say of a figure that looks wrong and is right, as messages quote it."""
NOT_APPLICABLE = "不适用"
_NOTHING = {
    "-", "--", "—", "——", "/", "无", "暂无", "没有", "无数据", "暂无数据", "没有数据", "不涉及", "未统计",
    "缺", "缺失", "n/a", "na", "null", "none",
}  # fmt: skip
_NAMES_NO_PROOF = {
    "见附件", "详见附件", "附件", "附后", "另附", "见附表", "同上", "有", "待补", "待补充", "后补", "待定",
    NOT_APPLICABLE,
}  # fmt: skip
_CLAUSES = re.compile(r"[\s:：,，;；。.、（(]+")


def means_nothing(text: str) -> bool:
    """Tell whether text in the place of a number says that there is none, such as a dash."""
    return folded(text).lower() in _NOTHING


def says_nothing(text: str) -> bool:
    """Tell whether text says that there is nothing to say: 无, 暂无, or no word at all.

    Examples
    --------
    >>> [says_nothing(text) for text in ("无", "/", ".", "—", "1 号文")]
    [True, True, True, True, False]
    """
    return means_nothing(text) or not any(c.isalnum() for c in text)


def proves_nothing(text: str) -> bool:
    """Tell whether text in the place of a source or of evidence names no document."""
    return says_nothing(text) or text.rstrip("。.") in _NAMES_NO_PROOF


def confirms(note: str) -> bool:
    """Tell whether a note says 已核实, as a clause of its own.

    Examples
    --------
    >>> confirms("已核实：新线投用"), confirms("已核实有误"), confirms("未经已核实")
    (True, False, False)
    """
    return CONFIRMED in _CLAUSES.split(note)
