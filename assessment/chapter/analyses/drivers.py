"""What moved CO2, SO2 and NOx: drivers that they share, and those of each alone."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

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
from assessment.methods.decomposition import (
    SHARED_DRIVERS,
    DriverState,
    carbon_decomposition,
    joint_decomposition,
)
from assessment.results.values import Sentence
from assessment.show import charts
from assessment.show.blocks import Blocks, Cell, Column, Figure, Heading, Prose, Row, Table
from assessment.show.facts import plain, say
from assessment.show.formatting import listed, number, percent

NAME: Final = "drivers"
CARBON: Final = "co2_energy"
POPULATION: Final = "population"
OUTPUT: Final = "gdp_constant"
FUELS: Final = ("energy_coal", "energy_oil", "energy_gas", "energy_nonfossil")

POLLUTANTS: Final = {"so2_emis": "so2_generated", "nox_emis": "nox_generated"}

WORDS: Final = {
    "population": "人口",
    "affluence": "人均产出",
    "energy_intensity": "能耗强度",
    "energy_structure": "能源结构",
    "carbon_factor": "排放因子(含口径差)",
    "generation_intensity": "单位化石能源产生量",
    "end_of_pipe": "末端治理",
}


_LEAST_UNITS: Final = 5
"""A fall of no more than this many units of the last digit given has no meaningful shares."""


class _Inputs(NamedTuple):
    """Series of the decomposition, as far as CO2 and one pollutant need them."""

    common: tuple[Annual, ...]
    fuels: dict[str, Annual]
    carbon: Annual
    factors: dict[str, float]


def drivers(chapter: Chapter) -> Blocks:
    """Show the decomposition of CO2, SO2 and NOx since the base year and on the year before.

    Parameters
    ----------
    chapter : Chapter
        Needs population, real GDP, energy use by fuel, CO2, and SO2 and NOx generated and
        emitted among the chapter's indicators.

    Returns
    -------
    Blocks
        Heading, sentences, a note, a waterfall each, a table.

    Notes
    -----
    Packs give the total of CO2, not its fuels. It is divided in proportion to the rules' emission
    factors times energy, so that it adds up to the total of each year; what the factors do not explain (local
    factors, purchased electricity, a change of coverage) is the driver carbon_factor.
    """
    base, year = chapter.inputs.plan.baseline_year, chapter.year
    spans = {"period": (base, year)} if base < year - 1 else {}
    spans["last_year"] = (year - 1, year)
    data = chapter.data
    inputs = _Inputs(
        (data.annual(POPULATION), data.annual(OUTPUT)),
        {fuel: data.annual(fuel) for fuel in FUELS},
        data.annual(CARBON),
        _factors(chapter),
    )
    main = next(iter(spans))
    result: dict[str, Any] = {
        "year": year,
        "main": main,
        "factors": inputs.factors,
        "spans": {key: _span(chapter, inputs, *span) for key, span in spans.items()},
    }
    pollutants = [data.annual(name) for pair in POLLUTANTS.items() for name in pair]
    used = [*inputs.common, *inputs.fuels.values(), inputs.carbon, *pollutants]
    note_lacking(chapter, "排放升降的驱动因素", used, spans[main], "升降的来源无法分解")
    result = json_ready(result)
    at = facts_of(chapter, NAME)
    sentences = _sentences(at, result)
    shown = result["spans"][main]
    figures = [_figure(chapter, shown, item) for item in shown["items"]]
    known = any(item["drivers"] for span in result["spans"].values() for item in span["items"])
    return chapter.add(
        NAME,
        result,
        Heading(level=3, text="升降从哪里来", anchor=chapter.anchor("drivers")),
        Prose(sentences=tuple(sentences)),
        Prose(sentences=_notes(), tone="note"),
        *figures,
        _table(chapter, result) if known else None,
        messages=sentences[:1] if shown["items"][0]["drivers"] else (),
    )


def _factors(chapter: Chapter) -> dict[str, float]:
    """Factors (t CO2 per t standard coal) by which a known total is divided among the fuels."""
    given = chapter.inputs.standards.rules.emission_factors
    return {fuel: given[fuel].value for fuel in FUELS if fuel in given}


def _span(chapter: Chapter, inputs: _Inputs, first: int, last: int) -> dict[str, Any]:
    items = [_item(chapter, inputs, None, None, first, last)]
    for emitted, generated in POLLUTANTS.items():
        data = chapter.data
        pair = data.annual(emitted), data.annual(generated)
        items.append(_item(chapter, inputs, *pair, first, last))
    return {"from_year": first, "to_year": last, "items": items}


def _item(
    chapter: Chapter,
    inputs: _Inputs,
    emitted: Annual | None,
    generated: Annual | None,
    first: int,
    last: int,
) -> dict[str, Any]:
    subject = emitted or inputs.carbon
    entry = subject.indicator
    found: dict[str, Any] = {
        "indicator": entry.id, "name": entry.label, "unit": entry.unit, "decimals": entry.decimals,
        "from": subject.value(first), "to": subject.value(last), "drivers": {}, "reason": "",
    }  # fmt: skip
    before, why = _state(inputs, emitted, generated, first)
    after, then = _state(inputs, emitted, generated, last)
    own = [one for one in (emitted, generated) if one is not None]
    used = [*inputs.common, *inputs.fuels.values(), inputs.carbon, *own]
    reason = not_comparable([s for s in used if not _absent(s, first, last)], first, last)
    reason = reason or why or then
    if reason or before is None or after is None:
        return found | {"reason": reason}
    if emitted is None:
        effects = carbon_decomposition(before, after)
    else:
        effects = dict(joint_decomposition(before, after).pollutant)
    change = float(found["to"]) - float(found["from"])
    shared = sum(effects[driver] for driver in SHARED_DRIVERS)
    growth = effects["population"] + effects["affluence"]
    fell = -change > _LEAST_UNITS * 10.0**-entry.decimals
    share = effects.get("end_of_pipe")
    return found | {
        "drivers": effects,
        "change": change,
        "shared": shared,
        "growth": growth,
        "levers": shared - growth,
        "own": change - shared,
        "shared_share": shared / change if fell else None,
        "end_of_pipe": share,
        "end_of_pipe_share": share / change if fell and share is not None else None,
        "end_of_pipe_is_synergy": False,
    }


def _absent(series: Annual, first: int, last: int) -> bool:
    """Whether a fuel does not exist in the unit in both years, which counts as none used."""
    return series.indicator.id in FUELS and all(
        series.value(year) is None and year in series.not_applicable for year in (first, last)
    )


def _state(
    inputs: _Inputs, emitted: Annual | None, generated: Annual | None, year: int
) -> tuple[DriverState | None, str]:
    population, output = (one.value(year) for one in inputs.common)
    carbon = inputs.carbon.value(year)
    energy = {
        fuel: 0.0 if _absent(series, year, year) else series.value(year)
        for fuel, series in inputs.fuels.items()
    }
    lacking = [fuel for fuel in FUELS if fuel not in inputs.factors]
    if lacking:
        names = listed([inputs.fuels[fuel].indicator.label for fuel in lacking])
        return None, f"参数没有给出{names}的排放因子"
    known = {fuel: value for fuel, value in energy.items() if value is not None}
    if len(known) < len(energy) or population is None or output is None or carbon is None:
        return None, ""
    weights = {fuel: inputs.factors[fuel] * value for fuel, value in known.items()}
    whole = sum(weights.values())
    if population <= 0 or output <= 0 or min(*known.values(), carbon) < 0 or whole <= 0:
        return None, f"{year} 年人口、产出或化石能源不大于零"
    by_fuel = {fuel: carbon * weight / whole for fuel, weight in weights.items()}
    if emitted is None or generated is None:
        return DriverState(population, output, known, by_fuel), ""
    out, made = emitted.value(year), generated.value(year)
    if out is None or made is None:
        return None, ""
    if not 0 <= out <= made:
        return None, f"{year} 年{emitted.indicator.label}大于产生量,数据矛盾"
    return DriverState(population, output, known, by_fuel, made, out), ""


def _sentences(at: FactAt, result: dict[str, Any]) -> list[Sentence]:
    main = result["main"]
    span = result["spans"][main]
    sentences = []
    for i, item in enumerate(span["items"]):
        path = ("spans", main, "items", i)
        if not item["drivers"]:
            sentences.append(
                say(
                    f"{plain(item['name'])}的升降无法分解({{r}})。",
                    r=at(item["reason"] or "数据不足", *path, "reason"),
                )
            )
            continue
        sentences.append(_sentence(at, item, path, span, main))
    return sentences


def _sentence(
    at: FactAt, item: dict[str, Any], path: tuple[str | int, ...], span: dict[str, Any], main: str
) -> Sentence:
    def part(*keys: str, signed: bool = True) -> Any:
        value = item[keys[0]] if len(keys) == 1 else item[keys[0]][keys[1]]
        shown = value if signed else abs(value)
        text = amount(shown, _decimals(item), item["unit"], signed=signed)
        return at(value, *path, *keys, text=text)

    facts = {
        "y0": at(span["from_year"], "spans", main, "from_year", text=str(span["from_year"])),
        "y1": at(span["to_year"], "spans", main, "to_year", text=str(span["to_year"])),
        "c": part("change", signed=False),
        "s": part("shared"),
        "g": part("growth"),
        "l": part("levers"),
    }
    verb = "减少" if item["change"] < 0 else "增加"
    text = (
        f"{{y0}}–{{y1}} 年{plain(item['name'])}{verb} {{c}},其中共同驱动因素合计 {{s}}"
        "(人口与人均产出 {g},能耗强度与能源结构 {l})"
    )
    if item["shared_share"] is not None:
        facts["share"] = at(
            item["shared_share"], *path, "shared_share", text=percent(item["shared_share"])
        )
        text += ",协同贡献率 {share}"
    if item["end_of_pipe"] is None:
        facts["f"] = part("drivers", "carbon_factor")
        text += ";排放因子(含口径差){f}"
    else:
        facts |= {"f": part("drivers", "generation_intensity"), "e": part("end_of_pipe")}
        text += ";单位化石能源产生量 {f},末端治理 {e}"
        if item["end_of_pipe_share"] is not None and item["end_of_pipe"] < 0:
            facts["es"] = at(
                item["end_of_pipe_share"], *path, "end_of_pipe_share",
                text=percent(item["end_of_pipe_share"]),
            )  # fmt: skip
            text += "(占 {es})"
        if item["end_of_pipe"] < 0:
            text += ",末端治理不减二氧化碳,不算协同"
    return say(text + "。", **facts)


def _notes() -> tuple[Sentence, ...]:
    return (
        say(
            "对数平均迪氏分解(LMDI),各项之和等于总变化。协同贡献率是共同驱动因素带来的净减量"
            "占总减量的份额:增长推高排放,所以可以为负;自有因素推高排放时可以大于一。"
        ),
        say(
            "二氧化碳自有的只有排放因子一项,因子又是缺省值,所以它的协同贡献率总接近百分之百,"
            "是算法使然,不说明协同得好;要看的是污染物的。"
        ),
        say(
            "各能源品种的二氧化碳按缺省因子的比例由总量摊得(因子见附表),与本地因子的差和外购"
            "电力落在“排放因子”一项;污染物没有分品种的产生量,煤改气一类的变化落在“单位化石"
            "能源产生量”,煤的占比下降时协同贡献率会被低估。分解是记账,不证明原因。"
        ),
    )


def _decimals(item: dict[str, Any]) -> int:
    largest = max(item["from"], item["to"])
    return max(1 if item["decimals"] else 0, 2 if largest < 10 else 1 if largest < 100 else 0)


def _figure(chapter: Chapter, span: dict[str, Any], item: dict[str, Any]) -> Figure | None:
    if not item["drivers"]:
        return None
    steps = [
        (WORDS[driver], value, driver in SHARED_DRIVERS)
        for driver, value in item["drivers"].items()
    ]
    return charts.waterfall(
        steps,
        subject=item["name"],
        unit=item["unit"],
        decimals=_decimals(item),
        first_year=span["from_year"],
        last_year=span["to_year"],
        unit_name=chapter.unit_name,
        start=item["from"],
        end=item["to"],
        total=item["change"],
        title=_carbon_title(chapter, span, item) if item["end_of_pipe"] is None else None,
        figure_id=chapter.anchor(f"drivers-{item['indicator']}"),
    )


def _carbon_title(chapter: Chapter, span: dict[str, Any], item: dict[str, Any]) -> str:
    decimals = _decimals(item)
    verb = "减少" if item["change"] < 0 else "增加"
    return (
        f"{chapter.unit_name}{item['name']} {span['from_year']} 至 {span['to_year']} 年{verb} "
        f"{amount(abs(item['change']), decimals, item['unit'])}:增长推动 "
        f"{number(item['growth'], decimals, signed=True)},能耗强度与能源结构 "
        f"{number(item['levers'], decimals, signed=True)}"
    )


def _table(chapter: Chapter, result: dict[str, Any]) -> Table:
    rows = []
    for span in result["spans"].values():
        group = f"{span['from_year']}→{span['to_year']} 年"
        for item in span["items"]:
            head = Cell(text=f"{item['name']}({item['unit']})", value=item["indicator"])
            if not item["drivers"]:
                blank = [Cell(text="数据不足", note=item["reason"])] + [Cell(text="—")] * 9
                rows.append(Row(cells=(head, *blank), group=group))
                continue
            decimals = _decimals(item)
            values = [item["change"], *(item["drivers"].get(driver) for driver in WORDS)]
            cells = [Cell(text=number(v, decimals, signed=True), value=v) for v in values]
            share = item["shared_share"]
            rows.append(
                Row(
                    cells=(
                        head,
                        *cells,
                        Cell(
                            text=number(item["shared"], decimals, signed=True), value=item["shared"]
                        ),
                        Cell(text=percent(share), value=share),
                    ),
                    group=group,
                )
            )
    given = chapter.inputs.standards.rules.emission_factors
    factors = ";".join(
        f"{chapter.inputs.catalogue.by_id[fuel].label} {number(given[fuel].value, 3)}"
        f"({given[fuel].source})"
        for fuel in result["factors"]
    )
    return Table(
        id=chapter.anchor("drivers-table"),
        title="驱动因素分解",
        columns=(
            Column(key="subject", label="排放"),
            Column(key="change", label="总变化", align="right"),
            *(Column(key=key, label=word, align="right") for key, word in WORDS.items()),
            Column(key="shared", label="共同因素合计", align="right"),
            Column(key="share", label="协同贡献率", align="right"),
        ),
        rows=tuple(rows),
        folded=True,
        summary="驱动因素分解:方案期与最近一年的各项贡献",
        note=f"缺省因子(吨二氧化碳/吨标准煤):{factors}。",
    )
