"""The head of a data pack, ``pack.yml``: what the pack is and what to know when reading it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import field_validator

from assessment.data.columns import Vocabulary
from assessment.data.csv_source import suggestion
from assessment.data.pack_files import HEAD
from assessment.data.schema import Names, Problem, iso_date, year
from assessment.errors import Fault, InputError
from assessment.params.plan import Frozen
from assessment.params.yaml_source import line_of, load_model

FILE = HEAD
ANY = "*"


@dataclass(frozen=True)
class Break:
    """A change of definition or boundary: figures before ``year`` compare with none from it on.

    ``indicator`` and ``region`` are ids, or ``*`` for all.
    """

    indicator: str
    region: str
    year: int
    reason: str


class PackMeta(Frozen):
    """What a pack says of itself. ``cutoff`` is an ISO date as text."""

    title: str
    kind: Literal["official", "published", "demo"]
    cutoff: str
    note: str | None = None
    primary_series: dict[str, str] = {}
    breaks: tuple[Break, ...] = ()


class _BreakEntry(Frozen):
    indicator: str
    region: str
    year: int
    reason: str

    @field_validator("year")
    @classmethod
    def _in_range(cls, value: int) -> int:
        if isinstance(found := year(str(value)), Problem):
            raise ValueError(f"{found.what}，{found.remedy}")
        return value


class _File(Frozen):
    title: str
    kind: Literal["official", "published", "demo"]
    cutoff: str
    note: str | None = None
    primary_series: dict[str, str] = {}
    breaks: tuple[_BreakEntry, ...] = ()

    @field_validator("title")
    @classmethod
    def _has_title(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("标题为空")
        return value

    @field_validator("cutoff")
    @classmethod
    def _is_date(cls, value: str) -> str:
        if isinstance(found := iso_date(value), Problem):
            raise ValueError(f"{found.what}，{found.remedy}")
        return found


def fault(path: Path, location: Sequence[str | int], problem: str, remedy: str = "") -> Fault:
    """Return a fault of ``pack.yml`` with the line and key it stands at."""
    line = line_of(path, location)
    key = ".".join(map(str, location))
    return Fault(FILE, f"第 {line} 行 {key}" if line else key, problem, remedy)


def load_meta(path: Path, names: Vocabulary) -> PackMeta:
    """Read and check ``pack.yml``; names of indicators and regions become ids.

    Raises
    ------
    InputError
        Every fault of the file.
    """
    file = load_model(_File, path, FILE)
    faults: list[Fault] = []

    def identifier(location: list[str | int], name: str, known: Names) -> str:
        found = ANY if name == ANY else known(name)
        if isinstance(found, Problem):
            faults.append(fault(path, location, found.what, found.remedy))
            return ""
        return found

    breaks = tuple(
        Break(
            identifier(["breaks", i, "indicator"], entry.indicator, names.indicator),
            identifier(["breaks", i, "region"], entry.region, names.region),
            entry.year,
            entry.reason,
        )
        for i, entry in enumerate(file.breaks)
    )
    primary: dict[str, str] = {}
    for name, series in file.primary_series.items():
        found = names.indicator(name)
        if isinstance(found, Problem):
            faults.append(fault(path, ["primary_series", name], found.what, found.remedy))
        elif found in primary:
            faults.append(fault(path, ["primary_series", name], "同一指标写了两次", "请只留一行"))
        else:
            primary[found] = series.strip()
    if faults:
        raise InputError(faults)
    return PackMeta(
        **file.model_dump(exclude={"primary_series", "breaks"}),
        primary_series=primary,
        breaks=breaks,
    )


def series_faults(
    path: Path,
    given: dict[str, list[str]],
    labels: dict[str, str],
    primary: dict[str, str],
    complete: bool,
) -> list[Fault]:
    """Find indicators with several series of which none, or one that is not there, is primary.

    Parameters
    ----------
    path : Path
        The pack's ``pack.yml``.
    given : dict of str to list of str
        Series of each indicator in the pack.
    labels : dict of str to str
        Names of indicators.
    primary : dict of str to str
        What ``pack.yml`` says.
    complete : bool
        Whether all observations could be read; if not, a series that is not there is not told.
    """
    faults = []
    for indicator, series in given.items():
        said = "、".join(f"“{name}”" if name else "（series 列为空）" for name in series)
        place: list[str | int] = ["primary_series", indicator]
        if indicator in primary:
            if complete and primary[indicator] not in series:
                faults.append(
                    fault(
                        path, place,
                        f"“{labels[indicator]}”没有“{primary[indicator]}”这一口径，现有 {said}",
                        suggestion(primary[indicator], series),
                    )
                )  # fmt: skip
        elif len(series) > 1:
            faults.append(
                fault(
                    path, place, f"“{labels[indicator]}”有 {len(series)} 种口径：{said}",
                    f"请在 primary_series 写明以哪一种为准，如 {indicator}: {series[-1] or '…'}",
                )
            )  # fmt: skip
    return faults
