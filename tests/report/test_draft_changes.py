"""What changed since a draft is told from two results: nothing left out, nothing made up."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from assessment.report.draft_changes import changes_between, from_data


def results() -> dict[str, Any]:
    """What of results.json is compared: two targets, one task, one computed series."""
    trace = {"file": "a.csv", "row": 2, "source": "年报", "grade": "B", "given": "", "note": ""}
    base = {"unit": "万吨", "decimals": 1, "previous_verdict": ""}
    point = {"year": 2025, "value": 10.0, "derived": False, "trace": [trace]}
    return {
        "plan": "plan",
        "verdict": {"template": "有 {0} 项落后。", "facts": [{"text": "1"}]},
        "targets": {
            "N01": {**base, "indicator": "coal", "name": "煤炭消费", "verdict": "slow",
                    "points": [{**point, "year": 2024}, point]},
            "N02": {**base, "indicator": "pm25", "name": "PM2.5", "verdict": "met", "points": []},
        },
        "tasks": {"1.1": {"title": "推进", "status": "task_slow"}},
        "trends": {"co2": {**base, "indicator": "co2", "series": "能源", "name": "碳", "points": [
            {"year": 2025, "value": 3.0, "derived": True, "trace": []}], "before_break": []}},
        "scores": {"grade": {"word": "良好", "score": 80.0}, "index": None},
        "comparison": {"ranking": "on"},
        "chapter_titles": {"1": "一"},
        "failed_chapters": {},
        "recommendations": [{"target": "N01", "text": "抓紧。"}],
    }  # fmt: skip


def test_the_same_results_have_no_changes() -> None:
    found = changes_between(results(), results(), "a", "第 1 稿")
    assert not found
    assert found.summary == ""


def test_every_kind_of_change_is_told() -> None:
    before, after = results(), results()
    target = after["targets"]["N01"]
    point = target["points"][-1]
    point["value"] = 11.0
    point["trace"][0]["note"] = "说明\n修订：原为 10（2026-04-01，王工：漏报）"
    target["points"].insert(
        0, {**point, "year": 2023, "trace": [{**point["trace"][0], "note": ""}]}
    )
    after["trends"]["co2"]["points"][0]["value"] = 3.3
    del after["targets"]["N02"]
    target["verdict"] = "not_met"
    after["tasks"]["1.1"]["status"] = "task_completed"
    after["scores"]["grade"]["score"] = 12.34
    after["failed_chapters"] = {"1": "x"}
    after["verdict"]["facts"][0]["text"] = "2"
    after["recommendations"] = [{"target": "N02", "text": "新的建议。"}]
    found = changes_between(before, after, "a", "第 1 稿")
    assert [tuple(figure) for figure in found.figures] == [
        (
            "煤炭消费",
            "万吨",
            2025,
            "10.0",
            "11.0",
            "修订：原为 10（2026-04-01，王工：漏报）",
            False,
        ),
        ("煤炭消费", "万吨", 2023, "—", "11.0", "来源:年报", False),
        ("碳(能源)", "万吨", 2025, "3.0", "3.3", "由别的数算出", True),
    ]
    assert [tuple(line) for line in found.verdicts] == [
        ("N01 煤炭消费", "◆ 进展偏慢", "▼ 未完成"), ("N02 PM2.5", "● 完成", "—"),
        ("1.1 推进", "◆ 进展滞后", "● 已完成"),
    ]  # fmt: skip
    assert [tuple(line) for line in found.scores] == [
        ("评级得分", "80.0", "12.3"), ("一", "已算出", "没有算出"),
    ]  # fmt: skip
    assert [tuple(line) for line in found.sentences] == [
        ("总的结论", "有 1 项落后。", "有 2 项落后。")
    ]
    assert [tuple(line) for line in found.recommendations] == [
        ("PM2.5", "—", "新的建议。"), ("煤炭消费", "抓紧。", "—"),
    ]  # fmt: skip
    assert found.summary == "2 个数、3 项结论、2 个得分或位次、2 条建议"
    assert from_data(json.loads(json.dumps(asdict(found)))) == found

    # Turned round, what was is what is.
    back = changes_between(after, before, "a", "第 1 稿")
    assert {(f.before, f.after) for f in back.figures} == {
        (f.after, f.before) for f in found.figures
    }


def test_a_change_too_small_for_its_decimals_is_shown_with_more() -> None:
    before, after = results(), results()
    after["targets"]["N01"]["points"][-1]["value"] = 10.004
    (figure,) = changes_between(before, after, "a", "第 1 稿").figures
    assert (figure.before, figure.after) == ("10.0000", "10.0040")


def test_ranks_are_told_only_where_there_are_ranks() -> None:
    before, after = results(), results()
    index = {"score": 0.5, "d": 0.5, "rank": 3.0}
    before["scores"]["index"], after["scores"]["index"] = index, {**index, "rank": 1.0}
    for ranking, told in (("on", ["位次"]), ("off", [])):
        after["comparison"]["ranking"] = ranking
        found = changes_between(before, after, "a", "第 1 稿")
        assert [line.what for line in found.scores] == told


def test_what_cannot_be_compared_is_said() -> None:
    other = {**results(), "plan": "other"}
    assert "另一个方案" in changes_between(other, results(), "a", "d").problem
    for damaged in (None, [], {}, {"plan": results()["plan"]}, {**results(), "targets": 3}):
        found = changes_between(damaged, results(), "a", "d")  # type: ignore[arg-type]
        assert found
        assert found.problem
        assert found.summary == "不能比较"
