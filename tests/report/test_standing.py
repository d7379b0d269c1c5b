import pytest

from assessment.report.standing_part import chapter_standing
from assessment.results.model import ChapterScore
from assessment.show.verdict_words import LOOKS


def score(good: int, slow: int, behind: int, insufficient: int = 0) -> ChapterScore:
    judged = good + slow + behind
    counted = dict.fromkeys(ChapterScore.model_fields, 0) | {
        "targets_total": judged + insufficient,
        "targets_judged": judged,
        "targets_good": good,
        "targets_slow": slow,
        "targets_behind": behind,
        "targets_insufficient": insufficient,
        "synergy_grade": "",
        "synergy_reading": "synergy",
    }
    return ChapterScore.model_validate(counted)


@pytest.mark.parametrize(
    ("counts", "brief", "whole", "count"),
    [
        ((18, 0, 1), "落后 1 项", "19 项中 1 项落后", "1/19"),
        ((3, 2, 0), "偏慢 2 项", "5 项中 2 项偏慢", "2/5"),
        ((3, 0, 0), "达到要求", "3 项都达到要求", "3/3"),
        ((1, 0, 0), "达到要求", "1 项达到要求", "1/1"),
        ((0, 0, 0, 2), "数据不足", "数据不足", ""),
        ((0, 0, 0), "无可判断", "没有可判断的目标", ""),
    ],
)
def test_a_chapter_bears_a_count_and_not_the_class_of_one_target(
    counts: tuple[int, ...], brief: str, whole: str, count: str
) -> None:
    standing = chapter_standing(score(*counts))
    assert standing[1:] == (brief, whole, count)
    assert brief.startswith(LOOKS[standing.verdict].word)
    assert "明显滞后" not in "".join(standing)
