"""What the report's own parts say, beyond their tables."""

from __future__ import annotations

from assessment.report import parts
from assessment.report.page import Document
from assessment.results.model import ReportResults
from assessment.show.blocks import Blocks, Prose


def prose(blocks: Blocks) -> str:
    found = [block for block in blocks.blocks if isinstance(block, Prose)]
    return "".join(sentence.text for block in found for sentence in block.sentences)


def test_no_data_is_not_taken_for_no_fault(whole: tuple[Document, ReportResults]) -> None:
    _, results = whole
    none = {"recommendations": (), "problems": ()}
    good = results.model_copy(update=none)
    assert "没有落后的目标" in prose(parts.outlook_part(good))
    assert "没有发现推进滞后" in prose(parts.problems_part(good))
    empty = results.model_copy(update={**none, "tally": {**results.tally, "judged": 0}})
    assert "没有能判断的目标" in prose(parts.outlook_part(empty))
    assert "资料不足" in prose(parts.problems_part(empty))
