"""Reading a parameter folder: each file by its model, then what the files say of each other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assessment.errors import Fault, InputError
from assessment.params.check import Placed, cross_check
from assessment.params.model import (
    Analyses,
    Catalogue,
    Params,
    Regions,
    Rules,
    RunDefaults,
    Synergy,
)
from assessment.params.plan import Frozen, Plan
from assessment.params.yaml_source import faults_of, place_of, read_yaml

FILES: dict[str, type[Frozen]] = {
    "plan": Plan,
    "indicators": Catalogue,
    "regions": Regions,
    "rules": Rules,
    "synergy": Synergy,
    "chapters": Analyses,
    "run": RunDefaults,
}


def _stray(folder: Path) -> list[Fault]:
    """Files that look like one of the folder's and would not be read."""
    faults = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.suffix.lower() not in (".yml", ".yaml", ".txt"):
            continue
        if path.suffix == ".yml" and path.stem in FILES:
            continue
        close = get_close_matches(path.stem.lower(), FILES, 1, 0.75)
        if close:
            name = f"{close[0]}.yml"
            there = (folder / name).exists()
            remedy = f"只读 {name}，请把两者并成一个" if there else f"请改名为 {name}"
            faults.append(Fault(path.name, "", "这个文件不会被读取", remedy))
    return faults


def _in_reading_order(fault: Fault) -> tuple[int, int]:
    stem = fault.file.rpartition(".")[0]
    line = re.match(r"第 (\d+) 行", fault.place)
    order = list(FILES)
    return order.index(stem) if stem in order else len(order), int(line[1]) if line else 0


@dataclass(frozen=True)
class Read:
    """A parameter folder as far as it could be read.

    Attributes
    ----------
    params : Params or None
        None where a file has a fault of its own, or names what is not there. With faults of
        another kind (a unit, a threshold) the data pack can still be checked against it.
    faults : tuple of Fault
        Every fault, in reading order.
    """

    params: Params | None
    faults: tuple[Fault, ...]


def read_params(folder: Path) -> Read:
    """Read and check a parameter folder: what is there, and every fault of it."""
    if not folder.is_dir():
        return Read(None, (Fault("--params", str(folder), "参数目录不存在", "请检查路径"),))
    raw: dict[str, Any] = {}
    faults = _stray(folder)
    for stem in FILES:
        try:
            raw[stem] = read_yaml(folder / f"{stem}.yml")
        except InputError as error:
            faults.extend(error.faults)

    def placed(stem: str, location: Sequence[str | int]) -> tuple[str, str]:
        name = f"{stem}.yml"
        return name, place_of(folder / name, location)

    read = check_documents(raw, placed)
    return Read(read.params, tuple(sorted((*faults, *read.faults), key=_in_reading_order)))


def check_documents(raw: Mapping[str, Any], placed: Placed) -> Read:
    """Make parameters of what the files hold, by name without ending, and check it all.

    Parameters
    ----------
    raw : mapping
        What each file holds; without those that could not be read.
    placed : callable
        Says where a key path of a file stands.
    """
    loaded: dict[str, Frozen] = {}
    faults: list[Fault] = []
    for stem, document in raw.items():
        try:
            loaded[stem] = FILES[stem].model_validate(document)
        except ValidationError as error:
            faults.extend(faults_of(error, partial(placed, stem)))
    crossed = cross_check(placed, raw, loaded)
    faults.extend(crossed.faults)
    if not crossed.linked or len(loaded) < len(FILES):
        return Read(None, tuple(faults))
    params = Params(
        plan=loaded["plan"],
        catalogue=loaded["indicators"],
        regions=loaded["regions"],
        rules=loaded["rules"],
        synergy=loaded["synergy"],
        analyses=loaded["chapters"],
        run=loaded["run"],
    )
    return Read(params, tuple(faults))


def load_params(folder: Path) -> Params:
    """Load and check a parameter folder.

    Parameters
    ----------
    folder : Path
        Folder with ``plan.yml``, ``indicators.yml``, ``regions.yml``, ``rules.yml``,
        ``synergy.yml``, ``chapters.yml`` and ``run.yml``.

    Raises
    ------
    InputError
        Every fault of every file, each with file, line and key: of the files by themselves, and
        of what they say of each other as far as it can be read.
    """
    read = read_params(folder)
    if read.faults or read.params is None:
        raise InputError(read.faults)
    return read.params
