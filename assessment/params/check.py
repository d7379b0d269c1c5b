"""What the files of a parameter folder say of each other, and values that cannot be meant.

Each entry (a target, an indicator, a task) is checked by itself, so that one that cannot be read,
or a whole file that cannot, hides no fault of the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeVar, get_args

from pydantic import ValidationError

from assessment.codes import VERDICTS
from assessment.editions import formats
from assessment.errors import Fault, nearest
from assessment.params.asks import LEVELS, POINTS, RATE, SHARE, form_of, is_fall
from assessment.params.model import (
    CapParams,
    Catalogue,
    ChapterAnalysis,
    Constant,
    Framework,
    GoalpostParams,
    GradePresetParams,
    Indicator,
    Ratio,
    Region,
    RollingMean,
    Sum,
)
from assessment.params.plan import Frozen, Target, TargetKind, Task
from assessment.params.units import UnitTable

Item = TypeVar("Item", bound=Frozen)
Location = list[str | int]
Placed = Callable[[str, Sequence[str | int]], tuple[str, str]]
"""Says for a document (``plan``) and a key path in which file and where that stands."""

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def _child(node: Any, key: str | int) -> Any:
    """Part of a model or of what a YAML file holds; None where there is none."""
    if isinstance(node, Mapping):
        return node.get(key)
    if isinstance(node, list | tuple) and isinstance(key, int):
        return node[key] if key < len(node) else None
    return getattr(node, key, None) if isinstance(node, Frozen) and isinstance(key, str) else None


def _walk(node: Any, path: Sequence[str], location: Location) -> Iterator[tuple[Location, Any]]:
    """Every part at a path, with its place; ``*`` stands for each item of a list or table."""
    if not path:
        yield location, node
    elif path[0] != "*":
        yield from _walk(_child(node, path[0]), path[1:], [*location, path[0]])
    elif isinstance(node, list | tuple):
        for place, item in enumerate(node):
            yield from _walk(item, path[1:], [*location, place])
    elif isinstance(node, Mapping):
        for key, item in node.items():
            yield from _walk(item, path[1:], [*location, str(key)])


class _Check:
    """The files of a folder as far as they can be read, and the faults found among them."""

    def __init__(self, placed: Placed, raw: Mapping[str, Any], loaded: Mapping[str, Frozen]):
        self._placed = placed
        self.raw = raw
        self.loaded = loaded
        self._faults: list[Fault] = []
        self._unknown: dict[tuple[str, str, str], list[Location]] = {}
        self._names: dict[tuple[str, str], list[str] | None] = {}

    @property
    def faults(self) -> list[Fault]:
        """All faults; a name that is unknown in several places of a file is told once."""
        found = list(self._faults)
        for (stem, name, remedy), locations in self._unknown.items():
            label, place = self._placed(stem, locations[0])
            more = f"，这样的共 {len(locations)} 处" if len(locations) > 1 else ""
            found.append(Fault(label, place, f"引用了不存在的“{name}”{more}", remedy))
        return found

    @property
    def all_known(self) -> bool:
        """Whether no name is used that is not there."""
        return not self._unknown

    def add(self, stem: str, location: Location, problem: str, remedy: str = "") -> None:
        self._faults.append(Fault(*self._placed(stem, location), problem, remedy))

    def items(self, stem: str, path: str, model: type[Item]) -> Iterator[tuple[Location, Item]]:
        """Every readable entry at a path of a file."""
        node = self.loaded.get(stem, self.raw.get(stem))
        for location, item in _walk(node, path.split("."), []):
            if isinstance(item, model):
                yield location, item
                continue
            try:
                yield location, model.model_validate(item)
            except ValidationError:
                continue  # told already where the file was read

    def texts(self, stem: str, path: str) -> Iterator[tuple[Location, str]]:
        """Every text at a path of a file; a number that lacks its quotation marks is one."""
        for location, item in _walk(self.raw.get(stem), path.split("."), []):
            if isinstance(item, str | int | float):
                yield location, str(item)

    def number(self, stem: str, path: str) -> float | None:
        """A number at a path of a file; None where there is none that can be read."""
        for _, item in _walk(self.raw.get(stem), path.split("."), []):
            if isinstance(item, int | float) and not isinstance(item, bool):
                return item
        return None

    def names(self, stem: str, path: str) -> list[str] | None:
        """Names that a file gives to its entries; None where the file cannot be read."""
        if (stem, path) not in self._names:
            whole = _child(self.raw.get(stem), path.split(".")[0])
            readable = isinstance(whole, list | dict)
            found = [text for _, text in self.texts(stem, path)] if readable else None
            self._names[stem, path] = found
        return self._names[stem, path]

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue as far as it can be read."""
        units: dict[str, dict[str, float]] = {}
        for location, factor in _walk(self.raw.get("indicators"), ["dimensions", "*", "*"], []):
            if isinstance(factor, int | float) and 0 < factor < float("inf"):
                units.setdefault(str(location[1]), {})[str(location[2])] = float(factor)
        spellings = {str(at[-1]): text for at, text in self.texts("indicators", "spellings.*")}
        entries = tuple(item for _, item in self.items("indicators", "indicators.*", Indicator))
        return Catalogue(dimensions=units, spellings=spellings, indicators=entries)

    def known(self, stem: str, location: Location, name: str, names: Sequence[str] | None) -> None:
        """Refuse a name that is not among those given; all pass where these cannot be read."""
        if names is not None and name not in names:
            self._unknown.setdefault((stem, name, nearest(name, names)), []).append(location)


@dataclass(frozen=True)
class Crossed:
    """Faults among the files, and whether every name they use is there once."""

    faults: list[Fault]
    linked: bool


def cross_check(placed: Placed, raw: Mapping[str, Any], loaded: Mapping[str, Frozen]) -> Crossed:
    """Check the files of a folder against each other.

    Parameters
    ----------
    placed : callable
        Says where a key path of a file stands.
    raw : mapping
        What each file holds, by name without ending; without those that are no YAML.
    loaded : mapping
        The models of the files that have no fault of their own.

    Returns
    -------
    Crossed
        Faults in the order plan, indicators, regions, rules, synergy, chapters, run.
    """
    check = _Check(placed, raw, loaded)
    checks: tuple[Callable[[_Check], None], ...] = (
        _check_names, _check_horizons, _check_targets, _check_sections, _check_indicators,
        _check_units, _check_rules, _check_presets, _check_caps, _check_goalposts,
        _check_frameworks, _check_chapters, _check_run,
    )  # fmt: skip
    for one in checks:
        one(check)
        if one is _check_names:
            unique = not check.faults
    return Crossed(check.faults, unique and check.all_known)


_INDICATOR_IDS = ("indicators", "indicators.*.id")
_DEPARTMENTS = ("plan", "departments.*")
_SECTION_IDS = ("plan", "chapters.*.sections.*.id")
_TASK_IDS = ("plan", "chapters.*.sections.*.tasks.*.id")
_CHAPTER_IDS = ("plan", "chapters.*.id")
_TARGET_NUMBERS = ("plan", "targets.*.no")
_GOALPOSTS = ("synergy", "goalposts.*.indicator")


def _check_names(check: _Check) -> None:
    for (stem, path), what in (
        (_SECTION_IDS, "节编号"),
        (_TASK_IDS, "任务编号"),
        (_CHAPTER_IDS, "章编号"),
        (_TARGET_NUMBERS, "目标编号"),
        (("plan", "chapters.*.slug"), "章的 slug "),
        (_INDICATOR_IDS, "指标编号"),
        (("regions", "regions.*.id"), "区县编号"),
        (("regions", "regions.*.name"), "区县名"),
        (("rules", "presets.*.id"), "评级方案编号"),
        (("synergy", "frameworks.*.id"), "框架编号"),
        (_GOALPOSTS, "标尺的指标"),
        (("chapters", "chapters.*.chapter"), "章编号"),
    ):
        seen: set[str] = set()
        for location, name in check.texts(stem, path):
            if name in seen:
                check.add(stem, location, f"{what}“{name}”重复")
            seen.add(name)
    kinds = [kind for _, kind in check.texts("regions", "regions.*.kind")]
    if "regions" not in check.loaded and kinds and kinds.count("city") != 1:
        check.add("regions", ["regions"],
                  f"应恰有一个 kind: city（方案的整个地区），现有 {kinds.count('city')} 个",
                  "其余各单元写 district、county 或 functional_zone")  # fmt: skip
    regions = check.names("regions", "regions.*.id")
    for location, region in check.items("regions", "regions.*", Region):
        for host in region.hosts:
            check.known("regions", [*location, "hosts"], host, regions)


def _check_horizons(check: _Check) -> None:
    years = [item for _, item in _walk(check.raw.get("plan"), ["horizons", "*", "year"], [])]
    if not years or not all(isinstance(year, int) for year in years):
        return
    for place in range(1, len(years)):
        if years[place] <= years[place - 1]:
            check.add("plan", ["horizons", place, "year"], "规划年应由早到晚，不重复")
    baseline, start = check.number("plan", "baseline_year"), check.number("plan", "start_year")
    if baseline is not None and baseline >= min(years):
        check.add("plan", ["baseline_year"],
                  f"基期 {baseline:g} 年不早于最近的规划年 {min(years)} 年")  # fmt: skip
    if baseline is not None and start is not None and start < baseline:
        check.add("plan", ["start_year"], f"起始年 {start:g} 年早于基期 {baseline:g} 年")


def _check_targets(check: _Check) -> None:
    catalogue = check.catalogue
    entries = catalogue.by_id
    for key, names in (
        ("indicator", _INDICATOR_IDS),
        ("reference", _INDICATOR_IDS),
        ("section", _SECTION_IDS),
        ("tasks.*", _TASK_IDS),
        ("departments.*", _DEPARTMENTS),
    ):
        for location, name in check.texts("plan", f"targets.*.{key}"):
            check.known("plan", location[:3], name, check.names(*names))
    for location, target in check.items("plan", "targets.*", Target):
        _check_years(check, location, target)
        entry = entries.get(target.indicator)
        _check_value(check, location, target)
        if entry is None or not _check_comparison(check, location, target):
            continue
        form = form_of(target, entry.unit)
        if form in LEVELS and catalogue.factor(target.unit, entry.unit) != 1.0:
            check.add(
                "plan", [*location, "unit"],
                f"目标单位“{target.unit}”与指标单位“{entry.unit}”不一致",
                _CHANGE_HINT if target.unit in (SHARE, RATE, POINTS) else "",
            )  # fmt: skip
        elif form in LEVELS:
            _check_amount(check, location, target, entry)
        elif form is None:
            check.add("plan", [*location, "unit"],
                      f"“{target.comparison}”的单位“{target.unit}”用不到指标单位“{entry.unit}”上",
                      _units_of_change(target, entry.unit))  # fmt: skip
        else:
            _check_change(check, location, target)
        _check_direction(check, location, target, entry)
        _check_extras(check, location, target, entry, form in LEVELS)


_CHANGE_HINT = "比某年下降（增长）百分之几的，comparison 写 decrease（increase）"


def _units_of_change(target: Target, unit: str) -> str:
    """Say in what units a change of an indicator may be written."""
    if unit.startswith("%"):
        return "百分比的增减写 百分点"
    if target.period in ("annual", "standing"):
        return f"每年增减多少写 %，或 {unit}"
    return f"增减百分之几写 %，年均增减百分之几写 %/年，增减多少写 {unit}"


def _check_extras(
    check: _Check, location: Location, target: Target, entry: Indicator, level: bool
) -> None:
    """Refuse what a target of its kind cannot have, and what lacks something to be judged by."""
    catalogue = check.catalogue
    if target.kind == "numeric" and target.approximate and target.tolerance is None and (
        not level or target.unit != SHARE
    ):  # fmt: skip
        check.add("plan", location, "“左右”没有写差多少算达到",
                  f"请加 tolerance，单位同目标（{target.unit}）")  # fmt: skip
    for key, given in (("milestones", target.milestones), ("standard", target.standard),
                       ("baseline_value", target.baseline_value)):  # fmt: skip
        if given not in (None, ()) and target.kind != "numeric":
            check.add("plan", [*location, key], f"只有数值目标可以有 {key}", "请删去，或改 kind")
    if target.reference is not None:
        outside = catalogue.by_id.get(target.reference)
        if target.kind != "external_reference":
            check.add("plan", [*location, "reference"],
                      "只有 kind: external_reference 的目标可以有 reference")  # fmt: skip
        elif outside is not None and catalogue.factor(outside.unit, entry.unit) != 1.0:
            check.add("plan", [*location, "reference"],
                      f"“{outside.label}”的单位 {outside.unit} 与“{entry.label}”的 {entry.unit} 不同",
                      "请把两个指标写成同一单位")  # fmt: skip
    before = target.baseline_year or check.number("plan", "baseline_year")
    for place, stop in enumerate(target.milestones):
        here: Location = [*location, "milestones", place, "year"]
        if target.band is not None:
            check.add("plan", here[:-2], "区间目标不能有节点", "请分成几个目标")
            break
        if target.year is None or stop.year >= target.year:
            check.add("plan", here, f"节点 {stop.year} 年不早于目标年 {target.year or '（没有写）'}",
                      "最后一个节点写在 year 与 value")  # fmt: skip
        elif before is not None and stop.year <= before:
            check.add("plan", here, f"节点 {stop.year} 年不晚于基期或前一个节点 {before:g} 年",
                      "请由早到晚写")  # fmt: skip
        before = stop.year


def _check_change(check: _Check, location: Location, target: Target) -> None:
    """Refuse a change that is none, or that the plan's own words contradict."""
    place: Location = [*location, "value"]
    for value in (target.number, *(stop.value for stop in target.milestones)):
        if value is None:
            continue
        if value == 0:
            check.add("plan", place, "增减的幅度是 0", "保持不变的写 >= 或 <= 与基期的数")
        elif value < 0 and target.comparison == "increase":
            check.add("plan", place, f"increase 的幅度是 {value:g}", "请写正数，或改 decrease")
        elif abs(value) > 100 and target.unit == SHARE and is_fall(target):
            check.add("plan", place, f"下降 {abs(value):g}% 超过了全部", "请核对数值与单位")
    _check_quoted(check, location, target)


def _check_years(check: _Check, location: Location, target: Target) -> None:
    baseline = target.baseline_year or check.number("plan", "baseline_year")
    horizons = [
        item for _, item in _walk(check.raw.get("plan"), ["horizons", "*", "year"], [])
        if isinstance(item, int)
    ]  # fmt: skip
    year = target.year
    if year is not None and horizons and year > max(horizons):
        check.add("plan", [*location, "year"],
                  f"目标年 {year} 年晚于方案最后的规划年 {max(horizons)} 年",
                  "请核对年份；方案确实看得更远的，请补进 horizons")  # fmt: skip
    if target.kind != "numeric":
        return
    if year is not None and baseline is not None and year <= baseline:
        check.add("plan", [*location, "year"], f"目标年 {year} 年不晚于基期 {baseline:g} 年")
    if target.years is not None and year is not None and year != target.years[1]:
        check.add("plan", [*location, "period"],
                  f"期间止于 {target.years[1]} 年，目标年却是 {year} 年", "请改成一致")  # fmt: skip


def _check_comparison(check: _Check, location: Location, target: Target) -> bool:
    """Refuse a comparison that targets of this kind cannot be judged by."""
    allowed = {
        "numeric": (">=", "<=", "=", "~=", "between", "increase", "decrease"),
        "prohibition": (">=", "<=", "="),
        "external_reference": (">=", "<=", "="),
    }
    if target.comparison in allowed.get(target.kind, (target.comparison,)):
        return True
    what = {"numeric": "数值目标", "prohibition": "禁止类目标"}.get(target.kind, "外部参照目标")
    check.add(
        "plan", [*location, "comparison"],
        f"{what}不能用“{target.comparison}”，应为 {'、'.join(allowed[target.kind])}",
    )  # fmt: skip
    return False


def _check_value(check: _Check, location: Location, target: Target) -> None:
    """Refuse a target without the value that it is judged by."""
    place: Location = [*location, "value"]
    if target.band is not None and target.comparison != "between":
        check.add(
            "plan", place, f"两个数是区间，不能用“{target.comparison}”", "comparison 写 between"
        )
    elif target.comparison == "between" and target.value is not None:
        if target.band is None:
            check.add("plan", place, "区间目标只写了一个数", "写成 value: [低, 高]")
        elif target.band[0] == target.band[1]:
            check.add("plan", place, "区间的两端相同", "只有一个数的用 =")
    if target.value is not None:
        return
    if target.kind == "numeric":
        check.add("plan", location, "数值目标缺少 value")
    elif target.kind == "prohibition":
        check.add("plan", location, "禁止类目标缺少 value", "一起也不许有的写 0，都要做到的写 100")


def _check_amount(check: _Check, location: Location, target: Target, entry: Indicator) -> None:
    """Refuse a value that the plan's own words, or what its indicator can be, contradict."""
    numbers = [*(target.band or ()), *(stop.value for stop in target.milestones)]
    numbers += [n for n in (target.number, target.standard) if n is not None]
    if not _check_quoted(check, location, target):
        return
    for value in numbers:
        if not _check_possible(check, [*location, "value"], target, entry, value):
            return


def _check_quoted(check: _Check, location: Location, target: Target) -> bool:
    """Refuse a value that is a hundred times, or a hundredth, of the one in the plan's words."""
    said = {float(text) for text in _NUMBER.findall(target.quote.replace(",", ""))}
    for value in target.band or (target.number,):
        if not value or target.kind != "numeric" or abs(value) in said:
            continue
        meant = [m for factor in (100, 0.01) if (m := round(abs(value) * factor, 9)) in said]
        if meant:
            check.add("plan", [*location, "value"],
                      f"value 是 {value:g}，原文是 {meant[0]:g}，相差 100 倍",
                      f"请按单位“{target.unit}”写")  # fmt: skip
            return False
    return True


def _check_possible(
    check: _Check, place: Location, target: Target, entry: Indicator, value: float
) -> bool:
    """Refuse a value that the indicator cannot have."""
    low, high = entry.range
    if (low is not None and value < low) or (high is not None and value > high):
        span = f"{'' if low is None else f'{low:g}'}—{'' if high is None else f'{high:g}'}"
        check.add("plan", place,
                  f"value {value:g} 超出指标“{entry.label}”的合理范围 {span} {entry.unit}",
                  "请核对数值与单位")  # fmt: skip
        return False
    limit = entry.natural_limit
    lower = target.comparison == "<=" or entry.direction == "lower"
    if limit is not None and (value < limit if lower else value > limit):
        check.add("plan", place,
                  f"value {value:g} 越过指标“{entry.label}”的自然极限 {limit:g}")  # fmt: skip
        return False
    return True


def _check_direction(check: _Check, location: Location, target: Target, entry: Indicator) -> None:
    """Refuse a comparison that calls good what the indicator calls bad."""
    good = {"higher": "越高越好", "lower": "越低越好"}.get(entry.direction)
    towards = {
        ">=": "higher", "increase": "higher", "increase_every_year": "higher",
        "<=": "lower", "decrease": "lower", "decrease_to_zero": "lower", "minimise": "lower",
    }.get(target.comparison)  # fmt: skip
    if good is not None and towards is not None and towards != entry.direction:
        check.add("plan", [*location, "comparison"],
                  f"“{target.comparison}”与指标“{entry.label}”的方向（{good}）相反",
                  "请改 comparison，或改 indicators.yml 中的 direction")  # fmt: skip


def _check_sections(check: _Check) -> None:
    departments = check.names(*_DEPARTMENTS)
    for path in ("chapters.*.sections.*.departments.*", "chapters.*.sections.*.lead"):
        for location, name in check.texts("plan", path):
            check.known("plan", location, name, departments)
    indicators = check.names(*_INDICATOR_IDS)
    for location, task in check.items("plan", "chapters.*.sections.*.tasks.*", Task):
        for name in task.indicators:
            check.known("plan", [*location, "indicators"], name, indicators)


def _derived_from_itself(entries: Mapping[str, Indicator], name: str) -> bool:
    seen, waiting = set[str](), [name]
    while waiting:
        entry = entries.get(waiting.pop())
        for part in entry.derive.parts if entry and entry.derive else ():
            if part == name:
                return True
            if part not in seen:
                seen.add(part)
                waiting.append(part)
    return False


def _check_indicators(check: _Check) -> None:
    indicators, departments = check.names(*_INDICATOR_IDS), check.names(*_DEPARTMENTS)
    entries = check.catalogue.by_id
    for location, name in check.texts("indicators", "indicators.*.department"):
        check.known("indicators", location, name, departments)
    for location, entry in check.items("indicators", "indicators.*", Indicator):
        low, high = entry.range
        if low is not None and high is not None and low >= high:
            check.add("indicators", [*location, "range"],
                      f"合理范围的下限 {low:g} 不小于上限 {high:g}")  # fmt: skip
        for name in entry.parts:
            check.known("indicators", [*location, "parts"], name, indicators)
        if entry.derive is None:
            continue
        for name in entry.derive.parts:
            check.known("indicators", [*location, "derive"], name, indicators)
        if _derived_from_itself(entries, entry.id):
            check.add("indicators", [*location, "derive"],
                      f"“{entry.id}”经推算又要用到它自己", "请改掉其中一环")  # fmt: skip


def _plain(number: Fraction | float) -> str:
    """A factor as one would write it in a file."""
    return f"{float(number):.12g}"


def _check_families(check: _Check, table: UnitTable) -> bool:
    """Refuse factors of a family that its units' own multipliers (万, 亿) contradict."""
    sound = True
    for name, members in check.catalogue.dimensions.items():
        firsts: dict[tuple[tuple[str, int], ...], str] = {}
        for unit, factor in members.items():
            given = table.written(unit)
            first = firsts.setdefault(given.powers, unit)
            right = given.factor / table.written(first).factor
            declared = Fraction(str(factor)) / Fraction(str(members[first]))
            if declared != right:
                sound = False
                check.add("indicators", ["dimensions", name, unit],
                          f"1 {unit}是 {_plain(right)} {first}，此处写成 {_plain(declared)} {first}",
                          f"应为 {_plain(right * Fraction(str(members[first])))}")  # fmt: skip
    return sound


def _check_units(check: _Check) -> None:
    """Refuse units that are in no family, and quotients that are not in the unit declared."""
    catalogue = check.catalogue
    families, spellings = catalogue.dimensions, catalogue.spellings
    if not families:
        return
    written = _walk(check.raw.get("indicators"), ["dimensions", "*", "*"], [])
    known = {str(location[-1]) for location, _ in written}
    table, entries = UnitTable(families, spellings), catalogue.by_id
    whole = len(known) == sum(map(len, families.values()))
    sound = _check_families(check, table) and whole
    for location, entry in check.items("indicators", "indicators.*", Indicator):
        if spellings.get(entry.unit, entry.unit) not in known:
            check.add("indicators", [*location, "unit"],
                      f"单位“{entry.unit}”不在 dimensions 中", nearest(entry.unit, sorted(known)))  # fmt: skip
            continue
        if isinstance(entry.derive, Sum | RollingMean):
            _check_same_unit(check, location, entry, entries)
        if not isinstance(entry.derive, Ratio) or not sound:
            continue
        above, below = entries.get(entry.derive.numerator), entries.get(entry.derive.denominator)
        if above is None or below is None:
            continue
        if not {spellings.get(part.unit, part.unit) for part in (above, below)} <= known:
            continue
        scale, given_scale = (
            table.scale_of_ratio(above.unit, below.unit, entry.unit),
            entry.derive.scale,
        )
        quotient = f"{above.unit} ÷ {below.unit}"
        if scale is None:
            if given_scale == 1.0:
                check.add("indicators", [*location, "unit"],
                          f"{quotient} 得不出“{entry.unit}”，量纲不同",
                          "请改单位；确有换算系数的写在 derive.scale")  # fmt: skip
        elif abs(float(scale) / given_scale - 1) > 1e-9:
            check.add("indicators", [*location, "derive", "scale"],
                      f"{quotient} 化成“{entry.unit}”应乘 {_plain(scale)}，"
                      f"现在的 scale 是 {_plain(given_scale)}",
                      f"请写 scale: {_plain(scale)}，或改单位")  # fmt: skip


def _check_same_unit(
    check: _Check, location: Location, entry: Indicator, entries: Mapping[str, Indicator]
) -> None:
    """Refuse a sum or a mean of what is in another unit."""
    assert entry.derive is not None
    for name in entry.derive.parts:
        part = entries.get(name)
        factor = None if part is None else check.catalogue.factor(part.unit, entry.unit)
        if part is None or factor == 1.0:
            continue
        how = "量纲不同，不能相加" if factor is None else f"1 {part.unit}是 {factor:g} {entry.unit}"
        check.add("indicators", [*location, "derive", "of"],
                  f"“{part.label}”的单位 {part.unit} 与“{entry.label}”的 {entry.unit} 不同（{how}）",
                  "请写成同一单位")  # fmt: skip


_SHARES = (
    "nearly_met", "coverage_floor", "month_share", "significance", "break_significance",
    "weight_spread", "data_error.A", "data_error.B", "data_error.C", "data_error.D",
    "change_error.A", "change_error.B", "change_error.C", "change_error.D",
    "task_points.completed", "task_points.on_schedule", "task_points.slow",
    "task_points.not_started", "task_points.no_evidence", "task_points.compliant",
    "task_points.overdue", "task_points.violated", "task_points.contradicted",
)  # fmt: skip
_POSITIVE = (
    "slow", "nearly_met", "coverage_floor", "month_share", "significance", "break_significance",
    "probability_min_points", "trend_min_points", "break_min_months", "peak_years_after",
    "monte_carlo_draws",
)  # fmt: skip
_NOT_NEGATIVE = ("near_limit", "approximate_tolerance")
_RISING = (
    ("slow", "on_track", "faster"),
    ("data_error.A", "data_error.B", "data_error.C", "data_error.D"),
    ("change_error.A", "change_error.B", "change_error.C", "change_error.D"),
    ("task_points.not_started", "task_points.slow", "task_points.on_schedule",
     "task_points.completed"),
    ("task_points.overdue", "task_points.on_schedule"),
    ("task_points.violated", "task_points.compliant"),
    ("task_points.contradicted", "task_points.completed"),
)  # fmt: skip


def _check_rules(check: _Check) -> None:
    def value(key: str) -> float | None:
        found = list(check.items("rules", key, Constant))
        return found[0][1].value if found else None

    def refuse(key: str, problem: str) -> None:
        check.add("rules", [*key.split("."), "value"], problem)

    for key in dict.fromkeys((*_SHARES, *_POSITIVE, *_NOT_NEGATIVE)):
        number = value(key)
        if number is None:
            continue
        if number < 0 or (key in _POSITIVE and number == 0):
            refuse(key, f"{'应大于' if key in _POSITIVE else '不应小于'} 0，现为 {number:g}")
        elif key in _SHARES and number > 1:
            refuse(key, f"不应大于 1，现为 {number:g}（百分之几写成小数）")
    for keys in _RISING:
        strict = keys[0] == "slow"
        for before, after in pairwise(keys):
            low, high = value(before), value(after)
            if low is not None and high is not None and (low > high or (strict and low == high)):
                refuse(after, f"次序颠倒：{after} {high:g} 应{'大' if strict else '不小'}于 "
                              f"{before} {low:g}")  # fmt: skip
    indicators = check.names(*_INDICATOR_IDS)
    for key in ("emission_factors", "reference_limits", "series_change_error"):
        for location, _ in check.items("rules", f"{key}.*", Constant):
            check.known("rules", location, str(location[-1]), indicators)
    numbers = check.names(*_TARGET_NUMBERS)
    for location, table in _walk(check.raw.get("rules"), ["external_references", "*"], []):
        if table is not None:
            check.known("rules", location, str(location[-1]), numbers)
    judged = _judged(check)
    for location, name in check.texts("rules", "veto_targets.*"):
        check.known("rules", location, name, judged)


def _judged(check: _Check) -> list[str] | None:
    numbers = check.names(*_TARGET_NUMBERS)
    return None if numbers is None else [*numbers, *get_args(TargetKind)]


def _check_presets(check: _Check) -> None:
    for location, preset in check.items("rules", "presets.*", GradePresetParams):
        if abs(preset.target_weight + preset.task_weight - 1) > 1e-9:
            check.add("rules", [*location, "task_weight"],
                      f"target_weight 与 task_weight 之和是 "
                      f"{preset.target_weight + preset.task_weight:g}，应为 1")  # fmt: skip
        cuts = [cut for cut, _ in preset.cuts]
        if any(after >= before for before, after in pairwise(cuts)):
            check.add("rules", [*location, "cuts"], "分数线应由高到低，不重复")
        if any(not 0 < cut <= 100 for cut in cuts):
            check.add("rules", [*location, "cuts"], "分数线应在 0 与 100 之间")
        words = [*(word for _, word in preset.cuts), preset.lowest]
        if len(set(words)) < len(words):
            check.add("rules", [*location, "cuts"], "等级的用词重复")


def _check_caps(check: _Check) -> None:
    judged = _judged(check)
    presets = [item for _, item in check.items("rules", "presets.*", GradePresetParams)]
    for location, cap in check.items("rules", "caps.*", CapParams):
        for name in cap.targets:
            check.known("rules", [*location, "targets"], name, judged)
        for name in cap.verdicts:
            check.known("rules", [*location, "verdicts"], name, list(VERDICTS))
        for preset in presets:
            if cap.best > len(preset.cuts) + 1:
                check.add("rules", [*location, "best"],
                          f"评级方案“{preset.id}”没有第 {cap.best} 档")  # fmt: skip


def _check_goalposts(check: _Check) -> None:
    indicators, entries = check.names(*_INDICATOR_IDS), check.catalogue.by_id
    for location, goalpost in check.items("synergy", "goalposts.*", GoalpostParams):
        check.known("synergy", [*location, "indicator"], goalpost.indicator, indicators)
        if goalpost.low == goalpost.high:
            check.add("synergy", location, "low 与 high 相同，无法归一化")
            continue
        entry = entries.get(goalpost.indicator)
        rising = goalpost.high > goalpost.low
        if entry is not None and entry.direction == ("lower" if rising else "higher"):
            good = "越低越好" if rising else "越高越好"
            check.add("synergy", location,
                      f"low（差的一端）{goalpost.low:g}、high（好的一端）{goalpost.high:g} "
                      f"与指标“{entry.label}”的方向（{good}）相反", "请把两端对调")  # fmt: skip


def _check_frameworks(check: _Check) -> None:
    goalposts = check.names(*_GOALPOSTS)
    for location, framework in check.items("synergy", "frameworks.*", Framework):
        used: set[str] = set()
        for place, subsystem in enumerate(framework.subsystems):
            here = [*location, "subsystems", place, "indicators"]
            if not subsystem.indicators:
                check.add("synergy", here, "子系统没有指标")
            for name in subsystem.indicators:
                check.known("synergy", here, name, goalposts)
                if name in used:
                    check.add("synergy", here, f"指标“{name}”在同一框架内用了两次")
                used.add(name)
        if len({s.id for s in framework.subsystems}) < len(framework.subsystems):
            check.add("synergy", [*location, "subsystems"], "子系统编号重复")


def _check_chapters(check: _Check) -> None:
    indicators, goalposts = check.names(*_INDICATOR_IDS), check.names(*_GOALPOSTS)
    chapters = check.names(*_CHAPTER_IDS)
    for location, analysis in check.items("chapters", "chapters.*", ChapterAnalysis):
        check.known("chapters", [*location, "chapter"], analysis.chapter, chapters)
        for key in ("trends", "context", "compared", "tiles"):
            for name in getattr(analysis, key):
                check.known("chapters", [*location, key], name, indicators)
        for place, pair in enumerate(analysis.cocontrol):
            for name in (pair.carbon, *pair.pollutants):
                check.known("chapters", [*location, "cocontrol", place], name, indicators)
        for place, subsystem in enumerate(analysis.subsystems):
            for name in subsystem.indicators:
                check.known("chapters", [*location, "subsystems", place], name, goalposts)


def _check_run(check: _Check) -> None:
    for key, names in (
        ("framework", check.names("synergy", "frameworks.*.id")),
        ("grade_preset", check.names("rules", "presets.*.id")),
        ("formats.*", formats()),
    ):
        for location, name in check.texts("run", key):
            check.known("run", location, name, names)
