"""Parameters from a plan workbook: documents with the cell of each key, checked, then written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from assessment.errors import Fault, InputError, nearest
from assessment.files import write_atomic
from assessment.folders import project
from assessment.intake.plan_book import defaults
from assessment.intake.plan_book.columns import (
    DEPARTMENTS,
    INDICATORS,
    PLAN,
    REGIONS,
    SHEETS,
    TARGETS,
    TASKS,
    Sheet,
)
from assessment.intake.plan_book.formulas import UnreadableError, derivation
from assessment.intake.plan_book.reading import (
    PlanBook,
    Row,
    names_known,
    plain_number,
    split_names,
)
from assessment.params.folder import FILES, check_documents
from assessment.params.plan import Frozen
from assessment.params.yaml_source import key_path, read_yaml

_NUMERALS = "一二三四五六七八九十"
_SPAN = re.compile(r"((?:19|20)\d\d)\s*[-—–至~]+\s*((?:19|20)\d\d)\s*年?")
_COLUMN_OF = {
    "range": "high", "tile": "tile_row", "value": "value", "number": "title", "unit": "unit",
    "derive": "derive", "indicators": "indicators", "due_on": "due",
}  # fmt: skip


@dataclass(frozen=True)
class Made:
    """What came of a plan workbook: files written, and what is to be known about them."""

    written: tuple[Path, ...]
    kept: tuple[Path, ...]
    notices: tuple[str, ...]


@dataclass
class _Documents:
    """The documents of a parameter folder, and the row that each record of them comes from."""

    book: PlanBook
    raw: dict[str, Any] = field(default_factory=dict)
    rows: dict[tuple[str | int, ...], Row] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    def placed(self, stem: str, location: Sequence[str | int]) -> tuple[str, str]:
        """File and cell of a key path; the parameter file where the workbook has no such cell."""
        path = (stem, *location)
        for length in range(len(path), 0, -1):
            row = self.rows.get(path[:length])
            if row is None:
                continue
            known = {column.key for column in row.sheet.columns}
            key = str(path[length if length < len(path) else -1])
            if isinstance(path[min(length, len(path) - 1)], int):
                key = str(path[length - 1])
            key = key if key in known else _COLUMN_OF.get(key, "")
            return self.book.file, self.book.cell(row, key)
        return f"{stem}.yml", key_path(list(location))


def make_params(book: PlanBook, folder: Path) -> Made:
    """Write a parameter folder from a plan workbook; what it does not say is defaulted.

    Into a folder that holds parameters already, only what the workbook says is written: evidence,
    rules, goalposts and whatever else it has no column for stays.

    Raises
    ------
    InputError
        Every fault of the workbook at its cell; nothing is written then.
    """
    before = _existing(folder)
    documents = _Documents(book)
    _regions(documents, before)
    _indicators(documents, before)
    _plan(documents, before)
    _others(documents, before)
    read = check_documents(documents.raw, documents.placed)
    told = {_row_of(fault) for fault in book.faults}
    for fault in read.faults:
        # A row with a mistake of its own, or a default that follows from it, is not told twice.
        if fault.file == book.file and _row_of(fault) not in told:
            book.faults.append(_in_words(fault))
        elif fault.file != book.file and not told:
            book.faults.append(fault)
    if book.faults:
        raise InputError(_in_order(book.faults))
    folder.mkdir(parents=True, exist_ok=True)
    written, kept = [], []
    for stem in FILES:
        path = folder / f"{stem}.yml"
        if stem in before and _same(FILES[stem], before[stem], documents.raw[stem]):
            kept.append(path)
            continue
        write_atomic(path, _text(stem, documents.raw[stem]))
        written.append(path)
    return Made(tuple(written), tuple(kept), tuple(documents.notices))


def _row_of(fault: Fault) -> tuple[str, str]:
    """Sheet and row of a fault's cell."""
    sheet, _, cell = fault.place.partition(" ")
    digits = re.search(r"\d+", cell)
    return sheet, digits[0] if digits else ""


def _same(model: type[Frozen], before: Any, made: Any) -> bool:
    """Whether two documents say the same, so that a file keeps its comments."""
    try:
        return model.model_validate(before) == model.model_validate(made)
    except ValidationError:
        return False


def _existing(folder: Path) -> dict[str, Any]:
    """What a folder of parameters holds already; nothing where it is not there or empty."""
    if not folder.exists() or not any(folder.iterdir()):
        return {}
    absent = [f"{stem}.yml" for stem in FILES if not (folder / f"{stem}.yml").is_file()]
    if absent:
        what = f"目录里已有别的东西，却没有 {'、'.join(absent)}"
        raise InputError([Fault("--to", str(folder), what, "请写一个新目录，或一个参数目录")])
    return {stem: read_yaml(folder / f"{stem}.yml") for stem in FILES}


def _text(stem: str, document: Any) -> str:
    body = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)
    return f"# 由方案表写出；可以直接改这里，也可以改方案表再写一次。\n\n{body}"


def _merged(made: dict[str, Any], before: Mapping[str, Any] | None, sheet_keys: set[str]) -> Any:
    """A record as the workbook says it, with what an existing one has beside that."""
    if before is None:
        return made
    kept = {key: value for key, value in before.items() if key in made or key not in sheet_keys}
    return {**kept, **made}


def _by(records: Any, key: str) -> dict[str, Any]:
    found = records if isinstance(records, list) else []
    return {str(record.get(key)): record for record in found if isinstance(record, dict)}


def _rows(documents: _Documents, name: str) -> list[Row]:
    return documents.book.rows[name]


def _identifiers(rows: Sequence[Row], prefix: str) -> list[str]:
    """Ids of rows: their own, or a letter with the number of the row among its like."""
    taken = {row.get("id") for row in rows}
    found = []
    for place, row in enumerate(rows, 1):
        identifier = row.get("id")
        number = place
        while identifier is None or (row.get("id") is None and identifier in taken):
            identifier = f"{prefix}{number:02d}"
            number += len(rows)
        found.append(str(identifier))
    return found


def _regions(documents: _Documents, before: Mapping[str, Any]) -> None:
    rows = _rows(documents, REGIONS.name)
    known = names_known(rows, ("name", "short_name", "id"))
    ids = dict(zip((row.number for row in rows), _identifiers(rows, "u"), strict=True))
    old = _by((before.get("regions") or {}).get("regions"), "id")
    records: list[dict[str, Any]] = []
    for row in rows:
        name = str(row.get("name", ""))
        made: dict[str, Any] = {"id": ids[row.number], "name": name}
        short = "全市" if row.get("kind") == "city" else name[:-1] if len(name) > 2 else name
        made["short_name"] = row.get("short_name", short)
        for key in ("kind", "code", "note"):
            if row.get(key) is not None:
                made[key] = row.get(key)
        if row.get("aliases"):
            made["aliases"] = split_names(row.get("aliases"))
        if row.get("central"):
            made["central"] = True
        names = split_names(row.get("hosts", ""), known)
        hosts = [_named(documents, row, "hosts", name, known) for name in names]
        if hosts:
            made["hosts"] = [ids[host.number] for host in hosts if host is not None]
        if row.get("tile_row") is not None and row.get("tile_column") is not None:
            made["tile"] = [row.get("tile_row"), row.get("tile_column")]
        documents.rows["regions", "regions", len(records)] = row
        keys = {column.key for column in REGIONS.columns} | {"tile"}
        records.append(_merged(made, old.get(made["id"]), keys))
    if rows:
        documents.rows["regions",] = rows[0]
    caution = (before.get("regions") or {}).get("caution", defaults.CAUTION)
    documents.raw["regions"] = {"caution": caution, "regions": records}


def _named(
    documents: _Documents, row: Row, key: str, name: str, known: Mapping[str, Row]
) -> Row | None:
    """The row that a name in a cell means; a fault where there is none."""
    if name not in known:
        documents.book.refuse(row, key, f"没有“{name}”", nearest(name, list(known)))
    return known.get(name)


def _indicators(documents: _Documents, before: Mapping[str, Any]) -> None:
    rows = _rows(documents, INDICATORS.name)
    known = names_known(rows, ("id", "short_name", "name"))
    ids = dict(zip((row.number for row in rows), _identifiers(rows, "i"), strict=True))
    shipped = read_yaml(project() / "params" / "indicators.yml")
    base = before.get("indicators") or shipped
    families: dict[str, dict[str, float]] = {k: dict(v) for k, v in base["dimensions"].items()}
    spellings = dict(base.get("spellings") or {})
    old = _by((before.get("indicators") or {}).get("indicators"), "id")
    targeted = {t.get("indicator") for t in _rows(documents, TARGETS.name)}
    units = {name: unit for name, row in known.items() if (unit := row.get("unit"))}
    records: list[dict[str, Any]] = []
    for row in rows:
        unit = str(row.get("unit", ""))
        _family(documents, row, spellings.get(unit, unit), families)
        made = _indicator(row, ids[row.number])
        if targeted & {row.get("name"), row.get("short_name"), made["id"]}:
            made["in_plan"] = True
        if row.get("derive") is not None:
            try:
                made["derive"] = derivation(
                    row.get("derive"), unit, {n: ids[r.number] for n, r in known.items()},
                    units, families, spellings,
                )  # fmt: skip
            except UnreadableError as error:
                documents.book.refuse(row, "derive", error.problem, error.remedy)
        documents.rows["indicators", "indicators", len(records)] = row
        keys = {column.key for column in INDICATORS.columns} | {"range"}
        records.append(_merged(made, old.get(made["id"]), keys))
    documents.raw["indicators"] = {
        "dimensions": families, "spellings": spellings, "indicators": records,
    }  # fmt: skip


def _family(
    documents: _Documents, row: Row, unit: str, families: dict[str, dict[str, float]]
) -> None:
    """Give a unit that is in no family one of its own, unless it looks mistyped."""
    known = [name for members in families.values() for name in members]
    if not unit or unit in known:
        return
    close = get_close_matches(unit, known, 1, 0.8)
    if close:
        documents.book.refuse(row, "unit", f"不认识单位“{unit}”", nearest(unit, known))
        return
    families[f"方案自带:{unit}"] = {unit: 1}
    documents.notices.append(
        f"新单位“{unit}”（{documents.book.cell(row, 'unit')}）自成一族，不与别的换算"
    )


def _indicator(row: Row, identifier: str) -> dict[str, Any]:
    measure, unit = row.get("measure"), row.get("unit", "")
    made: dict[str, Any] = {"id": identifier}
    for key in ("name", "short_name", "unit", "direction", "measure"):
        if row.get(key) is not None:
            made[key] = row.get(key)
    made["aggregation"] = row.get("aggregation", "sum" if measure in defaults.SUMMED else "none")
    made["bearing"] = row.get("bearing", "both")
    for key in ("formula", "department", "frequency", "note"):
        if row.get(key) is not None:
            made[key] = row.get(key)
    made["source"] = row.get("source", row.get("department", "由别的指标算出"))
    low, high = row.get("low"), row.get("high")
    ratio = unit == "%" and measure == "ratio"
    low = 0.0 if low is None else low
    high = 100.0 if high is None and ratio else high
    made["range"] = [plain_number(low), None if high is None else plain_number(high)]
    if row.get("natural_limit") is not None:
        made["natural_limit"] = plain_number(row.get("natural_limit"))
    made["decimals"] = row.get("decimals", 2)
    return made


def _plan(documents: _Documents, before: Mapping[str, Any]) -> None:
    rows = _rows(documents, PLAN.name)
    if len(rows) > 1:
        documents.book.refuse(rows[1], "title", "方案只能有一行", "几份方案各用一个方案表")
    old = before.get("plan") or {}
    made: dict[str, Any] = {}
    if rows:
        row = rows[0]
        title = row.get("title", "")
        made = {"title": title, "short_title": row.get("short_title", title)}
        for key in ("city", "start_year", "baseline_year", "note"):
            if row.get(key) is not None:
                made[key] = row.get(key)
        made["horizons"] = _horizons(documents, row, old)
        documents.rows["plan",] = row
        documents.rows["plan", "horizons"] = row
    made["departments"] = [row.get("name") for row in _rows(documents, DEPARTMENTS.name)]
    for place, row in enumerate(_rows(documents, DEPARTMENTS.name)):
        documents.rows["plan", "departments", place] = row
    made["chapters"], sections, tasks = _chapters(documents, old)
    made["targets"] = _targets(documents, old, sections, tasks)
    merged = _merged(made, old or None, {column.key for column in PLAN.columns})
    first = merged.get("city") or "plan"
    documents.raw["plan"] = {"id": old.get("id", f"plan_{first}"), **merged}


def _horizons(documents: _Documents, row: Row, old: Mapping[str, Any]) -> list[dict[str, Any]]:
    texts = {item.get("year"): item for item in old.get("horizons", []) if isinstance(item, dict)}
    found = []
    for text in split_names(row.get("horizons", "")):
        year = text.removesuffix("年").strip()
        if not year.isdecimal():
            documents.book.refuse(row, "horizons", f"“{text}”不是年份", "写 2028、2030")
            continue
        found.append(texts.get(int(year), {"year": int(year), "text": f"到{year}年"}))
    return found


def _chapters(
    documents: _Documents, old: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], dict[str, str], dict[str, tuple[str, str]]]:
    """Chapters with sections and tasks; section ids, and (task id, section id), by every name."""
    indicators = _indicator_ids(documents)
    owners = {row.get("name") for row in _rows(documents, DEPARTMENTS.name)}
    chapters: list[dict[str, Any]] = []
    sections: dict[str, str] = {}
    tasks: dict[str, tuple[str, str]] = {}
    old_chapters = _by(old.get("chapters"), "title")
    for row in _rows(documents, TASKS.name):
        title = row.get("chapter")
        if not chapters or (title is not None and title != chapters[-1]["title"]):
            if title is None:
                documents.book.refuse(row, "chapter", "没有写章", "第一项任务要写章和节")
            chapters.append(_chapter(len(chapters) + 1, title or "", old_chapters.get(title or "")))
            documents.rows["plan", "chapters", len(chapters) - 1] = row
        chapter = chapters[-1]
        held = _by((old_chapters.get(chapter["title"]) or {}).get("sections"), "title")
        name = row.get("section")
        here = chapter["sections"]
        if not here or (name is not None and name != here[-1]["title"]):
            if name is None:
                documents.book.refuse(row, "section", "没有写节", "每章的第一项任务要写节")
            number = len(here) + 1
            before = held.get(name or "")
            section = {
                "id": f"{chapter['id']}.{number}", "number": f"（{_numeral(number)}）",
                "title": name or "",
            }  # fmt: skip
            if before is not None:
                section["id"] = before["id"]
                section["number"] = before.get("number")
            if row.get("section_id") is not None:
                section["id"] = row.get("section_id")
            if section["number"] is None:
                del section["number"]
            if row.get("departments"):
                section["departments"] = split_names(row.get("departments"), owners)
            if row.get("lead"):
                section["lead"] = row.get("lead")
            section["tasks"] = []
            merged = _merged(section, before, {"departments", "lead", "number"})
            here.append({**merged, "tasks": []})
            documents.rows["plan", "chapters", len(chapters) - 1, "sections", len(here) - 1] = row
            sections |= {here[-1]["id"]: here[-1]["id"], name or "": here[-1]["id"]}
        section = here[-1]
        old_tasks = _by((held.get(section["title"]) or {}).get("tasks"), "id")
        task = _task(documents, row, f"{section['id']}.{len(section['tasks']) + 1}", indicators)
        place = ("plan", "chapters", len(chapters) - 1, "sections", len(here) - 1, "tasks",
                 len(section["tasks"]))  # fmt: skip
        documents.rows[place] = row
        keys = {column.key for column in TASKS.columns}
        section["tasks"].append(_merged(task, old_tasks.get(task["id"]), keys))
        tasks |= {task["id"]: (task["id"], section["id"])}
        tasks.setdefault(task["title"], (task["id"], section["id"]))
    return chapters, sections, tasks


def _numeral(number: int) -> str:
    if number <= 10:
        return _NUMERALS[number - 1]
    return f"十{_NUMERALS[number - 11]}" if number < 20 else str(number)


def _chapter(number: int, title: str, before: Mapping[str, Any] | None) -> dict[str, Any]:
    made = {
        "id": str(number), "number": _numeral(number), "title": title, "slug": f"chapter{number}",
    }  # fmt: skip
    return {**made, **{k: v for k, v in (before or {}).items() if k in made}, "sections": []}


def _indicator_ids(documents: _Documents) -> dict[str, str]:
    """Ids of indicators by each of their names."""
    found: dict[str, str] = {}
    for record in documents.raw["indicators"]["indicators"]:
        for key in ("id", "short_name", "name"):
            if record.get(key):
                found.setdefault(record[key], record["id"])
    return found


def _known(
    documents: _Documents, row: Row, key: str, names: Sequence[str], known: Mapping[str, Any]
) -> list[Any]:
    found = []
    for name in names:
        if name in known:
            found.append(known[name])
        else:
            documents.book.refuse(row, key, f"没有“{name}”", nearest(name, list(known)))
    return found


def _task(
    documents: _Documents, row: Row, identifier: str, indicators: Mapping[str, str]
) -> dict[str, Any]:
    title = row.get("title", "")
    names = split_names(row.get("indicators", ""), indicators)
    seen = _known(documents, row, "indicators", names, indicators)
    made: dict[str, Any] = {
        "id": row.get("id", identifier),
        "title": title,
        "type": row.get("type", "quantitative" if seen else "qualitative"),
        "obligation": row.get("obligation", "required"),
        "judge_at": list(row.get("judge_at", ("city", "district"))),
        "bearing": row.get("bearing", "both"),
    }
    if row.get("due") is not None:
        due = row.get("due")
        made["due"] = int(due) if due.isdecimal() else due
    if seen:
        made["indicators"] = seen
    made["quote"] = row.get("quote", title)
    return made


def _targets(
    documents: _Documents,
    old: Mapping[str, Any],
    sections: Mapping[str, str],
    tasks: Mapping[str, tuple[str, str]],
) -> list[dict[str, Any]]:
    indicators = _indicator_ids(documents)
    entries = {r["id"]: r for r in documents.raw["indicators"]["indicators"]}
    before = _by(old.get("targets"), "no")
    whole = next(
        (r["short_name"] for r in documents.raw["regions"]["regions"] if r.get("kind") == "city"),
        "全市",
    )
    given = {row.get("no") for row in _rows(documents, TARGETS.name)}
    counted: dict[str, int] = {}
    found: list[dict[str, Any]] = []
    for row in _rows(documents, TARGETS.name):
        ids = _known(documents, row, "indicator", [row.get("indicator", "")], indicators)
        if not ids:
            continue
        entry = entries[ids[0]]
        kind = row.get("kind") or ("directional" if row.get("value") is None else "numeric")
        number = row.get("no")
        while number is None or (row.get("no") is None and number in given):
            letter = defaults.LETTERS[kind]
            counted[letter] = counted.get(letter, 0) + 1
            number = f"{letter}{counted[letter]:02d}"
        known = number in before
        made = _target(documents, row, number, kind, entry, sections, tasks, known)
        made.setdefault("scope", row.get("scope", whole))
        documents.rows["plan", "targets", len(found)] = row
        keys = {column.key for column in TARGETS.columns}
        found.append(_merged(made, before.get(number), keys))
    return found


def _target(
    documents: _Documents,
    row: Row,
    number: str,
    kind: str,
    entry: Mapping[str, Any],
    sections: Mapping[str, str],
    tasks: Mapping[str, tuple[str, str]],
    known: bool,
) -> dict[str, Any]:
    """One target; one that the folder knows already is taken as it is written, blanks too."""
    chosen = _known(documents, row, "tasks", split_names(row.get("tasks", ""), tasks), tasks)
    section = row.get("section")
    if section is not None:
        section = next(iter(_known(documents, row, "section", [section], sections)), "")
    elif chosen:
        section = chosen[0][1]
    else:
        documents.book.refuse(
            row, "section", "没有写节，也没有写任务", "写目标属于哪一节，或哪项任务"
        )
    made: dict[str, Any] = {
        "no": number, "indicator": entry["id"], "kind": kind, "section": section or "",
        "tasks": [task for task, _ in chosen],
    }  # fmt: skip
    value = row.get("value")
    if value is not None:
        high = row.get("value_high")
        low = plain_number(value)
        made["value"] = low if high is None else [low, plain_number(high)]
    made["unit"] = row.get("unit", entry.get("unit", ""))
    comparison = row.get("comparison", "")
    made["comparison"] = comparison
    made["wording"] = row.get("wording", defaults.words_of(comparison))
    for key in ("strength", "year", "baseline_year", "milestones", "pace", "note"):
        if row.get(key) is not None:
            made[key] = row.get(key)
    for key in ("tolerance", "baseline_value", "standard"):
        if row.get(key) is not None:
            made[key] = plain_number(row.get(key))
    period = row.get("period")
    if period is not None:
        span = _SPAN.fullmatch(period)
        made["period"] = defaults.PERIODS.get(period) or (
            f"{span[1]}-{span[2]}" if span else period
        )
    if row.get("reference") is not None:
        ids = _indicator_ids(documents)
        made["reference"] = next(
            iter(_known(documents, row, "reference", [row.get("reference")], ids)), ""
        )
    if row.get("scope") is not None:
        made["scope"] = row.get("scope")
    summed = entry.get("aggregation") == "sum"
    made["district_judgement"] = row.get(
        "district_judgement", "allocated_or_contribution" if summed else "same_as_city"
    )
    made["bearing"] = row.get("bearing", entry.get("bearing", "both"))
    own = [entry["department"]] if entry.get("department") else []
    owners = [other.get("name") for other in _rows(documents, DEPARTMENTS.name)]
    departments = split_names(row.get("departments", ""), owners) or ([] if known else own)
    if departments:
        made["departments"] = departments
    made["quote"] = row.get("quote", f"{entry['name']}{made['wording']}")
    return made


def _others(documents: _Documents, before: Mapping[str, Any]) -> None:
    """The files that the workbook has no sheet for: as they are, or by default."""
    rows = _rows(documents, PLAN.name)
    if before:
        for stem in ("rules", "synergy", "chapters", "run"):
            documents.raw[stem] = before[stem]
        if rows and (rows[0].get("year") or rows[0].get("data")):
            asked = {key: rows[0].get(key) for key in ("year", "data") if rows[0].get(key)}
            documents.raw["run"] = {**before["run"], **asked}
    else:
        plan = documents.raw["plan"]
        entries = documents.raw["indicators"]["indicators"]
        documents.raw["rules"] = defaults.rules()
        synergy, missing = defaults.synergy(plan, entries)
        if missing and not documents.book.faults:
            documents.book.faults.append(Fault(documents.book.file, "指标表", *missing))
        documents.raw["synergy"] = synergy
        documents.raw["chapters"] = defaults.chapters(plan, entries)
        documents.raw["run"] = defaults.run(rows[0] if rows else None, plan)
    if rows:
        documents.rows["run",] = rows[0]


def _words(sheet: Sheet) -> dict[str, str]:
    """Keys and codes of a sheet, each with the word that the sheet has for it."""
    words = {column.key: f"“{column.head}”" for column in sheet.columns}
    for column in sheet.columns:
        for word, code in column.choices.items():
            if isinstance(code, str) and code.isidentifier():
                words.setdefault(code, f"“{word}”")
    return words


_WORDS = {f"{sheet.name}表": _words(sheet) for sheet in SHEETS}
_KEY = re.compile(r"(?<![A-Za-z_.“])[a-z_]+(?![A-Za-z_.”])")


def _in_words(fault: Fault) -> Fault:
    """A fault of a parameter in the words of the workbook."""
    words = _WORDS.get(_row_of(fault)[0], {})

    def word(found: re.Match[str]) -> str:
        return words.get(found[0], found[0])

    problem = _KEY.sub(word, fault.problem)
    remedy = _KEY.sub(word, fault.remedy)
    return Fault(
        fault.file, fault.place, problem, remedy.replace("indicators.yml 中的 ", "指标表的")
    )


def _in_order(faults: Sequence[Fault]) -> list[Fault]:
    """Faults in the order of sheets and rows."""
    names = [f"{sheet.name}表" for sheet in SHEETS]

    def key(fault: Fault) -> tuple[int, int]:
        sheet, row = _row_of(fault)
        return names.index(sheet) if sheet in names else len(names), int(row or 0)

    return sorted(dict.fromkeys(faults), key=key)
