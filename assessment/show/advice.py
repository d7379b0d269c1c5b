"""Draft recommendations: what, who, by when, which indicator it moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assessment.results.model import Recommendation, TargetResult
from assessment.show.formatting import number, quoted
from assessment.show.verdict_words import look


def draft_recommendations(
    urgent: Sequence[TargetResult], year: int, edited: Mapping[str, str] | None = None
) -> list[Recommendation]:
    """Draft a line of advice for each target that is behind or slow.

    Parameters
    ----------
    urgent : sequence of TargetResult
        The targets, in the order of the lines.
    year : int
        Year of assessment; a target that is due sets the end of the next year as deadline.
    edited : mapping, optional
        Lines as the evaluator wrote them, by target number; they replace the draft.
    """
    written = edited or {}
    lines = []
    for target in urgent:
        owner = target.departments[0] if target.departments else "责任部门"
        due = target.target_year if target.target_year and target.target_year > year else year + 1
        text = (
            f"由{owner}牵头,查清{quoted(target.name)}{look(target.verdict).word}的原因,"
            f"{due} 年底前拿出补差措施"
        )
        if target.gap is not None and target.gap > 0:
            unit = "个百分点" if target.unit.startswith("%") else target.unit
            text += f",补上 {number(target.gap, target.decimals)} {unit}的差距"
        lines.append(
            Recommendation(
                target=target.no,
                text=written.get(target.no, text + "。"),
                departments=target.departments,
                deadline=f"{due} 年底",
                indicator=target.indicator,
                edited=target.no in written,
            )
        )
    return lines
