"""Hold the captions of a report's figures to its results.json."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from assessment.show.blocks import Figure
from assessment.show.formatting import number
from assessment.show.typography import full_width
from assessment.show.verdict_words import look

Results = dict[str, Any]

_NUMBER = re.compile(r"[+−-]?\d[\d,]*(?:\.\d+)?")
_TIMES = re.compile(r"(19|20)\d\d( 年)?|(?<!\d)\d{1,2} 月")
_METHOD = ("95%", "<0.001")


def numbers(caption: str, names: Iterable[str]) -> list[float]:
    """Numbers of a caption that are neither year, nor month, nor part of a name or a method."""
    rest = caption
    for name in sorted(names, key=len, reverse=True):
        rest = rest.replace(name, "")
    for word in _METHOD:
        rest = rest.replace(word, "")
    found = _NUMBER.findall(_TIMES.sub("", rest))
    return [abs(float(text.replace(",", "").replace("−", "-"))) for text in found]


def leaves(node: Any) -> Iterator[float]:
    """Every number below a node."""
    if isinstance(node, dict):
        for value in node.values():
            yield from leaves(value)
    elif isinstance(node, list):
        for value in node:
            yield from leaves(value)
    elif isinstance(node, int | float) and not isinstance(node, bool):
        yield float(node)


def stated(results: Results, figure: Figure) -> set[float]:
    """What the results allow a figure's caption to say, without sign.

    Raises
    ------
    KeyError
        A kind of figure of which nothing is known here.
    """
    chapter, _, rest = figure.id.partition("-")
    for start, allowed in KINDS.items():
        if rest.startswith(start):
            return allowed(results, chapter.removeprefix("c"), figure)
        if figure.id.startswith(start):
            return allowed(results, "", figure)
    of_chapter = results["analysis"].get(chapter.removeprefix("c"), {})
    for name, kept in of_chapter.items():
        if rest.startswith(f"{name}-"):
            return _kept(kept)
    raise KeyError(figure.id)


def _kept(node: Any) -> set[float]:
    """What a finding keeps, with so many decimals, also as a share in per cent, and its counts."""
    values = list(leaves(node))
    shares = ((100 * value, decimals) for value in values for decimals in (0, 1))
    plain = ((value, decimals) for value in values for decimals in (0, 1, 2, 3))
    return _shown(plain) | _shown(shares)


def described(results: Results, figure: Figure) -> set[float]:
    """What the results allow its text for those who cannot see it to say, without sign.

    What the caption may say, what the table beside it says (or rounds) and counts, and the figures
    of each trend or target drawn.
    """
    cells = [cell for row in figure.table.rows for cell in row.cells]
    written = {value for cell in cells for value in numbers(cell.text, ())}
    written |= _shown((v, n) for n in range(4) for v in leaves([cell.value for cell in cells]))
    counts = {float(len(figure.table.rows)), float(len(figure.table.columns))}
    trends = (
        _each(_drawn_trends(results, figure), (-1, 0, 1, 2))
        if "trend-panels" in figure.id
        else set()
    )
    chapter, _, rest = figure.id.partition("-")
    targets = _drawn_targets(results, chapter.removeprefix("c"), figure)
    targets = targets if rest.startswith(("paths-", "progress")) else []
    of_targets = _shown((v, n) for n in range(3) for v in leaves(targets))
    of_departments = _tones(results) if "department" in figure.id else set()
    return stated(results, figure) | written | counts | trends | of_targets | of_departments


def _shown(values: Iterable[tuple[float | None, int]]) -> set[float]:
    """Values as they are written with so many decimals."""
    return {
        abs(float(number(value, decimals).replace(",", "").replace("−", "-")))
        for value, decimals in values
        if value is not None
    }


def _counts(words: Iterable[object]) -> set[float]:
    listed = list(words)
    return {float(len(listed)), *(float(listed.count(word)) for word in set(listed))}


def _drawn_targets(results: Results, chapter: str, figure: Figure) -> list[Results]:
    section = figure.id.rpartition("-")[2]
    return [
        target
        for target in results["targets"].values()
        if target["chapter"] == chapter and section in (target["section"], "progress")
        # A section draws what has no number; paths to a number stand in the part on targets.
        if section == "progress" or target["target_value"] is None
        if [p for p in target["points"] if p["year"] <= results["year"]]
    ]


def _paths(results: Results, chapter: str, figure: Figure) -> set[float]:
    drawn = _drawn_targets(results, chapter, figure)
    if len(drawn) == 1:
        last = [p for p in drawn[0]["points"] if p["year"] <= results["year"]][-1]
        return _shown(
            (value, drawn[0]["decimals"])
            for value in (last["value"], drawn[0]["target_value"], drawn[0]["gap"])
        )
    return _counts(target["verdict"] for target in drawn)


def _drawn_trends(results: Results, figure: Figure) -> list[Results]:
    names = {row.cells[0].text for row in figure.table.rows}
    return [t for t in results["trends"].values() if full_width(t["name"]) in names]


def _each(trends: Iterable[Results], decimals: Iterable[int] = (0, 1, 2)) -> set[float]:
    return set().union(
        *(
            _shown(
                (value, t["decimals"] + more)
                for value in leaves([t["points"], t["slope"], t["slope_low"], t["slope_high"]])
                for more in decimals
                if t["decimals"] + more >= 0
            )
            | _shown([(t["p"], 2), (t["p"], 3)])
            for t in trends
        )
    )


def _trends(results: Results, chapter: str, figure: Figure) -> set[float]:
    found = _drawn_trends(results, figure)
    if len({t["name"] for t in found}) <= 1 or " 项序列中" not in figure.title:
        return _each(found)
    return _counts(t["reading"] for t in found)


def _cocontrol(results: Results, chapter: str, figure: Figure) -> set[float]:
    last = [
        r for r in results["synergy"][chapter]["cocontrol"]
        if r["from_year"] == results["year"] - 1
        if r["pollutant_reduction"] is not None and r["carbon_reduction"] is not None
    ]  # fmt: skip
    return {float(len(last)), float(sum(r["quadrant"] == 1 for r in last))}


def _coupling(results: Results, chapter: str, figure: Figure) -> set[float]:
    known = [c["d"] for c in results["synergy"][chapter]["coupling"] if c["d"] is not None]
    return _shown([(known[-1], 3), (known[-1] - known[0], 3)])


def _progress(results: Results, chapter: str, figure: Figure) -> set[float]:
    own = {t["name"]: t for t in results["targets"].values() if t["chapter"] == chapter}
    shares = [row.cells[1].value for row in figure.table.rows]
    for row in figure.table.rows:
        target, share = own[str(row.cells[0].value)], row.cells[1].value
        in_results = (target["completion"], (target["ratio"] or 0.0) * 100)
        assert share is None or any(share == value for value in in_results), row
    known = [share for share in shares if isinstance(share, int | float)]
    good = sum(share >= 95 for share in known)
    return {float(n) for n in (len(known), good, len(known) - good, len(shares) - len(known))}


def _monthly(results: Results, chapter: str, figure: Figure) -> set[float]:
    name = figure.id.removeprefix(f"c{chapter}-monthly-")
    items = results["analysis"][chapter]["air"]["items"]
    found = [item for item in items if item["indicator"] == name]
    return _shown((value, n) for value in leaves(found) for n in (0, 1, 2))


def _departments(results: Results, chapter: str, figure: Figure) -> set[float]:
    owned = [d for d in results["departments"] if d["targets"] or d["tasks"]]
    late = [
        d for d in owned
        if any(look(verdict).tone == "bad" for verdict in (*d["verdicts"], *d["task_statuses"]))
    ]  # fmt: skip
    return {float(len(owned)), float(len(late))}


def _tones(results: Results) -> set[float]:
    """How often each colour stands with a department, and with all together."""
    each: list[Counter[str]] = []
    for department in results["departments"]:
        tones: Counter[str] = Counter()
        for kind in ("verdicts", "task_statuses"):
            for verdict, count in department[kind].items():
                tones[look(verdict).tone] += count
        each.append(tones)
    return {float(n) for tones in (*each, sum(each, Counter())) for n in tones.values()}


def _tiles(results: Results, chapter: str, figure: Figure) -> set[float]:
    city = results["comparison"]["index"]
    own = [e["d"] for e in city if e["region"] != "zibo" and e["d"] is not None]
    return _shown((value, 3) for value in own) | {float(len(own))}


def _index(results: Results, chapter: str, figure: Figure) -> set[float]:
    entries = [e for e in results["comparison"]["index"] if e["region"] != "zibo"]
    own = [e for e in entries if e["region"] == results["region"]["id"]]
    ranked = [e for e in entries if e["rank"] is not None]
    zone = own if own and own[0]["rank"] is None else []  # has a score only
    shown = [] if zone else own or ranked
    places = {e[key] for e in shown for key in ("rank", "rank_low", "rank_high")}
    scores = set() if own else {e["score"] for e in ranked}  # of the whole city's report
    scores |= {e[key] for e in zone for key in ("score", "score_low", "score_high")}
    counts = {float(len(ranked)), float(len(entries))}
    return _shown((value, 0) for value in places) | _shown((s, 2) for s in scores) | counts


def _units(results: Results, chapter: str, figure: Figure) -> set[float]:
    rows = [
        reading
        for unit, readings in results["comparison"]["cocontrol"].items()
        for reading in readings
        if unit != "zibo" and reading["quadrant"] and figure.id.endswith(reading["pollutant"])
    ]
    return {float(len(rows)), float(sum(reading["quadrant"] == 1 for reading in rows))}


def _multiples(results: Results, chapter: str, figure: Figure) -> set[float]:
    found = [s for s in results["comparison"]["series"] if figure.id.endswith(s["indicator"])]
    return {
        value
        for series in found
        for points in series["points"].values()
        if points
        for value in _shown([(points[-1]["value"], series["decimals"])])
    }


KINDS: dict[str, Callable[[Results, str, Figure], set[float]]] = {
    "paths-": _paths,
    "trend-panels": _trends,
    "cocontrol-units": _units,
    "cocontrol": _cocontrol,
    "coupling": _coupling,
    "progress": _progress,
    "monthly-": _monthly,
    "department": _departments,
    "units-map": _tiles,
    "units-index": _index,
    "units-": _multiples,
}
"""Kinds of figures by the start of their ids, the longer before the shorter."""
