"""Money beside carbon: funds per tonne where both are given, and green loans at face value."""

from __future__ import annotations

from typing import Any, Final

from assessment.chapter.analyses.spans import (
    FactAt,
    amount,
    facts_of,
    json_ready,
    not_comparable,
    note_lacking,
    size,
    turn,
)
from assessment.chapter.chapter import Chapter
from assessment.job.series import Annual
from assessment.results.values import Sentence
from assessment.show.blocks import Blocks, Cell, Column, Heading, Prose, Row, Table
from assessment.show.facts import say
from assessment.show.formatting import number, percent
from assessment.show.tables import point_cell

NAME: Final = "money"
FUNDS: Final = "synergy_funding"
CARBON: Final = "co2_energy"
LOANS: Final = "green_loan_balance"
OUTPUT: Final = "gdp_current"


def money(chapter: Chapter) -> Blocks:
    """Show funds beside the fall of CO2, and the balance of green loans.

    Parameters
    ----------
    chapter : Chapter
        Needs funds, CO2 of energy, green loans and GDP at current prices among its indicators.

    Returns
    -------
    Blocks
        Heading, sentences, a caution, a table.

    Notes
    -----
    Yuan over tonnes is a quotient of two totals: neither a cost of abatement nor an effect of
    the money. It is given only where CO2 fell, and marked where the fall is within the error of
    the figures. Loans are in prices of their year.
    """
    base, year = chapter.inputs.plan.baseline_year, chapter.year
    data = chapter.data
    funds, carbon = data.annual(FUNDS), data.annual(CARBON)
    spans = {"last_year": (year - 1, year)}
    if base < year - 1:
        spans["period"] = (base, year)
    result: dict[str, Any] = {
        "year": year,
        "funds": funds.value(year),
        "spans": {key: _span(chapter, funds, carbon, *span) for key, span in spans.items()},
        "loans": _loans(chapter),
    }
    result = json_ready(result)
    first, last = spans.get("period", spans["last_year"])
    for series, years in ((carbon, (first, year - 1, last)), (funds, range(first + 1, last + 1))):
        note_lacking(chapter, "资金与减碳的对照", [series], list(years), "每吨减碳的资金算不出来")
    at = facts_of(chapter, NAME)
    sentences = [_funds_sentence(at, result)]
    sentences += [s for key in spans if (s := _quotient(at, result, key)) is not None]
    sentences.append(_loans_sentence(at, result, chapter.inputs.region.kind == "city"))
    caution = say(
        "元/吨只是两个总数相除,不是减排成本,也不说明减排由这些资金带来:"
        "资金还用于减污,减排还有别的来源,见效也有早晚。资金与贷款都是当年价的名义值,未扣除物价。"
    )
    return chapter.add(
        NAME,
        result,
        Heading(level=3, text="资金", anchor=chapter.anchor("money")),
        Prose(sentences=tuple(sentences)),
        Prose(sentences=(caution,), tone="caution"),
        _table(chapter, funds, carbon),
    )


def _span(chapter: Chapter, funds: Annual, carbon: Annual, first: int, last: int) -> dict[str, Any]:
    years = list(range(first + 1, last + 1))
    found: dict[str, Any] = {
        "from_year": first, "to_year": last, "funds": None, "carbon_change": None,
        "yuan_per_tonne": None, "within_error": None, "reason": "",
    }  # fmt: skip
    paid = [funds.value(year) for year in years]
    known = [value for value in paid if value is not None]
    reason = "、".join(filter(None, [not_comparable([carbon], first, last), _unpaid(funds, years)]))
    before, after = carbon.value(first), carbon.value(last)
    if len(known) == len(years):
        found["funds"] = sum(known)
    if before is not None and after is not None and carbon.same_level(first, last):
        found["carbon_change"] = after - before
        found["carbon_change_share"] = (after - before) / before if before else None
    if reason or before is None or after is None:
        return found | {"reason": reason}
    fall = before - after
    if fall <= 0 or found["funds"] is None:
        return found | {"reason": "二氧化碳没有下降"}
    errors = chapter.inputs.standards.rules.data_error
    grades = [p.grade for p in (carbon.at(first), carbon.at(last)) if p is not None and p.grade]
    error = max((errors[g].value for g in grades), default=0.0)  # type: ignore[index]
    # ten thousand yuan over ten thousand tonnes
    return found | {
        "yuan_per_tonne": found["funds"] / fall,
        "within_error": fall / before < error,
        "error": error,
    }


def _unpaid(funds: Annual, years: list[int]) -> str:
    absent = [str(year) for year in years if funds.value(year) is None]
    return f"缺 {'、'.join(absent)} 年的{funds.indicator.label}" if absent else ""


def _loans(chapter: Chapter) -> dict[str, Any]:
    year = chapter.year
    whole = chapter.inputs.region.kind == "city"
    own, city = chapter.data.annual(LOANS), chapter.inputs.data(city=True).annual(LOANS)
    output = chapter.data.annual(OUTPUT).value(year)
    balance, before = own.value(year), own.value(year - 1)
    comparable = own.same_level(year - 1, year)
    target = next((t for t in chapter.targets.values() if t.indicator == LOANS), None)
    asked = target is None or target.verdict != "city_only"
    if balance is None and asked:
        note_lacking(chapter, "绿色贷款", [own], [year], "看不出绿色金融的规模")
    held = balance is not None and before is not None and before > 0 and comparable
    return {
        "asked_of_unit": asked,
        "balance": balance,
        "before": before,
        "change": balance / before - 1 if held and balance is not None and before else None,
        "share_of_gdp": balance / output if balance is not None and output else None,
        "city": None if whole else city.value(year),
    }


def _funds_sentence(at: FactAt, result: dict[str, Any]) -> Sentence:
    year = at(result["year"], "year", text=str(result["year"]))
    if result["funds"] is None:
        return say("{y} 年减污降碳财政资金数据不足(向市财政局要)。", y=year)
    return say(
        "{y} 年减污降碳财政资金 {f}。",
        y=year,
        f=at(result["funds"], "funds", text=amount(result["funds"], 0, "万元")),
    )


def _quotient(at: FactAt, result: dict[str, Any], key: str) -> Sentence | None:
    span = result["spans"][key]
    path = ("spans", key)
    years = {
        "a": at(span["from_year"], *path, "from_year", text=str(span["from_year"])),
        "b": at(span["to_year"], *path, "to_year", text=str(span["to_year"])),
    }
    if span["yuan_per_tonne"] is None:
        reason = at(span["reason"], *path, "reason")
        return say("{a}–{b} 年每吨减碳对应多少资金不算({r})。", r=reason, **years)
    facts = years | {
        "f": at(span["funds"], *path, "funds", text=amount(span["funds"], 0, "万元")),
        "c": at(span["carbon_change"], *path, "carbon_change",
                text=amount(abs(span["carbon_change"]), 2, "万吨")),
        "q": at(span["yuan_per_tonne"], *path, "yuan_per_tonne",
                text=amount(span["yuan_per_tonne"], 0, "元/吨")),
    }  # fmt: skip
    text = (
        "{a}–{b} 年能源活动二氧化碳减少 {c},其间({b} 年)投入 {f},两数相除为 {q}"
        if span["to_year"] - span["from_year"] == 1
        else "{a}–{b} 年能源活动二氧化碳减少 {c},其后各年共投入 {f},两数相除为 {q}"
    )
    if span["within_error"]:
        facts["e"] = at(span["error"], *path, "error", text=percent(span["error"], 0))
        text += ";减幅小于数据误差({e}),这个商不可靠"
    return say(text + "。", **facts)


def _loans_sentence(at: FactAt, result: dict[str, Any], is_city: bool) -> Sentence:
    loans = result["loans"]
    if loans["balance"] is None:
        text = "绿色贷款余额" + ("数据不足" if loans["asked_of_unit"] else "只在全市层面统计")
        if loans["city"] is None:
            return say(text + "。")
        city = at(loans["city"], "loans", "city", text=amount(loans["city"], 1, "亿元"))
        return say(text + ",全市年末为 {c}(名义值)。", c=city)
    facts = {
        "v": at(loans["balance"], "loans", "balance", text=amount(loans["balance"], 1, "亿元"))
    }
    text = f"{'全市' if is_city else '本单元'}绿色贷款年末余额 {{v}}(名义值)"
    if loans["change"] is not None:
        facts["c"] = at(loans["change"], "loans", "change", text=size(loans["change"]))
        text += f",比上年{turn(loans['change'])} {{c}}"
    if loans["share_of_gdp"] is not None:
        facts["s"] = at(loans["share_of_gdp"], "loans", "share_of_gdp",
                        text=percent(loans["share_of_gdp"]))  # fmt: skip
        text += ",相当于当年生产总值(现价)的 {s}"
    return say(text + "。", **facts)


def _table(chapter: Chapter, funds: Annual, carbon: Annual) -> Table | None:
    loans = chapter.data.annual(LOANS)
    years = sorted({p.year for one in (funds, loans) for p in one.points if p.year <= chapter.year})
    if not years:
        return None
    rows = []
    for year in reversed(years):
        before, after = carbon.value(year - 1), carbon.value(year)
        held = before is not None and after is not None and carbon.same_level(year - 1, year)
        change = after - before if held and after is not None and before is not None else None
        rows.append(
            Row(
                cells=(
                    Cell(text=str(year), value=year),
                    point_cell(funds.at(year), 0),
                    Cell(text=number(change, 2, signed=True), value=change),
                    point_cell(loans.at(year), 1),
                )
            )
        )
    return Table(
        id=chapter.anchor("money-table"),
        title="历年资金与二氧化碳的变化",
        columns=(
            Column(key="year", label="年份"),
            Column(key="funds", label="财政资金", unit="万元", align="right"),
            Column(key="carbon", label="二氧化碳较上年", unit="万吨", align="right"),
            Column(key="loans", label="绿色贷款余额", unit="亿元", align="right"),
        ),
        rows=tuple(rows),
        folded=True,
        summary=f"历年资金与二氧化碳的变化:{len(rows)} 年",
        note="并列不表示因果;金额为当年价。",
    )
