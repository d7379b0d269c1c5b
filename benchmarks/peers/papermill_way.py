"""The plain way: papermill over notebooks, then ``jupyter nbconvert`` for each unit.

    python -m benchmarks.peers.papermill_way OUT WORKERS CHAPTERS UNIT...

With one worker it is the loop that everyone writes; with more, the same in processes.
"""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def execute(out: Path, job: tuple[str, Path]) -> None:
    """One notebook, as papermill does it by default."""
    import papermill

    unit, notebook = job
    target = out / unit / notebook.name
    target.parent.mkdir(parents=True, exist_ok=True)
    papermill.execute_notebook(
        notebook, target, parameters={"region": unit, "year": 2025}, kernel_name="python3",
        cwd=notebook.parent, progress_bar=False,
    )  # fmt: skip


def convert(out: Path, unit: str) -> None:
    """All notebooks of a unit."""
    found = sorted(map(str, (out / unit).glob("*.ipynb")))
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--log-level", "ERROR", *found]
    subprocess.run(command, check=True)


def main(out: str, workers: str, chapters: str, *units: str) -> None:
    """Every chapter of every unit."""
    notebooks = sorted((PROJECT / "notebooks").glob("0*.ipynb"))[: int(chapters)]
    jobs = [(unit, notebook) for unit in units for notebook in notebooks]
    folder = Path(out)
    if workers == "1":
        for job in jobs:
            execute(folder, job)
        for unit in units:
            convert(folder, unit)
        return
    with ProcessPoolExecutor(int(workers)) as pool:
        list(pool.map(partial(execute, folder), jobs))
        list(pool.map(partial(convert, folder), units))


if __name__ == "__main__":
    main(*sys.argv[1:])
