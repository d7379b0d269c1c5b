"""Intake: workbooks in, a report out; what is sound is added to the pack."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assessment.data.csv_source import shown
from assessment.data.pack import INTAKE, Pack, load_pack
from assessment.errors import Fault, InputError, system_reason
from assessment.intake import add, archive, blanks, layout
from assessment.intake.examine import Examined, examine
from assessment.intake.filled import Filled
from assessment.intake.guard import RefusedError
from assessment.intake.read_form import read_form
from assessment.intake.receipts import read_receipts
from assessment.intake.reconcile import Difference
from assessment.intake.returns import write_returns
from assessment.intake.workbook import read_limited
from assessment.params.model import Params

INTO = "--into"
"""The option that names the pack."""

Status = Literal["accepted", "refused", "unchanged"]


@dataclass(frozen=True)
class WorkbookReport:
    """What became of one workbook.

    Attributes
    ----------
    file, owner, form : str
        File name, department or unit, form (``2025-D01``); the last two empty if unknown.
    status : str
        ``accepted``, ``refused`` (it has faults; nothing of it was added) or ``unchanged`` (taken
        in before, or nothing new in it).
    added, revised, missing : int
        Rows added, rows revised, cells not filled in.
    """

    file: str
    owner: str
    form: str
    status: Status
    added: int = 0
    revised: int = 0
    missing: int = 0


@dataclass(frozen=True)
class IntakeReport:
    """What an intake found and did.

    Attributes
    ----------
    workbooks : tuple of WorkbookReport
        In the order given.
    faults : tuple of Fault
        What stopped workbooks, by workbook, sheet and cell.
    notices : tuple of Fault
        What asks for a note; it stops nothing.
    gaps : tuple of Fault
        What was not filled in, one a workbook and sheet.
    differences : tuple of Difference
        City figures against the units' sums, of the year taken in.
    batch : Path, optional
        Folder with what was added; None if nothing was.
    returned : tuple of Path
        Annotated copies of refused forms.
    failed : tuple of Fault
        Annotated copies that could not be written.
    """

    workbooks: tuple[WorkbookReport, ...]
    faults: tuple[Fault, ...] = ()
    notices: tuple[Fault, ...] = ()
    gaps: tuple[Fault, ...] = ()
    differences: tuple[Difference, ...] = ()
    batch: Path | None = None
    returned: tuple[Path, ...] = ()
    failed: tuple[Fault, ...] = ()

    @property
    def ok(self) -> bool:
        """True if nothing was refused."""
        return not self.faults


def _labels(files: Sequence[Path]) -> list[str]:
    """Return names for messages: the file's own, with its folder where two are alike."""
    names = Counter(path.name for path in files)
    labels = [path.name if names[path.name] == 1 else str(path) for path in files]
    return [label.encode("utf-8", "backslashreplace").decode() for label in labels]


def _opened(path: Path, label: str) -> tuple[list[tuple[str, bytes]], list[Filled]]:
    """Return the workbooks of a file by their names, itself or those in a zip; and what is refused."""
    try:
        data = read_limited(path)
        if not archive.is_archive(data):
            return [(label, data)], []
        forms, others = archive.unpack(data)
    except RefusedError as refusal:
        form = Filled(label, "")
        form.faults.append(Fault(label, "", refusal.problem, refusal.remedy))
        return [], [form]
    left = []
    if others:
        note = Filled(label, "")
        what = f"压缩包里有 {len(others)} 个文件不是 .xlsx（{blanks.listed([shown(o) for o in others])}），未读取"
        note.notices.append(Fault(label, "", what, "是表单的请另存为 .xlsx；佐证文件请另行存档"))
        left.append(note)
    return [(f"{label}/{name}", one) for name, one in forms.items()], left


def _read(
    files: Sequence[Path], params: Params, year: int, known: set[str]
) -> tuple[list[Filled | WorkbookReport], list[Fault]]:
    """Read all forms; also return what is said of the files that they came in."""
    digest = layout.digest(params)
    seen = set(known)
    found: list[Filled | WorkbookReport] = []
    notices: list[Fault] = []
    for path, label in zip(files, _labels(files), strict=True):
        books, left = _opened(path, label)
        found += [form for form in left if form.faults]
        notices += [notice for form in left for notice in form.notices]
        for name, data in books:
            sha256 = hashlib.sha256(data).hexdigest()
            if sha256 in seen:
                found.append(WorkbookReport(name, "", "", "unchanged"))
                continue
            seen.add(sha256)
            found.append(read_form(data, name, params, year, digest))
    return found, notices


def _content(form: Filled) -> tuple[object, ...]:
    tables = [table.columns for table in (*form.observations, *form.tasks)]
    said = [(fault.place, fault.problem) for fault in (*form.faults, *form.notices)]
    return tables, form.remarks, form.who, form.received, said


def _without_copies(read: list[Filled | WorkbookReport]) -> list[Filled | WorkbookReport]:
    """Leave out forms that say the same as an earlier one of the same owner."""
    seen: dict[str, list[tuple[object, ...]]] = {}
    found: list[Filled | WorkbookReport] = []
    for form in read:
        if isinstance(form, Filled) and form.identity is not None and form.owner is not None:
            known = seen.setdefault(form.identity.id, [])
            if (content := _content(form)) in known:
                copy = WorkbookReport(form.file, form.owner.name, form.identity.id, "unchanged")
                found.append(copy)
                continue
            known.append(content)
        found.append(form)
    return found


def _refuse_versions(forms: Sequence[Filled]) -> list[Filled]:
    """Refuse several versions of one form, and return the other forms.

    Which version counts is the evaluator's to say; to compare them would give a fault a row.
    """
    versions: dict[str, list[Filled]] = {}
    for form in forms:
        versions.setdefault(form.identity.id if form.identity else form.file, []).append(form)
    for those in versions.values():
        for form in those if len(those) > 1 else ():
            others = "、".join(other.file for other in those if other is not form)
            owner = form.owner.name if form.owner else ""
            what = f"与 {others} 都是“{owner}”的表，内容不同"
            form.faults.append(Fault(form.file, "", what, "只留要收的一份，再运行一次"))
    return [those[0] for those in versions.values() if len(those) == 1]


def _examined(forms: list[Filled], pack: Pack, params: Params, year: int) -> Examined:
    """Examine all forms, then those without faults alone, until what is left agrees with the pack.

    All together first, so that every fault is told at once; then without the refused ones, since
    what is taken in must agree with the pack and itself.
    """
    found = examine(forms, pack, params, year)
    while True:
        left = [form for form in found.forms if not form.faults]
        if len(left) == len(found.forms):
            for form in left if found.pack_faults else ():
                # Rows of the pack itself are at odds with these forms.
                form.faults += found.pack_faults
            return found
        found = examine(left, pack, params, year)


def _reported(form: Filled, batch: add.Batch | None) -> WorkbookReport:
    owner = form.owner.name if form.owner else ""
    name = form.identity.id if form.identity else ""
    if form.faults:
        return WorkbookReport(form.file, owner, name, "refused", missing=len(form.gaps))
    for receipt in batch.receipts if batch else ():
        if receipt.sha256 == form.sha256:
            return WorkbookReport(
                form.file, owner, name, "accepted", receipt.added, receipt.revised, receipt.missing
            )
    return WorkbookReport(form.file, owner, name, "unchanged", missing=len(form.gaps))


def intake(
    files: Sequence[Path], pack_folder: Path, params: Params, *, year: int | None = None,
    returns: Path | None = None,
) -> IntakeReport:  # fmt: skip
    """Read filled forms, check them, and add what is sound to a pack.

    Parameters
    ----------
    files : sequence of Path
        Workbooks as they came back, or zips of them.
    pack_folder : Path
        The pack; it must load (it may have no observations yet).
    params : Params
        Plan, catalogue and regions.
    year : int, optional
        The year whose forms are taken in; ``run.yml``'s by default.
    returns : Path, optional
        Folder for annotated copies of the forms that are refused; none are written without it.

    Returns
    -------
    IntakeReport
        All faults of all workbooks. A workbook with a fault adds nothing; those without are added
        together, in one rename. Nothing is raised for bad input.
    """
    year = params.run.year if year is None else year
    folder = Path(pack_folder)
    try:
        pack = load_pack(folder, params, allow_empty=True, called=INTO)
        receipts = read_receipts(folder)
    except InputError as error:
        refused = [WorkbookReport(label, "", "", "refused") for label in _labels(files)]
        return IntakeReport(tuple(refused), faults=error.faults)
    opened, notices = _read(files, params, year, {receipt.sha256 for receipt in receipts})
    read = _without_copies(opened)
    forms = [form for form in read if isinstance(form, Filled)]
    single = _refuse_versions(forms)
    found = _examined(single, pack, params, year)
    accepted = [form for form in single if not form.faults]
    faulty = [form for form in forms if form.faults]
    batch, place, problems = _added(found, accepted, pack, params, folder)
    if problems:
        for form in accepted:
            form.faults += problems
        batch = None
    returned, failed = write_returns(faulty, returns) if returns is not None else ([], [])
    return IntakeReport(
        workbooks=tuple(_reported(f, batch) if isinstance(f, Filled) else f for f in read),
        faults=tuple(dict.fromkeys(fault for form in forms for fault in form.faults)),
        notices=(*notices, *(fault for form in forms for fault in form.notices)),
        gaps=tuple(fault for form in forms for fault in blanks.told(form.file, form.gaps)),
        differences=found.differences,
        batch=place,
        returned=tuple(returned),
        failed=tuple(failed),
    )


def _added(
    found: Examined, accepted: list[Filled], pack: Pack, params: Params, folder: Path
) -> tuple[add.Batch | None, Path | None, list[Fault]]:
    """Add accepted forms: staged, read back with the pack, then renamed into place."""
    if not accepted:
        return None, None, []
    try:
        with add.lock(folder):
            known = read_receipts(folder)
            if {r.sha256 for r in known} & {form.sha256 for form in accepted}:
                raise add.BusyError
            batch = add.collect(found, accepted, pack, params, known)
            if not batch.receipts:
                return batch, None, []
            aside = add.stage(batch, folder)
            try:
                load_pack(folder, params, staged=aside, allow_empty=True, called=INTO)
                return batch, add.commit(aside), []
            except BaseException:
                shutil.rmtree(aside, ignore_errors=True)
                raise
    except InputError as error:
        return None, None, list(error.faults)
    except (add.BusyError, add.Timeout):
        fault = Fault(INTO, str(folder), "另一个 intake 正在写入此数据包", "请稍后重试")
        return None, None, [fault]
    except OSError as error:
        fault = Fault(
            INTO,
            f"{folder}/{INTAKE}",
            f"无法写入（{system_reason(error)}），没有加入任何数据",
            "请检查磁盘与权限",
        )
        return None, None, [fault]
