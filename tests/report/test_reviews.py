"""Revisions and remarks stand in the report, each with who, when and why."""

from assessment.params.model import Params
from assessment.report.annexes import annex_reviews

REVISION = {
    "indicator": "new_green_factories", "year": 2025, "old": "9", "given": "8",
    "given_unit": "家", "why": "重复计入一家", "who": "王工", "when": "2026-03-20",
}  # fmt: skip
TASK = {
    "task": "2.1.1", "year": 2025, "old": "已完成", "status": "slow", "why": "验收未过",
    "who": "赵工", "when": "2026-03-21",
}  # fmt: skip
REMARK = {
    "subject": "综合能源港", "kind": "异议", "text": "口径应含改造项目",
    "department": "市发展改革委", "who": "李工", "when": "2026-03-22",
}  # fmt: skip


def cells(parameters: Params, **kinds: list) -> list[tuple[str, ...]]:
    given = {"revisions": [], "task_revisions": [], "remarks": [], **kinds}
    shown = annex_reviews(parameters, given)
    return [
        tuple(cell.text for cell in row.cells)
        for table in shown.blocks
        for row in table.rows  # type: ignore[union-attr]
    ]


def test_a_revision_keeps_the_old_value_and_says_why(parameters: Params) -> None:
    assert cells(parameters, revisions=[REVISION], task_revisions=[TASK]) == [
        ("新增绿色工厂(2025 年)", "原为 9,改为 8 家", "重复计入一家", "王工 2026-03-20"),
        ("任务 2.1.1(2025 年)", "原为 已完成,改为 进展滞后", "验收未过", "赵工 2026-03-21"),
    ]


def test_a_remark_is_shown_word_for_word(parameters: Params) -> None:
    assert cells(parameters, remarks=[REMARK]) == [
        ("综合能源港", "异议", "口径应含改造项目", "市发展改革委 李工 2026-03-22")
    ]


def test_nothing_is_shown_where_nothing_was_said(parameters: Params) -> None:
    assert cells(parameters) == []
