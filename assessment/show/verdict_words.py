"""One table of verdicts: the word, shape and tone of each, the same wherever it is shown."""

from __future__ import annotations

from typing import Literal, NamedTuple

Tone = Literal["best", "good", "fair", "bad", "unknown", "none"]


class Look(NamedTuple):
    """How a verdict is shown.

    Attributes
    ----------
    word, shape : str
        Chinese word and the shape before it.
    tone : str
        Which colour it takes; never the only sign.
    """

    word: str
    shape: str
    tone: Tone


LOOKS: dict[str, Look] = {
    # before the target year
    "achieved_early": Look("提前实现", "●", "best"),
    "faster": Look("快于预期", "▲", "best"),
    "on_track": Look("符合预期", "■", "good"),
    "slow": Look("进展偏慢", "◆", "fair"),
    "far_behind": Look("明显滞后", "▼", "bad"),
    "reversed": Look("倒退", "✕", "bad"),
    # at and after the target year
    "met": Look("完成", "●", "best"),
    "nearly_met": Look("基本完成", "■", "good"),
    "not_met": Look("未完成", "▼", "bad"),
    "aspiration_not_met": Look("未达力争目标", "◆", "fair"),
    # standing requirements and prohibitions
    "standing_met": Look("达标", "●", "best"),
    "standing_not_met": Look("未达标", "▼", "bad"),
    "compliant": Look("合规", "●", "best"),
    "violated": Look("不合格", "✕", "bad"),
    # direction only
    "right_direction": Look("方向正确", "▲", "best"),
    "mean_right": Look("总体向好,有反复", "◆", "fair"),
    "last_right": Look("本年好转,多年未改", "◆", "fair"),
    "no_clear_change": Look("基本持平", "◆", "fair"),
    "wrong_direction": Look("方向相反", "✕", "bad"),
    # not judged
    "insufficient_data": Look("数据不足", "○", "unknown"),
    "not_applicable": Look("不适用", "–", "none"),
    "contribution_only": Look("只列贡献", "–", "none"),
    "city_only": Look("只判全市", "–", "none"),
    "units_only": Look("由各单元分别判断", "–", "none"),
    # a whole chapter, by the worst class that one of its targets has
    "chapter_behind": Look("落后", "▼", "bad"),
    "chapter_slow": Look("偏慢", "◆", "fair"),
    "chapter_met": Look("达到要求", "■", "good"),
    "chapter_without": Look("无可判断", "–", "none"),
    # tasks
    "task_completed": Look("已完成", "●", "best"),
    "task_compliant": Look("未发现违反", "●", "best"),
    "task_on_schedule": Look("按序推进", "■", "good"),
    "task_slow": Look("进展滞后", "◆", "fair"),
    "task_overdue": Look("到期未完成", "▼", "bad"),
    "task_not_started": Look("未启动", "▼", "bad"),
    "task_violated": Look("发现违反", "✕", "bad"),
    "task_contradicted": Look("自报与数据不符", "✕", "bad"),
    "task_no_evidence": Look("无佐证", "○", "unknown"),
    "task_not_reported": Look("未报送", "○", "unknown"),
    # co-change of pollution and carbon
    "synergy_pollutant_faster": Look("协同减排(减污更快)", "●", "best"),
    "synergy_carbon_faster": Look("协同减排(降碳更快)", "●", "best"),
    "synergy_equal": Look("协同减排(幅度相同)", "●", "best"),
    "synergy": Look("协同减排", "●", "best"),
    "mixed": Look("因污染物而异", "◆", "fair"),
    "only_carbon_falls": Look("只降碳", "◆", "fair"),
    "only_pollutant_falls": Look("只减污", "◆", "fair"),
    "both_rise": Look("同增", "✕", "bad"),
    "carbon_unclear": Look("碳的变化分辨不出", "○", "unknown"),
    "pollutant_unclear": Look("污染物的变化分辨不出", "○", "unknown"),
    "both_unclear": Look("变化都分辨不出", "○", "unknown"),
    "undefined": Look("无法判断", "○", "unknown"),
}


PROGRESS: dict[str, tuple[str, str]] = {
    "linear": ("应有进度", "进度为应有进度的"),
    "statcan": ("所需增速", "年均增速为所需增速的"),
}
"""What the ratio of each progress rule is a share of, and the words before it in a sentence."""


COMPLETION: dict[str | None, str] = {
    "change": "增量完成率", "level": "目标完成率", None: "完成率",
}  # fmt: skip
"""Terms of a completion: the change made over the change due, or the value over the target."""


def look(verdict: str) -> Look:
    """Return how a verdict is shown.

    Raises
    ------
    KeyError
        No such verdict.
    """
    return LOOKS[verdict]
