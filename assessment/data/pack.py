"""A data pack: a folder of tables and their head, checked whole before anything is computed."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assessment.data import columns, csv_source, revisions, schema
from assessment.data.checks import ObservationChecks, duplicates, labels_of, series_of
from assessment.data.columns import Vocabulary, vocabulary
from assessment.data.csv_source import Finding
from assessment.data.meta import FILE, Break, PackMeta, load_meta, series_faults
from assessment.data.pack_files import INTAKE, is_table
from assessment.data.past import trend_findings
from assessment.data.rows import Columns, Rows, in_order
from assessment.errors import Fault, InputError
from assessment.files import Stamp, decode, stamp_of
from assessment.params.model import Params
from assessment.params.yaml_source import removed

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Pack:
    """A checked data pack.

    Rows are in canonical order (regions in the order of ``regions.yml``, then indicator, year,
    month, series), so that the order of files and rows makes no difference. Each bears ``file`` and
    ``row``, the row as a spreadsheet counts it (header = 1).

    Attributes
    ----------
    folder : Path
        Where the pack lies.
    meta : PackMeta
        What ``pack.yml`` says; names of indicators and regions as ids.
    tables : Mapping of str to Rows
        The rows of each kind; a frame of each is the property of the same name.
    notices : tuple of Fault
        What is odd but does not stop the pack.
    """

    folder: Path
    meta: PackMeta
    tables: Mapping[str, Rows]
    notices: tuple[Fault, ...]

    @property
    def observations(self) -> pd.DataFrame:
        """Figures.

        region, year (int64), month (int64, 0 = whole year), indicator, series, value (float64, in
        the catalogue's unit; NaN unless ``state`` is ``value``), state (``value``,
        ``not_applicable``, ``not_reported``), grade, source, address, note, given and given_unit
        (as written), file, row.
        """
        return self.tables["observations"].frame

    @property
    def tasks(self) -> pd.DataFrame:
        """Tasks: region, year, task, status (id), evidence, note, file, row, has_evidence."""
        return self.tables["tasks"].frame

    @property
    def allocations(self) -> pd.DataFrame:
        """Targets handed down: region, target, year, value (in the target's unit), source, note."""
        return self.tables["allocations"].frame

    @property
    def submissions(self) -> pd.DataFrame:
        """Receipts: department, year, due, received (ISO text; empty = not received), note."""
        return self.tables["submissions"].frame

    @property
    def context(self) -> pd.DataFrame:
        """Other figures: region, period, item, value (text as given), unit, source, address."""
        return self.tables["context"].frame

    @property
    def revisions(self) -> pd.DataFrame:
        """Revised figures, already put in the place of the old ones in ``observations``.

        region, year, month, indicator, series, value, state, grade, source, note, given,
        given_unit, old (text), who, when (ISO date), why, workbook, file, row.
        """
        return self.tables["revisions"].frame

    @property
    def task_revisions(self) -> pd.DataFrame:
        """Revised tasks: region, year, task, status, evidence, note, old, who, when, why."""
        return self.tables["task_revisions"].frame

    @property
    def remarks(self) -> pd.DataFrame:
        """What departments and units want said: region or department, year, kind, subject, text."""
        return self.tables["remarks"].frame


@dataclass(frozen=True)
class _Kind:
    """How a kind of table is read, told apart and put in order."""

    columns: csv_source.Columns
    read: Callable[[schema.Sheet, Vocabulary, Params], Columns]
    kept: tuple[str, ...]
    key: dict[str, Any]
    by: tuple[str, ...]


_KINDS = (
    _Kind(
        schema.OBSERVATIONS, columns.observations, columns.OBSERVATION_COLUMNS,
        {"region": "", "year": 0, "month": -1, "indicator": "", "series": None},
        ("region", "indicator", "year", "month", "series"),
    ),
    _Kind(
        schema.TASKS, columns.tasks, columns.TASK_COLUMNS,
        {"region": "", "year": 0, "task": ""}, ("region", "task", "year"),
    ),
    _Kind(
        schema.ALLOCATIONS, columns.allocations, columns.ALLOCATION_COLUMNS,
        {"region": "", "target": "", "year": 0}, ("region", "target", "year"),
    ),
    _Kind(
        schema.SUBMISSIONS, columns.submissions, columns.SUBMISSION_COLUMNS,
        {"department": "", "year": 0}, ("department", "year"),
    ),
    _Kind(
        schema.CONTEXT, columns.context, columns.CONTEXT_COLUMNS, {},
        ("region", "item", "period", "value", "unit", "source", "address", "note", "file", "row"),
    ),
    _Kind(
        schema.REVISIONS, revisions.revisions, revisions.REVISION_COLUMNS, {},
        ("region", "indicator", "year", "month", "series", "when", "file", "row"),
    ),
    _Kind(
        schema.TASK_REVISIONS, revisions.task_revisions, revisions.TASK_REVISION_COLUMNS, {},
        ("region", "task", "year", "when", "file", "row"),
    ),
    _Kind(
        schema.REMARKS, revisions.remarks, revisions.REMARK_COLUMNS, {},
        ("year", "region", "department", "kind", "file", "row"),
    ),
)  # fmt: skip


def _label(path: Path) -> str:
    """Return a file's name as messages call it; one in the bytes of old Windows is read as such."""
    try:
        return path.name.encode().decode()
    except UnicodeEncodeError:
        name = decode(os.fsencode(path.name))
        return name or path.name.encode("utf-8", "backslashreplace").decode()


def _listed(folder: Path) -> list[Path]:
    return sorted(folder.iterdir(), key=lambda path: path.name)


def _entries(folder: Path, staged: Path | None, called: str) -> tuple[dict[Path, str], list[Fault]]:
    """List a folder's entries with their names in the pack; links out of it are refused.

    The files of a batch that forms brought in (``intake/0001``) follow those of the folder itself;
    ``staged`` is a batch that is about to be added; ``called`` is the option that names the folder.
    """
    try:
        if not folder.is_dir():
            raise NotADirectoryError
        root = folder.resolve(strict=True)
        found = {path: _label(path) for path in _listed(folder)}
        room = folder / INTAKE
        batches = [p for p in _listed(room) if not p.name.startswith(".")] if room.is_dir() else []
        for batch in (*batches, *((staged,) if staged else ())):
            if batch.is_dir():
                name = f"{INTAKE}/{_label(batch).lstrip('.')}"
                found |= {path: f"{name}/{_label(path)}" for path in _listed(batch)}
    except (NotADirectoryError, FileNotFoundError):
        fault = Fault(called, str(folder), "数据目录不存在", "请检查路径")
        raise InputError([fault]) from None
    except (OSError, RuntimeError, ValueError):
        fault = Fault(called, str(folder), "数据目录无法读取", "请检查权限")
        raise InputError([fault]) from None
    kept, faults = {}, []
    for path, label in found.items():
        if path.is_symlink() or path.parent.is_symlink() or path.parent.parent.is_symlink():
            try:
                inside = path.resolve(strict=True).is_relative_to(root)
            except (OSError, RuntimeError):
                faults.append(Fault(label, "", "是失效的符号链接", "请放入文件本身"))
                continue
            if not inside:
                faults.append(
                    Fault(label, "", "是指向数据包之外的符号链接", "请把文件本身放进数据包")
                )
                continue
        kept[path] = label
    return kept, faults


def _matches(path: Path, kind: _Kind) -> bool:
    return is_table(path.name, kind.columns.stem)


def _meant(path: Path, stems: list[str]) -> str:
    """Say what a table should be called whose name is nearly that of a kind."""
    close = get_close_matches(path.stem.lower(), stems, n=1, cutoff=0.85)
    return f"是否想写“{close[0]}.csv”？" if close else ""


def _unread(entries: dict[Path, str]) -> list[Fault]:
    """Tell of tables in the folder that are not read, lest data be missing in silence."""
    expected = "、".join(f"{kind.columns.stem}*.csv" for kind in _KINDS)
    stems = [kind.columns.stem for kind in _KINDS]
    return [
        Fault(label, "", "未被读取", _meant(path, stems) or f"数据包只读 {FILE} 与 {expected}")
        for path, label in entries.items()
        if path.suffix.lower() in {".csv", ".xlsx", ".xls", ".tsv"}
        and not path.name.startswith(("~$", "."))
        and not any(_matches(path, kind) for kind in _KINDS)
    ]


def _merged(parts: list[Columns], kind: _Kind) -> Columns:
    names = (*kind.kept, "sound")
    if len(parts) == 1:  # revisions change columns in place
        return {name: list(cells) for name, cells in parts[0].items()}
    return {name: [cell for part in parts for cell in part[name]] for name in names}


@dataclass
class _Tables:
    """All tables of one kind: their rows, what was found, and whether all could be read."""

    columns: Columns
    findings: list[Finding]
    notes: list[Finding]
    files: list[str]
    readable: bool


@dataclass(frozen=True)
class _File:
    """One table as it was read; whoever changes a column copies it."""

    columns: Columns
    findings: list[Finding]
    notes: list[Finding]
    file: str
    readable: bool


_KEPT: dict[tuple[Path, str], tuple[Stamp, Params, _File]] = {}
"""Tables read before: of a pack that is opened again, most files are as they were."""

_MOST_KEPT = 1000


def _read_file(path: Path, label: str, kind: _Kind, names: Vocabulary, params: Params) -> _File:
    try:
        stamp = stamp_of(path)
    except OSError:
        stamp = None
    before = _KEPT.get((path, label))
    if before is not None and before[0] == stamp and before[1] is params:
        return before[2]
    table = csv_source.read_table(path, kind.columns, label)
    sheet = schema.Sheet(table)
    columns = kind.read(sheet, names, params)
    found = _File(columns, sheet.findings, table.notes, table.file, table.readable)
    if stamp is not None:
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        _KEPT[path, label] = (stamp, params, found)
    return found


def _read_kind(kind: _Kind, entries: dict[Path, str], names: Vocabulary, params: Params) -> _Tables:
    parts: list[Columns] = []
    findings: list[Finding] = []
    notes: list[Finding] = []
    files: list[str] = []
    readable = True
    for path, label in entries.items():
        if not _matches(path, kind):
            continue
        found = _read_file(path, label, kind, names, params)
        parts.append(found.columns)
        findings += found.findings
        notes += found.notes
        files.append(found.file)
        readable &= found.readable
    merged = _merged(parts, kind)
    if kind.columns is schema.SUBMISSIONS:
        merged = revisions.settled(merged)
    if kind.key:
        findings += duplicates(merged, kind.key, labels_of(params))
    return _Tables(merged, findings, notes, files, readable)


def _in_reading_order(
    findings: Iterable[Finding], names: tuple[str, ...], files: list[str]
) -> list[Fault]:
    places = {name: i for i, name in enumerate(names)}
    file_order = {name: i for i, name in enumerate(dict.fromkeys(files))}
    ordered = sorted(
        findings, key=lambda f: (file_order[f.file], f.row, places.get(f.column, -1), f.problem)
    )
    return [finding.fault() for finding in _unknown_once(ordered)]


_MOST_ROWS = 10


def _unknown_once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Tell a name that is not known in many rows of a column once, at the first of them."""
    findings = list(findings)
    same = Counter((f.file, f.column, f.problem) for f in findings)
    told = set()
    for finding in findings:
        key = (finding.file, finding.column, finding.problem)
        if same[key] <= _MOST_ROWS or not finding.problem.startswith(schema.UNKNOWN):
            yield finding
        elif key not in told:
            told.add(key)
            yield replace(finding, problem=f"{finding.problem}，这样的共 {same[key]} 行")


def _allocation_notices(found: Columns, params: Params) -> list[Finding]:
    years = {target.no: target.year for target in params.plan.targets}
    rows = zip(found["target"], found["year"], found["file"], found["row"], strict=True)
    return [
        Finding(
            file, row, "year", f"{no} 在计划中的目标年是 {years[no]}，此处为 {year}", "请核对目标年"
        )
        for no, year, file, row in rows
        if years.get(no) not in (None, year)
    ]


def _revise(tables: dict[str, _Tables], params: Params) -> None:
    """Let revisions take the place of what they revise."""
    for kind, later in (("observations", "revisions"), ("tasks", "task_revisions")):
        key = list(next(k for k in _KINDS if k.columns.stem == kind).key)
        found = revisions.apply(tables[kind].columns, tables[later].columns, key, labels_of(params))
        tables[later].findings += found


def load_pack(
    folder: Path,
    params: Params,
    *,
    staged: Path | None = None,
    allow_empty: bool = False,
    called: str = "--data",
) -> Pack:
    """Load and check a data pack.

    Parameters
    ----------
    folder : Path
        Folder with ``pack.yml``, ``observations*.csv`` and, if there are any, ``tasks*.csv``,
        ``allocations*.csv``, ``submissions*.csv`` and ``context*.csv``.
    params : Params
        Plan, catalogue and regions that the pack is about.
    staged : Path, optional
        Folder of a batch that is read as if it stood in the pack already.
    allow_empty : bool
        Take a pack that has no observations yet.
    called : str
        The option that the user named the folder by.

    Returns
    -------
    Pack
        Rows in canonical order, values in the catalogue's units.

    Raises
    ------
    InputError
        Every fault of every file, in reading order.
    """
    folder = Path(folder)
    entries, faults = _entries(folder, staged, called)
    refused = bool(faults)
    names = vocabulary(params)
    head = folder / FILE
    meta: PackMeta | None = None
    if head in entries:
        try:
            meta = load_meta(head, names)
        except InputError as error:
            faults += error.faults
    elif not any(fault.file == FILE for fault in faults):
        faults.append(Fault(FILE, "", "数据包中没有此文件", "应写明 title、kind、cutoff"))

    tables = {kind.columns.stem: _read_kind(kind, entries, names, params) for kind in _KINDS}
    _revise(tables, params)
    seen = tables["observations"]
    checks = ObservationChecks(seen.columns, params, meta.primary_series if meta else {})
    seen.findings += checks.faults()
    if meta is not None:
        labels = {indicator.id: indicator.label for indicator in params.catalogue.indicators}
        faults += series_faults(
            head, series_of(seen.columns), labels, meta.primary_series, not seen.findings
        )
    for kind in _KINDS:
        found = tables[kind.columns.stem]
        # A revised row stands in the file of its revision.
        later = [name for table in tables.values() for name in table.files]
        faults += _in_reading_order(found.findings, kind.columns.names, [*found.files, *later])
    if allow_empty:
        pass
    elif not seen.files and not refused:
        faults.append(
            Fault("observations*.csv", "", "数据包中没有观测数据", "至少应有一个 observations*.csv")
        )
    elif not seen.columns["row"] and not seen.findings:
        faults += [Fault(file, "", "只有表头，没有数据行", "请填入数据") for file in seen.files]
    if faults or meta is None:
        raise InputError(faults)

    notices = [*_unread(entries), *removed(head, FILE)]
    for kind in _KINDS:
        notices += [note.fault() for note in tables[kind.columns.stem].notes]
    soft = [*checks.notices(), *checks.after(meta.cutoff)]
    told = {(finding.file, finding.row) for finding in soft}
    past = trend_findings(
        seen.columns,
        range(len(seen.columns["row"])),
        meta.breaks,
        params,
        note=" note ",
        settled=True,
    )
    soft += [found for found, _ in past if (found.file, found.row) not in told]
    files = [*seen.files, *tables["revisions"].files]
    notices += _in_reading_order(soft, schema.OBSERVATIONS.names, files)
    allocated = tables["allocations"]
    notices += _in_reading_order(
        _allocation_notices(allocated.columns, params), schema.ALLOCATIONS.names, allocated.files
    )
    order = {
        "region": ("", *names.regions),
        "task": names.tasks,
        "target": names.targets,
        "department": ("", *params.plan.departments),
    }
    ordered = {
        kind.columns.stem: in_order(
            tables.pop(kind.columns.stem).columns, kind.kept, order, kind.by
        )
        for kind in _KINDS
    }
    return Pack(folder, meta, ordered, tuple(notices))


__all__ = ["INTAKE", "Break", "Pack", "PackMeta", "load_pack"]
