"""What the findings of a chapter state, and a check of their sentences."""

from __future__ import annotations

import json
import re
from typing import Any

from assessment.chapter.chapter import Chapter
from assessment.results.values import Sentence
from assessment.show.blocks import AnyBlock, Figure, Heading, Prose, Table
from tests.chapter.analyses.seen import resolve


def checked(chapter: Chapter) -> list[Sentence]:
    """Check that results are JSON and that each number of a sentence is a cell of them."""
    kept = {key: dict(finding.kept) for key, finding in chapter.findings.items()}
    written = json.loads(json.dumps(kept, allow_nan=False))
    document = {
        "analysis": {chapter.id: written},
        "targets": {no: t.model_dump(mode="json") for no, t in chapter.all_targets.items()},
    }
    names = [text for e in chapter.inputs.catalogue.indicators for text in (e.name, e.label)]
    names += [t for r in chapter.all_targets.values() for t in (r.name, r.reason) if t]
    sentences = [
        sentence
        for finding in chapter.findings.values()
        for block in finding.blocks.blocks
        if isinstance(block, Prose)
        for sentence in block.sentences
    ]
    for sentence in sentences:
        for fact in sentence.facts:
            assert resolve(document, fact.pointer) == fact.value, (sentence.text, fact)
        bare = re.sub(r"\{\d+\}", "", sentence.template).replace("95% 区间", "")
        for name in sorted(names, key=len, reverse=True):
            bare = bare.replace(name, "")
        assert not re.search(r"[0-9]", bare), sentence.template
    return sentences


def prose(chapter: Chapter, key: str) -> str:
    """Text of a finding's sentences."""
    blocks = chapter.findings[key].blocks.blocks
    return "".join(s.text for b in blocks if isinstance(b, Prose) for s in b.sentences)


def block(chapter: Chapter, key: str, kind: type[AnyBlock]) -> Any:
    """The one block of a kind that a finding shows; None where it has none."""
    found = [b for b in chapter.findings[key].blocks.blocks if isinstance(b, kind)]
    assert len(found) <= 1
    return found[0] if found else None


__all__ = ["Figure", "Heading", "Table", "block", "checked", "prose"]
