"""What each kind of change makes run: here, in snakemake, in ploomber, in jupyter-cache.

    python -m benchmarks.peer_changes --units 2 --chapters 2

A copy of the project is built once by each way. Then one thing at a time is changed, each way says
how many notebooks it would run, and the change is taken back. snakemake and ploomber are told of
every file of data and parameters, as a careful user would; of jupyter-cache nothing can be told.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.again import copy_of
from benchmarks.build_times import command_of, peers_environment
from benchmarks.measure import PROJECT

UNITS = ("张店区", "临淄区", "沂源县", "高青县")


class Ways:
    """The ways on one copy of the project.

    Parameters
    ----------
    folder : Path
        An empty folder.
    units : sequence of str
        Names of units.
    chapters : int
        How many chapters.
    peers : Path
        Environment of the peers.
    """

    def __init__(self, folder: Path, units: Sequence[str], chapters: int, peers: Path):
        self.folder, self.units, self.chapters, self.peers = folder, units, chapters, peers
        (folder / "project").mkdir()
        self.project = copy_of(folder / "project").folder
        self.tools = peers_environment(peers)

    def _run(self, command: Sequence[str], **environment: str) -> str:
        done = subprocess.run(
            command, cwd=self.project, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(self.project), **environment},
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stdout[-800:]}{done.stderr[-800:]}")
        return done.stderr + done.stdout

    def _command(self, way: str) -> tuple[list[str], dict[str, str]]:
        out = self.folder / way
        out.mkdir(exist_ok=True)
        return command_of(way, out, self.units, self.chapters, 2, self.peers, folder=self.project)

    def build(self) -> None:
        """Build everything by every way."""
        for way in ("ours", "snakemake", "ploomber"):
            command, environment = self._command(way)
            self._run(command, **environment)
        self.jupyter_cache()

    def ours(self) -> int:
        """Notebooks that ``build.py status`` calls stale."""
        command, environment = self._command("ours")
        command[2] = "status"
        at = command.index("--jobs")
        del command[at : at + 2]
        return self._run(command, **environment).count("要重做")

    def snakemake(self) -> int:
        """Notebooks that a dry run of snakemake lists."""
        command, environment = self._command("snakemake")
        at = command.index("--quiet")
        command[at : at + 2] = ["-n"]
        found = re.search(r"^execute +(\d+)", self._run(command, **environment), re.MULTILINE)
        return int(found[1]) if found else 0

    def ploomber(self) -> int:
        """Notebooks that ploomber's rendered graph leaves waiting."""
        command, environment = self._command("ploomber")
        return int(self._run(command, **environment, STATUS="1").split()[-1])

    def jupyter_cache(self) -> int:
        """Notebooks that jupyter-cache does not hold."""
        script = str(PROJECT / "benchmarks" / "peers" / "jupyter_cache_way.py")
        command = [str(self.tools / "python"), script, str(self.folder / "jcache")]
        command += [str(self.chapters), str(self.project), str(self.folder / "snakemake")]
        return int(self._run([*command, *self.units]).split()[-1])


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    """A change of the first occurrence of a text."""

    def change(project: Path) -> None:
        path = project / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name}: {old}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def digit(name: str, start: str, column: int = 4) -> Callable[[Path], None]:
    """A change of the last digit of a figure."""

    def change(project: Path) -> None:
        lines = (project / name).read_text(encoding="utf-8").splitlines(keepends=True)
        place = next(at for at, line in enumerate(lines) if line.startswith(start))
        fields = lines[place].split(",")
        fields[column] = re.sub(r"\d$", lambda d: str((int(d[0]) + 1) % 10), fields[column])
        lines[place] = ",".join(fields)
        (project / name).write_text("".join(lines), encoding="utf-8")

    return change


def cell(kind: str, text: str) -> Callable[[Path], None]:
    """An addition to the last cell of a kind in chapter 2's notebook."""

    def change(project: Path) -> None:
        path = next((project / "notebooks").glob("02_*.ipynb"))
        notebook = json.loads(path.read_text(encoding="utf-8"))
        found = [each for each in notebook["cells"] if each["cell_type"] == kind][-1]
        found["source"] = "".join(found["source"]) + text
        path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1), encoding="utf-8")

    return change


def touched(project: Path) -> None:
    """Every file as if written now, with the bytes it had."""
    for name in ("assessment", "data", "notebooks", "params"):
        for path in (project / name).rglob("*"):
            os.utime(path)


CHANGES: dict[str, Callable[[Path], None]] = {
    "nothing": lambda _: None,
    "a unit's own figure that chapter 2 sees": digit(
        "data/demo/observations_targets.csv", "张店区,2025,,new_energy_installed_capacity,"
    ),
    "a figure of a unit that is not built": digit(
        "data/demo/observations_targets.csv", "桓台县,2025,,new_energy_installed_capacity,"
    ),
    "a column that no chapter reads": replaced(
        "data/demo/submissions.csv", "2024-01-21,\n", "2024-01-21,补记\n"
    ),
    "helper module": replaced("assessment/show/formatting.py", '"""', '"""A '),
    "method": replaced("assessment/methods/trends.py", '"""', '"""A '),
    "notebook's code": cell("code", "\n\nassert True"),
    "notebook's text": cell("markdown", " 补充说明。"),
    "page template": replaced("assessment/report/templates/page/report.html.j2", "{%", "{# #}{%"),
    "rule constant": replaced("params/rules.yml", "value: 0.95", "value: 0.94"),
    "plan's title": replaced("params/plan.yml", "short_title: 淄博", "short_title: 试改淄博"),
    "times of files only": touched,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--units", type=int, default=2)
    parser.add_argument("--chapters", type=int, default=2)
    parser.add_argument(
        "--peers", type=Path, default=Path(tempfile.gettempdir()) / "assessment-peers"
    )
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="changes"))
    try:
        ways = Ways(folder, UNITS[: options.units], options.chapters, options.peers)
        ways.build()
        kept = folder / "kept"
        shutil.copytree(ways.project, kept)
        total = options.units * options.chapters
        print(f"of {total} notebooks: ours, snakemake, ploomber, jupyter-cache")
        for name, change in CHANGES.items():
            change(ways.project)
            found = (ways.ours(), ways.snakemake(), ways.ploomber(), ways.jupyter_cache())
            print(f"{name:55} {' '.join(f'{number:4}' for number in found)}", flush=True)
            shutil.rmtree(ways.project)
            shutil.copytree(kept, ways.project)
    finally:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
