"""A chapter that keeps what its analyses put into the record, and a check of their sentences."""

from __future__ import annotations

import csv
import functools
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from assessment.chapter.chapter import Chapter
from assessment.chapter.finding import Finding
from assessment.folders import find_folder
from assessment.job.series import LevelBreak, Observation
from assessment.job.sources import open_sources
from assessment.results.values import Sentence
from assessment.show.blocks import Blocks, Prose

UNITS = (
    "全市", "张店区", "淄川区", "博山区", "周村区", "临淄区", "桓台县", "高青县", "沂源县",
    "高新区", "经济开发区", "文昌湖",
)  # fmt: skip


class Seen(Chapter):
    """Chapter whose analyses can be looked at without showing every part of it."""

    def add(self, name: str, result: Mapping[str, Any], *blocks: Any, messages: Any = ()) -> Blocks:
        self.__dict__.setdefault("results", {})[name] = dict(result)
        self.__dict__.setdefault("told", []).extend(messages)
        return super().add(name, result, *blocks, messages=messages)

    @property
    def missed(self) -> list[Any]:
        """What the analyses noted as lacking."""
        return list(self._extra_gaps)


@functools.cache
def _rows() -> dict[tuple[str, str, int], float]:
    found = {}
    for path in find_folder("data/demo").glob("observations*.csv"):
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if not row["month"] and re.fullmatch(r"-?[0-9.]+", row["value"]):
                    found[row["region"], row["indicator"], int(row["year"])] = float(row["value"])
    return found


def given(unit: str) -> Callable[[str, int], float]:
    """Return what the demonstration pack's files say of a unit, read by nothing of the product."""
    name = "淄博市" if unit == "全市" else unit
    return lambda indicator, year: _rows()[name, indicator, year]


def opened(chapter: str, unit: str, year: int = 2025, data: str = "data/demo") -> Seen:
    """Open a chapter of a pack."""
    sources = open_sources(find_folder("params"), find_folder(data))
    return Seen(sources.job(chapter, sources.params.region(unit).id, year))


def changed(
    chapter: Seen, series: Mapping[str, Mapping[int, float | None]], *, breaks: tuple[Any, ...] = (),
    grade: str = "A", keep: bool = False,
) -> Seen:  # fmt: skip
    """Return the chapter with the given series in place of the pack's.

    ``keep`` leaves the years that are not given; a value of None takes a year out.
    """

    def replaced(row: Observation) -> bool:
        years = series.get(row.indicator)
        return years is not None and (not keep or row.year in years)

    rows = [row for row in chapter.inputs.rows if not replaced(row)]
    rows += [
        Observation(
            indicator=name, series="", year=year, month=0, value=value, state="value", grade=grade,
            source="测试", note="", given=str(value), given_unit="", file="test.csv", row=1,
        )
        for name, years in series.items()
        for year, value in years.items()
        if value is not None
    ]  # fmt: skip
    levels = tuple(LevelBreak(indicator=n, year=y, reason="测试") for n, y in breaks)
    region = chapter.inputs.region.id
    known = chapter.inputs.breaks
    inputs = chapter.inputs.model_copy(
        update={"rows": tuple(rows), "breaks": known | {region: (*known.get(region, ()), *levels)}}
    )
    return Seen(inputs)


def resolve(document: Any, pointer: str) -> Any:
    """Follow a JSON Pointer."""
    for part in pointer.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


def checked(chapter: Chapter, key: str) -> Finding:
    """Return a finding, each number of whose sentences is what was kept under its pointer."""
    finding = chapter.findings[key]
    kept = {name: dict(each.kept) for name, each in chapter.findings.items()}
    document = json.loads(json.dumps({"analysis": {chapter.id: kept}}, allow_nan=False))
    names = [t for e in chapter.inputs.catalogue.indicators for t in (e.name, e.label)]
    names.sort(key=len, reverse=True)
    for sentence in sentences_of(finding):
        for fact in sentence.facts:
            assert resolve(document, fact.pointer) == fact.value, (sentence.text, fact)
        bare = re.sub(r"\{\d+\}", "", sentence.template).replace("95% 区间", "")
        for name in names:
            bare = bare.replace(name, "")
        assert not re.search(r"[0-9]", bare), sentence.template
    return finding


def sentences_of(finding: Finding) -> list[Sentence]:
    """Sentences of a finding, in order."""
    return [s for b in finding.blocks.blocks if isinstance(b, Prose) for s in b.sentences]


def check(chapter: Seen, blocks: Blocks) -> list[Sentence]:
    """Check that the results are JSON and that each number of a sentence is a cell of them."""
    results = chapter.__dict__["results"]
    written = json.loads(json.dumps(results, allow_nan=False))
    assert written == results
    document = {
        "analysis": {chapter.id: written},
        "targets": {no: t.model_dump(mode="json") for no, t in chapter.all_targets.items()},
    }
    names = [text for e in chapter.inputs.catalogue.indicators for text in (e.name, e.label)]
    names += [t for r in chapter.all_targets.values() for t in (r.name, r.reason) if t]
    sentences = [s for b in blocks.blocks if isinstance(b, Prose) for s in b.sentences]
    for sentence in [*sentences, *chapter.__dict__["told"]]:
        for fact in sentence.facts:
            assert resolve(document, fact.pointer) == fact.value, (sentence.text, fact)
        bare = re.sub(r"\{\d+\}", "", sentence.template).replace("95% 区间", "")
        for name in sorted(names, key=len, reverse=True):
            bare = bare.replace(name, "")
        assert not re.search(r"[0-9]", bare), sentence.template
    return sentences
