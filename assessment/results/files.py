"""Results read back from what was built."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from assessment.errors import NoRecordError
from assessment.results.model import RECORD_MIME, ChapterRecord, ReportResults


def read_results(path: str | Path) -> ChapterRecord | ReportResults:
    """Read the results of an executed notebook, of a results.json, or of a report's folder.

    Parameters
    ----------
    path : str or Path
        An executed ``.ipynb``, a ``results.json``, or a folder that holds one.

    Returns
    -------
    ChapterRecord or ReportResults
        What the chapter states, or what the whole report states.

    Raises
    ------
    OSError
        There is no such file, or no ``results.json`` in the folder.
    NoRecordError
        The notebook holds no record of a chapter, or several: it was not run to its end.
    pydantic.ValidationError
        The file is of another version, or damaged.
    """
    place = Path(path)
    if place.is_dir():
        place = place / "results.json"
    text = place.read_text(encoding="utf-8")
    if place.suffix != ".ipynb":
        return ReportResults.model_validate_json(text)
    return only_record(json.loads(text)["cells"])


def only_record(cells: Iterable[Mapping[str, Any]]) -> ChapterRecord:
    """Return the record among the outputs of a notebook's cells.

    Raises
    ------
    NoRecordError
        There is none, or more than one.
    """
    found = [
        "".join(output["data"][RECORD_MIME])
        for cell in cells
        for output in cell.get("outputs", ())
        if RECORD_MIME in output.get("data", {})
    ]
    if len(found) != 1:
        raise NoRecordError(len(found))
    return ChapterRecord.model_validate_json(found[0])
