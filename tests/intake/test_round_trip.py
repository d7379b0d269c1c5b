"""Forms out, filled in, one in five with faults, back, corrected: the pack is as its source."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from assessment.assess.targets import assess_targets
from assessment.assess.tasks import assess_tasks
from assessment.data.pack import Pack, load_pack
from assessment.errors import Fault
from assessment.intake import intake, layout
from assessment.job.sources import Sources
from assessment.params.model import Params
from tests.intake import people, planted
from tests.intake.conftest import YEAR

CELLS = ("region", "year", "month", "indicator", "series", "value", "state", "grade", "source",
         "note")  # fmt: skip
BY_NAME = {kind.name: kind for kind in planted.KINDS}
# Kinds that need rows of other forms than the one they were written for.
FIGURES = tuple(planted.FIGURES)
SPOILT = {
    "市交通运输局": ("fraction for a per cent", "wrong magnitude", "part above the whole", "merged cells",
               "error value", "words in a month", "remark without kind", "done without evidence"),
    "市生态环境局": FIGURES[0:7],
    "市住房城乡建设局": FIGURES[7:14],
    "市统计局": FIGURES[14:22],
    "周村区": ("done without evidence", "unknown status", "nobody signed"),
    "沂源县": ("unknown task", "no date"),
}  # fmt: skip


def spoil(book: openpyxl.Workbook, owner: str) -> set[tuple[str, str]]:
    """Plant faults in a filled form; return sheet and cell of each."""
    if owner == "市交通运输局" or layout.ANNUAL not in book.sheetnames:
        return {BY_NAME[name].plant(book)[:2] for name in SPOILT[owner]}
    sheet, found = book[layout.ANNUAL], set()
    rows = iter(range(layout.HEAD_ROW + 2, sheet.max_row, 2))
    for name in SPOILT[owner]:
        row = next(
            r for r in rows
            if isinstance(sheet.cell(r, people.ANNUAL[planted.VALUE]).value, int | float)
        )  # fmt: skip
        code = sheet.cell(row, people.ANNUAL[layout.MARK]).value
        region = sheet.cell(row, people.ANNUAL["区县"]).value
        found.add(planted.annual(*planted.FIGURES[name], code, region)(book)[:2])
    return found


@pytest.mark.parametrize("owner", SPOILT)
def test_one_in_five_is_spoilt(owner: str, forms: dict[str, Path]) -> None:
    assert owner in forms
    assert len(SPOILT) * 5 >= len(forms) >= len(SPOILT) * 4
    assert len({name for names in SPOILT.values() for name in names}) >= 25


def contradicted(pack: Pack, params: Params) -> set[tuple[str, str]]:
    """Names of units, and the tasks that the report of the year finds contradicted there."""
    sources, found = Sources(params, pack), set()
    for unit in params.regions.units:
        for chapter in params.plan.chapters:
            inputs = sources.job(chapter.id, unit.id, YEAR)
            tasks = assess_tasks(inputs, chapter, assess_targets(inputs, inputs.targets))
            found |= {(unit.name, t.id) for t in tasks.values() if t.status == "task_contradicted"}
    return found


def asked_about(notices: tuple[Fault, ...]) -> set[tuple[str, str]]:
    """Names of units, and the tasks that intake asks about."""
    said = [re.match(r"任务 (\S+) 报已完成", notice.problem) for notice in notices]
    return {
        (notice.file.split("_")[1], match[1])
        for notice, match in zip(notices, said, strict=True)
        if match is not None
    }


def test_the_pack_from_forms_is_its_source(
    forms: dict[str, Path], answers: people.Answers, params: Params, demo: Pack,
    pack_folder: Path, tmp_path: Path,
) -> None:  # fmt: skip
    room = tmp_path / "back"
    room.mkdir()
    files, wanted, right = [], set(), []
    for owner, path in forms.items():
        book = people.fill(path, answers, params)
        if owner in SPOILT:
            corrected = room / f"corrected {path.name}"
            corrected.write_bytes(people.saved(book))
            right.append(corrected)
            book = openpyxl.load_workbook(io.BytesIO(corrected.read_bytes()))
            for sheet, cell in spoil(book, owner):
                wanted.add((path.name, f"工作表“{sheet}” 单元格 {cell}"))
        files.append(room / path.name)
        files[-1].write_bytes(people.saved(book))

    report = intake(files, pack_folder, params, year=YEAR)
    assert {(fault.file, fault.place) for fault in report.faults} == wanted
    assert len(report.faults) == len(wanted)
    # Intake asks about nothing but what the report will find at odds.
    at_odds = contradicted(demo, params)
    assert len(asked_about(report.notices)) == len(report.notices)
    assert ("临淄区", "2.3.7") in asked_about(report.notices) <= at_odds
    assert report.gaps == ()
    assert [w.owner for w in report.workbooks if w.status == "refused"] == [
        owner for owner in forms if owner in SPOILT
    ]
    before = load_pack(pack_folder, params).observations

    report = intake(right, pack_folder, params, year=YEAR)
    assert (report.faults, report.gaps) == ((), ())
    assert len(asked_about(report.notices)) == len(report.notices)
    assert asked_about(report.notices) == {one for one in at_odds if one[0] in SPOILT}
    pack = load_pack(pack_folder, params)
    assert len(before) < len(pack.observations) == len(demo.observations)
    for name in CELLS:
        ours, theirs = pack.observations[name].to_numpy(), demo.observations[name].to_numpy()
        if name == "value":
            np.testing.assert_array_equal(ours, theirs)
        else:
            assert list(ours) == list(theirs), name
    for name in ("region", "year", "task", "status", "evidence", "note"):
        assert list(pack.tasks[name]) == list(demo.tasks[name]), name
    for name in ("department", "year", "due", "received"):
        assert list(pack.submissions[name]) == list(demo.submissions[name]), name
    assert set(pack.notices) <= set(demo.notices)

    report = intake([*files, *right], pack_folder, params, year=YEAR)
    assert {w.status for w in report.workbooks if w.owner not in SPOILT} == {"unchanged"}
    assert report.batch is None
