"""The sheets of a form that came back, row by row; every cell that is wrong is named."""

from __future__ import annotations

from typing import Any

from assessment.data import schema
from assessment.data.columns import vocabulary
from assessment.data.csv_source import Table, shown
from assessment.data.schema import Names, Problem
from assessment.data.words import (
    NOT_APPLICABLE,
    confirms,
    means_nothing,
    proves_nothing,
    says_nothing,
)
from assessment.intake import layout
from assessment.intake.cells import (
    plain_text,
    proof_text,
    quality,
    squeezed,
)
from assessment.intake.filled import Filled, Remark
from assessment.intake.sheet_rows import Expected, Rows
from assessment.intake.sheet_scan import CELL_PICTURE
from assessment.intake.workbook import Grid
from assessment.params.model import Indicator, Params
from assessment.show.typography import full_width

_COMPLETED = next(word for word, status in schema.STATUSES.items() if status == "completed")
_NO_REASON = Problem("写了“不适用”而没有说明", "请写明原因")


def _empty(kind: Any, label: str) -> Table:
    return Table(label, {name: [] for name in kind.names})


def _append(table: Table, row: int, **cells: str) -> None:
    for name, column in table.columns.items():
        column.append(cells.get(name, ""))
    table.rows.append(row)


def read_figures(form: Filled, sheet: Grid, params: Params, monthly: bool) -> None:
    """Read the sheet of yearly or of monthly figures into tables of observations."""
    assert form.owner is not None and form.identity is not None
    head = layout.MONTHLY_HEAD if monthly else layout.ANNUAL_HEAD
    times = {f"{m}月": str(m) for m in range(1, 13)} if monthly else {"本年值": ""}
    rows = Rows(form, sheet, head, {*times, "数据性质", "来源", "佐证材料", "说明"})
    if not rows.sound:
        return
    wanted = (layout.monthly_rows if monthly else layout.annual_rows)(params, form.owner)
    indicators = {indicator.id: indicator for indicator, _ in wanted}
    known = vocabulary(params).region
    labels = {region.id: region.name for region in params.regions.regions}
    whole = labels[params.regions.city.id]
    expected = Expected(
        rows, {(i.id, region): f"{i.label}，{labels[region]}" for i, region in wanted}
    )
    tables = {name: _table(form, sheet, rows, name, time) for name, time in times.items()}
    for row in rows:
        if expected.is_note(row):
            continue
        code, place = rows.text(row, layout.MARK), rows.text(row, "区县")
        region = _region(place, known, labels, whole)
        if place and not region:
            problem = Problem(f"没有“{shown(place)}”这个区县", "此格已锁定，请写回原来的区县名")
            rows.refuse(row, "区县", problem)
            expected.unplaced()
            continue
        if not expected.meets(row, (code, region), layout.MARK):
            continue
        indicator = indicators[code]
        if not expected.is_named(row, "指标", indicator.name):
            continue
        if not monthly:
            cell = sheet.cell(row, rows.at["上年值"])
            form.last[code, region] = (row, cell)
        _read_figure(form, rows, row, indicator, (region, labels[region]), times, tables)
    expected.close()
    form.observations += [table for table in tables.values() if table.rows]


def _region(place: str, known: Names, labels: dict[str, str], whole: str) -> str:
    """Return the id of a region as people write it, with or without the city's name before it."""
    printed = {full_width(label): region for region, label in labels.items()}
    if found := printed.get(full_width(place)):
        return found
    names = (known(text) for text in (place, place.removeprefix(whole)) if text)
    return next((name for name in names if isinstance(name, str)), "")


def _unit(text: str) -> str:
    """Return a unit as it is compared: brackets around it, widths and a ^ make no difference."""
    return squeezed(text).strip("（）()[]【】").replace("^", "")


def _table(form: Filled, sheet: Grid, rows: Rows, name: str, time: str) -> Table:
    label = f"{form.file} 工作表“{sheet.name}”" + (f"{name}列" if time else "")
    at = rows.at
    form.places[label] = (
        sheet.name,
        {
            "": at[name], "value": at[name], "indicator": at[layout.MARK], "region": at["区县"],
            "unit": at["计量单位"], "grade": at["数据性质"], "source": at["来源"],
            "evidence": at["佐证材料"], "note": at["说明"],
        },
    )  # fmt: skip
    return _empty(schema.OBSERVATIONS, label)


def _read_figure(form: Filled, rows: Rows, row: int, indicator: Indicator, where: tuple[str, str],
                 times: dict[str, str], tables: dict[str, Table]) -> None:  # fmt: skip
    assert form.identity is not None
    region, place = where
    unit = rows.text(row, "计量单位")
    unit = indicator.unit if _unit(unit) == _unit(indicator.unit) else unit
    read = {name: rows.figure(row, name, unit) for name in times}
    nature, given = (rows.read(row, name, plain_text) for name in ("数据性质", "来源"))
    source = given if given is None or not proves_nothing(given) else ""
    evidence, note = rows.read(row, "佐证材料", proof_text) or "", rows.said(row, "说明")
    numbers = [
        text
        for text in read.values()
        if text and text != NOT_APPLICABLE and not means_nothing(text)
    ]
    # A cell that was refused is told once: it reads as if it were filled in.
    grade = quality(nature, evidence) if numbers and nature is not None else "D" if numbers else ""
    if isinstance(grade, Problem):
        rows.refuse(row, "数据性质", grade)
        grade = "D"
    if numbers and source == "":
        what = f"来源只写了“{shown(given)}”，等于没有写" if given else "没有写来源"
        rows.refuse(row, "来源", Problem(what, "每个数都要写明来源，如公报、年鉴、报表的名称"))
    empty = "" if evidence else shown(_raw(rows, row, "佐证材料"))
    if numbers and nature == layout.REPORTED and empty and not says_nothing(empty):
        what = f"佐证材料只写了“{empty}”，没有写明是哪份文件；按没有佐证收入，数据质量记 D 级"
        problem = Problem(what, "有佐证的，请写文件、日期、出具单位")
        rows.form.notice(rows.sheet.name, row, rows.at["佐证材料"], problem)
    if not unit:
        rows.refuse(row, "计量单位", Problem("没有写单位", f"应为“{indicator.unit}”"))
        unit = indicator.unit
    filled = {"数据性质": nature, "来源": source, "佐证材料": evidence}
    beside = () if numbers else tuple(column for column, text in filled.items() if text)
    if len(read) > 1 and all(text == "" for text in read.values()):
        if note:
            form.remarks.append(Remark("说明", indicator.id, note, row))
            for name, month in times.items():
                form.notes[tables[name].file, row] = note
                form.hollow.add((tables[name].file, row))
                _append(
                    tables[name],
                    row, region=place, year=str(form.identity.year), month=month,
                    indicator=indicator.id, unit=unit, note=note,
                )  # fmt: skip
        elif beside:
            key = (indicator.id, region, 1)
            rows.blank(row, next(iter(read)), indicator.label, f"{place}，各月", key, beside)
        if not note:
            for name, month in list(times.items())[bool(beside) :]:
                key, which = (indicator.id, region, int(month)), f"{place}，{name}"
                rows.blank(row, name, indicator.label, which, key, (), asked=False)
        return
    # What has no source was refused above; the rule of packs need not say so again.
    source = source or "来源另行提示"
    explained = note and len(numbers) < len(read)
    for name, text in read.items():
        if text is None or (not text and not note):
            if text == "" and (numbers or not times[name]):
                which = place + (f"，{name}" if times[name] else "")
                key = (indicator.id, region, int(times[name] or 0))
                rows.blank(row, name, indicator.label, which, key, beside)
            continue
        is_number = text in numbers
        if not text and len(read) > 1 and not numbers:
            continue
        form.notes[tables[name].file, row] = note
        form.proofs[tables[name].file, row] = evidence if is_number else ""
        said = "" if explained and is_number and not confirms(note) else note
        if text == NOT_APPLICABLE and not note:
            rows.refuse(row, "说明", _NO_REASON)
            continue
        _append(
            tables[name],
            row, region=place, year=str(form.identity.year), month=times[name],
            indicator=indicator.id, value=text, unit=unit,
            grade=grade if is_number else "", source=source if is_number else "",
            note=said, evidence=evidence if is_number else "",
        )  # fmt: skip


def _raw(rows: Rows, row: int, name: str) -> str:
    """Return what stands in a cell of text, a picture left out."""
    text = rows.sheet.cell(row, rows.at[name])
    at = f"{layout.column_letter(rows.at[name])}{row}"
    unread = at in rows.sheet.scan.pictures | rows.sheet.scan.struck or CELL_PICTURE.match(
        str(text)
    )
    return "" if unread or not proves_nothing(str(text)) else str(text)


def read_tasks(form: Filled, sheet: Grid, params: Params) -> None:
    """Read the sheet of tasks; evidence from helpers becomes remarks."""
    assert form.owner is not None and form.identity is not None
    rows = Rows(form, sheet, layout.TASK_HEAD, {"本年状态", "佐证材料", "说明"})
    if not rows.sound:
        return
    asked = {row.task.id: row for row in layout.task_rows(params, form.owner)}
    expected = Expected(rows, {(task,): f"任务 {task}" for task in asked})
    label = f"{form.file} 工作表“{sheet.name}”"
    at = rows.at
    form.places[label] = (
        sheet.name,
        {
            "": at["本年状态"], "status": at["本年状态"], "task": at[layout.MARK],
            "evidence": at["佐证材料"], "note": at["说明"],
        },
    )  # fmt: skip
    table = _empty(schema.TASKS, label)
    region = next(r.name for r in params.regions.regions if r.id == form.owner.region)
    for row in rows:
        if expected.is_note(row):
            continue
        code = rows.text(row, layout.MARK)
        if not expected.meets(row, (code,), layout.MARK):
            continue
        if not expected.is_named(row, "任务", layout.task_title(asked[code].task)):
            continue
        evidence, note = rows.read(row, "佐证材料", proof_text) or "", rows.said(row, "说明")
        if asked[code].role == layout.HELPS:
            if rows.text(row, "本年状态") not in ("", layout.LED):
                problem = Problem("由牵头部门填报状态，此格没有收入", "有出入的请写在“说明”")
                form.notice(sheet.name, row, at["本年状态"], problem)
            if helped := "；".join(text for text in (evidence, note) if text):
                form.remarks.append(Remark("配合", code, helped, row))
            continue
        status = rows.read(row, "本年状态", plain_text)
        if status == "":
            filled = {"佐证材料": evidence, "说明": note}
            beside = tuple(column for column, text in filled.items() if text)
            rows.blank(row, "本年状态", "任务", code, (code,), beside)
        elif status == NOT_APPLICABLE and not note:
            rows.refuse(row, "说明", _NO_REASON)
        elif status == _COMPLETED and not evidence and (empty := _raw(rows, row, "佐证材料")):
            what = f"状态为{_COMPLETED}，而佐证材料只写了“{shown(empty)}”，等于没有佐证"
            problem = Problem(what, "请写明文件、日期与发文单位，或改状态")
            rows.refuse(row, "佐证材料", problem)
        elif status is not None:
            form.notes[label, row] = note
            _append(
                table,
                row, region=region, year=str(form.identity.year), task=code, status=status,
                evidence=evidence, note=note,
            )  # fmt: skip
    expected.close()
    form.tasks.append(table)


def read_remarks(form: Filled, sheet: Grid, params: Params) -> None:
    """Read what the owner wants said."""
    rows = Rows(form, sheet, layout.REMARK_HEAD, set(layout.REMARK_HEAD[1:]))
    if not rows.sound:
        return
    for row in rows:
        kind, subject, text = (rows.text(row, name) for name in layout.REMARK_HEAD[1:])
        if not (kind or subject or text):
            continue
        if text and says_nothing(text):
            continue
        if not text:
            rows.refuse(row, "内容", Problem("没有写内容", "请写内容，或清空此行"))
        elif kind not in layout.REMARK_KINDS:
            what = f"类别“{shown(kind)}”不在列表中" if kind else "没有选类别"
            rows.refuse(row, "类别", Problem(what, f"请选 {'、'.join(layout.REMARK_KINDS)}"))
        else:
            form.remarks.append(Remark(kind, subject, text, row))
