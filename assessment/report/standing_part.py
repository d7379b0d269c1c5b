"""How a chapter stands by its targets: the worst class that one of them has, and how many."""

from __future__ import annotations

from typing import NamedTuple

from assessment.results.model import ChapterScore


class Standing(NamedTuple):
    """How a chapter stands.

    Attributes
    ----------
    verdict : str
        Whose shape and colour it takes.
    brief : str
        Its word and the count, beside a column that has the total: 落后 2 项.
    whole : str
        The same with the total: 12 项中 2 项落后.
    short : str
        Both numbers where there is room for no more: 2/12; empty where nothing is judged.
    """

    verdict: str
    brief: str
    whole: str
    short: str = ""


def chapter_standing(score: ChapterScore) -> Standing:
    """Tell how a chapter stands; no class of a single target is given to a whole chapter."""
    judged = score.targets_judged
    for verdict, word, found in (
        ("chapter_behind", "落后", score.targets_behind),
        ("chapter_slow", "偏慢", score.targets_slow),
    ):
        if found:
            whole = f"{judged} 项中 {found} 项{word}"
            return Standing(verdict, f"{word} {found} 项", whole, f"{found}/{judged}")
    if judged:
        all_of_them = "都" if judged > 1 else ""
        whole = f"{judged} 项{all_of_them}达到要求"
        return Standing("chapter_met", "达到要求", whole, f"{judged}/{judged}")
    if score.targets_insufficient:
        return Standing("insufficient_data", "数据不足", "数据不足")
    return Standing("chapter_without", "无可判断", "没有可判断的目标")
