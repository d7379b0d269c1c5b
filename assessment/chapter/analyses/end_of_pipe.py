"""Source against end of pipe: what moved emissions, the amount generated or what is let through."""

from __future__ import annotations

from typing import Any, Final

from assessment.chapter.analyses.spans import (
    FactAt,
    amount,
    facts_of,
    json_ready,
    not_comparable,
    note_lacking,
)
from assessment.chapter.chapter import Chapter
from assessment.job.series import Annual
from assessment.methods.decomposition import lmdi
from assessment.results.values import Sentence
from assessment.show.blocks import Blocks, Cell, Column, Heading, Prose, Row, Table
from assessment.show.facts import plain, say
from assessment.show.formatting import number, percent

NAME: Final = "end_of_pipe"
PAIRS: Final = {
    "so2_emis": "so2_generated",
    "nox_emis": "nox_generated",
    "pm_emis": "pm_generated",
}


def end_of_pipe(chapter: Chapter) -> Blocks:
    """Show removal rates, and emissions decomposed into source and end of pipe.

    Parameters
    ----------
    chapter : Chapter
        Needs SO2, NOx and particulates generated and emitted among the chapter's indicators.

    Returns
    -------
    Blocks
        Heading, sentences, a note, a table.

    Notes
    -----
    ``E = G · (E/G)``, additive LMDI: source is the part of the amount generated, end of pipe that
    of the share let through. The end-of-pipe part cuts no CO2 and is not synergy; the source
    part may be, and may also be a change of output.
    """
    base, year = chapter.inputs.plan.baseline_year, chapter.year
    spans = {"period": (base, year)} if base < year - 1 else {}
    spans["last_year"] = (year - 1, year)
    result: dict[str, Any] = {"year": year, "main": next(iter(spans)), "spans": {}}
    for key, span in spans.items():
        items = [_item(chapter, *names, *span) for names in PAIRS.items()]
        result["spans"][key] = {"from_year": span[0], "to_year": span[1], "items": items}
    result = json_ready(result)
    at = facts_of(chapter, NAME)
    main = result["spans"][result["main"]]
    sentences = [_sentence(at, result, i, item) for i, item in enumerate(main["items"])]
    note = say(
        "源头是产生量的变化,含产量、能源结构、原料与工艺,只有其中与二氧化碳共用的部分才可能协同"
        "(见第二章的驱动因素);末端是治理设施放过的份额,减污而不减碳,还要耗能,不算协同。"
        "分解按对数平均(LMDI)记账,不证明原因。"
    )
    return chapter.add(
        NAME,
        result,
        Heading(level=3, text="源头减量与末端治理", anchor=chapter.anchor("end-of-pipe")),
        Prose(sentences=tuple(sentences)),
        Prose(sentences=(note,), tone="note"),
        _table(chapter, result),
    )


def _item(chapter: Chapter, emitted: str, generated: str, first: int, last: int) -> dict[str, Any]:
    out, made = chapter.data.annual(emitted), chapter.data.annual(generated)
    entry = out.indicator
    found: dict[str, Any] = {
        "indicator": emitted, "name": entry.label, "unit": entry.unit, "reason": "",
        "removal_from": _removal(out, made, first), "removal_to": _removal(out, made, last),
    }  # fmt: skip
    reason = not_comparable([out, made], first, last)
    values = [one.value(year) for year in (first, last) for one in (made, out)]
    known = [value for value in values if value is not None]
    if reason or len(known) < 4:
        note_lacking(
            chapter, f"{entry.label}的源头与末端", [out, made], [first, last], "分不出源头与末端"
        )
        return found | {"reason": reason}
    g0, e0, g1, e1 = known
    for year, made_then, out_then in ((first, g0, e0), (last, g1, e1)):
        if not 0 <= out_then <= made_then:
            return found | {"reason": f"{year} 年排放量大于产生量或为负,数据矛盾"}
        if made_then == 0:
            return found | {"reason": f"{year} 年产生量为零"}
    parts = lmdi([[g0, e0 / g0]], [[g1, e1 / g1]])
    source, end = (float(x) for x in parts.additive)
    both_fall = source < 0 and end < 0
    return found | {
        "from": e0,
        "to": e1,
        "change": e1 - e0,
        "change_share": (e1 - e0) / e0 if e0 else None,
        "source": source,
        "end_of_pipe": end,
        "end_of_pipe_share": end / (source + end) if both_fall else None,
        "end_of_pipe_is_synergy": False,
    }


def _removal(out: Annual, made: Annual, year: int) -> float | None:
    emitted, generated = out.value(year), made.value(year)
    if emitted is None or not generated or not 0 <= emitted <= generated:
        return None
    return 1 - emitted / generated


def _sentence(at: FactAt, result: dict[str, Any], i: int, item: dict[str, Any]) -> Sentence:
    main = result["main"]
    span = result["spans"][main]
    path = ("spans", main, "items", i)
    name = plain(item["name"])
    if "change" not in item:
        reason = at(item["reason"], *path, "reason")
        return say(f"{name}分不出源头与末端({{r}})。", r=reason)

    def part(key: str, *, signed: bool = True) -> Any:
        value = item[key]
        text = amount(value if signed else abs(value), 0, item["unit"], signed=signed)
        return at(value, *path, key, text=text)

    facts = {
        "a": at(span["from_year"], "spans", main, "from_year", text=str(span["from_year"])),
        "b": at(span["to_year"], "spans", main, "to_year", text=str(span["to_year"])),
        "c": part("change", signed=False),
        "s": part("source"),
        "e": part("end_of_pipe"),
    }
    verb = "减少" if item["change"] < 0 else "增加" if item["change"] > 0 else "变化"
    text = f"{{a}}–{{b}} 年{name}{verb} {{c}}:源头(产生量){{s}},末端治理 {{e}}"
    if item["end_of_pipe_share"] is not None:
        facts["p"] = at(
            item["end_of_pipe_share"],
            *path,
            "end_of_pipe_share",
            text=percent(item["end_of_pipe_share"], 0),
        )
        text += ",末端占减量的 {p},这一部分不算协同"
    elif item["end_of_pipe"] < 0:
        text += ",末端的减量不算协同"
    facts |= {
        key: at(item[f"removal_{key}"], *path, f"removal_{key}",
                text=percent(item[f"removal_{key}"]))
        for key in ("from", "to")
    }  # fmt: skip
    return say(text + ";去除率由 {from} 到 {to}。", **facts)


def _table(chapter: Chapter, result: dict[str, Any]) -> Table:
    rows = []
    for span in result["spans"].values():
        group = f"{span['from_year']}→{span['to_year']} 年"
        for item in span["items"]:
            head = Cell(text=f"{item['name']}({item['unit']})", value=item["indicator"])
            removal = [_share(item[key]) for key in ("removal_from", "removal_to")]
            if "change" not in item:
                blank = [Cell(text="数据不足", note=item["reason"])] + [Cell(text="—")] * 3
                rows.append(Row(cells=(head, *removal, *blank), group=group))
                continue
            cells = [
                Cell(text=number(item[key], 0, signed=True), value=item[key])
                for key in ("change", "source", "end_of_pipe")
            ]
            cells.append(_share(item["end_of_pipe_share"]))
            rows.append(Row(cells=(head, *removal, *cells), group=group))
    return Table(
        id=chapter.anchor("end-of-pipe-table"),
        title="源头与末端的分解",
        columns=(
            Column(key="pollutant", label="污染物"),
            Column(key="removal_from", label="期初去除率", align="right"),
            Column(key="removal_to", label="期末去除率", align="right"),
            Column(key="change", label="排放变化", align="right"),
            Column(key="source", label="源头", align="right"),
            Column(key="end", label="末端(不算协同)", align="right"),
            Column(key="share", label="末端占减量", align="right"),
        ),
        rows=tuple(rows),
        note="去除率 = 1 − 排放量 ÷ 产生量。末端占减量只在源头与末端都减时给出。",
    )


def _share(value: float | None) -> Cell:
    return Cell(text=percent(value), value=value)
