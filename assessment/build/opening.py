"""What a command asks for, opened: parameters, data pack and the request of a build.

The command line and the desk say what is wanted in the user's own words; both open it here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assessment.characters import shown
from assessment.editions import formats
from assessment.errors import Fault, InputError, nearest
from assessment.folders import find_folder, notebooks

if TYPE_CHECKING:
    from assessment.build.request import Request
    from assessment.data.pack import Pack
    from assessment.job.sources import Sources
    from assessment.params.model import Params
    from assessment.run.snapshot import Snapshot

MOST_READINGS = 5
"""How often inputs are read that somebody is changing."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for, as the user wrote it; empty where ``run.yml`` decides.

    Attributes
    ----------
    regions, years, chapters : sequence of str
        Names or ids; all units and chapters where there are none.
    data, params, out : str
        Folders.
    formats : sequence of str
        Editions, each text one or several parted by commas.
    jobs : int
        How many workers; as many as processors where it is 0.
    scheduler : str
        Address of a dask scheduler.
    force : bool
        Do everything again.
    """

    regions: Sequence[str] = ()
    years: Sequence[str] = ()
    chapters: Sequence[str] = ()
    data: str = ""
    params: str = "params"
    out: str = ""
    formats: Sequence[str] = ()
    jobs: int = 0
    scheduler: str = ""
    force: bool = False


class Look:
    """What a command would read, looked at before anything heavy is loaded.

    And whether it is what the last whole build of the same selection read.
    """

    def __init__(self, wanted: Wanted):
        from assessment.run import manifest, snapshot

        params = find_folder(wanted.params)
        defaults = manifest.defaults(params)
        data = find_folder(wanted.data or str(defaults.get("data", "")))
        out = Path(wanted.out or str(defaults.get("out", "reports"))).absolute()
        # None for what is not said.
        chosen = {
            "region": list(wanted.regions) or None,
            "year": list(wanted.years) or None,
            "chapter": list(wanted.chapters) or None,
        }
        self._asked = json.dumps([chosen, str(params), str(data)], ensure_ascii=False)
        self._formats = ",".join(wanted.formats)
        self._manifest, self._take = manifest, snapshot.take
        self.folders = snapshot.Folders(params, data, notebooks(), out)
        self.look()

    def look(self) -> None:
        """Look at the files as they are now."""
        self.seen = self._take(self.folders)

    def unchanged(self) -> bool:
        """Whether nothing was touched since."""
        return self._manifest.unchanged(self.seen, self._asked, self._formats)

    def keep(self, there: dict[str, list[int]]) -> None:
        """Remember that all is built."""
        self._manifest.keep(self.seen, self._asked, self._formats, there)


def open_request(wanted: Wanted, seen: Snapshot) -> tuple[Sources, Request]:
    """Turn what is wanted into sources and a request.

    Raises
    ------
    InputError
        Every fault of what is wanted, of the parameters and of the pack, together.
    """
    from assessment.job.sources import open_params, open_sources

    params_folder = find_folder(wanted.params)
    params = open_params(params_folder)
    faults: list[Fault] = []
    regions: list[str] = []
    for name in wanted.regions or [r.id for r in params.regions.regions]:
        try:
            regions.append(params.region(name).id)
        except InputError as error:
            faults.extend(error.faults)
    years, wrong = read_years(wanted.years or [str(params.run.year)])
    faults += wrong
    known = [chapter.id for chapter in params.plan.chapters]
    chapters: list[str] = []
    for name in wanted.chapters or known:
        found = [c.id for c in params.plan.chapters if name in (c.id, c.number, c.title, c.slug)]
        if found:
            chapters.append(found[0])
        else:
            faults.append(Fault("--chapter", shown(name), "方案没有这一章", nearest(name, known)))
    editions: tuple[str, ...] = ()
    try:
        editions = _formats(wanted.formats, params.run.formats)
    except InputError as error:
        faults.extend(error.faults)
    try:
        data = data_folder(wanted.data, params)
        sources = open_sources(params_folder, data)
    except InputError as error:
        faults.extend(error.faults)
    if not faults:
        faults += years_outside(sources.pack, years, "--year" if wanted.years else "run.yml year")
    if faults:
        raise InputError(faults)
    # Heavy, so only for a request that stands.
    from assessment.build.request import Request

    return sources, Request(
        regions=tuple(dict.fromkeys(regions)),
        years=tuple(dict.fromkeys(years)),
        chapters=tuple(dict.fromkeys(chapters)),
        data=data,
        params=params_folder,
        notebooks=notebooks(),
        out=Path.cwd() / (wanted.out or params.run.out),
        workers=wanted.jobs or os.cpu_count() or 1,
        formats=editions,
        force=wanted.force,
        scheduler=wanted.scheduler,
        seen=seen,
    )


def open_steady(wanted: Wanted, look: Look) -> tuple[Sources, Request]:
    """Read parameters and data that nobody changes meanwhile, so that the digests are theirs.

    Raises
    ------
    InputError
        As `open_request`; or the files were changed each time they were read.
    """
    for _ in range(MOST_READINGS):
        found = open_request(wanted, look.seen)
        touched = look.seen.touched("params", "data")
        if not touched:
            return found
        look.look()
    why = "正在被别的程序改动，读了几次都不一样"
    raise InputError([Fault(name, "", why, "等它改完再生成") for name in touched])


def _formats(given: Sequence[str], default: Sequence[str]) -> tuple[str, ...]:
    names = [name.strip() for text in given for name in text.split(",")] if given else default
    supported = formats()
    wrong = [name for name in names if name not in supported]
    if wrong:
        raise InputError(
            [
                Fault("--formats", shown(name), "没有这个格式", f"可用：{'、'.join(supported)}")
                for name in wrong
            ]
        )
    return tuple(dict.fromkeys(names))


def read_years(texts: Iterable[str]) -> tuple[list[int], list[Fault]]:
    """Return the years that were asked for, and those that are none."""
    years: list[int] = []
    faults: list[Fault] = []
    for text in texts:
        if text.isdecimal() and 1990 <= int(text) <= 2100:
            years.append(int(text))
        else:
            faults.append(Fault("--year", shown(text), "年度应为 1990 到 2100 的整数"))
    return years, faults


def years_outside(pack: Pack, years: Iterable[int], called: str = "--year") -> list[Fault]:
    """Refuse years that a pack has nothing of; the one after its last may still be reported."""
    held = {
        *pack.tables["observations"].columns["year"],
        *pack.tables["tasks"].columns["year"],
    }
    if not held:
        return []
    what = f"数据包没有这一年（有 {min(held)}–{max(held)} 年）"
    return [
        Fault(called, str(year), what) for year in years if not min(held) <= year <= max(held) + 1
    ]


def data_folder(given: str, params: Params) -> Path:
    """Find the data pack that was asked for, or else that of ``run.yml``.

    Raises
    ------
    InputError
        ``run.yml`` names a folder that is not there.
    """
    folder = find_folder(given or params.run.data)
    if given or folder.is_dir():
        return folder
    remedy = "请改 run.yml 的 data，或在命令后面加 --data 目录"
    raise InputError([Fault("run.yml", "data", f"没有这个目录：{folder}", remedy)])
